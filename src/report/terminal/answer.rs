//! The answers: one line for a minion's run, one for everything. Words first, then numbers, then what to do.

use anstyle::Style;

use super::section::{INCOMPLETE, Section, UNTRUSTED};
use super::sheet::{ALARM, BOLD, FINE, NOTE, PLAIN, Sheet, WHERE};
use crate::digest::{Digest, Tally};
use crate::record::{Class, Outcome};
use crate::report::Show;

/// So many minions are named in the last line.
const NAMED: usize = 4;

/// `docs: FAILED  1 needs you, 2 to review, 214 clean   (217 states, 7.0 s)`
pub(super) fn of_run(sheet: &mut Sheet<'_>, label: &str, section: &Section) {
    let tally = &section.tally;
    let (word, style) = word(section.worst, tally, section.doubt);
    let label = format!("{label}: ");
    let word = format!("{word}  ");
    let mut counts = counts(tally);
    if counts.is_empty() {
        counts = match section.worst {
            Class::ActionRequired => "1 needs you".to_owned(),
            Class::Review => "no state was run".to_owned(),
            _ => "nothing to tell".to_owned(),
        };
    }
    let facts = facts(tally);
    let hang = unicode_width::UnicodeWidthStr::width(label.as_str()) + word.len();
    let hang = if hang > sheet.look.width / 3 { 4 } else { hang };
    sheet.line(0, hang, &[(BOLD, &label), (style, &word), (PLAIN, &counts), (PLAIN, &facts)]);
}

/// What is remembered of the runs for the last line.
#[derive(Default)]
pub(super) struct Ends {
    /// Runs of which nothing is to be done or seen.
    fine: u64,
    action: Names,
    review: Names,
    first: Option<(Class, String)>,
}

/// The first few minions, and how many more.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    more: u64,
}

impl Names {
    fn add(&mut self, name: &str) {
        if self.names.iter().any(|known| known == name) {
        } else if self.names.len() < NAMED {
            self.names.push(name.to_owned());
        } else {
            self.more += 1;
        }
    }

    /// ` (db1, web3 and 4 more)`
    fn in_brackets(&self) -> String {
        let names = self.names.join(", ");
        match (names.is_empty(), self.more) {
            (true, _) => String::new(),
            (false, 0) => format!(" ({names})"),
            (false, more) => format!(" ({names} and {more} more)"),
        }
    }
}

impl Ends {
    /// A run is over.
    pub(super) fn run(&mut self, label: &str, section: &Section) {
        match section.worst {
            Class::ActionRequired => self.action.add(label),
            Class::Review => self.review.add(label),
            _ => self.fine += u64::from(section.doubt.is_none()),
        }
        if let Some((class, place)) = &section.first {
            self.point(*class, place);
        }
    }

    /// Something urgent stands there: the first of the most urgent is where to start.
    pub(super) fn point(&mut self, class: Class, place: &str) {
        if !place.is_empty()
            && class >= Class::Review
            && self.first.as_ref().is_none_or(|(known, _)| class > *known)
        {
            self.first = Some((class, place.to_owned()));
        }
    }
}

