//! How lines begin that mean something: one predicate for each, on a line whose margin is taken off.

use std::borrow::Cow;

use super::colour::{sgr, strip};
use super::lines::{blank, trim_end};

/// The line of ten dashes that begins a block, and each compile error.
pub(super) fn rule(line: &[u8]) -> bool {
    let line = &line[sgr(line)..];
    line.starts_with(b"----------") && plain(line) == b"----------"
}

/// The first line of Salt's count: `Summary for web1`, before 2015.8 `Summary`.
pub(super) fn summary(line: &[u8]) -> bool {
    let line = &line[sgr(line)..];
    line.starts_with(b"Summary") && (line.starts_with(b"Summary for ") || plain(line) == b"Summary")
}

/// The minion that Salt's count is of, where it names one.
pub(super) fn counted(summary: &[u8]) -> Option<Cow<'_, str>> {
    let at = memchr::memmem::find(summary, b"Summary for ")? + 12;
    let line = summary[at..].split(|byte| *byte == b'\n').next()?;
    Some(String::from_utf8_lossy(super::colour::unpaint(trim_end(line))))
}

/// The first line of a state on one line, in Salt's own form.
pub(super) fn terse(line: &[u8]) -> bool {
    line.starts_with(b"  Name: ")
        || (line.starts_with(b" \x1b[") && line[1 + sgr(&line[1..])..].starts_with(b" Name: "))
        || old_terse(line)
}

/// Until 2014.1 one blank stood before it, and pastes have lost that one.
fn old_terse(line: &[u8]) -> bool {
    let line = line.strip_prefix(b" ").unwrap_or(line);
    let line = &line[sgr(line)..];
    line.starts_with(b"Name: ") && memchr::memmem::find(line, b" - Function: ").is_some()
}

/// The line above a terse line whose state has warnings.
pub(super) fn warnings(line: &[u8]) -> bool {
    let line = &line[sgr(line)..];
    line.starts_with(b"Warnings:") && plain(line) == b"Warnings:"
}

/// A line that begins something, whatever it stands in (but for raw text).
pub(super) fn begins(line: &[u8]) -> bool {
    rule(line) || summary(line) || terse(line)
}

/// The minion that a header names: `web1:` at column 0. What stands below decides whether it is one.
pub(super) fn header(line: &[u8]) -> Option<&[u8]> {
    let line = trim_end(line);
    let line = match line.first()? {
        0x1b => super::colour::unpaint(line),
        _ => line,
    };
    let name = line.strip_suffix(b":")?;
    // The nested outputter paints the name, and not the colon.
    let name = name.strip_suffix(b"\x1b[0;0m").unwrap_or(name);
    let possible = !name.is_empty()
        && name.len() <= 255
        && name
            .iter()
            .all(|byte| *byte > b' ' && *byte != 0x7f && !matches!(byte, b'{' | b'}' | b'"' | b'\''));
    // Salt prints these in the same form, and they are no minions (`salt.output`, batch mode, help).
    (possible && !matches!(name, b"retcode" | b"jid" | b"Usage" | b"after")).then_some(name)
}

/// A line that begins as a table's row does.
pub(super) fn marked(line: &[u8]) -> bool {
    line.first().is_some_and(|byte| b"|*+=>~;!".contains(byte))
}

/// `retcode:` or `jid:` as batch mode prints them, like a minion.
pub(super) fn pseudo(line: &[u8]) -> bool {
    matches!(plain(line).as_slice(), b"retcode:" | b"jid:")
}

/// The line above a list of compile errors.
pub(super) fn compile(line: &[u8]) -> bool {
    line.starts_with(b"    ") && plain(&line[4..]) == b"Data failed to compile:"
}

/// A value below a header, indented by 4; its colour stands before the blanks.
pub(super) fn value(line: &[u8]) -> bool {
    let line = &line[sgr(line)..];
    line.starts_with(b"    ") && !blank(line)
}

/// What Salt's commands say about the run, on a line of its own.
pub(super) fn notice(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 18] = [
        b"Executing run on ",
        b"Executing job with jid ",
        b"Executed command with job ID: ",
        b"jid: ",
        b"retcode: ",
        b"No minions matched the target",
        b"No targets were matched",
        b"ERROR: Minions returned with non-zero exit code",
        b"ERROR: No return received",
        b"ERROR: Specified ext pillar",
        b"Salt request timed out.",
        b"Failed to authenticate!",
        b"Authentication error occurred.",
        b"Authorization error occurred.",
        b"Batch run stopped",
        b"Passed invalid arguments",
        b"Authentication failure of type ",
        b"Unable to sign_in to master: ",
    ];
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)) || no_job(line) || unordered(line)
}

/// What the outputter says of a return that was put together wrong (`salt.output.highstate._format_host`).
pub(super) fn unordered(line: &[u8]) -> bool {
    line.starts_with(b"The State execution failed to record the order in which all states were executed.")
}

/// `Minion web1 did not respond. No job will be sent.`
pub(super) fn no_job(line: &[u8]) -> bool {
    line.starts_with(b"Minion ") && trim_end(line).ends_with(b"did not respond. No job will be sent.")
}

/// What salt-ssh says or asks outside of a host's return.
pub(super) fn ssh(line: &[u8]) -> bool {
    line.starts_with(b"Permission denied for host ")
        || line.starts_with(b"Host key verification failed.")
        || line.starts_with(b"[Y/n] ")
        // What stood around it is not shown.
        || line.trim_ascii() == b"Failed to return clean data"
}

/// The first line of a traceback, perhaps behind Salt's words for it (`Exception occurred in runner x: Traceback …`).
pub(super) fn traceback(line: &[u8]) -> bool {
    const WORDS: &[u8] = b"Traceback (most recent call last):";
    const BEFORE: [&[u8]; 2] = [b"Exception occurred in ", b"The minion function caused an exception: "];
    line.starts_with(WORDS)
        || BEFORE.iter().any(|before| line.starts_with(before)) && trim_end(line).ends_with(WORDS)
}

/// A warning of Python's own: `/opt/…/payload.py:27: DeprecationWarning: …`.
pub(super) fn python_warning(line: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(line, b"Warning: ") else { return false };
    let before = &line[..at];
    let Some(space) = memchr::memrchr(b' ', before) else { return false };
    let Some(place) = before[..space].strip_suffix(b":") else { return false };
    let digits = place.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && place[..place.len() - digits].ends_with(b".py:")
}

/// A line that begins a JSON document: a brace, and behind it a key or the other brace. `None`: neither is here yet.
pub(super) fn json(line: &[u8], following: &[u8]) -> Option<bool> {
    let Some(rest) = line.strip_prefix(b"{") else { return Some(false) };
    let first = rest.iter().chain(following).find(|byte| !byte.is_ascii_whitespace());
    first.map(|first| matches!(first, b'"' | b'}'))
}

/// Dashes around the words of `--summary` and of `-v`.
pub(super) fn long_rule(line: &[u8]) -> bool {
    let line = trim_end(line);
    line.len() > 20 && line.iter().all(|byte| *byte == b'-')
}

/// A line that holds colour and nothing else, as stands above a painted Summary.
pub(super) fn only_colour(line: &[u8]) -> bool {
    line.first() == Some(&0x1b) && blank(&strip(line))
}

/// The line without colour, and without blanks at its end.
fn plain(line: &[u8]) -> Vec<u8> {
    trim_end(&strip(line)).to_vec()
}
