//! JSON to records: states, and what was returned instead of states.
//!
//! What the framer found to be whole is taken as JSON. A state's members are found by one scan that reads nothing; what
//! they say is read when it is asked for.

use std::borrow::Cow;

use serde_json::Map;

use super::by_key::IN_JSON;
use super::{returned, skip};
use crate::frame::json_key::{Parts, SEPARATOR};
use crate::frame::json_token::{blanks, string_end, unescape, value_end};
use crate::frame::{Fields, Member, Unit};
use crate::record::{
    Changes, Class, Kind, Message, Outcome, Place, Plain, Record, State, StateResult, Text, Value,
};

/// A member of a state's return: `"module_|-id_|-name_|-function": {…}`.
pub(super) fn state<'a>(at: Place<'a>, unit: &'a [u8], fields: &Fields) -> Record<'a> {
    let key = Key::of(unit, fields);
    let field = |member| fields.get(member, unit);
    let is_string = |value: &&[u8]| value.first() == Some(&b'"');
    let changes = field(Member::Changes);
    let (result, comment) = (field(Member::Result).and_then(result), field(Member::Comment));
    let outcome = match result {
        Some(StateResult::False) => Outcome::Failed,
        Some(StateResult::None) => Outcome::WouldChange,
        _ if changes.is_some_and(|changes| !is_empty(changes)) => Outcome::Changed,
        _ if skip::skipped(inside(comment.unwrap_or_default())) => Outcome::Skipped,
        _ => Outcome::Clean,
    };
    let own_id = field(Member::Id);
    Record::State(State {
        at,
        id: Some(own_id.filter(is_string).map_or_else(|| string(key.id()), text)),
        // As text shows it: the key's. A state's return can carry another (`names`, `module.run`).
        name: key.name(own_id.map(inside)).map(string).or_else(|| field(Member::Name).map(text)),
        function: Some(key.function()),
        sls: field(Member::Sls).filter(is_string).map(text),
        run_num: field(Member::RunNum).and_then(digits),
        result,
        outcome,
        comment: comment.map(text),
        changes: changes.map(|changes| Changes::literally(changes, 0, |raw, _| read(raw)).by_key(&IN_JSON)),
        started: field(Member::Started).filter(is_string).map(text),
        duration_ms: field(Member::Duration).and_then(milliseconds),
        warnings: field(Member::Warnings).map(texts).unwrap_or_default(),
        stands_for: 1,
    })
}

/// What is counted of a member of a state's return, if it is a plain state's.
pub(super) fn glance<'a>(unit: &Unit<'a>, fields: &Fields) -> Option<Plain<'a>> {
    let field = |member| fields.get(member, unit.bytes);
    let plain = field(Member::Result)? == b"true"
        && is_empty(field(Member::Changes)?)
        && field(Member::Warnings).is_none();
    let comment = field(Member::Comment).filter(|comment| plain && comment.first() == Some(&b'"'))?;
    let comment = inside(comment);
    let key = Key::of(unit.bytes, fields);
    Some(Plain {
        line: unit.line,
        end_line: unit.end_line,
        outcome: if skip::skipped(comment) { Outcome::Skipped } else { Outcome::Clean },
        function: key.function(),
        name: key.name(field(Member::Id).map(inside))?,
        comment,
        run_num: field(Member::RunNum).and_then(digits),
        dated: field(Member::Started).is_some(),
        duration_ms: match field(Member::Duration) {
            Some(number) => Some(plain_number(number)?),
            None => None,
        },
    })
}

/// An element of the list that a minion returned instead of states, or that list where it is empty.
pub(super) fn compile<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let text = if unit.first() == Some(&b'[') { Text::plain(b"") } else { text(unit) };
    message(at, Kind::Compile, Class::ActionRequired, text)
}

/// Any other value that a minion returned instead of states.
pub(super) fn returned<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    if unit.first() == Some(&b'"') {
        let text = text(unit);
        let (kind, weight) = returned::weigh(&text.get());
        return message(at, kind, weight, text);
    }
    let value = read(unit);
    if value.as_object().is_some_and(Map::is_empty) {
        // A run that held no state at all.
        return message(at, Kind::Return, Class::Review, Text::plain(unit));
    }
    let (kind, weight, said) = returned::weigh_value(&value);
    message(at, kind, weight, said.map_or_else(|| self::text(unit), Text::owned))
}

