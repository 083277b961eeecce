//! What a rule's file says of it, told back: for lists, pages and explanations.

use super::field::Field;
use super::{About, Rule};

impl Rule {
    /// What it says, with its placeholders as they are written.
    pub fn says(&self) -> Option<String> {
        self.says.as_ref().map(super::says::Says::written)
    }

    /// Its conditions: each field, and what the file asks of it.
    pub fn conditions(&self) -> impl Iterator<Item = (String, &str)> {
        self.when.iter().map(|it| (it.field.to_string(), it.asked.as_str()))
    }

    /// The name of its pack.
    pub fn pack(&self) -> &str {
        self.id.split_once('/').map_or("", |(pack, _)| pack)
    }

    /// Its name in its pack.
    pub fn slug(&self) -> &str {
        self.id.split_once('/').map_or(&self.id, |(_, slug)| slug)
    }

    /// Whether it is for states of this function; one that asks for no function is for all.
    pub fn is_for_function(&self, function: &str) -> bool {
        self.about == About::States
            && self
                .when
                .iter()
                .filter(|it| it.field == Field::Function)
                .all(|it| it.matcher.would_hold(Some(function)))
    }

    /// Why this one is asked after `other`, in a sentence.
    pub fn why_after(&self, other: &Rule) -> String {
        let what = |rule: &Rule| match rule.layer {
            0 => "the built-in rules",
            _ => "an earlier --rules",
        };
        if other.layer != self.layer {
            return format!("It is asked first because its --rules are laid over {}.", what(self));
        }
        let (ours, theirs) = (self.when.len(), other.when.len());
        if ours != theirs {
            return format!(
                "It is asked first because it has more conditions: {theirs}, against {ours} here."
            );
        }
        if other.class != self.class {
            return format!(
                "It is asked first because {} is more urgent than {}.",
                other.class.word(),
                self.class.word()
            );
        }
        "It is asked first because it stands first.".to_owned()
    }
}
