//! `saltlint man`: one page, made from what clap knows.

use std::fmt::Write;

use clap_mangen::Man;

use super::Done;
use super::args::{EXAMPLES, EXIT_STATUS, NOTE};

pub(super) fn run() -> Done {
    let command = super::command();
    let mut commands = String::new();
    for sub in command.get_subcommands() {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        // A String takes whatever is written to it.
        let _ = writeln!(commands, "  saltlint {:<18} {about}", sub.get_name());
    }
    let man = Man::new(command).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    // clap_mangen would name pages of their own for the commands, and refill the examples.
    for (title, text) in
        [("COMMANDS", &*commands), ("EXIT STATUS", EXIT_STATUS), ("FILES", NOTE), ("EXAMPLES", EXAMPLES)]
    {
        page.extend(section(title, text).into_bytes());
    }
    super::print(&page)?;
    Ok(0)
}

/// A section whose lines are left as they are.
fn section(title: &str, text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    let lines = text.lines().map(|line| match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}\n"),
        false => format!("{line}\n"),
    });
    format!(".SH \"{title}\"\n.nf\n{}.fi\n", lines.collect::<String>())
}
