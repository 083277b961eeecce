//! Which rules need to be asked about a record: few, be there ten rules or ten thousand.
//!
//! First the gate: whether any rule is for this outcome at all. Then a bucket for each function that rules name, and
//! one for the rules that name none or a glob. In a bucket, for each outcome, every rule is filed under the literals
//! that one of its conditions can't do without, and one scan of that field (Aho-Corasick, built when it is first
//! needed) tells which rules to ask. Rules without any literal are always asked.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::facts::{Facts, printed};
use super::field::{About, Field};
use super::matcher::Condition;
use super::scan::Scans;
use super::slot::{Functions, Name, Slot};
use super::{Rule, Subject};
use crate::packed::KINDS;
use crate::record::{Kind, Level, Outcome, State, StateResult, Text};

/// A bucket of no more rules than this is asked one by one.
const FEW: usize = 8;

/// Where each rule is found. Rules are known by their rank: their place in the order in which they are asked.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Rules that name their functions.
    functions: FxHashMap<Name, Bucket>,
    /// Rules for any function, or for a glob of them.
    anywhere: Bucket,
    /// Rules about messages.
    messages: Bucket,
    /// Every outcome that a rule about states is for.
    outcomes: Mask,
    /// Of the rules in `anywhere`: the outcomes of those that name no function, and each that names a glob.
    everywhere: Mask,
    globs: Vec<(u32, Mask)>,
    /// For each kind of message, the levels that a rule is for.
    kinds: [Mask; KINDS],
}

/// A set of outcomes, or of levels.
pub(super) type Mask = u16;

#[derive(Debug, Default)]
struct Bucket {
    /// The rules, and the outcomes that each is for.
    ranks: Vec<(u32, Mask)>,
    outcomes: Mask,
    /// For each outcome, and last for messages: how the rules for it are found.
    found: OnceLock<Box<[OnceLock<Found>; Outcome::ALL.len() + 1]>>,
}

/// How the rules for an outcome are found.
#[derive(Debug)]
enum Found {
    /// They are so few that they are asked one by one.
    Few(Box<[u32]>),
    Scanned(Scans),
}

/// The place of what has no outcome among those that have.
const NO_OUTCOME: usize = Outcome::ALL.len();

impl Index {
    /// Files rules that stand in the order in which they are asked.
    pub(super) fn new(rules: &[Slot]) -> Self {
        let mut index = Index::default();
        for (rank, rule) in rules.iter().enumerate() {
            let rank = rank as u32;
            match rule.about() {
                About::States => index.file_state(rank, rule),
                About::Messages => index.file_message(rank, rule),
            }
        }
        index
    }

    fn file_state(&mut self, rank: u32, rule: &Slot) {
        let outcomes = rule.outcomes();
        self.outcomes |= outcomes;
        match rule.functions() {
            Functions::Named(names) => {
                for name in names {
                    self.functions.entry(name).or_default().file(rank, outcomes);
                }
                return;
            }
            Functions::Alike => self.globs.push((rank, outcomes)),
            Functions::Any => self.everywhere |= outcomes,
        }
        self.anywhere.file(rank, outcomes);
    }

    fn file_message(&mut self, rank: u32, rule: &Slot) {
        self.messages.file(rank, bit_at(NO_OUTCOME));
        for (all, its) in self.kinds.iter_mut().zip(rule.kinds()) {
            *all |= its;
        }
    }

    /// Whether any rule can be meant for this state; asked of every state, and answered no for most.
    pub(super) fn may_speak(&self, rules: &[Slot], state: &State<'_>) -> bool {
        let is_for = |mask: Mask| mask & bit(state.outcome) != 0;
        if !is_for(self.outcomes) {
            return false;
        }
        let name = state.function.as_ref().map(Text::get);
        let bucket = name.as_ref().and_then(|name| self.functions.get(name.as_bytes()));
        if bucket.is_some_and(|bucket| is_for(bucket.outcomes)) {
            return true;
        }
        if !is_for(self.anywhere.outcomes) || self.anywhere.finds_nothing(rules, state) {
            return false;
        }
        if is_for(self.everywhere) {
            return true;
        }
        self.globs.iter().any(|&(rank, mask)| {
            is_for(mask)
                && rules.get(rank as usize).and_then(Slot::rule).is_some_and(|rule| {
                    let asked = rule.when.iter().filter(|it| it.field == Field::Function);
                    asked.into_iter().all(|it| it.matcher.would_hold(name.as_deref()))
                })
        })
    }

    pub(super) fn may_speak_message(&self, kind: Kind, level: Option<Level>) -> bool {
        self.kinds[kind as usize] & (1 << level.map_or(0, |level| 1 + level as u8)) != 0
    }

