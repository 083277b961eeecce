//! Published records taken back: what `ndjson` and `json` wrote, line by line, for reports from an archive.
//!
//! Fields that are not known are passed over, so that records of a later version with the same schema can be read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::SCHEMA;
use super::since::{SinceV1, kind};
use crate::digest::{Lines, Problem};
use crate::record::{
    Changes, Class, Kind, Level, LogStep, Message, Outcome, Parent, Place, Record, State, StateResult, Stray,
    Summary, Text, Told, Value,
};
use crate::rules::Rule;
use crate::verdict::{Cause, Known, Verdict};

/// What a line of stored records holds.
pub enum Stored {
    /// The first line.
    Start,
    /// A record, with what happened before it.
    Record(Box<Taken>),
    /// The last line.
    End(Box<End>),
}

/// A stored record.
pub struct Taken {
    /// What happened before it, each with its input's name.
    pub since: Vec<(String, Record<'static>)>,
    /// The input it is of.
    pub file: String,
    /// What Salt said.
    pub record: Record<'static>,
    class: Class,
    rule: Option<Rule>,
    says: Option<String>,
    help: Vec<String>,
    url: Option<String>,
    cause: Option<Cause>,
    triggered_by: Option<String>,
    agrees: Option<bool>,
}

/// What the last line tells.
pub struct End {
    /// What happened before it, each with its input's name.
    pub since: Vec<(String, Record<'static>)>,
    /// What made the input untrusted.
    pub problems: Vec<Problem>,
    /// How many more of these there were.
    pub problems_more: u64,
    /// False where input ended inside a unit, or a run lacks its Summary.
    pub complete: bool,
    /// How many lines were understood as what.
    pub lines: Lines,
}

impl Taken {
    /// What was thought of it.
    pub fn verdict(&self) -> Verdict<'_> {
        let verdict = Verdict {
            rule: self.rule.as_ref(),
            help: Cow::Borrowed(&self.help),
            url: self.url.as_deref(),
            cause: self.cause.clone(),
            agrees: self.agrees,
            around: self
                .triggered_by
                .clone()
                .map(|trigger| Box::new(Known { triggered_by: Some(trigger), log: None })),
            ..Verdict::plain(self.class)
        };
        match &self.says {
            Some(says) => verdict.saying(Cow::Borrowed(says)),
            None => verdict,
        }
    }
}

/// Any line, as far as it is known.
#[derive(Default, Deserialize)]
#[serde(default)]
struct LineV1 {
    r#type: String,
    schema: u32,
    since: Vec<SinceV1>,
    file: String,
    line: u64,
    end_line: u64,
    minion: Option<String>,
    id: Option<String>,
    name: Option<String>,
    function: Option<String>,
    sls: Option<String>,
    run_num: Option<u64>,
    /// Absent, null, or a boolean.
    #[serde(deserialize_with = "present")]
    result: Option<Option<bool>>,
    outcome: String,
    comment: Option<String>,
    #[serde(deserialize_with = "present")]
    changes: Option<Value>,
    started: Option<String>,
    duration_ms: Option<serde_json::Number>,
    warnings: Vec<String>,
    stands_for: Option<u64>,
    parent: Option<(Option<String>, String)>,
    depth: u16,
    verdict: String,
    rule: Option<String>,
    says: Option<String>,
    help: Vec<String>,
    url: Option<String>,
    cause: Option<StoredCause>,
    triggered_by: Option<String>,
    kind: String,
    level: Option<String>,
    logger: Option<String>,
    time: Option<String>,
    pid: Option<u64>,
    jid: Option<String>,
    step: Option<String>,
    state: Option<String>,
    text: String,
    succeeded: u64,
    changed: u64,
    unchanged: u64,
    failed: u64,
    total: u64,
    run_time_ms: Option<serde_json::Number>,
    agrees: Option<bool>,
    complete: bool,
    problems: Vec<StoredProblem>,
    problems_more: u64,
    lines: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct StoredCause {
    file: String,
    line: u64,
    minion: Option<String>,
    id: Option<String>,
    name: Option<String>,
    function: Option<String>,
}

#[derive(Deserialize)]
struct StoredProblem {
    kind: String,
    #[serde(default)]
    file: String,
    minion: Option<String>,
    line: Option<u64>,
    text: String,
}

/// A field that is there, null too.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads a line of `ndjson`, or of `json` as it is written: a record a line in brackets and commas. `None` for a line
/// that holds nothing.
///
/// # Errors
/// It is no record, or one of a schema that is not known; in words.
pub fn read(line: &str) -> Result<Option<Stored>, String> {
    let line = line.trim().trim_end_matches(',');
    if matches!(line, "" | "[" | "]") {
        return Ok(None);
    }
    // Warnings are a list in states and a number in summaries.
    #[derive(Deserialize)]
    struct Type<'l> {
        #[serde(borrow)]
        r#type: Cow<'l, str>,
    }
    let wrong = |error: serde_json::Error| format!("this is no record of saltlint's ({error})");
    let of: Type<'_> = serde_json::from_str(line).map_err(wrong)?;
    let (line, warned) = if of.r#type == "summary" {
        let mut value: serde_json::Map<String, Value> = serde_json::from_str(line).map_err(wrong)?;
        let warned = value.remove("warnings").and_then(|it| it.as_u64()).unwrap_or(0);
        (LineV1::deserialize(Value::Object(value)).map_err(wrong)?, warned)
    } else {
        (serde_json::from_str::<LineV1>(line).map_err(wrong)?, 0)
    };
    line.back(warned).map(Some)
}