/// Braces and envelope keys after the last record.
pub(super) fn notice<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    message(at, Kind::Notice, Class::Clean, Text::plain(unit))
}

fn message<'a>(at: Place<'a>, kind: Kind, weight: Class, text: Text<'a>) -> Record<'a> {
    Record::Message(Message {
        at,
        kind,
        level: None,
        logger: None,
        time: None,
        pid: None,
        told: crate::record::Told::default(),
        text,
        weight,
    })
}

/// The members of an object: keys between their quotes, values as they stand.
pub(super) struct Members<'a> {
    bytes: &'a [u8],
    /// Behind the last member.
    pub(super) at: usize,
}

impl<'a> Members<'a> {
    /// The members of an object; none, if the value is none.
    pub(super) fn of(value: &'a [u8]) -> Self {
        Members { bytes: value, at: if value.first() == Some(&b'{') { 1 } else { value.len() } }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut at = blanks(self.bytes, self.at);
        if self.bytes.get(at) == Some(&b',') {
            at = blanks(self.bytes, at + 1);
        }
        if self.bytes.get(at) != Some(&b'"') {
            return None;
        }
        let end = string_end(self.bytes, at + 1).ok()?;
        let key = self.bytes.get(at + 1..end)?;
        let colon = blanks(self.bytes, end + 1);
        let start = blanks(self.bytes, colon + 1);
        self.at = value_end(self.bytes, start);
        Some((key, self.bytes.get(start..self.at)?))
    }
}

/// A state's key, `module_|-id_|-name_|-function`. IDs and names can hold separators.
struct Key<'k> {
    key: &'k [u8],
    parts: Parts,
}

impl<'k> Key<'k> {
    fn of(unit: &'k [u8], fields: &Fields) -> Key<'k> {
        let parts = fields.parts();
        Key { key: unit.get(1..=parts.length as usize).unwrap_or_default(), parts }
    }

    fn part(&self, from: usize, to: u32) -> Option<&'k [u8]> {
        self.key.get(from..to as usize)
    }

    /// The first and the last part.
    fn function(&self) -> Text<'k> {
        let module = self.part(0, self.parts.first).unwrap_or_default();
        let function = self.part(behind(self.parts.last), self.parts.length).unwrap_or_default();
        if [module, function].iter().any(|part| part.iter().fold(false, |any, byte| any | (*byte == b'\\'))) {
            return Text::owned(format!("{}.{}", unescape(module), unescape(function)));
        }
        Text::joined([module, b".", function])
    }

    /// The ID, where no member says it.
    fn id(&self) -> &'k [u8] {
        self.part(behind(self.parts.first), self.parts.second).unwrap_or(self.key)
    }

    /// What stands between the ID and the function.
    fn name(&self, own_id: Option<&[u8]>) -> Option<&'k [u8]> {
        let start = behind(self.parts.first);
        // An ID can hold the separator; the return says which.
        let ends = |id: &&[u8]| {
            let rest = self.key.get(start..).and_then(|rest| rest.strip_prefix(*id));
            rest.is_some_and(|rest| rest.starts_with(SEPARATOR))
        };
        let second = own_id.filter(ends).map_or(self.parts.second as usize, |id| start + id.len());
        self.part(second + SEPARATOR.len(), self.parts.last)
    }
}

/// Where the part begins that follows the separator at `place`.
fn behind(place: u32) -> usize {
    place as usize + SEPARATOR.len()
}

/// A string between its quotes.
fn string(raw: &[u8]) -> Text<'_> {
    Text::literally(raw, 0, |raw, _| unescape(raw))
}

