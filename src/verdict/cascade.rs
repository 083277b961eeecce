//! What a cascade's comment names, and the failed states of a run that it can mean.
//!
//! Salt (`salt.state.State.call_chunk`) says `One or more requisite failed: sls.id, sls2.id2` and nothing else. An SLS
//! name holds dots, an ID may hold dots, commas, blanks and line breaks, and text shows no SLS names: so the ID is
//! found by looking for the longest end of what is named that is the ID of a failed state. It only ever starts after a
//! dot of the first piece, since SLS names hold no `, `.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::Cause;
use crate::record::State;

/// So many failed states are kept for each run, and so many bytes of their words; a run with more of them has other
/// worries than which of its failures a cascade belongs to.
const STATES_KEPT: usize = 10_000;
const BYTES_KEPT: usize = 1 << 20;
/// So many dots, and so many commas, are looked at in what a cascade names; ID by ID nobody has written more.
const CUTS: usize = 64;

/// What a cascade's comment names, if it is one: `sls.id, sls2.id2`, or nothing (Salt up to 2014.7 named none).
pub(super) fn names(comment: &str) -> Option<&str> {
    let rest = comment.trim_start().strip_prefix("One or more requisite")?;
    let rest = rest.strip_prefix('s').unwrap_or(rest).strip_prefix(" failed")?.trim();
    if rest.is_empty() { Some("") } else { rest.strip_prefix(':').map(|names| first_key(names.trim())) }
}

/// For a while Salt (2014.7) told what the others had said, too: `{'sls.id': 'their comment'}`. The first that it names.
fn first_key(names: &str) -> &str {
    let Some(inside) = names.strip_prefix('{') else { return names };
    let inside = inside.strip_prefix('u').unwrap_or(inside);
    for (quote, end) in [('\'', "': "), ('"', "\": ")] {
        if let Some((key, _)) = inside.strip_prefix(quote).and_then(|rest| rest.split_once(end)) {
            return key;
        }
    }
    names
}

/// The failed states of one run, by their IDs.
#[derive(Debug, Default)]
pub(super) struct Failed {
    causes: HashMap<u64, Standing>,
    /// The one root failure, while there is only one.
    only: Option<Arc<Cause>>,
    roots: usize,
    /// Bytes of the longest ID: nothing longer needs to be looked for.
    longest: usize,
    bytes: usize,
    /// True once a failed state could not be kept.
    pub(super) overflowed: bool,
    hash: RandomState,
}

/// What is known of a failed ID.
#[derive(Debug)]
struct Standing {
    cause: Arc<Cause>,
    /// It failed of itself; false where it stands for its own cause.
    root: bool,
}

/// What looking for a cascade's cause came to.
pub(super) enum Found {
    /// The root failure.
    Cause(Arc<Cause>),
    /// It is not among the failed states so far.
    Missing,
    /// It is not among those that were kept.
    NotKept,
    /// No name is given, and several failed.
    OneOfSeveral,
}

impl Failed {
    /// Forgets all, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.causes.clear();
        (self.only, self.roots, self.longest, self.bytes, self.overflowed) = (None, 0, 0, 0, false);
    }

    /// A state that failed of itself.
    pub(super) fn root(&mut self, file: &str, state: &State<'_>) {
        let cause = Arc::new(Cause::of(file, state));
        self.roots += 1;
        let words = [&cause.minion, &cause.id, &cause.name, &cause.function];
        self.bytes += words.into_iter().flatten().map(String::len).sum::<usize>() + file.len();
        self.only = (self.roots == 1).then(|| Arc::clone(&cause));
        self.keep(state, cause, true);
    }

    /// A state that failed because of another: who names it means that other one.
    pub(super) fn alias(&mut self, state: &State<'_>, cause: Arc<Cause>) {
        self.keep(state, cause, false);
    }

    fn keep(&mut self, state: &State<'_>, cause: Arc<Cause>, root: bool) {
        if self.causes.len() >= STATES_KEPT || self.bytes > BYTES_KEPT {
            self.overflowed = true;
            return;
        }
        let Some(id) = &state.id else { return };
        let id = id.get();
        // A comment is stripped, and with it the last ID that it names.
        let id = id.trim_end();
        let sls = state.sls.as_ref().map(|sls| format!("{}.{id}", sls.get()));
        for key in [Some(id), sls.as_deref()].into_iter().flatten() {
            self.longest = self.longest.max(key.len());
            let standing = Standing { cause: Arc::clone(&cause), root };
            let known = self.causes.entry(self.hash.hash_one(key));
            // Several states can share an ID: the first, but sooner one that failed of itself.
            match known {
                std::collections::hash_map::Entry::Occupied(mut known) if root && !known.get().root => {
                    known.insert(standing);
                }
                std::collections::hash_map::Entry::Occupied(_) => {}
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(standing);
                }
            }
        }
    }

    /// The root of the first of these names that is known.
    pub(super) fn find(&self, names: &str) -> Found {
        if names.is_empty() {
            // Nothing is named. With one root failure in the run there is nothing else that it can be.
            return match &self.only {
                Some(only) => Found::Cause(Arc::clone(only)),
                None if self.roots > 1 => Found::OneOfSeveral,
                None => Found::Missing,
            };
        }
        let mut from = names;
        for _ in 0..CUTS {
            if let Some(standing) = self.first(from) {
                return Found::Cause(Arc::clone(&standing.cause));
            }
            match from.split_once(", ") {
                Some((_, rest)) => from = rest,
                None => break,
            }
        }
        self.none()
    }

    fn none(&self) -> Found {
        if self.overflowed { Found::NotKept } else { Found::Missing }
    }

    /// The failed ID that the first name of the list ends with, the longest if several.
    fn first(&self, list: &str) -> Option<&Standing> {
        if self.causes.is_empty() {
            return None;
        }
        let piece = list.split(", ").next().unwrap_or(list);
        let ends: Vec<usize> =
            list.match_indices(", ").map(|(at, _)| at).take(CUTS).chain([list.len()]).collect();
        // The whole first (`sls.id` where the SLS is known), then from dot to dot.
        let starts = [0].into_iter().chain(piece.match_indices('.').take(CUTS).map(|(at, _)| at + 1));
        let mut best: Option<(usize, &Standing)> = None;
        for start in starts {
            for end in ends.iter().copied().filter(|end| *end > start) {
                let Some(id) = list.get(start..end).map(str::trim_end) else { continue };
                if id.len() > self.longest {
                    break;
                }
                if best.is_some_and(|(length, _)| length >= id.len()) {
                    continue;
                }
                if let Some(standing) = self.causes.get(&self.hash.hash_one(id)) {
                    best = Some((id.len(), standing));
                }
            }
        }
        best.map(|(_, standing)| standing)
    }
}
