//! Python's strings: `'…'`, `"…"`, with `u`, `b` or `r` before them, and the escapes in them.

use std::borrow::Cow;

use super::sink::escape;

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A string, as it stands between JSON's quotes, and how many bytes it takes.
    Text(Vec<u8>, usize),
    /// It does not end here.
    More,
    /// No string.
    None,
}

/// What may stand before a quote, at most two of them.
const PREFIXES: &[u8] = b"uUbBrR";

/// The string that begins here, if one does.
pub(super) fn literal(bytes: &[u8]) -> Literal {
    let Some((start, is_bytes)) = opens(bytes) else {
        // A quote may follow.
        let prefix = matches!(bytes.len(), 1 | 2) && bytes.iter().all(|byte| PREFIXES.contains(byte));
        return if prefix { Literal::More } else { Literal::None };
    };
    match inside(bytes, start) {
        Some(end) => {
            let mut json = Vec::with_capacity(end - start);
            to_json(&unwrapped(&bytes[start..end]), is_bytes, &mut json);
            Literal::Text(json, end + 1)
        }
        None => Literal::More,
    }
}

/// Where a string begins behind its quote, and whether it is one of bytes.
fn opens(bytes: &[u8]) -> Option<(usize, bool)> {
    let prefix = bytes.iter().take(2).take_while(|byte| PREFIXES.contains(byte)).count();
    matches!(bytes.get(prefix), Some(b'\'' | b'"')).then(|| (prefix + 1, matches!(bytes[0], b'b' | b'B')))
}

/// A repr goes over no line end: where one does, whatever it was copied from broke its lines.
fn unwrapped(text: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'\n', text) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let lines = text.split(|byte| *byte == b'\n');
            Cow::Owned(lines.flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line)).copied().collect())
        }
    }
}

/// Where the quote is that closes the string whose content begins at `start`.
fn inside(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start.checked_sub(1)?)?;
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        match bytes[at] == quote {
            true => return Some(at),
            false => at += 2,
        }
    }
}

/// What a whole line says that is Python's repr of bytes: standard output took no UTF-8, and Salt printed it so.
pub(in crate::frame) fn bytes_literal(line: &[u8]) -> Option<Vec<u8>> {
    let (start, true) = opens(line)? else { return None };
    let end = inside(line, start)?;
    (end + 1 == line.len()).then(|| raw(&line[start..end]))
}

/// The bytes that a repr of bytes stands for.
fn raw(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let (value, length) = escaped(&text[at..]);
        match value {
            Escaped::Byte(byte) => out.push(byte),
            Escaped::Letter(letter) => out.extend(letter.to_string().as_bytes()),
            Escaped::Half(_) | Escaped::Nothing => out.push(b'\\'),
        }
        at += length;
    }
    out
}

/// What a backslash begins.
enum Escaped {
    /// `\n`, `\x1b`, `\303`.
    Byte(u8),
    /// `\u00e9`
    Letter(char),
    /// `\ud83d`: a surrogate, which JSON writes in the same way.
    Half(u32),
    /// A backslash like any other.
    Nothing,
}

/// What stands behind a backslash, and how many bytes it takes.
fn escaped(rest: &[u8]) -> (Escaped, usize) {
    let hex = |length: usize| {
        let digits = rest.get(1..=length)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let number = |length: usize| match hex(length) {
        Some(code @ 0xd800..=0xdfff) => (Escaped::Half(code), length + 1),
        Some(code) => (char::from_u32(code).map_or(Escaped::Nothing, Escaped::Letter), length + 1),
        None => (Escaped::Nothing, 0),
    };
    match rest.first() {
        Some(b'n') => (Escaped::Byte(b'\n'), 1),
        Some(b't') => (Escaped::Byte(b'\t'), 1),
        Some(b'r') => (Escaped::Byte(b'\r'), 1),
        Some(b'a') => (Escaped::Byte(7), 1),
        Some(b'b') => (Escaped::Byte(8), 1),
        Some(b'v') => (Escaped::Byte(11), 1),
        Some(b'f') => (Escaped::Byte(12), 1),
        Some(quote @ (b'\\' | b'\'' | b'"')) => (Escaped::Byte(*quote), 1),
        Some(b'x') => match hex(2) {
            Some(byte) => (Escaped::Byte(byte as u8), 3),
            None => (Escaped::Nothing, 0),
        },
        Some(b'u') => number(4),
        Some(b'U') => number(8),
        Some(b'0'..=b'7') => {
            let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let value = rest[..digits].iter().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            (Escaped::Byte(value as u8), digits)
        }
        _ => (Escaped::Nothing, 0),
    }
}

/// The content of a string as it stands between JSON's quotes.
fn to_json(text: &[u8], is_bytes: bool, out: &mut Vec<u8>) {
    let mut plain: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let next = memchr::memchr(b'\\', &text[at..]).map_or(text.len(), |next| at + next);
        plain.extend_from_slice(&text[at..next]);
        at = next;
        // Bytes above ASCII stand together if they are one letter's.
        let mut high = Vec::new();
        while text.get(at) == Some(&b'\\') {
            let (value, length) = escaped(&text[at + 1..]);
            let Escaped::Byte(byte @ 0x80..) = value else { break };
            high.push(byte);
            at += 1 + length;
        }
        match std::str::from_utf8(&high) {
            // Python 2 shows strings of bytes so; Python 3 shows letters that don't print, which are never UTF-8.
            Ok(letters) => plain.extend(letters.as_bytes()),
            Err(_) if is_bytes => plain.extend(String::from_utf8_lossy(&high).as_bytes()),
            Err(_) => plain.extend(high.iter().flat_map(|byte| char::from(*byte).to_string().into_bytes())),
        }
        if text.get(at) != Some(&b'\\') {
            continue;
        }
        let (value, length) = escaped(&text[at + 1..]);
        at += 1 + length;
        match value {
            Escaped::Byte(byte) if byte < 0x80 => plain.push(byte),
            Escaped::Byte(_) => at -= 1 + length,
            Escaped::Letter(letter) => plain.extend(letter.to_string().as_bytes()),
            Escaped::Half(code) => {
                escape(&String::from_utf8_lossy(&plain), out);
                plain.clear();
                out.extend(format!("\\u{code:04x}").as_bytes());
            }
            Escaped::Nothing => plain.push(b'\\'),
        }
    }
    escape(&String::from_utf8_lossy(&plain), out);
}
