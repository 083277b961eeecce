//! The binary: parse, run, exit. All of it is [`saltlint::cli`], so that tests can reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    saltlint::cli::main()
}
