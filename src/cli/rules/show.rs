//! `saltlint rules show ID`

use clap::Args as ClapArgs;

use super::InForce;
use crate::cli::{Done, Refused, choice, print};
use crate::input::visible;
use crate::rules::{Example, Rule, Rules};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// PACK/NAME as reports give it, or NAME where only one pack has it
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    in_force: InForce,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    print(visible(&told(find(&rules, &args.id)?)).as_bytes())?;
    Ok(0)
}

fn find<'r>(rules: &'r Rules, id: &str) -> Result<&'r Rule, Refused> {
    if let Some(rule) = rules.get(id) {
        return Ok(rule);
    }
    let named: Vec<&Rule> = rules.iter().filter(|rule| rule.slug() == id).collect();
    match named.as_slice() {
        [rule] => Ok(rule),
        [] => {
            let near = choice::nearest(id, rules.iter().map(|rule| rule.id.as_str()));
            let hint = near.map_or_else(
                || "`saltlint rules list` lists them".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            Err(Refused::Because(format!("there is no rule {id:?}; {hint}")))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|rule| rule.id.as_str()).collect();
            Err(Refused::Because(format!("several packs have a rule {id:?}: {}", ids.join(", "))))
        }
    }
}

/// All that the file says of it, for a person.
fn told(rule: &Rule) -> String {
    let mut out = format!("{}  {}\n", rule.id, rule.class.word());
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            out.push_str(&format!("  {name:<8}{}\n", value.trim().replace('\n', "\n          ")));
        }
    };
    line("says", rule.says().as_deref());
    line("why", rule.why.as_deref());
    for (number, step) in rule.help.iter().enumerate() {
        line(if number == 0 { "help" } else { "" }, Some(&format!("{}. {step}", number + 1)));
    }
    line("url", rule.url.as_deref());
    line("tags", (!rule.tags.is_empty()).then(|| rule.tags.join(", ")).as_deref());
    line("owner", rule.owner.as_deref());
    line("severity", rule.severity.as_deref());
    line("expires", rule.expires.map(|day| day.to_string()).as_deref());
    let stands = format!("{}:{}{}", rule.path, rule.line, if rule.layer == 0 { " (built in)" } else { "" });
    line("stands", Some(&stands));
    out.push_str("\nwhen all of these hold:\n");
    let mut names_outcome = false;
    for (field, asked) in rule.conditions() {
        names_outcome |= matches!(field.as_str(), "outcome" | "result");
        out.push_str(&format!("  {field} = {asked}\n"));
    }
    if rule.about == crate::rules::About::States && !names_outcome {
        out.push_str("  (no outcome is named, so: for changed states only)\n");
    }
    examples("gets it", &rule.examples, &mut out);
    examples("does not get it", &rule.counterexamples, &mut out);
    out
}

fn examples(title: &str, examples: &[Example], out: &mut String) {
    for example in examples {
        let text = example.output.trim_matches('\n');
        out.push_str(&format!("\n{title}:\n"));
        text.lines().for_each(|line| out.push_str(&format!("  | {line}\n")));
    }
}
