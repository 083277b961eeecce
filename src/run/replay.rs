//! Reports from stored records, so that an archive is read once.
//!
//! Nothing is judged here: what was thought of a record is stored with it.

use std::io;

use super::{Taker, Told, unreadable};
use crate::digest::{FailOn, Problem};
use crate::input::{self, Feed, Source, Tap};
use crate::record::{Class, Record};
use crate::report::{self, Report, Stored};
use crate::verdict::Verdict;

/// Stored records to report on, and how.
pub struct Replay<'o> {
    /// Files of records, in order.
    pub inputs: Vec<Source>,
    /// What is written.
    pub reports: Vec<Box<dyn Report + 'o>>,
    /// Minions that are told of, names or globs; all, if there are none.
    pub only: Vec<String>,
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
    let Replay { inputs, reports, only, fail_on, redact } = options;
    let mut told = Told::new(reports, redact, Vec::new());
    told.digest.only(only);
    let tap = Tap::default();
    for source in inputs.iter().flat_map(input::files) {
        match source {
            Ok(source) => input::each(&source, &tap, &mut |file, feed| match feed {
                Ok(feed) => stored(file, feed, &mut told),
                Err(error) => {
                    told.problem(unreadable(&error.file, &error.why, error.hint));
                    Ok(())
                }
            })?,
            Err(error) => told.problem(unreadable(&error.file, &error.why, error.hint)),
        }
    }
    told.exit(fail_on)
}

/// The records of one file.
fn stored<'f>(file: &str, feed: Box<dyn Feed + 'f>, told: &mut Told<'_>) -> io::Result<()> {
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
                told.record(&taken.file, &taken.record, &taken.verdict())?;
            }
            Ok(Some(Stored::End(end))) => {
                told.since(&end.since)?;
                told.digest.settle(known, end.problems, end.problems_more, end.complete, &end.lines);
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

impl Told<'_> {
    /// What stood between two stored records.
    fn since(&mut self, events: &[(String, Record<'static>)]) -> io::Result<()> {
        let verdict = Verdict::plain(Class::Clean);
        events.iter().try_for_each(|(file, event)| self.record(file, event, &verdict))
    }
}
