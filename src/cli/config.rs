//! The config file: the long names of the options, written down. Read key by key rather than by serde, so that each
//! mistake can be shown where it stands, with the nearest right word.
//!
//! Paths in it are relative to the file. All of it is checked, also what an option would win over.

use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, NamedSource, SourceSpan};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::args::Configured;
use super::choice::{self, Choice};
use super::complain::show;
use super::outputs::{self, Output};
use super::settings::Settings;
use super::{Refused, look::When};
use crate::digest::FailOn;
use crate::frame::InputFormat;
use crate::input::words;
use crate::report::{Format, Show};

const NAMES: [&str; 2] = ["saltlint.toml", ".saltlint.toml"];

const KEYS: [&str; 13] = [
    "format",
    "output",
    "rules",
    "no-builtin-rules",
    "fail-on",
    "expect",
    "show",
    "group",
    "input-format",
    "color",
    "states-root",
    "no-redact",
    "stats",
];

/// A mistake in the config file.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{what}")]
pub(super) struct Mistake {
    what: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("here")]
    place: Option<SourceSpan>,
    #[help]
    help: Option<String>,
}

/// What the config file says that holds, if one does.
pub(super) fn that_holds(args: &Configured) -> Result<Settings, Refused> {
    match (args.no_config, &args.config) {
        (true, _) => Ok(Settings::default()),
        (_, Some(file)) => read(file),
        _ => find().map_or(Ok(Settings::default()), |file| read(&file)),
    }
}

/// The config file that holds here: the nearest upwards, else the user's own.
pub(super) fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let upwards =
        here.iter().flat_map(|here| here.ancestors()).flat_map(|dir| NAMES.map(|name| dir.join(name)));
    upwards.chain(own()).find(|file| file.is_file())
}

/// Where the user's own would be.
fn own() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path: &PathBuf| path.is_absolute());
    let base = set("XDG_CONFIG_HOME")
        .or_else(|| if cfg!(windows) { set("APPDATA") } else { None })
        .or_else(|| Some(std::env::home_dir()?.join(".config")))?;
    Some(base.join("saltlint").join(NAMES[0]))
}

/// Reads a config file; what is wrong with it is shown.
pub(super) fn read(file: &Path) -> Result<Settings, Refused> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Refused::Because(format!("the config file {name}: {}", words(&error))))?;
    let dir = file.parent().unwrap_or(Path::new(""));
    parse(&text, dir).map_err(|(what, span, help)| {
        show(&Mistake {
            what,
            source_code: NamedSource::new(name.to_string(), text.clone()).with_language("TOML"),
            place: span.map(SourceSpan::from),
            help,
        });
        Refused::Said
    })
}

/// What is wrong, where, and what would be right.
type Wrong = (String, Option<Range<usize>>, Option<String>);

/// Settings from the text of a config file that stands in `dir`.
pub(super) fn parse(text: &str, dir: &Path) -> Result<Settings, Wrong> {
    let table = DeTable::parse(text).map_err(|error| (error.message().to_owned(), error.span(), None))?;
    let mut settings = Settings::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "format" => settings.format = Some(choice::<Format>(value)?),
            "fail-on" => settings.fail_on = Some(choice::<FailOn>(value)?),
            "show" => settings.show = Some(choice::<Show>(value)?),
            "group" => settings.group = Some(boolean(value)?),
            "input-format" => settings.input_format = Some(choice::<InputFormat>(value)?),
            "color" => settings.color = Some(choice::<When>(value)?),
            "no-builtin-rules" => settings.builtin_rules = Some(!boolean(value)?),
            "no-redact" => settings.redact = Some(!boolean(value)?),
            "states-root" => match value.get_ref().as_str() {
                Some(path) => settings.states_root = Some(dir.join(path)),
                None => return Err(("this must be a path in quotes".to_owned(), Some(value.span()), None)),
            },
            "stats" => settings.stats = Some(boolean(value)?),
            "rules" => settings.rules = strings(value)?.into_iter().map(|(path, _)| dir.join(path)).collect(),
            "expect" => {
                let below = |(value, _): (&str, _)| match value.strip_prefix('@') {
                    Some(file) => format!("@{}", dir.join(file).display()),
                    None => value.to_owned(),
                };
                settings.expect = Some(strings(value)?.into_iter().map(below).collect());
            }
            "output" => {
                let one = |(value, span): (&str, _)| match outputs::parse(value) {
                    Ok(output) => Ok(Output { file: dir.join(output.file), ..output }),
                    Err(why) => Err((why, Some(span), None)),
                };
                settings.output = Some(strings(value)?.into_iter().map(one).collect::<Result<_, _>>()?);
            }
            unknown => {
                let help = match choice::nearest(unknown, KEYS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known are {}", KEYS.join(", ")),
                };
                return Err((format!("unknown setting {unknown:?}"), Some(key.span()), Some(help)));
            }
        }
    }
    Ok(settings)
}

fn choice<T: Choice>(value: &Spanned<DeValue<'_>>) -> Result<T, Wrong> {
    let listed = || Some(format!("one of {}", choice::listed::<T>()));
    let word = value
        .get_ref()
        .as_str()
        .ok_or_else(|| ("this must be a word in quotes".to_owned(), Some(value.span()), listed()))?;
    choice::of(word).ok_or_else(|| {
        let near = choice::nearest(word, T::words().into_iter().map(|(name, ..)| name));
        let help = near.map(|near| format!("did you mean {near:?}?")).or_else(listed);
        (format!("{word:?} is not known here"), Some(value.span()), help)
    })
}

fn boolean(value: &Spanned<DeValue<'_>>) -> Result<bool, Wrong> {
    value
        .get_ref()
        .as_bool()
        .ok_or_else(|| ("this must be true or false".to_owned(), Some(value.span()), None))
}

/// A string or a list of them, each with its place.
fn strings<'v>(value: &'v Spanned<DeValue<'_>>) -> Result<Vec<(&'v str, Range<usize>)>, Wrong> {
    let one = |value: &'v Spanned<DeValue<'_>>| match value.get_ref().as_str() {
        Some(text) => Ok((text, value.span())),
        None => {
            Err(("this must be a text in quotes, or a list of them".to_owned(), Some(value.span()), None))
        }
    };
    match value.get_ref().as_array() {
        Some(list) => list.iter().map(one).collect(),
        None => Ok(vec![one(value)?]),
    }
}
