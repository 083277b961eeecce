//! States on one line (`salt.output.highstate._format_terse`), in the spellings that Salt has had, and in a user's own.
//!
//! ```text
//!   Name: N - Function: m.f - Result: Changed - Started: T - Duration: D ms      since 3006
//!   Name: N - Function: m.f - Result: Changed Started: - T Duration: D ms        before
//!   Name: N - Function: m.f - Result: Changed                                    without profile
//! T [     D ms]       m.f        Changed   Name: N                               tabular
//! |N|m.f|Changed|                                                                a user's own format
//! ```
//!
//! The name is raw: it can hold line breaks and whatever else these lines are made of. So they are read from the right.

use super::colour::{sgr, strip, unpaint};
use super::lines::trim_end;

/// What a terse line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terse<'l> {
    /// The name; in `_id` modes the ID stands here, and nothing tells which of both it is.
    pub name: &'l [u8],
    /// `module.function`.
    pub function: &'l [u8],
    /// Clean, Changed, Failed or Differs; before 2014.7 True or False.
    pub result: &'l [u8],
    /// When it started.
    pub started: Option<&'l [u8]>,
    /// How long it took: a number of milliseconds.
    pub duration: Option<&'l [u8]>,
    /// What stands before it, from `Warnings:` on.
    pub warnings: Option<&'l [u8]>,
}

/// The words that a terse line has for a result.
const RESULTS: [&[u8]; 7] = [b"Clean", b"Changed", b"Failed", b"Differs", b"True", b"False", b"None"];

/// Reads a unit that is one terse state, in Salt's own forms painted or not; `None` if its last line does not end one.
pub fn read(unit: &[u8]) -> Option<Terse<'_>> {
    let unpainted = &unit[sgr(unit)..];
    if unpainted.starts_with(b"Warnings:") {
        return with_warnings(&unpainted[9..]);
    }
    match name_at(unit) {
        Some(name) => from_right(&unit[name..]),
        None => tabular(unit).or_else(|| custom(unit)),
    }
}

/// The same of a line as nearly all are: Salt's own form with times, on one line, not painted. What it reads is what
/// [`read`] reads.
#[inline]
pub fn usual(line: &[u8]) -> Option<Terse<'_>> {
    let rest = line.strip_prefix(b"  Name: ")?.strip_suffix(b" ms")?;
    let (rest, duration) = last_word(rest)?;
    let rest = rest.strip_suffix(b" - Duration:").or_else(|| rest.strip_suffix(b" Duration:"))?;
    let (rest, started) = last_word(rest)?;
    let rest = rest.strip_suffix(b" - Started:").or_else(|| rest.strip_suffix(b" Started: -"))?;
    let (rest, result) = last_word(rest)?;
    let (rest, function) = last_word(rest.strip_suffix(b" - Result:")?)?;
    let name = rest.strip_suffix(b" - Function:")?;
    let is_usual = started.len() == 15 && RESULTS.contains(&result) && is_function(function);
    let (started, duration) = (Some(started), Some(duration));
    is_usual.then_some(Terse { name, function, result, started, duration, warnings: None })
}

/// The last word of a line, and what stands before the blank before it.
fn last_word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = memchr::memrchr(b' ', line)?;
    Some((&line[..blank], &line[blank + 1..]))
}

/// Where the name begins behind `  Name: `, whose second blank may stand behind a colour.
fn name_at(unit: &[u8]) -> Option<usize> {
    let rest = unit.strip_prefix(b" ").unwrap_or(unit);
    let at = unit.len() - rest.len() + sgr(rest);
    let rest = &unit[at..];
    if rest.starts_with(b" Name: ") && unit.len() > at && unit[0] == b' ' {
        return Some(at + 7);
    }
    // Until 2014.1.
    let old = rest.starts_with(b"Name: ") && memchr::memmem::find(rest, b" - Function: ").is_some();
    old.then_some(at + 6)
}

/// Warnings come before their line: in Salt's own form with no line break between the last of them and it, in a table
/// with one.
fn with_warnings(body: &[u8]) -> Option<Terse<'_>> {
    let clean = |warnings| unpaint(warnings).trim_ascii();
    let label = memchr::memmem::rfind(body, b" Name: ");
    let mut from = 0;
    while let Some(line_end) = memchr::memchr(b'\n', &body[from..]) {
        from += line_end + 1;
        // In a nested run it is indented.
        if let Some(terse) = tabular(body[from..].trim_ascii_start()) {
            return Some(Terse { warnings: Some(clean(body[..from].trim_ascii())), ..terse });
        }
        if label.is_none_or(|label| label < from) {
            break;
        }
    }
    // Before the label: a blank, and a colour if the line is painted.
    let label = label?;
    let before = &body[..label];
    let escape = memchr::memrchr(0x1b, before).filter(|at| *at + sgr(&before[*at..]) == label);
    let start = escape.unwrap_or(label).checked_sub(1)?;
    let terse = from_right(&body[label + 7..])?;
    Some(Terse { warnings: Some(clean(&body[..start])), ..terse })
}

