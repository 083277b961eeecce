//! YAML as PyYAML writes it (`--out=yaml`) as JSON, a member at a time.
//!
//! Block mappings are walked by their indentation, so that a run streams; what stands behind a key, or a list below it,
//! is read by a YAML parser. Words and numbers are told apart as YAML 1.1 does, which PyYAML writes: `1e5` is a string.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use super::super::Beyond;
use super::super::json::key::is_state;
use super::Read;
use super::sink::{Sink, is_number};

/// Values nested deeper than this, and mappings, are not read.
const DEEPEST: usize = 100;

/// How much is kept of what has an anchor.
const ANCHORS: usize = 1024 * 1024;

/// The member of a document, and what of it is open.
#[derive(Debug, Default)]
pub(in crate::frame) struct Yaml {
    open: Vec<Level>,
    /// A key of several lines, or a long one, was read: its colon stands at this indentation.
    colon: Option<usize>,
    /// A mapping begins in the middle of the next line, at this column.
    within: Option<usize>,
    /// The key that was written last.
    last: String,
    anchors: BTreeMap<String, Vec<u8>>,
    anchored: usize,
    /// Nothing stood below a state's key.
    cut: bool,
}

/// A mapping that is open.
#[derive(Debug, Default)]
struct Level {
    indent: usize,
    /// Something stands in it.
    any: bool,
    /// A state's: `Some(true)` once its result was read.
    state: Option<bool>,
    /// The name that it can be repeated by, and where it was written.
    anchor: Option<(String, usize)>,
}

/// A line's end, and where the next begins.
fn line(window: &[u8], at: usize, all: bool) -> Option<(&[u8], usize)> {
    let rest = window.get(at..)?;
    match memchr::memchr(b'\n', rest) {
        Some(end) => Some((rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]), at + end + 1)),
        None if all && !rest.is_empty() => Some((rest, window.len())),
        None => None,
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// `- item`
fn is_item(line: &[u8]) -> bool {
    line == b"-" || line.starts_with(b"- ")
}

/// The key at the start of a line, and what stands behind its colon.
pub(in crate::frame) fn key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = match line.first()? {
        b'\'' => {
            let mut at = 1;
            loop {
                at += memchr::memchr(b'\'', line.get(at..)?)? + 1;
                if line.get(at) != Some(&b'\'') {
                    break at;
                }
                at += 1;
            }
        }
        b'"' => {
            let mut at = 1;
            loop {
                at += memchr::memchr2(b'"', b'\\', line.get(at..)?)?;
                if line[at] == b'"' {
                    break at + 1;
                }
                at += 2;
            }
        }
        _ => match memchr::memmem::find(line, b": ") {
            Some(at) => at,
            None => line.len() - usize::from(line.last() == Some(&b':')),
        },
    };
    let behind = line.get(length..)?.strip_prefix(b":")?;
    if length == 0 || !(behind.is_empty() || behind[0] == b' ') {
        return None;
    }
    Some((&line[..length], behind.trim_ascii()))
}

/// What a member came to.
enum Member {
    Upto(usize),
    More,
    Broken,
}

