//! How far it is, on standard error: only at a terminal, only for files, and only when it takes longer than a second.
//!
//! Where the report goes to the same terminal, the bar is taken off before each of its writes.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::input::{self, Source};

/// Who waits longer than this wants to know.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar for these inputs; none where nobody would see it, or nobody knows how much there is.
pub(super) fn bar(inputs: &[Source]) -> Option<ProgressBar> {
    let known = inputs.iter().all(|input| input.is_file() || input.is_directory());
    if !known || !io::stderr().is_terminal() {
        return None;
    }
    let size = |source: Source| match source {
        Source::Path(path) => path.metadata().map_or(0, |it| it.len()),
        Source::Stdin => 0,
    };
    let total = inputs.iter().flat_map(input::files).filter_map(Result::ok).map(size).sum();
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30} {percent:>3} %  {bytes} of {total_bytes}, {eta} to go")
    {
        bar.set_style(style);
    }
    Some(bar)
}

/// Moves the bar, and shows it once it takes long.
pub(super) fn moves(bar: &ProgressBar) -> impl FnMut(u64) + use<> {
    let (bar, begun) = (bar.clone(), Instant::now());
    let mut shown = false;
    move |read| {
        if !shown && begun.elapsed() > PATIENCE {
            shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(read);
    }
}

/// A writer before whose writes the bar is taken off.
pub(super) struct Above<W> {
    pub(super) out: W,
    pub(super) bar: Option<ProgressBar>,
}

impl<W: Write> Write for Above<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &self.bar {
            Some(bar) => {
                let out = &mut self.out;
                bar.suspend(|| out.write(bytes))
            }
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A writer that waits with what it gets until the end, up to a bound.
pub(super) struct Held<W: Write> {
    out: W,
    held: Vec<u8>,
}

/// So many bytes wait.
const HELD: usize = 8 << 20;

impl<W: Write> Held<W> {
    pub(super) fn new(out: W) -> Self {
        Held { out, held: Vec::new() }
    }

    fn let_go(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.out.write_all(&held)
    }
}

impl<W: Write> Write for Held<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.len() + bytes.len() > HELD {
            self.let_go()?;
        }
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for Held<W> {
    fn drop(&mut self) {
        // A terminal that can't be written to leaves nobody to tell.
        let _ = self.let_go();
    }
}
