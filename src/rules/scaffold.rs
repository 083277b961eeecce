//! A new rule from a record that was pasted: a start that loads, holds the laws, and leaves the judgement to a person.

use super::generalise::{glob, slug};
use crate::record::{Message, Outcome, Record, State, Text};

/// What a draft says until a person has said it.
pub(super) const TO_SAY: &str = "(say here in words what";

/// A rule as text, with the name that it got.
#[derive(Debug)]
pub struct Draft {
    /// Its name in its pack.
    pub slug: String,
    /// `[[rule]]` and all below it.
    pub text: String,
}

/// Drafts a rule about this record, which is printed as `output`. `taken` says whether a name is in use. Strays and
/// Summaries have no rules.
pub fn draft(record: &Record<'_>, output: &str, taken: &dyn Fn(&str) -> bool) -> Option<Draft> {
    let (name, body) = match record {
        Record::State(state) => of_state(state),
        Record::Message(message) => of_message(message),
        _ => return None,
    };
    let slug = free(&name, taken);
    let id = string(&slug);
    let text = format!("[[rule]]\nid = {id}\n{body}[[rule.example]]\noutput = {}\n", block(output));
    Some(Draft { slug, text })
}

fn free(name: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let name = if name.is_empty() { "new" } else { name };
    let numbered = (2u32..).map(|n| format!("{name}-{n}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

fn of_state(state: &State<'_>) -> (String, String) {
    let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
    let function = get(&state.function).filter(|it| !it.trim().is_empty());
    let name = get(&state.name).or_else(|| get(&state.id)).unwrap_or_default();
    let failed = state.outcome == Outcome::Failed;
    let mut body = head(failed, &format!("{{id}}: {TO_SAY} was done)"));
    body.push_str("[rule.when]\n");
    if let Some(function) = &function {
        body.push_str(&format!("function = {}\n", string(function)));
    }
    let field = if state.name.is_some() { "name" } else { "id" };
    let pattern = glob(&name);
    if !pattern.is_empty() && pattern != "*" {
        body.push_str(&format!("{field} = {}\n", string(&pattern)));
    }
    if state.outcome != Outcome::Changed {
        body.push_str(&format!("outcome = {}\n", string(state.outcome.word())));
    }
    let mut offered = Vec::new();
    let is_cmd = function.as_deref().is_some_and(|it| it.starts_with("cmd."));
    let said = state.changes.as_ref().and_then(|it| it.get().get("stdout")?.as_str().map(str::to_owned));
    if let Some(line) = said.as_deref().and_then(|said| said.lines().rfind(|line| !line.trim().is_empty())) {
        offered.push(("stdout", line.to_owned()));
    }
    if let Some(comment) = get(&state.comment).filter(|it| !it.trim().is_empty() && (failed || !is_cmd)) {
        offered.push(("comment", comment));
    }
    // A failure is told by what it says.
    for (field, text) in offered {
        let pattern = around(&glob(&text));
        let off = if failed && field == "comment" { "" } else { "# " };
        body.push_str(&format!("{off}{field} = {}\n", string(&pattern)));
    }
    let name = slug(&name);
    let short = function.as_deref().map(slug).unwrap_or_default();
    (if name.is_empty() { short } else { name }, body)
}

fn of_message(message: &Message<'_>) -> (String, String) {
    let text = message.text.get();
    let urgent = message.weight == crate::record::Class::ActionRequired;
    let mut body = head(urgent, &format!("{TO_SAY} this means)"));
    body.push_str(&format!("[rule.when]\nkind = {}\n", string(message.kind.word())));
    if let Some(level) = message.level {
        body.push_str(&format!("level = {}\n", string(level.word())));
    }
    if let Some(logger) = &message.logger {
        body.push_str(&format!("# logger = {}\n", string(&logger.get())));
    }
    body.push_str(&format!("text = {}\n", string(&around(&glob(&text)))));
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    (slug(first), body)
}

fn head(urgent: bool, says: &str) -> String {
    let verdict = if urgent { "action-required" } else { "review" };
    let help = if urgent { "help = [\"(say here what to do, a step each)\"]\n" } else { "" };
    format!(
        "verdict = \"{verdict}\"      # false-positive, benign, blocked, review or action-required\nsays = \"{says}\"\n\
         # why = \"How one knows that, and what it means\"\n{help}"
    )
}

fn around(glob: &str) -> String {
    format!("*{glob}*").replace("**", "*")
}

/// A TOML string on one line; literal where it can be, as globs are easier to read so.
fn string(text: &str) -> String {
    let plain = !text.chars().any(|c| c.is_control() && c != '\t');
    match text {
        _ if plain && !text.contains(['"', '\\']) => format!("\"{text}\""),
        _ if plain && !text.contains('\'') => format!("'{text}'"),
        _ => toml::Value::String(text.to_owned()).to_string(),
    }
}

/// Output as a TOML string of several lines.
fn block(output: &str) -> String {
    let clean: String = output
        .chars()
        .map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c })
        .collect();
    let clean = clean.trim_end_matches('\n');
    match clean.contains("'''") {
        false => format!("'''\n{clean}\n'''"),
        true => {
            let escaped = clean.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"");
            format!("\"\"\"\n{escaped}\n\"\"\"")
        }
    }
}
