//! What only the whole run tells: counts, problems, who answered, the exit status.
//!
//! Bounded by distinct findings and not by input: exact counters, the first of what repeats, and a number for each
//! distinct minion. No format counts for itself, and nothing here is shown from here.
//!
//! | file | holds |
//! | --- | --- |
//! | `tally` | the counters |
//! | `minions` | who answered, and who was expected to |
//! | `only` | who is told of (`--minion`) |
//! | `groups` | findings that are the same on several minions |
//! | `slow` | the states that took longest |
//! | `ends` | runs that end with a failed state (`failhard`) |
//! | `fates` | how each minion fared, over all of its runs |
//! | `exit` | the exit status |
//! | `lines` | how many lines were understood as what |
//! | `logged` | the states that only the log tells of |
//! | `input` | what is noticed of the input that is being read: was anything in it recognised? |

mod ends;
mod exit;
mod fates;
mod groups;
mod input;
mod lines;
mod logged;
mod minions;
mod only;
mod slow;
mod tally;
#[cfg(test)]
mod tests;

pub use ends::Ended;
pub use exit::FailOn;
pub use fates::Fared;
pub use groups::Group;
pub use lines::Lines;
pub use logged::{Logged, Ran};
pub use slow::Slow;
pub use tally::Tally;

use crate::record::{
    Class, Fault, Kind, Message, Outcome, Place, Plain, Record, RunEnd, State, Summary, Text,
};
use crate::verdict::Verdict;

/// So many problems are kept in words; the others are counted.
const PROBLEMS_KEPT: usize = 100;

/// So many minions are the exception where a finding is on all others.
const FEW: u64 = 3;

/// Something that makes the input untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A word for programs: `cut`, `disagrees`, `unrecognised`, `unreadable` …
    pub kind: &'static str,
    /// The input it is in.
    pub file: String,
    /// Whose run it breaks.
    pub minion: Option<String>,
    /// Where.
    pub line: Option<u64>,
    /// A sentence for people. It may quote the input: control characters are in it as they are.
    pub text: String,
}

/// What the whole run tells.
#[derive(Debug)]
pub struct Digest {
    /// Over all inputs.
    pub all: Tally,
    /// Over the run that is being read (the outermost, nested states counted in), or was just ended.
    pub run: Tally,
    /// What makes the input untrusted: the first hundred of them.
    pub problems: Vec<Problem>,
    /// How many more there were.
    pub problems_more: u64,
    /// False where input ended inside a unit, or a run lacks its Summary.
    pub complete: bool,
    /// Distinct minions that answered or were named.
    pub minions: u64,
    /// Outermost runs that were ended.
    pub runs: u64,
    /// Runs that held no state at all: Summaries of zeros.
    pub empty_runs: u64,
    /// How many lines were understood as what, in the inputs that are over.
    pub lines: Lines,
    /// Whether people are told of them (`--stats`).
    pub stats: bool,
    /// States that only the log tells of, in the inputs that are over.
    pub logged: Logged,
    /// Changed or would-be changed states that are no false positives.
    real_changes: u64,
    known: minions::Minions,
    only: only::Only,
    groups: groups::Groups,
    slowest: slow::Slowest,
    fates: fates::Fates,
    ends: ends::Ends,
    input: input::Noticed,
    sweep: lines::Sweep,
    watch: logged::Watch,
    /// States since the last end of a run, by depth.
    open: Vec<u64>,
    /// The outermost run is over; what comes next belongs to another.
    over: bool,
}

impl Default for Digest {
    fn default() -> Self {
        Digest {
            all: Tally::default(),
            run: Tally::default(),
            problems: Vec::new(),
            problems_more: 0,
            complete: true,
            minions: 0,
            runs: 0,
            empty_runs: 0,
            lines: Lines::default(),
            stats: false,
            logged: Logged::default(),
            real_changes: 0,
            known: minions::Minions::default(),
            only: only::Only::default(),
            groups: groups::Groups::default(),
            slowest: slow::Slowest::default(),
            fates: fates::Fates::default(),
            ends: ends::Ends::default(),
            input: input::Noticed::default(),
            sweep: lines::Sweep::default(),
            watch: logged::Watch::default(),
            open: Vec::new(),
            over: false,
        }
    }
}

impl Digest {
    /// These minions should appear (`--expect`): names, or globs as Salt targets take them (`*`, `?`, `[a-z]`).
    /// Call it before the first record.
    pub fn expect(&mut self, names: impl IntoIterator<Item = String>) {
        names.into_iter().for_each(|name| self.known.expect(name));
    }

    /// Only of minions whose names match one of these is anything told (`--minion`); of all, if there are none. Call it
    /// before the first record.
    pub fn only(&mut self, globs: Vec<String>) {
        self.only.set(globs);
    }

