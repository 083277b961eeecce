//! What rules mean, as tables: a line of `when`, what it is asked about, and the answer.

use std::borrow::Cow;
use std::time::Instant;

use super::{Around, Rules, Subject};
use crate::record::{Changes, Class, Kind, Level, Message, Outcome, Place, State, StateResult, Text, Value};

fn json(raw: &[u8], _: u16) -> Value {
    serde_json::from_slice(raw).unwrap()
}

/// A changed `cmd.run` whose changes are these.
fn state(changes: &'static str) -> State<'static> {
    State {
        at: Place { minion: Some(Text::plain(b"web1")), ..Place::default() },
        id: Some(Text::plain(b"migrate")),
        name: Some(Text::plain(b". .ve/bin/activate; python manage.py migrate --noinput")),
        function: Some(Text::plain(b"cmd.run")),
        sls: None,
        run_num: None,
        result: Some(StateResult::True),
        outcome: Outcome::Changed,
        comment: Some(Text::plain(b"Command \"x\" run\n")),
        changes: Some(Changes::new(changes.as_bytes(), 0, json)),
        started: None,
        duration_ms: Some(430.7),
        warnings: vec![Text::plain(b"one"), Text::plain(b"two")],
        stands_for: 1,
    }
}

fn message(kind: Kind, level: Option<Level>, text: &'static str) -> Message<'static> {
    Message {
        at: Place::default(),
        kind,
        level,
        logger: None,
        time: None,
        pid: None,
        told: crate::record::Told::default(),
        text: Text::plain(text.as_bytes()),
        weight: Class::Clean,
    }
}

fn rules(text: &str) -> Rules {
    Rules::from_text("t.toml", text).unwrap_or_else(|wrong| panic!("{}", wrong.render(100, true, false)))
}

fn rule(id: &str, verdict: &str, rest: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\nverdict = \"{verdict}\"\n{rest}\n")
}

/// A state of this function with this outcome.
fn of(function: Option<&str>, outcome: Outcome) -> State<'static> {
    let function = function.map(|function| Text::owned(function.to_owned()));
    State { function, outcome, ..state(TEXT) }
}

/// What the rule that speaks says.
fn said(rules: &Rules, state: &State<'_>) -> Option<String> {
    let subject = Subject::State(state);
    rules.speak(&subject).unwrap().says_of(&subject, &Around::default()).map(Cow::into_owned)
}

/// The slug of the rule that speaks.
fn speaks(rules: &Rules, state: &State<'_>) -> Option<String> {
    let rule = rules.speak(&Subject::State(state))?;
    let (_, slug) = rule.id.split_once('/')?;
    Some(slug.to_owned())
}

const TEXT: &str = r#"{"pid":"1","retcode":"0","ok":"True","nil":"None","stderr":"","stdout":"a/b\nApplying shop.0001... OK\n\nc [x] *","list":["one","two"],"map":{"key":"deep"},"a.b":"dotted"}"#;
const JSON: &str = r#"{"pid":1,"retcode":0,"ok":true,"nil":null,"stderr":"","stdout":"a/b\nApplying shop.0001... OK\n\nc [x] *\n","list":["one","two"],"map":{"key":"deep"},"a.b":"dotted"}"#;

