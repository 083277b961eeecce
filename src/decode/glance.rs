//! A unit at a glance: nearly all of a log is states of which nothing is to be said, and that are only counted.
//!
//! Whoever counts on a glance must come to what they would come to by [`decode`](super::decode): whatever is not in the
//! usual form is not for a glance.

use super::{json, text};
use crate::frame::{Unit, UnitKind};
use crate::record::Plain;

/// What is counted of a state, if it is a plain one.
#[inline]
pub fn glance<'a>(unit: &Unit<'a>) -> Option<Plain<'a>> {
    if unit.depth > 0 || unit.time.is_some() {
        return None;
    }
    let plain = match &unit.kind {
        UnitKind::Block(labels) => text::glance(unit, labels),
        UnitKind::Terse => text::glance_at_line(unit),
        UnitKind::JsonState(fields) => json::glance(unit, fields),
        _ => None,
    }?;
    let quick = plain.duration_ms.is_none_or(|ms| ms < Plain::QUICK_MS);
    quick.then_some(plain)
}
