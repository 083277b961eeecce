//! `markdown`: for a comment on a pull request, a job's summary, a chat: the answer on top, findings folded below.
//!
//! Short by a bound (GitHub takes 65,536 characters of a comment): equal findings of several minions are one, the most
//! urgent come first, and what is left out is counted. Inline text is HTML inside of `<details>`, escaped, so that no
//! Markdown in it means anything; `@` and `#` are kept from naming people and issues. What Salt said is in code blocks.

use std::collections::HashMap;
use std::io;

use super::batch::Batch;
use super::finding::{Finding, file, is_shown, least, problem};
use super::{Report, Seen, Show};
use crate::digest::Digest;
use crate::record::{Class, Outcome};

/// So many different findings are kept of a verdict.
const KEPT: usize = 60;
/// So many bytes are written of all findings.
const ROOM: usize = 48 * 1024;
/// So many bytes are written of one.
const ONE: usize = 4 * 1024;
/// So many minions are named.
const NAMED: usize = 3;
/// So many causes are told apart.
const CAUSES: usize = 4096;

/// Findings until the end.
pub(super) struct Markdown {
    batch: Batch,
    show: Show,
    kept: Vec<Kept>,
    known: HashMap<String, usize>,
    /// Findings that are not kept, by verdict.
    more: [u64; Class::ALL.len()],
    /// How many were blocked by what stands in a line.
    blocked: HashMap<(String, u64), u64>,
}

/// A finding, and where else it is.
struct Kept {
    class: Class,
    title: String,
    subject: String,
    detail: Vec<String>,
    help: Vec<String>,
    url: Option<String>,
    minions: Vec<String>,
    places: Vec<(String, u64)>,
    count: u64,
}

impl Markdown {
    pub(super) fn new(show: Show, out: Box<dyn io::Write>) -> Self {
        let (kept, known, blocked) = (Vec::new(), HashMap::new(), HashMap::new());
        Markdown { batch: Batch::new(out), show, kept, known, more: [0; Class::ALL.len()], blocked }
    }

    fn keep(&mut self, finding: &Finding<'_>) {
        let key = format!("{:?} {} {} {}", finding.class, finding.function, finding.id, finding.title);
        if let Some(kept) = self.known.get(&key).and_then(|at| self.kept.get_mut(*at)) {
            kept.count += 1;
            kept.name(finding);
            return;
        }
        let alike = self.kept.iter().filter(|kept| kept.class == finding.class).count();
        if alike >= KEPT {
            self.more[finding.class as usize] += 1;
            return;
        }
        let subject = if finding.is_message {
            finding.function.clone()
        } else {
            format!("{} {}", finding.function, finding.id)
        };
        let mut kept = Kept {
            class: finding.class,
            title: finding.title.clone(),
            subject: subject.trim().to_owned(),
            detail: finding.detail(),
            help: finding.help(),
            url: finding.url().map(str::to_owned),
            minions: Vec::new(),
            places: Vec::new(),
            count: 1,
        };
        kept.detail.extend(finding.cause().map(|(cause, _)| format!("because of {cause}")));
        kept.name(finding);
        self.known.insert(key, self.kept.len());
        self.kept.push(kept);
    }
}

impl Kept {
    fn name(&mut self, finding: &Finding<'_>) {
        let place = finding.in_input();
        if self.places.len() < CAUSES && finding.line > 0 {
            self.places.push((place.file, place.line));
        }
        if let Some(minion) = &finding.minion
            && self.minions.len() < NAMED
            && !self.minions.contains(minion)
        {
            self.minions.push(minion.clone());
        }
    }

    /// One folded finding.
    fn show(&self, blocked: u64) -> String {
        let mut minions = self.minions.iter().map(|it| code(it)).collect::<Vec<_>>().join(", ");
        let many = u64::try_from(self.minions.len()).unwrap_or(u64::MAX);
        if self.count > many && many > 0 {
            minions.push_str(&format!(" and {} more", self.count - many));
        } else if self.count > 1 && many == 0 {
            minions = format!("{} times", self.count);
        }
        let blocked = match blocked {
            0 => String::new(),
            1 => ", 1 more state did not run because of it".to_owned(),
            many => format!(", {many} more states did not run because of it"),
        };
        let on = if minions.is_empty() { String::new() } else { format!(" — {minions}") };
        let mut text = format!(
            "<details><summary>{} <b>{}</b>{on}{blocked}</summary>\n\n",
            sign(self.class),
            html(&self.title)
        );
        let place = self.places.first().map(|(file, line)| format!(" {}", code(&format!("{file}:{line}"))));
        text.push_str(&format!("{}{}\n\n", code(&self.subject), place.unwrap_or_default()));
        if !self.detail.is_empty() {
            let body = cut(&self.detail.join("\n"), ONE);
            let fence = fence(&body);
            let language = if body.lines().any(|line| line.starts_with("@@ ")) { "diff" } else { "text" };
            text.push_str(&format!("{fence}{language}\n{body}\n{fence}\n\n"));
        }
        for (number, step) in self.help.iter().enumerate() {
            text.push_str(&format!("{}. <span>{}</span>\n", number + 1, html(&step.replace('\n', " "))));
        }
        if let Some(url) = &self.url {
            text.push_str(&format!("\n<a href=\"{}\">Read more</a>\n", html_only(url)));
        }
        text.push_str("\n</details>\n");
        text
    }
}

