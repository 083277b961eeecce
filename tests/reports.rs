//! Every report, over every capture: laws that hold for all formats there are, so that a new one is in by itself; the
//! same three runs in each format, with what is expected beside them; and published shapes against their schemas.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

use saltlint::digest::FailOn;
use saltlint::frame::InputFormat;
use saltlint::input::Source;
use saltlint::report::{self, Format, Look, Report, Show};
use saltlint::rules::Rules;
use saltlint::run::{self, Options, Replay};
use serde_json::Value;

use crate::program;
use crate::story::{self, fixtures};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load(true, &[]).unwrap());

/// What a report wrote.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reports of these formats, and where they write.
fn open(formats: &[Format], show: Show) -> (Vec<Box<dyn Report>>, Vec<Page>) {
    let look =
        Look { color: false, unicode: true, width: 100, show, group: false, links: None, states: None };
    let pages: Vec<Page> = formats.iter().map(|_| Page::default()).collect();
    let one = |(format, page): (&Format, &Page)| report::open(*format, &look, Box::new(page.clone()));
    (formats.iter().zip(&pages).map(one).collect(), pages)
}

fn texts(pages: &[Page]) -> Vec<String> {
    pages.iter().map(|page| String::from_utf8(page.0.borrow().clone()).expect("reports are UTF-8")).collect()
}

/// What these formats say of a capture.
fn of_input(file: &Path, formats: &[Format], show: Show, redact: bool) -> Vec<String> {
    let (reports, pages) = open(formats, show);
    let options = Options {
        inputs: vec![Source::Path(file.to_owned())],
        input_format: InputFormat::Auto,
        rules: &RULES,
        reports,
        fail_on: FailOn::ActionRequired,
        expect: vec!["web1".to_owned(), "nobody*".to_owned()],
        only: Vec::new(),
        progress: None,
        stats: false,
        tee: None,
        redact,
    };
    run::run(options).unwrap();
    texts(&pages)
}

/// All captures, and JSON returns beside them.
fn captures() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        story::stories().into_iter().flat_map(|it| [Some(it.file), it.truth]).flatten().collect();
    files.extend(["full.txt", "return.json"].map(|file| fixtures().join("hostile-text").join(file)));
    files.extend(["full.txt", "return.json"].map(|file| fixtures().join("planted-secrets").join(file)));
    files.sort();
    files.dedup();
    assert!(files.len() > 100);
    files
}

#[test]
fn reports_from_stored_records_are_those_from_the_input() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stored-records");
    fs::create_dir_all(&folder).unwrap();
    for (number, file) in captures().into_iter().enumerate() {
        // Each way for every other capture: it is the same records.
        let ways =
            [(Format::Ndjson, Show::Changes), (Format::Json, Show::All), (Format::Ndjson, Show::Attention)];
        for (stored, show) in [ways[number % ways.len()]] {
            let formats: Vec<Format> = Format::ALL.iter().copied().chain([stored]).collect();
            let expected = of_input(&file, &formats, show, true);
            let records = folder.join(format!("{}.{}", std::process::id(), stored.name()));
            fs::write(&records, expected.last().unwrap()).unwrap();
            let (reports, pages) = open(&formats, show);
            let inputs = vec![Source::Path(records)];
            run::replay(Replay {
                inputs,
                reports,
                only: Vec::new(),
                fail_on: FailOn::ActionRequired,
                redact: true,
            })
            .unwrap();
            for ((format, expected), got) in formats.iter().zip(expected).zip(texts(&pages)) {
                let name = format!("{} {}", file.display(), format.name());
                similar_asserts(&name, &expected, &got);
            }
        }
    }
}

/// Fails with the first lines that differ.
fn similar_asserts(name: &str, expected: &str, got: &str) {
    if expected == got {
        return;
    }
    let pair = expected.lines().zip(got.lines()).find(|(expected, got)| expected != got);
    let cut = |line: &str| line.chars().take(2000).collect::<String>();
    let (expected, got) = pair.map_or(("(length)".into(), "(length)".into()), |(a, b)| (cut(a), cut(b)));
    panic!("{name}:\nexpected {expected}\ngot      {got}");
}

