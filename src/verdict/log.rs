//! What the log around the states says of them: which of its errors only repeat a failure that is counted already.
//!
//! Errors come before their state (a console shows standard error first) or behind it. Those that no state explains yet
//! are kept here, and wait on the [`Bench`](super::Bench) until their run is over; the failures seen are kept for those
//! that come later. Where the log is detailed enough to say which state was running, that decides; else the words do.
//! Everything is bounded: what is not kept is not attached, and stays as it stands.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Cause;
use super::echo::{Entry, Heard};
use crate::record::{Level, LogStep, Message, Outcome, Place, State, Text};

/// So many entries wait, and so many failures are kept for what comes behind them …
const KEPT: usize = 512;
/// … and so many bytes of each.
const BYTES: usize = 1 << 20;
/// So many states run at once (`parallel: True`).
const RUNNING: usize = 32;
/// So many bytes of log are shown to the rules about a state.
const SHOWN: usize = 64 << 10;

/// What is remembered of the log.
#[derive(Debug, Default)]
pub(super) struct Log {
    running: Vec<Running>,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    failures: VecDeque<Failure>,
    failures_bytes: usize,
    /// Entries whose cause was found, for the bench.
    settled: Vec<(u64, Arc<Cause>)>,
    /// The command whose entries are being read, and its cause if that is known.
    group: Option<Group>,
    groups: u64,
    /// The open run has shown a state, or an error instead of states.
    shown: bool,
}

/// A state that the log says is running.
#[derive(Clone, Debug)]
struct Running {
    pid: Option<u64>,
    name: String,
    function: Option<String>,
}

#[derive(Debug)]
struct Waiting {
    line: u64,
    entry: Entry,
    text: String,
    /// The state that was running.
    of: Option<Running>,
    group: Option<u64>,
    /// The command whose entries it follows: what it repeats, they do.
    follows: Option<u64>,
    /// A failure that it repeats, though another may yet come that it fits better.
    likely: Option<Arc<Cause>>,
    /// Its verdict waits; else it is only kept for the rules.
    pends: bool,
}

/// The entries of one command.
#[derive(Clone, Debug)]
struct Group {
    number: u64,
    cause: Option<Arc<Cause>>,
    likely: Option<Arc<Cause>>,
}

#[derive(Debug)]
struct Failure {
    cause: Arc<Cause>,
    said: Heard,
    /// Of a run that is over: another of the same words may follow.
    past: bool,
}

/// What became of a log entry.
pub(super) enum Fate {
    /// It repeats this failure.
    Repeats(Arc<Cause>),
    /// It may, and has to wait.
    Waits,
    /// There is no room to wait in.
    Stands,
}

impl Log {
    /// Takes note of what a log line tells about the run.
    pub(super) fn told(&mut self, message: &Message<'_>) {
        let (Some(step), Some(name)) = (message.told.step, &message.told.state) else { return };
        let name = name.get().trim().to_owned();
        let known = self.running.iter().rposition(|it| it.name == name && it.pid == message.pid);
        match (step, known) {
            (LogStep::Running, _) => {
                if self.running.len() == RUNNING {
                    self.running.remove(0);
                }
                self.running.push(Running { pid: message.pid, name, function: None });
            }
            (LogStep::Executing, Some(at)) => {
                let function = message.told.function.as_ref().map(|it| it.get().into_owned());
                if let Some(running) = self.running.get_mut(at) {
                    running.function = function;
                }
            }
            (LogStep::Completed, Some(at)) => drop(self.running.remove(at)),
            (LogStep::Executing | LogStep::Completed, None) => {}
        }
        self.group = None;
    }

    /// Takes a log entry; `pends`: it is an error, and a state may explain it.
    pub(super) fn entry(&mut self, message: &Message<'_>, pends: bool) -> Fate {
        let of = self.running.iter().rev().find(|it| it.pid == message.pid).cloned();
        let loud = message.level >= Some(Level::Warning);
        if !pends && (of.is_none() || !loud) {
            return Fate::Stands;
        }
        let text = message.text.get();
        let entry = Entry::new(&text);
        if entry.begins_group() {
            self.groups += 1;
            self.group = Some(Group { number: self.groups, cause: None, likely: None });
        }
        // What comes right behind a command's entries tells what came of it.
        let in_group = entry.begins_group() || entry.goes_on() || entry.ends_group();
        let tied = self.group.clone();
        let group = tied.clone().filter(|_| in_group);
        if !entry.begins_group() && !entry.goes_on() {
            self.group = None;
        }
        if let Some(cause) = group.as_ref().and_then(|group| group.cause.clone()).filter(|_| pends) {
            return Fate::Repeats(cause);
        }
        let ran = |failure: &&Failure| {
            let cause = &failure.cause;
            of.as_ref()
                .is_some_and(|of| of.is(cause.name.as_deref().map(str::trim), cause.function.as_deref()))
        };
        let failures = || self.failures.iter().rev();
        let failure =
            failures().find(ran).or_else(|| failures().find(|failure| failure.said.is_repeated_by(&entry)));
        let likely = failure.map(|failure| Arc::clone(&failure.cause));
        let sure = pends && failure.is_some_and(|failure| !failure.past && (of.is_none() || ran(&failure)));
        if let (Some(cause), true) = (&likely, sure) {
            self.found(tied.map(|tied| tied.number), cause);
            return Fate::Repeats(Arc::clone(cause));
        }
        let likely = match (&group, likely) {
            (None, None) => None,
            (_, likely) => self.grouped(tied.as_ref(), likely),
        };
        let follows = tied.filter(|_| !in_group).map(|tied| tied.number);
        let group = group.map(|group| group.number);
        let bytes = entry.bytes() + text.len();
        if self.waiting.len() >= KEPT || self.waiting_bytes + bytes > BYTES {
            return likely.filter(|_| pends).map_or(Fate::Stands, Fate::Repeats);
        }
        self.waiting_bytes += bytes;
        let text = text.trim_end().to_owned();
        self.waiting.push_back(Waiting {
            line: message.at.line,
            entry,
            text,
            of,
            group,
            follows,
            likely,
            pends,
        });
        if pends { Fate::Waits } else { Fate::Stands }
    }

