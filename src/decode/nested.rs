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
    // A key that may go on behind empty lines: how many lines there were with it, and where its text begins.
    let mut open: Option<(usize, usize)> = None;
    for end in ends.chain([below.len()]) {
        let line = below.get(at..end).unwrap_or_default();
        if margin > 0 && starts_with_blanks(line, margin) {
            lines.push(line.get(margin..).unwrap_or_default());
            (before, open) = (Some(at + margin), None);
            at = end + 1;
            continue;
        }
        if margin > 0 && line.is_empty() && lines.last().is_some_and(|key| !key.ends_with(':')) {
            open = open.or(before.map(|start| (lines.len(), start)));
        }
        let inner = dedent(line.as_bytes(), margin).map(<[u8]>::len);
        // The margin that was taken off is blanks.
        let text = inner.and_then(|length| below.get(end - length..end));
        // What is not indented goes on with a key that holds a line break.
        let raw = margin > 0 && inner == Some(line.len()) && !line.trim_ascii().is_empty();
        if let Some((length, start)) = open.take_if(|_| raw) {
            lines.truncate(length);
            before = Some(start);
        }
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

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn a_key_of_several_lines_may_have_empty_ones() {
        let text = "\n              ----------\n              a:\n                  ----------\n                  one\n\ntwo\n\n:\n                      1\n                  b:\n                      2";
        let read = serde_json::json!({"a": {"one\n\ntwo\n\n": "1", "b": "2"}});
        assert_eq!(changes(text.as_bytes(), 14), read);
        // A value that lost the blanks of its empty lines is no key.
        let text =
            "\n              ----------\n              a:\n                  one\n\n                  two";
        assert_eq!(changes(text.as_bytes(), 14), serde_json::json!({"a": "one\n\ntwo"}));
    }
}