impl Yaml {
    pub(super) fn read(&mut self, window: &[u8], beyond: Beyond, sink: &mut Sink) -> Read {
        let all = beyond != Beyond::More;
        if self.open.is_empty() {
            sink.put(b"{");
            self.open.push(Level::default());
        }
        let mut at = 0;
        while at < window.len().min(super::PIECE) {
            let Some((text, next)) = line(window, at, all) else { break };
            if is_blank(text) {
                sink.newline(1);
                at = next;
                continue;
            }
            let depth = indent(text);
            if depth == 0 && self.open[0].any && self.colon.is_none() && self.within.is_none() {
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
        let states = self.open.iter().all(|level| level.state != Some(false));
        self.colon.is_none() && self.within.is_none() && !self.cut && states
    }

    /// Closes what is deeper than `indent`, and the document where that is 0.
    fn close(&mut self, indent: usize, sink: &mut Sink) {
        while self.open.last().is_some_and(|level| level.indent > indent || indent == 0) {
            let Some(level) = self.open.pop() else { return };
            sink.close(b'}');
            if let Some((name, at)) = level.anchor
                && let Some(written) = sink.since(at)
            {
                self.anchor(name, written.to_vec());
            }
        }
    }

    fn anchor(&mut self, name: String, written: Vec<u8>) {
        self.anchored += written.len();
        if self.anchored < ANCHORS {
            self.anchors.insert(name, written.into_iter().filter(|byte| *byte != b'\n').collect());
        }
    }

    /// The member that begins in the line at `at`.
    fn member(&mut self, window: &[u8], at: usize, depth: usize, all: bool, sink: &mut Sink) -> Member {
        let Some((text, next)) = line(window, at, all) else { return Member::More };
        if let Some(column) = self.within {
            let member = self.pair(window, at, column, all, sink);
            if matches!(member, Member::Upto(_)) {
                self.within = None;
            }
            return member;
        }
        let inner = &text[depth..];
        if let Some(colon) = self.colon {
            // `: value`, or the first member of a mapping.
            let Some(rest) = inner.strip_prefix(b":").filter(|_| depth == colon) else {
                return Member::Broken;
            };
            if rest.starts_with(b" ") && key(rest.trim_ascii_start()).is_some() {
                let column = depth + 1 + indent(rest);
                if line(window, at, all).is_none() {
                    return Member::More;
                }
                self.begin(column, None, sink);
                (self.colon, self.within) = (None, Some(column));
                return Member::Upto(at);
            }
            let place = Place { at, depth, from: depth + 1 };
            let Some(plan) = self.plan(window, place, all) else { return Member::More };
            self.colon = None;
            return self.value(window, place, plan, sink);
        }
        if self.open.len() > 1 && depth < self.open.last().map_or(0, |level| level.indent) {
            self.close(depth, sink);
        }
        if self.open.last().is_none_or(|level| level.indent != depth) || self.open.len() > DEEPEST {
            return Member::Broken;
        }
        if let Some(rest) = inner.strip_prefix(b"? ") {
            return self.long_key(window, (at, next), (depth, rest), all, sink);
        }
        self.pair(window, at, depth, all, sink)
    }

    /// `? key`, which may take several lines, up to the line of its colon.
    fn long_key(
        &mut self,
        window: &[u8],
        (at, mut next): (usize, usize),
        (depth, first): (usize, &[u8]),
        all: bool,
        sink: &mut Sink,
    ) -> Member {
        let mut text = first.to_vec();
        let mut lines = 1;
        loop {
            let Some((further, behind)) = line(window, next, all) else {
                return if all { Member::Broken } else { Member::More };
            };
            if indent(further) == depth && further[depth..].starts_with(b":") {
                break;
            }
            text.push(b'\n');
            text.extend_from_slice(further);
            (next, lines) = (behind, lines + 1);
        }
        debug_assert!(next > at, "a key takes a line");
        if !self.key(&text, sink) {
            return Member::Broken;
        }
        sink.newline(lines);
        self.colon = Some(depth);
        Member::Upto(next)
    }

    /// Writes a key, and notes what it says of what stands around.
    fn key(&mut self, text: &[u8], sink: &mut Sink) -> bool {
        let Some(key) = scalar(&String::from_utf8_lossy(text)) else { return false };
        let Some(level) = self.open.last_mut() else { return false };
        if level.any {
            sink.put(b",");
        }
        level.any = true;
        if key == "result" {
            level.state = level.state.map(|_| true);
        }
        sink.string(&key);
        sink.put(b":");
        self.last = key;
        true
    }

    /// A mapping begins below the key that was written last.
    fn begin(&mut self, indent: usize, anchor: Option<String>, sink: &mut Sink) {
        let state = is_state(self.last.as_bytes()).then_some(false);
        let at = sink.at();
        sink.put(b"{");
        self.open.push(Level { indent, any: false, state, anchor: anchor.map(|name| (name, at)) });
    }

    /// `key: value`, or a key with what stands below it; its text begins at column `depth`.
    fn pair(&mut self, window: &[u8], at: usize, depth: usize, all: bool, sink: &mut Sink) -> Member {
        let Some((text, _)) = line(window, at, all) else { return Member::More };
        let Some((name, _)) = text.get(depth..).and_then(key) else { return Member::Broken };
        let place = Place { at, depth, from: depth + name.len() + 1 };
        let Some(plan) = self.plan(window, place, all) else { return Member::More };
        match self.key(name, sink) {
            true => self.value(window, place, plan, sink),
            false => Member::Broken,
        }
    }

    /// What stands behind a key's colon, and below? `None`: more must be read to tell.
    fn plan(&self, window: &[u8], place: Place, all: bool) -> Option<Plan> {
        let Place { at, depth, from } = place;
        let (text, next) = line(window, at, all)?;
        let (anchor, rest) = anchored(text.get(from..).unwrap_or_default());
        let mut below = next;
        // At the end of what can be read nothing stands below.
        while rest.is_empty() && !(all && below == window.len()) {
            let (text, behind) = line(window, below, all)?;
            let blanks = indent(text);
            if is_blank(text) {
                below = behind;
            } else if blanks > depth && !is_item(&text[blanks..]) && is_member(&text[blanks..]) {
                return Some(Plan { anchor, next, kind: Kind::Mapping(blanks) });
            } else {
                break;
            }
        }
        if let Some(name) = rest.strip_prefix(b"*") {
            let name = String::from_utf8_lossy(name).into_owned();
            return Some(Plan { anchor, next, kind: Kind::Same(name) });
        }
        let end = leaf_end(window, next, depth, all)?;
        Some(Plan { anchor, next, kind: Kind::Leaf(end) })
    }

    /// Writes the value that was planned.
    fn value(&mut self, window: &[u8], place: Place, plan: Plan, sink: &mut Sink) -> Member {
        let Plan { anchor, next, kind } = plan;
        match kind {
            Kind::Mapping(indent) => {
                self.begin(indent, anchor, sink);
                sink.newline(1);
                Member::Upto(next)
            }
            // The same once more.
            Kind::Same(name) => {
                let Some(same) = self.anchors.get(&name) else { return Member::Broken };
                sink.put(same);
                sink.newline(1);
                Member::Upto(next)
            }
            Kind::Leaf(end) => {
                let Place { at, depth, from } = place;
                let chunk = window.get((at + from).min(end)..end).unwrap_or_default();
                let mut chunk = without_breaks(&String::from_utf8_lossy(chunk).replace("\r\n", "\n"));
                if let Some(name) = &anchor {
                    chunk = chunk.replacen(&format!("&{name}"), "", 1);
                }
                if self.open.len() == 1 && anchor.is_none() && chunk.starts_with('\n') {
                    return match items(&chunk, sink) {
                        Some(()) => Member::Upto(end),
                        None => Member::Broken,
                    };
                }
                self.cut |= is_state(self.last.as_bytes()) && is_blank(chunk.as_bytes());
                let document = format!("{}k: {chunk}", " ".repeat(depth));
                let Some(json) = json(&document) else { return Member::Broken };
                if let Some(name) = anchor {
                    self.anchor(name, json.clone());
                }
                // Before it: so a record goes up to its last line.
                let lines = memchr::memchr_iter(b'\n', &window[at..end]).count();
                sink.newline(lines.saturating_sub(1));
                sink.put(&json);
                sink.newline(lines.min(1));
                Member::Upto(end)
            }
        }
    }
}

/// Where a key's text stands: its line, its column, and the column behind its colon.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    depth: usize,
    from: usize,
}

/// What a value is, known before anything of it is written.
struct Plan {
    anchor: Option<String>,
    /// Behind the key's line.
    next: usize,
    kind: Kind,
}

enum Kind {
    /// A mapping, whose members begin at this column.
    Mapping(usize),
    /// What has this anchor.
    Same(String),
    /// Anything else, up to its end.
    Leaf(usize),
}

/// `&id001 rest`
fn anchored(rest: &[u8]) -> (Option<String>, &[u8]) {
    let rest = rest.trim_ascii();
    let Some(named) = rest.strip_prefix(b"&") else { return (None, rest) };
    let length = named.iter().take_while(|byte| **byte != b' ').count();
    (Some(String::from_utf8_lossy(&named[..length]).into_owned()), named[length..].trim_ascii())
}

/// Does a mapping's member begin here?
fn is_member(text: &[u8]) -> bool {
    text.starts_with(b"? ") || key(text).is_some()
}

/// Where what stands behind a key ends, and below it as its list or its further lines.
fn leaf_end(window: &[u8], mut next: usize, depth: usize, all: bool) -> Option<usize> {
    let mut end = next;
    loop {
        if next == window.len() && all {
            return Some(end);
        }
        let (text, behind) = line(window, next, all)?;
        let blanks = indent(text);
        let belongs = blanks > depth || blanks == depth && is_item(&text[depth..]);
        match (is_blank(text), belongs) {
            (true, _) => {}
            (false, true) => end = behind,
            (false, false) => return Some(end),
        }
        next = behind;
    }
}

/// Writes a list that a minion returned, each item with the lines that it takes.
fn items(chunk: &str, sink: &mut Sink) -> Option<()> {
    let lines: Vec<&str> = chunk.split_inclusive('\n').skip(1).collect();
    let column = indent(lines.first()?.as_bytes());
    sink.put(b"[");
    sink.newline(1);
    let mut from = 0;
    while from < lines.len() {
        let ends = |line: &&str| indent(line.as_bytes()) == column && is_item(line.trim_ascii().as_bytes());
        let upto = lines[from + 1..].iter().position(ends).map_or(lines.len(), |at| from + 1 + at);
        let json = json(&format!("k:\n{}", lines[from..upto].concat()))?;
        if from > 0 {
            sink.put(b",");
        }
        sink.newline(upto - from - 1);
        sink.put(json.strip_prefix(b"[").and_then(|json| json.strip_suffix(b"]"))?);
        sink.newline(1);
        from = upto;
    }
    sink.close(b']');
    Some(())
}

/// What YAML 1.1 takes for line ends beside `\n`, and which PyYAML prints raw, each with its place holder.
const BREAKS: [(char, char); 4] =
    [('\u{85}', '\u{f8001}'), ('\u{2028}', '\u{f8002}'), ('\u{2029}', '\u{f8003}'), ('\n', '\u{f8004}')];

/// The text with place holders for these, and without the indentation behind them.
fn without_breaks(text: &str) -> String {
    let holder = |letter: char| BREAKS.iter().find(|(it, _)| *it == letter).map(|(_, holder)| *holder);
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(first) = holder(letter).filter(|_| letter != '\n') else {
            out.push(letter);
            continue;
        };
        out.push(first);
        while let Some(next) = letters.peek().copied() {
            match holder(next) {
                Some(holder) => out.push(holder),
                None if next == ' ' => {}
                None => break,
            }
            letters.next();
        }
    }
    out
}

