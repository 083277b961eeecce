//! The other notations that Salt prints returns in (`--out=yaml`, `raw`, `pprint`, `txt`, `nested`), read as JSON is.
//!
//! Each is rewritten as JSON, piece by piece and with a line end for each of its own, and the JSON framer reads that: so
//! a return means the same in every notation, runs within runs and envelopes too, and nothing is held but what is
//! being read. `python`, `yaml` and `nested` rewrite, `sink` is what they write to. Where a notation begins is told
//! by the text framer (`text::foreign`), and where a document ends by the notation.
//!
//! Nothing here reads what a return says; that is `decode`'s.

mod display;
mod lines;
mod nested;
mod python;
mod sink;
mod strings;
#[cfg(test)]
mod tests;
mod yaml;

pub use display::{DEEPEST, starts_with_blanks, value as display_value};
pub(super) use strings::bytes_literal;
pub(super) use yaml::key as yaml_key;

use super::{Answer, Beyond, Body, Found, UNIT_LIMIT, Unit, UnitKind, json};
use sink::Sink;

/// How much of the input is rewritten before what came of it is read.
const PIECE: usize = 64 * 1024;

/// A notation, and where in it something is being read.
#[derive(Debug)]
pub(super) enum Notation {
    Python(python::Python),
    Yaml(yaml::Yaml),
    Nested(nested::Nested),
    Text(lines::Lines),
}

impl Notation {
    /// A Python literal; of `minion`, where its name stands before it (`--out=txt`).
    pub(super) fn python(minion: Option<&[u8]>) -> Notation {
        Notation::Python(python::Python::new(minion))
    }

    /// YAML, one minion's member of the document.
    pub(super) fn yaml() -> Notation {
        Notation::Yaml(yaml::Yaml::default())
    }

    /// The nested display of a whole return.
    pub(super) fn nested() -> Notation {
        Notation::Nested(nested::Nested::default())
    }

    /// Text behind a minion's name, which each of its lines repeats (`--out=txt`).
    pub(super) fn lines(minion: &[u8]) -> Notation {
        Notation::Text(lines::Lines::new(minion))
    }

    /// What problems call it.
    fn name(&self) -> &'static str {
        match self {
            Notation::Python(_) => "a Python literal",
            Notation::Yaml(_) => "YAML",
            Notation::Nested(_) => "the nested display",
            Notation::Text(_) => "text",
        }
    }

    fn read(&mut self, window: &[u8], beyond: Beyond, sink: &mut Sink) -> Read {
        match self {
            Notation::Python(it) => it.read(window, beyond, sink),
            Notation::Yaml(it) => it.read(window, beyond, sink),
            Notation::Nested(it) => it.read(window, beyond, sink),
            Notation::Text(it) => it.read(window, beyond, sink),
        }
    }
}

/// What came of reading on.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// So many bytes were rewritten.
    Took(usize),
    /// More must be read to tell how it goes on; where nothing more comes, it is cut off.
    More,
    /// The document is over behind so many bytes.
    Over(usize),
    /// What follows so many bytes is not the notation's.
    Broken(usize),
}

/// A notation to units.
#[derive(Debug, Default)]
pub(super) struct Framer {
    notation: Option<Notation>,
    json: json::Framer,
    sink: Sink,
    /// What of the sink was read, and the line that what follows stands in.
    start: usize,
    line: u64,
    /// The JSON framer has read all there is.
    starving: bool,
    over: bool,
    broken: bool,
    /// Something was rewritten.
    touched: bool,
    /// The JSON framer gave up: what is still rewritten belongs to nothing.
    deaf: bool,
    /// All is told.
    done: bool,
}

impl Framer {
    /// A document in `notation` begins at `line`.
    pub(super) fn begin(&mut self, notation: Notation, line: u64) {
        *self = Framer { notation: Some(notation), line, starving: true, ..Framer::default() };
    }

    /// Not even the first line was the notation's.
    pub(super) fn untouched(&self) -> bool {
        !self.touched
    }

