//! `saltlint rules …`: one file for each command. What a rule is, and the laws, are `crate::rules`' affair; here is what
//! is typed, and how the answer looks.

mod check;
mod coverage;
mod expect;
mod list;
mod new;
mod show;
mod test;
mod tested;
mod verdicts;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::args::{Configured, Laid};
use super::complain::refuse;
use super::{Done, Refused, config};
use crate::rules::{Rules, docs, schema};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List rules, and find them
    List(list::Args),
    /// Show one rule: its words, conditions and examples
    Show(show::Args),
    /// Hold rule files to the laws
    #[command(long_about = check::ABOUT)]
    Check(check::Args),
    /// Hold captures against what is expected of them
    #[command(long_about = test::ABOUT)]
    Test(test::Args),
    /// Write a rule from a state in a capture
    #[command(long_about = new::ABOUT)]
    New(new::Args),
    /// Say what no rule speaks for, and which rules are never needed
    Coverage(coverage::Args),
    /// Print the JSON Schema of a rule file
    #[command(
        long_about = "Print the JSON Schema of a rule file, for editors. With taplo (VS Code: Even Better TOML) put \
                            this on top of a rule file:\n\n  #:schema ./rules.schema.json"
    )]
    Schema,
    /// Print a page of all rules in Markdown
    Docs(InForce),
}

pub(super) fn run(command: Command) -> Done {
    match command {
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::New(args) => new::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Schema => written(&schema::text()),
        Command::Docs(in_force) => written(&docs::markdown(&in_force.load()?)),
    }
}

/// What a list is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Listing {
    /// For people
    Terminal,
    /// For programs: one document
    Json,
}

fn written(text: &str) -> Done {
    super::print(text.as_bytes())?;
    Ok(0)
}

/// The rules that hold: built in, from the config file, and as named.
#[derive(Clone, Debug, Args)]
pub(super) struct InForce {
    #[command(flatten)]
    laid: Laid,
    #[command(flatten)]
    configured: Configured,
}

impl InForce {
    /// Whether the built-in ones are among them, and the paths that are laid over them.
    fn named(&self) -> Result<(bool, Vec<PathBuf>), Refused> {
        let config = config::that_holds(&self.configured)?;
        let builtin = !self.laid.no_builtin_rules && config.builtin_rules.unwrap_or(true);
        // The config file is found from here upwards: what is below here is named as a person here would.
        let here = std::env::current_dir().unwrap_or_default();
        let near = |path: PathBuf| match path.strip_prefix(&here) {
            Ok(path) if !path.as_os_str().is_empty() => path.to_owned(),
            _ => path,
        };
        Ok((builtin, config.rules.into_iter().map(near).chain(self.laid.rules.iter().cloned()).collect()))
    }

    pub(super) fn load(&self) -> Result<Rules, Refused> {
        let (builtin, paths) = self.named()?;
        Rules::load(builtin, &paths).map_err(|error| {
            refuse(&error);
            Refused::Said
        })
    }
}
