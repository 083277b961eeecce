//! A state's block: `----------` and labels in their fixed order (`salt.output.highstate._format_host`).
//!
//! ```text
//! ----------
//!           ID: apache2                  raw: a multi-line ID or Name goes on at column 0, and can imitate anything
//!     Function: service.running          one line
//!         Name: apache2                  raw; only if it differs from the ID
//!       Result: True                     one line
//!      Comment: Service reloaded         indented: whatever has 14 blanks is comment
//!      Started: 22:59:51.233762          one line
//!     Duration: 1.63 ms                  one line
//!      Changes:                          indented
//!     Warnings: …                        indented
//! ```
//!
//! The walk is resumable: it keeps its place, so that a block of megabytes that arrives in small reads is looked at
//! once. It finds out where the block ends and where its fields stand; what they say is decode's to read.

use super::super::NESTED_INDENT;
use super::colour::sgr;
use super::lines::{Lines, Peek, blank, indented, trim_end, within};
use super::walks::{HEAD_LINES, begins_block, starts_run};
use super::{log, marks};

/// Where a field's value stands, as offsets into the unit. `0..0` where the block does not show the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Field {
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

/// A label of a block, in the order in which Salt prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// The ID declaration.
    Id,
    /// `module.function`.
    Function,
    /// The name, where it differs from the ID.
    Name,
    /// True, False or None.
    Result,
    /// What was done, in words.
    Comment,
    /// When it started.
    Started,
    /// How long it took.
    Duration,
    /// The SLS file that declares it. Only Uyuni prints it (`StateResult.toString`).
    Sls,
    /// What was changed.
    Changes,
    /// Warnings, wrapped.
    Warnings,
}

/// The first twelve columns of a label's line; the colon is the thirteenth.
pub(super) const LABELS: [(&[u8; 12], Label); 11] = [
    (b"          ID", Label::Id),
    (b"    Function", Label::Function),
    (b"        Name", Label::Name),
    (b"      Result", Label::Result),
    (b"     Comment", Label::Comment),
    (b"     Started", Label::Started),
    (b"    Duration", Label::Duration),
    (b"         SLS", Label::Sls),
    (b"     Changes", Label::Changes),
    (b"    Warnings", Label::Warnings),
    // Uyuni's word.
    (b"     Changed", Label::Changes),
];

/// Where the fields of a block stand, and what decode must know to read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Labels {
    fields: [Field; LABELS.len()],
    /// Fields are painted: each value begins within an SGR sequence that ends behind it.
    pub coloured: bool,
    /// Lines end in CR LF, so that a CR at a line's end is no data.
    pub crlf: bool,
    /// The changes held a whole nested run, which was read on its own.
    pub nested: bool,
    /// Log lines stand between the lines of a field.
    pub interrupted: bool,
}

impl Labels {
    /// The value of a field, if the block shows it.
    pub fn get<'u>(&self, label: Label, unit: &'u [u8]) -> Option<&'u [u8]> {
        let Field { start, end } = self.fields[label as usize];
        if start == 0 { None } else { unit.get(start as usize..end as usize) }
    }

    /// Where a field's value stands.
    pub(super) fn field(&mut self, label: Label) -> &mut Field {
        &mut self.fields[label as usize]
    }
}

/// The label that a line begins with (its margin taken off), and where the value begins.
pub(super) fn label(line: &[u8], coloured: bool) -> Option<(Label, usize)> {
    if !coloured {
        let known = LABELS.iter().find(|(text, _)| line.get(12) == Some(&b':') && line.starts_with(*text))?;
        return Some((known.1, if line.get(13) == Some(&b' ') { 14 } else { 13 }));
    }
    // The escape comes before the label's last columns: four for most, three for Warnings, none for Changes.
    let blanks = line.iter().take(4).take_while(|byte| **byte == b' ').count();
    let escape = sgr(line.get(blanks..)?);
    let rest = line.get(blanks + escape..)?;
    let known = LABELS.iter().find(|(text, _)| {
        escape > 0 && rest.get(12 - blanks) == Some(&b':') && rest.starts_with(&text[blanks..])
    })?;
    let colon = blanks + escape + 12 - blanks;
    Some((known.1, if line.get(colon + 1) == Some(&b' ') { colon + 2 } else { colon + 1 }))
}

/// The same where it is not known whether it is painted. An ESC in an ID or a Name is data, and paints nothing.
pub(super) fn any_label(line: &[u8]) -> Option<(Label, usize)> {
    label(line, false).or_else(|| label(line, true))
}

