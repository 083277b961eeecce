//! The memory of the runs that are open: one small table for each level of nesting.
//!
//! Bounded whatever a run holds. A table outlives the [`RunEnd`](crate::record::RunEnd) of its run until the next run of
//! its depth begins, so that what waits on the [`Bench`](super::Bench) can still be settled.

use super::cascade::{Failed, Found, names};
use super::count::{Range, Read};
use super::log::{Log, ran_by_watch};
use super::{Cause, Known, Verdict};
use crate::record::{Class, Kind, Outcome, Place, Plain, Record, State, Summary};

/// Nobody nests orchestrations deeper; what is deeper shares the last table.
const DEEPEST: u16 = 63;

/// What `judge` remembers of the runs that are open: one small table for each level of nesting.
#[derive(Debug, Default)]
pub struct Ledger {
    runs: Vec<Run>,
    /// What the log around the states says.
    pub(super) log: Log,
    /// The state just taken is a step, and nothing that it ran changed anything.
    idle_step: bool,
}

#[derive(Debug, Default)]
struct Run {
    read: Read,
    failed: Failed,
    /// The `__run_num__` that comes next if the input is in Salt's order, and whether another came.
    next_run_num: u64,
    shuffled: bool,
    /// How many states changed, and the first of them.
    changed: u64,
    first_changed: Option<String>,
    /// A Summary said how much was changed.
    summed: bool,
    /// It is over; the next state or Summary of this depth begins another.
    over: bool,
}

impl Run {
    /// A state of this place in Salt's order comes next.
    fn in_order(&mut self, run_num: u64) {
        self.shuffled |= run_num != self.next_run_num;
        self.next_run_num = run_num.saturating_add(1);
    }
}

impl Ledger {
    /// Takes note of the next record.
    pub(super) fn take(&mut self, record: &Record<'_>) {
        match record {
            Record::State(state) => {
                let run = self.open(&state.at);
                if let Some(run_num) = state.run_num {
                    run.in_order(run_num);
                }
                self.idle_step = run.read.state(state);
            }
            Record::Summary(summary) => {
                self.open(&summary.at).summed = true;
                let changed = summary.changed.min(1);
                self.outward(&summary.at, Range { least: changed, most: changed });
            }
            // A step's minion that returned a value and no states: text such as `True` counts as a change
            // (`_format_host`), nothing at all does not.
            Record::Message(message) if message.kind == Kind::Log => self.log.told(message),
            Record::Message(message) if message.kind == Kind::Return => {
                self.outward(&message.at, Range { least: 0, most: 1 });
            }
            Record::Message(message) if message.kind == Kind::Compile => {
                self.outward(&message.at, Range::default());
            }
            Record::RunEnd(end) => {
                let run = self.open_or_over(&end.at);
                let unsummed = (!run.over && !run.summed).then_some(run.read.changed);
                run.over = true;
                run.read.nested = None;
                if let Some(changed) = unsummed {
                    self.outward(&end.at, changed);
                }
            }
            Record::Message(_) | Record::Stray(_) | Record::Fault(_) => {}
        }
    }

    /// Takes note of a plain state, if it is nothing but one more of the run that is open.
    pub(super) fn pass(&mut self, plain: &Plain<'_>) -> bool {
        let Some(run) = self.runs.first_mut().filter(|run| !run.over) else { return false };
        if !self.log.is_quiet() || !run.read.plain(plain) {
            return false;
        }
        if let Some(run_num) = plain.run_num {
            run.in_order(run_num);
        }
        self.idle_step = false;
        true
    }

    /// No run is open, and nothing waits: what comes next is judged as it would be at the start of an input, unless it is
    /// a log entry, which may repeat what failed before.
    pub fn rests(&self) -> bool {
        self.log.rests() && self.runs.len() <= 1 && self.runs.iter().all(|run| run.over)
    }

    /// What comes so many lines further down in the same input was taken by another, which began with nothing, met no log
    /// entry, and rests.
    pub fn append(&mut self, later: Ledger, lines: u64) {
        let Ledger { runs, log, idle_step } = later;
        (self.runs, self.idle_step) = (runs, idle_step);
        self.log.append(log, lines);
    }

    /// True if the state just taken is a step whose nested runs are all known to have changed nothing.
    pub(super) fn idle_step(&self) -> bool {
        self.idle_step
    }

    /// True while the states of this run come in the order in which Salt ran them: text always, JSON from Python 3 on.
    pub(super) fn in_order(&self, at: &Place<'_>) -> bool {
        self.runs.get(index(at)).is_none_or(|run| !run.shuffled)
    }

