//! The one test binary: what the program reads is held against what Salt returned, its laws against hostile input,
//! its command line against the README, and the house against its own map.
//!
//! Data-driven: a new fixture is a folder under `fixtures/`, a new generated case comes from `oracle/generate.py`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on says so by panicking")]

mod cli;
mod explained;
#[path = "../benches/pipeline/salt.rs"]
#[expect(dead_code, reason = "the benches vary more with it")]
mod fleet;
mod held;
mod house;
mod laws;
mod logged;
mod minion;
mod mode;
mod nested;
mod program;
mod reports;
mod returned;
mod rules;
mod rules_cli;
mod story;
mod tee;
mod truth;
mod wrapped;
