//! One finding as a person reads it: what it is, what was said, what to do.
//!
//! A finding that needs eyes has a line of its own and fields under it ([`full`]); what is known, or is all right, has
//! one line ([`brief`]). Nothing here decides what is shown.

use std::borrow::Cow;

use anstyle::Style;

use super::change::change;
use super::excerpt::{cut, excerpt, more};
use super::message::{full as full_message, kind};
use super::sheet::{ALARM, BOLD, FINE, NOTE, PLAIN, Sheet, WHERE};
use super::source;
use crate::record::{Class, Outcome, Place, Record, State, Text, Value};
use crate::report::Seen;
use crate::report::words::{changed, words};
use crate::verdict::Verdict;

/// Where a finding's sign stands.
const SIGN: usize = 2;
/// A change is shown in so many lines.
const CHANGE: usize = 12;

/// A finding with all that helps to act on it, but for its steps: those follow what it blocked (see [`steps`]).
/// `section` is the minion whose section this stands in.
pub(super) fn full(sheet: &mut Sheet<'_>, section: Option<&str>, seen: &Seen<'_, '_>) {
    let (sign, style) = sign(seen.verdict.class, sheet.look.unicode);
    match seen.record {
        Record::State(state) => {
            let what = what(state);
            let on = elsewhere(section, &state.at);
            let place = place(seen.file, state.at.line);
            if let Some(says) = &seen.says() {
                headline(sheet, (sign, style), &[(style, says)], &place);
                sheet.field("state", PLAIN, &format!("{}  {what}{on}", outcome(state)));
            } else {
                let outcome = format!("{}  ", outcome(state));
                headline(sheet, (sign, style), &[(style, &outcome), (BOLD, &what), (PLAIN, &on)], &place);
            }
            body(sheet, state, seen.trigger());
        }
        Record::Message(message) => full_message(sheet, (sign, style), section, seen, message),
        Record::Summary(summary) => {
            let says = seen.says().unwrap_or(Cow::Borrowed("Salt ran no state at all here"));
            headline(sheet, (sign, style), &[(style, &says)], &place(seen.file, summary.at.line));
        }
        Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => {}
    }
}

/// What to do about a finding, and where to read more.
pub(super) fn steps(sheet: &mut Sheet<'_>, verdict: &Verdict<'_>) {
    numbered(sheet, &verdict.help, verdict.url);
}

/// Steps, numbered if there are several, and where to read more.
pub(super) fn numbered(sheet: &mut Sheet<'_>, help: &[String], url: Option<&str>) {
    let many = help.len() > 1;
    for (number, step) in help.iter().enumerate() {
        let step = if many { format!("{}. {step}", number + 1) } else { step.clone() };
        for (at, line) in step.lines().enumerate() {
            let label = if number + at == 0 { "do" } else { "" };
            match (many, at) {
                (true, 0) => sheet.step(label, line),
                (true, _) => sheet.field(label, PLAIN, &format!("   {line}")),
                (false, _) => sheet.field(label, PLAIN, line),
            }
        }
    }
    if let Some(url) = url {
        sheet.field("see", WHERE, url);
    }
}

