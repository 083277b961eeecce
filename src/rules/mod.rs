//! What is known about Salt's states and messages, one pack of rules for each topic.
//!
//! Here live the shape of a rule file and what it means: loading, matching, which of several rules speaks, what it
//! says, and the laws that every pack is held to. What becomes of a record that no rule speaks about is not decided
//! here (`verdict` does), and no rule is written here: they are data, in `rules/*.toml` at the top.
//!
//! Beside the answers: `laws` (with `vague`, `covers`, `functions`) holds rules to what every pack must do, `scaffold`
//! (with `generalise`) drafts new ones, `told`, `docs` and `schema` say what there is.
//!
//! The way of a question: [`Rules::may_speak`] turns most clean states away; `index` finds the few rules that can
//! speak, by function and by literals; `matcher` asks them, in their order; `says` fills in the sentence of the first
//! that answers.

mod ask;
mod covers;
pub mod docs;
mod excerpt;
mod facts;
mod field;
pub mod functions;
pub mod generalise;
mod glob;
mod index;
pub mod laws;
mod load;
mod matcher;
mod pack;
pub mod packing;
mod parts;
mod pattern;
mod says;
pub mod scaffold;
mod scan;
pub mod schema;
mod slot;
mod told;
mod vague;
mod value;
mod when;
mod wrong;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;

use crate::record::{Class, Kind, Level, Message, State};
use facts::Facts;
pub use field::About;
use index::Index;
use matcher::Condition;
use says::Says;
use slot::Slot;
pub use wrong::{LoadErrors, Wrong, not_shown, render};

/// What a rule can speak about.
pub enum Subject<'s, 'a> {
    /// A state's return.
    State(&'s State<'a>),
    /// Something said in words.
    Message(&'s Message<'a>),
}

/// What only the run around a record tells. What is not known is absent, and matches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'s> {
    /// How often Salt tried (`retry`); where it is not given, the comment tells.
    pub attempts: Option<u64>,
    /// The ID of the state whose change made this one run.
    pub triggered_by: Option<&'s str>,
    /// The text of the log lines that belong to it.
    pub log: Option<&'s str>,
}

/// A rule: when it speaks, what it says, and what to do.
#[derive(Debug)]
pub struct Rule {
    /// `PACK/SLUG`.
    pub id: String,
    /// The verdict it gives.
    pub class: Class,
    /// What to do, a step each.
    pub help: Vec<String>,
    /// Where to read more.
    pub url: Option<String>,
    /// Why it is so, for those who wonder.
    pub why: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it may lower a verdict.
    pub expires: Option<Date>,
    /// A team's own measure.
    pub severity: Option<String>,
    /// Salt's output that must get this rule.
    pub examples: Vec<Example>,
    /// Salt's output that must not.
    pub counterexamples: Vec<Example>,
    /// The file it stands in; a built-in one is `rules/PACK.toml`.
    pub path: String,
    /// The line it starts in.
    pub line: u64,
    /// What it is about.
    pub about: About,
    /// Which `--rules` it came with, from 1; 0 is built in.
    pub layer: usize,
    /// The title of its pack.
    pub title: Option<Arc<str>>,
    when: Vec<Condition>,
    /// The places of its conditions that the index leaves to be asked, those first that cost least to ask.
    cheapest: Vec<usize>,
    says: Option<Says>,
}

impl Rule {
    /// A rule that is never asked: it has a name and a verdict, and no condition yet.
    pub fn new(id: &str, class: Class) -> Self {
        Rule {
            id: id.to_owned(),
            class,
            help: Vec::new(),
            url: None,
            why: None,
            tags: Vec::new(),
            owner: None,
            expires: None,
            severity: None,
            examples: Vec::new(),
            counterexamples: Vec::new(),
            path: String::new(),
            line: 0,
            about: About::States,
            layer: 0,
            title: None,
            when: Vec::new(),
            cheapest: Vec::new(),
            says: None,
        }
    }

    /// What it says about this, its placeholders filled in; nothing where it has no words.
    pub fn says_of(&self, subject: &Subject<'_, '_>, around: &Around<'_>) -> Option<Cow<'_, str>> {
        let says = self.says.as_ref()?;
        Some(says.about(&self.when, &Facts::new(subject, around)))
    }

    /// Puts the conditions in the order in which they are asked.
    fn sort(&mut self) {
        let when = &self.when;
        let asked = |place: &usize| when.get(*place).is_some_and(|it| !index::has_answered(it));
        self.cheapest = (0..when.len()).filter(asked).collect();
        self.cheapest.sort_by_key(|place| when.get(*place).map(Condition::cost));
    }

    /// What the index leaves to be asked, what costs least first.
    fn asks(&self) -> impl Iterator<Item = &Condition> {
        self.cheapest.iter().filter_map(|place| self.when.get(*place))
    }
}

/// A piece of Salt's output that shows what a rule is for.
#[derive(Debug)]
pub struct Example {
    /// The output.
    pub output: String,
    /// The line of the rule file in which the example starts.
    pub line: u64,
}

/// All rules that are loaded, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    /// In the order in which they are asked: the first that answers speaks.
    rules: Vec<Slot>,
    index: Index,
    today: Date,
}