    /// The next unit of the document that goes on at the start of the window.
    pub(super) fn step(&mut self, window: &[u8], beyond: Beyond) -> Answer {
        if self.done {
            return Answer::Switch(0);
        }
        if self.start > PIECE {
            self.start = self.sink.drain(self.start);
        }
        loop {
            if self.starving && !self.over {
                let Some(notation) = &mut self.notation else { return Answer::Switch(0) };
                self.starving = false;
                match notation.read(window, beyond, &mut self.sink) {
                    Read::Took(count) => {
                        self.touched = true;
                        return Answer::Skip(count);
                    }
                    Read::More if beyond == Beyond::More => {
                        self.starving = true;
                        return Answer::More;
                    }
                    Read::More => (self.over, self.broken) = (true, beyond == Beyond::TooMuch),
                    Read::Over(count) => {
                        (self.over, self.touched) = (true, true);
                        return Answer::Skip(count);
                    }
                    Read::Broken(count) => {
                        (self.over, self.broken) = (true, true);
                        self.touched |= count > 0;
                        return Answer::Skip(count);
                    }
                }
            }
            let written = self.sink.window(self.start, self.over);
            let beyond = match () {
                () if self.over => Beyond::Nothing,
                () if written.bytes().len() >= UNIT_LIMIT => Beyond::TooMuch,
                () => Beyond::More,
            };
            let answer = match (self.deaf, beyond) {
                (false, _) => self.json.step(written, self.line, beyond),
                (true, Beyond::More) => Answer::More,
                (true, _) => Answer::Over,
            };
            match answer {
                Answer::More => self.starving = true,
                Answer::Skip(count) => self.take(count),
                Answer::Found(found) => return Answer::Found(found),
                // How much of what follows was rewritten by now must not tell.
                Answer::Switch(count) if !self.deaf => {
                    self.take(count);
                    self.deaf = true;
                }
                _ => {
                    self.deaf = true;
                    let rest = 0..written.bytes().len();
                    if !written.bytes().trim_ascii().is_empty() {
                        return Answer::Found(Found::unit(UnitKind::Stray, rest.clone(), rest, 0));
                    }
                    return match self.remark() {
                        Some(text) => {
                            self.done = true;
                            let text = text.to_owned();
                            let kind = UnitKind::Fault { kind: "wrapped", cut: false, text };
                            Answer::Found(Found::event(kind, 0))
                        }
                        None => Answer::Switch(0),
                    };
                }
            }
        }
    }

    fn remark(&mut self) -> Option<&'static str> {
        match &mut self.notation {
            Some(Notation::Python(it)) => it.remark(),
            _ => None,
        }
    }

    fn take(&mut self, count: usize) {
        let taken = self.sink.bytes().get(self.start..self.start + count).unwrap_or_default();
        self.line += ends(taken);
        self.start += count;
    }

    /// What was found, as a unit.
    pub(super) fn unit(&mut self, found: Found) -> Unit<'_> {
        let Found { kind, span, body, consumed, line, depth } = found;
        let (from, at) = (self.start, self.line);
        let window = self.sink.bytes().get(from..).unwrap_or_default();
        let (first, last) = match span.is_empty() {
            true => {
                let in_line = from.checked_sub(1).and_then(|before| self.sink.bytes().get(before));
                let before = match in_line {
                    Some(b'\n') => at.saturating_sub(1).max(1),
                    _ => at,
                };
                (before, before)
            }
            false => {
                let first = at + ends(&window[..span.start]);
                (first, first + ends(&window[span.start..span.end - 1]))
            }
        };
        self.take(consumed);
        let (kept, minion, parent) = self.json.context(depth);
        let (minion, parent) = if kind.is_aside() { (None, None) } else { (minion, parent) };
        let bytes = match body {
            Body::Window(range) => &self.sink.bytes()[from + range.start..from + range.end],
            Body::Kept => kept,
        };
        let kind = named(kind, self.notation.as_ref(), self.broken);
        Unit { kind, bytes, line: line.unwrap_or(first), end_line: last, minion, parent, depth, time: None }
    }
}

fn ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// What the JSON framer says of JSON is said of the notation.
fn named(kind: UnitKind, notation: Option<&Notation>, broken: bool) -> UnitKind {
    let Some(notation) = notation else { return kind };
    match kind {
        UnitKind::Fault { kind, cut, text } => {
            let text = text.replacen("JSON", notation.name(), 1);
            match broken && cut {
                false => UnitKind::Fault { kind, cut, text },
                true => {
                    let text = text.replacen(" ends inside", " breaks off inside", 1);
                    let text = text.replacen("the output was cut off", "what follows is none", 1);
                    UnitKind::Fault { kind: "broken", cut: false, text }
                }
            }
        }
        other => other,
    }
}
