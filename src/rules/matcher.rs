//! What a rule asks of a field, and whether a field answers to it.
//!
//! What is absent answers to nothing but `exists = false` and `not`. Of several values (the warnings, a list or a
//! mapping in the changes) one is enough; `not` wants that none answers.

use std::ops::Range;

use memchr::memmem::Finder;

use super::facts::Facts;
use super::field::Field;
use super::glob::Glob;
use super::pattern::{Pattern, worth};

/// What is asked of a field's values.
#[derive(Debug)]
pub(super) enum Matcher {
    /// The whole value is like this.
    Glob(Glob),
    /// The expression is found in the value.
    Regex(Pattern),
    /// The text is found in the value.
    Contains(Finder<'static>),
    /// The value is this text.
    Equals(String),
    /// The values are those of the other field, in whatever order.
    Same(Field),
    /// The value is `True` or `False`.
    Bool(bool),
    /// The value is this number, however it is written.
    Number(f64),
    /// The value is a number in this range, both ends included.
    Range(f64, f64),
    /// The field is there, or is not.
    Exists(bool),
    /// One of these.
    Any(Vec<Matcher>),
    /// Not this.
    Not(Box<Matcher>),
}

/// One line of `when`.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) field: Field,
    pub(super) matcher: Matcher,
    /// What the file says of the field, for `explain`.
    pub(super) asked: String,
    /// Where in the file that stands.
    pub(super) at: Range<usize>,
}

impl Condition {
    pub(super) fn holds(&self, facts: &Facts<'_, '_>) -> bool {
        self.matcher.holds(&self.field, facts)
    }

    /// How much asking this costs, roughly: short fields before long ones, and what need not be searched first.
    pub(super) fn cost(&self) -> (u8, bool) {
        (self.field.length(), self.matcher.is_search())
    }
}

impl Matcher {
    fn holds(&self, field: &Field, facts: &Facts<'_, '_>) -> bool {
        match self {
            Matcher::Exists(wanted) => facts.has(field) == *wanted,
            Matcher::Not(matcher) => !matcher.holds(field, facts),
            // One look at each value is enough where every item of the list is about single values.
            Matcher::Any(list) if list.iter().all(Matcher::is_of_values) => {
                facts.any(field, &mut |value| list.iter().any(|matcher| matcher.takes(value) == Some(true)))
            }
            Matcher::Any(list) => list.iter().any(|matcher| matcher.holds(field, facts)),
            Matcher::Same(other) => {
                let (mine, others) = (facts.values(field), facts.values(other));
                !mine.is_empty() && mine == others
            }
            scalar => facts.any(field, &mut |value| scalar.takes(value) == Some(true)),
        }
    }

    /// Whether it holds if it takes any one of the values.
    fn is_of_values(&self) -> bool {
        !matches!(self, Matcher::Exists(_) | Matcher::Not(_) | Matcher::Same(_) | Matcher::Any(_))
    }

    /// Whether one value, or the lack of one, would do.
    pub(super) fn would_hold(&self, value: Option<&str>) -> bool {
        match self {
            Matcher::Exists(wanted) => value.is_some() == *wanted,
            Matcher::Not(matcher) => !matcher.would_hold(value),
            Matcher::Any(list) => list.iter().any(|matcher| matcher.would_hold(value)),
            scalar => value.is_some_and(|value| scalar.takes(value) == Some(true)),
        }
    }

    /// Whether this takes the value; none where the question is not about a value.
    fn takes(&self, value: &str) -> Option<bool> {
        Some(match self {
            Matcher::Glob(glob) => glob.matches(value),
            Matcher::Regex(pattern) => pattern.matches(value),
            Matcher::Contains(finder) => finder.find(value.as_bytes()).is_some(),
            Matcher::Equals(text) => value == text,
            Matcher::Bool(wanted) => value == if *wanted { "True" } else { "False" },
            Matcher::Number(wanted) => number(value) == Some(*wanted),
            Matcher::Range(min, max) => number(value).is_some_and(|it| *min <= it && it <= *max),
            Matcher::Same(_) | Matcher::Exists(_) | Matcher::Any(_) | Matcher::Not(_) => return None,
        })
    }

    fn is_search(&self) -> bool {
        match self {
            Matcher::Regex(_) | Matcher::Contains(_) | Matcher::Same(_) => true,
            Matcher::Not(matcher) => matcher.is_search(),
            Matcher::Any(list) => list.iter().any(Matcher::is_search),
            _ => false,
        }
    }

    /// The only values that it takes, where they are few and known.
    pub(super) fn exact(&self) -> Option<Vec<&str>> {
        match self {
            Matcher::Glob(glob) => Some(vec![glob.exact()?]),
            Matcher::Equals(text) => Some(vec![text]),
            Matcher::Any(list) => {
                let sets: Option<Vec<_>> = list.iter().map(Matcher::exact).collect();
                Some(sets?.concat())
            }
            _ => None,
        }
    }

    /// Texts of which every value that it takes contains at least one.
    pub(super) fn literals(&self) -> Option<Vec<Vec<u8>>> {
        let literals = match self {
            Matcher::Glob(glob) => vec![glob.literal().as_bytes().to_vec()],
            Matcher::Regex(pattern) => pattern.literals()?.to_vec(),
            Matcher::Contains(finder) => vec![finder.needle().to_vec()],
            Matcher::Equals(text) => vec![text.as_bytes().to_vec()],
            Matcher::Bool(true) => vec![b"True".to_vec()],
            Matcher::Bool(false) => vec![b"False".to_vec()],
            Matcher::Any(list) => {
                let sets: Option<Vec<_>> = list.iter().map(Matcher::literals).collect();
                sets?.concat()
            }
            _ => return None,
        };
        (worth(&literals) > 0).then_some(literals)
    }

    /// Gives `take` each expression that can have matched: all but those under `not`.
    pub(super) fn patterns<'m>(&'m self, take: &mut dyn FnMut(&'m Pattern)) {
        match self {
            Matcher::Regex(pattern) => take(pattern),
            Matcher::Any(list) => list.iter().for_each(|matcher| matcher.patterns(take)),
            _ => {}
        }
    }
}

/// A number as Salt prints it. Infinities and the like are words.
fn number(value: &str) -> Option<f64> {
    let value = value.trim();
    if !value.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    value.parse().ok()
}