/// Why the input can't be trusted, and the last line.
pub(super) fn of_all(sheet: &mut Sheet<'_>, ends: &Ends, digest: &Digest, exit: u8) {
    let many = digest.runs.max(digest.minions) > 1;
    if !digest.problems.is_empty() {
        sheet.gap();
        sheet.line(0, 2, &[(ALARM, "This input can't be trusted:")]);
        for problem in &digest.problems {
            let place = match (problem.file.as_str(), problem.line) {
                (_, None) => String::new(),
                ("-", Some(line)) => format!("   line {line}"),
                (file, Some(line)) => format!("   {file}:{line}"),
            };
            sheet.line(2, 2, &[(ALARM, "! "), (PLAIN, problem.text.trim_end()), (WHERE, &place)]);
        }
        if digest.problems_more > 0 {
            let line = format!("... and {} more like these", digest.problems_more);
            sheet.line(2, 2, &[(PLAIN, &line)]);
        }
    }
    let all = &digest.all;
    let (action, review) =
        (all.verdict(Class::ActionRequired), all.verdict(Class::Review) + digest.empty_runs);
    let worst = if action > 0 {
        Class::ActionRequired
    } else if review > 0 {
        Class::Review
    } else {
        Class::Clean
    };
    let doubt = (!digest.problems.is_empty()).then_some(if digest.complete { UNTRUSTED } else { INCOMPLETE });
    let (word, style) = word(worst, all, doubt);
    let mut parts = Vec::new();
    if action > 0 {
        parts.push(format!(
            "{action} {}{}",
            needs(action),
            if many { ends.action.in_brackets() } else { String::new() }
        ));
    }
    if review > 0 {
        parts.push(format!(
            "{review} to review{}",
            if many { ends.review.in_brackets() } else { String::new() }
        ));
    }
    if worst < Class::Review {
        parts.push(
            if digest.problems.is_empty() { "nothing needs you" } else { "nothing that was read needs you" }
                .to_owned(),
        );
    }
    if many {
        let of = digest.runs.max(digest.minions);
        parts.push(if ends.fine == of {
            format!("all {of} minions are fine")
        } else {
            format!("{} of {of} minions are fine", ends.fine.min(of))
        });
    }
    let mut line = vec![(style, format!("{word}: ")), (PLAIN, parts.join(", ")), (PLAIN, ".".to_owned())];
    if let Some((_, place)) = &ends.first {
        line.extend([(PLAIN, " Start at ".to_owned()), (WHERE, place.clone()), (PLAIN, ".".to_owned())]);
    }
    let known = all.verdict(Class::Benign) + all.verdict(Class::FalsePositive);
    if worst < Class::Review && known > 0 && sheet.look.show == Show::Attention {
        line.push((PLAIN, " --show changes names what is known.".to_owned()));
    }
    let exit = match exit {
        3 => "   [exit 3: not verified]".to_owned(),
        exit => format!("   [exit {exit}]"),
    };
    line.push((PLAIN, exit));
    sheet.gap();
    let line: Vec<(Style, &str)> = line.iter().map(|(style, text)| (*style, text.as_str())).collect();
    sheet.line(0, word.len() + 2, &line);
}

fn word(worst: Class, tally: &Tally, doubt: Option<&str>) -> (String, Style) {
    let (word, style) = match worst {
        Class::ActionRequired => ("FAILED", ALARM),
        Class::Review => ("REVIEW", NOTE),
        _ => ("OK", FINE),
    };
    // A test run changes nothing: its answer must not read as a deployment's.
    let test = tally.outcome(Outcome::WouldChange) > 0 && tally.outcome(Outcome::Changed) == 0;
    let test = if test { "TEST " } else { "" };
    match doubt {
        // Nothing bad was seen, but not all was seen.
        Some(doubt) if word == "OK" => (format!("{test}{doubt}"), ALARM),
        Some(doubt) => (format!("{test}{word}, {doubt}"), ALARM),
        None => (format!("{test}{word}"), style),
    }
}

fn needs(count: u64) -> &'static str {
    if count == 1 { "needs you" } else { "need you" }
}

fn counts(tally: &Tally) -> String {
    let mut parts = Vec::new();
    let mut add = |count: u64, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    let action = tally.verdict(Class::ActionRequired);
    add(action, "needs you", "need you");
    add(tally.state_verdict(Class::Blocked), "blocked", "blocked");
    add(tally.verdict(Class::Review), "to review", "to review");
    add(tally.state_verdict(Class::Benign), "known change", "known changes");
    add(tally.message_verdict(Class::Benign), "known message", "known messages");
    add(tally.verdict(Class::FalsePositive), "false positive", "false positives");
    add(tally.state_verdict(Class::Clean), "clean", "clean");
    parts.join(", ")
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
    format!("   ({})", facts.join(", "))
}

/// A duration as people say it.
fn duration(ms: f64) -> String {
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
