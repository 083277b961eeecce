//! The rolling buffer. The only index arithmetic on input bytes that moves them.
//!
//! ```text
//!   bytes   ┌──────────┬──────────────────────────┬──────────────┐
//!           │ consumed │ window: read, not framed │ free         │
//!           └──────────┴──────────────────────────┴──────────────┘
//!           0          start                      end            bytes.len()
//! ```
//!
//! `fill` first moves the window to the front, then grows: so the buffer is as large as the largest unit, and a unit is
//! never larger than [`UNIT_LIMIT`].
//!
//! Once something is found to lie around the lines, they pass through a [`Flow`] on their way into the window.

use std::io::{self, ErrorKind, Read};

use super::index::{Index, WORD, Window};
use super::wrapped::{Flow, Husk, Layer, Look};

/// What is read at once. Larger buys nothing, and leaves the second-level cache.
const CHUNK: usize = 128 * 1024;

/// What is read at once where something lies around the lines: they pass once more whenever it changes.
const WRAPPED_CHUNK: usize = 16 * 1024;

/// The largest unit, in bytes. What is longer (an endless line, a runaway stdout) is cut there, and said.
pub const UNIT_LIMIT: usize = 16 * 1024 * 1024;

/// Bytes of the input, as far as they are read and not yet framed.
#[derive(Debug)]
pub(super) struct Buffer<R> {
    reader: R,
    bytes: Vec<u8>,
    index: Index,
    start: usize,
    end: usize,
    over: bool,
    line: u64,
    /// The window begins behind the first byte of a line.
    in_line: bool,
    /// How many bytes were consumed.
    passed: u64,
    flow: Flow,
}

impl<R: Read> Buffer<R> {
    /// What `reader` reads, whose first line is this one of its input.
    pub(super) fn new(reader: R, line: u64) -> Self {
        Buffer {
            reader,
            bytes: Vec::new(),
            index: Index::default(),
            start: 0,
            end: 0,
            over: false,
            line,
            in_line: false,
            passed: 0,
            flow: Flow::default(),
        }
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// What is read and not yet consumed.
    pub(super) fn window(&self) -> Window<'_> {
        self.index.window(&self.bytes, self.start..self.end)
    }

    /// Something lies around the lines, and is taken off.
    pub(super) fn is_wrapped(&self) -> bool {
        self.flow.active
    }

    /// How many bytes were consumed of an input around whose lines nothing has been found, nor looked for in vain.
    pub(super) fn passed_bare(&self) -> Option<u64> {
        (!self.flow.active && self.flow.wrapping.is_unused()).then_some(self.passed)
    }

    /// From now on the window is asked for what JSON asks for.
    pub(super) fn expect_json(&mut self) {
        self.index.with_json(&self.bytes, self.start..self.end);
    }

    /// True if nothing will follow the window.
    pub(super) fn over(&self) -> bool {
        self.over
    }

    /// True if the window is as large as it may get.
    pub(super) fn full(&self) -> bool {
        self.end - self.start >= UNIT_LIMIT
    }

    /// The number of the line that the window's first byte stands in, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// How many lines have been consumed, the one that the window begins in the middle of among them.
    pub(super) fn lines_read(&self) -> u64 {
        self.line - 1 + u64::from(self.in_line)
    }

    /// The number of the line that was consumed last, or in the middle of which the window begins.
    pub(super) fn line_before(&self) -> u64 {
        if self.in_line { self.line } else { self.line.saturating_sub(1).max(1) }
    }

