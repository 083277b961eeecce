//! What the search for wrappers (`frame::wrapped`) asks of a line: is it one of Salt's own, and where in it would one begin?

use std::borrow::Cow;

use super::super::wrapped;
use super::begin::Begin;
use super::block::{self, Label};
use super::lines::{Lines, Peek, blank, indented};
use super::walks::HEAD_LINES;
use super::{Framer, colour, log, marks, old, terse};

/// One of Salt's own lines, which stands at column 0.
pub(in super::super) fn is_structure(line: &[u8]) -> bool {
    let label = !line.starts_with(b"              ") && is_label(line);
    let said = marks::notice(line) || log::prefix(line).is_some_and(|prefix| prefix.is_salts());
    label || said || marks::begins(line) || marks::header(line).is_some()
}

/// A line that begins with a block's label.
pub(in super::super) fn is_label(line: &[u8]) -> bool {
    block::label(line, false).is_some()
}

/// One of Salt's own lines where its blanks show that nothing is missing and nothing too much.
pub(in super::super) fn is_natural(line: &[u8]) -> bool {
    let label = block::label(line, false).map(|(label, _)| label);
    // The others are words at the beginning of a line, shifted by 4 or 8.
    matches!(label, Some(Label::Id | Label::Result | Label::Comment | Label::Changes)) || marks::terse(line)
}

/// What Salt's commands say about the run.
pub(in super::super) fn is_notice(line: &[u8]) -> bool {
    marks::notice(line)
}

/// The name of a minion with its colon.
pub(in super::super) fn is_header(line: &[u8]) -> bool {
    marks::header(line).is_some()
}

/// A line of Salt's that begins with a clock: a table's row, or an entry of a log file.
pub(in super::super) fn is_timed(line: &[u8]) -> bool {
    let told = |prefix: &log::Prefix<'_>| prefix.logger.is_some() || prefix.pid.is_some();
    let entry = log::prefix(line).is_some_and(|prefix| prefix.is_salts() && told(&prefix));
    entry || terse::is_tabular(line)
}

/// A row of a table.
pub(in super::super) fn is_tabular(line: &[u8]) -> bool {
    terse::is_tabular(line)
}

/// A line that begins with the word of a block's label, with the label's blanks before it.
pub(in super::super) fn aligned(line: &[u8]) -> Option<Vec<u8>> {
    block::LABELS.iter().find_map(|(text, _)| {
        let behind = line.strip_prefix(text.trim_ascii_start())?.strip_prefix(b":")?;
        (behind.is_empty() || behind[0] == b' ').then(|| [&text[..], b":", behind].concat())
    })
}

/// Where in a line a block's label begins, its blanks included.
pub(in super::super) fn label_within(line: &[u8]) -> Option<usize> {
    block::LABELS.iter().find_map(|(text, _)| {
        let word = text.trim_ascii_start();
        memchr::memmem::find_iter(line, word).find_map(|at| {
            let from = at.checked_sub(text.len() - word.len())?;
            is_label(&line[from..]).then_some(from)
        })
    })
}

impl Framer {
    /// Is what begins here worth a look whether something lies around it? `None`: more must be read to tell.
    pub(super) fn is_odd(&self, begin: Begin, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
        let marked = line.ends_with(b"$");
        Some(match begin {
            Begin::Nothing => wrapped::tells(line),
            // A clock before a line of the console: perhaps there is one before every line.
            Begin::Log
                if log::prefix(line).is_some_and(|prefix| prefix.time.is_some() || !prefix.is_salts())
                    && !is_timed(line) =>
            {
                true
            }
            // Where an entry ends only the lines below tell: so they can be waited for.
            Begin::Log | Begin::Traceback => marked || is_spaced(lines, next)?,
            Begin::Notice => marked,
            // What a minion returned was shifted, its header was not.
            Begin::Return => {
                let plain = colour::strip(line);
                let inner = plain.trim_ascii_start();
                let rule = marks::rule(inner);
                let compile = plain.starts_with(b"     ") && inner.starts_with(b"Data failed to compile:");
                let below = match lines.peek(next) {
                    Peek::Line(below, _) if rule || compile => colour::strip(below),
                    Peek::More if rule || compile => return None,
                    _ => Cow::Borrowed(&[][..]),
                };
                // A minion can return these words, too; then no error's dashes follow.
                let deep = compile && marks::rule(below.trim_ascii());
                let shifted =
                    deep || marks::unordered(inner) || terse::is_tabular(inner) || marks::terse(inner);
                shifted || rule && (old::state(&below) || label_within(&below).is_some_and(|at| at > 0))
            }
            // A colon in a name: more likely there is something before it.
            Begin::Header => marks::header(line).is_some_and(|name| name.contains(&b':')),
            Begin::Custom => memchr::memmem::find(line, b" - Function: ").is_some(),
            // Salt writes no blanks behind the dashes: someone filled up the lines.
            Begin::Block => line.ends_with(b" ") && marks::rule(line),
            _ => false,
        })
    }
}

