//! Questions without a line end, which a pipe would hide: salt-ssh and ssh wait for an answer, and nothing moves.
//!
//! Known are the endings that salt, ssh and sudo print; a line that merely pauses (`Comment: `) is no question.

/// The longest line that is taken for a question, in bytes.
const LONGEST: usize = 400;

/// Ends that ask whatever stands before them.
const ENDS: &[&[u8]] = &[
    // salt.client.ssh.SSH.key_deploy, salt.key.KeyCLI.run
    b"[Y/n] ",
    b"[y/N] ",
    b"[N/y] ",
    b"[n/Y] ",
    b"[y/n] ",
    b"(y/n) ",
    b"(y/N) ",
    b"(Y/n) ",
    // ssh
    b"(yes/no)? ",
    b"(yes/no) ",
    b"(yes/no/[fingerprint])? ",
    b"'yes' or 'no': ",
    b"'yes', 'no' or the fingerprint: ",
    b"assword: ",
    b"assphrase: ",
    b"(empty for no passphrase): ",
    b"Verification code: ",
];

/// Ends with a name in them: what stands before the name, and after.
const NAMED: &[(&[u8], &[u8])] = &[
    (b"passphrase for key ", b": "),
    (b"passphrase for ", b": "),
    // sudo, and salt.client.ssh's getpass
    (b"assword for ", b": "),
];

/// The question that `window` (what is read and waits for more) ends in, made safe for a terminal; `None` if it ends in
/// a whole line or in something else. A question that is nothing but `[Y/n] ` brings the line before it, which says what
/// it is about.
pub fn prompt(window: &[u8]) -> Option<String> {
    let start = window.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = &window[start..];
    if line.is_empty() || line.len() > LONGEST || !asks(line) {
        return None;
    }
    let shown = match window[..start].strip_suffix(b"\n") {
        Some(before) if line.len() <= b"[Y/n] ".len() => {
            let from = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            if before.len() - from > LONGEST { line } else { &window[from..] }
        }
        _ => line,
    };
    Some(visible(&String::from_utf8_lossy(shown)))
}

fn asks(line: &[u8]) -> bool {
    let named = |before: &[u8], after: &[u8]| {
        let Some(line) = line.strip_suffix(after) else { return false };
        memchr::memmem::find(line, before).is_some_and(|at| {
            let name = &line[at + before.len()..];
            // A quoted key may hold blanks, anything else is one word.
            !name.is_empty() && (name.starts_with(b"'") == name.contains(&b' ') || !name.contains(&b' '))
        })
    };
    ENDS.iter().any(|end| line.ends_with(end)) || NAMED.iter().any(|(before, after)| named(before, after))
}

/// Text that a terminal takes for nothing but text: controls and characters that turn the writing direction are
/// spelled out (`\u{1b}`). Line ends stay, a carriage return before one is dropped.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => out.push(char),
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(char.escape_unicode());
            }
            char if char.is_control() => out.extend(char.escape_default()),
            char => out.push(char),
        }
    }
    out
}
