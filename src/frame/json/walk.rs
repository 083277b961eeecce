//! Reads with care what is around states: which key names a minion, which value is told by itself.

use super::super::index::Window;
use super::super::{Answer, Beyond, UnitKind};
use super::skim::{DEEPEST, Expect, Inside, Skim, Stop};
use super::stack::{self, Level, Name};
use super::token::{blanks, is_scalar, scalar_end, unescape};
use super::{Due, Framer, key};

impl Framer {
    /// Reads on until something is to be answered.
    pub(super) fn walk(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Answer {
        loop {
            while let Some(due) = self.due.pop_front() {
                if let Some(answer) = self.pay(due, window.bytes(), beyond) {
                    return answer;
                }
            }
            let answer = match self.skim {
                Some(_) => self.skim(window, line, beyond),
                None => self.token(window, line, beyond),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    /// Skims on over the value that is being skimmed.
    fn skim(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Option<Answer> {
        let skim = self.skim.as_mut()?;
        match skim.step(window, beyond == Beyond::Nothing) {
            Stop::More => self.ends_here(window.bytes(), line, beyond),
            Stop::Broken(at) => self.broken(window.bytes(), line, beyond, at),
            Stop::Nested => {
                // What was skimmed is still in the window: read it again, as a level of its own.
                self.skim = None;
                let level = Level::new(false, self.member, self.value);
                self.levels.push(Level { state: true, owned: true, ..level });
                self.begin_lines();
                (self.at, self.expect) = (self.value + 1, Expect::KeyOrEnd);
                None
            }
            Stop::Over(end) => {
                let fields = skim.fields;
                self.skim = None;
                (self.at, self.expect) = (end, Expect::CommaOrEnd);
                if !self.skims_state {
                    return None;
                }
                let lost = std::mem::take(&mut self.lost);
                let key = window.bytes().get(self.key.clone()).unwrap_or_default();
                let fields = (!lost).then(|| fields.from(self.member, key));
                Some(self.state(window.bytes(), line, self.member, end, fields))
            }
        }
    }

    /// Reads one token.
    fn token(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Option<Answer> {
        let array = self.levels.last().is_some_and(|level| level.array);
        let byte = match self.inside {
            Some(Inside::String(_)) => b'"',
            Some(Inside::Scalar(_)) => b'0',
            None => {
                let next = blanks(window.bytes(), self.at);
                let Some(&byte) = window.bytes().get(next) else {
                    return self.ends_here(window.bytes(), line, beyond);
                };
                let between = || window.bytes().get(self.at..next).unwrap_or_default();
                if self.head.is_none() && self.steps.is_empty() && between().contains(&b'\n') {
                    // What belongs to a key begins with it.
                    let keyed = self.expect == Expect::Colon || self.expect == Expect::Value && !array;
                    self.head = Some(if keyed { self.member } else { next });
                }
                self.at = next;
                byte
            }
        };
        match (self.expect, byte) {
            (Expect::Value, b'{') if self.levels.is_empty() => {
                (self.head, self.expect) = (Some(self.at), Expect::KeyOrEnd);
                let name = self.event.take();
                let event = name.is_some();
                let name = name.flatten().map_or(Name::None, Name::Known);
                let level = Level::new(false, self.at, self.at);
                self.levels.push(Level { minions: !event, event, name, ..level });
                self.at += 1;
                None
            }
            (Expect::CommaOrEnd, b',') => {
                if let Some(step) = self.steps.last_mut() {
                    step.comma(self.at);
                }
                self.at += 1;
                self.expect = if array { Expect::Value } else { Expect::Key };
                None
            }
            (Expect::Colon, b':') => {
                (self.at, self.expect) = (self.at + 1, Expect::Value);
                None
            }
            (Expect::CommaOrEnd | Expect::KeyOrEnd, b'}') if !array => self.close(window.bytes(), line),
            (Expect::CommaOrEnd | Expect::ValueOrEnd, b']') if array => self.close(window.bytes(), line),
            (Expect::Key | Expect::KeyOrEnd, b'"') => {
                match window.string_end(self.inside.take().map_or(self.at + 1, Inside::at)) {
                    Ok(end) => {
                        let key = if std::mem::take(&mut self.lost) { 0..0 } else { self.at + 1..end };
                        (self.member, self.key) = (self.at, key);
                        (self.at, self.expect) = (end + 1, Expect::Colon);
                        self.cover(window.bytes(), self.member..end);
                        None
                    }
                    Err(inside) => {
                        self.inside = Some(Inside::String(inside));
                        self.ends_here(window.bytes(), line, beyond)
                    }
                }
            }
            (Expect::Value | Expect::ValueOrEnd, _) if !self.levels.is_empty() => {
                self.begin(window, line, beyond, byte)
            }
            _ => self.broken(window.bytes(), line, beyond, self.at),
        }
    }

    /// A value begins.
    fn begin(&mut self, window: Window<'_>, line: u64, beyond: Beyond, byte: u8) -> Option<Answer> {
        let nested = self.levels.iter().any(|level| level.state);
        let level = self.levels.last_mut()?;
        if level.array {
            self.member = if self.inside.is_some() { self.member } else { self.at };
        }
        let key = (!level.array).then(|| window.bytes().get(self.key.clone()).unwrap_or_default());
        let open = matches!(byte, b'{' | b'[');
        if byte == b'[' {
            match window.bytes().get(self.at + 1..self.at + 3) {
                None if beyond == Beyond::More => return Some(Answer::More),
                Some(level) if level.iter().all(u8::is_ascii_uppercase) => {
                    return self.broken(window.bytes(), line, beyond, self.at);
                }
                _ => {}
            }
        }
        let is_state = byte == b'{' && !level.state && key.is_some_and(key::is_state);
        if is_state || (level.state && (!open || key != Some(b"changes"))) {
            // The states of others may stand in a state's changes, and nowhere else.
            (self.value, self.skims_state) = (self.at, is_state);
            self.skim = Some(Skim::new(self.at, is_state));
            return None;
        }
        let child = level.child(key, nested);
        if !open {
            return self.scalar(window, line, beyond, byte, child);
        }
        if self.levels.len() == DEEPEST {
            return self.broken(window.bytes(), line, beyond, self.at);
        }
        self.begin_lines();
        let level = self.levels.last_mut()?;
        level.deep = true;
        let changes = level.state;
        let event = level.event && key != Some(b"return");
        let name = if child.named && !changes { Name::Here(self.key.clone()) } else { Name::None };
        let (owned, minions, whole) = (child.owned && !changes, child.minions, child.whole);
        let opened = Level::new(byte == b'[', self.member, self.at);
        self.expect = opened.expect();
        self.levels.push(Level { changes, name, owned, event, minions, whole, ..opened });
        self.at += 1;
        None
    }

    /// Reads a string, a number, a word.
    fn scalar(
        &mut self,
        window: Window<'_>,
        line: u64,
        beyond: Beyond,
        byte: u8,
        mut child: stack::Child,
    ) -> Option<Answer> {
        let inside = self.inside.take();
        let start = self.at;
        let end = if byte == b'"' {
            match window.string_end(inside.map_or(start + 1, Inside::at)) {
                Ok(quote) => quote + 1,
                Err(inside) => {
                    self.inside = Some(Inside::String(inside));
                    return self.ends_here(window.bytes(), line, beyond);
                }
            }
        } else {
            let end = scalar_end(window.bytes(), inside.map_or(start, Inside::at));
            let word = window.bytes().get(start..end).unwrap_or_default();
            if end == window.bytes().len() && !(beyond == Beyond::Nothing && is_scalar(word)) {
                self.inside = Some(Inside::Scalar(end));
                return self.ends_here(window.bytes(), line, beyond);
            }
            end
        };
        let value = window.bytes().get(start..end).unwrap_or_default();
        if byte != b'"' && !is_scalar(value) {
            return self.broken(window.bytes(), line, beyond, start);
        }
        (self.at, self.expect) = (end, Expect::CommaOrEnd);
        if std::mem::take(&mut self.lost) {
            return None;
        }
        let container = self.levels.len() - 1;
        let level = self.levels.last_mut()?;
        let key = window.bytes().get(self.key.clone()).unwrap_or_default();
        if level.changes && !level.array && key == b"out" && value == b"\"highstate\"" {
            level.highstate = true;
        }
        let said = value.get(1..value.len().saturating_sub(1)).unwrap_or_default();
        if self.steps.is_empty() && !level.owned && !level.array && key == b"id" && byte == b'"' {
            // A returner's file says whose return it is beside the return.
            level.name = Name::Known(unescape(said).into_owned());
        }
        // What Salt prints where it can't print anything else (`salt.output.json_out`).
        if container == 0 && key == b"error" && said.starts_with(b"Unable to serialize output") {
            level.minions = false;
            child.named = false;
        }
        let kind = match () {
            () if child.element && !level.deep => UnitKind::JsonCompile,
            () if child.whole => UnitKind::JsonReturn,
            () => {
                self.cover(window.bytes(), start..end);
                return None;
            }
        };
        let own = child.named.then(|| unescape(key).into_owned());
        let own = own.filter(|_| kind == UnitKind::JsonReturn);
        let depth = self.steps_around();
        if own.is_some() {
            self.due.push_back(Due::RunEnd(depth));
        }
        let from = self.settle(window.bytes(), line, container, self.member, own);
        self.resume(container + 1, end);
        Some(self.found(window.bytes(), kind, from, start..end, end))
    }

    /// An object or array closes.
    fn close(&mut self, window: &[u8], line: u64) -> Option<Answer> {
        let end = self.at + 1;
        let closing = self.levels.len().checked_sub(1)?;
        if let Some(step) = self.steps.last_mut() {
            step.closed();
        }
        (self.at, self.expect) = (end, Expect::CommaOrEnd);
        let level = self.levels.last()?;
        let (member, start) = (level.member, level.start);
        if level.state {
            return Some(self.state_over(window, line, member, end));
        }
        let mut answer = None;
        if level.whole && !level.told {
            let empty = level.array && !level.deep;
            let kind = if empty { UnitKind::JsonCompile } else { UnitKind::JsonReturn };
            let from = self.settle(window, line, closing, member, None);
            answer = Some(self.found(window, kind, from, start..end, end));
        }
        let level = self.levels.pop()?;
        // Its bytes may have left the window with it just now.
        let end = self.at;
        let depth = stack::depth(&self.levels, self.levels.len());
        if level.run {
            self.due.push_back(Due::RunEnd(depth));
        }
        self.resume(closing, end);
        if self.levels.is_empty() {
            self.due.push_back(Due::Foot);
        }
        answer
    }

    /// A string that goes over lines, where nothing else holds them.
    fn cover(&mut self, window: &[u8], text: std::ops::Range<usize>) {
        let lines = || window.get(text).is_some_and(|text| text.contains(&b'\n'));
        if self.head.is_none() && self.steps.is_empty() && lines() {
            self.head = Some(self.member);
        }
    }

    /// What is opened here begins the lines of what is told next, if nothing before it does.
    fn begin_lines(&mut self) {
        if self.steps.is_empty() {
            self.head.get_or_insert(self.member);
        }
    }

    /// How many steps will be around what is told now, once what holds it is known to be a step.
    fn steps_around(&self) -> usize {
        self.levels.iter().filter(|level| level.state).count()
    }
}
