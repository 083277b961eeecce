//! What is around the place where the framer reads, and whose it is.

use std::ops::Range;

use super::key;
use super::skim::Expect;
use super::step::Step;
use super::token::unescape;

/// An object or array that is open. Only what is outside of states has one, and what may hold states inside of states:
/// anything else is skimmed.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) array: bool,
    /// A state's own object: its `changes` may hold the states of others.
    pub(super) state: bool,
    /// The `changes` of a state.
    pub(super) changes: bool,
    /// The key that leads here, if it can name a minion.
    pub(super) name: Name,
    /// Where the key stands, or the value if it has none.
    pub(super) member: usize,
    /// Where its opening brace or bracket stands.
    pub(super) start: usize,
    /// A key names a minion somewhere above, or here.
    pub(super) owned: bool,
    /// An event of Salt's bus: nothing in it names a minion, and `return` is what one returned.
    pub(super) event: bool,
    /// Its members are minions.
    pub(super) minions: bool,
    /// It is what a minion returned: if it holds nothing that is told by itself, it is told as a whole.
    pub(super) whole: bool,
    /// Something in it was told.
    pub(super) told: bool,
    /// A run is over when it closes.
    pub(super) run: bool,
    /// `"out": "highstate"` stands in it.
    pub(super) highstate: bool,
    /// It holds an element that is no scalar.
    pub(super) deep: bool,
    /// A state's: it is an orchestration step, as states were found in it.
    pub(super) step: bool,
    /// Parts of it left the window before it was whole.
    pub(super) lost: bool,
}

/// A key that can name a minion.
#[derive(Debug)]
pub(super) enum Name {
    None,
    /// It is still in the window.
    Here(Range<usize>),
    Known(String),
}

impl Level {
    pub(super) fn new(array: bool, member: usize, start: usize) -> Level {
        Level {
            array,
            state: false,
            changes: false,
            name: Name::None,
            member,
            start,
            owned: false,
            event: false,
            minions: false,
            whole: false,
            told: false,
            run: false,
            highstate: false,
            deep: false,
            step: false,
            lost: false,
        }
    }

    /// What may come first in it.
    pub(super) fn expect(&self) -> Expect {
        if self.array { Expect::ValueOrEnd } else { Expect::KeyOrEnd }
    }

    /// What a value is that `key` leads to in here: `None` for elements.
    pub(super) fn child(&self, key: Option<&[u8]>, nested: bool) -> Child {
        // What could not be held is empty; no minion's name is.
        let named = !self.event && key.is_some_and(|key| !key.is_empty() && !key::is_envelope(key));
        let owned = self.owned || named;
        let wrapper = key.is_some_and(key::is_wrapper);
        let minions = match nested {
            true => self.highstate && self.changes && wrapper,
            false => !owned && !self.event && (self.array || (wrapper && key != Some(b"return"))),
        };
        // `return` says what a minion returned, in its own envelope or above one that is named nowhere.
        let returned = !nested && key == Some(b"return") && (self.minions || self.whole || self.event);
        let element = self.array && self.whole;
        Child { named, owned, minions, whole: (named && self.minions) || returned, element }
    }
}

/// What a value is, told by the key before it and by what is around.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    /// Its key can name a minion.
    pub(super) named: bool,
    pub(super) owned: bool,
    pub(super) minions: bool,
    /// It is what a minion returned.
    pub(super) whole: bool,
    /// It is an element of a list that a minion returned.
    pub(super) element: bool,
}

/// Who runs what, at each depth of orchestration.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// The minion whose run it is.
    pub(super) minions: Vec<Option<String>>,
    /// The level at whose end the run is over.
    levels: Vec<usize>,
}

impl Runs {
    /// From here on `minion` runs at `depth`; `level` is where that ends.
    pub(super) fn begin(&mut self, depth: usize, minion: Option<String>, level: usize) {
        self.minions.resize(depth, None);
        self.levels.resize(depth, usize::MAX);
        self.minions.push(minion);
        self.levels.push(level);
    }

    /// Is this the level of the run that goes on at `depth`?
    pub(super) fn is_at(&self, depth: usize, level: usize) -> bool {
        self.levels.get(depth) == Some(&level)
    }

    pub(super) fn minion(&self, depth: usize) -> Option<&str> {
        self.minions.get(depth)?.as_deref()
    }
}

/// The level that names the minion of what stands in `levels[container]`, if one does; not looking beyond the state
/// in whose changes it stands.
pub(super) fn owner(levels: &[Level], container: usize) -> Option<usize> {
    let inner = levels[..=container].iter().rposition(|level| level.state).map_or(0, |state| state + 1);
    (inner..=container).rev().find(|at| !matches!(levels[*at].name, Name::None))
}

/// The name that a level has.
pub(super) fn name(level: &Level, window: &[u8]) -> Option<String> {
    match &level.name {
        Name::None => None,
        Name::Here(range) => Some(unescape(window.get(range.clone()).unwrap_or_default()).into_owned()),
        Name::Known(name) => Some(name.clone()),
    }
}

/// How many orchestration steps are around `levels[at]`.
pub(super) fn depth(levels: &[Level], at: usize) -> usize {
    levels[..at].iter().filter(|level| level.step).count()
}

/// So many bytes leave the window: places move, and names that go with them are kept.
pub(super) fn shift(levels: &mut [Level], steps: &mut [Step], window: &[u8], count: usize) {
    for level in levels {
        if let Name::Here(_) = level.name
            && let Some(name) = name(level, window)
        {
            level.name = Name::Known(name);
        }
        level.member = level.member.saturating_sub(count);
        level.start = level.start.saturating_sub(count);
    }
    for step in steps {
        step.shift(count);
    }
}
