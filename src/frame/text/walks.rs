//! Where each kind of unit ends, but for blocks. Every function answers `None` if more must be read to tell.

use super::block::{Label, any_label};
use super::lines::{Lines, Peek, blank, trim_end, within};
use super::telling::is_shifted;
use super::{colour, foreign, log, marks, terse};

/// Within how many lines a block's Result stands, where its Name is not a program.
pub(super) const HEAD_LINES: usize = 24;

/// How far a command's output in a log is looked through for its end, in bytes.
const CAPTURE_LIMIT: usize = 256 * 1024;

/// How many lines a name in a user's own format may take.
const NAME_LINES: usize = 64;

/// Does a run stand below a header, from `next` on? `strict`: among raw text, only what can hardly be anything else.
pub(super) fn starts_run(lines: &Lines<'_>, next: usize, margin: usize, strict: bool) -> Option<bool> {
    let (below, behind) = match lines.peek(next) {
        Peek::Line(below, behind) => (below, behind),
        Peek::More => return None,
        Peek::End => return Some(!strict),
    };
    if blank(below) || marks::only_colour(below) {
        // Nothing but hidden states: a Summary follows the empty line.
        return Some(match lines.peek_text(behind).1 {
            Peek::More => return None,
            // Cut inside the line below: what it would have said is not known.
            Peek::End => !strict && !lines.window.ends_with(b"\n"),
            Peek::Line(line, _) => {
                within(line, margin).is_some_and(|line| {
                    // Markdown took the dashes of the first block for a rule.
                    let bare = !strict && matches!(any_label(line), Some((Label::Id, _)));
                    marks::summary(line) || marks::only_colour(line) || bare
                })
            }
        });
    }
    let Some(below) = within(below, margin) else { return Some(!strict && margin > 0) };
    let states = marks::rule(below)
        || marks::terse(below)
        || marks::warnings(below)
        || marks::compile(below)
        || terse::is_tabular(below)
        || marks::unordered(below);
    let value = match strict {
        true => {
            let value = below[colour::sgr(below)..].strip_prefix(b"    ").unwrap_or_default();
            value.starts_with(b"Minion did not return")
                || marks::rule(value)
                || terse::is_close(below.trim_ascii_start())
        }
        // A value, a format of the user's own, or another header: then this minion returned nothing.
        false => {
            marks::value(below)
                || terse::is_custom(below.trim_ascii_start())
                || marks::header(below).is_some()
        }
    };
    Some(states || value)
}

/// Does this line begin something that raw text (a log entry, a compile error) does not go on through?
fn breaks(lines: &Lines<'_>, line: &[u8], next: usize, margin: usize, shape: log::Shape) -> Option<bool> {
    if marks::rule(line) {
        return is_block(lines, next, margin);
    }
    if log::ends_entry(line, shape) || marks::notice(line) || marks::ssh(line) || marks::begins(line) {
        return Some(true);
    }
    if marks::pseudo(line) || marks::python_warning(line) || lines.begin_json(line, next)? {
        return Some(true);
    }
    if margin == 0 && foreign::breaks(lines, line, next)? {
        return Some(true);
    }
    if marks::header(line).is_some() {
        return starts_run(lines, next, margin, true);
    }
    Some(false)
}

/// Below dashes in raw text: a block, with a Result, and not an exception's text that looks like the start of one?
fn is_block(lines: &Lines<'_>, mut at: usize, margin: usize) -> Option<bool> {
    for _ in 0..HEAD_LINES {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(false),
        };
        let inner = within(line, margin).unwrap_or_default();
        if matches!(any_label(inner), Some((Label::Result, _))) {
            return Some(true);
        }
        at = next;
    }
    Some(false)
}

/// Is this line the dashes of a block, whose ID stands below, and not a name's?
pub(super) fn begins_block(lines: &Lines<'_>, line: &[u8], next: usize, margin: usize) -> Option<bool> {
    if !marks::rule(line) {
        return Some(false);
    }
    Some(match lines.peek(next) {
        Peek::More => return None,
        Peek::End => true,
        Peek::Line(below, _) => {
            let below = within(below, margin).unwrap_or_default();
            matches!(any_label(below), Some((Label::Id, _)))
        }
    })
}

