//! One matcher of a rule, from TOML to [`Matcher`], and what is wrong with it.

use std::ops::Range;

use memchr::memmem::Finder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::facts::printed;
use super::field::{Field, Holds, NAMES};
use super::glob::Glob;
use super::matcher::Matcher;
use super::pattern::{Pattern, TOO_BIG};
use super::value::{article, entries, text, within};
use super::wrong::Reading;
use crate::record::{Kind, Level, Outcome, StateResult};

/// What a matcher's table may hold.
pub(super) const MATCHERS: [&str; 9] =
    ["regex", "contains", "glob", "equals", "any", "not", "exists", "min", "max"];
/// Words of other tools for the same, and ours.
const ALIASES: [(&str, &str); 18] = [
    ("match", "regex"),
    ("matches", "regex"),
    ("pattern", "regex"),
    ("regexp", "regex"),
    ("re", "regex"),
    ("includes", "contains"),
    ("has", "contains"),
    ("startswith", "glob"),
    ("starts_with", "glob"),
    ("endswith", "glob"),
    ("ends_with", "glob"),
    ("eq", "equals"),
    ("is", "equals"),
    ("one_of", "any"),
    ("gt", "min"),
    ("gte", "min"),
    ("lt", "max"),
    ("lte", "max"),
];

/// Reads what is asked of `field`.
pub(super) fn matcher(
    field: &Field,
    value: &Spanned<DeValue<'_>>,
    file: &mut Reading<'_>,
) -> Option<Matcher> {
    let span = value.span();
    match value.get_ref() {
        DeValue::String(pattern) => {
            let glob = Matcher::Glob(Glob::new(pattern));
            known_word(field, pattern, &glob, span, file).then_some(glob)
        }
        DeValue::Array(list) => any(field, list, span, file),
        DeValue::Table(table) => from_table(field, table, span, file),
        scalar => exactly(field, scalar, span, file),
    }
}

/// A boolean or a number.
fn exactly(
    field: &Field,
    value: &DeValue<'_>,
    span: Range<usize>,
    file: &mut Reading<'_>,
) -> Option<Matcher> {
    if let DeValue::Boolean(wanted) = value {
        if *field == Field::Result || field.holds() == Holds::Any {
            return Some(Matcher::Bool(*wanted));
        }
        let help = format!("To ask whether it is there at all: {field} = {{ exists = {wanted} }}.");
        file.wrong(span, format!("`{field}` is never true or false"), "a boolean", &help);
        return None;
    }
    if let Some(number) = float(value) {
        if field.holds() != Holds::Word {
            return Some(Matcher::Number(number));
        }
        file.wrong(span, format!("`{field}` is never a number"), "a number", &words_help(field));
        return None;
    }
    let help =
        "A matcher is a glob, a boolean, a number, a list of them, or a table such as { regex = '…' }.";
    file.wrong(span, format!("This is {}, and no matcher", article(value)), "not a matcher", help);
    None
}