/// A finding in one line, for what is known or is all right.
pub(super) fn brief(sheet: &mut Sheet<'_>, section: Option<&str>, seen: &Seen<'_, '_>) {
    let (sign, style) = sign(seen.verdict.class, sheet.look.unicode);
    let at = seen.record.at();
    let on = elsewhere(section, at);
    let place = place(seen.file, at.line);
    let (mut word, what) = match seen.record {
        Record::State(state) => (outcome(state), what(state)),
        Record::Message(message) => {
            let text = words(&message.text);
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
            (kind(message), cut(first).into_owned())
        }
        Record::Stray(stray) => {
            for line in excerpt(&words(&stray.text), 8, 2) {
                sheet.line(SIGN, 2, &[(PLAIN, "| "), (PLAIN, &line)]);
            }
            return;
        }
        Record::Summary(_) | Record::RunEnd(_) | Record::Fault(_) => return,
    };
    match seen.verdict.class {
        Class::FalsePositive => word = Cow::Borrowed("false positive"),
        Class::Blocked => word = Cow::Borrowed("blocked"),
        _ => {}
    }
    let because = seen.verdict.cause.as_ref().map(|cause| {
        let function = cause.function.as_deref().unwrap_or_default();
        let id = cause.id.as_deref().or(cause.name.as_deref()).unwrap_or_default();
        format!("  because of {}", format!("{function} {id}").trim())
    });
    let triggered = || seen.trigger().map(|trigger| format!("  because {} changed", cut(trigger)));
    let because = because.or_else(triggered).unwrap_or_default();
    match &seen.says() {
        Some(says) => {
            // A message's own words add nothing to what is known of it.
            let what = if matches!(seen.record, Record::State(_)) { format!("   {what}{on}") } else { on };
            let class = if seen.verdict.class == Class::FalsePositive { "false positive: " } else { "" };
            headline(
                sheet,
                (sign, style),
                &[(PLAIN, class), (PLAIN, says), (PLAIN, &what), (PLAIN, &because)],
                &place,
            );
        }
        None => {
            let word = format!("{word}  ");
            headline(
                sheet,
                (sign, style),
                &[(PLAIN, &word), (PLAIN, &what), (PLAIN, &on), (PLAIN, &because)],
                &place,
            );
        }
    }
}

pub(super) fn headline(
    sheet: &mut Sheet<'_>,
    (sign, style): (&str, Style),
    pieces: &[(Style, &str)],
    place: &str,
) {
    let mut line = vec![(style, sign), (PLAIN, " ")];
    line.extend_from_slice(pieces);
    line.extend([(PLAIN, "   "), (WHERE, place)]);
    sheet.line(SIGN, 2, &line);
}

fn body(sheet: &mut Sheet<'_>, state: &State<'_>, trigger: Option<&str>) {
    let name = state.name.as_ref().map(words);
    if let (Some(name), Some(id)) = (&name, &state.id)
        && *name != words(id)
    {
        lines(sheet, "name", PLAIN, &excerpt(name, 3, 1));
    }
    if state.outcome == Outcome::Failed {
        declared(sheet, state);
    }
    if let Some(trigger) = trigger {
        sheet.field("because", PLAIN, &format!("{} changed", cut(trigger)));
    }
    if let Some(comment) = &state.comment {
        let comment = words(comment);
        // `cmd.run` says of every command that it was run.
        let only_ran = name.as_ref().is_some_and(|name| comment.trim() == format!("Command \"{name}\" run"));
        if !only_ran {
            let (head, tail) = if state.outcome == Outcome::Failed { (3, 6) } else { (3, 1) };
            lines(sheet, "comment", PLAIN, &excerpt(&comment, head, tail));
        }
    }
    for warning in state.warnings.iter().take(3) {
        lines(sheet, "warning", PLAIN, &excerpt(&words(warning), 2, 1));
    }
    let Some(value) = state.changes.as_ref().map(changed) else { return };
    if let (Some(out), Some(err)) = (text_at(value, "stdout"), text_at(value, "stderr")) {
        // What went wrong is at the end; stdout can hold it where stderr is silent.
        let failed = state.outcome == Outcome::Failed;
        lines(sheet, "stderr", PLAIN, &excerpt(err, 0, if failed { 8 } else { 4 }));
        if !failed || err.trim().is_empty() {
            lines(sheet, "stdout", PLAIN, &excerpt(out, 0, if failed { 8 } else { 6 }));
        }
    } else if !is_of_step(value) {
        let change = change(value, CHANGE, sheet.look.unicode);
        for (number, (style, line)) in change.shown.iter().enumerate() {
            sheet.field(if number == 0 { "change" } else { "" }, *style, line);
        }
        if change.more > 0 {
            sheet.field("", PLAIN, &more(change.more, "line"));
        }
    }
}

