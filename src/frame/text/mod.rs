//! Where a unit of text ends.
//!
//! [`Framer::step`] looks at the first line that is not framed yet, asks what begins there ([`Begin`]), and hands over
//! to the walk for it: a block's has a file of its own (`block`), the others stand in `walks`. What a line means
//! depends on where it stands (below a header, among compile errors, inside an orchestration step): that is the
//! framer's small memory, a [`Level`] for each step around.

pub(super) mod block;
pub mod colour;
mod lines;
pub mod log;
mod marks;
pub mod terse;
mod walks;

use std::collections::VecDeque;

use super::index::Window;
use super::{Answer, Beyond, Body, Found, InputFormat, NESTED_INDENT, Step, UnitKind};
use block::{Field, Label, Labels, Walk, Walked};
use lines::{Lines, Peek, within};

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
    /// States come in a user's own format.
    custom: bool,
    /// A line too long to hold has been cut: its rest belongs to nothing more.
    overlong: bool,
}

/// What is known of the run that a line stands in.
#[derive(Debug, Default)]
struct Level {
    minion: Option<String>,
    /// Something of the run has been seen, and its end has not.
    open: bool,
    /// How many states among it: if any, a Summary is due.
    states: u64,
    /// The minion's states did not compile: raw text follows, in which anything can stand.
    compile: bool,
    /// The run is over, and with the next unit another begins.
    ended: bool,
    /// The step whose changes hold the next level.
    step: Option<OpenStep>,
}