/// Is there an empty line behind this one, and behind the next?
fn is_spaced(lines: &Lines<'_>, next: usize) -> Option<bool> {
    let mut at = next;
    for empty in [true, false, true] {
        match lines.peek(at) {
            Peek::Line(line, next) if blank(line) == empty => at = next,
            Peek::More => return None,
            _ => return Some(false),
        }
    }
    Some(true)
}

/// Does this line of raw text hold a whole state, or a document of them, behind something?
fn is_told(line: &[u8]) -> bool {
    let find = |word: &[u8]| memchr::memmem::find(line, word);
    let terse = find(b" - Result: ").is_some_and(|result| {
        let (name, function) = (find(b"Name: "), find(b" - Function: "));
        name.is_some_and(|name| function.is_some_and(|function| name < function && function < result))
    });
    terse || find(b"_|-").is_some() && wrapped::holds_states(line)
}

/// Do the lines below this one make it the beginning of a return behind something: a minion's header, a Summary, a brace?
fn is_told_below(lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
    let summary = memchr::memmem::find(line, b"Summary for ").is_some();
    let header = line.ends_with(b":");
    let brace = line.ends_with(b"{") && !line.contains(&b'"');
    if !(summary || header || brace) {
        return Some(false);
    }
    let mut at = next;
    for _ in 0..if brace { 3 } else { 1 } {
        let (raw, behind) = match lines.peek(at) {
            Peek::Line(raw, behind) => (raw, behind),
            Peek::More => return None,
            Peek::End => break,
        };
        let below = colour::strip(raw);
        let below = below.trim_ascii_end();
        let keyed = memchr::memmem::find(below, b"_|-").is_some();
        let told = match () {
            () if summary => below.ends_with(b"-----------"),
            () if brace => keyed && below.contains(&b'"'),
            () => {
                let silent = memchr::memmem::find(below, b"    Minion did not return").is_some();
                is_told(below) || silent || keyed && below.ends_with(b":")
            }
        };
        if told {
            return Some(true);
        }
        at = behind;
    }
    Some(false)
}

/// Do states begin at this line of raw text, or right below it, with something before each line? They are no text.
pub(super) fn is_shifted(lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
    let plain = colour::strip(line);
    let plain = plain.trim_ascii_end();
    let shift = plain.iter().take_while(|byte| **byte == b' ').count();
    if (1..=8).contains(&shift) && log::prefix(&plain[shift..]).is_some_and(|prefix| prefix.time.is_none()) {
        // Not one line that a command printed: what follows is shifted, too.
        return match lines.peek(next) {
            Peek::Line(below, _) => Some(indented(below, shift) && !blank(below)),
            Peek::More => None,
            Peek::End => Some(false),
        };
    }
    if is_told(plain) || is_told_below(lines, plain, next)? {
        return Some(true);
    }
    if !(plain.ends_with(b"----------") || plain.ends_with(b":")) {
        return Some(false);
    }
    let (mut rule, mut behind) = (plain.to_vec(), next);
    if !plain.ends_with(b"-") {
        match lines.peek(next) {
            Peek::Line(below, after) => {
                (rule, behind) = (colour::strip(below).trim_ascii_end().to_vec(), after)
            }
            Peek::More => return None,
            Peek::End => return Some(false),
        }
    }
    let compile = rule.strip_suffix(b"    Data failed to compile:").map(<[u8]>::len);
    if compile.is_some_and(|shift| shift > 0) {
        return Some(true);
    }
    let Some(shift) = rule.strip_suffix(b"----------").map(<[u8]>::len).filter(|shift| *shift > 0) else {
        return Some(false);
    };
    // A diff shows such lines, too: only with a Result they are a state.
    let (mut wanted, mut at) = (&b"          ID: "[..], behind);
    for _ in 0..HEAD_LINES {
        let (below, next) = match lines.peek(at) {
            Peek::Line(below, next) => (colour::strip(below), next),
            Peek::More => return None,
            Peek::End => break,
        };
        // A clock may be longer by a digit.
        match memchr::memmem::find(&below, wanted).is_some_and(|at| at.abs_diff(shift) <= 1) {
            true if wanted.ends_with(b"Result: ") => return Some(true),
            true => wanted = b"      Result: ",
            // Lines of others may stand in between, where several write to one log.
            false if wanted.ends_with(b"ID: ") && below.starts_with(&rule[..shift]) => break,
            false => {}
        }
        at = next;
    }
    Some(false)
}
