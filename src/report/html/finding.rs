//! A finding in words: what it is, what was said, what to do, and what Salt printed.
//!
//! The markup is in `templates/finding.html`; here is what it is filled with, and how much of it there may be.

use std::fmt::Write as _;
use std::io;

use anstyle::Style;
use askama::Template;
use sha2::{Digest as _, Sha256};

use super::salt::{self, Lines};
use crate::record::{Class, Outcome, Record, State, Text};
use crate::report::Seen;
use crate::report::plain::plain;
use crate::report::terminal::change::change;
use crate::report::terminal::excerpt::{cut_to, excerpt};
use crate::report::terminal::finding::{outcome, place, sign, text_at, what};
use crate::report::terminal::message::kind;
use crate::report::terminal::sheet::{ADDED, GONE, WHERE};
use crate::report::words::{changed, words};
use crate::verdict::Cause;

/// A change is shown in so many lines; below it stands all that Salt printed.
const CHANGE: usize = 60;
/// A headline has so many characters.
const HEADLINE: usize = 400;

/// How many bytes of findings may still be written: what needs someone, what is to be reviewed, what is known, and
/// Salt's own layout of them. Findings behind that are rows that say where they stand.
pub(super) struct Room {
    urgent: usize,
    review: usize,
    known: usize,
    blocks: usize,
}

impl Default for Room {
    fn default() -> Self {
        Room { urgent: 6 << 20, review: 4 << 20, known: 1 << 20, blocks: 4 << 20 }
    }
}

