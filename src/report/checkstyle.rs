//! `checkstyle`: the XML that Jenkins (Warnings NG), reviewdog and many others read.
//!
//! Findings are gathered under a `<file>` while it stays the same, and written as they come.

use std::io;
use std::rc::Rc;

use super::batch::Batch;
use super::finding::{Finding, Place, is_shown, least, problem};
use super::xml;
use super::{Report, Seen, Show, States};
use crate::digest::Digest;
use crate::record::Class;

/// Errors by file.
pub(super) struct Checkstyle {
    batch: Batch,
    show: Show,
    states: Option<Rc<States>>,
    started: bool,
    file: Option<String>,
}

impl Checkstyle {
    pub(super) fn new(show: Show, states: Option<Rc<States>>, out: Box<dyn io::Write>) -> Self {
        Checkstyle { batch: Batch::new(out), show, states, started: false, file: None }
    }

    fn start(&mut self) {
        if !self.started {
            self.started = true;
            self.batch.bytes.extend_from_slice(
                b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n",
            );
        }
    }

    fn error(&mut self, place: &Place, severity: &str, message: &str, source: &str) -> io::Result<()> {
        self.start();
        if self.file.as_ref() != Some(&place.file) {
            self.end_file();
            let line = format!("<file name=\"{}\">\n", xml::escape(&place.file));
            self.batch.bytes.extend_from_slice(line.as_bytes());
            self.file = Some(place.file.clone());
        }
        let line = format!(
            "<error line=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"{}\"/>\n",
            place.line,
            xml::escape(message),
            xml::escape(source),
        );
        self.batch.bytes.extend_from_slice(line.as_bytes());
        self.batch.line_done()
    }

    fn end_file(&mut self) {
        if self.file.take().is_some() {
            self.batch.bytes.extend_from_slice(b"</file>\n");
        }
    }
}

impl Report for Checkstyle {
    fn least(&self) -> Class {
        least(self.show)
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if !is_shown(self.show, seen.verdict.class) {
            return Ok(());
        }
        let Some(finding) = Finding::of(seen) else { return Ok(()) };
        let severity = match finding.class {
            Class::ActionRequired => "error",
            Class::Review => "warning",
            _ => "info",
        };
        let message = format!("{}{}", finding.whose(), finding.title);
        self.error(&finding.place(self.states.as_deref()), severity, &message, &finding.rule)
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, _exit: u8) -> io::Result<()> {
        self.start();
        for it in &digest.problems {
            let (text, place) = problem(it);
            self.error(
                &place,
                "error",
                &format!("This input can't be trusted: {text}"),
                "saltlint/untrusted",
            )?;
        }
        self.end_file();
        self.batch.bytes.extend_from_slice(b"</checkstyle>\n");
        self.batch.flush()
    }
}
