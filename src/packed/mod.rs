//! The built-in rules as the build packed them (`build.rs`, which has `rules` do it): a run reads only those that it
//! needs, and begins at once.
//!
//! Here is nothing but data. What a packed rule means, `rules` says.

mod shape;

pub(crate) use shape::{KINDS, Packed, Piece, Rule};

include!(concat!(env!("OUT_DIR"), "/packed.rs"));
