//! Byte order marks: UTF-8's is skipped, UTF-16 with one becomes UTF-8. Everything else is passed through as it is, so
//! that what is no valid UTF-8 can still be shown byte by byte.

use std::io::{self, ErrorKind, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Feed;
use super::peek::{Guess, Peek};

const MARKS: &[(&[u8], &Encoding)] =
    &[(b"\xef\xbb\xbf", UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)];

/// How much UTF-16 is decoded at once, in bytes.
const CHUNK: usize = 32 * 1024;

/// The same text in UTF-8, without its mark.
pub(super) fn decode(raw: Box<dyn Feed + '_>) -> io::Result<Box<dyn Feed + '_>> {
    let mut raw = Peek::new(raw);
    let mark =
        raw.guess(|head| match MARKS.iter().find(|(mark, _)| mark.iter().zip(head).all(|(a, b)| a == b)) {
            Some((mark, encoding)) if head.len() >= mark.len() => Guess::Is((mark.len(), *encoding)),
            Some(_) => Guess::Unsure,
            None => Guess::No,
        })?;
    let Some((length, encoding)) = mark else { return returned(raw) };
    raw.skip(length);
    if encoding == UTF_8 {
        return returned(raw);
    }
    Ok(Box::new(Utf16 {
        inner: raw,
        decoder: encoding.new_decoder_without_bom_handling(),
        raw: vec![0; CHUNK],
        text: String::new(),
        given: 0,
        over: false,
    }))
}

/// Lines that end in a CR alone, as a terminal's capture can have them: nothing but Salt's dashes between two of them tells,
/// since progress bars write them, too.
fn returned(mut raw: Peek<Box<dyn Feed + '_>>) -> io::Result<Box<dyn Feed + '_>> {
    let lone = raw.guess(|head| {
        let line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
        let rule = memchr::memmem::find(line, b"\r----------\r");
        match rule {
            Some(at) if line.len() > at + 12 => Guess::Is(()),
            _ if line.len() < head.len() => Guess::No,
            _ => Guess::Perhaps,
        }
    })?;
    Ok(match lone {
        Some(()) => Box::new(Returned { inner: raw }),
        None => Box::new(raw),
    })
}

/// Each CR is a line end.
struct Returned<R> {
    inner: R,
}

impl<R: Read> Read for Returned<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        buf[..count].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(count)
    }
}

impl<R: Feed> Feed for Returned<R> {
    fn ready(&self) -> bool {
        self.inner.ready()
    }
}

/// UTF-16 that is read as UTF-8. Half a pair becomes U+FFFD.
struct Utf16<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    given: usize,
    over: bool,
}

impl<R: Read> Utf16<R> {
    /// Decodes what one read gives.
    fn fill(&mut self) -> io::Result<()> {
        let count = loop {
            match self.inner.read(&mut self.raw) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        self.over = count == 0;
        self.given = 0;
        self.text.clear();
        // With room for the worst case one call decodes all.
        self.text.reserve(self.decoder.max_utf8_buffer_length(count).unwrap_or(4 * CHUNK));
        let _ = self.decoder.decode_to_string(&self.raw[..count], &mut self.text, self.over);
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.over {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = &self.text.as_bytes()[self.given..];
        let count = buf.len().min(rest.len());
        buf[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

impl<R: Feed> Feed for Utf16<R> {
    fn ready(&self) -> bool {
        self.given < self.text.len() || self.over || self.inner.ready()
    }
}
