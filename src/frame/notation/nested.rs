//! The nested display of whole returns (`--out=nested`, and what runners print) as JSON, a member at a time.
//!
//! ```text
//! web1:
//!     ----------
//!     cmd_|-id_|-name_|-run:
//!         ----------
//!         changes:
//!             ----------
//! ```
//!
//! A mapping is walked by its indentation, so that a run streams; any other value is read as the changes in a block are.
//! Everything is a string, but for what a state's own members are known to be.

use super::super::Beyond;
use super::super::json::key::is_state;
use super::super::text::colour;
use super::Read;
use super::display::{self, value};
use super::sink::{Sink, is_number};

/// Mappings nested deeper than this are not read.
const DEEPEST: usize = 100;

/// How many lines a key may take.
const KEY_LINES: usize = 64;

const RULE: &str = "----------";

/// A display, and what of it is open.
#[derive(Debug, Default)]
pub(in crate::frame) struct Nested {
    open: Vec<Level>,
    /// Nothing stood below a state's key.
    cut: bool,
}

/// A mapping that is open.
#[derive(Debug, Default)]
struct Level {
    indent: usize,
    any: bool,
    /// A state's: `Some(true)` once its result was read.
    state: Option<bool>,
}

/// A line that has arrived: without colour, and where the next begins.
fn line(window: &[u8], at: usize, all: bool) -> Option<(String, usize)> {
    let rest = window.get(at..)?;
    let (raw, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None if all && !rest.is_empty() => (rest, window.len()),
        None => return None,
    };
    let plain = colour::strip(raw.strip_suffix(b"\r").unwrap_or(raw));
    Some((String::from_utf8_lossy(&plain).into_owned(), next))
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}

/// What a member came to.
enum Member {
    Upto(usize),
    More,
    Broken,
}

impl Nested {
    pub(super) fn read(&mut self, window: &[u8], beyond: Beyond, sink: &mut Sink) -> Read {
        let all = beyond != Beyond::More;
        if self.open.is_empty() {
            sink.put(b"{");
            self.open.push(Level::default());
        }
        let mut at = 0;
        while at < window.len().min(super::PIECE) {
            let Some((text, next)) = line(window, at, all) else { break };
            if is_blank(&text) {
                sink.newline(1);
                at = next;
                continue;
            }
            let depth = indent(&text);
            if depth == 0 && self.open[0].any {
                if !self.is_whole() {
                    return Read::Broken(at);
                }
                self.close(0, sink);
                return Read::Over(at);
            }
            match self.member(window, at, depth, all, sink) {
                Member::Upto(next) => at = next,
                Member::More => break,
                Member::Broken => return Read::Broken(at),
            }
        }
        if at > 0 {
            return Read::Took(at);
        }
        if window.is_empty() && all && self.is_whole() {
            self.close(0, sink);
            return Read::Over(0);
        }
        Read::More
    }

    /// A state without a result was cut off, and nothing else can tell.
    fn is_whole(&self) -> bool {
        !self.cut && self.open.iter().all(|level| level.state != Some(false))
    }

    /// Closes what is deeper than `indent`, and the document where that is 0.
    fn close(&mut self, indent: usize, sink: &mut Sink) {
        while self.open.last().is_some_and(|level| level.indent > indent || indent == 0) {
            self.open.pop();
            sink.close(b'}');
        }
    }

    /// The member whose key stands in the line at `at`.
    fn member(&mut self, window: &[u8], at: usize, depth: usize, all: bool, sink: &mut Sink) -> Member {
        let Some(found) = key_at(window, at, depth, all) else { return Member::More };
        let Some((key, next, lines)) = found else { return Member::Broken };
        let begins = match self.begins_mapping(window, next, depth + 4, all) {
            Some(begins) => begins,
            None => return Member::More,
        };
        let end = if begins { next } else { leaf_end(window, next, depth + 4, all).unwrap_or(usize::MAX) };
        if end == usize::MAX {
            return Member::More;
        }
        if self.open.last().is_some_and(|level| level.indent > depth) {
            // A key that is none cuts a state off from its result.
            let closed = self.open.iter().filter(|level| level.indent > depth);
            if closed.filter(|level| level.state == Some(false)).count() > 0 {
                return Member::Broken;
            }
            self.close(depth, sink);
        }
        let Some(level) = self.open.last_mut().filter(|level| level.indent == depth) else {
            return Member::Broken;
        };
        if std::mem::replace(&mut level.any, true) {
            sink.put(b",");
        }
        sink.string(&key);
        sink.put(b":");
        if begins {
            sink.newline(lines);
            if self.open.len() == DEEPEST {
                return Member::Broken;
            }
            let Some((_, behind)) = line(window, next, all) else { return Member::Broken };
            sink.put(b"{");
            sink.newline(1);
            self.open.push(Level {
                indent: depth + 4,
                any: false,
                state: is_state(key.as_bytes()).then_some(false),
            });
            return Member::Upto(behind);
        }
        let in_state = level.state.is_some();
        if in_state && key == "result" {
            level.state = Some(true);
        }
        let texts = texts(&window[..end], next);
        self.cut |=
            is_state(key.as_bytes()) && texts.iter().all(|text| is_blank(text) || text.trim_ascii() == RULE);
        // Before it: so a record goes up to its last line.
        sink.newline(lines + texts.len() - 1);
        write(&key, in_state, &texts, depth + 4, sink);
        sink.newline(1);
        Member::Upto(end)
    }

