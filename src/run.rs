//! The loop: inputs through frame, decode, judge and report.
//!
//! Nothing here reads, decides or writes; it says what comes after what.

use std::io::{self, IsTerminal, Write};

use crate::decode::decode;
use crate::digest::{Digest, FailOn, Problem};
use crate::frame::{Frames, InputFormat};
use crate::input::{self, Feed, Source};
use crate::record::Record;
use crate::report::{Report, Reports, Seen};
use crate::rules::Rules;
use crate::verdict::{Bench, Ledger, judge};

/// What to analyse, and how.
pub struct Options<'o> {
    /// Inputs, in order.
    pub inputs: Vec<Source>,
    /// How they are read.
    pub input_format: InputFormat,
    /// The rules that judge.
    pub rules: &'o Rules,
    /// What is written.
    pub reports: Vec<Box<dyn Report + 'o>>,
    /// The least verdict that fails.
    pub fail_on: FailOn,
    /// Minions that should have answered: names or globs.
    pub expect: Vec<String>,
}

/// Analyses all inputs; the exit status.
///
/// # Errors
/// A report can't be written; of kind `BrokenPipe` if nobody reads it any more.
pub fn run(options: Options<'_>) -> io::Result<u8> {
    let Options { inputs, input_format, rules, reports, fail_on, expect } = options;
    let mut pass = Pass::new(rules, reports, expect);
    for source in inputs.iter().flat_map(input::files) {
        match source {
            Ok(source) => pass.source(&source, input_format)?,
            Err(error) => pass.unreadable(&error),
        }
    }
    pass.finish(fail_on)
}

/// Analyses a piece of Salt's output that is at hand, as if it were a file of its own: a rule's example.
///
/// # Errors
/// The report's own.
pub fn piece<'o>(rules: &'o Rules, text: &str, report: Box<dyn Report + 'o>) -> io::Result<()> {
    let feed: Box<dyn Feed> = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
    let mut pass = Pass::new(rules, vec![report], Vec::new());
    pass.read("-", Frames::new(feed, InputFormat::Auto))
}

/// One pass over all inputs.
struct Pass<'r> {
    rules: &'r Rules,
    ledger: Ledger,
    bench: Bench<'r>,
    digest: Digest,
    reports: Reports<'r>,
}

impl<'r> Pass<'r> {
    fn new(rules: &'r Rules, reports: Vec<Box<dyn Report + 'r>>, expect: Vec<String>) -> Self {
        let mut digest = Digest::default();
        digest.expect(expect);
        let (ledger, bench) = (Ledger::default(), Bench::default());
        Pass { rules, ledger, bench, digest, reports: Reports(reports) }
    }

    /// An input, or the files in it if it is an archive.
    fn source(&mut self, source: &Source, format: InputFormat) -> io::Result<()> {
        if !source.is_file() {
            // Whoever writes may be silent for long.
            self.reports.pause()?;
        }
        input::each(source, &mut |file, feed| match feed {
            Ok(feed) => self.read(file, Frames::new(feed, format)),
            Err(error) => {
                self.unreadable(&error);
                Ok(())
            }
        })
    }

    /// The program: a unit, its record, what is thought of it, and everybody who is told.
    fn read(&mut self, file: &str, mut frames: Frames<Box<dyn Feed + '_>>) -> io::Result<()> {
        let Pass { rules, ledger, bench, digest, reports } = self;
        digest.begin(file);
        let mut waiting = Waiting::default();
        loop {
            let unit = frames.next(&mut |feed, unread| waiting.before_read(feed, unread, reports));
            waiting.shown()?;
            let unit = match unit {
                Ok(Some(unit)) => unit,
                Ok(None) => break,
                Err(error) => {
                    digest.problem(unreadable(file, &input::words(&error), None));
                    continue;
                }
            };
            let record = decode(unit);
            let verdict = judge(rules, ledger, file, &record);
            bench.seat(ledger, file, record, verdict, &mut |record, verdict| {
                digest.note(file, record, verdict);
                reports.record(&Seen { file, record, verdict, digest })
            })?;
        }
        bench.clear(ledger, file, &mut |record, verdict| {
            digest.note(file, record, verdict);
            reports.record(&Seen { file, record, verdict, digest })
        })?;
        digest.end(file, frames.lines());
        Ok(())
    }

    fn unreadable(&mut self, error: &input::Error) {
        self.digest.problem(unreadable(&error.file, &error.why, error.hint));
    }

    /// Nothing more will come: who is missing, and what it all comes to.
    fn finish(mut self, fail_on: FailOn) -> io::Result<u8> {
        for message in self.digest.missing() {
            let record = Record::Message(message);
            let verdict = judge(self.rules, &mut self.ledger, "-", &record);
            self.digest.note("-", &record, &verdict);
            let (record, verdict, digest) = (&record, &verdict, &self.digest);
            self.reports.record(&Seen { file: "-", record, verdict, digest })?;
        }
        let exit = self.digest.exit(fail_on);
        self.reports.finish(&self.digest, exit)?;
        Ok(exit)
    }
}

fn unreadable(file: &str, why: &str, hint: Option<&str>) -> Problem {
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    Problem {
        kind: "unreadable",
        file: file.to_owned(),
        minion: None,
        line: None,
        text: format!("{file}: {why}{hint}"),
    }
}

/// What is done while input pauses.
#[derive(Default)]
struct Waiting {
    failed: Option<io::Error>,
    asked: bool,
}

impl Waiting {
    /// Before a read that may block: what is known becomes visible, and a question that Salt asks is shown, for it
    /// is Salt's terminal that it would be answered at.
    fn before_read(&mut self, feed: &dyn Feed, unread: &[u8], reports: &mut Reports<'_>) {
        if feed.ready() {
            return;
        }
        if let Err(error) = reports.pause() {
            self.failed = Some(error);
        }
        let question = input::prompt(unread);
        let mut terminal = io::stderr();
        match &question {
            Some(question) if !self.asked && terminal.is_terminal() => {
                // Nobody to tell if this fails.
                let _ = terminal.write_all(question.as_bytes());
            }
            _ => {}
        }
        self.asked = question.is_some();
    }

    /// Whether all that should have become visible has.
    fn shown(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
