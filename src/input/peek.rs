//! A look at the first bytes, which loses none and waits for no more than it takes to tell.
//!
//! What the bytes mean is not known here: that is the asker's business.

use std::io::{self, ErrorKind, Read};

use super::Feed;

/// As many bytes as the longest signature (tar) has.
const LONGEST: usize = 512;

/// What the first bytes of an input tell.
pub(super) enum Guess<T> {
    /// It is this.
    Is(T),
    /// It is nothing of what is asked for.
    No,
    /// More bytes could make it something; at the end of the input it is nothing.
    Unsure,
    /// The same, but not worth waiting for whoever writes.
    Perhaps,
}

/// A reader whose first bytes can be looked at.
pub(super) struct Peek<R> {
    inner: R,
    head: Box<[u8; LONGEST]>,
    start: usize,
    end: usize,
    over: bool,
    /// How many bytes were taken from the reader.
    taken: u64,
}

impl<R: Feed> Peek<R> {
    pub(super) fn new(inner: R) -> Self {
        Peek { inner, head: Box::new([0; LONGEST]), start: 0, end: 0, over: false, taken: 0 }
    }

    /// Shows the first bytes to `guess`, a read more at a time, until it is sure.
    pub(super) fn guess<T>(&mut self, guess: impl Fn(&[u8]) -> Guess<T>) -> io::Result<Option<T>> {
        loop {
            match guess(&self.head[self.start..self.end]) {
                Guess::Is(it) => return Ok(Some(it)),
                Guess::Unsure if !self.over && self.end < LONGEST => {}
                Guess::Perhaps
                    if !self.over && self.end < LONGEST && (self.end == 0 || self.inner.ready()) => {}
                Guess::No | Guess::Unsure | Guess::Perhaps => return Ok(None),
            }
            match self.inner.read(&mut self.head[self.end..]) {
                Ok(0) => self.over = true,
                Ok(count) => {
                    self.end += count;
                    self.taken += count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// How many bytes were taken from the reader so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Drops so many of the bytes that were looked at.
    pub(super) fn skip(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.start < self.end {
            let count = buf.len().min(self.end - self.start);
            buf[..count].copy_from_slice(&self.head[self.start..self.start + count]);
            self.start += count;
            return Ok(count);
        }
        // A terminal would want a second Ctrl-D.
        if self.over {
            return Ok(0);
        }
        let count = self.inner.read(buf)?;
        self.taken += count as u64;
        Ok(count)
    }
}

impl<R: Feed> Feed for Peek<R> {
    fn ready(&self) -> bool {
        self.start < self.end || self.over || self.inner.ready()
    }
}
