//! What a minion returned, and what of it a mode shows: an honest model of the loss.
//!
//! Follows `salt.output.highstate` step by step: which states are hidden, which are terse, what a block prints. What
//! can't be told from the output is not asked for.

use serde_json::{Map, Value};

use crate::mode::{Mode, Tabular};
use crate::nested::{self, Side};

/// What should be read of one state, as far as the mode shows it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) minion: String,
    pub(crate) parent: Option<(String, String)>,
    pub(crate) depth: u64,
    pub(crate) id: Want,
    pub(crate) name: Want,
    pub(crate) function: Want,
    pub(crate) sls: Want,
    pub(crate) run_num: Option<Value>,
    /// `None`: whatever; else the JSON value, or none at all.
    pub(crate) result: Option<Option<Value>>,
    /// Any of these; empty: whatever.
    pub(crate) outcome: Vec<&'static str>,
    pub(crate) comment: Want,
    pub(crate) changes: Changes,
    pub(crate) started: Want,
    pub(crate) duration: Option<f64>,
    pub(crate) warnings: Warnings,
}

/// A text as it should be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Want {
    /// The mode doesn't show it.
    Absent,
    /// One of these; an empty one may also be absent.
    OneOf(Vec<String>),
    /// Can't be told.
    Any,
}

/// Changes as they should be read.
#[derive(Debug)]
pub(crate) enum Changes {
    Absent,
    /// The lines that they display as.
    Display(Vec<String>),
    /// As they are.
    Exactly(Value),
    /// Those of a step, which must not repeat the states in it.
    Step,
    /// Can't be told.
    Any,
}

/// Warnings as they should be read.
#[derive(Debug)]
pub(crate) enum Warnings {
    Absent,
    /// Wrapped anew: the same but for white space.
    Wrapped(String),
    /// Line by line; where one ends can't be told.
    Lines(String),
    /// As they are.
    Exactly(Vec<Value>),
}

/// What should be read where a minion returned something else than states.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) minion: String,
    pub(crate) kinds: &'static [&'static str],
    pub(crate) text: Want,
}

/// All that should be read of one capture, in the order in which it is printed.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) states: Vec<State>,
    pub(crate) messages: Vec<Message>,
    /// Summaries of the outermost runs.
    pub(crate) summaries: usize,
    /// States that are not clean are left out, so that no Summary can agree.
    pub(crate) hides: bool,
    /// A result that is no bool is left out: it is in the total and in no other count, and where terse lines leave
    /// room for it nothing can tell.
    pub(crate) odd: bool,
    /// A result that is no bool stands somewhere: it can make up for one that is left out.
    pub(crate) vague: bool,
}

/// What should be read of this return, or nothing where it holds nothing that Salt prints as a highstate.
pub(crate) fn expected(returned: &Value, mode: &Mode) -> Option<Expected> {
    let mut hosts = unwrap(returned).as_object()?.clone();
    hosts.shift_remove("_env");
    if hosts.keys().any(|host| host.ends_with("_master")) {
        hosts.shift_remove("retcode");
    }
    if mode.state_compress_ids && !mode.json {
        hosts = compress(hosts);
    }
    let mut expected = Expected::default();
    for (minion, value) in &hosts {
        host(&mut expected, &Around { minion, parent: None, depth: 0 }, value, mode)?;
    }
    Some(expected)
}

/// The envelopes that Salt takes off (`salt.output.highstate.output`).
fn unwrap(mut value: &Value) -> &Value {
    for key in ["return", "data"] {
        value = value.get(key).unwrap_or(value);
    }
    if let Some(only) = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.values().next())
        && only.get("jid").is_some()
        && only.get("fun").is_some()
    {
        value = only.get("return").and_then(|it| it.get("data")).unwrap_or(value);
    }
    value
}

/// Whose return it is, and within which step.
struct Around<'v> {
    minion: &'v str,
    parent: Option<(String, String)>,
    depth: u64,
}

