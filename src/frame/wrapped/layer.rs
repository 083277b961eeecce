//! One thing that lies around lines, and how it is taken off.

use regex::bytes::Regex;

use super::super::text::{self, blank};
use super::{repair, table};

/// What is taken off each line. A line that does not have it passes as it is: only parts of an input may be wrapped.
#[derive(Clone, Debug)]
pub(in super::super) enum Layer {
    /// What the pattern matches at the start, and up to so many blanks behind it.
    Prefix { regex: Regex, gap: usize, known: bool },
    /// So many blanks before each line. It ends where one of Salt's own lines stands left of them.
    Indent { columns: usize, fresh: bool, over: bool },
    /// So many blanks are missing before each line but those at column 0. It ends where none are missing.
    Outdent { columns: usize, over: bool },
    /// Labels stand one below the other at this column, and what is indented stands so much too far left.
    Flush { column: usize, missing: Option<usize>, over: bool },
    /// Escape sequences in any guise.
    Escapes,
    /// Blanks that do not break lines, where pages mean blanks.
    Unbroken,
    /// `$` at each end, and what else `cat -e` writes.
    Cat,
    /// Entities of HTML.
    Entities,
    /// Blanks at each end.
    Trailing,
    /// Each line is a string in a list of JSON.
    Quoted,
    /// What a progress bar wrote before it went back to the start of the line.
    Overwritten,
    /// An empty line behind each.
    Spaced { due: bool, missed: u8 },
}

