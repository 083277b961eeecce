//! Blocks and terse lines to states.

use std::borrow::Cow;

use super::by_key::IN_TEXT;
use super::{nested, skip};
use crate::frame::{Label, Labels, NESTED_INDENT, Unit, colour, log, terse};
use crate::record::{Changes, Outcome, Place, Plain, Record, State, StateResult, Stray, Text, words};

/// Columns by which the content of a comment, of changes and of warnings is indented.
const INDENT: u16 = 14;

/// A state's block.
pub(super) fn block<'a>(at: Place<'a>, unit: &'a [u8], labels: &Labels) -> Record<'a> {
    let margin = at.depth * NESTED_INDENT as u16;
    let value = |label| {
        let value = labels.get(label, unit)?;
        Some(if labels.coloured { colour::unpaint(value) } else { value })
    };
    let word = |label| value(label).map(<[u8]>::trim_ascii);
    let (raw, indented): (Reader, Reader) = match labels.crlf {
        false => (read_raw, read_indented),
        true => (read_raw_crlf, read_indented_crlf),
    };
    // Uyuni prints `null` for what it does not know.
    let known = |value: &&[u8]| *value != b"null" && !value.is_empty();
    let id = value(Label::Id).filter(|id| *id != b"null");
    let result = word(Label::Result).and_then(result);
    let function = word(Label::Function);
    let comment = value(Label::Comment);
    let changes = labels.get(Label::Changes, unit).map(|value| {
        // A step's nested runs were records of their own.
        if labels.nested || value.trim_ascii() == b"{}" { &value[..0] } else { value }
    });
    let changed = labels.nested
        || changes.is_some_and(|changes| match labels.coloured {
            false => !changes.trim_ascii_start().is_empty(),
            true => !colour::strip(changes).trim_ascii_start().is_empty(),
        });
    let name = value(Label::Name).or(id);
    let (stands_for, sls) = compressed(id, name);
    let sls = sls.or(word(Label::Sls).filter(known));
    Record::State(State {
        id: id.map(|id| Text::new(id, margin, raw)),
        name: name.map(|name| Text::new(name, margin, raw)),
        function: function.map(Text::plain),
        sls: sls.map(Text::plain),
        run_num: None,
        result,
        outcome: outcome(result, changed, comment.unwrap_or_default()),
        comment: comment.map(|comment| Text::literally(comment, margin + INDENT, indented)),
        changes: changes.map(|changes| {
            let margin = margin + INDENT;
            match labels.crlf {
                true => Changes::literally(changes, margin, nested::changes_crlf),
                false => Changes::literally(changes, margin, nested::changes).by_key(&IN_TEXT),
            }
        }),
        started: word(Label::Started).filter(known).map(Text::plain),
        duration_ms: word(Label::Duration).and_then(duration),
        warnings: value(Label::Warnings)
            .map(|warnings| Text::new(warnings, margin + INDENT, read_wrapped))
            .into_iter()
            .collect(),
        stands_for,
        at,
    })
}

/// What is counted of a block, if it is a plain state's.
pub(super) fn glance<'a>(unit: &Unit<'a>, labels: &Labels) -> Option<Plain<'a>> {
    if labels.crlf || labels.nested || labels.interrupted {
        return None;
    }
    let value = |label| {
        let value = labels.get(label, unit.bytes)?;
        Some(if labels.coloured { colour::unpaint(value) } else { value })
    };
    let result = value(Label::Result)?;
    let changes = value(Label::Changes)?;
    if result != b"True" || !changes.trim_ascii_start().is_empty() || value(Label::Warnings).is_some() {
        return None;
    }
    let id = value(Label::Id)?;
    let started = value(Label::Started);
    // What Uyuni does not know, and states that stand for several.
    if id == b"null" || id.ends_with(b")") || started == Some(b"null") || value(Label::Sls).is_some() {
        return None;
    }
    let comment = value(Label::Comment)?;
    Some(Plain {
        line: unit.line,
        end_line: unit.end_line,
        outcome: if skip::skipped(comment) { Outcome::Skipped } else { Outcome::Clean },
        function: Text::plain(value(Label::Function)?.trim_ascii()),
        name: value(Label::Name).unwrap_or(id),
        comment,
        run_num: None,
        dated: started.is_some(),
        duration_ms: match value(Label::Duration) {
            Some(words) => Some(short(words.strip_suffix(b" ms")?)?),
            None => None,
        },
    })
}

