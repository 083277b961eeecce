//! Where a unit of JSON ends.
//!
//! One document is read at a time, from its `{` to its `}`, by a pull scanner that goes on where the last window ended:
//! no recursion, no tree, and never more in memory than the state that is being read. What is around the states is read
//! with care (`walk`, which keeps a `stack` and lets `tell` answer); states themselves, nearly all bytes, are skimmed (`skim`). A state in which
//! another state's key turns up is an orchestration step: it is read again with care, the states in it are told first,
//! and what is kept of it (`step`) follows. What goes wrong is told in `breaks`.
//!
//! Nothing here reads what a state says; that is `decode`'s.

mod breaks;
pub(super) mod fields;
pub mod key;
mod skim;
mod stack;
mod step;
mod tell;
#[cfg(test)]
mod tests;
pub mod token;
mod track;
mod walk;

use std::collections::VecDeque;
use std::ops::Range;

use super::index::Window;
use super::{Answer, Beyond, Body, Found, Step, UnitKind};
use skim::{Expect, Inside, Skim};
use stack::{Level, Runs};
use track::{Track, Whole};

/// A pull scanner that is resumed where it was interrupted.
#[derive(Debug)]
pub(super) struct Framer {
    /// Where it goes on, as are all places an offset into the window.
    at: usize,
    expect: Expect,
    /// Inside of what the last window ended.
    inside: Option<Inside>,
    /// What is open.
    levels: Vec<Level>,
    /// Where the member begins whose key was read last, and the key between its quotes.
    member: usize,
    key: Range<usize>,
    /// The value that is being skimmed, where it begins, and whether it is a state.
    skim: Option<Skim>,
    value: usize,
    skims_state: bool,
    /// Part of the state that is being skimmed, or else of the string, left the window.
    lost: bool,
    /// The first thing on a line of its own that no record covers yet.
    head: Option<usize>,
    runs: Runs,
    steps: Vec<step::Step>,
    /// Lines of the unit that is being read that are not JSON's.
    asides: Vec<Range<usize>>,
    /// What was put together for the unit that was answered last.
    kept: Vec<u8>,
    due: VecDeque<Due>,
    track: Track,
}

/// What is to be answered before anything else is read.
#[derive(Debug)]
enum Due {
    RunEnd(usize),
    /// Where, what and why.
    Fault {
        line: u64,
        kind: &'static str,
        cut: bool,
        text: String,
        depth: usize,
    },
    /// The document is over.
    Foot,
    /// What follows the document.
    Behind,
    /// The rest is not JSON's.
    Back,
}

impl Default for Framer {
    fn default() -> Self {
        Framer {
            at: 0,
            expect: Expect::Value,
            inside: None,
            levels: Vec::new(),
            member: 0,
            key: 0..0,
            skim: None,
            value: 0,
            skims_state: false,
            lost: false,
            head: None,
            runs: Runs::default(),
            steps: Vec::new(),
            asides: Vec::new(),
            kept: Vec::new(),
            due: VecDeque::new(),
            track: Track::default(),
        }
    }
}

impl Framer {
    /// The next unit of the document that begins, or goes on, at the start of the window.
    pub(super) fn step(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Answer {
        if self.track.on && self.due.is_empty() {
            if let Some(Whole { member, end, fields }) = self.track.state(window, self.at) {
                // All that is open was noted when the state before was told, and what follows is a comma again.
                self.at = 0;
                return Answer::Found(Found::unit(UnitKind::JsonState(fields), member..end, member..end, 0));
            }
            self.track.on = false;
        }
        self.walk(window, line, beyond)
    }

    /// What a unit at this depth is in: the bytes that were kept for it, its minion, and the step around it.
    pub(super) fn context(&self, depth: u16) -> (&[u8], Option<&str>, Option<Step<'_>>) {
        let depth = usize::from(depth);
        let around = depth.checked_sub(1);
        let step = around.and_then(|around| Some((self.runs.minion(around), self.steps.get(around)?)));
        (&self.kept, self.runs.minion(depth), step.map(|(minion, step)| Step { minion, id: &step.id }))
    }

    fn pay(&mut self, due: Due, window: &[u8], beyond: Beyond) -> Option<Answer> {
        match due {
            Due::RunEnd(depth) => {
                Some(Answer::Found(Found::event(UnitKind::RunEnd { complete: true }, depth as u16)))
            }
            Due::Fault { line, kind, cut, text, depth } => {
                let event = Found::event(UnitKind::Fault { kind, cut, text }, depth as u16);
                Some(Answer::Found(Found { line: Some(line), ..event }))
            }
            Due::Foot => {
                self.due.push_front(Due::Behind);
                let start = self.head.take()?;
                self.runs.begin(0, None, usize::MAX);
                let end = self.at;
                Some(self.found(window, UnitKind::JsonNotice, start, start..end, end))
            }
            Due::Behind => Some(self.behind(window, beyond)),
            Due::Back => {
                self.reset();
                Some(Answer::Switch(0))
            }
        }
    }

    /// Behind a document: the next one, if it follows on the same line, or else the other framer's turn.
    fn behind(&mut self, window: &[u8], beyond: Beyond) -> Answer {
        let blanks = window[self.at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        let next = self.at + blanks;
        if next == window.len() && beyond == Beyond::More {
            // Nothing is held back by waiting: all that is known was answered.
            self.due.push_front(Due::Behind);
            return Answer::More;
        }
        let at = self.at;
        self.reset();
        match window.get(next) {
            Some(b'{') => Answer::Skip(next),
            Some(b'\n') => Answer::Switch(next + 1),
            _ => Answer::Switch(at),
        }
    }

    /// Forgets all but how states are spelled.
    fn reset(&mut self) {
        self.track.on = false;
        *self = Framer { track: std::mem::take(&mut self.track), ..Framer::default() };
    }

    /// Answers a unit that covers the window from `start` to `end`, at the depth of what is open.
    fn found(
        &mut self,
        window: &[u8],
        kind: UnitKind,
        start: usize,
        body: Range<usize>,
        end: usize,
    ) -> Answer {
        let depth = self.steps.len() as u16;
        let body = match self.asides.is_empty() {
            true => Body::Window(body),
            false => self.without_asides(window, body),
        };
        self.shift(window, end);
        Answer::Found(Found { kind, span: start..end, body, consumed: end, line: None, depth })
    }

    /// The bytes of a unit without the lines in it that are not its own.
    fn without_asides(&mut self, window: &[u8], body: Range<usize>) -> Body {
        self.kept.clear();
        let mut from = body.start;
        for aside in self.asides.drain(..) {
            self.kept.extend_from_slice(window.get(from..aside.start).unwrap_or_default());
            from = from.max(aside.end);
        }
        self.kept.extend_from_slice(window.get(from..body.end).unwrap_or_default());
        Body::Kept
    }

    /// So many bytes leave the window.
    fn shift(&mut self, window: &[u8], count: usize) {
        stack::shift(&mut self.levels, &mut self.steps, window, count);
        for place in [&mut self.at, &mut self.member, &mut self.value, &mut self.key.start, &mut self.key.end]
        {
            *place = place.saturating_sub(count);
        }
        self.inside = self.inside.map(|inside| inside.shifted(count));
        if let Some(skim) = &mut self.skim {
            skim.shift(count);
        }
        self.asides.clear();
    }
}
