//! States and returns as nobody would write them, read as Salt would show them.

use super::{compile, returned, state};
use crate::frame::{Frames, InputFormat};
use crate::record::{Class, Kind, Message, Outcome, Place, Record, State, StateResult};

/// The state that a value under this key is read as, and what `see` sees of it.
fn seen<T>(key: &str, value: &str, see: impl FnOnce(&State<'_>) -> T) -> T {
    let input = format!("{{\"web1\": {{\"{key}\": {value}}}}}");
    let mut frames = Frames::new(input.as_bytes(), InputFormat::Json);
    let mut see = Some(see);
    let mut told = None;
    while let Some(unit) = frames.next(&mut |_, _| ()).unwrap() {
        let record = crate::decode::decode(unit);
        if let Record::State(state) = &record
            && let Some(see) = see.take()
        {
            told = Some(see(state));
        }
    }
    told.expect("a state")
}

fn message(record: Record<'_>) -> (Kind, Class, String) {
    match record {
        Record::Message(Message { kind, weight, text, .. }) => (kind, weight, text.get().into_owned()),
        other => panic!("{other:?}"),
    }
}

const KEY: &str = "cmd_|-an id_|-a \\\"name\\\"_|-run";

#[test]
fn a_state_says_what_it_says() {
    let value = r#" { "name" : "a \"name\"", "result": true, "changes": {"retcode": 0, "b": [1, "x"]}, "__sls__": "a.b",
        "comment": "one\ntwo \ud83d\ude00 \ud800", "duration": 12.345, "start_time": "10:00:00.000001",
        "__run_num__": 7, "__id__": "real id", "warnings": ["w1", "w2"], "other": {"result": false}}"#;
    seen(KEY, value, |state| {
        let get = |text: &Option<crate::record::Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
        assert_eq!(get(&state.id).as_deref(), Some("real id"));
        assert_eq!(get(&state.name).as_deref(), Some("a \"name\""));
        assert_eq!(get(&state.function).as_deref(), Some("cmd.run"));
        assert_eq!(get(&state.sls).as_deref(), Some("a.b"));
        assert_eq!(get(&state.comment).as_deref(), Some("one\ntwo \u{1f600} \u{fffd}"));
        assert_eq!(get(&state.started).as_deref(), Some("10:00:00.000001"));
        assert_eq!((state.result, state.outcome), (Some(StateResult::True), Outcome::Changed));
        assert_eq!((state.run_num, state.duration_ms), (Some(7), Some(12.345)));
        let changes = state.changes.as_ref().unwrap().get();
        assert_eq!(changes, &serde_json::json!({"retcode": 0, "b": [1, "x"]}));
        assert_eq!(state.warnings.iter().map(|it| it.get().into_owned()).collect::<Vec<_>>(), ["w1", "w2"]);
    });
}

#[test]
fn what_members_do_not_say_the_key_does() {
    let said = seen("test_|-pipe_|-inside_|-pipe_|-inside_|-nop", "{}", |state| {
        let get = |text: &Option<crate::record::Text<'_>>| text.as_ref().unwrap().get().into_owned();
        (get(&state.id), get(&state.name), get(&state.function))
    });
    assert_eq!((said.0.as_str(), said.2.as_str()), ("pipe", "test.nop"));
    // Text shows the key's name; a return can carry another.
    let said = seen("test_|-an_|-id_|-a name_|-nop", r#"{"name": ["x"], "__id__": "an_|-id"}"#, |state| {
        let get = |text: &Option<crate::record::Text<'_>>| text.as_ref().unwrap().get().into_owned();
        (get(&state.id), get(&state.name), get(&state.function))
    });
    assert_eq!(said, ("an_|-id".to_owned(), "a name".to_owned(), "test.nop".to_owned()));
}

