//! `concise`: one finding a line, `file:line: verdict: text`, as compilers say it: for editors' quickfix lists and `grep`.
//!
//! Written as it is known. What makes the input untrusted comes last.

use std::io;
use std::rc::Rc;

use super::batch::Batch;
use super::finding::{Finding, is_shown, least, problem};
use super::{Report, Seen, Show, States};
use crate::digest::Digest;
use crate::record::Class;

/// One finding a line.
pub(super) struct Concise {
    batch: Batch,
    show: Show,
    states: Option<Rc<States>>,
}

impl Concise {
    pub(super) fn new(show: Show, states: Option<Rc<States>>, out: Box<dyn io::Write>) -> Self {
        Concise { batch: Batch::new(out), show, states }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        self.batch.bytes.extend_from_slice(line.as_bytes());
        self.batch.bytes.push(b'\n');
        self.batch.line_done()
    }
}

impl Report for Concise {
    fn least(&self) -> Class {
        least(self.show)
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if !is_shown(self.show, seen.verdict.class) {
            return Ok(());
        }
        let Some(finding) = Finding::of(seen) else { return Ok(()) };
        let place = finding.place(self.states.as_deref());
        let because = finding.cause().map(|(cause, _)| format!(", because of {cause}")).unwrap_or_default();
        let (file, line, class) = (place.file, place.line, finding.class.word());
        let (whose, title, rule) = (finding.whose(), &finding.title, &finding.rule);
        self.line(&format!("{file}:{line}: {class}: {whose}{title}{because} [{rule}]"))
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, _exit: u8) -> io::Result<()> {
        for it in &digest.problems {
            let (text, place) = problem(it);
            self.line(&format!("{}:{}: untrusted: {text}", place.file, place.line))?;
        }
        if digest.problems_more > 0 {
            self.line(&format!("stdin:1: untrusted: {} more like these", digest.problems_more))?;
        }
        self.batch.flush()
    }
}
