//! What is read from a capture is what the minions returned, as far as the mode shows it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::nested::{self, Side};
use crate::program;
use crate::returned::{Changes, Expected, Message, State, Want, Warnings, expected, python_space};
use crate::story::{self, Capture};

/// What a comparison came to.
#[derive(Default)]
struct Score {
    right: usize,
    total: usize,
    /// A line for each difference.
    wrong: Vec<String>,
}

impl Score {
    fn add(&mut self, other: Score) {
        self.right += other.right;
        self.total += other.total;
        self.wrong.extend(other.wrong);
    }
}

/// Holds the records of a capture against what should be read of it.
fn compare(expected: &Expected, records: &[Value], json: bool) -> Score {
    let mut score = Score::default();
    let mut want: Vec<&State> = expected.states.iter().collect();
    let mut got: Vec<&Value> = program::of_type(records, "state");
    if json {
        // The order of keys in a document means nothing; `run_num` tells Salt's.
        // Those of one ID with several names share a number.
        let name = |state: &State| match &state.name {
            Want::OneOf(names) => names.last().cloned(),
            _ => None,
        };
        want.sort_by_cached_key(|state| {
            (
                state.depth,
                state.minion.clone(),
                number(state.run_num.as_ref()),
                name(state).unwrap_or_default(),
            )
        });
        got.sort_by_cached_key(|it| {
            let name = field(it, "name").to_owned();
            (depth(it), field(it, "minion").to_owned(), number(it.get("run_num")), name)
        });
    }
    score.total = want.len();
    for pair in align(&want, &got) {
        match pair {
            (Some(index), Some(at)) => {
                let differences = differences(want[index], got[at], json);
                if differences.is_empty() {
                    score.right += 1;
                }
                let line = &got[at]["line"];
                score
                    .wrong
                    .extend(differences.into_iter().map(|it| format!("state {index} (line {line}) {it}")));
            }
            (Some(index), None) => {
                let State { minion, function, id, name, .. } = want[index];
                score.wrong.push(format!("state {index} missing: {minion} {function:?} {id:?} {name:?}"));
            }
            (None, Some(at)) => score.wrong.push(format!("surplus: {}", short(&got[at].to_string()))),
            (None, None) => {}
        }
    }
    messages(&expected.messages, records, &mut score);
    score
}

/// The rest: does Salt's own count agree, is everything there, is nothing amiss?
fn check_end(capture: &Capture, expected: &Expected, records: &[Value], score: &mut Score) {
    let summaries = program::of_type(records, "summary");
    let outer = summaries.iter().filter(|summary| summary.get("parent").is_none()).count();
    if outer != expected.summaries {
        score.wrong.push(format!("summaries: expected {}, got {outer}", expected.summaries));
    }
    if expected.hides || expected.odd {
        if expected.hides && !expected.vague && !admits(records) {
            score.wrong.push("states that are not clean are left out, and nothing says so".into());
        }
        return;
    }
    for summary in summaries.iter().filter(|summary| summary["agrees"] != true) {
        let (minion, line) = (field(summary, "minion"), &summary["line"]);
        score.wrong.push(format!("summary (of {minion}, line {line}) does not agree"));
    }
    let end = records.last().filter(|record| record["type"] == "end");
    match end {
        None => score.wrong.push("no end record".into()),
        Some(_) if capture.incomplete || !capture.problems.is_empty() => {}
        Some(end) => {
            if end["complete"] != true || end["problems"].as_array().is_none_or(|all| !all.is_empty()) {
                let what = format!("complete {}, problems {}", end["complete"], end["problems"]);
                score.wrong.push(short(&what));
            }
        }
    }
}

/// True where the program itself says that what it read can't be trusted.
fn admits(records: &[Value]) -> bool {
    program::of_type(records, "summary").iter().any(|summary| summary["agrees"] == false)
        || records.last().is_some_and(|end| end["problems"].as_array().is_some_and(|all| !all.is_empty()))
}

fn messages(want: &[Message], records: &[Value], score: &mut Score) {
    let kinds = ["compile", "return", "ssh"];
    let mut by_minion: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for record in program::of_type(records, "message") {
        if kinds.contains(&field(record, "kind")) {
            by_minion.entry(field(record, "minion")).or_default().push(record);
        }
    }
    for message in want {
        let of_minion = by_minion.entry(message.minion.as_str()).or_default();
        let place = of_minion.iter().position(|it| message.kinds.contains(&field(it, "kind")));
        let Some(place) = place else {
            score.wrong.push(format!("message missing: {message:?}"));
            continue;
        };
        let got = of_minion.remove(place);
        if let Some(it) = text_differs(&message.text, got.get("text"), true) {
            score.wrong.push(format!("message of {}: {it}", message.minion));
        }
    }
}

