//! What users see: exit statuses, options, what is said of bad input.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::program::{self, Ran, pipe, pipe_into, read_pipe, records, run, saltlint};
use crate::story;

/// A run of one state, as Salt prints it.
fn text(minion: &str, function: &str, result: &str, comment: &str, changes: &str) -> String {
    let changed = if changes.is_empty() { "" } else { " (changed=1)" };
    let unchanged = if result == "None" { " (unchanged=1)" } else { changed };
    let (good, bad) = if result == "False" { (0, 1) } else { (1, 0) };
    let changes = if changes.is_empty() {
        String::new()
    } else {
        format!("              ----------\n              what:\n                  {changes}\n")
    };
    format!(
        "{minion}:\n----------\n          ID: thing\n    Function: {function}\n      Result: {result}\n     Comment: \
         {comment}\n     Started: 10:00:00.000000\n    Duration: 1.5 ms\n     Changes:   \n{changes}\nSummary for {minion}\n\
         ------------\nSucceeded: {good}{unchanged}\nFailed:    {bad}\n------------\nTotal states run:     1\n\
         Total run time:   1.500 ms\n"
    )
}

fn clean() -> String {
    text("web1", "test.nop", "True", "Success!", "")
}

fn failed() -> String {
    text("web1", "nosuch.thing", "False", "It broke.", "")
}

fn changed() -> String {
    text("web1", "nosuch.thing", "True", "Did it.", "done")
}

fn would_change() -> String {
    text("web1", "nosuch.thing", "None", "Would do it.", "")
}

/// All but its Summary.
fn cut_off(text: &str) -> String {
    text.split("\nSummary").next().unwrap().to_owned()
}

#[track_caller]
fn exits(input: &str, options: &[&str], code: i32) -> Ran {
    let arguments: Vec<&str> = ["--no-config"].iter().chain(options).copied().collect();
    let ran = pipe(&arguments, input.as_bytes());
    assert_eq!(ran.code, code, "{options:?} on:\n{input}\nout:\n{}\nerr:\n{}", ran.out, ran.err);
    ran
}

#[test]
fn exit_status() {
    exits(&clean(), &[], 0);
    exits(&failed(), &[], 1);
    exits(&changed(), &[], 0);
    exits(&changed(), &["--fail-on", "review"], 1);
    exits(&changed(), &["--fail-on", "change"], 1);
    exits(&changed(), &["--fail-on", "review", "--exit-zero"], 0);
    exits(&would_change(), &[], 0);
    exits(&would_change(), &["--fail-on", "change"], 1);
    exits(&clean(), &["--fail-on", "change"], 0);
    exits(&failed(), &["--fail-on", "never"], 0);
    exits(&failed(), &["--exit-zero"], 0);
    // Not to be trusted: never 0, and a finding is a finding.
    exits(&cut_off(&clean()), &[], 3);
    exits(&cut_off(&clean()), &["--exit-zero"], 3);
    exits(&cut_off(&failed()), &[], 1);
    exits(&cut_off(&failed()), &["--exit-zero"], 3);
    exits("", &[], 3);
    exits("nothing that Salt ever said\n", &[], 3);
    exits(&clean().replace("Succeeded: 1", "Succeeded: 2").replace("run:     1", "run:     2"), &[], 0);
    exits(&clean().replace("Failed:    0", "Failed:    1"), &[], 3);
    exits("{\"web1\": {\"test_|-a_|-a_|-nop\": {\"result\": true, \"changes\": {}", &[], 3);
    exits(
        "{\"web1\": {\"test_|-a_|-a_|-nop\": {\"result\": true, \"comment\": \"\", \"changes\": {}}}}",
        &[],
        0,
    );
    exits("{\"web1\": [\"Rendering SLS 'base:x' failed\"]}", &[], 1);
    exits("web1:\n    Minion did not return. [No response]\n", &[], 1);
    // Usage.
    exits(&clean(), &["--nosuch"], 2);
    exits(&clean(), &["--fail-on", "nosuch"], 2);
    exits(&clean(), &["-f", "nosuch"], 2);
    exits(&clean(), &["--config", "/nonexistent/saltlint.toml"], 2);
}

/// What makes it untrusted is said in words, whatever else there is.
#[test]
fn what_cannot_be_trusted_is_said() {
    let ran = exits(&cut_off(&failed()), &[], 1);
    let said = format!("{}{}", ran.out, ran.err).to_lowercase();
    assert!(said.contains("summary"), "{said}");
    let end = read_pipe(cut_off(&clean()).as_bytes()).pop().unwrap();
    assert_eq!(end["complete"], false);
    assert_eq!(end["exit"], 3);
    assert!(!end["problems"].as_array().unwrap().is_empty());
}

