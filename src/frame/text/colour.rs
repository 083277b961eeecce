//! SGR colour.