/// Salt's own form behind `  Name: `, from the right.
fn from_right(rest: &[u8]) -> Option<Terse<'_>> {
    let rest = painted_end(trim_end(rest));
    let mut until = rest.len();
    loop {
        let result_at = memchr::memmem::rfind(&rest[..until], b" - Result: ")?;
        let tail = &rest[result_at + 11..];
        if let Some((result, started, duration)) = behind_result(tail) {
            let function_at = memchr::memmem::rfind(&rest[..result_at], b" - Function: ")?;
            let function = &rest[function_at + 13..result_at];
            let terse =
                Terse { name: &rest[..function_at], function, result, started, duration, warnings: None };
            return is_function(function).then_some(terse);
        }
        until = result_at;
    }
}

/// The bytes without the sequence that ends a colour.
fn painted_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\x1b[0;0m").unwrap_or(bytes);
    bytes.strip_suffix(b"\x1b[0m").unwrap_or(bytes)
}

/// Result, start and duration.
type Tail<'l> = (&'l [u8], Option<&'l [u8]>, Option<&'l [u8]>);

/// `Changed - Started: T - Duration: D ms` and its older form.
fn behind_result(tail: &[u8]) -> Option<Tail<'_>> {
    let end = tail.iter().position(|byte| *byte == b' ').unwrap_or(tail.len());
    let result = &tail[..end];
    if result.is_empty() || !result.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let rest = &tail[end..];
    if rest.is_empty() {
        return Some((result, None, None));
    }
    let rest = rest.strip_prefix(b" - Started: ").or_else(|| rest.strip_prefix(b" Started: - "))?;
    let (at, length) = match memchr::memmem::rfind(rest, b" - Duration: ") {
        Some(at) => (at, 13),
        None => (memchr::memmem::rfind(rest, b" Duration: ")?, 11),
    };
    let duration = rest[at + length..].strip_suffix(b" ms")?;
    let plain = !rest.contains(&b'\n') && !duration.contains(&b' ');
    plain.then_some((result, Some(&rest[..at]), Some(duration)))
}

/// `state_tabular: True`: the name comes last.
fn tabular(unit: &[u8]) -> Option<Terse<'_>> {
    let unit = &unit[sgr(unit)..];
    let line_end = memchr::memchr(b'\n', unit).unwrap_or(unit.len());
    let head = &unit[..line_end];
    let (started, duration, rest) = match clock(head) {
        Some(started) => {
            let rest = head[started.len()..].strip_prefix(b" [")?;
            let close = memchr::memmem::find(rest, b" ms] ")?;
            (Some(started), Some(rest[..close].trim_ascii()), &rest[close + 5..])
        }
        None => (None, None, head),
    };
    let name_at = memchr::memmem::find(rest, b"   Name: ")?;
    let mut words = rest[..name_at].split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (function, result) = (words.next()?, words.next()?);
    let known = words.next().is_none() && is_function(function) && RESULTS.contains(&result);
    // The name goes on behind the line's end.
    let offset = head.len() - rest.len() + name_at + 9;
    let name = &unit[offset..];
    let name = name.strip_suffix(b"\n").unwrap_or(name);
    let name = painted_end(name.strip_suffix(b"\r").unwrap_or(name));
    known.then_some(Terse { name, function, result, started, duration, warnings: None })
}

/// `HH:MM:SS.ffffff` at the start.
fn clock(line: &[u8]) -> Option<&[u8]> {
    let time = line.get(..15)?;
    let shape = time.iter().enumerate().all(|(index, byte)| match index {
        2 | 5 => *byte == b':',
        8 => *byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    shape.then_some(time)
}

/// A word of a line, and where it begins.
type Word<'l> = (usize, &'l [u8]);

/// The function and the result of a line in a user's own format, in the order in which they stand. The name can hold
/// such words too: the two that stand closest together are Salt's, of several the last.
fn telling(unit: &[u8]) -> Option<[Word<'_>; 2]> {
    let is_mark = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"_.".contains(byte));
    let mut at = 0;
    let words = unit.split(is_mark).map(|word| {
        let start = at;
        at += word.len() + 1;
        (start, word)
    });
    let telling: Vec<Word<'_>> = words.filter(|(_, word)| is_result(word) || is_function(word)).collect();
    let closest = telling
        .windows(2)
        .rev()
        .filter(|pair| is_result(pair[0].1) != is_result(pair[1].1))
        .min_by_key(|pair| pair[1].0 - pair[0].0 - pair[0].1.len())?;
    closest.try_into().ok()
}

