//! Several files at once: threads read and judge ahead, and hand what they found over in the order of the inputs.
//!
//! The hand-over is bounded: a thread that is too far ahead waits. Only files on disk are read so; a pipe is read by
//! itself, or a silent one would hold up the end.

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::found::Found;
use super::{Reader, Taker, unreadable};
use crate::digest::Problem;
use crate::frame::{Frames, InputFormat, Unit};
use crate::input::{self, Error, Source, Tap};
use crate::record::{Plain, Record};
use crate::rules::Rules;
use crate::verdict::Verdict;

/// So many things are handed over at once, or so many bytes of them …
const THINGS: usize = 256;
const BYTES: usize = 256 << 10;
/// … and so many such batches of one input may wait.
const BATCHES: usize = 4;

/// Reads all files below `inputs` and shows `taker` what is in them, in their order. `seen` is called now and then.
pub(super) fn read<'r, T: Taker<'r>>(
    how: (&'r Rules, InputFormat, bool),
    inputs: &[Source],
    tap: &Tap,
    threads: usize,
    taker: &mut T,
    seen: &mut dyn FnMut(&T),
) -> io::Result<()> {
    let (order, in_order) = sync_channel(2 * threads);
    let (work, to_do) = sync_channel(threads);
    let to_do = Mutex::new(to_do);
    thread::scope(|scope| {
        scope.spawn(move || {
            for source in inputs.iter().flat_map(input::files) {
                let (to, from) = sync_channel(BATCHES);
                // Whoever took it has stopped: nobody wants more.
                if order.send(from).is_err() || work.send((source, to)).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    // A thread that panicked has not broken the list of what is to do.
                    let next = to_do.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv();
                    let Ok((source, to)) = next else { return };
                    one(how, source, tap, to);
                }
            });
        }
        take(&in_order, taker, seen)
    })
}

fn take<'r, T: Taker<'r>>(
    in_order: &Receiver<Receiver<Found<'r>>>,
    taker: &mut T,
    seen: &mut dyn FnMut(&T),
) -> io::Result<()> {
    for input in in_order {
        let mut file = String::new();
        for batch in input {
            seen(taker);
            batch.tell(&mut file, 0, taker)?;
        }
    }
    Ok(())
}

/// Reads one input, until nobody wants more.
fn one<'r>(
    (rules, format, passes): (&'r Rules, InputFormat, bool),
    source: Result<Source, Error>,
    tap: &Tap,
    to: SyncSender<Found<'r>>,
) {
    let mut ahead = Ahead { to, batch: Found::default(), passes };
    let read = match source {
        Err(error) => {
            ahead.problem(unreadable(&error.file, &error.why, error.hint));
            Ok(())
        }
        Ok(source) => input::each(&source, tap, &mut |file, feed| match feed {
            Ok(feed) => {
                Reader::new(rules).read(file, Frames::new(feed, format), &mut ahead, &mut |_, _, _| Ok(()))
            }
            Err(error) => {
                ahead.problem(unreadable(&error.file, &error.why, error.hint));
                Ok(())
            }
        }),
    };
    if read.is_ok() {
        // If nobody wants it, nobody is left to be told.
        let _ = ahead.hand_over();
    }
}

/// Gathers what is found.
struct Ahead<'r> {
    to: SyncSender<Found<'r>>,
    batch: Found<'r>,
    passes: bool,
}

impl<'r> Ahead<'r> {
    /// Hands over what is enough.
    fn gathered(&mut self) -> io::Result<()> {
        let (things, bytes) = self.batch.size();
        if things < THINGS && (bytes < BYTES || things == 0) { Ok(()) } else { self.hand_over() }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let batch = self.batch.hand_over(Found::default());
        self.to.send(batch).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl<'r> Taker<'r> for Ahead<'r> {
    fn begin(&mut self, file: &str) {
        self.batch.begin(file);
    }

    fn passes(&self) -> bool {
        self.passes
    }

    fn unit(&mut self, unit: &Unit<'_>) {
        self.batch.unit(unit);
    }

    fn pass(&mut self, plain: &Plain<'_>) -> io::Result<()> {
        self.batch.pass(plain);
        self.gathered()
    }

    fn record(&mut self, _: &str, _: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()> {
        self.batch.record(verdict);
        self.gathered()
    }

    fn problem(&mut self, problem: Problem) {
        self.batch.problem(problem);
    }

    fn end(&mut self, _: &str, lines: u64) {
        self.batch.end(lines);
    }
}
