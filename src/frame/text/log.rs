//! The prefix of Salt's log lines, on the console and in files (`salt.config`: `log_fmt_console`, `log_fmt_logfile`), in
//! Salt's own formats and in those that people set.
//!
//! ```text
//! [ERROR   ] text
//! 2021-07-26 15:10:03,588 [salt.loaded.int.module.cmdmod:853 ][ERROR   ][1026] text
//! 2021-07-26 15:10:03,588 [salt.state       ][INFO    ][JID: 20210726151003] text
//! 2021-07-26T15:10:03+0200 salt.state INFO text
//! [2021-07-26 15:10:03] ERROR - salt.state - text
//! ```
//!
//! A prefix is a row of fields, in brackets or bare, of which one is a level; a level that stands bare needs a time or a
//! logger of Salt's beside it, or `ERROR: …` of any program would be a log line.

use super::colour::sgr;

/// What a log line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix<'l> {
    /// The level's word.
    pub level: &'l [u8],
    /// The logger, without its line number.
    pub logger: Option<&'l [u8]>,
    /// Date and time.
    pub time: Option<&'l [u8]>,
    /// The process.
    pub pid: Option<&'l [u8]>,
    /// The job (`%(jid)s`, printed as `[JID: …]`).
    pub jid: Option<&'l [u8]>,
    /// Where the text begins.
    pub text: usize,
    /// Whose format it is.
    pub shape: Shape,
}

/// Whose format a prefix has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Salt's own: the level in brackets, alone or behind a time.
    Salt,
    /// A user's. What a command printed can look like it, so it ends no entry in Salt's own format.
    Custom,
}

/// The levels there are (`salt._logging.LOG_LEVELS`).
const LEVELS: [&[u8]; 8] =
    [b"ERROR", b"WARNING", b"INFO", b"DEBUG", b"CRITICAL", b"TRACE", b"PROFILE", b"GARBAGE"];

/// Nobody's prefix has more fields.
const FIELDS: usize = 8;

/// The longest field in brackets, in bytes.
const WIDEST: usize = 160;

/// The prefix that a line begins with.
pub fn prefix(line: &[u8]) -> Option<Prefix<'_>> {
    let possible = match line.first()? {
        b'[' | 0x1b | b'0'..=b'9' => true,
        b's' => line.starts_with(b"salt"),
        b'E' | b'W' | b'I' | b'D' | b'C' | b'T' | b'P' | b'G' => {
            LEVELS.iter().any(|level| line.starts_with(level))
        }
        _ => false,
    };
    if !possible {
        return None;
    }
    let mut fields = Fields { line, at: 0, ..Fields::default() };
    fields.read();
    fields.prefix()
}

impl Prefix<'_> {
    /// Nobody but Salt writes it so: in Salt's own form, or with a logger of Salt's. What people set can look like a
    /// wrapper's clock and a word of any text.
    pub fn is_salts(&self) -> bool {
        let own = self.shape == Shape::Salt && (self.logger.is_none() || self.time.is_some());
        own || self.logger.is_some_and(ours)
    }
}

/// Does an entry whose own prefix has this shape end at this line, because another begins there?
pub(super) fn ends_entry(line: &[u8], shape: Shape) -> bool {
    prefix(line).is_some_and(|prefix| prefix.shape == Shape::Salt || shape == Shape::Custom)
}

/// The fields of a prefix, as they are found.
#[derive(Clone, Copy, Debug, Default)]
struct Fields<'l> {
    line: &'l [u8],
    /// Behind the last field that was taken.
    at: usize,
    count: usize,
    level: Option<&'l [u8]>,
    logger: Option<&'l [u8]>,
    time: Option<&'l [u8]>,
    pid: Option<&'l [u8]>,
    jid: Option<&'l [u8]>,
    /// The level stands bare.
    bare_level: bool,
    /// A field other than the time stands bare, or stands where Salt puts none.
    custom: bool,
}

impl<'l> Fields<'l> {
    fn read(&mut self) {
        while self.count < FIELDS {
            let mut at = self.at + sgr(&self.line[self.at..]);
            let rest = &self.line[at..];
            at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            at += sgr(&self.line[at..]);
            // Behind a bare level, what sets it off may be followed by the logger, or by the text.
            if self.bare_level && matches!(self.line.get(at), Some(b'-' | b'|' | b':')) {
                let rest = &self.line[at + 1..];
                at += 1 + rest.iter().take_while(|byte| **byte == b' ').count();
            }
            let taken = match self.line.get(at) {
                Some(b'[') => self.bracket(at, at == self.at || self.line[at - 1] != b' '),
                Some(b'-' | b'|' | b',' | b':') if self.level.is_none() && self.count > 0 => {
                    self.custom = true;
                    Some(at + 1)
                }
                Some(_) => self.bare(at),
                None => None,
            };
            let Some(behind) = taken else { break };
            self.at = behind;
            self.count += 1;
        }
    }

