//! The loop: inputs through frame, decode, judge and report.

use std::io;

use crate::digest::FailOn;
use crate::frame::InputFormat;
use crate::input;
use crate::report::Report;
use crate::rules::Rules;

/// What to analyse, and how.
pub struct Options<'o> {
    /// Inputs, in order.
    pub inputs: Vec<input::Source>,
    /// How they are read.
    pub input_format: InputFormat,
    /// The rules that judge.
    pub rules: &'o Rules,
    /// What is written.
    pub reports: Vec<Box<dyn Report>>,
    /// The least verdict that fails.
    pub fail_on: FailOn,
    /// Minions that should have answered: names or globs.
    pub expect: Vec<String>,
}

/// Analyses all inputs; the exit status.
///
/// # Errors
/// A report can't be written; of kind `BrokenPipe` if nobody reads it any more.
pub fn run(options: Options<'_>) -> io::Result<u8> {
    let _ = options;
    Ok(0)
}
