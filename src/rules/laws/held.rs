//! The laws, asked of one rule: what is wrong with it, said so that it can be put right.

use super::super::covers::covers;
use super::super::field::Field;
use super::super::index::{bit, outcomes};
use super::super::scaffold::TO_SAY;
use super::super::{About, Example, Rule, Rules, Subject, functions, scan, vague};
use super::{At, Judge, Law, Violation};
use crate::record::{Class, Record};

/// The laws, asked of one rule.
pub(super) struct Of<'r, 'b> {
    pub(super) rules: &'r Rules,
    pub(super) judge: &'b Judge<'b>,
    pub(super) rule: &'r Rule,
    pub(super) shadowed: bool,
    pub(super) broken: &'b mut Vec<Violation<'r>>,
}

impl<'r> Of<'r, '_> {
    fn breaks(&mut self, law: Law, place: At, text: String, help: impl Into<String>) {
        self.broken.push(Violation { rule: self.rule, law, text, help: help.into(), place });
    }

    /// What can be told without looking at others or at examples.
    pub(super) fn alone(&mut self) {
        let rule = self.rule;
        let id = &rule.id;
        if rule.examples.is_empty() {
            let help = "Paste output of Salt's that must get it, below [[rule.example]]: output = '''…'''. \
                        `saltlint rules new --from FILE:LINE` does it for you.";
            self.breaks(Law::HasExample, At::Line(rule.line), format!("{id} has no example"), help);
        }
        if rule.class == Class::ActionRequired && rule.help.is_empty() {
            let help = "Say what to do, a step each: help = [\"…\"].";
            let text = format!("{id} calls for action and does not say which: it has no help");
            self.breaks(Law::HasHelp, At::Key("verdict"), text, help);
        }
        if rule.says().is_some_and(|says| says.contains(TO_SAY)) {
            let help =
                "Say in a sentence what was done, or what is wrong, and see that the verdict is yours.";
            self.breaks(Law::HasWords, At::Key("says"), format!("{id} is a draft still"), help);
        }
        if let Some(last) = rule.expires.filter(|last| *last < self.rules.today) {
            let help = "Is it still true? Then give it a new date; else take the rule out.";
            let text = format!("{id} expired: {last} was the last day on which it could lower a verdict");
            self.breaks(Law::NotExpired, At::Key("expires"), text, help);
        }
        if vague::speaks_of_anything(rule) {
            let (what, help) = match rule.about {
                About::States => {
                    ("state", "Name the function at least, and what tells this case from others.")
                }
                About::Messages => ("message", "Ask for words of its text, or its logger."),
            };
            let text = format!("{id} would speak about any {what}");
            self.breaks(Law::AsksForSomething, At::Key("[rule.when"), text, help);
        } else if let Some(condition) = vague::takes_anything(rule) {
            let field = &condition.field;
            let text = format!("Any {field} answers to this");
            let help = format!(
                "Take the line out: conditions that ask for nothing put a rule before others. Where the point is \
                 that it is there at all, write {field} = {{ exists = true }}."
            );
            self.breaks(Law::AsksForSomething, At::Bytes(condition.at.clone()), text, help);
        } else if scan::filed_under(rule).is_none() && !names_function(rule) {
            let text = format!("{id} asks for no text, so it must be asked about everything");
            let help =
                "That is fine for a few rules. Many are slow: name a function, or words of the comment.";
            self.breaks(Law::HasLiteral, At::Line(rule.line), text, help);
        }
        for condition in rule.when.iter().filter(|it| it.field == Field::Function) {
            for name in condition.matcher.exact().unwrap_or_default() {
                let Some(meant) = functions::meant(name) else { continue };
                let glob: String =
                    format!("{}?", name.get(..name.len().saturating_sub(1)).unwrap_or_default());
                let text = format!("`{name}` is no function of Salt's");
                let help = format!(
                    "Did you mean `{meant}`? A state of your own can be written as a glob: \"{glob}\"."
                );
                self.breaks(Law::KnownFunction, At::Bytes(condition.at.clone()), text, help);
            }
        }
    }

    pub(super) fn shadowed_by(&mut self, other: &Rule) {
        self.shadowed = true;
        let text =
            format!("{} can never speak: {} does, about everything that it would", self.rule.id, other.id);
        let help =
            format!("{} stands in {}:{}. {}", other.id, other.path, other.line, self.rule.why_after(other));
        self.breaks(Law::NotShadowed, At::Line(self.rule.line), text, help);
    }

    pub(super) fn examples(&mut self) {
        let rule = self.rule;
        let mut rivals: Vec<&str> = Vec::new();
        for example in &rule.examples {
            let (got, claims) = self.got(example);
            let expired = rule.expires.is_some_and(|last| last < self.rules.today);
            if !got.iter().any(|got| got.is_some_and(|got| got.id == rule.id)) && !expired && !self.shadowed {
                match got.iter().flatten().find(|other| self.is_before(other) && covers(other, rule)) {
                    Some(other) => self.shadowed_by(other),
                    None => self.lost(example, &got),
                }
            }
            for other in claims {
                let equal =
                    (other.layer, other.when.len(), other.class) == (rule.layer, rule.when.len(), rule.class);
                // What can never speak is told about as that.
                if equal
                    && other.id != rule.id
                    && !covers(rule, other)
                    && !rivals.contains(&other.id.as_str())
                {
                    rivals.push(&other.id);
                    let (law, what, order) = match other.path == rule.path {
                        true => (Law::OrderInFile, "and only stands further down", "their order in the file"),
                        false => (Law::OneClaim, "with equal right", "the order of the files"),
                    };
                    let text = format!("{} claims this example of {}, too, {what}", other.id, rule.id);
                    let help = format!(
                        "Both have {} and the same verdict, so {order} decides. Give one of them a condition that \
                         the other does not meet.",
                        fields(rule)
                    );
                    self.breaks(law, At::Line(example.line), text, help);
                }
            }
        }
    }

    /// Whether the other is asked first.
    fn is_before(&self, other: &Rule) -> bool {
        let first = self.rules.iter().find(|it| std::ptr::eq(*it, other) || std::ptr::eq(*it, self.rule));
        first.is_some_and(|first| std::ptr::eq(first, other))
    }

    fn lost(&mut self, example: &Example, got: &[Option<&'r Rule>]) {
        let rule = self.rule;
        let place = At::Line(example.line);
        let id = &rule.id;
        if got.is_empty() {
            let help = "Paste it with the indentation that Salt prints, whole blocks from `ID:` on.";
            self.breaks(
                Law::ExampleGetsRule,
                place,
                format!("Nothing is read in this example of {id}"),
                help,
            );
            return;
        }
        let other = got.iter().flatten().next();
        let text = match other {
            Some(other) => format!("This example of {id} gets {}", other.id),
            None => format!("This example of {id} gets no rule"),
        };
        let help = match (self.unmet(example), other) {
            (Some(unmet), _) => unmet,
            (None, Some(other)) => {
                format!("{} stands in {}:{}. {}", other.id, other.path, other.line, rule.why_after(other))
            }
            (None, None) => "Rules are not asked about what follows from another state's failure.".to_owned(),
        };
        self.breaks(Law::ExampleGetsRule, place, text, help);
    }

    pub(super) fn counterexamples(&mut self) {
        let id = &self.rule.id;
        for example in &self.rule.counterexamples {
            let (got, _) = self.got(example);
            let text = match () {
                () if got.is_empty() => format!("Nothing is read in this counterexample of {id}"),
                () if got.iter().flatten().any(|got| got.id == *id) => {
                    format!("This counterexample gets {id}")
                }
                () => continue,
            };
            let help = match got.is_empty() {
                true => "Paste it with the indentation that Salt prints, whole blocks from `ID:` on.",
                false => "Ask for more in [rule.when], so that it does not answer.",
            };
            self.breaks(Law::CounterexampleDoesNot, At::Line(example.line), text, help);
        }
    }

    /// Which rule speaks about each state and message of the example, and all that would about those that get it.
    fn got(&self, example: &Example) -> (Vec<Option<&'r Rule>>, Vec<&'r Rule>) {
        let (mut got, mut claims) = (Vec::new(), Vec::new());
        (self.judge)(self.rules, &example.output, &mut |record, spoke, around| {
            let Some(subject) = subject(record) else { return };
            let spoke = spoke.and_then(|rule| self.rules.get(&rule.id));
            if spoke.is_some_and(|spoke| spoke.id == self.rule.id) {
                claims.extend(self.rules.claimants(&subject, around));
            }
            got.push(spoke);
        });
        (got, claims)
    }

    /// In a sentence, why the rule does not answer: the condition that the example comes nearest to meeting, and what
    /// is there instead.
    fn unmet(&self, example: &Example) -> Option<String> {
        let rule = self.rule;
        let mut nearest: Option<(usize, Option<String>)> = None;
        (self.judge)(self.rules, &example.output, &mut |record, _, around| {
            let Some(subject) = subject(record) else { return };
            let asked = self.rules.ask(rule, &subject, around);
            let met = asked.iter().filter(|asked| asked.met).count();
            if nearest.as_ref().is_some_and(|(best, _)| met <= *best) {
                return;
            }
            let outcome = match record {
                Record::State(state) if outcomes(rule) & bit(state.outcome) == 0 => Some(state.outcome),
                _ => None,
            };
            let why = match (asked.iter().find(|asked| !asked.met), outcome) {
                (Some(unmet), _) => {
                    let found = unmet.found.as_deref();
                    let found =
                        found.map_or_else(|| "there is none".to_owned(), |found| format!("it is `{found}`"));
                    Some(format!("It does not answer to {} = {}: {found}.", unmet.field, unmet.asked))
                }
                (None, Some(outcome)) => Some(format!(
                    "Without `outcome` or `result` a rule is for changed states only, and this one is {0}. If that \
                     is meant, add outcome = \"{0}\".",
                    outcome.word()
                )),
                (None, None) => None,
            };
            nearest = Some((met, why));
        });
        nearest.and_then(|(_, why)| why)
    }
}

fn subject<'s, 'a>(record: &'s Record<'a>) -> Option<Subject<'s, 'a>> {
    match record {
        Record::State(state) => Some(Subject::State(state)),
        Record::Message(message) => Some(Subject::Message(message)),
        _ => None,
    }
}

fn names_function(rule: &Rule) -> bool {
    rule.when.iter().any(|it| it.field == Field::Function && it.matcher.exact().is_some())
}

fn fields(rule: &Rule) -> String {
    match rule.when.len() {
        1 => "one field".to_owned(),
        n => format!("{n} fields"),
    }
}
