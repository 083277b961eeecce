//! The published shape of a record, version 1: what `ndjson` and `json` write, field by field in this order.
//!
//! These structs are frozen copies. A field may be added; none may be renamed, moved or change its meaning without
//! a new [`SCHEMA`]. What a mode or a paste does not show is absent. Nothing here decides or counts.

mod each;
mod ends;
mod parts;

use serde::Serialize;
use serde::ser::Serializer;

use super::Seen;
use crate::digest::{Digest, Problem, Tally};
use crate::record::{Class, Outcome, Record};
use each::{MessageV1, StateV1, StrayV1, SummaryV1, finite};
use ends::{LinesV1, LoggedV1};

/// The version of the shape, in the first record.
const SCHEMA: u32 = 1;

/// Appends the first record.
pub(super) fn start(to: &mut Vec<u8>) -> serde_json::Result<()> {
    #[derive(Serialize)]
    struct Start {
        r#type: &'static str,
        schema: u32,
        version: &'static str,
    }
    serde_json::to_writer(to, &Start { r#type: "start", schema: SCHEMA, version: env!("CARGO_PKG_VERSION") })
}

/// Is this a record that is published?
pub(super) fn published(record: &Record<'_>) -> bool {
    !matches!(record, Record::RunEnd(_) | Record::Fault(_))
}

/// Appends a record; nothing where it is not published.
pub(super) fn record(to: &mut Vec<u8>, seen: &Seen<'_, '_>) -> serde_json::Result<()> {
    match seen.record {
        Record::State(state) => serde_json::to_writer(to, &StateV1::of(seen, state)),
        Record::Message(message) => serde_json::to_writer(to, &MessageV1::of(seen, message)),
        Record::Summary(summary) => serde_json::to_writer(to, &SummaryV1::of(seen, summary)),
        Record::Stray(stray) => serde_json::to_writer(to, &StrayV1::of(seen, stray)),
        Record::RunEnd(_) | Record::Fault(_) => Ok(()),
    }
}

/// Appends the last record.
pub(super) fn end(to: &mut Vec<u8>, digest: &Digest, exit: u8) -> serde_json::Result<()> {
    serde_json::to_writer(to, &EndV1::of(digest, exit))
}

#[derive(Serialize)]
struct EndV1<'s> {
    r#type: &'static str,
    minions: u64,
    states: u64,
    outcomes: OutcomesV1<'s>,
    verdicts: VerdictsV1<'s>,
    lines: LinesV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    logged: Option<LoggedV1<'s>>,
    complete: bool,
    problems: Vec<ProblemV1<'s>>,
    exit: u8,
}

impl<'s> EndV1<'s> {
    fn of(digest: &'s Digest, exit: u8) -> Self {
        EndV1 {
            r#type: "end",
            minions: digest.minions,
            states: digest.all.states,
            outcomes: OutcomesV1(&digest.all),
            verdicts: VerdictsV1(&digest.all),
            lines: LinesV1::of(&digest.lines),
            logged: (digest.logged.states > 0).then(|| LoggedV1::of(&digest.logged)),
            complete: digest.complete,
            problems: digest.problems.iter().map(ProblemV1::of).collect(),
            exit,
        }
    }
}

#[derive(Serialize)]
struct ProblemV1<'s> {
    kind: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    text: &'s str,
}

impl<'s> ProblemV1<'s> {
    fn of(problem: &'s Problem) -> Self {
        ProblemV1 {
            kind: problem.kind,
            minion: problem.minion.as_deref(),
            line: problem.line,
            text: &problem.text,
        }
    }
}

/// How many states came to each outcome.
struct OutcomesV1<'s>(&'s Tally);

impl Serialize for OutcomesV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(Outcome::ALL.map(|outcome| (outcome.word(), self.0.outcome(outcome))))
    }
}

/// How many states and messages got each verdict.
struct VerdictsV1<'s>(&'s Tally);

impl Serialize for VerdictsV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(Class::ALL.map(|class| (class.word(), self.0.verdict(class))))
    }
}
