//! `--states-root DIR`: the SLS files below it, for reports that point at the state rather than at the log.

use std::path::Path;

use walkdir::WalkDir;

use crate::input::words;
use crate::report::{Mask, States};

/// So many files are read, and none that is larger.
const FILES: usize = 20_000;
const LARGEST: u64 = 1 << 20;

/// The states that are declared below `root`, with their sources (`redact`: without secrets); hidden directories are left out.
pub(super) fn below(root: &Path, redact: bool) -> Result<States, String> {
    if !root.is_dir() {
        return Err(format!("--states-root {}: it is no directory", root.display()));
    }
    let is_hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
    let mask = redact.then(Mask::default);
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
        let text = String::from_utf8_lossy(&text);
        let masked = mask.as_ref().and_then(|mask| mask.text(&text));
        states.add(entry.path().display().to_string(), &below, &text, masked.as_ref().unwrap_or(&text));
    }
    Ok(states)
}