#[test]
fn unreadable_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let says = |path: &str, word: &str| {
        let ran = run(&["--no-config", path]);
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.code, 3, "{path}: {said}");
        assert!(said.to_lowercase().contains(word), "{path}: no word of {word:?} in:\n{said}");
        assert!(!said.contains("panicked"), "{said}");
    };
    says(&folder.path().join("missing.log").to_string_lossy(), "no such file");
    says(&put("top.sls", b"base:\n  '*':\n    - web\n"), "salt-lint");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    says(empty.to_str().unwrap(), "no ");
    let mut binary = b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec();
    binary.extend((0..4096_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()));
    says(&put("program", &binary), "");
    // One that can't be read doesn't hide the others.
    let good = put("good.log", failed().as_bytes());
    let ran = run(&["--no-config", "-f", "ndjson", "/nonexistent/log", &good]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let read = records(&ran.out);
    assert_eq!(program::of_type(&read, "state").len(), 1);
    assert!(!read.last().unwrap()["problems"].as_array().unwrap().is_empty());
}

#[test]
fn broken_rules_are_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("mine.toml");
    let check = |body: &str, word: &str| {
        fs::write(&rules, body).unwrap();
        let ran = exits(&clean(), &["--rules", rules.to_str().unwrap()], 2);
        assert!(ran.err.contains("mine.toml") && ran.err.contains(word), "{}", ran.err);
    };
    check("[[rule]\n", "");
    check(
        "title = \"T\"\n[[rule]]\nid = \"a\"\nverdict = \"bening\"\nsays = \"x\"\n[rule.when]\nid = \"x\"\n",
        "benign",
    );
    check(
        "title = \"T\"\n[[rule]]\nid = \"a\"\nverdict = \"benign\"\nsays = \"x\"\n[rule.when]\nfuncton = \"x\"\n",
        "function",
    );
    exits(&clean(), &["--rules", "/nonexistent/rules"], 2);
}

#[test]
fn rules_change_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("mine.toml");
    let state = |body: &str, input: &str| {
        fs::write(&rules, format!("title = \"Mine\"\n{body}")).unwrap();
        let ran =
            pipe(&["--no-config", "-f", "ndjson", "--rules", rules.to_str().unwrap(), "-"], input.as_bytes());
        assert!(matches!(ran.code, 0 | 1), "{}", ran.err);
        program::of_type(&records(&ran.out), "state")[0].clone()
    };
    let rule = |verdict: &str, when: &str| {
        format!(
            "[[rule]]\nid = \"r\"\nverdict = \"{verdict}\"\nsays = \"{{id}} is known\"\nhelp = [\"Do.\"]\n[rule.when]\n{when}\n"
        )
    };
    let benign = state(&rule("benign", "function = \"nosuch.*\""), &changed());
    assert_eq!((&benign["verdict"], &benign["rule"]), (&"benign".into(), &"mine/r".into()), "{benign}");
    assert_eq!(benign["says"], "thing is known");
    // Silent about outcomes: speaks for changes only, so that it never hides a failure or a dry run.
    for input in [failed(), would_change()] {
        assert_eq!(state(&rule("benign", "function = \"nosuch.*\""), &input).get("rule"), None);
    }
    let known = state(&rule("benign", "function = \"nosuch.*\"\noutcome = \"failed\""), &failed());
    assert_eq!(known["verdict"], "benign");
    let lifted = state(&rule("action-required", "comment = \"Did*\""), &changed());
    assert_eq!(lifted["verdict"], "action-required");
    assert_eq!(lifted["help"], serde_json::json!(["Do."]));
    let by_change = state(&rule("false-positive", "changes.what = { regex = '^do.e$' }"), &changed());
    assert_eq!(by_change["verdict"], "false-positive");
}

#[test]
fn expected_minions() {
    exits(&clean(), &["--expect", "web1"], 0);
    exits(&clean(), &["--expect", "web*"], 0);
    let ran = exits(&clean(), &["--expect", "web1,ghost1"], 1);
    assert!(ran.out.contains("ghost1"), "{}", ran.out);
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("minions");
    fs::write(&list, "web1\nghost2\n").unwrap();
    let ran = exits(&clean(), &["--expect", &format!("@{}", list.display())], 1);
    assert!(ran.out.contains("ghost2"), "{}", ran.out);
    exits(&clean(), &["--expect", "@/nonexistent/minions"], 2);
}

