//! The rows of data that the script draws: one for each record, in chunks with tables of what repeats.
//!
//! The shape is between this file and `script.js`, and nobody else's. All text is made plain here: controls and what
//! turns text round are spelled out.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::data::json;
use super::finding::{anchor, anchor_of};
use crate::record::{Class, Record, State, Text};
use crate::report::Seen;
use crate::report::plain::plain;
use crate::report::terminal::excerpt::cut_to;
use crate::report::terminal::message::kind;
use crate::report::words::words;

/// So many rows share their tables.
const ROWS: usize = 2000;
/// So many characters of a text are in a row.
const TEXT: usize = 160;
/// An ID or a name can be a whole command.
const NAME: usize = 240;

/// Rows on their way out.
#[derive(Default)]
pub(super) struct Chunk {
    files: Table,
    minions: Table,
    functions: Table,
    sls: Table,
    texts: Table,
    rows: Vec<Row>,
}

/// What repeats, each once.
#[derive(Default)]
struct Table {
    words: Vec<String>,
    known: HashMap<String, usize>,
    /// Where the last one stood: states of one minion come together.
    last: usize,
}

impl Table {
    /// Counted from 1; 0 is nothing.
    fn number(&mut self, word: Option<&str>) -> usize {
        let Some(word) = word else { return 0 };
        if self.last > 0 && self.words.get(self.last - 1).is_some_and(|known| known == word) {
            return self.last;
        }
        self.last = match self.known.get(word) {
            Some(number) => *number,
            None => {
                self.words.push(word.to_owned());
                self.known.insert(word.to_owned(), self.words.len());
                self.words.len()
            }
        };
        self.last
    }
}

/// A record as far as the list shows it. What is at its end and empty is not written.
#[derive(Default)]
struct Row {
    /// Ten times the verdict, and what it is: an outcome, or one of [`MESSAGE`], [`SUMMARY`], [`STRAY`].
    code: usize,
    file: usize,
    minion: usize,
    function: usize,
    sls: usize,
    line: u64,
    id: String,
    /// Its number in the table, where the ID stands as U+0001 and the name as U+0002.
    text: usize,
    /// Milliseconds since midnight; -1 where it is not known.
    started: f64,
    took: f64,
    name: String,
    anchor: String,
    /// It was also written in words.
    worded: bool,
    cause: String,
    depth: u16,
    stands_for: u64,
}

const MESSAGE: usize = 5;
const SUMMARY: usize = 6;
const STRAY: usize = 7;

#[derive(Serialize)]
struct Shape<'c> {
    files: &'c [String],
    minions: &'c [String],
    functions: &'c [String],
    sls: &'c [String],
    texts: &'c [String],
    rows: &'c [Row],
}

