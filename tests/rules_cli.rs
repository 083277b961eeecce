//! The commands around rules, as a user sees them: what they print, and how they end.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Ran, pipe_into, run, saltlint};
use crate::story::fixtures;

/// Runs it in a folder, where no config file of this machine is found.
fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let no_config = [&["--no-config"], &arguments[2..]].concat();
    let arguments = [&arguments[..2], &no_config].concat();
    let command = &mut saltlint();
    command.current_dir(folder).env("COLUMNS", "100").env("LC_ALL", "C.UTF-8").args(arguments);
    pipe_into(command, b"")
}

fn ends(ran: Ran, code: i32) -> Ran {
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    ran
}

fn capture(story: &str) -> PathBuf {
    fixtures().join(story)
}

/// The first line of a file that holds this.
fn line_of(file: &Path, text: &str) -> usize {
    1 + fs::read_to_string(file).unwrap().lines().position(|line| line.contains(text)).unwrap()
}

/// `BLESS=1 cargo test` writes what is expected.
#[test]
fn a_broken_law_is_shown_with_its_place_and_a_way_out() {
    let mut count = 0;
    for story in fs::read_dir(fixtures().join("broken-laws")).unwrap() {
        let story = story.unwrap().path();
        let mut arguments = vec!["rules", "check", "--no-builtin-rules", "rules.toml"];
        if story.join("more.toml").exists() {
            arguments.push("more.toml");
        }
        let ran = run_in(&story, &arguments);
        let warns = story.ends_with("no-literal") || story.ends_with("order-in-one-file");
        assert_eq!(ran.code, i32::from(!warns), "{}: {}{}", story.display(), ran.out, ran.err);
        let file = story.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &ran.out).unwrap();
        }
        assert_eq!(ran.out, fs::read_to_string(&file).unwrap_or_default(), "{}", story.display());
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn check_is_0_for_what_is_built_in_and_2_for_what_is_refused() {
    let ran = ends(run(&["rules", "check", "--no-config"]), 0);
    assert!(ran.out.contains("all laws hold"), "{}", ran.out);
    let bad = fixtures().join("bad-rules/unknown-field");
    let ran = ends(run_in(&bad, &["rules", "check", "rules.toml"]), 2);
    assert!(ran.err.contains("rules.toml:"), "{}", ran.err);
    ends(run_in(&bad, &["rules", "check", "nothing-there.toml"]), 2);
}

