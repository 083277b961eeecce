//! `saltlint rules coverage`: what no rule speaks for, and which rules are never needed.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::InForce;
use crate::cli::{Done, analyse, complain, gather, print};
use crate::record::{Class, Outcome, Record, Text};
use crate::report::{Seen, one_line};
use crate::rules::{Rules, generalise};

/// So many kinds of states are listed unless all are asked for.
const TOP: usize = 30;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Captures, or directories of them; - is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    captures: Vec<PathBuf>,
    /// List all, not only the most frequent
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    in_force: InForce,
}

/// What was seen.
#[derive(Default)]
struct Tally {
    /// For each outcome that is not clean, and for messages: how many, and how many of them a rule speaks for.
    counts: HashMap<&'static str, (u64, u64)>,
    /// What no rule speaks for: how often, and where first.
    silent: HashMap<(&'static str, String, String), (u64, String)>,
    hit: BTreeSet<String>,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let mut tally = Tally::default();
    let problems = gather::each(&rules, analyse::sources(&args.captures)?, &mut |seen| tally.take(seen))?;
    let unreadable: Vec<_> = problems.iter().filter(|problem| problem.kind == "unreadable").collect();
    unreadable.iter().for_each(|problem| complain(&problem.text));
    print(tally.told(&rules, if args.all { usize::MAX } else { TOP }).as_bytes())?;
    Ok(if unreadable.is_empty() { 0 } else { 3 })
}

impl Tally {
    fn take(&mut self, seen: &Seen<'_, '_>) {
        let verdict = seen.verdict;
        if let Some(rule) = verdict.rule {
            self.hit.insert(rule.id.clone());
        }
        let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
        let (what, kind, name) = match seen.record {
            Record::State(state) => {
                // What follows from another state is told by that one.
                let quiet = matches!(state.outcome, Outcome::Clean | Outcome::Skipped);
                if verdict.rule.is_none() && (quiet || verdict.class < Class::Review || seen.says().is_some())
                {
                    return;
                }
                let name = get(&state.name).or_else(|| get(&state.id)).unwrap_or_default();
                (state.outcome.word(), get(&state.function).unwrap_or_else(|| "?".to_owned()), name)
            }
            Record::Message(message) => {
                if verdict.rule.is_none() && message.weight < Class::Review {
                    return;
                }
                ("message", message.kind.word().to_owned(), message.text.get().into_owned())
            }
            _ => return,
        };
        let count = self.counts.entry(what).or_default();
        count.0 += 1;
        if verdict.rule.is_some() {
            count.1 += 1;
            return;
        }
        let name = one_line(&generalise::glob(&name)).chars().take(100).collect();
        let silent = self.silent.entry((what, one_line(&kind).into_owned(), name));
        let place = || (0, one_line(&format!("{}:{}", seen.file, seen.record.at().line)).into_owned());
        silent.or_insert_with(place).0 += 1;
    }

    fn told(&self, rules: &Rules, top: usize) -> String {
        let mut out = String::new();
        for what in ["changed", "would-change", "failed", "clean", "skipped", "message"] {
            let Some((all, spoken)) = self.counts.get(what) else { continue };
            let percent = *spoken as f64 * 100.0 / *all as f64;
            let name = if what == "message" { "messages that need someone" } else { what };
            out.push_str(&format!("{name}: a rule speaks for {spoken} of {all} ({percent:.1} %)\n"));
        }
        let mut silent: Vec<_> = self.silent.iter().collect();
        silent.sort_by(|(a, (n, _)), (b, (m, _))| m.cmp(n).then_with(|| a.cmp(b)));
        if !silent.is_empty() {
            out.push_str("\nNo rule speaks for (how often, what, where first):\n");
        }
        for ((what, kind, name), (count, place)) in silent.iter().take(top) {
            out.push_str(&format!("{count:>6}  {what:<12}  {kind:<24}  {name}\n{:>24}{place}\n", ""));
        }
        if silent.len() > top {
            out.push_str(&format!("        and {} more (--all)\n", silent.len() - top));
        }
        let mut unused: Vec<&str> =
            rules.iter().map(|rule| rule.id.as_str()).filter(|id| !self.hit.contains(*id)).collect();
        unused.sort_unstable();
        if !unused.is_empty() {
            let all = rules.iter().count();
            out.push_str(&format!("\nNever needed here, of {all} rules:\n"));
        }
        unused.iter().take(top).for_each(|id| out.push_str(&format!("        {}\n", one_line(id))));
        if unused.len() > top {
            out.push_str(&format!("        and {} more (--all)\n", unused.len() - top));
        }
        out
    }
}
