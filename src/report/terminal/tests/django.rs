//! A deployment that failed: the database is away, so the migrations fail, and five states are not run.

use super::*;

const STDERR: &str = r#"Traceback (most recent call last):
  File "/srv/docs/.ve/lib/python3.11/site-packages/django/db/backends/base/base.py", line 289, in ensure_connection
    self.connect()
  File "/srv/docs/.ve/lib/python3.11/site-packages/django/utils/asyncio.py", line 26, in inner
    return func(*args, **kwargs)
  File "/srv/docs/.ve/lib/python3.11/site-packages/django/db/backends/base/base.py", line 270, in connect
    self.connection = self.get_new_connection(conn_params)
  File "manage.py", line 22, in <module>
    main()

The above exception was the direct cause of the following exception:

django.db.utils.OperationalError: connection to server at "10.0.3.7", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
"#;

const DIFF: &str = r#"--- 
+++ 
@@ -1,9 +1,12 @@
 [uwsgi]
-processes = 4
+processes = 8
 chdir = /srv/docs
 module = core.wsgi:application
-harakiri = 30
+harakiri = 60
+max-requests = 5000
+max-requests-delta = 500
+stats = /run/uwsgi/docs.stats
 master = true
 vacuum = true
 die-on-term = true
"#;

fn run(look: &Look) -> String {
    let mut run = Run::new(look);
    let docs = |line, end| at("docs", line, end);
    let known = |id| rule(id, Class::Benign, &[], None);

    let noise = Message {
        level: Some(Level::Warning),
        logger: Some(text("py.warnings")),
        ..message(
            Place { line: 1, end_line: 2, ..Place::default() },
            Kind::Log,
            "/usr/lib/python3/dist-packages/salt/transport/ipc.py:27: DeprecationWarning: encoding is deprecated, Use raw=False instead.",
        )
    };
    let says = "A warning about Salt's own code, which can be ignored";
    run.seen(Record::Message(noise), spoken(Class::Benign, known("salt/encoding"), says));

    run.clean("docs", 3, 12);
    let git = State {
        comment: Some(text("https://github.com/example/docs.git was fast-forwarded")),
        changes: Some(changes(r#"{"revision":{"old":"3f2a1c9","new":"b81d0e4"}}"#)),
        ..state(docs(101, 112), "git.latest", "https://github.com/example/docs.git", Outcome::Changed)
    };
    let says = "A new commit was deployed: 3f2a1c9 to b81d0e4";
    run.seen(Record::State(git), spoken(Class::Benign, known("django/deploy"), says));

    let ini = State {
        comment: Some(text("File /etc/uwsgi/apps-available/docs.ini updated")),
        changes: Some(changes(&serde_json::json!({ "diff": DIFF, "mode": "0644" }).to_string())),
        ..state(docs(113, 140), "file.managed", "/etc/uwsgi/apps-available/docs.ini", Outcome::Changed)
    };
    run.seen(Record::State(ini), Verdict::plain(Class::Review));

    let packages = State {
        comment: Some(text(
            "The following packages were installed/updated: nginx, libnginx-mod-http-geoip2\n",
        )),
        changes: Some(changes(
            r#"{"nginx":{"old":"1.18.0-6ubuntu14.3","new":"1.18.0-6ubuntu14.4"},"libnginx-mod-http-geoip2":{"old":"","new":"1.18.0-6ubuntu14.4"}}"#,
        )),
        ..state(docs(141, 160), "pkg.installed", "nginx", Outcome::Changed)
    };
    run.seen(Record::State(packages), Verdict::plain(Class::Review));

    let command = ". .ve/bin/activate; python manage.py migrate --noinput";
    let migrate = State {
        name: Some(text(command)),
        comment: Some(text(&format!("Command \"{command}\" run"))),
        changes: Some(changes(
            &serde_json::json!({ "pid": 4711, "retcode": 1, "stdout": "", "stderr": STDERR }).to_string(),
        )),
        ..state(docs(161, 190), "cmd.run", "migrate", Outcome::Failed)
    };
    let help = [
        "See whether PostgreSQL runs on the database server and listens on port 5432: systemctl status postgresql",
        "Then deploy again.",
    ];
    let no_database = rule(
        "django/no-database",
        Class::ActionRequired,
        &help,
        Some("https://docs.djangoproject.com/en/5.0/ref/databases/"),
    );
    run.seen(
        Record::State(migrate),
        spoken(
            Class::ActionRequired,
            no_database,
            "The database can't be reached, so no migration was applied",
        ),
    );

    for (number, id) in ["collectstatic", "compilemessages", "uwsgi", "apache2", "cron"].iter().enumerate() {
        let line = 191 + 8 * number as u64;
        let blocked = State {
            comment: Some(text("One or more requisite failed: docs.migrate")),
            ..state(docs(line, line + 7), "cmd.run", id, Outcome::Failed)
        };
        let cause = Cause {
            file: "deploy.log".into(),
            line: 161,
            minion: Some("docs".into()),
            id: Some("migrate".into()),
            name: Some(command.into()),
            function: Some("cmd.run".into()),
        };
        run.seen(Record::State(blocked), Verdict { cause: Some(cause), ..Verdict::plain(Class::Blocked) });
    }

    let password = State {
        changes: Some(changes(
            r#"{"pid":1,"retcode":0,"stdout":"","stderr":"Adding password for user prom"}"#,
        )),
        ..state(docs(240, 250), "cmd.run", "prometheus-client-apache-password", Outcome::Changed)
    };
    let says = "The same password was written again";
    run.seen(Record::State(password), spoken(Class::FalsePositive, known("apache/htpasswd"), says));
    let reload = state(docs(251, 262), "service.running", "apache2", Outcome::Changed);
    run.seen(Record::State(reload), spoken(Class::Benign, known("apache/reload"), "Apache was reloaded"));
    let unsaid = state(docs(263, 270), "file.touch", "/srv/docs/reload", Outcome::Changed);
    run.seen(Record::State(unsaid), Verdict { rule: Some(known("x/y")), ..Verdict::plain(Class::Benign) });
    run.end("docs", 271, 7004.0);
    run.finish()
}

#[test]
fn at_80_columns() {
    expect("django-80.txt", 80, &run(&look(80, Show::Attention)));
}

#[test]
fn at_200_columns() {
    expect("django-200.txt", 200, &run(&look(200, Show::Attention)));
}

#[test]
fn with_known_changes() {
    expect("django-changes.txt", 80, &run(&look(80, Show::Changes)));
}

#[test]
fn with_everything() {
    expect("django-all.txt", 80, &run(&look(80, Show::All)));
}

#[test]
fn in_ascii() {
    let shown = run(&Look { unicode: false, ..look(80, Show::Changes) });
    assert!(shown.is_ascii());
    expect("django-ascii.txt", 80, &shown);
}

#[test]
fn in_colour() {
    let shown = run(&Look { color: true, ..look(80, Show::Changes) });
    // Nothing but colour is different, and no row leaves it on.
    let mut plain = String::new();
    for line in shown.lines() {
        let mut on = false;
        for (number, piece) in line.split('\u{1b}').enumerate() {
            let text = if number == 0 {
                piece
            } else {
                let (sgr, text) = piece.split_once('m').unwrap();
                on = sgr != "[0";
                assert!(["[0", "[1", "[31", "[32", "[35", "[36"].contains(&sgr), "{sgr:?}");
                text
            };
            plain.push_str(text);
        }
        assert!(!on, "{line:?}");
        plain.push('\n');
    }
    assert_eq!(plain, run(&look(80, Show::Changes)));
}

/// Places are links to their files and pages to themselves, each row of them; nothing else of the report changes.
#[test]
fn places_are_links_where_the_terminal_follows_them() {
    let links = Links { host: "box".to_owned(), here: "/srv".into() };
    let plain = run(&Look { color: true, ..look(80, Show::Attention) });
    let linked = run(&Look { color: true, links: Some(links), ..look(80, Show::Attention) });
    assert!(linked.contains("\x1b]8;;file://box/srv/deploy.log\x1b\\\x1b[36mdeploy.log:"), "{linked}");
    let link = regex::Regex::new("\x1b\\]8;;[!-\\[\\]-~]*\x1b\\\\").expect("it is a pattern");
    assert_eq!(link.replace_all(&linked, ""), plain);
}
