//! What happened between two records and is none itself: a run was over, input was at fault. Published with the record
//! that follows, so that a report made from stored records is the same as one made from the input.

use serde::{Deserialize, Serialize};

use crate::record::{Fault, Place, Record, RunEnd, Text};
use crate::report::Seen;
use crate::report::words::words;

/// So many wait for the next record.
const WAITING: usize = 1000;

/// One such event.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::report) struct SinceV1 {
    /// `run-end`, or a fault's word.
    kind: String,
    file: String,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<String>,
    #[serde(skip_serializing_if = "is_zero", default)]
    depth: u16,
    /// Of a run's end: does it have its Summary?
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    /// Of a fault: does input end inside a unit?
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

fn is_zero(number: &u16) -> bool {
    *number == 0
}

/// Takes note of what is no record.
pub(super) fn note(waiting: &mut Vec<SinceV1>, seen: &Seen<'_, '_>) {
    if waiting.len() >= WAITING {
        return;
    }
    let event = |kind: &str, at: &Place<'_>| SinceV1 {
        kind: kind.to_owned(),
        file: seen.file.to_owned(),
        line: at.end_line,
        minion: at.minion.as_ref().map(|minion| words(minion).into_owned()),
        depth: at.depth,
        complete: None,
        cut: None,
        text: None,
    };
    match seen.record {
        Record::RunEnd(end) => {
            waiting.push(SinceV1 { complete: Some(end.complete), ..event("run-end", &end.at) });
        }
        Record::Fault(fault) => {
            let event = SinceV1 { line: fault.at.line, ..event(fault.kind, &fault.at) };
            waiting.push(SinceV1 { cut: Some(fault.cut), text: Some(fault.text.clone()), ..event });
        }
        Record::State(_) | Record::Message(_) | Record::Summary(_) | Record::Stray(_) => {}
    }
}

impl SinceV1 {
    /// The input it is of, and what it was.
    pub(super) fn back(self) -> (String, Record<'static>) {
        let at = Place {
            line: self.line,
            end_line: self.line,
            minion: self.minion.map(Text::owned),
            parent: None,
            depth: self.depth,
            time: None,
        };
        let record = match self.complete {
            Some(complete) => Record::RunEnd(RunEnd { at, complete }),
            None => Record::Fault(Fault {
                at,
                kind: kind(&self.kind),
                cut: self.cut.unwrap_or(false),
                text: self.text.unwrap_or_default(),
            }),
        };
        (self.file, record)
    }
}

/// The word for what is at fault; one that this version does not know is `other`.
pub(super) fn kind(word: &str) -> &'static str {
    const KINDS: [&str; 9] = [
        "cut",
        "json",
        "overlong",
        "broken",
        "wrapped",
        "disagrees",
        "unrecognised",
        "unreadable",
        "records",
    ];
    KINDS.into_iter().find(|kind| *kind == word).unwrap_or("other")
}