/// Terse, behind the line at `at`: `Some(None)` if no line ends it.
pub(super) fn terse_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<Option<usize>> {
    let mut end = match lines.peek(at) {
        Peek::Line(first, next) if !terse::may_end(first) => here_document(lines, first, next)?.unwrap_or(at),
        _ => at,
    };
    loop {
        let (line, next) = match lines.peek(end) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(None),
        };
        let Some(inner) = within(line, margin) else { return Some(None) };
        if end > at
            && (marks::summary(inner) || marks::terse(inner) || begins_block(lines, inner, next, margin)?)
        {
            return Some(None);
        }
        // Tabular, the line that the warnings belong to is one of its own.
        if end > at && terse::is_tabular(inner) {
            return tabular_end(lines, end, margin);
        }
        if terse::may_end(line) && lines.window.get(at + margin..next).is_some_and(terse::is_whole) {
            return Some(Some(next));
        }
        end = next;
    }
}

/// A name that feeds a here-document (`cat <<'EOF'`) goes on to its delimiter, whatever it holds. Where that line
/// begins, or `Some(None)`.
fn here_document(lines: &Lines<'_>, first: &[u8], next: usize) -> Option<Option<usize>> {
    let Some(at) = memchr::memmem::rfind(first, b"<<") else { return Some(None) };
    let word = first[at + 2..].trim_ascii_start();
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let is_quote = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\\');
    let word = &word[word.iter().take_while(|byte| is_quote(byte)).count()..];
    let word = &word[..word.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()];
    let mut at = next;
    for _ in 0..if word.is_empty() { 0 } else { NAME_LINES * 8 } {
        match lines.peek(at) {
            Peek::Line(line, _) if line.trim_ascii() == word => return Some(Some(at)),
            Peek::Line(_, next) => at = next,
            Peek::More => return None,
            Peek::End => return Some(None),
        }
    }
    Some(None)
}

/// Tabular: the name comes last, and goes on until something else begins.
pub(super) fn tabular_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<Option<usize>> {
    let Peek::Line(first, mut end) = lines.peek(at) else { return None };
    // Painted, the line ends with its colour.
    let painted = first.contains(&0x1b);
    let ends = |line: &[u8]| trim_end(line).ends_with(b"\x1b[0;0m");
    if painted && ends(first) {
        return Some(Some(end));
    }
    if let Some(close) = here_document(lines, first, end)? {
        end = close;
    }
    loop {
        let (line, next) = match lines.peek(end) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(Some(end)),
        };
        if painted {
            end = next;
            if ends(line) {
                return Some(Some(end));
            }
            continue;
        }
        let Some(inner) = within(line, margin) else { return Some(Some(end)) };
        if blank(inner) {
            match lines.peek(next) {
                Peek::More => return None,
                Peek::Line(after, _) if within(after, margin).is_some_and(marks::summary) => {
                    return Some(Some(end));
                }
                Peek::End => return Some(Some(end)),
                Peek::Line(..) => {}
            }
        } else if terse::is_tabular(inner)
            || marks::summary(inner)
            || marks::terse(inner)
            || begins_block(lines, inner, next, margin)?
            || marks::warnings(inner)
            || log::prefix(inner).is_some()
            || marks::header(inner).is_some() && starts_run(lines, next, margin, false)?
        {
            return Some(Some(end));
        }
        end = next;
    }
}

/// A state in a user's own format, whose name takes several lines: the line that ends it.
pub(super) fn custom_end(lines: &Lines<'_>, mut at: usize, margin: usize) -> Option<Option<usize>> {
    for _ in 0..NAME_LINES {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(None),
        };
        let Some(inner) = within(line, margin) else { return Some(None) };
        if terse::is_custom(inner) {
            return Some(Some(next));
        }
        // An indented line that is a whole state by itself.
        let other = inner.starts_with(b" ") && terse::is_custom(inner.trim_ascii_start());
        let other = other || marks::summary(inner) || marks::terse(inner);
        if other
            || begins_block(lines, inner, next, margin)?
            || log::prefix(inner).is_some()
            || marks::notice(inner)
        {
            return Some(None);
        }
        at = next;
    }
    Some(None)
}

