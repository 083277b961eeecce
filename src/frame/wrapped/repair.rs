//! What copying and logging do to the characters of a line: colours that lost their escape, `cat -e`, entities of HTML.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// Escape sequences as they are and in every guise in which the escape character survives.
static ESCAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // ESC as `cat -v`, a replacement character, JSON, Python, the shell, syslog and the picture of ESC have it.
    let escape = r"(?:\x1b|\^\[|\xef\xbf\xbd|\\u001[bB]|\\x1[bB]|\\033|\\e|#033|\xe2\x90\x9b)";
    let sequence = format!(r"{escape}\[[0-9;?]*[A-Za-z]");
    // Titles of windows, character sets, what a terminal is set to.
    let others = r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Z]|\x1b[=>78cDEHM]";
    // Without the escape only what Salt itself uses: `_[1m`, `[0;32m`.
    let bare = r"_?\[(?:0|1|22|39|0;0|0;[34][0-7]|0;1;3[0-7]|1;3[0-7]|[39][0-7])m";
    Regex::new(&format!("(?-u){sequence}|{others}|{bare}")).ok()
});

/// The line without any escape sequence, whatever guise it is in. `?[31m` stays: that is how Salt shows an escape that
/// is data.
pub(super) fn escapes(line: &[u8]) -> Cow<'_, [u8]> {
    let Some(regex) = ESCAPES.as_ref() else { return Cow::Borrowed(line) };
    let (mut out, mut from) = (Vec::new(), 0);
    for found in regex.find_iter(line) {
        let data = found.as_bytes().starts_with(b"[") && line[..found.start()].ends_with(b"?");
        if !data {
            out.extend_from_slice(&line[from..found.start()]);
            from = found.end();
        }
    }
    if from == 0 {
        return Cow::Borrowed(line);
    }
    out.extend_from_slice(&line[from..]);
    Cow::Owned(out)
}

/// True if the line has an escape in a guise, or one that does more than colour: what no framer reads.
pub(super) fn is_damaged(line: &[u8]) -> bool {
    let Some(regex) = ESCAPES.as_ref() else { return false };
    let colour = |bytes: &[u8]| bytes.starts_with(b"\x1b[") && bytes.ends_with(b"m");
    regex.find_iter(line).any(|found| {
        let data = found.as_bytes().starts_with(b"[") && line[..found.start()].ends_with(b"?");
        !data && !colour(found.as_bytes())
    })
}

/// The line with U+00A0 as a blank.
pub(super) fn unbroken(line: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memmem::find(line, b"\xc2\xa0") {
        None => Cow::Borrowed(line),
        Some(_) => {
            let mut parts = line.split(|byte| *byte == 0xc2);
            let mut out = parts.next().unwrap_or_default().to_vec();
            for part in parts {
                match part.strip_prefix(b"\xa0") {
                    Some(rest) => out.extend([b" ", rest].concat()),
                    None => out.extend([b"\xc2", part].concat()),
                }
            }
            Cow::Owned(out)
        }
    }
}

/// What `cat -e` and `cat -v` write for bytes that are no ASCII, `M-b` and `M-^@`; and `^[`, and `^M` at the end.
/// Other controls are left: `^A` is as likely the beginning of a pattern.
pub(super) fn cat(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((&first, behind)) = rest.split_first() {
        let (byte, taken) = match rest {
            [b'M', b'-', b'^', byte @ b'?'..=b'_', ..] => ((byte ^ 0x40) | 0x80, 4),
            [b'M', b'-', byte @ b' '..=b'~', ..] => (byte | 0x80, 3),
            [b'^', b'[', ..] => (0x1b, 2),
            [b'^', b'M'] => (b'\r', 2),
            _ => (first, 1),
        };
        out.push(byte);
        rest = if taken == 1 { behind } else { &rest[taken..] };
    }
    out
}

/// The entities that pages write for what would be markup.
const ENTITIES: [(&[u8], u8); 9] = [
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&#39;", b'\''),
    (b"&#x27;", b'\''),
    (b"&apos;", b'\''),
    (b"&#34;", b'"'),
    (b"&nbsp;", b' '),
    (b"&amp;", b'&'),
];

/// The line with entities of HTML read back.
pub(super) fn entities(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let known = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (byte, taken) = known.map_or((b'&', 1), |(entity, byte)| (*byte, entity.len()));
        out.push(byte);
        rest = &rest[taken..];
    }
    out.extend_from_slice(rest);
    out
}

/// What stands between the quotes of a line that is a string of JSON: `    "text",`.
pub(super) fn unquoted(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.trim_ascii();
    let inner = line.strip_suffix(b",").unwrap_or(line);
    if inner.len() < 2 || !inner.starts_with(b"\"") || !inner.ends_with(b"\"") {
        return None;
    }
    serde_json::from_slice::<String>(inner).ok().map(String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::{cat, entities, escapes, is_damaged, unbroken, unquoted};

    #[test]
    fn every_guise_of_a_lost_escape() {
        for guise in ["\x1b", "^[", "\u{fffd}", "\\u001b", "\\x1b", "\\033", "#033", "_", "", "\u{241b}"] {
            let line = format!("{guise}[0;32mlocal:{guise}[0;0m");
            assert_eq!(escapes(line.as_bytes()).as_ref(), b"local:", "{guise:?}");
            assert_eq!(is_damaged(line.as_bytes()), guise != "\x1b", "{guise:?}");
        }
        assert_eq!(escapes(b"\x1b]0;root@web1\x07\x1b[Klocal:\x1b(B").as_ref(), b"local:");
        let data = b"    stdout: ?[31mred?[0m [0] [12m";
        assert_eq!(escapes(data).as_ref(), data);
    }

    #[test]
    fn what_cat_and_pages_write_reads_back() {
        assert_eq!(cat("M-CM-$ ^Install^[^M".as_bytes()), "\u{e4} ^Install\u{1b}\r".as_bytes());
        assert_eq!(cat(b"M-bM-^@M-^Y"), "\u{2019}".as_bytes());
        assert_eq!(
            unbroken("\u{a0}a\u{e4}\u{a9}\u{a0}\u{a0}b".as_bytes()).as_ref(),
            " a\u{e4}\u{a9}  b".as_bytes()
        );
        assert_eq!(entities(b"&quot;a&quot; &amp;gt; &lt;&#39;"), b"\"a\" &gt; <'");
        assert_eq!(unquoted(br#"        "  Name: \"x\"\t","#).unwrap(), b"  Name: \"x\"\t");
        assert_eq!(unquoted(br#"        "stdout_lines": ["#), None);
    }
}
