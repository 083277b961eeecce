//! What holds in the end: what was typed, over the config file, over the defaults.

use std::path::PathBuf;

use super::args::{Analyse, Written};
use super::look::When;
use super::outputs::Output;
use crate::digest::FailOn;
use crate::frame::InputFormat;
use crate::report::{Format, Show};

/// Settings from one place; `None` is what that place does not say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Settings {
    pub(super) format: Option<Format>,
    pub(super) output: Option<Vec<Output>>,
    /// Later ones are laid over earlier ones.
    pub(super) rules: Vec<PathBuf>,
    pub(super) builtin_rules: Option<bool>,
    pub(super) fail_on: Option<FailOn>,
    pub(super) expect: Option<Vec<String>>,
    pub(super) show: Option<Show>,
    pub(super) group: Option<bool>,
    pub(super) input_format: Option<InputFormat>,
    pub(super) color: Option<When>,
    pub(super) states_root: Option<PathBuf>,
    /// Secrets are masked.
    pub(super) redact: Option<bool>,
    pub(super) stats: Option<bool>,
}

impl Settings {
    /// What was typed.
    pub(super) fn typed(args: &Analyse) -> Settings {
        Settings {
            rules: args.laid.rules.clone(),
            builtin_rules: args.laid.no_builtin_rules.then_some(false),
            expect: given(&args.expect),
            input_format: args.input_format,
            ..Settings::written(&args.written)
        }
    }

    /// What was typed of what is written.
    pub(super) fn written(args: &Written) -> Settings {
        Settings {
            format: args.format,
            output: given(&args.output),
            fail_on: if args.exit_zero { Some(FailOn::Never) } else { args.fail_on },
            show: args.show,
            group: args.group.then_some(true),
            color: match (args.no_color, args.force_color) {
                (true, _) => Some(When::Never),
                (_, true) => Some(When::Always),
                _ => args.color,
            },
            states_root: args.states_root.clone(),
            redact: args.no_redact.then_some(false),
            stats: args.stats.then_some(true),
            ..Settings::default()
        }
    }

    /// These, and where they say nothing, those of `below`. Rules add up: a shop's own stay in force when one more is
    /// tried.
    pub(super) fn over(self, below: Settings) -> Settings {
        Settings {
            format: self.format.or(below.format),
            output: self.output.or(below.output),
            rules: [below.rules, self.rules].concat(),
            builtin_rules: self.builtin_rules.or(below.builtin_rules),
            fail_on: self.fail_on.or(below.fail_on),
            expect: self.expect.or(below.expect),
            show: self.show.or(below.show),
            group: self.group.or(below.group),
            input_format: self.input_format.or(below.input_format),
            color: self.color.or(below.color),
            states_root: self.states_root.or(below.states_root),
            redact: self.redact.or(below.redact),
            stats: self.stats.or(below.stats),
        }
    }
}

fn given<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
