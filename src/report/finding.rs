//! A finding as formats for programs and CI systems are told it: what, where, how urgent, and whether it is the same as
//! yesterday's.
//!
//! Its text has been made plain (no controls), line by line, so that no format can forget it; the format's own escapes
//! are the format's. Nothing here decides what is shown, but for [`is_shown`].

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::plain::plain;
use super::terminal::change::change;
use super::terminal::excerpt::{cut_to, excerpt, last_line};
use super::terminal::message::kind;
use super::words::{changed, words};
use super::{Seen, Show, States};
use crate::digest::Problem;
use crate::record::{Class, Message, Outcome, Record, State, Text};

/// A title is no longer than this, in characters.
const TITLE: usize = 240;
/// A change is shown in so many lines.
const CHANGE: usize = 12;

/// One finding.
pub(super) struct Finding<'s> {
    /// How urgent it is.
    pub(super) class: Class,
    /// Where it stands in the input; line 0 stands nowhere.
    file: &'s str,
    /// Its first line there.
    pub(super) line: u64,
    /// Its last line there.
    pub(super) end_line: u64,
    /// Whose it is.
    pub(super) minion: Option<String>,
    /// `module.function` of a state, the kind of a message.
    pub(super) function: String,
    /// A state's SLS, if it is known.
    pub(super) sls: Option<String>,
    /// A state's ID, else its name; empty for a message.
    pub(super) id: String,
    /// In a sentence, on one line.
    pub(super) title: String,
    /// The rule that spoke, else `saltlint/…` with what it is by default.
    pub(super) rule: String,
    /// Is it a message, and no state?
    pub(super) is_message: bool,
    /// What a message says, for where in an SLS it points.
    said: Option<Cow<'s, str>>,
    seen: &'s Seen<'s, 's>,
}

/// Where a finding is shown to stand.
pub(super) struct Place {
    /// A path; `stdin` for standard input.
    pub(super) file: String,
    /// Counted from 1.
    pub(super) line: u64,
    /// It is the state's place in its SLS file and not in the input.
    pub(super) in_sls: bool,
}

/// Is a record of this verdict shown?
pub(super) fn is_shown(show: Show, class: Class) -> bool {
    match show {
        Show::Attention => class >= Class::Review,
        Show::Changes => class > Class::Clean,
        Show::All => true,
    }
}

/// The least verdict that is shown, and that masking must look at.
pub(super) fn least(show: Show) -> Class {
    match show {
        Show::Attention => Class::Review,
        Show::Changes => Class::FalsePositive,
        Show::All => Class::Clean,
    }
}