    /// The first rule, in their order, that can be meant and `answers`.
    pub(super) fn candidates<'r>(
        &'r self,
        rules: &'r [Slot],
        facts: &Facts<'_, '_>,
        mut answers: impl FnMut(&'r Rule) -> bool,
    ) -> Option<&'r Rule> {
        let mut ranks = Vec::with_capacity(2 * FEW);
        match facts.subject {
            Subject::State(state) => {
                let outcome = state.outcome as usize;
                if let Some(bucket) = facts.function().and_then(|name| self.functions.get(name.as_bytes())) {
                    bucket.find(rules, outcome, facts, &mut ranks);
                }
                self.anywhere.find(rules, outcome, facts, &mut ranks);
            }
            Subject::Message(_) => self.messages.find(rules, NO_OUTCOME, facts, &mut ranks),
        }
        ranks.sort_unstable();
        ranks.dedup();
        ranks.into_iter().filter_map(|rank| rules.get(rank as usize)?.rule()).find(|&rule| answers(rule))
    }
}

impl Bucket {
    fn file(&mut self, rank: u32, outcomes: Mask) {
        self.ranks.push((rank, outcomes));
        self.outcomes |= outcomes;
    }

    /// Adds the ranks of the rules for this outcome that may be meant.
    fn find(&self, rules: &[Slot], outcome: usize, facts: &Facts<'_, '_>, ranks: &mut Vec<u32>) {
        if self.outcomes & bit_at(outcome) == 0 {
            return;
        }
        match self.found(rules, outcome) {
            Some(Found::Few(few)) => ranks.extend(few),
            Some(Found::Scanned(scans)) => scans.find(facts, ranks),
            None => {}
        }
    }

    /// How the rules for this outcome are found.
    fn found(&self, rules: &[Slot], outcome: usize) -> Option<&Found> {
        let found = self.found.get_or_init(Box::default).get(outcome)?;
        Some(found.get_or_init(|| self.sort(rules, outcome)))
    }

    /// A cheap look: no rule has to be asked about this state.
    fn finds_nothing(&self, rules: &[Slot], state: &State<'_>) -> bool {
        self.found(rules, state.outcome as usize).is_some_and(|found| match found {
            Found::Few(few) => few.is_empty(),
            Found::Scanned(scans) => scans.find_nothing(state),
        })
    }

    fn sort(&self, rules: &[Slot], outcome: usize) -> Found {
        let meant = self.ranks.iter().filter(|(_, outcomes)| outcomes & bit_at(outcome) != 0);
        let meant: Box<[u32]> = meant.map(|(rank, _)| *rank).collect();
        // About clean states, four of five, one look at all that is asked is cheaper than any asking.
        let quiet = [Outcome::Clean, Outcome::Skipped].map(|it| it as usize).contains(&outcome);
        if meant.len() <= FEW && !quiet {
            return Found::Few(meant);
        }
        let rules = meant.iter().filter_map(|rank| Some((*rank, rules.get(*rank as usize)?)));
        Found::Scanned(Scans::new(rules))
    }
}

/// Whether the index alone tells if a condition holds: a rule that names its functions is filed under them, and for the
/// outcomes that it names.
pub(super) fn has_answered(condition: &Condition) -> bool {
    match condition.field {
        Field::Function => condition.matcher.exact().is_some(),
        Field::Outcome => true,
        _ => false,
    }
}

/// Whether the rule is meant for such a record: its function and outcome, or its kind.
pub(super) fn is_for(rule: &Rule, facts: &Facts<'_, '_>) -> bool {
    let about = match facts.subject {
        Subject::State(_) => About::States,
        Subject::Message(_) => About::Messages,
    };
    let first = |field: &Field| matches!(field, Field::Function | Field::Kind);
    rule.about == about
        && is_for_outcome(rule, facts)
        && rule.when.iter().filter(|it| first(&it.field)).all(|it| it.holds(facts))
}

/// A rule that names neither outcome nor result is for what changed.
fn is_for_outcome(rule: &Rule, facts: &Facts<'_, '_>) -> bool {
    facts.outcome().is_none_or(|outcome| outcome == Outcome::Changed || names_outcome(rule))
}

fn names_outcome(rule: &Rule) -> bool {
    rule.when.iter().any(|it| matches!(it.field, Field::Outcome | Field::Result))
}

pub(super) fn bit(outcome: Outcome) -> Mask {
    bit_at(outcome as usize)
}

fn bit_at(place: usize) -> Mask {
    1 << place
}

/// The outcomes that a rule can be for.
pub(super) fn outcomes(rule: &Rule) -> Mask {
    if !names_outcome(rule) {
        return bit(Outcome::Changed);
    }
    let can = |outcome: &Outcome| {
        rule.when.iter().all(|it| match it.field {
            Field::Outcome => it.matcher.would_hold(Some(outcome.word())),
            // A block that is cut short has an outcome and no result.
            Field::Result => {
                it.matcher.would_hold(None)
                    || results(*outcome).iter().any(|result| it.matcher.would_hold(Some(printed(*result))))
            }
            _ => true,
        })
    };
    Outcome::ALL.iter().filter(|outcome| can(outcome)).fold(0, |mask, outcome| mask | bit(*outcome))
}

/// The results that an outcome can come from.
fn results(outcome: Outcome) -> &'static [StateResult] {
    match outcome {
        Outcome::Failed => &[StateResult::False],
        Outcome::Changed | Outcome::Clean => &[StateResult::True],
        Outcome::WouldChange => &[StateResult::None],
        Outcome::Skipped => &[StateResult::True, StateResult::False, StateResult::None],
    }
}
