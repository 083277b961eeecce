//! `--minion`: what is told of whom, and what the answer is then.

use crate::program::{Ran, of_type, pipe, records, run};
use crate::story::fixtures;

fn fleet(options: &[&str]) -> Ran {
    let file = fixtures().join("reports/a-fleet-with-a-dead-minion/run.txt");
    let arguments: Vec<&str> =
        ["--no-config", file.to_str().unwrap()].iter().chain(options).copied().collect();
    run(&arguments)
}

/// The minions that records name.
fn named(ran: &Ran) -> Vec<String> {
    let mut names: Vec<String> =
        records(&ran.out).iter().filter_map(|it| Some(it["minion"].as_str()?.to_owned())).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn only_they_are_told_of_and_counted_and_decide() {
    for (globs, who, exit) in [
        (&["web0[1-5]"][..], &["web01", "web02", "web03", "web04", "web05"][..], 1),
        (&["web24,web25"], &["web24", "web25"], 0),
        (&["web17", "--minion", "web24"], &["web17", "web24"], 1),
    ] {
        let ran = fleet(&[&["-f", "ndjson", "--minion"], globs].concat());
        assert_eq!(named(&ran), who);
        let end = records(&ran.out).pop().unwrap();
        assert_eq!((ran.code, end["exit"].as_i64()), (exit, Some(i64::from(exit))), "{globs:?}");
        assert_eq!(end["minions"], who.len());
        assert_eq!(end["states"], of_type(&records(&ran.out), "state").len());
    }
    let shown = fleet(&["--minion", "web24,web23"]).out;
    assert!(shown.contains("web24: OK") && shown.contains("web23: FAILED"), "{shown}");
    assert!(!shown.contains("web05") && !shown.contains("web17"), "{shown}");
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("38 others left out"), "{shown}");
}

/// Zero always means verified: nobody is not.
#[test]
fn whoever_is_not_there_is_not_verified() {
    let ran = fleet(&["--minion", "web1x"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("--minion web1x: no minion of such a name"), "{}", ran.out);
    assert!(ran.out.contains("web24"), "who is there is named: {}", ran.out);
    assert_eq!(pipe(&["--no-config", "--minion", "web1"], b"no output of Salt's\n").code, 3);
}

/// What breaks another minion's run is that minion's; what is nobody's is everybody's.
#[test]
fn others_troubles_stay_with_them() {
    let run = |minion: &str, whole: bool| {
        let block = "----------\n          ID: a\n    Function: test.nop\n      Result: True\n     Comment: Success!\n     \
                     Changes:   \n";
        let summary = format!(
            "\nSummary for {minion}\n------------\nSucceeded: 1\nFailed:    0\n------------\nTotal states run:     1\n"
        );
        format!("{minion}:\n{block}{}", if whole { &summary } else { "" })
    };
    let cut = format!("{}{}", run("web1", true), run("db1", false));
    let code = |options: &[&str], input: &str| {
        let arguments: Vec<&str> = ["--no-config"].iter().chain(options).copied().collect();
        pipe(&arguments, input.as_bytes()).code
    };
    assert_eq!(code(&[], &cut), 3);
    assert_eq!(code(&["--minion", "web1"], &cut), 0);
    assert_eq!(code(&["--minion", "db*"], &cut), 3);
    let crashed = format!(
        "{cut}Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\nKeyError: 'x'\n"
    );
    assert_eq!(code(&["--minion", "web1"], &crashed), code(&[], &crashed));
    // Who is expected and asked for must be there; the others need not be looked for.
    assert_eq!(code(&["--minion", "web1", "--expect", "web1,db*,db1"], &cut), 0);
    assert_eq!(code(&["--minion", "web*", "--expect", "web2"], &cut), 1);
}

/// An orchestration's step is the master's, and what it ran is its minions'.
#[test]
fn a_step_comes_with_what_it_ran() {
    let file = fixtures().join("orchestration-fails/truth.json");
    let of = |who: &str| run(&["--no-config", "-f", "ndjson", "--minion", who, file.to_str().unwrap()]);
    assert!(named(&of("vm_master")).contains(&"worker-01".to_owned()));
    assert_eq!(named(&of("worker-01")), ["worker-01"]);
    assert_eq!(of("worker-01").code, 1);
}

#[test]
fn stored_records_can_be_asked_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join("run.ndjson");
    std::fs::write(&stored, fleet(&["-f", "ndjson"]).out).unwrap();
    let at = stored.to_str().unwrap();
    for who in ["web23,web24", "web24", "nobody"] {
        let (direct, later) =
            (fleet(&["--minion", who]), run(&["report", "--no-config", at, "--minion", who]));
        assert_eq!((direct.code, direct.out), (later.code, later.out));
    }
}
