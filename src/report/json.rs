//! `json`: the records of `ndjson` as one document, an array with a record a line.
//!
//! The shape is in [`records`]; here are only the brackets and commas.

use std::io;

use super::batch::Batch;
use super::records::Pending;
use super::{Report, Seen, records};
use crate::digest::Digest;

/// All records in an array.
pub(super) struct Json {
    batch: Batch,
    started: bool,
    pending: Pending,
}

impl Json {
    /// Nothing is written before the first record or pause.
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        Json { batch: Batch::new(out), started: false, pending: Pending::default() }
    }

    fn start(&mut self) -> io::Result<()> {
        if !self.started {
            self.started = true;
            self.batch.bytes.extend_from_slice(b"[\n");
            records::start(&mut self.batch.bytes)?;
        }
        Ok(())
    }
}

impl Report for Json {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        self.start()?;
        if !self.pending.published(seen) {
            return Ok(());
        }
        self.batch.bytes.extend_from_slice(b",\n");
        self.pending.record(&mut self.batch.bytes, seen)?;
        self.batch.line_done()
    }

    fn pause(&mut self) -> io::Result<()> {
        self.start()?;
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        self.start()?;
        self.batch.bytes.extend_from_slice(b",\n");
        self.pending.end(&mut self.batch.bytes, digest, exit)?;
        self.batch.bytes.extend_from_slice(b"\n]\n");
        self.batch.flush()
    }
}
