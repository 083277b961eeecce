//! How many lines of the input were understood as what. Each line counts once, for the innermost record that it lies in;
//! what lies in none is blank. So the numbers add up to the lines of the input.

use std::collections::VecDeque;

use crate::record::{Kind, Record};

/// So many separate ranges can lie inside one that comes later. A step of an orchestration takes one, whatever it holds.
const OPEN: usize = 1 << 14;

/// Lines, by what they were understood as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Of states.
    pub state: u64,
    /// Of messages, by kind.
    message: [u64; Kind::ALL.len()],
    /// Of Salt's own counts.
    pub summary: u64,
    /// Of what belongs to nothing.
    pub stray: u64,
    /// In no record.
    pub blank: u64,
}

impl Lines {
    /// Of messages of this kind.
    pub fn message(&self, kind: Kind) -> u64 {
        self.message[kind as usize]
    }

    /// Those that were counted under these words: `state`, each kind of message, `summary`, `stray`, `blank`.
    pub fn counted(count: impl Fn(&str) -> u64) -> Lines {
        let message = Kind::ALL.map(|kind| count(kind.word()));
        let [state, summary, stray, blank] = ["state", "summary", "stray", "blank"].map(&count);
        Lines { state, message, summary, stray, blank }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.covered() + self.blank
    }

    fn covered(&self) -> u64 {
        self.state + self.message.iter().sum::<u64>() + self.summary + self.stray
    }

    pub(super) fn add(&mut self, other: &Lines) {
        self.state += other.state;
        self.message.iter_mut().zip(other.message).for_each(|(all, more)| *all += more);
        self.summary += other.summary;
        self.stray += other.stray;
        self.blank += other.blank;
    }
}

/// What is remembered to count the lines of one input: what was counted and may lie inside what comes.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    lines: Lines,
    /// Not overlapping, in order.
    counted: VecDeque<Counted>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    from: u64,
    to: u64,
    /// How many lines of this range are in records.
    lines: u64,
    /// Orchestration steps around; what is nobody's return can lie in anything.
    depth: Option<u16>,
}

impl Sweep {
    /// Takes the next record. One that lies inside another comes before it.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        let at = record.at();
        if at.line == 0 || at.end_line < at.line || matches!(record, Record::RunEnd(_) | Record::Fault(_)) {
            return;
        }
        let aside = match record {
            Record::Message(message) => !matches!(message.kind, Kind::Compile | Kind::Return),
            Record::Stray(_) => true,
            _ => false,
        };
        let depth = (!aside).then_some(at.depth);
        let own = self.own(at.line, at.end_line, depth);
        *match record {
            Record::State(_) => &mut self.lines.state,
            Record::Message(message) => &mut self.lines.message[message.kind as usize],
            Record::Summary(_) => &mut self.lines.summary,
            Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => &mut self.lines.stray,
        } += own;
    }

    /// Takes a state of the outermost run.
    pub(super) fn state(&mut self, from: u64, to: u64) {
        self.lines.state += self.own(from, to, Some(0));
    }

    /// How many of these lines no record has counted. From now on they are.
    fn own(&mut self, from: u64, to: u64, depth: Option<u16>) -> u64 {
        let mut known = 0;
        let mut begins = from;
        while let Some(last) = self.counted.back().copied().filter(|last| last.to >= from) {
            if last.from < from {
                // One line holds several records.
                known += (last.to.min(to) + 1 - from).min(last.lines);
                begins = begins.max(last.to + 1);
                break;
            }
            known += last.lines;
            self.counted.pop_back();
        }
        if to >= begins {
            self.keep(Counted { from: begins, to, lines: to + 1 - begins, depth });
        }
        (to + 1 - from).saturating_sub(known)
    }

    fn keep(&mut self, counted: Counted) {
        // Nothing lies around a state of the outermost run, nor around what stands before it.
        if counted.depth == Some(0) {
            self.counted.clear();
        }
        match self.counted.back_mut() {
            // The same step will hold both, or they stand close together.
            Some(last)
                if last.depth == counted.depth
                    && (counted.depth.is_some() || last.to + 1 == counted.from) =>
            {
                last.to = counted.to;
                last.lines += counted.lines;
            }
            _ => self.counted.push_back(counted),
        }
        if self.counted.len() > OPEN {
            self.counted.pop_front();
        }
    }

    /// The input is over, and had so many lines.
    pub(super) fn end(&mut self, total: u64) -> Lines {
        let mut lines = std::mem::take(self).lines;
        lines.blank = total.saturating_sub(lines.covered());
        lines
    }
}