#[test]
fn the_same_three_runs_in_every_format() {
    let folder = fixtures().join("reports");
    let bless = std::env::var_os("BLESS").is_some();
    let mut runs = 0;
    let mut stories: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    stories.sort();
    for story in stories {
        runs += 1;
        let name = story.file_name().unwrap().to_string_lossy().into_owned();
        let input = format!("fixtures/reports/{name}/run.txt");
        let formats = Format::ALL;
        let (reports, pages) = open(formats, Show::Attention);
        let options = Options {
            inputs: vec![Source::Path(input.into())],
            input_format: InputFormat::Auto,
            rules: &RULES,
            reports,
            fail_on: FailOn::ActionRequired,
            expect: Vec::new(),
            only: Vec::new(),
            progress: None,
            stats: false,
            tee: None,
            redact: true,
        };
        run::run(options).unwrap();
        for (format, got) in formats.iter().zip(texts(&pages)) {
            let got = if format.name() == "html" { bare(&got) } else { got };
            let file = story.join(format!("report.{}", format.name()));
            if bless {
                fs::write(&file, &got).unwrap();
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            similar_asserts(
                &format!("{name} {} (BLESS=1 cargo test writes it)", format.name()),
                &expected,
                &got,
            );
        }
    }
    assert_eq!(runs, 3);
}

/// A page without its script, its style and what holds them in place: what it says.
fn bare(page: &str) -> String {
    let mut bare = page.to_owned();
    for (from, to) in [("<style>", "</style>"), ("<script>", "</script>"), ("&#39;sha256-", "&#39;")] {
        let pieces: Vec<String> = bare.split(from).map(str::to_owned).collect();
        let rest = |piece: &String| {
            piece.split_once(to).map_or(String::new(), |(_, rest)| format!("{from}{to}{rest}"))
        };
        bare = pieces.iter().take(1).cloned().chain(pieces.iter().skip(1).map(rest)).collect();
    }
    bare
}

#[test]
fn no_planted_secret_is_in_any_report_and_ordinary_text_is() {
    let folder = fixtures().join("planted-secrets");
    let lines =
        |file| fs::read_to_string(folder.join(file)).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    let (secrets, ordinary) = (lines("secrets.txt"), lines("ordinary.txt"));
    assert!(secrets.len() > 20 && ordinary.len() > 8);
    // As JSON, XML, HTML and URLs write them, too.
    let plain = |text: &str| text.replace("\\\"", "\"").replace("&quot;", "\"");
    let mut seen = String::new();
    for input in ["full.txt", "return.json"] {
        let input = folder.join(input);
        for show in [Show::Attention, Show::Changes, Show::All] {
            for (format, got) in Format::ALL.iter().zip(of_input(&input, Format::ALL, show, true)) {
                let got = plain(&got);
                for secret in &secrets {
                    assert!(
                        !got.contains(secret.as_str()),
                        "{secret} is in {} of {}",
                        format.name(),
                        input.display()
                    );
                }
            }
        }
        let masked = of_input(&input, &[Format::Ndjson], Show::All, true).remove(0);
        assert!(masked.contains("‹masked›"));
        for text in &ordinary {
            assert!(masked.contains(text.as_str()), "{text} was eaten of {}", input.display());
        }
        seen.push_str(&plain(&of_input(&input, &[Format::Ndjson], Show::All, false).remove(0)));
    }
    for secret in &secrets {
        assert!(seen.contains(secret.as_str()), "{secret} is not in the fixture");
    }
}

/// What a terminal, a browser or a log viewer would obey or be fooled by.
fn is_control(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn hostile_text_is_obeyed_by_nobody() {
    for input in ["full.txt", "return.json"] {
        let input = fixtures().join("hostile-text").join(input);
        for show in [Show::Attention, Show::All] {
            for (format, got) in Format::ALL.iter().zip(of_input(&input, Format::ALL, show, true)) {
                let name = format!("{} of {}", format.name(), input.display());
                if let Some((line, c)) =
                    got.lines().find_map(|line| Some((line, line.chars().find(|c| is_control(*c))?)))
                {
                    panic!("{c:?} in {name}: {line}");
                }
                hostile_in(*format, &name, &got);
            }
        }
    }
}

/// What each format must not hold besides.
fn hostile_in(format: Format, name: &str, got: &str) {
    match format.name() {
        "github" => {
            for line in got.lines() {
                let ours = ["::error ", "::warning ", "::notice ", "saltlint: "];
                assert!(ours.iter().any(|start| line.starts_with(start)), "{name}: {line}");
                assert!(!line.contains("##["), "{name}: {line}");
                if let Some(rest) = line.strip_prefix("::") {
                    let (command, _) = rest.split_once("::").unwrap();
                    let title = command.split(",title=").nth(1).or_else(|| command.split(" title=").nth(1));
                    assert!(!title.unwrap().contains([':', ',']), "{name}: {line}");
                }
            }
        }
        "markdown" => {
            let mut fenced: Option<String> = None;
            let mut open = 0;
            for line in got.lines() {
                let ticks = line.len() - line.trim_start_matches('`').len();
                match &fenced {
                    Some(fence) if line.trim() == fence => fenced = None,
                    Some(_) => {}
                    None if ticks >= 3 => fenced = Some("`".repeat(ticks)),
                    None => {
                        open += i32::from(line.starts_with("<details>")) - i32::from(line == "</details>");
                        for evil in [
                            "<script",
                            "<img",
                            "](",
                            "@everyone",
                            "**bold",
                            "`code",
                            "http://evil",
                            "<b>evil",
                        ] {
                            assert!(!line.contains(evil), "{name}: {evil} in {line}");
                        }
                    }
                }
            }
            assert_eq!(fenced, None, "{name}: a code block is left open");
            assert_eq!(open, 0, "{name}: a fold is left open");
        }
        "junit" | "checkstyle" => {
            for c in got.chars() {
                let legal =
                    matches!(c, '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
                assert!(legal, "{name}: {c:?} is no XML");
            }
            let mut reader = quick_xml::Reader::from_str(got);
            let mut elements = 0;
            loop {
                match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                        elements += 1;
                        tag.attributes().for_each(|it| drop(it.unwrap()));
                        assert!(!matches!(tag.name().as_ref(), "script" | "img"), "{name}");
                    }
                    _ => {}
                }
            }
            assert!(elements > 5, "{name}");
        }
        "prometheus" => {
            for line in got.lines().filter(|line| !line.starts_with("# ")) {
                assert!(
                    line.starts_with("saltlint_") && !line.starts_with("saltlint_evil"),
                    "{name}: {line}"
                );
                let value = line.rsplit(' ').next().unwrap();
                assert!(value.parse::<f64>().is_ok(), "{name}: {line}");
            }
        }
        "json" | "sarif" | "gitlab" => drop(serde_json::from_str::<Value>(got).unwrap()),
        "ndjson" => got.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).unwrap())),
        "terminal" | "concise" | "summary" => {
            for line in got.lines().map(str::trim_start) {
                assert!(!line.starts_with("::") && !line.contains("##["), "{name}: {line}");
            }
        }
        // Its own tests look closer.
        "html" => assert!(!got.contains("<script>alert") && !got.contains("<img src=x"), "{name}"),
        other => panic!("say here what {other} must not hold"),
    }
}