#[test]
fn a_file_that_holds_anyway_is_checked_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let good = fs::read_to_string(fixtures().join("broken-laws/no-example/rules.toml")).unwrap();
    fs::create_dir(folder.path().join("rules")).unwrap();
    fs::write(folder.path().join("rules/mine.toml"), good).unwrap();
    fs::write(folder.path().join("saltlint.toml"), "rules = \"rules\"\n").unwrap();
    let check = |arguments: &[&str]| {
        pipe_into(
            saltlint()
                .current_dir(folder.path())
                .args(["rules", "check", "--no-builtin-rules"])
                .args(arguments),
            b"",
        )
    };
    // From the config file, and named in another way: it does not meet itself.
    for arguments in [&[][..], &["rules/mine.toml"], &["./rules"]] {
        let ran = ends(check(arguments), 1);
        assert!(
            ran.out.contains("mine/motd has no example") && ran.out.contains("1 law broken"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn stories_get_the_verdicts_that_are_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ran = match std::env::var_os("BLESS") {
        None => run_in(root, &["rules", "test", "fixtures"]),
        Some(_) => {
            let mut stories: Vec<String> = fs::read_dir(fixtures())
                .unwrap()
                .flat_map(|story| fs::read_dir(story.unwrap().path()).unwrap())
                .map(|file| file.unwrap().path())
                .filter(|file| file.extension().is_some_and(|it| it == "expect"))
                .map(|file| file.to_str().unwrap().to_owned())
                .collect();
            stories.sort();
            let mut arguments = vec!["rules", "test", "--bless"];
            arguments.extend(stories.iter().map(String::as_str));
            run_in(root, &arguments)
        }
    };
    let ran = ends(ran, 0);
    let count: usize = ran.out.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(count > 40 || std::env::var_os("BLESS").is_some(), "{}", ran.out);
}

#[test]
fn an_expectation_is_written_held_and_shown_where_it_differs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let test = |arguments: &[&str]| run_in(folder.path(), &[&["rules", "test"], arguments].concat());
    fs::copy(capture("django-migrate-fails/full.txt"), at("deploy.txt")).unwrap();
    fs::write(at("notes.txt"), "nothing of Salt's\n").unwrap();

    let ran = ends(test(&[]), 2);
    assert!(ran.err.contains("--bless"), "{}", ran.err);
    ends(test(&["--bless"]), 0);
    assert!(!at("notes.expect").exists(), "what is no capture has no expectation");
    let written = fs::read_to_string(at("deploy.expect")).unwrap();
    let migrate = "action-required  local  cmd.run  . .ve/bin/activate; python manage.py migrate --noinput  ";
    assert!(written.lines().any(|line| line.starts_with(migrate)), "{written}");
    assert!(written.contains("benign  local  service.running  apache2  apache/reloaded\n"), "{written}");
    assert!(!written.contains("clean"), "{written}");
    assert!(ends(test(&[]), 0).out.contains("1 as expected"));

    // Remarks, blank lines and carriage returns are no difference.
    let remarks = format!("# Ours.\r\n\r\n{}", written.replace('\n', "\r\n"));
    fs::write(at("deploy.expect"), remarks).unwrap();
    ends(test(&["deploy.expect"]), 0);

    fs::write(at("deploy.expect"), format!("# Ours.\n{}", written.replacen("benign", "review", 1))).unwrap();
    let ran = ends(test(&["."]), 1);
    assert!(ran.out.contains("-review  local  service.running  apache2  apache/reloaded"), "{}", ran.out);
    assert!(ran.out.contains("+benign  local  service.running  apache2  apache/reloaded"), "{}", ran.out);
    let ran = ends(test(&["-f", "json"]), 1);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["failed"], &json["tests"][0]["status"]), (&1.into(), &"differs".into()));
    let ran = ends(test(&["-f", "junit", "deploy.txt"]), 1);
    assert!(
        ran.out.contains("tests=\"1\" failures=\"1\"") && ran.out.contains("+benign  local"),
        "{}",
        ran.out
    );
    ends(test(&["--bless", "deploy.txt"]), 0);
    assert_eq!(fs::read_to_string(at("deploy.expect")).unwrap(), format!("# Ours.\n{written}"));

    // Rules are those that are asked for.
    let ran = ends(test(&["--no-builtin-rules"]), 1);
    assert!(ran.out.contains("+review  local  service.running  apache2  -"), "{}", ran.out);
    // An expectation of nothing is a failure, a path to nothing bad usage.
    fs::remove_file(at("deploy.txt")).unwrap();
    assert!(ends(test(&[]), 1).out.contains("no capture"));
    ends(test(&["nowhere"]), 2);
}

#[test]
fn hostile_names_are_text_in_an_expectation_and_in_reports() {
    let folder = tempfile::tempdir().unwrap();
    let state = r#"{"result": false, "comment": "x", "changes": {}, "name": "n", "__id__": "a\nb\u001b[31m  </failure>"}"#;
    let json = format!("{{\"local\": {{\"cmd_|-x_|-n_|-run\": {state}}}}}");
    fs::write(folder.path().join("run.json"), json).unwrap();
    fs::write(folder.path().join("run.expect"), "").unwrap();
    for format in ["terminal", "json", "junit"] {
        let ran = ends(run_in(folder.path(), &["rules", "test", "-f", format]), 1);
        assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
        assert_eq!(
            ran.out.matches("</failure>").count(),
            usize::from(format != "json" || ran.out.contains("</failure>"))
        );
    }
    ends(run_in(folder.path(), &["rules", "test", "--bless"]), 0);
    let written = fs::read_to_string(folder.path().join("run.expect")).unwrap();
    assert_eq!(written.lines().count(), 1, "{written}");
    let explained = ends(run_in(folder.path(), &["explain", "run.json:1"]), 0);
    assert!(!explained.out.contains('\u{1b}'), "{}", explained.out);
}