fn host(expected: &mut Expected, around: &Around<'_>, value: &Value, mode: &Mode) -> Option<()> {
    let message = |kinds, text| Message { minion: around.minion.to_owned(), kinds, text };
    match value {
        Value::Object(states) => {
            // What salt-ssh says of a host that it could not use.
            if states.contains_key("retcode") && states.contains_key("stderr") {
                expected.messages.push(message(&["ssh"], Want::Any));
                return Some(());
            }
            if !states.is_empty() && states.values().all(|state| state.get("result").is_none()) {
                return None;
            }
            if states.is_empty() && mode.json {
                expected.messages.push(message(&["return"], Want::Any));
            }
            if around.depth == 0 && !mode.json {
                expected.summaries += 1;
            }
            let mut run: Vec<(&String, &Value)> =
                states.iter().filter(|(_, state)| state.get("result").is_some()).collect();
            run.sort_by_key(|(_, state)| state["__run_num__"].as_u64().unwrap_or(0));
            for (key, state) in run {
                one_state(expected, around, key, state, mode)?;
            }
        }
        // The nested display shows any list so: only known words tell one of errors, and behind the last state
        // nothing tells where one of them ends.
        Value::Array(errors) if mode.nested => {
            let one = (!errors.is_empty()).then(|| message(&["compile", "return"], Want::Any));
            expected.messages.extend(one);
        }
        Value::Array(errors) => {
            for error in errors {
                let text = python_str(error, mode.python2);
                let text = if mode.strip_colors && !mode.json { text.replace('\u{1b}', "?") } else { text };
                expected.messages.push(message(&["compile"], Want::OneOf(vec![text])));
            }
        }
        Value::Null => expected.messages.push(message(&["return"], Want::Any)),
        Value::String(text) if mode.txt && text.is_empty() => {}
        other => {
            let text = nested::split(&python_str(other, mode.python2)).join("\n");
            expected.messages.push(message(&["return", "ssh"], Want::OneOf(vec![text])));
        }
    }
    Some(())
}

/// How one state is printed.
#[derive(PartialEq, Eq)]
enum Shape {
    Hidden,
    Terse,
    Block,
}

fn shape(state: &Value, changed: bool, mode: &Mode) -> Shape {
    let result = &state["result"];
    let quiet = truthy(result) && !changed;
    if quiet && (mode.state_output_diff || !mode.state_verbose) {
        return Shape::Hidden;
    }
    let word = python_str(result, false);
    let listed = |list: &str| !list.is_empty() && list.split(',').any(|one| one == word);
    let terse = match mode.base() {
        "terse" => true,
        "mixed" => *result != Value::Bool(false),
        "changes" => quiet,
        "filter" => listed(&mode.state_output_terse),
        _ => false,
    };
    if terse {
        Shape::Terse
    } else if mode.base() == "filter" && listed(&mode.state_output_exclude) {
        Shape::Hidden
    } else {
        Shape::Block
    }
}

