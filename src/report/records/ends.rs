//! What only the last record holds: the lines of the input, and the states that only the log tells of.

use serde::Serialize;

use super::finite;
use crate::digest::{Lines, Logged, Ran};
use crate::record::Kind;

/// How many lines were understood as what; they add up to `total`.
#[derive(Serialize)]
pub(super) struct LinesV1 {
    state: u64,
    compile: u64,
    r#return: u64,
    ssh: u64,
    log: u64,
    traceback: u64,
    notice: u64,
    summary: u64,
    stray: u64,
    blank: u64,
    total: u64,
}

impl LinesV1 {
    pub(super) fn of(lines: &Lines) -> Self {
        LinesV1 {
            state: lines.state,
            compile: lines.message(Kind::Compile),
            r#return: lines.message(Kind::Return),
            ssh: lines.message(Kind::Ssh),
            log: lines.message(Kind::Log),
            traceback: lines.message(Kind::Traceback),
            notice: lines.message(Kind::Notice),
            summary: lines.summary,
            stray: lines.stray,
            blank: lines.blank,
            total: lines.total(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct LoggedV1<'s> {
    states: u64,
    failed: u64,
    unfinished: u64,
    duration_ms: f64,
    failures: Vec<RanV1<'s>>,
    running: Vec<RanV1<'s>>,
    slowest: Vec<RanV1<'s>>,
}

impl<'s> LoggedV1<'s> {
    pub(super) fn of(logged: &'s Logged) -> Self {
        let each = |ran: &'s [Ran]| ran.iter().map(RanV1::of).collect();
        LoggedV1 {
            states: logged.states,
            failed: logged.failed,
            unfinished: logged.unfinished,
            // A sum of decimals is told as far as they go.
            duration_ms: (logged.duration_ms * 1000.0).round() / 1000.0,
            failures: each(&logged.failures),
            running: each(&logged.running),
            slowest: each(&logged.slowest),
        }
    }
}

/// A state that the log tells of, and where it began.
#[derive(Serialize)]
struct RanV1<'s> {
    file: &'s str,
    line: u64,
    name: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
}

impl<'s> RanV1<'s> {
    fn of(ran: &'s Ran) -> Self {
        RanV1 {
            file: &ran.file,
            line: ran.line,
            name: &ran.name,
            function: ran.function.as_deref(),
            duration_ms: finite(ran.duration_ms),
        }
    }
}