#[test]
fn rules_are_listed_and_shown() {
    let all = ends(run(&["rules", "list", "--no-config"]), 0).out.lines().count();
    assert!(all > 20);
    let list = |arguments: &[&str]| run(&[&["rules", "list", "--no-config"], arguments].concat());
    let some = ends(list(&["--verdict", "false-positive", "--function", "cmd.run", "MIGRATIONS"]), 0).out;
    let lines = || some.lines();
    assert!(lines().any(|line| line.contains("  django/no-migrations ")) && lines().count() < all, "{some}");
    assert!(lines().all(|line| line.starts_with("false-positive  ")), "{some}");
    ends(list(&["--tag", "of nobody"]), 2);
    ends(list(&["--verdict", "clean"]), 2);
    let shown = ends(run(&["rules", "show", "--no-config", "django/migrate"]), 0).out;
    for part in ["benign", "function = \"cmd.run\"", "gets it:", "does not get it:", "changed states only"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.toml");
    let rule = "[[rule]]\nid = 'x'\nverdict = 'review'\nseverity = 'minor'\nowner = 'ops'\nexpires = 2999-12-31\n\
                tags = ['web']\n[rule.when]\nname = 'x'\n";
    std::fs::write(&file, rule).unwrap();
    let shown =
        ends(run(&["rules", "show", "--no-config", "--rules", file.to_str().unwrap(), "ours/x"]), 0).out;
    for part in ["minor", "ops", "2999-12-31", "web"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let ran = ends(run(&["rules", "show", "--no-config", "django/migrat"]), 2);
    assert!(ran.err.contains("did you mean django/migrate?"), "{}", ran.err);
}

#[test]
fn explain_says_who_spoke_who_else_would_and_what_failed() {
    let file = capture("django-first-deployment/full.txt");
    let at = |text: &str| format!("{}:{}", file.display(), line_of(&file, text));
    let explain = |place: &str| ends(run(&["explain", "--no-config", place]), 0).out;
    let told = explain(&at("python manage.py migrate"));
    for part in [
        "benign: the rule django/migrate speaks",
        "All that it asks for is so:\n  function = \"cmd.run\"",
        "and it changed (the rule names no outcome)",
        "These would speak, too:\n",
        "(review): django/migrate is asked first because it has more conditions",
        "These came nearest:\n",
        "    but it asks for ",
        "    and it is ",
        "did not come near: ",
        "--all shows each",
        "Of several, yours come before built-in ones",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // All of it, on demand: who did not answer, and to what.
    let told = ends(run(&["explain", "--no-config", "--all", &at("python manage.py migrate")]), 0).out;
    for part in ["django/migrate (benign): SPEAKS", "(review): would speak, too", "fails  ", "it is: "] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // A screen holds the short answer.
    let told = explain(&at("sysctl-line"));
    assert!(told.lines().count() < 24, "{told}");
}

#[test]
fn explain_needs_a_line_that_holds_something() {
    let file = capture("one-failure-stops-many/full.txt");
    let blocked = line_of(&file, "requisite failed");
    let told = ends(run(&["explain", "--no-config", &format!("{}:{blocked}", file.display())]), 0).out;
    assert!(told.contains("blocked: it follows from the failure of"), "{told}");
    for place in ["run.log", "run.log:0", ":7"] {
        ends(run(&["explain", "--no-config", place]), 2);
    }
    let ran = ends(run(&["explain", "--no-config", &format!("{}:99999", file.display())]), 2);
    assert!(ran.err.contains("it ends in line"), "{}", ran.err);
    ends(run(&["explain", "--no-config", "nothing-there.txt:1"]), 2);
}

/// From every story: what any rule could be about can be made into one, and it holds the laws.
#[test]
fn a_new_rule_loads_and_gets_its_own_example() {
    let folder = tempfile::tempdir().unwrap();
    // A folder that is not there yet is made: who writes a first rule has none.
    let mine = folder.path().join("rules/mine.toml");
    let pack = mine.to_str().unwrap();
    let mut made = 0;
    for story in [
        "shell-commands/full.txt",
        "django-deploy-in-color/changes-color.txt",
        "django-deploy-terse/terse.txt",
        "several-minions/static-one-line.json",
        "django-deploy-as-json/salt-call.json",
        "orchestration/full-clean-hidden.txt",
        "yaml-error/full.txt",
        "look-alikes/full.txt",
        "files-and-diffs/full.txt",
        "salt-ssh-some-unreachable/merged.txt",
    ] {
        let file = capture(story);
        let ran = run(&["--no-config", "-f", "ndjson", file.to_str().unwrap()]);
        let mut before = 0;
        for record in ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let wanted = matches!(record["type"].as_str(), Some("state" | "message"));
            let line = record["line"].as_u64().unwrap_or(0);
            if !wanted
                || record["verdict"] == "clean"
                || record["verdict"] == "blocked"
                || line <= before + 20
            {
                continue;
            }
            before = line;
            let place = format!("{}:{line}", file.display());
            let ran = run(&["rules", "new", "--no-config", "--from", &place, "--into", pack]);
            let ran = ends(ran, 0);
            assert!(!ran.err.contains("mind"), "{place}: {}", ran.err);
            made += 1;
        }
    }
    assert!(made > 30, "{made}");
    let text = fs::read_to_string(&mine).unwrap();
    assert!(text.matches("[[rule]]").count() == made && !text.contains('\u{1b}'));
    // Drafts of like things claim each other's examples; nothing else is wrong with them.
    let ran = run(&["rules", "check", "--no-config", pack]);
    assert!(ran.code < 2, "{}", ran.err);
}

#[test]
fn a_new_rule_is_globbed_sensibly() {
    let file = capture("django-migrate-fails/full.txt");
    let place = format!("{}:{}", file.display(), line_of(&file, "python manage.py check"));
    let drafted = ends(run(&["rules", "new", "--no-config", "--from", &place]), 0).out;
    for part in [
        "[[rule]]\nid = \"",
        "verdict = \"review\"",
        "function = \"cmd.run\"",
        "[[rule.example]]\noutput = '''\nlocal:",
    ] {
        assert!(drafted.contains(part), "{part}: {drafted}");
    }
    // A draft is told from a rule; once it has its words it is one.
    let folder = tempfile::tempdir().unwrap();
    let check = || ends(run_in(folder.path(), &["rules", "check", "mine.toml"]), 0).out;
    fs::write(folder.path().join("mine.toml"), &drafted).unwrap();
    assert!(check().contains("is a draft still"), "{}", check());
    let says = drafted.lines().find(|line| line.starts_with("says = ")).unwrap();
    let finished = drafted.replace(says, "says = \"Django checked itself\"");
    fs::write(folder.path().join("mine.toml"), finished.replace("\"review\"", "\"benign\"")).unwrap();
    assert_eq!(check(), "1 rule: all laws hold.\n");

    let place = format!("{}:{}", file.display(), line_of(&file, "migrate --noinput"));
    let drafted = ends(run(&["rules", "new", "--no-config", "--from", &place]), 0).out;
    for part in ["verdict = \"action-required\"", "outcome = \"failed\"", "help = ["] {
        assert!(drafted.contains(part), "{part}: {drafted}");
    }
}

#[test]
fn a_list_of_rules_is_for_programs_too() {
    let told = ends(run(&["rules", "list", "--no-config", "--format", "json", "django/migrate"]), 0).out;
    let listed: Value = serde_json::from_str(&told).unwrap();
    let rule = &listed[0];
    assert_eq!((&rule["id"], &rule["verdict"]), (&"django/migrate".into(), &"benign".into()), "{told}");
    assert_eq!(rule["when"]["function"], "\"cmd.run\"", "{told}");
    assert!(rule["line"].as_u64() > Some(1) && rule["builtin"] == true, "{told}");
}

#[test]
fn coverage_says_what_no_rule_speaks_for() {
    let file = capture("django-migrate-fails/full.txt");
    let arguments = ["rules", "coverage", "--no-config", "--no-builtin-rules", file.to_str().unwrap()];
    let told = ends(run(&arguments), 0).out;
    assert!(told.contains("changed: a rule speaks for 0 of 13 (0.0 %)"), "{told}");
    assert!(told.contains("cmd.run") && told.contains("manage.py check"), "{told}");
    let told = ends(run(&["rules", "coverage", "--no-config", file.to_str().unwrap()]), 0).out;
    assert!(told.contains("Never needed here") && !told.contains("apache/reloaded"), "{told}");
    // For programs, all of it; and what only its owner can know is told from what a rule is missing for.
    let own = capture("look-alikes/full.txt");
    let told =
        ends(run(&["rules", "coverage", "--no-config", "--format", "json", own.to_str().unwrap()]), 0).out;
    let told: Value = serde_json::from_str(&told).unwrap();
    let changed = &told["counts"]["changed"];
    assert!(changed["of_your_own"].as_u64() > Some(0), "{changed}");
    assert!(changed["total"].as_u64() > changed["spoken"].as_u64(), "{changed}");
    assert!(told["silent"][0]["first"].as_str().is_some_and(|place| place.contains("full.txt:")), "{told}");
    ends(run(&["rules", "coverage", "--no-config", "nothing-there"]), 3);
    ends(run(&["rules", "coverage", "--no-config"]), 2);
}

#[test]
fn the_schema_that_is_checked_in_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/rules.json");
    let printed = ends(run(&["rules", "schema"]), 0).out;
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &printed).unwrap();
    }
    assert_eq!(printed, fs::read_to_string(&file).unwrap(), "BLESS=1 cargo test writes it");
}

#[test]
fn the_page_of_all_rules_names_each_of_them() {
    let page = ends(run(&["rules", "docs", "--no-config"]), 0).out;
    let listed = ends(run(&["rules", "list", "--no-config"]), 0).out;
    for line in listed.lines() {
        let id = line.split_whitespace().nth(1).unwrap();
        assert!(page.contains(&format!("\n### {id}\n")), "{id}");
    }
}