/// A scalar's text as it was.
fn with_breaks(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(|letter| ('\u{f8001}'..='\u{f8004}').contains(&letter)) {
        return text.into();
    }
    let was = |letter| BREAKS.iter().find(|(_, holder)| *holder == letter).map_or(letter, |(was, _)| *was);
    text.chars().map(was).collect::<String>().into()
}

/// The text of a scalar.
fn scalar(text: &str) -> Option<String> {
    if !text.starts_with(['\'', '"', '|', '>', '!', '?']) && !text.contains('\n') {
        return Some(text.to_owned());
    }
    let text = without_breaks(text);
    let mut parser = Parser::new_from_str(&text);
    loop {
        match parser.next_event()?.ok()?.0 {
            Event::Scalar(text, ..) => return Some(with_breaks(&text).into_owned()),
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            _ => return None,
        }
    }
}

/// The value of a document's only member, as JSON.
fn json(document: &str) -> Option<Vec<u8>> {
    let mut writer =
        Writer { parser: Parser::new_from_str(document), out: Sink::default(), known: Vec::new() };
    loop {
        match writer.next()? {
            Event::MappingStart(..) => break,
            Event::StreamStart | Event::DocumentStart(_) => {}
            _ => return None,
        }
    }
    writer.next()?;
    let value = writer.next()?;
    writer.value(value, 0)?;
    matches!(writer.next()?, Event::MappingEnd).then(|| writer.out.bytes().to_vec())
}