fn one_state(
    expected: &mut Expected,
    around: &Around<'_>,
    key: &str,
    state: &Value,
    mode: &Mode,
) -> Option<()> {
    let parts: Vec<&str> = key.split("_|-").collect();
    let (module, id, name) = (*parts.first()?, *parts.get(1)?, *parts.get(2)?);
    let (function, last) = (*parts.get(3)?, *parts.last()?);
    let nested_runs = nested_runs(state);
    let changed = match &nested_runs {
        Some(runs) => is_runner(state) || runs.iter().any(|(_, run)| run_changed(run)),
        None => truthy(&state["changes"]),
    };
    let shape = if mode.json { Shape::Block } else { shape(state, changed, mode) };
    expected.vague |= !matches!(state["result"], Value::Bool(_) | Value::Null);
    // A terse line says `Clean` of a 0 that Salt counts as failed.
    expected.odd |= shape == Shape::Terse && state["result"] == 0;
    if shape == Shape::Hidden {
        expected.hides |= changed || !truthy(&state["result"]);
        expected.odd |= !state["result"].is_boolean();
        return Some(());
    }
    if let (Some(runs), Shape::Block) = (&nested_runs, &shape) {
        let parent = Some((around.minion.to_owned(), id.to_owned()));
        for (minion, run) in runs {
            let inner = Around { minion, parent: parent.clone(), depth: around.depth + 1 };
            // What a step returned may be anything; only states are read out of its changes.
            if run.is_object() {
                host(expected, &inner, run, mode);
            }
        }
    }
    let one = |text: &str| Want::OneOf(vec![text.to_owned()]);
    let profiled = mode.json || mode.state_output_profile && state.get("start_time").is_some();
    let mut wanted = State {
        minion: around.minion.to_owned(),
        parent: around.parent.clone(),
        depth: around.depth,
        id: one(id),
        name: one(name),
        function: Want::OneOf(vec![format!("{module}.{function}"), format!("{module}.{last}")]),
        sls: Want::Absent,
        run_num: None,
        result: Some(match &state["result"] {
            result @ (Value::Bool(_) | Value::Null) => Some(result.clone()),
            // Python holds that these are True and False, and Salt counts them so.
            Value::Number(number) if number.as_u64() == Some(1) => Some(Value::Bool(true)),
            Value::Number(number) if number.as_u64() == Some(0) => Some(Value::Bool(false)),
            _ => None,
        }),
        outcome: outcome(state, truthy(&state["changes"])),
        comment: comment(state, mode),
        changes: Changes::Any,
        started: if profiled { text(&state["start_time"]) } else { Want::Absent },
        duration: if profiled { milliseconds(&state["duration"]) } else { None },
        warnings: Warnings::Absent,
    };
    let warnings = state["warnings"].as_array();
    let joined = warnings
        .map(|all| all.iter().map(|one| python_str(one, mode.python2)).collect::<Vec<_>>().join("\n"));
    match shape {
        Shape::Terse => {
            wanted.id = Want::Absent;
            wanted.name = one(if mode.by_id() { id } else { name });
            wanted.function = one(&format!("{module}.{last}"));
            if mode.own_format() {
                // What stands where, nobody knows.
                (wanted.name, wanted.started, wanted.duration) = (Want::Any, Want::Any, None);
                if name.contains('.') && !name.contains([' ', '/']) {
                    wanted.function = Want::Any;
                }
            }
            wanted.comment = Want::Absent;
            wanted.changes = Changes::Absent;
            wanted.result = Some(Some(match &state["result"] {
                Value::Bool(false) => Value::Bool(false),
                Value::Null => Value::Null,
                _ => Value::Bool(true),
            }));
            wanted.outcome = match &state["result"] {
                Value::Bool(false) => vec!["failed"],
                Value::Null => vec!["would-change"],
                _ if truthy(&state["changes"]) => vec!["changed"],
                _ => vec!["clean"],
            };
            if let (Some(joined), true) = (joined, matches!(mode.state_tabular, Tabular::Flag(_))) {
                wanted.warnings = Warnings::Lines(joined);
            }
        }
        _ if mode.nested => {
            // As JSON, but for what is no string there, or several lines.
            let lines = |text: &str| one(&nested::split(text).join("\n"));
            wanted.id = lines(state["__id__"].as_str().unwrap_or(id));
            let Want::OneOf(own) = lines(state["name"].as_str().unwrap_or(name)) else { return None };
            wanted.name = Want::OneOf([own, vec![name.to_owned()]].concat());
            wanted.sls = text(&state["__sls__"]);
            wanted.run_num = state.get("__run_num__").filter(|number| number.is_u64()).cloned();
            wanted.comment = state["comment"].as_str().map_or(Want::Any, lines);
            wanted.warnings = joined.map_or(Warnings::Absent, Warnings::Wrapped);
            let changes = &state["changes"];
            wanted.changes = match &nested_runs {
                Some(_) => Changes::Step,
                None if !truthy(changes) => Changes::Display(Vec::new()),
                None if changes.is_object() && !nested::is_ambiguous(changes) => {
                    Changes::Display(nested::lines(changes, Side::Truth { strip_colors: true }))
                }
                None => Changes::Any,
            };
        }
        _ if mode.json => {
            let declared = state["__id__"].as_str().unwrap_or(id);
            wanted.id = Want::OneOf(vec![declared.to_owned(), id.to_owned()]);
            wanted.name =
                Want::OneOf(vec![state["name"].as_str().unwrap_or(name).to_owned(), name.to_owned()]);
            wanted.sls = text(&state["__sls__"]);
            wanted.run_num = state.get("__run_num__").filter(|number| number.is_u64()).cloned();
            wanted.warnings = warnings.map_or(Warnings::Absent, |all| Warnings::Exactly(all.clone()));
            wanted.changes = match (&nested_runs, state.get("changes")) {
                (Some(_), _) => Changes::Step,
                (None, Some(changes)) => Changes::Exactly(changes.clone()),
                (None, None) => Changes::Absent,
            };
        }
        _ => {
            if mode.by_id() {
                wanted.name = one(id);
            }
            if let Some((first, rest)) =
                id.rsplit_once(" (").filter(|_| name.starts_with("state_compressed_"))
            {
                wanted.id = Want::OneOf(vec![id.to_owned(), format!("{first} ({rest}"), first.to_owned()]);
                wanted.name = Want::Any;
                wanted.sls = Want::Any;
            }
            wanted.function = one(&format!("{module}.{function}"));
            wanted.warnings = joined.map_or(Warnings::Absent, Warnings::Wrapped);
            let changes = &state["changes"];
            let side = Side::Truth { strip_colors: mode.strip_colors };
            wanted.changes = match (&nested_runs, changes) {
                (Some(_), _) => Changes::Step,
                (None, Value::Object(map)) if map.is_empty() => Changes::Display(Vec::new()),
                (None, _) if mode.raw_keys && has_number_keys(changes) => Changes::Any,
                (None, Value::Object(_)) if !nested::is_ambiguous(changes) => {
                    Changes::Display(nested::lines(changes, side))
                }
                (None, changes) if !truthy(changes) => Changes::Display(Vec::new()),
                _ => Changes::Any,
            };
        }
    }
    if matches!(wanted.changes, Changes::Step) {
        wanted.outcome.extend(["changed", "clean", "skipped"]);
    }
    expected.states.push(wanted);
    Some(())
}

