//! What is a secret by its looks, whatever it is called.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::MASKED;
use super::keys::{is_harmless, regex};
use super::scan::Found;

/// A pattern, and when to try it. Its group `secret` is what is masked; without one, all of it.
type Shape = (Found, LazyLock<Regex>);

macro_rules! shape {
    ($found:ident, $pattern:expr) => {
        (Found::$found, LazyLock::new(|| regex($pattern)))
    };
}

static SHAPES: [Shape; 17] = [
    // ALTER USER app PASSWORD '…', SET PASSWORD = PASSWORD('…')
    shape!(KEY, r"(?i)\bpassword(?:\s+|\s*\(\s*)\\?'(?P<secret>[^'\\\n]+)'"),
    // A private key, whole or cut off, also where its line ends are written as \n.
    shape!(
        BLOCK,
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<secret>.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)"
    ),
    // scheme://user:secret@host, scheme://:secret@host
    shape!(URL, r#"(?i)\b[a-z][a-z0-9+.-]*:\\?/\\?/[^\s/:@"'<>]*:(?P<secret>[^\s/"'<>]*[^\s/"'<>@])@"#),
    // scheme://long-token@host
    shape!(URL, r"(?i)\bhttps?:\\?/\\?/(?P<secret>[a-z0-9_-]{20,})@"),
    shape!(
        HEADER,
        r#"(?i)authorization\\*["']?\]?(?:\s*[:=,]\s*\\*["']?|\s+\\*["']?(?:basic|bearer|token)\s+)(?:(?:basic|bearer|token|negotiate|apikey|ntlm|aws4-hmac-sha256|digest)\s+)?(?P<secret>[^\s"'\\,;<>()]*[a-z0-9+/=_.~-]{6}[^\s"'\\]*)"#
    ),
    shape!(HEADER, r"(?i)\bbearer\s+(?P<secret>[a-z0-9._~+/=-]{16,})"),
    shape!(HEADER, r#"(?i)\b(?:set-)?cookie\\*["']?\s*:\s*\\*["']?[\w.-]+=(?P<secret>[^\s;"'\\]{6,})"#),
    shape!(
        TOKEN,
        r"(?x)\b(?:
            (?:AKIA|ASIA)[A-Z2-7]{16}\b
          | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,}
          | gl(?:pat|dt|rt|cbt|ptt|ft|oas|soat)-[\w-]{16,}
          | xox[abeoprs][-.][\w.-]{10,} | xapp-[\w-]{10,}
          | eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*
          | AIza[\w-]{35} | npm_[A-Za-z0-9]{36} | pypi-[\w-]{32,} | hv[sb]\.[\w-]{20,}
          | [sr]k_live_[A-Za-z0-9]{10,} | sk-ant-[\w-]{16,} | SG\.[\w-]{16,}\.[\w-]{16,}
          | AGE-SECRET-KEY-1[A-Z0-9]{20,} | dop_v1_[a-f0-9]{32,}
        )"
    ),
    shape!(TOKEN, r"hooks\.slack\.com\\?/services\\?/(?P<secret>[\w/\\]{12,})"),
    // What passwords are stored as.
    shape!(TOKEN, r"\$(?:[1567y]|gy|2[abxy]|apr1|argon2[id]{1,2})\$(?P<secret>[\w./$=,+-]{8,})"),
    shape!(TOKEN, r"(?i)\{SSHA(?:\d+)?\}(?P<secret>[a-z0-9+/=]{16,})"),
    shape!(
        COMMAND,
        r#"\b(?:mysql\w*|mariadb[\w-]*|sshpass)\b[^\n|;&]*?\s-p(?P<secret>'[^'\n]+'|"[^"\n]+"|[^\s'"|;&]+)"#
    ),
    shape!(
        COMMAND,
        r#"\b(?:sshpass|docker\s+login|podman\s+login)\b[^\n|;&]*?\s-p\s+(?P<secret>'[^'\n]+'|"[^"\n]+"|[^\s'"|;&-][^\s|;&]*)"#
    ),
    shape!(
        COMMAND,
        r#"\bcurl\b[^\n|;&]*?\s(?:-u|--user|-U|--proxy-user)[ =]?["']?[^\s:"']+:(?P<secret>[^\s"']+)"#
    ),
    shape!(
        COMMAND,
        r#"\b(?:ldap\w+\b[^\n|;&]*?\s-w\s*|redis-cli\b[^\n|;&]*?\s-a\s+)(?P<secret>'[^'\n]+'|"[^"\n]+"|[^\s'"|;&]+)"#
    ),
    shape!(COMMAND, r#"[\w.-]+:(?P<secret>[^\s:'"|]+)["']?\s*\|\s*(?:sudo\s+)?(?:/usr/sbin/)?chpasswd"#),
    shape!(
        COMMAND,
        r#"(?i)\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?\\?['"](?P<secret>[^'"\\\n]+)"#
    ),
];

/// Masks what `found` gives reason to look for.
pub(super) fn mask(text: &str, found: Found) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for (on, pattern) in &SHAPES {
        if !found.has(*on) {
            continue;
        }
        if let Cow::Owned(text) = pattern.replace_all(&masked, one) {
            masked = Cow::Owned(text);
        }
    }
    masked
}

/// What stands in the place of one match.
fn one(found: &Captures<'_>) -> String {
    let whole = found.get_match();
    let secret = found.name("secret").unwrap_or(whole);
    if is_harmless(secret.as_str()) {
        return whole.as_str().to_owned();
    }
    let (from, to) = (secret.start() - whole.start(), secret.end() - whole.start());
    let whole = whole.as_str();
    // A key's lines stay lines, and quotes stay where they are.
    let secret = secret.as_str();
    let quote = if secret.starts_with(['"', '\'']) && secret.len() > 1 { &secret[..1] } else { "" };
    let lines = if secret.contains('\n') && secret.starts_with(['\n', '\r']) { "\n" } else { "" };
    format!("{}{lines}{quote}{MASKED}{quote}{lines}{}", &whole[..from], &whole[to..])
}