    /// A field in brackets; `joined` to the one before it.
    fn bracket(&mut self, at: usize, joined: bool) -> Option<usize> {
        let inner = self.line.get(at + 1..(at + WIDEST).min(self.line.len()))?;
        let painted = sgr(inner);
        let close = memchr::memchr(b']', &inner[painted..])? + painted;
        let behind = at + 1 + close + 1;
        let mut content = &inner[painted..close];
        if let Some(escape) = memchr::memchr(0x1b, content) {
            content = &content[..escape];
        }
        let content = content.trim_ascii();
        if self.level.is_none() && LEVELS.contains(&content) {
            self.level = Some(content);
            return Some(behind);
        }
        if let Some(jid) = content.strip_prefix(b"JID: ") {
            self.jid = Some(jid.trim_ascii());
            return Some(behind);
        }
        // Behind the level and a blank the text begins, and that can begin with a bracket.
        if self.level.is_some() && !(joined || self.logger.is_none() && ours(name_of(content))) {
            return None;
        }
        let number = !content.is_empty() && content.iter().all(u8::is_ascii_digit);
        if number && self.pid.is_none() {
            self.pid = Some(content);
        } else if self.time.is_none() && clock(content) == content.len() && !content.is_empty() {
            (self.time, self.custom) = (Some(content), true);
        } else if self.logger.is_none() && named(content) && (self.level.is_none() || ours(name_of(content)))
        {
            self.logger = Some(name_of(content));
            self.custom |= self.level.is_some();
        } else if !content.is_empty() {
            return None;
        }
        Some(behind)
    }

    /// A field without brackets.
    fn bare(&mut self, at: usize) -> Option<usize> {
        let rest = &self.line[at..];
        if self.count == 0 || self.time.is_none() && self.level.is_none() {
            let length = clock(rest);
            if length > 0 && self.time.is_none() {
                self.time = Some(rest[..length].trim_ascii_end());
                self.custom |= self.count > 0;
                return Some(at + length);
            }
        }
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
        let length = rest.iter().take_while(|byte| is_word(byte)).count();
        let word = &rest[..length];
        let end = at + length;
        let stops = |end: usize| {
            self.line
                .get(end)
                .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b':' | b'|' | b',' | b'-' | b'[' | 0x1b))
        };
        if word.is_empty() || !stops(end) {
            return None;
        }
        if self.level.is_none() && LEVELS.contains(&word) {
            (self.level, self.bare_level, self.custom) = (Some(word), true, true);
            return Some(end);
        }
        if word.iter().all(u8::is_ascii_digit) {
            // Before the level only: behind it the text may well begin with a number.
            if self.level.is_some() || self.pid.is_some() {
                return None;
            }
            (self.pid, self.custom) = (Some(word), true);
            return Some(end);
        }
        // Before the level a logger is a name of parts, behind it one of Salt's.
        let is_logger = ours(word) && (self.bare_level || self.level.is_none())
            || self.level.is_none() && (word.contains(&b'.') || self.time.is_some());
        if self.logger.is_some() || !is_logger {
            return None;
        }
        let digits = self.line[end..]
            .strip_prefix(b":")
            .map_or(0, |line_number| line_number.iter().take_while(|byte| byte.is_ascii_digit()).count());
        let behind = if digits > 0 { end + 1 + digits } else { end };
        // A word of the text is no logger: one is set off.
        if self.level.is_some() && !matches!(self.line.get(behind), Some(b':' | b' ' | b'|' | b'-' | b']')) {
            return None;
        }
        (self.logger, self.custom) = (Some(word), true);
        Some(behind)
    }

    fn prefix(mut self) -> Option<Prefix<'l>> {
        let level = self.level?;
        if self.bare_level && self.time.is_none() && !self.logger.is_some_and(ours) {
            return None;
        }
        self.at += sgr(&self.line[self.at..]);
        if self.custom {
            // What sets the text off.
            let rest = &self.line[self.at..];
            let rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
            let set_off = [&b"- "[..], b"| ", b": "].iter().find_map(|mark| rest.strip_prefix(*mark));
            self.at = self.line.len() - set_off.unwrap_or(rest).len();
        } else if self.line.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let shape = if self.custom { Shape::Custom } else { Shape::Salt };
        let Fields { logger, time, pid, jid, at: text, .. } = self;
        Some(Prefix { level, logger, time, pid, jid, text, shape })
    }
}

