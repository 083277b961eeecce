//! The names of Salt's own state functions, so that a slip in a rule can be told from a state of somebody's own.
//!
//! `functions.txt` lists them as Salt prints them, `module.function`: the public functions of every module in
//! `salt/states` of 3007.1, under the module's virtual name and its function aliases.

use std::sync::OnceLock;

static LIST: &str = include_str!("functions.txt");

/// Two slips in a long name, one in a short one, are a slip and not another name.
const LONG: usize = 12;

/// Every function, sorted.
pub(super) fn all() -> &'static [&'static str] {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<&str> = LIST.lines().collect();
        all.sort_unstable();
        all
    })
}

/// The function that was probably meant, if `name` is none of Salt's and nearly one.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    if all().binary_search(&name).is_ok() {
        return None;
    }
    let slips = if name.len() < LONG { 1 } else { 2 };
    let lower = name.to_lowercase();
    all()
        .iter()
        .filter(|known| known.len().abs_diff(name.len()) <= slips)
        .map(|known| (strsim::damerau_levenshtein(&lower, known), *known))
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{all, meant};

    #[test]
    fn a_slip_is_told_from_a_state_of_ones_own() {
        assert!(all().len() > 1000);
        for (name, expected) in [
            ("service.running", None),
            ("service.runing", Some("service.running")),
            ("cmd.rum", Some("cmd.run")),
            ("Cmd.run", Some("cmd.run")),
            ("file.manged", Some("file.managed")),
            ("pip.instaled", Some("pip.installed")),
            ("myapp.deployed", None),
            ("cmd.sprint", None),
            ("", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
