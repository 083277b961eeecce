//! The log around the states: which of its errors only repeat a failure, what ran where no outputter printed it, and how
//! the lines of an input add up.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use proptest::prelude::*;
use serde_json::Value;

use crate::program::{of_type, read, read_pipe, records, run};
use crate::story;

/// What became of each error in the log, a line each: its line, its verdict, and the failure that it repeats.
fn errors(records: &[Value]) -> String {
    let mut told = String::new();
    for message in of_type(records, "message") {
        let level = message["level"].as_str().unwrap_or_default();
        if message["kind"] == "log" && ["ERROR", "CRITICAL"].contains(&level) {
            let cause = &message["cause"];
            let of = match (cause["id"].as_str().or(cause["name"].as_str()), cause["line"].as_u64()) {
                (_, None) => "-".to_owned(),
                (id, Some(line)) => format!("{line} {}", id.unwrap_or("-").replace('\n', " ")),
            };
            let text = message["text"].as_str().unwrap().lines().next().unwrap_or_default();
            let text: String = text.chars().take(60).collect();
            writeln!(told, "{}  {}  {of}  | {text}", message["line"], message["verdict"].as_str().unwrap())
                .unwrap();
        }
    }
    told
}

/// Beside a capture `NAME.EXT` may stand `errors/NAME.txt`. `BLESS=1 cargo test` writes those that are there.
#[test]
fn errors_in_the_log_are_counted_with_the_failure_that_they_repeat() {
    let mut count = 0;
    for capture in story::stories() {
        let name = capture.file.file_stem().unwrap().to_str().unwrap();
        let file = capture.file.with_file_name("errors").join(format!("{name}.txt"));
        if !file.exists() {
            continue;
        }
        count += 1;
        let told = errors(&read(&capture.file));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &told).unwrap();
        }
        assert_eq!(told, fs::read_to_string(&file).unwrap(), "{}", capture.name);
    }
    assert!(count >= 8, "{count} captures with errors");
}

/// Wherever the log stands, before the states or behind them, an error repeats the same state.
#[test]
fn it_makes_no_difference_whether_the_log_comes_first() {
    let mut count = 0;
    for capture in story::stories().into_iter().filter(|it| it.name.contains("log-formats")) {
        let bytes = fs::read(&capture.file).unwrap();
        let begins = |mark: &[u8]| bytes.windows(mark.len()).position(|it| it == mark).map(|at| at + 1);
        let states = begins(b"\nlocal:\n")
            .or_else(|| begins(b"\n{\n"))
            .or_else(|| begins(b"\n\x1b[0;31mlocal:"))
            .unwrap();
        let (log, out) = bytes.split_at(states);
        count += 1;
        let of = |input: &[u8]| -> Vec<String> {
            let errors = errors(&read_pipe(input));
            errors.lines().map(|line| line.replace(|it: char| it.is_ascii_digit(), "")).collect()
        };
        let (first, last) = (of(&[log, out].concat()), of(&[out, log].concat()));
        assert_eq!(first, last, "{}", capture.name);
        assert!(!first.is_empty() && first.iter().all(|line| !line.contains("review")), "{first:#?}");
    }
    assert!(count >= 4, "{count} formats");
}

#[test]
fn an_error_that_no_state_explains_stays() {
    let state = "web1:\n----------\n          ID: a\n    Function: test.nop\n      Result: False\n     Comment: It broke in the middle\n     Changes:   \n\nSummary for web1\n------------\nSucceeded: 0\nFailed:    1\n------------\nTotal states run:     1\n";
    for (error, verdict, line) in [
        ("[ERROR   ] It broke in the middle\n", "clean", Some(2)),
        ("[ERROR   ] Something else broke\n", "review", None),
        ("[CRITICAL] It broke in the middle\n", "clean", Some(2)),
        ("[ERROR   ] broke\n", "review", None),
    ] {
        let records = read_pipe(format!("{error}{state}").as_bytes());
        let message = of_type(&records, "message")[0];
        assert_eq!(
            (message["verdict"].as_str(), message["cause"]["line"].as_u64()),
            (Some(verdict), line),
            "{error}"
        );
    }
}

