//! The wrappers that are known by name: what logs and tools put before each line. Adding one is adding one entry.
//!
//! An entry is a pattern for a prefix without the blanks that stand behind it: how many there are is learned from the
//! lines. `{word}` stands for a name that stays the same from line to line (a host, a machine), `{name}` for one without slashes, `{clock}` and `{date}`
//! for the time, which the records get. Whatever else stays the same, but for its numbers, needs no entry
//! (`Layer::learned`).

use std::sync::LazyLock;

use regex::bytes::Regex;

/// A date with a clock as ISO 8601 and its relatives have it.
const DATE: &str =
    r"(?<time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)";

/// A clock alone.
const CLOCK: &str = r"(?<time>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)";

/// What each wrapper begins lines with. The first that fits is taken, so the longer stand first.
const KNOWN: &[&str] = &[
    // GitLab: `2024-05-01T10:00:00.123456Z 01O text`
    r"{date} \d\d[OE]\+?",
    // teuthology: `2019-03-26T10:27:44.928 INFO:teuthology.orchestra.run.host.stdout:text`
    r"{date} (?:DEBUG|INFO|WARNING|ERROR):{word}\.std(?:out|err):",
    // Qubes: `2020-04-29 08:52:05,746 output: text`
    r"{date} output:",
    // syslog since RFC 5424, and with ISO dates
    r"<\d+>1 {date} \S+ {word} \S+ \S+ (?:-|\[[^\]]*\])",
    r"{date} [\w.-]+ {word}(?:\[\d+\])?:",
    // syslog, journald: `Aug 15 03:30:38 host salt-call[57]: text`
    r"(?:<\d+>)?(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) [\w.-]+ {word}(?:\[\d+\])?:",
    // Kitchen's log files: `I, [2020-01-01T00:00:00.000000 #12]  INFO -- default-ubuntu: text`
    r"[A-Z], \[{date} #\d+\] +[A-Z]+ -- {word}:",
    // GitHub Actions, Azure, Kubernetes, Docker with times, anything with a date
    r"{date}",
    r"\[{date}\]",
    // Jenkins
    r"{clock}",
    r"\[{clock}\]",
    // Docker build: `#12 3.456 text`
    r"#\d+ \d+\.\d+",
    // Docker compose: `web-1  | text`
    r"{word} +\|",
    // Vagrant, Packer: `    default: text`, and `==> default: text` for what goes to stderr
    r"(?:==>|   ) {word}:",
    // Vagrant before 1.5, Kubernetes: `[default] text`, `[pod/web-0/salt] text`
    r"\[pod/{word}\]",
    r"\[{name}\]",
    // Quotes in mail and Markdown
    r">(?: ?>)*",
    // cat -n, nl; grep -n
    r" *\d+\t",
    r" *\d+[:|]",
];

/// An entry, ready to match at the start of a line.
#[derive(Debug)]
pub(super) struct Known {
    pattern: &'static str,
    regex: Regex,
}

static TABLE: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let known = |pattern: &&'static str| {
        Some(Known { pattern, regex: compile(pattern, r"(?<word>[\w./@-]+)", r"(?<word>[\w.-]+)")? })
    };
    KNOWN.iter().filter_map(known).collect()
});

/// The pattern, at the start of a line, with this in place of its word.
fn compile(pattern: &str, word: &str, name: &str) -> Option<Regex> {
    let pattern = pattern.replace("{date}", DATE).replace("{clock}", CLOCK);
    let pattern = pattern.replace("{word}", word).replace("{name}", name);
    Regex::new(&format!("^(?-u:{pattern})")).ok()
}

/// The entry that these bytes begin with, made for the word that they have; and how long the prefix is.
pub(super) fn known(bytes: &[u8]) -> Option<(Regex, usize)> {
    TABLE.iter().find_map(|known| {
        let found = known.regex.captures(bytes)?;
        let regex = match found.name("word") {
            Some(word) => {
                let word = String::from_utf8_lossy(word.as_bytes());
                let word = regex::escape(&word);
                compile(known.pattern, &word, &word)?
            }
            None => known.regex.clone(),
        };
        Some((regex, found[0].len()))
    })
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, TABLE};

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(TABLE.len(), KNOWN.len());
    }
}