    /// In what a Summary disagrees with the states read, in words.
    pub(super) fn disagreement(&self, summary: &Summary<'_>) -> Option<String> {
        self.runs.get(index(&summary.at))?.read.disagreement(summary)
    }

    /// The verdict on a failed state that is a cascade; none for one that failed of itself, which is remembered.
    pub(super) fn cascade<'r>(&mut self, file: &str, state: &State<'_>) -> Option<Verdict<'r>> {
        let comment = state.comment.as_ref().map(|comment| comment.get());
        let Some(names) = comment.as_deref().and_then(names) else {
            self.failed(&state.at).root(file, state);
            return None;
        };
        Some(self.find(state, names).unwrap_or_else(|| Verdict {
            pending: true,
            ..Verdict::because(Class::ActionRequired, "A requisite failed that is not in this output")
        }))
    }

    /// Tries again to find the cause of what waits for it; true if it was found.
    pub(super) fn settle(&mut self, state: &State<'_>, names: &str, verdict: &mut Verdict<'_>) -> bool {
        let found = self.find(state, names);
        if let Some(found) = found {
            *verdict = found;
        }
        !verdict.pending
    }

    /// Waits no longer: it stays as it stands, and is the cause of what names it.
    pub(super) fn give_up(&mut self, file: &str, state: &State<'_>, verdict: &mut Verdict<'_>) {
        verdict.pending = false;
        self.failed(&state.at).root(file, state);
    }

    /// What the run around a state tells of it, but for cascades.
    pub(super) fn known(&mut self, file: &str, state: &State<'_>) -> Option<Box<Known>> {
        let log = self.log.state(file, state, state.outcome == Outcome::Failed);
        let triggered_by = self.trigger(state);
        (log.is_some() || triggered_by.is_some()).then(|| Box::new(Known { triggered_by, log }))
    }

    /// The ID of the state whose change made this one run. Salt does not print it; where only one state of the run has
    /// changed so far, and this one runs only because another changed, it can be no other.
    fn trigger(&mut self, state: &State<'_>) -> Option<String> {
        if !matches!(state.outcome, Outcome::Changed | Outcome::Failed) {
            return None;
        }
        let run = self.open_or_over(&state.at);
        let only = if run.changed == 1 && !run.shuffled && ran_by_watch(state) {
            run.first_changed.clone()
        } else {
            None
        };
        if state.outcome == Outcome::Changed {
            run.changed += state.stands_for;
            if run.changed == 1 {
                run.first_changed = state.id.as_ref().map(|id| id.get().into_owned());
            }
        }
        only
    }

    fn find<'r>(&mut self, state: &State<'_>, names: &str) -> Option<Verdict<'r>> {
        let failed = self.failed(&state.at);
        match failed.find(names) {
            Found::Cause(cause) => {
                let verdict = Verdict { cause: Some(Cause::clone(&cause)), ..Verdict::plain(Class::Blocked) };
                failed.alias(state, cause);
                Some(verdict)
            }
            Found::NotKept => {
                Some(Verdict::because(Class::Blocked, "Its cause is among more failures than are remembered"))
            }
            Found::OneOfSeveral => Some(Verdict::because(
                Class::Blocked,
                "One of this run's failures blocks it; Salt does not say which",
            )),
            Found::Missing => None,
        }
    }

    fn failed(&mut self, at: &Place<'_>) -> &mut Failed {
        &mut self.open_or_over(at).failed
    }

    /// What a nested run changed counts for the step around it.
    fn outward(&mut self, at: &Place<'_>, changed: Range) {
        if let Some(around) = index(at).checked_sub(1) {
            self.at(around).read.nested(changed);
        }
    }

    /// The run of this depth; another if the last one is over.
    fn open(&mut self, at: &Place<'_>) -> &mut Run {
        let run = self.open_or_over(at);
        if run.over {
            // A step's nested runs come before its own run's first state.
            let nested = run.read.nested.take();
            run.read = Read::default();
            run.read.nested = nested;
            run.failed.clear();
            (run.over, run.summed, run.shuffled, run.next_run_num) = (false, false, false, 0);
            (run.changed, run.first_changed) = (0, None);
        }
        run
    }

    fn open_or_over(&mut self, at: &Place<'_>) -> &mut Run {
        self.at(index(at))
    }

    fn at(&mut self, index: usize) -> &mut Run {
        if self.runs.len() <= index {
            self.runs.resize_with(index + 1, Run::default);
        }
        // Just made long enough.
        &mut self.runs[index]
    }
}

fn index(at: &Place<'_>) -> usize {
    usize::from(at.depth.min(DEEPEST))
}
