//! The report as it is seen, in the files beside this one. `BLESS=1 cargo test` writes them anew: look at them then.

use std::path::Path;

use super::super::sample::{Page, at, changes, message, rule, spoken, state, text};
use super::super::{Format, Links, Look, Report, Seen, Show, open};
use crate::digest::{Digest, FailOn, Problem};
use crate::record::{Class, Kind, Level, Message, Outcome, Parent, Place, Record, RunEnd, State, Summary};
use crate::verdict::{Cause, Verdict};

mod django;
mod fleet;
mod hostile;

/// Plain, as in a pipe.
fn look(width: usize, show: Show) -> Look {
    Look { color: false, unicode: true, width, show, group: false, links: None, states: None }
}

/// A report that is being made.
struct Run {
    page: Page,
    report: Box<dyn Report>,
    digest: Digest,
    file: &'static str,
}

impl Run {
    fn new(look: &Look) -> Self {
        let page = Page::default();
        let report = open(Format::Terminal, look, Box::new(page.clone()));
        Run { page, report, digest: Digest::default(), file: "deploy.log" }
    }

    fn seen(&mut self, record: Record<'static>, verdict: Verdict<'static>) {
        self.digest.note(self.file, &record, &verdict);
        let seen = Seen { file: self.file, record: &record, verdict: &verdict, digest: &self.digest };
        self.report.record(&seen).unwrap();
    }

    /// That many states that are clean.
    fn clean(&mut self, minion: &str, line: u64, many: u64) {
        for number in 0..many {
            let place = at(minion, line + number * 8, line + number * 8 + 7);
            let state = state(place, "file.managed", &format!("/etc/clean/{number}"), Outcome::Clean);
            self.seen(Record::State(state), Verdict::plain(Class::Clean));
        }
    }

    /// Salt's Summary, as far as the report looks at it, and the end of the run.
    fn end(&mut self, minion: &str, line: u64, run_time_ms: f64) {
        let summary =
            Summary { at: at(minion, line, line + 7), run_time_ms: Some(run_time_ms), ..Summary::default() };
        self.seen(Record::Summary(summary), Verdict { agrees: Some(true), ..Verdict::plain(Class::Clean) });
        self.over(minion, line + 7, true);
    }

    fn over(&mut self, minion: &str, line: u64, complete: bool) {
        let end = RunEnd { at: at(minion, line, line), complete };
        self.seen(Record::RunEnd(end), Verdict::plain(Class::Clean));
    }

    fn finish(mut self) -> String {
        let exit = self.digest.exit(FailOn::ActionRequired);
        self.report.finish(&self.digest, exit).unwrap();
        self.page.text()
    }
}

/// The text must be what the file holds, and fit.
fn expect(name: &str, width: usize, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/terminal/tests").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name} is not as expected; BLESS=1 writes it anew");
    for line in text.lines() {
        let columns = unicode_width::UnicodeWidthStr::width(line);
        assert!(columns <= width, "{columns} columns: {line}");
        assert!(!line.ends_with(' '), "blanks at the end: {line:?}");
    }
}
