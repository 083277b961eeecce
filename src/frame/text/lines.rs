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

/// Behind the first line end whose next line does not begin like content: its first or its 14th column is no blank.
/// Where there is none, an offset short of the end up to which there is none.
///
/// Whole strides without a hit are the rule, and the comparison of one has no branch: so that it becomes vector
/// instructions. What a hit means is the caller's to find out.
fn outdent(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(stride) = bytes.get(at..at + STRIDE + CONTENT) {
        let (line, first, last) = (&stride[..STRIDE], &stride[1..=STRIDE], &stride[CONTENT..]);
        let mut hits = 0_u8;
        for index in 0..STRIDE {
            let outdented = (first[index] != b' ') | (last[index] != b' ');
            hits |= u8::from((line[index] == b'\n') & outdented);
        }
        if hits != 0 {
            let hit = (0..STRIDE)
                .find(|index| line[*index] == b'\n' && (first[*index] != b' ' || last[*index] != b' '));
            return at + hit.map_or(0, |hit| hit + 1);
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
