//! `junit`: a suite a minion, a case a state: for Jenkins, GitLab and all the others that show tests.
//!
//! What someone must act on is a failure (a state) or an error (what did not compile, did not answer, crashed); what is
//! blocked is skipped, with its cause; what is to be reviewed passes and says so in its output. A suite is kept until
//! its run ends, since its numbers stand on top, up to a size: behind that cases that pass are only counted.

use std::io;

use super::batch::Batch;
use super::finding::{Finding, problem};
use super::runs::{Run, Runs, Whose};
use super::xml::escape;
use super::{Report, Seen};
use crate::digest::Digest;
use crate::record::{Class, Outcome, Record};

/// So many bytes of cases that pass are kept of a suite, and as many of the others.
const KEPT: usize = 2 * 1024 * 1024;

/// Suites as they end.
pub(super) struct Junit {
    batch: Batch,
    runs: Runs,
    suite: Suite,
    /// Messages that are nobody's.
    outside: Suite,
    started: bool,
}

/// A suite that is open.
#[derive(Default)]
struct Suite {
    passed: String,
    others: String,
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
    /// Cases that are not listed: that pass, others.
    more: [u64; 2],
}

/// What a case comes to.
enum Came<'f> {
    Passed { out: String },
    Skipped { because: String },
    Failed { element: &'static str, kind: &'f str, message: &'f str, text: String },
}

impl Junit {
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        let (batch, runs) = (Batch::new(out), Runs::default());
        Junit { batch, runs, suite: Suite::default(), outside: Suite::default(), started: false }
    }

    fn start(&mut self) {
        if !self.started {
            self.started = true;
            let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"saltlint\">\n";
            self.batch.bytes.extend_from_slice(head.as_bytes());
        }
    }

    fn end(&mut self, suite: &Suite, name: &str, ms: f64) -> io::Result<()> {
        if suite.tests == 0 {
            return Ok(());
        }
        self.start();
        let Suite { passed, others, tests, failures, errors, skipped, more } = suite;
        let seconds = ms / 1000.0;
        let mut text = format!(
            "<testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
             skipped=\"{skipped}\" time=\"{seconds:.3}\">\n",
            escape(name),
        );
        text.push_str(others);
        text.push_str(passed);
        if *more != [0, 0] {
            let [pass, other] = more;
            text.push_str(&format!(
                "<system-out>Not listed: {pass} more that pass, {other} others</system-out>\n"
            ));
        }
        text.push_str("</testsuite>\n");
        self.batch.bytes.extend_from_slice(text.as_bytes());
        self.batch.line_done()
    }

    fn over(&mut self, run: Option<Run>) -> io::Result<()> {
        let Some(run) = run else { return Ok(()) };
        let suite = std::mem::take(&mut self.suite);
        self.end(&suite, &run.label, run.run_time_ms)
    }
}

impl Suite {
    fn case(&mut self, class_name: &str, name: &str, time: Option<f64>, came: &Came<'_>) {
        let time = time.map_or(String::new(), |ms| format!(" time=\"{:.3}\"", ms / 1000.0));
        let mut text =
            format!("<testcase classname=\"{}\" name=\"{}\"{time}", escape(class_name), escape(name));
        let mut passes = false;
        match came {
            Came::Passed { out } if out.is_empty() => {
                passes = true;
                text.push_str("/>\n");
            }
            Came::Passed { out } => {
                text.push_str(&format!("><system-out>{}</system-out></testcase>\n", escape(out)));
            }
            Came::Skipped { because } => {
                text.push_str(&format!("><skipped message=\"{}\"/></testcase>\n", escape(because)));
            }
            Came::Failed { element, kind, message, text: body } => text.push_str(&format!(
                "><{element} type=\"{}\" message=\"{}\">{}</{element}></testcase>\n",
                escape(kind),
                escape(message),
                escape(body),
            )),
        }
        let (kept, more) = if passes { (&mut self.passed, 0) } else { (&mut self.others, 1) };
        if kept.len() + text.len() > KEPT {
            self.more[more] += 1;
            return;
        }
        kept.push_str(&text);
        self.tests += 1;
        match came {
            Came::Passed { .. } => {}
            Came::Skipped { .. } => self.skipped += 1,
            Came::Failed { element: "error", .. } => self.errors += 1,
            Came::Failed { .. } => self.failures += 1,
        }
    }
}

impl Report for Junit {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let (over, whose) = self.runs.note(seen);
        self.over(over)?;
        let suite = if whose == Whose::Run { &mut self.suite } else { &mut self.outside };
        let Some(finding) = Finding::of(seen) else { return Ok(()) };
        // What is said in words is a case only where somebody should know.
        if finding.is_message && finding.class < Class::Review {
            return Ok(());
        }
        let mut body = finding.detail();
        body.extend(finding.help().iter().map(|step| format!("do: {step}")));
        body.extend(finding.url().map(|url| format!("see: {url}")));
        let place = finding.in_input();
        body.push(format!("{}:{}", place.file, place.line));
        let came = match finding.class {
            Class::ActionRequired => Came::Failed {
                element: if finding.is_message { "error" } else { "failure" },
                kind: &finding.rule,
                message: &finding.title,
                text: body.join("\n"),
            },
            Class::Blocked => {
                let cause = finding.cause().map(|(cause, _)| cause);
                Came::Skipped {
                    because: format!("because of {}", cause.as_deref().unwrap_or("another state")),
                }
            }
            Class::Review => {
                body.insert(0, format!("review: {}", finding.title));
                Came::Passed { out: body.join("\n") }
            }
            Class::Benign | Class::FalsePositive => {
                Came::Passed { out: format!("{}: {}", finding.class.word(), finding.title) }
            }
            Class::Clean => Came::Passed { out: String::new() },
        };
        let (outcome, time) = match seen.record {
            Record::State(state) if state.outcome == Outcome::Skipped => ("", state.duration_ms),
            Record::State(state) => ("", state.duration_ms),
            _ => (finding.title.as_str(), None),
        };
        let name = if finding.is_message {
            outcome.to_owned()
        } else {
            format!("{} {}", finding.function, finding.id)
        };
        let group = finding.sls.as_deref().unwrap_or(&finding.function);
        suite.case(group, name.trim(), time.filter(|ms| ms.is_finite()), &came);
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, _exit: u8) -> io::Result<()> {
        let last = self.runs.finish();
        self.over(last)?;
        let mut outside = std::mem::take(&mut self.outside);
        for it in &digest.problems {
            let (text, place) = problem(it);
            let came = Came::Failed {
                element: "error",
                kind: "saltlint/untrusted",
                message: "This input can't be trusted",
                text: format!("{text}\n{}:{}", place.file, place.line),
            };
            outside.case("input", &text, None, &came);
        }
        self.end(&outside, "(outside any run)", 0.0)?;
        self.start();
        self.batch.bytes.extend_from_slice(b"</testsuites>\n");
        self.batch.flush()
    }
}