/// An error that waits for its state holds nobody up for ever, and costs no memory that grows.
#[test]
fn waiting_for_a_state_is_bounded() {
    let mut log = String::from("[ERROR   ] It never comes\n");
    (0..30_000).for_each(|n| writeln!(log, "[INFO    ] line {n} of the log").unwrap());
    let records = read_pipe(log.as_bytes());
    let lines: Vec<_> = of_type(&records, "message").iter().map(|it| it["line"].as_u64().unwrap()).collect();
    assert!(lines.iter().copied().eq(1..=30_001));
}

#[test]
fn what_ran_is_told_where_only_the_log_tells() {
    let log = "\
2021-07-26 15:10:03,588 [salt.state       :1 ][INFO    ][7] Running state [/etc/motd] at time 15:10:03.588000
2021-07-26 15:10:03,589 [salt.state       :1 ][INFO    ][7] Executing state file.managed for [/etc/motd]
2021-07-26 15:10:03,590 [salt.state       :1 ][INFO    ][7] File changed:
New file
2021-07-26 15:10:03,591 [salt.state       :1 ][INFO    ][7] Completed state [/etc/motd] at time 15:10:03.591000 (duration_in_ms=3.25)
2021-07-26 15:10:03,592 [salt.state       :1 ][INFO    ][7] Running state [echo [a]
b] at time 15:10:03.592000
2021-07-26 15:10:03,592 [salt.state       :1 ][INFO    ][7] Executing state cmd.run for [echo [a]
b]
2021-07-26 15:10:03,593 [salt.loaded.int.module.cmdmod:1 ][ERROR   ][7] retcode: 1
2021-07-26 15:10:03,593 [salt.state       :1 ][ERROR   ][7] {'pid': 9}
2021-07-26 15:10:03,594 [salt.state       :1 ][INFO    ][7] Completed state [echo [a]
b] at time 15:10:03.594000 duration_in_ms=2.5
2021-07-26 15:10:03,595 [salt.state       :1 ][INFO    ][7] Running state [nginx] at time 15:10:03.595000
";
    let records = read_pipe(log.as_bytes());
    let logged = &records.last().unwrap()["logged"];
    assert_eq!(logged["states"], 3);
    assert_eq!((&logged["failed"], &logged["unfinished"]), (&1.into(), &1.into()));
    assert_eq!(logged["duration_ms"], 5.75);
    assert_eq!(logged["failures"][0]["name"], "echo [a]\nb");
    assert_eq!(logged["failures"][0]["function"], "cmd.run");
    assert_eq!(logged["running"][0]["name"], "nginx");
    assert_eq!(logged["slowest"][0]["name"], "/etc/motd");
    let told = of_type(&records, "message");
    assert_eq!((&told[0]["state"], &told[1]["function"]), (&"/etc/motd".into(), &"file.managed".into()));
    assert_eq!(told[3]["duration_ms"], 3.25);

    let shown = crate::program::pipe(&["--no-config"], log.as_bytes()).out;
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("Salt's log tells of 3 states that no outputter printed (6 ms): 1 failed, 1 had not"),
        "{shown}"
    );
    // Where an outputter printed states it is no news.
    let both = format!(
        "{log}web1:\n  Name: /etc/motd - Function: file.managed - Result: Changed\n\nSummary for web1\n------------\nSucceeded: 1 (changed=1)\nFailed:    0\n------------\nTotal states run:     1\n"
    );
    assert!(read_pipe(both.as_bytes()).last().unwrap()["logged"].is_null());
}

