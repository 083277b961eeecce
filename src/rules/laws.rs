//! The laws that every pack is held to, built-in or a user's: a rule shows what it is for, does what it shows, and
//! can be reached.
//!
//! Reading examples and judging what is in them is passed in ([`Judge`]), as rules know no parser, and what a cascade
//! comes to is no matter of theirs.

mod held;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::wrong::{Reading, Wrong};
use super::{About, Around, Rule, Rules, load};
use crate::record::Record;
use held::Of;

/// Judges a piece of Salt's output by these rules: gives every record in it, in order, with the rule that spoke, and what
/// it was told of the run around.
pub type Judge<'f> = dyn Fn(&Rules, &str, &mut dyn FnMut(&Record<'_>, Option<&Rule>, &Around<'_>)) + 'f;

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
    /// No other rule of its rank in another file claims its example, so that only the order of files would decide.
    OneClaim,
    /// None in its own file does: there the first speaks, as the file shows. Only a warning.
    OrderInFile,
    /// Its day is not past.
    NotExpired,
    /// It names no function that is nearly one of Salt's.
    KnownFunction,
    /// It asks for some text, so that it need not be asked about everything. Only a warning.
    HasLiteral,
    /// Its words are not those of a draft. Only a warning.
    HasWords,
}

impl Law {
    /// True where breaking it keeps nothing from working.
    pub fn only_warns(self) -> bool {
        matches!(self, Law::HasLiteral | Law::HasWords | Law::OrderInFile)
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
    for rule in rules.iter() {
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
