//! What is wrong with a rule file, said so that it can be put right: the place, what is wrong, what to write instead.
//!
//! Here live the errors and how they look. What is an error is decided by the files that read the parts of a rule.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode,
};

use super::excerpt::excerpt;

/// More than this helps nobody: the first are shown, the rest counted.
const SHOWN: usize = 30;

/// Everything that is wrong with the rule files that were to be loaded. None of them is used.
#[derive(Debug)]
pub struct LoadErrors {
    wrong: Vec<Wrong>,
}

/// One thing that is wrong with a rule file.
#[derive(Debug)]
pub struct Wrong {
    what: String,
    label: String,
    help: Option<String>,
    place: Option<(Arc<NamedSource<String>>, Range<usize>)>,
    /// It is to be known, and keeps nothing from working.
    warns: bool,
}

/// The file that is being read, and what was found wrong with it so far.
pub(super) struct Reading<'f> {
    /// The text as it stands in the file.
    pub(super) text: &'f str,
    /// It is built in, and the tests have read it: its expressions need not be checked once more.
    pub(super) trusted: bool,
    /// A byte, and the line it is in: lines are counted on from here.
    known: (usize, u64),
    found: Vec<Found>,
}

struct Found {
    span: Range<usize>,
    what: String,
    label: String,
    help: Option<String>,
    warns: bool,
}

impl<'f> Reading<'f> {
    pub(super) fn new(text: &'f str) -> Self {
        Reading { text, trusted: false, known: (0, 1), found: Vec::new() }
    }

    /// The line, from 1, that a byte is in.
    pub(super) fn line(&mut self, at: usize) -> u64 {
        let (from, line) = if self.known.0 <= at { self.known } else { (0, 1) };
        let between = self.text.as_bytes().get(from..at).unwrap_or_default();
        self.known = (at, line + memchr::memchr_iter(b'\n', between).count() as u64);
        self.known.1
    }

    /// Notes that `what` is wrong at `span`; `label` stands under the caret, `help` says what to write instead.
    pub(super) fn wrong(&mut self, span: Range<usize>, what: impl Into<String>, label: &str, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.found.push(Found { span, what: what.into(), label: label.to_owned(), help, warns: false });
    }

    /// The same of what is only to be known.
    pub(super) fn warn(&mut self, span: Range<usize>, what: impl Into<String>, label: &str, help: &str) {
        self.wrong(span, what, label, help);
        if let Some(last) = self.found.last_mut() {
            last.warns = true;
        }
    }

    /// Notes that `name` is none of `valid`, with the nearest of them.
    pub(super) fn unknown(&mut self, span: Range<usize>, kind: &str, name: &str, valid: &[&str]) {
        let help = match nearest(name, valid) {
            Some(near) => format!("Did you mean `{near}`? Possible here: {}.", valid.join(", ")),
            None => format!("Possible here: {}.", valid.join(", ")),
        };
        self.wrong(span, format!("`{name}` is no {kind}"), &format!("no such {kind}"), &help);
    }

    /// How much was found wrong so far.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Nothing was found wrong so far.
    pub(super) fn is_right(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, in the order in which it stands in the file.
    pub(super) fn finish(mut self, file: &str) -> Vec<Wrong> {
        if self.found.is_empty() {
            return Vec::new();
        }
        self.found.sort_by_key(|found| found.span.start);
        let (file, text) = (tame(file), tame(self.text));
        let source = Arc::new(NamedSource::new(&file, text.clone()));
        self.found
            .into_iter()
            .enumerate()
            .map(|(n, Found { span, what, label, help, warns })| {
                let start = span.start.min(self.text.len());
                let end = span.end.clamp(start, self.text.len());
                // A caret below a whole table or a long string points at nothing: keep to its first line.
                let line = self.text.get(start..end).and_then(|text| text.find('\n')).unwrap_or(end - start);
                let span = start..start + line;
                let cut = if n < SHOWN { excerpt(&text, span.clone()) } else { None };
                let place = Some(match cut {
                    Some((cut, span)) => (Arc::new(NamedSource::new(&file, cut)), span),
                    None => (Arc::clone(&source), span),
                });
                Wrong {
                    what: tame(&what),
                    label: tame(&label),
                    help: help.map(|help| tame(&help)),
                    place,
                    warns,
                }
            })
            .collect()
    }
}

impl Wrong {
    /// Something wrong with a path rather than a place in a file.
    pub(super) fn path(what: &str, help: &str) -> Self {
        Wrong { what: tame(what), label: String::new(), help: Some(tame(help)), place: None, warns: false }
    }