impl Chunk {
    /// Nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// It is time to [`take`](Self::take).
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= ROWS
    }

    /// The rows as JSON; the next chunk begins.
    pub(super) fn take(&mut self) -> std::io::Result<Vec<u8>> {
        let Chunk { files, minions, functions, sls, texts, rows } = std::mem::take(self);
        let mut out = Vec::new();
        json(
            &mut out,
            &Shape {
                files: &files.words,
                minions: &minions.words,
                functions: &functions.words,
                sls: &sls.words,
                texts: &texts.words,
                rows: &rows,
            },
        )?;
        Ok(out)
    }

    /// The next record; `worded` if it was also written in words.
    pub(super) fn add(&mut self, seen: &Seen<'_, '_>, worded: bool) {
        let at = seen.record.at();
        let mut row = Row { line: at.line, depth: at.depth, worded, started: -1.0, ..Row::default() };
        let (mut code, mut text) = (0, String::new());
        match seen.record {
            Record::State(state) => {
                code = state.outcome as usize;
                self.state(&mut row, state);
                text = short(state.comment.as_ref(), TEXT);
            }
            Record::Message(message) => {
                code = MESSAGE;
                row.function = self.functions.number(Some(&kind(message)));
                row.id = short(message.logger.as_ref(), NAME);
                text = short(Some(&message.text), TEXT);
            }
            Record::Summary(summary) => {
                code = SUMMARY;
                row.function = self.functions.number(Some("summary"));
                text = format!(
                    "Salt counts {} succeeded, {} changed, {} failed, {} in total",
                    summary.succeeded, summary.changed, summary.failed, summary.total
                );
            }
            Record::Stray(stray) => {
                code = STRAY;
                row.function = self.functions.number(Some("unassigned"));
                text = short(Some(&stray.text), TEXT);
            }
            Record::RunEnd(_) | Record::Fault(_) => {}
        }
        row.code = 10 * seen.verdict.class as usize + code;
        row.file = self.files.number(Some(&plain(seen.file)));
        row.minion =
            self.minions.number(at.minion.as_ref().map(|minion| short(Some(minion), NAME)).as_deref());
        if let Some(says) = seen.says() {
            text = cut_to(&plain(&says), NAME).into_owned();
        }
        if seen.verdict.class > Class::Clean {
            row.anchor = anchor(seen);
        }
        if let Some(cause) = &seen.verdict.cause {
            row.cause = anchor_of(cause);
        }
        // Comments name what they are about: without that most of them are the same.
        for (word, stands) in [(&row.id, "\u{1}"), (&row.name, "\u{2}")] {
            if word.len() > 2 && text.contains(word.as_str()) {
                text = text.replace(word.as_str(), stands);
            }
        }
        row.text = self.texts.number(Some(&text));
        self.rows.push(row);
    }

    fn state(&mut self, row: &mut Row, state: &State<'_>) {
        row.function = self
            .functions
            .number(state.function.as_ref().map(words).map(|it| plain(&it).into_owned()).as_deref());
        row.sls = self.sls.number(state.sls.as_ref().map(words).map(|it| plain(&it).into_owned()).as_deref());
        let name = short(state.name.as_ref(), NAME);
        row.id = if state.id.is_some() { short(state.id.as_ref(), NAME) } else { name.clone() };
        if name != row.id {
            row.name = name;
        }
        row.started = state.started.as_ref().and_then(|started| clock(&words(started))).unwrap_or(-1.0);
        row.took = state.duration_ms.filter(|took| took.is_finite()).unwrap_or(0.0);
        row.stands_for = if state.stands_for == 1 { 0 } else { state.stands_for };
    }
}

/// The first line that says something, made plain and short.
fn short(text: Option<&Text<'_>>, most: usize) -> String {
    let Some(text) = text else { return String::new() };
    let text = words(text);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    plain(&cut_to(first.trim(), most)).into_owned()
}

/// `22:59:56.249836` as milliseconds since midnight.
fn clock(time: &str) -> Option<f64> {
    let mut parts = time.trim().splitn(3, ':');
    let (hours, minutes): (f64, f64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds: f64 = parts.next()?.parse().ok()?;
    let time = (hours * 60.0 + minutes) * 60_000.0 + (seconds * 1000.0).round();
    (0.0..=86_400_000.0).contains(&time).then_some(time)
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let written = match self {
            row if row.stands_for > 0 => 16,
            row if row.depth > 0 => 15,
            row if !row.cause.is_empty() => 14,
            row if row.worded => 13,
            row if !row.anchor.is_empty() => 12,
            row if !row.name.is_empty() => 11,
            _ => 10,
        };
        let mut row = to.serialize_seq(Some(written))?;
        for number in [self.code, self.file, self.minion, self.function, self.sls] {
            row.serialize_element(&number)?;
        }
        row.serialize_element(&self.line)?;
        row.serialize_element(&self.id)?;
        row.serialize_element(&self.text)?;
        row.serialize_element(&Milliseconds(self.started))?;
        row.serialize_element(&Milliseconds(self.took))?;
        if written > 10 {
            row.serialize_element(&self.name)?;
        }
        if written > 11 {
            row.serialize_element(&self.anchor)?;
        }
        if written > 12 {
            row.serialize_element(&u8::from(self.worded))?;
        }
        if written > 13 {
            row.serialize_element(&self.cause)?;
        }
        if written > 14 {
            row.serialize_element(&self.depth)?;
        }
        if written > 15 {
            row.serialize_element(&self.stands_for)?;
        }
        row.end()
    }
}

/// A number without its `.0`, where it has none.
struct Milliseconds(f64);

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < 1e15 {
            #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is small")]
            to.serialize_i64(self.0 as i64)
        } else {
            to.serialize_f64(self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn times_of_day() {
        assert_eq!(clock("22:59:56.249836"), Some(82_796_250.0));
        assert_eq!(clock("00:00:00"), Some(0.0));
        for none in ["", "22:59", "-1:00:00", "99:00:00", "12:inf:1", "x:y:z"] {
            assert_eq!(clock(none), None, "{none}");
        }
    }
}