#[test]
fn records_are_as_their_schema_says_and_it_knows_every_field() {
    let schema = read_json("schema/records.json");
    let all = Schema::new("schema/records.json");
    let mut fields = std::collections::BTreeSet::new();
    for file in captures() {
        let texts = of_input(&file, &[Format::Json, Format::Ndjson], Show::All, true);
        let document: Value = serde_json::from_str(&texts[0]).unwrap();
        all.holds(&document, &file);
        let each: Vec<Value> = texts[1].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(document.as_array().unwrap(), &each);
        for record in &each {
            let of = record["type"].as_str().unwrap();
            for field in record.as_object().unwrap().keys() {
                let known = &schema["$defs"][of]["properties"][field];
                assert!(!known.is_null(), "{of} has a field {field}, and the schema does not");
                fields.insert(format!("{of}.{field}"));
            }
        }
    }
    assert!(fields.len() > 60, "{fields:?}");
}

#[test]
fn sarif_is_as_the_standard_says() {
    let standard = Schema::new("schema/sarif-2.1.0.json");
    for file in captures() {
        let text = of_input(&file, &[Format::Sarif], Show::All, true).remove(0);
        let document: Value = serde_json::from_str(&text).unwrap();
        standard.holds(&document, &file);
    }
}

/// A checked-in JSON Schema.
struct Schema {
    all: boon::Schemas,
    this: boon::SchemaIndex,
}