/// Pairs what should be there with what is: in order, and leaving out as little as possible.
fn align(want: &[&State], got: &[&Value]) -> Vec<(Option<usize>, Option<usize>)> {
    let same = |state: &State, record: &Value| {
        holds(&state.function, field(record, "function"))
            && holds(&state.id, field(record, "id"))
            && holds(&state.name, field(record, "name"))
    };
    if want.len() == got.len() {
        return (0..want.len()).map(|index| (Some(index), Some(index))).collect();
    }
    // The longest common subsequence, from the end.
    let mut best = vec![vec![0_usize; got.len() + 1]; want.len() + 1];
    for w in (0..want.len()).rev() {
        for g in (0..got.len()).rev() {
            let both = if same(want[w], got[g]) { best[w + 1][g + 1] + 1 } else { 0 };
            best[w][g] = both.max(best[w + 1][g]).max(best[w][g + 1]);
        }
    }
    let (mut w, mut g) = (0, 0);
    let mut pairs = Vec::new();
    while w < want.len() || g < got.len() {
        if w < want.len() && g < got.len() && same(want[w], got[g]) && best[w][g] == best[w + 1][g + 1] + 1 {
            pairs.push((Some(w), Some(g)));
            (w, g) = (w + 1, g + 1);
        } else if g == got.len() || w < want.len() && best[w + 1][g] >= best[w][g + 1] {
            pairs.push((Some(w), None));
            w += 1;
        } else {
            pairs.push((None, Some(g)));
            g += 1;
        }
    }
    pairs
}

/// Field by field, what is not as it should be.
fn differences(want: &State, got: &Value, json: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut note = |name: &str, difference: Option<String>| {
        wrong.extend(difference.map(|it| format!("{name}: {it}")));
    };
    let minion = Want::OneOf(vec![want.minion.clone()]);
    note("minion", text_differs(&minion, got.get("minion"), !json));
    note("id", text_differs(&want.id, got.get("id"), !json));
    note("name", text_differs(&want.name, got.get("name"), !json));
    note("function", text_differs(&want.function, got.get("function"), !json));
    note("sls", text_differs(&want.sls, got.get("sls"), !json));
    note("comment", text_differs(&want.comment, got.get("comment"), !json));
    note("started", text_differs(&want.started, got.get("started"), !json));
    note("run_num", plain_differs(want.run_num.as_ref(), got.get("run_num")));
    note("depth", (depth(got) != want.depth).then(|| format!("expected {}, got {}", want.depth, depth(got))));
    let parent = want.parent.as_ref().map(|(minion, id)| serde_json::json!([minion, id]));
    note("parent", plain_differs(parent.as_ref(), got.get("parent")));
    if let Some(result) = &want.result {
        note("result", plain_differs(result.as_ref(), got.get("result")));
    }
    let outcome = field(got, "outcome");
    let known = want.outcome.is_empty() || want.outcome.contains(&outcome);
    note("outcome", (!known).then(|| format!("expected {:?}, got {outcome}", want.outcome)));
    let duration = got.get("duration_ms").and_then(Value::as_f64);
    let close = match (want.duration, duration) {
        (Some(want), Some(got)) => (want - got).abs() <= 1e-9 * want.abs().max(1.0),
        (want, got) => want == got,
    };
    note("duration_ms", (!close).then(|| format!("expected {:?}, got {duration:?}", want.duration)));
    note("changes", changes_differ(&want.changes, got.get("changes")));
    note("warnings", warnings_differ(&want.warnings, got.get("warnings")));
    wrong
}

fn changes_differ(want: &Changes, got: Option<&Value>) -> Option<String> {
    let empty = Value::Object(serde_json::Map::new());
    match want {
        Changes::Any => None,
        Changes::Absent => got.map(|got| format!("expected none, got {}", short(&got.to_string()))),
        Changes::Exactly(want) => plain_differs(Some(want), Some(got.unwrap_or(&empty))),
        Changes::Step => got
            .map(Value::to_string)
            .filter(|got| got.contains("_|-") || got.contains("Function: "))
            .map(|got| format!("repeats the states in it: {}", short(&got))),
        Changes::Display(want) => {
            let got = got.filter(|got| **got != empty);
            let got = got.map(|got| nested::lines(got, Side::ReadBack)).unwrap_or_default();
            let (want, got) = (tidy(&want.join("\n")), tidy(&got.join("\n")));
            (want != got).then(|| first_difference(&want, &got))
        }
    }
}

