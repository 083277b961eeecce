//! Text from the input made safe to show: what a terminal or a CI log would obey becomes something to read.
//!
//! Reports for people pass every piece of text through [`plain`]. Reports for programs do not: their format has its
//! own escapes, and content is data there.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Terminals' own default, and Python's in tracebacks.
const TAB: usize = 8;

/// One line of text without control: C0, C1, DEL and bidirectional controls become `\x1b` or `\u{202e}`, line ends
/// `\n`, tabs blanks up to the next stop, and `##[…]` and `##vso[…]`, which CI systems obey anywhere in a line, lose
/// their first `#` to `\x23`.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(must_change) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for (at, c) in text.char_indices() {
        let before = out.len();
        match c {
            '\t' => out.extend(std::iter::repeat_n(' ', TAB - column % TAB)),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '#' if text.get(at..).is_some_and(is_ci_command) => out.push_str("\\x23"),
            // Writing to a String does not fail.
            c if must_change(c) && c.is_ascii() => drop(write!(out, "\\x{:02x}", u32::from(c))),
            c if must_change(c) => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
        column += out.len() - before;
    }
    Cow::Owned(out)
}

/// What must not come through as it is. Besides controls: what turns text round (U+061C, U+200E … U+202E, U+2066 …
/// U+2069), what ends lines (U+2028, U+2029), and the mark that is nothing to see (U+FEFF).
pub(super) fn must_change(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `##[group]` (GitHub), `##vso[…]` (Azure), `##teamcity[…]`.
fn is_ci_command(text: &str) -> bool {
    text.strip_prefix("##")
        .is_some_and(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn controls_are_shown_and_not_obeyed() {
        assert_eq!(plain("\u{1b}[31mred\u{7}\0\u{7f}"), r"\x1b[31mred\x07\x00\x7f");
        assert_eq!(plain("\u{9b}31m \u{85}"), r"\u{9b}31m \u{85}");
        assert_eq!(plain("a\r\nb"), r"a\r\nb");
    }

    #[test]
    fn text_cannot_be_turned_round() {
        for c in
            ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{2028}']
        {
            assert_eq!(plain(&format!("a{c}b")), format!("a\\u{{{:x}}}b", u32::from(c)));
        }
    }

    #[test]
    fn tabs_reach_the_next_stop() {
        assert_eq!(plain("\ta\tb"), "        a       b");
        assert_eq!(plain("12345678\tx"), "12345678        x");
    }

    #[test]
    fn ci_commands_are_broken_and_comments_are_not() {
        assert_eq!(plain("x ##[add-path]/evil"), r"x \x23#[add-path]/evil");
        assert_eq!(plain("##vso[task.setvariable]"), r"\x23#vso[task.setvariable]");
        assert_eq!(plain("## Managed by Salt"), "## Managed by Salt");
    }

    #[test]
    fn what_is_plain_already_is_not_copied() {
        assert!(matches!(plain("Größe: 漢字, ✓"), std::borrow::Cow::Borrowed(_)));
    }
}
