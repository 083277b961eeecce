//! Several minions: some fine, one that did not answer, one in test mode, one cut off, one that contradicts itself.

use super::*;

fn answer(place: Place<'static>, kind: Kind, words: &str) -> (Record<'static>, Verdict<'static>) {
    (Record::Message(message(place, kind, words)), Verdict::plain(Class::ActionRequired))
}

fn run(look: &Look) -> String {
    let mut run = Run::new(look);
    let nowhere = |line, end_line| Place { line, end_line, ..Place::default() };
    let (record, verdict) =
        answer(nowhere(1, 1), Kind::Ssh, "root@web9.example.org: Permission denied (publickey).");
    run.seen(record, verdict);
    let log = Message {
        level: Some(Level::Error),
        logger: Some(text("salt.loaded.int.module.cmdmod")),
        ..message(
            nowhere(2, 9),
            Kind::Log,
            "Command failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nValueError: no such key",
        )
    };
    run.seen(Record::Message(log), Verdict::plain(Class::Review));

    for (number, minion) in ["web1", "web2"].iter().enumerate() {
        let line = 10 + 40 * number as u64;
        run.clean(minion, line, 3);
        run.end(minion, line + 30, 812.0);
    }

    let (record, verdict) = answer(at("db1", 100, 101), Kind::Return, "Minion did not return. [No response]");
    run.seen(record, verdict);
    run.over("db1", 101, true);
    let sls = "Rendering SLS 'base:docs.apache' failed: Jinja syntax error: expected token 'end of print statement', got '}'; line 12\n\n---\n[...]\napache:\n  pkg.installed\n{{ pillar.x }    <======================\n---";
    let (record, verdict) = answer(at("db2", 102, 112), Kind::Compile, sls);
    run.seen(record, verdict);
    run.over("db2", 112, true);

    run.clean("web3", 120, 2);
    let would = State {
        comment: Some(text("The file /etc/motd is set to be changed")),
        changes: Some(changes(r#"{"newfile":"/etc/motd"}"#)),
        ..state(at("web3", 140, 150), "file.managed", "/etc/motd", Outcome::WouldChange)
    };
    run.seen(Record::State(would), Verdict::plain(Class::Review));
    run.end("web3", 151, 65_000.0);

    run.clean("web4", 170, 2);
    run.over("web4", 190, false);

    run.clean("web5", 200, 2);
    let summary = Summary { at: at("web5", 220, 227), total: 9, failed: 1, ..Summary::default() };
    let odds = Verdict { agrees: Some(false), ..Verdict::plain(Class::Clean) }
        .saying("it counts 1 failed state, and 0 were read".into());
    run.seen(Record::Summary(summary), odds);
    run.over("web5", 227, true);

    let summary = Summary { at: at("web6", 230, 237), ..Summary::default() };
    run.seen(Record::Summary(summary), Verdict { agrees: Some(true), ..Verdict::plain(Class::Review) });
    run.over("web6", 237, true);

    for number in 0..5 {
        run.file = "night.log";
        let minion = format!("job{number}");
        let failed = State {
            comment: Some(text("The named service cron is not available")),
            ..state(at(&minion, 1, 8), "service.running", "cron", Outcome::Failed)
        };
        run.seen(Record::State(failed), Verdict::plain(Class::ActionRequired));
        run.end(&minion, 9, 3_700_000.0);
    }
    run.finish()
}

#[test]
fn each_finding_once() {
    expect("fleet-grouped.txt", 80, &run(&Look { group: true, ..look(80, Show::Attention) }));
}

#[test]
fn at_80_columns() {
    expect("fleet-80.txt", 80, &run(&look(80, Show::Attention)));
}

#[test]
fn all_is_well() {
    let mut run = Run::new(&look(80, Show::Attention));
    run.clean("docs", 1, 3);
    run.end("docs", 40, 40.0);
    expect("fine.txt", 80, &run.finish());
}

#[test]
fn nothing_recognised() {
    let mut run = Run::new(&look(80, Show::Attention));
    run.digest.problem(Problem {
        kind: "unrecognised",
        file: "-".into(),
        minion: None,
        line: Some(1),
        text: "standard input: nothing in it looks like Salt's output".into(),
    });
    assert_eq!(
        run.finish(),
        "This input can't be trusted:\n  ! standard input: nothing in it looks like Salt's output   stdin:1\n\n\
         UNTRUSTED: there is nothing of Salt's in it.   [exit 3: not verified]\n"
    );
}

#[test]
fn nested_states_stand_in_the_section_of_their_step_and_say_whose_they_are() {
    let mut run = Run::new(&look(80, Show::Attention));
    run.clean("master", 1, 1);
    let parent = Parent { minion: Some(text("master")), id: text("deploy") };
    let nested = Place { parent: Some(parent), depth: 1, ..at("web1", 9, 12) };
    let failed = state(nested.clone(), "cmd.run", "migrate", Outcome::Failed);
    run.seen(Record::State(failed), Verdict::plain(Class::ActionRequired));
    run.seen(Record::RunEnd(RunEnd { at: nested, complete: true }), Verdict::plain(Class::Clean));
    run.end("master", 20, 0.0);
    assert_eq!(
        run.finish(),
        "master: FAILED  1 needs you, 1 clean   (2 states)\n\n\
         \x20 ✗ failed  cmd.run  migrate  on web1   deploy.log:9\n\n\
         FAILED: 1 needs you (master). Start at deploy.log:9.   [exit 1]\n"
    );
}

#[test]
fn a_section_is_out_when_its_run_ends() {
    let mut run = Run::new(&look(80, Show::Attention));
    run.clean("docs", 1, 3);
    run.report.pause().unwrap();
    assert_eq!(run.page.text(), "");
    run.end("docs", 40, 40.0);
    run.report.pause().unwrap();
    assert_eq!(run.page.text(), "docs: OK  3 clean   (3 states, 40 ms)\n");
}

#[test]
fn with_all_a_record_is_out_at_once() {
    let mut run = Run::new(&look(80, Show::All));
    run.clean("docs", 1, 1);
    run.report.pause().unwrap();
    assert_eq!(run.page.text(), "docs\n  ✓ clean  file.managed  /etc/clean/0   deploy.log:1\n");
}

#[test]
fn many_findings_are_kept_to_a_bound_and_equal_ones_folded() {
    let mut run = Run::new(&look(80, Show::Attention));
    for number in 0..300u64 {
        let failed =
            state(at("docs", number + 1, number + 1), "test.fail", &format!("s{number}"), Outcome::Failed);
        run.seen(Record::State(failed), Verdict::plain(Class::ActionRequired));
        let same = message(at("docs", 1000 + number, 1000 + number), Kind::Traceback, "KeyError: 'x'");
        run.seen(Record::Message(same), Verdict::plain(Class::Review));
    }
    run.end("docs", 5000, 40.0);
    let shown = run.finish();
    assert!(
        shown.starts_with("docs: FAILED  300 need you, 300 to review   (300 states, 40 ms)\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\n  ✗ failed  test.fail  s99   deploy.log:100\n\n  ... and 200 more that need you\n")
    );
    assert!(shown.contains("    also     deploy.log:1001, deploy.log:1002, deploy.log:1003 and 296 more\n"));
    assert_eq!(shown.matches("KeyError").count(), 1);
}

/// The last line holds for all inputs: who failed in one is not fine in another, and each minion is one.
#[test]
fn the_last_line_does_not_contradict_itself_over_several_inputs() {
    let mut run = Run::new(&look(100, Show::Attention));
    for (file, fails) in [("monday.log", true), ("tuesday.log", false)] {
        run.file = file;
        for (minion, line) in [("db1", 1), ("web1", 101)] {
            if fails && minion == "db1" {
                let state = state(at(minion, line, line + 7), "cmd.run", "migrate", Outcome::Failed);
                run.seen(Record::State(state), Verdict::plain(Class::ActionRequired));
            }
            run.clean(minion, line + 10, 2);
            run.end(minion, line + 50, 10.0);
        }
    }
    let text = run.finish();
    let last = "\nFAILED: 1 needs you (db1), 1 of 2 minions is fine, 1 is fine in its last run, in 4 runs. Start at\n    \
                monday.log:1.   [exit 1]\n";
    assert!(text.ends_with(last), "{text}");
}
