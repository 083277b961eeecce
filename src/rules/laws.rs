//! The laws that every pack is held to, built-in or a user's: a rule shows what it is for, and does what it shows.
//!
//! The parser is passed in, as rules know none.

use std::fmt;

use super::{Example, Rule, Rules, Subject};
use crate::record::{Class, Record};

/// Reads a piece of Salt's output and gives the records in it, in their order.
pub type Read<'f> = dyn Fn(&str, &mut dyn FnMut(&Record<'_>)) + 'f;

/// A law that a rule breaks.
#[derive(Debug)]
pub struct Violation<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Which law.
    pub law: Law,
    /// Where in the rule's file, from 1.
    pub line: u64,
    /// In a sentence, how.
    pub text: String,
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
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.rule.path, self.line, self.rule.id, self.text)
    }
}

/// Every law that a rule breaks.
pub fn check<'r>(rules: &'r Rules, read: &Read<'_>) -> Vec<Violation<'r>> {
    let mut broken = Vec::new();
    for (rank, rule) in rules.rules.iter().enumerate() {
        let mut breaks = |law, line, text: String| broken.push(Violation { rule, law, line, text });
        if rule.examples.is_empty() {
            breaks(Law::HasExample, rule.line, "it has no example".to_owned());
        }
        if rule.class == Class::ActionRequired && rule.help.is_empty() {
            breaks(Law::HasHelp, rule.line, "it calls for action and has no help".to_owned());
        }
        let asks = |rule: &Rule| -> Vec<(String, String)> {
            let mut asks: Vec<_> =
                rule.when.iter().map(|it| (it.field.to_string(), it.asked.clone())).collect();
            asks.sort();
            asks
        };
        let mut before = rules.rules.iter().take(rank);
        if let Some(other) = before.find(|other| other.about == rule.about && asks(other) == asks(rule)) {
            breaks(
                Law::NotShadowed,
                rule.line,
                format!("{} asks for the same, and is asked first", other.id),
            );
        }
        for example in &rule.examples {
            let got = speakers(rules, example, read);
            if !got.iter().any(|got| got.is_some_and(|got| got.id == rule.id)) {
                let text = format!("its example gets {}", listed(&got));
                breaks(Law::ExampleGetsRule, example.line, text);
            }
        }
        for example in &rule.counterexamples {
            let got = speakers(rules, example, read);
            if got.is_empty() {
                breaks(
                    Law::CounterexampleDoesNot,
                    example.line,
                    "nothing is read in its counterexample".to_owned(),
                );
            }
            if got.iter().any(|got| got.is_some_and(|got| got.id == rule.id)) {
                breaks(Law::CounterexampleDoesNot, example.line, "its counterexample gets it".to_owned());
            }
        }
    }
    broken
}

/// Which rule speaks about each state and message of the example.
fn speakers<'r>(rules: &'r Rules, example: &Example, read: &Read<'_>) -> Vec<Option<&'r Rule>> {
    let mut speakers = Vec::new();
    read(&example.output, &mut |record| match record {
        Record::State(state) => {
            speakers.push(rules.speak(&Subject::State(state)).map(|(rule, _)| rule));
        }
        Record::Message(message) => {
            speakers.push(rules.speak(&Subject::Message(message)).map(|(rule, _)| rule));
        }
        _ => {}
    });
    speakers
}

fn listed(got: &[Option<&Rule>]) -> String {
    if got.is_empty() {
        return "no record: nothing is read in it".to_owned();
    }
    let ids: Vec<&str> = got.iter().map(|got| got.map_or("no rule", |rule| rule.id.as_str())).collect();
    ids.join(", ")
}
