//! The inputs: opened, decompressed, decoded to UTF-8, directories walked. The only place that opens inputs.
//!
//! [`files`] turns what was named on the command line into what can be read, [`open`] reads it. Whatever a file is
//! wrapped in (gzip, xz, bzip2, zstd, UTF-16, a byte order mark) is told by its first bytes and never by its name, and
//! taken off while it streams: memory does not grow with the input. Bytes that are no valid UTF-8 pass untouched.
//!
//! Nothing here knows what Salt prints, save for the questions that it asks ([`prompt`]).

mod archive;
mod encoding;
mod in_place;
mod lines;
mod peek;
mod prompt;
mod raw;
mod tap;
mod walk;
mod wrapping;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use in_place::InPlace;
pub use lines::Lines;
pub use prompt::{prompt, visible};
pub use tap::Tap;
pub use walk::files;

/// Where input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file, or a directory to be walked.
    Path(PathBuf),
}

impl Source {
    /// Its name as records give it: `-` for standard input, else the path as it was named.
    pub fn name(&self) -> String {
        match self {
            Source::Stdin => "-".to_owned(),
            Source::Path(path) => path.display().to_string(),
        }
    }

    /// A file on disk, which is always ready to be read; no pipe, no terminal.
    pub fn is_file(&self) -> bool {
        matches!(self, Source::Path(path) if path.is_file())
    }

    /// A large file on disk whose bytes mean what they are, so that it can be read in parts.
    pub fn in_place(&self, tap: &Tap) -> Option<InPlace> {
        match self {
            Source::Path(path) if !walk::is_salt_source(path) && !tap.passes_on() => InPlace::open(path, tap),
            Source::Path(_) | Source::Stdin => None,
        }
    }

    /// A directory, to be walked.
    pub fn is_directory(&self) -> bool {
        matches!(self, Source::Path(path) if path.is_dir())
    }
}

/// Bytes that come when they come.
pub trait Feed: Read {
    /// False where the next read may have to wait for whoever writes: the moment to show what is known. Files on disk
    /// are always ready.
    fn ready(&self) -> bool;
}

impl<F: Feed + ?Sized> Feed for Box<F> {
    fn ready(&self) -> bool {
        (**self).ready()
    }
}

/// What is at hand already.
impl Feed for io::Cursor<Vec<u8>> {
    fn ready(&self) -> bool {
        true
    }
}

/// What keeps an input from being read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {why}")]
pub struct Error {
    /// The input's name, as [`Source::name`] gives it.
    pub file: String,
    /// What is wrong, in words.
    pub why: String,
    /// What to do about it, if something can be said.
    pub hint: Option<&'static str>,
}

impl Error {
    fn new(path: &Path, why: impl Into<String>, hint: Option<&'static str>) -> Self {
        Error { file: path.display().to_string(), why: why.into(), hint }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => Some("check the path; `-` reads standard input"),
            io::ErrorKind::PermissionDenied => {
                Some("read it as a user who may: `sudo cat FILE 2>&1 | saltlint`")
            }
            _ => None,
        };
        Error::new(path, words(error), hint)
    }
}

/// An I/O error in words, without the number that Rust adds for programmers.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// Opens an input that [`files`] gave. Nothing is read until the first `read`: so a pipe that is still silent does not
/// hold up anybody here.
///
/// # Errors
/// It can't be opened, or it is Salt source rather than output.
pub fn open(source: &Source) -> Result<Box<dyn Feed>, Error> {
    Ok(Box::new(Opened::Sealed(Some(sealed(source, &Tap::default())?))))
}

/// Is told an input's name, and its text or what keeps it from being read.
pub type Visit<'v, E> = dyn FnMut(&str, Result<Box<dyn Feed + '_>, Error>) -> Result<(), E> + 'v;

