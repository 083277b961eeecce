//! Which names are a secret's, and which values are none.
//!
//! A name is looked at word by word (`db_password`, `DB-PASSWORD`, `dbPassword` are two words each): what it ends with
//! counts most, so that `password_file`, `token_ttl` and `PasswordAuthentication` are no secrets.

use std::sync::LazyLock;

use regex::Regex;

use super::MASKED;

/// No name is longer.
const LONGEST: usize = 200;

/// Words that end the names of secrets.
const SECRET: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passwds",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "credential",
    "credentials",
    "psk",
    "rootpw",
    "requirepass",
    "masterauth",
    "authtoken",
    "privatekey",
    "secretkey",
    "accesskey",
    "authkey",
];
/// The same, where they are only the end of a word: `PGPASSWORD`.
const ENDS: &[&str] = &["password", "passwd", "passphrase", "apikey", "secretkey"];
/// Secret behind another word only: `db_pass`, `MYSQL_PWD`.
const BEHIND: &[&str] = &["pass", "pwd", "pw"];
/// A key of these is one.
const KEYS: &[&str] =
    &["api", "access", "private", "secret", "auth", "encryption", "signing", "master", "account", "shared"];
/// Words after which a name is about a secret and not one.
const ABOUT: &[&str] = &[
    "file",
    "files",
    "filename",
    "path",
    "paths",
    "dir",
    "directory",
    "url",
    "uri",
    "endpoint",
    "host",
    "port",
    "expires",
    "expire",
    "expiry",
    "expiration",
    "expired",
    "ttl",
    "lifetime",
    "timeout",
    "age",
    "minutes",
    "seconds",
    "hours",
    "days",
    "date",
    "time",
    "length",
    "len",
    "min",
    "max",
    "size",
    "count",
    "limit",
    "policy",
    "authentication",
    "auth",
    "changed",
    "change",
    "changes",
    "rotation",
    "rotate",
    "type",
    "name",
    "names",
    "user",
    "username",
    "enabled",
    "enable",
    "disabled",
    "required",
    "field",
    "prompt",
    "encryption",
    "algorithm",
    "method",
    "format",
    "version",
    "ref",
    "store",
    "manager",
    "provider",
    "backend",
    "mode",
    "owner",
    "group",
    "updated",
    "created",
    "exists",
    "mount",
    "engine",
    "reset",
    "strength",
    "hint",
    "label",
    "title",
    "description",
    "lock",
    "bytes",
    "budget",
    "usage",
    "used",
    "namespace",
    "selector",
    "reader",
    "agent",
    "service",
];

/// Is this the name of a secret?
pub(super) fn is_secret(name: &str) -> bool {
    if name.len() > LONGEST {
        return false;
    }
    let words = words(name);
    // `password-1`, `token2`, `secret_id`.
    let end = words.iter().rposition(|word| !word.bytes().all(|byte| byte.is_ascii_digit()) && word != "id");
    let Some(end) = end else { return false };
    let word = words[end].trim_end_matches(|c: char| c.is_ascii_digit());
    if ABOUT.contains(&word) {
        return false;
    }
    let counted =
        matches!(words[0].as_str(), "max" | "min" | "num" | "n" | "total" | "no" | "count" | "has" | "is");
    if counted && end > 0 {
        return false;
    }
    if SECRET.contains(&word) || ENDS.iter().any(|end| word.ends_with(end)) {
        return true;
    }
    let before = end.checked_sub(1).and_then(|at| words.get(at));
    match before {
        Some(before) if word == "key" => KEYS.contains(&before.as_str()),
        Some(_) if BEHIND.contains(&word) => true,
        // `password_hash`, `secret_value`, `token_old`, `password for bob`
        Some(before) => {
            SECRET.contains(&before.as_str())
                && matches!(word, "hash" | "value" | "data" | "old" | "new" | "plain" | "text")
        }
        // `PWD` is where a shell stands.
        None => word == "pass" || name == "pwd",
    }
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        let starts_hump = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_uppercase() && letters.peek().is_some_and(|next| next.is_lowercase()));
        if !c.is_alphanumeric() || starts_hump {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    if words.is_empty() { vec![String::new()] } else { words }
}

/// Is this value of a secret's name no secret: nothing, a switch, a reference to where the secret is?
pub(super) fn is_harmless(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "none",
        "null",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "~",
        "unset",
        "set",
        "(nothing)",
        "present",
        "absent",
        "required",
        "optional",
        "invalid",
        "missing",
        "expired",
        "hidden",
        "prompt",
        "not set",
        "changed",
        "unchanged",
        "undefined",
        "n/a",
        "[]",
        "{}",
        "\"\"",
        "''",
        "denied",
        "empty",
    ];
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?x)^(?:
                \{\{.*\}\} | \{%.*%\} | <%.*%> | %\(\w+\)s          # templates
              | \$\{?[A-Za-z_][A-Za-z0-9_]*\}? | \$\(.*\)           # the shell
              | [xX*!•]{1,2} | [*•xX]{3,} | \*LK\* | [xX*-]*(?i:redacted)[xX*-]*            # masked by others
              | (?:(?:files|compat|systemd|sss|ldap|nis|winbind|db)\b\s*)+(?:\[.*\])? # nsswitch.conf
              | \d+(?:\.\d+)+[\w.+:~^-]*                              # versions
            )$",
        )
    });
    let value = value.trim();
    value == MASKED || WORDS.iter().any(|word| word.eq_ignore_ascii_case(value)) || REFERENCE.is_match(value)
}

/// Does this look like nothing that is written in a sentence?
pub(super) fn is_random(value: &str) -> bool {
    let odd = |c: char| c.is_ascii_digit() || "!@$%^&*_+=~#/".contains(c);
    let is_mixed = || value.chars().skip(1).any(char::is_uppercase) && value.chars().any(char::is_lowercase);
    value.len() >= 4 && (value.chars().any(odd) || is_mixed())
}

pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of our own")
}
