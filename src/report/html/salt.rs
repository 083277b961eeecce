//! A state in the layout that Salt prints (`salt.output.highstate`, `salt.output.nested`), a colour for each line.
//!
//! The bytes themselves are gone when a report is written, and JSON has never been printed: what is shown is laid out
//! again from what was read. Nothing is escaped here; each line is made plain.
//!
//! Colours are classes of the style sheet. `ansi-to-html` would do it from escapes, but writes them as `style` attributes and
//! has no other way: the page's policy refuses those, so that no text of the input can style anything.

use crate::record::{Outcome, State, Value};
use crate::report::plain::plain;
use crate::report::terminal::excerpt::cut_to;
use crate::report::words::{changed, words};

/// So many lines of a state …
const LINES: usize = 240;
/// … and so many characters of a line.
const LONGEST: usize = 1000;
/// Deeper values are not followed.
const DEEPEST: usize = 24;

/// A line and its colour.
pub(super) struct Line {
    /// Salt's colour, as a class of the style sheet; empty where it is the state's own.
    pub(super) color: &'static str,
    /// The line.
    pub(super) text: String,
}

/// Lines up to a limit.
#[derive(Default)]
pub(super) struct Lines {
    /// Those to show.
    pub(super) lines: Vec<Line>,
    /// How many more there are.
    pub(super) more: usize,
}

/// The state's own colour: of what is neither a key nor a value.
pub(super) fn color(state: &State<'_>) -> &'static str {
    match (state.outcome, state.result.is_some()) {
        (Outcome::Failed, _) => "red",
        (Outcome::WouldChange, _) => "yellow",
        (Outcome::Changed, true) => "cyan",
        _ => "green",
    }
}

/// The block that Salt prints for this state.
pub(super) fn block(state: &State<'_>) -> Lines {
    let mut out = Lines::default();
    out.push("", 0, "----------");
    if let Some(id) = &state.id {
        out.field("      ID: ", &words(id));
    }
    if let Some(function) = &state.function {
        out.field("Function: ", &words(function));
    }
    if let Some(name) = &state.name
        && state.id.as_ref().is_none_or(|id| words(id) != words(name))
    {
        out.field("    Name: ", &words(name));
    }
    if let Some(result) = state.result {
        out.field("  Result: ", &format!("{result:?}"));
    }
    if let Some(comment) = &state.comment {
        out.field(" Comment: ", &words(comment));
    }
    if let Some(started) = &state.started {
        out.field(" Started: ", &words(started));
    }
    if let Some(took) = state.duration_ms {
        out.field("Duration: ", &format!("{took} ms"));
    }
    if let Some(changes) = &state.changes {
        out.push("", 4, " Changes:");
        match changed(changes) {
            Value::Object(map) if map.is_empty() => {}
            value => out.value(14, "", value, 0),
        }
    }
    for warning in &state.warnings {
        out.push("bright-red", 4, "Warnings:");
        for line in words(warning).lines() {
            out.push("bright-red", 14, line);
        }
    }
    out
}

impl Lines {
    fn push(&mut self, color: &'static str, indent: usize, text: &str) {
        if self.lines.len() < LINES {
            let text = format!("{:indent$}{}", "", plain(&cut_to(text.trim_end_matches('\r'), LONGEST)));
            self.lines.push(Line { color, text });
        } else {
            self.more += 1;
        }
    }

    /// A label of the block; what goes on in further lines stands under its first.
    fn field(&mut self, label: &str, text: &str) {
        let mut lines = text.lines();
        self.push("", 4, &format!("{label}{}", lines.next().unwrap_or_default()));
        lines.for_each(|line| self.push("", 14, line));
    }

    /// `salt.output.nested.NestDisplay.display`
    fn value(&mut self, indent: usize, prefix: &str, value: &Value, depth: usize) {
        match value {
            _ if depth > DEEPEST => self.push("green", indent, "..."),
            Value::Null => self.push("yellow", indent, &format!("{prefix}None")),
            Value::Bool(is) => {
                self.push("yellow", indent, &format!("{prefix}{}", if *is { "True" } else { "False" }))
            }
            Value::Number(number) => self.push("yellow", indent, &format!("{prefix}{number}")),
            Value::String(text) => {
                for (number, line) in text.lines().enumerate() {
                    let lead = if number == 0 { prefix.to_owned() } else { " ".repeat(prefix.len()) };
                    self.push("green", indent, &format!("{lead}{line}"));
                }
            }
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Array(_) | Value::Object(_) => {
                            self.push("green", indent, "|_");
                            let prefix = if item.is_array() { "- " } else { "" };
                            self.value(indent + 2, prefix, item, depth + 1);
                        }
                        item => self.value(indent, "- ", item, depth + 1),
                    }
                }
            }
            Value::Object(map) => {
                self.push("cyan", indent, "----------");
                for (key, value) in map {
                    self.push("cyan", indent, &format!("{prefix}{key}:"));
                    self.value(indent + 4, "", value, depth + 1);
                }
            }
        }
    }
}
