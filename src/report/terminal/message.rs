//! A message as a person reads it: what it is about in one line, its first and its last lines below.

use std::borrow::Cow;

use anstyle::Style;

use super::excerpt::{cut_to, excerpt, last_line};
use super::finding::{elsewhere, headline, place};
use super::sheet::{BODY, BOLD, PLAIN, Sheet};
use crate::record::{Kind, Message};
use crate::report::Seen;
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
    // A Jinja error shows its place at the end, a traceback its exception.
    for line in excerpt(below, 4, 6) {
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
