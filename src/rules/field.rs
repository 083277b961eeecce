//! The fields that a rule can ask about: their names, and what may be asked of each.

use std::fmt;

/// What a rule asks about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Function,
    Id,
    Name,
    Sls,
    Minion,
    Outcome,
    Result,
    Comment,
    /// The changes, or what stands at a path in them.
    Changes(Vec<String>),
    Warnings,
    DurationMs,
    Attempts,
    TriggeredBy,
    Log,
    Kind,
    Level,
    Logger,
    Text,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// States' returns.
    States,
    /// Things said in words.
    Messages,
}

/// What may be asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// One of a few words.
    Word,
    /// Text.
    Text,
    /// A number.
    Number,
    /// Whatever Salt puts there.
    Any,
}

/// Every name that `when` knows, in the order in which it is suggested.
pub(super) const NAMES: [&str; 21] = [
    "function",
    "id",
    "name",
    "sls",
    "minion",
    "outcome",
    "result",
    "comment",
    "changes",
    "warnings",
    "duration_ms",
    "retcode",
    "stdout",
    "stderr",
    "attempts",
    "triggered_by",
    "log",
    "kind",
    "level",
    "logger",
    "text",
];

impl Field {
    /// The field of this name; `changes` stands for the whole of them.
    pub(super) fn of(name: &str) -> Option<Field> {
        Some(match name {
            "function" => Field::Function,
            "id" => Field::Id,
            "name" => Field::Name,
            "sls" => Field::Sls,
            "minion" => Field::Minion,
            "outcome" => Field::Outcome,
            "result" => Field::Result,
            "comment" => Field::Comment,
            "changes" => Field::Changes(Vec::new()),
            "warnings" => Field::Warnings,
            "duration_ms" => Field::DurationMs,
            // What the cmd states return (`salt.states.cmd.run`: changes are those of `cmd.run_all`).
            "retcode" | "stdout" | "stderr" => Field::Changes(vec![name.to_owned()]),
            "attempts" => Field::Attempts,
            "triggered_by" => Field::TriggeredBy,
            "log" => Field::Log,
            "kind" => Field::Kind,
            "level" => Field::Level,
            "logger" => Field::Logger,
            "text" => Field::Text,
            _ => return None,
        })
    }

    /// What a rule that names this is about; none where both have it.
    pub(super) fn about(&self) -> Option<About> {
        match self {
            Field::Minion => None,
            Field::Kind | Field::Level | Field::Logger | Field::Text => Some(About::Messages),
            _ => Some(About::States),
        }
    }

    /// What may be asked of it.
    pub(super) fn holds(&self) -> Holds {
        match self {
            Field::Outcome | Field::Result | Field::Kind | Field::Level => Holds::Word,
            Field::DurationMs | Field::Attempts => Holds::Number,
            Field::Changes(_) => Holds::Any,
            _ => Holds::Text,
        }
    }

    /// Short texts are scanned before long ones: 0 is a name, 1 a sentence, 2 may be a page.
    pub(super) fn length(&self) -> u8 {
        match self {
            Field::Comment | Field::Text | Field::Warnings | Field::Log => 1,
            Field::Changes(_) => 2,
            _ => 0,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::Function => "function",
            Field::Id => "id",
            Field::Name => "name",
            Field::Sls => "sls",
            Field::Minion => "minion",
            Field::Outcome => "outcome",
            Field::Result => "result",
            Field::Comment => "comment",
            Field::Changes(path) => {
                f.write_str("changes")?;
                for key in path {
                    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    if !key.is_empty() && key.chars().all(bare) {
                        write!(f, ".{key}")?;
                    } else {
                        write!(f, ".{key:?}")?;
                    }
                }
                return Ok(());
            }
            Field::Warnings => "warnings",
            Field::DurationMs => "duration_ms",
            Field::Attempts => "attempts",
            Field::TriggeredBy => "triggered_by",
            Field::Log => "log",
            Field::Kind => "kind",
            Field::Level => "level",
            Field::Logger => "logger",
            Field::Text => "text",
        })
    }
}