#[test]
fn outcomes_are_what_result_and_changes_come_to() {
    for (value, outcome) in [
        (r#"{"result": false, "changes": {"a": 1}}"#, Outcome::Failed),
        (r#"{"result": 0}"#, Outcome::Failed),
        (r#"{"result": null, "changes": {}}"#, Outcome::WouldChange),
        (r#"{"result": true, "changes": {"a": 1}}"#, Outcome::Changed),
        (r#"{"result": 1, "changes": {"a": 1}}"#, Outcome::Changed),
        (r#"{"result": true, "changes": ["a"]}"#, Outcome::Changed),
        (r#"{"result": true, "changes": { }}"#, Outcome::Clean),
        (r#"{"result": true, "changes": []}"#, Outcome::Clean),
        (r#"{"result": true, "changes": ""}"#, Outcome::Clean),
        (r#"{"result": true, "changes": null}"#, Outcome::Clean),
        (r#"{"result": true, "comment": "unless condition is true"}"#, Outcome::Skipped),
        (r#"{"result": true, "comment": "unless condition is true", "changes": {"a": 1}}"#, Outcome::Changed),
        (r#"{"result": false, "comment": "onlyif execution failed, bad type passed"}"#, Outcome::Failed),
        (r#"{"result": "yes", "changes": {"a": 1}}"#, Outcome::Changed),
        (r#"{"result": true, "result": false}"#, Outcome::Failed),
    ] {
        assert_eq!(seen(KEY, value, |state| state.outcome), outcome, "{value}");
    }
    assert_eq!(seen(KEY, r#"{"result": "yes"}"#, |state| state.result), None);
}

#[test]
fn values_of_other_types_read_as_salt_shows_them() {
    for (comment, shown) in [
        ("null", "None"),
        ("true", "True"),
        ("42", "42"),
        (r#"["a", ["b", null], 1]"#, "a\nb\nNone\n1"),
        (r#""\u2028\/""#, "\u{2028}/"),
    ] {
        let value = format!(r#"{{"comment": {comment}}}"#);
        let said = seen(KEY, &value, |state| state.comment.as_ref().unwrap().get().into_owned());
        assert_eq!(said, shown);
    }
    for (duration, ms) in [
        ("\"12.3 ms\"", Some(12.3)),
        ("2043.6870000000001", Some(2043.6870000000001)),
        ("0.1", Some(0.1)),
        ("1e3", Some(1000.0)),
        ("7", Some(7.0)),
        ("NaN", None),
        ("\"\"", None),
        ("null", None),
    ] {
        let value = format!(r#"{{"duration": {duration}}}"#);
        assert_eq!(seen(KEY, &value, |state| state.duration_ms), ms, "{duration}");
    }
    let value = r#"{"changes": {"a": NaN, "b": "\ud800", "c": [-Infinity, 1.50], "d": 1, "d": 2}}"#;
    let changes = seen(KEY, value, |state| state.changes.as_ref().unwrap().get().to_string());
    assert_eq!(changes, "{\"a\":\"NaN\",\"b\":\"\u{fffd}\",\"c\":[\"-Infinity\",1.50],\"d\":2}");
}

#[test]
fn what_is_no_state_is_weighed() {
    let at = Place::default;
    let (kind, class, text) = message(compile(at(), br#""Rendering SLS 'x' failed\n---""#));
    assert_eq!(
        (kind, class, text.as_str()),
        (Kind::Compile, Class::ActionRequired, "Rendering SLS 'x' failed\n---")
    );
    for (value, kind, class, said) in [
        (
            r#""Minion did not return. [No response]""#,
            Kind::Return,
            Class::ActionRequired,
            "Minion did not return. [No response]",
        ),
        (r#"{"retcode": 255, "stderr": "ssh: x", "stdout": ""}"#, Kind::Ssh, Class::ActionRequired, "ssh: x"),
        ("{}", Kind::Return, Class::Review, "{}"),
        ("null", Kind::Return, Class::ActionRequired, "None"),
        ("true", Kind::Return, Class::Clean, "True"),
        ("false", Kind::Return, Class::Review, "False"),
        (r#"{"a": 1}"#, Kind::Return, Class::Clean, r#"{"a":1}"#),
    ] {
        let (was_kind, was_class, text) = message(returned(at(), value.as_bytes()));
        assert_eq!((was_kind, was_class, text.as_str()), (kind, class, said), "{value}");
    }
}

#[test]
fn no_bytes_make_it_fail() {
    let unit = br#""a_|-b_|-c_|-d": {"result": true, "changes": {"x": [1, "\u00e9"]}, "comment": "c", "warnings": ["w"]}"#;
    for cut in 0..unit.len() {
        let broken = &unit[..cut];
        for record in [
            state(Place::default(), broken, &crate::frame::Fields::default()),
            compile(Place::default(), broken),
            returned(Place::default(), broken),
        ] {
            let _ = format!("{record:?}");
        }
    }
}
