//! The page around the findings: templates, style, script, and the policy that lets nothing else in.

use std::io;

use askama::Template;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::answer::{Answer, Start};
use super::data::json;
use crate::digest::Digest;
use crate::report::plain::plain;
use crate::report::terminal::finding::place;

/// The style sheet, as it stands in the page.
pub(super) const STYLE: &str = include_str!("style.css");
/// The script, as it stands in the page.
pub(super) const SCRIPT: &str = include_str!("script.js");

#[derive(Template)]
#[template(path = "head.html")]
struct Head {
    policy: String,
    version: &'static str,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "foot.html")]
struct Foot {
    /// A class of the style sheet.
    tone: &'static str,
    word: String,
    text: String,
    exit: String,
    start: Option<Start>,
    problems: Vec<(String, String)>,
    problems_more: u64,
    run: String,
    script: &'static str,
}

/// What the script needs to know beyond the rows.
#[derive(Serialize)]
struct Run<'r> {
    word: &'r str,
    text: &'r str,
    tone: &'r str,
    doubtful: Vec<String>,
}

/// Up to the first finding.
pub(super) fn head(to: &mut Vec<u8>) -> io::Result<()> {
    let policy = policy();
    template(to, &Head { policy, version: env!("CARGO_PKG_VERSION"), style: STYLE })
}

/// Findings, for browsers without script as they stand, for the script as text to open.
pub(super) fn findings(to: &mut Vec<u8>, findings: &str) -> io::Result<()> {
    #[derive(Template)]
    #[template(path = "findings.html")]
    struct Findings<'f> {
        findings: &'f str,
    }
    template(to, &Findings { findings })
}

/// A chunk of rows: JSON that holds no `<`.
pub(super) fn rows(to: &mut Vec<u8>, rows: &[u8]) -> io::Result<()> {
    #[derive(Template)]
    #[template(path = "rows.html")]
    struct Rows<'r> {
        rows: &'r str,
    }
    let rows = std::str::from_utf8(rows).map_err(io::Error::other)?;
    template(to, &Rows { rows })
}

/// From the last finding on: the answer, why it can't be trusted, the script.
pub(super) fn foot(to: &mut Vec<u8>, answer: &mut Answer, digest: &Digest, exit: u8) -> io::Result<()> {
    let words = answer.finish(digest, exit)?;
    let tone = match words.word.as_str() {
        word if word.starts_with("FAILED") => "alarm",
        word if word.starts_with("OK") => "fine",
        word if word.starts_with("REVIEW") && digest.problems.is_empty() => "note",
        _ => "alarm",
    };
    let problems = digest.problems.iter().map(|problem| {
        let place = problem.line.map(|line| place(&problem.file, line)).unwrap_or_default();
        (plain(problem.text.trim_end()).into_owned(), plain(&place).into_owned())
    });
    let doubtful = digest.problems.iter().filter_map(|problem| problem.minion.as_deref());
    let doubtful = doubtful.map(|minion| plain(minion).into_owned()).collect();
    let mut run = Vec::new();
    json(&mut run, &Run { word: &words.word, text: &words.text, tone, doubtful })?;
    template(
        to,
        &Foot {
            tone,
            problems: problems.collect(),
            problems_more: digest.problems_more,
            run: String::from_utf8(run).map_err(io::Error::other)?,
            script: SCRIPT,
            word: words.word,
            text: words.text,
            exit: words.exit,
            start: words.start,
        },
    )
}

/// Nothing but this style and this script, and no address to talk to; the icon is drawn by the script.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types saltlint",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// SHA-256 in base 64, as policies write it.
pub(super) fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text);
    let mut out = String::with_capacity(44);
    for three in hash.chunks(3) {
        let group =
            three.iter().fold(0, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            out.push(if digit > three.len() {
                '='
            } else {
                char::from(DIGITS[(group >> (18 - 6 * digit) & 63) as usize])
            });
        }
    }
    out
}

fn template(to: &mut Vec<u8>, template: &impl Template) -> io::Result<()> {
    Template::write_into(template, to)?;
    // A template's last line end is not part of it.
    to.push(b'\n');
    Ok(())
}
