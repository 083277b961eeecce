//! Names for addresses: a finding's own, `#L249-1a2b3c4d`, by which others link to it and a cause leads to its failure.
//!
//! Of what is hashed nothing can be read off the page.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::record::{Record, Text};
use crate::report::Seen;
use crate::verdict::Cause;

/// The name of a finding in the page's address: the same as long as it stands where it stands.
pub(super) fn anchor(seen: &Seen<'_, '_>) -> String {
    let at = seen.record.at();
    let own = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
    let minion = own(&at.minion);
    match seen.record {
        Record::State(state) => {
            let of = [minion, own(&state.id), own(&state.name), own(&state.function)];
            name(seen.file, at.line, &of)
        }
        // Several messages can stand in one line, and those that stand nowhere differ by their words.
        Record::Message(message) => {
            name(seen.file, at.line, &[minion, Some(message.text.get().into_owned())])
        }
        _ => name(seen.file, at.line, &[minion]),
    }
}

/// The same for the state that a cause names.
pub(super) fn anchor_of(cause: &Cause) -> String {
    let of = [&cause.minion, &cause.id, &cause.name, &cause.function].map(Clone::clone);
    name(&cause.file, cause.line, &of)
}

fn name(file: &str, line: u64, of: &[Option<String>]) -> String {
    let mut hash = Sha256::new_with_prefix(file);
    for word in of {
        hash.update([0]);
        hash.update(word.as_deref().unwrap_or("\u{1}"));
    }
    let mut name = format!("L{line}-");
    for byte in hash.finalize().iter().take(4) {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
