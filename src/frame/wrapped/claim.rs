//! What a line says about its prefix: where one of Salt's own words stands, and how far left of it the line should begin.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::super::text::{self, log};
use super::{Layer, repair};

/// What a line claims to be, were this prefix taken off.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// How long the prefix is.
    pub(super) at: usize,
    pub(super) layers: Vec<Layer>,
    /// It can hardly be anything else.
    pub(super) strong: bool,
    /// It is enough by itself, if the prefix is known.
    pub(super) alone: bool,
    /// It is enough by itself, whatever the prefix.
    pub(super) sure: bool,
    /// The blanks at the prefix's end are certain.
    pub(super) exact: bool,
}

impl Claim {
    /// Is the prefix one that is known by name?
    pub(super) fn is_known(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer, Layer::Prefix { known: true, .. } | Layer::Quoted))
    }

    /// The prefix without the blanks at its end.
    pub(super) fn core(&self) -> Vec<Layer> {
        let mut layers: Vec<Layer> = self.layers.iter().filter(|layer| !layer.is_margin()).cloned().collect();
        if let Some(gap) = layers.last_mut().and_then(Layer::gap) {
            *gap = 0;
        }
        layers
    }

    /// Do both mean the same prefix?
    pub(super) fn agrees(&self, other: &Claim) -> bool {
        if self.exact && other.exact {
            return self.layers == other.layers;
        }
        self.core() == other.core()
    }
}

/// Words that tell: lines without any say nothing about a prefix.
const WORDS: [&str; 30] = [
    "State: - ",
    "----------",
    "ID: ",
    "Function: ",
    "Name: ",
    "Result:",
    "Comment:",
    "Changes:",
    "Started: ",
    "Duration: ",
    "Summary",
    "Succeeded:",
    "Failed:",
    "Total",
    "Data failed to compile",
    "_|-",
    "[INFO",
    "[ERROR",
    "[WARNING",
    "[DEBUG",
    "[CRITICAL",
    "[TRACE",
    "[PROFILE",
    "Minion did not return",
    "Executing run on",
    "No minions matched",
    "did not respond",
    "ERROR: ",
    "Salt request timed out",
    "\": ",
];

static TELLING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());

/// Does the line hold a word of Salt's, or end like a header?
pub(in super::super) fn tells(line: &[u8]) -> bool {
    hints(line) || tells_clearly(line)
}

/// A brace, or a colon near the end: a header, perhaps painted.
fn hints(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line[line.len().saturating_sub(12)..].contains(&b':') || line.contains(&b'{')
}

/// Does the line hold a word that hardly anybody but Salt uses?
pub(super) fn tells_clearly(line: &[u8]) -> bool {
    let line = &line[..line.len().min(2048)];
    TELLING.as_ref().is_some_and(|telling| telling.is_match(line))
}

/// Everything that a line, cleaned of escapes, claims.
pub(super) fn claims(line: &[u8]) -> Vec<Claim> {
    let (mut flushed, mut claims) = (Vec::new(), Vec::new());
    let line = line.trim_ascii_end();
    let mut claim = |at: usize, strong: bool, alone: bool, exact: bool| {
        let layers = Layer::of(&line[..at]);
        let sure = alone && document(line).is_some_and(|(document, _)| document == at);
        claims.push(Claim { at, layers, strong, alone, exact, sure });
    };
    if let Some((column, strong)) = flush(line) {
        let layers = vec![Layer::Flush { column, missing: None, over: false }];
        flushed.push(Claim { at: 0, layers, strong, alone: false, exact: true, sure: false });
    }
    if let Some(at) = logged(line) {
        claim(at, true, true, true);
    } else if let Some(at) = event(line) {
        claim(at, true, true, true);
    } else if let Some((at, whole)) = document(line) {
        claim(at, whole, whole, true);
    } else if let Some(at) = rule(line) {
        // The dashes of a mapping look the same.
        claim(at, false, false, true);
    } else if let Some((at, alone)) = labelled(line) {
        claim(at, true, alone, true);
    } else if let Some(at) = counted(line) {
        claim(at, true, false, true);
    } else if let Some((at, exact)) = tabular(line) {
        claim(at, true, exact, exact);
    } else if let Some(at) = find(line, b"_|-").and_then(|at| keyed(line, at)) {
        claim(at, true, true, false);
    } else if let Some(at) = member(line) {
        claim(at, true, false, false);
    } else if let Some(at) = noticed(line) {
        claim(at, true, true, true);
    } else if let Some(missing) = outdented(line) {
        let layers = vec![Layer::Outdent { columns: missing, over: false }];
        claims.push(Claim { at: 0, layers, strong: true, alone: false, exact: true, sure: false });
    } else if let Some(at) = headed(line) {
        // The name may stand right behind a colon of the prefix.
        let name = &line[at..line.len() - 1];
        if let Some(colon) = memchr::memrchr(b':', name) {
            claim(at + colon + 1, false, false, true);
        }
        claim(at, false, false, true);
    }
    flushed.extend(claims);
    flushed
}