    /// Is this record told of? If it is not, what must be known of it all the same is noted here, and it is to be shown to
    /// nobody.
    pub fn tells_of(&mut self, file: &str, record: &Record<'_>) -> bool {
        let told = self.only.holds(record);
        if !told {
            self.input.record(record);
            self.sweep.record(record);
            self.watch.record(file, record);
            self.known.answered(record.at());
        }
        told
    }

    /// How many minions nothing is told of.
    pub fn left_out(&self) -> u64 {
        self.only.left_out()
    }

    /// Nothing more will come: whoever was asked for and is not there is a problem.
    pub fn close(&mut self) {
        if let Some(text) = self.only.nobody() {
            self.problem(Problem { kind: "unmatched", file: "-".to_owned(), minion: None, line: None, text });
        }
    }

    /// An input begins.
    pub fn begin(&mut self, _file: &str) {
        self.input = input::Noticed::default();
    }

    /// An input is over, and had so many lines: was anything in it recognised?
    pub fn end(&mut self, file: &str, lines: u64) {
        self.lines.add(&self.sweep.end(lines));
        if let Some(logged) = self.watch.end() {
            self.logged.add(logged);
        }
        if let Some(text) = self.input.unrecognised(file) {
            self.problem(Problem {
                kind: "unrecognised",
                file: file.to_owned(),
                minion: None,
                line: None,
                text,
            });
        }
    }

    /// Takes note of the next record. Records come in input order, after [`begin`](Self::begin).
    pub fn note(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'_>) {
        if std::mem::take(&mut self.over) {
            self.run = Tally::default();
        }
        self.input.record(record);
        self.sweep.record(record);
        self.watch.record(file, record);
        if self.known.meet(record.at()) {
            self.minions += 1;
        }
        if verdict.class >= Class::Blocked {
            self.groups.note(file, record, verdict, self.known.current());
        }
        self.fates.note(file, record, verdict);
        match record {
            Record::State(state) => {
                self.slowest.note(file, state);
                self.state(state, verdict);
            }
            Record::Message(message) => {
                if message.kind == Kind::Notice {
                    self.known.runs_on(&message.text.get());
                }
                self.all.message(verdict.class);
                self.run.message(verdict.class);
            }
            Record::Summary(summary) => self.summary(file, summary, verdict),
            Record::RunEnd(end) => self.run_end(file, end),
            Record::Fault(fault) => self.fault(file, fault),
            Record::Stray(_) => {}
        }
    }

    /// Takes note of a plain state that comes right behind another state of its run and that nobody has a word to say
    /// about. What it lacks beside others is only counted.
    pub fn pass(&mut self, plain: &Plain<'_>) {
        self.sweep.state(plain.line, plain.end_line);
        self.all.plain(plain);
        self.run.plain(plain);
        self.ends.plain(plain);
        if let Some(open) = self.open.first_mut() {
            *open = open.saturating_add(1);
        }
    }

