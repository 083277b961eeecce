//! The exit status: what was found, and whether it can be trusted.

use super::Digest;
use crate::record::Class;

/// The least verdict that fails a run (`--fail-on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Someone must act.
    ActionRequired,
    /// Something is to be reviewed.
    Review,
    /// Anything changed or would change, and is no false positive; or is to be reviewed.
    Change,
    /// Nothing fails.
    Never,
}

impl Digest {
    /// The exit status: 0 verified, 1 findings, 3 no findings but the input can't be trusted.
    pub fn exit(&self, fail_on: FailOn) -> u8 {
        let action = self.all.verdict(Class::ActionRequired) > 0;
        let review = action || self.all.verdict(Class::Review) > 0 || self.empty_runs > 0;
        let findings = match fail_on {
            FailOn::ActionRequired => action,
            FailOn::Review => review,
            FailOn::Change => review || self.real_changes > 0,
            FailOn::Never => false,
        };
        match (findings, self.problems.is_empty()) {
            (true, _) => 1,
            (false, false) => 3,
            (false, true) => 0,
        }
    }
}