impl Report for Markdown {
    fn least(&self) -> Class {
        // What was blocked is counted under its cause.
        least(self.show).min(Class::Blocked)
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if let (Class::Blocked, Some(cause)) = (seen.verdict.class, &seen.verdict.cause) {
            let key = (file(&cause.file), cause.line);
            if self.blocked.len() < CAUSES || self.blocked.contains_key(&key) {
                *self.blocked.entry(key).or_default() += 1;
            }
        }
        if is_shown(self.show, seen.verdict.class)
            && seen.verdict.class > Class::Clean
            && let Some(finding) = Finding::of(seen)
        {
            self.keep(&finding);
        }
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        let mut text = answer(digest, exit);
        if !digest.problems.is_empty() {
            text.push_str("**This input can't be trusted:**\n\n");
            for it in digest.problems.iter().take(10) {
                text.push_str(&format!("- {}\n", code(&cut(&problem(it).0, 500))));
            }
            match digest.problems.len().saturating_sub(10) as u64 + digest.problems_more {
                0 => {}
                more => text.push_str(&format!("- … and {more} more like these\n")),
            }
            text.push('\n');
        }
        let end = text.len() + ROOM;
        self.kept.sort_by_key(|kept| std::cmp::Reverse(kept.class));
        for kept in &self.kept {
            let blocked = kept.places.iter().filter_map(|place| self.blocked.get(place)).sum();
            let shown = kept.show(blocked);
            if text.len() + shown.len() > end {
                self.more[kept.class as usize] += kept.count;
            } else {
                text.push_str(&shown);
            }
        }
        for class in Class::ALL.into_iter().rev() {
            let more = self.more[class as usize];
            if more > 0 {
                text.push_str(&format!("\n… and {more} more: {}\n", class.word()));
            }
        }
        self.batch.bytes.extend_from_slice(text.as_bytes());
        self.batch.flush()
    }
}

/// The answer for everything: a heading and a line of numbers.
fn answer(digest: &Digest, exit: u8) -> String {
    let all = &digest.all;
    let (action, review) =
        (all.verdict(Class::ActionRequired), all.verdict(Class::Review) + digest.empty_runs);
    let word = match (action, review) {
        (1.., _) => "❌ Salt: FAILED",
        (0, 1..) => "🔎 Salt: to review",
        (0, 0) if exit == 3 => "⚠️ Salt: not verified",
        (0, 0) => "✅ Salt: OK",
    };
    let test = all.outcome(Outcome::WouldChange) > 0 && all.outcome(Outcome::Changed) == 0;
    let mut parts = Vec::new();
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            parts.push(format!("**{count}** {what}"));
        }
    };
    add(action, if action == 1 { "needs you" } else { "need you" });
    add(all.verdict(Class::Blocked), "blocked");
    add(review, "to review");
    add(all.verdict(Class::Benign), "known");
    add(all.verdict(Class::FalsePositive), "false positives");
    add(all.outcome(Outcome::Clean) + all.outcome(Outcome::Skipped), "clean");
    let minions = digest.runs.max(digest.minions);
    let of = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "### {word}{}\n\n{} ({}, {})\n\n",
        if test { " (test)" } else { "" },
        if parts.is_empty() { "nothing was read".to_owned() } else { parts.join(", ") },
        of(all.states, "state"),
        of(minions, "minion"),
    )
}

fn sign(class: Class) -> &'static str {
    match class {
        Class::ActionRequired => "❌",
        Class::Review => "🔎",
        Class::Blocked => "⛔",
        Class::Benign => "🟢",
        Class::FalsePositive => "⚪",
        Class::Clean => "✅",
    }
}

/// Inline text as HTML that names nobody, links to nothing and is no Markdown.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // An invisible joiner: neither a mention nor an issue.
            '@' | '#' => out.extend([c, '\u{2060}']),
            // Links of their own making.
            ':' => out.push_str("&#58;"),
            '&' | '<' | '>' | '"' | '\'' => out.push_str(&html_only(&c.to_string())),
            c if c.is_ascii_punctuation() && "\\`*_{}[]()~|!+=$^".contains(c) => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn html_only(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// Text in a code span, where GitHub looks for no names.
fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", html(text)) }
}

/// A fence longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}