fn find(line: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::find(line, word)
}

/// Ten dashes and nothing behind them, but what closes a string of JSON.
fn rule(line: &[u8]) -> Option<usize> {
    let line = unclosed(line);
    let dashes = line.iter().rev().take_while(|byte| **byte == b'-').count();
    (dashes == 10 && line.len() - dashes < 200).then(|| line.len() - dashes)
}

/// A line that is a string in a list of JSON, without what closes it.
fn unclosed(line: &[u8]) -> &[u8] {
    if line.trim_ascii_start().first() != Some(&b'"') {
        return line;
    }
    let line = line.strip_suffix(b",").unwrap_or(line);
    line.strip_suffix(b"\"").unwrap_or(line)
}

/// A label of a block, or a state on one line.
fn labelled(line: &[u8]) -> Option<(usize, bool)> {
    if let (Some(name), Some(_), Some(_)) =
        (find(line, b"Name: "), find(line, b" - Function: "), find(line, b" - Result: "))
    {
        let blanks = line[..name].iter().rev().take_while(|byte| **byte == b' ').count();
        // Until 2014.1 there was one blank, and the result was Python's.
        let old = [&b"True"[..], b"False", b"None"].iter().any(|result| line.ends_with(result));
        let indent = if old { 1 } else { 2 };
        return (blanks >= indent).then(|| (name - indent, true));
    }
    text::label_within(line).map(|at| (at, false))
}

/// A log line as the console has it.
fn logged(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'[', &line[..line.len().min(256)]).find(|at| {
        let bare = *at == 0 || line[at - 1] != b']';
        bare && log::prefix(&line[*at..]).is_some_and(|prefix| prefix.is_salts() && prefix.level.len() >= 4)
    })
}

/// An event of Salt's bus: its tag, a tab, and JSON.
fn event(line: &[u8]) -> Option<usize> {
    let tag = &line[..find(line, b"\t{")?];
    let starts = |at: &usize| at.checked_sub(1).is_none_or(|before| !tag[before].is_ascii_alphanumeric());
    let jid = tag.len().checked_sub(20).filter(|at| tag[*at..].iter().all(u8::is_ascii_digit));
    let word = tag.iter().rposition(|byte| *byte <= b' ').map_or(0, |at| at + 1);
    let path = || find(&tag[word..], b"salt/").map(|at| word + at);
    jid.or_else(path).filter(starts)
}

/// A document of JSON or of Python's literals, and whether it holds states in this line.
fn document(line: &[u8]) -> Option<(usize, bool)> {
    if line.ends_with(b"{") && !line.contains(&b'"') {
        return Some((line.len() - 1, false));
    }
    let at = find(line, b"{\"").or_else(|| find(line, b"{'"))?;
    let state = find(line, b"_|-");
    (state.is_none_or(|state| at < state) && !line[..at].contains(&b'"')).then_some((at, state.is_some()))
}

/// Does this line hold a document with a state in it?
pub(in super::super) fn holds_states(line: &[u8]) -> bool {
    document(line).is_some_and(|(_, state)| state)
}

/// A member of a JSON document, which may stand anywhere in its line.
fn member(line: &[u8]) -> Option<usize> {
    let colon = find(line, b"\": ")?;
    let open = memchr::memchr(b'"', line).filter(|open| *open < colon)?;
    (!line[open + 1..colon].contains(&b'"')).then(|| line[..open].trim_ascii_end().len())
}