fn warnings_differ(want: &Warnings, got: Option<&Value>) -> Option<String> {
    let all: Vec<Value> = got.and_then(Value::as_array).cloned().unwrap_or_default();
    let lines: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
    let squeeze = |text: &str| tidy(text).replace(|letter: char| letter.is_whitespace(), "");
    match want {
        Warnings::Absent if all.is_empty() => None,
        Warnings::Absent => Some(format!("expected none, got {all:?}")),
        Warnings::Exactly(want) => (*want != all).then(|| format!("expected {want:?}, got {all:?}")),
        Warnings::Wrapped(want) => {
            let got = lines.concat();
            (squeeze(want) != squeeze(&got)).then(|| format!("expected {want:?}, got {got:?}"))
        }
        Warnings::Lines(want) => {
            let got = lines.join("\n");
            let (want, got) = (tidy(want), tidy(&got));
            (want.trim_end() != got.trim_end()).then(|| format!("expected {want:?}, got {got:?}"))
        }
    }
}

fn text_differs(want: &Want, got: Option<&Value>, printed: bool) -> Option<String> {
    let options = match want {
        Want::Any => return None,
        Want::Absent => return got.map(|got| format!("expected none, got {}", short(&got.to_string()))),
        Want::OneOf(options) => options,
    };
    let got = match got {
        None => "",
        Some(Value::String(text)) => text,
        Some(other) => return Some(format!("no text: {other}")),
    };
    let same = |want: &String| want == got || printed && tidy(want) == tidy(got);
    let first = options.first().map(String::as_str).unwrap_or_default();
    (!options.iter().any(same)).then(|| first_difference(first, got))
}

fn plain_differs(want: Option<&Value>, got: Option<&Value>) -> Option<String> {
    let show = |value: Option<&Value>| value.map_or("none".into(), Value::to_string);
    (want != got).then(|| first_difference(&show(want), &show(got)))
}

/// Text without what a terminal may have added or taken: colour, carriage returns, and line ends at its end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let parameters =
            after[2..].trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
        match parameters.strip_prefix('m') {
            Some(after) => rest = after,
            None => {
                out.push_str("\u{1b}[");
                rest = &after[2..];
            }
        }
    }
    out.push_str(rest);
    out.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches(python_space).to_owned()
}

fn holds(want: &Want, got: &str) -> bool {
    match want {
        Want::OneOf(options) => options.iter().any(|want| tidy(want) == tidy(got)),
        Want::Absent | Want::Any => true,
    }
}

fn field<'v>(record: &'v Value, name: &str) -> &'v str {
    record[name].as_str().unwrap_or_default()
}

fn depth(record: &Value) -> u64 {
    record["depth"].as_u64().unwrap_or(0)
}