    /// The minions that were expected and did not appear, to be judged and reported like any other message. They
    /// stand nowhere: their line is 0.
    pub fn missing(&self) -> Vec<Message<'static>> {
        let message = |(name, is_glob): (&str, bool)| Message {
            at: Place { minion: (!is_glob).then(|| Text::owned(name.to_owned())), ..Place::default() },
            kind: Kind::Return,
            level: None,
            logger: None,
            time: None,
            pid: None,
            told: crate::record::Told::default(),
            text: Text::owned(if is_glob {
                format!("{name}: a minion of such a name was expected, but none appears in this output")
            } else {
                format!("{name}: expected, but does not appear in this output")
            }),
            weight: Class::ActionRequired,
        };
        self.known.missing().map(message).collect()
    }

    /// Would it keep words of this record?
    pub fn keeps(&self, record: &Record<'_>, verdict: &Verdict<'_>) -> bool {
        let slow = matches!(record, Record::State(state) if self.slowest.place(state).is_some());
        slow || verdict.class >= Class::Review && self.groups.is_new(record, verdict)
    }

    /// What was found, each finding once: the most urgent first, then what keeps most from running, then what most
    /// minions have.
    pub fn found(&self) -> Vec<&Group> {
        self.groups.sorted()
    }

    /// Those findings that are the same on several minions.
    pub fn shared(&self) -> Vec<&Group> {
        self.found().into_iter().filter(|group| group.minions > 1).collect()
    }

    /// The minions that do not have a finding, where they are few and it is on most.
    pub fn without(&self, group: &Group) -> Vec<&str> {
        let few = self.minions.saturating_sub(group.minions);
        if few == 0 || few > FEW || self.minions < 2 * FEW || self.minions > groups::MINIONS as u64 {
            return Vec::new();
        }
        self.known
            .names()
            .enumerate()
            .filter(|(minion, _)| group.spares(*minion))
            .map(|(_, name)| name)
            .collect()
    }

    /// The states that took longest, a second or more; the slowest first.
    pub fn slowest(&self) -> &[Slow] {
        self.slowest.all()
    }

    /// The line of the failed state that the run which was just ended ends with, if it does: with `failhard`, more would
    /// have come.
    pub fn ended_with(&self) -> Option<u64> {
        self.ends.last.filter(|_| self.over)
    }

    /// Runs that ended with a failed state while others went on, how many more such runs there may be, and how many states
    /// the longest run held.
    pub fn ended_early(&self) -> (Vec<&Ended>, u64, u64) {
        self.ends.early()
    }

    /// How the minions fared.
    pub fn fared(&self) -> Fared {
        self.fates.fared()
    }

    /// Something makes the input untrusted.
    pub fn problem(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEMS_KEPT {
            self.problems.push(problem);
        } else {
            self.problems_more += 1;
        }
    }

    /// What an earlier run said of the input holds, and not what was found from the `known`th problem on: for reports
    /// from stored records.
    pub fn settle(&mut self, known: usize, problems: Vec<Problem>, more: u64, complete: bool, lines: &Lines) {
        self.lines.add(lines);
        self.sweep = lines::Sweep::default();
        if let Some(logged) = self.watch.end() {
            self.logged.add(logged);
        }
        self.problems.truncate(known);
        let mut others = false;
        for problem in problems {
            // What is wrong with a minion that is not told of is not told either.
            match problem.minion.as_deref().is_none_or(|minion| self.only.is_named(minion)) {
                true => self.problem(problem),
                false => others = true,
            }
        }
        self.problems_more += more;
        self.complete &= complete || others;
    }

    fn state(&mut self, state: &State<'_>, verdict: &Verdict<'_>) {
        self.ends.state(state, verdict.class);
        self.all.state(state, verdict.class);
        self.run.state(state, verdict.class);
        let changes = matches!(state.outcome, Outcome::Changed | Outcome::WouldChange);
        if changes && verdict.class > Class::FalsePositive {
            self.real_changes += 1;
        }
        let open = self.open_at(&state.at);
        *open = open.saturating_add(state.stands_for);
    }

    fn summary(&mut self, file: &str, summary: &Summary<'_>, verdict: &Verdict<'_>) {
        if verdict.class == Class::Review {
            self.empty_runs += 1;
        }
        if let (Some(run_time), 0) = (summary.run_time_ms.filter(|time| time.is_finite()), summary.at.depth) {
            self.all.run_time_ms += run_time - self.run.run_time_ms;
            self.run.run_time_ms = run_time;
        }
        if verdict.agrees == Some(false) {
            let minion = named(&summary.at);
            let who = minion.as_deref().unwrap_or("Summary");
            let odds = verdict.words().unwrap_or("its counts differ");
            let text = format!("{who}: Salt's own count is not what this output holds: {odds}");
            let line = Some(summary.at.line);
            self.problem(Problem { kind: "disagrees", file: file.to_owned(), minion, line, text });
        }
    }

    fn run_end(&mut self, file: &str, end: &RunEnd<'_>) {
        let states = std::mem::take(self.open_at(&end.at));
        if end.at.depth == 0 {
            self.runs += 1;
            self.over = true;
            self.groups.run_over();
            self.ends.run_over(file, named(&end.at), end.complete);
        }
        if end.complete {
            return;
        }
        self.complete = false;
        let minion = named(&end.at);
        let who = minion.as_deref().unwrap_or("a run without a minion's name");
        let what =
            if states == 1 { "1 state without its".into() } else { format!("{states} states without their") };
        let text = format!("{who}: {what} Summary: the output was cut off");
        let line = Some(end.at.end_line);
        self.problem(Problem { kind: "cut", file: file.to_owned(), minion, line, text });
    }

    fn fault(&mut self, file: &str, fault: &Fault<'_>) {
        self.complete &= !fault.cut;
        self.problem(Problem {
            kind: fault.kind,
            file: file.to_owned(),
            minion: named(&fault.at),
            line: Some(fault.at.line),
            text: fault.text.clone(),
        });
    }

    fn open_at(&mut self, at: &Place<'_>) -> &mut u64 {
        let depth = usize::from(at.depth.min(63));
        if self.open.len() <= depth {
            self.open.resize(depth + 1, 0);
        }
        // Just made long enough.
        &mut self.open[depth]
    }
}

fn named(at: &Place<'_>) -> Option<String> {
    at.minion.as_ref().map(|minion| minion.get().into_owned())
}