impl LineV1 {
    fn back(mut self, warned: u64) -> Result<Stored, String> {
        let since = std::mem::take(&mut self.since).into_iter().map(SinceV1::back).collect();
        match self.r#type.as_str() {
            "start" if self.schema == SCHEMA => return Ok(Stored::Start),
            "start" => {
                return Err(format!("these records have schema {}, and {SCHEMA} is known here", self.schema));
            }
            "end" => {
                let problem = |it: StoredProblem| Problem {
                    kind: kind(&it.kind),
                    file: it.file,
                    minion: it.minion,
                    line: it.line,
                    text: it.text,
                };
                return Ok(Stored::End(Box::new(End {
                    since,
                    problems: self.problems.into_iter().map(problem).collect(),
                    problems_more: self.problems_more,
                    complete: self.complete,
                    lines: Lines::counted(|word| self.lines.get(word).copied().unwrap_or(0)),
                })));
            }
            _ => {}
        }
        let class = word(Class::ALL, Class::word, &self.verdict);
        let class = if self.r#type == "stray" { Class::Clean } else { class? };
        let rule = self.rule.take().map(|id| {
            let mut rule = Rule::new(&id, class);
            (rule.help, rule.url) = (self.help.clone(), self.url.clone());
            rule
        });
        let cause = self.cause.take().map(|it| Cause {
            file: it.file,
            line: it.line,
            minion: it.minion,
            id: it.id,
            name: it.name,
            function: it.function,
        });
        let (says, help, url) = (self.says.take(), std::mem::take(&mut self.help), self.url.take());
        let triggered_by = self.triggered_by.take();
        let (file, agrees) = (std::mem::take(&mut self.file), self.agrees);
        let record = self.record(class, warned)?;
        Ok(Stored::Record(Box::new(Taken {
            since,
            file,
            record,
            class,
            rule,
            says,
            help,
            url,
            cause,
            triggered_by,
            agrees,
        })))
    }

    fn record(self, class: Class, warned: u64) -> Result<Record<'static>, String> {
        let own = |text: Option<String>| text.map(Text::owned);
        let parent = self.parent.map(|(minion, id)| Parent { minion: own(minion), id: Text::owned(id) });
        let (line, end_line, minion, depth) = (self.line, self.end_line, own(self.minion), self.depth);
        // A message's time is its own, whoever put it there.
        let time = if self.r#type == "message" { None } else { own(self.time.clone()) };
        let at = Place { line, end_line, minion, parent, depth, time };
        let number = |number: Option<serde_json::Number>| number.and_then(|number| number.as_f64());
        Ok(match self.r#type.as_str() {
            "state" => Record::State(State {
                at,
                id: own(self.id),
                name: own(self.name),
                function: own(self.function),
                sls: own(self.sls),
                run_num: self.run_num,
                result: self.result.map(|result| match result {
                    Some(true) => StateResult::True,
                    Some(false) => StateResult::False,
                    None => StateResult::None,
                }),
                outcome: word(Outcome::ALL, Outcome::word, &self.outcome)?,
                comment: own(self.comment),
                changes: self.changes.map(Changes::owned),
                started: own(self.started),
                duration_ms: number(self.duration_ms),
                warnings: self.warnings.into_iter().map(Text::owned).collect(),
                stands_for: self.stands_for.unwrap_or(1),
            }),
            "message" => Record::Message(Message {
                at,
                kind: word(Kind::ALL, Kind::word, &self.kind)?,
                level: self.level.and_then(|level| Level::of(level.as_bytes())),
                logger: own(self.logger),
                time: own(self.time),
                pid: self.pid,
                told: Told {
                    jid: own(self.jid),
                    step: self.step.map(|step| word(LogStep::ALL, LogStep::word, &step)).transpose()?,
                    state: own(self.state),
                    function: own(self.function),
                    duration_ms: number(self.duration_ms),
                },
                text: Text::owned(self.text),
                weight: class,
            }),
            "summary" => Record::Summary(Summary {
                at,
                succeeded: self.succeeded,
                changed: self.changed,
                unchanged: self.unchanged,
                failed: self.failed,
                warnings: warned,
                total: self.total,
                run_time_ms: number(self.run_time_ms),
            }),
            "stray" => Record::Stray(Stray { at, text: Text::owned(self.text) }),
            other => return Err(format!("there is no record of type {other:?}")),
        })
    }
}

/// What a word stands for.
fn word<T: Copy, const N: usize>(all: [T; N], word: fn(T) -> &'static str, is: &str) -> Result<T, String> {
    all.into_iter().find(|it| word(*it) == is).ok_or_else(|| format!("{is:?} is not known here"))
}
