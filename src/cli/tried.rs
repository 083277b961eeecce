//! The rules that were asked about a record, told so that a person reads it once: who speaks and why, who would, too,
//! who came near, and how many did not. Which record it is, and what it came to, is `explain`'s matter.

use std::cmp::Reverse;

use super::explain::{WIDE, cut, line};
use crate::report::one_line;
use crate::rules::{About, Asked, Rule, Rules, Tried};

/// What decides between rules that all answer: the order, in a line.
const ORDER: &str = "Of several, yours come before built-in ones, then more conditions, then the more urgent verdict, \
                     then the first in the file.";
/// So many rules that came near are shown, unless all are asked for.
const NEAR: usize = 3;
/// The rules that were tried: the one that speaks, those that would, too, those that came near, and how many more.
pub(super) fn tried(rules: &Rules, tried: &[Tried<'_>], speaker: Option<&Rule>, all: bool, out: &mut String) {
    let total = rules.iter().count();
    out.push('\n');
    if tried.is_empty() {
        line(out, &format!("None of {total} rules is for such a thing."));
        return;
    }
    if all {
        let is_for = if tried.len() == 1 { "1 rule is" } else { &format!("{} rules are", tried.len()) };
        line(out, &format!("{is_for} for such a thing, of {total}; in the order in which they are asked:"));
        for (at, it) in tried.iter().enumerate() {
            one(at + 1, it, speaker, out);
        }
        return;
    }
    let speaks = |it: &&Tried<'_>| speaker.is_some_and(|rule| rule.id == it.rule.id);
    if let Some(it) = tried.iter().find(speaks) {
        line(out, "All that it asks for is so:");
        conditions(it, out);
    }
    let answers: Vec<_> = tried.iter().filter(|it| answered(it) && !speaks(it)).collect();
    if !answers.is_empty() {
        line(out, "These would speak, too:");
    }
    answers.iter().for_each(|it| line(out, &format!("  {}", also(it, speaker))));
    let mut near: Vec<_> = tried.iter().filter(|it| !answered(it)).collect();
    near.sort_by_key(|it| Reverse(telling(it)));
    let nearest = near.iter().take_while(|it| telling(it) > 0).count().min(NEAR);
    let far = near.split_off(nearest);
    if !near.is_empty() {
        line(out, "These came nearest:");
    }
    near.iter().for_each(|it| one_near(it, out));
    if !far.is_empty() {
        let and = if near.is_empty() { "" } else { "and " };
        let n = if far.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", far.len()) };
        line(out, &format!("{and}{n} for such a thing did not come near: {}", failing(&far)));
    }
    let rest = total - tried.len();
    line(
        out,
        &format!(
            "The other {rest} of {total} rules are for something else. --all shows each that was asked."
        ),
    );
    if !answers.is_empty() {
        line(out, ORDER);
    }
}

fn answered(it: &Tried<'_>) -> bool {
    it.asked.iter().all(|asked| asked.met)
}

/// How many conditions hold that tell more than what every rule for such a thing asks.
fn telling(it: &Tried<'_>) -> usize {
    let tells = |asked: &&Asked<'_>| {
        let field = asked.field.as_str();
        // What is not so, or is there at all, is so of nearly everything.
        let vague = asked.asked.starts_with("{ not") || asked.asked.starts_with("{ exists");
        asked.met && !vague && !matches!(field, "function" | "outcome" | "result" | "kind" | "level")
    };
    it.asked.iter().filter(tells).count()
}

fn conditions(it: &Tried<'_>, out: &mut String) {
    for asked in &it.asked {
        line(out, &format!("  {} = {}", asked.field, cut(&one_line(asked.asked), WIDE)));
    }
    if it.rule.about == About::States && !it.rule.conditions().any(|(field, _)| is_outcome(&field)) {
        line(out, "  and it changed (the rule names no outcome)");
    }
}

