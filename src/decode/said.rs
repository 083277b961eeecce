//! What is said in words, in text: compile errors, returns that are no states, tracebacks, notices.

use std::borrow::Cow;

use super::returned;
use super::text::dedent;
use crate::frame::{DEEPEST, NESTED_INDENT, colour, display_value};
use crate::record::{Class, Kind, Message, Place, Record, Text, Told, Value, words};

/// A message that says `text`, of this kind and weight.
pub(super) fn message<'a>(at: Place<'a>, kind: Kind, weight: Class, text: Text<'a>) -> Record<'a> {
    Record::Message(Message {
        at,
        kind,
        level: None,
        logger: None,
        time: None,
        pid: None,
        told: Told::default(),
        text,
        weight,
    })
}

/// A compile error: its text stands behind the dashes, its first line indented by 4.
pub(super) fn compile<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let margin = at.depth * NESTED_INDENT as u16;
    let text = Text::new(unit, margin, |raw, margin| {
        let lines = plain_lines(raw, margin);
        let behind = lines.split_once('\n').map_or(lines.as_str(), |(_, behind)| behind);
        Cow::Owned(behind.strip_prefix("    ").unwrap_or(behind).trim_end().to_owned())
    });
    message(at, Kind::Compile, Class::ActionRequired, text)
}

/// What a minion returned instead of states: a value indented by 4, or nothing.
pub(super) fn value<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let margin = at.depth * NESTED_INDENT as u16;
    let text = plain_lines(unit, margin);
    let lines: Vec<&str> = text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let (kind, weight, text) = match display_value(&lines, 0, DEEPEST) {
        Value::String(text) if text.trim().is_empty() => (Kind::Return, Class::ActionRequired, String::new()),
        Value::String(text) => {
            let (kind, weight) = returned::weigh(&text);
            (kind, weight, text)
        }
        // A list of errors through the nested outputter, as salt-ssh prints it.
        Value::Array(items)
            if items.iter().any(|item| item.as_str().is_some_and(returned::is_compile_error)) =>
        {
            let texts: Vec<_> = items.iter().filter_map(Value::as_str).map(str::trim_end).collect();
            (Kind::Compile, Class::ActionRequired, texts.join("\n"))
        }
        Value::Object(map) if map.is_empty() => (Kind::Return, Class::ActionRequired, String::new()),
        other => {
            let (kind, weight, text) = returned::weigh_value(&other);
            let shown = || lines.join("\n");
            (kind, weight, text.unwrap_or_else(shown))
        }
    };
    message(at, kind, weight, Text::owned(text))
}

/// A traceback that no log line introduces: a command crashed.
pub(super) fn traceback<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    message(at, Kind::Traceback, Class::ActionRequired, lines_of(unit))
}

/// salt-ssh's own words and questions.
pub(super) fn ssh<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let host = unit.strip_prefix(b"Permission denied for host ").map(|rest| {
        let end = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
        Text::plain(&rest[..end])
    });
    message(Place { minion: host, ..at }, Kind::Ssh, Class::ActionRequired, lines_of(unit))
}

/// What Salt's commands say about the run.
pub(super) fn notice<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    const URGENT: [&[u8]; 11] = [
        b"No minions matched",
        b"No targets were matched",
        b"ERROR: No return received",
        b"Salt request timed out",
        b"Failed to authenticate!",
        b"Authentication error occurred",
        b"Authorization error occurred",
        b"Batch run stopped",
        b"Passed invalid arguments",
        b"Authentication failure of type ",
        b"Unable to sign_in to master: ",
    ];
    if let Some(minion) = unit.strip_prefix(b"Minion ").and_then(|rest| {
        let end = memchr::memmem::find(rest, b" did not respond. No job will be sent.")?;
        Some(&rest[..end])
    }) {
        let at = Place { minion: Some(Text::plain(minion)), ..at };
        return message(at, Kind::Return, Class::ActionRequired, lines_of(unit));
    }
    let urgent = URGENT.iter().any(|beginning| unit.starts_with(beginning)) || missing_in_table(unit);
    let weight = if urgent { Class::ActionRequired } else { Class::Clean };
    message(at, Kind::Notice, weight, lines_of(unit))
}

/// Does a `--summary` table count minions that did not return?
fn missing_in_table(unit: &[u8]) -> bool {
    const LABEL: &[u8] = b"# of minions that did not return:";
    memchr::memmem::find(unit, LABEL).is_some_and(|at| {
        let count = unit[at + LABEL.len()..].trim_ascii_start();
        count.first().is_some_and(|digit| digit.is_ascii_digit() && *digit != b'0')
    })
}

/// Lines as they stand, colour and the last line end taken off.
pub(super) fn lines_of(unit: &[u8]) -> Text<'_> {
    Text::new(unit.trim_ascii_end(), 0, |raw, _| match memchr::memchr2(0x1b, b'\r', raw) {
        None => words(raw),
        Some(_) => Cow::Owned(plain_lines(raw, 0)),
    })
}

/// Lines without colour, margin, and the CR of CR LF.
fn plain_lines(raw: &[u8], margin: u16) -> String {
    let plain = colour::strip(raw);
    let lines = plain.split(|byte| *byte == b'\n').filter_map(|line| dedent(line, usize::from(margin)));
    let lines: Vec<_> = lines.map(|line| words(line.strip_suffix(b"\r").unwrap_or(line))).collect();
    lines.join("\n")
}
