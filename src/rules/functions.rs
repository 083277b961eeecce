//! The names of Salt's own state functions, so that a slip in a rule can be told from a state of somebody's own.
//!
//! `functions.txt` lists them as Salt prints them, `module.function`: the public functions of every module in
//! `salt/states` of 3007.1, under the module's virtual name and its function aliases.

use std::sync::OnceLock;

static LIST: &str = include_str!("functions.txt");

/// So long a function's name can hold two slips and still be no other.
const LONG: usize = 6;

/// Every function, sorted.
pub(super) fn all() -> &'static [&'static str] {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<&str> = LIST.lines().collect();
        all.sort_unstable();
        all
    })
}

/// Whether the function's module is one that Salt comes with. What is not is a site's own, or of an extension.
pub fn is_of_salt(name: &str) -> bool {
    let Some((module, _)) = name.split_once('.') else { return false };
    let at = all().partition_point(|known| known.split('.').next().unwrap_or_default() < module);
    all().get(at).is_some_and(|known| known.split('.').next() == Some(module))
}

/// The function that was probably meant, if `name` is none of Salt's and nearly one.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    if all().binary_search(&name).is_ok() {
        return None;
    }
    let lower = name.to_lowercase();
    let (module, function) = lower.split_once('.')?;
    // One slip anywhere, two in a long name of a module that is there.
    let slips = |known: &str| match known.split_once('.') {
        Some((same, _)) if same == module && function.len() >= LONG => 2,
        _ => 1,
    };
    all()
        .iter()
        .filter(|known| known.len().abs_diff(name.len()) <= 2)
        .map(|known| (strsim::damerau_levenshtein(&lower, known), *known))
        .filter(|(distance, known)| *distance <= slips(known))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{all, is_of_salt, meant};

    #[test]
    fn what_salt_comes_with_is_told_from_a_sites_own() {
        for (name, expected) in [
            ("file.managed", true),
            ("file.new_in_3009", true),
            ("zpool.present", true),
            ("corp.deployed", false),
        ] {
            assert_eq!(is_of_salt(name), expected, "{name}");
        }
        assert!(!is_of_salt("") && !is_of_salt("file") && !is_of_salt("fil.managed"));
        assert!(all().iter().all(|name| is_of_salt(name)));
    }

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
            ("nope.present", None),
            ("myapp.deployed", None),
            ("cmd.launch", None),
            ("", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