#[test]
fn records_are_as_the_contract_says() {
    let read = read_pipe(format!("$ salt 'web1' state.apply\n{}", failed()).as_bytes());
    let kinds: Vec<&str> = read.iter().map(|record| record["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "stray", "state", "summary", "end"]);
    assert_eq!(read[0]["schema"], 1);
    assert_eq!(read[0]["version"], env!("CARGO_PKG_VERSION"));
    let state = &read[2];
    for (field, value) in [
        ("file", "-"),
        ("minion", "web1"),
        ("id", "thing"),
        ("name", "thing"),
        ("function", "nosuch.thing"),
        ("outcome", "failed"),
        ("comment", "It broke."),
        ("started", "10:00:00.000000"),
        ("verdict", "action-required"),
    ] {
        assert_eq!(state[field], value, "{field} of {state}");
    }
    // The header is in the first record's range.
    assert_eq!((&state["line"], &state["end_line"]), (&2.into(), &10.into()), "{state}");
    assert_eq!((&state["result"], state["duration_ms"].as_f64()), (&Value::Bool(false), Some(1.5)));
    for absent in ["sls", "run_num", "parent", "depth", "warnings", "cause"] {
        assert_eq!(state.get(absent), None, "{absent} of {state}");
    }
    let summary = &read[3];
    for (field, value) in
        [("succeeded", 0), ("failed", 1), ("changed", 0), ("unchanged", 0), ("warnings", 0), ("total", 1)]
    {
        assert_eq!(summary[field], value, "{field} of {summary}");
    }
    assert_eq!((&summary["agrees"], &summary["verdict"]), (&Value::Bool(true), &"clean".into()));
    let end = &read[4];
    assert_eq!(
        (&end["minions"], &end["states"], &end["complete"], &end["exit"]),
        (&1.into(), &1.into(), &true.into(), &1.into())
    );
    assert_eq!(end["outcomes"]["failed"], 1);
    assert_eq!(end["verdicts"]["action-required"], 1);
    assert_eq!(end["problems"], serde_json::json!([]));
}

#[test]
fn one_pass_many_reports() {
    let folder = tempfile::tempdir().unwrap();
    let (json, lines) = (folder.path().join("out.json"), folder.path().join("out.ndjson"));
    let ran = exits(
        &failed(),
        &["-o", &format!("json={}", json.display()), "--output", &format!("ndjson={}", lines.display())],
        1,
    );
    assert!(ran.out.contains("web1"), "the terminal report still goes to standard output: {}", ran.out);
    let document: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let lines = records(&fs::read_to_string(lines).unwrap());
    assert!(document.to_string().contains("\"nosuch.thing\""));
    assert_eq!(lines, read_pipe(failed().as_bytes()));
    exits(&failed(), &["-o", "json"], 2);
    exits(&failed(), &["-o", "nosuch=x"], 2);
}

#[test]
fn the_answer_stands_last() {
    let ran = exits(&format!("{}{}", clean(), text("db1", "nosuch.thing", "False", "It broke.", "")), &[], 1);
    let last = ran.out.trim_end().lines().last().unwrap().to_owned();
    assert!(last.contains('1') && last.contains("2"), "one of two minions: {last}");
    assert!(ran.out.contains("It broke."), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "colour in a pipe: {}", ran.out);
    let all = exits(&clean(), &["--show", "all"], 0);
    assert!(all.out.contains("thing"), "{}", all.out);
}

#[test]
fn colour() {
    let colours = |options: &[&str], environment: &[(&str, &str)]| {
        let mut command = saltlint();
        command.arg("--no-config").args(options).envs(environment.iter().copied());
        pipe_into(&mut command, failed().as_bytes()).out.contains("\u{1b}[")
    };
    assert!(!colours(&[], &[]));
    assert!(colours(&["--color", "always"], &[]));
    assert!(colours(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colours(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colours(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colours(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colours(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{8}\u{9b}31m \u{202e}txt.exe ::error::x";
    for input in [
        text("web1", "nosuch.thing", "False", evil, ""),
        text(&format!("web{evil}"), "nosuch.thing", "False", "x", evil),
        serde_json::json!({"web1": [evil]}).to_string(),
        serde_json::json!({evil: {"a_|-b_|-c_|-d": {"result": false, "comment": evil, "changes": {evil: evil}}}}).to_string(),
    ] {
        for color in ["never", "always"] {
            let ran = pipe(&["--no-config", "--show", "all", "--color", color, "-"], input.as_bytes());
            let out = format!("{}{}", ran.out, ran.err).replace("\u{1b}[", if color == "always" { "" } else { "\u{1b}[" });
            let bad = out.chars().find(|it| it.is_control() && *it != '\n' || matches!(it, '\u{202a}'..='\u{202e}'));
            assert_eq!(bad, None, "{out:?}");
            assert!(!ran.out.contains("\u{1b}[2J"), "{:?}", ran.out);
            assert!(ran.code == 1 && ran.out.contains("owned"), "{}{}", ran.out, ran.err);
        }
    }
}

#[test]
fn encodings_and_compression() {
    let plain = failed().replace("It broke.", "Es ist kaputt: größer");
    let of = |bytes: &[u8]| {
        let read = read_pipe(bytes);
        let mut state = program::of_type(&read, "state").first().map(|it| (*it).clone()).unwrap();
        // An indented carriage return is the one thing that a terminal's line ends may leave.
        state.as_object_mut().unwrap().remove("file");
        (state, read.last().unwrap()["exit"].clone())
    };
    let expected = of(plain.as_bytes());
    let utf16 = |big: bool| -> Vec<u8> {
        let units = format!("\u{feff}{plain}");
        units
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain.as_bytes()).unwrap();
    let zstd = zstd::encode_all(plain.as_bytes(), 1).unwrap();
    let variants = [
        ("BOM", format!("\u{feff}{plain}").into_bytes()),
        ("UTF-16LE", utf16(false)),
        ("UTF-16BE", utf16(true)),
        ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd),
    ];
    for (name, bytes) in variants {
        assert_eq!(of(&bytes), expected, "{name}");
    }
    let invalid = of(&plain
        .replace("größer", "gr\u{1}er")
        .into_bytes()
        .iter()
        .map(|b| if *b == 1 { 0xff } else { *b })
        .collect::<Vec<u8>>());
    assert_eq!(invalid.0["comment"], "Es ist kaputt: gr\u{fffd}er");
    let nul = of(plain.replace("größer", "gr\0er").as_bytes());
    assert_eq!(nul.0["comment"], "Es ist kaputt: gr\0er");
}

#[test]
fn several_inputs_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, body: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, body).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let first = put("a.log", &text("web1", "test.nop", "True", "x", ""));
    put("logs/2.log", &text("web3", "test.nop", "True", "x", ""));
    put("logs/1.log", &text("web2", "test.nop", "True", "x", ""));
    let directory = folder.path().join("logs");
    let input = text("web4", "test.nop", "True", "x", "");
    let ran =
        pipe(&["--no-config", "-f", "ndjson", &first, directory.to_str().unwrap(), "-"], input.as_bytes());
    let read = records(&ran.out);
    let minions: Vec<&str> =
        program::of_type(&read, "state").iter().map(|it| it["minion"].as_str().unwrap()).collect();
    assert_eq!(minions, ["web1", "web2", "web3", "web4"], "{}", ran.err);
    assert_eq!(ran.code, 0);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let big = story::fixtures().join("big-diff/full.txt");
    for format in ["terminal", "ndjson", "json"] {
        let program = env!("CARGO_BIN_EXE_saltlint");
        let line = format!(
            "'{program}' --no-config --show all -f {format} '{0}' '{0}' '{0}' | head -c 10",
            big.display()
        );
        let ran: Ran = Command::new("sh").args(["-c", &line]).output().unwrap().into();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
    }
}

/// Reads lines of the program's output as they come.
fn lines_of(mut command: Command) -> (std::process::Child, mpsc::Receiver<String>) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || out.lines().map_while(Result::ok).all(|line| send.send(line).is_ok()));
    (child, receive)
}

#[track_caller]
fn shows_before_the_pipe_closes(options: &[&str], input: &str, word: &str) {
    let mut command = saltlint();
    command.arg("--no-config").args(options);
    let (mut child, lines) = lines_of(command);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    let mut seen = Vec::new();
    while !seen.iter().any(|line: &String| line.contains(word)) {
        match lines.recv_timeout(Duration::from_secs(10)) {
            Ok(line) => seen.push(line),
            Err(_) => panic!("{word:?} did not come while the pipe was open: {seen:#?}"),
        }
    }
    drop(stdin);
    child.wait().unwrap();
}

#[test]
fn streams() {
    let block = cut_off(&failed());
    shows_before_the_pipe_closes(&["-f", "ndjson"], "", "\"start\"");
    shows_before_the_pipe_closes(
        &["-f", "ndjson"],
        &format!("{block}----------\n          ID: "),
        "\"action-required\"",
    );
    shows_before_the_pipe_closes(
        &["-f", "ndjson"],
        &format!("{block}\nSummary for web1\n---"),
        "\"action-required\"",
    );
    let terse = "web1:\n  Name: a - Function: cmd.run - Result: Failed - Started: 10:00:00.0 - Duration: 1.0 ms\n  Name: b";
    shows_before_the_pipe_closes(&["-f", "ndjson"], terse, "\"failed\"");
    let json = "{\n    \"web1\": {\n        \"cmd_|-a_|-a_|-run\": {\n            \"result\": false,\n            \"comment\": \"x\",\n            \
                \"changes\": {}\n        },\n        \"cmd_|-b";
    shows_before_the_pipe_closes(&["-f", "ndjson"], json, "\"failed\"");
    // For people: a minion's section as soon as its run is over.
    shows_before_the_pipe_closes(&[], &format!("{}web2:\n----------\n", failed()), "It broke.");
}

/// Runs with so much address space, and fails where it would need more.
fn within(megabytes: usize, command: &str) -> Ran {
    let program = env!("CARGO_BIN_EXE_saltlint");
    let line =
        format!("ulimit -v {}; {}", megabytes * 1024, command.replace("saltlint", &format!("'{program}'")));
    Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().unwrap().into()
}

#[test]
fn one_endless_line_needs_no_endless_memory() {
    for command in [
        "head -c 100000000 /dev/zero | tr '\\0' x | saltlint --no-config -f ndjson - > /dev/null",
        "(printf 'web1:\\n----------\\n          ID: '; head -c 100000000 /dev/zero | tr '\\0' y) | saltlint --no-config -f ndjson - > /dev/null",
        "(printf '{\"web1\": {\"a_|-b_|-c_|-d\": {\"comment\": \"'; head -c 100000000 /dev/zero | tr '\\0' z) | saltlint --no-config -f ndjson - > /dev/null",
    ] {
        let ran = within(160, command);
        assert_eq!((ran.code, ran.err.as_str()), (3, ""), "{command}");
    }
}

#[test]
fn helps() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("--fail-on"), "{shell}");
    }
    let man = run(&["man"]);
    assert!(man.code == 0 && man.out.contains(".TH") && man.out.contains("EXIT STATUS"), "{}", man.out);
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    for option in [
        "--format",
        "--output",
        "--rules",
        "--no-builtin-rules",
        "--fail-on",
        "--exit-zero",
        "--expect",
        "--show",
        "--input-format",
        "--color",
        "--no-redact",
        "--config",
        "--no-config",
    ] {
        assert!(help.out.contains(option), "{option} is not in the help");
    }
    let version = run(&["--version"]);
    assert_eq!(version.out.trim(), format!("saltlint {}", env!("CARGO_PKG_VERSION")));
    exits(&clean(), &["--no-redact"], 0);
}

