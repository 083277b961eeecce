//! An orchestration step that is being read: what is kept of it, without the runs that its changes hold.

use std::ops::Range;

use super::super::UNIT_LIMIT;

/// A state in whose changes other states were found.
#[derive(Debug)]
pub(super) struct Step {
    /// Its ID, as its key says.
    pub(super) id: String,
    /// Its first line.
    pub(super) line: u64,
    /// What is kept of it.
    kept: Vec<u8>,
    /// The place up to which the window is kept, or cut out.
    upto: usize,
    /// The level whose end ends what is being cut out.
    cutting: Option<usize>,
    /// Nothing stands before what was cut out: then the comma behind it goes too.
    first: bool,
    /// It is larger than can be kept.
    pub(super) lost: bool,
}

impl Step {
    /// The step whose key begins at `member`.
    pub(super) fn new(id: String, line: u64, member: usize) -> Step {
        Step { id, line, kept: Vec::new(), upto: member, cutting: None, first: false, lost: false }
    }

    /// Cuts out the member that begins at `from`, until `level` is over.
    pub(super) fn cut(&mut self, window: &[u8], from: usize, level: usize) {
        if self.cutting.is_some() {
            return;
        }
        self.keep(window, from);
        self.cutting = Some(level);
        let blanks = |kept: &[u8]| kept.trim_ascii_end().len();
        self.kept.truncate(blanks(&self.kept));
        if self.kept.last() == Some(&b',') {
            self.kept.pop();
        }
    }

    /// `level` is over: what follows `end` is kept again, if that was being cut out.
    pub(super) fn resume(&mut self, level: usize, end: usize) {
        if self.cutting == Some(level) {
            self.cutting = None;
            self.upto = end;
            self.first = matches!(self.kept.last(), Some(b'{' | b'['));
        }
    }

    /// A comma stands at `at`.
    pub(super) fn comma(&mut self, at: usize) {
        if std::mem::take(&mut self.first) && self.cutting.is_none() {
            self.upto = at + 1;
        }
    }

    /// What held what was cut out is over.
    pub(super) fn closed(&mut self) {
        self.first = false;
    }

    /// Leaves out a line that is none of its own.
    pub(super) fn leave_out(&mut self, window: &[u8], line: Range<usize>) {
        if self.cutting.is_none() {
            self.keep(window, line.start);
            self.upto = line.end;
        }
    }

    /// Keeps what stands before `to`, if nothing is being cut out.
    pub(super) fn keep(&mut self, window: &[u8], to: usize) {
        if self.cutting.is_some() || self.lost {
            return;
        }
        let more = window.get(self.upto..to).unwrap_or_default();
        if self.kept.len() + more.len() > UNIT_LIMIT {
            self.lost = true;
            self.kept = Vec::new();
        } else {
            self.kept.extend_from_slice(more);
        }
        self.upto = to;
    }

    /// What was kept, when it is over.
    pub(super) fn into_kept(self) -> Vec<u8> {
        self.kept
    }

    /// So many bytes left the window.
    pub(super) fn shift(&mut self, count: usize) {
        self.upto = self.upto.saturating_sub(count);
    }
}
