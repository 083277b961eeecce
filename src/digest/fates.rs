//! How each minion fared, over all of its runs: so that no last line says "all are fine" of a minion that failed in
//! another input.
//!
//! A hash is kept of each minion, as in `minions`; a run without a name counts as a minion of its input. Only what needs
//! eyes and the ends of runs are looked at: ordinary states cost nothing here.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::record::{Class, Kind, Place, Record};
use crate::verdict::Verdict;

/// How the minions fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fared {
    /// Minions that ran something or had something said of them, and runs without a name.
    pub all: u64,
    /// Those of which nothing is to be done or seen, in any run.
    pub fine: u64,
    /// Those that were not fine, but were in the last of their runs.
    pub mended: u64,
}

/// What is remembered of the minions.
#[derive(Debug, Default)]
pub(super) struct Fates {
    of: HashMap<u64, Fate>,
    /// Something is wrong in the outermost run that is being read.
    wrong: bool,
    hash: RandomState,
}

#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    wrong: bool,
    wrong_at_last: bool,
}

impl Fates {
    /// Takes note of a record.
    pub(super) fn note(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'_>) {
        let at = record.at();
        match record {
            Record::State(_) | Record::Message(_) if verdict.class >= Class::Review => {
                // Who is nobody's or stands nowhere (`--expect`) is no run.
                self.wrong |= at.minion.is_some() || matches!(record, Record::State(_));
                if at.minion.is_some() {
                    let fate = self.fate(file, at);
                    (fate.wrong, fate.wrong_at_last) = (true, true);
                }
            }
            Record::Message(message) if matches!(message.kind, Kind::Return | Kind::Compile | Kind::Ssh) => {
                if at.minion.is_some() {
                    self.fate(file, at).wrong_at_last = false;
                }
            }
            Record::Summary(_) => {
                self.wrong |= verdict.class >= Class::Review || verdict.agrees == Some(false)
            }
            Record::Fault(_) => self.wrong = true,
            Record::RunEnd(end) => {
                let outermost = at.depth == 0;
                let wrong = !end.complete || outermost && self.wrong;
                if outermost {
                    self.wrong = false;
                }
                let fate = self.fate(file, at);
                if outermost || wrong {
                    (fate.wrong, fate.wrong_at_last) = (fate.wrong || wrong, wrong);
                }
            }
            Record::State(_) | Record::Message(_) | Record::Stray(_) => {}
        }
    }

    /// What it came to.
    pub(super) fn fared(&self) -> Fared {
        let count = |which: fn(&Fate) -> bool| self.of.values().filter(|fate| which(fate)).count() as u64;
        Fared {
            all: self.of.len() as u64,
            fine: count(|fate| !fate.wrong),
            mended: count(|fate| fate.wrong && !fate.wrong_at_last),
        }
    }

    fn fate(&mut self, file: &str, at: &Place<'_>) -> &mut Fate {
        let key = match &at.minion {
            Some(minion) => self.hash.hash_one(&*minion.get()),
            None => self.hash.hash_one((file, 0_u8)),
        };
        self.of.entry(key).or_default()
    }
}
