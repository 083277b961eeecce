//! `html`: one page of its own, for looking round in a run: no network, no other file, a strict content policy.
//!
//! The page is written as records come. Each becomes a short row of data ([`rows`]), from which the script draws the
//! list, the timeline and the sums; what is not clean is also written in words ([`finding`]), as markup that a browser
//! without script shows as it stands and that the script opens when it is asked to. The answer is only known at the
//! end: it is written last, and stands on top by the style sheet.
//!
//! Memory: one chunk of rows, one of findings, the run that the answer's words are made from (see [`answer`]). The page
//! grows with the input, about 100 bytes a state; what findings may add is bounded (see [`finding::Room`]), so that
//! 100,000 states stay under 25 MB. What was left out is said where it is missing.
//!
//! | file | holds |
//! | --- | --- |
//! | `rows` | the rows of data, in chunks with tables of what repeats |
//! | `data` | JSON that may stand inside a page |
//! | `finding` | a finding in words, and how much of it |
//! | `salt` | a state in the layout that Salt prints |
//! | `answer` | the answer's words |
//! | `page` | the templates, and the content policy |
//! | `templates/`, `style.css`, `script.js` | what the page is made of |

use std::io;

use super::batch::Batch;
use super::{Report, Seen};
use crate::digest::Digest;
use crate::record::{Class, Record};

mod answer;
mod data;
mod finding;
mod page;
mod rows;
mod salt;
#[cfg(test)]
mod tests;

use answer::Answer;
use finding::Room;
use rows::Chunk;

/// So many bytes of findings are written together.
const TOGETHER: usize = 64 * 1024;

/// The report as a page.
pub(super) struct Html {
    batch: Batch,
    started: bool,
    chunk: Chunk,
    findings: String,
    room: Room,
    answer: Answer,
}

impl Html {
    /// Nothing is written before the first record.
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        Html {
            batch: Batch::new(out),
            started: false,
            chunk: Chunk::default(),
            findings: String::new(),
            room: Room::default(),
            answer: Answer::default(),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.started, true) {
            page::head(&mut self.batch.bytes)?;
        }
        Ok(())
    }

    fn write_findings(&mut self) -> io::Result<()> {
        if !self.findings.is_empty() {
            page::findings(&mut self.batch.bytes, &self.findings)?;
            self.findings.clear();
        }
        self.batch.line_done()
    }

    fn write_rows(&mut self) -> io::Result<()> {
        if !self.chunk.is_empty() {
            page::rows(&mut self.batch.bytes, &self.chunk.take()?)?;
        }
        self.batch.line_done()
    }
}

impl Report for Html {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        self.start()?;
        self.answer.record(seen)?;
        if matches!(seen.record, Record::RunEnd(_) | Record::Fault(_)) {
            return Ok(());
        }
        let words = (seen.verdict.class > Class::Clean)
            .then(|| finding::write(&mut self.findings, seen, &mut self.room))
            .transpose()?;
        self.chunk.add(seen, words.unwrap_or(false));
        if self.findings.len() >= TOGETHER {
            self.write_findings()?;
        }
        if self.chunk.is_full() {
            self.write_rows()?;
        }
        Ok(())
    }

    /// Half a page shows nothing: what is known leaves in whole chunks.
    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        self.start()?;
        self.write_findings()?;
        self.write_rows()?;
        page::foot(&mut self.batch.bytes, &mut self.answer, digest, exit)?;
        self.batch.flush()
    }
}
