//! What is known at a glance of the states that nearly all of a log is.

use super::{Outcome, Text};

/// A state of the outermost run that is as it should be and is told in the usual form: result True, no changes, no
/// warnings, and not slow.
#[derive(Clone, Debug)]
pub struct Plain<'a> {
    /// First line, counted from 1.
    pub line: u64,
    /// Last line, inclusive.
    pub end_line: u64,
    /// [`Clean`](Outcome::Clean) or [`Skipped`](Outcome::Skipped).
    pub outcome: Outcome,
    /// `module.function`, as in `service.running`.
    pub function: Text<'a>,
    /// The thing that the state acts on, as far as it stands on the first line.
    pub name: &'a [u8],
    /// The comment as it stands in the input: words can be looked for in it (see [`Text::literally`](super::Text::literally)).
    pub comment: &'a [u8],
    /// `__run_num__`: its place in Salt's order (JSON only).
    pub run_num: Option<u64>,
    /// It shows when it started.
    pub dated: bool,
    /// How long it took, in milliseconds: less than [`QUICK_MS`](Self::QUICK_MS).
    pub duration_ms: Option<f64>,
}

impl Plain<'_> {
    /// A state that takes so long is worth a word, in milliseconds.
    pub const QUICK_MS: f64 = 1_000.0;

    /// What is counted of it, without the words.
    pub fn counted(&self) -> Plain<'static> {
        Plain { function: Text::plain(b""), name: b"", comment: b"", ..*self }
    }
}