/// The runs that an orchestration step's changes hold.
fn nested_runs(state: &Value) -> Option<Vec<(String, Value)>> {
    let changes = &state["changes"];
    let runs = if is_runner(state) {
        unwrap(changes)
    } else if changes["out"] == "highstate" {
        changes.get("ret")?
    } else {
        return None;
    };
    Some(runs.as_object()?.iter().map(|(minion, run)| (minion.clone(), run.clone())).collect())
}

/// The names by which Salt knows an orchestration within an orchestration.
fn is_runner(state: &Value) -> bool {
    matches!(state["name"].as_str(), Some("state.orch" | "state.orchestrate" | "state.sls"))
}

fn run_changed(run: &Value) -> bool {
    match run {
        Value::Object(states) => states.values().any(|state| truthy(&state["changes"])),
        Value::Array(_) => false,
        _ => true,
    }
}

fn outcome(state: &Value, changed: bool) -> Vec<&'static str> {
    match &state["result"] {
        Value::Bool(false) => vec!["failed"],
        Value::Null => vec!["would-change"],
        Value::Bool(true) if changed => vec!["changed"],
        Value::Bool(true) => {
            let comment = state["comment"].as_str().unwrap_or_default().trim();
            let skipped = ["unless condition is true", "onlyif condition is false"].contains(&comment)
                || comment.starts_with("State was not run because none of the onchanges reqs changed")
                || comment.starts_with("State was not run because onfail req did not change");
            if skipped { vec!["skipped"] } else { vec!["clean", "skipped"] }
        }
        _ => Vec::new(),
    }
}

fn comment(state: &Value, mode: &Mode) -> Want {
    let Some(comment) = state.get("comment") else { return Want::Absent };
    if mode.json {
        return match comment {
            Value::String(text) => Want::OneOf(vec![text.clone()]),
            // Not text: how it is put into words is our own affair.
            _ => Want::Any,
        };
    }
    if state.get("data").is_some() {
        return Want::Any;
    }
    let printed = python_str(comment, mode.python2);
    Want::OneOf(vec![printed.trim_matches(python_space).to_owned()])
}

fn text(value: &Value) -> Want {
    match value {
        Value::String(text) => Want::OneOf(vec![text.clone()]),
        Value::Null => Want::Absent,
        _ => Want::Any,
    }
}

/// Keys that may have been numbers before JSON made them strings.
fn has_number_keys(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| key.parse::<f64>().is_ok() || has_number_keys(value))
        }
        Value::Array(list) => list.iter().any(has_number_keys),
        _ => false,
    }
}

/// A number of milliseconds, or the string `12.3 ms` that Salt's outputter leaves behind.
fn milliseconds(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim_end_matches(" ms").parse().ok(),
        _ => None,
    }
}

/// What `str.strip` of Python takes off.
pub(crate) fn python_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{1c}'..='\u{1f}')
}

