//! From what was named to what can be read: a directory stands for the files below it, in path order.
//!
//! Left out below a directory: hidden files and folders (`.git`, an editor's swap file), symbolic links (else
//! `latest.log` is read and counted twice; so no loop either), and `.sls` sources. A file that is named is always taken.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{Error, Source};

/// What a source stands for: itself, or the files of a directory, ordered by the bytes of their names. Nothing is held
/// but the directories that are open.
pub fn files(source: &Source) -> Box<dyn Iterator<Item = Result<Source, Error>> + '_> {
    match source {
        Source::Path(path) if path.is_dir() => Box::new(Walk::new(path)),
        _ => Box::new(std::iter::once(Ok(source.clone()))),
    }
}

/// Salt's own sources, which salt-lint checks.
pub(super) fn is_salt_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sls")
}

struct Walk<'p> {
    root: &'p Path,
    entries: Box<dyn Iterator<Item = walkdir::Result<DirEntry>>>,
    found: bool,
    sources: bool,
    over: bool,
}

impl<'p> Walk<'p> {
    fn new(root: &'p Path) -> Self {
        let entries = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
        });
        Walk { root, entries: Box::new(entries), found: false, sources: false, over: false }
    }

    /// A directory that holds nothing to read is a mistake, and must not pass for a verified run.
    fn nothing(&self) -> Error {
        match self.sources {
            true => Error::new(
                self.root,
                "only Salt source (.sls) is in this directory, and saltlint reads what Salt prints",
                Some("salt-lint checks those: `salt-lint FILE`"),
            ),
            false => Error::new(
                self.root,
                "no file is in this directory",
                Some("hidden files and symbolic links are left out; name them to have them read"),
            ),
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Source, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        for entry in self.entries.by_ref() {
            match entry {
                Ok(entry) if !entry.file_type().is_file() => {}
                Ok(entry) if is_salt_source(entry.path()) => self.sources = true,
                Ok(entry) => {
                    self.found = true;
                    return Some(Ok(Source::Path(entry.into_path())));
                }
                Err(error) => {
                    self.found = true;
                    let path = error.path().unwrap_or(self.root).to_owned();
                    return Some(Err(match error.io_error() {
                        Some(io) => Error::io(&path, io),
                        None => Error::new(&path, error.to_string(), None),
                    }));
                }
            }
        }
        if self.found || std::mem::replace(&mut self.over, true) {
            return None;
        }
        Some(Err(self.nothing()))
    }
}
