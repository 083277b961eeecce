//! Log lines: their prefix, and what those about the run itself tell.

use super::said::{lines_of, message};
use crate::frame::{colour, log};
use crate::record::{Class, Kind, Level, LogStep, Message, Place, Record, Text, Told};

/// A log line and its continuation.
pub(super) fn log<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let first = unit.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(prefix) = log::prefix(first) else {
        return message(at, Kind::Log, Class::Clean, lines_of(unit));
    };
    let level = Level::of(prefix.level);
    let said = &unit[prefix.text..];
    let crashed =
        memchr::memmem::find(first, b"un-handled exception was caught by Salt's global exception handler");
    let weight = match level {
        _ if crashed.is_some() => Class::ActionRequired,
        Some(Level::Error | Level::Critical) => Class::Review,
        _ => Class::Clean,
    };
    Record::Message(Message {
        at,
        kind: Kind::Log,
        level,
        logger: prefix.logger.map(Text::plain),
        time: prefix.time.map(Text::plain),
        pid: prefix.pid.and_then(|pid| std::str::from_utf8(pid).ok()?.parse().ok()),
        told: Told { jid: prefix.jid.map(Text::plain), ..told(colour::unpaint(said.trim_ascii_end())) },
        text: lines_of(said),
        weight,
    })
}

/// A bare warning of Python's.
pub(super) fn python_warning<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    Record::Message(Message {
        at,
        kind: Kind::Log,
        level: Some(Level::Warning),
        logger: Some(Text::plain(b"py.warnings")),
        time: None,
        pid: None,
        told: Told::default(),
        text: lines_of(unit),
        weight: Class::Clean,
    })
}

/// What a line about a state's run tells. A name can hold anything, brackets and line ends too: it ends at the last
/// bracket that is followed as it should be.
fn told(said: &[u8]) -> Told<'_> {
    let (step, function, rest) = if let Some(rest) = said.strip_prefix(b"Running state ") {
        (LogStep::Running, None, rest)
    } else if let Some(rest) = said.strip_prefix(b"Completed state ") {
        (LogStep::Completed, None, rest)
    } else if let Some(rest) = said.strip_prefix(b"Executing state ") {
        let Some(at) = memchr::memmem::find(rest, b" for ") else { return Told::default() };
        (LogStep::Executing, Some(Text::plain(&rest[..at])), &rest[at + 5..])
    } else {
        return Told::default();
    };
    // Without brackets before 2014.7.
    let (name, behind) = match rest.strip_prefix(b"[") {
        None if step == LogStep::Executing => (rest, &rest[..0]),
        None => return Told::default(),
        Some(rest) => {
            let end = memchr::memmem::rfind(rest, b"] at time").or_else(|| memchr::memrchr(b']', rest));
            let Some(end) = end else { return Told::default() };
            (&rest[..end], &rest[end + 1..])
        }
    };
    let duration_ms = memchr::memmem::find(behind, b"duration_in_ms=").and_then(|at| {
        let number = &behind[at + b"duration_in_ms=".len()..];
        let length = number.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        std::str::from_utf8(&number[..length]).ok()?.parse().ok()
    });
    Told { jid: None, step: Some(step), state: Some(Text::plain(name)), function, duration_ms }
}