/// What Salt's commands say about the run.
fn noticed(line: &[u8]) -> Option<usize> {
    const WORDS: [&[u8]; 5] =
        [b"Executing run on ", b"No minions matched ", b"Minion ", b"ERROR: ", b"Salt request timed out."];
    WORDS.iter().find_map(|word| find(line, word).filter(|at| text::is_notice(&line[*at..])))
}

/// Lines of a Summary, and of what minions return.
fn counted(line: &[u8]) -> Option<usize> {
    const LINES: [(&[u8], usize); 9] = [
        (b"State: - ", 4),
        (b"Summary for ", 0),
        (b"Succeeded: ", 0),
        (b"Failed: ", 0),
        (b"Total states run: ", 0),
        (b"Total run time: ", 0),
        (b"Total: ", 0),
        (b"Data failed to compile:", 4),
        (b"Minion did not return", 4),
    ];
    let found = LINES.iter().find_map(|(word, indent)| {
        let at = find(line, word)?;
        let blanks = line[..at].iter().rev().take_while(|byte| **byte == b' ').count();
        (blanks >= *indent).then(|| at - indent)
    });
    found.or_else(|| line.ends_with(b"Summary").then(|| line.len() - 7))
}

/// A state on a line of a table; true if it is certain where the line begins.
fn tabular(line: &[u8]) -> Option<(usize, bool)> {
    if let Some(close) = find(line, b" ms] ") {
        let open = memchr::memrchr(b'[', &line[..close])?;
        let at = open.checked_sub(16)?;
        return text::is_timed(&line[at..]).then_some((at, true));
    }
    let name = find(line, b"   Name: ")?;
    let words = line[..name].trim_ascii_end();
    let result = memchr::memrchr(b' ', words)?;
    let function = words[..result].trim_ascii_end();
    let at = memchr::memrchr(b' ', function).map_or(0, |at| at + 1);
    let core = line[..at].trim_ascii_end().len();
    text::is_tabular(&line[at..]).then_some((core, false))
}

/// The key of a state, where it begins: behind quotes and blanks, which say nothing about the prefix.
fn keyed(line: &[u8], at: usize) -> Option<usize> {
    let start = line[..at]
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .map_or(0, |at| at + 1);
    (start < at).then(|| line[..start].trim_ascii_end().strip_suffix(b"\"").unwrap_or(&line[..start]).len())
}

/// A label that stands too far left, and by how much.
fn outdented(line: &[u8]) -> Option<usize> {
    let blanks = line.iter().take_while(|byte| **byte == b' ').count();
    (1..=4).find(|missing| {
        let padded = [&b"    "[..*missing], line].concat();
        // One blank behind the colon: more have the labels of 2014 and before, which stand elsewhere.
        let text = memchr::memchr(b':', line).map(|colon| &line[colon + 1..]);
        let single =
            text.is_some_and(|text| text.is_empty() || text.starts_with(b" ") && !text.starts_with(b"  "));
        single && text::is_label(&padded) && text::label_within(line).is_none() && blanks + missing <= 10
    })
}

/// A label at the column where it may stand below others, and whether what stands behind it can hardly be anything else.
fn flush(line: &[u8]) -> Option<(usize, bool)> {
    let column = line.iter().take_while(|byte| **byte == b' ').count();
    let text = line.get(column..).filter(|_| column <= 4)?;
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let function = |text: &[u8]| {
        let mut parts = text.split(|byte| *byte == b'.');
        parts.by_ref().all(|part| !part.is_empty() && part.iter().all(word)) && text.contains(&b'.')
    };
    match text {
        [b'I', b'D', b':', b' ', _, ..] => Some((column, true)),
        _ if text.strip_prefix(b"Function: ").is_some_and(function) => Some((column, true)),
        b"Result: True" | b"Result: False" | b"Result: None" => Some((column, false)),
        _ => None,
    }
}

/// A minion's header: the last word of the line.
fn headed(line: &[u8]) -> Option<usize> {
    let name = line.strip_suffix(b":")?;
    let at = name.iter().rposition(|byte| byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    text::is_header(&line[at..]).then_some(at)
}

/// A line as claims are read from it: without escapes, and without the `$` of `cat -e`.
pub(super) fn cleaned(line: &[u8]) -> Vec<u8> {
    let line = repair::escapes(line);
    let line = repair::unbroken(&line);
    let line = line.trim_ascii_end();
    line.strip_suffix(b"$").unwrap_or(line).to_vec()
}
