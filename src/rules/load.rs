//! Where rules come from: the folder that is built in, and the paths that a user names.
//!
//! The folder `rules/` is embedded whole: a pack is there because its file is. A wrong file is refused whole, and with
//! it the run: half a set of rules would speak with confidence about what it half knows.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::tz::TimeZone;

use super::index::Index;
use super::slot::Slot;
use super::wrong::{LoadErrors, Reading, Wrong};
use super::{Rule, Rules, pack, parts};
use crate::packed::{self, PACKED};

static BUILTIN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

impl Rules {
    /// Loads the built-in rules if `builtin`, and lays over them what is in `paths`, each a rule file or a directory of
    /// them; a later path over an earlier one.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any of the files, if anything is.
    pub fn load(builtin: bool, paths: &[PathBuf]) -> Result<Rules, LoadErrors> {
        Rules::load_beside(builtin, paths, &[])
    }

    /// The same for a run, which needs no examples: built-in rules come without theirs, and are read when they are first
    /// asked for.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any of the files, if anything is.
    pub fn for_run(builtin: bool, paths: &[PathBuf]) -> Result<Rules, LoadErrors> {
        let mut loading = Loading { packed: if builtin { PACKED.rules } else { &[] }, ..Loading::default() };
        for (layer, path) in paths.iter().enumerate() {
            loading.take(path, layer + 1);
        }
        loading.finish()
    }

    /// The rules of a folder that are to be built in, each expression checked.
    pub(super) fn load_as_builtin(folder: &Path) -> Result<Rules, LoadErrors> {
        let mut loading = Loading { checks: true, ..Loading::default() };
        loading.take(folder, 0);
        loading.finish()
    }

    /// The same, and over it what is in `beside`: of these none is laid over another.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any of the files, if anything is.
    pub fn load_beside(builtin: bool, paths: &[PathBuf], beside: &[PathBuf]) -> Result<Rules, LoadErrors> {
        let mut loading = Loading::default();
        if builtin {
            for file in BUILTIN.files().filter(|file| is_pack(file.path())) {
                let path = Path::new("rules").join(file.path());
                loading.read(&path, file.contents(), 0);
            }
        }
        for (layer, path) in paths.iter().enumerate() {
            loading.take(path, layer + 1);
        }
        for path in beside {
            loading.take(path, paths.len() + 1);
        }
        loading.finish()
    }

    /// The rules of one text, as if it were the file `path`: for tests, and for trying a rule out.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it.
    pub fn from_text(path: &str, text: &str) -> Result<Rules, LoadErrors> {
        let mut loading = Loading::default();
        loading.read(Path::new(path), text.as_bytes(), 1);
        loading.finish()
    }
}

/// The text of the file that a rule came from, as it is now; without a byte order mark, so that places are right.
pub(super) fn source(rule: &Rule) -> Option<String> {
    let text = match rule.layer {
        0 => BUILTIN.get_file(Path::new(&rule.path).file_name()?)?.contents_utf8()?.to_owned(),
        _ => std::fs::read_to_string(&rule.path).ok()?,
    };
    Some(bare(&text).to_owned())
}

/// The text without a byte order mark.
pub(super) fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn is_pack(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

#[derive(Default)]
struct Loading {
    rules: Vec<Rule>,
    wrong: Vec<Wrong>,
    /// What is built in, not read yet.
    packed: &'static [packed::Rule],
    /// What is built in is not trusted, either.
    checks: bool,
}

impl Loading {
    /// Reads a path that a user named.
    fn take(&mut self, path: &Path, layer: usize) {
        let shown = path.display();
        if !path.is_dir() {
            return self.open(path, layer);
        }
        let mut found = false;
        for entry in walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_pack(entry.path()) => {
                    found = true;
                    self.open(entry.path(), layer);
                }
                Ok(_) => {}
                Err(error) => {
                    self.wrong.push(Wrong::path(&format!("Can't read {shown}: {error}"), "Is it readable?"));
                    found = true;
                }
            }
        }
        if !found {
            let help = "Rule files end in .toml; a single file may have any name.";
            self.wrong.push(Wrong::path(&format!("There are no rule files in {shown}"), help));
        }
    }

    fn open(&mut self, path: &Path, layer: usize) {
        match std::fs::read(path) {
            Ok(bytes) => self.read(path, &bytes, layer),
            Err(error) => {
                let what = format!("Can't read the rules in {}: {error}", path.display());
                let help = "--rules takes a rule file or a directory of them.";
                self.wrong.push(Wrong::path(&what, help));
            }
        }
    }

    fn read(&mut self, path: &Path, bytes: &[u8], layer: usize) {
        let shown = path.display().to_string();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = 1 + memchr::memchr_iter(b'\n', before).count();
                let what = format!("{shown} is not text in UTF-8: the first other byte is in line {line}");
                let help = "TOML files are always UTF-8: save it as that. Is it a rule file?";
                self.wrong.push(Wrong::path(&what, help));
                return;
            }
        };
        let pack = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = bare(text);
        let trusted = layer == 0 && !cfg!(test) && !self.checks;
        let mut rules = parts::read(&pack, &shown, text, trusted).unwrap_or_else(|| {
            let mut file = Reading::new(text);
            file.trusted = trusted;
            let rules = pack::read(&pack, &shown, &mut file);
            let wrong = file.finish(&shown);
            let right = wrong.is_empty();
            self.wrong.extend(wrong);
            if right { rules } else { Vec::new() }
        });
        for rule in &mut rules {
            rule.layer = layer;
        }
        self.rules.extend(rules);
    }

    fn finish(mut self) -> Result<Rules, LoadErrors> {
        self.twins();
        if !self.wrong.is_empty() {
            return Err(LoadErrors::new(self.wrong));
        }
        let mut rules = self.rules;
        // The sort is stable: what is equal stays in the order of the files, and within them.
        rules.sort_by_key(|rule| (Reverse(rule.layer), Reverse(rule.when.len()), Reverse(rule.class)));
        // A rule of a later layer replaces those of its id below.
        let mut seen = HashSet::new();
        rules.retain(|rule| seen.insert(rule.id.clone()));
        let packed = self.packed.iter().filter(|rule| !seen.contains(PACKED.of(rule.id)));
        let rules: Vec<Slot> = rules.into_iter().map(Slot::from).chain(packed.map(Slot::from)).collect();
        let index = Index::new(&rules);
        let today = TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
        Ok(Rules { rules, index, today })
    }

    /// Two packs of one name in one directory may not hold two rules of one name.
    fn twins(&mut self) {
        let mut seen = std::collections::HashMap::new();
        for rule in &self.rules {
            if let Some(first) = seen.insert((rule.layer, &rule.id), rule) {
                let what = format!("Two files of the same --rules hold a rule `{}`", rule.id);
                let places = format!("{}:{}, {}:{}", first.path, first.line, rule.path, rule.line);
                self.wrong
                    .push(Wrong::path(&what, &format!("They are at {places}. Rename a file or a rule.")));
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests_support {
    /// The text of every built-in pack.
    pub(in crate::rules) fn packs() -> impl Iterator<Item = &'static str> {
        super::BUILTIN
            .files()
            .filter(|file| super::is_pack(file.path()))
            .filter_map(|file| file.contents_utf8())
    }
}
