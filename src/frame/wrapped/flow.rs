//! Bytes on their way from the reader into the window, once something lies around them: whole lines in, whole lines
//! out, and what the window then can't tell any more (lines that went, clocks that prefixes showed).

use std::collections::VecDeque;

use super::super::text::blank;
use super::{Layer, Look, Wrapping};

/// What is known of the lines that are in the window, by where in all that came out they begin.
#[derive(Debug, Default)]
struct Notes {
    /// So many lines were taken out before this place.
    gaps: VecDeque<(u64, u64)>,
    /// The time of the line that begins here.
    clocks: VecDeque<(u64, String)>,
    /// Lines of which nothing is left but blanks, or nothing at all: then they stood before this place.
    husks: VecDeque<(u64, Husk)>,
    /// The layer of this number ends with the line that begins here.
    ended: VecDeque<(u64, u64)>,
}

/// A line that only held what lay around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Husk {
    /// It is empty now.
    Empty,
    /// It was taken out.
    Gone,
}

/// Lines that lose what lies around them.
#[derive(Debug, Default)]
pub(in super::super) struct Flow {
    pub(in super::super) wrapping: Wrapping,
    /// Something was found: what is read passes through here.
    pub(in super::super) active: bool,
    /// What was read of a line that has not arrived whole.
    pub(in super::super) pending: Vec<u8>,
    notes: Notes,
}

impl Flow {
    /// Looks whether something lies around the lines of `window`, which begins at byte `at` of all.
    pub(in super::super) fn look(&mut self, window: &[u8], at: u64, whole: bool) -> Look {
        self.end_before(at);
        self.wrapping.look(window, at, whole)
    }

    /// Layers that ended up to byte `at` hold no more.
    fn end_before(&mut self, at: u64) {
        while self.notes.ended.front().is_some_and(|(place, _)| *place <= at) {
            self.notes.ended.pop_front().into_iter().for_each(|(_, number)| self.wrapping.end(number));
        }
    }

    /// From now on these layers are taken off. `tail` are the lines that are in the window already, from byte `at` of
    /// all on; `over` if nothing follows them. What becomes of them.
    pub(in super::super) fn begin(
        &mut self,
        layers: Vec<Layer>,
        tail: &[u8],
        at: u64,
        over: bool,
    ) -> Vec<u8> {
        let first = self.wrapping.add(layers);
        let split = |from: usize, place: u64| place >= at + from as u64;
        // A gap or a husk right here stood before the first of these lines.
        let old = Notes {
            gaps: self.notes.gaps.split_off(self.notes.gaps.partition_point(|(place, _)| !split(1, *place))),
            husks: VecDeque::new(),
            ended: VecDeque::new(),
            clocks: self
                .notes
                .clocks
                .split_off(self.notes.clocks.partition_point(|(place, _)| !split(0, *place))),
        };
        let old = Notes {
            ended: self
                .notes
                .ended
                .split_off(self.notes.ended.partition_point(|(place, _)| !split(0, *place))),
            husks: self
                .notes
                .husks
                .split_off(self.notes.husks.partition_point(|(place, _)| !split(0, *place))),
            ..old
        };
        let whole = match over || self.active {
            true => tail.len(),
            false => memchr::memrchr(b'\n', tail).map_or(0, |end| end + 1),
        };
        self.active = true;
        self.pending.extend_from_slice(&tail[whole..]);
        let mut out = Vec::with_capacity(whole);
        self.pass(&tail[..whole], first, at, at, old, &mut out);
        out
    }

    /// Whole lines of what was read become lines of the window, whose end is byte `at` of all; with `over` the last,
    /// too, that has no line end.
    pub(in super::super) fn drain(&mut self, at: u64, over: bool, limit: usize) -> Vec<u8> {
        let end = memchr::memrchr(b'\n', &self.pending).map_or(0, |end| end + 1);
        let whole = if over || self.pending.len() - end > limit { self.pending.len() } else { end };
        let mut pending = std::mem::take(&mut self.pending);
        let mut out = Vec::with_capacity(whole);
        self.pass(&pending[..whole], 0, at, at, Notes::default(), &mut out);
        pending.drain(..whole);
        self.pending = pending;
        out
    }

