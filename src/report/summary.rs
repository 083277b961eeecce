//! `summary`: one line a minion, aligned like a table, and one for all.
//!
//! The first lines wait until it is known how wide the names are, or until input pauses; later ones are written as they
//! come, so that a fleet of any size needs no more room.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::batch::Batch;
use super::runs::{Run, Runs};
use super::{Report, Seen};
use crate::digest::Digest;
use crate::record::{Class, Outcome, Plain};

/// So many lines wait for the widest name.
const WAITING: usize = 1000;
/// Longer names push their line out of the table.
const WIDEST: usize = 40;

/// One line a minion.
pub(super) struct Summary {
    batch: Batch,
    runs: Runs,
    waiting: Vec<Run>,
    width: usize,
    headed: bool,
}

impl Summary {
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        let (batch, runs) = (Batch::new(out), Runs::default());
        Summary { batch, runs, waiting: Vec::new(), width: "minion".len(), headed: false }
    }

    fn wait(&mut self, run: Run) -> io::Result<()> {
        self.width = self.width.max(run.label.width().min(WIDEST));
        self.waiting.push(run);
        if self.waiting.len() < WAITING { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> io::Result<()> {
        if !self.headed && !self.waiting.is_empty() {
            self.headed = true;
            let words = ["act", "review", "blocked", "change", "states"];
            self.row("minion", "answer", words.map(str::to_owned), "time")?;
        }
        for run in std::mem::take(&mut self.waiting) {
            let counts = [
                run.verdict(Class::ActionRequired),
                run.verdict(Class::Review),
                run.verdict(Class::Blocked),
                run.changed,
                run.states,
            ];
            self.row(&run.label, run.word(), counts.map(|count| count.to_string()), &time(run.run_time_ms))?;
        }
        Ok(())
    }

    fn row(&mut self, label: &str, word: &str, counts: [String; 5], time: &str) -> io::Result<()> {
        let gap = " ".repeat(self.width.saturating_sub(label.width()));
        let [act, review, blocked, change, states] = counts;
        let line = format!(
            "{label}{gap}  {word:<9}  {act:>5}  {review:>6}  {blocked:>7}  {change:>6}  {states:>6}  {time:>9}\n"
        );
        self.batch.bytes.extend_from_slice(line.as_bytes());
        self.batch.line_done()
    }
}

impl Report for Summary {
    fn least(&self) -> Class {
        Class::ActionRequired
    }

    fn pass(&mut self, plain: &Plain<'_>) {
        self.runs.pass(plain);
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let (over, _) = self.runs.note(seen);
        over.map_or(Ok(()), |run| self.wait(run))
    }

    fn pause(&mut self) -> io::Result<()> {
        self.write()?;
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        if let Some(run) = self.runs.finish() {
            self.wait(run)?;
        }
        let mut outside = std::mem::take(&mut self.runs.outside);
        if outside.worst() >= Class::Review {
            outside.label = "(outside any run)".to_owned();
            self.wait(outside)?;
        }
        let all = &digest.all;
        let word = match (all.verdict(Class::ActionRequired), all.verdict(Class::Review) + digest.empty_runs)
        {
            (1.., _) => "FAILED",
            (0, 1..) => "REVIEW",
            (0, 0) if !digest.problems.is_empty() => "UNTRUSTED",
            (0, 0) => "OK",
        };
        self.write()?;
        let counts = [
            all.verdict(Class::ActionRequired),
            all.verdict(Class::Review) + digest.empty_runs,
            all.verdict(Class::Blocked),
            all.outcome(Outcome::Changed) + all.outcome(Outcome::WouldChange),
            all.states,
        ];
        self.row("all", word, counts.map(|count| count.to_string()), &format!("exit {exit}"))?;
        self.batch.flush()
    }
}

fn time(ms: f64) -> String {
    if ms > 0.0 { format!("{:.1} s", ms / 1000.0) } else { "-".to_owned() }
}
