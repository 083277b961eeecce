//! `saltlint rules check`: 0 where all laws hold, 1 where one is broken, 2 where a file is refused.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::InForce;
use crate::cli::complain::refuse;
use crate::cli::look::Screen;
use crate::cli::{Done, Refused, gather, print};
use crate::input::visible;
use crate::rules::{Rule, Rules, Wrong, laws, not_shown, render};

/// For `--help`.
pub(super) const ABOUT: &str = "Hold rule files to the laws: examples get their rule and counterexamples don't, no rule is shadowed \
                        or lacks an example, whoever must act is told how, no pattern asks for nothing, no two rules claim \
                        an example with equal right, none has expired, no function is misspelt.\n\nWithout PATH all rules \
                        that hold here are checked. Files that are named are laid over those, and only they are checked.";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Exit status: 0 all laws hold, 1 a law is broken, 2 a file can't be loaded.")]
pub(in crate::cli) struct Args {
    /// Rule files, or directories of them
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    in_force: InForce,
}

pub(super) fn run(args: &Args) -> Done {
    let (builtin, layers) = args.in_force.named()?;
    // What holds anyway keeps its place among the others. The rest are files of one pack, whichever is named first.
    let holds = |path: &&PathBuf| layers.iter().any(|layer| is_in(path, layer));
    let beside: Vec<PathBuf> = args.paths.iter().filter(|path| !holds(path)).cloned().collect();
    let mut broken = Vec::new();
    let mut rules = 0;
    let mut take = |set: &Rules, those: &dyn Fn(&Rule) -> bool| {
        rules += set.iter().filter(|rule| those(rule)).count();
        broken.extend(laws::shown(&laws::check_those(set, &gather::judge, those)));
    };
    if args.paths.is_empty() && builtin {
        // By themselves: a user's rule may well take an example from one that it is laid over.
        take(&load(true, &[], &[])?, &|_| true);
    }
    if !layers.is_empty() || !beside.is_empty() {
        let named = |rule: &Rule| args.paths.iter().any(|path| is_in(Path::new(&rule.path), path));
        take(&load(builtin, &layers, &beside)?, &|rule| {
            rule.layer > 0 && (args.paths.is_empty() || named(rule))
        });
    }
    report(rules, &broken)
}

fn load(builtin: bool, layers: &[PathBuf], beside: &[PathBuf]) -> Result<Rules, Refused> {
    Rules::load_beside(builtin, layers, beside).map_err(|error| {
        refuse(&error);
        Refused::Said
    })
}

/// Whether the path is this one, or below it.
fn is_in(path: &Path, above: &Path) -> bool {
    match (path.canonicalize(), above.canonicalize()) {
        (Ok(path), Ok(above)) => path.starts_with(above),
        _ => path.starts_with(above),
    }
}

fn report(rules: usize, broken: &[Wrong]) -> Done {
    let screen = Screen::new();
    let mut text = render(broken, screen.width.min(100), screen.unicode, false);
    let (warnings, errors): (Vec<_>, Vec<_>) = broken.iter().partition(|wrong| wrong.warns());
    let more = not_shown(broken.len());
    if more > 0 {
        text.push_str(&format!("{more} more are not shown.\n"));
    }
    text.push_str(&many(rules, "rule"));
    text.push_str(&match errors.len() {
        0 => ": all laws hold".to_owned(),
        n => format!(": {} broken", many(n, "law")),
    });
    if !warnings.is_empty() {
        text.push_str(&format!(", {}", many(warnings.len(), "warning")));
    }
    print(visible(&format!("{text}.\n")).as_bytes())?;
    Ok(u8::from(!errors.is_empty()))
}

fn many(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}
