//! The one door through which text from the input enters a report.
//!
//! Whatever a report shows of a field, it gets here, so that what must not be shown can be taken out in one place.

use std::borrow::Cow;

use crate::record::{Changes, Text, Value};

/// What a field says.
pub(super) fn words<'t>(text: &'t Text<'_>) -> Cow<'t, str> {
    text.get()
}

/// What a state changed.
pub(super) fn changed<'t>(changes: &'t Changes<'_>) -> &'t Value {
    changes.get()
}
