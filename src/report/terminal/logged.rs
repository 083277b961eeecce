//! What stands above the last line where it is of use: the states that took long, those that only the log tells of, and
//! how many lines were understood as what.

use super::answer::duration;
use super::excerpt::cut_to;
use super::finding::place;
use super::sheet::{ALARM, BOLD, NOTE, PLAIN, Sheet, WHERE};
use crate::digest::{Digest, Lines, Logged, Ran, Slow};
use crate::record::Kind;
use crate::report::Show;

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

/// Nobody is told of what took less, in milliseconds; somebody who asks for all that changed is.
const LONG_MS: f64 = 10_000.0;
/// So many are named.
const NAMED: usize = 3;

/// `Took longest: 42.0 s pkg.installed nginx (db31), 14.1 s cmd.run migrate (web1)`
pub(super) fn slowest(sheet: &mut Sheet<'_>, digest: &Digest) -> bool {
    let least = if sheet.look.show == Show::Attention { LONG_MS } else { 0.0 };
    let slow = digest.slowest().iter().filter(|slow| slow.duration_ms >= least).take(NAMED);
    let several = digest.minions > 1;
    let each = |slow: &Slow| {
        let what = [slow.function.as_deref(), slow.id.as_deref()];
        let what: Vec<&str> = what.into_iter().flatten().filter_map(|word| word.lines().next()).collect();
        let minion = slow.minion.as_ref().filter(|_| several);
        let on = minion.map(|minion| format!(" ({minion})")).unwrap_or_default();
        format!("{} {}{on}", duration(slow.duration_ms), cut_to(&what.join(" "), 80))
    };
    let slow: Vec<String> = slow.map(each).collect();
    if !slow.is_empty() {
        sheet.line(0, 2, &[(BOLD, "Took longest: "), (PLAIN, &slow.join(", "))]);
    }
    !slow.is_empty()
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
