//! Names and values in text: YAML, INI, JSON, Python, XML, the environment, command lines, and diffs of all of these.
//!
//! The scan says where a word stands that may be part of a secret's name. The name around it is looked at, then what
//! separates it from its value, then how far the value goes. In the middle of a sentence only what looks like no word
//! is a value: "using password: YES", "invalid token: unexpected end".

use std::borrow::Cow;
use std::ops::Range;

use super::MASKED;
use super::keys::{is_harmless, is_random, is_secret};
use super::scan::{Found, Scan};

/// Masks the values of secrets' names.
pub(super) fn mask<'t>(text: &'t str, scan: &Scan, found: Found) -> Cow<'t, str> {
    if !found.has(Found::KEY) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::new();
    let mut done = 0;
    let mut looked_at = 0;
    for hit in scan.keys(text) {
        if hit < looked_at.max(done) {
            continue;
        }
        let name = name_around(text, hit);
        looked_at = name.end;
        if name.start < done || !is_secret(text[name.clone()].trim_start_matches('-')) {
            continue;
        }
        for value in values(text, &name) {
            if value.start >= done && !is_harmless(&text[value.clone()]) {
                masked.push_str(&text[done..value.start]);
                masked.push_str(MASKED);
                done = value.end;
            }
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// The name that the byte at `at`, a letter, is part of: no further than a name goes.
fn name_around(text: &str, at: usize) -> Range<usize> {
    const LONGEST: usize = 256;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.as_bytes();
    let start = at - bytes[..at].iter().rev().take(LONGEST).take_while(|byte| is_part(byte)).count();
    let mut end = at + bytes[at..].iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
    // The end of a sentence is no part of the name.
    while end > at && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    start..end
}

/// What separates a name from its value.
#[derive(Clone, Copy, PartialEq)]
enum Separator {
    Colon,
    /// With blanks around it, or without.
    Equals {
        tight: bool,
    },
    Blank,
}

/// The values of the name that stands there; none if nothing is given to it.
fn values(text: &str, name: &Range<usize>) -> Vec<Range<usize>> {
    let one = |from: usize, to: usize| std::iter::once(from..to).collect::<Vec<_>>();
    let line_start = text[..name.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..name.start];
    let line_end = text[name.end..].find('\n').map_or(text.len(), |at| name.end + at);
    let rest = &text[name.end..line_end];

    // <password>…</password>
    if before.ends_with('<')
        && let Some(inside) = rest.strip_prefix('>')
    {
        let length = inside.find('<').unwrap_or(inside.len());
        return one(name.end + 1, name.end + 1 + length);
    }
    let is_flag =
        text[name.clone()].starts_with('-') && !before.is_empty() || text[name.clone()].starts_with("--");
    let close = rest.trim_start_matches('\\').trim_start_matches(['"', '\'', '`']);
    let is_quoted = close.len() < rest.len() && before.ends_with(['"', '\'', '`']);
    let close = if is_quoted { close } else { rest };
    let close = close.strip_prefix(']').unwrap_or(close);
    let lead = lead(before);
    let Some((separator, gap)) = separator(close, is_flag, lead) else { return Vec::new() };
    let from = line_end - close.len() + gap;
    let value = &text[from..line_end];

    if let Some(length) = quoted(value) {
        return one(from + length.start, from + length.end);
    }
    if let Some(open) = value.chars().next().filter(|c| matches!(c, '{' | '[')) {
        let shut = if open == '{' { '}' } else { ']' };
        // `{{ … }}` is a template's.
        let is_template = value.starts_with("{{") || value.starts_with("{%");
        let end = value.rfind(shut).unwrap_or(value.len());
        return if is_template { Vec::new() } else { one(from + 1, from + end.max(1)) };
    }
    let opens_block =
        value.trim_end().is_empty() || value.starts_with(['|', '>']) && value.trim_end().len() <= 3;
    if opens_block {
        let names = separator == Separator::Colon && lead != Lead::None;
        return if names { below(text, line_start, line_end) } else { Vec::new() };
    }
    let whole_line = lead == Lead::Name
        && !is_flag
        && matches!(separator, Separator::Colon | Separator::Equals { tight: false });
    let length = if whole_line { to_line_end(value) } else { one_word(value) };
    let found = from..from + length;
    let in_a_sentence = separator == Separator::Colon && lead != Lead::Name && !is_quoted && !is_flag;
    if in_a_sentence && !is_random(&text[found.clone()]) { Vec::new() } else { Vec::from([found]) }
}

/// What stands before a name in its line.
#[derive(Clone, Copy, PartialEq)]
enum Lead {
    /// Nothing but a diff's sign, a list's dash, a quote.
    Name,
    /// A word that gives values to names: `export`, `SetEnv`.
    Word,
    /// Anything else.
    None,
}

fn lead(before: &str) -> Lead {
    let before = before.trim_matches(|c: char| c.is_whitespace() || "+-\"'`*\\#;>|".contains(c));
    let words = ["export", "set", "setx", "env", "setenv", "declare -x", "define"];
    if before.is_empty() {
        Lead::Name
    } else if words.iter().any(|word| word.eq_ignore_ascii_case(before)) {
        Lead::Word
    } else {
        Lead::None
    }
}

/// What separates the name before `rest` from its value, and how many bytes of `rest` that takes.
fn separator(rest: &str, is_flag: bool, lead: Lead) -> Option<(Separator, usize)> {
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '\r']).len();
    let first = blanks(rest);
    let sign = &rest[first..];
    let after = |length: usize| first + length + blanks(&sign[length..]);
    if sign.starts_with("==") || sign.starts_with("::") {
        return None;
    }
    if sign.starts_with("=>") || sign.starts_with(":=") {
        return Some((Separator::Equals { tight: false }, after(2)));
    }
    if let Some(value) = sign.strip_prefix('=') {
        let tight = first == 0 && blanks(value) == 0;
        // `password = x` in a sentence is a value, too.
        return Some((Separator::Equals { tight }, after(1)));
    }
    if sign.starts_with(':') {
        return Some((Separator::Colon, after(1)));
    }
    let takes_blank = is_flag || lead == Lead::Word;
    // What follows may be the next option, and no value.
    (takes_blank && first > 0 && !sign.starts_with('-')).then_some((Separator::Blank, first))
}

