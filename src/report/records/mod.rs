//! The published shape of a record, version 1: what `ndjson` and `json` write, field by field in this order.
//!
//! These structs are frozen copies. A field may be added; none may be renamed, moved or change its meaning without
//! a new [`SCHEMA`]. What a mode or a paste does not show is absent. Nothing here decides or counts.
//!
//! `read` takes back what was written; what it needs for that and records do not hold is in `since`.

mod each;
mod ends;
mod parts;
mod read;
mod since;

use serde::Serialize;
use serde::ser::Serializer;

use super::{Seen, visible};
use crate::digest::{Digest, Group, Problem, Slow, Tally};
use crate::record::{Class, Outcome, Record};
use each::{MessageV1, StateV1, StrayV1, SummaryV1, finite};
use ends::{LinesV1, LoggedV1};
use since::SinceV1;

pub use read::{End, Stored, Taken, read};

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
    visible::to_writer(to, &Start { r#type: "start", schema: SCHEMA, version: env!("CARGO_PKG_VERSION") })
}

/// What is to be published with the next record.
#[derive(Default)]
pub(super) struct Pending(Vec<SinceV1>);

impl Pending {
    /// Is this a record that is published? What is none is published with the next one.
    pub(super) fn published(&mut self, seen: &Seen<'_, '_>) -> bool {
        let published = !matches!(seen.record, Record::RunEnd(_) | Record::Fault(_));
        if !published {
            since::note(&mut self.0, seen);
        }
        published
    }

    /// Appends a record; nothing where it is not published.
    pub(super) fn record(&mut self, to: &mut Vec<u8>, seen: &Seen<'_, '_>) -> serde_json::Result<()> {
        let since = &self.0;
        match seen.record {
            Record::State(state) => visible::to_writer(to, &StateV1::of(seen, state, since)),
            Record::Message(message) => visible::to_writer(to, &MessageV1::of(seen, message, since)),
            Record::Summary(summary) => visible::to_writer(to, &SummaryV1::of(seen, summary, since)),
            Record::Stray(stray) => visible::to_writer(to, &StrayV1::of(seen, stray, since)),
            Record::RunEnd(_) | Record::Fault(_) => return Ok(()),
        }?;
        self.0.clear();
        Ok(())
    }

    /// Appends the last record.
    pub(super) fn end(&mut self, to: &mut Vec<u8>, digest: &Digest, exit: u8) -> serde_json::Result<()> {
        visible::to_writer(to, &EndV1::of(digest, exit, &self.0))
    }
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
    #[serde(skip_serializing_if = "is_zero")]
    problems_more: u64,
    exit: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shared: Vec<GroupV1<'s>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slowest: Vec<SlowV1<'s>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    since: &'s [SinceV1],
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// So many findings that several minions have are published.
const SHARED: usize = 50;

impl<'s> EndV1<'s> {
    fn of(digest: &'s Digest, exit: u8, since: &'s [SinceV1]) -> Self {
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
            problems_more: digest.problems_more,
            exit,
            shared: digest.shared().into_iter().take(SHARED).map(GroupV1::of).collect(),
            slowest: digest.slowest().iter().map(SlowV1::of).collect(),
            since,
        }
    }
}

/// A finding that several minions have.
#[derive(Serialize)]
struct GroupV1<'s> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'s str>,
    what: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<&'s str>,
    count: u64,
    minions: u64,
    names: &'s [String],
    blocked: u64,
    file: &'s str,
    line: u64,
}

impl<'s> GroupV1<'s> {
    fn of(group: &'s Group) -> Self {
        GroupV1 {
            verdict: group.class.word(),
            rule: group.rule.as_deref(),
            what: &group.what,
            says: group.says.as_deref(),
            count: group.count,
            minions: group.minions,
            names: &group.names,
            blocked: group.blocked,
            file: &group.first.0,
            line: group.first.1,
        }
    }
}

/// A state that took long.
#[derive(Serialize)]
struct SlowV1<'s> {
    duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'s str>,
    file: &'s str,
    line: u64,
}

impl<'s> SlowV1<'s> {
    fn of(slow: &'s Slow) -> Self {
        SlowV1 {
            duration_ms: slow.duration_ms,
            minion: slow.minion.as_deref(),
            function: slow.function.as_deref(),
            id: slow.id.as_deref(),
            file: &slow.at.0,
            line: slow.at.1,
        }
    }
}

#[derive(Serialize)]
struct ProblemV1<'s> {
    kind: &'s str,
    file: &'s str,
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
            file: &problem.file,
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
