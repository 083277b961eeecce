//! A message as a person reads it: what it is about in one line, its first and its last lines below.

use std::borrow::Cow;

use anstyle::Style;

use super::excerpt::{cut_to, excerpt, last_line};
use super::finding::{elsewhere, headline, place};
use super::sheet::{BODY, BOLD, PLAIN, Sheet};
use super::source::{self, quoted};
use crate::record::{Kind, Message};
use crate::report::Seen;
use crate::report::states::Source;
use crate::report::words::words;

/// A message of one line is shown up to so many characters.
const HEADLINE: usize = 240;

/// A message that needs eyes.
pub(super) fn full(
    sheet: &mut Sheet<'_>,
    (sign, style): (&str, Style),
    section: Option<&str>,
    seen: &Seen<'_, '_>,
    message: &Message<'_>,
) {
    let text = words(&message.text);
    let on = elsewhere(section, &message.at);
    let place = place(seen.file, message.at.line);
    let logger = message.logger.as_ref().map(words).unwrap_or_default();
    let kind = kind(message);
    let on = if logger.is_empty() { on } else { format!("  ({logger}){on}") };
    let one_line = text.trim().lines().count() <= 1;
    let mut below: &str = &text;
    if let Some(says) = &seen.says() {
        headline(sheet, (sign, style), &[(style, says), (PLAIN, &on)], &place);
    } else if one_line {
        let kind = format!("{kind}  ");
        headline(
            sheet,
            (sign, style),
            &[(style, &kind), (PLAIN, &cut_to(text.trim(), HEADLINE)), (PLAIN, &on)],
            &place,
        );
        return;
    } else if is_traceback(message, &text) {
        let kind = format!("{kind}  ");
        headline(sheet, (sign, style), &[(style, &kind), (BOLD, &last_line(&text)), (PLAIN, &on)], &place);
        below = text.trim_end().rsplit_once('\n').map_or("", |(above, _)| above);
    } else {
        headline(sheet, (sign, style), &[(style, &kind), (PLAIN, &on)], &place);
    }
    // The place that Salt names in its tree is a file in ours.
    let look = sheet.look;
    let ours = look.states.as_ref().and_then(|states| states.source_of_message(&text));
    match (quoted(below), ours) {
        (Some((before, source, behind)), ours) => {
            lines(sheet, before, 3, 3);
            let place = ours.and_then(|ours| ours.place);
            let (is_file, place) = (place.is_some(), place.or(source.place));
            source::show(sheet, "", &Source { place, is_file, ..source });
            lines(sheet, behind, 0, 2);
        }
        (None, Some(source)) => {
            lines(sheet, below, 4, 6);
            source::show(sheet, "", &source);
        }
        // A traceback shows its exception at the end.
        (None, None) => lines(sheet, below, 4, 6),
    }
}

fn lines(sheet: &mut Sheet<'_>, text: &str, head: usize, tail: usize) {
    for line in excerpt(text, head, tail) {
        let inset = line.len() - line.trim_start_matches(' ').len();
        sheet.line(BODY, inset.min(16) + 2, &[(PLAIN, &line)]);
    }
}

/// What kind of message it is, in words.
pub(in crate::report) fn kind(message: &Message<'_>) -> Cow<'static, str> {
    match message.kind {
        Kind::Compile => "did not compile".into(),
        Kind::Return => "returned no states".into(),
        Kind::Ssh => "salt-ssh".into(),
        Kind::Log => message.level.map_or("logged".into(), |level| format!("logged {}", level.word()).into()),
        Kind::Traceback => "traceback".into(),
        Kind::Notice => "notice".into(),
    }
}

pub(in crate::report) fn is_traceback(message: &Message<'_>, text: &str) -> bool {
    message.kind == Kind::Traceback || text.contains("Traceback (most recent call last)")
}
