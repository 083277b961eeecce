//! What stands above the last line where it is of use: the states that only the log tells of, and how many lines were
//! understood as what.

use super::answer::duration;
use super::finding::place;
use super::sheet::{ALARM, BOLD, NOTE, PLAIN, Sheet, WHERE};
use crate::digest::{Digest, Lines, Logged, Ran};
use crate::record::Kind;

/// `Salt's log tells of 214 states that no outputter printed (3 min 2 s): 2 failed.`
pub(super) fn states(sheet: &mut Sheet<'_>, logged: &Logged) {
    let count = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let came = [count(logged.failed, "failed"), count(logged.unfinished, "had not completed when it ends")];
    let came: Vec<String> = came.into_iter().flatten().collect();
    let came = if came.is_empty() { "none failed".to_owned() } else { came.join(", ") };
    let states = if logged.states == 1 { "1 state that" } else { &format!("{} states that", logged.states) };
    let took = duration(logged.duration_ms);
    let line = format!("Salt's log tells of {states} no outputter printed ({took}): {came}.");
    sheet.line(0, 2, &[(BOLD, &line)]);
    let mut each = |label: &str, style, ran: &Ran| {
        let function = ran.function.as_ref().map(|function| format!("  {function}")).unwrap_or_default();
        let took = ran.duration_ms.map(|ms| format!("  {}", duration(ms))).unwrap_or_default();
        let name = ran.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = place(&ran.file, ran.line);
        sheet.line(
            2,
            4,
            &[
                (style, label),
                (BOLD, &name),
                (PLAIN, &function),
                (PLAIN, &took),
                (PLAIN, "   "),
                (WHERE, &place),
            ],
        );
    };
    logged.failures.iter().for_each(|ran| each("failed   ", ALARM, ran));
    logged.running.iter().for_each(|ran| each("running  ", NOTE, ran));
    logged.slowest.iter().for_each(|ran| each("slowest  ", PLAIN, ran));
}

/// `Lines: 1204 in all: 1100 state, 60 log, 6 summary, 38 blank`
pub(super) fn lines(sheet: &mut Sheet<'_>, digest: &Digest) {
    let lines: &Lines = &digest.lines;
    let mut parts = vec![(lines.state, "state")];
    parts.extend(Kind::ALL.map(|kind| (lines.message(kind), kind.word())));
    parts.extend([(lines.summary, "summary"), (lines.stray, "stray"), (lines.blank, "blank")]);
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let all = lines.total();
    let line = format!("Lines: {all} in all{}{}", if all > 0 { ": " } else { "" }, parts.join(", "));
    sheet.line(0, 2, &[(PLAIN, &line)]);
}