    /// Takes the layers from the `first` on off these lines, which begin at byte `was` and come to stand at `at`.
    fn pass(&mut self, lines: &[u8], first: usize, mut was: u64, at: u64, mut old: Notes, out: &mut Vec<u8>) {
        for raw in lines.split_inclusive(|byte| *byte == b'\n') {
            let here = at + out.len() as u64;
            self.notes.carry(&mut old, was, here);
            was += raw.len() as u64;
            let (line, end) = match raw.split_last() {
                Some((b'\n', line)) => (line, &b"\n"[..]),
                _ => (raw, &b""[..]),
            };
            let taken = self.wrapping.take(line, first);
            let held = !blank(line);
            self.notes.ended.extend(taken.ended.into_iter().map(|number| (here, number)));
            match taken.line {
                Some(line) => {
                    if held && blank(&line) {
                        self.notes.husks.push_back((here, Husk::Empty));
                    }
                    out.extend_from_slice(&line);
                    out.extend_from_slice(end);
                }
                None => {
                    self.notes.gaps.push_back((here, 1));
                    self.notes.husks.extend(held.then_some((here, Husk::Gone)));
                }
            }
            if let Some(clock) = taken.clock {
                self.notes.clocks.push_back((here, clock));
            }
        }
        self.notes.carry(&mut old, u64::MAX, at + out.len() as u64);
    }

    /// How many lines were taken out behind byte `from` and up to byte `to`.
    pub(in super::super) fn gone(&self, from: u64, to: u64) -> u64 {
        let gaps = self.notes.gaps.iter().skip_while(|(place, _)| *place <= from);
        gaps.take_while(|(place, _)| *place <= to).map(|(_, lines)| lines).sum()
    }

    /// The time of the first line that has one, from byte `from` and before byte `to`.
    pub(in super::super) fn clock(&self, from: u64, to: u64) -> Option<&str> {
        let mut clocks = self.notes.clocks.iter().skip_while(|(place, _)| *place < from);
        clocks.next().filter(|(place, _)| *place < to).map(|(_, clock)| clock.as_str())
    }

    /// The first line that was nothing but a wrapper, from byte `from` and before the line that begins at byte `to`.
    pub(in super::super) fn husk(&self, from: u64, to: u64) -> Option<(u64, Husk)> {
        let mut husks = self.notes.husks.iter().skip_while(|(place, _)| *place < from);
        husks.next().copied().filter(|(place, husk)| *place < to || *place == to && *husk == Husk::Gone)
    }

    /// What stood before byte `at` has left the window.
    pub(in super::super) fn forget(&mut self, at: u64) {
        self.end_before(at);
        while self.notes.gaps.front().is_some_and(|(place, _)| *place <= at) {
            self.notes.gaps.pop_front();
        }
        while self.notes.husks.front().is_some_and(|(place, _)| *place < at) {
            self.notes.husks.pop_front();
        }
        while self.notes.clocks.front().is_some_and(|(place, _)| *place < at) {
            self.notes.clocks.pop_front();
        }
    }
}

impl Notes {
    /// What was noted up to byte `was` belongs to byte `here` now.
    fn carry(&mut self, old: &mut Notes, was: u64, here: u64) {
        while old.gaps.front().is_some_and(|(place, _)| *place <= was) {
            self.gaps.extend(old.gaps.pop_front().map(|(_, lines)| (here, lines)));
        }
        while old.husks.front().is_some_and(|(place, _)| *place <= was) {
            self.husks.extend(old.husks.pop_front().map(|(_, husk)| (here, husk)));
        }
        while old.ended.front().is_some_and(|(place, _)| *place <= was) {
            self.ended.extend(old.ended.pop_front().map(|(_, number)| (here, number)));
        }
        while old.clocks.front().is_some_and(|(place, _)| *place <= was) {
            self.clocks.extend(old.clocks.pop_front().map(|(_, clock)| (here, clock)));
        }
    }
}