/// A walk through a block, as far as it has come.
#[derive(Debug)]
pub(super) struct Walk {
    labels: Labels,
    stage: Label,
    /// Where the block's first byte is in the window.
    start: usize,
    /// Where the next line begins.
    at: usize,
    /// Behind the last line that belongs to the block.
    end: usize,
    margin: usize,
    /// The ID or Name has a line that looks like structure: a forgery, or a block that was cut.
    suspicious: bool,
    /// No line of the field that is open has been seen yet, but for its first and blank ones.
    fresh: bool,
    /// Where, inside a raw field, something else seems to begin: where to cut if no Result ever comes.
    boundary: Option<usize>,
}

/// How far a walk has come.
#[derive(Debug)]
pub(super) enum Walked {
    /// The block does not end within the window.
    More,
    /// It ends before this offset.
    Done,
    /// Its changes are a nested run, whose first header begins at the end.
    Nested,
    /// A log line stands inside it: this range.
    Log(usize, usize),
}

impl Walk {
    /// Begins at `start`, at the line of dashes or, in a fragment, at the first label.
    pub(super) fn new(lines: &Lines<'_>, start: usize, margin: usize) -> Option<Walk> {
        let Peek::Line(first, mut at) = lines.peek(start) else { return None };
        let inner = within(first, margin)?;
        let mut walk = Walk {
            labels: Labels { crlf: first.ends_with(b"\r"), ..Labels::default() },
            stage: Label::Id,
            start,
            at: start,
            end: start,
            margin,
            suspicious: false,
            fresh: true,
            boundary: None,
        };
        walk.labels.coloured = inner.contains(&0x1b) && label(inner, false).is_none();
        if marks::rule(inner) {
            let Peek::Line(second, next) = lines.peek(at) else { return None };
            let offset = at;
            at = next;
            let (Label::Id, value) = label(within(second, margin)?, walk.labels.coloured)? else {
                return None;
            };
            walk.open(Label::Id, offset, margin + value, second, at);
        } else {
            let (first_label, value) = label(inner, walk.labels.coloured)?;
            walk.open(first_label, start, margin + value, first, at);
        }
        Some(walk)
    }

    /// The fields found, relative to the block's start; and where the block begins and ends in the window.
    pub(super) fn finish(mut self) -> (Labels, usize, usize) {
        for field in &mut self.labels.fields {
            if field.start != 0 {
                field.start -= self.start as u32;
                field.end = (field.end - self.start as u32).max(field.start);
            }
        }
        (self.labels, self.start, self.end)
    }

    /// True if the walk saw the labels that every block has.
    pub(super) fn whole(&self) -> bool {
        self.shows(Label::Changes)
    }

    /// True if the walk came by this label.
    pub(super) fn shows(&self, label: Label) -> bool {
        self.labels.fields[label as usize].start != 0
    }

    /// Goes on until the block ends or the window does.
    pub(super) fn go(&mut self, lines: &Lines<'_>) -> Walked {
        loop {
            let (raw, next) = match lines.peek(self.at) {
                Peek::Line(raw, next) => (raw, next),
                Peek::More => return Walked::More,
                Peek::End => return self.over(),
            };
            let Some(line) = within(raw, self.margin) else {
                if log::prefix(raw).is_some() && self.stage < Label::Changes {
                    return self.log(next);
                }
                return self.over();
            };
            let label = label(line, self.labels.coloured);
            match self.stage {
                Label::Id | Label::Name => match label {
                    Some((Label::Function, value)) if self.stage == Label::Id => {
                        self.open(Label::Function, self.at, self.margin + value, raw, next);
                    }
                    Some((Label::Result, value)) if self.stage == Label::Name => {
                        match self.confirmed(lines, next) {
                            Some(true) => self.open(Label::Result, self.at, self.margin + value, raw, next),
                            Some(false) => self.raw(raw, next, true),
                            None => return Walked::More,
                        }
                    }
                    _ => {
                        let structure = label.is_some() || marks::rule(line) || marks::summary(line);
                        self.raw(raw, next, structure);
                    }
                },
                Label::Function | Label::Result | Label::Started | Label::Duration | Label::Sls => {
                    match label {
                        Some((label, value)) if self.follows(label) => {
                            self.open(label, self.at, self.margin + value, raw, next);
                        }
                        None if log::prefix(line).is_some() => return self.log(next),
                        _ => return self.over(),
                    }
                }
                Label::Comment | Label::Changes | Label::Warnings => {
                    match label {
                        Some((Label::Result, value)) => match self.reopens(lines, next) {
                            None => return Walked::More,
                            Some(true) => {
                                self.reopen(self.margin + value, raw, next);
                                continue;
                            }
                            Some(false) => {}
                        },
                        Some((label, value)) if self.follows(label) => {
                            self.open(label, self.at, self.margin + value, raw, next);
                            continue;
                        }
                        _ => {}
                    }
                    if indented(raw, self.margin + 14) {
                        if self.fresh && !blank(raw) && self.holds_a_run(raw) {
                            return Walked::Nested;
                        }
                        self.fresh &= blank(raw);
                        self.take(raw, next);
                        // The first line with something in it tells whether these are runs.
                        if !self.fresh {
                            self.at = lines.content(next, self.margin + 14);
                        }
                        if self.at > next {
                            self.extend(lines);
                        }
                    } else if blank(raw) {
                        // Blank lines belong to what they stand in, if it goes on behind them.
                        self.at = next;
                    } else {
                        if let Some(walked) = self.odd(lines, raw, line, next) {
                            return walked;
                        }
                    }
                }
            }
        }
    }

