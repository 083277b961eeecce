//! What records are made of: text, changes, the step around, the cause. Decoded while it is written.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::record::{Changes, Parent, Text};
use crate::report::words::{changed, words};
use crate::verdict::Cause;

#[derive(Serialize)]
pub(super) struct CauseV1<'s> {
    file: &'s str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'s str>,
}

impl<'s> CauseV1<'s> {
    pub(super) fn of(cause: &'s Cause) -> Self {
        CauseV1 {
            file: &cause.file,
            line: cause.line,
            minion: cause.minion.as_deref(),
            id: cause.id.as_deref(),
            name: cause.name.as_deref(),
            function: cause.function.as_deref(),
        }
    }
}

/// Text, decoded as it is written.
pub(super) struct Words<'s>(pub(super) &'s Text<'s>);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&words(self.0))
    }
}

/// A list of texts.
pub(super) struct Several<'s>(pub(super) &'s [Text<'s>]);

impl Serialize for Several<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(Words))
    }
}

/// Changes, read as they are written.
pub(super) struct ChangesV1<'s>(pub(super) &'s Changes<'s>);

impl Serialize for ChangesV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Most states of a JSON return change nothing and say so.
        if self.0.raw() == b"{}" { to.serialize_map(Some(0))?.end() } else { changed(self.0).serialize(to) }
    }
}

/// `[minion, id]` of an orchestration step; the minion is null above a headless paste.
pub(super) struct ParentV1<'s>(pub(super) &'s Parent<'s>);

impl Serialize for ParentV1<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut pair = to.serialize_seq(Some(2))?;
        pair.serialize_element(&self.0.minion.as_ref().map(Words))?;
        pair.serialize_element(&Words(&self.0.id))?;
        pair.end()
    }
}
