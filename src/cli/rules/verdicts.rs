//! What is not clean in a capture, a line each: what `.expect` files hold.
//!
//! `VERDICT  MINION  FUNCTION  ID-or-NAME  RULE`, two blanks between; what is absent is `-`. A message has its kind in
//! place of the function, a Summary the word `summary`. Control characters are spelled out, so a line is a line.

use crate::record::{Class, Record, Text};
use crate::report::{Seen, one_line};

/// The line of this record, unless it is clean.
pub(super) fn line(seen: &Seen<'_, '_>) -> Option<String> {
    if seen.verdict.class == Class::Clean {
        return None;
    }
    let (function, name) = match seen.record {
        Record::State(state) => {
            let named = [&state.id, &state.name].into_iter().find_map(text);
            (text(&state.function), named)
        }
        Record::Message(message) => (Some(message.kind.word().to_owned()), None),
        Record::Summary(_) => (Some("summary".to_owned()), None),
        Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => return None,
    };
    let absent = || "-".to_owned();
    let rule = seen.verdict.rule.map(|rule| rule.id.clone());
    let minion = text(&seen.record.at().minion);
    let columns = [minion, function, name, rule].map(|column| column.unwrap_or_else(absent));
    Some(format!("{}  {}", seen.verdict.class.word(), columns.join("  ")).trim_end().to_owned())
}

fn text(text: &Option<Text<'_>>) -> Option<String> {
    let text = text.as_ref()?.get();
    (!text.trim().is_empty()).then(|| one_line(text.trim()).into_owned())
}
