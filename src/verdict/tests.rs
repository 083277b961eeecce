//! Tables over records made by hand: what a user sees of cascades, of agreement, and of waiting.

use super::{Bench, Ledger, Next, Verdict, judge};
use crate::record::{
    Changes, Class, Kind, Level, Message, Outcome, Place, Record, RunEnd, State, StateResult, Stray, Summary,
    Text, Value,
};
use crate::rules::Rules;

fn text(text: &str) -> Option<Text<'static>> {
    Some(Text::owned(text.to_owned()))
}

/// A full block as text shows it: `outcome` without changes but where it says so.
fn block(id: &str, outcome: Outcome) -> State<'static> {
    State {
        at: Place { line: 1, end_line: 8, minion: text("web1"), ..Place::default() },
        id: text(id),
        name: text(id),
        function: text("cmd.run"),
        sls: None,
        run_num: None,
        result: Some(match outcome {
            Outcome::Failed => StateResult::False,
            Outcome::WouldChange => StateResult::None,
            Outcome::Changed | Outcome::Clean | Outcome::Skipped => StateResult::True,
        }),
        outcome,
        comment: text("as it came"),
        changes: Some(if outcome == Outcome::Changed { json(r#"{"a":"b"}"#) } else { json("") }),
        started: text("10:00:00.000000"),
        duration_ms: Some(1.5),
        warnings: Vec::new(),
        stands_for: 1,
    }
}

fn json(raw: &'static str) -> Changes<'static> {
    Changes::new(raw.as_bytes(), 0, |raw, _| serde_json::from_slice(raw).unwrap_or(Value::Null))
}

fn failed(id: &str) -> State<'static> {
    block(id, Outcome::Failed)
}

fn cascade(id: &str, names: &str) -> State<'static> {
    State { comment: text(&format!("One or more requisite failed: {names}")), ..failed(id) }
}

fn in_sls(sls: &str, state: State<'static>) -> State<'static> {
    State { sls: text(sls), run_num: Some(1), ..state }
}

fn terse(outcome: Outcome) -> State<'static> {
    State { id: None, comment: None, changes: None, ..block("n", outcome) }
}

fn deep(depth: u16, state: State<'static>) -> State<'static> {
    let at = Place { depth, ..state.at };
    State { at, ..state }
}

fn run_end(depth: u16) -> Record<'static> {
    Record::RunEnd(RunEnd { at: Place { depth, ..Place::default() }, complete: true })
}

/// Every record with its line set to its place in the list, through `judge` and the bench, as the loop does it.
fn run(records: Vec<Record<'static>>) -> Vec<(u64, Verdict<'static>)> {
    let rules: &'static Rules = Box::leak(Box::default());
    let (mut ledger, mut bench, mut seen) = (Ledger::default(), Bench::default(), Vec::new());
    let mut sink = |next: Next<'_, 'static>| {
        if let Next::Record(record, verdict) = next {
            seen.push((record.at().line, verdict.clone()));
        }
        Ok::<_, ()>(())
    };
    for (line, mut record) in (1..).zip(records) {
        match &mut record {
            Record::State(it) => it.at.line = line,
            Record::Message(it) => it.at.line = line,
            Record::Summary(it) => it.at.line = line,
            Record::RunEnd(it) => it.at.line = line,
            Record::Stray(it) => it.at.line = line,
            Record::Fault(it) => it.at.line = line,
        }
        let verdict = judge(rules, &mut ledger, "run.log", &record);
        bench.seat(&mut ledger, "run.log", record, verdict, &mut sink).expect("the sink never fails");
    }
    bench.clear(&mut ledger, "run.log", &mut sink).expect("the sink never fails");
    assert!(seen.iter().map(|(line, _)| *line).eq(1..=seen.len() as u64), "every record once, in order");
    seen
}

/// `class` of each state, with the line of its cause: `blocked<1`.
fn shown(states: Vec<State<'static>>) -> String {
    let records: Vec<_> = states.into_iter().map(Record::State).chain([run_end(0)]).collect();
    let mut seen = run(records);
    seen.pop();
    let show = |(_, verdict): (u64, Verdict<'_>)| match verdict.cause {
        Some(cause) => format!("{}<{}", verdict.class.word(), cause.line),
        None => verdict.class.word().to_owned(),
    };
    seen.into_iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_outcome_has_its_default() {
    let states = Outcome::ALL.map(|outcome| block("x", outcome)).into_iter().chain([
        terse(Outcome::Failed),
        State { comment: text("One or more requisite failed: a.b"), ..block("x", Outcome::Clean) },
        State { result: None, ..block("x", Outcome::Clean) },
    ]);
    assert_eq!(
        shown(states.collect()),
        "action-required review review clean clean action-required clean review"
    );
}

#[test]
fn a_result_that_is_none_of_the_three_is_said_in_words() {
    let seen = run(vec![Record::State(State { result: None, ..block("x", Outcome::Changed) })]);
    assert_eq!(seen[0].1.words(), Some("No usable Result is shown for this state"));
}

#[test]
fn messages_have_the_weight_of_their_structure_and_strays_none() {
    let message = |weight| {
        Record::Message(Message {
            at: Place::default(),
            kind: Kind::Log,
            level: Some(Level::Error),
            logger: None,
            time: None,
            pid: None,
            told: crate::record::Told::default(),
            text: Text::owned("boom".into()),
            weight,
        })
    };
    let stray = Record::Stray(Stray { at: Place::default(), text: Text::owned("$ ls".into()) });
    let seen =
        run(vec![message(Class::Review), message(Class::ActionRequired), message(Class::Clean), stray]);
    let classes: Vec<_> = seen.iter().map(|(_, verdict)| verdict.class).collect();
    assert_eq!(classes, [Class::Review, Class::ActionRequired, Class::Clean, Class::Clean]);
}

#[test]
fn a_cascade_is_counted_under_its_root() {
    let table: Vec<(&str, Vec<State<'static>>, &str)> = vec![
        ("by ID", vec![failed("db"), cascade("app", "shop.db")], "action-required blocked<1"),
        ("sls with dots", vec![failed("db"), cascade("app", "shop.sub.db")], "action-required blocked<1"),
        ("id with dots", vec![failed("a.b.c"), cascade("app", "x.a.b.c")], "action-required blocked<1"),
        (
            "the longest end",
            vec![failed("c"), failed("b.c"), cascade("app", "x.a.b.c")],
            "action-required action-required blocked<2",
        ),
        ("a path", vec![failed("/etc/a.d/b"), cascade("app", "x./etc/a.d/b")], "action-required blocked<1"),
        (
            "commas and blanks",
            vec![failed("a, b c"), cascade("app", "x.a, b c")],
            "action-required blocked<1",
        ),
        (
            "a comma in the first of two",
            vec![failed("b"), failed("a, b"), cascade("app", "x.a, b, x.b")],
            "action-required action-required blocked<2",
        ),
        ("line breaks", vec![failed("a\nb\n"), cascade("app", "x.a\nb")], "action-required blocked<1"),
        (
            "the first listed",
            vec![failed("a"), failed("b"), cascade("app", "x.b, x.a")],
            "action-required action-required blocked<2",
        ),
        (
            "the first listed that is there",
            vec![failed("a"), cascade("app", "x.gone, x.a")],
            "action-required blocked<1",
        ),
        (
            "transitive",
            vec![failed("a"), cascade("b", "x.a"), cascade("c", "x.b"), cascade("d", "x.c, x.b, x.a")],
            "action-required blocked<1 blocked<1 blocked<1",
        ),
        ("not in the input", vec![failed("a"), cascade("b", "x.other")], "action-required action-required"),
        (
            "an end, but no ID's",
            vec![failed("b"), cascade("app", "x.web-b")],
            "action-required action-required",
        ),
        (
            "what is blocked by a cause that is missing",
            vec![cascade("b", "x.gone"), cascade("c", "x.b")],
            "action-required blocked<1",
        ),
        (
            "no failure of the same ID",
            vec![block("a", Outcome::Changed), cascade("b", "x.a")],
            "review action-required",
        ),
        (
            "the same ID",
            vec![failed("a"), cascade("a", "x.a"), cascade("b", "x.a")],
            "action-required blocked<1 blocked<1",
        ),
        (
            "the same ID in two SLS files",
            vec![in_sls("x", failed("a")), in_sls("y", failed("a")), in_sls("y", cascade("b", "y.a"))],
            "action-required action-required blocked<2",
        ),
        (
            "no name at all",
            vec![failed("a"), State { comment: text("One or more requisite failed"), ..failed("b") }],
            "action-required blocked<1",
        ),
        (
            "no name, and several that it can be",
            vec![
                failed("a"),
                failed("b"),
                State { comment: text("One or more requisite failed"), ..failed("c") },
            ],
            "action-required action-required blocked",
        ),
        (
            "a comment that only looks like it",
            vec![failed("a"), State { comment: text("One or more requisite failedly: x.a"), ..failed("b") }],
            "action-required action-required",
        ),
    ];
    for (what, states, expected) in table {
        assert_eq!(shown(states), expected, "{what}");
    }
}

#[test]
fn a_cause_that_comes_later_is_waited_for() {
    let table: Vec<(&str, Vec<State<'static>>, &str)> = vec![
        (
            "prereq, in text",
            vec![cascade("a", "x.b"), cascade("c", "x.b"), failed("b")],
            "blocked<3 blocked<3 action-required",
        ),
        (
            "JSON in any order",
            vec![
                in_sls("x", cascade("d", "x.c")),
                in_sls("x", cascade("b", "x.a")),
                in_sls("x", block("z", Outcome::Changed)),
                in_sls("x", cascade("c", "x.b")),
                in_sls("x", failed("a")),
            ],
            "blocked<5 blocked<5 review blocked<5 action-required",
        ),
        (
            "never comes; who waits for it has it as cause, whatever the order",
            vec![in_sls("x", cascade("c", "x.b")), in_sls("x", cascade("b", "x.gone"))],
            "blocked<2 action-required",
        ),
        (
            "round in a circle",
            vec![in_sls("x", cascade("a", "x.b")), in_sls("x", cascade("b", "x.a"))],
            "action-required blocked<1",
        ),
    ];
    for (what, states, expected) in table {
        assert_eq!(shown(states), expected, "{what}");
    }
}

#[test]
fn waiting_ends_with_the_run_and_with_the_bound() {
    let state = Record::State;
    let seen = run(vec![state(cascade("a", "x.b")), run_end(0), state(failed("b")), run_end(0)]);
    assert_eq!(
        (seen[0].1.class, &seen[0].1.cause),
        (Class::ActionRequired, &None),
        "not the next run's failure"
    );
    assert_eq!(seen[0].1.words(), Some("A requisite failed that is not in this output"));

    let far = |count: usize, make: &dyn Fn(State<'static>) -> State<'static>| {
        let mut records = vec![state(make(cascade("a", "x.b")))];
        records.extend((0..count).map(|_| state(make(block("z", Outcome::Clean)))));
        records.push(state(make(failed("b"))));
        run(records)[0].1.class
    };
    // Not the number that comes first, so that the document is in some other order than Salt's.
    let in_x = |state| State { run_num: Some(7), ..in_sls("x", state) };
    assert_eq!(far(2, &|state| state), Class::Blocked);
    assert_eq!(far(40, &|state| state), Class::ActionRequired);
    assert_eq!(far(900, &in_x), Class::Blocked);
    assert_eq!(far(1_100, &in_x), Class::ActionRequired);
}

#[test]
fn what_need_not_wait_passes_at_once() {
    let rules = Rules::default();
    let (mut ledger, mut bench, mut count) = (Ledger::default(), Bench::default(), 0);
    let mut seat = |state| {
        let record = Record::State(state);
        let verdict = judge(&rules, &mut ledger, "-", &record);
        let mut sink = |_: Next<'_, '_>| {
            count += 1;
            Ok::<_, ()>(())
        };
        bench.seat(&mut ledger, "-", record, verdict, &mut sink).expect("the sink never fails");
        count
    };
    assert_eq!(seat(failed("a")), 1);
    assert_eq!(seat(cascade("b", "x.a")), 2);
    assert_eq!(seat(cascade("c", "x.d")), 2, "waits for d");
    assert_eq!(seat(block("e", Outcome::Clean)), 2, "waits for its turn");
    assert_eq!(seat(failed("d")), 5);
}

#[test]
fn a_nested_run_has_failures_of_its_own() {
    let seen = run(vec![
        Record::State(failed("outer")),
        Record::State(deep(1, failed("inner"))),
        Record::State(deep(1, cascade("b", "x.inner"))),
        Record::State(deep(1, cascade("c", "x.outer"))),
        run_end(1),
        Record::State(cascade("step", "x.outer")),
        run_end(0),
    ]);
    let classes: Vec<_> = seen.iter().map(|(_, verdict)| verdict.class.word()).collect();
    let expected =
        ["action-required", "action-required", "blocked", "action-required", "clean", "blocked", "clean"];
    assert_eq!(classes, expected);
}

#[test]
fn many_failures_are_not_all_kept() {
    let mut states: Vec<_> = (0..10_001).map(|at| failed(&format!("s{at}"))).collect();
    states.extend([cascade("a", "x.s0"), cascade("b", "x.s10000")]);
    let all = shown(states);
    assert!(all.ends_with("action-required blocked<1 blocked"), "{}", &all[all.len() - 60..]);
}

/// `agrees` of the Summary, and what it says.
fn agreement(states: Vec<Record<'static>>, summary: Summary<'static>) -> (bool, String) {
    let records = states.into_iter().chain([Record::Summary(summary)]).collect();
    let (_, verdict) = run(records).pop().expect("a Summary");
    (verdict.agrees.expect("a Summary agrees or not"), verdict.words().unwrap_or_default().to_owned())
}

/// `[succeeded, changed, unchanged, failed, total]`.
fn counts([succeeded, changed, unchanged, failed, total]: [u64; 5]) -> Summary<'static> {
    Summary { succeeded, changed, unchanged, failed, total, run_time_ms: Some(1.0), ..Summary::default() }
}

#[test]
fn a_summary_agrees_or_not() {
    use Outcome::{Changed, Clean, Failed, WouldChange};
    let with_changes = |state| State { changes: Some(json(r#"{"retcode":1}"#)), ..state };
    let compressed =
        |many, state| State { stands_for: many, name: text("state_compressed_x_n_True"), ..state };
    let two_names = || State {
        changes: Some(json(r#"{"compressed changes":{"a":{"x":"y"},"b":{"x":"y"}}}"#)),
        ..compressed(3, block("n (3)", Changed))
    };
    let odd = || State { result: None, ..block("x", Clean) };
    let named = |name, state| State { name: text(name), ..state };
    let step = |state| State { function: text("salt.state"), ..state };
    let full = |outcomes: &[Outcome]| outcomes.iter().map(|it| block("x", *it)).collect::<Vec<_>>();
    let table: Vec<(&str, Vec<State<'static>>, [u64; 5], bool)> = vec![
        ("all shown", full(&[Clean, Changed, Failed]), [2, 1, 0, 1, 3], true),
        ("clean ones hidden", full(&[Changed, Failed]), [40, 1, 0, 1, 41], true),
        ("a failure hidden", full(&[Changed]), [1, 1, 0, 1, 2], false),
        ("a failure too many", full(&[Failed, Failed]), [1, 0, 0, 1, 2], false),
        ("a change hidden", full(&[Clean]), [2, 1, 0, 0, 2], false),
        ("a change too many", full(&[Changed, Changed]), [2, 1, 0, 0, 2], false),
        ("a clean one too many", full(&[Clean, Clean]), [1, 0, 0, 0, 1], false),
        ("only a Summary, all clean", vec![], [5, 0, 0, 0, 5], true),
        ("only a Summary", vec![], [5, 2, 0, 0, 5], false),
        ("zeros", vec![], [0, 0, 0, 0, 0], true),
        ("zeros, and yet a state", full(&[Clean]), [0, 0, 0, 0, 0], false),
        ("a failure with changes", vec![with_changes(failed("x"))], [0, 1, 0, 1, 1], true),
        ("a failure with changes, not counted", vec![with_changes(failed("x"))], [0, 0, 0, 1, 1], false),
        ("a failure without changes, counted", full(&[Failed]), [0, 1, 0, 1, 1], false),
        ("a would-be change", vec![with_changes(block("x", WouldChange))], [1, 1, 1, 0, 1], true),
        ("a would-be change without changes", full(&[WouldChange]), [1, 0, 1, 0, 1], true),
        ("a would-be change hidden", full(&[WouldChange]), [2, 0, 2, 0, 2], false),
        ("a would-be change that Salt has not", full(&[WouldChange]), [1, 0, 0, 0, 1], false),
        ("terse failures may have changes", vec![terse(Failed), terse(Failed)], [0, 1, 0, 2, 2], true),
        ("but each once", vec![terse(Failed)], [0, 2, 0, 1, 1], false),
        ("terse changes are changes", vec![terse(Changed)], [1, 0, 0, 0, 1], false),
        ("a result that is no bool", vec![odd()], [0, 0, 0, 0, 1], true),
        ("a full block is no such", full(&[Clean]), [0, 0, 0, 0, 1], false),
        ("a terse one can be", vec![terse(Clean)], [0, 0, 0, 0, 1], true),
        ("what is missing must have succeeded", full(&[Clean]), [1, 0, 0, 0, 2], false),
        ("three in one", vec![compressed(3, block("n (3)", Clean))], [3, 0, 0, 0, 3], true),
        ("three in one are not two", vec![compressed(3, block("n (3)", Clean))], [2, 0, 0, 0, 2], false),
        ("three failures in one", vec![compressed(3, failed("n (3)"))], [0, 0, 0, 3, 3], true),
        ("two of three changed", vec![two_names()], [3, 2, 0, 0, 3], true),
        ("two of three are not three", vec![two_names()], [3, 3, 0, 0, 3], false),
        ("one of three changed", vec![compressed(3, block("n (3)", Changed))], [3, 1, 0, 0, 3], true),
        ("an ID like that", vec![State { stands_for: 3, ..block("n (3)", Changed) }], [1, 1, 0, 0, 1], true),
        (
            "compressed, and only the name is shown",
            vec![named("state_compressed_x_n_True", terse(Clean))],
            [7, 0, 0, 0, 7],
            true,
        ),
        ("state.orch always counts", vec![named("state.orch", block("x", Clean))], [1, 1, 0, 0, 1], true),
        ("state.orch counts once", vec![named("state.orch", block("x", Clean))], [1, 0, 0, 0, 1], false),
        ("a terse step may have run what changed nothing", vec![step(terse(Changed))], [1, 0, 0, 0, 1], true),
        ("or not", vec![step(terse(Changed))], [1, 1, 0, 0, 1], true),
    ];
    for (what, states, summary, expected) in table {
        let states = states.into_iter().map(Record::State).collect();
        let (agrees, says) = agreement(states, counts(summary));
        assert_eq!(agrees, expected, "{what}: {says}");
    }
}

#[test]
fn a_step_counts_as_its_nested_runs_do() {
    let nested = |changed| {
        let at = Place { depth: 1, ..Place::default() };
        Record::Summary(Summary { at, ..counts([1, changed, 0, 0, 1]) })
    };
    let inner = |outcome| Record::State(deep(1, block("x", outcome)));
    let step = || Record::State(State { changes: Some(json("")), ..block("step", Outcome::Changed) });
    let idle = || vec![inner(Outcome::Clean), nested(0), run_end(1), step()];
    let busy = || vec![inner(Outcome::Changed), nested(1), run_end(1), step()];
    let unsummed = || vec![inner(Outcome::Changed), run_end(1), step()];
    for (what, records, changed, expected) in [
        ("idle", idle(), 0, true),
        ("idle, counted", idle(), 1, false),
        ("busy", busy(), 1, true),
        ("busy, not counted", busy(), 0, false),
        ("without Summary", unsummed(), 1, true),
        ("without Summary, not counted", unsummed(), 0, false),
    ] {
        let (agrees, says) = agreement(records, counts([1, changed, 0, 0, 1]));
        assert_eq!(agrees, expected, "{what}: {says}");
    }
    let (agrees, says) = agreement([idle(), busy(), idle()].concat(), counts([3, 1, 0, 0, 3]));
    assert!(agrees, "each step has its own: {says}");
    let verdicts = run(idle());
    assert_eq!(verdicts[3].1.class, Class::Clean, "a step that changed nothing is to nobody's review");
}

#[test]
fn old_summaries_print_less() {
    let old = |[succeeded, changed, unchanged, failed, total]: [u64; 5]| Summary {
        run_time_ms: None,
        ..counts([succeeded, changed, unchanged, failed, total])
    };
    let undated = |outcome| Record::State(State { started: None, ..block("x", outcome) });
    let dated = |outcome| Record::State(block("x", outcome));
    use Outcome::{Changed, Clean, Failed, WouldChange};
    for (what, states, summary, expected) in [
        ("no changed", vec![undated(Changed)], [1, 0, 0, 0, 1], true),
        ("no changed, but Salt is younger", vec![dated(Changed)], [1, 0, 0, 0, 1], false),
        ("no total", vec![dated(Clean), dated(Failed)], [1, 0, 0, 1, 0], true),
        ("no total, and more than it says", vec![dated(Clean), dated(Clean)], [1, 0, 0, 0, 0], false),
        ("Not Run apart", vec![undated(Clean), undated(WouldChange)], [1, 0, 1, 0, 2], true),
    ] {
        let (agrees, says) = agreement(states, old(summary));
        assert_eq!(agrees, expected, "{what}: {says}");
    }
}

#[test]
fn a_summary_says_in_what_it_disagrees() {
    let (_, says) = agreement(vec![Record::State(failed("x"))], counts([3, 1, 0, 2, 5]));
    assert_eq!(
        says,
        "Salt counts 2 failed, 1 read; Salt counts 1 changed, 0 read (cut, or hidden by an output filter?)"
    );
}

#[test]
fn a_run_begins_anew_after_its_end() {
    let records = vec![Record::State(failed("x")), run_end(0), Record::State(block("y", Outcome::Clean))];
    let (agrees, says) = agreement(records, counts([1, 0, 0, 0, 1]));
    assert!(agrees, "{says}");
}

#[test]
fn a_summary_of_zeros_is_to_review() {
    for (summary, expected) in [([0; 5], Class::Review), ([1, 0, 0, 0, 1], Class::Clean)] {
        assert_eq!(run(vec![Record::Summary(counts(summary))])[0].1.class, expected);
    }
}
