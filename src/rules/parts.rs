//! A rule file that is right, read a rule at a time: the tree of one rule is small and soon gone, where that of ten
//! thousand takes forty times the file and is built and torn down for nothing.
//!
//! What is wrong is never said here. A file with anything wrong in it is left to `pack`, which reads it whole and knows
//! all places; so is one of an unusual shape.

use std::collections::HashSet;

use super::wrong::Reading;
use super::{Rule, pack};

/// How each rule begins.
const HEAD: &str = "[[rule]]";

/// The rules of the file, or none where it must be read whole.
pub(super) fn read(pack: &str, path: &str, text: &str, trusted: bool) -> Option<Vec<Rule>> {
    let starts = starts(text);
    // What stands above the first rule can't be about rules, too: then two of them would belong together.
    let above = text.get(..*starts.first()?)?;
    if above.lines().any(|line| line.trim_start_matches(['[', ' ', '\t', '"', '\'']).starts_with("rule")) {
        return None;
    }
    let mut rules: Vec<Rule> = Vec::with_capacity(starts.len());
    let (mut from, mut lines) = (0, 0);
    for at in 1..=starts.len() {
        let to = starts.get(at).copied().unwrap_or(text.len());
        let part = text.get(from..to)?;
        let mut file = Reading::new(part);
        file.trusted = trusted;
        let read = pack::read(pack, path, &mut file);
        if !file.is_right() {
            return None;
        }
        for mut rule in read {
            rule.line += lines;
            rule.examples.iter_mut().chain(&mut rule.counterexamples).for_each(|it| it.line += lines);
            for condition in &mut rule.when {
                condition.at = condition.at.start + from..condition.at.end + from;
            }
            if let Some(first) = rules.first() {
                rule.title.clone_from(&first.title);
            }
            rules.push(rule);
        }
        lines += memchr::memchr_iter(b'\n', part.as_bytes()).count() as u64;
        from = to;
    }
    let mut ids = HashSet::with_capacity(rules.len());
    rules.iter().all(|rule| ids.insert(rule.id.as_str())).then_some(rules)
}

/// The rule that starts in this line: its part of the file, without its examples where they stand at its end.
pub(super) fn lean(text: &str, line: u64) -> Option<&str> {
    let starts = starts(text);
    let before =
        |at: usize| memchr::memchr_iter(b'\n', text.get(..at).unwrap_or_default().as_bytes()).count() as u64;
    let place = starts.iter().position(|at| before(*at) + 1 == line)?;
    let part = text.get(*starts.get(place)?..starts.get(place + 1).copied().unwrap_or(text.len()))?;
    let shown = ["\n[[rule.example]]", "\n[[rule.counterexample]]"];
    let end = shown.iter().filter_map(|head| part.find(head)).min().unwrap_or(part.len());
    let after = part.get(end..)?.matches("\n[rule").count();
    part.get(..if after == 0 { end } else { part.len() })
}

/// Where the lines begin that begin a rule. One inside a string of several lines splits the string, and neither half
/// is TOML.
fn starts(text: &str) -> Vec<usize> {
    memchr::memmem::find_iter(text.as_bytes(), HEAD)
        .filter(|at| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::rules::load::tests_support::packs;
    use crate::rules::pack;
    use crate::rules::wrong::Reading;

    fn whole(text: &str) -> Option<String> {
        let mut file = Reading::new(text);
        let rules = pack::read("p", "p.toml", &mut file);
        file.is_right().then(|| format!("{rules:#?}"))
    }

    #[test]
    fn what_is_read_in_parts_is_what_is_read_whole() {
        for text in packs() {
            let parts = read("p", "p.toml", text, false).map(|rules| format!("{rules:#?}"));
            assert!(parts.is_some() && parts == whole(text));
        }
    }

    #[test]
    fn what_is_wrong_or_unusual_is_left_to_the_whole() {
        let rule = |id: &str| format!("[[rule]]\nid = '{id}'\nverdict = 'benign'\n[rule.when]\nname = 'x'\n");
        let string = "[[rule.example]]\noutput = '''\n[[rule]]\n'''\n";
        for (text, parts) in [
            (rule("a") + &rule("b"), true),
            (format!("title = 'T'\n{}\n\n{}", rule("a"), rule("b")), true),
            (
                format!(
                    "{}[[ rule ]]\nid = 'b'\nverdict = 'benign'\nwhen.name = 'y'\n{}",
                    rule("a"),
                    rule("c")
                ),
                true,
            ),
            (rule("a") + &rule("a"), false),
            (rule("a") + string + &rule("b"), false),
            (format!("rule = []\n{}", rule("a")), false),
            (format!("[rule]\nid = 'x'\n{}", rule("a")), false),
            (format!("titel = 'T'\n{}", rule("a")), false),
            (rule("a") + "x = \n", false),
            (String::new(), false),
        ] {
            let found = read("p", "p.toml", &text, false).map(|rules| format!("{rules:#?}"));
            assert_eq!(found.is_some(), parts, "{text}");
            assert!(found.is_none() || found == whole(&text), "{text}");
        }
    }
}
