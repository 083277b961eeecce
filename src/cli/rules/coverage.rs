//! `saltlint rules coverage`: what no rule speaks for, and which rules are never needed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde::Serialize;

use super::{InForce, Listing};
use crate::cli::{Done, Refused, analyse, complain, gather, print};
use crate::record::{Class, Outcome, Record, Text};
use crate::report::{Seen, one_line};
use crate::rules::{Rules, functions, generalise};

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
    /// What standard output gets; json lists all
    #[arg(short, long, value_name = "FORMAT", default_value = "terminal")]
    format: Listing,
    #[command(flatten)]
    in_force: InForce,
}

/// What was seen.
#[derive(Default)]
struct Tally {
    counts: HashMap<&'static str, Count>,
    /// What no rule speaks for: how often, and where first.
    silent: HashMap<(&'static str, String, String), (u64, String)>,
    hit: BTreeSet<String>,
}

/// Of one outcome that is not clean, or of messages.
#[derive(Clone, Copy, Default, Serialize)]
struct Count {
    total: u64,
    /// So many of them a rule speaks for.
    spoken: u64,
    /// So many that no rule speaks for are states of modules that Salt does not come with: only their owner knows them.
    of_your_own: u64,
}

/// All of it, for programs.
#[derive(Serialize)]
struct Coverage<'t> {
    counts: BTreeMap<&'static str, Count>,
    silent: Vec<Silent<'t>>,
    rules: usize,
    unused: Vec<&'t str>,
}

#[derive(Serialize)]
struct Silent<'t> {
    count: u64,
    what: &'static str,
    /// The function of a state, the kind of a message.
    kind: &'t str,
    /// Its name or text, with what differs from run to run as stars.
    name: &'t str,
    first: &'t str,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let mut tally = Tally::default();
    let problems = gather::each(&rules, analyse::sources(&args.captures)?, &mut |seen| tally.take(seen))?;
    let unreadable: Vec<_> = problems.iter().filter(|problem| problem.kind == "unreadable").collect();
    unreadable.iter().for_each(|problem| complain(&problem.text));
    let coverage = tally.sorted(&rules);
    let text = match args.format {
        Listing::Terminal => coverage.told(if args.all { usize::MAX } else { TOP }),
        Listing::Json => {
            let text = serde_json::to_string_pretty(&coverage);
            text.map_err(|error| Refused::Because(error.to_string()))? + "\n"
        }
    };
    print(text.as_bytes())?;
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
                // What a state explains is told by that one.
                if verdict.rule.is_none() && verdict.class < Class::Review {
                    return;
                }
                ("message", message.kind.word().to_owned(), message.text.get().into_owned())
            }
            _ => return,
        };
        let count = self.counts.entry(what).or_default();
        count.total += 1;
        if verdict.rule.is_some() {
            count.spoken += 1;
            return;
        }
        if what != "message" && kind != "?" && !functions::is_of_salt(&kind) {
            count.of_your_own += 1;
        }
        let name = one_line(&generalise::glob(&name)).chars().take(100).collect();
        let silent = self.silent.entry((what, one_line(&kind).into_owned(), name));
        let place = || (0, one_line(&format!("{}:{}", seen.file, seen.record.at().line)).into_owned());
        silent.or_insert_with(place).0 += 1;
    }

    fn sorted<'t>(&'t self, rules: &'t Rules) -> Coverage<'t> {
        let mut silent: Vec<_> = self.silent.iter().collect();
        silent.sort_by(|(a, (n, _)), (b, (m, _))| m.cmp(n).then_with(|| a.cmp(b)));
        let silent = silent.into_iter().map(|((what, kind, name), (count, first))| Silent {
            count: *count,
            what,
            kind,
            name,
            first,
        });
        let unused = rules.iter().map(|rule| rule.id.as_str()).filter(|id| !self.hit.contains(*id));
        let mut unused: Vec<&str> = unused.collect();
        unused.sort_unstable();
        Coverage {
            counts: self.counts.iter().map(|(what, count)| (*what, *count)).collect(),
            silent: silent.collect(),
            rules: rules.iter().count(),
            unused,
        }
    }
}

impl Coverage<'_> {
    fn told(&self, top: usize) -> String {
        let mut out = String::new();
        for what in ["changed", "would-change", "failed", "clean", "skipped", "message"] {
            let Some(count) = self.counts.get(what) else { continue };
            let percent = count.spoken as f64 * 100.0 / count.total as f64;
            let name = if what == "message" { "messages that need someone" } else { what };
            out.push_str(&format!(
                "{name}: a rule speaks for {} of {} ({percent:.1} %)",
                count.spoken, count.total
            ));
            if count.of_your_own > 0 {
                let n = count.of_your_own;
                out.push_str(&format!("; {n} of the others are of modules that Salt does not come with"));
            }
            out.push('\n');
        }
        if !self.silent.is_empty() {
            out.push_str("\nNo rule speaks for (how often, what, where first):\n");
        }
        for Silent { count, what, kind, name, first } in self.silent.iter().take(top) {
            out.push_str(&format!("{count:>6}  {what:<12}  {kind:<24}  {name}\n{:>24}{first}\n", ""));
        }
        if self.silent.len() > top {
            out.push_str(&format!("        and {} more (--all)\n", self.silent.len() - top));
        }
        if !self.unused.is_empty() {
            out.push_str(&format!("\nNever needed here, of {} rules:\n", self.rules));
        }
        self.unused.iter().take(top).for_each(|id| out.push_str(&format!("        {}\n", one_line(id))));
        if self.unused.len() > top {
            out.push_str(&format!("        and {} more (--all)\n", self.unused.len() - top));
        }
        out
    }
}