/// What is inside the quotes that a value starts with, to the end of the line if they are not closed.
fn quoted(value: &str) -> Option<Range<usize>> {
    let prefix = value.len() - value.trim_start_matches(['u', 'b', 'r', '\\']).len();
    let prefix = if prefix <= 4 { prefix } else { return None };
    let quote = value[prefix..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let escapes = value[..prefix].matches('\\').count();
    let from = prefix + 1;
    let mut backslashes = 0;
    for (at, c) in value[from..].char_indices() {
        match c {
            '\\' => backslashes += 1,
            c if c == quote && backslashes <= escapes => {
                return Some(from..from + at - backslashes.min(escapes));
            }
            _ => backslashes = 0,
        }
    }
    Some(from..value.trim_end().len().max(from))
}

/// A value that takes the rest of its line, but for what ends the line in JSON or in Python.
fn to_line_end(value: &str) -> usize {
    value.trim_end().trim_end_matches([',', ';']).len()
}

/// A value that ends where a word does.
fn one_word(value: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || ";&)}]\"'<>|".contains(c);
    let end = value.find(ends).unwrap_or(value.len());
    value[..end].trim_end_matches([',', '.']).len()
}

/// What is indented below a line, each line's own value: a block of text, or names and values.
fn below(text: &str, line_start: usize, line_end: usize) -> Vec<Range<usize>> {
    let is_sign = |c: char| matches!(c, '+' | '-');
    // A diff's sign is no indentation, and a list's dash is.
    let indent = |line: &str| {
        let line = line.strip_prefix(is_sign).map_or_else(|| line.to_owned(), |rest| format!(" {rest}"));
        line.len() - line.trim_start_matches([' ', '\t']).len()
    };
    let own = indent(&text[line_start..line_end]);
    let mut found = Vec::new();
    let mut from = (line_end + 1).min(text.len());
    while from < text.len() {
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let line = &text[from..end];
        if !line.trim().is_empty() && line.trim() != "+" && line.trim() != "-" {
            if indent(line) <= own {
                break;
            }
            let at = indent(line).min(line.len());
            let at = at + if line[at..].starts_with("- ") { 2 } else { 0 };
            let content = &line[at..];
            let value = content
                .split_once(": ")
                .map_or(0, |(name, _)| if name.contains(' ') { 0 } else { name.len() + 2 });
            let is_name = content.trim_end().ends_with(':');
            let named = content.split(':').next().unwrap_or_default();
            let is_about = value > 0 && ["name", "namespace", "type", "source", "file"].contains(&named);
            if !is_name && !is_about {
                found.push(from + at + value..from + line.trim_end().len().max(at + value));
            }
        }
        from = end + 1;
    }
    found
}