struct Writer<'t> {
    parser: Parser<'t, StrInput<'t>>,
    out: Sink,
    /// What has an anchor, and where it was written.
    known: Vec<(usize, Vec<u8>)>,
}

impl<'t> Writer<'t> {
    fn next(&mut self) -> Option<Event<'t>> {
        loop {
            match self.parser.next_event()?.ok()?.0 {
                Event::Nothing => {}
                event => return Some(event),
            }
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Option<()> {
        if depth == DEEPEST {
            return None;
        }
        let at = self.out.at();
        let anchor = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_ref().map(|tag| tag.suffix.to_string());
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let number = tag.as_deref().is_some_and(|tag| matches!(tag, "int" | "float" | "long"));
                match plain || number {
                    true => word(&text, &mut self.out),
                    false => self.out.string(&with_breaks(&text)),
                }
                anchor
            }
            Event::SequenceStart(anchor, _) => {
                self.out.put(b"[");
                let mut any = false;
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => {
                            if std::mem::replace(&mut any, true) {
                                self.out.put(b",");
                            }
                            self.value(event, depth + 1)?;
                        }
                    }
                }
                self.out.put(b"]");
                anchor
            }
            Event::MappingStart(anchor, _) => {
                self.out.put(b"{");
                let mut any = false;
                loop {
                    let Event::Scalar(key, ..) = (match self.next()? {
                        Event::MappingEnd => break,
                        event => event,
                    }) else {
                        return None;
                    };
                    if std::mem::replace(&mut any, true) {
                        self.out.put(b",");
                    }
                    self.out.string(&with_breaks(&key));
                    self.out.put(b":");
                    let value = self.next()?;
                    self.value(value, depth + 1)?;
                }
                self.out.put(b"}");
                anchor
            }
            Event::Alias(id) => {
                let known = self.known.iter().find(|(known, _)| *known == id)?.1.clone();
                if self.out.bytes().len() + known.len() > ANCHORS {
                    return None;
                }
                self.out.put(&known);
                0
            }
            _ => return None,
        };
        if anchor > 0 {
            self.known.push((anchor, self.out.since(at)?.to_vec()));
        }
        Some(())
    }
}

/// A plain scalar: what YAML 1.1 takes for a word or a number, or else a string.
fn word(text: &str, out: &mut Sink) {
    let written = match text {
        "" | "~" | "null" | "Null" | "NULL" => "null",
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => "true",
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => "false",
        ".nan" | ".NaN" | ".NAN" => "NaN",
        ".inf" | ".Inf" | ".INF" | "+.inf" => "Infinity",
        "-.inf" | "-.Inf" | "-.INF" => "-Infinity",
        // A float has a point; Python's has none before an exponent, and PyYAML adds one.
        _ if is_number(text) && text.contains('.') => {
            return out.put(text.replacen(".0e", "e", 1).as_bytes());
        }
        _ if is_number(text) && !text.contains(['e', 'E']) => text,
        _ => return out.string(text),
    };
    out.put(written.as_bytes());
}