#[test]
fn matchers() {
    let table: &[(&str, bool)] = &[
        // Globs cover the whole value, mind case, and cross line ends and slashes.
        ("function = 'cmd.run'", true),
        ("function = 'cmd.ru'", false),
        ("function = 'CMD.run'", false),
        ("function = 'cmd.*'", true),
        ("function = 'c?d.run'", true),
        ("function = 'c?md.run'", false),
        ("stdout = 'a*OK*'", true),
        ("stdout = 'b*'", false),
        ("stdout = '*c [x] ?'", true),
        ("stdout = '*c [xyz] *'", false),
        ("name = '*manage.py migrate*'", true),
        ("name = '*'", true),
        ("stderr = ''", true),
        ("stderr = '?*'", false),
        // Scalars as Salt prints them, whatever the input.
        ("retcode = 0", true),
        ("retcode = 0.0", true),
        ("retcode = '0'", true),
        ("retcode = false", false),
        ("retcode = { min = 0 }", true),
        ("retcode = { max = -1 }", false),
        ("changes.ok = true", true),
        ("changes.ok = 'True'", true),
        ("changes.ok = 'true'", false),
        ("changes.ok = false", false),
        ("changes.nil = 'None'", true),
        ("duration_ms = { min = 400, max = 500 }", true),
        ("duration_ms = { max = 400 }", false),
        ("result = true", true),
        ("result = 'True'", true),
        ("result = false", false),
        ("outcome = 'changed'", true),
        ("outcome = ['failed', 'changed']", true),
        ("outcome = { not = 'failed' }", true),
        ("outcome = 'failed'", false),
        // Tables.
        ("stdout = { regex = 'Applying \\S+\\.\\.\\. OK' }", true),
        ("stdout = { regex = '^Applying' }", false),
        ("stdout = { regex = '(?m)^Applying' }", true),
        ("stdout = { contains = 'c [x] *' }", true),
        ("stdout = { contains = 'c [y]' }", false),
        ("stdout = { glob = '*OK*' }", true),
        ("function = { equals = 'cmd.run' }", true),
        ("function = { equals = 'cmd.*' }", false),
        ("retcode = { equals = 0 }", true),
        ("function = { any = ['x', { contains = 'run' }] }", true),
        ("function = { not = ['x', 'cmd.run'] }", false),
        ("function = { not = { not = 'cmd.run' } }", true),
        // What is absent answers to nothing but these.
        ("sls = '*'", false),
        ("sls = { exists = true }", false),
        ("sls = { exists = false }", true),
        ("sls = { not = 'core.*' }", true),
        ("changes.nothing.there = '*'", false),
        ("changes.stderr = { exists = true }", true),
        ("triggered_by = '*'", false),
        // Several values: one is enough.
        ("warnings = 'two'", true),
        ("warnings = 'one two'", false),
        ("warnings = { not = 'two' }", false),
        ("changes.list = 'two'", true),
        ("changes.list = { not = 'three' }", true),
        ("changes.map = 'deep'", true),
        ("changes.map.key = 'deep'", true),
        ("changes = { contains = 'Applying' }", true),
        ("changes = { exists = true }", true),
        ("changes = 'pid'", true),
        ("changes.map = { key = 'deep' }", true),
        ("changes.map = { key.not = 'deep' }", false),
        ("changes = { stdout = '*OK*' }", true),
        ("changes.\"a.b\" = 'dotted'", true),
        ("changes.map.key = { equals = { field = \"changes.list\" } }", false),
        ("changes.list = { equals = { field = \"warnings\" } }", true),
        // White space around a comment is none of it.
        ("comment = 'Command \"x\" run'", true),
        ("attempts = 1", true),
        ("minion = 'web*'", true),
        ("id = ['x', 'mig*']", true),
    ];
    for changes in [TEXT, JSON] {
        for (when, expected) in table {
            let rules = rules(&rule("it", "benign", &format!("[rule.when]\n{when}")));
            assert_eq!(speaks(&rules, &state(changes)).is_some(), *expected, "{when} of {changes}");
        }
    }
}

#[test]
fn a_rule_is_about_what_changed_unless_it_says_otherwise() {
    let table: &[(&str, &[Outcome])] = &[
        ("function = 'cmd.*'", &[Outcome::Changed]),
        ("outcome = 'failed'", &[Outcome::Failed]),
        ("result = false", &[Outcome::Failed]),
        ("result = 'None'", &[Outcome::WouldChange]),
        ("result = true", &[Outcome::Changed, Outcome::Clean, Outcome::Skipped]),
        ("outcome = '*'", &Outcome::ALL),
        ("outcome = ['clean', 'skipped']\nfunction = 'cmd.run'", &[Outcome::Clean, Outcome::Skipped]),
        ("outcome = { not = 'changed' }\nfunction = 'pkg.*'", &[]),
    ];
    for (when, expected) in table {
        let rules = rules(&rule("it", "benign", &format!("[rule.when]\n{when}")));
        for outcome in Outcome::ALL {
            let mut state = state(TEXT);
            state.outcome = outcome;
            state.result = Some(match outcome {
                Outcome::Failed => StateResult::False,
                Outcome::WouldChange => StateResult::None,
                _ => StateResult::True,
            });
            let expected = expected.contains(&outcome);
            assert_eq!(speaks(&rules, &state).is_some(), expected, "{when}: {}", outcome.word());
            if expected {
                assert!(rules.may_speak(&state), "{when}: {}", outcome.word());
            }
        }
        let clean = of(Some("cmd.run"), Outcome::Clean);
        assert_eq!(rules.may_speak(&clean), expected.contains(&Outcome::Clean), "{when}");
    }
}

