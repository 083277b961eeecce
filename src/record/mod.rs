//! The vocabulary: what Salt said, one [`Record`] for each thing it said.
//!
//! Here live the types that every other room talks in, and nothing that decides anything: no parsing, no matching,
//! no printing, no serde. What is costly to read (a comment, the changes) is kept as the bytes it stands in, with the
//! function that can read it, and read only when a rule or a report asks.

mod changes;
mod plain;

use std::borrow::Cow;

pub use changes::{ByKey, Changes, Found};
pub use plain::Plain;

/// A value under `changes`: JSON input as it is; text input as the nested display reads back.
pub type Value = serde_json::Value;

/// One thing that Salt said, or one line that belongs to nothing it said.
#[derive(Clone, Debug)]
pub enum Record<'a> {
    /// One state's return: a block, a terse line, a member of a JSON return.
    State(State<'a>),
    /// Anything that is said in words: compile errors, returns that are no states, log lines, notices.
    Message(Message<'a>),
    /// Salt's own count at the foot of a run.
    Summary(Summary<'a>),
    /// Lines that belong to nothing above (shell prompts, MOTD).
    Stray(Stray<'a>),
    /// A run is over: everything of this minion's that belongs together has been seen. Not published.
    RunEnd(RunEnd<'a>),
    /// Something makes the input untrusted. Not published as a record, but among the `problems`.
    Fault(Fault<'a>),
}

/// Where a record stands, and whose it is.
#[derive(Clone, Debug, Default)]
pub struct Place<'a> {
    /// First line, counted from 1 in the decompressed input.
    pub line: u64,
    /// Last line, inclusive.
    pub end_line: u64,
    /// The minion whose return this is; absent above a paste without its header.
    pub minion: Option<Text<'a>>,
    /// The orchestration step whose changes hold this.
    pub parent: Option<Parent<'a>>,
    /// How many orchestration steps are around this.
    pub depth: u16,
    /// The time that a log or a tool put before the first line (a CI's clock, a journal's date), as printed.
    pub time: Option<Text<'a>>,
}

/// The orchestration step around a nested run.
#[derive(Clone, Debug)]
pub struct Parent<'a> {
    /// The minion (the master's own id, mostly) that ran the step.
    pub minion: Option<Text<'a>>,
    /// The step's ID.
    pub id: Text<'a>,
}

/// One state's return.
#[derive(Clone, Debug)]
pub struct State<'a> {
    /// Where it stands and whose it is.
    pub at: Place<'a>,
    /// The ID declaration; absent where the mode does not show it (terse lines).
    pub id: Option<Text<'a>>,
    /// `name`, the thing the state acts on. In a text block without a Name line it is the ID.
    pub name: Option<Text<'a>>,
    /// `module.function`, as in `service.running`.
    pub function: Option<Text<'a>>,
    /// The SLS file that declares it (JSON and compressed IDs only).
    pub sls: Option<Text<'a>>,
    /// `__run_num__`: its place in Salt's order (JSON only).
    pub run_num: Option<u64>,
    /// What the state returned; absent where it was cut off, or is none of the three.
    pub result: Option<StateResult>,
    /// What that comes to.
    pub outcome: Outcome,
    /// The comment, which says in words what was done.
    pub comment: Option<Text<'a>>,
    /// What was changed.
    pub changes: Option<Changes<'a>>,
    /// When it started, as printed (`HH:MM:SS.ffffff`, without date and zone).
    pub started: Option<Text<'a>>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// Warnings. Text wraps and joins them, so that there several come as one.
    pub warnings: Vec<Text<'a>>,
    /// How many states this stands for: more than one for a compressed `ID (3)`.
    pub stands_for: u64,
}

/// `result` of a state's return (`salt.state`: True, False, or None under `test=True`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateResult {
    /// It is as it should be.
    True,
    /// It failed.
    False,
    /// It would be changed (`test=True`).
    None,
}

/// What came of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Result False.
    Failed,
    /// Result True, with changes.
    Changed,
    /// Result None: it would be changed, were this no test.
    WouldChange,
    /// Result True, without changes.
    Clean,
    /// It did not run because of `unless`, `onlyif`, `onchanges`, `onfail` or `creates`.
    Skipped,
}

impl Outcome {
    /// Every outcome, in the order in which counts are shown.
    pub const ALL: [Outcome; 5] =
        [Outcome::Failed, Outcome::Changed, Outcome::WouldChange, Outcome::Clean, Outcome::Skipped];