/// What is left of a step's changes where what it ran stands in records of its own: `out: highstate`, and nobody's return.
fn is_of_step(changes: &Value) -> bool {
    let Value::Object(map) = changes else { return false };
    let ret = map.get("ret").and_then(Value::as_object);
    map.len() == 2 && map.contains_key("out") && ret.is_some_and(|ret| ret.is_empty())
}

/// Where a failed state is declared, and how, as far as that is known.
fn declared(sheet: &mut Sheet<'_>, state: &State<'_>) {
    let sls = state.sls.as_ref().map(words);
    if let Some(sls) = &sls {
        sheet.field("sls", PLAIN, &cut(sls));
    }
    let look = sheet.look;
    let id = state.id.as_ref().or(state.name.as_ref()).map(words).unwrap_or_default();
    if let Some(source) = look.states.as_ref().and_then(|states| states.source_of_state(sls.as_deref(), &id))
    {
        source::show(sheet, "source", &source);
    }
}

fn lines(sheet: &mut Sheet<'_>, label: &str, style: Style, lines: &[Cow<'_, str>]) {
    for (number, line) in lines.iter().enumerate() {
        sheet.field(if number == 0 { label } else { "" }, style, line.trim_end());
    }
}

/// A sign for each class. None is the only thing that tells it.
pub(in crate::report) fn sign(class: Class, unicode: bool) -> (&'static str, Style) {
    match (class, unicode) {
        (Class::ActionRequired, true) => ("✗", ALARM),
        (Class::ActionRequired, false) => ("X", ALARM),
        (Class::Review, _) => ("?", NOTE),
        (Class::Blocked, _) => ("-", PLAIN),
        (Class::Benign, true) => ("•", FINE),
        (Class::Benign, false) => ("*", FINE),
        (Class::FalsePositive, true) => ("○", PLAIN),
        (Class::FalsePositive, false) => ("o", PLAIN),
        (Class::Clean, true) => ("✓", FINE),
        (Class::Clean, false) => ("=", FINE),
    }
}

/// `cmd.run migrate`, as far as it is shown.
pub(in crate::report) fn what(state: &State<'_>) -> String {
    let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| cut(&words(text)).into_owned());
    let subject = get(&state.id).or_else(|| get(&state.name));
    [get(&state.function), subject].into_iter().flatten().collect::<Vec<_>>().join("  ")
}

pub(in crate::report) fn outcome(state: &State<'_>) -> Cow<'static, str> {
    let word = match state.outcome {
        Outcome::WouldChange => "would change",
        _ if state.result.is_none() => "no result",
        outcome => outcome.word(),
    };
    let retcode = state.changes.as_ref().filter(|_| state.outcome == Outcome::Failed).map(changed);
    match retcode
        .and_then(|value| value.get("retcode"))
        .map(|code| code.as_str().map_or(code.to_string(), str::to_owned))
    {
        Some(code) if code != "0" && code.len() < 8 => Cow::Owned(format!("{word} (retcode {code})")),
        _ => Cow::Borrowed(word),
    }
}

/// Nested states and loose messages say whose they are.
pub(super) fn elsewhere(section: Option<&str>, at: &Place<'_>) -> String {
    match at.minion.as_ref().map(words) {
        // Who was expected and did not come stands nowhere, and is named by the message.
        Some(minion) if section != Some(&*minion) && at.line > 0 => format!("  on {minion}"),
        _ => String::new(),
    }
}

/// `run.log:12`, without a blank so that it stays in one row; nothing for what stands nowhere.
pub(in crate::report) fn place(file: &str, line: u64) -> String {
    match (file, line) {
        (_, 0) => String::new(),
        ("-", line) => format!("stdin:{line}"),
        (file, line) => format!("{file}:{line}"),
    }
}

pub(in crate::report) fn text_at<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}
