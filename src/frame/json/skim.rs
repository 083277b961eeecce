//! Skims over one value: the loop that every byte of a state goes through.
//!
//! It knows the grammar and no meaning, keeps its place between windows, and needs a bit for each level of nesting. It
//! stops short only for the two keys that tell that a state holds the states of others.

use super::key;
use super::token::{blanks, is_scalar, scalar_end, string_end};

/// The deepest nesting that is followed. Salt's own data stays below a tenth of it.
pub(super) const DEEPEST: usize = 512;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

/// How a skim came to a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The value is over; this is behind it.
    Over(usize),
    /// The window is.
    More,
    /// A key that a state inside a state may have: the value must be read again with care.
    Nested,
    /// No JSON from here on.
    Broken(usize),
}

/// Inside of what a window ended, and where to go on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inside {
    String(usize),
    Scalar(usize),
}

impl Inside {
    pub(super) fn at(self) -> usize {
        match self {
            Inside::String(at) | Inside::Scalar(at) => at,
        }
    }

    /// The same, when so many bytes left the window.
    pub(super) fn shifted(self, count: usize) -> Inside {
        match self {
            Inside::String(at) => Inside::String(at.saturating_sub(count)),
            Inside::Scalar(at) => Inside::Scalar(at.saturating_sub(count)),
        }
    }
}

/// A value that is being skimmed.
#[derive(Debug)]
pub(super) struct Skim {
    /// Where it goes on.
    at: usize,
    /// Where to go on within the string or the scalar that the last window ended in.
    inside: Option<Inside>,
    expect: Expect,
    depth: usize,
    /// One bit for each level: set for an object.
    objects: [u64; DEEPEST / 64 + 1],
    /// Stop at keys that states inside a state may have.
    watch: bool,
}

impl Skim {
    /// Skims the value that begins at `at`.
    pub(super) fn new(at: usize, watch: bool) -> Skim {
        let objects = [0; DEEPEST / 64 + 1];
        Skim { at, inside: None, expect: Expect::Value, depth: 0, objects, watch }
    }

    /// So many bytes left the window.
    pub(super) fn shift(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
        self.inside = self.inside.map(|inside| inside.shifted(count));
    }

    /// How far it came.
    pub(super) fn at(&self) -> usize {
        self.inside.map_or(self.at, Inside::at)
    }

    /// What is skimmed can't be held: it won't be read again with care.
    pub(super) fn lose(&mut self) {
        self.watch = false;
    }

    /// Goes on behind a line that is not JSON's.
    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// Goes on.
    pub(super) fn step(&mut self, window: &[u8], last: bool) -> Stop {
        let mut at = self.at;
        let mut expect = self.expect;
        let mut object = self.is_object();
        let mut inside = self.inside.take();
        macro_rules! stop {
            ($stop:expr) => {{
                (self.at, self.expect) = (at, expect);
                return $stop;
            }};
        }
        macro_rules! close {
            () => {{
                at += 1;
                self.depth -= 1;
                if self.depth == 0 {
                    stop!(Stop::Over(at));
                }
                object = self.is_object();
                expect = Expect::CommaOrEnd;
            }};
        }
        loop {
            let byte = match inside {
                None => {
                    at = blanks(window, at);
                    let Some(&byte) = window.get(at) else { stop!(Stop::More) };
                    byte
                }
                Some(Inside::String(_)) => b'"',
                Some(Inside::Scalar(_)) => b'0',
            };
            match (expect, byte) {
                (Expect::CommaOrEnd, b',') => {
                    at += 1;
                    expect = if object { Expect::Key } else { Expect::Value };
                }
                (Expect::CommaOrEnd | Expect::KeyOrEnd, b'}') if object => close!(),
                (Expect::CommaOrEnd | Expect::ValueOrEnd, b']') if !object => close!(),
                (Expect::Colon, b':') => {
                    at += 1;
                    expect = Expect::Value;
                }
                (Expect::Key | Expect::KeyOrEnd | Expect::Value | Expect::ValueOrEnd, b'"') => {
                    let end = match string_end(window, inside.take().map_or(at + 1, Inside::at)) {
                        Ok(end) => end,
                        Err(inside) => {
                            self.inside = Some(Inside::String(inside));
                            stop!(Stop::More);
                        }
                    };
                    if matches!(expect, Expect::Value | Expect::ValueOrEnd) {
                        at = end + 1;
                        if self.depth == 0 {
                            stop!(Stop::Over(at));
                        }
                        expect = Expect::CommaOrEnd;
                        continue;
                    }
                    if self.watch && self.depth > 1 {
                        let key = window.get(at + 1..end).unwrap_or_default();
                        if key::is_state(key) || (self.depth == 2 && key == b"out") {
                            stop!(Stop::Nested);
                        }
                    }
                    at = end + 1;
                    expect = Expect::Colon;
                }
                (Expect::Value | Expect::ValueOrEnd, b'{' | b'[') => {
                    if self.depth == DEEPEST {
                        stop!(Stop::Broken(at));
                    }
                    // `[ERROR   ] …` between the lines of a list, and no list.
                    if byte == b'[' {
                        match window.get(at + 1..at + 3) {
                            None if !last => stop!(Stop::More),
                            Some(level) if level.iter().all(u8::is_ascii_uppercase) => {
                                stop!(Stop::Broken(at))
                            }
                            _ => {}
                        }
                    }
                    at += 1;
                    object = byte == b'{';
                    self.open(object);
                    expect = if object { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
                }
                (Expect::Value | Expect::ValueOrEnd, _) => {
                    let end = scalar_end(window, inside.take().map_or(at, Inside::at));
                    let word = window.get(at..end).unwrap_or_default();
                    if end == window.len() && !(last && is_scalar(word)) {
                        self.inside = Some(Inside::Scalar(end));
                        stop!(Stop::More);
                    }
                    if !is_scalar(word) {
                        stop!(Stop::Broken(at));
                    }
                    at = end;
                    if self.depth == 0 {
                        stop!(Stop::Over(at));
                    }
                    expect = Expect::CommaOrEnd;
                }
                _ => stop!(Stop::Broken(at)),
            }
        }
    }

    fn open(&mut self, object: bool) {
        self.depth += 1;
        let (word, bit) = (self.depth / 64, 1 << (self.depth % 64));
        match object {
            true => self.objects[word] |= bit,
            false => self.objects[word] &= !bit,
        }
    }

    fn is_object(&self) -> bool {
        self.objects[self.depth / 64] & (1 << (self.depth % 64)) != 0
    }
}