/// What is counted of a state on one line, if it is a plain one.
pub(super) fn glance_at_line<'a>(unit: &Unit<'a>) -> Option<Plain<'a>> {
    let terse = terse::usual(unit.bytes.strip_suffix(b"\n")?)?;
    // What stands for several states ends with how many.
    if !matches!(terse.result, b"Clean" | b"True") || terse.name.ends_with(b")") {
        return None;
    }
    Some(Plain {
        line: unit.line,
        end_line: unit.end_line,
        outcome: Outcome::Clean,
        function: Text::plain(terse.function),
        name: terse.name,
        comment: b"",
        run_num: None,
        dated: true,
        duration_ms: Some(short(terse.duration?)?),
    })
}

/// A state on one line.
pub(super) fn terse<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let margin = at.depth * NESTED_INDENT as u16;
    let line = unit.get(usize::from(margin)..).unwrap_or_default();
    let raw: Reader = if unit.ends_with(b"\r\n") { read_raw_crlf } else { read_raw };
    if let Some(terse) = terse::read(line) {
        return Record::State(terse_state(at, &terse, margin, raw));
    }
    // A painted line in a user's own format: colour can be anywhere in it.
    match terse::read(&colour::strip(line)) {
        Some(terse) => Record::State(terse_state(at.into_owned(), &terse, margin, raw)).into_owned(),
        None => Record::Stray(Stray { at, text: Text::plain(unit) }),
    }
}

fn terse_state<'t>(at: Place<'t>, terse: &terse::Terse<'t>, margin: u16, raw: Reader) -> State<'t> {
    let (outcome, result) = match terse.result {
        b"Clean" | b"True" => (Outcome::Clean, Some(StateResult::True)),
        b"Changed" => (Outcome::Changed, Some(StateResult::True)),
        b"Failed" | b"False" => (Outcome::Failed, Some(StateResult::False)),
        b"Differs" | b"None" => (Outcome::WouldChange, Some(StateResult::None)),
        _ => (Outcome::Clean, None),
    };
    let warnings = terse.warnings.unwrap_or_default();
    State {
        at,
        id: None,
        name: Some(Text::new(terse.name, margin, raw)),
        function: Some(Text::plain(terse.function)),
        sls: None,
        run_num: None,
        result,
        outcome,
        comment: None,
        changes: None,
        started: terse.started.map(Text::plain),
        duration_ms: terse.duration.and_then(duration),
        warnings: (!warnings.is_empty()).then(|| Text::new(warnings, margin, raw)).into_iter().collect(),
        stands_for: compressed(None, Some(terse.name)).0,
    }
}

/// `Result:` in words. Python counts 1 and 0 as True and False, and so does Salt's Summary.
pub(super) fn result(word: &[u8]) -> Option<StateResult> {
    match word {
        b"True" | b"1" | b"true" => Some(StateResult::True),
        b"False" | b"0" | b"false" => Some(StateResult::False),
        b"None" | b"null" => Some(StateResult::None),
        _ => None,
    }
}

pub(super) fn outcome(result: Option<StateResult>, changed: bool, comment: &[u8]) -> Outcome {
    match result {
        Some(StateResult::False) => Outcome::Failed,
        Some(StateResult::None) => Outcome::WouldChange,
        _ if changed => Outcome::Changed,
        _ if skip::skipped(comment) => Outcome::Skipped,
        _ => Outcome::Clean,
    }
}

