//! One minion's run after the other, for formats that have a line or a suite for each.
//!
//! Runs of nested minions (orchestration) are runs of their own. Only the one that is open is remembered.

use super::Seen;
use super::finding::file;
use super::plain::plain;
use super::words::words;
use crate::record::{Class, Outcome, Plain, Record};

/// What is counted of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// Whose it is; the input's name where that is not said.
    pub(super) label: String,
    /// The minion as it stands in the input.
    raw: Option<Vec<u8>>,
    file: String,
    /// States and messages by verdict.
    verdicts: [u64; Class::ALL.len()],
    /// States.
    pub(super) states: u64,
    /// States that changed, or would.
    pub(super) changed: u64,
    /// Salt's total run time, else the sum of the durations, in milliseconds.
    pub(super) run_time_ms: f64,
    /// Its end is missing, or its Summary disagrees.
    pub(super) untrusted: bool,
}

impl Run {
    /// How many states and messages got this verdict.
    pub(super) fn verdict(&self, class: Class) -> u64 {
        self.verdicts[class as usize]
    }

    /// In a word.
    pub(super) fn word(&self) -> &'static str {
        match self.worst() {
            Class::ActionRequired => "FAILED",
            Class::Review => "REVIEW",
            _ if self.untrusted => "UNTRUSTED",
            _ => "OK",
        }
    }

    /// The most urgent verdict in it.
    pub(super) fn worst(&self) -> Class {
        Class::ALL.into_iter().rev().find(|class| self.verdict(*class) > 0).unwrap_or(Class::Clean)
    }

    fn note(&mut self, seen: &Seen<'_, '_>) {
        match seen.record {
            Record::State(state) => {
                self.states += state.stands_for;
                self.verdicts[seen.verdict.class as usize] += state.stands_for;
                if matches!(state.outcome, Outcome::Changed | Outcome::WouldChange) {
                    self.changed += state.stands_for;
                }
                self.run_time_ms += state.duration_ms.filter(|it| it.is_finite()).unwrap_or(0.0);
            }
            Record::Message(_) => self.verdicts[seen.verdict.class as usize] += 1,
            Record::Summary(summary) => {
                if seen.verdict.class >= Class::Review {
                    self.verdicts[seen.verdict.class as usize] += 1;
                }
                self.untrusted |= seen.verdict.agrees == Some(false);
                if let Some(ms) = summary.run_time_ms.filter(|it| it.is_finite()) {
                    self.run_time_ms = ms;
                }
            }
            Record::Fault(_) => self.untrusted = true,
            Record::Stray(_) | Record::RunEnd(_) => {}
        }
    }
}

/// The run that is open.
#[derive(Default)]
pub(super) struct Runs {
    open: Option<Run>,
    /// What nobody said: log lines between runs, notices of Salt's commands.
    pub(super) outside: Run,
}

/// Whose a record is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Whose {
    /// The open run's.
    Run,
    /// Nobody's.
    Outside,
}

impl Runs {
    /// Takes a record; the run that it shows to be over, and whose it is itself.
    pub(super) fn note(&mut self, seen: &Seen<'_, '_>) -> (Option<Run>, Whose) {
        if let Record::RunEnd(end) = seen.record {
            let is_its = self
                .open
                .as_ref()
                .is_some_and(|run| end.at.minion.as_ref().map(|minion| minion.raw()) == run.raw.as_deref());
            let run = if is_its { self.open.take() } else { None };
            return (run.map(|run| Run { untrusted: run.untrusted || !end.complete, ..run }), Whose::Outside);
        }
        let at = seen.record.at();
        let named = at.minion.as_ref().map(|minion| minion.raw());
        let goes_on = self.open.as_ref().is_some_and(|run| {
            run.file == seen.file
                && (named == run.raw.as_deref() || named.is_none() && !is_state(seen.record))
        });
        if goes_on {
            if let Some(run) = &mut self.open {
                run.note(seen);
            }
            return (None, Whose::Run);
        }
        if named.is_none() && !is_state(seen.record) {
            self.outside.note(seen);
            return (None, Whose::Outside);
        }
        let over = self.open.take();
        let mut run = Run {
            label: at
                .minion
                .as_ref()
                .map_or_else(|| file(seen.file), |minion| plain(&words(minion)).into_owned()),
            raw: named.map(<[u8]>::to_vec),
            file: seen.file.to_owned(),
            ..Run::default()
        };
        run.note(seen);
        self.open = Some(run);
        (over, Whose::Run)
    }

    /// Takes a plain state of the run that is open.
    pub(super) fn pass(&mut self, plain: &Plain<'_>) {
        if let Some(run) = &mut self.open {
            run.states += 1;
            run.verdicts[Class::Clean as usize] += 1;
            run.run_time_ms += plain.duration_ms.unwrap_or(0.0);
        }
    }

    /// The run that is still open when all is over.
    pub(super) fn finish(&mut self) -> Option<Run> {
        self.open.take()
    }
}

fn is_state(record: &Record<'_>) -> bool {
    matches!(record, Record::State(_) | Record::Summary(_))
}