fn float(value: &DeValue<'_>) -> Option<f64> {
    let number: f64 = match value {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok()? as f64,
        DeValue::Float(number) => number.as_str().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

fn any(
    field: &Field,
    list: &[Spanned<DeValue<'_>>],
    span: Range<usize>,
    file: &mut Reading<'_>,
) -> Option<Matcher> {
    if list.is_empty() {
        file.wrong(span, "An empty list matches nothing", "empty", "Put at least one matcher in it.");
        return None;
    }
    let matchers: Vec<_> = list.iter().filter_map(|item| matcher(field, item, file)).collect();
    (matchers.len() == list.len()).then_some(Matcher::Any(matchers))
}

fn from_table(
    field: &Field,
    table: &DeTable<'_>,
    span: Range<usize>,
    file: &mut Reading<'_>,
) -> Option<Matcher> {
    let entries = entries(table);
    let mut good = true;
    for (key, span, _) in entries.iter().filter(|(key, ..)| !MATCHERS.contains(key)) {
        good = false;
        match alias(key) {
            Some(ours) => {
                let help = format!("Write `{ours}`. Possible here: {}.", MATCHERS.join(", "));
                file.wrong(span.clone(), format!("`{key}` is no matcher"), "no such matcher", &help);
            }
            None => file.unknown(span.clone(), "matcher", key, &MATCHERS),
        }
    }
    if !good {
        return None;
    }
    let get = |wanted: &str| entries.iter().find(|(key, ..)| *key == wanted).map(|(_, _, value)| *value);
    if let [(key, _, value)] = entries.as_slice() {
        return one(field, key, value, file);
    }
    // A range is the one thing that takes two.
    if let (2, Some(min), Some(max)) = (entries.len(), get("min"), get("max")) {
        let (min, max) = (bound(field, "min", min, file)?, bound(field, "max", max, file)?);
        if min > max {
            file.wrong(span, "No number is in this range", "empty", "Write the smaller one as `min`.");
            return None;
        }
        return Some(Matcher::Range(min, max));
    }
    let help = format!(
        "Put one of {} in it (`min` and `max` may stand together).{}",
        MATCHERS.join(", "),
        if entries.is_empty() {
            ""
        } else {
            " To ask for one or the other write { any = [{ … }, { … }] }."
        }
    );
    let what = if entries.is_empty() {
        "This matcher asks for nothing"
    } else {
        "A matcher's table holds one thing"
    };
    file.wrong(span, what, if entries.is_empty() { "empty" } else { "more than one" }, &help);
    None
}

/// The matcher of a table with this one entry.
fn one(field: &Field, key: &str, value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> Option<Matcher> {
    let span = value.span();
    match (key, value.get_ref()) {
        ("any", DeValue::Array(list)) => any(field, list, span, file),
        ("any", other) => {
            let what = format!("`any` is a list, not {}", article(other));
            file.wrong(span, what, "not a list", "Write any = [\"…\", \"…\"].");
            None
        }
        ("not", _) => Some(Matcher::Not(Box::new(matcher(field, value, file)?))),
        ("exists", DeValue::Boolean(wanted)) => Some(Matcher::Exists(*wanted)),
        ("exists", other) => {
            let what = format!("`exists` is true or false, not {}", article(other));
            file.wrong(span, what, "not a boolean", "Write exists = true or exists = false.");
            None
        }
        ("min", _) => Some(Matcher::Range(bound(field, key, value, file)?, f64::INFINITY)),
        ("max", _) => Some(Matcher::Range(f64::NEG_INFINITY, bound(field, key, value, file)?)),
        ("equals", DeValue::String(wanted)) => {
            let equals = Matcher::Equals(wanted.clone().into_owned());
            known_word(field, wanted, &equals, span, file).then_some(equals)
        }
        ("equals", scalar @ (DeValue::Boolean(_) | DeValue::Integer(_) | DeValue::Float(_))) => {
            exactly(field, scalar, span, file)
        }
        ("equals", DeValue::Table(table)) => same(table, span, file),
        ("glob", _) => {
            let pattern = text(key, value, file)?;
            let glob = Matcher::Glob(Glob::new(pattern));
            known_word(field, pattern, &glob, span, file).then_some(glob)
        }
        ("contains", _) => {
            let needle = text(key, value, file)?;
            if needle.is_empty() {
                file.wrong(span, "Every value contains the empty text", "empty", "Use { exists = true }.");
                return None;
            }
            Some(Matcher::Contains(Finder::new(needle).into_owned()))
        }
        ("regex", _) => regex(text(key, value, file)?, &span, file),
        (_, other) => {
            let what = format!("`{key}` takes a string, a boolean or a number, not {}", article(other));
            file.wrong(span, what, "here", "For one of several values write any = [\"…\", \"…\"].");
            None
        }
    }
}

/// `{ field = "…" }`: what another field holds.
fn same(table: &DeTable<'_>, span: Range<usize>, file: &mut Reading<'_>) -> Option<Matcher> {
    let entries = entries(table);
    let [("field", _, value)] = entries.as_slice() else {
        let help = "Write equals = { field = \"changes.old\" }.";
        file.wrong(span, "`equals` takes a value, or another field", "neither", help);
        return None;
    };
    let path = text("field", value, file)?;
    let mut keys = path.split('.');
    match keys.next().and_then(Field::of) {
        Some(Field::Changes(mut path)) => {
            path.extend(keys.map(str::to_owned));
            Some(Matcher::Same(Field::Changes(path)))
        }
        Some(field) if keys.next().is_none() => Some(Matcher::Same(field)),
        _ => {
            file.unknown(value.span(), "field", path, &NAMES);
            None
        }
    }
}

fn bound(field: &Field, key: &str, value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> Option<f64> {
    if field.holds() == Holds::Word {
        let what = format!("`{field}` is never a number");
        file.wrong(value.span(), what, "no number to compare with", &words_help(field));
        return None;
    }
    let number = float(value.get_ref());
    if number.is_none() {
        let what = format!("`{key}` is a number, not {}", article(value.get_ref()));
        file.wrong(value.span(), what, "not a number", &format!("Write {key} = 1, without quotes."));
    }
    number
}

fn regex(source: &str, span: &Range<usize>, file: &mut Reading<'_>) -> Option<Matcher> {
    if file.trusted {
        return Some(Matcher::Regex(Pattern::trusted(source)));
    }
    match Pattern::new(source) {
        Ok(pattern) => Some(Matcher::Regex(pattern)),
        Err(refused) => {
            let place = within(file.text, span, refused.from..refused.to);
            let escaped = file.text.get(span.clone()).is_some_and(|written| written.starts_with('"'));
            let help = match (escaped, refused.what.contains("look-around"), refused.what.contains("backref"))
            {
                (_, true, _) => {
                    "There is no look-around. Ask for the rest in a second condition, or with `not`."
                }
                (_, _, true) => "There are no backreferences.",
                _ if refused.what == TOO_BIG => {
                    "Repeat less: {1000} within {1000} is a million. Mostly * or + does."
                }
                (true, ..) => "Single quotes spare you the doubled backslashes: regex = '…'.",
                _ => "The syntax is that of https://docs.rs/regex/latest/regex/#syntax.",
            };
            file.wrong(place, format!("This is no regular expression: {}", refused.what), "here", help);
            None
        }
    }
}

/// The words that a field can hold.
fn words(field: &Field) -> Vec<&'static str> {
    match field {
        Field::Outcome => Outcome::ALL.map(Outcome::word).to_vec(),
        Field::Result => [StateResult::True, StateResult::False, StateResult::None].map(printed).to_vec(),
        Field::Kind => Kind::ALL.map(Kind::word).to_vec(),
        Field::Level => LEVELS.map(Level::word).to_vec(),
        _ => Vec::new(),
    }
}

/// Every level, least to most severe.
pub(super) const LEVELS: [Level; 8] = [
    Level::Garbage,
    Level::Trace,
    Level::Debug,
    Level::Profile,
    Level::Info,
    Level::Warning,
    Level::Error,
    Level::Critical,
];

fn words_help(field: &Field) -> String {
    format!("Possible here: {}.", words(field).join(", "))
}

/// Whether the matcher takes any of the words that the field can hold; if not, says so.
fn known_word(
    field: &Field,
    pattern: &str,
    matcher: &Matcher,
    span: Range<usize>,
    file: &mut Reading<'_>,
) -> bool {
    let words = words(field);
    let known = words.is_empty() || words.iter().any(|word| matcher.would_hold(Some(word)));
    if !known {
        file.unknown(span, &field.to_string(), pattern, &words);
    }
    known
}

/// The matcher that so many slips away from `key` is; short names take fewer.
pub(super) fn misspelt(key: &str, slips: usize) -> Option<&'static str> {
    let slips = |name: &str| if name.len() < 5 { slips - 1 } else { slips };
    MATCHERS.into_iter().find(|name| strsim::damerau_levenshtein(key, name) <= slips(name))
}

/// The matcher that other tools have another word for.
pub(super) fn alias(key: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(theirs, _)| *theirs == key).map(|(_, ours)| *ours)
}
