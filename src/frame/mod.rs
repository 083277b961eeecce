//! Where a unit ends: the smallest piece of input that can be read by itself (a state's block, a terse line, a
//! Summary, a JSON member, a log line with its continuation).
//!
//! Only whole units leave this room, as slices of the rolling buffer. Nothing here reads what a unit says beyond what
//! tells its end; nothing here does I/O but through the reader that was passed in.
//!
//! [`Frames`] owns the buffer and asks one of three framers, `text`, `json` and `notation`, for the next [`Step`]. A framer sees the
//! window of bytes that are read and not consumed, and answers with offsets into it; when the unit does not end within
//! the window it asks for more, keeps its place, and is asked again with a longer window.

mod buffer;
mod bus;
mod index;
mod json;
mod notation;
mod text;
mod wrapped;

use std::io::{self, Read};
use std::ops::Range;

use buffer::Buffer;
pub use buffer::UNIT_LIMIT;
pub use json::fields::{Fields, Member};
pub use json::{key as json_key, token as json_token};
use notation::Notation;
pub use notation::{DEEPEST, display_value, starts_with_blanks};
pub use text::block::{Field, Label, Labels};
pub use text::{colour, log, terse};
use wrapped::{Layer, Look};

/// Columns by which text of a nested run is shifted (`salt.output.highstate._format_changes`).
pub const NESTED_INDENT: usize = 14;

/// A piece of input that can be read by itself.
#[derive(Debug)]
pub struct Unit<'a> {
    /// What it is.
    pub kind: UnitKind,
    /// Its bytes: whole lines in text; a member `"key": value` or an element in JSON.
    pub bytes: &'a [u8],
    /// First line, a minion's header included; counted from 1.
    pub line: u64,
    /// Last line, inclusive.
    pub end_line: u64,
    /// Whose return this is.
    pub minion: Option<&'a str>,
    /// The orchestration step around it.
    pub parent: Option<Step<'a>>,
    /// How many orchestration steps are around it; in text each shifts it by [`NESTED_INDENT`] columns.
    pub depth: u16,
    /// The time that a log or a tool put before its first line.
    pub time: Option<&'a str>,
}

/// An orchestration step that is being read: the minion that runs it, and its ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The minion (mostly the master's own id with `_master`).
    pub minion: Option<&'a str>,
    /// The step's ID.
    pub id: &'a str,
}

/// What a unit is.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitKind {
    /// A state's block in text, with where its fields stand.
    Block(Labels),
    /// A state's block as Salt printed it until 2014.1.
    Old,
    /// A state on one line: `terse`, tabular, or a user's own format.
    Terse,
    /// Salt's count at the foot of a run.
    Summary,
    /// One element of `Data failed to compile:`; the first has that line with it.
    Compile,
    /// What a minion returned instead of states, indented by 4; empty where nothing stands below the header.
    Return,
    /// What salt-ssh says of a host, or asks.
    Ssh,
    /// A line with a log prefix, and its continuation.
    Log,
    /// A bare Python warning, with its code line.
    PythonWarning,
    /// A traceback without a log prefix.
    Traceback,
    /// What Salt's commands say about the run.
    Notice,
    /// A line that belongs to nothing.
    Stray,
    /// A state in JSON, `"module_|-id_|-name_|-function": {…}`, with where its members stand.
    JsonState(Fields),
    /// One element of the list that a minion returned instead of states.
    JsonCompile,
    /// Any other value that a minion returned instead of states.
    JsonReturn,
    /// Braces and envelope keys after the last record.
    JsonNotice,
    /// The run of this minion is over. No bytes.
    RunEnd {
        /// False where text held states and no Summary followed.
        complete: bool,
    },
    /// Something makes the input untrusted. No bytes.
    Fault {
        /// A word for programs: `cut`, `json`, `overlong`.
        kind: &'static str,
        /// True where input ends inside a unit.
        cut: bool,
        /// A sentence for people.
        text: String,
    },
}

impl UnitKind {
    /// True for what is no minion's return, wherever it stands.
    fn is_aside(&self) -> bool {
        matches!(
            self,
            UnitKind::Ssh
                | UnitKind::Log
                | UnitKind::PythonWarning
                | UnitKind::Traceback
                | UnitKind::Notice
                | UnitKind::Stray
        )
    }
}

/// What is beyond the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    /// More can be read.
    More,
    /// More can't be held: the unit is larger than [`UNIT_LIMIT`], and must be cut.
    TooMuch,
    /// Nothing: the input is over.
    Nothing,
}

