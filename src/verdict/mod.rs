//! What a record means for the person who reads it: which rule speaks, else the default.
//!
//! [`judge`] is pure but for the small memory of the run that is passed in ([`Ledger`]): which states failed (a
//! cascade is counted under its cause) and how many there were (does Salt's Summary agree?). What has to wait until
//! its cause turns up waits on the [`Bench`]. Nothing here reads bytes or writes a report.
//!
//! | file | holds |
//! | --- | --- |
//! | `ledger` | the memory of the runs that are open |
//! | `cascade` | what a cascade's comment names, and the failed states of a run |
//! | `count` | Salt's way of counting, and whether a Summary agrees |
//! | `bench` | records that wait for their cause, and those behind them |

mod bench;
mod cascade;
mod count;
mod ledger;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use bench::Bench;
pub use ledger::Ledger;

use crate::record::{Class, Message, Outcome, Record, State, Summary};
use crate::rules::{Around, Rule, Rules, Subject};

/// What is thought of a record.
#[derive(Clone, Debug)]
pub struct Verdict<'r> {
    /// How urgent it is.
    pub class: Class,
    /// The rule that speaks; none where it is the default.
    pub rule: Option<&'r Rule>,
    pub(crate) says: Says<'r>,
    /// What to do, a step each.
    pub help: Cow<'r, [String]>,
    /// Where to read more.
    pub url: Option<&'r str>,
    /// The state whose failure this follows from.
    pub cause: Option<Cause>,
    /// For a Summary: does it agree with the states read? `None` for any other record.
    pub agrees: Option<bool>,
    /// A cascade whose cause has not turned up yet: the [`Bench`] waits for it. As it stands, it is the verdict
    /// that it gets should the cause never come.
    pub pending: bool,
}

/// Where the words come from.
#[derive(Clone, Debug)]
pub(crate) enum Says<'r> {
    Nothing,
    Words(Cow<'r, str>),
    /// The rule has them. Most that it says is counted and never shown, so they are filled in when asked for.
    Rule,
}

impl<'r> Verdict<'r> {
    /// In words, what was done or what is wrong with this record, which the verdict must be about. For a Summary that
    /// disagrees: in what.
    pub fn says<'s>(&'s self, record: &Record<'_>) -> Option<Cow<'s, str>> {
        match (&self.says, record) {
            (Says::Nothing, _) => None,
            (Says::Words(words), _) => Some(Cow::Borrowed(words)),
            (Says::Rule, Record::State(state)) => {
                self.rule?.says_of(&Subject::State(state), &Around::default())
            }
            (Says::Rule, Record::Message(message)) => {
                self.rule?.says_of(&Subject::Message(message), &Around::default())
            }
            (Says::Rule, _) => None,
        }
    }

    /// The words that are not a rule's.
    pub fn words(&self) -> Option<&str> {
        if let Says::Words(words) = &self.says { Some(words) } else { None }
    }

    /// The same verdict in these words.
    pub fn saying(self, words: Cow<'r, str>) -> Self {
        Verdict { says: Says::Words(words), ..self }
    }

    /// This class, and nothing to say about it.
    pub fn plain(class: Class) -> Self {
        Verdict {
            class,
            rule: None,
            says: Says::Nothing,
            help: Cow::Borrowed(&[]),
            url: None,
            cause: None,
            agrees: None,
            pending: false,
        }
    }

    /// This class, for this reason.
    fn because(class: Class, says: &'static str) -> Self {
        Verdict::plain(class).saying(Cow::Borrowed(says))
    }
}

/// The root failure that something follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The input it stands in.
    pub file: String,
    /// Its first line.
    pub line: u64,
    /// Its minion.
    pub minion: Option<String>,
    /// Its ID.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its function.
    pub function: Option<String>,
}

/// What this record means for the person who reads it.
///
/// Records must come in input order, those of a nested run before the step that holds them, and each run's
/// [`RunEnd`](crate::record::RunEnd) after its last record.
pub fn judge<'r>(rules: &'r Rules, ledger: &mut Ledger, file: &str, record: &Record<'_>) -> Verdict<'r> {
    ledger.take(record);
    match record {
        Record::State(state) => of_state(rules, ledger, file, state),
        Record::Message(message) => of_message(rules, message),
        Record::Summary(summary) => of_summary(ledger, summary),
        Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => Verdict::plain(Class::Clean),
    }
}

/// A cascade is its cause's, and no rule's; a state without a result is nobody's; a step is what it ran; then a rule,
/// then the default.
fn of_state<'r>(rules: &'r Rules, ledger: &mut Ledger, file: &str, state: &State<'_>) -> Verdict<'r> {
    if state.outcome == Outcome::Failed
        && let Some(cascade) = ledger.cascade(file, state)
    {
        return cascade;
    }
    if state.result.is_none() {
        return Verdict::because(Class::Review, "No usable Result is shown for this state");
    }
    if state.outcome == Outcome::Changed && ledger.idle_step() {
        return Verdict::because(Class::Clean, "Nothing that this step ran changed anything");
    }
    if rules.may_speak(state)
        && let Some(spoken) = spoken(rules, &Subject::State(state))
    {
        return spoken;
    }
    Verdict::plain(match state.outcome {
        Outcome::Clean | Outcome::Skipped => Class::Clean,
        Outcome::Changed | Outcome::WouldChange => Class::Review,
        Outcome::Failed => Class::ActionRequired,
    })
}

/// A rule, else what the message's structure says of its weight.
fn of_message<'r>(rules: &'r Rules, message: &Message<'_>) -> Verdict<'r> {
    spoken(rules, &Subject::Message(message)).unwrap_or_else(|| Verdict::plain(message.weight))
}

/// To review where nothing was run; and whether it agrees with what was read.
fn of_summary<'r>(ledger: &Ledger, summary: &Summary<'_>) -> Verdict<'r> {
    let nothing_ran = summary.total == 0 && summary.succeeded == 0 && summary.failed == 0;
    let mut verdict = if nothing_ran {
        Verdict::because(Class::Review, "This run held no state at all")
    } else {
        Verdict::plain(Class::Clean)
    };
    let disagreement = ledger.disagreement(summary);
    verdict.agrees = Some(disagreement.is_none());
    if let Some(words) = disagreement {
        verdict.says = Says::Words(Cow::Owned(words));
    }
    verdict
}

/// What a rule says about this, if any speaks.
fn spoken<'r>(rules: &'r Rules, subject: &Subject<'_, '_>) -> Option<Verdict<'r>> {
    let rule = rules.speak(subject)?;
    Some(Verdict {
        rule: Some(rule),
        says: Says::Rule,
        help: Cow::Borrowed(&rule.help),
        url: rule.url.as_deref(),
        ..Verdict::plain(rule.class)
    })
}
