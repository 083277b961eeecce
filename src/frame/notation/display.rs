//! The nested display (`salt.output.nested`) of one value, read back.
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

use serde_json::{Map, Value};

/// Structure nested deeper than this is read as text.
pub const DEEPEST: usize = 100;

/// The value that stands in these lines at this indentation.
pub fn value(lines: &[&str], indent: usize, deepest: usize) -> Value {
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
pub fn starts_with_blanks(line: &str, count: usize) -> bool {
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