/// Salt's own count.
pub(super) fn summary_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<usize> {
    const KEYS: [&[u8]; 9] = [
        b"Succeeded:",
        b"Failed:",
        b"Success %:",
        b"Failure %:",
        b"Warnings:",
        b"Changed:",
        b"Not Run:",
        b"Total states run:",
        b"Total:",
    ];
    let goes_on = |line: &[u8]| {
        let line = colour::strip(line);
        KEYS.iter().any(|key| line.starts_with(key)) || line.starts_with(b"Total run time:")
    };
    let mut end = at;
    loop {
        let (line, next) = match lines.peek(end) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(end),
        };
        let Some(inner) = within(line, margin) else { return Some(end) };
        let plain = colour::strip(inner);
        let plain = trim_end(&plain);
        if plain.starts_with(b"Total run time:") {
            return Some(next);
        }
        let dashes = plain.len() >= 10 && plain.iter().all(|byte| *byte == b'-');
        // A block's dashes are ten; a Summary's are at least eleven, but for the oldest.
        let block = begins_block(lines, inner, next, margin)?;
        // Empty lines are left where its dashes were.
        if blank(plain) && end > at {
            match lines.peek_text(next).1 {
                Peek::More => return None,
                Peek::Line(line, _) if within(line, margin).is_some_and(goes_on) => {
                    end = next;
                    continue;
                }
                _ => return Some(end),
            }
        }
        let known = dashes && !block
            || KEYS.iter().any(|key| plain.starts_with(key))
            || end == at && marks::summary(inner)
            || marks::only_colour(inner)
            || marks::summary(inner) && only_colour_before(lines, at, end);
        if !known {
            return Some(end);
        }
        end = next;
    }
}

/// Does Salt's count stand here, behind empty lines at the most, and without its dashes?
pub(super) fn counts_below(lines: &Lines<'_>, next: usize, margin: usize) -> Option<bool> {
    Some(match lines.peek_text(next).1 {
        Peek::More => return None,
        Peek::End => false,
        Peek::Line(line, _) => {
            let count = within(line, margin).and_then(|line| line.strip_prefix(b"Succeeded: "));
            count.is_some_and(|count| count.trim_ascii_start().first().is_some_and(u8::is_ascii_digit))
        }
    })
}

/// Does this Summary tell how many states there were?
pub(super) fn has_total(summary: &[u8]) -> bool {
    [&b"Total states run:"[..], b"Total:"].iter().any(|key| {
        let at = memchr::memmem::rfind(summary, key).map(|at| at + key.len());
        at.is_some_and(|at| summary[at..].trim_ascii_start().first().is_some_and(u8::is_ascii_digit))
    })
}

fn only_colour_before(lines: &Lines<'_>, at: usize, end: usize) -> bool {
    lines.window.get(at..end).is_some_and(|before| marks::only_colour(before.trim_ascii()))
}

/// Does a compile error follow its heading?
pub(super) fn compile_follows(lines: &Lines<'_>, at: usize, margin: usize) -> Option<bool> {
    match lines.peek(at) {
        Peek::More => None,
        Peek::End => Some(false),
        Peek::Line(line, _) => Some(within(line, margin).is_some_and(marks::rule)),
    }
}

/// Below what may be a header, among compile errors and outside of their excerpts: a value that a minion returned, and
/// no YAML of an SLS?
pub(super) fn holds_value(lines: &Lines<'_>, next: usize, margin: usize) -> Option<bool> {
    let below = match lines.peek(next) {
        Peek::Line(below, _) => colour::unpaint(trim_end(within(below, margin).unwrap_or_default())),
        Peek::More => return None,
        Peek::End => return Some(false),
    };
    let Some(value) = below.strip_prefix(b"    ") else { return Some(false) };
    let listed = value
        .strip_prefix(b"- ")
        .is_some_and(|item| foreign::ERRORS.iter().any(|error| item.starts_with(error)));
    let yaml = value.starts_with(b" ")
        || value.starts_with(b"- ") && !listed
        || value.ends_with(b":")
        || value.starts_with(b"#");
    Some(!value.is_empty() && !yaml || value.trim_ascii_start() == b"Data failed to compile:")
}

