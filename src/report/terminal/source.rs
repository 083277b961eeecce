//! Source in a frame, as compilers show it: the template that Salt quotes in an error, or the lines of an SLS file.
//!
//! Salt (`salt.utils.stringutils.get_context`) quotes five lines on each side of the wrong one, between `---`, and marks it
//! with an arrow; which line it is stands in the words before. Here they get their numbers, and fewer of them are shown.

use super::sheet::{ALARM, BODY, BOLD, LABEL, PLAIN, Sheet, WHERE};
use crate::report::states::Source;

/// So many lines are shown on each side of the marked one.
const BESIDE: usize = 3;
/// What Salt puts behind the wrong line.
const MARK: &str = "    <======================";
/// The frame around a quotation.
const FRAME: &str = "---";
/// Salt quotes no more lines than this, on each side.
const QUOTED: usize = 12;

/// What Salt quotes in an error, and what it says before and behind it.
pub(super) fn quoted(text: &str) -> Option<(&str, Source<'_>, &str)> {
    let at = text.find(MARK)?;
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    // Up to the frame's upper edge, line by line.
    let mut above = Vec::new();
    let mut upper = start;
    loop {
        let end = upper.checked_sub(1)?;
        upper = text[..end].rfind('\n').map_or(0, |end| end + 1);
        match &text[upper..end] {
            FRAME => break,
            _ if above.len() == QUOTED => return None,
            line => above.push(line),
        }
    }
    above.reverse();
    let mut behind = text[start..].split_inclusive('\n');
    let marked = behind.next()?;
    let (mut below, mut lower) = (Vec::new(), start + marked.len());
    for line in behind {
        lower += line.len();
        match line.trim_end_matches(['\r', '\n']) {
            FRAME => break,
            _ if below.len() == QUOTED => return None,
            line => below.push(line),
        }
    }
    let before = &text[..upper];
    let number = line_number(before);
    let is_source = |line: &&str| *line != "[...]";
    let above: Vec<&str> = above.into_iter().filter(is_source).collect();
    let above = &above[above.len().saturating_sub(BESIDE)..];
    let first = number.and_then(|number| number.checked_sub(above.len() as u64)).filter(|first| *first > 0);
    let mut lines = above.to_vec();
    lines.push(&text[start..at]);
    // Salt takes what it wrote into its own message for the template, sometimes.
    let is_template = |line: &&str| !line.starts_with("Traceback (most recent call last)");
    lines.extend(below.into_iter().filter(is_source).take(BESIDE).take_while(is_template));
    while lines.len() > above.len() + 1 && lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let place =
        sls(before).map(|sls| number.map_or_else(|| sls.to_owned(), |number| format!("{sls}:{number}")));
    Some((before, Source { place, is_file: false, first, lines, marked: Some(above.len()) }, &text[lower..]))
}

/// The last `line 12` of these words.
fn line_number(words: &str) -> Option<u64> {
    let digits = |(at, _): (usize, &str)| {
        let rest = &words[at + "line ".len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    words.rmatch_indices("line ").find_map(digits)
}

/// `base:web.app` of `Rendering SLS 'base:web.app' failed: …`
fn sls(words: &str) -> Option<&str> {
    words.split_once("SLS '")?.1.split_once('\'').map(|(sls, _)| sls).filter(|sls| !sls.contains('\n'))
}

/// The lines in their frame, beside what they are.
pub(super) fn show(sheet: &mut Sheet<'_>, label: &str, source: &Source<'_>) {
    let (corner, side, foot) =
        if sheet.look.unicode { ("╭─[", "│", "╰─") } else { (",-[", "|", "`-") };
    let column = if label.is_empty() { BODY } else { BODY + LABEL };
    let last = source.first.map(|first| first + source.lines.len() as u64 - 1);
    let digits = last.map_or(1, |last| last.to_string().len());
    if let Some(place) = &source.place {
        let corner = format!("{:digits$}   {corner}", "");
        let label = if column == BODY { String::new() } else { format!("{label:LABEL$}") };
        let style = if source.is_file { WHERE } else { PLAIN };
        let hang = label.len() + digits + 6;
        sheet.line(BODY, hang, &[(PLAIN, &label), (WHERE, &corner), (style, place), (WHERE, "]")]);
    }
    for (at, line) in source.lines.iter().enumerate() {
        let number = source.first.map(|first| (first + at as u64).to_string()).unwrap_or_default();
        let marked = source.marked == Some(at);
        let sign = if marked { ">" } else { " " };
        let gutter = format!("{sign} {number:>digits$} {side} ");
        let styles = if marked { (ALARM, BOLD) } else { (WHERE, PLAIN) };
        // Salt's own sign, which steps speak of.
        let sign = if marked { "    <======" } else { "" };
        sheet.line(column, digits + 8, &[(styles.0, &gutter), (styles.1, line.trim_end()), (styles.0, sign)]);
    }
    let foot = format!("{:digits$}   {foot}", "");
    sheet.line(column, 0, &[(WHERE, &foot)]);
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn the_marked_line_gets_its_number() {
        let text = "Rendering SLS 'base:web' failed: Jinja variable 'x' is undefined; line 9\n\n---\n[...]\na\nb\nc\nd\n\
                    e: {{ x }}    <======================\n\n[...]\n---\nTraceback";
        let (before, source, after) = quoted(text).expect("it is quoted");
        assert!(before.ends_with("line 9\n\n"));
        assert_eq!((source.first, source.marked, after), (Some(6), Some(3), "Traceback"));
        assert_eq!(source.lines, ["b", "c", "d", "e: {{ x }}"]);
        assert_eq!(source.place.as_deref(), Some("base:web:9"));
    }

    #[test]
    fn what_is_no_quotation_is_none() {
        for text in ["", "---", "a    <======================", "\n    <======================\n---\n"] {
            assert!(quoted(text).is_none(), "{text}");
        }
        let long = format!("---\n{}x    <======================\n---\n", "line\n".repeat(1000));
        assert!(quoted(&long).is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(pieces in proptest::collection::vec("(---|\n|line 3|é|    <======================|SLS ')", 0..40)) {
            let text = pieces.concat();
            if let Some((before, source, after)) = quoted(&text) {
                assert!(text.starts_with(before) && text.ends_with(after));
                assert!(source.marked.is_some_and(|marked| marked < source.lines.len()));
            }
        }
    }
}
