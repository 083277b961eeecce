//! What goes to standard error: short, with the program's name in front, and nothing that could move a terminal.

use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::look;
use crate::input::visible;
use crate::rules::LoadErrors;

/// Columns of what is said about a file.
const WIDTH: usize = 100;

/// Says what is wrong.
pub(super) fn complain(text: &str) {
    write(&format!("saltlint: {text}\n"));
}

/// Says what is wrong with a file, and shows the place.
pub(super) fn show(diagnostic: &dyn Diagnostic) {
    let theme = match look::unicode(&|name| std::env::var_os(name)) {
        true => GraphicalTheme::unicode_nocolor(),
        false => GraphicalTheme::none(),
    };
    let mut text = String::new();
    let shown =
        GraphicalReportHandler::new_themed(theme).with_width(WIDTH).render_report(&mut text, diagnostic);
    match shown {
        // What miette has as a sign in front of the message is the program's name here.
        Ok(()) => write(&format!("saltlint: {}", text.trim_start_matches([' ', '\n', '×', 'x', '⚠', '!']))),
        Err(_) => complain(&diagnostic.to_string()),
    }
}

/// Says what is wrong with rule files, each place first, and then what it comes to.
pub(super) fn refuse(errors: &LoadErrors) {
    let unicode = look::unicode(&|name| std::env::var_os(name));
    write(&format!("{}saltlint: {errors}\n", errors.places(WIDTH, unicode, false)));
}

fn write(text: &str) {
    // If standard error is gone there is nobody left to tell.
    let _ = io::stderr().write_all(visible(text).as_bytes());
}
