//! What is told, once it is whole: whose it is, where its lines begin, and what that makes of the state around it.

use super::super::{Answer, Body, Found, UnitKind};
use super::fields::Fields;
use super::token::{string_end, unescape};
use super::{Framer, key, stack, step};

impl Framer {
    /// A state is over: it is told, if it was held to its end.
    pub(super) fn state(
        &mut self,
        window: &[u8],
        line: u64,
        member: usize,
        end: usize,
        fields: Option<Fields>,
    ) -> Answer {
        let container = self.levels.len() - 1;
        let start = self.settle(window, line, container, member, None);
        self.resume(container + 1, end);
        let aside = !self.asides.is_empty();
        let kind = fields.map_or(UnitKind::Stray, UnitKind::JsonState);
        let mut answer = self.found(window, kind, start, member..end, end);
        if let Answer::Found(Found { kind: UnitKind::JsonState(fields), .. }) = &mut answer
            && aside
        {
            *fields = Fields::find(&self.kept);
        }
        self.track.on = self.steps.is_empty();
        answer
    }

    /// A state that was read with care is whole.
    pub(super) fn state_over(&mut self, window: &[u8], line: u64, member: usize, end: usize) -> Answer {
        let Some(level) = self.levels.pop() else { return Answer::Skip(0) };
        let step = if level.step { self.steps.pop() } else { None };
        let Some(mut step) = step else {
            let fields = window.get(member..end).filter(|_| !level.lost).map(Fields::find);
            return self.state(window, line, member, end, fields);
        };
        step.keep(window, end);
        let (first, lost) = (step.line, step.lost || level.lost);
        self.resume(self.levels.len(), end);
        self.shift(window, end);
        let depth = self.steps.len() as u16;
        self.kept = step.into_kept();
        let (kind, body) = match lost {
            true => (UnitKind::Stray, Body::Window(0..end)),
            false => (UnitKind::JsonState(Fields::find(&self.kept)), Body::Kept),
        };
        Answer::Found(Found { kind, span: 0..end, body, consumed: end, line: Some(first), depth })
    }

    /// What stands in `container`, and begins at `member`, is told: says whose run it is in, cuts it out of the step
    /// around it, and answers where its lines begin. `own` is the minion, where its own key names that.
    pub(super) fn settle(
        &mut self,
        window: &[u8],
        line: u64,
        container: usize,
        member: usize,
        own: Option<String>,
    ) -> usize {
        while let Some(at) = self.levels.iter().position(|level| level.state && !level.step) {
            self.promote(window, line, at);
        }
        self.place(window, container, member, own)
    }

    /// The state at this level holds others: it is a step.
    fn promote(&mut self, window: &[u8], line: u64, at: usize) {
        let member = self.levels[at].member;
        let start = self.place(window, at.saturating_sub(1), member, None);
        let key = window.get(member + 1..).unwrap_or_default();
        let key = string_end(key, 0).map_or(key, |end| &key[..end]);
        let lines = memchr::memchr_iter(b'\n', window.get(..start).unwrap_or_default()).count() as u64;
        self.steps.push(step::Step::new(unescape(key::id(key)).into_owned(), line + lines, member));
        self.levels[at].step = true;
    }

    fn place(&mut self, window: &[u8], container: usize, member: usize, own: Option<String>) -> usize {
        let depth = self.steps.len();
        let owner = stack::owner(&self.levels, container);
        let run = owner.unwrap_or(container);
        let alone = own.is_some();
        let fresh = alone || !self.levels[run].run || !self.runs.is_at(depth, run);
        if fresh {
            let around = || self.runs.minion(depth.checked_sub(1)?).map(str::to_owned);
            let named = owner.and_then(|owner| stack::name(&self.levels[owner], window));
            let minion = own.or(named).or_else(around);
            self.runs.begin(depth, minion, if alone { usize::MAX } else { run });
            self.levels[run].run |= !alone;
        }
        // What stands beside a minion's return is a minion's return too.
        let beside = owner.filter(|_| !alone).and_then(|owner| owner.checked_sub(1));
        if let Some(beside) = beside.filter(|beside| !self.levels[*beside].state) {
            self.levels[beside].minions = true;
        }
        for level in &mut self.levels[..=container] {
            level.told = true;
        }
        let header = owner.filter(|_| !alone).map(|owner| self.levels[owner].member);
        match self.steps.last_mut() {
            None => self.head.take().unwrap_or(member),
            Some(step) => {
                let level = if header.is_some() { run } else { container + 1 };
                step.cut(window, header.unwrap_or(member), level);
                if fresh { header.unwrap_or(member) } else { member }
            }
        }
    }

    /// What was cut out of the step around it as `level` is over.
    pub(super) fn resume(&mut self, level: usize, end: usize) {
        if let Some(step) = self.steps.last_mut() {
            step.resume(level, end);
        }
    }
}
