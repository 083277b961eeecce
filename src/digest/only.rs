//! `--minion`: of whom is anything told. The others are read and judged, since causes may lie with them, and left out of
//! every count, every report and the exit status; what is nobody's stays.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::minions::matches;
use crate::record::{Place, Record};

/// So many of those who are left out are named where nobody is left.
const NAMED: usize = 5;

/// Who is told of.
#[derive(Debug, Default)]
pub(super) struct Only {
    globs: Vec<String>,
    /// The last name looked at, and whether it is told of: records of one minion come together.
    last: (Vec<u8>, bool),
    met: bool,
    others: HashSet<u64>,
    named: Vec<String>,
    hash: RandomState,
}

impl Only {
    /// Of those whose names match one of these.
    pub(super) fn set(&mut self, globs: Vec<String>) {
        self.globs = globs;
    }

    /// Is it told of? Always, where nothing was asked for.
    pub(super) fn holds(&mut self, record: &Record<'_>) -> bool {
        if self.globs.is_empty() {
            return true;
        }
        let at = record.at();
        match record {
            Record::Stray(_) | Record::Fault(_) => true,
            Record::Message(_) if at.minion.is_none() => true,
            _ => self.is_of(at),
        }
    }

    /// Is it told of this minion?
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.globs.is_empty() || self.globs.iter().any(|glob| matches(glob, name))
    }

    fn is_of(&mut self, at: &Place<'_>) -> bool {
        // A step's minion is told of with all that the step ran.
        let step = at.parent.as_ref().and_then(|step| step.minion.as_ref());
        if step.is_some_and(|step| self.is_named(&step.get())) {
            self.met = true;
            return true;
        }
        let Some(minion) = &at.minion else { return false };
        if minion.raw() == self.last.0 {
            return self.last.1;
        }
        let name = minion.get();
        let told = self.is_named(&name);
        if told {
            self.met |= at.line > 0;
        } else if at.line > 0 && self.others.insert(self.hash.hash_one(&*name)) && self.named.len() < NAMED {
            self.named.push(name.clone().into_owned());
        }
        self.last = (minion.raw().to_vec(), told);
        told
    }

    /// How many minions are left out.
    pub(super) fn left_out(&self) -> u64 {
        self.others.len() as u64
    }

    /// In words, that nobody is left.
    pub(super) fn nobody(&self) -> Option<String> {
        if self.globs.is_empty() || self.met {
            return None;
        }
        let more = self.others.len() - self.named.len();
        let there = match (self.named.join(", "), more) {
            (names, _) if names.is_empty() => String::new(),
            (names, 0) => format!(" (there is {names})"),
            (names, more) => format!(" (there is {names} and {more} more)"),
        };
        Some(format!("--minion {}: no minion of such a name is in this input{there}", self.globs.join(",")))
    }
}
