//! Text as XML takes it: what XML 1.0 does not allow at all becomes something to read, the rest is escaped.

use super::plain::plain;

/// Plain lines, escaped for content and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(plain).collect();
    let text: String =
        lines.join("\n").chars().map(|c| if is_no_character(c) { '\u{fffd}' } else { c }).collect();
    quick_xml::escape::escape(text).into_owned()
}

/// U+FFFE and U+FFFF; controls were made plain, surrogates are no text.
fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}
