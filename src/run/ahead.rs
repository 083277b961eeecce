//! Several files at once: threads read and judge ahead, and hand what they found over in the order of the inputs.
//!
//! The hand-over is bounded: a thread that is too far ahead waits. Only files on disk are read so; a pipe is read by
//! itself, or a silent one would hold up the end.

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::{Reader, Taker, unreadable};
use crate::digest::Problem;
use crate::frame::{Frames, InputFormat};
use crate::input::{self, Error, Source, Tap};
use crate::record::Record;
use crate::rules::Rules;
use crate::verdict::{Verdict, size};

/// So many records are handed over at once, or so many bytes of them …
const RECORDS: usize = 256;
const BYTES: usize = 256 << 10;
/// … and so many such batches of one input may wait.
const BATCHES: usize = 4;

/// What a thread found.
#[expect(clippy::large_enum_variant, reason = "nearly all of it is records")]
enum Found<'r> {
    Begin(String),
    Record(Record<'static>, Verdict<'r>),
    Problem(Problem),
    End(u64),
}

/// Reads all files below `inputs` and shows `taker` what is in them, in their order. `seen` is called now and then.
pub(super) fn read<'r, T: Taker<'r>>(
    (rules, format): (&'r Rules, InputFormat),
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
                    one((rules, format), source, tap, to);
                }
            });
        }
        take(&in_order, taker, seen)
    })
}

fn take<'r, T: Taker<'r>>(
    in_order: &Receiver<Receiver<Vec<Found<'r>>>>,
    taker: &mut T,
    seen: &mut dyn FnMut(&T),
) -> io::Result<()> {
    for input in in_order {
        let mut file = String::new();
        for batch in input {
            seen(taker);
            for found in batch {
                match found {
                    Found::Begin(name) => {
                        taker.begin(&name);
                        file = name;
                    }
                    Found::Record(record, verdict) => taker.record(&file, &record, &verdict)?,
                    Found::Problem(problem) => taker.problem(problem),
                    Found::End(lines) => taker.end(&file, lines),
                }
            }
        }
    }
    Ok(())
}

/// Reads one input, until nobody wants more.
fn one<'r>(
    (rules, format): (&'r Rules, InputFormat),
    source: Result<Source, Error>,
    tap: &Tap,
    to: SyncSender<Vec<Found<'r>>>,
) {
    let mut ahead = Ahead { to, batch: Vec::new(), bytes: 0 };
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
    to: SyncSender<Vec<Found<'r>>>,
    batch: Vec<Found<'r>>,
    bytes: usize,
}

impl Ahead<'_> {
    fn hand_over(&mut self) -> io::Result<()> {
        self.bytes = 0;
        self.to.send(std::mem::take(&mut self.batch)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl<'r> Taker<'r> for Ahead<'r> {
    fn begin(&mut self, file: &str) {
        self.batch.push(Found::Begin(file.to_owned()));
    }

    fn record(&mut self, _: &str, record: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()> {
        self.bytes += size(record);
        self.batch.push(Found::Record(record.clone().into_owned(), verdict.clone()));
        if self.batch.len() < RECORDS && self.bytes < BYTES { Ok(()) } else { self.hand_over() }
    }

    fn problem(&mut self, problem: Problem) {
        self.batch.push(Found::Problem(problem));
    }

    fn end(&mut self, _: &str, lines: u64) {
        self.batch.push(Found::End(lines));
    }
}
