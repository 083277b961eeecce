//! Unit to Record: no I/O, no failure.