/// The lines of each kind, counted from the records: each line belongs to the innermost record that it lies in.
fn counted(records: &[Value], total: u64) -> BTreeMap<String, u64> {
    let mut of: Vec<Option<(u64, String)>> = vec![None; total as usize];
    for record in records {
        let kind = match record["type"].as_str().unwrap() {
            "start" | "end" => continue,
            "message" => record["kind"].as_str().unwrap(),
            other => other,
        };
        let (from, to) = (record["line"].as_u64().unwrap(), record["end_line"].as_u64().unwrap());
        for line in from.max(1)..=to {
            let known = &mut of[line as usize - 1];
            if known.as_ref().is_none_or(|(size, _)| to - from < *size) {
                *known = Some((to - from, kind.to_owned()));
            }
        }
    }
    let mut counts = BTreeMap::new();
    for line in of {
        let kind = line.map_or_else(|| "blank".to_owned(), |(_, kind)| kind);
        *counts.entry(kind).or_default() += 1;
    }
    counts.insert("total".to_owned(), total);
    counts
}

fn lines_add_up(name: &str, input: &[u8], exactly: bool) {
    let records = read_pipe(input);
    let told = records.last().unwrap()["lines"].as_object().unwrap().clone();
    let newlines = input.iter().filter(|byte| **byte == b'\n').count() as u64;
    let total = newlines + u64::from(!input.is_empty() && !input.ends_with(b"\n"));
    assert_eq!(told["total"], total, "{name}");
    let sum: u64 =
        told.iter().filter(|(kind, _)| *kind != "total").map(|(_, count)| count.as_u64().unwrap()).sum();
    assert_eq!(sum, total, "{name}");
    let mut counted = counted(&records, total);
    counted.retain(|_, count| *count > 0);
    if exactly {
        let told: BTreeMap<_, _> = told
            .into_iter()
            .map(|(kind, count)| (kind, count.as_u64().unwrap()))
            .filter(|it| it.1 > 0)
            .collect();
        assert_eq!(told, counted, "{name}");
    } else {
        assert_eq!(
            told["blank"].as_u64().unwrap(),
            counted.get("blank").copied().unwrap_or_default(),
            "{name}"
        );
    }
}

#[test]
fn the_lines_of_every_capture_add_up() {
    for capture in story::stories() {
        let bytes = fs::read(&capture.file).unwrap();
        if bytes.len() < 100_000 && !bytes.starts_with(b"\xff\xfe") {
            // On one line of JSON stand many records: which of them has it is no matter.
            let text = !capture.name.contains("json");
            lines_add_up(&capture.name, &bytes, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Captures cut, and put behind each other.
    #[test]
    fn lines_add_up_whatever_is_cut(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4)) {
        let captures = story::stories();
        let mut input = Vec::new();
        for (which, at) in cuts {
            let bytes = fs::read(&captures[which.index(captures.len())].file).unwrap();
            if bytes.len() > 40_000 || bytes.is_empty() || bytes.starts_with(b"\xff\xfe") {
                continue;
            }
            input.extend_from_slice(&bytes[at.index(bytes.len())..]);
        }
        lines_add_up("a cut", &input, false);
    }
}

/// Several inputs, which are read at once, say what each says by itself, in their order.
#[test]
fn several_inputs_say_what_each_says() {
    let captures: Vec<_> = story::stories().into_iter().map(|it| it.file).take(60).collect();
    let mut each = Vec::new();
    for file in &captures {
        let said = read(file);
        each.extend_from_slice(&said[1..said.len() - 1]);
    }
    let mut arguments = vec!["--no-config", "-f", "ndjson"];
    arguments.extend(captures.iter().map(|file| file.to_str().unwrap()));
    let together = records(&run(&arguments).out);
    // What happened between two records stands in the next, be that of another input.
    let alone = |record: &Value| {
        let mut record = record.clone();
        record.as_object_mut().unwrap().remove("since");
        record
    };
    let together: Vec<Value> = together[1..together.len() - 1].iter().map(alone).collect();
    assert_eq!(together, each.iter().map(alone).collect::<Vec<_>>());
}
