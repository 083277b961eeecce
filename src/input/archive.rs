//! Tar archives: each file in one is an input of its own, read as the archive streams by. Nothing is written to disk, and
//! the names that stand in an archive are only ever shown.
//!
//! Left out, as below a directory: hidden files, links and other things that are no files, and `.sls` sources.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::peek::Guess;
use super::walk::is_salt_source;
use super::{Error, Feed, Visit};

/// A header of a tar archive, in bytes.
const BLOCK: usize = 512;

/// So many bytes may stand between two files: headers, long names and what pads them.
const BETWEEN: u64 = 1 << 20;

/// What the first bytes say: a header, whose sum is right, and which is told from text by the zeros in it.
pub(super) fn guess(head: &[u8]) -> Guess<()> {
    let name = &head[..head.len().min(100)];
    // Text has a line end early, a header none.
    if name.iter().any(|byte| *byte < b' ' && *byte != 0) || name.first() == Some(&0) {
        return Guess::No;
    }
    let number = head.get(100..head.len().min(124)).unwrap_or_default();
    if number.iter().any(|byte| !matches!(byte, b'0'..=b'7' | b' ' | 0)) {
        return Guess::No;
    }
    let Some(header) = head.get(..BLOCK) else {
        return if head.contains(&0) { Guess::Unsure } else { Guess::Perhaps };
    };
    let blank = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let sum: u64 = header.iter().enumerate().map(|(at, byte)| u64::from(blank(at, *byte))).sum();
    let told = header[148..156].iter().filter(|byte| matches!(byte, b'0'..=b'7'));
    let told = told.fold(0, |told, digit| told * 8 + u64::from(digit - b'0'));
    if sum == told { Guess::Is(()) } else { Guess::No }
}

/// Shows `visit` every file of an archive.
pub(super) fn each<E>(
    name: &str,
    feed: Box<dyn Feed + '_>,
    left: usize,
    visit: &mut Visit<'_, E>,
) -> Result<(), E> {
    let budget = Rc::new(Cell::new(Some(BETWEEN)));
    let mut archive = tar::Archive::new(Limited { inner: feed, left: Rc::clone(&budget) });
    // Archives that were put behind each other are all read.
    archive.set_ignore_zeros(true);
    let damaged = |error: &io::Error| {
        let why = format!("the tar archive is damaged or cut off ({})", super::words(error));
        Error { file: name.to_owned(), why, hint: None }
    };
    let mut entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return visit(name, Err(damaged(&error))),
    };
    let (mut found, mut sources) = (false, false);
    loop {
        budget.set(Some(BETWEEN));
        let mut entry = match entries.next() {
            None => break,
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return visit(name, Err(damaged(&error))),
        };
        budget.set(None);
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.strip_prefix("./").unwrap_or(&path);
        let hidden = path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..");
        if !entry.header().entry_type().is_file() || hidden {
            // It is passed over when the next is looked for.
        } else if is_salt_source(Path::new(path)) {
            sources = true;
        } else {
            found = true;
            super::parts(&format!("{name}!{path}"), Box::new(Held(&mut entry)), left, visit)?;
        }
        // What nobody wanted, so that only headers are left between two files.
        if let Err(error) = io::copy(&mut entry, &mut io::sink()) {
            return visit(name, Err(damaged(&error)));
        }
    }
    if found {
        return Ok(());
    }
    let why =
        if sources { "only Salt source (.sls) is in this archive" } else { "no file is in this archive" };
    let hint = if sources {
        "salt-lint checks those: `salt-lint FILE`"
    } else {
        "hidden files and links are left out"
    };
    visit(name, Err(Error { file: name.to_owned(), why: why.to_owned(), hint: Some(hint) }))
}

/// A file in an archive. It is as ready as its archive, which can't be asked while it is read.
struct Held<R>(R);

impl<R: Read> Read for Held<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl<R: Read> Feed for Held<R> {
    fn ready(&self) -> bool {
        true
    }
}

/// The archive's bytes. Between files there is a limit to them: a header that claims to be a name of gigabytes would be
/// held in memory.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<Option<u64>>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.left.get() else { return self.inner.read(buf) };
        if left == 0 {
            return Err(io::Error::other("a header in it is longer than 1 MiB"));
        }
        let most = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buf[..most])?;
        self.left.set(Some(left - count as u64));
        Ok(count)
    }
}
