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

use std::io::{self, ErrorKind, Read};

use super::index::{Index, WORD, Window};

/// What is read at once. Larger buys nothing, and leaves the second-level cache.
const CHUNK: usize = 128 * 1024;

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
}

impl<R: Read> Buffer<R> {
    pub(super) fn new(reader: R) -> Self {
        Buffer {
            reader,
            bytes: Vec::new(),
            index: Index::default(),
            start: 0,
            end: 0,
            over: false,
            line: 1,
            in_line: false,
        }
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// What is read and not yet consumed.
    pub(super) fn window(&self) -> Window<'_> {
        self.index.window(&self.bytes, self.start..self.end)
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

    /// The number of the line that was consumed last, or in the middle of which the window begins.
    pub(super) fn line_before(&self) -> u64 {
        if self.in_line { self.line } else { self.line.saturating_sub(1).max(1) }
    }

    /// Reads once; at the end of the input [`over`](Self::over) becomes true.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.make_room();
        loop {
            match self.reader.read(&mut self.bytes[self.end..]) {
                Ok(0) => self.over = true,
                Ok(read) => self.arrived(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.over = true;
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

    /// Takes `count` bytes, in which `lines` lines end, off the front of the window.
    pub(super) fn consume(&mut self, count: usize, lines: u64) {
        debug_assert!(count <= self.end - self.start, "only what is in the window can be consumed");
        if count > 0 {
            self.in_line = self.bytes[self.start + count - 1] != b'\n';
        }
        self.start += count;
        self.line += lines;
    }

    /// The window as it was before the last `count` bytes were consumed: they stay until the next [`fill`](Self::fill).
    pub(super) fn before(&self, count: usize) -> &[u8] {
        &self.bytes[self.start - count..self.end]
    }
}