/// A word for a result, as lines have them since 2014.7.
fn is_result(word: &[u8]) -> bool {
    RESULTS[..4].contains(&word)
}

/// A user's own format (`state_tabular` as a string): a function and a result word, with the name between the same
/// marks. What stands where is not known; the longest other part is the name.
fn custom(unit: &[u8]) -> Option<Terse<'_>> {
    let unit = trim_end(unit);
    let [(first_at, first), (second_at, second)] = telling(unit)?;
    let (result, function) = if is_result(first) { (first, second) } else { (second, first) };
    let behind = second_at + second.len();
    let parts = [&unit[..first_at], &unit[first_at + first.len()..second_at], &unit[behind..]];
    let mark =
        |byte: &u8| !byte.is_ascii_alphanumeric() && *byte < 0x80 && !b"/.~$-_'\"()<>\\\n".contains(byte);
    let name = parts
        .into_iter()
        .map(|part| {
            let from = part.iter().position(|byte| !mark(byte)).unwrap_or(part.len());
            let to = part.iter().rposition(|byte| !mark(byte)).map_or(from, |at| at + 1);
            &part[from..to.max(from)]
        })
        .max_by_key(|part| part.len())?;
    Some(Terse { name, function, result, started: None, duration: None, warnings: None })
}

/// `module.function`, as Salt has them.
fn is_function(word: &[u8]) -> bool {
    let mut parts = word.split(|byte| *byte == b'.');
    let part = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            part.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
                && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        })
    };
    part(parts.next()) && part(parts.next()) && parts.next().is_none()
}

/// A line that is tabular, colour or not.
pub(super) fn is_tabular(line: &[u8]) -> bool {
    tabular(line).is_some()
}

/// A line that is, or ends, a state in a user's own format.
pub(super) fn is_custom(line: &[u8]) -> bool {
    line.first().is_some_and(|byte| *byte != b' ') && custom(&strip(line)).is_some()
}

/// A line in a user's own format whose function and result stand side by side, with marks at the most between them and
/// what pads a column.
pub(super) fn is_close(line: &[u8]) -> bool {
    let line = strip(line);
    let line = trim_end(&line);
    telling(line).is_some_and(|[(first_at, first), (second_at, _)]| {
        let between = line[first_at + first.len()..second_at].trim_ascii();
        between.len() <= 3 && !between.iter().any(u8::is_ascii_alphanumeric)
    })
}

/// True if the lines, from `  Name: ` or `Warnings:` on, are a whole terse state.
pub(super) fn is_whole(unit: &[u8]) -> bool {
    read(unit).is_some()
}

/// True if a line begins with colour or `  Name: `: the cheap look before [`is_whole`].
pub(super) fn may_end(line: &[u8]) -> bool {
    let line = trim_end(line);
    let line = painted_end(line);
    line.ends_with(b" ms")
        || RESULTS.iter().any(|result| line.ends_with(result))
        || line.len() > sgr(line) && memchr::memmem::find(line, b" - Result: ").is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{read, usual};

    proptest! {
        /// Whatever the pieces: what is read at once is what is read with care.
        #[test]
        fn the_usual_line_is_read_as_any(pieces in prop::collection::vec(prop::sample::select(&[
            "  Name: ", "a", " ", "/etc/x", " - Function: ", "file.managed", " - Result: ", "Clean", "Changed", " - Started: ",
            " Started: - ", "10:00:00.123456", " - Duration: ", " Duration: ", "12.5", " ms", "-", "\x1b[0;0m", ")",
        ][..]), 0..16), whole in any::<bool>()) {
            let mut line = pieces.concat();
            if whole {
                line = format!("  Name: {line} - Function: a.b - Result: Clean - Started: 10:00:00.123456 - Duration: 1.0 ms");
            }
            let (at_once, with_care) = (usual(line.as_bytes()), read(line.as_bytes()));
            prop_assert!(at_once.is_some() || !whole);
            prop_assert!(at_once.is_none() || at_once == with_care, "{:?} {:?}", at_once, with_care);
        }
    }
}
