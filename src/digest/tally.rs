//! Exact counters over records. Which of them they count is for others to say.

use crate::record::{Class, Outcome, Plain, State};

/// Counts over states and messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// States read, nested ones too, each as often as it stands for.
    pub states: u64,
    /// States that failed of themselves, or whose cause is not in the input: failures that are no cascade.
    pub roots: u64,
    outcomes: [u64; Outcome::ALL.len()],
    of_states: [u64; Class::ALL.len()],
    of_messages: [u64; Class::ALL.len()],
    /// Salt's own total run time if a Summary gave one, else the sum of the durations (not of nested states, which
    /// their step's duration holds); in milliseconds.
    pub run_time_ms: f64,
}

impl Tally {
    /// How many states came to this.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// How many states and messages got this verdict.
    pub fn verdict(&self, class: Class) -> u64 {
        self.state_verdict(class) + self.message_verdict(class)
    }

    /// How many states got this verdict.
    pub fn state_verdict(&self, class: Class) -> u64 {
        self.of_states[class as usize]
    }

    /// How many messages got this verdict.
    pub fn message_verdict(&self, class: Class) -> u64 {
        self.of_messages[class as usize]
    }

    pub(super) fn state(&mut self, state: &State<'_>, class: Class) {
        let many = state.stands_for;
        let add = |count: &mut u64| *count = count.saturating_add(many);
        add(&mut self.states);
        add(&mut self.outcomes[state.outcome as usize]);
        add(&mut self.of_states[class as usize]);
        if state.outcome == Outcome::Failed && class != Class::Blocked {
            add(&mut self.roots);
        }
        if state.at.depth == 0 {
            self.run_time_ms += state.duration_ms.filter(|duration| duration.is_finite()).unwrap_or(0.0);
        }
    }

    pub(super) fn plain(&mut self, plain: &Plain<'_>) {
        self.states = self.states.saturating_add(1);
        self.outcomes[plain.outcome as usize] += 1;
        self.of_states[Class::Clean as usize] += 1;
        self.run_time_ms += plain.duration_ms.unwrap_or(0.0);
    }

    pub(super) fn message(&mut self, class: Class) {
        self.of_messages[class as usize] += 1;
    }
}