/// An orchestration step whose nested runs are being read.
#[derive(Debug)]
struct OpenStep {
    labels: Labels,
    bytes: Vec<u8>,
    line: u64,
    id: String,
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    Block,
    Terse,
    Tabular,
    Custom,
    Warnings,
    Summary,
    CompileHead,
    CompileError,
    Header,
    Pseudo,
    Return,
    Log,
    Traceback,
    PythonWarning,
    Notice,
    LongRule,
    Ssh,
    Json,
    Nothing,
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
            custom: false,
            overlong: false,
        }
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

    /// The next unit of the window, which begins in line `line`.
    pub(super) fn step(&mut self, window: Window<'_>, line: u64, beyond: Beyond) -> Answer {
        if let Some(event) = self.owed.pop_front() {
            return Answer::Found(event);
        }
        if self.level().ended {
            *self.level() = Level::default();
        }
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
            && let Some((labels, end)) = block::usual(&lines, at)
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
        self.frame(begin, &lines, line, at, inner, next)
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

    /// What begins at this line? `None`: more must be read to tell.
    fn begin(&mut self, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<Begin> {
        let margin = self.margin();
        let headed = self.header > 0;
        let below = || match lines.peek(next) {
            Peek::Line(below, _) => Some(within(below, margin)),
            Peek::End => Some(None),
            Peek::More => None,
        };
        if marks::rule(line) {
            // Below the dashes: an ID, or the text of a compile error. Until it is here nothing is known.
            let below = below()?.unwrap_or_default();
            return Some(match block::label(below, below.contains(&0x1b)) {
                Some((Label::Id, _)) => Begin::Block,
                _ if self.level().compile && below.starts_with(b"    ") => Begin::CompileError,
                _ => Begin::Nothing,
            });
        }
        if line.starts_with(b" ") || line.starts_with(b"\x1b") {
            if marks::terse(line) {
                return Some(Begin::Terse);
            }
            if block::label(line, line.contains(&0x1b)).is_some() && !headed {
                return Some(Begin::Block);
            }
            if marks::compile(line) {
                return Some(Begin::CompileHead);
            }
            if terse::is_tabular(line) {
                return Some(Begin::Tabular);
            }
            // A table of the user's own pads the module; a value is indented by 4.
            let deep = line.iter().take_while(|byte| **byte == b' ').count();
            if (self.custom || headed && deep != 4) && terse::is_custom(line.trim_ascii_start()) {
                return Some(Begin::Custom);
            }
            if headed && marks::value(line) {
                return Some(Begin::Return);
            }
        }
        if marks::summary(line) || marks::only_colour(line) {
            return match below()? {
                Some(below) if marks::only_colour(line) => Some(match marks::summary(below) {
                    true => Begin::Summary,
                    false => Begin::Nothing,
                }),
                Some(below) if below.starts_with(b"----------") => Some(Begin::Summary),
                _ => Some(Begin::Nothing),
            };
        }
        if log::prefix(line).is_some() {
            return Some(Begin::Log);
        }
        if self.format != InputFormat::Text && margin == 0 && lines.begin_json(line, next)? {
            return Some(Begin::Json);
        }
        if marks::long_rule(line) {
            return Some(match below()? {
                Some(below) if marks::summary(below) => Begin::LongRule,
                _ => Begin::Nothing,
            });
        }
        let simple = [
            (Begin::Notice, marks::notice as fn(&[u8]) -> bool),
            (Begin::Warnings, marks::warnings),
            (Begin::Traceback, marks::traceback),
            (Begin::PythonWarning, marks::python_warning),
            (Begin::Ssh, marks::ssh),
            (Begin::Pseudo, marks::pseudo),
            (Begin::Tabular, terse::is_tabular),
        ];
        if let Some((begin, _)) = simple.into_iter().find(|(_, is)| is(line)) {
            return Some(begin);
        }
        if marks::header(line).is_some() && self.is_header(lines, next)? {
            return Some(Begin::Header);
        }
        if self.is_custom(lines, line, next)? {
            return Some(Begin::Custom);
        }
        Some(Begin::Nothing)
    }

    /// A line like `web1:` is a minion's header if what Salt prints below a header stands below it.
    fn is_header(&mut self, lines: &Lines<'_>, next: usize) -> Option<bool> {
        let (margin, strict) = (self.margin(), self.level().compile);
        if walks::starts_run(lines, next, margin, strict)? {
            return Some(true);
        }
        // A name of several lines in a user's own format, which is known or begins with a mark.
        let marked = matches!(lines.peek(next), Peek::Line(below, _) if within(below, margin).is_some_and(marks::marked));
        if strict || !(self.custom || marked) {
            return Some(false);
        }
        walks::custom_end(lines, next, margin).map(|end| end.is_some())
    }

    /// Do the lines from here on, up to a bound, end a state in a user's own format?
    fn is_custom(&mut self, lines: &Lines<'_>, line: &[u8], next: usize) -> Option<bool> {
        let (headed, among) = (self.header > 0, self.level().states > 0);
        if line.starts_with(b" ") || !(headed || among || self.custom) {
            return Some(false);
        }
        if terse::is_custom(line) {
            // Among blocks, where the format is not known yet, only what can hardly be anything else.
            return Some(headed || self.custom || terse::is_close(line));
        }
        // A multi-line name: only marks that are no letters can begin such a line, or the format is known already.
        if !(self.custom && among || headed && (self.custom || marks::marked(line))) {
            return Some(false);
        }
        walks::custom_end(lines, next, self.margin()).map(|end| end.is_some())
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
        match begin {
            Begin::Block => {
                self.begin_state();
                match Walk::new(lines, at, margin) {
                    Some(walk) => self.walk = Some(walk),
                    None => return self.between(lines, UnitKind::Stray, at, next),
                }
                self.go_on(lines, line)
            }
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
                Some(end) if marks::unordered(inner) => self.unit(lines, UnitKind::Notice, at, end),
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
                    false => Answer::Switch(at),
                }
            }
            Begin::Nothing => {
                if self.header > 0 {
                    if next == lines.window.len() && lines.beyond == Beyond::Nothing {
                        self.fault("cut", true, "the input ends where a minion's states begin");
                    }
                    return self.nothing_below();
                }
                self.between(lines, UnitKind::Stray, at, next)
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

    /// The step whose nested runs are over: what is left of its block.
    fn finish_step(&mut self, lines: &Lines<'_>) -> Answer {
        let margin = self.margin();
        let (at, peek) = lines.peek_text(0);
        let mut end = 0;
        match peek {
            Peek::More => return Answer::More,
            Peek::Line(raw, next) => {
                let inner = within(raw, margin).unwrap_or_default();
                if matches!(block::label(inner, inner.contains(&0x1b)), Some((Label::Warnings, _))) {
                    end = lines.content(next, margin + 14);
                    if end == lines.window.len() && lines.beyond == Beyond::More {
                        return Answer::More;
                    }
                }
            }
            Peek::End => {}
        }
        let Some(mut step) = self.level().step.take() else { return Answer::Skip(0) };
        step.labels.nested = true;
        if end > 0 {
            let raw = &lines.window[at..end];
            let inner = within(raw, margin).unwrap_or_default();
            let value = block::label(inner, inner.contains(&0x1b)).map_or(0, |(_, value)| margin + value);
            let start = step.bytes.len() + value;
            step.bytes.extend_from_slice(raw);
            let field =
                Field { start: start as u32, end: step.bytes.trim_ascii_end().len().max(start) as u32 };
            *step.labels.field(Label::Warnings) = field;
        }
        self.kept = step.bytes;
        Answer::Found(Found {
            kind: UnitKind::Block(step.labels),
            span: 0..end,
            body: Body::Kept,
            consumed: end,
            line: Some(step.line),
            depth: self.depth(),
        })
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

    /// A header: the run before it is over, and this minion's begins.
    fn begin_run(&mut self, line: &[u8], next: usize) -> Answer {
        if self.header > 0 {
            return self.nothing_below();
        }
        if self.level().open {
            self.close_run();
            return Answer::Skip(0);
        }
        let name = marks::header(line).unwrap_or_default();
        self.level().minion = Some(String::from_utf8_lossy(name).into_owned());
        self.header = next;
        Answer::Skip(0)
    }

    /// A header with nothing below: the minion returned nothing.
    fn nothing_below(&mut self) -> Answer {
        let end = std::mem::take(&mut self.header);
        self.level().open = true;
        let found = Found::unit(UnitKind::Return, 0..end, end..end, self.depth());
        self.end_run(true);
        Answer::Found(found)
    }

    /// The run is over without a Summary.
    fn close_run(&mut self) {
        let complete = self.level().states == 0;
        self.end_run(complete);
    }

    fn end_run(&mut self, complete: bool) {
        self.owed.push_back(Found::event(UnitKind::RunEnd { complete }, self.depth()));
        self.level().ended = true;
    }

    /// A line that lies left of this level: the nested run is over.
    fn close_level(&mut self) -> Answer {
        if self.header > 0 {
            return self.nothing_below();
        }
        match self.level().open {
            true => self.close_run(),
            false => drop(self.levels.pop()),
        }
        Answer::Skip(0)
    }

    /// Nothing follows: what is open is closed, from the inside out.
    fn over(&mut self, length: usize) -> Answer {
        if self.header > 0 || self.level().open || self.levels.len() > 1 {
            if self.header > 0 && self.header < length {
                self.fault("cut", true, "the input ends inside the first line below a minion's header");
            }
            return match self.levels.len() {
                1 if self.header == 0 => {
                    self.close_run();
                    Answer::Skip(0)
                }
                _ => self.close_level(),
            };
        }
        Answer::Over
    }

    fn fault(&mut self, kind: &'static str, cut: bool, text: &str) {
        let kind = UnitKind::Fault { kind, cut, text: text.to_owned() };
        self.owed.push_back(Found::event(kind, self.depth()));
    }

    /// What was framed last is cut at the limit.
    fn too_long(&mut self, window: &[u8]) {
        self.overlong = !window.ends_with(b"\n");
        let what = if self.overlong { "a line" } else { "a record" };
        let limit = super::UNIT_LIMIT / (1024 * 1024);
        self.fault("overlong", false, &format!("{what} is longer than {limit} MiB and was cut there"));
    }

    /// The rest of a line that was cut.
    fn pass_over(&mut self, lines: &Lines<'_>) -> Answer {
        match memchr::memchr(b'\n', lines.window) {
            Some(end) => {
                self.overlong = false;
                Answer::Skip(end + 1)
            }
            None if !lines.window.is_empty() => Answer::Skip(lines.window.len()),
            None if lines.beyond == Beyond::More => Answer::More,
            None => {
                self.overlong = false;
                Answer::Skip(0)
            }
        }
    }
}
