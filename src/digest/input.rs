//! What is noticed of the input that is being read: was anything in it recognised, and if not, what may it be?

use crate::record::Record;

/// So much of what was not recognised is looked at.
const LOOKED_AT: usize = 64 << 10;
/// So many lines that only an SLS source holds make it one.
const SLS_LINES: usize = 2;

/// What is noticed of one input.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    recognised: bool,
    /// Something else is known to be wrong with it.
    faulty: bool,
    /// Bytes of strays that were looked at.
    looked_at: usize,
    binary: bool,
    sls_lines: usize,
}

impl Noticed {
    /// Takes note of a record.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        match record {
            Record::State(_) | Record::Message(_) | Record::Summary(_) => self.recognised = true,
            Record::Fault(_) => self.faulty = true,
            Record::Stray(stray) if !self.recognised && self.looked_at < LOOKED_AT => {
                let raw = stray.text.raw();
                let raw = raw.get(..LOOKED_AT - self.looked_at).unwrap_or(raw);
                self.looked_at += raw.len().max(1);
                self.binary |= raw.contains(&0);
                self.sls_lines += raw.split(|byte| *byte == b'\n').filter(|line| is_sls(line)).count();
            }
            Record::Stray(_) | Record::RunEnd(_) => {}
        }
    }

    /// If nothing was recognised: that, and what it may be.
    pub(super) fn unrecognised(&self, file: &str) -> Option<String> {
        if self.recognised || self.faulty {
            return None;
        }
        let name = if file == "-" { "standard input" } else { file };
        let hint = if self.looked_at == 0 {
            ": it is empty"
        } else if self.binary {
            ": it is a binary file"
        } else if file.ends_with(".sls") || self.sls_lines >= SLS_LINES {
            ": this looks like an SLS source: salt-lint checks those"
        } else {
            ""
        };
        Some(format!("{name}: nothing in it looks like Salt's output{hint}"))
    }
}

/// A line that an SLS source holds and little else: `  pkg.installed:`, `- require:`, `{% if … %}`, `include:`.
fn is_sls(line: &[u8]) -> bool {
    const ARGUMENTS: [&[u8]; 10] = [
        b"- name:",
        b"- names:",
        b"- require:",
        b"- watch:",
        b"- onchanges:",
        b"- source:",
        b"- pkgs:",
        b"- unless:",
        b"- onlyif:",
        b"- contents:",
    ];
    let indented = line.first() == Some(&b' ');
    let line = line.trim_ascii();
    let is_function = || {
        let function = line.strip_suffix(b":").or_else(|| line.strip_suffix(b": []"));
        let mut parts = function.unwrap_or_default().split(|byte| *byte == b'.');
        let is_word = |part: Option<&[u8]>| {
            part.is_some_and(|part| {
                !part.is_empty() && part.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
            })
        };
        is_word(parts.next()) && is_word(parts.next()) && parts.next().is_none()
    };
    (indented && (ARGUMENTS.iter().any(|argument| line.starts_with(argument)) || is_function()))
        || line == b"include:"
        || line.starts_with(b"{%")
        || line.starts_with(b"#!jinja")
}
