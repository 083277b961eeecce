use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};

use super::args::Cli;
use super::look::When;
use super::outputs::Output;
use super::settings::Settings;
use super::{choice, config, expect, look, outputs};
use crate::digest::FailOn;
use crate::input::Source;
use crate::report::{Format, Show};

#[test]
fn clap_finds_no_fault() {
    Cli::command().debug_assert();
}

fn typed(arguments: &[&str]) -> Settings {
    let cli = Cli::try_parse_from([&["saltlint"], arguments].concat()).unwrap();
    Settings::typed(&cli.analyse)
}

#[test]
fn of_options_that_contradict_the_last_wins() {
    for (arguments, color) in [
        (&["--color", "always", "--no-color"][..], When::Never),
        (&["--no-color", "--color", "always"], When::Always),
        (&["--nocolor"], When::Never),
        (&["--no-color", "--force-color"], When::Always),
    ] {
        assert_eq!(typed(arguments).color, Some(color), "{arguments:?}");
    }
    assert_eq!(typed(&["--fail-on", "review", "--exit-zero"]).fail_on, Some(FailOn::Never));
    assert_eq!(typed(&["--exit-zero", "--fail-on", "review"]).fail_on, Some(FailOn::Review));
}

#[test]
fn a_name_is_a_command_only_in_front() {
    let cli = Cli::try_parse_from(["saltlint", "run.log", "man"]).unwrap();
    assert!(cli.command.is_none());
    assert_eq!(cli.analyse.inputs, [PathBuf::from("run.log"), PathBuf::from("man")]);
    assert!(Cli::try_parse_from(["saltlint", "man"]).unwrap().command.is_some());
    assert!(Cli::try_parse_from(["saltlint", "./man"]).unwrap().command.is_none());
    for name in ["rules", "explain"] {
        assert!(Cli::try_parse_from(["saltlint", name]).is_err(), "a command that lacks its arguments");
        let cli = Cli::try_parse_from(["saltlint", &format!("./{name}")]).unwrap();
        assert!(cli.command.is_none());
    }
}

