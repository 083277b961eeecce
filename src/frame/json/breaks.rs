//! When a document does not go on as JSON does: input ends inside it, something else stands in it, or it holds a value
//! that is too large. Whatever happens, what was whole has been told, and the lines of the rest are covered.

use std::ops::Range;

use super::super::{Answer, Beyond, Body, Found, UnitKind};
use super::skim::Expect;
use super::token::unescape;
use super::{Due, Framer, stack};
use crate::frame::log;

/// How much of what is too large is shown.
const SHOWN: usize = 64 * 1024;

impl Framer {
    /// The window ends before what is being read.
    pub(super) fn ends_here(&mut self, window: &[u8], line: u64, beyond: Beyond) -> Option<Answer> {
        match beyond {
            Beyond::More => Some(Answer::More),
            Beyond::TooMuch => self.too_large(window, line),
            Beyond::Nothing => {
                let whose = self.whose(window);
                let text = format!("JSON ends inside {whose}: the output was cut off");
                self.give_up(window, line, window.len(), "cut", text)
            }
        }
    }

    /// What stands at `at` is no JSON.
    pub(super) fn broken(&mut self, window: &[u8], line: u64, beyond: Beyond, at: usize) -> Option<Answer> {
        let start = memchr::memrchr(b'\n', window.get(..at)?).map_or(0, |newline| newline + 1);
        let newline = memchr::memchr(b'\n', window.get(at..)?).map(|ahead| at + ahead + 1);
        let Some(end) = newline.or((beyond != Beyond::More).then_some(window.len())) else {
            return Some(Answer::More);
        };
        let alone = window.get(start..at).is_some_and(|before| before.trim_ascii().is_empty());
        if alone && start > 0 && log::prefix(window.get(at..end)?).is_some() {
            return Some(self.aside(window, start..end));
        }
        let whose = self.whose(window);
        let text = match self.levels.len() {
            super::skim::DEEPEST => format!("JSON is nested too deeply inside {whose}"),
            _ => format!("JSON breaks off inside {whose}: what follows is none"),
        };
        let upto = if start > 0 { start } else { end };
        self.give_up(window, line, upto, "json", text)
    }

    /// A log line stands between the lines of the document.
    fn aside(&mut self, window: &[u8], line: Range<usize>) -> Answer {
        let depth = self.steps.len() as u16;
        let (kind, end) = (UnitKind::Log, line.end);
        self.at = end;
        if let Some(skim) = &mut self.skim {
            skim.jump(end);
        } else if self.steps.is_empty() && self.head.is_none_or(|head| head >= line.start) {
            // No record has begun that could hold it.
            self.shift(window, end);
            self.head = Some(0);
            return Answer::Found(Found::unit(kind, line.clone(), line, depth));
        }
        match self.steps.last_mut() {
            Some(step) if self.skim.is_none() => step.leave_out(window, line.clone()),
            _ => self.asides.push(line.clone()),
        }
        let body = Body::Window(line.clone());
        Answer::Found(Found { kind, span: line, body, consumed: 0, line: None, depth })
    }

    /// Nothing can be read from `upto` on: covers the lines before it, and says so.
    fn give_up(
        &mut self,
        window: &[u8],
        line: u64,
        upto: usize,
        kind: &'static str,
        text: String,
    ) -> Option<Answer> {
        let cut = kind == "cut";
        let lines = memchr::memchr_iter(b'\n', window.get(..upto)?).count() as u64;
        let depth = self.steps.len();
        self.name_whose(window);
        let fault = Due::Fault { line: line + lines, kind, cut, text, depth };
        self.due.push_back(fault);
        for at in (0..self.levels.len()).rev().filter(|at| self.levels[*at].run) {
            self.due.push_back(Due::RunEnd(stack::depth(&self.levels, at)));
        }
        self.due.push_back(Due::Back);
        let begun = self.steps.first().map(|step| step.line);
        // Where no record began, its lines may be covered already, but for what stands on the last one.
        let start = match begun {
            Some(_) => 0,
            None => {
                let head = self.head.take().filter(|head| *head < upto);
                head.unwrap_or_else(|| self.uncovered(window, upto))
            }
        };
        (self.skim, self.inside, self.lost) = (None, None, false);
        self.asides.clear();
        self.shift(window, upto);
        self.at = 0;
        let rest = start..upto;
        if begun.is_none() && window.get(rest.clone()).is_none_or(|rest| rest.trim_ascii().is_empty()) {
            return (upto > 0).then_some(Answer::Skip(upto));
        }
        let body = Body::Window(rest.clone());
        Some(Answer::Found(Found {
            kind: UnitKind::Stray,
            span: rest,
            body,
            consumed: upto,
            line: begun,
            depth: depth as u16,
        }))
    }

    /// Behind the comma that follows what was told last, and the end of its line.
    fn uncovered(&self, window: &[u8], upto: usize) -> usize {
        let rest = window.get(..upto).unwrap_or_default();
        rest.iter().position(|byte| !matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(upto)
    }

    /// The value that is being read is larger than can be held: lets go of what is in the window, and reads on.
    fn too_large(&mut self, window: &[u8], line: u64) -> Option<Answer> {
        let read = self.skim.as_ref().map_or_else(|| self.inside.map_or(self.at, |it| it.at()), |it| it.at());
        let upto = if read == 0 { window.len() } else { read };
        let container = self.levels.len().checked_sub(1)?;
        let whose = self.whose(window);
        let text = format!("{whose} is larger than {} MiB and was not read", super::super::UNIT_LIMIT >> 20);
        let before = self.lost || self.levels.iter().any(|level| level.lost);
        if self.skim.is_some() && self.skims_state {
            let start = self.settle(window, line, container, self.member, None);
            self.head = Some(start);
            self.lost = true;
        } else {
            self.name_whose(window);
            self.lost = self.skim.is_none() && self.inside.is_some();
        }
        for level in &mut self.levels {
            level.told = true;
            level.lost |= level.whole || level.state;
        }
        for step in &mut self.steps {
            step.lost = true;
        }
        if let Some(skim) = &mut self.skim {
            skim.lose();
        }
        if !before {
            let depth = self.steps.len();
            self.due.push_back(Due::Fault { line, kind: "overlong", cut: false, text, depth });
        }
        let start = self.head.take().unwrap_or(0);
        self.asides.clear();
        if read == 0 {
            self.at = upto;
        }
        let body = start..upto.min(start + SHOWN);
        Some(self.found(window, UnitKind::Stray, start, body, upto))
    }

    /// The minion whose return is being read.
    fn minion(&self, window: &[u8]) -> Option<String> {
        let level = self.levels.last()?;
        let key = window.get(self.key.clone()).unwrap_or_default();
        if self.expect == Expect::Value
            && level.minions
            && level.child(Some(key), false).named
            && !level.array
        {
            return Some(unescape(key).into_owned());
        }
        let owner = self.levels.len().checked_sub(1).and_then(|last| stack::owner(&self.levels, last));
        owner.and_then(|owner| stack::name(&self.levels[owner], window))
    }

    /// What is being read, in words.
    fn whose(&self, window: &[u8]) -> String {
        self.minion(window)
            .map_or_else(|| "a document".to_owned(), |minion| format!("the return of {minion}"))
    }

    /// What is said next is said of the minion whose return is being read, though nothing of it was told yet.
    fn name_whose(&mut self, window: &[u8]) {
        let minion = self.minion(window);
        self.runs.begin(self.steps.len(), minion, usize::MAX);
    }
}
