//! Tables over records made by hand: the exit status, what is a problem, who was expected.

use super::{Digest, FailOn, Problem};
use crate::record::{Class, Fault, Outcome, Place, Record, RunEnd, State, StateResult, Stray, Summary, Text};
use crate::verdict::Verdict;

fn at(minion: &str) -> Place<'static> {
    Place { line: 3, end_line: 9, minion: Some(Text::owned(minion.into())), ..Place::default() }
}

fn state(minion: &str, outcome: Outcome) -> Record<'static> {
    Record::State(State {
        at: at(minion),
        id: None,
        name: None,
        function: None,
        sls: None,
        run_num: None,
        result: Some(StateResult::True),
        outcome,
        comment: None,
        changes: None,
        started: None,
        duration_ms: Some(10.0),
        warnings: Vec::new(),
        stands_for: 1,
    })
}

fn end(minion: &str, complete: bool) -> Record<'static> {
    Record::RunEnd(RunEnd { at: at(minion), complete })
}

fn stray(text: &str) -> Record<'static> {
    Record::Stray(Stray { at: Place::default(), text: Text::owned(text.into()) })
}

fn summary(total: u64, run_time_ms: Option<f64>) -> Record<'static> {
    Record::Summary(Summary { at: at("web1"), succeeded: total, total, run_time_ms, ..Summary::default() })
}

fn note(digest: &mut Digest, record: &Record<'_>, class: Class) {
    digest.note("run.log", record, &Verdict::plain(class));
}

fn problem() -> Problem {
    Problem { kind: "unreadable", file: "x".into(), minion: None, line: None, text: "x: no such file".into() }
}

#[test]
fn the_exit_status_is_the_worst_finding_or_mistrust() {
    use Class::{ActionRequired, Benign, Blocked, Clean, FalsePositive, Review};
    use Outcome::{Changed, Failed, WouldChange};
    // outcome, verdict, exit with: action-required, review, change, never
    let table = [
        (Outcome::Clean, Clean, [0, 0, 0, 0]),
        (Outcome::Clean, ActionRequired, [1, 1, 1, 0]),
        (Changed, FalsePositive, [0, 0, 0, 0]),
        (Changed, Benign, [0, 0, 1, 0]),
        (WouldChange, Benign, [0, 0, 1, 0]),
        (WouldChange, FalsePositive, [0, 0, 0, 0]),
        (Changed, Clean, [0, 0, 0, 0]),
        (Changed, Review, [0, 1, 1, 0]),
        (Failed, Blocked, [0, 0, 0, 0]),
        (Failed, Benign, [0, 0, 0, 0]),
        (Failed, ActionRequired, [1, 1, 1, 0]),
    ];
    for (outcome, class, exits) in table {
        let mut digest = Digest::default();
        note(&mut digest, &state("web1", outcome), class);
        let levels = [FailOn::ActionRequired, FailOn::Review, FailOn::Change, FailOn::Never];
        assert_eq!(levels.map(|level| digest.exit(level)), exits, "{outcome:?} {class:?}");
        digest.problem(problem());
        let untrusted = exits.map(|exit| if exit == 0 { 3 } else { exit });
        assert_eq!(levels.map(|level| digest.exit(level)), untrusted, "{outcome:?} {class:?}, untrusted");
    }
}

#[test]
fn a_run_without_states_is_a_finding_to_review() {
    let mut digest = Digest::default();
    note(&mut digest, &summary(0, None), Class::Review);
    assert_eq!([FailOn::ActionRequired, FailOn::Review].map(|level| digest.exit(level)), [0, 1]);
}

#[test]
fn a_run_without_its_summary_was_cut() {
    let mut digest = Digest::default();
    digest.begin("run.log");
    for _ in 0..41 {
        note(&mut digest, &state("web1", Outcome::Clean), Class::Clean);
    }
    note(&mut digest, &end("web1", false), Class::Clean);
    digest.end("run.log");
    let texts: Vec<_> = digest.problems.iter().map(|problem| problem.text.as_str()).collect();
    assert_eq!(texts, ["web1: 41 states without their Summary: the output was cut off"]);
    assert_eq!((digest.problems[0].kind, digest.complete), ("cut", false));
    assert_eq!(digest.exit(FailOn::ActionRequired), 3);
}

#[test]
fn faults_and_disagreement_are_problems() {
    let mut digest = Digest::default();
    let fault = |kind, cut| Record::Fault(Fault { at: at("web1"), kind, cut, text: "in words".into() });
    note(&mut digest, &fault("overlong", false), Class::Clean);
    assert!(digest.complete);
    note(&mut digest, &fault("json", true), Class::Clean);
    assert!(!digest.complete);
    let says = "Salt counts 2 failed, 1 read".into();
    let verdict = Verdict { agrees: Some(false), ..Verdict::plain(Class::Clean) }.saying(says);
    digest.note("run.log", &summary(3, None), &verdict);
    let kinds: Vec<_> = digest.problems.iter().map(|problem| (problem.kind, problem.line)).collect();
    assert_eq!(kinds, [("overlong", Some(3)), ("json", Some(3)), ("disagrees", Some(3))]);
    assert_eq!(
        digest.problems[2].text,
        "web1: Salt's own count is not what this output holds: Salt counts 2 failed, 1 read"
    );
}

