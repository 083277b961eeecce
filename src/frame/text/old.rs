//! A state's block as Salt printed it until 2014.1 (`salt.output.highstate` of 0.17).
//!
//! ```text
//! ----------
//!     State: - pkg
//!     Name:      wget
//!     Function:  installed
//!         Result:    True
//!         Comment:   The following packages were installed/updated: wget.
//!         Changes:   wget: { new : 1.12-1.4.el6       raw: goes on at column 0
//! old :
//! }
//! ```
//!
//! Pastes have lost the blanks before the labels, and behind the colons, as often as not. Nothing but another block, a
//! Summary or the end tells where comment and changes end: both are raw.

use super::colour::strip;
use super::lines::{Lines, Peek, blank};
use super::walks::starts_run;
use super::{log, marks};

/// The line below the dashes.
pub(super) fn state(line: &[u8]) -> bool {
    if !line.contains(&0x1b) && !line.trim_ascii_start().starts_with(b"State: - ") {
        return false;
    }
    let line = strip(line);
    line.trim_ascii().strip_prefix(b"State: - ").is_some_and(|name| {
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    })
}

/// Where the block that begins at `at` ends, and whether it came as far as its changes.
pub(super) fn end(lines: &Lines<'_>, at: usize) -> Option<(usize, bool)> {
    let Peek::Line(first, mut end) = lines.peek(at) else { return None };
    // The whole block may be indented, and so is what follows it.
    let column = first.iter().take_while(|byte| **byte == b' ').count();
    let (mut at, mut named, mut whole) = (end, false, false);
    loop {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some((end, whole)),
        };
        if blank(line) {
            at = next;
            continue;
        }
        let outer = &line[line.iter().take(column).take_while(|byte| **byte == b' ').count()..];
        let below = |is: fn(&[u8]) -> bool| match lines.peek(next) {
            Peek::Line(below, _) => Some(is(below) || is(below.trim_ascii_start())),
            Peek::More => None,
            Peek::End => Some(false),
        };
        let over = match () {
            () if marks::rule(outer) => below(state)?,
            () if marks::summary(outer) => below(|below| below.starts_with(b"----------"))?,
            () if marks::only_colour(line) => below(marks::summary)?,
            () if marks::terse(line) => true,
            // What a command says, or another minion: raw text would hardly begin so.
            () if whole => {
                log::prefix(line).is_some()
                    || marks::notice(line)
                    || marks::header(line).is_some() && starts_run(lines, next, 0, true)?
            }
            () => false,
        };
        if over {
            return Some((end, whole));
        }
        let plain = strip(line);
        let text = plain.trim_ascii_start();
        named |= text.starts_with(b"Result:");
        whole |= named && text.starts_with(b"Changes:");
        (at, end) = (next, next);
    }
}
