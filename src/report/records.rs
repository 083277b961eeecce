//! The published shape of a record, version 1: what `ndjson` and `json` write, field by field in this order.
//!
//! These structs are frozen copies. A field may be added; none may be renamed, moved or change its meaning without
//! a new [`SCHEMA`]. What a mode or a paste does not show is absent. Nothing here decides or counts.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::Seen;
use super::words::{changed, words};
use crate::digest::{Digest, Problem, Tally};
use crate::record::{
    Changes, Class, Level, Message, Outcome, Parent, Place, Record, State, StateResult, Stray, Summary, Text,
};
use crate::verdict::{Cause, Verdict};

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
struct StateV1<'s> {
    r#type: &'static str,
    file: &'s str,
    line: u64,
    end_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sls: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_num: Option<u64>,
    /// Absent where it is not known; null is Salt's None.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Option<bool>>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Several<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u16>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'s [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseV1<'s>>,
}

impl<'s> StateV1<'s> {
    fn of(seen: &Seen<'s, '_>, state: &'s State<'_>) -> Self {
        let Place { line, end_line, minion, parent, depth } = &state.at;
        let verdict = seen.verdict;
        StateV1 {
            r#type: "state",
            file: seen.file,
            line: *line,
            end_line: *end_line,
            minion: minion.as_ref().map(Words),
            id: state.id.as_ref().map(Words),
            name: state.name.as_ref().map(Words),
            function: state.function.as_ref().map(Words),
            sls: state.sls.as_ref().map(Words),
            run_num: state.run_num,
            result: state.result.map(|result| match result {
                StateResult::True => Some(true),
                StateResult::False => Some(false),
                StateResult::None => None,
            }),
            outcome: state.outcome.word(),
            comment: state.comment.as_ref().map(Words),
            changes: state.changes.as_ref().map(ChangesV1),
            started: state.started.as_ref().map(Words),
            duration_ms: finite(state.duration_ms),
            warnings: (!state.warnings.is_empty()).then_some(Several(&state.warnings)),
            parent: parent.as_ref().map(ParentV1),
            depth: (*depth > 0).then_some(*depth),
            verdict: verdict.class.word(),
            rule: verdict.rule.map(|rule| rule.id.as_str()),
            says: verdict.says.as_deref(),
            help: help(verdict),
            url: verdict.url,
            cause: verdict.cause.as_ref().map(CauseV1::of),
        }
    }
}

#[derive(Serialize)]
struct MessageV1<'s> {
    r#type: &'static str,
    file: &'s str,
    line: u64,
    end_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<Words<'s>>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u64>,
    text: Words<'s>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'s [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u16>,
}

impl<'s> MessageV1<'s> {
    fn of(seen: &Seen<'s, '_>, message: &'s Message<'_>) -> Self {
        let Place { line, end_line, minion, parent, depth } = &message.at;
        let verdict = seen.verdict;
        MessageV1 {
            r#type: "message",
            file: seen.file,
            line: *line,
            end_line: *end_line,
            minion: minion.as_ref().map(Words),
            kind: message.kind.word(),
            level: message.level.map(Level::word),
            logger: message.logger.as_ref().map(Words),
            time: message.time.as_ref().map(Words),
            pid: message.pid,
            text: Words(&message.text),
            verdict: verdict.class.word(),
            rule: verdict.rule.map(|rule| rule.id.as_str()),
            says: verdict.says.as_deref(),
            help: help(verdict),
            url: verdict.url,
            cause: verdict.cause.as_ref().map(CauseV1::of),
            parent: parent.as_ref().map(ParentV1),
            depth: (*depth > 0).then_some(*depth),
        }
    }
}

#[derive(Serialize)]
struct SummaryV1<'s> {
    r#type: &'static str,
    file: &'s str,
    line: u64,
    end_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<Words<'s>>,
    succeeded: u64,
    changed: u64,
    unchanged: u64,
    failed: u64,
    warnings: u64,
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_time_ms: Option<f64>,
    agrees: bool,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentV1<'s>>,
}

impl<'s> SummaryV1<'s> {
    fn of(seen: &Seen<'s, '_>, summary: &'s Summary<'_>) -> Self {
        SummaryV1 {
            r#type: "summary",
            file: seen.file,
            line: summary.at.line,
            end_line: summary.at.end_line,
            minion: summary.at.minion.as_ref().map(Words),
            succeeded: summary.succeeded,
            changed: summary.changed,
            unchanged: summary.unchanged,
            failed: summary.failed,
            warnings: summary.warnings,
            total: summary.total,
            run_time_ms: finite(summary.run_time_ms),
            agrees: seen.verdict.agrees.unwrap_or(true),
            verdict: seen.verdict.class.word(),
            parent: summary.at.parent.as_ref().map(ParentV1),
        }
    }
}

#[derive(Serialize)]
struct StrayV1<'s> {
    r#type: &'static str,
    file: &'s str,
    line: u64,
    end_line: u64,
    text: Words<'s>,
}

impl<'s> StrayV1<'s> {
    fn of(seen: &Seen<'s, '_>, stray: &'s Stray<'_>) -> Self {
        StrayV1 {
            r#type: "stray",
            file: seen.file,
            line: stray.at.line,
            end_line: stray.at.end_line,
            text: Words(&stray.text),
        }
    }
}

#[derive(Serialize)]
struct EndV1<'s> {
    r#type: &'static str,
    minions: u64,
    states: u64,
    outcomes: OutcomesV1<'s>,
    verdicts: VerdictsV1<'s>,
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

#[derive(Serialize)]
struct CauseV1<'s> {
    file: &'s str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'s str>,
}

impl<'s> CauseV1<'s> {
    fn of(cause: &'s Cause) -> Self {
        CauseV1 {
            file: &cause.file,
            line: cause.line,
            minion: cause.minion.as_deref(),
            id: cause.id.as_deref(),
            name: cause.name.as_deref(),
            function: cause.function.as_deref(),
        }
    }
}

/// Text, decoded as it is written.
struct Words<'s>(&'s Text<'s>);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&words(self.0))
    }
}

/// A list of texts.
struct Several<'s>(&'s [Text<'s>]);

impl Serialize for Several<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(Words))
    }
}

/// Changes, read as they are written.
struct ChangesV1<'s>(&'s Changes<'s>);

impl Serialize for ChangesV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Most states of a JSON return change nothing and say so.
        if self.0.raw() == b"{}" { to.serialize_map(Some(0))?.end() } else { changed(self.0).serialize(to) }
    }
}

/// `[minion, id]` of an orchestration step; the minion is null above a headless paste.
struct ParentV1<'s>(&'s Parent<'s>);

impl Serialize for ParentV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut pair = to.serialize_seq(Some(2))?;
        pair.serialize_element(&self.0.minion.as_ref().map(Words))?;
        pair.serialize_element(&Words(&self.0.id))?;
        pair.end()
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

fn help<'s>(verdict: &'s Verdict<'_>) -> Option<&'s [String]> {
    (!verdict.help.is_empty()).then_some(&*verdict.help)
}

/// JSON has no infinity: what can't be written is absent, not null.
fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}
