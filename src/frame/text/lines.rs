//! A window of input as lines, some of which may not have arrived.

use super::{Beyond, Window, marks};

/// The window as lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines<'w> {
    pub(super) window: &'w [u8],
    pub(super) ends: Window<'w>,
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
        match self.ends.line_end(at) {
            Some(end) => Peek::Line(&self.window[at..end], end + 1),
            None if self.beyond == Beyond::More => Peek::More,
            None => match self.window.get(at..) {
                None | Some([]) => Peek::End,
                Some(rest) => Peek::Line(rest, self.window.len()),
            },
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

    /// The window's lines; `beyond` it is what is said.
    pub(super) fn new(ends: Window<'w>, beyond: Beyond) -> Self {
        Lines { window: ends.bytes(), ends, beyond }
    }

    /// Behind the lines from `at` on that carry at least `margin` blanks and have arrived: the content of a field.
    ///
    /// The loop that most bytes of a log pass through: for each line one comparison, and one step in the index.
    pub(super) fn content(&self, mut at: usize, margin: usize) -> usize {
        while indented(&self.window[at..], margin) {
            match self.ends.line_end(at) {
                Some(end) => at = end + 1,
                None => break,
            }
        }
        at
    }
}

/// Columns by which content is indented in a run that is not nested.
pub(in super::super) const CONTENT: usize = 14;

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
pub(in super::super) fn blank(line: &[u8]) -> bool {
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
