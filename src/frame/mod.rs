//! Where a unit ends.