/// One compile error, from its dashes on. Its text is raw: Jinja excerpts stand between two lines `---`.
pub(super) fn compile_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<usize> {
    let Peek::Line(first, mut end) = lines.peek(at) else { return None };
    let painted = first.contains(&0x1b) && !trim_end(first).ends_with(b"\x1b[0;0m");
    let mut excerpt = false;
    let mut at = end;
    loop {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(end),
        };
        if painted {
            if trim_end(line).ends_with(b"\x1b[0;0m") {
                return Some(next);
            }
            (at, end) = (next, next);
            continue;
        }
        let Some(inner) = within(line, margin) else { return Some(end) };
        if trim_end(inner) == b"---" {
            excerpt = !excerpt;
        } else if blank(inner) {
            at = next;
            continue;
        } else if !excerpt
            && (marks::rule(inner)
                || breaks(lines, inner, next, margin, log::Shape::Custom)?
                || marks::header(inner).is_some() && holds_value(lines, next, margin)?)
        {
            return Some(end);
        }
        (at, end) = (next, next);
    }
}

/// What a minion returned: the lines that are indented, and the raw end of a traceback among them.
pub(super) fn value_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<usize> {
    let (mut at, mut end) = (at, at);
    let mut raised = false;
    loop {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(end),
        };
        let Some(inner) = within(line, margin) else { return Some(end) };
        if blank(inner) {
            at = next;
            continue;
        }
        let traceback = memchr::memmem::find(inner, b"Traceback (most recent call last):").is_some();
        if !inner[colour::sgr(inner)..].starts_with(b" ") && !traceback {
            // The exception's own line, at column 0 where the outputter did not indent (before 3001).
            if !raised
                || breaks(lines, inner, next, margin, log::Shape::Custom)?
                || marks::header(inner).is_some()
            {
                return Some(end);
            }
            return Some(next);
        }
        if marks::terse(inner) {
            return Some(end);
        }
        raised |= traceback;
        (at, end) = (next, next);
    }
}

/// A log line or a traceback from `at`, with the lines that go on with it.
pub(super) fn entry_end(lines: &Lines<'_>, at: usize, margin: usize) -> Option<usize> {
    let Peek::Line(first, mut end) = lines.peek(at) else { return None };
    let prefix = log::prefix(first);
    let shape = prefix.as_ref().map_or(log::Shape::Custom, |prefix| prefix.shape);
    // What is told for debugging quotes whole files, and those can hold what Salt printed.
    let quotes = prefix.is_some_and(|prefix| matches!(prefix.level, b"DEBUG" | b"TRACE" | b"GARBAGE"));
    let mut at = end;
    let mut tracebacks = Tracebacks::default();
    tracebacks.see(first);
    if let Some(close) = bracket_end(lines, first, end)? {
        (at, end) = (close, close);
    }
    if let Some(close) = captured_end(lines, first, end)? {
        return Some(close);
    }
    loop {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(end),
        };
        if blank(line) {
            at = next;
            continue;
        }
        if margin > 0 && within(line, margin).is_some()
            || breaks(lines, line, next, 0, shape)?
            || !quotes && is_shifted(lines, line, next)?
            || !tracebacks.see(line)
        {
            return Some(end);
        }
        (at, end) = (next, next);
    }
}

/// `Running state [<name>] at time …`: a name of several lines, in which anything can stand, ends at the bracket.
/// `Some(None)` if there is no such name.
fn bracket_end(lines: &Lines<'_>, first: &[u8], next: usize) -> Option<Option<usize>> {
    let text = log::prefix(first).map_or(first, |prefix| &first[prefix.text..]);
    let open = memchr::memrchr(b'[', text).filter(|open| !text[*open..].contains(&b']'));
    let names =
        open.is_some_and(|open| text[..open].ends_with(b" state ") || text[..open].ends_with(b" for "));
    if !names {
        return Some(None);
    }
    let mut at = next;
    for _ in 0..NAME_LINES * 8 {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => return Some(None),
        };
        if log::ends_entry(line, log::Shape::Custom) {
            return Some(None);
        }
        if line.contains(&b']') {
            return Some(Some(next));
        }
        at = next;
    }
    Some(None)
}

