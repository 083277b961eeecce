//! The loop: inputs through frame, decode, judge and report.
//!
//! Nothing here reads, decides or writes; it says what comes after what.

mod ahead;
mod found;
mod parts;
mod replay;

use std::io::{self, IsTerminal, Write};
use std::thread;

use crate::decode::{decode, glance};
use crate::digest::{Digest, FailOn, Problem};
use crate::frame::{Frames, InputFormat, Unit};
use crate::input::{self, Feed, Source, Tap};
use crate::record::{Class, Plain, Record};
use crate::report::{Mask, Report, Reports, Seen};
use crate::rules::Rules;
use crate::verdict::{self, Bench, Ledger, Next, Verdict, judge};

pub use replay::{Replay, replay};

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
    /// Minions that are told of, names or globs; all, if there are none.
    pub only: Vec<String>,
    /// Is told now and then how far it is; dropped before the reports end.
    pub progress: Option<Watcher<'o>>,
    /// Where the bytes of the inputs are passed on to, unchanged.
    pub tee: Option<Tee>,
    /// Secrets are masked before anybody sees them.
    pub redact: bool,
    /// People are told how many lines were understood as what.
    pub stats: bool,
}

/// Who is told how far it is.
pub type Watcher<'o> = Box<dyn FnMut(&Progress<'_>) + 'o>;

/// How far it is.
pub struct Progress<'d> {
    /// How many bytes of the inputs have been read, as they lie on disk.
    pub read: u64,
    /// What was found so far.
    pub digest: &'d Digest,
    /// Salt asks something, and waits.
    pub asks: bool,
}

/// Where inputs are passed on to.
pub struct Tee {
    /// Gets the bytes as they are read.
    pub out: Box<dyn Write + Send>,
    /// People see them there at once: what Salt asks need not be shown to them.
    pub seen: bool,
}

/// So many threads read at once.
const THREADS: usize = 8;

/// Analyses all inputs; the exit status.
///
/// # Errors
/// A report can't be written, or the input not be passed on; of kind `BrokenPipe` if nobody reads the report any more.
pub fn run(options: Options<'_>) -> io::Result<u8> {
    let Options {
        inputs,
        input_format,
        rules,
        reports,
        fail_on,
        expect,
        only,
        redact,
        mut progress,
        stats,
        tee,
    } = options;
    let mut told = Told::new(reports, redact, expect);
    // Of some minions nothing is told, and not counted either.
    told.passes &= only.is_empty();
    told.digest.only(only);
    told.digest.stats = stats;
    let asked = tee.as_ref().is_some_and(|tee| tee.seen);
    let tap = tee.map_or_else(Tap::default, |tee| Tap::to(tee.out));
    let mut seen = |told: &Told<'_>, asks: bool| {
        if let Some(progress) = &mut progress {
            progress(&Progress { read: tap.read(), digest: &told.digest, asks });
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let several = inputs.len() > 1 || inputs.iter().any(|input| !input.is_file());
    if several
        && threads > 1
        && !tap.passes_on()
        && inputs.iter().all(|input| input.is_file() || input.is_directory())
    {
        let how = (rules, input_format, told.passes);
        ahead::read(how, &inputs, &tap, threads, &mut told, &mut |told| seen(told, false))?;
    } else {
        for source in inputs.iter().flat_map(input::files) {
            let source = match source {
                Ok(source) => source,
                Err(error) => {
                    told.problem(unreadable(&error.file, &error.why, error.hint));
                    continue;
                }
            };
            if !source.is_file() {
                // Whoever writes may be silent for long.
                told.reports.pause()?;
            }
            let large = if threads > 1 { source.in_place(&tap) } else { None };
            if let Some(large) = large {
                let how = (rules, input_format, told.passes);
                parts::read(how, &source.name(), &large, threads, &mut told, &mut |told| seen(told, false))?;
                continue;
            }
            let mut waiting = Waiting { seen: asked, ..Waiting::default() };
            input::each(&source, &tap, &mut |file, feed| match feed {
                Ok(feed) => Reader::new(rules).read(
                    file,
                    Frames::new(feed, input_format),
                    &mut told,
                    &mut |told, feed, unread| waiting.before_read(feed, unread, told, &mut seen),
                ),
                Err(error) => {
                    told.problem(unreadable(&error.file, &error.why, error.hint));
                    Ok(())
                }
            })?;
        }
    }
    drop(progress);
    let exit = told.finish(rules, fail_on);
    match tap.failed() {
        None => exit,
        Some(error) => {
            let why = format!("the input could not be passed on ({})", input::words(&error));
            Err(io::Error::new(error.kind(), why))
        }
    }
}

/// Analyses a piece of Salt's output that is at hand, as if it were a file of its own: a rule's example.
///
/// # Errors
/// The report's own.
pub fn piece<'o>(rules: &'o Rules, text: &str, report: Box<dyn Report + 'o>) -> io::Result<()> {
    let feed: Box<dyn Feed> = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
    let mut told = Told::new(vec![report], false, Vec::new());
    Reader::new(rules).read("-", Frames::new(feed, InputFormat::Auto), &mut told, &mut |_, _, _| Ok(()))
}

