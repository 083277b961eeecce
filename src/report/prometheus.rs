//! `prometheus`: gauges for the textfile collector of node_exporter: what came of the last run.
//!
//! Of each minion that someone must look at there is a series, up to a bound. When it ran is the file's own time
//! (`node_textfile_mtime_seconds`). Write it where the collector looks under another name, then move it there.

use std::collections::BTreeMap;
use std::io;

use super::batch::Batch;
use super::plain::plain;
use super::words::words;
use super::{Report, Seen};
use crate::digest::Digest;
use crate::record::{Class, Outcome, Record};

/// So many minions have series of their own.
const MINIONS: usize = 1000;

/// Gauges.
pub(super) struct Prometheus {
    batch: Batch,
    /// What is to act on and to review, by minion.
    minions: BTreeMap<String, [u64; 2]>,
    /// Findings of minions that are not listed.
    more: u64,
}

impl Prometheus {
    pub(super) fn new(out: Box<dyn io::Write>) -> Self {
        Prometheus { batch: Batch::new(out), minions: BTreeMap::new(), more: 0 }
    }

    fn gauge(&mut self, name: &str, help: &str, series: &[(String, f64)]) {
        let mut text = format!("# HELP saltlint_{name} {help}\n# TYPE saltlint_{name} gauge\n");
        for (labels, value) in series {
            text.push_str(&format!("saltlint_{name}{labels} {value}\n"));
        }
        self.batch.bytes.extend_from_slice(text.as_bytes());
    }
}

impl Report for Prometheus {
    fn least(&self) -> Class {
        Class::ActionRequired
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let many = match seen.record {
            Record::State(state) => state.stands_for,
            Record::Message(_) | Record::Summary(_) => 1,
            _ => return Ok(()),
        };
        let which = match seen.verdict.class {
            Class::ActionRequired => 0,
            Class::Review => 1,
            _ => return Ok(()),
        };
        let Some(minion) = &seen.record.at().minion else { return Ok(()) };
        let minion = plain(&words(minion)).into_owned();
        if self.minions.len() < MINIONS || self.minions.contains_key(&minion) {
            self.minions.entry(minion).or_default()[which] += many;
        } else {
            self.more += many;
        }
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        let one = |value: f64| vec![(String::new(), value)];
        let all = &digest.all;
        let outcomes = Outcome::ALL.map(|it| (label(&[("outcome", it.word())]), all.outcome(it) as f64));
        let verdicts = Class::ALL.map(|it| (label(&[("verdict", it.word())]), all.verdict(it) as f64));
        let version = label(&[("version", env!("CARGO_PKG_VERSION"))]);
        self.gauge("build_info", "The saltlint that wrote this.", &[(version, 1.0)]);
        self.gauge(
            "exit_status",
            "0 verified, 1 findings, 3 the input can't be trusted.",
            &one(f64::from(exit)),
        );
        self.gauge("states", "States by what came of them.", &outcomes);
        self.gauge("findings", "States and messages by verdict.", &verdicts);
        self.gauge("minions", "Minions that answered or were named.", &one(digest.minions as f64));
        self.gauge("runs", "Runs of minions that were ended.", &one(digest.runs as f64));
        let seconds = all.run_time_ms / 1000.0;
        self.gauge("run_time_seconds", "Salt's total run time over all minions.", &one(seconds));
        let problems = digest.problems.len() as f64 + digest.problems_more as f64;
        self.gauge("problems", "What makes the input untrusted.", &one(problems));
        self.gauge(
            "complete",
            "0 where input ends inside a unit, or a run lacks its Summary.",
            &one(f64::from(u8::from(digest.complete))),
        );
        let mut series = Vec::new();
        for (minion, counts) in &self.minions {
            for (class, count) in [Class::ActionRequired, Class::Review].into_iter().zip(counts) {
                let labels = label(&[("minion", minion), ("verdict", class.word())]);
                series.push((labels, *count as f64));
            }
        }
        self.gauge("minion_findings", "Minions that someone must act on or look at.", &series);
        let more = self.more as f64;
        self.gauge(
            "minion_findings_not_listed",
            "Findings of further minions, behind the first thousand.",
            &one(more),
        );
        self.batch.flush()
    }
}

/// Labels in braces.
fn label(labels: &[(&str, &str)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<_> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", labels.join(","))
}
