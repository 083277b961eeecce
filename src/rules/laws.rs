//! The laws that every pack is held to, built-in or a user's: a rule shows what it is for, does what it shows, and
//! can be reached.
//!
//! Reading examples and judging what is in them is passed in ([`Judge`]), as rules know no parser, and what a cascade
//! comes to is no matter of theirs.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::covers::covers;
use super::field::Field;
use super::wrong::{Reading, Wrong};
use super::{About, Around, Example, Rule, Rules, Subject, functions, load, scan, vague};
use crate::record::{Class, Record};

/// Judges a piece of Salt's output by these rules: gives every record in it, in order, with the rule that spoke.
pub type Judge<'f> = dyn Fn(&Rules, &str, &mut dyn FnMut(&Record<'_>, Option<&Rule>)) + 'f;

/// A law that a rule breaks.
#[derive(Debug)]
pub struct Violation<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Which law.
    pub law: Law,
    /// In a sentence, how.
    pub text: String,
    /// What to do about it.
    pub help: String,
    place: At,
}

/// Where in the rule's file.
#[derive(Debug)]
enum At {
    Line(u64),
    Bytes(Range<usize>),
    /// The line, from the rule's first one on, that sets this key.
    Key(&'static str),
}

/// What is asked of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// It has an example.
    HasExample,
    /// Its examples get it.
    ExampleGetsRule,
    /// Its counterexamples don't.
    CounterexampleDoesNot,
    /// Who must act is told how.
    HasHelp,
    /// No other rule is always asked before it.
    NotShadowed,
    /// No pattern of it takes any value, and not every state would get it.
    AsksForSomething,
    /// No other rule of its rank claims its example, so that only the order of files would decide.
    OneClaim,
    /// Its day is not past.
    NotExpired,
    /// It names no function that is nearly one of Salt's.
    KnownFunction,
    /// It asks for some text, so that it need not be asked about everything. Only a warning.
    HasLiteral,
}

impl Law {
    /// True where breaking it keeps nothing from working.
    pub fn only_warns(self) -> bool {
        self == Law::HasLiteral
    }
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.rule.path, self.rule.line, self.rule.id, self.text)
    }
}

/// All that a rule asks for, in an order that does not depend on the file.
type Asks<'r> = (About, Vec<(String, &'r str)>);

/// Every law that a rule breaks.
pub fn check<'r>(rules: &'r Rules, judge: &Judge<'_>) -> Vec<Violation<'r>> {
    check_those(rules, judge, &|_| true)
}

/// Every law that one of these rules breaks, among all that are loaded.
pub fn check_those<'r>(
    rules: &'r Rules,
    judge: &Judge<'_>,
    those: &dyn Fn(&Rule) -> bool,
) -> Vec<Violation<'r>> {
    let mut broken = Vec::new();
    let mut asked: HashMap<Asks<'_>, &Rule> = HashMap::new();
    for rule in &rules.rules {
        let mut asks: Vec<_> = rule.when.iter().map(|it| (it.field.to_string(), it.asked.as_str())).collect();
        asks.sort();
        let first = *asked.entry((rule.about, asks)).or_insert(rule);
        if !those(rule) {
            continue;
        }
        let mut of = Of { rules, judge, rule, shadowed: false, broken: &mut broken };
        if !std::ptr::eq(first, rule) {
            of.shadowed_by(first);
        }
        of.alone();
        of.examples();
        of.counterexamples();
    }
    broken.sort_by(|a, b| (&a.rule.path, a.rule.line).cmp(&(&b.rule.path, b.rule.line)));
    broken
}

/// Each of these with its place in the file as it is now.
pub fn shown(broken: &[Violation<'_>]) -> Vec<Wrong> {
    let mut shown = Vec::new();
    for file in broken.chunk_by(|a, b| a.rule.path == b.rule.path) {
        let Some(first) = file.first() else { continue };
        let text = load::source(first.rule).unwrap_or_default();
        let mut reading = Reading::new(&text);
        for it in file {
            let span = it.place(&text);
            match it.law.only_warns() {
                true => reading.warn(span, &it.text, "here", &it.help),
                false => reading.wrong(span, &it.text, "here", &it.help),
            }
        }
        shown.extend(reading.finish(&first.rule.path));
    }
    shown
}

impl Violation<'_> {
    fn place(&self, text: &str) -> Range<usize> {
        let line = |wanted: u64, key: &str| {
            let mut at = 0;
            for (number, line) in text.split_inclusive('\n').enumerate() {
                if number as u64 + 1 >= wanted && line.trim_start().starts_with(key) {
                    let indent = line.len() - line.trim_start().len();
                    return at + indent..at + line.trim_end().len().max(indent);
                }
                at += line.len();
            }
            text.len()..text.len()
        };
        match &self.place {
            At::Line(number) => line(*number, ""),
            At::Key(key) => line(self.rule.line, key),
            At::Bytes(range) => range.clone(),
        }
    }
}

