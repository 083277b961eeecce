//! The lines of a text that are worth showing: the first say what it is about, the last what went wrong.

use std::borrow::Cow;

/// Longer lines are cut.
const LONGEST: usize = 600;

/// At most `head` first and `tail` last lines, and between them how many are left out. Blank lines are not shown.
pub(in crate::report) fn excerpt(text: &str, head: usize, tail: usize) -> Vec<Cow<'_, str>> {
    // Salt puts some `\r` behind `\n`.
    let lines = || text.lines().map(|line| line.trim_matches('\r')).filter(|line| !line.trim().is_empty());
    let count = lines().count();
    // A note about one line left out takes a line itself.
    if count <= head + tail + 1 {
        return lines().map(cut).collect();
    }
    let mut shown: Vec<_> = lines().take(head).map(cut).collect();
    shown.push(Cow::Owned(more(count - head - tail, "line")));
    let at = shown.len();
    shown.extend(lines().rev().take(tail).map(cut));
    if let Some(last) = shown.get_mut(at..) {
        last.reverse();
    }
    shown
}

/// That there is more, and how much.
pub(super) fn more(count: usize, what: &str) -> String {
    format!("... {count} more {what}{}", if count == 1 { "" } else { "s" })
}

/// The last line that says something: of a traceback, the exception.
pub(in crate::report) fn last_line(text: &str) -> Cow<'_, str> {
    cut(text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default())
}

/// A line short enough to show.
pub(in crate::report) fn cut(line: &str) -> Cow<'_, str> {
    cut_to(line, LONGEST)
}

/// At most so many characters of a line.
pub(in crate::report) fn cut_to(line: &str, most: usize) -> Cow<'_, str> {
    match line.char_indices().nth(most) {
        None => Cow::Borrowed(line),
        Some((at, _)) => Cow::Owned(format!("{}...", line.get(..at).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, last_line};

    #[test]
    fn first_and_last_lines_and_a_number() {
        assert_eq!(excerpt("a\n\nb\nc\n", 1, 1), ["a", "b", "c"]);
        assert_eq!(excerpt("a\nb\nc\nd\ne\n", 1, 2), ["a", "... 2 more lines", "d", "e"]);
        assert_eq!(excerpt("a\nb\nc\n", 0, 1), ["... 2 more lines", "c"]);
        assert_eq!(excerpt("", 3, 3), [""; 0]);
    }

    #[test]
    fn the_last_line_is_the_exception() {
        assert_eq!(last_line("Traceback:\n  File\nValueError: no\n\n"), "ValueError: no");
    }

    #[test]
    fn no_line_is_endless() {
        assert_eq!(excerpt(&"x".repeat(100_000), 1, 1)[0].len(), 603);
    }
}
