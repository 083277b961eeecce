//! What JSON is spelled with: blanks, strings, scalars. Shared by the framer and by `decode`.
//!
//! Nothing here knows what a document means, and nothing fails: each function says how far it came. NaN, Infinity and
//! -Infinity count as scalars, since Python writes them (`json.dumps`).

use std::borrow::Cow;

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);
/// How many words of a string are looked at by hand.
const BY_HAND: usize = 6;
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);

/// The first byte from `at` on that is no blank, or the end.
#[inline]
pub fn blanks(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
        // Indentation, eight columns at once.
        while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            match u64::from_le_bytes(*chunk) ^ SPACES {
                0 => at += 8,
                other => {
                    at += other.trailing_zeros() as usize / 8;
                    break;
                }
            }
        }
    }
}

/// Where the string ends that `from` is inside of: `Ok` is the place of its closing quote, `Err` the place to go on from
/// when there is more.
#[inline]
pub fn string_end(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    loop {
        match special(bytes.get(at..).unwrap_or_default()) {
            None => return Err(bytes.len().max(from)),
            Some(ahead) if bytes.get(at + ahead) == Some(&b'"') => return Ok(at + ahead),
            // A backslash takes its companion with it, or waits for it.
            Some(ahead) if at + ahead + 1 < bytes.len() => at += ahead + 2,
            Some(ahead) => return Err(at + ahead),
        }
    }
}

/// The first quote or backslash. Most strings are short: a few words by hand before `memchr` is called.
#[inline]
fn special(bytes: &[u8]) -> Option<usize> {
    let mut words = bytes.chunks_exact(8);
    for (index, chunk) in words.by_ref().take(BY_HAND).enumerate() {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        let (quotes, backslashes) = (word ^ QUOTES, word ^ BACKSLASHES);
        // The lowest high bit that is left stands over the first byte that is zero.
        let zeros = (quotes.wrapping_sub(ONES) & !quotes) | (backslashes.wrapping_sub(ONES) & !backslashes);
        match zeros & HIGHS {
            0 => {}
            hits => return Some(8 * index + hits.trailing_zeros() as usize / 8),
        }
    }
    let at = (bytes.len() / 8).min(BY_HAND) * 8;
    memchr::memchr2(b'"', b'\\', &bytes[at..]).map(|ahead| at + ahead)
}

/// Where the scalar ends that `at` is in, if it ends within `bytes`: behind the last byte that can be part of one.
#[inline]
pub fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Can this be a scalar? Numbers are not read digit by digit: what looks like one is taken for one.
#[inline]
pub fn is_scalar(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(b'0'..=b'9') => bytes.iter().all(is_number),
        Some(b'-') => bytes == b"-Infinity" || (bytes.len() > 1 && bytes.iter().all(is_number)),
        _ => matches!(bytes, b"true" | b"false" | b"null" | b"NaN" | b"Infinity"),
    }
}

fn is_number(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// Behind the value that begins at `at`, which is known to be whole; the end, should it not be.
pub fn value_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    let mut depth = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1).map_or(bytes.len(), |quote| quote + 1),
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.saturating_sub(1), at + 1),
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth > 0 => at = blanks(bytes, at + 1),
            _ => at = scalar_end(bytes, at).max(at + 1),
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

/// What a string says whose bytes between the quotes are `raw`. Lone surrogates and broken escapes become U+FFFD.
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    let Some(mut at) = memchr::memchr(b'\\', raw) else { return String::from_utf8_lossy(raw) };
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    loop {
        said.push_str(&String::from_utf8_lossy(&rest[..at]));
        let (character, taken) = escape(&rest[at..]);
        said.push(character);
        rest = &rest[at + taken..];
        at = match memchr::memchr(b'\\', rest) {
            Some(at) => at,
            None => {
                said.push_str(&String::from_utf8_lossy(rest));
                return Cow::Owned(said);
            }
        };
    }
}

/// The character that an escape stands for, and how many bytes it takes (never none, never more than there are).
fn escape(bytes: &[u8]) -> (char, usize) {
    let character = match bytes.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(unit) = code_unit(bytes) else { return (char::REPLACEMENT_CHARACTER, 2) };
            let low = match unit {
                0xd800..0xdc00 => code_unit(&bytes[6..]),
                _ => None,
            };
            let units = [Some(unit), low.filter(|low| (0xdc00..0xe000).contains(low))];
            let taken = 6 * units.iter().flatten().count();
            let read = char::decode_utf16(units.into_iter().flatten()).next();
            return (read.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER), taken);
        }
        Some(ascii @ (b'"' | b'\\' | b'/')) => char::from(*ascii),
        // What is no escape stands for itself: the byte after the backslash is read as text.
        Some(_) | None => return ('\\', 1),
    };
    (character, 2)
}

/// The code unit of `\uXXXX` at the start of `bytes`.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)? as u16))
}
