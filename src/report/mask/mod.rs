//! Secrets, taken out of records before anybody sees them: in every format, and in the digest's words.
//!
//! [`Mask::seen`] is asked once for each record, before the digest and the reports get it, so that no format can forget
//! it. It starts with one scan for literals (`scan`): text without such words is passed on as it is, undecoded. What is
//! masked reads `‹masked›`, and masking what is masked changes nothing.
//!
//! | file | holds |
//! | --- | --- |
//! | `scan` | the literals that make a text worth a look |
//! | `keys` | which names are a secret's, and which values are none |
//! | `pairs` | names and values in text: YAML, INI, JSON, command lines, the environment |
//! | `shapes` | what is a secret by its looks: keys, tokens, hashes, URLs with credentials |
//! | `values` | names and values in a state's changes |
//!
//! Verdicts are given before this, on what Salt said. Names of minions and of files are left as they are: records are told
//! apart and found by them, and whoever may read the report has them already.

mod keys;
mod pairs;
mod scan;
mod shapes;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;

use scan::Scan;

use crate::record::{Changes, Fault, Message, Place, Record, State, Stray, Text};
use crate::verdict::Verdict;

/// What stands in a secret's place.
pub(super) const MASKED: &str = "‹masked›";

/// Takes secrets out of records.
pub struct Mask {
    scan: Scan,
}

impl Default for Mask {
    fn default() -> Self {
        Mask { scan: Scan::new() }
    }
}

impl Mask {
    /// The same record and verdict without the secrets in them; `None` if none are.
    pub fn seen<'a, 'r>(
        &self,
        record: &Record<'a>,
        verdict: &Verdict<'r>,
    ) -> Option<(Record<'a>, Verdict<'r>)> {
        let masked = match record {
            Record::State(state) => self.state(state).map(Record::State),
            Record::Message(it) => self
                .field(&it.text)
                .map(|text| Record::Message(Message { text, at: self.own_place(&it.at), ..it.clone() })),
            Record::Stray(it) => {
                self.field(&it.text).map(|text| Record::Stray(Stray { text, at: it.at.clone() }))
            }
            Record::Fault(it) => {
                self.text(&it.text).map(|text| Record::Fault(Fault { text: text.into_owned(), ..it.clone() }))
            }
            Record::Summary(_) | Record::RunEnd(_) => None,
        };
        let said = self.verdict(verdict, record, masked.is_some());
        match (masked, said) {
            (None, None) => None,
            (masked, said) => {
                Some((masked.unwrap_or_else(|| record.clone()), said.unwrap_or_else(|| verdict.clone())))
            }
        }
    }

    /// Text without the secrets in it; `None` if none are.
    pub fn text<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let found = self.scan.look(text.as_bytes());
        if found.is_empty() {
            return None;
        }
        let masked = shapes::mask(text, found);
        let masked = match pairs::mask(&masked, &self.scan, found) {
            Cow::Owned(text) => Cow::Owned(text),
            Cow::Borrowed(_) => masked,
        };
        (*masked != *text).then_some(masked)
    }

    fn field(&self, text: &Text<'_>) -> Option<Text<'static>> {
        // The bytes first: what is not worth a look need not be decoded.
        if self.scan.look(text.raw()).is_empty() {
            return None;
        }
        self.text(&text.get()).map(|text| Text::owned(text.into_owned()))
    }

    fn some_field(&self, text: &Option<Text<'_>>) -> Option<Text<'static>> {
        self.field(text.as_ref()?)
    }

    fn state<'a>(&self, state: &State<'a>) -> Option<State<'a>> {
        let (id, name) = (self.some_field(&state.id), self.some_field(&state.name));
        let comment = self.some_field(&state.comment);
        let warnings: Vec<_> = state.warnings.iter().map(|warning| self.field(warning)).collect();
        let parent = state.at.parent.as_ref().and_then(|parent| self.field(&parent.id));
        let changes = state.changes.as_ref().and_then(|changes| self.changes(state, changes));
        let nothing = id.is_none()
            && name.is_none()
            && comment.is_none()
            && parent.is_none()
            && changes.is_none()
            && warnings.iter().all(Option::is_none);
        if nothing {
            return None;
        }
        let warnings = warnings.into_iter().zip(&state.warnings);
        Some(State {
            at: self.own_place(&state.at),
            id: id.or_else(|| state.id.clone()),
            name: name.or_else(|| state.name.clone()),
            comment: comment.or_else(|| state.comment.clone()),
            changes: changes.or_else(|| state.changes.clone()),
            warnings: warnings.map(|(masked, as_it_is)| masked.unwrap_or_else(|| as_it_is.clone())).collect(),
            ..state.clone()
        })
    }

    fn changes(&self, state: &State<'_>, changes: &Changes<'_>) -> Option<Changes<'static>> {
        if self.scan.look(changes.raw()).is_empty() {
            return None;
        }
        let function = state.function.as_ref().map(Text::get).unwrap_or_default();
        let masked = values::mask(changes.get(), values::is_of_packages(&function), &|text| {
            self.text(text).map(Cow::into_owned)
        })?;
        Some(Changes::owned(masked))
    }

    /// The step around, which is named by its ID.
    fn own_place<'a>(&self, at: &Place<'a>) -> Place<'a> {
        let mut at = at.clone();
        if let Some(parent) = &mut at.parent
            && let Some(id) = self.field(&parent.id)
        {
            parent.id = id;
        }
        at
    }

    /// A rule's words are filled in from the record: where that is masked, before it is.
    fn verdict<'r>(&self, verdict: &Verdict<'r>, record: &Record<'_>, masked: bool) -> Option<Verdict<'r>> {
        let says = if masked {
            let says = verdict.says(record);
            says.map(|says| self.text(&says).map_or_else(|| says.clone().into_owned(), Cow::into_owned))
        } else {
            verdict.words().and_then(|says| self.text(says)).map(Cow::into_owned)
        };
        let own = |text: &Option<String>| Some(self.text(text.as_deref()?)?.into_owned());
        let cause = verdict.cause.as_ref().and_then(|cause| {
            let (id, name) = (own(&cause.id), own(&cause.name));
            if id.is_none() && name.is_none() {
                return None;
            }
            let mut masked = cause.clone();
            masked.id = id.or(masked.id);
            masked.name = name.or(masked.name);
            Some(masked)
        });
        let trigger = verdict.around.as_ref().and_then(|around| own(&around.triggered_by));
        if says.is_none() && cause.is_none() && trigger.is_none() {
            return None;
        }
        let mut masked = verdict.clone();
        masked.cause = cause.or(masked.cause);
        if let (Some(around), Some(_)) = (&mut masked.around, &trigger) {
            around.triggered_by = trigger;
        }
        Some(match says {
            Some(says) => masked.saying(Cow::Owned(says)),
            None => masked,
        })
    }
}