/// `[DEBUG   ] stdout: …`: what a command printed, in which anything can stand, up to the entry that Salt writes next
/// (`salt.modules.cmdmod`). `Some(None)` if this is no such entry, or none follows.
fn captured_end(lines: &Lines<'_>, first: &[u8], next: usize) -> Option<Option<usize>> {
    const CAPTURES: [&[u8]; 3] = [b"stdout: ", b"stderr: ", b"output: "];
    const BEHIND: [&[u8]; 6] =
        [b"{", b"retcode: ", b"stdout: ", b"stderr: ", b"output: ", b"Completed state ["];
    let begins = |line: &[u8], with: &[&[u8]]| {
        log::prefix(line).is_some_and(|prefix| with.iter().any(|text| line[prefix.text..].starts_with(text)))
    };
    if !begins(first, &CAPTURES) {
        return Some(None);
    }
    let shape = log::prefix(first).map_or(log::Shape::Custom, |prefix| prefix.shape);
    let mut at = next;
    while at - next < CAPTURE_LIMIT {
        match lines.peek(at) {
            Peek::Line(line, _) if log::ends_entry(line, shape) => {
                return Some(begins(line, &BEHIND).then_some(at));
            }
            Peek::Line(_, next) => at = next,
            Peek::More => return None,
            Peek::End => return Some(None),
        }
    }
    Some(None)
}

/// Where one traceback ends and another begins: Python prints a crash once more behind Salt's own log entry of it.
#[derive(Default)]
struct Tracebacks {
    seen: bool,
    raised: bool,
    chained: bool,
}

impl Tracebacks {
    /// Takes the next line; false if it begins another traceback.
    fn see(&mut self, line: &[u8]) -> bool {
        if marks::traceback(line) {
            if self.seen && !self.chained {
                return false;
            }
            (self.seen, self.raised, self.chained) = (true, false, false);
        } else if self.seen && !line.starts_with(b" ") {
            self.chained = line.starts_with(b"During handling of the above exception")
                || line.starts_with(b"The above exception was the direct cause");
            self.raised = true;
        }
        true
    }
}

/// A Python warning, whose second line shows the code.
pub(super) fn warning_end(lines: &Lines<'_>, next: usize) -> Option<usize> {
    match lines.peek(next) {
        Peek::More => None,
        Peek::Line(code, behind) if code.starts_with(b"  ") && !blank(code) && !marks::terse(code) => {
            Some(behind)
        }
        _ => Some(next),
    }
}

/// What a command says: a line, or a line with what belongs to it.
pub(super) fn notice_end(lines: &Lines<'_>, at: usize, next: usize) -> Option<usize> {
    let rest = &lines.window[at..];
    let mut end = next;
    let goes_on: fn(&[u8]) -> bool = if marks::unordered(rest) {
        // `pprint` of the return: a mapping over several lines.
        |line| line.starts_with(b"{") || line.starts_with(b" {") || line.starts_with(b" ")
    } else if rest.starts_with(b"Executing job with jid") {
        marks::long_rule
    } else {
        return Some(next);
    };
    loop {
        match lines.peek(end) {
            Peek::More => return None,
            Peek::Line(line, behind) if goes_on(line) && !blank(line) && !marks::begins(line) => end = behind,
            _ => return Some(end),
        }
    }
}

/// The table of `--summary`: up to its third line of dashes.
pub(super) fn table_end(lines: &Lines<'_>, next: usize) -> Option<usize> {
    let (mut end, mut rules) = (next, 1);
    loop {
        let (line, behind) = match lines.peek(end) {
            Peek::Line(line, behind) => (line, behind),
            Peek::More => return None,
            Peek::End => return Some(end),
        };
        let is_rule = marks::long_rule(line);
        if !(is_rule || marks::summary(line) || line.starts_with(b"# of ")) {
            return Some(end);
        }
        rules += usize::from(is_rule);
        end = behind;
        if rules == 3 {
            return Some(end);
        }
    }
}

/// A question of salt-ssh: up to `[Y/n] `, behind which the next thing stands on the same line.
pub(super) fn prompt_end(lines: &Lines<'_>, at: usize, next: usize) -> Option<usize> {
    const ANSWER: &[u8] = b"[Y/n] ";
    let answer = |from: usize, line: &[u8], behind: usize| {
        if line.len() > ANSWER.len() { from + ANSWER.len() } else { behind }
    };
    if lines.window[at..].starts_with(ANSWER) {
        let Peek::Line(line, behind) = lines.peek(at) else { return None };
        return Some(answer(at, line, behind));
    }
    match lines.peek(next) {
        Peek::More => None,
        Peek::Line(line, behind) if line.starts_with(ANSWER) => Some(answer(next, line, behind)),
        _ => Some(next),
    }
}
