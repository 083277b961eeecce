//! How reports for people look: colour, characters, width. Pure functions over the environment, so that a table can test
//! them; [`Screen`] asks them about this process.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// What standard output is like, for commands that have no options for it.
pub(super) struct Screen {
    pub(super) color: bool,
    pub(super) unicode: bool,
    pub(super) width: usize,
}

impl Screen {
    pub(super) fn new() -> Self {
        let env: Env<'_> = &|name| std::env::var_os(name);
        let terminal = io::stdout().is_terminal();
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Screen {
            color: color(When::Auto, env, terminal),
            unicode: unicode(env),
            width: width(env, columns.filter(|_| terminal)),
        }
    }
}

/// The environment: a variable's value, if it is set.
pub(super) type Env<'e> = &'e dyn Fn(&str) -> Option<OsString>;

/// The width of a report that goes nowhere with a width of its own.
const WIDTH: usize = 80;

/// Whether to use colour: `--color`, then `NO_COLOR` (no-color.org), `CLICOLOR_FORCE` and `CLICOLOR` (bixense.com/clicolors),
/// then whether it is a terminal that can.
pub(super) fn color(when: When, env: Env<'_>, terminal: bool) -> bool {
    let is = |name: &str, value: &str| env(name).is_some_and(|it| it == value);
    let set = |name: &str| env(name).is_some_and(|it| !it.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
        When::Auto if is("CLICOLOR", "0") => false,
        When::Auto => terminal && !is("TERM", "dumb"),
    }
}

/// Whether characters beyond ASCII come out right, by the locale; Windows terminals take UTF-8 without one.
pub(super) fn unicode(env: Env<'_>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env).find(|value| !value.is_empty());
    match set {
        Some(locale) => {
            let locale = locale.to_string_lossy().to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(windows),
    }
}

/// Columns to fit into: `COLUMNS` if it is exported, else the terminal's, else 80.
pub(super) fn width(env: Env<'_>, terminal: Option<usize>) -> usize {
    let asked = env("COLUMNS").and_then(|value| value.to_str()?.parse().ok());
    asked.or(terminal).filter(|&columns: &usize| columns > 0).unwrap_or(WIDTH).clamp(20, 1000)
}
