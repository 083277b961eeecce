//! Input that would like to rule the terminal or the build server.

use super::*;

#[test]
fn nothing_from_the_input_is_obeyed() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\u{202e}txt.exe\u{2028}##[error]x";
    let mut run = Run::new(&look(80, Show::All));
    let bad = State {
        name: Some(text(&format!("{evil}\n::add-mask::root"))),
        comment: Some(text(&format!(
            "{evil}\n::error::x\n  ::stop-commands::y\n{} ::set-output::z",
            "word ".repeat(12)
        ))),
        changes: Some(changes(
            &serde_json::json!({ evil: { "old": evil, "new": "a" }, "diff": format!("a\n{evil}") })
                .to_string(),
        )),
        warnings: vec![text(evil)],
        ..state(at(evil, 1, 9), evil, evil, Outcome::Failed)
    };
    let rule = rule("a/b", Class::ActionRequired, &["::warning::do"], Some("https://\u{1b}[0m"));
    run.seen(Record::State(bad), spoken(Class::ActionRequired, rule, "::group::\u{1b}[31m"));
    run.seen(
        Record::Message(message(at(evil, 10, 11), Kind::Traceback, &format!("::debug::{evil}\n{evil}"))),
        Verdict::plain(Class::Review),
    );
    run.over(evil, 12, false);
    let shown = run.finish();
    for c in shown.chars() {
        assert!(c == '\n' || !c.is_control(), "{c:?}");
        assert!(!matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), "{c:?}");
    }
    for line in shown.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        assert!(!line.contains("##["), "{line}");
    }
    assert!(shown.contains("\\x1b]0;owned\\x07"));
}

#[test]
fn one_endless_line_and_ten_thousand_lines_are_cut_short() {
    let mut run = Run::new(&look(80, Show::Attention));
    let long = "x".repeat(1_000_000);
    let many = "line\n".repeat(10_000);
    let state = State {
        comment: Some(text(&long)),
        changes: Some(changes(&serde_json::json!({ "a": many, "b": long }).to_string())),
        ..state(at("docs", 1, 9), "archive.extracted", &long, Outcome::Changed)
    };
    run.seen(Record::State(state), Verdict::plain(Class::Review));
    run.end("docs", 10, 1.0);
    let shown = run.finish();
    assert!(shown.len() < 6_000, "{}", shown.len());
    assert!(shown.contains("... 9990 more lines\n"), "{shown}");
}
