//! Findings that are the same on several minions, counted.
//!
//! A fleet fails in the same way many times: once said, with the number of minions, is what a person reads. What is the
//! same: verdict, rule, what came of it, function, and ID (or name); for messages the kind and the first line, numbers
//! aside. Bounded by distinct findings: what is over the bound is in the counters, and in no group.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::record::{Class, Message, Record, State, Text};
use crate::verdict::Verdict;

/// So many different findings are told apart.
const GROUPS: usize = 512;
/// So many minions are told apart in a group; the others are counted as their runs come.
pub(super) const MINIONS: usize = 1_024;
/// So many of a group's minions are named.
const NAMED: usize = 5;
/// So many characters of what is said are kept.
const KEPT: usize = 200;

/// A finding, and where it was found.
#[derive(Clone, Debug)]
pub struct Group {
    /// How urgent.
    pub class: Class,
    /// The rule that speaks, `PACK/SLUG`.
    pub rule: Option<String>,
    /// What it is about: function and ID, or a message's first line.
    pub what: String,
    /// What is said of the first of them.
    pub says: Option<String>,
    /// The first line of the first one's comment, where nothing else is said of it.
    pub comment: Option<String>,
    /// How often it was found.
    pub count: u64,
    /// On how many minions.
    pub minions: u64,
    /// The first of these minions.
    pub names: Vec<String>,
    /// States that did not run because of it, on all minions together.
    pub blocked: u64,
    /// The input that the first stands in, and its line.
    pub first: (String, u64),
    /// What to do, a step each.
    pub help: Vec<String>,
    /// Where to read more.
    pub url: Option<String>,
    members: Vec<u64>,
    /// The last minion that was not told apart from the others.
    last: Option<usize>,
}

/// The groups so far.
#[derive(Debug, Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    keys: HashMap<u64, usize>,
    /// Which group a failed state of the run that is being read is in, by its line.
    roots: HashMap<u64, usize>,
}

impl Groups {
    /// Takes note of a record of the minion with this number.
    pub(super) fn note(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'_>, minion: usize) {
        match (record, &verdict.cause) {
            (Record::State(state), Some(cause)) if verdict.class == Class::Blocked => {
                if let Some(group) = self.roots.get(&cause.line).and_then(|at| self.groups.get_mut(*at)) {
                    group.blocked = group.blocked.saturating_add(state.stands_for);
                }
            }
            (Record::State(_) | Record::Message(_), None) if verdict.class >= Class::Review => {
                self.found(file, record, verdict, minion);
            }
            _ => {}
        }
    }

    /// Nothing like it was found before, and there is room for it.
    pub(super) fn is_new(&self, record: &Record<'_>, verdict: &Verdict<'_>) -> bool {
        self.groups.len() < GROUPS && !self.keys.contains_key(&key(record, verdict))
    }

    /// A run is over: what is blocked later has its cause in another.
    pub(super) fn run_over(&mut self) {
        self.roots.clear();
    }

    fn found(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'_>, minion: usize) {
        let key = key(record, verdict);
        let place = match self.keys.get(&key) {
            Some(place) => *place,
            None if self.groups.len() >= GROUPS => return,
            None => {
                self.keys.insert(key, self.groups.len());
                self.groups.push(Group::new(file, record, verdict));
                self.groups.len() - 1
            }
        };
        let Some(group) = self.groups.get_mut(place) else { return };
        if let Some(name) = &record.at().minion {
            group.met(name, minion);
        }
        if let Record::State(state) = record {
            group.count = group.count.saturating_add(state.stands_for);
            if self.roots.len() < 10 * GROUPS {
                self.roots.insert(state.at.line, place);
            }
        } else {
            group.count = group.count.saturating_add(1);
        }
    }

    /// All of them: the most urgent first, then what blocks most, then what most have.
    pub(super) fn sorted(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse((group.class, group.blocked, group.minions)));
        groups
    }
}

impl Group {
    /// The minion of this number, below a bound, is not among those that have it.
    pub(super) fn spares(&self, minion: usize) -> bool {
        self.members.get(minion / 64).is_none_or(|word| word & (1 << (minion % 64)) == 0)
    }

    fn new(file: &str, record: &Record<'_>, verdict: &Verdict<'_>) -> Self {
        Group {
            class: verdict.class,
            rule: verdict.rule.map(|rule| rule.id.clone()),
            what: what(record),
            comment: comment(record).filter(|_| verdict.says(record).is_none()),
            says: verdict.says(record).map(|says| cut(&says)),
            count: 0,
            minions: 0,
            names: Vec::new(),
            blocked: 0,
            first: (file.to_owned(), record.at().line),
            help: verdict.help.to_vec(),
            url: verdict.url.map(str::to_owned),
            members: Vec::new(),
            last: None,
        }
    }

    fn met(&mut self, name: &Text<'_>, minion: usize) {
        let new = match minion < MINIONS {
            true => {
                let (word, bit) = (minion / 64, 1 << (minion % 64));
                if self.members.len() <= word {
                    self.members.resize(word + 1, 0);
                }
                self.members.get_mut(word).is_some_and(|word| {
                    let new = *word & bit == 0;
                    *word |= bit;
                    new
                })
            }
            // A minion's states come together.
            false => self.last.replace(minion) != Some(minion),
        };
        if new {
            self.minions += 1;
            if self.names.len() < NAMED {
                self.names.push(cut(&name.get()));
            }
        }
    }
}

fn key(record: &Record<'_>, verdict: &Verdict<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (verdict.class, verdict.rule.map(|rule| &rule.id)).hash(&mut hasher);
    match record {
        Record::State(state) => {
            let id = state.id.as_ref().or(state.name.as_ref());
            let raw = [state.function.as_ref(), id].map(|text| text.map(Text::raw));
            (0_u8, state.outcome, raw).hash(&mut hasher);
        }
        Record::Message(message) => {
            (1_u8, message.kind).hash(&mut hasher);
            for byte in first_line(message).bytes().filter(|byte| !byte.is_ascii_digit()) {
                hasher.write_u8(byte);
            }
        }
        _ => {}
    }
    hasher.finish()
}

fn what(record: &Record<'_>) -> String {
    match record {
        Record::State(state) => named(state),
        Record::Message(message) => first_line(message),
        _ => String::new(),
    }
}

fn comment(record: &Record<'_>) -> Option<String> {
    let Record::State(state) = record else { return None };
    state.comment.as_ref().map(|comment| cut(&comment.get())).filter(|comment| !comment.is_empty())
}

fn named(state: &State<'_>) -> String {
    let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
    let id = get(&state.id).or_else(|| get(&state.name)).unwrap_or_default();
    cut(&format!("{} {id}", get(&state.function).unwrap_or_default()))
}

fn first_line(message: &Message<'_>) -> String {
    let text = message.text.get();
    cut(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default())
}

/// Its first line, and no more than can be kept of it.
fn cut(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