#[test]
fn the_gate_knows_functions() {
    let rules = rules(
        &[
            rule("a", "review", "[rule.when]\noutcome = 'clean'\nfunction = ['pkg.installed', 'pkg.latest']"),
            rule("b", "review", "[rule.when]\noutcome = 'clean'\nfunction = 'docker_*'"),
        ]
        .concat(),
    );
    for (function, expected) in [
        ("pkg.latest", true),
        ("docker_image.present", true),
        ("file.managed", false),
        ("pkg.latest2", false),
    ] {
        assert_eq!(rules.may_speak(&of(Some(function), Outcome::Clean)), expected, "{function}");
    }
    assert!(!rules.may_speak(&of(None, Outcome::Clean)));
    assert!(!Rules::default().may_speak(&of(Some("cmd.run"), Outcome::Changed)));
}

#[test]
fn messages() {
    let rules =
        rules(&rule("it", "benign", "[rule.when]\nlevel = ['WARNING', 'ERROR']\ntext = '*deprecated*'"));
    for (kind, level, text, expected) in [
        (Kind::Log, Some(Level::Warning), "x is deprecated", true),
        (Kind::Log, Some(Level::Error), "x is gone", false),
        (Kind::Log, Some(Level::Info), "x is deprecated", false),
        (Kind::Notice, None, "x is deprecated", false),
    ] {
        let message = message(kind, level, text);
        assert_eq!(rules.speak(&Subject::Message(&message)).is_some(), expected, "{text}");
    }
    assert!(!rules.may_speak_message(Kind::Log, Some(Level::Info)));
    assert!(!rules.may_speak_message(Kind::Log, None));
    assert_eq!(speaks(&rules, &state(TEXT)), None, "it is about messages");
}

