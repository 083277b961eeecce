//! `saltlint completions SHELL`

use clap_complete::Shell;

use super::Done;

pub(super) fn run(shell: Shell) -> Done {
    // By way of memory: clap_complete panics where it can't write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "saltlint", &mut script);
    super::print(&script)?;
    Ok(0)
}
