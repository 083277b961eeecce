//! The beaten track: one state after another of the same run, each spelled as those before it.
//!
//! Salt writes all states of a run the same way: the same members in the same order with the same blanks between. So
//! what stood before a value, from the comma to the blank behind the colon, is remembered, and compared as a whole with
//! what stands there in the next state; values end where the index says. Nearly all bytes of nearly all inputs are read
//! here.
//!
//! Nothing here tells what is wrong, and nothing is kept of a state that is not whole: whatever is in doubt, `walk` reads
//! it again, with care. Tests hold both against each other.

use super::super::index::Window;
use super::fields::{Fields, Member, START};
use super::key::Parts;
use super::skim::{Skim, Stop};
use super::token::blanks;

/// The longest glue that is remembered: that of `__run_num__`, at the usual depth, has 29 bytes. What is longer is read
/// letter by letter, each time.
const LONGEST: usize = 32;

/// So many bytes, eight at once.
type Words = [u64; LONGEST / 8];

#[inline]
fn words(bytes: &[u8; LONGEST]) -> Words {
    std::array::from_fn(|word| bytes.as_chunks().0.get(word).map_or(0, |bytes| u64::from_le_bytes(*bytes)))
}

/// What stood between two values.
#[derive(Debug)]
struct Glue {
    words: Words,
    /// Set where there is a byte.
    mask: Words,
    length: usize,
    /// The member that it names.
    member: Member,
}

/// How the last states were spelled.
#[derive(Debug)]
pub(super) struct Track {
    /// A state was told, and nothing was read since.
    pub(super) on: bool,
    /// What stood behind each member; and, last, what stood before the first.
    glues: [Glue; START + 1],
}

/// A state that was found whole.
#[derive(Debug)]
pub(super) struct Whole {
    /// Where its key begins.
    pub(super) member: usize,
    /// Behind its closing brace.
    pub(super) end: usize,
    pub(super) fields: Fields,
}

impl Default for Track {
    fn default() -> Self {
        // No comma and no brace: nothing is like it.
        let glue = || Glue {
            words: [0; LONGEST / 8],
            mask: [u64::MAX; LONGEST / 8],
            length: 0,
            member: Member::Other,
        };
        Track { on: false, glues: std::array::from_fn(|_| glue()) }
    }
}

impl Track {
    /// The state behind the comma that stands at `at`, if it is one, and whole.
    pub(super) fn state(&mut self, window: Window<'_>, at: usize) -> Option<Whole> {
        let bytes = window.bytes();
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        let start = blanks(bytes, at + 1);
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let quote = window.string_end(start + 1).ok()?;
        let parts = parts(window, start + 1, quote)?;
        let mut at = colon(bytes, quote)?;
        if bytes.get(at) != Some(&b'{') {
            return None;
        }
        let mut fields = Fields::new(parts);
        let mut before = START;
        loop {
            let (member, value) = self.glue(window, before, at)?;
            let end = value_end(window, value)?;
            // A unit is never as large as 4 GiB.
            fields.note(member, value - start, end - start);
            if bytes.get(end) == Some(&b',') {
                (at, before) = (end, member as usize);
                continue;
            }
            let close = blanks(bytes, end);
            if bytes.get(close) == Some(&b'}') {
                return Some(Whole { member: start, end: close + 1, fields });
            }
            return None;
        }
    }

    /// What begins behind what stands at `at`, which follows the member `before`: the next member, and its value.
    #[inline(always)]
    fn glue(&mut self, window: Window<'_>, before: usize, at: usize) -> Option<(Member, usize)> {
        let glue = self.glues.get(before)?;
        let here = words(window.bytes().get(at..)?.first_chunk()?);
        let differs = |word: usize| (here[word] ^ glue.words[word]) & glue.mask[word];
        if differs(0) | differs(1) | differs(2) | differs(3) == 0 {
            return Some((glue.member, at + glue.length));
        }
        self.learn(window, before, at)
    }

    /// The same, read letter by letter and remembered.
    #[cold]
    fn learn(&mut self, window: Window<'_>, before: usize, at: usize) -> Option<(Member, usize)> {
        let bytes = window.bytes();
        let start = blanks(bytes, at + 1);
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let quote = window.string_end(start + 1).ok()?;
        let member = Member::of(bytes.get(start + 1..quote)?);
        let value = colon(bytes, quote)?;
        if let (Some(glue), Some(here)) = (self.glues.get_mut(before), bytes.get(at..value))
            && here.len() <= LONGEST
        {
            let (mut bytes, mut mask) = ([0; LONGEST], [0; LONGEST]);
            bytes[..here.len()].copy_from_slice(here);
            mask[..here.len()].fill(u8::MAX);
            (glue.words, glue.mask) = (words(&bytes), words(&mask));
            (glue.length, glue.member) = (here.len(), member);
        }
        Some((member, value))
    }
}

/// Where the value begins behind the key whose closing quote stands at `quote`.
#[inline]
fn colon(bytes: &[u8], quote: usize) -> Option<usize> {
    let colon = blanks(bytes, quote + 1);
    (bytes.get(colon) == Some(&b':')).then(|| blanks(bytes, colon + 1))
}

/// The parts of a state's key that stands in this range; none if it is another's.
#[inline]
fn parts(window: Window<'_>, start: usize, end: usize) -> Option<Parts> {
    let key = window.bytes().get(start..end)?;
    let mut places = [0; 3];
    let mut count = 0;
    let mut at = 1;
    while let Some(bar) = window.bar(start + at, end).map(|bar| bar - start) {
        at = bar + 1;
        if key[bar - 1] == b'_' && key.get(bar + 1) == Some(&b'-') {
            places[count.min(2)] = bar - 1;
            count += 1;
        }
    }
    let [first, second, last] = places.map(|place| place as u32);
    (count > 2).then_some(Parts { length: key.len() as u32, first, second, last })
}

/// Behind the value that begins at `at`, if it ends within the window and is one.
#[inline]
fn value_end(window: Window<'_>, at: usize) -> Option<usize> {
    let bytes = window.bytes();
    let byte = *bytes.get(at)?;
    let word = |word: &[u8]| bytes.get(at..at + word.len()).filter(|is| *is == word).map(|_| at + word.len());
    match byte {
        b'"' => window.string_end(at + 1).ok().map(|quote| quote + 1),
        b'{' if bytes.get(at + 1) == Some(&b'}') => Some(at + 2),
        b'[' if bytes.get(at + 1) == Some(&b']') => Some(at + 2),
        b'{' | b'[' => match Skim::inside(at).step(window, false) {
            Stop::Over(end) => Some(end),
            Stop::More | Stop::Nested | Stop::Broken(_) => None,
        },
        // What follows a word or a number is looked at by who asked: a comma, blanks or a brace.
        b't' => word(b"true"),
        b'f' => word(b"false"),
        b'n' => word(b"null"),
        b'0'..=b'9' => {
            let number = bytes.get(at..)?;
            let is_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
            number.iter().position(|byte| !is_number(byte)).map(|length| at + length)
        }
        _ => None,
    }
}
