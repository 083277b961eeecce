//! An input line by line, for what is one record a line. A line longer than any record is an error.

use std::io::{self, BufRead, BufReader, Read};

use super::Feed;

/// Longer than any record: a unit's limit, and what its escapes can make of it.
const LONGEST: u64 = 256 << 20;

/// The lines of an input; what is no UTF-8 in them becomes U+FFFD.
pub struct Lines<'f> {
    from: BufReader<Box<dyn Feed + 'f>>,
    bytes: Vec<u8>,
    text: String,
    number: u64,
}

impl<'f> Lines<'f> {
    /// From its first line on.
    pub fn new(feed: Box<dyn Feed + 'f>) -> Self {
        Lines {
            from: BufReader::with_capacity(64 << 10, feed),
            bytes: Vec::new(),
            text: String::new(),
            number: 0,
        }
    }

    /// The next line without its end, with its number; `None` behind the last one.
    ///
    /// # Errors
    /// It can't be read, or does not end.
    pub fn line(&mut self) -> io::Result<Option<(u64, &str)>> {
        self.bytes.clear();
        let read = self.from.by_ref().take(LONGEST).read_until(b'\n', &mut self.bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 == LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is longer than any record"));
        }
        self.number += 1;
        let line = self.bytes.trim_ascii_end();
        match std::str::from_utf8(line) {
            Ok(text) => Ok(Some((self.number, text))),
            Err(_) => {
                self.text = String::from_utf8_lossy(line).into_owned();
                Ok(Some((self.number, &self.text)))
            }
        }
    }

    /// The number of the line that was read last.
    pub fn number(&self) -> u64 {
        self.number
    }
}
