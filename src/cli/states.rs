//! `--states-root DIR`: the SLS files below it, for reports that point at the state rather than at the log.

use std::path::Path;

use walkdir::WalkDir;

use crate::input::words;
use crate::report::States;

/// So many files are read, and none that is larger.
const FILES: usize = 20_000;
const LARGEST: u64 = 1 << 20;

/// The states that are declared below `root`; hidden directories are left out.
pub(super) fn below(root: &Path) -> Result<States, String> {
    if !root.is_dir() {
        return Err(format!("--states-root {}: it is no directory", root.display()));
    }
    let is_hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
    let mut states = States::default();
    let is_sls = |entry: &walkdir::DirEntry| {
        entry.file_type().is_file()
            && entry.path().extension().is_some_and(|it| it == "sls")
            && entry.metadata().is_ok_and(|it| it.len() <= LARGEST)
    };
    // What can't be entered holds no state that could be shown.
    for entry in walk.filter_map(Result::ok).filter(is_sls).take(FILES) {
        let text = std::fs::read(entry.path())
            .map_err(|error| format!("{}: {}", entry.path().display(), words(&error)))?;
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let below = below.to_string_lossy().replace('\\', "/");
        states.add(entry.path().display().to_string(), &below, &String::from_utf8_lossy(&text));
    }
    Ok(states)
}
