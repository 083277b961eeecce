//! What is shown: one file for each format, all behind [`Report`].
//!
//! A report is given records with their verdicts, in order, and writes to the writer it was made with. It parses
//! nothing, counts nothing (the [`Digest`](crate::digest::Digest) does), and decides nothing.

use std::io;

use crate::digest::Digest;
use crate::record::Record;
use crate::verdict::Verdict;

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

/// A format that reports are written in.
pub trait Report {
    /// Takes the next record, in input order.
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()>;
    /// Input pauses: what is known must now be visible.
    fn pause(&mut self) -> io::Result<()>;
    /// The input is over.
    fn finish(&mut self, digest: &Digest) -> io::Result<()>;
}

/// The formats there are. A new one is a file in this folder and a line in [`open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal, or in a pipe.
    Terminal,
    /// One JSON object a line, as soon as it is known.
    Ndjson,
    /// The same as one document.
    Json,
}

impl Format {
    /// Every format, in the order in which they are listed.
    pub const ALL: [Format; 3] = [Format::Terminal, Format::Ndjson, Format::Json];

    /// The word that `--format` and `--output` take.
    pub fn name(self) -> &'static str {
        match self {
            Format::Terminal => "terminal",
            Format::Ndjson => "ndjson",
            Format::Json => "json",
        }
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

/// The report of this format that writes to `out`.
pub fn open(format: Format, look: &Look, out: Box<dyn io::Write>) -> Box<dyn Report> {
    let _ = (format, look, out);
    struct Nothing;
    impl Report for Nothing {
        fn record(&mut self, _: &Seen<'_, '_>) -> io::Result<()> {
            Ok(())
        }
        fn pause(&mut self) -> io::Result<()> {
            Ok(())
        }
        fn finish(&mut self, _: &Digest) -> io::Result<()> {
            Ok(())
        }
    }
    Box::new(Nothing)
}