    /// A line that no label and no margin explains, inside a comment or changes.
    fn odd(&mut self, lines: &Lines<'_>, raw: &[u8], line: &[u8], next: usize) -> Option<Walked> {
        // `data` of a return is appended to the comment with tabs (`salt.output.highstate._format_host`).
        let data = self.stage == Label::Comment && line.starts_with(b"\t\t");
        // Keys of mixed types make the nested outputter fall back to raw Python, at column 0 (until 3000).
        let python = self.stage == Label::Changes
            && self.fresh
            && line.starts_with(b"{")
            && trim_end(line).ends_with(b"}");
        if data || python {
            self.take(raw, next);
            return None;
        }
        let is_log = log::prefix(line).is_some();
        if self.stage == Label::Comment && !is_log {
            match self.raw_comment(lines, next) {
                None => return Some(Walked::More),
                Some(Some(end)) => {
                    self.at = end;
                    self.extend(lines);
                    return None;
                }
                Some(None) => {}
            }
        }
        if self.stage == Label::Changes && !self.fresh && !is_log {
            match self.key_end(lines) {
                None => return Some(Walked::More),
                Some(Some(end)) => {
                    self.at = end;
                    self.extend(lines);
                    return None;
                }
                Some(None) => {}
            }
        }
        if marks::begins(line) {
            return Some(self.over());
        }
        if is_log && self.stage < Label::Changes {
            return Some(self.log(next));
        }
        // A log line, or a key with a line break in it, is inside if the field goes on behind it.
        match lines.peek(next) {
            Peek::More => Some(Walked::More),
            Peek::Line(after, _)
                if indented(after, self.margin + 14) && !blank(after)
                    || self.stage < Label::Changes
                        && within(after, self.margin).is_some_and(|after| {
                            label(after, self.labels.coloured).is_some_and(|(label, _)| self.follows(label))
                        }) =>
            {
                if is_log {
                    return Some(self.log(next));
                }
                self.take(raw, next);
                None
            }
            _ => Some(self.over()),
        }
    }

    /// The end of a comment whose further lines are not indented, as Uyuni prints it: the label that is due. `Some(None)`:
    /// there is none. `None`: more must be read to tell.
    fn raw_comment(&self, lines: &Lines<'_>, mut at: usize) -> Option<Option<usize>> {
        for _ in 0..KEY_LINES {
            let (raw, next) = match lines.peek(at) {
                Peek::Line(raw, next) => (raw, next),
                Peek::More => return None,
                Peek::End => break,
            };
            let Some(line) = within(raw, self.margin) else { break };
            match label(line, self.labels.coloured) {
                Some((Label::Started, _)) => return Some(Some(at)),
                Some(_) => break,
                None if marks::begins(line) || log::prefix(line).is_some() => break,
                None => at = next,
            }
        }
        Some(None)
    }