/// A value as Salt's text would show it: strings as they are, lists a line an element, anything else as Python's
/// `str` writes it.
fn text(value: &[u8]) -> Text<'_> {
    match value.first() {
        Some(b'"') => string(inside(value)),
        _ => Text::new(value, 0, |raw, _| Cow::Owned(shown(&read(raw)))),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// The elements of a list, each as text; anything else as one.
fn texts(value: &[u8]) -> Vec<Text<'_>> {
    if value.first() != Some(&b'[') {
        return if is_empty(value) { Vec::new() } else { vec![text(value)] };
    }
    let mut texts = Vec::new();
    let mut at = blanks(value, 1);
    while value.get(at).is_some_and(|byte| *byte != b']') {
        let end = value_end(value, at);
        texts.push(text(value.get(at..end).unwrap_or_default()));
        at = blanks(value, end);
        if value.get(at) == Some(&b',') {
            at = blanks(value, at + 1);
        }
    }
    texts
}

/// A string without its quotes; anything else as it stands.
fn inside(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value)
}

/// Python counts 1 and 0 as True and False, and so does Salt's Summary.
fn result(value: &[u8]) -> Option<StateResult> {
    match value {
        b"true" | b"1" | b"1.0" => Some(StateResult::True),
        b"false" | b"0" | b"0.0" => Some(StateResult::False),
        b"null" => Some(StateResult::None),
        _ => None,
    }
}

/// Is it false to Python? Then Salt counts no change.
fn is_empty(value: &[u8]) -> bool {
    match value {
        [b'{', inner @ .., b'}'] | [b'[', inner @ .., b']'] => blanks(inner, 0) == inner.len(),
        _ => matches!(value, b"\"\"" | b"null" | b"false" | b"0" | b"0.0"),
    }
}

/// A number, or the string "12.3 ms" that Salt's outputter leaves behind (`salt.output.highstate`).
fn milliseconds(value: &[u8]) -> Option<f64> {
    let value = inside(value).trim_ascii();
    let number = value.strip_suffix(b"ms").unwrap_or(value).trim_ascii_end();
    plain_number(number)
        .or_else(|| std::str::from_utf8(number).ok()?.parse().ok().filter(|number: &f64| number.is_finite()))
}

/// A number as Salt writes durations, `12.345`: every state has one, and few digits need no general reader. Digits and
/// the power of ten are exact, so their quotient is the nearest number.
fn plain_number(number: &[u8]) -> Option<f64> {
    const TENS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    if number.len() > 15 || !number.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (mut digits, mut behind) = (0u64, None);
    for byte in number {
        match (byte, behind) {
            (b'0'..=b'9', _) => {
                digits = digits * 10 + u64::from(byte - b'0');
                behind = behind.map(|behind| behind + 1);
            }
            (b'.', None) => behind = Some(0),
            _ => return None,
        }
    }
    match behind {
        Some(0) => None,
        behind => Some(digits as f64 / TENS.get(behind.unwrap_or(0))?),
    }
}

/// What digits, and nothing else, come to.
fn digits(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |number, digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// A value as it is: what serde reads, or else what can be read of it.
pub(super) fn read(raw: &[u8]) -> Value {
    serde_json::from_slice(raw).unwrap_or_else(|_| lenient(raw, 0))
}

/// Reads what serde_json refuses: NaN and its like as words, lone surrogates as U+FFFD, invalid UTF-8 too. What is
/// nested too deeply is told as it stands.
fn lenient(raw: &[u8], depth: usize) -> Value {
    let raw = raw.trim_ascii();
    match raw.first() {
        Some(b'"') => Value::String(unescape(inside(raw)).into_owned()),
        Some(b'{') if depth < 100 => {
            let read = |(key, value)| (unescape(key).into_owned(), lenient(value, depth + 1));
            Value::Object(Members::of(raw).map(read).collect())
        }
        Some(b'[') if depth < 100 => {
            let mut items = Vec::new();
            let mut at = blanks(raw, 1);
            while raw.get(at).is_some_and(|byte| *byte != b']') {
                let end = value_end(raw, at);
                items.push(lenient(raw.get(at..end).unwrap_or_default(), depth + 1));
                at = blanks(raw, end);
                if raw.get(at) == Some(&b',') {
                    at = blanks(raw, at + 1);
                }
            }
            Value::Array(items)
        }
        _ => serde_json::from_slice(raw)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(raw).into_owned())),
    }
}

#[cfg(test)]
mod tests;
