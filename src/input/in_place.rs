//! A large file that can be read from several places at once, because its bytes mean what they are: nothing is packed,
//! nothing to be decoded.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::{Feed, NESTED, Tap, parts};

/// From here on a file is large, in bytes.
const LARGE: u64 = 4 << 20;

/// So many first bytes must pass unchanged through all that unpacks and decodes.
const HEAD: usize = 64 << 10;

/// A file whose bytes mean what they are.
pub struct InPlace {
    file: File,
    tap: Tap,
    /// What had been read of other inputs before.
    before: u64,
}

impl InPlace {
    /// The file at `path`, if it is one: a large file on disk, whose first bytes nothing would unpack or decode.
    pub(super) fn open(path: &Path, tap: &Tap) -> Option<InPlace> {
        let file = File::open(path).ok()?;
        file.metadata().ok().filter(|meta| meta.is_file() && meta.len() >= LARGE)?;
        let mut head = Vec::with_capacity(HEAD);
        (&file).take(HEAD as u64).read_to_end(&mut head).ok()?;
        let (mut same, mut read) = (false, Vec::new());
        let visit = &mut |_: &str, feed: Result<Box<dyn Feed + '_>, _>| {
            same = feed.is_ok_and(|mut feed| feed.read_to_end(&mut read).is_ok()) && read == head;
            Ok::<(), ()>(())
        };
        parts("", Box::new(Cursor::new(head.clone())), NESTED, visit).ok()?;
        same.then(|| InPlace { file, tap: tap.clone(), before: tap.read() })
    }

    /// What is open already, whatever its size.
    #[cfg(test)]
    pub(crate) fn of(file: File) -> InPlace {
        InPlace { file, tap: Tap::default(), before: 0 }
    }

    /// What stands from byte `from` on, up to byte `to`.
    pub fn feed(&self, from: u64, to: u64) -> impl Feed + '_ {
        Stretch { of: self, at: from, to }
    }

    /// The same, for a look that does not count as having been read.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn peek(&self, from: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let from_end = into.len();
        into.resize(from_end + length, 0);
        let mut filled = from_end;
        let read = loop {
            match self.read_at(&mut into[filled..], from + (filled - from_end) as u64) {
                Ok(0) => break Ok(()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        into.truncate(filled);
        read
    }

    #[cfg(unix)]
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buf, at)
    }

    #[cfg(windows)]
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buf, at)
    }
}

/// A part of a file.
struct Stretch<'f> {
    of: &'f InPlace,
    at: u64,
    to: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(usize::try_from(self.to.saturating_sub(self.at)).unwrap_or(usize::MAX));
        let count = self.of.read_at(&mut buf[..most], self.at)?;
        self.at += count as u64;
        self.of.tap.reached(self.of.before + self.at);
        Ok(count)
    }
}

impl Feed for Stretch<'_> {
    fn ready(&self) -> bool {
        true
    }
}