/// A rule whose conditions hold, and why another speaks.
fn also(it: &Tried<'_>, speaker: Option<&Rule>) -> String {
    let why = match speaker {
        _ if it.expired => "it has expired, and would lower the verdict".to_owned(),
        None => "but no rule is asked about this one".to_owned(),
        Some(speaker) => it
            .rule
            .why_after(speaker)
            .replacen("It is", &format!("{} is", speaker.id), 1)
            .replace(" here.", "."),
    };
    format!("{} ({}): {why}", it.rule.id, it.rule.class.word())
}

/// A rule that came near, and the condition that kept it from speaking.
fn one_near(it: &Tried<'_>, out: &mut String) {
    let held: Vec<&str> =
        it.asked.iter().filter(|asked| asked.met).map(|asked| asked.field.as_str()).collect();
    line(out, &format!("  {} ({}): {} would do", it.rule.id, it.rule.class.word(), held.join(", ")));
    for asked in it.asked.iter().filter(|asked| !asked.met) {
        line(out, &format!("    but it asks for {} = {}", asked.field, cut(&one_line(asked.asked), WIDE)));
        line(
            out,
            &match &asked.found {
                Some(found) => format!("    and it is {}", cut(found, WIDE)),
                None => "    and there is none".to_owned(),
            },
        );
    }
}

/// Which conditions kept these from speaking: `30 by name, 2 by stdout`.
fn failing(far: &[&Tried<'_>]) -> String {
    let mut fields: Vec<(&str, usize)> = Vec::new();
    for field in far.iter().filter_map(|it| it.asked.iter().find(|asked| !asked.met)) {
        match fields.iter_mut().find(|(known, _)| *known == field.field) {
            Some((_, n)) => *n += 1,
            None => fields.push((&field.field, 1)),
        }
    }
    fields.sort_by_key(|(_, n)| Reverse(*n));
    let each: Vec<String> = fields.iter().map(|(field, n)| format!("{n} by {field}")).collect();
    each.join(", ")
}

fn one(number: usize, it: &Tried<'_>, speaker: Option<&Rule>, out: &mut String) {
    let answered = answered(it);
    let speaks = speaker.is_some_and(|rule| rule.id == it.rule.id);
    let verdict = match () {
        () if speaks => "SPEAKS",
        () if it.expired => "has expired, and would lower the verdict",
        () if answered && speaker.is_none() => "would speak, but no rule is asked about this one",
        () if answered => "would speak, too",
        () => "does not answer",
    };
    line(out, &format!("  {number}. {} ({}): {verdict}", it.rule.id, it.rule.class.word()));
    if speaks {
        // The one that counts, with all that it asks.
        for asked in &it.asked {
            line(out, &format!("       holds  {} = {}", asked.field, cut(asked.asked, WIDE)));
        }
    } else {
        let held = it.asked.iter().filter(|asked| asked.met).map(|asked| asked.field.as_str());
        let held: Vec<&str> = held.collect();
        if !held.is_empty() {
            line(out, &format!("       holds  {}", held.join(", ")));
        }
    }
    for asked in it.asked.iter().filter(|asked| !asked.met) {
        line(out, &format!("       fails  {} = {}", asked.field, cut(asked.asked, WIDE)));
        line(
            out,
            &match &asked.found {
                Some(found) => format!("              it is: {}", cut(found, WIDE)),
                None => "              there is none".to_owned(),
            },
        );
    }
    if it.rule.about == About::States
        && answered
        && !it.rule.conditions().any(|(field, _)| is_outcome(&field))
    {
        line(out, "       holds  it changed (no outcome is named)");
    }
    if answered
        && !speaks
        && !it.expired
        && let Some(speaker) = speaker
    {
        let why = it
            .rule
            .why_after(speaker)
            .replacen("It is", &format!("{} is", speaker.id), 1)
            .replace(" here.", ".");
        line(out, &format!("       {why}"));
    }
}

fn is_outcome(field: &str) -> bool {
    matches!(field, "outcome" | "result")
}