#[test]
fn says() {
    let long: &'static str =
        Box::leak(format!(r#"{{"stdout":"{}\nnext","n":1}}"#, "x".repeat(300)).into_boxed_str());
    let many: String = (0..20).map(|n| format!("Applying a.{n}... OK\\n")).collect();
    let many: &'static str = Box::leak(format!(r#"{{"stdout":"{many}"}}"#).into_boxed_str());
    let cut = format!("{}…", "x".repeat(100));
    let applying = "stdout = { regex = 'Applying (?<m>\\S+)\\.\\.\\. OK' }";
    for (says, when, changes, expected) in [
        ("plain", "function = 'cmd.run'", TEXT, "plain"),
        ("", "function = 'cmd.run'", TEXT, ""),
        ("{minion} {id} {function} {{x}}", "function = 'cmd.run'", TEXT, "web1 migrate cmd.run {x}"),
        ("{m}!", applying, TEXT, "shop.0001!"),
        ("{m}", applying, many, "a.0"),
        ("{m...}", applying, many, "a.0, a.1, a.2, a.3, a.4, a.5, a.6, a.7, a.8, a.9, a.10, a.11 and 8 more"),
        ("{out}", "stdout = { regex = '(?s)(?<out>.+)' }", long, &cut),
        ("{out}", "stdout = { regex = '(?s)(?<out>.+)' }", TEXT, "a/b …"),
        ("{e}", "changes.list = { regex = '(?<e>.+)' }", TEXT, "one"),
        ("{e...}", "changes.list = { regex = '(?<e>.+)' }", TEXT, "one, two"),
        ("{e}", "changes.list = { any = ['x', { regex = '(?<e>tw.)' }] }", TEXT, "two"),
        ("{e}", "changes.list = { any = ['two', { regex = '(?<e>three)' }] }", TEXT, "?"),
        ("{n}", "stdout = { regex = '(?<n>nothing)?' }", TEXT, "?"),
    ] {
        let rules = rules(&rule("it", "benign", &format!("says = '{says}'\n[rule.when]\n{when}")));
        let state = state(changes);
        assert_eq!(said(&rules, &state).unwrap(), expected, "{says}");
    }
    let rules =
        rules(&rule("it", "benign", "says = '{minion} {id} {name}'\n[rule.when]\nfunction = 'cmd.run'"));
    let mut state = state(TEXT);
    (state.id, state.at.minion, state.name) = (None, None, Some(Text::plain(b"one\ntwo")));
    assert_eq!(said(&rules, &state).unwrap(), "? one … one …");
    let rules = self::rules(&rule("it", "benign", "[rule.when]\nfunction = 'cmd.run'"));
    assert!(said(&rules, &state).is_none());
}

#[test]
fn the_surer_rule_speaks() {
    let one = "[rule.when]\nfunction = 'cmd.run'";
    let two = "[rule.when]\nfunction = 'cmd.run'\nminion = 'web1'";
    for (first, second, speaker) in [
        (rule("a", "review", one), rule("b", "benign", two), "b"),
        (rule("a", "benign", one), rule("b", "action-required", one), "b"),
        (rule("a", "benign", one), rule("b", "benign", one), "a"),
        (rule("a", "benign", two), rule("b", "action-required", one), "a"),
    ] {
        let rules = rules(&(first.clone() + &second));
        assert_eq!(speaks(&rules, &state(TEXT)).as_deref(), Some(speaker), "{first}{second}");
    }
}

#[test]
fn the_users_packs_win() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let two = "[rule.when]\nfunction = 'cmd.run'\nname = '*migrate*'";
    let any = "[rule.when]\nfunction = 'cmd.*'";
    let ours = file("ours.toml", &rule("any", "review", any));
    let later = file("later.toml", &rule("any", "benign", any));
    let cmd = file("cmd.toml", &rule("ran", "blocked", "says = 'mine'\n[rule.when]\nfunction = 'no.such'"));
    let load = |builtin, paths: &[_]| Rules::load(builtin, paths).unwrap();

    let state = state(r#"{"stdout":"no words that are known"}"#);
    let speaker = |rules: &Rules| rules.speak(&Subject::State(&state)).map(|rule| rule.id.clone());
    assert_eq!(speaker(&load(true, &[])).as_deref(), Some("cmd/ran"));
    assert_eq!(speaker(&load(true, std::slice::from_ref(&ours))).as_deref(), Some("ours/any"));
    assert_eq!(speaker(&load(true, &[ours.clone(), later.clone()])).as_deref(), Some("later/any"));
    assert_eq!(speaker(&load(true, &[later, ours])).as_deref(), Some("ours/any"));
    assert_eq!(speaker(&load(true, &[cmd])), None, "a rule of the same id takes the built-in one's place");
    assert_eq!(speaker(&load(false, &[])), None);

    // A directory is read whole; what is in it is one layer.
    std::fs::create_dir(folder.path().join("more")).unwrap();
    file("more/b.toml", &rule("two", "benign", two));
    file("more/notes.txt", "not a rule");
    let rules = load(true, &[folder.path().join("more")]);
    assert_eq!(speaker(&rules).as_deref(), Some("b/two"));
    let none = Rules::load(true, &[folder.path().join("none")]).unwrap_err().to_string();
    assert_eq!(none, "No rules were loaded: 1 error.");
}

#[test]
fn attempts_are_counted() {
    let rules = rules(&rule("it", "review", "[rule.when]\nattempts = { min = 3 }"));
    let mut state = state(TEXT);
    assert_eq!(speaks(&rules, &state), None);
    // As salt.state puts it together (3007.1, call, retry).
    state.comment = Some(Text::plain(
        b"Attempt 1: Returned a result of \"False\", with the following comment: \"x\"\nAttempt 2: Returned a result \
          of \"False\", with the following comment: \"x\"\nCommand run",
    ));
    assert_eq!(speaks(&rules, &state).as_deref(), Some("it"));
}

#[test]
fn what_is_around_a_state_can_be_asked() {
    let rules = rules(&rule("it", "review", "[rule.when]\ntriggered_by = 'conf*'\nlog = '*timed out*'"));
    let state = state(TEXT);
    let around = Around { triggered_by: Some("conf.d"), log: Some("it timed out.") };
    assert!(rules.speak_around(&Subject::State(&state), &around).is_some());
    assert!(rules.speak(&Subject::State(&state)).is_none());
}

#[test]
fn an_expired_rule_lowers_nothing() {
    let when = "[rule.when]\nfunction = 'cmd.run'";
    for (verdict, expires, speaks_still) in [
        ("benign", "2020-01-31", false),
        ("benign", "2999-01-31", true),
        ("action-required", "2020-01-31", true),
        ("review", "2020-01-31", true),
    ] {
        let rules = rules(&rule("it", verdict, &format!("expires = {expires}\n{when}")));
        assert_eq!(speaks(&rules, &state(TEXT)).is_some(), speaks_still, "{verdict} {expires}");
    }
}

#[test]
fn explain_lists_what_was_asked() {
    let rules = rules(
        &[
            rule(
                "a",
                "benign",
                "[rule.when]\nfunction = 'cmd.run'\nname = '*collectstatic*'\nminion = 'web*'",
            ),
            rule("b", "benign", "[rule.when]\nfunction = 'cmd.run'\nminion = 'web1'"),
            rule("c", "review", "[rule.when]\nfunction = 'cmd.run'"),
            rule("d", "review", "[rule.when]\nfunction = 'git.latest'"),
        ]
        .concat(),
    );
    let state = state(TEXT);
    let tried: Vec<String> = rules
        .explain(&Subject::State(&state), &Around::default())
        .iter()
        .map(|it| {
            let asked: Vec<_> =
                it.asked.iter().map(|it| format!("{} {} {}", it.field, it.asked, it.met)).collect();
            format!("{} {}: {}", it.rule.id, it.speaks, asked.join("; "))
        })
        .collect();
    assert_eq!(
        tried,
        [
            "t/a false: function 'cmd.run' true; name '*collectstatic*' false",
            "t/b true: function 'cmd.run' true; minion 'web1' true",
            "t/c false: function 'cmd.run' true",
        ]
    );
}

/// Many rules give the same answers as few, though they are found through scans for literals.
#[test]
fn many_rules_find_the_same() {
    let mut text = String::new();
    for n in 0..300 {
        text += &rule(
            &format!("n{n}"),
            "benign",
            &format!("[rule.when]\nfunction = 'cmd.run'\nname = '*job-{n}.sh*'"),
        );
        text += &rule(
            &format!("o{n}"),
            "benign",
            &format!("[rule.when]\nstdout = {{ regex = 'done (?i:with) step-{n}(?:$|\\s)' }}\nretcode = 0"),
        );
        text += &rule(
            &format!("m{n}"),
            "benign",
            &format!("[rule.when]\nname = {{ any = ['a{n}', {{ contains = 'bb{n}bb' }}] }}\ncomment = '?*'"),
        );
    }
    let rules = rules(&text);
    for (name, stdout, expected) in [
        (". x; job-7.sh", "", Some("n7")),
        ("job-77.sh", "", Some("n77")),
        ("other", "x\\ndone WITH step-299", Some("o299")),
        ("job-99.sh", "done with step-12", Some("o12")),
        ("job-1.sh", "done with step-1234", Some("n1")),
        ("a299", "", Some("m299")),
        ("xbb12bbx", "", Some("m12")),
        ("nothing", "done", None),
    ] {
        let changes: &'static str =
            Box::leak(format!(r#"{{"retcode":0,"stdout":"{stdout}"}}"#).into_boxed_str());
        let mut state = state(changes);
        state.name = Some(Text::owned(name.to_owned()));
        assert_eq!(speaks(&rules, &state).as_deref(), expected, "{name} {stdout}");
    }
}

/// Prints what ten thousand rules cost; `cargo test --release -- --ignored --nocapture scale`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "it is there to be read")]
fn scale() {
    let text = |count: usize| -> String {
        (0..count)
            .map(|n| {
                let when = match n % 3 {
                    0 => format!("function = 'cmd.run'\nname = '*deploy-{n}.sh*'"),
                    1 => format!(
                        "function = 'cmd.run'\nstdout = {{ regex = 'release-{n}\\S+ (?<to>\\w+) done' }}"
                    ),
                    _ => format!("function = 'mod{n}.run'\nid = 'thing-{n}'"),
                };
                rule(
                    &format!("r{n}"),
                    "benign",
                    &format!("says = 'It was done'\nwhy = 'because'\n[rule.when]\n{when}"),
                )
            })
            .collect()
    };
    for count in [10, 10_000] {
        let text = text(count);
        let start = Instant::now();
        let rules = rules(&text);
        let loaded = start.elapsed();
        let state = state(TEXT);
        let ask = || rules.speak(&Subject::State(&state)).map(|rule| rule.id.as_str());
        let first = Instant::now();
        assert!(ask().is_none());
        let first = first.elapsed();
        let start = Instant::now();
        for _ in 0..100_000 {
            std::hint::black_box(ask());
        }
        eprintln!(
            "{count} rules: loaded in {loaded:?}, first {first:?}, then {:?} each",
            start.elapsed() / 100_000
        );
    }
}