/// What a framer answers.
#[derive(Debug)]
enum Answer {
    /// The unit does not end within the window. Only while [`Beyond::More`].
    More,
    /// So many bytes belong to nothing (blank lines).
    Skip(usize),
    /// A unit, or an event without bytes.
    Found(Found),
    /// Something may lie around the line here, and around those behind it.
    Odd(usize),
    /// From here on a page has written markup as entities.
    Escaped(usize),
    /// The rest is the other framer's; so many bytes belong to nothing.
    Switch(usize),
    /// Behind so many bytes an event's document begins: its tag, and a tab.
    Event(usize),
    /// Behind so many bytes a document in another notation begins.
    Notation(usize, Notation),
    /// A line of so many bytes is Python's repr of these, which are read as an input of their own.
    Repr(usize, Vec<u8>),
    /// Nothing is left in the window, and nothing is owed. Only when [`Beyond::Nothing`].
    Over,
}

/// A unit as offsets into the window.
#[derive(Debug)]
struct Found {
    kind: UnitKind,
    /// The lines that it covers, a header included. Empty for an event: then it stands at the end of the line before.
    span: Range<usize>,
    /// Its bytes.
    body: Body,
    /// How many bytes leave the window with it: none of a unit that lies inside another that is still being read.
    consumed: usize,
    /// Its first line, where that left the window long ago (an orchestration step).
    line: Option<u64>,
    /// How many orchestration steps are around it.
    depth: u16,
}

/// Where a unit's bytes are.
#[derive(Debug)]
enum Body {
    /// In the window.
    Window(Range<usize>),
    /// In the framer, which put together what is left of an orchestration step without the runs that it holds.
    Kept,
}

impl Found {
    /// An event without bytes, at the end of what is consumed.
    fn event(kind: UnitKind, depth: u16) -> Found {
        Found { kind, span: 0..0, body: Body::Window(0..0), consumed: 0, line: None, depth }
    }

    /// A unit that covers and consumes the window up to its end.
    fn unit(kind: UnitKind, span: Range<usize>, body: Range<usize>, depth: u16) -> Found {
        let consumed = span.end;
        Found { kind, span, body: Body::Window(body), consumed, line: None, depth }
    }
}

/// The formats that `--input-format` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InputFormat {
    /// Told apart by content.
    #[default]
    Auto,
    /// Text only: a line that begins with `{` is no JSON.
    Text,
    /// JSON only: whatever stands between documents is stray.
    Json,
}

/// The units of an input, in order.
#[derive(Debug)]
pub struct Frames<R> {
    buffer: Buffer<R>,
    text: text::Framer,
    json: json::Framer,
    notation: notation::Framer,
    reading: Reading,
    format: InputFormat,
    /// What a line stands for that is a repr, and that line.
    repr: Option<Repr>,
    /// The time that stood before the unit that was answered last.
    time: Option<String>,
    bus: bus::Bus,
    /// A line that held nothing but a wrapper and that no unit covers: the next will.
    husk: Option<u64>,
    /// The last line that a unit of another notation covers, and the last with something in it that was read for one.
    covered: u64,
    filled: u64,
    /// It has been the text framer's turn all the time.
    only_text: bool,
}

/// What a line stands for that is Python's repr of bytes.
#[derive(Debug)]
struct Repr {
    frames: Box<Frames<io::Cursor<Vec<u8>>>>,
    line: u64,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Text,
    Json,
    Notation,
}

impl<R: Read> Frames<R> {
    /// The units of what `reader` reads.
    pub fn new(reader: R, format: InputFormat) -> Self {
        Frames::from_line(reader, format, 1)
    }

    /// The same for a part of an input that begins in line `line`, where what stands before [`rests`](Self::rests).
    pub fn from_line(reader: R, format: InputFormat, line: u64) -> Self {
        Frames {
            buffer: Buffer::new(reader, line),
            text: text::Framer::new(format),
            json: json::Framer::default(),
            notation: notation::Framer::default(),
            reading: Reading::Text,
            format,
            repr: None,
            time: None,
            bus: bus::Bus::default(),
            husk: None,
            covered: 0,
            filled: 0,
            only_text: true,
        }
    }

    /// How many bytes have been framed, if a run of text has just ended and nothing of what was read bears on what
    /// follows: that would be framed in the same way were it an input of its own.
    pub fn rests(&self) -> Option<u64> {
        let rests = self.only_text && self.husk.is_none() && !self.buffer.over() && self.text.rests();
        self.buffer.passed_bare().filter(|_| rests)
    }

