//! saltlint reads what Salt prints and answers: did it work, what changed, what needs me, and what do I do?
//!
//! # The line that the data takes
//!
//! ```text
//!  input ──► frame ──► decode ──► judge ──► report
//!  bytes     one unit  Record     Verdict    terminal · ndjson · json …
//!  (I/O)     (buffer)  (total)    (pure)     (I/O through a writer that is passed in)
//!                                    └────► digest: what only the whole run tells
//! ```
//!
//! [`run`] is that line as a loop that fits on a screen.
//!
//! # Who may import whom
//!
//! Every other arrow is a defect; `tests/house.rs` holds this list against the code.
//!
//! | room | may import |
//! | --- | --- |
//! | [`record`], [`frame`] | nothing |
//! | `packed` | nothing |
//! | [`input`] | nothing |
//! | [`decode`] | frame, record |
//! | [`rules`] | record, packed |
//! | [`verdict`] | record, rules |
//! | [`digest`] | record, verdict |
//! | [`report`] | record, verdict, digest, rules |
//! | [`run`] | all of these |
//! | [`cli`] | run, and what its commands show |
//!
//! # Invariants
//!
//! * Blank lines aside, every input line lies in the range of a record.
//! * `decode` is total: what it can't read is a stray record, never an error.
//! * Only `input` opens inputs, only `report` writes records, only `cli` knows clap.
//! * Memory does not grow with the input: the buffer holds one unit, the digest what is distinct.

pub mod cli;
pub mod decode;
pub mod digest;
pub mod frame;
pub mod input;
mod packed;
pub mod record;
pub mod report;
pub mod rules;
pub mod run;
pub mod verdict;
