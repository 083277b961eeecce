//! The prefix of Salt's log lines, on the console and in files (`salt.config`: `log_fmt_console`, `log_fmt_logfile`).
//!
//! ```text
//! [ERROR   ] text
//! 2021-07-26 15:10:03,588 [salt.loaded.int.module.cmdmod:853 ][ERROR   ][1026] text
//! ```

use super::colour::sgr;
use super::lines::trim_end;

/// What a log line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix<'l> {
    /// The level's word, padded as Salt pads it.
    pub level: &'l [u8],
    /// The logger, without its line number.
    pub logger: Option<&'l [u8]>,
    /// Date and time.
    pub time: Option<&'l [u8]>,
    /// The process.
    pub pid: Option<&'l [u8]>,
    /// Where the text begins.
    pub text: usize,
}

/// The levels there are (`salt._logging.LOG_LEVELS`).
const LEVELS: [&[u8]; 8] =
    [b"ERROR", b"WARNING", b"INFO", b"DEBUG", b"CRITICAL", b"TRACE", b"PROFILE", b"GARBAGE"];

/// The prefix that a line begins with.
pub fn prefix(line: &[u8]) -> Option<Prefix<'_>> {
    match line.first()? {
        b'[' => console(line, 0),
        // Colour comes before the bracket (`log_fmt_console` with `%(colorlevel)s`), or around the level within.
        0x1b => {
            let escape = sgr(line);
            (escape > 0).then(|| console(line, escape)).flatten()
        }
        b'0'..=b'9' => logfile(line),
        _ => None,
    }
}

/// `[LEVEL   ] text`, with colour anywhere around the level.
fn console(line: &[u8], at: usize) -> Option<Prefix<'_>> {
    let (level, mut text) = bracket(line, at)?;
    let level = known_level(level)?;
    text += sgr(&line[text..]);
    if line.get(text) == Some(&b' ') {
        text += 1;
    }
    Some(Prefix { level, logger: None, time: None, pid: None, text })
}

/// `DATE TIME [logger:line ][LEVEL   ][pid] text`: the brackets in any number, one of them a level.
fn logfile(line: &[u8]) -> Option<Prefix<'_>> {
    let open = memchr::memchr(b'[', line.get(..64.min(line.len()))?)?;
    let time = trim_end(&line[..open]);
    let clock =
        time.len() >= 8 && time.iter().all(|byte| byte.is_ascii_digit() || b"-:,./ TZ+".contains(byte));
    if !clock || !time.contains(&b':') {
        return None;
    }
    let (mut level, mut logger, mut pid) = (None, None, None);
    let mut at = open;
    while let Some((inner, behind)) = bracket(line, at) {
        if level.is_none() && known_level(inner).is_some() {
            level = known_level(inner);
        } else if !inner.is_empty() && inner.iter().all(u8::is_ascii_digit) {
            pid = Some(inner);
        } else if logger.is_none() && level.is_none() {
            let name = match memchr::memrchr(b':', inner) {
                Some(colon) => &inner[..colon],
                None => inner,
            };
            logger = Some(name.trim_ascii());
        } else {
            break;
        }
        at = behind;
    }
    if line.get(at) == Some(&b' ') {
        at += 1;
    }
    Some(Prefix { level: level?, logger, time: Some(time), pid, text: at })
}

/// What stands in the bracket at `at`, and where it ends; colour around it is passed over.
fn bracket(line: &[u8], mut at: usize) -> Option<(&[u8], usize)> {
    at += sgr(line.get(at..)?);
    if line.get(at) != Some(&b'[') {
        return None;
    }
    let inner = line.get(at + 1..(at + 160).min(line.len()))?;
    let inner_from = sgr(inner);
    let close = memchr::memchr(b']', &inner[inner_from..])? + inner_from;
    let mut content = &inner[inner_from..close];
    if let Some(escape) = memchr::memchr(0x1b, content) {
        content = &content[..escape];
    }
    Some((content, at + 1 + close + 1))
}

/// The level's word, if it is one.
fn known_level(word: &[u8]) -> Option<&[u8]> {
    let word = word.trim_ascii();
    LEVELS.contains(&word).then_some(word)
}
