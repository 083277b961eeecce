//! Rows of text: indented, wrapped, coloured if colour is wanted. The only file that writes SGR and OSC 8.
//!
//! Every piece of text is made [`plain`] here, so that no caller can forget it. Colours are the base eight, without
//! backgrounds and without grey, so that they can be read on dark and on light; none says what a word or a sign does not.

use anstyle::{AnsiColor, Style};

use super::wrap::wrap;
use crate::report::Look;
use crate::report::plain::plain;

/// As the terminal has it.
pub(super) const PLAIN: Style = Style::new();
/// What a thing is.
pub(super) const BOLD: Style = Style::new().bold();
/// Someone must act.
pub(super) const ALARM: Style = AnsiColor::Red.on_default().bold();
/// Something is to be looked at. Yellow can't be read on white.
pub(super) const NOTE: Style = AnsiColor::Magenta.on_default().bold();
/// All is well.
pub(super) const FINE: Style = AnsiColor::Green.on_default().bold();
/// Where something stands.
pub(in crate::report) const WHERE: Style = AnsiColor::Cyan.on_default();
/// Gone, in a diff.
pub(in crate::report) const GONE: Style = AnsiColor::Red.on_default();
/// Added, in a diff.
pub(in crate::report) const ADDED: Style = AnsiColor::Green.on_default();

/// A blank at which no row ends. It is shown as a blank like any other.
pub(super) const GLUE: char = '\u{a0}';

/// The column that a field's label takes.
pub(super) const LABEL: usize = 9;
/// Where the lines below a finding's first begin.
pub(super) const BODY: usize = 4;

/// Text as it grows.
pub(super) struct Sheet<'l> {
    pub(super) look: &'l Look,
    pub(super) text: String,
}

impl<'l> Sheet<'l> {
    /// An empty one.
    pub(super) fn new(look: &'l Look) -> Self {
        Sheet { look, text: String::new() }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// One line of several pieces, from column `indent` on; what does not fit goes on `hang` columns further right.
    pub(super) fn line(&mut self, indent: usize, hang: usize, pieces: &[(Style, &str)]) {
        let mut all = String::new();
        let mut ends = Vec::with_capacity(pieces.len());
        for (style, piece) in pieces {
            all.push_str(&plain(piece));
            // What says where something stands is where it points, on each row that it takes.
            let link = self.look.links.as_ref().filter(|_| *style == WHERE).and_then(|links| links.of(piece));
            ends.push((*style, all.len(), link));
        }
        let room = self.look.width.saturating_sub(indent);
        for (number, row) in wrap(&all, room, room.saturating_sub(hang)).into_iter().enumerate() {
            let margin = if number == 0 { indent } else { indent + hang };
            self.text.extend(std::iter::repeat_n(' ', margin));
            let mut from = row.start;
            // A row that starts like this is a command to GitHub's runner, indented or not.
            if all.get(row.clone()).is_some_and(|row| row.trim_start().starts_with("::")) {
                let blanks = all.get(row.clone()).map_or(0, |row| row.len() - row.trim_start().len());
                self.text.extend(std::iter::repeat_n(' ', blanks));
                self.text.push_str("\\x3a");
                from = row.start + blanks + 1;
            }
            for (style, end, link) in &ends {
                let to = (*end).min(row.end);
                if from < to {
                    let text = all.get(from..to).unwrap_or_default();
                    match link {
                        Some(link) => self.linked(link, *style, text),
                        None => self.piece(*style, text),
                    }
                    from = to;
                }
            }
            self.text.push('\n');
        }
    }

    /// A step of several under a finding: its further rows stand under its words, and not under its number.
    pub(super) fn step(&mut self, label: &str, line: &str) {
        let label = format!("{label:LABEL$}");
        self.line(BODY, LABEL + 3, &[(PLAIN, &label), (PLAIN, line)]);
    }

    /// A line under a finding, with what it is in front of it; further lines of the same have no label.
    pub(super) fn field(&mut self, label: &str, style: Style, line: &str) {
        let (label, line) = (format!("{label:LABEL$}"), plain(line));
        // Code keeps its shape: what is indented goes on further in.
        let inset = line.len() - line.trim_start_matches(' ').len();
        let inset = if inset == 0 { 0 } else { (inset + 2).min(16) };
        self.line(BODY, LABEL + inset, &[(PLAIN, &label), (style, &line)]);
    }

    /// OSC 8; blanks before it are no part of it.
    fn linked(&mut self, link: &str, style: Style, text: &str) {
        let words = text.trim_start_matches(' ');
        self.piece(PLAIN, &text[..text.len() - words.len()]);
        self.text.push_str(&format!("\x1b]8;;{link}\x1b\\"));
        self.piece(style, words);
        self.text.push_str("\x1b]8;;\x1b\\");
    }

    fn piece(&mut self, style: Style, text: &str) {
        let text = &*text.replace(GLUE, " ");
        if self.look.color && style != PLAIN {
            self.text.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.text.push_str(text);
        }
    }
}