/// Who is told what is read, in the order of the input.
trait Taker<'r> {
    /// An input begins.
    fn begin(&mut self, file: &str);
    /// Need plain states only be counted?
    fn passes(&self) -> bool;
    /// A unit was read, whose record will come.
    fn unit(&mut self, _: &Unit<'_>) {}
    /// The next plain state of a run, right behind another state.
    fn pass(&mut self, plain: &Plain<'_>) -> io::Result<()>;
    /// The next record, and what is thought of it.
    fn record(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()>;
    /// Something makes the input untrusted.
    fn problem(&mut self, problem: Problem);
    /// The input is over, and had so many lines.
    fn end(&mut self, file: &str, lines: u64);
}

/// Is told before each read, with what is read and not framed.
type BeforeRead<'b, T> = dyn FnMut(&mut T, &dyn Feed, &[u8]) -> io::Result<()> + 'b;

/// Reads an input; each has a memory of its own.
struct Reader<'r> {
    rules: &'r Rules,
    ledger: Ledger,
    bench: Bench<'r>,
}

impl<'r> Reader<'r> {
    fn new(rules: &'r Rules) -> Self {
        Reader { rules, ledger: Ledger::default(), bench: Bench::default() }
    }

    fn read<T: Taker<'r>>(
        &mut self,
        file: &str,
        mut frames: Frames<Box<dyn Feed + '_>>,
        taker: &mut T,
        before_read: &mut BeforeRead<'_, T>,
    ) -> io::Result<()> {
        taker.begin(file);
        self.go_on(file, &mut frames, taker, before_read, &mut |_| false)?;
        taker.end(file, frames.lines());
        Ok(())
    }

    /// The program: a unit, its record, what is thought of it, and everybody who is told. `stops` is told where nothing
    /// is left to remember, in bytes of what `frames` reads; true if it said that this is the end.
    fn go_on<T: Taker<'r>>(
        &mut self,
        file: &str,
        frames: &mut Frames<Box<dyn Feed + '_>>,
        taker: &mut T,
        before_read: &mut BeforeRead<'_, T>,
        stops: &mut dyn FnMut(u64) -> bool,
    ) -> io::Result<bool> {
        let Reader { rules, ledger, bench } = self;
        let mut shown = Ok(());
        // A plain state that comes next is one more of an open run.
        let mut in_run = false;
        loop {
            let unit = frames.next(&mut |feed, unread| {
                if shown.is_ok() {
                    shown = before_read(taker, feed, unread);
                }
            });
            std::mem::replace(&mut shown, Ok(()))?;
            let unit = match unit {
                Ok(Some(unit)) => unit,
                Ok(None) => break,
                Err(error) => {
                    taker.problem(unreadable(file, &input::words(&error), None));
                    continue;
                }
            };
            if in_run
                && let Some(plain) = glance(&unit)
                && verdict::passes(rules, ledger, &plain)
            {
                bench.pass(ledger, file, &plain, &mut |next| tell(taker, file, next))?;
                continue;
            }
            taker.unit(&unit);
            let record = decode(unit);
            in_run = taker.passes() && is_of_run(&record);
            let over = matches!(record, Record::RunEnd(_));
            let verdict = judge(rules, ledger, file, &record);
            bench.seat(ledger, file, record, verdict, &mut |next| tell(taker, file, next))?;
            if over && bench.is_empty() && ledger.rests() && frames.rests().is_some_and(&mut *stops) {
                return Ok(true);
            }
        }
        bench.clear(ledger, file, &mut |next| tell(taker, file, next))?;
        Ok(false)
    }
}

