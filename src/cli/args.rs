//! What can be typed: the options and commands as clap sees them. What is not typed stays `None` here, so that the
//! config file can have its say; see `settings`.
//!
//! Most options can be set in the environment, too: `--fail-on` is `SALTLINT_FAIL_ON`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use clap_complete::Shell;

use super::choice;
use super::look::When;
use super::outputs::{self, Output};
use super::{explain, report, rules};
use crate::digest::FailOn;
use crate::frame::InputFormat;
use crate::report::{Format, Show};

const USAGE: &str = "\
salt ... 2>&1 | saltlint [OPTIONS]
       saltlint [OPTIONS] [INPUT]...
       saltlint <COMMAND>";

/// What the exit status means; for the help and the manual page, as the next two.
pub(super) const EXIT_STATUS: &str = "  0  nothing at or above --fail-on, and the input can be trusted
  1  findings
  2  bad usage, configuration or rules
  3  no findings, but the input can't be trusted: unreadable, cut off, nothing in it recognised,
     or at odds with Salt's own Summary";

pub(super) const EXAMPLES: &str = "  salt-ssh 'docs' state.apply 2>&1 | saltlint
      What Salt says on standard error does not come through a pipe without 2>&1.

  set -o pipefail; salt '*' state.apply --out=json 2>&1 | saltlint --fail-on review
      In a script: pipefail keeps Salt's own exit status from getting lost.

  saltlint run.log.gz old-runs/ -
      Files (compressed or not), directories and standard input, in this order.

  salt '*' state.apply 2>&1 | saltlint --expect @roster -o ndjson=run.ndjson
      Each minion of a salt-ssh roster must answer; a second report for programs.";

pub(super) const NOTE: &str = "\
Settings can stand in saltlint.toml under the long names of the options, and in the environment:
fail-on = \"review\", SALTLINT_FAIL_ON=review. A file that is named like a command is ./NAME.";

/// Reads what Salt prints and answers: did it work, what changed, what needs me, and what do I do?
#[derive(Debug, Parser)]
#[command(
    name = "saltlint",
    version,
    override_usage = USAGE,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "`saltlint --help` says more, with examples.",
    after_long_help = format!("Exit status:\n{EXIT_STATUS}\n\nExamples:\n{EXAMPLES}\n\n{NOTE}"),
    long_about = "Reads what Salt prints and answers: did it work, what changed, what needs me, and what do I do?\n\n\
                  It reads the output of salt, salt-call, salt-ssh and salt-run, in every outputter's notation, and \
                  Salt's logs. It does not check .sls files: salt-lint does."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) analyse: Analyse,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List, check, test and write rules
    Rules {
        #[command(subcommand)]
        command: rules::Command,
    },
    /// Write reports from stored records (`-f ndjson`)
    #[command(long_about = report::ABOUT)]
    Report(report::Args),
    /// Say why the state in a line got its verdict
    #[command(long_about = explain::ABOUT)]
    Explain(explain::Args),
    /// Print a completion script for a shell
    #[command(
        long_about = "Print a completion script for a shell, to be stored where the shell looks for it:\n\n  \
                            bash  saltlint completions bash > ~/.local/share/bash-completion/completions/saltlint\n  \
                            zsh   saltlint completions zsh > DIR/_saltlint, with DIR in $fpath\n  \
                            fish  saltlint completions fish > ~/.config/fish/completions/saltlint.fish"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page: `saltlint man | man -l -`
    Man,
}

#[derive(Debug, Args)]
pub(super) struct Analyse {
    /// Files, directories, or - for standard input (the default)
    ///
    /// A directory stands for the files below it, in path order; hidden files, symbolic links and .sls files in it are
    /// left out. Files may be compressed (gzip, xz, bzip2, zstd) and tar
    /// archives, told by content and not by name; ARCHIVE!FILE is one file of an archive.
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,

    /// How the input is read [default: auto]
    #[arg(long, value_name = "FORMAT", value_parser = choice::parser::<InputFormat>())]
    #[arg(env = "SALTLINT_INPUT_FORMAT", hide_env = true, help_heading = "Input")]
    pub(super) input_format: Option<InputFormat>,

    /// Minions that must answer: names or globs with commas between, or @FILE
    ///
    /// A minion that should have answered and does not appear needs someone. FILE holds a name or glob a line, or is a
    /// salt-ssh roster.
    #[arg(long, value_name = "MINIONS", action = ArgAction::Append)]
    #[arg(env = "SALTLINT_EXPECT", hide_env = true, help_heading = "Input")]
    pub(super) expect: Vec<String>,

    /// Pass the input on to standard output as it comes, and write the report to standard error
    ///
    /// Byte for byte: what is compressed stays so. Where nobody reads it any more (`| head`), the rest is still judged.
    /// On a terminal the report waits for the end of the input.
    #[arg(long, help_heading = "Report")]
    pub(super) tee: bool,

    #[command(flatten)]
    pub(super) laid: Laid,

    #[command(flatten)]
    pub(super) written: Written,

    #[command(flatten)]
    pub(super) configured: Configured,
}

