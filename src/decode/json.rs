//! JSON members to records.

use crate::record::{Place, Record, Stray, Text};

pub(super) fn state<'a>(at: Place<'a>, bytes: &'a [u8]) -> Record<'a> {
    Record::Stray(Stray { at, text: Text::plain(bytes) })
}
pub(super) use state as compile;
pub(super) use state as returned;
pub(super) use state as notice;
