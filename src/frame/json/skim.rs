//! Skims over one value: the loop that every byte of a state goes through.
//!
//! It knows the grammar and no meaning, keeps its place between windows, and needs a bit for each level of nesting. It
//! stops short only for the two keys that tell that a state holds the states of others.

use super::super::index::Window;
use super::fields::{Fields, Member};
use super::key;
use super::token::{blanks, is_scalar, scalar_end};

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
    /// The depth of the value.
    floor: usize,
    /// One bit for each level: set for an object.
    objects: [u64; DEEPEST / 64 + 1],
    /// Stop at keys that states inside a state may have.
    watch: bool,
    /// Where the members of the value stand, the one whose value is being skimmed, and where that begins.
    pub(super) fields: Fields,
    member: Member,
    start: usize,
}

impl Skim {
    /// Skims the value that begins at `at`.
    pub(super) fn new(at: usize, watch: bool) -> Skim {
        let objects = [0; DEEPEST / 64 + 1];
        let (fields, member) = (Fields::default(), Member::Other);
        Skim {
            at,
            inside: None,
            expect: Expect::Value,
            depth: 0,
            floor: 0,
            objects,
            watch,
            fields,
            member,
            start: 0,
        }
    }

    /// Skims a value in a state that begins at `at`.
    pub(super) fn inside(at: usize) -> Skim {
        let mut skim = Skim { depth: 1, floor: 1, ..Skim::new(at, true) };
        skim.open(1, true);
        skim
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
    pub(super) fn step(&mut self, window: Window<'_>, last: bool) -> Stop {
        let bytes = window.bytes();
        let (mut at, mut expect, mut depth) = (self.at, self.expect, self.depth);
        let mut object = self.is_object(depth);
        let mut inside = self.inside.take();
        macro_rules! stop {
            ($stop:expr) => {{
                (self.at, self.expect, self.depth) = (at, expect, depth);
                return $stop;
            }};
        }
        // A value ends before `at`.
        macro_rules! value {
            () => {{
                if depth == self.floor {
                    stop!(Stop::Over(at));
                }
                if depth == 1 {
                    self.fields.note(self.member, self.start, at);
                }
                expect = Expect::CommaOrEnd;
            }};
        }
        macro_rules! close {
            () => {{
                at += 1;
                depth -= 1;
                object = self.is_object(depth);
                value!();
            }};
        }
        loop {
            let byte = match inside {
                None => {
                    at = blanks(bytes, at);
                    let Some(&byte) = bytes.get(at) else { stop!(Stop::More) };
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
                (Expect::Key | Expect::KeyOrEnd, b'"') => {
                    let end = match window.string_end(inside.take().map_or(at + 1, Inside::at)) {
                        Ok(end) => end,
                        Err(inside) => {
                            self.inside = Some(Inside::String(inside));
                            stop!(Stop::More);
                        }
                    };
                    let key = bytes.get(at + 1..end).unwrap_or_default();
                    if depth == 1 {
                        self.member = Member::of(key);
                    } else if self.watch
                        && ((window.bar(at, end).is_some() && key::is_state(key))
                            || (depth == 2 && key == b"out"))
                    {
                        stop!(Stop::Nested);
                    }
                    at = end + 1;
                    expect = Expect::Colon;
                    // Mostly the colon follows at once.
                    if bytes.get(at) == Some(&b':') {
                        at += 1;
                        expect = Expect::Value;
                    }
                }
                (Expect::Value | Expect::ValueOrEnd, _) => {
                    if depth == 1 && inside.is_none() {
                        self.start = at;
                    }
                    match byte {
                        b'"' => match window.string_end(inside.take().map_or(at + 1, Inside::at)) {
                            Ok(end) => {
                                at = end + 1;
                                value!();
                            }
                            Err(inside) => {
                                self.inside = Some(Inside::String(inside));
                                stop!(Stop::More);
                            }
                        },
                        b'{' | b'[' => {
                            if depth == DEEPEST {
                                stop!(Stop::Broken(at));
                            }
                            // `[ERROR   ] …` between the lines of a list, and no list.
                            if byte == b'[' {
                                match bytes.get(at + 1..at + 3) {
                                    None if !last => stop!(Stop::More),
                                    Some(level) if level.iter().all(u8::is_ascii_uppercase) => {
                                        stop!(Stop::Broken(at))
                                    }
                                    _ => {}
                                }
                            }
                            at += 1;
                            depth += 1;
                            object = byte == b'{';
                            self.open(depth, object);
                            expect = if object { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
                        }
                        _ => {
                            let end = scalar_end(bytes, inside.take().map_or(at, Inside::at));
                            let word = bytes.get(at..end).unwrap_or_default();
                            if end == bytes.len() && !(last && is_scalar(word)) {
                                self.inside = Some(Inside::Scalar(end));
                                stop!(Stop::More);
                            }
                            if !is_scalar(word) {
                                stop!(Stop::Broken(at));
                            }
                            at = end;
                            value!();
                        }
                    }
                }
                _ => stop!(Stop::Broken(at)),
            }
        }
    }

    fn open(&mut self, depth: usize, object: bool) {
        let (word, bit) = (depth / 64, 1 << (depth % 64));
        match object {
            true => self.objects[word] |= bit,
            false => self.objects[word] &= !bit,
        }
    }

    fn is_object(&self, depth: usize) -> bool {
        self.objects[depth / 64] & (1 << (depth % 64)) != 0
    }
}