/// What is written, and when it fails.
#[derive(Debug, Args)]
pub(super) struct Written {
    /// The least verdict that ends with exit status 1 [default: action-required]
    #[arg(long, value_name = "LEVEL", value_parser = choice::parser::<FailOn>(), overrides_with = "exit_zero")]
    #[arg(env = "SALTLINT_FAIL_ON", hide_env = true, help_heading = "Failing")]
    pub(super) fail_on: Option<FailOn>,

    /// The same as --fail-on never: takes away 1, never 2 or 3
    #[arg(long, overrides_with = "fail_on", help_heading = "Failing")]
    pub(super) exit_zero: bool,

    /// What standard output gets [default: terminal]
    #[arg(short, long, value_name = "FORMAT", alias = "output-format", value_parser = choice::parser::<Format>())]
    #[arg(env = "SALTLINT_FORMAT", hide_env = true, help_heading = "Report")]
    pub(super) format: Option<Format>,

    /// A further report in a file, from the same pass; repeatable
    #[arg(short, long, value_name = "FORMAT=FILE", value_parser = outputs::parse, action = ArgAction::Append)]
    #[arg(env = "SALTLINT_OUTPUT", hide_env = true, help_heading = "Report")]
    pub(super) output: Vec<Output>,

    /// Where the SLS files are: reports that point at files name the state's line there
    ///
    /// Heeded by concise, sarif, github, gitlab and checkstyle. What is not found there stands in the input.
    #[arg(long, value_name = "DIR")]
    #[arg(env = "SALTLINT_STATES_ROOT", hide_env = true, help_heading = "Report")]
    pub(super) states_root: Option<PathBuf>,

    /// Tell only of these minions: names or globs with commas between, or @FILE; repeatable
    ///
    /// The others are left out of reports, counts and exit status, as if they were not there; what is nobody's (a crash of
    /// Salt's, a file that can't be read) stays. If none of them is there, the exit status is 3.
    #[arg(long, value_name = "MINIONS", action = ArgAction::Append, help_heading = "Report")]
    pub(super) minion: Vec<String>,

    /// What reports list [default: attention]
    ///
    /// Heeded by terminal, concise, markdown, sarif, github, gitlab and checkstyle; the others list all.
    #[arg(long, value_name = "LEVEL", value_parser = choice::parser::<Show>())]
    #[arg(env = "SALTLINT_SHOW", hide_env = true, help_heading = "Report")]
    pub(super) show: Option<Show>,

    /// List each finding once, with the minions that have it, and not under each minion
    ///
    /// The terminal report; those for programs list each, and markdown and html put equal ones together anyway.
    #[arg(long, env = "SALTLINT_GROUP", hide_env = true, help_heading = "Report")]
    pub(super) group: bool,

    /// Say how many lines were understood as what
    ///
    /// The terminal report; the others always hold it.
    #[arg(long, env = "SALTLINT_STATS", hide_env = true, help_heading = "Report")]
    pub(super) stats: bool,

    /// When to use colour [default: auto]
    ///
    /// --no-color and --force-color, as Salt has them, are understood too.
    #[arg(long, value_name = "WHEN", value_parser = choice::parser::<When>(), alias = "colour")]
    #[arg(overrides_with_all = ["no_color", "force_color"])]
    #[arg(env = "SALTLINT_COLOR", hide_env = true, help_heading = "Report")]
    pub(super) color: Option<When>,

    #[arg(long, hide = true, alias = "nocolor", overrides_with_all = ["color", "force_color"])]
    pub(super) no_color: bool,

    #[arg(long, hide = true, overrides_with_all = ["color", "no_color"])]
    pub(super) force_color: bool,

    /// Show secrets that reports mask by default
    #[arg(long, env = "SALTLINT_NO_REDACT", hide_env = true, help_heading = "Report")]
    pub(super) no_redact: bool,
}

/// Which rules hold.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Laid {
    /// A rule file or a directory of them, laid over the built-in rules; repeatable
    ///
    /// A later one is laid over an earlier one, and all over those of the config file.
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    #[arg(env = "SALTLINT_RULES", hide_env = true, help_heading = "Rules")]
    pub(super) rules: Vec<PathBuf>,

    /// Start without the built-in rules
    #[arg(long, env = "SALTLINT_NO_BUILTIN_RULES", hide_env = true, help_heading = "Rules")]
    pub(super) no_builtin_rules: bool,
}

/// Which config file holds.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Configured {
    /// Read this config file
    ///
    /// Default: the nearest saltlint.toml or .saltlint.toml in this directory or above, else
    /// saltlint/saltlint.toml in $XDG_CONFIG_HOME or ~/.config. Options win over it.
    #[arg(long, value_name = "FILE", overrides_with = "no_config")]
    #[arg(env = "SALTLINT_CONFIG", hide_env = true, help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,

    /// Read no config file
    #[arg(long, overrides_with = "config")]
    #[arg(env = "SALTLINT_NO_CONFIG", hide_env = true, help_heading = "Configuration")]
    pub(super) no_config: bool,
}