/// The digest and the reports, all of them without the secrets.
struct Told<'r> {
    mask: Option<Mask>,
    /// What is less urgent is shown by nobody.
    least: Class,
    digest: Digest,
    reports: Reports<'r>,
    /// Plain states need only be counted.
    passes: bool,
}

impl<'r> Told<'r> {
    fn new(reports: Vec<Box<dyn Report + 'r>>, redact: bool, expect: Vec<String>) -> Self {
        let mut digest = Digest::default();
        digest.expect(expect);
        let reports = Reports(reports);
        Told {
            mask: redact.then(Mask::default),
            least: reports.least(),
            passes: reports.passes(),
            digest,
            reports,
        }
    }

    /// Nothing more will come: who is missing, and what it all comes to.
    fn finish(mut self, rules: &'r Rules, fail_on: FailOn) -> io::Result<u8> {
        let mut ledger = Ledger::default();
        for message in self.digest.missing() {
            let record = Record::Message(message);
            let verdict = judge(rules, &mut ledger, "-", &record);
            self.record("-", &record, &verdict)?;
        }
        self.exit(fail_on)
    }

    /// What it all comes to.
    fn exit(mut self, fail_on: FailOn) -> io::Result<u8> {
        self.digest.close();
        let exit = self.digest.exit(fail_on);
        self.reports.finish(&self.digest, exit)?;
        Ok(exit)
    }
}

impl<'r> Taker<'r> for Told<'_> {
    fn begin(&mut self, file: &str) {
        self.digest.begin(file);
    }

    fn passes(&self) -> bool {
        self.passes
    }

    fn pass(&mut self, plain: &Plain<'_>) -> io::Result<()> {
        self.digest.pass(plain);
        self.reports.pass(plain);
        Ok(())
    }

    fn record(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()> {
        if !self.digest.tells_of(file, record) {
            return Ok(());
        }
        let shown = match record {
            // The digest keeps words of the first of its kind.
            Record::State(_) => self.reports.shows(verdict.class) || self.digest.keeps(record, verdict),
            _ => verdict.class >= self.least || !is_judged(record),
        };
        let mask = self.mask.as_ref().filter(|_| shown);
        let masked = mask.and_then(|mask| mask.seen(record, verdict));
        let (record, verdict) = match &masked {
            Some((record, verdict)) => (record, verdict),
            None => (record, verdict),
        };
        self.digest.note(file, record, verdict);
        self.reports.record(&Seen { file, record, verdict, digest: &self.digest })
    }

    fn problem(&mut self, problem: Problem) {
        self.digest.problem(problem);
    }

    fn end(&mut self, file: &str, lines: u64) {
        self.digest.end(file, lines);
    }
}

fn tell<'r>(taker: &mut impl Taker<'r>, file: &str, next: Next<'_, 'r>) -> io::Result<()> {
    match next {
        Next::Record(record, verdict) => taker.record(file, record, verdict),
        Next::Plain(plain) => taker.pass(plain),
    }
}

/// A state of the outermost run: a plain one behind it is one more.
fn is_of_run(record: &Record<'_>) -> bool {
    matches!(record, Record::State(state) if state.at.depth == 0)
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
    asked: bool,
    /// Questions are seen where the input is passed on to.
    seen: bool,
}

impl Waiting {
    /// Before a read that may block: what is known becomes visible, and a question that Salt asks is shown, for it
    /// is Salt's terminal that it would be answered at.
    fn before_read(
        &mut self,
        feed: &dyn Feed,
        unread: &[u8],
        told: &mut Told<'_>,
        seen: &mut impl FnMut(&Told<'_>, bool),
    ) -> io::Result<()> {
        if feed.ready() {
            seen(told, false);
            return Ok(());
        }
        let paused = told.reports.pause();
        let question = input::prompt(unread);
        seen(told, question.is_some());
        let mut terminal = io::stderr();
        match &question {
            Some(question) if !self.asked && !self.seen && terminal.is_terminal() => {
                // Nobody to tell if this fails.
                let _ = terminal.write_all(question.as_bytes());
            }
            _ => {}
        }
        self.asked = question.is_some();
        paused
    }
}
