//! What is shown: one file for each format, all behind [`Report`].
//!
//! A report is given records with their verdicts, in order, and writes to the writer it was made with. It parses
//! nothing, counts nothing (the [`Digest`] does), and decides nothing.

use std::borrow::Cow;
use std::io;

use crate::digest::Digest;
use crate::record::Record;
use crate::verdict::Verdict;

mod batch;
mod html;
mod json;
mod ndjson;
mod plain;
mod records;
#[cfg(test)]
mod sample;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use plain::plain as one_line;

/// A record with all that is known of it when it is reported.
pub struct Seen<'s, 'a> {
    /// The input's name as given; `-` for standard input.
    pub file: &'s str,
    /// What Salt said.
    pub record: &'s Record<'a>,
    /// What is thought of it.
    pub verdict: &'s Verdict<'s>,
    /// The counts up to and with this record.
    pub digest: &'s Digest,
}

impl<'s> Seen<'s, '_> {
    /// In words, what was done or what is wrong.
    pub fn says(&self) -> Option<Cow<'s, str>> {
        self.verdict.says(self.record)
    }
}

/// A format that reports are written in.
///
/// An error of kind [`BrokenPipe`](io::ErrorKind::BrokenPipe) means that nobody reads any more; it is passed up as it is.
pub trait Report {
    /// Takes the next record, in input order.
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()>;
    /// Input pauses: what is known must now be visible.
    fn pause(&mut self) -> io::Result<()>;
    /// The input is over, and this is the exit status (0, 1 or 3; see [`Digest::exit`]).
    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()>;
}

/// Several reports that get the same pass, in this order.
pub struct Reports<'o>(pub Vec<Box<dyn Report + 'o>>);

impl Report for Reports<'_> {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|report| report.record(seen))
    }

    fn pause(&mut self) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|report| report.pause())
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|report| report.finish(digest, exit))
    }
}

/// The formats there are. A new one is a file in this folder, a line here, in [`Format::ALL`], and in [`open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal, or in a pipe.
    Terminal,
    /// One JSON object a line, as soon as it is known.
    Ndjson,
    /// The same as one document.
    Json,
    /// A page to look round in.
    Html,
}

impl Format {
    /// Every format, in the order in which they are listed.
    pub const ALL: [Format; 4] = [Format::Terminal, Format::Ndjson, Format::Json, Format::Html];

    /// The word that `--format` and `--output` take.
    pub fn name(self) -> &'static str {
        match self {
            Format::Terminal => "terminal",
            Format::Ndjson => "ndjson",
            Format::Json => "json",
            Format::Html => "html",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How much the terminal and Markdown reports show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Show {
    /// What needs someone, and what to review.
    Attention,
    /// All that is not clean.
    Changes,
    /// Everything.
    All,
}

/// How a report for people looks.
#[derive(Clone, Debug)]
pub struct Look {
    /// SGR colours may be written.
    pub color: bool,
    /// Characters beyond ASCII may be used for signs; text from the input is shown either way.
    pub unicode: bool,
    /// Columns to fit into.
    pub width: usize,
    /// What is shown.
    pub show: Show,
}

/// The report of this format that writes to `out`. Reports buffer for themselves; `out` need not.
pub fn open(format: Format, look: &Look, out: Box<dyn io::Write>) -> Box<dyn Report> {
    match format {
        Format::Terminal => Box::new(terminal::Terminal::new(look, out)),
        Format::Ndjson => Box::new(ndjson::Ndjson::new(out)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Html => Box::new(html::Html::new(out)),
    }
}