    /// The word that records and rules use.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Failed => "failed",
            Outcome::Changed => "changed",
            Outcome::WouldChange => "would-change",
            Outcome::Clean => "clean",
            Outcome::Skipped => "skipped",
        }
    }
}

/// How urgent something is, least to most: the most urgent decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Salt did nothing, and nothing was due.
    Clean,
    /// Salt reports a change, but nothing changed.
    FalsePositive,
    /// A real change that is known to need nobody.
    Benign,
    /// Failed or not run only because of another state, and counted under that.
    Blocked,
    /// A change that no rule speaks for.
    Review,
    /// Someone must act.
    ActionRequired,
}

impl Class {
    /// Every class, least urgent first.
    pub const ALL: [Class; 6] = [
        Class::Clean,
        Class::FalsePositive,
        Class::Benign,
        Class::Blocked,
        Class::Review,
        Class::ActionRequired,
    ];

    /// The word that records, rules and options use.
    pub fn word(self) -> &'static str {
        match self {
            Class::Clean => "clean",
            Class::FalsePositive => "false-positive",
            Class::Benign => "benign",
            Class::Blocked => "blocked",
            Class::Review => "review",
            Class::ActionRequired => "action-required",
        }
    }
}

/// Something said in words.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Where it stands and whose it is.
    pub at: Place<'a>,
    /// What kind of thing it is.
    pub kind: Kind,
    /// A log line's level.
    pub level: Option<Level>,
    /// A log line's logger, without the line number.
    pub logger: Option<Text<'a>>,
    /// A log line's time, as printed.
    pub time: Option<Text<'a>>,
    /// A log line's process.
    pub pid: Option<u64>,
    /// What a log line tells of the run that it was written in.
    pub told: Told<'a>,
    /// What it says.
    pub text: Text<'a>,
    /// Structure, not prose, says that this needs someone, or nobody: an ERROR line, a crash, `retcode: 0`.
    pub weight: Class,
}

/// What a log line tells of the run that it was written in (`salt.state.State.call`).
#[derive(Clone, Debug, Default)]
pub struct Told<'a> {
    /// The job (`%(jid)s` in a log format).
    pub jid: Option<Text<'a>>,
    /// What a state just did: `Running state […]` and its like.
    pub step: Option<LogStep>,
    /// The name of that state.
    pub state: Option<Text<'a>>,
    /// Its function, where the line tells it.
    pub function: Option<Text<'a>>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
}

/// What a state does, as the log tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStep {
    /// `Running state [name] at time …`
    Running,
    /// `Executing state module.function for [name]`
    Executing,
    /// `Completed state [name] at time … (duration_in_ms=…)`
    Completed,
}

impl LogStep {
    /// Every step.
    pub const ALL: [LogStep; 3] = [LogStep::Running, LogStep::Executing, LogStep::Completed];

    /// The word that records use.
    pub fn word(self) -> &'static str {
        match self {
            LogStep::Running => "running",
            LogStep::Executing => "executing",
            LogStep::Completed => "completed",
        }
    }
}

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An element of the list that a minion returned instead of states.
    Compile,
    /// Any other value instead of states, no response included.
    Return,
    /// salt-ssh: connection, roster, host key, permission, thin.
    Ssh,
    /// A line with Salt's log prefix, and its continuation lines.
    Log,
    /// A Python traceback without such a prefix.
    Traceback,
    /// What Salt's commands say about the run.
    Notice,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Compile, Kind::Return, Kind::Ssh, Kind::Log, Kind::Traceback, Kind::Notice];

    /// The word that records and rules use.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Compile => "compile",
            Kind::Return => "return",
            Kind::Ssh => "ssh",
            Kind::Log => "log",
            Kind::Traceback => "traceback",
            Kind::Notice => "notice",
        }
    }
}

/// A log level (Python's and Salt's own: `salt._logging.LOG_LEVELS`), least to most severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// All there is.
    Garbage,
    /// Finer than debug.
    Trace,
    /// For debugging.
    Debug,
    /// Between debug and info (`salt._logging`).
    Profile,
    /// What goes on.
    Info,
    /// Something to know.
    Warning,
    /// Something failed.
    Error,
    /// The process can't go on.
    Critical,
}

