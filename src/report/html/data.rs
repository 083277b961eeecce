//! JSON that may stand inside a page: no byte of it can end the element that holds it.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Appends `value`, with `<`, `>`, `&`, U+2028 and U+2029 in their escapes.
pub(super) fn json<T: Serialize>(to: &mut Vec<u8>, value: &T) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(to, InPage))?)
}

struct InPage;

impl Formatter for InPage {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| must_be_escaped(*c)) {
            to.write_all(rest.get(..at).unwrap_or_default().as_bytes())?;
            write!(to, "\\u{:04x}", u32::from(c))?;
            rest = rest.get(at + c.len_utf8()..).unwrap_or_default();
        }
        to.write_all(rest.as_bytes())
    }
}

fn must_be_escaped(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::json;

    proptest::proptest! {
        #[test]
        fn it_reads_back_and_never_ends_its_element(text: String) {
            let text = format!("</script>{text}<!--\u{2028}");
            let mut out = Vec::new();
            json(&mut out, &[&text]).unwrap();
            assert_eq!(serde_json::from_slice::<[String; 1]>(&out).unwrap(), [text]);
            let out = String::from_utf8(out).unwrap();
            assert!(!out.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        }
    }
}