impl Schema {
    fn new(file: &str) -> Self {
        let (mut all, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        let name = "https://saltlint.example/schema.json";
        compiler.add_resource(name, read_json(file)).unwrap();
        let this = compiler.compile(name, &mut all).unwrap();
        Schema { all, this }
    }

    fn holds(&self, document: &Value, of: &Path) {
        if let Err(error) = self.all.validate(document, self.this) {
            panic!("{}: {}", of.display(), error.to_string().chars().take(2000).collect::<String>());
        }
    }
}

fn read_json(file: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn fingerprints_stay_when_lines_times_and_order_do_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fingerprints");
    fs::create_dir_all(&folder).unwrap();
    let text = fs::read_to_string(fixtures().join("reports/a-failed-deployment/run.txt")).unwrap();
    let later = format!(
        "root@salt:~# salt docs state.apply\n\n{}",
        text.replace("Started: 00:", "Started: 07:").replace("Duration: 1", "Duration: 2")
    );
    let prints = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        let texts = of_input(&file, &[Format::Sarif, Format::Gitlab], Show::Changes, true);
        let sarif: Value = serde_json::from_str(&texts[0]).unwrap();
        let gitlab: Value = serde_json::from_str(&texts[1]).unwrap();
        let of_sarif = sarif["runs"][0]["results"].as_array().unwrap().iter();
        let of_gitlab = gitlab.as_array().unwrap().iter();
        let mut all: Vec<String> = of_sarif
            .map(|it| it["partialFingerprints"]["saltlint/v1"].as_str().unwrap().to_owned())
            .chain(of_gitlab.map(|it| it["fingerprint"].as_str().unwrap().to_owned()))
            .collect();
        all.sort();
        all
    };
    let now = prints("now.txt", &text);
    assert_eq!(now, prints("later.txt", &later));
    let mut distinct = now.clone();
    distinct.dedup();
    // Each finding has one of its own, the same in both formats.
    assert_eq!(distinct.len() * 2, now.len());
}

#[test]
fn a_state_is_shown_where_its_sls_declares_it() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("states-root");
    fs::create_dir_all(root.join("project")).unwrap();
    let sls = "{% set x = 1 %}\n/srv/project/manage.py:\n  file.managed: []\n\nmigrate:\n  cmd.run: []\n";
    fs::write(root.join("project/init.sls"), sls).unwrap();
    let root = root.to_str().unwrap();
    let capture = fixtures().join("reports/a-failed-deployment/run.txt");
    let ran =
        program::run(&["--no-config", "-f", "concise", "--states-root", root, capture.to_str().unwrap()]);
    let found = ran.out.lines().find(|line| line.contains("action-required")).unwrap();
    assert!(found.starts_with(&format!("{root}/project/init.sls:5: action-required: docs: ")), "{found}");
    // What is not declared there stands in the input.
    let other = ran.out.lines().find(|line| line.contains("settings_local")).unwrap();
    assert!(other.starts_with(capture.to_str().unwrap()), "{other}");
    let ran = program::run(&["--no-config", "--states-root", "/nowhere/at/all", capture.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn github_takes_ten_of_a_kind_and_the_summary_has_the_rest() {
    let state = |number: usize| {
        format!(
            "----------\n          ID: s{number}\n    Function: cmd.run\n      Result: False\n     Comment: 50% of ::s{number}\n     Started: 10:00:00.000000\n    Duration: 1.0 ms\n     Changes:   \n"
        )
    };
    let body: String = (0..25).map(state).collect();
    let text = format!(
        "web1:\n{body}\nSummary for web1\n-------------\nSucceeded:  0\nFailed:    25\n-------------\nTotal states run:     25\nTotal run time:  25.000 ms\n"
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("step-summary.md");
    fs::write(&file, "before\n").unwrap();
    let mut command = program::saltlint();
    command.args(["--no-config", "-f", "github"]).env("GITHUB_STEP_SUMMARY", &file);
    let ran = program::pipe_into(&mut command, text.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    assert!(ran.out.contains("saltlint: 15 more errors (in the job's summary)"), "{}", ran.out);
    assert!(ran.out.contains("50%25 of"), "{}", ran.out);
    let summary = fs::read_to_string(&file).unwrap();
    assert!(summary.starts_with("before\n### ") && summary.contains("s24"), "{summary}");
}

#[test]
fn records_that_are_none_are_not_trusted() {
    let capture = fixtures().join("reports/a-clean-run/run.txt");
    let records = program::run(&["--no-config", "-f", "ndjson", capture.to_str().unwrap()]).out;
    let whole = program::pipe(&["report", "--no-config"], records.as_bytes());
    assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{}", whole.out);
    let cut: String = records.lines().take(4).map(|line| format!("{line}\n")).collect();
    for (input, said) in [
        (cut.as_str(), "cut off"),
        ("", "cut off"),
        ("web1:\n", "no record of saltlint's"),
        ("{\"type\":\"start\",\"schema\":2}\n", "schema 2"),
        ("{\"type\":\"state\",\"verdict\":\"sunny\"}\n", "\"sunny\" is not known"),
    ] {
        let ran = program::pipe(&["report", "--no-config", "-"], input.as_bytes());
        assert_eq!(ran.code, 3, "{}", ran.out);
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}
