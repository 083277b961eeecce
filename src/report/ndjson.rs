//! `ndjson`: one JSON object a line, written as soon as it is known. For programs.
//!
//! The shape is in [`records`]; here is only when lines go out.

use std::io;

use super::batch::Batch;
use super::records::Pending;
use super::{Report, Seen, records};
use crate::digest::Digest;

/// One record a line.
pub(super) struct Ndjson {
    batch: Batch,
    started: bool,
    pending: Pending,
}

impl Ndjson {
    /// Nothing is written before the first record or pause.
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        Ndjson { batch: Batch::new(out), started: false, pending: Pending::default() }
    }

    fn start(&mut self) -> io::Result<()> {
        if !self.started {
            self.started = true;
            records::start(&mut self.batch.bytes)?;
            self.batch.bytes.push(b'\n');
        }
        Ok(())
    }
}

impl Report for Ndjson {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        self.start()?;
        if !self.pending.published(seen) {
            return Ok(());
        }
        self.pending.record(&mut self.batch.bytes, seen)?;
        self.batch.bytes.push(b'\n');
        self.batch.line_done()
    }

    fn pause(&mut self) -> io::Result<()> {
        self.start()?;
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        self.start()?;
        self.pending.end(&mut self.batch.bytes, digest, exit)?;
        self.batch.bytes.push(b'\n');
        self.batch.flush()
    }
}
