//! What stands at one key of the changes, found without reading the others: rules ask for `retcode`, and the output of
//! the command stands beside it.

use super::json::{Members, read};
use crate::frame::{DEEPEST, display_value};
use crate::record::{ByKey, Found, Value};

/// In the nested display below a block's label.
pub(super) static IN_TEXT: ByKey = ByKey { find: find_in_text, read: read_text };

/// In a JSON object.
pub(super) static IN_JSON: ByKey = ByKey { find: find_in_json, read: |raw, _| Some(read(raw)) };

/// Looks at how each line is indented. What is not plainly a key or below one is unclear, and so is colour.
///
/// What is found begins with the line end behind the key, so that no line and an empty line are not the same.
fn find_in_text(raw: &[u8], margin: u16, key: &str) -> Found {
    let margin = usize::from(margin);
    let mut ends = memchr::memchr_iter(b'\n', raw);
    let Some(mut end) = ends.next() else { return Found::Unclear };
    if !raw[..end].trim_ascii().is_empty() || memchr::memchr(0x1b, raw).is_some() {
        return Found::Unclear;
    }
    let mut found = None;
    let mut open = false;
    let (mut in_mapping, mut has_key) = (false, false);
    for next in ends.chain([raw.len()]) {
        let (line, start) = (&raw[end + 1..next], end + 1);
        end = next;
        let Some(inner) = within(line, margin) else { return Found::Unclear };
        if !in_mapping {
            if inner != b"----------" {
                return Found::Unclear;
            }
            in_mapping = true;
        } else if inner.first().is_none_or(|byte| *byte == b' ') {
            let is_value = inner.starts_with(b"    ") || inner.iter().all(|byte| *byte == b' ');
            if !is_value || !has_key {
                return Found::Unclear;
            }
        } else {
            let Some(name) = inner.strip_suffix(b":") else { return Found::Unclear };
            has_key = true;
            if open {
                found = found.map(|range: std::ops::Range<usize>| range.start..start - 1);
                open = false;
            }
            if name == key.as_bytes() {
                if found.is_some() {
                    return Found::Unclear;
                }
                (found, open) = (Some(next..raw.len()), true);
            }
        }
    }
    found.map_or(Found::Nothing, Found::At)
}

/// A line without its margin; nothing of a blank one.
#[inline]
fn within(line: &[u8], margin: usize) -> Option<&[u8]> {
    match line.split_first_chunk::<14>() {
        Some((blanks, inner)) if margin == 14 && blanks == &[b' '; 14] => return Some(inner),
        _ => {}
    }
    match line.split_at_checked(margin) {
        Some((blanks, inner)) if blanks.iter().all(|byte| *byte == b' ') => Some(inner),
        _ => line.trim_ascii().is_empty().then_some(&[]),
    }
}

fn read_text(raw: &[u8], margin: u16) -> Option<Value> {
    let deeper = usize::from(margin) + 4;
    let Some((_, first)) = raw.split_at_checked(1 + deeper) else {
        return raw.is_empty().then(|| Value::String(String::new()));
    };
    let is_structure = [b"----------".as_slice(), b"- ", b"|_"].iter().any(|it| first.starts_with(it));
    let text = std::str::from_utf8(raw).ok()?.strip_prefix('\n')?;
    if is_structure {
        let inner = |line| str::get(line, usize::from(margin)..).unwrap_or_default();
        let lines: Vec<&str> = text.split('\n').map(inner).collect();
        return Some(display_value(&lines, 4, DEEPEST - 1));
    }
    let mut value = String::with_capacity(text.len());
    let mut at = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        if at > 0 {
            value.push('\n');
        }
        value.push_str(text.get(at + deeper..end).unwrap_or_default());
        at = end + 1;
    }
    Some(Value::String(value))
}

fn find_in_json(raw: &[u8], _: u16, key: &str) -> Found {
    if raw.first() != Some(&b'{') {
        return Found::Unclear;
    }
    let mut members = Members::of(raw);
    let mut found = Found::Nothing;
    while let Some((name, value)) = members.next() {
        if name.contains(&b'\\') {
            return Found::Unclear;
        }
        if name == key.as_bytes() {
            found = Found::At(members.at - value.len()..members.at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{IN_JSON, IN_TEXT};
    use crate::decode::{json, nested};
    use crate::record::{Changes, Found, Value};
    use proptest::prelude::*;

    /// What is found by key is what stands there when all is read, or it is unclear. True if it is clear.
    fn agrees(changes: Changes<'_>) -> bool {
        let all = changes.clone();
        let mut clear = false;
        for key in ["a", "b", "c d", "----------"] {
            let whole = all.get().get(key);
            match changes.find(key) {
                Found::Nothing => assert_eq!(None, whole, "{key}"),
                Found::At(range) => match changes.part(range) {
                    Some(part) => assert_eq!(Some(&part), whole, "{key}"),
                    None => continue,
                },
                Found::Unclear => continue,
            }
            clear = true;
        }
        clear
    }

    /// Changes as text: pieces of them, in any order, indented in any way.
    fn lines() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a:",
            "b:",
            "c d:",
            "----------",
            "    v",
            "    - x",
            "    |_",
            "        y: z",
            "    ----------",
            "    a:",
            "        1",
            "",
            "  ",
            "no key",
            "\tb:",
            "[INFO    ] x",
            "    \u{e9}",
        ]);
        let indent = prop_oneof![8 => Just(14_usize), 1 => Just(0), 1 => Just(12)];
        let line = (indent, piece).prop_map(|(indent, piece)| format!("\n{:indent$}{piece}", ""));
        prop::collection::vec(line, 0..9).prop_map(|lines| lines.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_key_of_text_holds_what_it_holds_when_all_is_read(begin in "( {0,2}|x|\n {14}----------\n {14}a:)", lines in lines()) {
            let raw = [begin, lines].concat();
            agrees(Changes::literally(raw.as_bytes(), 14, nested::changes).by_key(&IN_TEXT));
        }

        #[test]
        fn a_key_of_json_holds_what_it_holds_when_all_is_read(
            members in prop::collection::vec(("(a|b|c d|\u{e9})", "[a\"\\\\{}\u{e9}]{0,5}"), 0..5),
            cut in 0_usize..80,
        ) {
            let members = members.iter().map(|(key, text)| format!("{:?}: {}", key, Value::from(text.as_str())));
            let raw = format!("{{{}}}", members.collect::<Vec<_>>().join(", "));
            let raw = raw.get(..cut.min(raw.len())).filter(|_| cut < 20).unwrap_or(&raw);
            agrees(Changes::literally(raw.as_bytes(), 0, |raw, _| json::read(raw)).by_key(&IN_JSON));
        }
    }

    #[test]
    fn usual_changes_are_clear() {
        let text = "   \n              ----------\n              a:\n                  0\n              c d:\n              z:\n                  x\n\n                  y";
        assert!(agrees(Changes::literally(text.as_bytes(), 14, nested::changes).by_key(&IN_TEXT)));
        let json = br#"{"a": 0, "b": {"c d": [1, "x"]}}"#;
        assert!(agrees(Changes::literally(json, 0, |raw, _| json::read(raw)).by_key(&IN_JSON)));
    }
}
