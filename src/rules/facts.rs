//! What is known of the thing that rules are asked about, each field read at most once.
//!
//! Every value is text, as Salt prints it: `True`, `None`, `0`. So one rule fits text input, in which nothing else is
//! known, and JSON. For the same reason white space around a comment and line ends at the end of a value, which the
//! text modes do not keep, are taken off.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

use super::field::Field;
use super::says::short;
use super::{Around, Subject};
use crate::record::{Changes, Class, Found, Message, Outcome, Place, State, StateResult, Text, Value};

/// A record, seen through the fields of rules.
pub(super) struct Facts<'s, 'a> {
    pub(super) subject: &'s Subject<'s, 'a>,
    around: &'s Around<'s>,
    function: Read<'s>,
    id: Read<'s>,
    name: Read<'s>,
    comment: Read<'s>,
    text: Read<'s>,
    rest: OnceCell<Rest<'s>>,
    /// The key of the changes that was asked for last, and where its value stands.
    part: RefCell<Option<(String, Found)>>,
}

/// What the comment of a state holds that was tried again.
pub(super) const ATTEMPT: &[u8] = b"Attempt ";

type Read<'s> = OnceCell<Option<Cow<'s, str>>>;

/// What rules seldom ask about.
struct Rest<'s> {
    sls: Option<Cow<'s, str>>,
    minion: Option<Cow<'s, str>>,
    logger: Option<Cow<'s, str>>,
    warnings: Vec<Cow<'s, str>>,
}

impl<'s, 'a> Facts<'s, 'a> {
    pub(super) fn new(subject: &'s Subject<'s, 'a>, around: &'s Around<'s>) -> Self {
        let (function, id, name, comment, text) = Default::default();
        Facts {
            subject,
            around,
            function,
            id,
            name,
            comment,
            text,
            rest: OnceCell::new(),
            part: RefCell::default(),
        }
    }

    fn state(&self) -> Option<&'s State<'a>> {
        match self.subject {
            Subject::State(state) => Some(state),
            Subject::Message(_) => None,
        }
    }

    fn message(&self) -> Option<&'s Message<'a>> {
        match self.subject {
            Subject::Message(message) => Some(message),
            Subject::State(_) => None,
        }
    }

    fn at(&self) -> &'s Place<'a> {
        match self.subject {
            Subject::State(state) => &state.at,
            Subject::Message(message) => &message.at,
        }
    }

    pub(super) fn outcome(&self) -> Option<Outcome> {
        self.state().map(|state| state.outcome)
    }

    /// How urgent this is where no rule speaks.
    pub(super) fn class(&self) -> Class {
        match self.subject {
            Subject::Message(message) => message.weight,
            Subject::State(state) => match state.outcome {
                Outcome::Failed => Class::ActionRequired,
                Outcome::Changed | Outcome::WouldChange => Class::Review,
                Outcome::Clean | Outcome::Skipped => Class::Clean,
            },
        }
    }

