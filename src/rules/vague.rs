//! Conditions that ask for nothing: patterns that take any value, and rules that would speak about any state.

use super::Rule;
use super::field::Field;
use super::matcher::{Condition, Matcher};

/// Values with nothing in common: a pattern that takes all of them asks for nothing.
const VALUES: [&str; 9] = [
    "a",
    "0",
    "-",
    "True",
    "cmd.run",
    "/etc/motd",
    "Everything is in order.",
    "\u{e4}\n\n\u{4e2d} [x] *",
    "ERROR: it failed!",
];

/// The first condition whose pattern takes any value, the empty one too.
pub(super) fn takes_anything(rule: &Rule) -> Option<&Condition> {
    rule.when.iter().find(|it| is_pattern(&it.matcher) && takes_all(&it.matcher, VALUES.iter().chain([&""])))
}

/// Whether any state (or message) of its outcome would get the rule.
pub(super) fn speaks_of_anything(rule: &Rule) -> bool {
    !rule.when.iter().any(narrows)
}

/// Whether a condition leaves anything out that is not left out by what the state came to.
fn narrows(condition: &Condition) -> bool {
    let always_there = match &condition.field {
        Field::Outcome | Field::Result => return false,
        Field::Changes(path) => path.is_empty(),
        Field::Warnings | Field::TriggeredBy | Field::Log => false,
        _ => true,
    };
    match &condition.matcher {
        Matcher::Exists(wanted) => *wanted != always_there,
        // Whatever is said of how it must not be, nearly everything is left.
        Matcher::Not(_) => false,
        matcher => !takes_all(matcher, VALUES.iter()),
    }
}

fn is_pattern(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Glob(_) | Matcher::Regex(_) | Matcher::Contains(_) => true,
        Matcher::Any(list) => list.iter().any(is_pattern),
        _ => false,
    }
}

fn takes_all<'v>(matcher: &Matcher, mut values: impl Iterator<Item = &'v &'v str>) -> bool {
    values.all(|value| matcher.would_hold(Some(value)))
}
