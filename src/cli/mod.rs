//! The command line. The only place that knows clap.

use std::process::ExitCode;

/// Runs the command that the arguments name; its exit status.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