    /// Do dashes and the keys of a mapping stand at `next`, at this indentation?
    fn begins_mapping(&self, window: &[u8], next: usize, depth: usize, all: bool) -> Option<bool> {
        if next == window.len() && all {
            return Some(false);
        }
        let (rule, mut behind) = line(window, next, all)?;
        if indent(&rule) != depth || rule[depth..].trim_ascii_end() != RULE {
            return Some(false);
        }
        let first = behind;
        for _ in 0..KEY_LINES {
            if behind == window.len() && all {
                return Some(false);
            }
            let (below, after) = line(window, behind, all)?;
            if is_blank(&below) || indent(&below) != depth {
                // As does any other that holds one.
                let broken = behind > first && !below.starts_with(' ') && !is_blank(&below);
                return match broken {
                    true => Some(key_at(window, first, depth, all)?.is_some()),
                    false => Some(false),
                };
            }
            // A state's key may hold line breaks, behind which it goes on at column 0.
            if below.trim_ascii_end().ends_with(':') || below.contains("_|-") {
                return Some(true);
            }
            behind = after;
        }
        Some(false)
    }
}

/// The key that begins at `at`, what is behind its lines, and how many they are. A line break in it is printed as it is:
/// so it goes on in the lines below, at column 0, up to a colon, behind which the key of a state is whole.
/// `None`: more must be read to tell.
fn key_at(window: &[u8], at: usize, depth: usize, all: bool) -> Option<Option<(String, usize, usize)>> {
    let (first, mut next) = line(window, at, all)?;
    let mut key = first.get(depth..).unwrap_or_default().to_owned();
    // The first colon ends it, if none ends the key of a state.
    let mut whole = None;
    for lines in 1..=KEY_LINES {
        if let Some(name) = key.trim_ascii_end().strip_suffix(':') {
            let found = (name.to_owned(), next, lines);
            if !name.contains("_|-") || is_state(name.as_bytes()) {
                return Some(Some(found));
            }
            whole = whole.or(Some(found));
        }
        if depth == 0 || next == window.len() && all {
            break;
        }
        let (further, behind) = line(window, next, all)?;
        key.push('\n');
        key.push_str(&further);
        next = behind;
    }
    Some(whole)
}

/// Where a value ends whose lines are indented so far.
fn leaf_end(window: &[u8], mut next: usize, depth: usize, all: bool) -> Option<usize> {
    let mut end = next;
    loop {
        if next == window.len() && all {
            return Some(end);
        }
        let (text, behind) = line(window, next, all)?;
        let blanks = indent(&text);
        match is_blank(&text) {
            // A blank line in a value has its indentation, if nothing took it off.
            true if blanks >= depth => end = behind,
            true => {}
            false if blanks >= depth => end = behind,
            false => return Some(end),
        }
        next = behind;
    }
}

fn texts(window: &[u8], mut next: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some((text, behind)) = line(window, next, true) {
        texts.push(text);
        next = behind;
    }
    texts
}

/// Writes the value of a member.
fn write(key: &str, in_state: bool, texts: &[String], depth: usize, sink: &mut Sink) {
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let plain =
        || lines.iter().map(|line| line.get(depth..).unwrap_or_default()).collect::<Vec<_>>().join("\n");
    if in_state {
        let word = plain();
        let known = match (key, word.as_str()) {
            ("result", "True") => "true",
            ("result", "False") => "false",
            ("result", "None") => "null",
            ("__run_num__" | "duration" | "result", number) if is_number(number) => number,
            ("changes" | "warnings", _) => {
                return sink.put(value(&lines, depth, display::DEEPEST).to_string().as_bytes());
            }
            _ => return sink.string(&word),
        };
        return sink.put(known.as_bytes());
    }
    sink.put(value(&lines, depth, display::DEEPEST).to_string().as_bytes());
}
