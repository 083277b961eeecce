//! `gitlab`: Code Quality, as merge requests show it: one JSON array, an object a finding.
//!
//! GitLab compares fingerprints between branches, and drops what has the same as another: equal findings are numbered.
//! See docs.gitlab.com, "Code Quality report format". The structs are frozen.

use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use serde::Serialize;

use super::batch::Batch;
use super::finding::{Finding, hash, is_shown, least, problem};
use super::visible;
use super::{Report, Seen, Show, States};
use crate::digest::Digest;
use crate::record::Class;

/// So many different findings are numbered; behind that equal ones are one to GitLab.
const NUMBERED: usize = 100_000;

/// An array of issues.
pub(super) struct Gitlab {
    batch: Batch,
    show: Show,
    states: Option<Rc<States>>,
    /// By the bits of their fingerprints.
    known: HashMap<u128, u32>,
    any: bool,
}

#[derive(Serialize)]
struct Issue<'s> {
    description: &'s str,
    check_name: &'s str,
    fingerprint: &'s str,
    severity: &'static str,
    location: Location<'s>,
}

#[derive(Serialize)]
struct Location<'s> {
    path: &'s str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

impl Gitlab {
    pub(super) fn new(show: Show, states: Option<Rc<States>>, out: Box<dyn io::Write>) -> Self {
        Gitlab { batch: Batch::new(out), show, states, known: HashMap::new(), any: false }
    }

    fn issue(&mut self, issue: &Issue<'_>) -> io::Result<()> {
        self.batch.bytes.extend_from_slice(if self.any { b",\n" } else { b"[\n" });
        self.any = true;
        visible::to_writer(&mut self.batch.bytes, issue)?;
        self.batch.line_done()
    }

    fn number(&mut self, fingerprint: String) -> String {
        let bits = u128::from_str_radix(&fingerprint, 16).unwrap_or_default();
        if let Some(count) = self.known.get_mut(&bits) {
            *count += 1;
            return hash(&[&fingerprint, &count.to_string()]);
        }
        if self.known.len() < NUMBERED {
            self.known.insert(bits, 0);
        }
        fingerprint
    }
}

impl Report for Gitlab {
    fn least(&self) -> Class {
        least(self.show)
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if !is_shown(self.show, seen.verdict.class) {
            return Ok(());
        }
        let Some(finding) = Finding::of(seen) else { return Ok(()) };
        let place = finding.place(self.states.as_deref());
        let fingerprint = self.number(finding.fingerprint());
        self.issue(&Issue {
            description: &format!("{}{}", finding.whose(), finding.title),
            check_name: &finding.rule,
            fingerprint: &fingerprint,
            severity: match finding.class {
                Class::ActionRequired => "critical",
                Class::Review => "minor",
                _ => "info",
            },
            location: Location { path: &place.file, lines: Lines { begin: place.line } },
        })
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, _exit: u8) -> io::Result<()> {
        for it in &digest.problems {
            let (text, place) = problem(it);
            let fingerprint = self.number(hash(&["saltlint/untrusted", it.kind, &place.file]));
            self.issue(&Issue {
                description: &format!("This input can't be trusted: {text}"),
                check_name: "saltlint/untrusted",
                fingerprint: &fingerprint,
                severity: "major",
                location: Location { path: &place.file, lines: Lines { begin: place.line } },
            })?;
        }
        self.batch.bytes.extend_from_slice(if self.any { b"\n]\n" } else { b"[]\n" });
        self.batch.flush()
    }
}
