//! Commands whose names are kept: until they come, saying so is better than looking for a file of that name.

use super::Done;

pub(super) fn run(name: &str) -> Done {
    Err(format!("there is no `saltlint {name}` yet; a file or directory of this name is ./{name}").into())
}
