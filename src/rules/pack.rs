//! The shape of a rule file: what stands in it, and everything that is wrong with it.
//!
//! The tree is walked by hand rather than through serde, which stops at the first error and knows no neighbours.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::matcher::Condition;
use super::says::Says;
use super::value::{date, entries, tables, text, texts, within};
use super::when;
use super::wrong::Reading;
use super::{Example, Rule};
use crate::record::Class;

pub(super) const PACK: [&str; 2] = ["title", "rule"];
pub(super) const RULE: [&str; 13] = [
    "id",
    "verdict",
    "says",
    "why",
    "help",
    "url",
    "when",
    "example",
    "counterexample",
    "tags",
    "owner",
    "expires",
    "severity",
];
pub(super) const VERDICTS: [&str; 5] = ["false-positive", "benign", "blocked", "review", "action-required"];

/// For those who come from Salt's own files.
const YAML: &str = "Rules are written in TOML, not in YAML: KEY = \"VALUE\", under [[rule]].";

/// Reads a file as the pack `pack`; what is wrong goes to `file`, and then the rules are good for nothing.
pub(super) fn read(pack: &str, path: &str, file: &mut Reading<'_>) -> Vec<Rule> {
    let (tree, errors) = DeTable::parse_recoverable(file.text);
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let yaml = is_yaml(file.text, span.start);
            let help = if yaml { YAML } else { "" };
            file.wrong(span, format!("This is not TOML: {}", error.message()), "here", help);
            if yaml {
                break;
            }
        }
        return Vec::new();
    }
    let mut rules: Vec<Rule> = Vec::new();
    let mut ids: HashMap<String, u64> = HashMap::new();
    let mut title: Option<Arc<str>> = None;
    for (key, span, value) in entries(tree.get_ref()) {
        match key {
            "title" => title = text(key, value, file).map(Arc::from),
            "rule" => {
                for (table, span) in tables("rule", value, file) {
                    let (rule, id) = rule(pack, path, table, span, file);
                    if let Some(id) = id
                        && let Some(line) = ids.insert(rule.id.clone(), rule.line)
                    {
                        let what = format!("Two rules of this pack are called `{}`", rule.id);
                        let help =
                            format!("The first starts in line {line}. Give this one a name of its own.");
                        file.wrong(id, what, "this one is the second", &help);
                    }
                    rules.push(rule);
                }
            }
            _ => file.unknown(span, "key of a rule file", key, &PACK),
        }
    }
    for rule in &mut rules {
        rule.title.clone_from(&title);
    }
    rules
}

/// Whether the line at this byte is one of YAML: `- KEY: VALUE`.
fn is_yaml(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let start = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let end = after.lines().next().unwrap_or_default();
    let line = format!("{start}{end}");
    !line.contains('=') && (line.starts_with("- ") || line.contains(": ") || line.ends_with(':'))
}

fn rule(
    pack: &str,
    path: &str,
    table: &DeTable<'_>,
    span: Range<usize>,
    file: &mut Reading<'_>,
) -> (Rule, Option<Range<usize>>) {
    let mut rule = Rule::new("", Class::Review);
    rule.path = path.to_owned();
    rule.line = file.line(span.start);
    let (mut id, mut verdict, mut says) = (None, false, None);
    let (mut asked, mut sound) = (false, true);
    for (key, span, value) in entries(table) {
        match key {
            "id" => {
                if let Some(slug) = text(key, value, file) {
                    check_slug(slug, value.span(), file);
                    rule.id = format!("{pack}/{slug}");
                    id = Some(value.span());
                } else {
                    id = Some(value.span());
                }
            }
            "verdict" => {
                verdict = true;
                let word = text(key, value, file);
                rule.class = word.and_then(|word| class(word, value.span(), file)).unwrap_or(rule.class);
            }
            "says" => says = text(key, value, file).map(|text| (text, value.span())),
            "why" => rule.why = text(key, value, file).map(str::to_owned),
            "url" => rule.url = text(key, value, file).map(str::to_owned),
            "owner" => rule.owner = text(key, value, file).map(str::to_owned),
            "severity" => rule.severity = text(key, value, file).map(str::to_owned),
            "help" => rule.help = texts(key, value, file),
            "tags" => rule.tags = texts(key, value, file),
            "expires" => rule.expires = date(value, file),
            "when" => {
                asked = true;
                let before = file.count();
                (rule.about, rule.when) = when::read(value, file);
                sound = file.count() == before;
            }
            "example" => rule.examples = examples(key, value, file),
            "counterexample" => rule.counterexamples = examples(key, value, file),
            _ => file.unknown(span, "key of a rule", key, &RULE),
        }
    }
    let head = span.start..span.start;
    let mut lacks = |has: bool, key: &str, help: &str| {
        if !has {
            file.wrong(head.clone(), format!("This rule has no `{key}`"), "this rule", help);
        }
    };
    lacks(id.is_some(), "id", "Give it a short name, such as id = \"migrate\".");
    lacks(verdict, "verdict", &format!("Add verdict = …, one of: {}.", VERDICTS.join(", ")));
    lacks(asked, "when", "Add [rule.when] with at least one field, such as function = \"cmd.run\".");
    // What an expression that is wrong would capture is not known.
    if let Some((says, span)) = says.filter(|_| sound) {
        let captures = captures(&rule.when);
        let whole = file.text;
        let place = |inner: Range<usize>| within(whole, &span, inner);
        rule.says = Some(Says::read(says, &captures, &place, file));
    }
    (rule, id)
}

/// The verdict of this name.
fn class(word: &str, span: Range<usize>, file: &mut Reading<'_>) -> Option<Class> {
    let class = Class::ALL.into_iter().find(|class| class.word() == word);
    match class {
        Some(Class::Clean) => file.wrong(
            span,
            "No rule can call something clean",
            "not for rules",
            "Clean is what Salt did not touch. For a change that is none write \"false-positive\", for one that \
             needs nobody \"benign\".",
        ),
        Some(class) => return Some(class),
        None => file.unknown(span, "verdict", word, &VERDICTS),
    }
    None
}

fn check_slug(slug: &str, span: Range<usize>, file: &mut Reading<'_>) {
    if slug.contains('/') {
        let help =
            "Leave out the pack: it is the file's name. id = \"migrate\" in django.toml is django/migrate.";
        file.wrong(span, "The id of a rule has no `/`", "too much", help);
    } else if slug.is_empty() || slug.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let help = "Letters, digits and hyphens make a good name, such as \"no-migrations\".";
        file.wrong(span, "The id of a rule is one word", "not one word", help);
    }
}

fn captures(when: &[Condition]) -> Vec<&str> {
    let mut names = Vec::new();
    for condition in when {
        condition.matcher.patterns(&mut |pattern| names.extend(pattern.names().iter().map(String::as_str)));
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn examples(key: &str, value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> Vec<Example> {
    let mut examples = Vec::new();
    for (table, span) in tables(&format!("rule.{key}"), value, file) {
        let mut output = None;
        for (key, span, value) in entries(table) {
            match key {
                "output" => output = Some(text(key, value, file).unwrap_or_default().to_owned()),
                _ => file.unknown(span, "key of an example", key, &["output"]),
            }
        }
        match output {
            Some(output) => examples.push(Example { output, line: file.line(span.start) }),
            None => {
                let help = "Paste Salt's output: output = '''…'''.";
                file.wrong(span, format!("This {key} has no `output`"), "this one", help);
            }
        }
    }
    examples
}
