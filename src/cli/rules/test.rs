//! `saltlint rules test`: 0 where captures get the verdicts that are expected, 1 where one does not.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use similar::TextDiff;

use super::expect::{self, Case};
use super::{InForce, verdicts};
use crate::cli::look::Screen;
use crate::cli::{Done, Refused, gather, print};
use crate::input::{Source, visible, words};
use crate::record::Record;
use crate::rules::Rules;

#[derive(Debug, ClapArgs)]
#[command(
    long_about = "Hold captures against what is expected of them. Beside NAME.txt (or .json, .log, .out; packed or not) \
                        stands NAME.expect, which lists what is not clean, a line each and two blanks between:\n\n  \
                        VERDICT  MINION  FUNCTION  ID-or-NAME  RULE\n\nWhat is absent is `-`. A message has its kind in \
                        place of the function. Lines that begin with # are remarks.",
    after_help = "Exit status: 0 all is as expected, 1 something differs, 2 there is nothing to test."
)]
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

/// A capture that was held against its expectation.
struct Tested {
    name: String,
    expect: PathBuf,
    came: Came,
}

enum Came {
    AsExpected,
    Blessed,
    Differs(String),
    Failed(String),
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let mut tested = Vec::new();
    let mut without = 0;
    for case in expect::find(&paths)? {
        if !case.certain && !args.bless {
            without += 1;
            continue;
        }
        tested.extend(test(&rules, &case, args.bless)?);
    }
    if tested.is_empty() {
        let shown = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        return Err(Refused::Because(match without {
            0 => format!("there is nothing to test in {shown}: no NAME.expect, and no capture"),
            n => format!(
                "there is nothing to test in {shown}: no NAME.expect beside its {n} files; \
                 `saltlint rules test --bless {shown}` writes them"
            ),
        }));
    }
    let text = match args.format {
        Format::Terminal => terminal(&tested, Screen::new().color),
        Format::Json => json(&tested),
        Format::Junit => junit(&tested),
    };
    print(text.as_bytes())?;
    Ok(u8::from(tested.iter().any(|it| matches!(it.came, Came::Differs(_) | Came::Failed(_)))))
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

fn terminal(tested: &[Tested], color: bool) -> String {
    let mut out = String::new();
    let (mut passed, mut blessed, mut other) = (0, 0, Vec::new());
    for it in tested {
        match &it.came {
            Came::AsExpected => passed += 1,
            Came::Blessed => {
                blessed += 1;
                out.push_str(&format!("wrote {}\n", visible(&it.expect.display().to_string())));
            }
            Came::Differs(text) | Came::Failed(text) => {
                other.push(it);
                out.push_str(&format!(
                    "{}: {}\n",
                    visible(&it.name),
                    match it.came {
                        Came::Differs(_) => "differs",
                        _ => "failed",
                    }
                ));
                for line in visible(text).lines() {
                    let sgr = match line.as_bytes().first() {
                        Some(b'-') => "31",
                        Some(b'+') => "32",
                        _ => "0",
                    };
                    out.push_str(&if color {
                        format!("  \x1b[{sgr}m{line}\x1b[0m\n")
                    } else {
                        format!("  {line}\n")
                    });
                }
            }
        }
    }
    out.push_str(&format!("{passed} as expected"));
    if blessed > 0 {
        out.push_str(&format!(", {blessed} written"));
    }
    if !other.is_empty() {
        out.push_str(&format!(", {} not", other.len()));
    }
    out.push_str(".\n");
    if let Some(first) = other.iter().find(|it| matches!(it.came, Came::Differs(_))) {
        let expect = visible(&first.expect.display().to_string());
        out.push_str(&format!("Where what is found is right: saltlint rules test --bless {expect}\n"));
    }
    out
}

fn json(tested: &[Tested]) -> String {
    let tests: Vec<_> = tested
        .iter()
        .map(|it| {
            let (status, said) = match &it.came {
                Came::AsExpected => ("passed", None),
                Came::Blessed => ("blessed", None),
                Came::Differs(diff) => ("differs", Some(("diff", diff))),
                Came::Failed(why) => ("failed", Some(("why", why))),
            };
            let mut test = serde_json::json!({
                "capture": it.name, "expect": it.expect.display().to_string(), "status": status,
            });
            if let (Some(object), Some((key, text))) = (test.as_object_mut(), said) {
                object.insert(key.to_owned(), text.as_str().into());
            }
            test
        })
        .collect();
    let passed = tested.iter().filter(|it| matches!(it.came, Came::AsExpected | Came::Blessed)).count();
    let all = serde_json::json!({
        "schema": 1, "tests": tests, "passed": passed, "failed": tested.len() - passed,
    });
    format!("{all:#}\n")
}

fn junit(tested: &[Tested]) -> String {
    let failed = tested.iter().filter(|it| matches!(it.came, Came::Differs(_) | Came::Failed(_))).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"saltlint rules test\" tests=\"{0}\" \
         failures=\"{failed}\">\n  <testsuite name=\"saltlint rules test\" tests=\"{0}\" failures=\"{failed}\">\n",
        tested.len()
    );
    for it in tested {
        let name = xml(&it.name);
        out.push_str(&format!("    <testcase classname=\"saltlint.rules\" name=\"{name}\" file=\"{name}\""));
        match &it.came {
            Came::AsExpected | Came::Blessed => out.push_str("/>\n"),
            Came::Differs(text) | Came::Failed(text) => {
                let message = if matches!(it.came, Came::Differs(_)) { "differs" } else { "failed" };
                let text = xml(text);
                out.push_str(&format!(
                    ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>\n"
                ));
            }
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Text as XML may hold it: control characters are spelled out, as no escape of XML's can stand for them.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
