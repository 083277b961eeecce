//! What the report for people explains beyond a record: what made a service restart, what a failure stopped, where in
//! the sources something stands.

use std::fs;

use crate::program::{of_type, pipe, records, run};
use crate::story::fixtures;

fn block(id: &str, function: &str, result: &str, comment: &str, changed: bool) -> String {
    let change =
        if changed { "              ----------\n              what:\n                  done\n" } else { "" };
    format!(
        "----------\n          ID: {id}\n    Function: {function}\n      Result: {result}\n     Comment: {comment}\n     \
         Started: 10:00:00.000000\n    Duration: 1.5 ms\n     Changes:   \n{change}"
    )
}

fn whole(minion: &str, blocks: &[String]) -> String {
    let count = |what: &str| blocks.iter().filter(|block| block.contains(what)).count();
    let (failed, changed) = (count("Result: False"), count("what:"));
    let succeeded = blocks.len() - failed;
    format!(
        "{minion}:\n{}\nSummary for {minion}\n------------\nSucceeded: {succeeded} (changed={changed})\nFailed:    {failed}\n\
         ------------\nTotal states run:     {}\nTotal run time:   3.000 ms\n",
        blocks.concat(),
        blocks.len()
    )
}

/// The report in one line, so that its width does not matter.
fn said(options: &[&str], input: &str) -> String {
    let arguments: Vec<&str> = ["--no-config"].iter().chain(options).copied().collect();
    pipe(&arguments, input.as_bytes()).out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_restart_is_explained_by_the_change_that_caused_it() {
    let nginx = |changed| block("nginx-conf", "file.managed", "True", "It is so.", changed);
    let restart = block("nginx", "service.running", "True", "Service restarted", true);
    let input =
        whole("web1", &[block("a", "test.nop", "True", "Success!", false), nginx(true), restart.clone()]);
    assert!(said(&["--show", "all"], &input).contains("nginx-conf changed"));
    let stored = pipe(&["--no-config", "-f", "ndjson"], input.as_bytes()).out;
    assert_eq!(of_type(&records(&stored), "state")[2]["triggered_by"], "nginx-conf");
    // One of two: Salt does not say which.
    let other = block("other-conf", "file.managed", "True", "It is so.", true);
    let either = whole("web1", &[nginx(true), other, restart]);
    assert!(!said(&["--show", "all"], &either).contains("because"));
}

#[test]
fn what_failhard_stops_is_told_as_far_as_output_tells() {
    let state = |id: &str, result| block(id, "test.nop", result, "Said.", false);
    let went_on: Vec<String> = ["a", "b", "c", "d", "e"].map(|id| state(id, "True")).to_vec();
    let stopped = [state("a", "True"), state("b", "False")];
    let fleet = format!("{}{}", whole("web1", &stopped), whole("web2", &went_on));
    let fleet = said(&[], &fleet);
    assert!(fleet.contains("it is the last state of the run: with failhard"), "{fleet}");
    assert!(fleet.contains("another run held 5 states"), "{fleet}");
    assert!(fleet.contains("web1 after 2 states stdin:"), "{fleet}");
    // It did not stop anything.
    let on = [state("a", "False"), state("b", "True")];
    let on = said(&[], &format!("{}{}", whole("web1", &on), whole("web2", &went_on)));
    assert!(!on.contains("failhard"), "{on}");
}

#[test]
fn what_salt_quotes_and_what_is_declared_is_shown_as_source() {
    let roots = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = roots.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("fail/badjinja.sls", "x:\n  cmd.run:\n    - name: {{ undefined_thing.attr }}\n");
    put(
        "project/init.sls",
        "first:\n  test.nop: []\n\n# why\nmigrate:\n  cmd.run:\n    - name: manage.py\n    - env:\n      - DB_PASSWORD: \
         hunter2hunter2\n\nnext:\n  test.nop: []\n",
    );
    let roots = roots.path().to_str().unwrap();
    let of = |story: &str, options: &[&str]| {
        let file = fixtures().join(story);
        let arguments: Vec<&str> =
            ["--no-config", file.to_str().unwrap()].iter().chain(options).copied().collect();
        run(&arguments).out
    };
    let quoted = of("jinja-undefined/full.txt", &[]);
    let frame = ",-[base:fail.badjinja:3]\n      1 | x:\n      2 |   cmd.run:\n    > 3 |     - name: {{ \
                 undefined_thing.attr }}    <======\n        `-\n";
    assert!(ascii(&quoted).contains(frame), "{quoted}");
    let file = of("jinja-undefined/full.txt", &["--states-root", roots]);
    assert!(file.split_whitespace().collect::<String>().contains("fail/badjinja.sls:3]"), "{file}");
    let state = of("reports/a-failed-deployment/run.txt", &["--states-root", roots]);
    let rows = [
        "5 | migrate:",
        "6 |   cmd.run:",
        "7 |     - name: manage.py",
        "8 |     - env:",
        "9 |       - DB_PASSWORD: ‹masked›",
    ];
    let margin = "\n               ";
    assert!(ascii(&state).contains(&format!("{margin}{}{margin}  `-", rows.join(margin))), "{state}");
    let open = of("reports/a-failed-deployment/run.txt", &["--states-root", roots, "--no-redact"]);
    assert!(open.contains("hunter2hunter2"), "{open}");
}

/// The frame in signs that every locale has.
fn ascii(text: &str) -> String {
    text.replace("╭─[", ",-[").replace('│', "|").replace("╰─", "`-")
}