/// `bool()` of Python.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// `str()` of Python.
pub(crate) fn python_str(value: &Value, python2: bool) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => python_repr(other, python2),
    }
}

fn python_repr(value: &Value, python2: bool) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
            let mut out = String::from(if python2 { "u" } else { "" });
            out.push(quote);
            for letter in text.chars() {
                match letter {
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    '\\' => out.push_str("\\\\"),
                    letter if letter == quote => out.extend(['\\', letter]),
                    letter if letter.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(letter))),
                    letter => out.push(letter),
                }
            }
            out.push(quote);
            out
        }
        Value::Array(list) => {
            let items: Vec<String> = list.iter().map(|item| python_repr(item, python2)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let key = |key: &String| python_repr(&Value::String(key.clone()), python2);
            let items: Vec<String> = map
                .iter()
                .map(|(name, item)| format!("{}: {}", key(name), python_repr(item, python2)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

/// `state_compress_ids` (`salt.output.highstate._compress_ids`). Where a state lacks something Salt gives up and
/// prints all; what it had merged by then stays merged into the first state of its bundle.
fn compress(mut hosts: Map<String, Value>) -> Map<String, Value> {
    let names: Vec<String> = hosts.keys().cloned().collect();
    let mut compressed = Map::new();
    for host in names {
        match hosts.get_mut(&host).and_then(compress_host) {
            Some(states) => compressed.insert(host, states),
            None => return hosts,
        };
    }
    compressed
}

fn compress_host(states: &mut Value) -> Option<Value> {
    let states = states.as_object_mut()?;
    let bundle = |(key, state): (&String, &Value)| -> Option<String> {
        let parts = [state.get("__id__")?, state.get("__sls__")?, state.get("result")?];
        let words = parts.map(|part| python_str(part, false));
        Some(format!("{}_{}", key.split("_|-").next()?, words.join("_")))
    };
    let bundles: Vec<String> = states.iter().map(bundle).collect::<Option<_>>()?;
    let keys: Vec<String> = states.keys().cloned().collect();
    // What it is printed as, and the state that all of its bundle is merged into.
    let mut out: Vec<(String, &String)> = Vec::new();
    for (key, id) in keys.iter().zip(&bundles) {
        let count = bundles.iter().filter(|other| *other == id).count();
        if count == 1 {
            out.push((key.clone(), key));
            continue;
        }
        let next = states[key].clone();
        let word = |name: &str| python_str(&next[name], false);
        let mut parts: Vec<String> = key.split("_|-").map(str::to_owned).collect();
        *parts.get_mut(2)? =
            ["state_compressed", &word("__sls__"), &word("__id__"), &word("result")].join("_");
        *parts.get_mut(1)? = format!("{} ({count})", word("__id__"));
        let shown = parts.join("_|-");
        match out.iter().find(|(other, _)| *other == shown) {
            None => out.push((shown, key)),
            Some((_, first)) => merge(&mut states[*first], &next)?,
        }
    }
    Some(Value::Object(out.into_iter().map(|(shown, key)| (shown, states[key].clone())).collect()))
}

fn merge(first: &mut Value, next: &Value) -> Option<()> {
    let number = |state: &Value, name: &str| state.get(name).and_then(Value::as_f64);
    if number(next, "__run_num__")? < number(first, "__run_num__")? {
        first["__run_num__"] = next["__run_num__"].clone();
    }
    let sum = number(next, "duration")? + number(first, "duration")?;
    first["duration"] = ((sum * 1000.0).round_ties_even() / 1000.0).into();
    let start = first.get("start_time")?.as_str()?.min(next.get("start_time")?.as_str()?).to_owned();
    first["start_time"] = start.into();
    let (mine, theirs) = (first.get("changes").cloned(), next.get("changes").cloned());
    let mine = mine.filter(truthy);
    if let Some(theirs) = theirs.filter(truthy) {
        let mut by_name = match mine {
            Some(mine) => match mine.get("compressed changes").filter(|it| truthy(it)) {
                Some(by_name) => by_name.as_object()?.clone(),
                None => Map::from_iter([(first["name"].as_str()?.to_owned(), mine)]),
            },
            None => Map::new(),
        };
        by_name.insert(next["name"].as_str()?.to_owned(), theirs);
        first["changes"] = serde_json::json!({ "compressed changes": by_name });
    }
    Some(())
}
