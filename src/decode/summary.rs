//! Salt's count at the foot of a run (`salt.output.highstate._format_host`).

use logos::Logos;

use crate::frame::colour;
use crate::record::{Place, Record, Summary};

/// The words of a Summary, in every spelling that Salt has had. What is none of them says nothing.
#[derive(Clone, Copy, Debug, Logos, PartialEq)]
enum Word {
    #[token("Succeeded:")]
    Succeeded,
    #[token("unchanged=")]
    Unchanged,
    #[token("changed=")]
    #[token("Changed:")]
    Changed,
    #[token("Failed:")]
    Failed,
    #[token("Warnings:")]
    Warnings,
    // Before 2014.7: states that did not run under `test=True`.
    #[token("Not Run:")]
    NotRun,
    #[token("Total states run:")]
    #[token("Total:")]
    Total,
    #[token("Total run time:")]
    RunTime,
    #[regex(r"[0-9]+(\.[0-9]+)?", |lexer| lexer.slice().parse().ok())]
    Number(f64),
    #[token("ms")]
    Milliseconds,
    #[token("s")]
    Seconds,
}

/// A Summary.
pub(super) fn summary<'a>(at: Place<'a>, unit: &'a [u8]) -> Record<'a> {
    let mut summary = Summary { at, ..Summary::default() };
    let plain = colour::strip(unit);
    let plain = String::from_utf8_lossy(&plain);
    // The first line names the minion, which may hold any of these words.
    let counts = plain.find("Summary").and_then(|at| plain[at..].find('\n').map(|end| &plain[at + end..]));
    let mut label = None;
    let mut time = None;
    for word in Word::lexer(counts.unwrap_or_default()).flatten() {
        match (word, label) {
            (Word::Number(number), Some(Word::RunTime)) => time = Some(number),
            // Once: a percentage that follows is no count.
            (Word::Number(number), _) => {
                label.take().map_or((), |label| count(&mut summary, label, number as u64))
            }
            (Word::Milliseconds, _) => summary.run_time_ms = time.take(),
            (Word::Seconds, _) => summary.run_time_ms = time.take().map(|seconds| seconds * 1000.0),
            (word, _) => label = Some(word),
        }
    }
    Record::Summary(summary)
}

fn count(summary: &mut Summary<'_>, label: Word, number: u64) {
    let field = match label {
        Word::Succeeded => &mut summary.succeeded,
        Word::Unchanged | Word::NotRun => &mut summary.unchanged,
        Word::Changed => &mut summary.changed,
        Word::Failed => &mut summary.failed,
        Word::Warnings => &mut summary.warnings,
        Word::Total => &mut summary.total,
        Word::RunTime | Word::Number(_) | Word::Milliseconds | Word::Seconds => return,
    };
    *field = number;
}
