//! Input that would like to be markup, script, or a link.

use super::*;

#[test]
fn text_never_becomes_markup() {
    let evil = "</script></noscript></pre><script>alert(1)</script><img src=x onerror=alert(1)>\
                \u{1b}]0;owned\u{7}\u{202e}\u{2028}<!--\"'`&lt;]]>\u{0}</article><article";
    let mut run = Run::new();
    let nested = serde_json::json!({ evil: { "old": evil, "new": "a" }, "diff": format!("--- \n+++ \n@@\n+{evil}"), "l": [evil, [evil]] });
    let mut place = at(evil, 1, 9);
    place.parent = Some(Parent { minion: Some(text(evil)), id: text(evil) });
    let bad = State {
        name: Some(text(&format!("{evil}2"))),
        sls: Some(text(evil)),
        comment: Some(text(&format!("{evil}\n{evil}"))),
        changes: Some(changes(&nested.to_string())),
        started: Some(text(evil)),
        warnings: vec![text(evil)],
        ..state(place, evil, evil, Outcome::Failed)
    };
    let known =
        rule("a/b", Class::ActionRequired, &["<b>do</b>", evil_static()], Some("javascript:alert(1)"));
    let cause = Cause {
        file: evil.into(),
        line: 3,
        minion: Some(evil.into()),
        id: Some(evil.into()),
        name: None,
        function: Some(evil.into()),
    };
    let says = "</article><svg onload=alert(1)>\u{202e}";
    run.seen(Record::State(bad.clone()), spoken(Class::ActionRequired, known, says));
    run.seen(Record::State(bad), Verdict { cause: Some(cause), ..Verdict::plain(Class::Blocked) });
    let log = Message {
        logger: Some(text(evil)),
        time: Some(text(evil)),
        ..message(at(evil, 10, 11), Kind::Log, evil)
    };
    run.seen(Record::Message(log), Verdict::plain(Class::Review));
    run.seen(
        Record::Stray(Stray { at: Place { line: 12, end_line: 12, ..Place::default() }, text: text(evil) }),
        Verdict::plain(Class::Clean),
    );
    run.seen(
        Record::Summary(Summary { at: at(evil, 13, 14), ..Summary::default() }),
        Verdict::plain(Class::Review),
    );
    run.digest.problem(Problem {
        kind: "cut",
        file: evil.into(),
        minion: Some(evil.into()),
        line: Some(8),
        text: evil.into(),
    });
    let (page, _) = run.finish();
    for c in page.chars() {
        assert!(c == '\n' || !c.is_control(), "{c:?}");
        assert!(!matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), "{c:?}");
    }
    let page = page.replace(STYLE, "").replace(SCRIPT, "");
    assert!(page.contains("alert(1)"), "it is there to be read");
    // As many elements as the report itself writes.
    assert_eq!(page.matches("<article").count(), 4);
    assert_eq!(page.matches("</article>").count(), 4);
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script").count(), 3);
    assert_eq!(page.matches("<noscript").count(), page.matches("</noscript").count());
    assert_eq!(page.matches("<noscript").count(), 2);
    for markup in ["<img", "<svg", "<b>do", "<!--", "javascript:", "onerror=\"", "]]><"] {
        let markup_stands = page.contains(markup);
        assert!(!markup_stands, "{markup}");
    }
    let rows = rows(&page);
    assert_eq!(rows[0]["rows"].as_array().unwrap().len(), 5);
}

fn evil_static() -> &'static str {
    "</li><script>alert(2)</script>\u{1b}[31m"
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_state_holds_its_page_has_one_article(id: String, comment: String, key: String, value: String) {
        let mut run = Run::new();
        let json = serde_json::json!({ key: value }).to_string();
        let bad = State {
            comment: Some(Text::owned(comment)),
            changes: Some(changes(&json)),
            ..state(at("m", 1, 2), "file.managed", &id, Outcome::Changed)
        };
        run.seen(Record::State(bad), Verdict::plain(Class::Review));
        let (page, _) = run.finish();
        let page = page.replace(STYLE, "").replace(SCRIPT, "");
        assert_eq!(page.matches("<article").count(), 1);
        assert_eq!(page.matches('<').count(), page.matches('>').count(), "{page}");
        assert_eq!(rows(&page).len(), 1);
    }
}