/// The laws, asked of one rule.
struct Of<'r, 'b> {
    rules: &'r Rules,
    judge: &'b Judge<'b>,
    rule: &'r Rule,
    shadowed: bool,
    broken: &'b mut Vec<Violation<'r>>,
}

impl<'r> Of<'r, '_> {
    fn breaks(&mut self, law: Law, place: At, text: String, help: impl Into<String>) {
        self.broken.push(Violation { rule: self.rule, law, text, help: help.into(), place });
    }

    /// What can be told without looking at others or at examples.
    fn alone(&mut self) {
        let rule = self.rule;
        let id = &rule.id;
        if rule.examples.is_empty() {
            let help = "Paste output of Salt's that must get it, below [[rule.example]]: output = '''…'''. \
                        `saltlint rules new --from FILE:LINE` does it for you.";
            self.breaks(Law::HasExample, At::Line(rule.line), format!("{id} has no example"), help);
        }
        if rule.class == Class::ActionRequired && rule.help.is_empty() {
            let help = "Say what to do, a step each: help = [\"…\"].";
            let text = format!("{id} calls for action and does not say which: it has no help");
            self.breaks(Law::HasHelp, At::Key("verdict"), text, help);
        }
        if let Some(last) = rule.expires.filter(|last| *last < self.rules.today) {
            let help = "Is it still true? Then give it a new date; else take the rule out.";
            let text = format!("{id} expired: {last} was the last day on which it could lower a verdict");
            self.breaks(Law::NotExpired, At::Key("expires"), text, help);
        }
        if vague::speaks_of_anything(rule) {
            let (what, help) = match rule.about {
                About::States => {
                    ("state", "Name the function at least, and what tells this case from others.")
                }
                About::Messages => ("message", "Ask for words of its text, or its logger."),
            };
            let text = format!("{id} would speak about any {what}");
            self.breaks(Law::AsksForSomething, At::Key("[rule.when"), text, help);
        } else if let Some(condition) = vague::takes_anything(rule) {
            let field = &condition.field;
            let text = format!("Any {field} answers to this");
            let help = format!(
                "Take the line out: conditions that ask for nothing put a rule before others. Where the point is \
                 that it is there at all, write {field} = {{ exists = true }}."
            );
            self.breaks(Law::AsksForSomething, At::Bytes(condition.at.clone()), text, help);
        } else if scan::filed_under(rule).is_none() && !names_function(rule) {
            let text = format!("{id} asks for no text, so it must be asked about everything");
            let help =
                "That is fine for a few rules. Many are slow: name a function, or words of the comment.";
            self.breaks(Law::HasLiteral, At::Line(rule.line), text, help);
        }
        for condition in rule.when.iter().filter(|it| it.field == Field::Function) {
            for name in condition.matcher.exact().unwrap_or_default() {
                let Some(meant) = functions::meant(name) else { continue };
                let glob: String =
                    format!("{}?", name.get(..name.len().saturating_sub(1)).unwrap_or_default());
                let text = format!("`{name}` is no function of Salt's");
                let help = format!(
                    "Did you mean `{meant}`? A state of your own can be written as a glob: \"{glob}\"."
                );
                self.breaks(Law::KnownFunction, At::Bytes(condition.at.clone()), text, help);
            }
        }
    }

    fn shadowed_by(&mut self, other: &Rule) {
        self.shadowed = true;
        let text =
            format!("{} can never speak: {} does, about everything that it would", self.rule.id, other.id);
        let help =
            format!("{} stands in {}:{}. {}", other.id, other.path, other.line, self.rule.why_after(other));
        self.breaks(Law::NotShadowed, At::Line(self.rule.line), text, help);
    }

    fn examples(&mut self) {
        let rule = self.rule;
        let mut rivals: Vec<&str> = Vec::new();
        for example in &rule.examples {
            let (got, claims) = self.got(example);
            let expired = rule.expires.is_some_and(|last| last < self.rules.today);
            if !got.iter().any(|got| got.is_some_and(|got| got.id == rule.id)) && !expired && !self.shadowed {
                match got.iter().flatten().find(|other| covers(other, rule)) {
                    Some(other) => self.shadowed_by(other),
                    None => self.lost(example, &got),
                }
            }
            for other in claims {
                let equal =
                    (other.layer, other.when.len(), other.class) == (rule.layer, rule.when.len(), rule.class);
                // Within a file its order says which comes first; between files nobody said. What can never speak is
                // told about as that.
                if equal
                    && other.path != rule.path
                    && other.id != rule.id
                    && !covers(rule, other)
                    && !rivals.contains(&other.id.as_str())
                {
                    rivals.push(&other.id);
                    let text =
                        format!("{} claims this example of {}, too, with equal right", other.id, rule.id);
                    let help = format!(
                        "Both have {} and the same verdict, so the order of the files decides. Give one of them a \
                         condition that the other does not meet.",
                        fields(rule)
                    );
                    self.breaks(Law::OneClaim, At::Line(example.line), text, help);
                }
            }
        }
    }

    fn lost(&mut self, example: &Example, got: &[Option<&'r Rule>]) {
        let rule = self.rule;
        let place = At::Line(example.line);
        let id = &rule.id;
        if got.is_empty() {
            let help = "Paste it with the indentation that Salt prints, whole blocks from `ID:` on.";
            self.breaks(
                Law::ExampleGetsRule,
                place,
                format!("Nothing is read in this example of {id}"),
                help,
            );
            return;
        }
        let (text, help) = match got.iter().flatten().next() {
            Some(other) => (
                format!("This example of {id} gets {}", other.id),
                format!("{} stands in {}:{}. {}", other.id, other.path, other.line, rule.why_after(other)),
            ),
            None => (
                format!("This example of {id} gets no rule"),
                match self.unmet(example) {
                    Some(unmet) => format!("It does not answer to {unmet}"),
                    None => {
                        "Without `outcome` or `result` a rule is for changed states only; add outcome = \"failed\" \
                         (or another) if that is meant."
                            .to_owned()
                    }
                },
            ),
        };
        self.breaks(Law::ExampleGetsRule, place, text, help);
    }

    fn counterexamples(&mut self) {
        let id = &self.rule.id;
        for example in &self.rule.counterexamples {
            let (got, _) = self.got(example);
            let text = match () {
                () if got.is_empty() => format!("Nothing is read in this counterexample of {id}"),
                () if got.iter().flatten().any(|got| got.id == *id) => {
                    format!("This counterexample gets {id}")
                }
                () => continue,
            };
            let help = match got.is_empty() {
                true => "Paste it with the indentation that Salt prints, whole blocks from `ID:` on.",
                false => "Ask for more in [rule.when], so that it does not answer.",
            };
            self.breaks(Law::CounterexampleDoesNot, At::Line(example.line), text, help);
        }
    }

    /// Which rule speaks about each state and message of the example, and all that would about those that get it.
    fn got(&self, example: &Example) -> (Vec<Option<&'r Rule>>, Vec<&'r Rule>) {
        let (mut got, mut claims) = (Vec::new(), Vec::new());
        (self.judge)(self.rules, &example.output, &mut |record, spoke| {
            let Some(subject) = subject(record) else { return };
            let spoke = spoke.and_then(|rule| self.rules.get(&rule.id));
            if spoke.is_some_and(|spoke| spoke.id == self.rule.id) {
                claims.extend(self.rules.claimants(&subject, &Around::default()));
            }
            got.push(spoke);
        });
        (got, claims)
    }

    /// The condition that the example comes nearest to meeting, and what is there instead.
    fn unmet(&self, example: &Example) -> Option<String> {
        let mut nearest: Option<(usize, String)> = None;
        (self.judge)(self.rules, &example.output, &mut |record, _| {
            let Some(subject) = subject(record) else { return };
            let asked = self.rules.ask(self.rule, &subject, &Around::default());
            let met = asked.iter().filter(|asked| asked.met).count();
            if let Some(unmet) = asked.iter().find(|asked| !asked.met)
                && nearest.as_ref().is_none_or(|(best, _)| met >= *best)
            {
                let found = unmet.found.as_deref().map_or_else(
                    || format!("there is no {}", unmet.field),
                    |found| format!("it is `{found}`"),
                );
                nearest = Some((met, format!("{} = {}: {found}.", unmet.field, unmet.asked)));
            }
        });
        nearest.map(|(_, text)| text)
    }
}

