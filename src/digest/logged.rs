//! The states that only the log tells of: `Running state […]`, `Completed state […]`, where no outputter printed them
//! (a minion's log). No verdict comes from here: the errors in the log are records of their own.

use crate::record::{Kind, Level, LogStep, Message, Record};

/// So many failures are named, so many that never completed, …
const NAMED: usize = 10;
/// … and so many of those that took longest.
const SLOWEST: usize = 5;
/// So many states run at once.
const RUNNING: usize = 32;

/// What the log tells of states that no outputter printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logged {
    /// States that ran, to their end or not.
    pub states: u64,
    /// Of which so many failed.
    pub failed: u64,
    /// And so many had not completed where the log ends.
    pub unfinished: u64,
    /// How long they took together, in milliseconds.
    pub duration_ms: f64,
    /// The first that failed.
    pub failures: Vec<Ran>,
    /// The first that had not completed.
    pub running: Vec<Ran>,
    /// Those that took longest, the longest first.
    pub slowest: Vec<Ran>,
}

/// A state that the log tells of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ran {
    /// The input.
    pub file: String,
    /// Where it began.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// Its function.
    pub function: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
}

/// What is noticed in the log of one input.
#[derive(Debug, Default)]
pub(super) struct Watch {
    logged: Logged,
    open: Vec<Open>,
    /// An outputter printed states.
    printed: bool,
}

#[derive(Debug)]
struct Open {
    pid: Option<u64>,
    ran: Ran,
    /// The last that was said of it is an error (`salt.state.format_log` comes right before the end).
    failed: bool,
}

impl Watch {
    /// Takes the next record.
    pub(super) fn record(&mut self, file: &str, record: &Record<'_>) {
        match record {
            Record::State(_) => self.printed = true,
            Record::Message(message) if message.kind == Kind::Log => self.message(file, message),
            _ => {}
        }
    }

    fn message(&mut self, file: &str, message: &Message<'_>) {
        let Some(step) = message.told.step else {
            let state = message.logger.as_ref().is_none_or(|logger| logger.raw() == b"salt.state");
            if state
                && message.level >= Some(Level::Info)
                && let Some(open) = self.open.iter_mut().rev().find(|open| open.pid == message.pid)
            {
                open.failed = message.level >= Some(Level::Error);
            }
            return;
        };
        let name = message.told.state.as_ref().map(|name| name.get().into_owned()).unwrap_or_default();
        let known = self.open.iter().rposition(|open| open.pid == message.pid && open.ran.name == name);
        match (step, known) {
            (LogStep::Running, _) => {
                // A process runs one state at a time: what it ran before ended without a word (it could not be called).
                if message.pid.is_some()
                    && let Some(before) = self.open.iter().position(|open| open.pid == message.pid)
                {
                    self.ended(before, None);
                }
                if self.open.len() == RUNNING {
                    self.ended(0, None);
                }
                let ran = Ran { file: file.to_owned(), line: message.at.line, name, ..Ran::default() };
                self.open.push(Open { pid: message.pid, ran, failed: false });
            }
            (LogStep::Executing, Some(at)) => {
                if let Some(open) = self.open.get_mut(at) {
                    open.ran.function = message.told.function.as_ref().map(|it| it.get().into_owned());
                }
            }
            (LogStep::Completed, Some(at)) => self.ended(at, message.told.duration_ms),
            (LogStep::Executing | LogStep::Completed, None) => {}
        }
    }

    fn ended(&mut self, at: usize, duration_ms: Option<f64>) {
        let Open { mut ran, failed, .. } = self.open.remove(at);
        ran.duration_ms = duration_ms.filter(|it| it.is_finite());
        let logged = &mut self.logged;
        logged.states += 1;
        logged.duration_ms += ran.duration_ms.unwrap_or_default();
        if failed {
            logged.failed += 1;
            if logged.failures.len() < NAMED {
                logged.failures.push(ran.clone());
            }
        }
        logged.slow(ran);
    }

    /// The input is over: what its log told, if no outputter did.
    pub(super) fn end(&mut self) -> Option<Logged> {
        for open in std::mem::take(&mut self.open) {
            self.logged.states += 1;
            self.logged.unfinished += 1;
            if self.logged.running.len() < NAMED {
                self.logged.running.push(open.ran);
            }
        }
        let Watch { logged, printed, .. } = std::mem::take(self);
        (!printed && logged.states > 0).then_some(logged)
    }
}

impl Logged {
    fn slow(&mut self, ran: Ran) {
        let Some(duration) = ran.duration_ms else { return };
        let at = self.slowest.partition_point(|it| it.duration_ms.unwrap_or_default() >= duration);
        if at < SLOWEST {
            self.slowest.insert(at, ran);
            self.slowest.truncate(SLOWEST);
        }
    }

    pub(super) fn add(&mut self, other: Logged) {
        self.states += other.states;
        self.failed += other.failed;
        self.unfinished += other.unfinished;
        self.duration_ms += other.duration_ms;
        for (all, more) in [(&mut self.failures, other.failures), (&mut self.running, other.running)] {
            all.extend(more);
            all.truncate(NAMED);
        }
        other.slowest.into_iter().for_each(|ran| self.slow(ran));
    }
}
