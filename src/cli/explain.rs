//! `saltlint explain INPUT:LINE`: why what stands there got its verdict.

use clap::Args as ClapArgs;

use super::here::{self, Here, Stands};
use super::rules::InForce;
use super::tried::tried;
use super::{Done, print};
use crate::record::{Class, Outcome, Record, State, Text};
use crate::report::one_line;
use crate::rules::{Around, Rule, Rules, Subject};

/// So many records of one line are explained.
const RECORDS: usize = 5;
/// Characters of a condition or a value.
pub(super) const WIDE: usize = 80;

/// For `--help`.
pub(super) const ABOUT: &str = "Say why what stands in a line got its verdict: the rule that speaks and what it asks for, the rules \
                        that would speak, too, and why they come after it, and those that came nearest, with the condition \
                        that does not hold. --all lists every rule for such a state, in the order in which they are asked.";

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Where it stands, as reports give it: deploy.log:120 (-:120 for standard input)
    #[arg(value_name = "INPUT:LINE", value_parser = here::parse)]
    place: Here,
    /// Show every rule that was tried
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    in_force: InForce,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    let found = here::find(&rules, &args.place)?;
    let mut out = String::new();
    for stands in found.iter().take(RECORDS) {
        if !out.is_empty() {
            out.push('\n');
        }
        explained(&rules, &args.place, stands, args.all, &mut out);
    }
    if found.len() > RECORDS {
        out.push_str(&format!("\nand {} more on this line\n", found.len() - RECORDS));
    }
    print(out.as_bytes())?;
    Ok(0)
}

/// Text being written, a line at a time, nothing in it that a terminal would obey.
pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(one_line(text).trim_end());
    out.push('\n');
}

fn explained(rules: &Rules, here: &Here, stands: &Stands, all: bool, out: &mut String) {
    let at = stands.record.at();
    let minion = get(&at.minion).map(|it| format!(" of {it}")).unwrap_or_default();
    let place = format!("{}:{}-{}", here.source.name(), at.line, at.end_line);
    let (what, subject) = match &stands.record {
        Record::State(state) => (state_in_words(state), Some(Subject::State(state))),
        Record::Message(message) => {
            let level = message.level.map(|level| format!(", level {}", level.word())).unwrap_or_default();
            let text = message.text.get();
            let first = text.lines().find(|it| !it.trim().is_empty()).unwrap_or_default().trim().to_owned();
            (
                format!("message, kind {}{level}: {}", message.kind.word(), cut(&first, WIDE)),
                Some(Subject::Message(message)),
            )
        }
        Record::Summary(_) => ("Salt's Summary: no rule is about those".to_owned(), None),
        _ => ("lines that belong to nothing: no rule is about those".to_owned(), None),
    };
    line(out, &format!("{place}{minion}"));
    line(out, &format!("  {what}"));
    let speaker = stands.rule.as_deref().and_then(|id| rules.get(id));
    line(out, &format!("  {}: {}", stands.class.word(), why(stands, speaker)));
    if let Some(says) = stands.says.as_deref().filter(|_| speaker.is_some()) {
        line(out, &format!("  \"{says}\""));
    }
    if let Some(subject) = subject.filter(|_| stands.cause.is_none()) {
        tried(rules, &rules.explain(&subject, &Around::default()), speaker, all, out);
        if speaker.is_none() && stands.class >= Class::Review {
            let line_of = format!("{}:{}", here.source.name(), here.line);
            line(out, &format!("`saltlint rules new --from {line_of}` drafts a rule."));
        }
    }
}

fn state_in_words(state: &State<'_>) -> String {
    let name = get(&state.id).or_else(|| get(&state.name)).unwrap_or_else(|| "?".to_owned());
    let function = get(&state.function).unwrap_or_else(|| "a function that is not shown".to_owned());
    format!("state {} ({function}), {}", cut(&name, WIDE), state.outcome.word())
}

/// The verdict's reason in a sentence.
fn why(stands: &Stands, speaker: Option<&Rule>) -> String {
    if let Some(rule) = speaker {
        return format!("the rule {} speaks ({}:{})", rule.id, rule.path, rule.line);
    }
    if let Some(cause) = &stands.cause {
        let name = cause.id.as_ref().or(cause.name.as_ref()).map_or("?", String::as_str);
        let place = format!("{}:{}", cause.file, cause.line);
        return format!("it follows from the failure of {name} in {place}; no rule is asked");
    }
    if let Some(says) = &stands.says {
        return says.clone();
    }
    match &stands.record {
        Record::State(state) => match state.outcome {
            Outcome::Failed => "no rule speaks, and a failure needs someone",
            Outcome::Changed => "no rule speaks, and a change is to be looked at",
            Outcome::WouldChange => "no rule speaks, and what would change is to be looked at",
            Outcome::Clean => "Salt changed nothing, and no rule speaks",
            Outcome::Skipped => "it did not run, as it was told to, and no rule speaks",
        },
        Record::Message(_) => "no rule speaks, and this is what its form says",
        _ => "nothing more is known",
    }
    .to_owned()
}

fn get(text: &Option<Text<'_>>) -> Option<String> {
    text.as_ref().map(|text| text.get().trim().to_owned()).filter(|text| !text.is_empty())
}

/// As much of it as a line can hold.
pub(super) fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
