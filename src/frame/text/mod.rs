//! Where a unit of text ends.
//!
//! [`Framer::step`] looks at the first line that is not framed yet, asks what begins there ([`Begin`], `begin`), and hands over
//! to the walk for it: a block's has a file of its own (`block`), the others stand in `walks`. What a line means
//! depends on where it stands (below a header, among compile errors, inside an orchestration step): that is the
//! framer's small memory, a [`Level`] for each step around (`runs`).

mod begin;
pub(super) mod block;
pub mod colour;
mod foreign;
mod lines;
pub mod log;
mod marks;
mod old;
mod runs;
mod telling;
pub mod terse;
mod usual;
mod walks;

use std::collections::VecDeque;

use super::index::Window;
use super::{Answer, Beyond, Found, InputFormat, NESTED_INDENT, Step, UnitKind, notation};
use begin::Begin;
use block::{Label, Walk, Walked};
pub(super) use lines::{CONTENT, blank};
use lines::{Lines, Peek, within};
use runs::{Level, OpenStep};
pub(super) use telling::{
    aligned, is_header, is_label, is_natural, is_notice, is_structure, is_tabular, is_timed, label_within,
};

/// Text to units.
#[derive(Debug)]
pub(super) struct Framer {
    format: InputFormat,
    /// One for the input, one for each orchestration step around.
    levels: Vec<Level>,
    /// Bytes of the window that are a minion's header, and belong to its first unit.
    header: usize,
    /// A block that goes on behind the window.
    walk: Option<Walk>,
    /// Events that come before anything else.
    owed: VecDeque<Found>,
    /// What is left of the orchestration step that was answered last.
    kept: Vec<u8>,
    /// The notation that was read last.
    foreign: Option<foreign::Foreign>,
    /// The line that this notation does not begin at, though it looks so; and whether it is this one.
    refused: Option<u64>,
    plain: bool,
    /// States come in a user's own format.
    custom: bool,
    /// A line too long to hold has been cut: its rest belongs to nothing more.
    overlong: bool,
    /// Nothing lies around the line at hand: it was looked at.
    bare: bool,
    /// A page had written markup as entities, and they are read back.
    escaped: bool,
    /// Empty lines are taken out.
    unspaced: bool,
    /// Another notation was met since, and was said to be missed.
    missed: bool,
}

impl Framer {
    pub(super) fn new(format: InputFormat) -> Self {
        Framer {
            format,
            levels: vec![Level::default()],
            header: 0,
            walk: None,
            owed: VecDeque::new(),
            kept: Vec::new(),
            foreign: None,
            refused: None,
            plain: false,
            custom: false,
            overlong: false,
            bare: false,
            escaped: false,
            unspaced: false,
            missed: false,
        }
    }

    /// A run has just ended, and nothing else is remembered: what comes next is framed as at the start of an input.
    pub(super) fn rests(&self) -> bool {
        let Framer {
            format: _,
            levels,
            header,
            walk,
            owed,
            kept: _,
            foreign,
            refused,
            plain: _,
            custom,
            overlong,
            bare,
            escaped,
            unspaced,
            missed,
        } = self;
        let ended = matches!(&levels[..], [level] if level.ended && level.step.is_none());
        let nothing =
            *header == 0 && walk.is_none() && owed.is_empty() && foreign.is_none() && refused.is_none();
        ended && nothing && ![custom, overlong, bare, escaped, unspaced, missed].into_iter().any(|it| *it)
    }

    /// Empty lines are taken out from here on. Other notations are no longer read: they count their lines by what they
    /// read, which is less than what stands there.
    pub(super) fn unspaces(&mut self) {
        self.unspaced = true;
    }

    /// The line that was answered as odd is what it seems.
    pub(super) fn take_as_it_is(&mut self) {
        self.bare = true;
    }

    /// What a unit at this depth is in: the bytes that were kept for it, its minion, and the step around it.
    pub(super) fn context(&self, depth: u16) -> (&[u8], Option<&str>, Option<Step<'_>>) {
        let depth = usize::from(depth);
        let minion = self.levels.get(depth).and_then(|level| level.minion.as_deref());
        let parent = depth
            .checked_sub(1)
            .and_then(|above| self.levels.get(above))
            .and_then(|level| Some(Step { minion: level.minion.as_deref(), id: &level.step.as_ref()?.id }));
        (&self.kept, minion, parent)
    }

