//! Whether one rule speaks about everything that another would speak about. Sound and not complete: where it says yes
//! it is so; where patterns can't be compared by looking at them it says no.

use super::Rule;
use super::index::outcomes;
use super::matcher::{Condition, Matcher};

/// Stands for a star where one pattern is held against another: no literal of a pattern contains it.
const STAR: &str = "\u{f8ff}";

/// Whether whatever answers to `below` answers to `above`, too.
pub(super) fn covers(above: &Rule, below: &Rule) -> bool {
    above.about == below.about
        && outcomes(below) & !outcomes(above) == 0
        && above.when.iter().all(|wide| below.when.iter().any(|narrow| includes(wide, narrow)))
}

fn includes(wide: &Condition, narrow: &Condition) -> bool {
    if wide.field != narrow.field {
        return false;
    }
    wide.asked == narrow.asked
        || matches!(wide.matcher, Matcher::Exists(true)) && asks_for_a_value(&narrow.matcher)
        || takes(&wide.matcher, &narrow.matcher)
}

fn takes(wide: &Matcher, narrow: &Matcher) -> bool {
    match (wide, narrow) {
        (_, Matcher::Any(list)) => list.iter().all(|narrow| takes(wide, narrow)),
        (Matcher::Any(list), _) => list.iter().any(|wide| takes(wide, narrow)),
        (Matcher::Glob(_) | Matcher::Contains(_) | Matcher::Equals(_) | Matcher::Regex(_), _) => {
            let sample = match narrow {
                Matcher::Equals(text) => return wide.would_hold(Some(text)),
                Matcher::Glob(glob) if glob.exact().is_some() => {
                    return wide.would_hold(glob.exact());
                }
                Matcher::Glob(glob) => glob.with_stars(STAR).replace('?', STAR),
                Matcher::Contains(finder) => {
                    format!("{STAR}{}{STAR}", String::from_utf8_lossy(finder.needle()))
                }
                _ => return false,
            };
            // Only patterns that look for literals: what they find in the literals is in every value. A question mark
            // could take what stands for a star.
            let literal = match wide {
                Matcher::Glob(glob) => !glob.with_stars("").contains('?'),
                Matcher::Contains(_) => true,
                _ => false,
            };
            literal && wide.would_hold(Some(&sample))
        }
        (Matcher::Number(wide), Matcher::Number(narrow)) => wide == narrow,
        (Matcher::Range(min, max), Matcher::Number(narrow)) => min <= narrow && narrow <= max,
        (Matcher::Range(min, max), Matcher::Range(low, high)) => min <= low && high <= max,
        (Matcher::Bool(wide), Matcher::Bool(narrow)) => wide == narrow,
        _ => false,
    }
}

/// Whether only something that is there can answer.
fn asks_for_a_value(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Not(_) | Matcher::Exists(false) => false,
        Matcher::Any(list) => list.iter().all(asks_for_a_value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::covers;
    use crate::rules::Rules;

    /// Whether a rule with the first conditions speaks about all that one with the second does.
    fn says(wide: &str, narrow: &str) -> bool {
        let rule = |id: &str, when: &str| {
            format!("[[rule]]\nid = '{id}'\nverdict = 'benign'\n[rule.when]\nfunction = 'cmd.run'\n{when}\n")
        };
        let text = rule("wide", wide) + &rule("narrow", narrow);
        let rules = Rules::from_text("t.toml", &text).unwrap();
        covers(rules.get("t/wide").unwrap(), rules.get("t/narrow").unwrap())
    }

    #[test]
    fn only_what_is_certain_is_covered() {
        for (wide, narrow, expected) in [
            ("", "name = 'x'", true),
            ("name = 'x'", "", false),
            ("name = '*migrate*'", "name = '*manage.py migrate*'", true),
            ("name = '*migrate*'", "name = '*mig*rate*'", false),
            ("name = 'a*'", "name = '*a'", false),
            ("name = 'a?c'", "name = 'a*c'", false),
            ("name = 'a?c'", "name = 'abc'", true),
            ("name = '*a*'", "name = 'a?c'", true),
            ("name = { contains = '?' }", "name = 'a?c'", false),
            ("name = ['x', '*y']", "name = ['xy', 'x']", true),
            ("name = ['x', '*y']", "name = ['xy', 'z']", false),
            ("name = { exists = true }", "name = 'x'", true),
            ("name = { exists = true }", "name = { not = 'x' }", false),
            ("name = { regex = 'a+' }", "name = 'baaa'", true),
            ("name = { regex = 'a$' }", "name = '*a*'", false),
            ("stdout = '*'", "name = 'x'", false),
            ("retcode = { min = 0 }", "retcode = 1", true),
            ("retcode = { min = 0 }", "retcode = -1", false),
            ("", "outcome = 'failed'", false),
            ("outcome = ['changed', 'failed']", "name = 'x'", true),
        ] {
            assert_eq!(says(wide, narrow), expected, "{wide} | {narrow}");
        }
    }
}
