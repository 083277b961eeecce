//! Output on its way out: whole lines are gathered and written in few, large writes.
//!
//! Here and not in a `BufWriter`, which would split a line between two writes: whoever follows a report as it grows
//! sees whole lines only. Nothing here knows what is written.

use std::io;

/// Enough to make writes rare.
const ENOUGH: usize = 64 * 1024;

/// More than this is given back after one huge record.
const KEEP: usize = 1024 * 1024;

/// Lines that wait for the next write.
pub(super) struct Batch {
    out: Box<dyn io::Write>,
    /// Append whole lines here, then call [`Batch::line_done`].
    pub(super) bytes: Vec<u8>,
}

impl Batch {
    /// Nothing yet.
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        Batch { out, bytes: Vec::with_capacity(ENOUGH) }
    }

    /// What has been appended ends with a line: it may be written.
    pub(super) fn line_done(&mut self) -> io::Result<()> {
        if self.bytes.len() < ENOUGH { Ok(()) } else { self.write() }
    }

    /// What has been appended must now be visible.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.write()?;
        self.out.flush()
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.bytes);
        self.bytes.clear();
        self.bytes.shrink_to(KEEP);
        written
    }
}
