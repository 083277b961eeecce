//! The answer's words: the last line of the terminal's report, taken from that report itself so that the two never
//! differ. It runs along without being shown, and holds what it holds anyway: the run that is open.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::anchor::anchor;
use crate::digest::Digest;
use crate::record::Class;
use crate::report::terminal::Terminal;
use crate::report::terminal::finding::place;
use crate::report::{Look, Report, Seen, Show};

/// No line is broken.
const WIDTH: usize = 1 << 20;

/// Listens, and knows the answer at the end.
pub(super) struct Answer {
    terminal: Terminal,
    last: LastLine,
    /// The first of the most urgent: where to start.
    first: Option<(Class, Start)>,
}

/// Where to start.
#[derive(Clone)]
pub(super) struct Start {
    /// Its anchor on the page.
    pub(super) anchor: String,
    /// `run.log:12`
    pub(super) place: String,
}

/// What the whole run comes to, in words.
pub(super) struct Words {
    /// `FAILED`
    pub(super) word: String,
    /// `1 needs you, 7 to review.`
    pub(super) text: String,
    /// `exit 1`
    pub(super) exit: String,
    /// Where to start, if anywhere.
    pub(super) start: Option<Start>,
}

impl Default for Answer {
    fn default() -> Self {
        let last = LastLine::default();
        // With `changes` it does not tell how to see more: here there is more.
        let look = Look {
            color: false,
            unicode: true,
            width: WIDTH,
            show: Show::Changes,
            group: false,
            links: None,
            states: None,
        };
        Answer { terminal: Terminal::new(&look, Box::new(last.clone())), last, first: None }
    }
}

impl Answer {
    /// Takes note of a record.
    pub(super) fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let (class, line) = (seen.verdict.class, seen.record.at().line);
        if class >= Class::Review && line > 0 && self.first.as_ref().is_none_or(|(known, _)| class > *known) {
            self.first = Some((class, Start { anchor: anchor(seen), place: place(seen.file, line) }));
        }
        self.terminal.record(seen)
    }

    /// The input is over.
    pub(super) fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<Words> {
        self.terminal.finish(digest, exit)?;
        let line = self.last.0.borrow();
        let (word, rest) = line.trim().split_once(": ").unwrap_or_default();
        let (text, exit) = rest.rsplit_once("   [").unwrap_or((rest, ""));
        let (text, start) = match text.split_once(" Start at ") {
            Some((text, _)) => (text, self.first.take().map(|(_, start)| start)),
            None => (text, None),
        };
        Ok(Words {
            word: word.to_owned(),
            text: text.to_owned(),
            exit: exit.trim_end_matches(']').to_owned(),
            start,
        })
    }
}

/// Keeps the last line that is written, and nothing else.
#[derive(Clone, Default)]
struct LastLine(Rc<RefCell<String>>);

impl Write for LastLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut last = self.0.borrow_mut();
        let text = String::from_utf8_lossy(bytes);
        if let Some(line) = text.lines().rev().find(|line| !line.trim().is_empty()) {
            line.clone_into(&mut last);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
