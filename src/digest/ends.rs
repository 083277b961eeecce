//! Runs that end with a failed state. With `failhard` Salt stops there (`salt.state.State.call_chunks`), and prints nothing of
//! the states that it keeps from running: neither their number nor that there are any. What output can tell is that a run
//! ends so, and whether other minions' runs went on for longer.

use crate::record::{Class, Outcome, State};

/// So many such runs are kept.
const KEPT: usize = 64;

/// A run that ends with a failed state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Whose run it is.
    pub minion: Option<String>,
    /// How many states it holds.
    pub states: u64,
    /// The input that the failed state stands in, and its line.
    pub at: (String, u64),
}

/// What is remembered of the ends of runs.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// The last state of the outermost run so far, in Salt's order, is one that failed of itself.
    failed: Option<u64>,
    run_num: u64,
    states: u64,
    /// The run that is over ended so.
    pub(super) last: Option<u64>,
    runs: Vec<Ended>,
    more: u64,
    /// States of the longest run.
    longest: u64,
}

impl Ends {
    /// Takes note of a state.
    pub(super) fn state(&mut self, state: &State<'_>, class: Class) {
        if state.at.depth > 0 {
            return;
        }
        self.states += state.stands_for;
        let run_num = state.run_num.unwrap_or(self.run_num);
        if run_num >= self.run_num {
            let failed = state.outcome == Outcome::Failed && class > Class::Blocked;
            (self.run_num, self.failed) = (run_num, failed.then_some(state.at.line));
        }
    }

    /// An outermost run is over.
    pub(super) fn run_over(&mut self, file: &str, minion: Option<String>, complete: bool) {
        let states = std::mem::take(&mut self.states);
        let failed = self.failed.take().filter(|_| complete && states > 1);
        (self.run_num, self.last) = (0, failed);
        self.longest = self.longest.max(states);
        match failed {
            Some(line) if self.runs.len() < KEPT => {
                self.runs.push(Ended { minion, states, at: (file.to_owned(), line) });
            }
            Some(_) => self.more += 1,
            None => {}
        }
    }

    /// The runs that ended with a failed state while the longest went on for longer, how many more of them there are, and
    /// how many states the longest held.
    pub(super) fn early(&self) -> (Vec<&Ended>, u64, u64) {
        let runs = self.runs.iter().filter(|run| run.states < self.longest).collect();
        (runs, self.more, self.longest)
    }
}