#[test]
fn bad_usage_is_2_and_names_what_is_right() {
    for (arguments, said) in [
        (&["-f", "yaml"][..], "terminal, ndjson, json"),
        (&["-o", "json"], "FORMAT=FILE"),
        (&["-o", "xml=x.xml"], "terminal, ndjson, json"),
        (&["-o", "json=-"], "--format json"),
        (&["--fail-on", "reviw"], "review"),
        (&["--colr", "never"], "--color"),
    ] {
        let error = Cli::try_parse_from([&["saltlint"], arguments].concat()).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn colour_is_decided_in_the_order_that_is_promised() {
    use When::{Always, Auto, Never};
    let table: [(When, Variables, bool, bool); 19] = [
        (Auto, &[], true, true),
        (Auto, &[], false, false),
        (Auto, &[("TERM", "dumb")], true, false),
        (Auto, &[("TERM", "xterm")], true, true),
        (Auto, &[("NO_COLOR", "1")], true, false),
        (Auto, &[("NO_COLOR", "0")], true, false),
        (Auto, &[("NO_COLOR", "")], true, true),
        (Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
        (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
        (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
        (Auto, &[("CLICOLOR_FORCE", "0")], true, true),
        (Auto, &[("CLICOLOR_FORCE", "")], false, false),
        (Auto, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], false, true),
        (Auto, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true, true),
        (Auto, &[("CLICOLOR", "0")], true, false),
        (Auto, &[("CLICOLOR", "1")], false, false),
        (Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false, true),
        (Never, &[("CLICOLOR_FORCE", "1")], true, false),
        (Never, &[], true, false),
    ];
    for (when, env, terminal, colour) in table {
        assert_eq!(look::color(when, &of(env), terminal), colour, "{when:?} {env:?} terminal: {terminal}");
    }
}

type Variables = &'static [(&'static str, &'static str)];

fn of(env: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    let env: HashMap<String, OsString> =
        env.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    move |name| env.get(name).cloned()
}

#[test]
fn the_locale_says_whether_there_is_more_than_ascii() {
    let table: [(Variables, bool); 7] = [
        (&[], cfg!(windows)),
        (&[("LANG", "en_US.UTF-8")], true),
        (&[("LANG", "C.utf8")], true),
        (&[("LANG", "C")], false),
        (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], false),
        (&[("LANG", "C"), ("LC_CTYPE", "UTF-8")], true),
        (&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "")], true),
    ];
    for (env, unicode) in table {
        assert_eq!(look::unicode(&of(env)), unicode, "{env:?}");
    }
}

#[test]
fn the_width_is_asked_for_then_the_terminals_then_80() {
    for (columns, terminal, width) in [
        (None, None, 80),
        (None, Some(200), 200),
        (Some("120"), Some(200), 120),
        (Some("120"), None, 120),
        (Some("wide"), Some(100), 100),
        (Some("0"), None, 80),
        (Some("1"), None, 20),
        (None, Some(0), 80),
    ] {
        let env: Vec<_> = columns.iter().map(|columns| ("COLUMNS", *columns)).collect();
        assert_eq!(look::width(&of(&env), terminal), width, "{columns:?} {terminal:?}");
    }
}

#[test]
fn lists_and_rosters_name_minions() {
    let named = |text| expect::named_in(text).map_err(|(line, _)| line);
    let ok = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(named("web1\nweb*  # all\n\n# none\r\ndb#1\n"), ok(&["web1", "web*", "db#1"]));
    assert_eq!(
        named(
            "# hosts\n---\ndocs:\n  host: docs.example.com\n  # user\n  user: root\n\"quoted one\":\n  host: x\n'two': 10.0.0.2\n\
             plain: 10.0.0.3  # short\n"
        ),
        ok(&["docs", "quoted one", "two", "plain"])
    );
    assert_eq!(named("web1 web2\n"), Err(1));
    assert_eq!(named("docs:\n  host: x\nwhat is this\n"), Err(3));
    assert_eq!(named("{% for n in range(3) %}\nweb{{ n }}:\n  host: x\n{% endfor %}\n"), Err(1));
    assert_eq!(named("{docs: {host: x}}\n"), Err(1));
    assert_eq!(named(""), ok(&[]));
}

#[test]
fn an_expectation_of_nobody_is_refused() {
    let minions = |values: &[&str]| {
        expect::minions("--expect", &values.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(minions(&["a, b,,c*", "d"]).unwrap(), ["a", "b", "c*", "d"]);
    assert_eq!(minions(&[]).unwrap(), [""; 0]);
    assert!(minions(&[""]).is_err());
    assert!(minions(&["a", " , "]).is_err());
    assert!(minions(&["@absent.txt"]).unwrap_err().contains("absent.txt: No such file"));

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a,b.txt");
    std::fs::write(&file, "# nobody yet\n").unwrap();
    let value = format!("@{}", file.display());
    assert!(minions(&[&value]).unwrap_err().contains("no minion is named"));
    std::fs::write(&file, "\u{feff}web1\n").unwrap();
    assert_eq!(minions(&[&value]).unwrap(), ["web1"]);
}

#[test]
fn a_config_file_holds_every_setting() {
    let text = r#"
format = "ndjson"
output = ["json=out/run.json", "terminal=/tmp/run.txt"]
rules = "rules"
no-builtin-rules = true
fail-on = "review"
expect = ["web*", "@roster"]
show = "all"
input-format = "text"
color = "never"
states-root = "salt"
no-redact = true
group = true
stats = true
"#;
    let settings = config::parse(text, Path::new("/etc/shop")).unwrap();
    let expected = Settings {
        format: Some(Format::Ndjson),
        output: Some(vec![
            Output { format: Format::Json, file: "/etc/shop/out/run.json".into() },
            Output { format: Format::Terminal, file: "/tmp/run.txt".into() },
        ]),
        rules: vec!["/etc/shop/rules".into()],
        builtin_rules: Some(false),
        fail_on: Some(FailOn::Review),
        expect: Some(vec!["web*".to_owned(), "@/etc/shop/roster".to_owned()]),
        show: Some(Show::All),
        group: Some(true),
        input_format: Some(crate::frame::InputFormat::Text),
        color: Some(When::Never),
        states_root: Some("/etc/shop/salt".into()),
        redact: Some(false),
        stats: Some(true),
    };
    assert_eq!(settings, expected);
    assert_eq!(config::parse("", Path::new("")).unwrap(), Settings::default());
}

#[test]
fn mistakes_in_a_config_file_are_shown_where_they_stand() {
    for (text, at, said, help) in [
        ("fail_on = 'review'", "fail_on", "unknown setting", "did you mean fail-on?"),
        ("show = 'all'\nfail-on = 'reviews'", "'reviews'", "not known", "did you mean \"review\"?"),
        ("format = 'yaml'", "'yaml'", "not known", "one of terminal, ndjson, json"),
        ("zzz = 1", "zzz", "unknown setting", "known are format, output"),
        ("no-redact = 'yes'", "'yes'", "true or false", ""),
        ("rules = ['a', 2]", "2", "quotes", ""),
        ("output = ['json']", "'json'", "FORMAT=FILE", ""),
        ("color = true", "true", "quotes", "auto, always, never"),
    ] {
        let (what, span, shown) = config::parse(text, Path::new("")).unwrap_err();
        assert_eq!(&text[span.unwrap()], at);
        assert!(what.contains(said), "{what}");
        assert!(shown.unwrap_or_default().contains(help), "{text}");
    }
    let (_, span, _) = config::parse("show = \n", Path::new("")).unwrap_err();
    assert!(span.is_some());
}

#[test]
fn what_is_typed_wins_and_rules_add_up() {
    let text = "fail-on = 'review'\nshow = 'all'\nrules = ['shop']\noutput = ['json=a']\ncolor = 'never'";
    let below = config::parse(text, Path::new("")).unwrap();
    let settings = typed(&["--fail-on", "never", "--rules", "new.toml", "-o", "ndjson=b"]).over(below);
    assert_eq!(settings.fail_on, Some(FailOn::Never));
    assert_eq!(settings.show, Some(Show::All));
    assert_eq!(settings.rules, [PathBuf::from("shop"), PathBuf::from("new.toml")]);
    assert_eq!(settings.output, Some(vec![Output { format: Format::Ndjson, file: "b".into() }]));
    assert_eq!(settings.color, Some(When::Never));
}

#[test]
fn no_report_destroys_an_input_or_another_report() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let output = |name: &str| Output { format: Format::Json, file: at(name) };
    std::fs::create_dir(at("logs")).unwrap();
    std::fs::write(at("run.log"), "docs:\n").unwrap();
    let inputs = [Source::Stdin, Source::Path(at("run.log")), Source::Path(at("logs"))];
    let refused = |outputs: &[Output]| outputs::create(outputs, &inputs).unwrap_err();

    assert!(refused(&[output("logs/../run.log")]).contains("what is read"));
    assert!(refused(&[output("logs/report.json")]).contains("what is read"));
    assert!(refused(&[output("a.json"), output("logs/../a.json")]).contains("two reports"));
    assert!(refused(&[output("absent/a.json")]).contains("No such file or directory"));
    assert!(refused(&[output("logs")]).contains("what is read"));
    assert_eq!(std::fs::read_to_string(at("run.log")).unwrap(), "docs:\n");
    assert!(!at("a.json").exists(), "nothing is made if one can't be");

    assert_eq!(outputs::create(&[output("a.json"), output("b.json")], &inputs).unwrap().len(), 2);
    assert!(at("a.json").exists());
}

#[test]
fn the_nearest_word_is_near() {
    assert_eq!(choice::nearest("colour", ["color", "format"]), Some("color"));
    assert_eq!(choice::nearest("zzz", ["color", "format"]), None);
}
