//! What is known about Salt's states and messages, one pack of rules for each topic.

use std::borrow::Cow;

use crate::record::{Class, Message, Outcome, State};

/// What a rule can speak about.
pub enum Subject<'s, 'a> {
    /// A state's return.
    State(&'s State<'a>),
    /// Something said in words.
    Message(&'s Message<'a>),
}

/// A rule: when it speaks, what it says, and what to do.
#[derive(Debug)]
pub struct Rule {
    /// `PACK/SLUG`.
    pub id: String,
    /// The verdict it gives.
    pub class: Class,
    /// What to do, a step each.
    pub help: Vec<String>,
    /// Where to read more.
    pub url: Option<String>,
}

/// Why rules can't be loaded.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{0}")]
pub struct LoadError(String);

/// All rules that are loaded, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {}

impl Rules {
    /// Loads the built-in rules, if wanted, and lays those of `paths` over them.
    pub fn load(_builtin: bool, paths: &[std::path::PathBuf]) -> Result<Rules, LoadError> {
        match paths.iter().find(|path| !path.exists()) {
            Some(path) => Err(LoadError(format!("{}: No such file or directory", path.display()))),
            None => Ok(Rules {}),
        }
    }

    /// False where no loaded rule can speak about a state of this function and outcome: most clean states.
    pub fn may_speak(&self, _function: Option<&[u8]>, _outcome: Outcome) -> bool {
        true
    }

    /// The rule that speaks about this, and what it says.
    pub fn speak<'r>(&'r self, _subject: &Subject<'_, '_>) -> Option<(&'r Rule, Option<Cow<'r, str>>)> {
        None
    }
}