impl Rules {
    /// False where no loaded rule can speak about this state: most clean ones.
    pub fn may_speak(&self, state: &State<'_>) -> bool {
        self.index.may_speak(&self.rules, state)
    }

    /// False where no loaded rule can speak about a message of this kind and level.
    pub fn may_speak_message(&self, kind: Kind, level: Option<Level>) -> bool {
        self.index.may_speak_message(kind, level)
    }

    /// The rule that speaks about this; [`Rule::says_of`] tells what it says.
    pub fn speak<'r>(&'r self, subject: &Subject<'_, '_>) -> Option<&'r Rule> {
        self.speak_around(subject, &Around::default())
    }

    /// The same, where more is known of the run around it.
    pub fn speak_around<'r>(&'r self, subject: &Subject<'_, '_>, around: &Around<'_>) -> Option<&'r Rule> {
        if let Subject::Message(message) = subject
            && !self.may_speak_message(message.kind, message.level)
        {
            return None;
        }
        let facts = Facts::new(subject, around);
        self.index.candidates(&self.rules, &facts, |rule| self.answers(rule, &facts))
    }

    fn answers(&self, rule: &Rule, facts: &Facts<'_, '_>) -> bool {
        rule.asks().all(|condition| condition.holds(facts)) && !self.is_spent(rule, facts)
    }

    /// Whether the rule has expired and would lower the verdict.
    fn is_spent(&self, rule: &Rule, facts: &Facts<'_, '_>) -> bool {
        rule.expires.is_some_and(|last| last < self.today) && rule.class < facts.class()
    }

    /// Every rule that is for such a record, in the order in which they are asked, with what came of asking.
    pub fn explain<'r>(&'r self, subject: &Subject<'_, '_>, around: &Around<'_>) -> Vec<Tried<'r>> {
        let facts = Facts::new(subject, around);
        let mut spoken = false;
        let mut tried = Vec::new();
        for rule in self.iter().filter(|rule| index::is_for(rule, &facts)) {
            let asked = asked(rule, &facts);
            let met = asked.iter().all(|asked| asked.met);
            let expired = met && self.is_spent(rule, &facts);
            let speaks = met && !expired && !spoken;
            spoken |= speaks;
            tried.push(Tried { rule, asked, expired, speaks });
        }
        tried
    }

    /// What this rule asks about a record, up to the first that is not so. Whether it is for such an outcome at all is
    /// not asked.
    pub fn ask<'r>(&self, rule: &'r Rule, subject: &Subject<'_, '_>, around: &Around<'_>) -> Vec<Asked<'r>> {
        asked(rule, &Facts::new(subject, around))
    }

    /// Every rule that would speak about this, in the order in which they are asked.
    pub fn claimants<'r>(&'r self, subject: &Subject<'_, '_>, around: &Around<'_>) -> Vec<&'r Rule> {
        let facts = Facts::new(subject, around);
        let mut claims = Vec::new();
        self.index.candidates(&self.rules, &facts, |rule| {
            if self.answers(rule, &facts) {
                claims.push(rule);
            }
            false
        });
        claims
    }

    /// Every rule, in the order in which they are asked.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter_map(Slot::rule)
    }

    /// The rule of this id, `PACK/SLUG`.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| rule.id == id)
    }
}

/// A rule that was asked about a record.
#[derive(Debug)]
pub struct Tried<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// What it asked, up to the first that was not so.
    pub asked: Vec<Asked<'r>>,
    /// All was so, but the rule has expired and may no longer lower a verdict.
    pub expired: bool,
    /// This is the one that speaks.
    pub speaks: bool,
}

/// One condition of a rule that was asked.
#[derive(Debug)]
pub struct Asked<'r> {
    /// The field, as `when` spells it.
    pub field: String,
    /// What the rule file asks of it, as written.
    pub asked: &'r str,
    /// It is so.
    pub met: bool,
    /// What is there instead, kept short; none where nothing is.
    pub found: Option<String>,
}

/// The rule's conditions, up to the first that does not hold.
fn asked<'r>(rule: &'r Rule, facts: &Facts<'_, '_>) -> Vec<Asked<'r>> {
    let mut asked: Vec<Asked<'r>> = Vec::new();
    for condition in &rule.when {
        let met = condition.holds(facts);
        let found = if met { None } else { facts.shown(&condition.field) };
        asked.push(Asked { field: condition.field.to_string(), asked: &condition.asked, met, found });
        if !met {
            break;
        }
    }
    asked
}
