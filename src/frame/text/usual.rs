//! The blocks that nearly all of a log is, framed in one straight pass: each label in its place, every field but
//! comment and changes on one line, and behind it the next block or the Summary. What is not so is left to the careful
//! [`Walk`](super::block::Walk), which comes to the same.

use super::block::{ESCAPED, Field, Label, Labels};
use super::lines::{CONTENT, Lines};

/// An SGR sequence as Salt paints fields with: `ESC[0;32m`.
type Paint = [u8; 7];
/// What ends it.
const PLAIN: &Paint = b"\x1b[0;0m\n";
const RULE: &[u8; 11] = b"----------\n";

/// The fields of a usual block of a run that is not nested, and where it ends; `None` for any other, and where not all
/// of it has arrived.
#[inline]
pub(super) fn usual(lines: &Lines<'_>, start: usize) -> Option<(Labels, usize)> {
    let here = lines.window.get(start..)?;
    if here.starts_with(RULE) {
        return block::<false>(lines, start, start + RULE.len(), b"       ");
    }
    let (paint, rest) = here.split_first_chunk::<7>()?;
    let is_paint = paint.starts_with(b"\x1b[0;3") && paint.ends_with(b"m");
    if !is_paint || !rest.starts_with(&RULE[..10]) || !rest[10..].starts_with(PLAIN) {
        return None;
    }
    block::<true>(lines, start, start + 7 + 10 + 7, paint)
}

fn block<const PAINTED: bool>(
    lines: &Lines<'_>,
    start: usize,
    behind_rule: usize,
    paint: &Paint,
) -> Option<(Labels, usize)> {
    let window = lines.window;
    // Behind the label, if it stands here.
    let value = |at: usize, label: &[u8; 14]| -> Option<usize> {
        let here = window.get(at..)?;
        if !PAINTED {
            return (here.first_chunk()? == label).then_some(at + 14);
        }
        let (blanks, rest) = here.split_first_chunk::<4>()?;
        let painted = blanks == b"    " && rest.starts_with(paint) && rest[7..].starts_with(&label[4..]);
        painted.then_some(at + 21)
    };
    let mut labels = Labels::default();
    labels.coloured = PAINTED;
    // Takes the field that begins at this value; where the next line begins.
    let mut take = |label: Label, value: usize| -> Option<usize> {
        let end = lines.ends.line_end(value)?;
        *labels.field(label) = Field { start: (value - start) as u32, end: (end - start) as u32 };
        Some(end + 1)
    };
    let mut at = behind_rule;
    at = take(Label::Id, value(at, b"          ID: ")?)?;
    at = take(Label::Function, value(at, b"    Function: ")?)?;
    if let Some(name) = value(at, b"        Name: ") {
        at = take(Label::Name, name)?;
    }
    at = take(Label::Result, value(at, b"      Result: ")?)?;
    let comment = value(at, b"     Comment: ")?;
    if window[comment..].starts_with(ESCAPED) {
        return None;
    }
    at = take(Label::Comment, comment)?;
    let commented = lines.content(at, CONTENT);
    at = commented;
    if let Some(started) = value(at, b"     Started: ") {
        at = take(Label::Started, started)?;
        at = take(Label::Duration, value(at, b"    Duration: ")?)?;
    }
    let below = take(Label::Changes, changes::<PAINTED>(window.get(at..)?, paint)? + at)?;
    let end = lines.content(below, CONTENT);
    // A mapping; what else stands here is a nested run, or odd.
    let mapping = |below: &[u8]| match PAINTED {
        false => below.starts_with(RULE),
        true => below.get(7..).is_some_and(|it| it.starts_with(&RULE[..10])) && below.first() == Some(&0x1b),
    };
    if end > below && !mapping(&window[below + CONTENT..]) {
        return None;
    }
    if !follows::<PAINTED>(&window[end..]) {
        return None;
    }
    labels.field(Label::Comment).end = (commented - 1 - start) as u32;
    labels.field(Label::Changes).end = (end - 1 - start) as u32;
    Some((labels, end))
}

/// Behind the label of the changes, which is painted whole.
fn changes<const PAINTED: bool>(here: &[u8], paint: &Paint) -> Option<usize> {
    const LABEL: &[u8; 14] = b"     Changes: ";
    if !PAINTED {
        return (here.first_chunk()? == LABEL).then_some(14);
    }
    (here.starts_with(paint) && here[7..].starts_with(LABEL)).then_some(21)
}

/// Does another block begin here, or a Summary?
fn follows<const PAINTED: bool>(here: &[u8]) -> bool {
    if !PAINTED {
        return here.starts_with(b"----------\n          ID: ") || here.starts_with(b"\nSummary for ");
    }
    let Some((paint, rest)) = here.split_first_chunk::<8>() else { return false };
    if !paint.starts_with(b"\x1b[0;3") || paint[6] != b'm' {
        return false;
    }
    let rule = paint[7] == b'-' && rest.starts_with(b"---------\x1b[0;0m\n    \x1b[0;3");
    let id = || rest.get(27..).is_some_and(|it| it.starts_with(b"      ID: "));
    rule && id() || paint[7] == b'\n' && rest.starts_with(b"Summary for ")
}