    /// The end of a key of several lines, which are printed raw: the colon that its value stands below. `Some(None)`:
    /// this is no such key. `None`: more must be read to tell.
    fn key_end(&self, lines: &Lines<'_>) -> Option<Option<usize>> {
        let (mut at, mut colon) = (self.at, false);
        for _ in 0..KEY_LINES {
            let (raw, next) = match lines.peek(at) {
                Peek::Line(raw, next) => (raw, next),
                Peek::More => return None,
                Peek::End => break,
            };
            let deep = |raw: &[u8]| indented(raw, self.margin + 14) && !blank(raw);
            if deep(raw) {
                return Some(colon.then_some(at));
            }
            let Some(line) = within(raw, self.margin) else { break };
            // In a painted run what Salt means is painted.
            let structure = !self.labels.coloured || line.contains(&0x1b);
            if structure
                && (marks::summary(line)
                    || marks::terse(line)
                    || begins_block(lines, line, next, self.margin)?)
                || log::prefix(line).is_some()
                || marks::notice(line)
            {
                break;
            }
            let below = match lines.peek(next) {
                Peek::Line(below, _) => below,
                Peek::More => return None,
                Peek::End => break,
            };
            if marks::header(line).is_some() && !deep(below) && starts_run(lines, next, self.margin, false)? {
                break;
            }
            colon = trim_end(line).ends_with(b":");
            at = next;
        }
        Some(None)
    }

    /// A log line inside the block.
    fn log(&mut self, next: usize) -> Walked {
        let from = self.at;
        self.at = next;
        self.labels.interrupted = true;
        Walked::Log(from, next)
    }

    /// The block ends here, or was cut: then where something else seems to begin.
    fn over(&mut self) -> Walked {
        if let (Label::Id | Label::Name, Some(boundary)) = (self.stage, self.boundary) {
            self.end = boundary;
            let stage = self.stage;
            let field = self.labels.field(stage);
            field.end = field.end.min(boundary.saturating_sub(1) as u32).max(field.start);
        }
        Walked::Done
    }

    /// Begins a field at `offset + value` in the line `raw` that begins at `offset`.
    fn open(&mut self, label: Label, offset: usize, value: usize, raw: &[u8], next: usize) {
        self.stage = label;
        let end = offset + self.content_length(raw);
        *self.labels.field(label) = Field { start: (offset + value).min(end) as u32, end: end as u32 };
        self.at = next;
        self.end = next;
        self.boundary = None;
        self.fresh = true;
    }

    /// Adds a line to the field that is open.
    fn take(&mut self, raw: &[u8], next: usize) {
        let end = self.at + self.content_length(raw);
        let stage = self.stage;
        self.labels.field(stage).end = end as u32;
        self.at = next;
        self.end = next;
    }

    /// Adds a line to an ID or a Name, in which anything can stand.
    fn raw(&mut self, raw: &[u8], next: usize, structure: bool) {
        if structure {
            self.suspicious = true;
            self.boundary.get_or_insert(self.at);
        }
        self.take(raw, next);
    }

    /// Adds the content lines that end before `at` to the field that is open.
    fn extend(&mut self, lines: &Lines<'_>) {
        let mut end = self.at;
        if lines.window[..end].ends_with(b"\n") {
            end -= 1;
        }
        if self.labels.crlf && lines.window[..end].ends_with(b"\r") {
            end -= 1;
        }
        let stage = self.stage;
        self.labels.field(stage).end = end as u32;
        self.end = self.at;
    }

    fn content_length(&self, raw: &[u8]) -> usize {
        if self.labels.crlf && raw.ends_with(b"\r") { raw.len() - 1 } else { raw.len() }
    }

    /// True if Salt prints `label` next.
    fn follows(&self, label: Label) -> bool {
        match self.stage {
            Label::Id => label == Label::Function,
            Label::Function => matches!(label, Label::Name | Label::Result),
            Label::Name => label == Label::Result,
            Label::Result => matches!(label, Label::Comment | Label::Started | Label::Changes),
            Label::Comment => matches!(label, Label::Started | Label::Duration | Label::Changes),
            Label::Started => matches!(label, Label::Duration | Label::Changes),
            Label::Duration => matches!(label, Label::Changes | Label::Sls),
            Label::Sls => label == Label::Changes,
            Label::Changes => label == Label::Warnings,
            Label::Warnings => false,
        }
    }

    /// Is the Result label at hand the block's own, and not text of a multi-line Name? `None`: more must be read.
    ///
    /// A Comment follows the real one. Where the Name looks like structure and the state ran a command, the comment
    /// repeats it (`Command "<name>" run`, `salt.states.cmd.run`), which decides; if none repeats it, the first stands.
    fn confirmed(&self, lines: &Lines<'_>, next: usize) -> Option<bool> {
        match lines.peek(next) {
            Peek::More => return None,
            Peek::End => return Some(true),
            Peek::Line(after, _) => {
                let after = within(after, self.margin).and_then(|line| label(line, self.labels.coloured));
                if !matches!(after, Some((Label::Comment | Label::Started | Label::Changes, _))) {
                    return Some(false);
                }
            }
        }
        if !self.suspicious || self.labels.coloured {
            return Some(true);
        }
        if self.repeats(lines, self.at, next)? {
            return Some(true);
        }
        // Does a later Result have the comment that repeats the whole Name?
        let mut at = next;
        while at - self.start < FORGERY_LIMIT {
            let (raw, behind) = match lines.peek(at) {
                Peek::Line(raw, behind) => (raw, behind),
                Peek::More => return None,
                Peek::End => break,
            };
            let is_result = within(raw, self.margin).and_then(|line| label(line, false));
            if matches!(is_result, Some((Label::Result, _))) && self.repeats(lines, at, behind)? {
                return Some(false);
            }
            at = behind;
        }
        Some(true)
    }

