//! `saltlint rules test`: 0 where captures get the verdicts that are expected, 1 where one does not.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use similar::TextDiff;

use super::expect::{self, Case};
use super::tested::{self, Came, Tested};
use super::{InForce, verdicts};
use crate::cli::look::Screen;
use crate::cli::{Done, Refused, gather, print};
use crate::input::{Source, words};
use crate::record::Record;
use crate::rules::Rules;

/// For `--help`.
pub(super) const ABOUT: &str = "Hold captures against what is expected of them. Beside NAME.txt (or .json, .yaml, .raw, .pprint, .log, .out; packed or not) \
                        stands NAME.expect, which lists what is not clean, a line each and two blanks between:\n\n  \
                        VERDICT  MINION  FUNCTION  ID-or-NAME  RULE\n\nWhat is absent is `-`. A message has its kind in \
                        place of the function. Lines that begin with # are remarks.";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Exit status: 0 all is as expected, 1 something differs, 2 there is nothing to test.")]
pub(in crate::cli) struct Args {
    /// Directories, captures, or expectations [default: this directory]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write what is found as what is expected, also beside captures that have no expectation yet
    #[arg(long)]
    bless: bool,
    /// What standard output gets
    #[arg(short, long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
    #[command(flatten)]
    in_force: InForce,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Terminal,
    Json,
    Junit,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let mut all = Vec::new();
    let mut without = 0;
    for case in expect::find(&paths)? {
        if !case.certain && !args.bless {
            without += 1;
            continue;
        }
        all.extend(test(&rules, &case, args.bless)?);
    }
    if all.is_empty() {
        let shown = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        return Err(Refused::Because(match without {
            0 => format!("there is nothing to test in {shown}: no NAME.expect, and no capture"),
            n => format!(
                "there is nothing to test in {shown}: no NAME.expect beside its {n} file{}; \
                 `saltlint rules test --bless {shown}` writes them",
                if n == 1 { "" } else { "s" }
            ),
        }));
    }
    let text = match args.format {
        Format::Terminal => tested::terminal(&all, Screen::new().color),
        Format::Json => tested::json(&all),
        Format::Junit => tested::junit(&all),
    };
    print(text.as_bytes())?;
    Ok(u8::from(all.iter().any(|it| matches!(it.came, Came::Differs(_) | Came::Failed(_)))))
}

/// Tests one case; none where a file turns out to be no capture that could be blessed.
fn test(rules: &Rules, case: &Case, bless: bool) -> Result<Option<Tested>, Refused> {
    let shown = |path: &Path| path.display().to_string();
    let tested = |came| {
        let name = shown(case.capture.as_ref().unwrap_or(&case.expect));
        Ok(Some(Tested { name, expect: case.expect.clone(), came }))
    };
    let Some(capture) = &case.capture else {
        return tested(Came::Failed("there is no capture beside this expectation".to_owned()));
    };
    let mut found = Vec::new();
    let mut recognised = false;
    let problems = gather::each(rules, vec![Source::Path(capture.clone())], &mut |seen| {
        recognised |= !matches!(seen.record, Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_));
        found.extend(verdicts::line(seen));
    })?;
    if let Some(problem) = problems.iter().find(|problem| problem.kind == "unreadable") {
        return if case.certain { tested(Came::Failed(problem.text.clone())) } else { Ok(None) };
    }
    if !recognised && !case.certain {
        return Ok(None);
    }
    let expected = match expect::read(&case.expect) {
        Ok(expected) => Some(expected),
        Err(_) if bless => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let expect = shown(&case.expect);
            return tested(Came::Failed(format!("there is no {expect}: --bless writes it")));
        }
        Err(error) => return tested(Came::Failed(format!("{}: {}", shown(&case.expect), words(&error)))),
    };
    match expected {
        Some(expected) if expected == found => tested(Came::AsExpected),
        _ if bless => {
            let unwritable = |error| Refused::Because(format!("{}: {}", shown(&case.expect), words(&error)));
            expect::write(&case.expect, &found).map_err(unwritable)?;
            tested(Came::Blessed)
        }
        expected => tested(Came::Differs(diff(&expected.unwrap_or_default(), &found))),
    }
}

/// The lines that differ, with a few around them.
fn diff(expected: &[String], found: &[String]) -> String {
    let text = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let (expected, found) = (text(expected), text(found));
    TextDiff::from_lines(&expected, &found)
        .unified_diff()
        .context_radius(2)
        .header("expected", "found")
        .to_string()
}
