//! Where the members of a state stand: noted while it is skimmed, so that `decode` need not look for them.

use super::super::Field;
use super::key::{self, Parts};
use super::token::{blanks, string_end, value_end};

/// A member of a state's return that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// `result`
    Result,
    /// `changes`
    Changes,
    /// `comment`
    Comment,
    /// `name`
    Name,
    /// `duration`
    Duration,
    /// `start_time`
    Started,
    /// `__run_num__`
    RunNum,
    /// `__id__`
    Id,
    /// `__sls__`
    Sls,
    /// `warnings`
    Warnings,
    /// Any other.
    Other,
}

/// As many members as there are: what stands before the first of them.
pub(super) const START: usize = Member::Other as usize + 1;

impl Member {
    /// The member that a key names.
    #[inline]
    pub(super) fn of(key: &[u8]) -> Member {
        match key {
            b"result" => Member::Result,
            b"changes" => Member::Changes,
            b"comment" => Member::Comment,
            b"name" => Member::Name,
            b"duration" => Member::Duration,
            b"start_time" => Member::Started,
            b"__run_num__" => Member::RunNum,
            b"__id__" => Member::Id,
            b"__sls__" => Member::Sls,
            b"warnings" => Member::Warnings,
            _ => Member::Other,
        }
    }
}

/// Where the members of a state stand in its unit, `"key": {…}`. Of two with one key the last counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Fields {
    values: [Field; START],
    parts: Parts,
}

impl Fields {
    /// None so far, of a state whose key has these parts.
    pub(super) fn new(parts: Parts) -> Fields {
        Fields { values: Default::default(), parts }
    }

    /// The parts of the key.
    pub fn parts(&self) -> Parts {
        self.parts
    }

    /// A member's value, as it stands.
    #[inline]
    pub fn get<'u>(&self, member: Member, unit: &'u [u8]) -> Option<&'u [u8]> {
        let Field { start, end } = self.values[member as usize];
        if start == 0 { None } else { unit.get(start as usize..end as usize) }
    }

    /// A value begins and ends there.
    #[inline]
    pub(super) fn note(&mut self, member: Member, start: usize, end: usize) {
        // A unit is never as large as 4 GiB.
        self.values[member as usize] = Field { start: start as u32, end: end as u32 };
    }

    /// The same as offsets into the unit whose key begins at `start`.
    pub(super) fn from(mut self, start: usize, key: &[u8]) -> Fields {
        self.parts = key::parts(key);
        for field in &mut self.values {
            field.start = field.start.saturating_sub(start as u32);
            field.end = field.end.saturating_sub(start as u32);
        }
        self
    }

    /// Looks for the members of a state that was put together, and not skimmed.
    pub(super) fn find(unit: &[u8]) -> Fields {
        let quote = string_end(unit, 1).unwrap_or(unit.len());
        let mut fields = Fields::new(key::parts(unit.get(1..quote).unwrap_or_default()));
        let mut at = blanks(unit, blanks(unit, quote + 1) + 1) + 1;
        loop {
            at = blanks(unit, at);
            if unit.get(at) == Some(&b',') {
                at = blanks(unit, at + 1);
            }
            let Some(Ok(quote)) = (unit.get(at) == Some(&b'"')).then(|| string_end(unit, at + 1)) else {
                return fields;
            };
            let member = Member::of(&unit[at + 1..quote]);
            let start = blanks(unit, blanks(unit, quote + 1) + 1);
            at = value_end(unit, start);
            fields.note(member, start, at);
        }
    }
}
