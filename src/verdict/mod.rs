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
//! | `log` | what the log around the states says of them |
//! | `echo` | does a log line repeat what a failure says? |
//! | `count` | Salt's way of counting, and whether a Summary agrees |
//! | `bench` | records that wait for their cause, and those behind them |

mod bench;
mod cascade;
mod count;
mod echo;
mod ledger;
mod log;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use bench::{Bench, Next};
pub use ledger::Ledger;

use crate::record::{Class, Kind, Level, Message, Outcome, Plain, Record, State, Summary};
use crate::rules::{Around, Rule, Rules, Subject};
use log::Fate;

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
    /// What only the run around it tells, as the rules were told.
    pub around: Option<Box<Known>>,
    /// A cascade, or an error in the log, whose cause has not turned up yet: the [`Bench`] waits for it. As it stands, it is the verdict
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
                let around = self.around.as_deref().map(Known::around).unwrap_or_default();
                self.rule?.says_of(&Subject::State(state), &around)
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
            around: None,
            pending: false,
        }
    }

    /// Of a log line that only repeats a failure.
    fn repeats(cause: &Cause) -> Self {
        Verdict { cause: Some(cause.clone()), ..Verdict::plain(Class::Clean) }
    }

    /// This class, for this reason.
    fn because(class: Class, says: &'static str) -> Self {
        Verdict::plain(class).saying(Cow::Borrowed(says))
    }
}

/// What the run around a state tells of it; see [`Around`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The ID of the state whose change made this one run.
    pub triggered_by: Option<String>,
    /// What the log said about it.
    pub log: Option<String>,
}

impl Known {
    /// The same for the rules.
    pub fn around(&self) -> Around<'_> {
        let Known { triggered_by, log } = self;
        Around { triggered_by: triggered_by.as_deref(), log: log.as_deref() }
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
        Record::Message(message) => of_message(rules, ledger, file, message),
        Record::Summary(summary) => of_summary(ledger, summary),
        Record::Stray(_) | Record::RunEnd(_) | Record::Fault(_) => Verdict::plain(Class::Clean),
    }
}

/// The same for a plain state that comes next, told at a glance: true if its verdict is clean, nobody has a word to say
/// about it, and it has been counted. Else nothing has happened, and it must be judged.
pub fn passes(rules: &Rules, ledger: &mut Ledger, plain: &Plain<'_>) -> bool {
    !rules.may_speak_of(plain) && ledger.pass(plain)
}

/// A cascade is its cause's, and no rule's; a state without a result is nobody's; a step is what it ran; then a rule,
/// then the default.
fn of_state<'r>(rules: &'r Rules, ledger: &mut Ledger, file: &str, state: &State<'_>) -> Verdict<'r> {
    if state.outcome == Outcome::Failed
        && let Some(cascade) = ledger.cascade(file, state)
    {
        return cascade;
    }
    let known = ledger.known(file, state);
    let around = known.as_deref().map(Known::around).unwrap_or_default();
    let verdict = if state.result.is_none() {
        Verdict::because(Class::Review, "No usable Result is shown for this state")
    } else if state.outcome == Outcome::Changed && ledger.idle_step() {
        Verdict::because(Class::Clean, "Nothing that this step ran changed anything")
    } else if rules.may_speak(state)
        && let Some(spoken) = spoken(rules, &Subject::State(state), &around)
    {
        spoken
    } else {
        Verdict::plain(match state.outcome {
            Outcome::Clean | Outcome::Skipped => Class::Clean,
            Outcome::Changed | Outcome::WouldChange => Class::Review,
            Outcome::Failed => Class::ActionRequired,
        })
    };
    Verdict { around: known, ..verdict }
}

/// A rule, else what the message's structure says of its weight; an error in the log that repeats a failure is counted
/// there.
fn of_message<'r>(rules: &'r Rules, ledger: &mut Ledger, file: &str, message: &Message<'_>) -> Verdict<'r> {
    let verdict = spoken(rules, &Subject::Message(message), &Around::default())
        .unwrap_or_else(|| Verdict::plain(message.weight));
    match message.kind {
        Kind::Log if message.level >= Some(Level::Warning) => {
            let pends = message.level >= Some(Level::Error);
            match ledger.log.entry(message, pends) {
                Fate::Repeats(cause) => Verdict::repeats(&cause),
                Fate::Waits => Verdict { pending: true, ..verdict },
                Fate::Stands => verdict,
            }
        }
        Kind::Compile | Kind::Return if verdict.class >= Class::Review => {
            ledger.log.error(file, message);
            verdict
        }
        _ => verdict,
    }
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
fn spoken<'r>(rules: &'r Rules, subject: &Subject<'_, '_>, around: &Around<'_>) -> Option<Verdict<'r>> {
    let rule = rules.speak_around(subject, around)?;
    Some(Verdict {
        rule: Some(rule),
        says: Says::Rule,
        help: Cow::Borrowed(&rule.help),
        url: rule.url.as_deref(),
        ..Verdict::plain(rule.class)
    })
}
