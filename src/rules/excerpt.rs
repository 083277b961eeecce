//! The place in a rule file, where its lines are too long to be shown whole: a pattern can have a million characters.

use std::ops::Range;

/// So many bytes of a line are shown.
const LINE: usize = 160;

/// A text with as many lines above the place, of which only the line before it, its own and the next hold anything, and
/// no more than can be shown; and where the place is in it. None where the text can be shown as it is.
pub(super) fn excerpt(text: &str, span: Range<usize>) -> Option<(String, Range<usize>)> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let (above, rest) = text.split_at_checked(start)?;
    let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
    let (before, below) = (above.lines().next_back().unwrap_or(""), below.lines().next().unwrap_or(""));
    if [before, line, below].iter().all(|line| line.len() <= LINE) {
        return None;
    }
    let mut out = "\n".repeat(above.matches('\n').count().saturating_sub(1));
    if !above.is_empty() {
        out.extend([cut(before, 0..LINE).as_str(), "\n"]);
    }
    let at = span.start - start;
    let from = if at < LINE / 2 { 0 } else { at - LINE / 4 };
    let from = boundary(line, from);
    let place = out.len() + at - from + if from > 0 { "…".len() } else { 0 };
    let len = span.len().min(LINE / 2);
    out.extend([cut(line, from..from + LINE).as_str(), "\n", cut(below, 0..LINE).as_str()]);
    let end = boundary(&out, place + len);
    Some((out, place..end))
}

/// These bytes of a line, with a sign where there is more.
fn cut(line: &str, shown: Range<usize>) -> String {
    let end = boundary(line, shown.end);
    let piece = line.get(shown.start..end).unwrap_or_default();
    let more = |is: bool| if is { "…" } else { "" };
    format!("{}{piece}{}", more(shown.start > 0), more(end < line.len()))
}

/// The last place up to this one that is in no character.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn what_is_long_is_cut_around_the_place() {
        let long = "ä".repeat(1000);
        for (text, what) in [
            (format!("a\nb\nx = '{long}'\nc\n"), "x"),
            (format!("x = '{long}!{long}'\r\nc"), "!"),
            (format!("a\n# {long}\nx = 1"), "x"),
            (format!("x = '{long}'"), "x"),
        ] {
            let at = text.find(what).unwrap();
            let (cut, place) = excerpt(&text, at..at + 1).unwrap();
            assert_eq!(cut.get(place.clone()), Some(what), "{cut}");
            assert!(cut.len() < 800);
            let lines = |text: &str| text.matches('\n').count();
            assert_eq!(lines(&cut[..place.start]), lines(&text[..at]));
            let whole = excerpt(&text, at..text.len()).unwrap();
            assert!(whole.1.len() <= 100);
        }
        assert_eq!(excerpt("a\nb = 1\n", 2..3), None);
        assert_eq!(excerpt("", 0..0), None);
    }
}
