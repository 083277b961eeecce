//! Records with their verdicts, for commands that look at them instead of writing a report.

use std::io;

use crate::digest::{Digest, FailOn, Problem};
use crate::frame::InputFormat;
use crate::input::Source;
use crate::record::Record;
use crate::report::{Report, Seen};
use crate::rules::{Around, Rule, Rules};
use crate::run::{self, Options};
use crate::verdict::Known;

/// A report that shows each record to somebody, and keeps what made the input untrusted.
struct Gather<'g> {
    take: &'g mut dyn FnMut(&Seen<'_, '_>),
    problems: &'g mut Vec<Problem>,
}

impl Report for Gather<'_> {
    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        (self.take)(seen);
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, digest: &Digest, _exit: u8) -> io::Result<()> {
        self.problems.extend_from_slice(&digest.problems);
        Ok(())
    }
}

/// Shows `take` every record of the inputs, and gives what makes them untrusted.
pub(super) fn each(
    rules: &Rules,
    inputs: Vec<Source>,
    take: &mut dyn FnMut(&Seen<'_, '_>),
) -> io::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    run::run(Options {
        inputs,
        input_format: InputFormat::Auto,
        rules,
        reports: vec![Box::new(Gather { take, problems: &mut problems })],
        fail_on: FailOn::Never,
        expect: Vec::new(),
        only: Vec::new(),
        redact: false,
        progress: None,
        stats: false,
        tee: None,
    })?;
    Ok(problems)
}

/// Shows `take` every record of a piece of output with the rule that spoke: how examples are judged.
pub(super) fn judge(
    rules: &Rules,
    output: &str,
    take: &mut dyn FnMut(&Record<'_>, Option<&Rule>, &Around<'_>),
) {
    let mut problems = Vec::new();
    let mut take = |seen: &Seen<'_, '_>| {
        let around = seen.verdict.around.as_deref().map(Known::around).unwrap_or_default();
        take(seen.record, seen.verdict.rule, &around);
    };
    let report = Box::new(Gather { take: &mut take, problems: &mut problems });
    // What only looks can't fail to write.
    let _ = run::piece(rules, output, report);
}
