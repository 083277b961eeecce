//! The changes of a block: the nested display (`salt.output.nested`) behind its label, read back into a value.

use serde_json::Map;

use super::text::dedent;
use crate::frame::{DEEPEST, colour, display_value, starts_with_blanks};
use crate::record::{Value, words};

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
    display_value(&lines, 0, DEEPEST)
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
