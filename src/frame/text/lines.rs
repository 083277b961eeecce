//! A window of input as lines, some of which may not have arrived.

use super::{Beyond, marks};

/// The window as lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines<'w> {
    pub(super) window: &'w [u8],
    pub(super) beyond: Beyond,
}

/// What stands at an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peek<'w> {
    /// A line without its line end, and the offset behind it.
    Line(&'w [u8], usize),
    /// The line has not arrived, or not whole.
    More,
    /// The window ends here, and nothing follows that could be waited for.
    End,
}

impl<'w> Lines<'w> {
    /// The line that begins at `at`. Where nothing follows the window its last line counts as whole.
    pub(super) fn peek(&self, at: usize) -> Peek<'w> {
        let rest = self.window.get(at..).unwrap_or_default();
        match memchr::memchr(b'\n', rest) {
            Some(end) => Peek::Line(&rest[..end], at + end + 1),
            None if self.beyond == Beyond::More => Peek::More,
            None if rest.is_empty() => Peek::End,
            None => Peek::Line(rest, self.window.len()),
        }
    }

    /// The first line from `at` that is not blank, and where it begins.
    pub(super) fn peek_text(&self, mut at: usize) -> (usize, Peek<'w>) {
        loop {
            match self.peek(at) {
                Peek::Line(line, next) if blank(line) => at = next,
                other => return (at, other),
            }
        }
    }

    /// Does a JSON document begin at this line, behind which `next` is? `None`: more must be read to tell.
    pub(super) fn begin_json(&self, line: &[u8], next: usize) -> Option<bool> {
        let following = self.window.get(next..).unwrap_or_default();
        match marks::json(line, following) {
            None if self.beyond != Beyond::More => Some(false),
            answer => answer,
        }
    }

    /// Behind the lines from `at` on that carry at least `margin` blanks and have arrived: the content of a field.
    ///
    /// The loop that most bytes of a log pass through. At the margin of a run that is not nested it is a
    /// [vector scan](outdent), else one search for a line end and one comparison a line.
    pub(super) fn content(&self, mut at: usize, margin: usize) -> usize {
        if margin == CONTENT && indented(&self.window[at..], margin) {
            let hit = at + outdent(&self.window[at..]);
            // The scan stops short of the window's end; the line that it stopped in is looked at below.
            at += memchr::memrchr(b'\n', &self.window[at..hit]).map_or(0, |end| end + 1);
        }
        loop {
            let rest = &self.window[at..];
            if !indented(rest, margin) {
                return at;
            }
            match memchr::memchr(b'\n', rest) {
                Some(end) => at += end + 1,
                None => return at,
            }
        }
    }
}

/// Columns by which content is indented in a run that is not nested.
pub(super) const CONTENT: usize = 14;

/// How many bytes are compared in one step.
const STRIDE: usize = 64;

/// Behind the first line end that no content follows: fewer than [`CONTENT`] blanks. Where there is none, an offset
/// short of the end up to which there is none.
///
/// Whole strides without a hit are the rule, and the comparison of one has no branch: so that it becomes vector
/// instructions. Runs of blanks are found by doubling: 2, 4, 8, and 14 as 8 and 8 that overlap.
fn outdent(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(stride) = bytes.get(at..).and_then(|rest| rest.first_chunk::<{ STRIDE + CONTENT }>()) {
        let mut blank = [false; STRIDE + 13];
        for (index, blank) in blank.iter_mut().enumerate() {
            *blank = stride[index + 1] == b' ';
        }
        let mut two = [false; STRIDE + 12];
        for (index, two) in two.iter_mut().enumerate() {
            *two = blank[index] & blank[index + 1];
        }
        let mut four = [false; STRIDE + 10];
        for (index, four) in four.iter_mut().enumerate() {
            *four = two[index] & two[index + 2];
        }
        let mut eight = [false; STRIDE + 6];
        for (index, eight) in eight.iter_mut().enumerate() {
            *eight = four[index] & four[index + 4];
        }
        let hit = |index: usize| (stride[index] == b'\n') & !(eight[index] & eight[index + 6]);
        if (0..STRIDE).fold(false, |any, index| any | hit(index)) {
            return at + (0..STRIDE).find(|index| hit(*index)).map_or(0, |index| index + 1);
        }
        at += STRIDE;
    }
    at
}

/// As many blanks as the widest margin that is compared at once.
const BLANKS: [u8; 56] = [b' '; 56];

/// True if the bytes begin with so many blanks.
pub(super) fn indented(bytes: &[u8], margin: usize) -> bool {
    if margin == CONTENT {
        return bytes.first_chunk() == Some(&[b' '; CONTENT]);
    }
    match BLANKS.get(..margin) {
        Some(blanks) => bytes.starts_with(blanks),
        None => bytes.len() >= margin && bytes[..margin].iter().all(|byte| *byte == b' '),
    }
}

/// True if a line holds blanks at most.
pub(super) fn blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c))
}

/// A line without its margin; `None` if it does not have one. A blank line has any margin.
pub(super) fn within(line: &[u8], margin: usize) -> Option<&[u8]> {
    match margin {
        0 => Some(line),
        _ if indented(line, margin) => Some(&line[margin..]),
        _ if blank(line) => Some(&[]),
        _ => None,
    }
}

/// A line without the blanks at its end.
pub(super) fn trim_end(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::{CONTENT, Lines, indented, outdent};
    use crate::frame::Beyond;
    use proptest::prelude::*;

    /// Line by line, as the vector scan must answer.
    fn by_line(text: &[u8]) -> usize {
        let mut at = 0;
        while indented(&text[at..], CONTENT) {
            match text[at..].iter().position(|byte| *byte == b'\n') {
                Some(end) => at += end + 1,
                None => return at,
            }
        }
        at
    }

    proptest! {
        #[test]
        fn content_ends_where_it_does_line_by_line(
            lines in prop::collection::vec((0_usize..17, "[ a:\\-]{0,40}"), 0..30),
            cut in 0_usize..8,
        ) {
            let text: String = lines
                .iter()
                // Mostly content, so that the scan gets somewhere.
                .map(|(indent, text)| format!("{:1$}{text}\n", "", if *indent < 12 { 14 } else { *indent }))
                .collect();
            let text = &text.as_bytes()[..text.len().saturating_sub(cut)];
            let lines = Lines { window: text, beyond: Beyond::More };
            prop_assert_eq!(lines.content(0, CONTENT), by_line(text));
        }

        #[test]
        fn a_hit_is_the_first(bytes in prop::collection::vec(prop_oneof![4 => Just(b' '), 1 => Just(b'\n'), 1 => Just(b'x')], 0..400)) {
            let hit = outdent(&bytes);
            let outdented = |at: &usize| bytes[*at] == b'\n' && !indented(&bytes[at + 1..], CONTENT);
            let limit = bytes.len().saturating_sub(CONTENT);
            let first = (0..limit).find(outdented);
            match first {
                Some(first) => prop_assert!(hit == first + 1 || hit <= first && hit + 64 + CONTENT > bytes.len()),
                None => prop_assert!(hit <= bytes.len()),
            }
        }
    }
}
