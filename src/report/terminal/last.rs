//! The last lines: why the input can't be trusted, and the answer for everything, with what to do next.
//!
//! That is where the eye is when the report has scrolled by. Of the runs a few names are kept, and no numbers: those
//! are the digest's.

use anstyle::Style;

use super::answer::word;
use super::finding::place;
use super::section::{INCOMPLETE, Section, UNTRUSTED};
use super::sheet::{ALARM, GLUE, PLAIN, Sheet, WHERE};
use crate::digest::{Digest, Fared};
use crate::record::Class;
use crate::report::Show;

/// So many minions are named.
const NAMED: usize = 4;

/// What is remembered of the runs for the last line.
#[derive(Default)]
pub(super) struct Ends {
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
    pub(super) fn run(&mut self, section: &Section) {
        let label = section.minion.as_deref().unwrap_or(&section.file);
        match section.worst {
            Class::ActionRequired => self.action.add(label),
            Class::Review => self.review.add(label),
            _ => {}
        }
        if let Some((class, place)) = &section.first {
            self.point(*class, place);
        }
    }

    /// Somebody said something outside any run.
    pub(super) fn outside(&mut self, class: Class, minion: Option<&str>, place: &str) {
        match (class, minion) {
            (Class::ActionRequired, Some(minion)) => self.action.add(minion),
            (Class::Review, Some(minion)) => self.review.add(minion),
            _ => {}
        }
        self.point(class, place);
    }

    /// Something urgent stands there: the first of the most urgent is where to start.
    fn point(&mut self, class: Class, place: &str) {
        if !place.is_empty()
            && class >= Class::Review
            && self.first.as_ref().is_none_or(|(known, _)| class > *known)
        {
            self.first = Some((class, place.to_owned()));
        }
    }
}

/// Why the input can't be trusted, if it can't.
pub(super) fn problems(sheet: &mut Sheet<'_>, digest: &Digest) {
    sheet.line(0, 2, &[(ALARM, "This input can't be trusted:")]);
    for problem in &digest.problems {
        let place = problem.line.map(|line| place(&problem.file, line)).unwrap_or_default();
        sheet.line(2, 2, &[(ALARM, "! "), (PLAIN, problem.text.trim_end()), (PLAIN, "   "), (WHERE, &place)]);
    }
    if digest.problems_more > 0 {
        sheet.line(2, 2, &[(PLAIN, &format!("... and {} more like these", digest.problems_more))]);
    }
}

/// `FAILED: 1 needs you (db1), 2 to review (web2), 9 of 12 minions are fine. Start at run.log:12.   [exit 1]`
pub(super) fn line(sheet: &mut Sheet<'_>, ends: &Ends, digest: &Digest, exit: u8) {
    let all = &digest.all;
    let (action, review) =
        (all.verdict(Class::ActionRequired), all.verdict(Class::Review) + digest.empty_runs);
    let worst = match (action, review) {
        (1.., _) => Class::ActionRequired,
        (0, 1..) => Class::Review,
        (0, 0) => Class::Clean,
    };
    let trusted = digest.problems.is_empty();
    let doubt = (!trusted).then_some(if digest.complete { UNTRUSTED } else { INCOMPLETE });
    let (word, style) = word(worst, all, doubt);

    let fared = digest.fared();
    let several = fared.all > 1;
    let who = |names: &Names| if several { names.in_brackets() } else { String::new() };
    let mut parts = Vec::new();
    if action > 0 {
        parts.push(format!("{action} {}{}", needs(action), who(&ends.action)));
    }
    if review > 0 {
        parts.push(format!("{review} to review{}", who(&ends.review)));
    }
    if worst < Class::Review {
        let nothing = all.states == 0 && Class::ALL.into_iter().all(|class| all.verdict(class) == 0);
        parts.push(match (trusted, nothing) {
            (true, _) => "nothing needs you".to_owned(),
            (false, true) => "there is nothing of Salt's in it".to_owned(),
            (false, false) => "nothing that was read needs you".to_owned(),
        });
    }
    parts.extend(fine(fared, digest));

    let mut line = vec![(style, format!("{word}: ")), (PLAIN, parts.join(", ")), (PLAIN, ".".to_owned())];
    if let Some((_, place)) = &ends.first {
        line.extend([(PLAIN, " Start at ".to_owned()), (WHERE, place.clone()), (PLAIN, ".".to_owned())]);
    }
    let known = all.verdict(Class::Benign) + all.verdict(Class::FalsePositive);
    if worst < Class::Review && known > 0 && sheet.look.show == Show::Attention {
        line.push((PLAIN, " --show changes names what is known.".to_owned()));
    }
    let meaning = if exit == 3 { ": not verified" } else { "" };
    line.push((PLAIN, format!("   [exit{GLUE}{exit}{meaning}]")));
    let line: Vec<(Style, &str)> = line.iter().map(|(style, text)| (*style, text.as_str())).collect();
    sheet.line(0, 4, &line);
}

/// `9 of 12 minions are fine`, if there are several; and those that are fine again.
fn fine(fared: Fared, digest: &Digest) -> Vec<String> {
    let Fared { all, fine, mended } = fared;
    // A paste without a header is a run of nobody's.
    let what = if all > digest.minions { "run" } else { "minion" };
    let mut parts = Vec::new();
    match fine {
        _ if all < 2 => {}
        fine if fine == all && digest.problems.is_empty() => {
            parts.push(format!("all {all} {what}s are fine"))
        }
        fine if fine == all => parts.push(format!("{all} {what}s are fine")),
        1 => parts.push(format!("1 of {all} {what}s is fine")),
        2.. => parts.push(format!("{fine} of {all} {what}s are fine")),
        0 => {}
    }
    match mended {
        0 => {}
        1 => parts.push("1 is fine in its last run".to_owned()),
        mended => parts.push(format!("{mended} are fine in their last run")),
    }
    if digest.runs > all {
        parts.push(format!("in {} runs", digest.runs));
    }
    match digest.left_out() {
        0 => {}
        1 => parts.push("1 other left out".to_owned()),
        others => parts.push(format!("{others} others left out")),
    }
    parts
}

fn needs(count: u64) -> &'static str {
    if count == 1 { "needs you" } else { "need you" }
}