/// How many bytes a date and a time, or a time, take at the start; 0 if there is none.
fn clock(bytes: &[u8]) -> usize {
    let token = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-:,./+".contains(byte);
        &rest[..rest.iter().take_while(|byte| is_part(byte)).count()]
    };
    let first = token(0);
    if !first.first().is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    let mut length = first.len();
    if !is_time(first) {
        if !is_date(first) || bytes.get(length) != Some(&b' ') {
            return 0;
        }
        let second = token(length + 1);
        if !second.first().is_some_and(u8::is_ascii_digit) || !is_time(second) {
            return 0;
        }
        length += 1 + second.len();
    }
    // `10:00:00:` and `10:00:00,` are set off from what follows.
    while matches!(bytes[length - 1], b':' | b',' | b'-' | b'.') {
        length -= 1;
    }
    let zone = token(length + 1);
    let is_zone = zone.len() >= 5
        && matches!(zone[0], b'+' | b'-')
        && zone[1..].iter().all(|byte| byte.is_ascii_digit() || *byte == b':')
        || [
            &b"UTC"[..],
            b"GMT",
            b"Z",
            b"CET",
            b"CEST",
            b"EST",
            b"EDT",
            b"CST",
            b"PST",
            b"PDT",
            b"BST",
            b"JST",
            b"IST",
            b"MSK",
        ]
        .contains(&zone);
    if bytes.get(length) == Some(&b' ') && is_zone { length + 1 + zone.len() } else { length }
}

/// `15:10:03,588`, or with a date before it and a zone behind: all in one piece.
fn is_time(token: &[u8]) -> bool {
    let colon = |at: &usize| {
        *at > 0
            && token[at - 1].is_ascii_digit()
            && token.get(at + 1..at + 3).is_some_and(|minute| minute.iter().all(u8::is_ascii_digit))
    };
    memchr::memchr_iter(b':', token).any(|at| colon(&at))
        && token.iter().all(|byte| {
            byte.is_ascii_digit()
                || b"-:,./TZ+".contains(byte)
                || byte.is_ascii_alphabetic() && memchr::memchr(b'/', token).is_some()
        })
}

/// `2021-07-26`, `26.07.2021`, `26/Jul/2021`.
fn is_date(token: &[u8]) -> bool {
    let parts = token.split(|byte| matches!(byte, b'-' | b'/' | b'.'));
    token.len() >= 8
        && parts.clone().count() == 3
        && parts.into_iter().all(|part| {
            !part.is_empty()
                && (part.iter().all(u8::is_ascii_digit)
                    || part.len() == 3 && part.iter().all(u8::is_ascii_alphabetic))
        })
}

/// A logger's name, padded, with or without a line number: `salt.state       :279`.
fn named(content: &[u8]) -> bool {
    let name = name_of(content);
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-:".contains(byte))
}

/// The name without its line number.
fn name_of(content: &[u8]) -> &[u8] {
    let name = match memchr::memrchr(b':', content) {
        Some(colon) if content[colon + 1..].trim_ascii().iter().all(u8::is_ascii_digit) => &content[..colon],
        _ => content,
    };
    name.trim_ascii()
}

/// A logger that Salt's processes have.
fn ours(name: &[u8]) -> bool {
    name == b"salt" || name.starts_with(b"salt.") || name == b"py.warnings" || name.starts_with(b"tornado.")
}

#[cfg(test)]
mod tests {
    use super::{Shape, prefix};