    /// What one of a command's entries likely repeats, the others do, too.
    fn grouped(&mut self, group: Option<&Group>, likely: Option<Arc<Cause>>) -> Option<Arc<Cause>> {
        let Some(group) = group else { return likely };
        let Some(likely) = likely else { return group.likely.clone() };
        if let Some(open) = self.group.as_mut().filter(|open| open.number == group.number) {
            open.likely = Some(Arc::clone(&likely));
        }
        for waiting in self.waiting.iter_mut().filter(|it| it.group == Some(group.number)) {
            waiting.likely.get_or_insert_with(|| Arc::clone(&likely));
        }
        Some(likely)
    }

    /// A command's entries belong together: if one repeats a failure, all do.
    fn found(&mut self, group: Option<u64>, cause: &Arc<Cause>) {
        let Some(group) = group else { return };
        if let Some(open) = self.group.as_mut().filter(|open| open.number == group) {
            open.cause = Some(Arc::clone(cause));
        }
        for at in (0..self.waiting.len()).rev() {
            if self.waiting.get(at).is_some_and(|it| it.group == Some(group)) {
                self.settle(at, cause);
            }
        }
    }

    fn settle(&mut self, at: usize, cause: &Arc<Cause>) {
        let Some(waiting) = self.waiting.remove(at) else { return };
        self.waiting_bytes -= waiting.entry.bytes() + waiting.text.len();
        if waiting.pends {
            self.settled.push((waiting.line, Arc::clone(cause)));
        }
    }

    /// Nothing waits and nothing is under way: only the failures of the runs so far are kept, for entries that come later.
    pub(super) fn rests(&self) -> bool {
        self.waiting.is_empty()
            && self.running.is_empty()
            && self.settled.is_empty()
            && self.group.is_none()
            && !self.shown
    }

    /// What comes so many lines further down in the same input was taken by another, which began with nothing and met no
    /// entry.
    pub(super) fn append(&mut self, later: Log, lines: u64) {
        for failure in later.failures {
            self.keep(Failure { cause: Arc::new(failure.cause.further_down(lines)), ..failure });
        }
    }

    /// Nothing is kept that a state could explain.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes a state: the text of what the log said about it. `failed`: of itself, and so what errors repeat.
    pub(super) fn state(&mut self, file: &str, state: &State<'_>, failed: bool) -> Option<String> {
        self.shown = true;
        if self.waiting.is_empty() && !failed {
            return None;
        }
        let cause = failed.then(|| Arc::new(Cause::of(file, state)));
        let said = failed.then(|| Heard::of_state(state));
        let name = state.name.as_ref().map(|name| name.get().trim().to_owned());
        let function = state.function.as_ref().map(|function| function.get().into_owned());
        let mut shown = String::new();
        let mut settled = false;
        let (mut groups, mut likely_groups) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(waiting) = self.waiting.get_mut(at) {
            let ran = waiting.of.as_ref().map(|of| of.is(name.as_deref(), function.as_deref()));
            let repeats =
                ran == Some(true) || said.as_ref().is_some_and(|said| said.is_repeated_by(&waiting.entry));
            let grouped = waiting.group.is_some_and(|group| groups.contains(&group));
            if !repeats && !grouped {
                at += 1;
                continue;
            }
            if shown.len() < SHOWN {
                shown.push_str(&waiting.text);
                shown.push('\n');
            }
            match &cause {
                // The first of these words is this state's; another state may say the same.
                Some(cause) if ran == Some(true) || grouped || ran.is_none() && !settled => {
                    settled = true;
                    groups.extend(waiting.group);
                    groups.extend(waiting.follows);
                    let cause = Arc::clone(cause);
                    self.settle(at, &cause);
                }
                Some(cause) => {
                    waiting.likely.get_or_insert_with(|| Arc::clone(cause));
                    likely_groups.extend(waiting.group);
                    at += 1;
                }
                None if waiting.pends => at += 1,
                None => drop(self.waiting.remove(at).map(|it| {
                    self.waiting_bytes -= it.entry.bytes() + it.text.len();
                })),
            }
        }
        if let (Some(cause), Some(said)) = (cause, said) {
            if settled {
                // Members of a command's group that stand before the one that told.
                groups.into_iter().for_each(|group| self.found(Some(group), &cause));
            }
            for waiting in
                self.waiting.iter_mut().filter(|it| it.group.is_some_and(|it| likely_groups.contains(&it)))
            {
                waiting.likely.get_or_insert_with(|| Arc::clone(&cause));
            }
            self.fail(cause, said);
        }
        let shown = shown.trim_end();
        (!shown.is_empty()).then(|| shown.to_owned())
    }

