//! Where another notation than Salt's own text or JSON begins: told by the line, and by what stands below it.
//!
//! Only marks that text does not bear count: a key of a state (`module_|-id_|-name_|-function`) where the notation
//! would have it, a Python bracket with a key or a string in it. Where one minion's return came in a notation, another's
//! may be a mere word behind its name.

use super::super::json::key::is_state;
use super::super::notation::{Notation, yaml_key};
use super::lines::{Lines, Peek, blank, trim_end};
use super::{colour, marks};
use crate::frame::log;

/// How far below a header the first state's key is looked for, in bytes.
const LOOK_LIMIT: usize = 64 * 1024;

/// How many lines ahead another minion's return is looked for.
const AHEAD: usize = 64;

/// How the elements of the list begin that a minion returns instead of states.
pub(super) const ERRORS: [&[u8]; 5] =
    [b"Rendering SLS", b"No matching sls", b"Specified SLS", b"Pillar failed", b"The function"];

/// What begins, in short: it is made anew where it is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// A Python literal; so many bytes of the line are the minion's name before it.
    Python(usize),
    /// A line behind a minion's name, which takes so many bytes.
    Named(usize),
    Yaml,
    Nested,
}

impl Foreign {
    /// How many bytes of the line stand before it, and the reader for it.
    pub(super) fn notation(self, line: &[u8]) -> (usize, Notation) {
        match self {
            Foreign::Python(0) => (0, Notation::python(None)),
            Foreign::Python(name) => (name + 2, Notation::python(line.get(..name))),
            Foreign::Named(name) => (0, Notation::lines(&line[..name])),
            Foreign::Yaml => (0, Notation::yaml()),
            Foreign::Nested => (0, Notation::nested()),
        }
    }
}

/// Does a literal begin here, as only a return would?
pub(super) fn python(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"{").or_else(|| line.strip_prefix(b"OrderedDict([(")) else {
        return false;
    };
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b"u").or_else(|| rest.strip_prefix(b"b")).unwrap_or(rest);
    let Some(rest) = rest.strip_prefix(b"'") else { return false };
    let Some(end) = memchr::memchr(b'\'', rest) else { return false };
    let behind = &rest[end + 1..];
    end > 0 && matches!(behind.first(), Some(b':' | b','))
}

/// How many bytes a minion's name takes that stands before a value, `web1: …`.
fn named(line: &[u8]) -> Option<(usize, &[u8])> {
    let at = memchr::memmem::find(line, b": ")?;
    marks::header(&line[..at + 1])?;
    Some((at, &line[at + 2..]))
}

/// What Python's `str` prints of a mapping or a list that a minion returned.
fn is_value(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"OrderedDict([(").unwrap_or(value);
    let literal = |rest: &[u8]| {
        let rest = rest.strip_prefix(b"u").unwrap_or(rest);
        matches!(rest.first(), Some(b'\'' | b'"'))
    };
    match value.split_first() {
        Some((b'{', rest)) => rest.starts_with(b"'") || rest.starts_with(b"u'") || trim_end(rest) == b"}",
        Some((b'[', rest)) => literal(rest),
        _ => false,
    }
}

/// Does another notation begin at this line? `known`: one has been read in this input. `None`: more must be read.
pub(super) fn begins(
    lines: &Lines<'_>,
    line: &[u8],
    next: usize,
    known: Option<Foreign>,
) -> Option<Option<Foreign>> {
    let first = line.first().copied().unwrap_or(b' ');
    if first == b'{' || first == b'O' {
        return Some(python(line).then_some(Foreign::Python(0)));
    }
    let end = trim_end(line);
    // `web1:`, in quotes where YAML would take it for something else.
    let quoted = matches!(first, b'\'' | b'"') && yaml_key(end).is_some_and(|(_, rest)| rest.is_empty());
    if !quoted && marks::header(line).is_none() {
        return match one_line(line, known) {
            None if known.is_none() && named(line).is_some() => before_known(lines, line, next),
            // Nothing at all is written alike everywhere.
            Some(Foreign::Python(name)) if known.is_none() && line[name..].trim_ascii_end().len() == 4 => {
                let ahead = before_known(lines, line, next)?.filter(|foreign| *foreign == Foreign::Yaml);
                Some(ahead.or(Some(Foreign::Python(name))))
            }
            foreign => Some(foreign),
        };
    }
    match below(lines, next, known)? {
        // Any words may be a list's that stands for states: what another minion returned tells.
        None if known.is_none() && lists(lines, next)? => {
            Some(before_known(lines, line, next)?.filter(|foreign| *foreign == Foreign::Yaml))
        }
        foreign => Some(foreign),
    }
}

/// A value on the line of its minion's name.
fn one_line(line: &[u8], known: Option<Foreign>) -> Option<Foreign> {
    let (name, value) = named(line)?;
    let value = trim_end(value);
    match known {
        Some(Foreign::Yaml) if log::prefix(line).is_none() => Some(Foreign::Yaml),
        _ if is_value(value) => Some(Foreign::Python(name)),
        Some(Foreign::Python(1..) | Foreign::Named(_)) => Some(Foreign::Named(name)),
        _ if value.starts_with(b"Minion did not return") => Some(Foreign::Named(name)),
        _ if value.starts_with(b"'Minion did not return") => Some(Foreign::Yaml),
        _ => None,
    }
}