impl Level {
    /// The word that Salt prints, in capitals.
    pub fn word(self) -> &'static str {
        match self {
            Level::Garbage => "GARBAGE",
            Level::Trace => "TRACE",
            Level::Debug => "DEBUG",
            Level::Profile => "PROFILE",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
            Level::Critical => "CRITICAL",
        }
    }

    /// The level that a word names, in any case.
    pub fn of(word: &[u8]) -> Option<Level> {
        const ALL: [Level; 8] = [
            Level::Garbage,
            Level::Trace,
            Level::Debug,
            Level::Profile,
            Level::Info,
            Level::Warning,
            Level::Error,
            Level::Critical,
        ];
        ALL.into_iter().find(|level| level.word().as_bytes().eq_ignore_ascii_case(word))
    }
}

/// Salt's own count at the foot of a run (`salt.output.highstate`). Counts that it does not print are 0.
#[derive(Clone, Debug, Default)]
pub struct Summary<'a> {
    /// Where it stands and whose it is.
    pub at: Place<'a>,
    /// States with result True or None.
    pub succeeded: u64,
    /// States with changes, failed and would-be ones among them.
    pub changed: u64,
    /// States with result None. Salt's word for them.
    pub unchanged: u64,
    /// States with result False.
    pub failed: u64,
    /// States with warnings.
    pub warnings: u64,
    /// All states, hidden ones too.
    pub total: u64,
    /// The sum of the durations, in milliseconds, as Salt counts it.
    pub run_time_ms: Option<f64>,
}

/// Lines that belong to nothing else.
#[derive(Clone, Debug)]
pub struct Stray<'a> {
    /// Where they stand.
    pub at: Place<'a>,
    /// The lines.
    pub text: Text<'a>,
}

/// The end of one minion's run.
#[derive(Clone, Debug)]
pub struct RunEnd<'a> {
    /// The last line of the run, and whose it is.
    pub at: Place<'a>,
    /// False where text held states and no Summary followed.
    pub complete: bool,
}

/// What makes the input untrusted.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    /// Where, and whose run it breaks.
    pub at: Place<'a>,
    /// A word for programs: `cut`, `json`, `overlong`.
    pub kind: &'static str,
    /// True where input ends inside a unit.
    pub cut: bool,
    /// A sentence for people.
    pub text: String,
}

/// Bytes as text; what is no UTF-8 becomes U+FFFD. Valid text, nearly all there is, is checked by the word and borrowed.
pub(crate) fn words(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(raw),
    }
}

/// Bytes that a text stands in.
#[derive(Clone)]
enum Raw<'a> {
    Borrowed(&'a [u8]),
    Owned(Box<[u8]>),
    /// Few of our own: every state has some, and none needs an allocation for them.
    Short {
        bytes: [u8; SHORT],
        length: u8,
    },
}

/// What fits where a slice would stand, with its length.
const SHORT: usize = 22;

impl std::ops::Deref for Raw<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Raw::Borrowed(bytes) => bytes,
            Raw::Owned(bytes) => bytes,
            Raw::Short { bytes, length } => &bytes[..usize::from(*length)],
        }
    }
}

/// Text that is decoded (indentation, colour or escapes taken off, invalid UTF-8 replaced) when it is asked for.
#[derive(Clone)]
pub struct Text<'a> {
    raw: Raw<'a>,
    margin: u16,
    literal: bool,
    read: fn(&[u8], u16) -> Cow<'_, str>,
}

impl<'a> Text<'a> {
    /// Text that stands in `raw` and that `read` can read; `margin` is the number of columns it is indented by.
    pub fn new(raw: &'a [u8], margin: u16, read: fn(&[u8], u16) -> Cow<'_, str>) -> Self {
        Text { raw: Raw::Borrowed(raw), margin, literal: false, read }
    }

    /// The same, where ASCII letters, digits, inner blanks and common punctuation stand in `raw` as they are and next
    /// to each other, `\u` aside: then words can be looked for in it without reading it.
    pub fn literally(raw: &'a [u8], margin: u16, read: fn(&[u8], u16) -> Cow<'_, str>) -> Self {
        Text { literal: true, ..Text::new(raw, margin, read) }
    }

    /// Text that stands there as it is; invalid UTF-8 becomes U+FFFD.
    pub fn plain(raw: &'a [u8]) -> Self {
        Text::literally(raw, 0, |raw, _| words(raw))
    }

    /// Text of our own making.
    pub fn owned(text: String) -> Self {
        let raw = Raw::Owned(text.into_bytes().into_boxed_slice());
        Text { raw, margin: 0, literal: true, read: |raw, _| words(raw) }
    }

