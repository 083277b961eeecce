//! What is shown: one file for each format, all behind [`Report`].
//!
//! A report is given records with their verdicts, in order, and writes to the writer it was made with. It parses
//! nothing, counts nothing (the [`Digest`] does), and decides nothing.

use std::borrow::Cow;
use std::io;
use std::rc::Rc;

use crate::digest::Digest;
use crate::record::{Class, Record};
use crate::verdict::Verdict;

mod batch;
mod checkstyle;
mod concise;
mod finding;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod links;
mod markdown;
mod mask;
mod ndjson;
mod plain;
mod prometheus;
mod records;
mod runs;
#[cfg(test)]
mod sample;
mod sarif;
mod states;
mod summary;
mod terminal;
#[cfg(test)]
mod tests;
mod visible;
mod words;
mod xml;

pub use links::Links;
pub use mask::Mask;
pub(crate) use plain::plain as one_line;
pub use records::{End, Stored, Taken, read as read_record};
pub use states::States;

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

    /// The ID of the state whose change made this one run, where it is known.
    pub fn trigger(&self) -> Option<&'s str> {
        self.verdict.around.as_ref()?.triggered_by.as_deref()
    }
}

/// A format that reports are written in.
///
/// An error of kind [`BrokenPipe`](io::ErrorKind::BrokenPipe) means that nobody reads any more; it is passed up as it is.
pub trait Report {
    /// The least verdict of the records whose words it shows: what is below is only counted, and need not be masked.
    fn least(&self) -> Class {
        Class::Clean
    }
    /// Would it show the words of a state of this verdict now? Where there is no room left it would not.
    fn shows(&self, class: Class) -> bool {
        class >= self.least()
    }
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
    fn shows(&self, class: Class) -> bool {
        self.0.iter().any(|report| report.shows(class))
    }

    fn least(&self) -> Class {
        self.0.iter().map(|report| report.least()).min().unwrap_or(Class::ActionRequired)
    }

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
    /// One finding a line, as compilers say it.
    Concise,
    /// One line a minion.
    Summary,
    /// SARIF 2.1.0: code scanning.
    Sarif,
    /// Test suites.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
    /// For a comment or a chat.
    Markdown,
    /// Gauges for node_exporter's textfile collector.
    Prometheus,
    /// The XML that Jenkins and reviewdog read.
    Checkstyle,
    /// A page to look round in.
    Html,
}

impl Format {
    /// Every format, in the order in which they are listed.
    pub const ALL: &[Format] = &[
        Format::Terminal,
        Format::Ndjson,
        Format::Json,
        Format::Html,
        Format::Concise,
        Format::Summary,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Markdown,
        Format::Prometheus,
        Format::Checkstyle,
    ];

    /// The word that `--format` and `--output` take.
    pub fn name(self) -> &'static str {
        match self {
            Format::Terminal => "terminal",
            Format::Ndjson => "ndjson",
            Format::Json => "json",
            Format::Concise => "concise",
            Format::Summary => "summary",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Markdown => "markdown",
            Format::Prometheus => "prometheus",
            Format::Checkstyle => "checkstyle",
            Format::Html => "html",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// How much the reports of findings show.
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
    /// Findings are listed once for all minions, and not under each.
    pub group: bool,
    /// Places are links, if the terminal follows them.
    pub links: Option<Links>,
    /// Where states are declared, to be shown beside what became of them.
    pub states: Option<Rc<States>>,
}

/// What some formats need besides.
#[derive(Default)]
pub struct Around {
    /// Where states are declared (`--states-root`), for formats that point at files.
    pub states: Option<Rc<States>>,
    /// Where a job's summary goes (`$GITHUB_STEP_SUMMARY`), for the `github` format.
    pub step_summary: Option<Box<dyn io::Write>>,
}

/// The report of this format that writes to `out`. Reports buffer for themselves; `out` need not.
pub fn open(format: Format, look: &Look, out: Box<dyn io::Write>) -> Box<dyn Report> {
    open_with(format, look, Around::default(), out)
}

/// The same, with what some formats need besides.
pub fn open_with(format: Format, look: &Look, around: Around, out: Box<dyn io::Write>) -> Box<dyn Report> {
    let Around { states, step_summary } = around;
    match format {
        Format::Terminal => Box::new(terminal::Terminal::new(&Look { states, ..look.clone() }, out)),
        Format::Ndjson => Box::new(ndjson::Ndjson::new(out)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Concise => Box::new(concise::Concise::new(look.show, states, out)),
        Format::Summary => Box::new(summary::Summary::new(out)),
        Format::Sarif => Box::new(sarif::Sarif::new(look.show, states, out)),
        Format::Junit => Box::new(junit::Junit::new(out)),
        Format::Github => Box::new(github::Github::new(look, states, step_summary, out)),
        Format::Gitlab => Box::new(gitlab::Gitlab::new(look.show, states, out)),
        Format::Markdown => Box::new(markdown::Markdown::new(look.show, out)),
        Format::Prometheus => Box::new(prometheus::Prometheus::new(out)),
        Format::Checkstyle => Box::new(checkstyle::Checkstyle::new(look.show, states, out)),
        Format::Html => Box::new(html::Html::new(out)),
    }
}