/// A word behind a minion's name, before any notation is known: the next minion's may tell.
fn before_known(lines: &Lines<'_>, line: &[u8], next: usize) -> Option<Option<Foreign>> {
    let mut at = next;
    for _ in 0..AHEAD {
        let (ahead, next) = match lines.peek(at) {
            Peek::Line(ahead, next) => (ahead, next),
            Peek::More => return None,
            Peek::End => return Some(None),
        };
        if let Some((_, value)) = named(ahead) {
            if is_value(value) && value.len() > 2 {
                return Some(named(line).map(|(name, _)| Foreign::Named(name)));
            }
        } else if marks::header(ahead).is_some() {
            match below(lines, next, None)? {
                Some(Foreign::Yaml) => return Some(Some(Foreign::Yaml)),
                _ if lists(lines, next)? => {}
                _ => return Some(None),
            }
        } else if !(blank(ahead) || ahead.starts_with(b"  ") || ahead.starts_with(b"- ")) {
            return Some(None);
        }
        at = next;
    }
    Some(None)
}

/// Does a list in YAML stand here?
fn lists(lines: &Lines<'_>, at: usize) -> Option<bool> {
    match lines.peek(at) {
        Peek::Line(line, _) => Some(line.starts_with(b"- ")),
        Peek::More => None,
        Peek::End => Some(false),
    }
}

/// What stands below a header?
fn below(lines: &Lines<'_>, next: usize, known: Option<Foreign>) -> Option<Option<Foreign>> {
    let raw = match lines.peek(next) {
        Peek::Line(raw, _) => raw,
        Peek::More => return None,
        Peek::End => return Some(None),
    };
    let item = raw.starts_with(b"- ");
    if item {
        // The list that stands for states which did not compile.
        let text = raw[2..].trim_ascii_start();
        let text = text.strip_prefix(b"'").or_else(|| text.strip_prefix(b"\"")).unwrap_or(text);
        let is_error =
            known == Some(Foreign::Yaml) || text != &raw[2..] || ERRORS.iter().any(|it| text.starts_with(it));
        return Some(is_error.then_some(Foreign::Yaml));
    }
    if !raw.starts_with(b" ") && !raw.starts_with(b"\x1b") {
        return Some(None);
    }
    // As others than Salt indent lists (`qubesctl`).
    if raw.strip_prefix(b"  - ").is_some_and(|text| ERRORS.iter().any(|error| text.starts_with(error))) {
        return Some(Some(Foreign::Yaml));
    }
    let plain = colour::strip(raw);
    let nested = plain.starts_with(b"    ") && marks::rule(&plain[4..]);
    let text = marks::terse(raw) || raw.contains(&0x1b);
    let yaml = || raw.starts_with(b" ") && !text && is_yaml(raw);
    if !(nested || yaml()) {
        return Some(None);
    }
    state_below(lines, next, nested)
}

/// Can this line stand below a header in YAML?
fn is_yaml(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    text.starts_with(b"? ") || text.starts_with(b"- ") || yaml_key(text).is_some()
}

/// Looks for a state's key in the lines that are indented.
fn state_below(lines: &Lines<'_>, mut at: usize, nested: bool) -> Option<Option<Foreign>> {
    let start = at;
    while at - start < LOOK_LIMIT {
        let (raw, next) = match lines.peek(at) {
            Peek::Line(raw, next) => (raw, next),
            Peek::More => return None,
            Peek::End => return Some(None),
        };
        at = next;
        if blank(raw) {
            continue;
        }
        if !(raw.starts_with(b" ") || raw.starts_with(b"\x1b")) {
            return Some(None);
        }
        let plain = colour::strip(raw);
        let text = plain.trim_ascii();
        if !text.windows(3).any(|piece| piece == b"_|-") {
            continue;
        }
        if nested && !text.strip_suffix(b":").is_some_and(is_state) {
            // Its ID or name holds a line break, behind which it goes on at column 0.
            let mut key = text.to_vec();
            while !key.strip_suffix(b":").is_some_and(is_state) && at - start < LOOK_LIMIT {
                match lines.peek(at) {
                    Peek::Line(raw, next) => {
                        key.push(b'\n');
                        key.extend_from_slice(trim_end(&colour::strip(raw)));
                        at = next;
                    }
                    Peek::More => return None,
                    Peek::End => return Some(None),
                }
            }
            return Some(key.strip_suffix(b":").is_some_and(is_state).then_some(Foreign::Nested));
        }
        if nested {
            if text.strip_suffix(b":").is_some_and(is_state) {
                return match lines.peek(next) {
                    Peek::Line(below, _) => {
                        Some(colour::strip(below).trim_ascii().eq(b"----------").then_some(Foreign::Nested))
                    }
                    Peek::More => None,
                    Peek::End => Some(None),
                };
            }
            continue;
        }
        if text.starts_with(b"? ") || yaml_key(text).is_some_and(|(key, _)| is_state(key)) {
            return Some(Some(Foreign::Yaml));
        }
    }
    Some(None)
}

/// An event of Salt's bus (`salt-run state.event`): where its JSON begins, behind the tag and a tab.
pub(super) fn event(line: &[u8]) -> Option<usize> {
    let tab = memchr::memchr(b'\t', line)?;
    let (tag, rest) = (&line[..tab], &line[tab + 1..]);
    let is_tag = !tag.is_empty() && tag.iter().all(|byte| *byte > b' ' && !b"{}\"".contains(byte));
    let json =
        rest.first() == Some(&b'{') && matches!(trim_end(&rest[1..]).first(), None | Some(b'"' | b'}'));
    (is_tag && json).then_some(tab + 1)
}

/// Does one begin at this line, whatever it stands in: raw text does not go on through it.
pub(super) fn breaks(lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
    if line.starts_with(b" ") {
        return Some(false);
    }
    if event(line).is_some() || python(line) {
        return Some(true);
    }
    match named(line) {
        Some((_, value)) => Some(is_value(value) && value.len() > 2),
        None => Some(begins(lines, line, next, None)?.is_some()),
    }
}