    /// Takes an error that a minion returned instead of states.
    pub(super) fn error(&mut self, file: &str, message: &Message<'_>) {
        self.shown = true;
        let cause = Arc::new(Cause {
            file: file.to_owned(),
            line: message.at.line,
            minion: message.at.minion.as_ref().map(|it| it.get().into_owned()),
            id: None,
            name: None,
            function: None,
        });
        let said = Heard::of_message(message);
        for at in (0..self.waiting.len()).rev() {
            if self.waiting.get(at).is_some_and(|it| said.is_repeated_by(&it.entry)) {
                self.settle(at, &cause);
            }
        }
        self.fail(cause, said);
    }

    fn fail(&mut self, cause: Arc<Cause>, said: Heard) {
        self.keep(Failure { cause, said, past: false });
    }

    fn keep(&mut self, failure: Failure) {
        self.failures_bytes += failure.said.bytes();
        self.failures.push_back(failure);
        while self.failures.len() > KEPT || self.failures_bytes > BYTES {
            let Some(gone) = self.failures.pop_front() else { break };
            self.failures_bytes -= gone.said.bytes();
        }
    }

    /// A run is over; true if nobody needs to wait any longer.
    pub(super) fn run_end(&mut self, at: &Place<'_>) -> bool {
        if at.depth > 0 || !self.shown {
            return false;
        }
        self.shown = false;
        self.failures.iter_mut().for_each(|failure| failure.past = true);
        // What is kept for the rules only was about this run.
        self.waiting.retain(|it| it.pends);
        self.waiting_bytes = self.waiting.iter().map(|it| it.entry.bytes() + it.text.len()).sum();
        true
    }

    /// Entries whose cause has been found since this was last asked.
    pub(super) fn settled(&mut self) -> Vec<(u64, Arc<Cause>)> {
        std::mem::take(&mut self.settled)
    }

    /// The entry in this line waits no longer; the failure that it most likely repeats.
    pub(super) fn give_up(&mut self, line: u64) -> Option<Arc<Cause>> {
        let at = self.waiting.iter().position(|it| it.line == line)?;
        let given_up = self.waiting.remove(at)?;
        self.waiting_bytes -= given_up.entry.bytes() + given_up.text.len();
        given_up.likely
    }
}

impl Running {
    /// Is it this state? A watch runs another function of the same module.
    fn is(&self, name: Option<&str>, function: Option<&str>) -> bool {
        let module = |function: &str| function.split('.').next().unwrap_or_default().to_owned();
        name == Some(&self.name)
            && match (self.function.as_deref(), function) {
                (Some(ran), Some(shown)) if ran.ends_with(".mod_watch") => module(ran) == module(shown),
                (Some(ran), Some(shown)) => ran == shown,
                _ => true,
            }
    }
}

impl Cause {
    /// The same, so many lines further down.
    pub(crate) fn further_down(&self, lines: u64) -> Cause {
        Cause { line: self.line + lines, ..self.clone() }
    }

    /// This state.
    pub(super) fn of(file: &str, state: &State<'_>) -> Cause {
        let own = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
        Cause {
            file: file.to_owned(),
            line: state.at.line,
            minion: own(&state.at.minion),
            id: own(&state.id),
            name: own(&state.name),
            function: own(&state.function),
        }
    }
}

/// A state that Salt runs because another changed, by what is printed of it: a `cmd.wait`, a listener, or a service in
/// whose comment `salt.states.service.mod_watch` speaks.
pub(super) fn ran_by_watch(state: &State<'_>) -> bool {
    const BY_WATCH: [&str; 6] = [
        "Service restarted",
        "Service reloaded",
        "Service forcefully reloaded",
        "Service fully restarted",
        "Service started",
        "Service stopped",
    ];
    let function = state.function.as_ref().map(Text::get);
    let listens = || {
        state.id.as_ref().is_some_and(|id| id.raw().starts_with(b"listener_"))
            || state.name.as_ref().is_some_and(|name| name.raw().starts_with(b"listener_"))
    };
    match function.as_deref() {
        Some("cmd.wait" | "cmd.wait_script" | "module.wait") => state.outcome == Outcome::Changed,
        Some("service.running" | "service.dead" | "service.mod_watch") => {
            let comment = state.comment.as_ref().map(Text::get).unwrap_or_default();
            BY_WATCH.contains(&comment.trim()) || listens()
        }
        _ => listens(),
    }
}
