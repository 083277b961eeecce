//! What a record means for the person who reads it: which rule speaks, else the default.
//!
//! [`judge`] is pure but for the small memory of the run that is passed in ([`Ledger`]): which states failed (a
//! cascade is counted under its cause) and how many there were (does Salt's Summary agree?).

use std::borrow::Cow;

use crate::record::{Class, Record};
use crate::rules::{Rule, Rules};

/// What is thought of a record.
#[derive(Clone, Debug)]
pub struct Verdict<'r> {
    /// How urgent it is.
    pub class: Class,
    /// The rule that speaks; none where it is the default.
    pub rule: Option<&'r Rule>,
    /// In words, what was done or what is wrong.
    pub says: Option<Cow<'r, str>>,
    /// What to do, a step each.
    pub help: Cow<'r, [String]>,
    /// Where to read more.
    pub url: Option<&'r str>,
    /// The state whose failure this follows from.
    pub cause: Option<Cause>,
    /// For a Summary: does it agree with the states read? `None` for any other record.
    pub agrees: Option<bool>,
}

/// The root failure that something follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The input it stands in.
    pub file: String,
    /// Its first line.
    pub line: u64,
    /// Its minion.
    pub minion: Option<String>,
    /// Its ID.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its function.
    pub function: Option<String>,
}

/// What `judge` remembers of the runs that are open: one small table for each level of nesting.
#[derive(Debug, Default)]
pub struct Ledger {}

/// What this record means for the person who reads it.
pub fn judge<'r>(rules: &'r Rules, ledger: &mut Ledger, file: &str, record: &Record<'_>) -> Verdict<'r> {
    let _ = (rules, ledger, file, record);
    unimplemented!()
}
