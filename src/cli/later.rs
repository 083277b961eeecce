//! Commands whose names are kept: until they come, saying so is better than looking for a file of that name. clap does not
//! know them, so that no help and no completion offers what does not work.

use std::ffi::OsString;

/// What will be a command.
const NAMES: [&str; 2] = ["rules", "explain"];

/// Why these arguments can't be heeded, if they name such a command.
pub(super) fn named(arguments: &[OsString]) -> Option<String> {
    let name = NAMES.into_iter().find(|name| arguments.get(1).is_some_and(|first| first == name))?;
    Some(format!("there is no `saltlint {name}` yet; a file or directory of this name is ./{name}"))
}
