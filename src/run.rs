//! The loop: inputs through frame, decode, judge and report.
//!
//! Nothing here reads, decides or writes; it says what comes after what.

use std::io::{self, IsTerminal, Write};

use crate::decode::decode;
use crate::digest::{Digest, FailOn, Problem};
use crate::frame::{Frames, InputFormat};
use crate::input::{self, Feed, Source};
use crate::record::{Class, Record};
use crate::report::{self, Mask, Report, Reports, Seen, Stored};
use crate::rules::Rules;
use crate::verdict::{Bench, Ledger, Verdict, judge};

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
    /// Secrets are masked before anybody sees them.
    pub redact: bool,
}

/// Analyses all inputs; the exit status.
///
/// # Errors
/// A report can't be written; of kind `BrokenPipe` if nobody reads it any more.
pub fn run(options: Options<'_>) -> io::Result<u8> {
    let Options { inputs, input_format, rules, reports, fail_on, expect, redact } = options;
    let mut pass = Pass::new(rules, Told::new(reports, redact), expect);
    for source in inputs.iter().flat_map(input::files) {
        match source.and_then(|source| Ok((source.name(), input::open(&source)?))) {
            Ok((file, feed)) => pass.read(&file, Frames::new(feed, input_format))?,
            Err(error) => pass.unreadable(&error.file, &error.why, error.hint),
        }
    }
    pass.finish(fail_on)
}

/// Stored records to report on, and how.
pub struct Replay<'o> {
    /// Files of records, in order.
    pub inputs: Vec<Source>,
    /// What is written.
    pub reports: Vec<Box<dyn Report + 'o>>,
    /// The least verdict that fails.
    pub fail_on: FailOn,
    /// Secrets are masked; what was masked when the records were stored stays masked.
    pub redact: bool,
}

/// Reports on records that an earlier run stored; the exit status.
///
/// # Errors
/// A report can't be written; of kind `BrokenPipe` if nobody reads it any more.
pub fn replay(options: Replay<'_>) -> io::Result<u8> {
    let Replay { inputs, reports, fail_on, redact } = options;
    let mut told = Told::new(reports, redact);
    for source in inputs.iter().flat_map(input::files) {
        match source.and_then(|source| Ok((source.name(), input::open(&source)?))) {
            Ok((file, feed)) => stored(&file, feed, &mut told)?,
            Err(error) => told.digest.problem(unreadable(&error.file, &error.why, error.hint)),
        }
    }
    told.finish(fail_on)
}

/// The records of one file.
fn stored(file: &str, feed: Box<dyn Feed>, told: &mut Told<'_>) -> io::Result<()> {
    let mut lines = input::Lines::new(feed);
    let known = told.digest.problems.len();
    let mut over = false;
    loop {
        let wrong = |line, text: String| Problem {
            kind: "records",
            file: file.to_owned(),
            minion: None,
            line: Some(line),
            text: format!("{file}: {text}"),
        };
        let taken = match lines.line() {
            Ok(Some((number, line))) => report::read_record(line).map_err(|why| wrong(number, why)),
            Ok(None) if over => return Ok(()),
            Ok(None) => {
                Err(wrong(lines.number(), "these records are cut off: their last line is missing".to_owned()))
            }
            Err(error) => Err(unreadable(file, &input::words(&error), None)),
        };
        match taken {
            Ok(Some(Stored::Record(taken))) => {
                told.since(&taken.since)?;
                told.of(&taken.file, &taken.record, &taken.verdict())?;
            }
            Ok(Some(Stored::End(end))) => {
                told.since(&end.since)?;
                told.digest.settle(known, end.problems, end.problems_more, end.complete);
                over = true;
            }
            Ok(Some(Stored::Start) | None) => {}
            // What comes behind it can't be understood either.
            Err(problem) => {
                told.digest.problem(problem);
                return Ok(());
            }
        }
    }
}