fn number(value: Option<&Value>) -> u64 {
    value.and_then(Value::as_u64).unwrap_or(0)
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(160).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// Both from shortly before the place where they part.
fn first_difference(want: &str, got: &str) -> String {
    let same = want.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(20);
    let tail = |text: &str| -> String { text.chars().skip(from).take(100).collect() };
    let dots = if from > 0 { "…" } else { "" };
    format!("expected {dots}{:?}, got {dots}{:?}", tail(want), tail(got))
}

/// Reads a capture and holds it against its truth; nothing where there is none to be held against.
fn check(capture: &Capture) -> Option<Score> {
    let returned = capture.returned()?;
    let expected = expected(&returned, &capture.mode)?;
    // Words behind or below names are a notation's only if a state stands among them: without one nothing tells.
    let vague = [".yaml", ".out.txt", ".nested.txt"].iter().any(|end| capture.name.ends_with(end));
    if expected.states.is_empty() && vague {
        return None;
    }
    let records = match program::try_read(&capture.file) {
        Ok(records) => records,
        Err(why) => return Some(Score { right: 0, total: expected.states.len(), wrong: vec![why] }),
    };
    let mut score = compare(&expected, &records, capture.mode.json);
    check_end(capture, &expected, &records, &mut score);
    if capture.nasty && !score.wrong.is_empty() && admits(&records) {
        score.wrong.clear();
        score.right = score.total;
    }
    Some(score)
}

/// What of the first few captures is read otherwise where lines end as on a terminal.
fn check_terminal(captures: &[Capture]) -> Vec<String> {
    let fields = |records: &[Value]| -> Vec<Value> {
        let mut records = records.to_vec();
        for record in records.iter_mut().filter_map(Value::as_object_mut) {
            record.retain(|name, _| !["file", "version", "text"].contains(&name.as_str()));
        }
        records
    };
    let plain = |capture: &&Capture| {
        let bytes = std::fs::read(&capture.file).unwrap();
        !capture.mode.json && !capture.nasty && !bytes.contains(&b'\r')
    };
    let mut wrong = Vec::new();
    for capture in captures.iter().filter(plain).step_by(3) {
        let bytes = std::fs::read(&capture.file).unwrap();
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let (one, other) = (program::read_pipe(&bytes), program::read_pipe(&lines.join(&b"\r\n"[..])));
        let (one, other) = (fields(&one), fields(&other));
        if let Some((one, other)) = one.iter().zip(&other).find(|(one, other)| one != other) {
            let place = first_difference(&one.to_string(), &other.to_string());
            wrong.push(format!("{} with CR LF, line {}: {place}", capture.name, one["line"]));
        }
    }
    wrong
}

/// Checks them all, prints what differs (the same difference once), and says how many states were right.
fn check_all(captures: &[Capture]) -> bool {
    let mut all = Score::default();
    let mut checked = 0;
    // What differs, where first, and in how many places.
    let mut found: Vec<(String, String, usize)> = Vec::new();
    for capture in captures {
        let Some(score) = check(capture) else { continue };
        checked += 1;
        if !score.wrong.is_empty() {
            keep(capture);
        }
        for line in &score.wrong {
            let what = line.split_once(") ").map_or(line.as_str(), |(_, what)| what);
            match found.iter_mut().find(|(seen, ..)| seen == what) {
                Some((_, _, times)) => *times += 1,
                None => found.push((what.to_owned(), format!("{}: {line}", capture.name), 1)),
            }
        }
        all.add(score);
    }
    for (_, line, times) in found.iter().take(80) {
        println!("{line}{}", if *times > 1 { format!(" (×{times})") } else { String::new() });
    }
    println!("{} of {} states right in {checked} captures", all.right, all.total);
    checked > 0 && all.wrong.is_empty()
}

/// Keeps a capture that was read wrong, and its truth, where `SALTLINT_FAILURES` says.
fn keep(capture: &Capture) {
    let Some(folder) = std::env::var_os("SALTLINT_FAILURES").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let name = capture.name.replace('/', "--");
    std::fs::copy(&capture.file, folder.join(&name)).unwrap();
    if let Some(truth) = &capture.truth {
        std::fs::copy(truth, folder.join(format!("{name}.truth.json"))).unwrap();
    }
}

#[test]
fn fixtures_are_read_as_the_minions_returned_them() {
    assert!(check_all(&story::stories()), "see above");
}

#[test]
fn what_cannot_be_trusted_is_named() {
    for capture in story::stories().iter().filter(|it| !it.problems.is_empty()) {
        let records = program::read(&capture.file);
        let end = records.last().unwrap();
        let kinds: Vec<&str> =
            end["problems"].as_array().unwrap().iter().map(|problem| field(problem, "kind")).collect();
        assert_eq!(kinds, capture.problems, "{}: {}", capture.name, end["problems"]);
        assert_ne!(end["exit"], 0, "{}", capture.name);
    }
}

#[test]
fn a_directory_of_captures_is_read_as_the_minions_returned_it() {
    let Some(directory) = std::env::var_os("SALTLINT_CORPUS_DIR") else {
        println!("SALTLINT_CORPUS_DIR is not set: nothing more to read");
        return;
    };
    let (captures, left_out) = story::manifest(Path::new(&directory));
    println!("{} captures, {left_out} left out (no truth, or no highstate)", captures.len());
    let terminal = check_terminal(&captures);
    terminal.iter().take(40).for_each(|line| println!("{line}"));
    assert!(check_all(&captures) && terminal.is_empty(), "see above");
}

#[cfg(test)]
mod of_itself {
    //! The comparison is no good unless it finds what is wrong.

    use super::*;
    use crate::mode::Mode;
    use serde_json::json;

    fn returned() -> Value {
        json!({"web1": {
            "cmd_|-b_|-echo b_|-run": {"result": true, "comment": "Command \"echo b\" run\n", "name": "echo b",
                "changes": {"pid": 7, "stdout": "a\nb\n", "stderr": ""}, "__run_num__": 1, "start_time": "10:00:00.5",
                "duration": 12.5, "__id__": "b", "__sls__": "x", "warnings": ["one two", "three"]},
            "file_|-a_|-/a_|-managed": {"result": false, "comment": "no", "name": "/a", "changes": {}, "__run_num__": 0,
                "__id__": "a", "__sls__": "x"},
        }})
    }

    fn full() -> Vec<Value> {
        vec![
            json!({"type": "state", "line": 2, "minion": "web1", "id": "a", "name": "/a", "function": "file.managed",
                "result": false, "outcome": "failed", "comment": "no"}),
            json!({"type": "state", "line": 9, "minion": "web1", "id": "b", "name": "echo b", "function": "cmd.run",
                "result": true, "outcome": "changed", "comment": "Command \"echo b\" run", "started": "10:00:00.5",
                "duration_ms": 12.5, "changes": {"pid": "7", "stderr": "", "stdout": "a\nb"},
                "warnings": ["one two three"]}),
            json!({"type": "summary", "minion": "web1", "agrees": true}),
            json!({"type": "end", "complete": true, "problems": []}),
        ]
    }

    fn score(records: &[Value]) -> Score {
        compare(&expected(&returned(), &Mode::default()).unwrap(), records, false)
    }

    #[test]
    fn accepts_what_is_right() {
        let score = score(&full());
        assert_eq!((score.right, score.total, score.wrong), (2, 2, Vec::<String>::new()));
    }

    #[test]
    fn finds_every_wrong_field() {
        for (field, value) in [
            ("id", json!("c")),
            ("name", json!("echo c")),
            ("function", json!("cmd.script")),
            ("result", json!(null)),
            ("outcome", json!("clean")),
            ("comment", json!("Command run")),
            ("started", json!("10:00:01")),
            ("duration_ms", json!(12.6)),
            ("changes", json!({"pid": "7", "stderr": "", "stdout": "a\n b"})),
            ("warnings", json!(["one three"])),
            ("minion", json!("web2")),
            ("parent", json!(["m", "s"])),
            ("sls", json!("x")),
        ] {
            let mut records = full();
            records[1][field] = value;
            let score = score(&records);
            assert_eq!((score.right, score.wrong.len()), (1, 1), "{field}: {:?}", score.wrong);
        }
    }

    #[test]
    fn finds_what_is_missing_and_what_is_surplus() {
        let mut records = full();
        let lost = records.remove(0);
        assert_eq!(score(&records).right, 1);
        assert!(score(&records).wrong[0].contains("missing"));
        records.splice(0..0, [lost.clone(), lost]);
        assert_eq!(score(&records).right, 2);
        assert!(score(&records).wrong[0].contains("surplus"));
    }

    #[test]
    fn knows_what_a_terse_line_loses() {
        let mode = Mode { state_output: "terse_id".into(), ..Mode::default() };
        let records = [
            json!({"type": "state", "minion": "web1", "name": "a", "function": "file.managed", "result": false,
                "outcome": "failed"}),
            json!({"type": "state", "minion": "web1", "name": "b", "function": "cmd.run", "result": true,
                "outcome": "changed", "started": "10:00:00.5", "duration_ms": 12.5, "warnings": ["one two", "three"]}),
        ];
        let score = compare(&expected(&returned(), &mode).unwrap(), &records, false);
        assert_eq!((score.right, score.wrong), (2, Vec::<String>::new()));
    }

    #[test]
    fn wants_json_exactly() {
        let mode = Mode { json: true, ..Mode::default() };
        let mut records = full();
        records[0]["run_num"] = json!(0);
        records[0]["sls"] = json!("x");
        records[0]["changes"] = json!({});
        records[1]["run_num"] = json!(1);
        records[1]["sls"] = json!("x");
        records[1]["comment"] = json!("Command \"echo b\" run\n");
        records[1]["changes"] = json!({"pid": 7, "stdout": "a\nb\n", "stderr": ""});
        records[1]["warnings"] = json!(["one two", "three"]);
        let expected = expected(&returned(), &mode).unwrap();
        assert_eq!(compare(&expected, &records, true).wrong, Vec::<String>::new());
        records[1]["changes"]["pid"] = json!("7");
        assert_eq!(compare(&expected, &records, true).right, 1);
    }

    #[test]
    fn hidden_states_are_not_asked_for() {
        let mode = Mode { state_verbose: false, ..Mode::default() };
        let clean = json!({"web1": {"test_|-a_|-a_|-nop": {"result": true, "changes": {}, "comment": ""}}});
        assert!(expected(&clean, &mode).unwrap().states.is_empty());
    }

    #[test]
    fn colour_is_no_difference() {
        assert_eq!(tidy("\u{1b}[0;32ma\u{1b}[0;0m\r\nb\u{1b}[2J"), "a\nb\u{1b}[2J");
    }
}
