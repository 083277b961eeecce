//! Options whose value is one of a few words: the words, told once for the command line and for the config file.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::look::When;
use crate::digest::FailOn;
use crate::frame::InputFormat;
use crate::report::{Format, Show};

/// A word, what it stands for, and what it means (empty where the word says it).
type Word<T> = (&'static str, T, &'static str);

/// A value that is named by a word.
pub(super) trait Choice: Copy + Send + Sync + 'static {
    /// All words, in the order in which they are listed.
    fn words() -> Vec<Word<Self>>;
}

impl Choice for Format {
    fn words() -> Vec<Word<Self>> {
        Format::ALL.iter().map(|&format| (format.name(), format, "")).collect()
    }
}

impl Choice for FailOn {
    fn words() -> Vec<Word<Self>> {
        vec![
            ("action-required", FailOn::ActionRequired, "someone must act"),
            ("review", FailOn::Review, "or something is to be reviewed"),
            ("change", FailOn::Change, "or anything changed or would change, false positives aside"),
            ("never", FailOn::Never, "nothing; what can't be trusted still ends with 3"),
        ]
    }
}

impl Choice for Show {
    fn words() -> Vec<Word<Self>> {
        vec![
            ("attention", Show::Attention, "what needs someone, and what to review"),
            ("changes", Show::Changes, "all that is not clean"),
            ("all", Show::All, "everything"),
        ]
    }
}

impl Choice for InputFormat {
    fn words() -> Vec<Word<Self>> {
        vec![
            ("auto", InputFormat::Auto, "told apart by content"),
            ("text", InputFormat::Text, "what Salt prints for people, in every state_output mode"),
            ("json", InputFormat::Json, "what --out=json prints"),
        ]
    }
}

impl Choice for When {
    fn words() -> Vec<Word<Self>> {
        vec![
            (
                "auto",
                When::Auto,
                "on a terminal; NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM=dumb are heeded",
            ),
            ("always", When::Always, ""),
            ("never", When::Never, ""),
        ]
    }
}

/// What a word stands for.
pub(super) fn of<T: Choice>(word: &str) -> Option<T> {
    T::words().into_iter().find(|(name, ..)| *name == word).map(|(_, value, _)| value)
}

/// The words, for a sentence.
pub(super) fn listed<T: Choice>() -> String {
    T::words().into_iter().map(|(name, ..)| name).collect::<Vec<_>>().join(", ")
}

/// For clap, which lists the words in its help, completes them, and suggests the nearest.
pub(super) fn parser<T: Choice>() -> impl TypedValueParser<Value = T> {
    let values = T::words().into_iter().map(|(name, _, help)| {
        let value = PossibleValue::new(name);
        if help.is_empty() { value } else { value.help(help) }
    });
    PossibleValuesParser::new(values).try_map(|word| of(&word).ok_or("no such word"))
}

/// The known word that is most like this one, if any is like it.
pub(super) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
