//! The literals that make a text worth a look: one pass over the bytes, whatever the case.
//!
//! A literal only says which way to look; nothing is masked for a literal alone.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

/// What to look for in a text: a set of ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found(u8);

impl Found {
    /// A name that may be a secret's.
    pub(super) const KEY: Found = Found(1);
    /// A URL.
    pub(super) const URL: Found = Found(2);
    /// A private key's first line.
    pub(super) const BLOCK: Found = Found(4);
    /// A header or the name of a scheme.
    pub(super) const HEADER: Found = Found(8);
    /// A token's first letters.
    pub(super) const TOKEN: Found = Found(16);
    /// A command that takes a password.
    pub(super) const COMMAND: Found = Found(32);
    const ALL: Found = Found(63);

    /// Nothing to look for.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Is this among it?
    pub(super) fn has(self, other: Found) -> bool {
        self.0 & other.0 != 0
    }
}

const KEYS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "privatekey",
    "private_key",
    "private-key",
    "authkey",
    "auth_key",
    "auth-key",
    "accountkey",
    "encryptionkey",
    "encryption_key",
    "encryption-key",
    "signingkey",
    "signing_key",
    "signing-key",
    "masterkey",
    "master_key",
    "master-key",
    "credential",
    "masterauth",
    "rootpw",
    "psk",
];

const OTHERS: &[(Found, &[&str])] = &[
    (Found::URL, &["://", ":\\/\\/"]),
    (Found::BLOCK, &["-----begin"]),
    (Found::HEADER, &["authorization", "bearer ", "cookie"]),
    (
        Found::TOKEN,
        &[
            "akia",
            "asia",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "gldt-",
            "glrt-",
            "glcbt-",
            "glptt-",
            "glft-",
            "gloas-",
            "glsoat-",
            "xoxa-",
            "xoxb-",
            "xoxe-",
            "xoxe.",
            "xoxo-",
            "xoxp-",
            "xoxr-",
            "xoxs-",
            "xapp-",
            "hooks.slack.com",
            "eyj",
            "aiza",
            "npm_",
            "pypi-",
            "hvs.",
            "hvb.",
            "sk_live_",
            "rk_live_",
            "sk-ant-",
            "sg.",
            "age-secret-key-",
            "dop_v1_",
            "$1$",
            "$2a$",
            "$2b$",
            "$2x$",
            "$2y$",
            "$5$",
            "$6$",
            "$7$",
            "$y$",
            "$gy$",
            "$apr1$",
            "$argon2",
            "{ssha",
        ],
    ),
    (
        Found::COMMAND,
        &[
            "mysql",
            "mariadb",
            "sshpass",
            "curl",
            "ldap",
            "redis-cli",
            "smbclient",
            "login",
            "chpasswd",
            "identified",
        ],
    ),
];

/// The scan itself.
pub(super) struct Scan {
    /// Made when there is something to look at: a run that went well shows no text.
    words: LazyLock<AhoCorasick>,
    /// For each word what it stands for.
    means: Vec<Found>,
    keys: LazyLock<AhoCorasick>,
}

impl Scan {
    pub(super) fn new() -> Self {
        let means = words().map(|(means, _)| means).collect();
        let automata = || automaton(words().map(|(_, word)| word));
        Scan { words: LazyLock::new(automata), means, keys: LazyLock::new(|| automaton(KEYS)) }
    }

    /// Which ways to look.
    pub(super) fn look(&self, bytes: &[u8]) -> Found {
        let mut found = Found::default();
        for hit in self.words.find_overlapping_iter(bytes) {
            if let Some(means) = self.means.get(hit.pattern().as_usize()) {
                found.0 |= means.0;
            }
            if found == Found::ALL {
                break;
            }
        }
        found
    }

    /// Where words stand that may be part of a secret's name.
    pub(super) fn keys<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.keys.find_overlapping_iter(text).map(|hit| hit.start())
    }
}

/// Every word, and what it stands for.
fn words() -> impl Iterator<Item = (Found, &'static str)> {
    let others = OTHERS.iter().flat_map(|(found, words)| words.iter().map(|word| (*found, *word)));
    // An escape can hide a letter of a word: only the text itself tells.
    KEYS.iter().map(|word| (Found::KEY, *word)).chain(others).chain([(Found::ALL, "\\u00")])
}

fn automaton(words: impl IntoIterator<Item = impl AsRef<[u8]>>) -> AhoCorasick {
    let built =
        AhoCorasickBuilder::new().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words);
    built.expect("a few short words make a small automaton")
}
