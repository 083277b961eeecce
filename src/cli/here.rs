//! `INPUT:LINE`: the record that stands there.

use std::borrow::Cow;
use std::path::PathBuf;

use super::Refused;
use super::gather;
use crate::input::Source;
use crate::record::{Class, Record};
use crate::rules::Rules;
use crate::verdict::Cause;

/// A line of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Here {
    pub(super) source: Source,
    pub(super) line: u64,
}

/// A record that stands in the line, and what was thought of it.
pub(super) struct Stands {
    pub(super) record: Record<'static>,
    pub(super) class: Class,
    pub(super) rule: Option<String>,
    pub(super) says: Option<String>,
    pub(super) cause: Option<Cause>,
}

/// Reads `INPUT:LINE`; reports write places like that.
pub(super) fn parse(text: &str) -> Result<Here, String> {
    let split = text.rsplit_once(':').and_then(|(input, line)| Some((input, line.parse::<u64>().ok()?)));
    match split {
        Some((input, line)) if line > 0 && !input.is_empty() => {
            let source = if input == "-" { Source::Stdin } else { Source::Path(PathBuf::from(input)) };
            Ok(Here { source, line })
        }
        _ => Err("it is INPUT:LINE, as in deploy.log:120, with lines counted from 1".to_owned()),
    }
}

/// The innermost record, or records (JSON on one line), in whose range the line lies.
pub(super) fn find(rules: &Rules, here: &Here) -> Result<Vec<Stands>, Refused> {
    let mut found: Vec<Stands> = Vec::new();
    let mut last = 0;
    let problems = gather::each(rules, vec![here.source.clone()], &mut |seen| {
        let at = seen.record.at();
        last = last.max(at.end_line);
        let nothing = matches!(seen.record, Record::RunEnd(_) | Record::Fault(_));
        if nothing || !(at.line..=at.end_line).contains(&here.line) {
            return;
        }
        found.push(Stands {
            record: seen.record.clone().into_owned(),
            class: seen.verdict.class,
            rule: seen.verdict.rule.map(|rule| rule.id.clone()),
            says: seen.says().map(Cow::into_owned),
            cause: seen.verdict.cause.clone(),
        });
    })?;
    let name = here.source.name();
    if let Some(problem) = problems.iter().find(|problem| problem.kind == "unreadable") {
        return Err(Refused::Because(problem.text.clone()));
    }
    let lines = |it: &Stands| it.record.at().end_line - it.record.at().line;
    match found.iter().map(lines).min() {
        Some(least) => {
            found.retain(|it| lines(it) == least);
            Ok(found)
        }
        None if here.line > last => {
            Err(Refused::Because(format!("{name} has nothing in line {}: it ends in line {last}", here.line)))
        }
        None => {
            Err(Refused::Because(format!("line {} of {name} is blank and belongs to nothing", here.line)))
        }
    }
}
