//! The nested display of changes and returns (`salt.output.nested`), read back into a value.
//!
//! ```text
//! ----------            a mapping
//! key:                  … its keys, sorted
//!     value             … each value 4 deeper
//! list:
//!     - item            a list of scalars
//!     |_                … an item that is a mapping or a list itself, 2 deeper
//!       ----------
//! ```
//!
//! Text does not tell `1` from `"1"`: every scalar is a string. Nor does it tell `[]` from `""` (both print nothing), or
//! a string that looks like structure from structure; then structure is assumed, as a person reading would.

use serde_json::Map;

use super::text::dedent;
use crate::frame::colour;
use crate::record::{Value, words};

/// Structure nested deeper than this is read as text.
pub(super) const DEEPEST: usize = 100;

/// The value of a block's Changes: what stands behind the label, and below it indented by `margin`.
pub(super) fn changes(raw: &[u8], margin: u16) -> Value {
    let plain = colour::strip(raw);
    let plain = words(&plain);
    let (first, below) = plain.split_once('\n').unwrap_or((&plain, ""));
    let first = first.trim_ascii();
    if below.trim_ascii().is_empty() {
        return match first.is_empty() {
            true => Value::Object(Map::new()),
            false => Value::String(first.to_owned()),
        };
    }
    let margin = usize::from(margin);
    let ends = memchr::memchr_iter(b'\n', below.as_bytes());
    let mut lines = Vec::with_capacity(2 + ends.clone().count());
    if !first.is_empty() {
        lines.push(first);
    }
    // Where the text of the line before begins, if nothing was left out since.
    let (mut at, mut before) = (0, None);
    for end in ends.chain([below.len()]) {
        let line = below.get(at..end).unwrap_or_default();
        if margin > 0 && starts_with_blanks(line, margin) {
            lines.push(line.get(margin..).unwrap_or_default());
            before = Some(at + margin);
            at = end + 1;
            continue;
        }
        let inner = dedent(line.as_bytes(), margin).map(<[u8]>::len);
        // The margin that was taken off is blanks.
        let text = inner.and_then(|length| below.get(end - length..end));
        // What is not indented goes on with a key that holds a line break.
        let raw = margin > 0 && inner == Some(line.len()) && !line.trim_ascii().is_empty();
        match (text, lines.last_mut().zip(before.filter(|_| raw))) {
            (Some(_), Some((key, start))) => *key = below.get(start..end).unwrap_or(key),
            (Some(text), None) => {
                lines.push(text);
                before = Some(end - text.len());
            }
            (None, _) => before = None,
        }
        at = end + 1;
    }
    value(&lines, 0, DEEPEST)
}

/// The same, of lines that end in CR LF.
pub(super) fn changes_crlf(raw: &[u8], margin: u16) -> Value {
    let mut plain = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => plain.extend([line, b"\n"].concat()),
            None => plain.extend(line.strip_suffix(b"\r").unwrap_or(line)),
        }
    }
    changes(&plain, margin)
}

/// The value that stands in these lines at this indentation.
pub(super) fn value(lines: &[&str], indent: usize, deepest: usize) -> Value {
    let structure = deepest
        .checked_sub(1)
        .and_then(|deepest| mapping(lines, indent, deepest).or_else(|| list(lines, indent, deepest)));
    structure.unwrap_or_else(|| text(lines, indent))
}

/// Lines as one string, their indentation taken off.
fn text(lines: &[&str], indent: usize) -> Value {
    let mut text =
        String::with_capacity(lines.iter().map(|line| line.len().saturating_sub(indent) + 1).sum());
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        text.push_str(line.get(indent..).unwrap_or_default());
    }
    Value::String(text)
}

/// `----------`, then keys at the same indentation and their values 4 deeper.
fn mapping(lines: &[&str], indent: usize, deepest: usize) -> Option<Value> {
    let (first, rest) = lines.split_first()?;
    if first.get(indent..)? != "----------" {
        return None;
    }
    let mut map = Map::new();
    let mut at = 0;
    while at < rest.len() {
        // A key that holds a line break goes on in the lines below it, at column 0.
        let mut key = rest[at].get(indent..).filter(|key| !key.starts_with("    "))?.to_owned();
        at += 1;
        while !key.ends_with(':') {
            let next = rest.get(at).filter(|next| indent == 0 || !next.starts_with(' '))?;
            key.push('\n');
            key.push_str(next);
            at += 1;
        }
        key.pop();
        let deeper = indent + 4;
        let end = at + rest[at..].iter().take_while(|line| inside(line, deeper)).count();
        map.insert(key, value(&rest[at..end], deeper, deepest));
        at = end;
    }
    Some(Value::Object(map))
}

/// A line that belongs to a value at this indentation: it is indented so far, or blank.
fn inside(line: &str, indent: usize) -> bool {
    starts_with_blanks(line, indent) || line.bytes().all(|byte| byte == b' ')
}

/// It is indented by so many columns at least.
fn starts_with_blanks(line: &str, count: usize) -> bool {
    const BLANKS: &[u8; 64] = &[b' '; 64];
    match (BLANKS.get(..count), line.as_bytes().get(..count)) {
        (Some(blanks), Some(start)) => start == blanks,
        (None, Some(start)) => start.iter().all(|byte| *byte == b' '),
        (_, None) => false,
    }
}

/// `- item` for scalars, whose further lines are 2 deeper, and `|_` for mappings and lists.
fn list(lines: &[&str], indent: usize, deepest: usize) -> Option<Value> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].get(indent..)?;
        let deeper = indent + 2;
        at += 1;
        let end = at + lines[at..].iter().take_while(|line| inside(line, deeper)).count();
        if line == "|_" {
            // Below it stands a mapping or a list; nothing at all is a list without items.
            let inner = &lines[at..end];
            items.push(if inner.is_empty() {
                Value::Array(Vec::new())
            } else {
                value(inner, deeper, deepest)
            });
        } else {
            let mut item = line.strip_prefix("- ")?.to_owned();
            for further in &lines[at..end] {
                item.push('\n');
                item.push_str(further.get(deeper..).unwrap_or_default());
            }
            items.push(Value::String(item));
        }
        at = end;
    }
    (!items.is_empty()).then_some(Value::Array(items))
}