fn subject<'s, 'a>(record: &'s Record<'a>) -> Option<Subject<'s, 'a>> {
    match record {
        Record::State(state) => Some(Subject::State(state)),
        Record::Message(message) => Some(Subject::Message(message)),
        _ => None,
    }
}

fn names_function(rule: &Rule) -> bool {
    rule.when.iter().any(|it| it.field == Field::Function && it.matcher.exact().is_some())
}

fn fields(rule: &Rule) -> String {
    match rule.when.len() {
        1 => "one field".to_owned(),
        n => format!("{n} fields"),
    }
}

impl Rule {
    /// Why this one is asked after `other`, in a sentence.
    pub fn why_after(&self, other: &Rule) -> String {
        let what = |rule: &Rule| match rule.layer {
            0 => "the built-in rules",
            _ => "an earlier --rules",
        };
        if other.layer != self.layer {
            return format!("It is asked first because its --rules are laid over {}.", what(self));
        }
        let (ours, theirs) = (self.when.len(), other.when.len());
        if ours != theirs {
            return format!(
                "It is asked first because it has more conditions: {theirs}, against {ours} here."
            );
        }
        if other.class != self.class {
            return format!(
                "It is asked first because {} is more urgent than {}.",
                other.class.word(),
                self.class.word()
            );
        }
        "It is asked first because it stands first.".to_owned()
    }
}
