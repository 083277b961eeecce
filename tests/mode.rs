//! How a capture was printed: Salt's own options, with Salt's own names and defaults.

use serde::Deserialize;

/// The options of Salt's highstate outputter that decide what it shows (`salt.output.highstate`).
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Mode {
    pub(crate) state_output: String,
    pub(crate) state_verbose: bool,
    pub(crate) state_output_diff: bool,
    pub(crate) state_output_profile: bool,
    pub(crate) state_output_exclude: String,
    pub(crate) state_output_terse: String,
    pub(crate) state_compress_ids: bool,
    pub(crate) state_tabular: Tabular,
    /// Without it, escape sequences within values are printed raw.
    pub(crate) strip_colors: bool,
    /// `--out=json`, or another notation that says as much, rather than text.
    #[serde(skip)]
    pub(crate) json: bool,
    /// `--out=nested`: it says as much, but not of what type anything is.
    #[serde(skip)]
    pub(crate) nested: bool,
    /// `--out=txt`: of an empty text nothing is printed.
    #[serde(skip)]
    pub(crate) txt: bool,
    /// Printed by 2017.7: Python 2, which shows its strings as `u'…'`, and no modes but the first four.
    #[serde(skip)]
    pub(crate) python2: bool,
    /// Printed before 3001, whose nested display gives up over keys that are no strings (JSON doesn't tell them).
    #[serde(skip)]
    pub(crate) raw_keys: bool,
}

/// `state_tabular`: a table of its own, or a format of the user's.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Tabular {
    Flag(#[expect(dead_code, reason = "tabular or not, a line shows the same")] bool),
    #[expect(dead_code, reason = "a user's format is only recognised")]
    Format(String),
}

impl Default for Mode {
    fn default() -> Self {
        Mode {
            state_output: "full".into(),
            state_verbose: true,
            state_output_diff: false,
            state_output_profile: true,
            state_output_exclude: String::new(),
            state_output_terse: String::new(),
            state_compress_ids: false,
            state_tabular: Tabular::Flag(false),
            strip_colors: true,
            json: false,
            nested: false,
            txt: false,
            python2: false,
            raw_keys: false,
        }
    }
}

impl Mode {
    /// The options as a command line gives them on top of the configuration.
    pub(crate) fn with_command(mut self, command: &str) -> Self {
        let off = |name: &str| {
            let dashed = name.replace('_', "-");
            [name, dashed.as_str()].iter().any(|name| command.contains(&format!("{name}=False")))
        };
        self.state_verbose &= !off("state_verbose");
        self.state_output_profile &= !off("state_output_profile");
        self
    }

    /// And as printed by this Salt, in the notation that the file's name tells.
    pub(crate) fn of_salt(mut self, version: &str, file: &str) -> Self {
        let ends = |ends: &[&str]| ends.iter().any(|end| file.ends_with(end));
        self.nested = ends(&[".nested.txt"]);
        self.txt = ends(&[".out.txt", ".txt.txt"]);
        self.json = self.nested || self.txt || ends(&[".json", ".yaml", ".raw", ".pprint", ".events.txt"]);
        self.python2 = version.starts_with("2017");
        self.raw_keys = ["2017", "2018", "2019", "3000"].iter().any(|old| version.starts_with(old));
        if self.python2 && !["terse", "mixed", "mixed_id", "changes"].contains(&self.state_output.as_str()) {
            self.state_output = "full".into();
        }
        self
    }

    /// `full`, `terse` … without its suffixes; what a note calls `default(full)` is `full`.
    pub(crate) fn base(&self) -> &str {
        let known = ["terse", "mixed", "changes", "filter"];
        known.into_iter().find(|base| self.state_output.starts_with(base)).unwrap_or("full")
    }

    /// `…_id`: the ID stands where the name would.
    pub(crate) fn by_id(&self) -> bool {
        self.state_output.ends_with("_id")
    }

    /// A line format of the user's own: what stands where is a guess.
    pub(crate) fn own_format(&self) -> bool {
        matches!(self.state_tabular, Tabular::Format(_))
    }
}
