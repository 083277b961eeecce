//! The answer of a minion's run, in one line: a word first, then numbers.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::section::Section;
use super::sheet::{ALARM, BOLD, FINE, NOTE, PLAIN, Sheet};
use crate::digest::Tally;
use crate::record::{Class, Outcome};
use crate::report::plain::plain;

/// `docs: FAILED  1 needs you, 2 to review, 214 clean   (217 states, 7.0 s)`
///
/// `apart` are messages that were shown outside the section, by class.
pub(super) fn of_run(sheet: &mut Sheet<'_>, label: &str, section: &Section, apart: &Apart) {
    let tally = &section.tally;
    let (word, style) = word(section.worst, tally, section.doubt);
    let (label, word) = (format!("{label}: "), format!("{word}  "));
    let mut counts = counts(tally, apart);
    if counts.is_empty() {
        counts.push(match section.worst {
            Class::ActionRequired => "1 needs you".to_owned(),
            Class::Review => "no state was run".to_owned(),
            _ => "nothing to tell".to_owned(),
        });
    }
    let facts = facts(tally);
    let hang = plain(&label).width() + word.len();
    let hang = if hang > sheet.look.width / 2 { 4 } else { hang };
    // Rows end between counts, not within one.
    let mut rows = vec![String::new()];
    let mut columns = plain(&label).width() + word.len();
    let last = counts.len() - 1;
    let counts = counts
        .iter()
        .enumerate()
        .map(|(number, count)| (if number == 0 { "" } else { " " }, count, number < last));
    for (gap, part, comma) in counts.chain([("   ", &facts, false)]) {
        let comma = if comma { "," } else { "" };
        columns += gap.len() + part.len() + comma.len();
        if columns > sheet.look.width {
            rows.push(format!("{part}{comma}"));
            columns = hang + part.len() + comma.len();
        } else if let Some(row) = rows.last_mut() {
            row.extend([gap, part, comma]);
        }
    }
    for (number, row) in rows.iter().enumerate() {
        match number {
            0 => sheet.line(0, hang, &[(BOLD, &label), (style, &word), (PLAIN, row)]),
            _ => sheet.line(hang, 0, &[(PLAIN, row)]),
        }
    }
}

pub(super) fn word(worst: Class, tally: &Tally, doubt: Option<&str>) -> (String, Style) {
    let (word, style) = match worst {
        Class::ActionRequired => ("FAILED", ALARM),
        Class::Review => ("REVIEW", NOTE),
        _ => ("OK", FINE),
    };
    // A test run changes nothing: its answer must not read as a deployment's.
    let test = tally.outcome(Outcome::WouldChange) > 0 && tally.outcome(Outcome::Changed) == 0;
    let test = if test { " (test)" } else { "" };
    match doubt {
        // Nothing bad was seen, but not all was seen.
        Some(doubt) if word == "OK" => (format!("{doubt}{test}"), ALARM),
        Some(doubt) => (format!("{word}, {doubt}{test}"), ALARM),
        None => (format!("{word}{test}"), style),
    }
}

/// Messages by class.
pub(super) type Apart = [u64; Class::ALL.len()];

fn counts(tally: &Tally, apart: &Apart) -> Vec<String> {
    let messages = |class| tally.message_verdict(class).saturating_sub(apart[class as usize]);
    let all = |class| tally.state_verdict(class) + messages(class);
    let mut parts = Vec::new();
    let mut add = |count: u64, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    add(all(Class::ActionRequired), "needs you", "need you");
    add(tally.state_verdict(Class::Blocked), "blocked", "blocked");
    add(all(Class::Review), "to review", "to review");
    add(tally.state_verdict(Class::Benign), "known change", "known changes");
    add(messages(Class::Benign), "known message", "known messages");
    add(all(Class::FalsePositive), "false positive", "false positives");
    add(tally.state_verdict(Class::Clean), "clean", "clean");
    parts
}

fn facts(tally: &Tally) -> String {
    if tally.states == 0 {
        return String::new();
    }
    let mut facts = vec![format!("{} state{}", tally.states, if tally.states == 1 { "" } else { "s" })];
    let would = tally.outcome(Outcome::WouldChange);
    if would > 0 {
        facts.push(format!("{would} would change"));
    }
    if tally.run_time_ms > 0.0 {
        facts.push(duration(tally.run_time_ms));
    }
    format!("({})", facts.join(", "))
}

/// A duration as people say it.
pub(super) fn duration(ms: f64) -> String {
    let seconds = ms / 1000.0;
    if ms < 999.5 {
        format!("{ms:.0} ms")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else if seconds < 3569.5 {
        let seconds = seconds.round();
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    } else {
        let minutes = (seconds / 60.0).round();
        format!("{:.0} h {:.0} min", (minutes / 60.0).floor(), minutes % 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_as_people_say_them() {
        let said = [0.4, 340.0, 999.6, 7000.0, 59_949.0, 59_960.0, 125_000.0, 3_599_900.0, 3_780_000.0]
            .map(duration);
        assert_eq!(
            said,
            [
                "0 ms",
                "340 ms",
                "1.0 s",
                "7.0 s",
                "59.9 s",
                "1 min 0 s",
                "2 min 5 s",
                "1 h 0 min",
                "1 h 3 min"
            ]
        );
    }
}
