//! What programs read: each record of `ndjson` and `json`, literally.

use super::sample::{Page, at, changes, message, rule, spoken, state, text, verdict};
use super::*;
use crate::digest::Problem;
use crate::record::{
    Class, Fault, Kind, Level, Message, Outcome, Parent, Place, RunEnd, State, StateResult, Stray, Summary,
};
use crate::verdict::Cause;

const LOOK: Look = Look {
    color: false,
    unicode: true,
    width: 80,
    show: Show::Attention,
    group: false,
    links: None,
    states: None,
};

/// The lines that a record becomes, without the first and the last.
fn ndjson(record: Record<'_>, verdict: &Verdict<'_>) -> String {
    let (page, digest) = (Page::default(), Digest::default());
    let mut report = open(Format::Ndjson, &LOOK, Box::new(page.clone()));
    report.record(&Seen { file: "run.log", record: &record, verdict, digest: &digest }).unwrap();
    report.pause().unwrap();
    let all = page.text();
    let (start, rest) = all.split_once('\n').unwrap();
    assert_eq!(start, format!(r#"{{"type":"start","schema":1,"version":"{}"}}"#, env!("CARGO_PKG_VERSION")));
    rest.to_owned()
}

#[test]
fn a_state_with_everything() {
    let mut place = at("web1", 7, 15);
    place.parent = Some(Parent { minion: Some(text("master_master")), id: text("deploy") });
    place.depth = 1;
    let full = State {
        name: Some(text("pip install")),
        sls: Some(text("app.pip")),
        run_num: Some(3),
        comment: Some(text("two\nlines \u{1b}[31m")),
        changes: Some(changes(r#"{"z":{"old":"","new":1.50},"a":[true,null]}"#)),
        started: Some(text("10:00:00.000001")),
        duration_ms: Some(12.5),
        warnings: vec![text("one"), text("two")],
        ..state(place, "cmd.run", "requirements", Outcome::Changed)
    };
    let known =
        rule("python/pip", Class::ActionRequired, &["Look at it.", "Mend it."], Some("https://example.org"));
    let mut verdict = spoken(Class::ActionRequired, known, "Requirements were installed");
    verdict.cause = Some(Cause {
        file: "run.log".into(),
        line: 2,
        minion: Some("web1".into()),
        id: Some("venv".into()),
        name: None,
        function: Some("virtualenv.managed".into()),
    });
    assert_eq!(
        ndjson(Record::State(full), &verdict),
        concat!(
            r#"{"type":"state","file":"run.log","line":7,"end_line":15,"minion":"web1","id":"requirements","#,
            r#""name":"pip install","function":"cmd.run","sls":"app.pip","run_num":3,"result":true,"#,
            r#""outcome":"changed","comment":"two\nlines \u001b[31m","#,
            r#""changes":{"z":{"old":"","new":1.50},"a":[true,null]},"started":"10:00:00.000001","#,
            r#""duration_ms":12.5,"warnings":["one","two"],"parent":["master_master","deploy"],"depth":1,"#,
            r#""verdict":"action-required","rule":"python/pip","says":"Requirements were installed","#,
            r#""help":["Look at it.","Mend it."],"url":"https://example.org","#,
            r#""cause":{"file":"run.log","line":2,"minion":"web1","id":"venv","function":"virtualenv.managed"}}"#,
            "\n"
        )
    );
}

#[test]
fn what_is_not_known_of_a_state_is_absent_and_only_result_may_be_null() {
    let bare = State {
        at: Place { line: 1, end_line: 1, ..Place::default() },
        id: None,
        function: None,
        result: None,
        duration_ms: Some(f64::INFINITY),
        ..state(Place::default(), "", "", Outcome::Clean)
    };
    assert_eq!(
        ndjson(Record::State(bare.clone()), &verdict(Class::Clean)),
        "{\"type\":\"state\",\"file\":\"run.log\",\"line\":1,\"end_line\":1,\"outcome\":\"clean\",\"verdict\":\"clean\"}\n"
    );
    let none = State {
        result: Some(StateResult::None),
        outcome: Outcome::WouldChange,
        changes: Some(changes("{}")),
        ..bare
    };
    assert_eq!(
        ndjson(Record::State(none), &verdict(Class::Review)),
        concat!(
            r#"{"type":"state","file":"run.log","line":1,"end_line":1,"result":null,"outcome":"would-change","#,
            r#""changes":{},"verdict":"review"}"#,
            "\n"
        )
    );
}

#[test]
fn a_message_of_the_log_and_one_of_a_return() {
    let log = Message {
        level: Some(Level::Error),
        logger: Some(text("salt.state")),
        time: Some(text("2021-07-26 15:10:03,588")),
        pid: Some(1026),
        told: crate::record::Told::default(),
        ..message(Place { line: 4, end_line: 9, ..Place::default() }, Kind::Log, "No good\u{202e}")
    };
    assert_eq!(
        ndjson(Record::Message(log), &verdict(Class::Review)),
        concat!(
            r#"{"type":"message","file":"run.log","line":4,"end_line":9,"kind":"log","level":"ERROR","#,
            r#""logger":"salt.state","time":"2021-07-26 15:10:03,588","pid":1026,"text":"No good\u202e","verdict":"review"}"#,
            "\n"
        )
    );
    let answer = message(at("db", 1, 2), Kind::Return, "Minion did not return. [No response]");
    assert_eq!(
        ndjson(Record::Message(answer), &verdict(Class::ActionRequired)),
        concat!(
            r#"{"type":"message","file":"run.log","line":1,"end_line":2,"minion":"db","kind":"return","#,
            r#""text":"Minion did not return. [No response]","verdict":"action-required"}"#,
            "\n"
        )
    );
}

#[test]
fn a_summary_and_strays() {
    let summary = Summary {
        at: at("web1", 20, 27),
        succeeded: 5,
        changed: 2,
        failed: 1,
        total: 6,
        run_time_ms: Some(7000.25),
        ..Summary::default()
    };
    let disagrees = Verdict { agrees: Some(false), ..verdict(Class::Clean) };
    assert_eq!(
        ndjson(Record::Summary(summary), &disagrees),
        concat!(
            r#"{"type":"summary","file":"run.log","line":20,"end_line":27,"minion":"web1","succeeded":5,"#,
            r#""changed":2,"unchanged":0,"failed":1,"warnings":0,"total":6,"run_time_ms":7000.25,"#,
            r#""agrees":false,"verdict":"clean"}"#,
            "\n"
        )
    );
    let stray =
        Stray { at: Place { line: 1, end_line: 2, ..Place::default() }, text: text("root@m:~# x\nMOTD") };
    assert_eq!(
        ndjson(Record::Stray(stray), &verdict(Class::Clean)),
        "{\"type\":\"stray\",\"file\":\"run.log\",\"line\":1,\"end_line\":2,\"text\":\"root@m:~# x\\nMOTD\"}\n"
    );
}

#[test]
fn what_is_not_published_leaves_no_line() {
    let end = RunEnd { at: at("web1", 1, 9), complete: true };
    assert_eq!(ndjson(Record::RunEnd(end), &verdict(Class::Clean)), "");
    let fault = Fault { at: at("web1", 1, 9), kind: "cut", cut: true, text: "Input ends here.".into() };
    assert_eq!(ndjson(Record::Fault(fault), &verdict(Class::Clean)), "");
}

#[test]
fn the_last_record_counts_and_names_the_problems() {
    let problem = Problem {
        kind: "cut",
        file: "run.log".into(),
        minion: Some("web1".into()),
        line: Some(9),
        text: "Input ends inside a state.".into(),
    };
    let nowhere = Problem { minion: None, line: None, kind: "unrecognised", ..problem.clone() };
    let mut digest = Digest::default();
    digest.problem(problem);
    digest.problem(nowhere);
    (digest.minions, digest.complete) = (2, false);
    let page = Page::default();
    let mut report = open(Format::Ndjson, &LOOK, Box::new(page.clone()));
    report.finish(&digest, 3).unwrap();
    assert_eq!(
        page.text().lines().nth(1).unwrap(),
        concat!(
            r#"{"type":"end","minions":2,"states":0,"#,
            r#""outcomes":{"failed":0,"changed":0,"would-change":0,"clean":0,"skipped":0},"#,
            r#""verdicts":{"clean":0,"false-positive":0,"benign":0,"blocked":0,"review":0,"action-required":0},"#,
            r#""lines":{"state":0,"compile":0,"return":0,"ssh":0,"log":0,"traceback":0,"notice":0,"#,
            r#""summary":0,"stray":0,"blank":0,"total":0},"#,
            r#""complete":false,"problems":[{"kind":"cut","file":"run.log","minion":"web1","line":9,"text":"Input ends inside a state."},"#,
            r#"{"kind":"unrecognised","file":"run.log","text":"Input ends inside a state."}],"exit":3}"#,
        )
    );
}

#[test]
fn json_is_the_same_records_as_one_document() {
    let run = |format| {
        let (page, digest) = (Page::default(), Digest::default());
        let mut report = open(format, &LOOK, Box::new(page.clone()));
        for outcome in Outcome::ALL {
            let record = Record::State(state(at("m", 1, 2), "test.nop", "a", outcome));
            let verdict = verdict(Class::Review);
            report.record(&Seen { file: "-", record: &record, verdict: &verdict, digest: &digest }).unwrap();
            let end = Record::RunEnd(RunEnd { at: at("m", 1, 2), complete: true });
            report.record(&Seen { file: "-", record: &end, verdict: &verdict, digest: &digest }).unwrap();
        }
        report.finish(&digest, 0).unwrap();
        page.text()
    };
    let one: Vec<serde_json::Value> = serde_json::from_str(&run(Format::Json)).unwrap();
    let lines = run(Format::Ndjson);
    let each: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(one.len(), 7);
    assert_eq!(one, each);
}

#[test]
fn records_wait_for_the_pause_and_leave_in_whole_lines() {
    let (page, digest) = (Page::default(), Digest::default());
    let mut report = open(Format::Ndjson, &LOOK, Box::new(page.clone()));
    let record = Record::State(state(at("m", 1, 2), "test.nop", "a", Outcome::Clean));
    let verdict = verdict(Class::Clean);
    for _ in 0..3 {
        report.record(&Seen { file: "-", record: &record, verdict: &verdict, digest: &digest }).unwrap();
    }
    assert_eq!(page.writes(), 0);
    report.pause().unwrap();
    assert_eq!((page.writes(), page.text().lines().count()), (1, 4));
    for _ in 0..2000 {
        report.record(&Seen { file: "-", record: &record, verdict: &verdict, digest: &digest }).unwrap();
        assert!(page.text().ends_with('\n'));
    }
    assert!(page.writes() > 1, "large output does not wait for a pause");
}

#[test]
fn formats_are_found_by_their_name() {
    for &format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Some(format));
    }
    assert_eq!(Format::parse("Terminal"), None);
}

#[test]
fn several_reports_get_the_same_pass_and_a_closed_pipe_is_passed_up() {
    struct Closed;
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (page, digest) = (Page::default(), Digest::default());
    let first = open(Format::Json, &LOOK, Box::new(page.clone()));
    let second = open(Format::Ndjson, &LOOK, Box::new(Closed));
    let mut all = Reports(vec![first, second]);
    let error = all.finish(&digest, 0).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    assert!(page.text().ends_with("]\n"));
}