    /// Reads once; at the end of the input [`over`](Self::over) becomes true.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.make_room();
        loop {
            let pending = self.flow.pending.len();
            let read = match self.flow.active {
                false => self.reader.read(&mut self.bytes[self.end..]),
                true => {
                    self.flow.pending.resize(pending + WRAPPED_CHUNK, 0);
                    let read = self.reader.read(&mut self.flow.pending[pending..]);
                    self.flow.pending.truncate(pending + *read.as_ref().unwrap_or(&0));
                    read
                }
            };
            match read {
                Ok(0) => {
                    self.over = true;
                    self.flow();
                }
                Ok(_) if self.flow.active => self.flow(),
                Ok(read) => self.arrived(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.over = true;
                    self.flow();
                    return Err(error);
                }
            }
            return Ok(());
        }
    }

    /// Moves the window to the front, by whole words of the index, and grows where that is not enough.
    fn make_room(&mut self) {
        let unused = self.start - self.start % WORD;
        if unused > 0 {
            self.bytes.copy_within(unused..self.end, 0);
            self.index.move_to_front(unused / WORD..self.end.div_ceil(WORD));
            self.start -= unused;
            self.end -= unused;
        }
        if self.bytes.len() < self.end + CHUNK {
            let size = (self.bytes.len() * 2).clamp(self.end + CHUNK, UNIT_LIMIT + 3 * CHUNK);
            self.bytes.resize(size.next_multiple_of(WORD), 0);
            self.index.resize(self.bytes.len() / WORD);
        }
    }

    /// So many bytes stand behind the window's old end: they belong to it, and to the index.
    fn arrived(&mut self, count: usize) {
        let from = self.end;
        self.end += count;
        self.index.mark(&self.bytes, from..self.end);
    }

    /// Looks whether something lies around the lines from `at` on.
    pub(super) fn look(&mut self, at: usize) -> Look {
        let lines = &self.bytes[self.start + at..self.end];
        self.flow.look(lines, self.passed + at as u64, self.over)
    }

    /// Takes these layers off the lines from `at` on, and off all that follow.
    pub(super) fn unwrap(&mut self, at: usize, layers: Vec<Layer>) {
        let from = self.start + at;
        let tail = self.bytes[from..self.end].to_vec();
        let lines = self.flow.begin(layers, &tail, self.passed + at as u64, self.over);
        self.end = from;
        self.append(&lines);
    }

    /// What has arrived whole comes into the window.
    fn flow(&mut self) {
        if self.flow.active {
            let end = self.passed + (self.end - self.start) as u64;
            let lines = self.flow.drain(end, self.over, UNIT_LIMIT);
            self.append(&lines);
        }
    }

    fn append(&mut self, lines: &[u8]) {
        let size = (self.end + lines.len()).next_multiple_of(WORD);
        if self.bytes.len() < size {
            self.bytes.resize(size, 0);
            self.index.resize(size / WORD);
        }
        self.bytes[self.end..self.end + lines.len()].copy_from_slice(lines);
        self.arrived(lines.len());
    }

    /// How many lines end in what is consumed from the last byte of a unit on, which mostly is that byte.
    pub(super) fn last_line(&self, end: usize, consumed: usize) -> u64 {
        if consumed != end || self.flow.active {
            return self.lines(end - 1, consumed);
        }
        u64::from(self.bytes[self.start + end - 1] == b'\n')
    }

    /// How many lines of the input end between these offsets of the window.
    #[inline]
    pub(super) fn lines(&self, from: usize, to: usize) -> u64 {
        let lines = self.window().lines(from, to);
        if !self.flow.active {
            return lines;
        }
        lines + self.flow.gone(self.passed + from as u64, self.passed + to as u64)
    }

    /// The first line, before the one at offset `to` of the window, that held nothing but what lay around others.
    pub(super) fn husk(&self, to: usize) -> Option<u64> {
        if !self.flow.active {
            return None;
        }
        let (place, husk) = self.flow.husk(self.passed, self.passed + to as u64)?;
        let line = self.line + self.lines(0, (place - self.passed) as usize);
        Some(if husk == Husk::Gone { line - 1 } else { line })
    }

    /// The same for the last line of all, if it has no line end. Once.
    pub(super) fn last_husk(&mut self) -> Option<u64> {
        let husk = self.husk(1);
        self.flow.forget(self.passed + 1);
        husk
    }

    /// The time that a prefix showed before the first of these lines of the window.
    pub(super) fn clock(&self, from: usize, to: usize) -> Option<&str> {
        if !self.flow.active {
            return None;
        }
        // What stands before later lines can be taken off later, and must not tell.
        let bytes = self.window().bytes();
        let first =
            bytes.get(from..to).and_then(|unit| memchr::memchr(b'\n', unit)).map_or(to, |end| from + end);
        self.flow.clock(self.passed + from as u64, self.passed + first as u64)
    }

    /// Takes `count` bytes, in which `lines` lines end, off the front of the window.
    pub(super) fn consume(&mut self, count: usize, lines: u64) {
        debug_assert!(count <= self.end - self.start, "only what is in the window can be consumed");
        if count > 0 {
            self.in_line = self.bytes[self.start + count - 1] != b'\n';
        }
        self.start += count;
        self.line += lines;
        self.passed += count as u64;
        if self.flow.active {
            self.flow.forget(self.passed);
        }
    }

    /// The window as it was before the last `count` bytes were consumed: they stay until the next [`fill`](Self::fill).
    pub(super) fn before(&self, count: usize) -> &[u8] {
        &self.bytes[self.start - count..self.end]
    }
}
