//! `saltlint rules list`

use std::collections::BTreeMap;

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use super::{InForce, Listing};
use crate::cli::look::Screen;
use crate::cli::{Done, Refused, print};
use crate::record::Class;
use crate::report::one_line;
use crate::rules::{About, Rule};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Words that the rule's name, sentence, reason or help must hold, in any case
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Only rules with this verdict; repeatable
    #[arg(long, value_name = "VERDICT", value_parser = verdicts())]
    verdict: Vec<String>,
    /// Only rules for states of this function: service.running
    #[arg(long, value_name = "FUNCTION")]
    function: Option<String>,
    /// Only rules with this tag; repeatable
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// What standard output gets
    #[arg(short, long, value_name = "FORMAT", default_value = "terminal")]
    format: Listing,
    #[command(flatten)]
    in_force: InForce,
}

fn verdicts() -> PossibleValuesParser {
    PossibleValuesParser::new(Class::ALL.into_iter().filter(|it| *it != Class::Clean).map(Class::word))
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let mut found: Vec<&Rule> = rules.iter().filter(|rule| fits(args, rule)).collect();
    if found.is_empty() {
        return Err(Refused::Because(format!("none of the {} rules is like that", rules.iter().count())));
    }
    found.sort_by_key(|rule| (rule.pack(), &rule.path, rule.line));
    if args.format == Listing::Json {
        let listed: Vec<Listed<'_>> = found.into_iter().map(listed).collect();
        let text =
            serde_json::to_string_pretty(&listed).map_err(|error| Refused::Because(error.to_string()))?;
        print(format!("{text}\n").as_bytes())?;
        return Ok(0);
    }
    let width = found.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0).min(50);
    let screen = Screen::new();
    let mut out = String::new();
    for rule in found {
        let says = rule.says().or_else(|| rule.why.clone()).unwrap_or_default();
        let line = format!("{:<15}  {:<width$}  {says}", rule.class.word(), rule.id);
        let line = one_line(line.trim_end()).into_owned();
        out.push_str(&if screen.color { coloured(&line, rule.class) } else { line });
        out.push('\n');
    }
    print(out.as_bytes())?;
    Ok(0)
}

/// A rule, for programs.
#[derive(Serialize)]
struct Listed<'r> {
    id: &'r str,
    verdict: &'static str,
    about: &'static str,
    says: Option<String>,
    why: Option<&'r str>,
    help: &'r [String],
    url: Option<&'r str>,
    tags: &'r [String],
    owner: Option<&'r str>,
    severity: Option<&'r str>,
    expires: Option<String>,
    /// Field and what is asked of it, as the file writes it.
    when: BTreeMap<String, &'r str>,
    builtin: bool,
    file: &'r str,
    line: u64,
}

fn listed(rule: &Rule) -> Listed<'_> {
    Listed {
        id: &rule.id,
        verdict: rule.class.word(),
        about: match rule.about {
            About::States => "states",
            About::Messages => "messages",
        },
        says: rule.says(),
        why: rule.why.as_deref(),
        help: &rule.help,
        url: rule.url.as_deref(),
        tags: &rule.tags,
        owner: rule.owner.as_deref(),
        severity: rule.severity.as_deref(),
        expires: rule.expires.map(|day| day.to_string()),
        when: rule.conditions().collect(),
        builtin: rule.layer == 0,
        file: &rule.path,
        line: rule.line,
    }
}

fn coloured(line: &str, class: Class) -> String {
    let sgr = match class {
        Class::ActionRequired => "31",
        Class::Review => "33",
        _ => "32",
    };
    let word = class.word();
    format!("\x1b[{sgr}m{word}\x1b[0m{}", line.strip_prefix(word).unwrap_or(line))
}

fn fits(args: &Args, rule: &Rule) -> bool {
    let says = rule.says();
    let words = [Some(&rule.id), says.as_ref(), rule.why.as_ref()];
    let words: Vec<String> =
        words.into_iter().flatten().chain(&rule.help).chain(&rule.tags).map(|it| it.to_lowercase()).collect();
    (args.verdict.is_empty() || args.verdict.iter().any(|word| word == rule.class.word()))
        && args.function.as_ref().is_none_or(|function| rule.is_for_function(function))
        && args.tag.iter().all(|tag| rule.tags.contains(tag))
        && args.text.iter().all(|text| words.iter().any(|it| it.contains(&text.to_lowercase())))
}