impl<'s> Finding<'s> {
    /// The finding that a record is; `None` for what is none, whatever its verdict (strays, ends).
    pub(super) fn of(seen: &'s Seen<'s, 's>) -> Option<Self> {
        let at = seen.record.at();
        let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| plain(&words(text)).into_owned());
        let mut finding = Finding {
            class: seen.verdict.class,
            file: seen.file,
            line: at.line,
            end_line: at.end_line,
            minion: get(&at.minion),
            function: String::new(),
            sls: None,
            id: String::new(),
            title: String::new(),
            rule: String::new(),
            is_message: false,
            said: None,
            seen,
        };
        let (default, title) = match seen.record {
            Record::State(state) => {
                finding.function = get(&state.function).unwrap_or_default();
                finding.sls = get(&state.sls);
                finding.id = get(&state.id).or_else(|| get(&state.name)).unwrap_or_default();
                (state.outcome.word(), title_of_state(state, &finding))
            }
            Record::Message(message) => {
                let text = words(&message.text);
                finding.function = message.kind.word().to_owned();
                finding.is_message = true;
                let title = title_of_message(message, &text);
                finding.said = Some(text);
                (message.kind.word(), title)
            }
            Record::Summary(_) if seen.verdict.class >= Class::Review => {
                finding.function = "summary".to_owned();
                finding.is_message = true;
                ("nothing-ran", "Salt ran no state at all here".to_owned())
            }
            Record::Summary(_) | Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => return None,
        };
        let title = seen.says().map_or(title, Cow::into_owned);
        finding.title = plain(&cut_to(title.trim(), TITLE)).into_owned();
        finding.rule = match seen.verdict.rule {
            Some(rule) => plain(&rule.id).into_owned(),
            None => format!("saltlint/{default}"),
        };
        Some(finding)
    }

    /// Where it stands: with the states at hand in its SLS file, else in the input.
    pub(super) fn place(&self, states: Option<&States>) -> Place {
        let in_sls = states.and_then(|states| match &self.said {
            Some(said) => states.of_message(said),
            None => states.of_state(self.sls.as_deref(), &self.id),
        });
        match in_sls {
            Some((file, line)) => Place { file: plain(file).into_owned(), line, in_sls: true },
            None => self.in_input(),
        }
    }

    /// Where it stands in the input.
    pub(super) fn in_input(&self) -> Place {
        Place { file: file(self.file), line: self.line.max(1), in_sls: false }
    }

    /// What was said and done, in a few plain lines.
    pub(super) fn detail(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |text: &str, head, tail| {
            lines.extend(excerpt(text, head, tail).iter().map(|line| plain(line.trim_end()).into_owned()));
        };
        match self.seen.record {
            Record::State(state) => {
                let failed = state.outcome == Outcome::Failed;
                // `cmd.run` says of every command that it was run.
                let comment = state.comment.as_ref().map(words).unwrap_or_default();
                let name = state.name.as_ref().map(words).unwrap_or_default();
                if comment.trim() != format!("Command \"{name}\" run") {
                    add(&comment, 3, if failed { 6 } else { 1 });
                }
                state.warnings.iter().take(3).for_each(|warning| add(&words(warning), 2, 1));
                let Some(value) = state.changes.as_ref().map(changed) else { return lines };
                let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str);
                match (text("stdout"), text("stderr")) {
                    (Some(out), Some(err)) => {
                        add(err, 0, 8);
                        if !failed || err.trim().is_empty() {
                            add(out, 0, 8);
                        }
                    }
                    _ => {
                        let change = change(value, CHANGE, true);
                        lines
                            .extend(change.shown.iter().map(|(_, line)| plain(line.trim_end()).into_owned()));
                        if change.more > 0 {
                            lines.push(super::terminal::excerpt::more(change.more, "line"));
                        }
                    }
                }
            }
            Record::Message(message) => add(&words(&message.text), 4, 8),
            _ => {}
        }
        lines
    }

    /// What to do, a step each.
    pub(super) fn help(&self) -> Vec<String> {
        self.seen.verdict.help.iter().map(|step| plain(step).into_owned()).collect()
    }

    /// Where to read more: a web page, or nothing.
    pub(super) fn url(&self) -> Option<&'s str> {
        let is_page = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        self.seen.verdict.url.filter(is_page).filter(|url| url.bytes().all(|byte| byte.is_ascii_graphic()))
    }

    /// What kept it from running: `cmd.run migrate (run.log:12)`, with where that stands.
    pub(super) fn cause(&self) -> Option<(String, Place)> {
        let cause = self.seen.verdict.cause.as_ref()?;
        let what = [cause.function.as_deref(), cause.id.as_deref().or(cause.name.as_deref())];
        let what: Vec<&str> = what.into_iter().flatten().collect();
        let place = Place { file: file(&cause.file), line: cause.line.max(1), in_sls: false };
        Some((format!("{} ({}:{})", plain(&what.join(" ")), place.file, place.line), place))
    }

    /// `web1: ` in front of a title, where it is known.
    pub(super) fn whose(&self) -> String {
        self.minion.as_ref().map_or(String::new(), |minion| format!("{minion}: "))
    }

    /// The same for the same finding in another run, whatever the lines, times and numbers in it.
    pub(super) fn fingerprint(&self) -> String {
        let numberless: String =
            self.title.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let said = if self.rule.starts_with("saltlint/") { numberless.as_str() } else { "" };
        let words = [
            "saltlint/v1",
            self.minion.as_deref().unwrap_or_default(),
            &self.function,
            &self.id,
            &self.rule,
            said,
        ];
        hash(&words)
    }
}

/// Words as a hash: half of SHA-256, in hexadecimal.
pub(super) fn hash(words: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// An input's name as a path in a report.
pub(super) fn file(name: &str) -> String {
    if name == "-" { "stdin".to_owned() } else { plain(name).into_owned() }
}

/// Why the input can't be trusted, on one line, and where.
pub(super) fn problem(problem: &Problem) -> (String, Place) {
    let place = Place { file: file(&problem.file), line: problem.line.unwrap_or(1).max(1), in_sls: false };
    (plain(problem.text.trim()).into_owned(), place)
}

/// `cmd.run migrate failed: No such file`
fn title_of_state(state: &State<'_>, finding: &Finding<'_>) -> String {
    let what = format!("{} {}", finding.function, finding.id);
    let outcome = match state.outcome {
        Outcome::WouldChange => "would change",
        _ if state.result.is_none() => "shows no result",
        Outcome::Clean => "is as it should be",
        Outcome::Skipped => "was skipped",
        outcome => outcome.word(),
    };
    let comment = state.comment.as_ref().map(words).unwrap_or_default();
    let first = comment.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let what = what.trim();
    if first.is_empty() { format!("{what} {outcome}") } else { format!("{what} {outcome}: {first}") }
}

/// `did not compile: Rendering SLS 'base:web' failed: …`
fn title_of_message(message: &Message<'_>, text: &str) -> String {
    let line = if text.contains("Traceback (most recent call last)") {
        last_line(text)
    } else {
        text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().into()
    };
    format!("{}: {}", kind(message), line.trim())
}
