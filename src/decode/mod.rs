//! Unit to Record: no I/O, no failure. What can't be read is a stray record.
//!
//! One file for each form a unit comes in; [`decode`] is the table of contents.

mod by_key;
mod glance;
mod json;
mod logged;
mod nested;
mod old;
mod returned;
mod said;
mod skip;
mod summary;
mod text;

pub use glance::glance;

use crate::frame::{Unit, UnitKind};
use crate::record::{Fault, Parent, Place, Record, RunEnd, Stray, Text};

/// Reads a unit.
pub fn decode(unit: Unit<'_>) -> Record<'_> {
    let at = Place {
        line: unit.line,
        end_line: unit.end_line,
        minion: unit.minion.map(|minion| Text::plain(minion.as_bytes())),
        parent: unit.parent.map(|step| Parent {
            minion: step.minion.map(|minion| Text::plain(minion.as_bytes())),
            id: Text::plain(step.id.as_bytes()),
        }),
        depth: unit.depth,
        time: unit.time.map(|time| Text::plain(time.as_bytes())),
    };
    let bytes = unit.bytes;
    match unit.kind {
        UnitKind::Block(labels) => text::block(at, bytes, &labels),
        UnitKind::Old => old::block(at, bytes),
        UnitKind::Terse => text::terse(at, bytes),
        UnitKind::Summary => summary::summary(at, bytes),
        UnitKind::Compile => said::compile(at, bytes),
        UnitKind::Return => said::value(at, bytes),
        UnitKind::Ssh => said::ssh(at, bytes),
        UnitKind::Log => logged::log(at, bytes),
        UnitKind::PythonWarning => logged::python_warning(at, bytes),
        UnitKind::Traceback => said::traceback(at, bytes),
        UnitKind::Notice => said::notice(at, bytes),
        UnitKind::JsonState(fields) => json::state(at, bytes, &fields),
        UnitKind::JsonCompile => json::compile(at, bytes),
        UnitKind::JsonReturn => json::returned(at, bytes),
        UnitKind::JsonNotice => json::notice(at, bytes),
        UnitKind::RunEnd { complete } => Record::RunEnd(RunEnd { at, complete }),
        UnitKind::Fault { kind, cut, text } => Record::Fault(Fault { at, kind, cut, text }),
        UnitKind::Stray => Record::Stray(Stray { at, text: Text::plain(bytes.trim_ascii_end()) }),
    }
}
