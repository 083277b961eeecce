//! What only the whole run tells: counts, problems, the exit status.
//!
//! Bounded by distinct findings and not by input: exact counters, and the first of what repeats.

use crate::record::{Class, Outcome};

/// Counts over states and messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// States read, nested ones too, each as often as it stands for.
    pub states: u64,
    outcomes: [u64; Outcome::ALL.len()],
    verdicts: [u64; Class::ALL.len()],
    /// Salt's own total run time if a Summary gave one, else the sum of the durations; in milliseconds.
    pub run_time_ms: f64,
}

impl Tally {
    /// How many states came to this.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// How many states and messages got this verdict.
    pub fn verdict(&self, class: Class) -> u64 {
        self.verdicts[class as usize]
    }
}

/// Something that makes the input untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A word for programs: `cut`, `disagrees`, `unrecognised`, `unreadable` …
    pub kind: &'static str,
    /// The input it is in.
    pub file: String,
    /// Whose run it breaks.
    pub minion: Option<String>,
    /// Where.
    pub line: Option<u64>,
    /// A sentence for people.
    pub text: String,
}

/// What the whole run tells.
#[derive(Debug, Default)]
pub struct Digest {
    /// Over all inputs.
    pub all: Tally,
    /// Over the run that is being read (the outermost, nested states counted in).
    pub run: Tally,
    /// What makes the input untrusted, the first of each kind and run.
    pub problems: Vec<Problem>,
    /// False where input ended inside a unit, or a run lacks its Summary.
    pub complete: bool,
    /// Distinct minions that answered or were named.
    pub minions: u64,
}

/// The least verdict that fails a run (`--fail-on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Someone must act.
    ActionRequired,
    /// Something is to be reviewed.
    Review,
    /// Anything changed or would change, and is no false positive.
    Change,
    /// Nothing fails.
    Never,
}

impl Digest {
    /// Takes note of the next record.
    pub fn note(
        &mut self,
        file: &str,
        record: &crate::record::Record<'_>,
        verdict: &crate::verdict::Verdict<'_>,
    ) {
        let _ = (file, record, verdict);
        unimplemented!()
    }

    /// The exit status: 0 verified, 1 findings, 3 no findings but the input can't be trusted.
    pub fn exit(&self, fail_on: FailOn) -> u8 {
        let _ = fail_on;
        unimplemented!()
    }
}
