//! Compression: told by the first bytes, taken off while it streams. Files made of several members, streams or frames
//! are read to their end; something compressed twice is not.

use std::io::{self, BufReader, Read};

use super::Feed;
use super::peek::{Guess, Peek};

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrapping {
    Gzip,
    Xz,
    Bzip2,
    Zstd,
}

/// A signature: for each byte the range it must be in.
type Magic = &'static [(u8, u8)];

const MAGIC: &[(Magic, Wrapping)] = &[
    (&[(0x1f, 0x1f), (0x8b, 0x8b), (8, 8)], Wrapping::Gzip),
    (&[(0xfd, 0xfd), (b'7', b'7'), (b'z', b'z'), (b'X', b'X'), (b'Z', b'Z'), (0, 0)], Wrapping::Xz),
    // `BZh`, the level, and the first bytes of a block (pi) or of the end of an empty file (its square root).
    (&[(b'B', b'B'), (b'Z', b'Z'), (b'h', b'h'), (b'1', b'9'), (0x31, 0x31), (0x41, 0x41)], Wrapping::Bzip2),
    (&[(b'B', b'B'), (b'Z', b'Z'), (b'h', b'h'), (b'1', b'9'), (0x17, 0x17), (0x72, 0x72)], Wrapping::Bzip2),
    (&[(0x28, 0x28), (0xb5, 0xb5), (0x2f, 0x2f), (0xfd, 0xfd)], Wrapping::Zstd),
    // A skippable frame, which pzstd writes first.
    (&[(0x50, 0x5f), (0x2a, 0x2a), (0x4d, 0x4d), (0x18, 0x18)], Wrapping::Zstd),
];

/// What the first bytes say.
fn guess(head: &[u8]) -> Guess<Wrapping> {
    let fits =
        |magic: Magic| magic.iter().zip(head).all(|(&(least, most), byte)| (least..=most).contains(byte));
    match MAGIC.iter().find(|(magic, _)| fits(magic)) {
        Some((magic, wrapping)) if head.len() >= magic.len() => Guess::Is(*wrapping),
        Some(_) => Guess::Unsure,
        None => Guess::No,
    }
}

/// The bytes inside, whatever they are compressed with.
pub(super) fn unwrap(raw: Box<dyn Feed + '_>) -> io::Result<Box<dyn Feed + '_>> {
    let mut raw = Peek::new(raw);
    Ok(match raw.guess(guess)? {
        None => Box::new(raw),
        Some(Wrapping::Gzip) => Box::new(Unwrapped {
            decoder: flate2::read::MultiGzDecoder::new(raw),
            name: "gzip",
            raw: |decoder| decoder.get_ref(),
            given: 0,
        }),
        Some(Wrapping::Xz) => Box::new(Unwrapped {
            decoder: liblzma::read::XzDecoder::new_multi_decoder(raw),
            name: "xz",
            raw: |decoder| decoder.get_ref(),
            given: 0,
        }),
        Some(Wrapping::Bzip2) => Box::new(Unwrapped {
            decoder: bzip2::read::MultiBzDecoder::new(raw),
            name: "bzip2",
            raw: |decoder| decoder.get_ref(),
            given: 0,
        }),
        Some(Wrapping::Zstd) => Box::new(Unwrapped {
            decoder: zstd::stream::read::Decoder::with_buffer(BufReader::new(raw))?,
            name: "zstd",
            raw: |decoder| decoder.get_ref().get_ref(),
            given: 0,
        }),
    })
}

/// Who expands more than this, in bytes …
const MUCH: u64 = 4 << 30;
/// … and more than so many times is a decompression bomb, and no log.
const TIMES: u64 = 1_000;

/// A decoder that says in words what is wrong. It is ready if what it reads from is: it may hold bytes of its own, and
/// then says "not ready" too early rather than too late.
struct Unwrapped<'r, D> {
    decoder: D,
    name: &'static str,
    raw: fn(&D) -> &Peek<Box<dyn Feed + 'r>>,
    /// How many bytes have come out.
    given: u64,
}

impl<D: Read> Read for Unwrapped<'_, D> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let name = self.name;
        if self.given > MUCH && self.given / TIMES > (self.raw)(&self.decoder).taken() {
            let gigabytes = self.given >> 30;
            return Err(io::Error::other(format!(
                "the {name} data expands more than {TIMES} times, like a decompression bomb: what is behind the \
                 first {gigabytes} GiB was not read"
            )));
        }
        match self.decoder.read(buf) {
            Ok(count) => {
                self.given += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(io::Error::new(
                error.kind(),
                format!("the {name} data ends before its end: the file is cut off"),
            )),
            Err(error) => Err(io::Error::new(
                error.kind(),
                format!("the {name} data is damaged ({})", super::words(&error)),
            )),
        }
    }
}

impl<D: Read> Feed for Unwrapped<'_, D> {
    fn ready(&self) -> bool {
        (self.raw)(&self.decoder).ready()
    }
}