#[test]
fn configuration_is_found_and_overruled() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    fs::write(folder.path().join("saltlint.toml"), "fail-on = \"review\"\n").unwrap();
    let code = |options: &[&str], place: &Path| {
        pipe_into(saltlint().args(options).current_dir(place), changed().as_bytes()).code
    };
    assert_eq!(code(&[], &inner), 1);
    assert_eq!(code(&["--fail-on", "action-required"], &inner), 0);
    assert_eq!(code(&["--no-config"], &inner), 0);
    let broken = folder.path().join("a/saltlint.toml");
    fs::write(&broken, "fail-on = \"revew\"\n").unwrap();
    assert_eq!(code(&[], &inner), 2);
}

/// The one-minute tour of the README.
#[test]
fn the_tour() {
    let failing = story::fixtures().join("django-migrate-fails/full.txt");
    let ran = run(&["--no-config", failing.to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("migrate"), "{}", ran.out);
    let stopped = program::read(&story::fixtures().join("one-failure-stops-many/full.txt"));
    let blocked: Vec<&Value> = program::of_type(&stopped, "state")
        .into_iter()
        .filter(|state| state["verdict"] == "blocked")
        .collect();
    assert!(!blocked.is_empty(), "a cascade is counted under its cause");
    assert!(blocked.iter().all(|state| state["cause"]["id"].is_string()), "{blocked:#?}");
}
