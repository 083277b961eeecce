//! All rules as a page in Markdown.

use super::{Example, Rule, Rules};

/// The page: a section for each pack, and in it each rule with its verdict, words, conditions and examples.
pub fn markdown(rules: &Rules) -> String {
    let mut sorted: Vec<&Rule> = rules.iter().collect();
    sorted.sort_by_key(|rule| (rule.pack(), &rule.path, rule.line));
    let packs = sorted.chunk_by(|a, b| a.pack() == b.pack());
    let mut out = String::from("# Rules\n\n");
    out.push_str(
        "What saltlint knows about Salt's states and messages. Written by `saltlint rules docs`.\n\n",
    );
    for pack in packs.clone() {
        let Some(first) = pack.first() else { continue };
        let name = first.pack();
        let count = pack.len();
        out.push_str(&format!("- [{name}](#{}): {} ({count})\n", anchor(name), prose(title(first))));
    }
    for pack in packs {
        let Some(first) = pack.first() else { continue };
        out.push_str(&format!("\n## {}\n\n{}.\n", first.pack(), prose(title(first))));
        pack.iter().for_each(|rule| one(rule, &mut out));
    }
    out
}

fn title(rule: &Rule) -> &str {
    rule.title.as_deref().unwrap_or("A pack without a title").trim_end_matches('.')
}

fn one(rule: &Rule, out: &mut String) {
    out.push_str(&format!("\n### {}\n\n**{}**", rule.id, rule.class.word()));
    if let Some(says) = rule.says() {
        out.push_str(&format!(": {}", prose(&says)));
    }
    out.push('\n');
    if let Some(why) = &rule.why {
        out.push_str(&format!("\n{}\n", prose(why)));
    }
    if !rule.help.is_empty() {
        out.push('\n');
        for (number, step) in rule.help.iter().enumerate() {
            out.push_str(&format!("{}. {}\n", number + 1, prose(step)));
        }
    }
    out.push_str(&format!("\n{}", fenced("toml", &conditions(rule))));
    if let Some(url) = &rule.url {
        out.push_str(&format!("\nSource: <{}>\n", url.replace(['<', '>', '\n'], "")));
    }
    let facts = [
        ("Tags", (!rule.tags.is_empty()).then(|| rule.tags.join(", "))),
        ("Owner", rule.owner.clone()),
        ("Severity", rule.severity.clone()),
        ("Expires", rule.expires.map(|day| day.to_string())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            out.push_str(&format!("\n{name}: {}\n", prose(&value)));
        }
    }
    examples("An example", &rule.examples, out);
    examples("Not this", &rule.counterexamples, out);
}

fn conditions(rule: &Rule) -> String {
    rule.conditions().map(|(field, asked)| format!("{field} = {asked}\n")).collect()
}

fn examples(title: &str, examples: &[Example], out: &mut String) {
    for example in examples {
        out.push_str(&format!(
            "\n<details><summary>{title}</summary>\n\n{}\n</details>\n",
            fenced("text", &example.output)
        ));
    }
}

/// A fence longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_matches('\n'))
}

fn anchor(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// Words on one line in which nothing is markup.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        match c {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '*' | '_' | '`' | '[' | ']' | '\\' | '|' | '#' => out.extend(['\\', c]),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
