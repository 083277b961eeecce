//! A state's block.

/// Where a field's value stands, as offsets into the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Field {
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

/// Where the fields of a block stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Labels {}
