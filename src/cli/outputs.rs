//! `-o FORMAT=FILE`: further reports. Files are made before anything is read, so that a wrong path is known at once and
//! not after the deployment; and none is made where it would destroy what is to be read, or another report.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::choice;
use crate::input::{Source, words};
use crate::report::Format;

/// A further report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: PathBuf,
}

/// Reads `FORMAT=FILE`.
pub(super) fn parse(value: &str) -> Result<Output, String> {
    let listed = choice::listed::<Format>();
    let Some((name, file)) = value.split_once('=') else {
        return Err(format!("write FORMAT=FILE, with a FORMAT of {listed}"));
    };
    let format = choice::of(name).ok_or_else(|| format!("there is no format {name:?}, only {listed}"))?;
    match file {
        "" => Err("the name of the file is missing".to_owned()),
        "-" => Err(format!("standard output gets what --format says: write --format {name}")),
        _ => Ok(Output { format, file: PathBuf::from(file) }),
    }
}

/// Makes the files, empty.
pub(super) fn create(outputs: &[Output], inputs: &[Source]) -> Result<Vec<File>, String> {
    let mut places: Vec<PathBuf> = Vec::new();
    for output in outputs {
        let file = output.file.display();
        let place =
            place(&output.file).map_err(|why| format!("the report {file} can't be written: {why}"))?;
        if places.contains(&place) {
            return Err(format!("two reports go to {file}: give each a file of its own"));
        }
        if let Some(input) = inputs.iter().find(|input| holds(input, &place)) {
            return Err(format!("the report {file} would be written into what is read ({})", input.name()));
        }
        places.push(place);
    }
    let create = |output: &Output| {
        File::create(&output.file).map_err(|error| {
            format!("the report {} can't be written: {}", output.file.display(), words(&error))
        })
    };
    outputs.iter().map(create).collect()
}

/// Where a file is or will be, whatever way it is named.
fn place(file: &Path) -> Result<PathBuf, String> {
    if let Ok(place) = file.canonicalize() {
        return Ok(place);
    }
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = file.file_name().ok_or("it is no file name")?;
    match parent.canonicalize() {
        Ok(parent) => Ok(parent.join(name)),
        Err(error) => Err(format!("{}: {}", parent.display(), words(&error))),
    }
}

fn holds(input: &Source, place: &Path) -> bool {
    match input {
        Source::Stdin => false,
        // `/dev/null`, a named pipe: nothing to destroy.
        Source::Path(path) if !path.is_file() && !path.is_dir() => false,
        Source::Path(path) => path.canonicalize().is_ok_and(|input| place.starts_with(input)),
    }
}
