//! What a thread found, on its way to those who are told.
//!
//! It travels as the units that it was read from, in one piece of memory, and is decoded once more where it arrives: that
//! takes less than to copy each of a record's words by itself.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::Taker;
use crate::decode::decode;
use crate::digest::Problem;
use crate::frame::{Step, Unit, UnitKind};
use crate::record::Plain;
use crate::verdict::Verdict;

/// What a thread found. Most is plain states, which are small, so each kind of thing has a list of its own.
#[derive(Default)]
pub(super) struct Found<'r> {
    order: Vec<Thing>,
    records: Vec<(Kept, Verdict<'r>)>,
    /// Plain states that passed.
    plain: Vec<Plain<'static>>,
    begun: Vec<String>,
    problems: Vec<Problem>,
    ended: Vec<u64>,
    /// The bytes of all units.
    bytes: Vec<u8>,
    minions: Vec<String>,
    /// Units whose records have not come to their turn.
    waiting: VecDeque<Kept>,
}

/// Whose list the next thing is in.
#[derive(Clone, Copy)]
enum Thing {
    Begin,
    Record,
    Plain,
    Problem,
    End,
}

/// A unit, as offsets into what is kept.
struct Kept {
    kind: UnitKind,
    bytes: Range<usize>,
    line: u64,
    end_line: u64,
    minion: Option<usize>,
    depth: u16,
    around: Option<Box<Around>>,
}

/// What stands around few units.
#[derive(Default)]
struct Around {
    step: Option<(Option<String>, String)>,
    time: Option<String>,
}

impl<'r> Found<'r> {
    /// Keeps a unit whose record comes, here or in another's turn.
    pub(super) fn unit(&mut self, unit: &Unit<'_>) {
        let own = str::to_owned;
        let around = Around {
            step: unit.parent.map(|step| (step.minion.map(own), own(step.id))),
            time: unit.time.map(own),
        };
        let from = self.bytes.len();
        self.bytes.extend_from_slice(unit.bytes);
        let minion = unit.minion.map(|minion| {
            if self.minions.last().is_none_or(|last| last != minion) {
                self.minions.push(own(minion));
            }
            self.minions.len() - 1
        });
        self.waiting.push_back(Kept {
            kind: unit.kind.clone(),
            bytes: from..self.bytes.len(),
            line: unit.line,
            end_line: unit.end_line,
            minion,
            depth: unit.depth,
            around: (around.step.is_some() || around.time.is_some()).then(|| Box::new(around)),
        });
    }

    /// The record of the unit that waits longest comes to its turn.
    pub(super) fn record(&mut self, verdict: &Verdict<'r>) {
        // Each record was a unit before.
        if let Some(unit) = self.waiting.pop_front() {
            self.order.push(Thing::Record);
            self.records.push((unit, verdict.clone()));
        }
    }

    pub(super) fn begin(&mut self, file: &str) {
        self.order.push(Thing::Begin);
        self.begun.push(file.to_owned());
    }

    pub(super) fn pass(&mut self, plain: &Plain<'_>) {
        self.order.push(Thing::Plain);
        self.plain.push(plain.counted());
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.order.push(Thing::Problem);
        self.problems.push(problem);
    }

    pub(super) fn end(&mut self, lines: u64) {
        self.order.push(Thing::End);
        self.ended.push(lines);
    }

    /// How many things there are, and how many bytes they take.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.order.len(), self.bytes.len())
    }

    /// Hands over all but what waits for its turn. `next` is empty, and gets that.
    pub(super) fn hand_over(&mut self, mut next: Found<'r>) -> Found<'r> {
        for mut kept in self.waiting.drain(..) {
            let from = next.bytes.len();
            next.bytes.extend_from_slice(self.bytes.get(kept.bytes.clone()).unwrap_or_default());
            kept.bytes = from..next.bytes.len();
            next.waiting.push_back(kept);
        }
        if !next.waiting.is_empty() {
            next.minions.clone_from(&self.minions);
        }
        std::mem::replace(self, next)
    }

    /// Forgets all, but keeps the room.
    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.records.clear();
        self.plain.clear();
        self.begun.clear();
        self.problems.clear();
        self.ended.clear();
        self.bytes.clear();
        self.minions.clear();
        self.waiting.clear();
    }

    /// Tells `taker`. `file` is the input that it is about, and is kept up to date; so many lines stand before it there.
    pub(super) fn tell(&self, file: &mut String, before: u64, taker: &mut impl Taker<'r>) -> io::Result<()> {
        let (mut records, mut plain) = (self.records.iter(), self.plain.iter());
        let (mut begun, mut problems, mut ended) =
            (self.begun.iter(), self.problems.iter(), self.ended.iter());
        for thing in &self.order {
            match thing {
                Thing::Begin => {
                    begun.next().into_iter().for_each(|name| file.clone_from(name));
                    taker.begin(file);
                }
                Thing::Record => {
                    let Some((kept, verdict)) = records.next() else { continue };
                    let record = decode(self.again(kept, before));
                    match &verdict.cause {
                        Some(cause) if before > 0 => {
                            let cause = Some(cause.further_down(before));
                            taker.record(file, &record, &Verdict { cause, ..verdict.clone() })?;
                        }
                        _ => taker.record(file, &record, verdict)?,
                    }
                }
                Thing::Plain => {
                    let Some(plain) = plain.next() else { continue };
                    let (line, end_line) = (plain.line + before, plain.end_line + before);
                    taker.pass(&Plain { line, end_line, ..plain.clone() })?;
                }
                Thing::Problem => problems.next().into_iter().for_each(|it| taker.problem(it.clone())),
                Thing::End => ended.next().into_iter().for_each(|lines| taker.end(file, *lines)),
            }
        }
        Ok(())
    }

    /// The unit as it was.
    fn again<'s>(&'s self, kept: &'s Kept, before: u64) -> Unit<'s> {
        let around = kept.around.as_deref();
        let step = around.and_then(|around| around.step.as_ref());
        Unit {
            kind: kept.kind.clone(),
            bytes: self.bytes.get(kept.bytes.clone()).unwrap_or_default(),
            line: kept.line + before,
            end_line: kept.end_line + before,
            minion: kept.minion.and_then(|at| self.minions.get(at)).map(String::as_str),
            parent: step.map(|(minion, id)| Step { minion: minion.as_deref(), id }),
            depth: kept.depth,
            time: around.and_then(|around| around.time.as_deref()),
        }
    }
}
