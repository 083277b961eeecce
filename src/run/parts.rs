//! One large file by several threads: in parts that end where a run of text ends.
//!
//! Behind a Summary nothing of what was read bears on what follows, as a rule. So the file is cut there, threads read
//! and judge the parts as inputs of their own, and what they found is told in the order of the file. A cut is a guess (a
//! Summary can stand in a comment), and whoever reads a part finds out: it must come to rest exactly where the part ends
//! ([`Frames::rests`], [`Ledger::rests`]), with what follows before its eyes. Where it does not, or where the log has a
//! word to say and what it repeats may have failed before, what was found is dropped, and the loop itself reads that
//! part, with all that it remembers. So the records are those that the loop alone would have made, whatever the threads
//! and the parts.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::found::Found;
use super::{Reader, Taker};
use crate::digest::Problem;
use crate::frame::{Frames, InputFormat, Unit};
use crate::input::{Feed, InPlace};
use crate::record::{Kind, Plain, Record};
use crate::rules::Rules;
use crate::verdict::{Ledger, Verdict};

/// About so many bytes are a part.
const PART: u64 = 1 << 20;
/// So many bytes are searched at once for the end of a part …
const LOOK: usize = 64 << 10;
/// … and where it is not found in so many, the loop reads the rest.
const FAR: u64 = 8 << 20;
/// Whoever reads a part sees so many bytes of what follows.
const BEYOND: u64 = 128 << 10;
/// So many parts in a row that the loop had to read, and it reads the rest.
const IN_VAIN: u32 = 4;

/// What ends a Summary, but for the line with the time that all took.
const TOTAL: &[u8] = b"Total states run:";
const TIME: &[u8] = b"Total run time:";

/// Reads one file and shows `taker` what is in it. `seen` is called now and then.
pub(super) fn read<'r, T: Taker<'r>>(
    how: (&'r Rules, InputFormat, bool),
    file: &str,
    from: &InPlace,
    threads: usize,
    taker: &mut T,
    seen: &mut dyn FnMut(&T),
) -> io::Result<()> {
    in_parts_of(PART, how, file, from, threads, taker, seen)
}

/// A part, and where what is in it comes from.
struct Ahead<'r> {
    end: u64,
    gathered: Receiver<Option<Gathered<'r>>>,
}

/// A part, and where what is in it is awaited.
type ToDo<'r> = ((u64, u64), SyncSender<Option<Gathered<'r>>>);

fn in_parts_of<'r, T: Taker<'r>>(
    size: u64,
    how: (&'r Rules, InputFormat, bool),
    file: &str,
    from: &InPlace,
    threads: usize,
    taker: &mut T,
    seen: &mut dyn FnMut(&T),
) -> io::Result<()> {
    let (work, to_do) = sync_channel::<ToDo<'r>>(threads + 2);
    let to_do = &Mutex::new(to_do);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || {
                let (done, told) = channel();
                loop {
                    // A thread that panicked has not broken the list of what is to do.
                    let next = to_do.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv();
                    let Ok((part, to)) = next else { return };
                    // What was told comes back to where it was made: else the threads wait for each other's memory.
                    let room = told.try_iter().last().unwrap_or_default();
                    // If nobody wants it, nobody is left to be told.
                    let _ = to.send(gather(how, file, from, part, room, &done));
                }
            });
        }
        // Goes with the end of this block, and the threads with it.
        let work = work;
        let mut reader = Reader::new(how.0);
        let mut cuts = Cuts { from, size, at: Some(0) };
        let mut ahead: VecDeque<Ahead<'_>> = VecDeque::new();
        // What has been told: so many bytes, and so many lines.
        let (mut start, mut lines) = (0, 0);
        let mut in_vain = 0;
        taker.begin(file);
        loop {
            while ahead.len() < threads + 2
                && let Some((from, end)) = cuts.next()
            {
                let (to, gathered) = sync_channel(1);
                // Should nobody take it, nothing is found, and the loop reads it.
                let _ = work.send(((from, end), to));
                ahead.push_back(Ahead { end, gathered });
            }
            seen(taker);
            let gathered = ahead.front().and_then(|first| first.gathered.recv().ok().flatten());
            if let Some(gathered) = gathered {
                gathered.found.tell(&mut file.to_owned(), lines, taker)?;
                reader.ledger.append(gathered.ledger, lines);
                // Whoever made it may be gone.
                let _ = gathered.done.send(gathered.found);
                start = ahead.pop_front().map_or(start, |first| first.end);
                (lines, in_vain) = (lines + gathered.lines, 0);
                continue;
            }
            in_vain += 1;
            let feed: Box<dyn Feed + '_> = Box::new(from.feed(start, u64::MAX));
            let mut frames = Frames::from_line(feed, how.1, lines + 1);
            let rested = reader.go_on(file, &mut frames, taker, &mut |_, _, _| Ok(()), &mut |at| {
                in_vain < IN_VAIN && ahead.iter().any(|part| part.end == start + at)
            })?;
            lines = frames.lines();
            match frames.rests().filter(|_| rested) {
                Some(at) => start += at,
                None => {
                    taker.end(file, lines);
                    return Ok(());
                }
            }
            while ahead.front().is_some_and(|part| part.end <= start) {
                ahead.pop_front();
            }
        }
    })
}

