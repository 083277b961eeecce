//! What a line begins. Nothing is framed here: the answer is a name, and the walks find the end.

use super::super::InputFormat;
use super::block::{self, Label};
use super::lines::{Lines, Peek, within};
use super::{Framer, foreign, log, marks, old, terse, walks};

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Block,
    Old,
    Terse,
    Tabular,
    Custom,
    Warnings,
    Summary,
    CompileHead,
    CompileError,
    Header,
    Pseudo,
    Return,
    Log,
    Traceback,
    PythonWarning,
    Notice,
    LongRule,
    Ssh,
    Json,
    /// Another notation.
    Foreign(foreign::Foreign),
    /// Python's repr of bytes.
    Repr,
    Nothing,
}

impl Framer {
    /// What begins at this line? `None`: more must be read to tell.
    pub(super) fn begin(&mut self, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<Begin> {
        let margin = self.margin();
        let headed = self.header > 0;
        let below = || match lines.peek(next) {
            Peek::Line(below, _) => Some(within(below, margin)),
            Peek::End => Some(None),
            Peek::More => None,
        };
        if marks::rule(line) {
            // Below the dashes: an ID, or the text of a compile error. Until it is here nothing is known.
            let below = below()?.unwrap_or_default();
            return Some(match block::any_label(below) {
                Some((Label::Id, _)) => Begin::Block,
                _ if old::state(below) => Begin::Old,
                _ if self.level().compile && below.starts_with(b"    ") => Begin::CompileError,
                _ => Begin::Nothing,
            });
        }
        let indented_rule = || line.starts_with(b" ") && marks::rule(line.trim_ascii_start());
        if !headed && (old::state(line) || indented_rule() && below()?.is_some_and(old::state)) {
            return Some(Begin::Old);
        }
        if line.starts_with(b" ") || line.starts_with(b"\x1b") {
            if marks::terse(line) {
                return Some(Begin::Terse);
            }
            if block::any_label(line).is_some_and(|(label, _)| !headed || label == Label::Id) {
                return Some(Begin::Block);
            }
            if marks::compile(line) {
                return Some(Begin::CompileHead);
            }
            if terse::is_tabular(line) {
                return Some(Begin::Tabular);
            }
            // A table of the user's own pads the module; a value is indented by 4.
            let deep = line.iter().take_while(|byte| **byte == b' ').count();
            if (self.custom || headed && deep != 4) && terse::is_custom(line.trim_ascii_start()) {
                return Some(Begin::Custom);
            }
            if headed && marks::value(line) {
                return Some(Begin::Return);
            }
        }
        if marks::summary(line) || marks::only_colour(line) {
            return match below()? {
                Some(below) if marks::only_colour(line) => Some(match marks::summary(below) {
                    true => Begin::Summary,
                    false => Begin::Nothing,
                }),
                Some(below) if below.starts_with(b"----------") => Some(Begin::Summary),
                _ if marks::only_colour(line) => Some(Begin::Nothing),
                // Markdown has made a heading of what stands above dashes, and they are gone.
                _ => Some(match walks::counts_below(lines, next, margin)? {
                    true => Begin::Summary,
                    false => Begin::Nothing,
                }),
            };
        }
        if log::prefix(line).is_some() {
            return Some(Begin::Log);
        }
        if self.format != InputFormat::Text && margin == 0 && lines.begin_json(line, next)? {
            return Some(Begin::Json);
        }
        if self.format != InputFormat::Text && margin == 0 && !self.plain {
            if foreign::event(line).is_some() {
                return Some(Begin::Json);
            }
            if line.starts_with(b"b'") && line.len() > 40 || line.starts_with(b"b\"") && line.len() > 40 {
                return Some(Begin::Repr);
            }
            if let Some(foreign) = foreign::begins(lines, line, next, self.foreign)? {
                return Some(Begin::Foreign(foreign));
            }
        }
        if marks::long_rule(line) {
            return Some(match below()? {
                Some(below) if marks::summary(below) => Begin::LongRule,
                _ => Begin::Nothing,
            });
        }
        let simple = [
            (Begin::Notice, marks::notice as fn(&[u8]) -> bool),
            (Begin::Terse, marks::terse),
            (Begin::Warnings, marks::warnings),
            (Begin::Traceback, marks::traceback),
            (Begin::PythonWarning, marks::python_warning),
            (Begin::Ssh, marks::ssh),
            (Begin::Pseudo, marks::pseudo),
            (Begin::Tabular, terse::is_tabular),
        ];
        if let Some((begin, _)) = simple.into_iter().find(|(_, is)| is(line)) {
            return Some(begin);
        }
        if marks::header(line).is_some() && self.is_header(lines, line, next)? {
            return Some(Begin::Header);
        }
        if self.is_custom(lines, line, next)? {
            return Some(Begin::Custom);
        }
        Some(Begin::Nothing)
    }

    /// A line like `web1:` is a minion's header if what Salt prints below a header stands below it.
    pub(super) fn is_header(&mut self, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
        // Raw text is painted as one piece, so a painted line of its own is none of it.
        let (margin, strict) = (self.margin(), self.level().compile && !line.starts_with(b"\x1b"));
        if walks::starts_run(lines, next, margin, strict)? {
            return Some(true);
        }
        if strict && walks::holds_value(lines, next, margin)? {
            return Some(true);
        }
        // A name of several lines in a user's own format, which is known or begins with a mark.
        let below = match lines.peek(next) {
            Peek::Line(below, _) => within(below, margin),
            _ => None,
        };
        if strict || !(self.custom || below.is_some_and(marks::marked)) {
            return Some(false);
        }
        walks::custom_end(lines, next, margin).map(|end| end.is_some())
    }

    /// Do the lines from here on, up to a bound, end a state in a user's own format?
    pub(super) fn is_custom(&mut self, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
        let (headed, among) = (self.header > 0, self.level().states > 0);
        if line.starts_with(b" ") || !(headed || among || self.custom) {
            return Some(false);
        }
        if terse::is_custom(line) {
            // Among blocks, where the format is not known yet, only what can hardly be anything else.
            return Some(headed || self.custom || terse::is_close(line));
        }
        // A multi-line name: only marks that are no letters can begin such a line, or the format is known already.
        if !(self.custom && among || headed && (self.custom || marks::marked(line))) {
            return Some(false);
        }
        walks::custom_end(lines, next, self.margin()).map(|end| end.is_some())
    }
}
