//! JSON that stays harmless when somebody looks at it: what a terminal would obey is written as an escape.
//!
//! JSON itself asks for C0, the quote and the backslash only; DEL, C1 and bidirectional controls mean the same as `\u202e`.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::plain::must_change;

/// Appends a value on one line.
pub(super) fn to_writer(to: &mut Vec<u8>, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(to, Visible))
}

struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all there is: one look by the word.
        if fragment.is_ascii() && memchr::memchr(0x7f, fragment.as_bytes()).is_none() {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        let mut done = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| must_change(*c)) {
            writer.write_all(&fragment.as_bytes()[done..at])?;
            // All of them are in the first plane.
            write!(writer, "\\u{:04x}", u32::from(c))?;
            done = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[done..])
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn controls_are_escapes_and_the_value_is_the_same() {
        let text = "a\u{7f}b\u{9b}31m\u{202e}\u{2028}é漢\u{1b}\"\\ \u{feff}end";
        let mut json = Vec::new();
        super::to_writer(&mut json, &text).unwrap();
        let json = String::from_utf8(json).unwrap();
        assert_eq!(json, r#""a\u007fb\u009b31m\u202e\u2028é漢\u001b\"\\ \ufeffend""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