    /// A usual state at the start of the window, in a run of which something has been seen: what it is, and where it
    /// ends. It is taken.
    #[inline]
    pub(super) fn next_state(&mut self, window: Window<'_>) -> Option<(UnitKind, usize)> {
        let [level] = &mut self.levels[..] else { return None };
        let in_run = level.open && !level.ended && level.step.is_none();
        if !in_run || self.header > 0 || self.walk.is_some() || !self.owed.is_empty() || self.overlong {
            return None;
        }
        let lines = Lines::new(window, Beyond::More);
        let state = match lines.window.first()? {
            b' ' => {
                let end = lines.ends.line_end(0)?;
                terse::usual(&lines.window[..end])?;
                (UnitKind::Terse, end + 1)
            }
            _ => usual::usual(&lines, 0).map(|(labels, end)| (UnitKind::Block(labels), end))?,
        };
        (level.states, level.compile) = (level.states + 1, false);
        Some(state)
    }

    /// The minion of the outermost run.
    pub(super) fn minion(&self) -> Option<&str> {
        self.levels.first()?.minion.as_deref()
    }

    /// The next unit of the window, which begins in line `line`.
    pub(super) fn step(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Answer {
        if let Some(event) = self.owed.pop_front() {
            return Answer::Found(event);
        }
        if self.level().ended {
            *self.level() = Level::default();
        }
        self.plain = self.refused == Some(line);
        let lines = Lines::new(window, beyond);
        let window = lines.window;
        if self.overlong {
            return self.pass_over(&lines);
        }
        if self.level().step.is_some() {
            return self.finish_step(&lines);
        }
        if self.walk.is_some() {
            return self.go_on(&lines, line);
        }
        let (at, peek) = lines.peek_text(self.header);
        if self.header == 0 && at > 0 {
            return Answer::Skip(at);
        }
        let (raw, next) = match peek {
            Peek::Line(raw, next) => (raw, next),
            Peek::More => return Answer::More,
            Peek::End => return self.over(window.len()),
        };
        if beyond == Beyond::TooMuch && next == window.len() && !window.ends_with(b"\n") {
            return self.between(&lines, UnitKind::Stray, at, next);
        }
        if self.levels.len() == 1
            && let Some((labels, end)) = usual::usual(&lines, at)
        {
            self.begin_state();
            return self.unit(&lines, UnitKind::Block(labels), at, end);
        }
        let log = log::prefix(raw).is_some();
        let Some(inner) = within(raw, self.margin()).filter(|_| !log || self.margin() == 0) else {
            return match log {
                true => self.entry(&lines, UnitKind::Log, at),
                false => self.close_level(),
            };
        };
        let Some(begin) = self.begin(&lines, inner, next) else { return Answer::More };
        if self.levels.len() == 1 && !self.bare {
            match self.is_odd(begin, &lines, inner, next) {
                None => return Answer::More,
                Some(true) => return Answer::Odd(at),
                Some(false) => {}
            }
        }
        self.bare = false;
        if begin == Begin::Block && !self.escaped {
            match block::is_escaped(&lines, next) {
                None => return Answer::More,
                Some(true) => {
                    self.escaped = true;
                    return Answer::Escaped(at);
                }
                Some(false) => {}
            }
        }
        self.frame(begin, &lines, line, at, inner, next)
    }

    /// At this line no other notation begins.
    pub(super) fn refused(&mut self, line: u64) {
        self.refused = Some(line);
    }

    /// What is framed next lies in an orchestration step.
    pub(super) fn is_nested(&self) -> bool {
        self.levels.len() > 1
    }

    /// Columns by which the lines of this level are shifted.
    fn margin(&self) -> usize {
        (self.levels.len() - 1) * NESTED_INDENT
    }

    fn depth(&self) -> u16 {
        (self.levels.len() - 1) as u16
    }

    fn level(&mut self) -> &mut Level {
        // There is always one: only `close_level` takes levels away, and never the first.
        self.levels.last_mut().expect("the input itself is a level")
    }

    /// Frames what begins at `at`.
    fn frame(
        &mut self,
        begin: Begin,
        lines: &Lines<'_>,
        line: u64,
        at: usize,
        inner: &[u8],
        next: usize,
    ) -> Answer {
        let margin = self.margin();
        let begin = match begin {
            Begin::Foreign(_) if self.unspaced => {
                if !std::mem::replace(&mut self.missed, true) {
                    let what = "states in another notation than text or JSON stand on double-spaced lines, and were not read";
                    self.fault("wrapped", false, what);
                }
                Begin::Nothing
            }
            begin => begin,
        };
        match begin {
            Begin::Block => {
                self.begin_state();
                match Walk::new(lines, at, margin) {
                    Some(walk) => self.walk = Some(walk),
                    None => return self.between(lines, UnitKind::Stray, at, next),
                }
                self.go_on(lines, line)
            }
            Begin::Old => match old::end(lines, at) {
                Some((end, whole)) => {
                    self.begin_state();
                    let answer = self.unit(lines, UnitKind::Old, at, end);
                    if !whole {
                        let cut = end == lines.window.len() && lines.beyond == Beyond::Nothing;
                        self.fault(if cut { "cut" } else { "broken" }, cut, "a state's block lacks its end");
                    }
                    answer
                }
                None => Answer::More,
            },
            Begin::Terse | Begin::Warnings => {
                self.terse(lines, at, next, walks::terse_end(lines, at, margin))
            }
            Begin::Tabular => self.terse(lines, at, next, walks::tabular_end(lines, at, margin)),
            Begin::Custom => {
                self.custom = true;
                let end = match terse::is_custom(inner.trim_ascii_start()) {
                    true => Some(Some(next)),
                    false => walks::custom_end(lines, next, margin),
                };
                self.terse(lines, at, next, end)
            }
            Begin::Summary => match walks::summary_end(lines, at, margin) {
                Some(end) => {
                    let answer = self.unit(lines, UnitKind::Summary, at, end);
                    // Every Salt that counts prints a total.
                    if !walks::has_total(&lines.window[at..end]) {
                        let cut = end == lines.window.len() && lines.beyond == Beyond::Nothing;
                        self.fault("cut", cut, "Salt's own count ends before its total");
                    }
                    self.check_counted(&lines.window[at..end]);
                    self.end_run(true);
                    answer
                }
                None => Answer::More,
            },
            Begin::CompileHead => {
                let level = self.level();
                (level.open, level.compile) = (true, true);
                match walks::compile_follows(lines, next, margin) {
                    Some(true) => {
                        // The line belongs to the first error, as the header does.
                        self.header = next;
                        Answer::Skip(0)
                    }
                    Some(false) => {
                        // A list without errors: no raw text follows.
                        self.level().compile = false;
                        self.unit(lines, UnitKind::Compile, at, next)
                    }
                    None => Answer::More,
                }
            }
            Begin::CompileError => match walks::compile_end(lines, at, margin) {
                Some(end) => self.unit(lines, UnitKind::Compile, at, end),
                None => Answer::More,
            },
            Begin::Header => self.begin_run(inner, next),
            Begin::Pseudo => match walks::value_end(lines, next, margin) {
                Some(end) => self.between(lines, UnitKind::Notice, at, end),
                None => Answer::More,
            },
            Begin::Return => match walks::value_end(lines, next, margin) {
                Some(end) => {
                    let answer = self.unit(lines, UnitKind::Return, at, end);
                    self.end_run(true);
                    answer
                }
                None => Answer::More,
            },
            Begin::Log => self.entry(lines, UnitKind::Log, at),
            Begin::Traceback => self.entry(lines, UnitKind::Traceback, at),
            Begin::PythonWarning => match walks::warning_end(lines, next) {
                Some(end) => self.between(lines, UnitKind::PythonWarning, at, end),
                None => Answer::More,
            },
            Begin::Notice => match walks::notice_end(lines, at, next) {
                // Printed below the header, before the states, and part of the minion's return.
                Some(end) if marks::unordered(inner) => {
                    self.level().due = true;
                    self.unit(lines, UnitKind::Notice, at, end)
                }
                Some(end) => self.between(lines, UnitKind::Notice, at, end),
                None => Answer::More,
            },
            Begin::LongRule => match walks::table_end(lines, next) {
                Some(end) => self.between(lines, UnitKind::Notice, at, end),
                None => Answer::More,
            },
            Begin::Ssh => match walks::prompt_end(lines, at, next) {
                Some(end) => self.between(lines, UnitKind::Ssh, at, end),
                None => Answer::More,
            },
            Begin::Json => {
                if self.header > 0 {
                    return self.nothing_below();
                }
                match self.level().open {
                    true => {
                        self.close_run();
                        Answer::Skip(0)
                    }
                    false => match foreign::event(inner) {
                        Some(tag) => Answer::Event(at + tag),
                        None => Answer::Switch(at),
                    },
                }
            }
            Begin::Foreign(foreign) => {
                if self.header > 0 {
                    return self.nothing_below();
                }
                if self.level().open {
                    self.close_run();
                    return Answer::Skip(0);
                }
                self.foreign = Some(foreign);
                let (before, notation) = foreign.notation(inner);
                Answer::Notation(at + before, notation)
            }
            Begin::Repr => {
                if self.header > 0 {
                    return self.nothing_below();
                }
                if self.level().open {
                    self.close_run();
                    return Answer::Skip(0);
                }
                match notation::bytes_literal(lines::trim_end(inner)) {
                    Some(bytes) => Answer::Repr(next, bytes),
                    None => self.between(lines, UnitKind::Stray, at, next),
                }
            }
            Begin::Nothing => {
                if self.header > 0 {
                    if next == lines.window.len() && lines.beyond == Beyond::Nothing {
                        self.fault("cut", true, "the input ends where a minion's states begin");
                    }
                    return self.nothing_below();
                }
                let level = self.level();
                let among = level.open && level.states > 0;
                let answer = self.between(lines, UnitKind::Stray, at, next);
                if among && marks::rule(inner) {
                    self.fault(
                        "broken",
                        false,
                        "dashes stand among the states, and no state below them: something was not read",
                    );
                }
                answer
            }
        }
    }

    /// A state's block from where the walk stands.
    fn go_on(&mut self, lines: &Lines<'_>, line: u64) -> Answer {
        let Some(mut walk) = self.walk.take() else { return Answer::Skip(0) };
        match walk.go(lines) {
            Walked::More => {
                self.walk = Some(walk);
                Answer::More
            }
            Walked::Log(from, to) => {
                self.walk = Some(walk);
                let mut found = Found::unit(UnitKind::Log, from..to, from..to, 0);
                found.consumed = 0;
                Answer::Found(found)
            }
            Walked::Done => {
                let (whole, headed) = (walk.whole(), walk.shows(Label::Id));
                let broken = !walk.shows(Label::Result) || !headed && self.level().states > 1;
                let (labels, start, end) = walk.finish();
                let answer = self.unit(lines, UnitKind::Block(labels), start, end);
                if !whole && end == lines.window.len() && lines.beyond == Beyond::Nothing {
                    self.fault("cut", true, "the input ends inside a state's block");
                } else if broken {
                    self.fault("broken", false, "a state's block lacks its ID or its Result");
                }
                answer
            }
            Walked::Nested => {
                let (labels, start, end) = walk.finish();
                let bytes = lines.window[start..end].to_vec();
                let id = labels.get(Label::Id, &bytes).map(colour::unpaint).unwrap_or_default();
                let id = String::from_utf8_lossy(id).into_owned();
                self.level().step = Some(OpenStep { labels, bytes, line, id });
                self.levels.push(Level::default());
                self.header = 0;
                Answer::Skip(end)
            }
        }
    }

    /// A state on one line, if it ends.
    fn terse(&mut self, lines: &Lines<'_>, at: usize, next: usize, end: Option<Option<usize>>) -> Answer {
        match end {
            None => Answer::More,
            Some(Some(end)) => {
                self.begin_state();
                self.unit(lines, UnitKind::Terse, at, end)
            }
            Some(None) => {
                if next == lines.window.len() && lines.beyond == Beyond::Nothing {
                    self.fault("cut", true, "the input ends inside a state's line");
                }
                self.between(lines, UnitKind::Stray, at, next)
            }
        }
    }

    /// A log line or a traceback, with its continuation.
    fn entry(&mut self, lines: &Lines<'_>, kind: UnitKind, at: usize) -> Answer {
        match walks::entry_end(lines, at, self.margin()) {
            Some(end) => self.between(lines, kind, at, end),
            None => Answer::More,
        }
    }

    /// A state's first line: the run is open, and a Summary is due.
    fn begin_state(&mut self) {
        let level = self.level();
        (level.open, level.states, level.compile) = (true, level.states + 1, false);
    }

    /// A unit of this run, from the header above it to `end`.
    fn unit(&mut self, lines: &Lines<'_>, kind: UnitKind, at: usize, end: usize) -> Answer {
        self.header = 0;
        self.level().open = true;
        if lines.beyond == Beyond::TooMuch && end == lines.window.len() {
            self.too_long(lines.window);
        }
        Answer::Found(Found::unit(kind, 0..end, at..end, self.depth()))
    }

    /// A unit that is no minion's, and can stand anywhere.
    fn between(&mut self, lines: &Lines<'_>, kind: UnitKind, at: usize, end: usize) -> Answer {
        if self.header > 0 {
            return self.nothing_below();
        }
        if lines.beyond == Beyond::TooMuch && end == lines.window.len() {
            self.too_long(lines.window);
        }
        Answer::Found(Found::unit(kind, at..end, at..end, 0))
    }
}