impl PartialEq for Layer {
    fn eq(&self, other: &Layer) -> bool {
        match (self, other) {
            (Layer::Prefix { regex, gap, .. }, Layer::Prefix { regex: other, gap: others, .. }) => {
                regex.as_str() == other.as_str() && gap == others
            }
            (Layer::Indent { columns, .. }, Layer::Indent { columns: others, .. }) => columns == others,
            (Layer::Outdent { columns, .. }, Layer::Outdent { columns: others, .. }) => columns == others,
            (Layer::Flush { column, .. }, Layer::Flush { column: others, .. }) => column == others,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// As many lines in a row may lack the empty line behind them before they count as single-spaced.
const MISSES: u8 = 4;

impl Layer {
    /// The layers that make up a prefix, outermost first.
    pub(super) fn of(prefix: &[u8]) -> Vec<Layer> {
        let mut layers = Vec::new();
        let mut rest = prefix;
        if prefix.trim_ascii() == b"\"" {
            return vec![Layer::Quoted];
        }
        if let Some(at) = memchr::memrchr(b'\r', prefix) {
            layers.push(Layer::Overwritten);
            rest = &prefix[at + 1..];
        }
        while !blank(rest) {
            let Some((regex, length)) = table::known(rest) else {
                layers.extend(Layer::learned(rest));
                return layers;
            };
            rest = &rest[length..];
            let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
            let gap = match blank(rest) {
                true => rest.len(),
                // One belongs to it, if the next can stand without.
                false => usize::from(blanks > 0 && table::known(&rest[1..]).is_some()),
            };
            layers.push(Layer::Prefix { regex, gap, known: true });
            rest = &rest[gap..];
        }
        if rest.contains(&b'\t') {
            layers
                .extend(Regex::new(&format!("^{}", String::from_utf8_lossy(rest))).ok().map(Layer::exactly));
        } else if !rest.is_empty() {
            layers.push(Layer::Indent { columns: rest.len(), fresh: true, over: false });
        }
        layers
    }

    /// What this matches, and no blanks behind it.
    fn exactly(regex: Regex) -> Layer {
        Layer::Prefix { regex, gap: 0, known: false }
    }

    /// A prefix that nobody knows: it stays the same but for its numbers, and for blanks that align it.
    fn learned(prefix: &[u8]) -> Option<Layer> {
        let core = prefix.trim_ascii_end();
        let mut pattern = String::from("^(?-u:");
        let mut last = 0;
        for byte in core {
            let (class, part) = match byte {
                b'0'..=b'9' => (1, r"\d+".to_owned()),
                b' ' | b'\t' => (2, r"[ \t]+".to_owned()),
                0x80.. => (3, format!(r"\x{byte:02X}")),
                _ => (3, regex::escape(&char::from(*byte).to_string())),
            };
            if class == 3 || class != last {
                pattern.push_str(&part);
            }
            last = class;
        }
        pattern.push(')');
        let regex = Regex::new(&pattern).ok()?;
        Some(Layer::Prefix { regex, gap: prefix.len() - core.len(), known: false })
    }

    /// True if blanks are all that it takes off or adds.
    pub(super) fn is_margin(&self) -> bool {
        matches!(self, Layer::Indent { .. } | Layer::Outdent { .. })
    }

    /// The blanks behind a prefix, if it is one.
    pub(super) fn gap(&mut self) -> Option<&mut usize> {
        match self {
            Layer::Prefix { gap, .. } => Some(gap),
            _ => None,
        }
    }

    /// True if the lines behind it need not be taken at all any more.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Layer::Indent { over, .. } | Layer::Outdent { over, .. } | Layer::Flush { over, .. } => *over,
            Layer::Spaced { missed, .. } => *missed >= MISSES,
            _ => false,
        }
    }

    /// Takes the layer off a line, whose line end is off already. The clock that the prefix shows goes to `clock`.
    /// False if the line is nothing but the layer itself and must go.
    pub(super) fn take(&mut self, line: &mut Vec<u8>, clock: &mut Option<String>) -> bool {
        match self {
            Layer::Prefix { regex, gap, .. } => {
                // Salt's own lines can begin with a clock, too.
                if line.first().is_some_and(u8::is_ascii_digit) && text::is_timed(line) {
                    return true;
                }
                let Some(found) = regex.captures(line) else { return true };
                if let Some(time) = found.name("time") {
                    *clock = Some(String::from_utf8_lossy(time.as_bytes()).into_owned());
                }
                let core = found.get(0).map_or(0, |found| found.end());
                let blanks = line[core..].iter().take(*gap).take_while(|byte| **byte == b' ').count();
                if blanks < *gap && *gap > 1 && !blank(&line[core..]) {
                    // It was taken for wider than it is.
                    *gap = blanks;
                }
                line.drain(..core + blanks);
            }
            Layer::Indent { columns, fresh, over } => {
                let blanks = line.iter().take(*columns).take_while(|byte| **byte == b' ').count();
                let left = blanks < *columns && !blank(line);
                *over |= !*fresh && (left && text::is_structure(line) || text::is_natural(line));
                if *over || left {
                    // What stands left of the indentation is not indented.
                } else {
                    line.drain(..blanks);
                }
                *fresh = false;
            }
            Layer::Outdent { columns, over } => {
                *over |= text::is_natural(line);
                let blanks = line.iter().take_while(|byte| **byte == b' ').count();
                let content = blanks + *columns >= text::CONTENT;
                let padded = || [&b"    "[..*columns], line].concat();
                if !*over && !blank(line) && (content || text::is_label(&padded())) {
                    *line = padded();
                }
            }
            Layer::Flush { column, missing, over } => {
                *over |= text::is_natural(line);
                let blanks = line.iter().take_while(|byte| **byte == b' ').count();
                if *over || blank(line) || blanks < *column {
                    // Nothing of a block.
                } else if blanks > *column {
                    let missing = *missing.get_or_insert(text::CONTENT.saturating_sub(blanks));
                    line.splice(..0, std::iter::repeat_n(b' ', missing));
                } else if let Some(aligned) = text::aligned(&line[blanks..]) {
                    (*line, *missing) = (aligned, None);
                }
            }
            Layer::Unbroken => *line = repair::unbroken(line).into_owned(),
            Layer::Escapes => *line = repair::escapes(line).into_owned(),
            Layer::Cat => {
                if line.last() == Some(&b'$') {
                    line.pop();
                }
                *line = repair::cat(line);
            }
            Layer::Entities => *line = repair::entities(line),
            Layer::Trailing => line.truncate(line.trim_ascii_end().len()),
            Layer::Quoted => {
                if let Some(inner) = repair::unquoted(line) {
                    *line = inner;
                }
            }
            Layer::Overwritten => {
                if let Some(at) = memchr::memrchr(b'\r', line) {
                    line.drain(..=at);
                }
            }
            Layer::Spaced { due, missed } => {
                if *missed >= MISSES {
                    return true;
                }
                let empty = blank(line);
                if *due && empty {
                    (*due, *missed) = (false, 0);
                    return false;
                }
                if *due {
                    *missed += 1;
                }
                *due = true;
            }
        }
        true
    }
}