    fn rest(&self) -> &Rest<'s> {
        self.rest.get_or_init(|| Rest {
            sls: self.state().and_then(|state| state.sls.as_ref()).map(Text::get),
            minion: self.at().minion.as_ref().map(Text::get),
            logger: self.message().and_then(|message| message.logger.as_ref()).map(Text::get),
            warnings: self.state().map_or_else(Vec::new, |it| it.warnings.iter().map(Text::get).collect()),
        })
    }

    pub(super) fn function(&self) -> Option<&str> {
        let read = || self.state().and_then(|state| state.function.as_ref()).map(Text::get);
        self.function.get_or_init(read).as_deref()
    }

    /// The one value of a field that has no more than one.
    pub(super) fn one(&self, field: &Field) -> Option<Cow<'_, str>> {
        let state = self.state();
        match field {
            Field::Function => self.function().map(Cow::Borrowed),
            Field::Id => {
                let read = || state.and_then(|state| state.id.as_ref()).map(Text::get);
                self.id.get_or_init(read).as_deref().map(Cow::Borrowed)
            }
            Field::Name => {
                let read = || state.and_then(|state| state.name.as_ref()).map(Text::get);
                self.name.get_or_init(read).as_deref().map(Cow::Borrowed)
            }
            Field::Comment => {
                let read = || state.and_then(|state| state.comment.as_ref()).map(Text::get);
                self.comment.get_or_init(read).as_deref().map(str::trim).map(Cow::Borrowed)
            }
            Field::Text => {
                let read = || self.message().map(|message| message.text.get());
                self.text.get_or_init(read).as_deref().map(str::trim).map(Cow::Borrowed)
            }
            Field::Sls => self.rest().sls.as_deref().map(Cow::Borrowed),
            Field::Minion => self.rest().minion.as_deref().map(Cow::Borrowed),
            Field::Logger => self.rest().logger.as_deref().map(Cow::Borrowed),
            Field::Outcome => state.map(|state| Cow::Borrowed(state.outcome.word())),
            Field::Result => state.and_then(|state| state.result).map(|it| Cow::Borrowed(printed(it))),
            Field::Kind => self.message().map(|message| Cow::Borrowed(message.kind.word())),
            Field::Level => {
                self.message().and_then(|message| message.level).map(|it| Cow::Borrowed(it.word()))
            }
            Field::DurationMs => {
                state.and_then(|state| state.duration_ms).map(|ms| Cow::Owned(ms.to_string()))
            }
            Field::Attempts => self.attempts().map(|n| Cow::Owned(n.to_string())),
            Field::TriggeredBy => self.around.triggered_by.map(Cow::Borrowed),
            Field::Log => self.around.log.map(Cow::Borrowed),
            Field::Changes(_) | Field::Warnings => None,
        }
    }

    /// Whether one of the field's values passes `test`. A list has the values of its items, a mapping has its keys and
    /// their values, down to the last; what is absent has none.
    pub(super) fn any(&self, field: &Field, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match field {
            Field::Changes(path) => self.at_changes(path, &mut |value| scalars(value, test)),
            Field::Warnings => self.rest().warnings.iter().any(|warning| test(warning.trim())),
            field => self.one(field).is_some_and(|value| test(&value)),
        }
    }

    /// Every value of the field.
    pub(super) fn values(&self, field: &Field) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        self.any(field, &mut |value| {
            values.insert(value.to_owned());
            false
        });
        values
    }

    /// The field's first values on one line, for a person; none where it has none.
    pub(super) fn shown(&self, field: &Field) -> Option<String> {
        let mut values: Vec<String> = Vec::new();
        self.any(field, &mut |value| {
            values.push(short(value));
            values.len() == 4
        });
        (!values.is_empty()).then(|| short(&values.join(", ")))
    }

    /// Whether the field is there at all, be it empty.
    pub(super) fn has(&self, field: &Field) -> bool {
        match field {
            Field::Changes(path) => match (self.find(path), path.len()) {
                (Found::At(_), 1) => true,
                _ => self.at_changes(path, &mut |_| true),
            },
            Field::Warnings => !self.rest().warnings.is_empty(),
            field => self.one(field).is_some(),
        }
    }

    /// Whether something that stands at `path` in the changes passes `test`. No more is read than must be.
    fn at_changes(&self, path: &[String], test: &mut dyn FnMut(&Value) -> bool) -> bool {
        let part = match self.find(path) {
            Found::Nothing => return false,
            Found::At(range) => self.state().and_then(|state| state.changes.as_ref()?.part(range)),
            Found::Unclear => None,
        };
        match (part, path) {
            (Some(value), [_, rest @ ..]) => at(&value, rest, test),
            _ => self.changes().is_some_and(|changes| at(changes, path, test)),
        }
    }

    /// Where what the path begins with stands in the changes.
    fn find(&self, path: &[String]) -> Found {
        let changes = self.state().and_then(|state| state.changes.as_ref());
        let Some((changes, key)) = changes.zip(path.first()) else { return Found::Unclear };
        let mut part = self.part.borrow_mut();
        match part.as_ref().filter(|(asked, _)| asked == key) {
            Some((_, found)) => found.clone(),
            None => part.insert((key.clone(), changes.find(key))).1.clone(),
        }
    }

    /// The changes; empty ones are none, as text does not tell the two apart.
    fn changes(&self) -> Option<&'s Value> {
        let value = self.state()?.changes.as_ref()?.get();
        let empty = match value {
            Value::Null => true,
            Value::Object(map) => map.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        (!empty).then_some(value)
    }

    /// A long field as it stands in the input, if words stand there as they are; nothing in it if it is absent.
    pub(super) fn literal(&self, field: &Field) -> Option<&'s [u8]> {
        literal(self.state()?, field)
    }

    /// How often Salt tried: one more than the attempts that the comment says failed (`salt.state`, `retry`).
    fn attempts(&self) -> Option<u64> {
        let state = self.state()?;
        let comment = state.comment.as_ref()?;
        if memchr::memmem::find(comment.raw(), ATTEMPT).is_none() {
            return Some(1);
        }
        let failed = |line: &&str| {
            let number = line.trim_start().strip_prefix("Attempt ").and_then(|line| line.split_once(": "));
            number.is_some_and(|(number, said)| {
                number.parse::<u64>().is_ok() && said.starts_with("Returned a result of ")
            })
        };
        Some(1 + comment.get().lines().filter(failed).count() as u64)
    }
}

/// A long field of a state as it stands in the input, if words stand there as they are; nothing in it if it is absent.
pub(super) fn literal<'s>(state: &'s State<'_>, field: &Field) -> Option<&'s [u8]> {
    match field {
        Field::Comment => state.comment.as_ref().map_or(Some(b""), Text::literal),
        Field::Changes(_) => state.changes.as_ref().map_or(Some(b""), Changes::literal),
        _ => None,
    }
}

/// `result` as Salt prints it.
pub(super) fn printed(result: StateResult) -> &'static str {
    match result {
        StateResult::True => "True",
        StateResult::False => "False",
        StateResult::None => "None",
    }
}

/// Whether something that stands at `path` passes `test`; a list on the way is gone into.
fn at(value: &Value, path: &[String], test: &mut dyn FnMut(&Value) -> bool) -> bool {
    let [key, rest @ ..] = path else { return test(value) };
    match value {
        Value::Object(map) => map.get(key).is_some_and(|value| at(value, rest, test)),
        Value::Array(list) => list.iter().any(|value| at(value, path, test)),
        _ => false,
    }
}

/// Whether a scalar or a key in `value` passes `test`, as Salt prints it.
fn scalars(value: &Value, test: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::Null => test("None"),
        Value::Bool(true) => test("True"),
        Value::Bool(false) => test("False"),
        Value::Number(number) => test(&number.to_string()),
        Value::String(text) => test(text.trim_end_matches(['\n', '\r'])),
        Value::Array(list) => list.iter().any(|value| scalars(value, test)),
        Value::Object(map) => map.iter().any(|(key, value)| test(key) || scalars(value, test)),
    }
}
