//! The laws that hold for any input, for the tests and for the fuzzer (`fuzz/`): every line lies in a record, in order, and
//! it makes no difference in what pieces the bytes come.

use std::io::{self, Read};
use std::sync::LazyLock;

use saltlint::frame::{Frames, InputFormat};
use saltlint::record::Record;

/// What breaks a law in this input, read whole and in pieces of this size; `None`: nothing does.
pub(crate) fn broken(bytes: &[u8], format: InputFormat, piece: usize) -> Option<String> {
    let whole = read(bytes, format);
    unlawful(bytes, ranges(&whole)).or_else(|| differs(&whole, &read(Pieces::of(bytes, vec![piece]), format)))
}

/// Gives out bytes in pieces of these sizes, over and over.
pub(crate) struct Pieces<'b> {
    rest: &'b [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1).max(1).min(out.len()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(size);
        out[..size].copy_from_slice(piece);
        self.rest = rest;
        Ok(size)
    }
}

impl Pieces<'_> {
    pub(crate) fn of(bytes: &[u8], sizes: Vec<usize>) -> Pieces<'_> {
        Pieces { rest: bytes, sizes: sizes.into_iter().cycle() }
    }
}

/// Whatever can be read of these bytes.
pub(crate) fn read(reader: impl Read, format: InputFormat) -> Vec<Record<'static>> {
    let mut frames = Frames::new(reader, format);
    let mut records = Vec::new();
    while let Some(unit) = frames.next(&mut |_, _| ()).unwrap() {
        records.push(saltlint::decode::decode(unit).into_owned());
    }
    records
}

/// First and last line of a record, and what it is.
pub(crate) type Range = (u64, u64, String);

pub(crate) fn ranges(records: &[Record<'_>]) -> Vec<Range> {
    let published = |record: &&Record<'_>| !matches!(record, Record::RunEnd(_) | Record::Fault(_));
    let range = |record: &Record<'_>| {
        let kind: String = format!("{record:?}").chars().take(60).collect();
        (record.at().line, record.at().end_line, kind)
    };
    records.iter().filter(published).map(range).collect()
}

/// Nothing but blanks, and what colours it.
fn is_blank(line: &[u8]) -> bool {
    static COLOUR: LazyLock<regex::bytes::Regex> =
        LazyLock::new(|| regex::bytes::Regex::new(r"(?-u)\x1b\[[0-9;]*m").unwrap());
    COLOUR.replace_all(line, &b""[..]).trim_ascii().is_empty()
}

/// What breaks the law of ranges in this input, if anything does.
pub(crate) fn unlawful(input: &[u8], mut ranges: Vec<Range>) -> Option<String> {
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    let mut held = vec![false; lines.len() + 2];
    for (first, last, kind) in &ranges {
        if *first == 0 || first > last || *last > lines.len() as u64 {
            return Some(format!("no range: {first}-{last} of {} lines, {kind}", lines.len()));
        }
        held[*first as usize..=*last as usize].fill(true);
    }
    if let Some(lost) = (1..=lines.len()).find(|line| !held[*line] && !is_blank(lines[line - 1])) {
        return Some(format!("line {lost} in no record: {:?}", String::from_utf8_lossy(lines[lost - 1])));
    }
    // Outer ranges first; each then lies within all that are open, or begins on their last line.
    ranges.sort_by_key(|(first, last, _)| (*first, u64::MAX - last));
    let mut open: Vec<&Range> = Vec::new();
    for range in &ranges {
        open.retain(|outer| outer.1 >= range.0);
        if let Some(outer) = open.iter().find(|outer| outer.1 < range.1 && outer.1 != range.0) {
            return Some(format!("{outer:?} and {range:?} overlap"));
        }
        open.push(range);
    }
    None
}

/// The first record in which two readings part.
pub(crate) fn differs(one: &[Record<'_>], other: &[Record<'_>]) -> Option<String> {
    let all = |record: Option<&Record<'_>>| format!("{record:?}");
    let same = |index: usize| all(one.get(index)) == all(other.get(index));
    let index = (0..one.len().max(other.len())).find(|index| !same(*index))?;
    let (one, other) = (all(one.get(index)), all(other.get(index)));
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let show = |record: String| record.chars().skip(common.saturating_sub(150)).take(300).collect::<String>();
    Some(format!("record {index}, from {common}:\n{}\n{}", show(one), show(other)))
}
