//! A record of each type. What is published of it, and in which order; nothing else.

use std::borrow::Cow;

use serde::Serialize;

use super::parts::{CauseV1, ChangesV1, ParentV1, Several, Words};
use super::since::SinceV1;
use crate::record::{Level, LogStep, Message, Place, State, StateResult, Stray, Summary};
use crate::report::Seen;
use crate::verdict::Verdict;

#[derive(Serialize)]
pub(super) struct StateV1<'s> {
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
    /// How many states a compressed `ID (3)` stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    stands_for: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Words<'s>>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<Cow<'s, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'s [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseV1<'s>>,
    /// The ID of the state whose change made this one run.
    #[serde(skip_serializing_if = "Option::is_none")]
    triggered_by: Option<&'s str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    since: &'s [SinceV1],
}

impl<'s> StateV1<'s> {
    pub(super) fn of(seen: &Seen<'s, '_>, state: &'s State<'_>, since: &'s [SinceV1]) -> Self {
        let Place { line, end_line, minion, parent, depth, time } = &state.at;
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
            stands_for: (state.stands_for != 1).then_some(state.stands_for),
            parent: parent.as_ref().map(ParentV1),
            depth: (*depth > 0).then_some(*depth),
            time: time.as_ref().map(Words),
            verdict: verdict.class.word(),
            rule: verdict.rule.map(|rule| rule.id.as_str()),
            says: seen.says(),
            help: help(verdict),
            url: verdict.url,
            cause: verdict.cause.as_ref().map(CauseV1::of),
            triggered_by: seen.trigger(),
            since,
        }
    }
}

#[derive(Serialize)]
pub(super) struct MessageV1<'s> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    jid: Option<Words<'s>>,
    text: Words<'s>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Words<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<Cow<'s, str>>,
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
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    since: &'s [SinceV1],
}

impl<'s> MessageV1<'s> {
    pub(super) fn of(seen: &Seen<'s, '_>, message: &'s Message<'_>, since: &'s [SinceV1]) -> Self {
        let Place { line, end_line, minion, parent, depth, time } = &message.at;
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
            time: message.time.as_ref().or(time.as_ref()).map(Words),
            pid: message.pid,
            jid: message.told.jid.as_ref().map(Words),
            text: Words(&message.text),
            step: message.told.step.map(LogStep::word),
            state: message.told.state.as_ref().map(Words),
            function: message.told.function.as_ref().map(Words),
            duration_ms: finite(message.told.duration_ms),
            verdict: verdict.class.word(),
            rule: verdict.rule.map(|rule| rule.id.as_str()),
            says: seen.says(),
            help: help(verdict),
            url: verdict.url,
            cause: verdict.cause.as_ref().map(CauseV1::of),
            parent: parent.as_ref().map(ParentV1),
            depth: (*depth > 0).then_some(*depth),
            since,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SummaryV1<'s> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Words<'s>>,
    agrees: bool,
    verdict: &'static str,
    /// Why it does not agree, or that nothing ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<Cow<'s, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentV1<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u16>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    since: &'s [SinceV1],
}

impl<'s> SummaryV1<'s> {
    pub(super) fn of(seen: &Seen<'s, '_>, summary: &'s Summary<'_>, since: &'s [SinceV1]) -> Self {
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
            time: summary.at.time.as_ref().map(Words),
            agrees: seen.verdict.agrees.unwrap_or(true),
            verdict: seen.verdict.class.word(),
            says: seen.says(),
            parent: summary.at.parent.as_ref().map(ParentV1),
            depth: (summary.at.depth > 0).then_some(summary.at.depth),
            since,
        }
    }
}

#[derive(Serialize)]
pub(super) struct StrayV1<'s> {
    r#type: &'static str,
    file: &'s str,
    line: u64,
    end_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Words<'s>>,
    text: Words<'s>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    since: &'s [SinceV1],
}

impl<'s> StrayV1<'s> {
    pub(super) fn of(seen: &Seen<'s, '_>, stray: &'s Stray<'_>, since: &'s [SinceV1]) -> Self {
        StrayV1 {
            r#type: "stray",
            file: seen.file,
            line: stray.at.line,
            end_line: stray.at.end_line,
            time: stray.at.time.as_ref().map(Words),
            text: Words(&stray.text),
            since,
        }
    }
}

fn help<'s>(verdict: &'s Verdict<'_>) -> Option<&'s [String]> {
    (!verdict.help.is_empty()).then_some(&*verdict.help)
}

/// JSON has no infinity: what can't be written is absent, not null.
pub(super) fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}
