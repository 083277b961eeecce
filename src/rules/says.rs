//! What a rule says, with the places that are filled in from what it speaks about.
//!
//! `{minion}`, `{id}` (the name where no ID is shown), `{name}`, `{function}`, and every named capture of a regex of
//! the rule: `{rev}` is its first match, `{rev...}` all its matches, each once, in the order in which they stand.
//! Braces are doubled to be braces. What is absent is `?`. A value is kept to its first line and to a length that
//! a line of a report can hold.

use std::borrow::Cow;
use std::ops::Range;

use logos::Logos;

use super::facts::Facts;
use super::field::Field;
use super::matcher::Condition;
use super::wrong::Reading;

/// The placeholders that need no capture.
const KNOWN: [&str; 4] = ["minion", "id", "name", "function"];
/// Characters of one value.
const WIDTH: usize = 100;
/// Values of one `{capture...}`.
const MANY: usize = 12;

/// A sentence with places to fill.
#[derive(Debug)]
pub(super) struct Says {
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Of(Field),
    Capture { name: String, every: bool },
}

#[derive(Logos, Debug, PartialEq, Eq)]
enum Token {
    #[regex(r"[^{}]+")]
    Text,
    #[token("{{")]
    Open,
    #[token("}}")]
    Close,
    #[regex(r"\{[^{}]*\}")]
    Place,
}

impl Says {
    /// Reads a sentence. `place` is where in the file a range of its bytes stands, `captures` what its rule captures.
    pub(super) fn read(
        text: &str,
        captures: &[&str],
        place: &dyn Fn(Range<usize>) -> Range<usize>,
        file: &mut Reading<'_>,
    ) -> Says {
        let mut parts: Vec<Part> = Vec::new();
        let literal = |text: &str, parts: &mut Vec<Part>| match parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => parts.push(Part::Text(text.to_owned())),
        };
        for (token, span) in Token::lexer(text).spanned() {
            let slice = text.get(span.clone()).unwrap_or_default();
            match token {
                Ok(Token::Text) => literal(slice, &mut parts),
                Ok(Token::Open) => literal("{", &mut parts),
                Ok(Token::Close) => literal("}", &mut parts),
                Ok(Token::Place) => {
                    let name = slice.trim_matches(['{', '}']);
                    let (bare, every) = name.strip_suffix("...").map_or((name, false), |bare| (bare, true));
                    if captures.contains(&bare) {
                        parts.push(Part::Capture { name: bare.to_owned(), every });
                    } else if let (true, false, Some(field)) = (KNOWN.contains(&bare), every, Field::of(bare))
                    {
                        parts.push(Part::Of(field));
                    } else if KNOWN.contains(&bare) {
                        let help = format!("Write {{{bare}}}: there is only one.");
                        file.wrong(place(span), "`...` is for captures", "not a capture", &help);
                    } else {
                        let valid: Vec<&str> = KNOWN.iter().chain(captures).copied().collect();
                        file.unknown(place(span), "placeholder", name, &valid);
                    }
                }
                Err(()) => file.wrong(
                    place(span),
                    "A brace stands alone",
                    "opens or closes nothing",
                    "Write {{ or }} for a brace, {name} for a placeholder.",
                ),
            }
        }
        Says { parts }
    }

    /// The sentence as it is written.
    pub(super) fn written(&self) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Part::Of(field) => format!("{{{field}}}"),
            Part::Capture { name, every } => format!("{{{name}{}}}", if *every { "..." } else { "" }),
        };
        self.parts.iter().map(part).collect()
    }

    /// The sentence about this, said by a rule with these conditions.
    pub(super) fn about<'r>(&'r self, when: &[Condition], facts: &Facts<'_, '_>) -> Cow<'r, str> {
        match self.parts.as_slice() {
            [] => Cow::Borrowed(""),
            [Part::Text(text)] => Cow::Borrowed(text),
            parts => {
                let fill = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Of(field) => {
                        let value = facts.one(field).filter(|value| !value.is_empty());
                        let name = || facts.one(&Field::Name).filter(|_| *field == Field::Id);
                        value.or_else(name).map_or_else(|| "?".to_owned(), |value| short(&value))
                    }
                    Part::Capture { name, every } => captured(name, *every, when, facts),
                };
                Cow::Owned(parts.iter().map(fill).collect())
            }
        }
    }
}

/// What the capture of this name caught, in all conditions that can have caught it.
fn captured(name: &str, every: bool, when: &[Condition], facts: &Facts<'_, '_>) -> String {
    let mut caught: Vec<String> = Vec::new();
    let mut more = 0;
    for condition in when {
        condition.matcher.patterns(&mut |pattern| {
            if !pattern.names().iter().any(|has| has == name) {
                return;
            }
            let Some(regex) = pattern.regex() else { return };
            facts.any(&condition.field, &mut |value| {
                for captures in regex.captures_iter(value) {
                    let Some(text) =
                        captures.get_group_by_name(name).and_then(|it| value.get(it.range())).map(short)
                    else {
                        continue;
                    };
                    if caught.contains(&text) {
                        continue;
                    }
                    if caught.len() == MANY {
                        more += 1;
                    } else {
                        caught.push(text);
                    }
                    if !every {
                        return true;
                    }
                }
                false
            });
        });
    }
    if !every {
        caught.truncate(1);
    }
    match (caught.is_empty(), more) {
        (true, _) => "?".to_owned(),
        (false, 0) => caught.join(", "),
        (false, more) => format!("{} and {more} more", caught.join(", ")),
    }
}

/// A value as a line of a report can hold it.
pub(super) fn short(value: &str) -> String {
    let value = value.trim();
    let line = value.lines().next().unwrap_or_default();
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None if line.len() < value.len() => format!("{} …", line.trim_end()),
        None => line.to_owned(),
    }
}
