//! Where runs begin and end, and orchestration steps around them: the framer's memory of what a line stands in.

use super::super::{Answer, Beyond, Body, Found, UNIT_LIMIT, UnitKind};
use super::block::{self, Field, Label, Labels};
use super::lines::{Lines, Peek, within};
use super::{Framer, marks};

/// What is known of the run that a line stands in.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) minion: Option<String>,
    /// Something of the run has been seen, and its end has not.
    pub(super) open: bool,
    /// How many states among it: if any, a Summary is due.
    pub(super) states: u64,
    /// Salt complained about how they return, and they will follow.
    pub(super) due: bool,
    /// The minion's states did not compile: raw text follows, in which anything can stand.
    pub(super) compile: bool,
    /// The run is over, and with the next unit another begins.
    pub(super) ended: bool,
    /// The step whose changes hold the next level.
    pub(super) step: Option<OpenStep>,
}

/// An orchestration step whose nested runs are being read.
#[derive(Debug)]
pub(super) struct OpenStep {
    pub(super) labels: Labels,
    pub(super) bytes: Vec<u8>,
    pub(super) line: u64,
    pub(super) id: String,
}

impl Framer {
    /// The step whose nested runs are over: what is left of its block.
    pub(super) fn finish_step(&mut self, lines: &Lines<'_>) -> Answer {
        let margin = self.margin();
        let (at, peek) = lines.peek_text(0);
        let mut end = 0;
        match peek {
            Peek::More => return Answer::More,
            Peek::Line(raw, next) => {
                let inner = within(raw, margin).unwrap_or_default();
                if matches!(block::any_label(inner), Some((Label::Warnings, _))) {
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
            let value = block::any_label(inner).map_or(0, |(_, value)| margin + value);
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

    /// A header: the run before it is over, and this minion's begins.
    pub(super) fn begin_run(&mut self, line: &[u8], next: usize) -> Answer {
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
    pub(super) fn nothing_below(&mut self) -> Answer {
        let end = std::mem::take(&mut self.header);
        self.level().open = true;
        let found = Found::unit(UnitKind::Return, 0..end, end..end, self.depth());
        self.end_run(true);
        Answer::Found(found)
    }

    /// Salt's count names the minion whose states it counts. It must be the one that the header named, or this header
    /// is none, or another was taken for text.
    pub(super) fn check_counted(&mut self, summary: &[u8]) {
        let counted = marks::counted(summary);
        let named = self.level().minion.as_deref();
        if let (Some(counted), Some(named)) = (counted, named)
            && counted != named
        {
            let text = format!(
                "Salt's count is of {counted}, but stands below the header of {named}: these states are of one of both"
            );
            self.fault("disagrees", false, &text);
        }
    }

    /// The run is over without a Summary.
    pub(super) fn close_run(&mut self) {
        let level = self.level();
        let due = std::mem::take(&mut level.due);
        let complete = level.states == 0;
        if complete && due {
            self.fault(
                "cut",
                true,
                "Salt says that states returned without their order, and none of them follow",
            );
        }
        self.end_run(complete);
    }

    pub(super) fn end_run(&mut self, complete: bool) {
        self.owed.push_back(Found::event(UnitKind::RunEnd { complete }, self.depth()));
        self.level().ended = true;
    }

    /// A line that lies left of this level: the nested run is over.
    pub(super) fn close_level(&mut self) -> Answer {
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
    pub(super) fn over(&mut self, length: usize) -> Answer {
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

    pub(super) fn fault(&mut self, kind: &'static str, cut: bool, text: &str) {
        let kind = UnitKind::Fault { kind, cut, text: text.to_owned() };
        self.owed.push_back(Found::event(kind, self.depth()));
    }

    /// What was framed last is cut at the limit.
    pub(super) fn too_long(&mut self, window: &[u8]) {
        self.overlong = !window.ends_with(b"\n");
        let what = if self.overlong { "a line" } else { "a record" };
        let limit = UNIT_LIMIT / (1024 * 1024);
        self.fault("overlong", false, &format!("{what} is longer than {limit} MiB and was cut there"));
    }

    /// The rest of a line that was cut.
    pub(super) fn pass_over(&mut self, lines: &Lines<'_>) -> Answer {
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
