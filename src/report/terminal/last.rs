//! The last lines: why the input can't be trusted, and the answer for everything, with what to do next.
//!
//! That is where the eye is when the report has scrolled by. Of the runs a few names are kept, and no numbers: those
//! are the digest's.

use anstyle::Style;

use super::answer::word;
use super::section::{INCOMPLETE, Section, UNTRUSTED};
use super::sheet::{ALARM, PLAIN, Sheet, WHERE};
use crate::digest::Digest;
use crate::record::Class;
use crate::report::Show;

/// So many minions are named.
const NAMED: usize = 4;

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
    pub(super) fn run(&mut self, section: &Section) {
        let label = section.minion.as_deref().unwrap_or(&section.file);
        match section.worst {
            Class::ActionRequired => self.action.add(label),
            Class::Review => self.review.add(label),
            _ => self.fine += u64::from(section.doubt.is_none()),
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

/// Why the input can't be trusted, and the last line.
pub(super) fn lines(sheet: &mut Sheet<'_>, ends: &Ends, digest: &Digest, exit: u8) {
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
    sheet.line(0, 4, &line);
}

fn needs(count: u64) -> &'static str {
    if count == 1 { "needs you" } else { "need you" }
}