    /// Text that stands in pieces: `module.function`, mostly.
    pub fn joined(pieces: [&[u8]; 3]) -> Self {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let mut bytes = [0; SHORT];
        let Some(mut rest) = bytes.get_mut(..length) else {
            let raw = Raw::Owned(pieces.concat().into_boxed_slice());
            return Text { raw, margin: 0, literal: true, read: |raw, _| words(raw) };
        };
        for piece in pieces {
            let (here, behind) = rest.split_at_mut(piece.len());
            here.copy_from_slice(piece);
            rest = behind;
        }
        // No more than `SHORT`.
        let raw = Raw::Short { bytes, length: length as u8 };
        Text { raw, margin: 0, literal: true, read: |raw, _| words(raw) }
    }

    /// The text.
    pub fn get(&self) -> Cow<'_, str> {
        (self.read)(&self.raw, self.margin)
    }

    /// The bytes it stands in, undecoded: for a cheap look before [`get`](Self::get).
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The same, where words can be looked for in them as they are (see [`literally`](Self::literally)).
    pub fn literal(&self) -> Option<&[u8]> {
        self.literal.then_some(&*self.raw)
    }

    /// The same, holding its own bytes.
    pub fn into_owned(self) -> Text<'static> {
        let raw = match self.raw {
            Raw::Borrowed(bytes) => Raw::Owned(bytes.into()),
            Raw::Owned(bytes) => Raw::Owned(bytes),
            Raw::Short { bytes, length } => Raw::Short { bytes, length },
        };
        Text { raw, margin: self.margin, literal: self.literal, read: self.read }
    }
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.get(), f)
    }
}

/// What a type needs so that a record can outlive the buffer it was read from.
macro_rules! owned {
    ($option:expr) => {
        $option.map(|it| it.into_owned())
    };
}

impl Place<'_> {
    /// The same, holding its own bytes.
    pub fn into_owned(self) -> Place<'static> {
        Place {
            line: self.line,
            end_line: self.end_line,
            minion: owned!(self.minion),
            parent: self
                .parent
                .map(|parent| Parent { minion: owned!(parent.minion), id: parent.id.into_owned() }),
            depth: self.depth,
            time: owned!(self.time),
        }
    }
}

impl<'a> Record<'a> {
    /// Where it stands and whose it is.
    pub fn at(&self) -> &Place<'a> {
        match self {
            Record::State(it) => &it.at,
            Record::Message(it) => &it.at,
            Record::Summary(it) => &it.at,
            Record::Stray(it) => &it.at,
            Record::RunEnd(it) => &it.at,
            Record::Fault(it) => &it.at,
        }
    }

    /// The same, holding its own bytes, so that it can wait for its cause.
    pub fn into_owned(self) -> Record<'static> {
        match self {
            Record::State(it) => Record::State(State {
                at: it.at.into_owned(),
                id: owned!(it.id),
                name: owned!(it.name),
                function: owned!(it.function),
                sls: owned!(it.sls),
                comment: owned!(it.comment),
                changes: owned!(it.changes),
                started: owned!(it.started),
                warnings: it.warnings.into_iter().map(Text::into_owned).collect(),
                run_num: it.run_num,
                result: it.result,
                outcome: it.outcome,
                duration_ms: it.duration_ms,
                stands_for: it.stands_for,
            }),
            Record::Message(it) => Record::Message(Message {
                at: it.at.into_owned(),
                logger: owned!(it.logger),
                time: owned!(it.time),
                text: it.text.into_owned(),
                kind: it.kind,
                level: it.level,
                pid: it.pid,
                told: Told {
                    jid: owned!(it.told.jid),
                    step: it.told.step,
                    state: owned!(it.told.state),
                    function: owned!(it.told.function),
                    duration_ms: it.told.duration_ms,
                },
                weight: it.weight,
            }),
            Record::Summary(it) => Record::Summary(Summary {
                at: it.at.into_owned(),
                succeeded: it.succeeded,
                changed: it.changed,
                unchanged: it.unchanged,
                failed: it.failed,
                warnings: it.warnings,
                total: it.total,
                run_time_ms: it.run_time_ms,
            }),
            Record::Stray(it) => Record::Stray(Stray { at: it.at.into_owned(), text: it.text.into_owned() }),
            Record::RunEnd(it) => Record::RunEnd(RunEnd { at: it.at.into_owned(), complete: it.complete }),
            Record::Fault(it) => {
                Record::Fault(Fault { at: it.at.into_owned(), kind: it.kind, cut: it.cut, text: it.text })
            }
        }
    }
}
