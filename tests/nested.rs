//! Salt's nested display (`salt.output.nested`), written again: display is all that text keeps of changes, so two
//! values are the same when they display the same.
//!
//! Both sides go through this, with the one difference that Salt splits strings at every kind of line end and loses
//! the last one, while what was read back has `\n` between its lines and has lost nothing more.

use serde_json::Value;

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What Salt was given to display.
    Truth { strip_colors: bool },
    /// What was read back from its display.
    ReadBack,
}

/// The lines that a value displays as, counted from its own margin.
pub(crate) fn lines(value: &Value, side: Side) -> Vec<String> {
    let mut out = Vec::new();
    match value {
        // Raw lines of something that can't be read back: at whatever margin they stand.
        Value::String(raw) if side == Side::ReadBack => {
            let raw: Vec<&str> = raw.split('\n').collect();
            let blanks = |line: &&str| line.len() - line.trim_start_matches(' ').len();
            let margin = raw.iter().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
            out.extend(raw.iter().map(|line| line.get(margin..).unwrap_or_default().to_owned()));
        }
        _ => display(value, 0, "", side, &mut out),
    }
    out
}

/// True where a key breaks the layout, so that nothing below it can be told.
pub(crate) fn is_ambiguous(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| split(key).len() > 1 || key.is_empty() || is_ambiguous(value))
        }
        Value::Array(list) => list.iter().any(is_ambiguous),
        _ => false,
    }
}

fn display(value: &Value, indent: usize, prefix: &str, side: Side, out: &mut Vec<String>) {
    let mut line = |indent: usize, text: &str| out.push(format!("{}{text}", " ".repeat(indent)));
    match value {
        Value::Null => line(indent, &format!("{prefix}None")),
        Value::Bool(true) => line(indent, &format!("{prefix}True")),
        Value::Bool(false) => line(indent, &format!("{prefix}False")),
        Value::Number(number) => line(indent, &format!("{prefix}{number}")),
        Value::String(text) => {
            let in_list = !prefix.is_empty();
            let pieces: Vec<String> = match side {
                Side::Truth { strip_colors } => split(text)
                    .into_iter()
                    .map(|piece| if strip_colors { piece.replace('\u{1b}', "?") } else { piece.to_owned() })
                    .collect(),
                Side::ReadBack => text.split('\n').map(str::to_owned).collect(),
            };
            // One empty line, or none: display can't tell the two apart once read back.
            if pieces.iter().all(String::is_empty) && pieces.len() <= 1 && !in_list {
                return;
            }
            for (number, piece) in pieces.iter().enumerate() {
                let blanks = " ".repeat(prefix.len());
                line(indent, &format!("{}{piece}", if number == 0 { prefix } else { &blanks }));
            }
        }
        Value::Array(list) => {
            for item in list {
                if item.is_array() || item.is_object() {
                    out.push(format!("{}|_", " ".repeat(indent)));
                    display(item, indent + 2, "", side, out);
                } else {
                    display(item, indent, "- ", side, out);
                }
            }
        }
        Value::Object(map) => {
            line(indent, "----------");
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            for key in keys {
                out.push(format!("{}{prefix}{key}:", " ".repeat(indent)));
                display(&map[key], indent + 4, "", side, out);
            }
        }
    }
}

/// `str.splitlines` of Python: every kind of line end, and the last one makes no line.
pub(crate) fn split(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = matches!(
            letter,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !ends {
            continue;
        }
        lines.push(&text[start..at]);
        start = at + letter.len_utf8();
        if letter == '\r' && letters.next_if(|(_, next)| *next == '\n').is_some() {
            start += 1;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

#[test]
fn displays_as_salt_does() {
    let value = serde_json::json!({
        "b": ["x", "", "y\nz", {"k": []}, [1, null]], "a": "one\r\ntwo\n", "c": "", "d": {}, "e": true, "f": "\u{1b}[31m",
    });
    let shown = "----------\na:\n    one\n    two\nb:\n    - x\n    - y\n      z\n    |_\n      ----------\n      k:\n    \
                 |_\n      - 1\n      - None\nc:\nd:\n    ----------\ne:\n    True\nf:\n    ?[31m";
    assert_eq!(lines(&value, Side::Truth { strip_colors: true }).join("\n"), shown);
    let read = serde_json::json!({
        "a": "one\ntwo", "b": ["x", "y\nz", {"k": ""}, ["1", "None"]], "c": "", "d": {}, "e": "True", "f": "?[31m",
    });
    assert_eq!(lines(&read, Side::ReadBack).join("\n"), shown);
}