/// `12.3 ms`, or the number alone.
fn duration(word: &[u8]) -> Option<f64> {
    let number = word.strip_suffix(b"ms").unwrap_or(word).trim_ascii_end();
    let number = number.strip_suffix(b"ms").unwrap_or(number).trim_ascii_end();
    if let Some(milliseconds) = short(number) {
        return Some(milliseconds);
    }
    std::str::from_utf8(number).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number of at most 15 digits, a point among them, which a division of two exact numbers rounds as parsing would.
fn short(number: &[u8]) -> Option<f64> {
    let (mut digits, mut scale) = (0_u64, 0_u64);
    if number.len() > 16 {
        return None;
    }
    for byte in number {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                scale *= 10;
            }
            b'.' if scale == 0 => scale = 1,
            _ => return None,
        }
    }
    (digits < 1_000_000_000_000_000 && number.len() > 1).then(|| digits as f64 / scale.max(1) as f64)
}

/// How many states an ID like `ID (3)` stands for, and the SLS that its name tells
/// (`salt.output.highstate._compress_ids`: `state_compressed_<sls>_<id>_<result>`).
fn compressed<'a>(id: Option<&'a [u8]>, name: Option<&'a [u8]>) -> (u64, Option<&'a [u8]>) {
    let shown = id.or(name).unwrap_or_default();
    let count = shown.strip_suffix(b")").and_then(|shown| {
        let open = memchr::memmem::rfind(shown, b" (")?;
        let count: u64 = std::str::from_utf8(&shown[open + 2..]).ok()?.parse().ok()?;
        (count > 1).then_some((count, &shown[..open]))
    });
    let Some((count, bare)) = count else { return (1, None) };
    let sls = name.and_then(|name| {
        let rest = name.strip_prefix(b"state_compressed_")?;
        let rest = &rest[..memchr::memrchr(b'_', rest)?];
        rest.strip_suffix(bare)?.strip_suffix(b"_")
    });
    (count, sls)
}

type Reader = for<'t> fn(&'t [u8], u16) -> Cow<'t, str>;

/// Raw text, whose further lines carry the margin of a nested run.
fn read_raw(raw: &[u8], margin: u16) -> Cow<'_, str> {
    match margin {
        0 => words(raw),
        _ => read_indented(raw, margin),
    }
}

fn read_raw_crlf(raw: &[u8], margin: u16) -> Cow<'_, str> {
    read_indented_crlf(raw, margin)
}

/// Text whose further lines are indented. What stands left of the indentation is data too, but for log lines.
fn read_indented(raw: &[u8], margin: u16) -> Cow<'_, str> {
    if memchr::memchr(b'\n', raw).is_none() {
        return words(raw);
    }
    let mut text = Vec::with_capacity(raw.len());
    for (index, line) in raw.split(|byte| *byte == b'\n').enumerate() {
        let line = match index {
            0 => line,
            _ => match dedent(line, usize::from(margin)) {
                Some(line) => line,
                None => continue,
            },
        };
        if index > 0 {
            text.push(b'\n');
        }
        text.extend_from_slice(line);
    }
    Cow::Owned(
        String::from_utf8(text).unwrap_or_else(|raw| String::from_utf8_lossy(raw.as_bytes()).into_owned()),
    )
}

fn read_indented_crlf(raw: &[u8], margin: u16) -> Cow<'_, str> {
    let text = read_indented(raw, margin);
    Cow::Owned(text.replace("\r\n", "\n").trim_end_matches('\r').to_owned())
}

/// Text that was wrapped: its line ends mean a blank each (`textwrap`).
fn read_wrapped(raw: &[u8], margin: u16) -> Cow<'_, str> {
    let text = read_indented(raw, margin);
    match text.contains('\n') {
        true => Cow::Owned(text.split('\n').map(str::trim_end).collect::<Vec<_>>().join(" ")),
        false => text,
    }
}

/// A further line without its indentation. `None`: a log line, which is a record of its own.
pub(super) fn dedent(line: &[u8], margin: usize) -> Option<&[u8]> {
    match line.get(..margin) {
        Some(blanks) if blanks.iter().all(|byte| *byte == b' ') => Some(&line[margin..]),
        _ if line.trim_ascii().is_empty() => Some(&[]),
        _ if log::prefix(line).is_some() => None,
        _ => Some(line),
    }
}