    /// True for what is only to be known.
    pub fn warns(&self) -> bool {
        self.warns
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The file it is in, with the line, from 1; none where the file could not be read.
    pub fn place(&self) -> Option<(&str, usize)> {
        let (source, span) = self.place.as_ref()?;
        let before = source.inner().get(..span.start)?;
        Some((source.name(), 1 + before.matches('\n').count()))
    }
}

impl LoadErrors {
    pub(super) fn new(wrong: Vec<Wrong>) -> Self {
        LoadErrors { wrong }
    }

    /// Each thing that is wrong, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Wrong> {
        self.wrong.iter()
    }

    /// All of it in words, for a person at a terminal of `width` columns.
    pub fn render(&self, width: usize, unicode: bool, color: bool) -> String {
        format!("{}{self}\n", self.places(width, unicode, color))
    }

    /// The first of it in words, each with its place.
    pub fn places(&self, width: usize, unicode: bool, color: bool) -> String {
        render(&self.wrong, width, unicode, color)
    }
}

/// The first of these in words, each with its place, for a person at a terminal of `width` columns.
pub fn render(wrong: &[Wrong], width: usize, unicode: bool, color: bool) -> String {
    let theme = match (unicode, color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme {
            styles: GraphicalTheme::unicode().styles,
            characters: GraphicalTheme::ascii().characters,
        },
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    let mut out = String::new();
    for wrong in wrong.iter().take(SHOWN) {
        // Writing into a String can't fail.
        let _ = handler.render_report(&mut out, wrong);
        out.push('\n');
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// How many of so many are not shown by [`render`].
pub fn not_shown(count: usize) -> usize {
    count.saturating_sub(SHOWN)
}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut files: Vec<&str> =
            self.wrong.iter().filter_map(|wrong| Some(wrong.place.as_ref()?.0.name())).collect();
        files.dedup();
        let many = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        write!(f, "No rules were loaded: {}", many(self.wrong.len(), "error"))?;
        if !files.is_empty() {
            write!(f, " in {}", many(files.len(), "file"))?;
        }
        match not_shown(self.wrong.len()) {
            0 => write!(f, "."),
            more => write!(f, ", {more} of them not shown."),
        }
    }
}

impl std::error::Error for LoadErrors {}

impl Diagnostic for LoadErrors {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.wrong.iter().map(|wrong| wrong as &dyn Diagnostic)))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Wrong {}

impl Diagnostic for Wrong {
    fn severity(&self) -> Option<Severity> {
        Some(if self.warns { Severity::Warning } else { Severity::Error })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help.as_deref()?))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let (source, _) = self.place.as_ref()?;
        Some(source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(
            Some(self.label.clone()),
            span.clone(),
        ))))
    }
}

/// The name that was probably meant.
pub(super) fn nearest<'v>(name: &str, valid: &[&'v str]) -> Option<&'v str> {
    let name = name.to_lowercase();
    valid
        .iter()
        .map(|valid| (strsim::damerau_levenshtein(&name, &valid.to_lowercase()), *valid))
        .filter(|(distance, valid)| {
            *distance <= 1 + valid.len().min(name.len()) / 3 || (name.len() > 2 && valid.starts_with(&name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, valid)| valid)
}

/// Control characters of a hostile file must not reach a terminal; what replaces them has as many bytes, so that
/// places stay right.
fn tame(text: &str) -> String {
    let calm = |c: char| match c {
        '\n' | '\t' => c,
        '\0'..='\x1f' | '\x7f' => '?',
        '\u{80}'..='\u{9f}' | '\u{61c}' => '¿',
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    };
    text.chars().map(calm).collect()
}
