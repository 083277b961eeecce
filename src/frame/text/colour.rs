//! SGR colour: the escape sequences that Salt paints its output with (`salt.utils.color`).
//!
//! Salt writes one sequence before a piece and `ESC[0;0m` behind it. Sequences of any other kind are data.

use std::borrow::Cow;

/// How many bytes the SGR sequence at the start takes: `ESC [`, digits and `;`, `m`. 0 if there is none.
pub fn sgr(bytes: &[u8]) -> usize {
    if !bytes.starts_with(b"\x1b[") {
        return 0;
    }
    let parameters = bytes[2..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    match bytes.get(2 + parameters) {
        Some(b'm') => 2 + parameters + 1,
        _ => 0,
    }
}

/// The bytes without their SGR sequences.
pub fn strip(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(0x1b, bytes) else { return Cow::Borrowed(bytes) };
    let mut plain = Vec::with_capacity(bytes.len());
    plain.extend_from_slice(&bytes[..first]);
    let mut rest = &bytes[first..];
    while !rest.is_empty() {
        let length = sgr(rest);
        // An ESC that begins no SGR sequence is data, and stays.
        let (keep, from) = if length == 0 { (1, 1) } else { (0, length) };
        plain.extend_from_slice(&rest[..keep]);
        rest = &rest[from..];
        let next = memchr::memchr(0x1b, rest).unwrap_or(rest.len());
        plain.extend_from_slice(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(plain)
}

/// The text of one painted piece: without the sequence before it and the one behind it. ESC within is data.
pub fn unpaint(mut bytes: &[u8]) -> &[u8] {
    bytes = &bytes[sgr(bytes)..];
    bytes.strip_suffix(b"\x1b[0;0m").or_else(|| bytes.strip_suffix(b"\x1b[0m")).unwrap_or(bytes)
}
