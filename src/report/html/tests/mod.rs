//! The page as it is written. `BLESS=1 cargo test` writes `page.html` anew: look at it then. What a browser makes of it
//! is held by `tests/browser`.

use std::path::Path;

use super::page::{SCRIPT, STYLE};
use crate::digest::{Digest, FailOn, Problem};
use crate::record::{
    Class, Kind, Message, Outcome, Parent, Place, Record, RunEnd, State, Stray, Summary, Text,
};
use crate::report::sample::{Page, at, changes, message, rule, spoken, state, text};
use crate::report::{Format, Look, Report, Seen, Show, open};
use crate::verdict::{Cause, Verdict};

mod hostile;

const LOOK: Look = Look {
    color: false,
    unicode: true,
    width: 1_000_000,
    show: Show::Changes,
    group: false,
    links: None,
    states: None,
};

/// A page that is being made, and the terminal's report of the same.
struct Run {
    page: Page,
    terminal: Page,
    reports: [Box<dyn Report>; 2],
    digest: Digest,
}

impl Run {
    fn new() -> Self {
        let (page, terminal) = (Page::default(), Page::default());
        let reports = [
            open(Format::Html, &LOOK, Box::new(page.clone())),
            open(Format::Terminal, &LOOK, Box::new(terminal.clone())),
        ];
        Run { page, terminal, reports, digest: Digest::default() }
    }

    fn seen(&mut self, record: Record<'static>, verdict: Verdict<'static>) {
        self.digest.note("deploy.log", &record, &verdict);
        let seen = Seen { file: "deploy.log", record: &record, verdict: &verdict, digest: &self.digest };
        for report in &mut self.reports {
            report.record(&seen).unwrap();
        }
    }

    /// The page, and the last line of the terminal's report.
    fn finish(mut self) -> (String, String) {
        let exit = self.digest.exit(FailOn::ActionRequired);
        for report in &mut self.reports {
            report.finish(&self.digest, exit).unwrap();
        }
        let last = self.terminal.text().lines().last().unwrap().to_owned();
        (self.page.text(), last)
    }
}

/// A failed command, what it blocked, a change with its diff, a clean state; and a minion that is away.
fn deployment() -> Run {
    let mut run = Run::new();
    let place = |line| at("docs", line, line + 9);
    let diff = changes(
        "{\"diff\": \"--- \\n+++ \\n@@ -1,2 +1,2 @@\\n [uwsgi]\\n-processes = 4\\n+processes = 8\\n\"}",
    );
    run.seen(
        Record::State(State {
            comment: Some(text("File /etc/uwsgi.ini is in the correct state")),
            started: Some(text("10:00:00.250000")),
            duration_ms: Some(12.5),
            ..state(place(2), "file.managed", "/etc/uwsgi.ini", Outcome::Clean)
        }),
        Verdict::plain(Class::Clean),
    );
    let known = rule("file-states/rewritten", Class::Review, &["Read the diff."], None);
    run.seen(
        Record::State(State {
            name: Some(text("/etc/uwsgi/docs.ini")),
            comment: Some(text("File updated")),
            changes: Some(diff),
            ..state(place(12), "file.managed", "uwsgi", Outcome::Changed)
        }),
        spoken(Class::Review, known, "The content of /etc/uwsgi/docs.ini changed"),
    );
    let url = "https://docs.djangoproject.com/";
    let failed =
        rule("django/database", Class::ActionRequired, &["Start it.", "Run the state again."], Some(url));
    run.seen(
        Record::State(State {
            name: Some(text("python manage.py migrate")),
            comment: Some(text("Command \"python manage.py migrate\" run")),
            changes: Some(changes(
                "{\"pid\": 7, \"retcode\": 1, \"stderr\": \"Traceback:\\n  x\\nOperationalError: refused\", \"stdout\": \"\"}",
            )),
            ..state(place(22), "cmd.run", "migrate", Outcome::Failed)
        }),
        spoken(Class::ActionRequired, failed, "The database refused the connection"),
    );
    let cause = Cause {
        file: "deploy.log".into(),
        line: 22,
        minion: Some("docs".into()),
        id: Some("migrate".into()),
        name: Some("python manage.py migrate".into()),
        function: Some("cmd.run".into()),
    };
    run.seen(
        Record::State(State {
            comment: Some(text("One or more requisite failed: docs.migrate")),
            ..state(place(42), "service.running", "uwsgi", Outcome::Failed)
        }),
        Verdict { cause: Some(cause), ..Verdict::plain(Class::Blocked) },
    );
    let end = RunEnd { at: place(52), complete: true };
    run.seen(Record::RunEnd(end), Verdict::plain(Class::Clean));
    let away = message(at("web1", 62, 63), Kind::Return, "Minion did not return. [No response]");
    run.seen(Record::Message(away), Verdict::plain(Class::ActionRequired));
    run
}

/// What stands between two pieces of text, for each time they do.
fn between<'p>(page: &'p str, from: &str, to: &str) -> Vec<&'p str> {
    page.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

/// The rows of all chunks, with what stands in their tables.
fn rows(page: &str) -> Vec<serde_json::Value> {
    let chunks = between(page, "<script type=\"application/json\" class=\"rows\">", "</script>");
    chunks.into_iter().map(|chunk| serde_json::from_str(chunk).expect("rows are JSON")).collect()
}