/// Shows `visit` what is in an input that [`files`] gave: itself, or the files of an archive, in their order, each under
/// the name `ARCHIVE!FILE`.
///
/// # Errors
/// Those of `visit`.
pub fn each<E>(source: &Source, tap: &Tap, visit: &mut Visit<'_, E>) -> Result<(), E> {
    let name = source.name();
    if let Some(archive) = archive_of(source) {
        // One file of an archive, as records name it.
        let mut found = false;
        each(&archive, tap, &mut |part, feed| match part == name || feed.is_err() {
            true => {
                found = true;
                visit(part, feed)
            }
            false => Ok(()),
        })?;
        let missing = Error::new(Path::new(&name), "no such file is in this archive", None);
        return if found { Ok(()) } else { visit(&name, Err(missing)) };
    }
    match sealed(source, tap) {
        Ok(raw) => parts(&name, raw, NESTED, visit),
        Err(error) => visit(&name, Err(error)),
    }
}

/// What is in these bytes; `left`: so many archives may still lie in each other.
fn parts<E>(name: &str, raw: Box<dyn Feed + '_>, left: usize, visit: &mut Visit<'_, E>) -> Result<(), E> {
    let unreadable = |error: &io::Error| Error { file: name.to_owned(), why: words(error), hint: None };
    let opened = wrapping::unwrap(raw).and_then(|feed| {
        let mut feed = peek::Peek::new(feed);
        Ok((feed.guess(archive::guess)?, feed))
    });
    match opened {
        Ok((Some(()), _)) if left == 0 => {
            let error = io::Error::other("archives lie too deep in each other");
            visit(name, Err(unreadable(&error)))
        }
        Ok((Some(()), feed)) => archive::each(name, Box::new(feed), left - 1, visit),
        Ok((None, feed)) => match encoding::decode(Box::new(feed)) {
            Ok(feed) => visit(name, Ok(feed)),
            Err(error) => visit(name, Err(unreadable(&error))),
        },
        Err(error) => visit(name, Err(unreadable(&error))),
    }
}

/// So many archives in each other are read.
const NESTED: usize = 3;

/// The bytes as they are.
fn sealed(source: &Source, tap: &Tap) -> Result<Box<dyn Feed>, Error> {
    match source {
        Source::Stdin => raw::stdin(tap).map_err(|error| Error::io(Path::new("-"), &error)),
        Source::Path(path) if walk::is_salt_source(path) => {
            let hint = "salt-lint checks those: `salt-lint FILE`";
            let why = "this is Salt source, and saltlint reads what Salt prints";
            Err(Error::new(path, why, Some(hint)))
        }
        Source::Path(path) => raw::file(path, tap).map_err(|error| Error::io(path, &error)),
    }
}

/// The archive that `ARCHIVE!FILE` names, if it names none that is there by itself.
fn archive_of(source: &Source) -> Option<Source> {
    let Source::Path(path) = source else { return None };
    let name = path.to_str().filter(|name| name.contains('!') && !path.exists())?;
    let ends = name.match_indices('!').map(|(at, _)| &name[..at]);
    ends.map(PathBuf::from).find(|archive| archive.is_file()).map(Source::Path)
}

/// An input whose wrapping is told when it is first read.
enum Opened {
    Sealed(Option<Box<dyn Feed>>),
    Unwrapped(Box<dyn Feed>),
}

impl Read for Opened {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Opened::Sealed(raw) = self {
            // None: the attempt before this failed, and said so.
            let Some(raw) = raw.take() else { return Ok(0) };
            *self = Opened::Unwrapped(encoding::decode(wrapping::unwrap(raw)?)?);
        }
        match self {
            Opened::Unwrapped(feed) => feed.read(buf),
            Opened::Sealed(_) => Ok(0),
        }
    }
}

impl Feed for Opened {
    fn ready(&self) -> bool {
        match self {
            Opened::Sealed(raw) => raw.as_ref().is_none_or(|raw| raw.ready()),
            Opened::Unwrapped(feed) => feed.ready(),
        }
    }
}

#[cfg(test)]
mod tests;
