//! `saltlint report`: any report from stored records, so that an archive is read and judged once.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use super::args::{Configured, Written};
use super::settings::Settings;
use super::{Done, Refused, analyse, complain, config, expect};
use crate::digest::FailOn;
use crate::run::{self, Replay};

/// For the long help.
pub(super) const ABOUT: &str = "\
Write reports from records that an earlier run stored with `-f ndjson` (or json). Nothing is judged anew: verdicts are
those of that run, and what was masked then stays masked. The report is the same as it would have been then.

  salt '*' state.apply 2>&1 | saltlint -o ndjson=run.ndjson
  saltlint report run.ndjson -f html > run.html";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files of records, directories, or - for standard input (the default)
    #[arg(value_name = "RECORDS")]
    records: Vec<PathBuf>,

    #[command(flatten)]
    written: Written,

    #[command(flatten)]
    configured: Configured,
}

pub(super) fn run(args: &Args) -> Done {
    if args.records.is_empty() && io::stdin().is_terminal() {
        complain("no records: pipe them in, or name a file that `-f ndjson` wrote");
        return Err(Refused::Said);
    }
    let inputs = analyse::sources(&args.records)?;
    let settings = Settings::written(&args.written).over(config::that_holds(&args.configured)?);
    let reports = analyse::reports(&settings, &inputs, None, None)?;
    let fail_on = settings.fail_on.unwrap_or(FailOn::ActionRequired);
    let only = expect::minions("--minion", &args.written.minion)?;
    Ok(run::replay(Replay { inputs, reports, only, fail_on, redact: settings.redact.unwrap_or(true) })?)
}
