//! A state's changes in few lines: a diff as a diff, old and new side by side, the rest as `key: value`.

use anstyle::Style;

use super::excerpt::cut;
use super::sheet::{ADDED, GONE, PLAIN, WHERE};
use crate::record::Value;

/// Deeper values are not followed.
const DEEPEST: usize = 6;

/// Lines up to a limit; what is over it is only counted.
pub(in crate::report) struct Lines {
    /// Those to show.
    pub(in crate::report) shown: Vec<(Style, String)>,
    /// How many more there are.
    pub(in crate::report) more: usize,
    limit: usize,
    arrow: &'static str,
}

/// What was changed, in at most `limit` lines.
pub(in crate::report) fn change(value: &Value, limit: usize, unicode: bool) -> Lines {
    let arrow = if unicode { "→" } else { "->" };
    let mut lines = Lines { shown: Vec::new(), more: 0, limit, arrow };
    lines.value(0, value);
    lines
}

impl Lines {
    fn push(&mut self, depth: usize, style: Style, line: &str) {
        if self.shown.len() < self.limit {
            self.shown.push((style, format!("{:indent$}{}", "", cut(line), indent = depth * 2)));
        } else {
            self.more += 1;
        }
    }

    fn value(&mut self, depth: usize, value: &Value) {
        match value {
            Value::Object(map) => {
                if let Some((old, new)) = old_new(value) {
                    return self.pair(depth, "", old, new);
                }
                map.iter().for_each(|(key, value)| self.entry(depth, key, value));
            }
            Value::Array(items) => items.iter().for_each(|item| match scalar(item) {
                Some(item) => self.push(depth, PLAIN, &format!("- {item}")),
                None if depth < DEEPEST => self.value(depth + 1, item),
                None => self.push(depth, PLAIN, "- ..."),
            }),
            Value::String(text) if is_diff("", text) => self.diff(depth, text),
            Value::String(text) => text.lines().for_each(|line| self.push(depth, PLAIN, line)),
            other => self.push(depth, PLAIN, &scalar(other).unwrap_or_default()),
        }
    }

    fn entry(&mut self, depth: usize, key: &str, value: &Value) {
        if let Value::String(text) = value
            && is_diff(key, text)
        {
            if key != "diff" {
                self.push(depth, PLAIN, &format!("{key}:"));
            }
            return self.diff(depth, text);
        }
        if let Some((old, new)) = old_new(value) {
            return self.pair(depth, key, old, new);
        }
        match scalar(value) {
            Some(value) => self.push(depth, PLAIN, &format!("{key}: {value}")),
            None if depth < DEEPEST => {
                self.push(depth, PLAIN, &format!("{key}:"));
                self.value(depth + 1, value);
            }
            None => self.push(depth, PLAIN, &format!("{key}: ...")),
        }
    }

    fn pair(&mut self, depth: usize, key: &str, old: &Value, new: &Value) {
        let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
        if let (Some(old), Some(new)) = (scalar(old), scalar(new)) {
            let side = |side: String| if side.is_empty() { "(nothing)".to_owned() } else { side };
            return self.push(
                depth,
                PLAIN,
                &format!("{key}{} {arrow} {}", side(old), side(new), arrow = self.arrow),
            );
        }
        if !key.is_empty() {
            self.push(depth, PLAIN, key.trim_end());
        }
        for (side, style, value) in [("-", GONE, old), ("+", ADDED, new)] {
            match value {
                Value::String(text) => {
                    text.lines().for_each(|line| self.push(depth, style, &format!("{side} {line}")));
                }
                other => self.push(depth, style, &format!("{side} {}", flat(other))),
            }
        }
    }

    fn diff(&mut self, depth: usize, text: &str) {
        // Salt's own diffs name no files above.
        for line in text.lines().filter(|line| !matches!(line.trim_end(), "---" | "+++")) {
            let style = match line.as_bytes() {
                [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => PLAIN,
                [b'-', ..] => GONE,
                [b'+', ..] => ADDED,
                [b'@', b'@', ..] => WHERE,
                _ => PLAIN,
            };
            self.push(depth, style, line);
        }
    }
}

fn is_diff(key: &str, text: &str) -> bool {
    text.contains('\n') && (key == "diff" || text.starts_with("--- ") && text.contains("\n+++ "))
}

/// `{old: …, new: …}` and nothing else.
fn old_new(value: &Value) -> Option<(&Value, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 2)?;
    map.get("old").zip(map.get("new"))
}

/// A value that fits into one line, as Salt prints it.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => (!text.trim_end().contains('\n')).then(|| text.trim_end().to_owned()),
        Value::Array(items) if items.is_empty() => Some("[]".to_owned()),
        Value::Object(map) if map.is_empty() => Some("{}".to_owned()),
        Value::Array(items)
            if items.len() <= 8 && items.iter().all(|item| !item.is_array() && !item.is_object()) =>
        {
            let items: Option<Vec<_>> = items.iter().map(scalar).collect();
            items.map(|items| items.join(", ")).filter(|line| line.len() <= 60)
        }
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Any value in one line.
fn flat(value: &Value) -> String {
    scalar(value).unwrap_or_else(|| value.to_string())
}