/// Analyses a piece of Salt's output that is at hand, as if it were a file of its own: a rule's example.
///
/// # Errors
/// The report's own.
pub fn piece<'o>(rules: &'o Rules, text: &str, report: Box<dyn Report + 'o>) -> io::Result<()> {
    let feed: Box<dyn Feed> = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
    let mut pass = Pass::new(rules, Told::new(vec![report], false), Vec::new());
    pass.read("-", Frames::new(feed, InputFormat::Auto))
}

/// One pass over all inputs.
struct Pass<'r> {
    rules: &'r Rules,
    ledger: Ledger,
    bench: Bench<'r>,
    told: Told<'r>,
}

impl<'r> Pass<'r> {
    fn new(rules: &'r Rules, mut told: Told<'r>, expect: Vec<String>) -> Self {
        told.digest.expect(expect);
        let (ledger, bench) = (Ledger::default(), Bench::default());
        Pass { rules, ledger, bench, told }
    }

    /// The program: a unit, its record, what is thought of it, and everybody who is told.
    fn read(&mut self, file: &str, mut frames: Frames<Box<dyn Feed>>) -> io::Result<()> {
        let Pass { rules, ledger, bench, told } = self;
        told.digest.begin(file);
        let mut waiting = Waiting::default();
        loop {
            let unit = frames.next(&mut |feed, unread| waiting.before_read(feed, unread, &mut told.reports));
            waiting.shown()?;
            let unit = match unit {
                Ok(Some(unit)) => unit,
                Ok(None) => break,
                Err(error) => {
                    told.digest.problem(unreadable(file, &input::words(&error), None));
                    continue;
                }
            };
            let record = decode(unit);
            let verdict = judge(rules, ledger, file, &record);
            bench
                .seat(ledger, file, record, verdict, &mut |record, verdict| told.of(file, record, verdict))?;
        }
        bench.clear(ledger, file, &mut |record, verdict| told.of(file, record, verdict))?;
        told.digest.end(file);
        Ok(())
    }

    fn unreadable(&mut self, file: &str, why: &str, hint: Option<&str>) {
        self.told.digest.problem(unreadable(file, why, hint));
    }

    /// Nothing more will come: who is missing, and what it all comes to.
    fn finish(mut self, fail_on: FailOn) -> io::Result<u8> {
        for message in self.told.digest.missing() {
            let record = Record::Message(message);
            let verdict = judge(self.rules, &mut self.ledger, "-", &record);
            self.told.of("-", &record, &verdict)?;
        }
        self.told.finish(fail_on)
    }
}

/// Everybody who is told, without the secrets.
struct Told<'r> {
    mask: Option<Mask>,
    /// What is less urgent is shown by nobody.
    least: Class,
    digest: Digest,
    reports: Reports<'r>,
}

impl<'r> Told<'r> {
    fn new(reports: Vec<Box<dyn Report + 'r>>, redact: bool) -> Self {
        let reports = Reports(reports);
        let least = reports.least();
        Told { mask: redact.then(Mask::default), least, digest: Digest::default(), reports }
    }

    fn of(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'_>) -> io::Result<()> {
        let mask = self.mask.as_ref().filter(|_| verdict.class >= self.least || !is_judged(record));
        let masked = mask.and_then(|mask| mask.seen(record, verdict));
        let (record, verdict) = match &masked {
            Some((record, verdict)) => (record, verdict),
            None => (record, verdict),
        };
        self.digest.note(file, record, verdict);
        self.reports.record(&Seen { file, record, verdict, digest: &self.digest })
    }

    /// What stood between two stored records.
    fn since(&mut self, events: &[(String, Record<'static>)]) -> io::Result<()> {
        let verdict = Verdict::plain(Class::Clean);
        events.iter().try_for_each(|(file, event)| self.of(file, event, &verdict))
    }

    fn finish(mut self, fail_on: FailOn) -> io::Result<u8> {
        let exit = self.digest.exit(fail_on);
        self.reports.finish(&self.digest, exit)?;
        Ok(exit)
    }
}

/// Does its verdict tell whether its words are shown?
fn is_judged(record: &Record<'_>) -> bool {
    matches!(record, Record::State(_) | Record::Message(_) | Record::Stray(_))
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
