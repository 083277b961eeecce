//! Blocks as Salt printed them until 2014.1, to states. What they show of the ID is nothing: only the name.

use serde_json::Map;

use super::text::{outcome, result};
use crate::frame::colour;
use crate::record::{Changes, Place, Record, State, Text, Value, words};

/// Columns by which the further keys of the changes are indented.
const KEYS: usize = 19;

/// A state's block.
pub(super) fn block<'a>(at: Place<'a>, unit: &[u8]) -> Record<'a> {
    let plain = colour::strip(unit);
    let text = words(&plain).replace("\r\n", "\n");
    let fields = Fields::of(&text);
    let result = fields.result.and_then(|word| result(word.as_bytes()));
    let changes = fields.changes.unwrap_or_default();
    let changed = !changes.trim().is_empty();
    let function = fields.state.zip(fields.function).map(|(state, function)| format!("{state}.{function}"));
    let comment = fields.comment.unwrap_or_default();
    let owned = |text: &str| Text::owned(text.to_owned());
    Record::State(State {
        at,
        id: None,
        name: fields.name.map(owned),
        sls: None,
        run_num: None,
        result,
        outcome: outcome(result, changed, comment.as_bytes()),
        function: function.map(Text::owned),
        comment: fields.comment.map(owned),
        changes: fields
            .changes
            .map(|changes| Changes::new(changes.as_bytes(), 0, |raw, _| value(&words(raw))).into_owned()),
        started: None,
        duration_ms: None,
        warnings: Vec::new(),
        stands_for: 1,
    })
}

/// What stands behind each label.
#[derive(Default)]
struct Fields<'t> {
    state: Option<&'t str>,
    name: Option<&'t str>,
    function: Option<&'t str>,
    result: Option<&'t str>,
    comment: Option<&'t str>,
    changes: Option<&'t str>,
}

impl<'t> Fields<'t> {
    /// The labels in their order; what stands behind one goes on to the next.
    fn of(text: &'t str) -> Self {
        const LABELS: [&str; 6] = ["State: -", "Name:", "Function:", "Result:", "Comment:", "Changes:"];
        let mut values: [Option<&str>; LABELS.len()] = [None; LABELS.len()];
        let (mut from, mut label) = (0, None);
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim_start();
            let next = label.map_or(0, |label| label + 1);
            // One that is missing is passed over; the comment is raw, and can hold all but the last.
            let found = (next..LABELS.len()).find(|label| trimmed.starts_with(LABELS[*label]));
            if let Some(found) = found.filter(|found| *found == next || next < 4) {
                if let Some(label) = label {
                    values[label] = text.get(from..at);
                }
                from = at + line.len() - trimmed.len() + LABELS[found].len();
                label = Some(found);
            }
            at += line.len();
        }
        if let Some(label) = label {
            values[label] = text.get(from..);
        }
        let [state, name, function, result, comment, changes] = values;
        let trimmed = |value: Option<&'t str>| value.map(str::trim);
        Fields {
            state: trimmed(state),
            name: trimmed(name),
            function: trimmed(function),
            result: trimmed(result),
            comment: trimmed(comment),
            changes: changes.map(str::trim_end),
        }
    }
}

/// Changes read back: `key: text`, and `key: { name : text` whose lines go on at column 0 up to `}`.
fn value<'t>(text: &'t str) -> Value {
    if text.trim().is_empty() {
        return Value::Object(Map::new());
    }
    let mut entries: Vec<(String, String)> = Vec::new();
    for (index, line) in text.trim_start_matches(' ').split('\n').enumerate() {
        let first = index == 0 || line.len() > KEYS && line.bytes().take(KEYS).all(|byte| byte == b' ');
        // A paste has lost the blank behind a key without a value.
        let entry =
            |line: &'t str| line.split_once(": ").or_else(|| Some((line.trim_end().strip_suffix(':')?, "")));
        let entry = if first { entry(line.trim_start()) } else { None };
        match (entry, entries.last_mut()) {
            (Some((key, value)), _) if !key.contains(' ') => entries.push((key.to_owned(), value.to_owned())),
            (_, Some((_, value))) => {
                value.push('\n');
                value.push_str(line);
            }
            _ => return Value::String(text.trim().to_owned()),
        }
    }
    let entries = entries.into_iter().map(|(key, value)| {
        let inner = value.strip_prefix("{ ").and_then(|value| value.strip_suffix('}'));
        (key, inner.and_then(mapping).unwrap_or_else(|| Value::String(value.to_owned())))
    });
    Value::Object(entries.collect())
}

/// `new : 1.12\nold : \n`.
fn mapping(text: &str) -> Option<Value> {
    let mut mapping = Map::new();
    for line in text.lines() {
        let (key, value) = line.split_once(" :")?;
        mapping.insert(key.to_owned(), Value::String(value.trim().to_owned()));
    }
    Some(Value::Object(mapping))
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn changes_read_back() {
        let text = "   wget: { new : 1.12\nold : \n}\n                   user: root";
        let expected = serde_json::json!({"wget": {"new": "1.12", "old": ""}, "user": "root"});
        assert_eq!(value(text), expected);
        assert_eq!(
            value(" diff: --- \n+++ \n@@ -1 +1 @@\n-a\n+b"),
            serde_json::json!({"diff": "--- \n+++ \n@@ -1 +1 @@\n-a\n+b"})
        );
        // The width of an indentation can end inside a character.
        assert_eq!(
            value("a\n-----\0\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\0-----"),
            serde_json::json!("a\n-----\0\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\0-----")
        );
        assert_eq!(value(" Invalid Changes data: []"), serde_json::json!("Invalid Changes data: []"));
    }
}
