//! `github`: workflow commands, which become annotations of a run and of a pull request's files.
//!
//! GitHub takes ten errors, ten warnings and ten notices of a step, and drops the others silently: so does this, but
//! counts them, and the job's summary (`$GITHUB_STEP_SUMMARY`) gets the whole report in Markdown. What comes from the
//! input is made plain and then escaped as `@actions/core` does it, so that it ends no command and begins none.

use std::io;
use std::rc::Rc;

use super::batch::Batch;
use super::finding::{Finding, Place, is_shown, least, problem};
use super::markdown::Markdown;
use super::{Look, Report, Seen, Show, States};
use crate::digest::Digest;
use crate::record::Class;

/// So many of each kind are taken.
const TAKEN: u64 = 10;
const KINDS: [&str; 3] = ["error", "warning", "notice"];

/// Workflow commands.
pub(super) struct Github {
    batch: Batch,
    show: Show,
    states: Option<Rc<States>>,
    /// How many there are of each kind.
    counts: [u64; KINDS.len()],
    summary: Option<Markdown>,
}

impl Github {
    pub(super) fn new(
        look: &Look,
        states: Option<Rc<States>>,
        step_summary: Option<Box<dyn io::Write>>,
        out: Box<dyn io::Write>,
    ) -> Self {
        let summary = step_summary.map(|out| Markdown::new(look.show, out));
        Github { batch: Batch::new(out), show: look.show, states, counts: [0; KINDS.len()], summary }
    }

    fn command(&mut self, kind: usize, place: &Place, title: &str, message: &str) -> io::Result<()> {
        let (Some(count), Some(word)) = (self.counts.get_mut(kind), KINDS.get(kind)) else { return Ok(()) };
        *count += 1;
        if *count > TAKEN {
            return Ok(());
        }
        let file = match place.file.as_str() {
            "stdin" => String::new(),
            file => format!("file={},line={},", property(file), place.line),
        };
        let line = format!("::{word} {file}title={}::{}\n", property(title), data(message));
        self.batch.bytes.extend_from_slice(line.as_bytes());
        self.batch.line_done()
    }
}

impl Report for Github {
    fn least(&self) -> Class {
        let summary = self.summary.as_ref().map(|summary| summary.least());
        summary.map_or(least(self.show), |summary| summary.min(least(self.show)))
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if let Some(summary) = &mut self.summary {
            summary.record(seen)?;
        }
        if !is_shown(self.show, seen.verdict.class) {
            return Ok(());
        }
        let Some(finding) = Finding::of(seen) else { return Ok(()) };
        let kind = match finding.class {
            Class::ActionRequired => 0,
            Class::Review => 1,
            _ => 2,
        };
        if self.counts.get(kind).is_some_and(|count| *count >= TAKEN) {
            self.counts[kind] += 1;
            return Ok(());
        }
        let place = finding.place(self.states.as_deref());
        let mut lines = finding.detail();
        lines.extend(finding.cause().map(|(cause, _)| format!("because of {cause}")));
        lines.extend(finding.help().iter().map(|step| format!("do: {step}")));
        if place.in_sls {
            let input = finding.in_input();
            lines.push(format!("({}:{})", input.file, input.line));
        }
        if lines.is_empty() {
            lines.push(finding.title.clone());
        }
        let title = format!("{}{}", finding.whose(), finding.title);
        self.command(kind, &place, &title, &lines.join("\n"))
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        for it in &digest.problems {
            let (text, place) = problem(it);
            self.command(0, &place, "This input can't be trusted", &text)?;
        }
        let more: Vec<String> = KINDS
            .iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > TAKEN)
            .map(|(kind, count)| format!("{} more {kind}s", count - TAKEN))
            .collect();
        if !more.is_empty() {
            let place =
                if self.summary.is_some() { "in the job's summary" } else { "not shown: GitHub takes ten" };
            let line = format!("saltlint: {} ({place})\n", more.join(", "));
            self.batch.bytes.extend_from_slice(line.as_bytes());
        }
        let all = &digest.all;
        let line = format!(
            "saltlint: {} to act on, {} to review, {} states of {} minions, exit {exit}\n",
            all.verdict(Class::ActionRequired),
            all.verdict(Class::Review) + digest.empty_runs,
            all.states,
            digest.minions,
        );
        self.batch.bytes.extend_from_slice(line.as_bytes());
        self.batch.flush()?;
        self.summary.as_mut().map_or(Ok(()), |summary| summary.finish(digest, exit))
    }
}

/// What follows the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind `title=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
