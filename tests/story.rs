//! Where captures come from: the folders under `fixtures/`, and a directory of many with a manifest.
//!
//! A story is a folder with captures and a `story.toml` that tells how each was made. A directory of many (real
//! captures, or what `oracle/generate.py` made) is named by `SALTLINT_CORPUS_DIR` and holds a `MANIFEST.jsonl`.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::mode::Mode;

/// One file that Salt printed, and how.
#[derive(Debug)]
pub(crate) struct Capture {
    /// Short, for people.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) truth: Option<PathBuf>,
    pub(crate) mode: Mode,
    /// Made to be mistaken for something else: may be read wrong, but then that must be said.
    pub(crate) nasty: bool,
    /// The paste was not whole, or Salt itself crashed: states are right, the end can't be.
    pub(crate) incomplete: bool,
    /// The kinds of what makes it untrusted, in order; none: it is held against its truth only.
    pub(crate) problems: Vec<String>,
}

impl Capture {
    /// Standard output could not take UTF-8, and Salt printed the bytes as Python shows them.
    fn is_python_bytes(&self) -> bool {
        fs::read(&self.file).unwrap().starts_with(b"b'")
    }

    /// What the minions returned.
    pub(crate) fn returned(&self) -> Option<Value> {
        if self.is_python_bytes() {
            return None;
        }
        let text = fs::read_to_string(self.truth.as_ref()?).unwrap();
        // Salt prints a document a minion, unless told otherwise.
        let mut all = serde_json::Map::new();
        for document in serde_json::Deserializer::from_str(&text).into_iter() {
            let document: Value = document.unwrap_or_else(|error| panic!("{}: {error}", self.name));
            all.extend(document.as_object()?.clone());
        }
        Some(Value::Object(all))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    /// What happened, in a sentence.
    about: String,
    /// The Salt that printed it.
    salt: String,
    capture: Vec<Printed>,
}

#[derive(Deserialize)]
struct Printed {
    file: String,
    truth: Option<String>,
    command: String,
    #[serde(default)]
    incomplete: bool,
    #[serde(default)]
    problems: Vec<String>,
    #[serde(flatten)]
    mode: Mode,
}

/// The folder of stories.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The captures of all stories, in path order.
pub(crate) fn stories() -> Vec<Capture> {
    let mut captures = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(fixtures()).unwrap().map(|it| it.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let Ok(text) = fs::read_to_string(folder.join("story.toml")) else { continue };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let story: Story = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!story.about.is_empty(), "{name} tells nothing");
        captures.extend(story.capture.into_iter().map(|it| Capture {
            name: format!("{name}/{}", it.file),
            file: folder.join(&it.file),
            truth: it.truth.map(|truth| folder.join(truth)),
            mode: it.mode.with_command(&it.command).of_salt(&story.salt, &it.file),
            nasty: false,
            incomplete: it.incomplete,
            problems: it.problems,
        }));
    }
    captures
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    #[serde(default)]
    salt_version: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    opts: Value,
    truth: Option<String>,
    #[serde(default)]
    notes: String,
    #[serde(default)]
    nasty: bool,
}

/// Output that is no highstate in any notation, which this can't be held against.
fn is_foreign(entry: &Entry) -> bool {
    let other_outputter = entry
        .command
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--out="))
        .any(|out| !matches!(out, "json" | "highstate" | "yaml" | "raw" | "pprint" | "txt" | "nested"));
    let shown_only = ["state.show_", "--out-file="].iter().any(|word| entry.command.contains(word));
    other_outputter || shown_only || entry.file.ends_with(".stderr.txt")
}

/// The captures with a truth that a directory's manifest lists, and how many it lists that have none or are foreign.
pub(crate) fn manifest(directory: &Path) -> (Vec<Capture>, usize) {
    let list = fs::read_to_string(directory.join("MANIFEST.jsonl")).unwrap();
    let mut left_out = 0;
    let mut captures = Vec::new();
    for line in list.lines() {
        let entry: Entry = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mode: Mode = serde_json::from_value(entry.opts.clone()).unwrap_or_default();
        let Some(truth) = entry.truth.as_ref().filter(|_| !is_foreign(&entry)) else {
            left_out += 1;
            continue;
        };
        let mode_is_own = mode.own_format();
        captures.push(Capture {
            name: entry.file.clone(),
            file: directory.join(&entry.file),
            truth: Some(directory.join(truth)),
            mode: mode.with_command(&entry.command).of_salt(&entry.salt_version, &entry.file),
            nasty: entry.nasty || mode_is_own,
            incomplete: entry.notes.contains("crash"),
            problems: Vec::new(),
        });
    }
    (captures, left_out)
}