    /// Does the comment behind the Result line at `result` repeat the Name up to there?
    fn repeats(&self, lines: &Lines<'_>, result: usize, mut at: usize) -> Option<bool> {
        let name = self.labels.fields[Label::Name as usize].start as usize;
        let Some(name) = lines.window.get(name..result.saturating_sub(1)) else { return Some(false) };
        let mut wanted = name.split(|byte| *byte == b'\n').enumerate().peekable();
        while let Some((index, part)) = wanted.next() {
            let line = match lines.peek(at) {
                Peek::Line(line, next) => {
                    at = next;
                    line
                }
                Peek::More => return None,
                Peek::End => return Some(false),
            };
            let indent = self.margin + 14;
            let shown = match index {
                0 => match label(within(line, self.margin).unwrap_or_default(), false) {
                    Some((Label::Comment, value)) => {
                        line.get(self.margin + value..).and_then(|text| text.strip_prefix(b"Command \""))
                    }
                    _ => None,
                },
                _ => line.get(indent..).or(if blank(line) { Some(&[]) } else { None }),
            };
            let Some(shown) = shown else { return Some(false) };
            let part = within(part, if index == 0 { 0 } else { self.margin }).unwrap_or(part);
            let same = match wanted.peek() {
                Some(_) => trim_end(shown) == trim_end(part),
                None => shown.starts_with(part.strip_suffix(b"\r").unwrap_or(part)),
            };
            if !same {
                return Some(false);
            }
        }
        Some(true)
    }

    /// A Result label inside a comment or changes: what was taken for Result and Comment was text of the Name.
    /// `None`: more must be read to tell.
    fn reopens(&self, lines: &Lines<'_>, next: usize) -> Option<bool> {
        if !self.shows(Label::Name) {
            return Some(false);
        }
        let after = match lines.peek(next) {
            Peek::Line(after, _) => within(after, self.margin),
            Peek::More => return None,
            Peek::End => None,
        };
        let after = after.and_then(|line| label(line, self.labels.coloured));
        Some(matches!(after, Some((Label::Comment, _))))
    }

    fn reopen(&mut self, value: usize, raw: &[u8], next: usize) {
        let at = self.at;
        for label in [Label::Comment, Label::Started, Label::Duration, Label::Changes, Label::Warnings] {
            *self.labels.field(label) = Field::default();
        }
        self.labels.field(Label::Name).end = at.saturating_sub(1) as u32;
        self.open(Label::Result, at, value, raw, next);
    }

    /// Does the first line of the changes begin a nested run? It is a minion's header where a mapping has dashes.
    fn holds_a_run(&self, raw: &[u8]) -> bool {
        self.stage == Label::Changes
            && within(raw, self.margin + NESTED_INDENT)
                .is_some_and(|line| marks::header(line).is_some() && !marks::rule(line))
    }
}

/// How `cmd.run` says what it ran, on a page that has written quotes as entities. Salt never does.
pub(super) const ESCAPED: &[u8] = b"Command &quot;";

/// Does the comment of the block whose dashes stand before `at` show that a page has written markup as entities? `None`:
/// more must be read to tell.
pub(super) fn is_escaped(lines: &Lines<'_>, mut at: usize) -> Option<bool> {
    for _ in 0..HEAD_LINES {
        let (line, next) = match lines.peek(at) {
            Peek::Line(line, next) => (line, next),
            Peek::More => return None,
            Peek::End => break,
        };
        match label(line, false) {
            Some((Label::Comment, value)) => return Some(line[value..].starts_with(ESCAPED)),
            None if marks::rule(line) => break,
            _ => at = next,
        }
    }
    Some(false)
}

/// How many lines a key under the changes may take.
const KEY_LINES: usize = 128;

/// How far behind a block's start a forged Name is looked through, in bytes.
const FORGERY_LIMIT: usize = 256 * 1024;

#[cfg(test)]
mod tests;
