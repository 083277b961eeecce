//! Captures and the expectations beside them: finding, reading and writing `.expect` files.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::input::words;

const EXPECT: &str = "expect";
/// What a capture can be packed in.
const PACKED: [&str; 4] = ["gz", "xz", "bz2", "zst"];
/// What captures are called, for those that have no expectation yet.
const CAPTURES: [&str; 7] = ["txt", "json", "log", "out", "yaml", "raw", "pprint"];

/// A capture, and the file that says what is expected of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Case {
    /// None where there is only the expectation.
    pub(super) capture: Option<PathBuf>,
    pub(super) expect: PathBuf,
    /// The expectation is there, or was asked for by name.
    pub(super) certain: bool,
}

/// The cases below these paths, in their order; each a directory, a capture, or an expectation.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in paths {
        if path.is_dir() {
            below(path, &mut cases)?;
        } else if !path.exists() {
            return Err(format!("{}: there is no such file or directory", path.display()));
        } else if path.extension().is_some_and(|it| it == EXPECT) {
            let siblings =
                siblings(path).map_err(|error| format!("{}: {}", path.display(), words(&error)))?;
            of(path, &siblings, &mut cases);
        } else {
            let expect = expectation(path);
            cases.push(Case { capture: Some(path.clone()), expect, certain: true });
        }
    }
    Ok(cases)
}

/// `run.txt.gz` is told about in `run.expect`, or in `run.txt.gz.expect` where that is there.
fn expectation(capture: &Path) -> PathBuf {
    let mut own = capture.as_os_str().to_owned();
    own.push(".expect");
    let own = PathBuf::from(own);
    if own.is_file() { own } else { capture.with_file_name(format!("{}.{EXPECT}", stem(capture))) }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A capture's name without what it is packed in and without its ending.
fn stem(capture: &Path) -> String {
    let name = name(capture);
    let name = match name.rsplit_once('.') {
        Some((before, ending)) if PACKED.contains(&ending) => before.to_owned(),
        _ => name,
    };
    name.rsplit_once('.').map_or(name.clone(), |(before, _)| before.to_owned())
}

fn is_capture(path: &Path) -> bool {
    let name = name(path);
    name.split('.').rev().find(|ending| !PACKED.contains(ending)).is_some_and(|it| CAPTURES.contains(&it))
}

fn siblings(path: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            // The folder as it was named: `./` is not put in front of what had none.
            files.push(path.with_file_name(entry.file_name()));
        }
    }
    Ok(files)
}

fn below(folder: &Path, cases: &mut Vec<Case>) -> Result<(), String> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|it| it.depth() == 0 || !hidden(it.file_name())) {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            let file = entry.into_path();
            folders.entry(file.parent().unwrap_or(Path::new("")).to_owned()).or_default().push(file);
        }
    }
    for files in folders.values() {
        for expect in files.iter().filter(|it| it.extension().is_some_and(|it| it == EXPECT)) {
            of(expect, files, cases);
        }
        for capture in files.iter().filter(|it| is_capture(it)) {
            let expect = expectation(capture);
            if !expect.is_file() {
                cases.push(Case { capture: Some(capture.clone()), expect, certain: false });
            }
        }
    }
    Ok(())
}

/// The captures that an expectation is about.
fn of(expect: &Path, files: &[PathBuf], cases: &mut Vec<Case>) {
    let about = |file: &&PathBuf| {
        let other = file.extension().is_some_and(|it| it == EXPECT || it == "toml" || it == "md");
        !other && expectation(file) == expect
    };
    let before = cases.len();
    cases.extend(files.iter().filter(about).map(|capture| Case {
        capture: Some(capture.clone()),
        expect: expect.to_owned(),
        certain: true,
    }));
    if cases.len() == before {
        cases.push(Case { capture: None, expect: expect.to_owned(), certain: true });
    }
}

/// What is expected, without remarks (`#` in front) and blank lines.
pub(super) fn read(file: &Path) -> io::Result<Vec<String>> {
    let text = std::fs::read_to_string(file)?;
    let says = |line: &&str| !line.is_empty() && !line.starts_with('#');
    Ok(text.lines().map(str::trim_end).filter(says).map(str::to_owned).collect())
}

/// Writes what is expected; remarks on top stay.
pub(super) fn write(file: &Path, lines: &[String]) -> io::Result<()> {
    let before = std::fs::read_to_string(file).unwrap_or_default();
    let remarks = before.lines().take_while(|line| line.starts_with('#'));
    let text: String =
        remarks.chain(lines.iter().map(String::as_str)).map(|line| format!("{line}\n")).collect();
    std::fs::write(file, text)
}