#[test]
fn what_holds_nothing_of_salt_is_said_to() {
    let table: [(&str, &[&str], &str); 7] = [
        ("a.log", &[], "a.log: nothing in it looks like Salt's output: it is empty"),
        ("-", &["hello\nworld"], "standard input: nothing in it looks like Salt's output"),
        (
            "top.sls",
            &["base:\n  '*': [x]"],
            "top.sls: nothing in it looks like Salt's output: this looks like an SLS source: salt-lint checks those",
        ),
        (
            "-",
            &["nginx:", "  pkg.installed: []\n  service.running:\n    - require:\n"],
            "standard input: nothing in it looks like Salt's output: this looks like an SLS source: salt-lint checks those",
        ),
        ("-", &["dear all:\n  yours."], "standard input: nothing in it looks like Salt's output"),
        ("ls", &["\x7fELF\0\0"], "ls: nothing in it looks like Salt's output: it is a binary file"),
        ("x.json", &["\n"], "x.json: nothing in it looks like Salt's output"),
    ];
    for (file, strays, expected) in table {
        let mut digest = Digest::default();
        digest.begin(file);
        strays.iter().for_each(|text| note(&mut digest, &stray(text), Class::Clean));
        digest.end(file);
        let texts: Vec<_> = digest.problems.iter().map(|it| (it.kind, it.text.as_str())).collect();
        assert_eq!(texts, [("unrecognised", expected)]);
    }
    let mut digest = Digest::default();
    digest.begin("a.log");
    note(&mut digest, &stray("$ salt '*' state.apply"), Class::Clean);
    note(&mut digest, &state("web1", Outcome::Clean), Class::Clean);
    digest.end("a.log");
    digest.begin("b.log");
    digest.end("b.log");
    let files: Vec<_> = digest.problems.iter().map(|problem| problem.file.as_str()).collect();
    assert_eq!(files, ["b.log"], "each input by itself");
}

#[test]
fn problems_are_bounded() {
    let mut digest = Digest::default();
    (0..150).for_each(|_| digest.problem(problem()));
    assert_eq!((digest.problems.len(), digest.problems_more), (100, 50));
}

#[test]
fn expected_minions_must_appear() {
    let table: [(&[&str], &[&str]); 12] = [
        (&["web1"], &[]),
        (&["web3"], &["web3: expected, but does not appear in this output"]),
        (&["web3", "web1", "web3"], &["web3: expected, but does not appear in this output"]),
        (&["web*"], &[]),
        (&["*.example.org"], &[]),
        (&["db?.example.org"], &[]),
        (
            &["db??.example.org"],
            &["db??.example.org: a minion of such a name was expected, but none appears in this output"],
        ),
        (&["web[12]"], &[]),
        (&["web[!2-9]"], &[]),
        (&["web[2-9]"], &["web[2-9]: a minion of such a name was expected, but none appears in this output"]),
        (&["we[b1"], &["we[b1: a minion of such a name was expected, but none appears in this output"]),
        (&["*b*1*"], &[]),
    ];
    for (expected, missing) in table {
        let mut digest = Digest::default();
        digest.expect(expected.iter().map(|name| (*name).to_owned()));
        for minion in ["web1", "db1.example.org", "web1"] {
            note(&mut digest, &state(minion, Outcome::Clean), Class::Clean);
        }
        let texts: Vec<_> = digest.missing().iter().map(|it| it.text.get().into_owned()).collect();
        assert_eq!(texts, missing, "{expected:?}");
        assert_eq!(digest.minions, 2);
    }
}

#[test]
fn a_missing_minion_is_a_finding_and_is_not_met() {
    let mut digest = Digest::default();
    digest.expect(["web2".to_owned()]);
    for message in digest.missing() {
        let class = message.weight;
        note(&mut digest, &Record::Message(message), class);
    }
    assert_eq!((digest.exit(FailOn::ActionRequired), digest.minions, digest.missing().len()), (1, 0, 1));
}

#[test]
fn tallies_count_runs_and_all() {
    let mut digest = Digest::default();
    note(&mut digest, &state("web1", Outcome::Failed), Class::ActionRequired);
    note(&mut digest, &state("web1", Outcome::Failed), Class::Blocked);
    note(&mut digest, &summary(2, Some(15.0)), Class::Clean);
    note(&mut digest, &end("web1", true), Class::Clean);
    assert_eq!((digest.run.states, digest.run.roots, digest.run.run_time_ms), (2, 1, 15.0));
    note(&mut digest, &state("web2", Outcome::Changed), Class::Review);
    note(&mut digest, &end("web2", true), Class::Clean);
    assert_eq!((digest.run.states, digest.run.roots, digest.run.run_time_ms), (1, 0, 10.0));
    assert_eq!((digest.all.states, digest.all.roots, digest.all.run_time_ms), (3, 1, 25.0));
    assert_eq!((digest.all.outcome(Outcome::Failed), digest.all.verdict(Class::Review)), (2, 1));
    assert_eq!((digest.runs, digest.minions), (2, 2));
}