#[derive(Template)]
#[template(path = "finding.html")]
struct Words<'w> {
    anchor: &'w str,
    class: &'static str,
    sign: &'static str,
    headline: String,
    what: String,
    place: String,
    facts: Vec<(&'static str, String)>,
    cause: Option<(String, String)>,
    texts: Vec<Part>,
    change: Vec<(&'static str, String)>,
    change_more: usize,
    help: Vec<String>,
    url: Option<String>,
    color: &'static str,
    block: Lines,
}

/// A text under its name.
struct Part {
    label: &'static str,
    text: String,
}

/// Appends a finding; false where there is no room for it any more.
pub(super) fn write(to: &mut String, seen: &Seen<'_, '_>, room: &mut Room) -> io::Result<bool> {
    let left = match seen.verdict.class {
        Class::ActionRequired => &mut room.urgent,
        Class::Review => &mut room.review,
        _ => &mut room.known,
    };
    if *left == 0 {
        return Ok(false);
    }
    let before = to.len();
    let anchor = anchor(seen);
    let mut finding = Words::of(seen, &anchor);
    if room.blocks == 0 {
        finding.block = Lines::default();
    } else {
        room.blocks =
            room.blocks.saturating_sub(finding.block.lines.iter().map(|line| line.text.len() + 8).sum());
    }
    finding.render_into(to).map_err(io::Error::other)?;
    *left = left.saturating_sub(to.len() - before);
    Ok(true)
}

/// The name of a finding in the page's address: the same as long as it stands where it stands.
pub(super) fn anchor(seen: &Seen<'_, '_>) -> String {
    let at = seen.record.at();
    let own = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
    let minion = own(&at.minion);
    match seen.record {
        Record::State(state) => {
            let of = [minion, own(&state.id), own(&state.name), own(&state.function)];
            name(seen.file, at.line, &of)
        }
        // Several messages can stand in one line, and those that stand nowhere differ by their words.
        Record::Message(message) => {
            name(seen.file, at.line, &[minion, Some(message.text.get().into_owned())])
        }
        _ => name(seen.file, at.line, &[minion]),
    }
}

/// The same for the state that a cause names.
pub(super) fn anchor_of(cause: &Cause) -> String {
    let of = [&cause.minion, &cause.id, &cause.name, &cause.function].map(Clone::clone);
    name(&cause.file, cause.line, &of)
}

fn name(file: &str, line: u64, of: &[Option<String>]) -> String {
    let mut hash = Sha256::new_with_prefix(file);
    for word in of {
        hash.update([0]);
        hash.update(word.as_deref().unwrap_or("\u{1}"));
    }
    let mut name = format!("L{line}-");
    for byte in hash.finalize().iter().take(4) {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

impl<'w> Words<'w> {
    fn of(seen: &Seen<'_, '_>, anchor: &'w str) -> Self {
        let (verdict, at) = (seen.verdict, seen.record.at());
        let mut out = Words {
            anchor,
            class: verdict.class.word(),
            sign: sign(verdict.class, true).0,
            headline: String::new(),
            what: String::new(),
            place: plain(&place(seen.file, at.line)).into_owned(),
            facts: Vec::new(),
            cause: verdict.cause.as_ref().map(|cause| (anchor_of(cause), because(cause))),
            texts: Vec::new(),
            change: Vec::new(),
            change_more: 0,
            help: verdict
                .help
                .iter()
                .map(|step| step.lines().map(plain).collect::<Vec<_>>().join(" "))
                .collect(),
            // Rules are checked, but a page must not depend on it.
            url: verdict
                .url
                .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
                .map(str::to_owned),
            color: "",
            block: Lines::default(),
        };
        if let Some(minion) = &at.minion {
            out.fact("minion", &words(minion));
        }
        match seen.record {
            Record::State(state) => out.state(state),
            Record::Message(message) => {
                out.what = kind(message).into_owned();
                if let Some(logger) = &message.logger {
                    out.fact("logger", &words(logger));
                }
                if let Some(time) = &message.time {
                    out.fact("time", &words(time));
                }
                let text = words(&message.text);
                out.headline =
                    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
                out.text("", &text, 30, 30);
            }
            Record::Summary(_) | Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => {}
        }
        if let Some(says) = seen.says() {
            out.headline = says.into_owned();
        } else if out.headline.is_empty() {
            out.headline = out.what.clone();
        }
        out.headline = plain(&cut_to(out.headline.trim(), HEADLINE)).into_owned();
        if let Some(parent) = &at.parent {
            out.fact("within", &words(&parent.id));
        }
        if let Some(rule) = verdict.rule {
            out.fact("rule", &rule.id);
        }
        out
    }

    fn state(&mut self, state: &State<'_>) {
        self.what = plain(&what(state)).into_owned();
        self.color = salt::color(state);
        self.block = salt::block(state);
        self.fact("state", &outcome(state));
        for (label, text) in
            [("function", &state.function), ("id", &state.id), ("name", &state.name), ("sls", &state.sls)]
        {
            let Some(text) = text.as_ref().map(words) else { continue };
            let same = label == "name" && state.id.as_ref().is_some_and(|id| words(id) == text);
            if !same {
                self.fact(label, &text);
            }
        }
        if let Some(started) = &state.started {
            self.fact("started", &words(started));
        }
        if let Some(took) = state.duration_ms {
            self.fact("took", &format!("{took} ms"));
        }
        if let Some(comment) = state.comment.as_ref().map(words) {
            // `cmd.run` says of every command that it was run.
            let only_ran = state
                .name
                .as_ref()
                .is_some_and(|name| comment.trim() == format!("Command \"{}\" run", words(name)));
            if !only_ran {
                self.text("comment", &comment, 20, 20);
            }
        }
        for warning in state.warnings.iter().take(5) {
            self.text("warning", &words(warning), 6, 2);
        }
        let Some(value) = state.changes.as_ref().map(changed) else { return };
        if let (Some(out), Some(err)) = (text_at(value, "stdout"), text_at(value, "stderr")) {
            // What went wrong is at the end; all of it is in Salt's own layout below.
            self.text("stderr", err, 0, if state.outcome == Outcome::Failed { 16 } else { 10 });
            self.text("stdout", out, 0, 12);
        } else {
            let change = change(value, CHANGE, true);
            let line = |(style, line): &(Style, String)| (tint(*style), plain(line).into_owned());
            self.change = change.shown.iter().map(line).collect();
            self.change_more = change.more;
        }
    }

    fn fact(&mut self, label: &'static str, text: &str) {
        let text = plain(&cut_to(text.trim(), HEADLINE)).into_owned();
        if !text.is_empty() {
            self.facts.push((label, text));
        }
    }

    fn text(&mut self, label: &'static str, text: &str, head: usize, tail: usize) {
        let lines = excerpt(text, head, tail);
        let text = lines.iter().map(|line| plain(line.trim_end())).collect::<Vec<_>>().join("\n");
        match text.contains('\n') {
            _ if text.is_empty() => {}
            false if matches!(label, "comment" | "warning") => self.facts.push((label, text)),
            _ => self.texts.push(Part { label, text }),
        }
    }
}

/// A line of a diff, as a class of the style sheet.
fn tint(style: Style) -> &'static str {
    match style {
        ADDED => "added",
        GONE => "gone",
        WHERE => "where",
        _ => "",
    }
}

fn because(cause: &Cause) -> String {
    let what = [&cause.function, if cause.id.is_some() { &cause.id } else { &cause.name }];
    let what: Vec<&str> = what.into_iter().flatten().map(String::as_str).collect();
    plain(&cut_to(&what.join("  "), HEADLINE)).into_owned()
}