    /// Logger, level, pid, jid, time and text as one line; `-` for what is not there.
    fn read(line: &str) -> String {
        let Some(it) = prefix(line.as_bytes()) else { return "no".to_owned() };
        let text = |bytes: Option<&[u8]>| {
            bytes.map_or_else(|| "-".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let shape = if it.shape == Shape::Salt { "" } else { " custom" };
        format!(
            "{} {} {} {} ({}) {:?}{shape}",
            text(it.logger),
            text(Some(it.level)),
            text(it.pid),
            text(it.jid),
            text(it.time),
            String::from_utf8_lossy(&line.as_bytes()[it.text..])
        )
    }

    #[test]
    fn prefixes_in_salts_formats_and_peoples() {
        let table = [
            ("[ERROR   ] Failure!", "- ERROR - - (-) \"Failure!\""),
            ("[INFO    ] [web1] is up", "- INFO - - (-) \"[web1] is up\""),
            ("[INFO    ] 2021-07-26 is a date", "- INFO - - (-) \"2021-07-26 is a date\""),
            ("[DEBUG   ]   indented", "- DEBUG - - (-) \"  indented\""),
            ("[DEBUG   ] salt.state is loaded", "- DEBUG - - (-) \"salt.state is loaded\""),
            ("\u{1b}[0;31m[ERROR   ]\u{1b}[0;0m Failure!", "- ERROR - - (-) \"Failure!\""),
            ("[\u{1b}[0;31mERROR   \u{1b}[0;0m] Failure!", "- ERROR - - (-) \"Failure!\""),
            (
                "2021-07-26 15:10:03,588 [salt.loaded.int.module.cmdmod:853 ][ERROR   ][1026] text: [x]",
                "salt.loaded.int.module.cmdmod ERROR 1026 - (2021-07-26 15:10:03,588) \"text: [x]\"",
            ),
            (
                "2016-01-21 17:38:05,550 [salt.minion                                   ][INFO    ][19813] User root",
                "salt.minion INFO 19813 - (2016-01-21 17:38:05,550) \"User root\"",
            ),
            (
                "2021-07-26 15:10:03,588 [salt.state       :279 ][INFO    ] [1026] is text",
                "salt.state INFO - - (2021-07-26 15:10:03,588) \"[1026] is text\"",
            ),
            (
                "2021-07-26 15:10:03,588 [salt.minion      :1708][DEBUG   ][31761][JID: 20210726151003123456] minion return",
                "salt.minion DEBUG 31761 20210726151003123456 (2021-07-26 15:10:03,588) \"minion return\"",
            ),
            ("[INFO    ][JID: 20210726151003123456] x", "- INFO - 20210726151003123456 (-) \"x\""),
            (
                "2021-07-26 15:10:03,588 \u{1b}[0;32m[salt.state       ]\u{1b}[0;0m\u{1b}[0;36m[INFO    ]\u{1b}[0;0m text",
                "salt.state INFO - - (2021-07-26 15:10:03,588) \"text\"",
            ),
            (
                "15:10:03,588 [salt.state       ][INFO    ] text",
                "salt.state INFO - - (15:10:03,588) \"text\"",
            ),
            ("15:10:03 [INFO    ] text", "- INFO - - (15:10:03) \"text\""),
            ("[salt.state       :279 ][INFO    ] text", "salt.state INFO - - (-) \"text\""),
            (
                "[2021-07-26 15:10:03,588][salt.state       ][INFO    ][7] text",
                "salt.state INFO 7 - (2021-07-26 15:10:03,588) \"text\" custom",
            ),
            (
                "2021-07-26T15:10:03.588+0200 salt.state INFO text",
                "salt.state INFO - - (2021-07-26T15:10:03.588+0200) \"text\" custom",
            ),
            ("2021-07-26T15:10:03Z [ERROR   ] text", "- ERROR - - (2021-07-26T15:10:03Z) \"text\""),
            (
                "2021-07-26 15:10:03,588 - salt.minion - ERROR - text - more",
                "salt.minion ERROR - - (2021-07-26 15:10:03,588) \"text - more\" custom",
            ),
            (
                "2021-07-26 15:10:03 +0200 ERROR    salt.state:279 text",
                "salt.state ERROR - - (2021-07-26 15:10:03 +0200) \"text\" custom",
            ),
            (
                "2021-07-26 15:10:03 ERROR 3 things failed",
                "- ERROR - - (2021-07-26 15:10:03) \"3 things failed\" custom",
            ),
            (
                "2021-07-26 15:10:03 1026 salt.state ERROR: text",
                "salt.state ERROR 1026 - (2021-07-26 15:10:03) \"text\" custom",
            ),
            (
                "2021-07-26 15:10:03 | ERROR | salt.state | text",
                "salt.state ERROR - - (2021-07-26 15:10:03) \"text\" custom",
            ),
            ("26.07.2021 15:10:03 [INFO    ] text", "- INFO - - (26.07.2021 15:10:03) \"text\""),
            ("26/Jul/2021 15:10:03 UTC [INFO    ] text", "- INFO - - (26/Jul/2021 15:10:03 UTC) \"text\""),
            ("ERROR:salt.state:text", "salt.state ERROR - - (-) \"text\" custom"),
            ("salt.state INFO text", "salt.state INFO - - (-) \"text\" custom"),
            ("ERROR: Minions returned with non-zero exit code", "no"),
            ("ERROR    it went wrong", "no"),
            ("INFORMATION follows", "no"),
            ("[web1] ok", "no"),
            ("[10/10/2017 16:03:59] nothing", "no"),
            ("2021-07-26 15:10:03 nothing of a level", "no"),
            ("12:04:24 up 18 days,  1:23,  2 users", "no"),
            ("3 states failed", "no"),
            ("salt '*' state.apply", "no"),
            ("[ERRORS] x", "no"),
            ("[", "no"),
        ];
        for (line, expected) in table {
            assert_eq!(read(line), expected, "{line:?}");
        }
    }
}
