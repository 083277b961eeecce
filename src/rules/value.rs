//! The values of a rule file, each of the type it must have, or a word on what is wrong with it.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::wrong::Reading;

/// A table's entries, in the order in which they stand.
pub(super) fn entries<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t str, Range<usize>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

/// A thing of TOML with its article, for a message.
pub(super) fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Where in the file a part of a string's value stands; the whole string where escapes make that unclear.
pub(super) fn within(file: &str, value: &Range<usize>, part: Range<usize>) -> Range<usize> {
    let written = file.get(value.clone()).unwrap_or_default();
    let quote = ["\'\'\'", "\"\"\"", "'", "\""].into_iter().find(|quote| written.starts_with(quote));
    let Some(quote) = quote.filter(|quote| quote.starts_with('\'') || !written.contains('\\')) else {
        return value.clone();
    };
    let body = written.get(quote.len()..).unwrap_or_default();
    // The line end right after three quotes is no part of the value.
    let skipped = match quote.len() {
        3 if body.starts_with("\r\n") => 2,
        3 if body.starts_with('\n') => 1,
        _ => 0,
    };
    let start = value.start + quote.len() + skipped;
    start + part.start..start + part.end
}

/// The tables of an array of tables.
pub(super) fn tables<'t, 'i>(
    key: &str,
    value: &'t Spanned<DeValue<'i>>,
    file: &mut Reading<'_>,
) -> Vec<(&'t DeTable<'i>, Range<usize>)> {
    let mut tables = Vec::new();
    let many = match value.get_ref() {
        DeValue::Array(many) => many.iter().collect(),
        _ => vec![value],
    };
    let is_list = matches!(value.get_ref(), DeValue::Array(_));
    for one in many {
        match one.get_ref() {
            DeValue::Table(table) if is_list => tables.push((table, one.span())),
            other => {
                let what = format!("`{key}` is a list of tables, not {}", article(other));
                let help = format!("Write [[{key}]], with two brackets, above each.");
                file.wrong(one.span(), what, "here", &help);
            }
        }
    }
    tables
}

/// A string.
pub(super) fn text<'t>(
    key: &str,
    value: &'t Spanned<DeValue<'_>>,
    file: &mut Reading<'_>,
) -> Option<&'t str> {
    if let DeValue::String(text) = value.get_ref() {
        return Some(text);
    }
    let what = format!("`{key}` is a string, not {}", article(value.get_ref()));
    file.wrong(value.span(), what, "not a string", &format!("Write {key} = \"…\"."));
    None
}

/// A list of strings.
pub(super) fn texts(key: &str, value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> Vec<String> {
    let DeValue::Array(list) = value.get_ref() else {
        let what = format!("`{key}` is a list of strings, not {}", article(value.get_ref()));
        file.wrong(value.span(), what, "not a list", &format!("Write {key} = [\"…\", \"…\"]."));
        return Vec::new();
    };
    let mut texts = Vec::new();
    for item in list.iter() {
        if let DeValue::String(text) = item.get_ref() {
            texts.push(text.clone().into_owned());
        } else {
            let what = format!("`{key}` is a list of strings; this is {}", article(item.get_ref()));
            file.wrong(item.span(), what, "not a string", "Put it in quotes.");
        }
    }
    texts
}

/// A date.
pub(super) fn date(value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> Option<Date> {
    let read = |value: &DeValue<'_>| {
        let date = value.as_datetime()?.date?;
        Date::new(date.year.try_into().ok()?, date.month.try_into().ok()?, date.day.try_into().ok()?).ok()
    };
    let date = read(value.get_ref());
    if date.is_none() {
        let what = format!("`expires` is a date, not {}", article(value.get_ref()));
        file.wrong(value.span(), what, "not a date", "Write expires = 2027-01-31, without quotes.");
    }
    date
}