/// Where a file is cut.
struct Cuts<'f> {
    from: &'f InPlace,
    size: u64,
    /// Where the next part begins; none if the rest is the loop's.
    at: Option<u64>,
}

impl Iterator for Cuts<'_> {
    type Item = (u64, u64);

    /// The next part that ends before the file does.
    fn next(&mut self) -> Option<(u64, u64)> {
        let start = self.at.take()?;
        let mut bytes = Vec::new();
        let mut at = start + self.size;
        while at - start < self.size + FAR {
            let known = bytes.len();
            self.from.peek(at, LOOK, &mut bytes).ok()?;
            if let Some(end) = end(&bytes) {
                let end = at - known as u64 + end as u64;
                self.at = Some(end);
                return Some((start, end));
            }
            if bytes.len() < known + LOOK {
                return None;
            }
            // A word may lie across what is read at once.
            at += LOOK as u64;
            bytes.drain(..known);
        }
        None
    }
}

/// Where the first Summary in this ends, if it ends.
fn end(bytes: &[u8]) -> Option<usize> {
    let line_end = |from: usize| memchr::memchr(b'\n', bytes.get(from..)?).map(|end| from + end + 1);
    let total = line_end(memchr::memmem::find(bytes, TOTAL)?)?;
    let time = line_end(total)?;
    let timed = memchr::memmem::find(&bytes[total..time], TIME).is_some();
    Some(if timed { time } else { total })
}

/// What is in a part.
struct Gathered<'r> {
    found: Found<'r>,
    /// How many lines it has.
    lines: u64,
    ledger: Ledger,
    /// Plain states need only be counted.
    passes: bool,
    /// The log says something.
    logged: bool,
    /// Where its memory is wanted back.
    done: Sender<Found<'r>>,
}

/// Reads a part as an input of its own; `None` if it may not be one.
fn gather<'r>(
    (rules, format, passes): (&'r Rules, InputFormat, bool),
    file: &str,
    from: &InPlace,
    (start, end): (u64, u64),
    mut found: Found<'r>,
    done: &Sender<Found<'r>>,
) -> Option<Gathered<'r>> {
    found.clear();
    let (ledger, done) = (Ledger::default(), done.clone());
    let mut gathered = Gathered { found, lines: 0, ledger, passes, logged: false, done };
    let mut reader = Reader::new(rules);
    let feed: Box<dyn Feed + '_> = Box::new(from.feed(start, end + BEYOND));
    let mut frames = Frames::new(feed, format);
    let rested =
        reader.go_on(file, &mut frames, &mut gathered, &mut |_, _, _| Ok(()), &mut |at| start + at == end);
    (gathered.ledger, gathered.lines) = (reader.ledger, frames.lines());
    // What the log repeats can have failed in the parts before.
    let alone = !gathered.logged || start == 0;
    (rested.is_ok_and(|rested| rested) && alone).then_some(gathered)
}

impl<'r> Taker<'r> for Gathered<'r> {
    fn begin(&mut self, _: &str) {}

    fn passes(&self) -> bool {
        self.passes
    }

    fn unit(&mut self, unit: &Unit<'_>) {
        self.found.unit(unit);
    }

    fn pass(&mut self, plain: &Plain<'_>) -> io::Result<()> {
        self.found.pass(plain);
        Ok(())
    }

    fn record(&mut self, _: &str, record: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()> {
        self.logged |= matches!(record, Record::Message(message) if message.kind == Kind::Log);
        self.found.record(verdict);
        Ok(())
    }

    fn problem(&mut self, problem: Problem) {
        self.found.problem(problem);
    }

    fn end(&mut self, _: &str, _: u64) {}
}