#[test]
fn a_deployment_that_failed() {
    let (page, _) = deployment().finish();
    let page = page.replace(STYLE, "STYLE").replace(SCRIPT, "SCRIPT");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0].to_owned();
    let page = page.replace(&policy, "POLICY");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/html/tests/page.html");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(&expected, &page);
    assert!(page == expected, "BLESS=1 writes page.html anew\n{}", diff.unified_diff());
}

#[test]
fn the_answer_is_the_terminals() {
    let (page, last) = deployment().finish();
    let shown = format!(
        "{}: {}",
        between(&page, "<span class=\"word\">", "<")[0],
        between(&page, "<span class=\"text\">", "<")[0]
    );
    assert!(shown.contains("FAILED: 2 need you"), "{shown}");
    assert!(last.starts_with(&format!("{shown} Start at deploy.log:22.   [exit 1]")), "{shown}\n{last}");
    assert!(page.contains("<span class=\"exit\">exit 1</span>"));
}

#[test]
fn a_cause_is_a_link_to_the_failure() {
    let (page, _) = deployment().finish();
    let links = between(&page, "because of <a href=\"#", "\"");
    assert_eq!(links.len(), 1);
    assert!(links[0].starts_with("L22-"), "{links:?}");
    assert!(page.contains(&format!("id=\"{}\"", links[0])), "{links:?}");
    let start = between(&page, "Start at <a href=\"#", "\"");
    assert_eq!(start, links);
    // The rows know the same names.
    let rows = rows(&page);
    assert_eq!(rows[0]["rows"][3][13], links[0]);
    assert_eq!(rows[0]["rows"][2][11], links[0]);
}

#[test]
fn the_policy_lets_this_script_and_this_style_in_and_nothing_else() {
    let (page, _) = deployment().finish();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0];
    let policy = policy.replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for refused in ["unsafe", "http", "*", "'self'", "nonce"] {
        assert!(!policy.contains(refused), "{policy}");
    }
    let script = between(&page, "<script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    assert_eq!((script.len(), style.len()), (1, 1), "what would end them early");
    for (kind, content) in [("script", script[0]), ("style", style[0])] {
        let wanted = format!("{kind}-src 'sha256-{}'", super::page::hash(content));
        assert!(policy.contains(&wanted), "{wanted}\n{policy}");
    }
    // As every list of such values has it.
    assert_eq!(super::page::hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_eq!(super::page::hash("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    for pasted in [" style=\"", " style='", " onclick", " onload", "src=\""] {
        assert!(!page.replace(SCRIPT, "").replace(STYLE, "").contains(pasted), "{pasted}");
    }
}

#[test]
fn the_page_is_written_as_records_come() {
    let mut run = Run::new();
    for line in 0..10_000 {
        let id = format!("/etc/{line}");
        let state = state(at("web1", line * 8 + 1, line * 8 + 8), "file.managed", &id, Outcome::Clean);
        run.seen(Record::State(state), Verdict::plain(Class::Clean));
    }
    let before = run.page.text();
    assert!(rows(&before).len() >= 3, "{} chunks before the end", rows(&before).len());
    let (page, _) = run.finish();
    let rows = rows(&page);
    let all: usize = rows.iter().map(|chunk| chunk["rows"].as_array().unwrap().len()).sum();
    assert_eq!(all, 10_000);
    assert!(rows.iter().all(|chunk| chunk["minions"].as_array().unwrap().len() == 1));
    let each = (page.len() - STYLE.len() - SCRIPT.len()) / 10_000;
    assert!(each < 60, "{each} bytes for a clean state that says little");
}

#[test]
fn what_there_is_no_room_for_is_a_row_that_says_where_it_stands() {
    let mut run = Run::new();
    let comment = "refused\n".repeat(39);
    for line in 0..9_000_u64 {
        let state = State {
            comment: Some(text(&comment)),
            ..state(at("web1", line + 1, line + 1), "cmd.run", &format!("x{line}"), Outcome::Failed)
        };
        run.seen(Record::State(state), Verdict::plain(Class::ActionRequired));
    }
    let (page, _) = run.finish();
    let worded = page.matches("<article class").count();
    assert!((1000..9000).contains(&worded), "{worded}");
    let rows = rows(&page);
    let rows: Vec<_> = rows.iter().flat_map(|chunk| chunk["rows"].as_array().unwrap()).collect();
    assert_eq!(rows.len(), 9000);
    assert_eq!(rows.iter().filter(|row| row[12] == 1).count(), worded, "the script counts on it");
    assert!(page.len() < 12 << 20, "{}", page.len());
}

#[test]
fn a_run_that_can_not_be_trusted_says_why() {
    let mut run = Run::new();
    run.seen(
        Record::State(state(at("web1", 1, 8), "test.nop", "a", Outcome::Clean)),
        Verdict::plain(Class::Clean),
    );
    run.digest.problem(Problem {
        kind: "cut",
        file: "deploy.log".into(),
        minion: Some("web1".into()),
        line: Some(8),
        text: "web1: 1 state without its Summary".into(),
    });
    run.digest.complete = false;
    let (page, last) = run.finish();
    assert!(last.starts_with("INCOMPLETE: "), "{last}");
    assert!(page.contains("<section class=\"answer alarm\""));
    assert!(page.contains("web1: 1 state without its Summary <span class=\"place\">deploy.log:8</span>"));
    assert!(page.contains("exit 3: not verified"), "{last}");
}

#[test]
fn nothing_at_all_is_a_page_too() {
    let (page, last) = Run::new().finish();
    assert!(last.starts_with("OK: "), "{last}");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(rows(&page).is_empty());
}