    /// The next unit; `None` when all is read. `before_read` is called before each read, with the reader and with what
    /// is read and not framed: the moment to make visible what is known, if the reader would block.
    ///
    /// # Errors
    /// Whatever the reader returns; then the input counts as over, and what was read before still comes.
    pub fn next(&mut self, before_read: &mut dyn FnMut(&R, &[u8])) -> io::Result<Option<Unit<'_>>> {
        if let Some((kind, end, lines)) = self.next_state() {
            return Ok(Some(self.state(kind, end, lines)));
        }
        let found = self.found(before_read)?;
        let Some(found) = found else { return Ok(self.last_husk()) };
        Ok(Some(match self.repr {
            Some(ref mut repr) => {
                let line = repr.line;
                Unit { line, end_line: line, ..repr.frames.unit(found) }
            }
            None => self.unit(found),
        }))
    }

    /// A usual state right behind another, where it ends, and how many lines it has: most units are that, and need not
    /// be asked what else they could be.
    #[inline]
    fn next_state(&mut self) -> Option<(UnitKind, usize, u64)> {
        if self.reading != Reading::Text || self.repr.is_some() || self.buffer.is_wrapped() {
            return None;
        }
        let window = self.buffer.window();
        let (kind, end) = self.text.next_state(window)?;
        Some((kind, end, window.lines(0, end)))
    }

    #[inline]
    fn state(&mut self, kind: UnitKind, end: usize, lines: u64) -> Unit<'_> {
        let line = self.buffer.line();
        self.buffer.consume(end, lines);
        Unit {
            kind,
            bytes: &self.buffer.before(end)[..end],
            line,
            end_line: line + lines - 1,
            minion: self.text.minion(),
            parent: None,
            depth: 0,
            time: None,
        }
    }

    /// The next unit, as offsets into the window of whose turn it is.
    fn found(&mut self, before_read: &mut dyn FnMut(&R, &[u8])) -> io::Result<Option<Found>> {
        if let Some(repr) = &mut self.repr {
            match repr.frames.found(&mut |_, _| {})? {
                Some(found) => return Ok(Some(found)),
                None => self.repr = None,
            }
        }
        loop {
            let (window, line) = (self.buffer.window(), self.buffer.line());
            let beyond = match () {
                () if self.buffer.over() => Beyond::Nothing,
                () if self.buffer.full() => Beyond::TooMuch,
                () => Beyond::More,
            };
            let answer = match self.reading {
                Reading::Text => self.text.step(window, line, beyond),
                Reading::Json => self.json.step(window, line, beyond),
                Reading::Notation => self.notation.step(window.bytes(), beyond),
            };
            match answer {
                Answer::More => {
                    debug_assert_eq!(beyond, Beyond::More, "a framer may not ask for what it can't get");
                    before_read(self.buffer.reader(), self.buffer.window().bytes());
                    self.buffer.fill()?;
                }
                Answer::Odd(at) => match self.buffer.look(at) {
                    Look::More => {
                        before_read(self.buffer.reader(), self.buffer.window().bytes());
                        self.buffer.fill()?;
                    }
                    Look::Bare(_) => self.text.take_as_it_is(),
                    Look::Wrapped(layers) => {
                        if layers.iter().any(|layer| matches!(layer, Layer::Spaced { .. })) {
                            self.text.unspaces();
                        }
                        self.buffer.unwrap(at, layers);
                    }
                },
                Answer::Escaped(at) => self.buffer.unwrap(at, vec![Layer::Entities]),
                Answer::Skip(count) => self.take(count),
                Answer::Switch(count) => {
                    self.only_text = false;
                    self.take(count);
                    if self.reading == Reading::Notation && self.notation.untouched() {
                        self.text.refused(self.buffer.line());
                    }
                    if self.reading == Reading::Notation && self.covered < self.filled {
                        // What was read and is in no unit: the next covers it.
                        self.husk = self.husk.or(Some(self.covered + 1));
                    }
                    self.reading = match self.reading {
                        Reading::Text => Reading::Json,
                        Reading::Json | Reading::Notation => Reading::Text,
                    };
                    if self.reading == Reading::Json {
                        self.buffer.expect_json();
                    }
                }
                Answer::Event(count) => {
                    self.only_text = false;
                    let tag = window.bytes().get(..count).unwrap_or_default().trim_ascii();
                    let tag = String::from_utf8_lossy(tag);
                    self.bus.tag(&tag, line);
                    self.json.event(&tag);
                    self.take(count);
                    self.reading = Reading::Json;
                    self.buffer.expect_json();
                }
                Answer::Notation(count, notation) => {
                    self.only_text = false;
                    self.notation.begin(notation, line);
                    (self.covered, self.filled) = (line - 1, 0);
                    self.take(count);
                    self.reading = Reading::Notation;
                }
                Answer::Repr(count, bytes) => {
                    self.only_text = false;
                    self.take(count);
                    let mut frames = Box::new(Frames::new(io::Cursor::new(bytes), self.format));
                    let found = frames.found(&mut |_, _| {})?;
                    if found.is_some() {
                        self.repr = Some(Repr { frames, line });
                        return Ok(found);
                    }
                }
                Answer::Found(found) => return Ok(Some(found)),
                Answer::Over => {
                    return Ok(self.bus.missing().map(|run| {
                        let kind = UnitKind::Fault { kind: "cut", cut: true, text: run.said() };
                        Found { line: Some(run.line), ..Found::event(kind, 0) }
                    }));
                }
            }
        }
    }

    /// How many lines have been framed; all of them when [`next`](Self::next) has given `None`.
    pub fn lines(&self) -> u64 {
        self.buffer.lines_read()
    }

    fn take(&mut self, count: usize) {
        // What a notation has read is in its units, blank or not.
        if self.reading != Reading::Notation {
            self.husk = self.husk.or_else(|| self.buffer.husk(count));
        } else if let Some(last) =
            self.buffer.window().bytes()[..count].iter().rposition(|byte| !byte.is_ascii_whitespace())
        {
            self.filled = self.buffer.line() + self.buffer.lines(0, last);
        }
        let lines = self.buffer.lines(0, count);
        self.buffer.consume(count, lines);
    }

    /// Lines behind all units that held nothing but a wrapper.
    fn last_husk(&mut self) -> Option<Unit<'_>> {
        // The last line may have no line end, and then nothing is left of it.
        let line = self.husk.take().or_else(|| self.buffer.last_husk())?;
        let (kind, end_line) = (UnitKind::Stray, self.buffer.line_before().max(line));
        Some(Unit { kind, bytes: &[], line, end_line, minion: None, parent: None, depth: 0, time: None })
    }

    /// The first line of a unit with the husks before it, which would be in no record else. Those within a step are the
    /// step's, whose record comes last and has the range of all.
    fn with_husk(&mut self, first: u64, last: u64, start: usize, nested: bool) -> u64 {
        let husk = self.husk.take().or_else(|| self.buffer.husk(start));
        self.husk = husk.filter(|husk| nested || *husk > last);
        husk.filter(|_| self.husk.is_none()).map_or(first, |husk| husk.min(first))
    }

    fn unit(&mut self, found: Found) -> Unit<'_> {
        if self.reading == Reading::Notation {
            // A line without a line end was written with one.
            let last = self.buffer.line_before();
            let unit = self.notation.unit(found);
            let (line, end_line) = (unit.line.min(last), unit.end_line.min(last));
            if !matches!(unit.kind, UnitKind::Fault { .. } | UnitKind::RunEnd { .. }) {
                self.covered = self.covered.max(end_line);
            }
            return Unit { line, end_line, ..unit };
        }
        let Found { kind, span, body, consumed, line, depth } = found;
        let at = self.buffer.line();
        self.time = self.buffer.clock(span.start, span.end).map(str::to_owned);
        let (first, last, taken) = if span.is_empty() {
            let before = self.buffer.line_before();
            (line.unwrap_or(before), before, self.buffer.lines(0, consumed))
        } else {
            let before = self.buffer.lines(0, span.start);
            let inside = self.buffer.lines(span.start, span.end - 1);
            let rest = self.buffer.last_line(span.end, consumed);
            let taken = if consumed == 0 { 0 } else { before + inside + rest };
            (line.unwrap_or(at + before), at + before + inside, taken)
        };
        let is_step = line.is_some() && matches!(body, Body::Kept);
        let first = match consumed > 0 || is_step {
            true => self.with_husk(first, last, span.start, depth > 0 || self.text.is_nested()),
            false => first,
        };
        self.buffer.consume(consumed, taken);
        let whole = self.buffer.before(consumed);
        let (kept, minion, parent) = match self.reading {
            Reading::Json => self.json.context(depth),
            _ => self.text.context(depth),
        };
        let (minion, parent) = if kind.is_aside() { (None, None) } else { (minion, parent) };
        let bytes = match body {
            Body::Window(range) => &whole[range],
            Body::Kept => kept,
        };
        let time = self.time.as_deref();
        Unit { kind, bytes, line: first, end_line: last, minion, parent, depth, time }
    }
}
