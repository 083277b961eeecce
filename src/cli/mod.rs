//! The command line. The only place that knows clap.
//!
//! One file for each command: `analyse` is the main one, which needs no name. Around it: `args` is what can be typed,
//! `config` what can be written down, `settings` the one over the other; `expect`, `look` and `outputs` read the options
//! that need reading; `complain` is the only way to standard error. `rules` has a file for each of its commands; these and
//! `explain` get their records from `gather`, and `here` finds the one that stands in a line.
//!
//! A first argument that is the name of a command is that command; a file of that name is `./NAME`.

mod analyse;
mod args;
mod choice;
mod complain;
mod completions;
mod config;
mod expect;
mod explain;
mod gather;
mod here;
mod look;
mod man;
mod outputs;
mod rules;
mod settings;
mod tried;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use complain::complain;

/// Bad usage, configuration or rules; also a report that can't be written.
const BAD_USAGE: u8 = 2;

/// What a command comes to: an exit status, or why it could not do its work.
type Done = Result<u8, Refused>;

/// Why a command did not do its work.
enum Refused {
    /// Something is wrong with what was asked, and has been said.
    Said,
    /// Something is wrong with what was asked: a sentence for people.
    Because(String),
    /// What was asked for can't be written.
    Unwritable(io::Error),
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Refused::Because(why)
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Refused::Unwritable(error)
    }
}

/// Runs the command that the process's arguments name; its exit status.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    ExitCode::from(status(&arguments))
}

fn status(arguments: &[OsString]) -> u8 {
    let done = match Cli::try_parse_from(arguments) {
        Ok(cli) => dispatch(cli),
        Err(error) => usage(&error),
    };
    match done {
        Ok(status) => status,
        Err(Refused::Said) => BAD_USAGE,
        Err(Refused::Because(why)) => {
            complain(&why);
            BAD_USAGE
        }
        // Whoever read has seen enough: `saltlint … | head`.
        Err(Refused::Unwritable(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(Refused::Unwritable(error)) => {
            complain(&format!("the report can't be written: {}", crate::input::words(&error)));
            BAD_USAGE
        }
    }
}

fn dispatch(cli: Cli) -> Done {
    match cli.command {
        None => analyse::run(cli.analyse),
        Some(Command::Rules { command }) => rules::run(command),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man) => man::run(),
    }
}

/// Help and version go to standard output and are no failure; anything else is bad usage.
fn usage(error: &clap::Error) -> Done {
    let kind = error.kind();
    if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        error.print()?;
        return Ok(0);
    }
    let text = error.render().to_string();
    complain(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    Err(Refused::Said)
}

/// The command as clap knows it, for what is made from it.
fn command() -> clap::Command {
    Cli::command()
}

/// Writes all of `text` to standard output.
fn print(text: &[u8]) -> io::Result<()> {
    use io::Write;
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}

#[cfg(test)]
mod tests;
