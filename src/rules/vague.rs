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

#[cfg(test)]
mod tests {
    use super::{speaks_of_anything, takes_anything};
    use crate::rules::Rules;

    #[test]
    fn what_asks_for_nothing_is_told_from_what_asks_for_little() {
        for (when, pattern, rule) in [
            ("function = '*'", true, true),
            ("function = 'cmd.*'", false, false),
            ("name = { regex = '.*' }", true, true),
            ("name = { regex = '.+' }", false, true),
            ("outcome = 'failed'", false, true),
            ("result = true\nid = { exists = true }", false, true),
            ("name = { not = 'x' }", false, true),
            ("comment = { exists = false }", false, false),
            ("warnings = { exists = true }", false, false),
            ("warnings = '*'", true, true),
            ("function = 'cmd.run'\nstdout = ['x', '*']", true, false),
            ("function = 'cmd.run'\nstderr = '?*'", false, false),
            ("changes.diff = { exists = true }", false, false),
            ("kind = 'log'", false, false),
            ("text = '**'", true, true),
        ] {
            let text = format!("[[rule]]\nid = 'a'\nverdict = 'benign'\n[rule.when]\n{when}\n");
            let rules = Rules::from_text("t.toml", &text).unwrap();
            let it = rules.get("t/a").unwrap();
            assert_eq!((takes_anything(it).is_some(), speaks_of_anything(it)), (pattern, rule), "{when}");
        }
    }
}
