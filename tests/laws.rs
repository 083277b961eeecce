//! What holds for any input: how it is chunked makes no difference, every line lies in a record, no bytes make it
//! panic, and text and JSON of one run say the same.

use std::fmt;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use saltlint::frame::InputFormat;
use saltlint::record::Record;
use serde_json::Value;

use crate::fleet::{self, Form};
use crate::held::{self, Pieces, differs, ranges, unlawful};
use crate::program;
use crate::story;

/// Whatever can be read of these bytes.
fn read(reader: impl std::io::Read) -> Vec<Record<'static>> {
    held::read(reader, InputFormat::Auto)
}

/// What hostile inputs are made from: the smaller captures.
static SEEDS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let captures = story::stories().into_iter().map(|it| (it.name, fs::read(&it.file).unwrap()));
    captures.filter(|(_, bytes)| bytes.len() < 15_000).collect()
});

/// One way to spoil an input.
#[derive(Clone, Debug)]
enum Spoil {
    Cut(f64, f64),
    DropLine(f64),
    DoubleLine(f64),
    SwapLines(f64, f64),
    Prefix(&'static str),
    Insert(f64, Vec<u8>),
    CarriageReturns,
    Indent(usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    let share = || 0.0..1.0_f64;
    prop_oneof![
        (share(), share()).prop_map(|(a, b)| Spoil::Cut(a.min(b), a.max(b))),
        share().prop_map(Spoil::DropLine),
        share().prop_map(Spoil::DoubleLine),
        (share(), share()).prop_map(|(a, b)| Spoil::SwapLines(a, b)),
        prop::sample::select(vec!["    default: ", "web-1  | ", "15:47:10 ", "> ", "\t"])
            .prop_map(Spoil::Prefix),
        (share(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, bytes)| Spoil::Insert(at, bytes)),
        (
            share(),
            prop::sample::select(vec![
                &b"\0\0"[..],
                b"\xff\xfe\xc3",
                b"\n----------\n",
                b"\nweb9:\n",
                b"{",
                b"}",
                b"\"",
                b"[\n",
                b"\\u",
                b"\x1b[",
                b"\r",
                b"\n\nSummary for x\n",
                b"\n              ----------\n",
                b"\xf0\x9f",
                b"\xe2\x80\xa8",
            ])
        )
            .prop_map(|(at, bytes)| Spoil::Insert(at, bytes.to_vec())),
        Just(Spoil::CarriageReturns),
        (1..5_usize).prop_map(Spoil::Indent),
    ]
}

fn apply(input: &mut Vec<u8>, spoil: &Spoil) {
    fn at(share: f64, length: usize) -> usize {
        (share * length as f64) as usize
    }
    let mut lines: Vec<Vec<u8>> = input.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    match spoil {
        Spoil::Cut(from, to) => {
            *input = input[at(*from, input.len())..at(*to, input.len())].to_vec();
            return;
        }
        Spoil::Insert(place, bytes) => {
            let place = at(*place, input.len());
            input.splice(place..place, bytes.iter().copied());
            return;
        }
        Spoil::DropLine(line) => drop(lines.remove(at(*line, lines.len()))),
        Spoil::DoubleLine(line) => {
            let line = at(*line, lines.len());
            lines.insert(line, lines[line].clone());
        }
        Spoil::SwapLines(one, other) => {
            let (one, other) = (at(*one, lines.len()), at(*other, lines.len()));
            lines.swap(one, other);
        }
        Spoil::Prefix(prefix) => {
            lines.iter_mut().for_each(|line| drop(line.splice(0..0, prefix.bytes())));
        }
        Spoil::CarriageReturns => lines.iter_mut().for_each(|line| line.push(b'\r')),
        Spoil::Indent(count) => {
            lines.iter_mut().for_each(|line| drop(line.splice(0..0, std::iter::repeat_n(b' ', *count))));
        }
    }
    *input = lines.join(&b'\n');
}

/// Bytes that can be read in a failure's report.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// A real capture with a few things wrong.
fn spoiled() -> impl Strategy<Value = Bytes> {
    let seed = (0..SEEDS.len()).prop_map(|index| SEEDS[index].1.clone());
    (seed, prop::collection::vec(spoil(), 1..5)).prop_map(|(mut bytes, spoils)| {
        for spoil in &spoils {
            if !bytes.is_empty() {
                apply(&mut bytes, spoil);
            }
        }
        Bytes(bytes)
    })
}

/// Do the laws hold for this input, whole and in chunks of this size?
pub(crate) fn hold(bytes: &[u8], chunk: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(held::broken(bytes, InputFormat::Auto, chunk), None);
    Ok(())
}

fn few(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn every_line_of_every_capture_lies_in_a_record() {
    for capture in story::stories() {
        let bytes = fs::read(&capture.file).unwrap();
        assert_eq!(unlawful(&bytes, ranges(&read(&bytes[..]))), None, "{}", capture.name);
    }
}

proptest! {
    #![proptest_config(few(96))]

    #[test]
    fn chunks_make_no_difference(
        seed in 0..SEEDS.len(),
        sizes in prop::collection::vec(prop_oneof![1..8_usize, 1..5_000_usize], 1..20),
    ) {
        let (name, bytes) = &SEEDS[seed];
        let pieces = read(Pieces::of(bytes, sizes));
        prop_assert_eq!(differs(&read(&bytes[..]), &pieces), None, "{}", name);
    }

    #[test]
    fn no_bytes_break_the_laws(Bytes(bytes) in spoiled()) {
        hold(&bytes, 7)?;
    }

    #[test]
    fn noise_breaks_no_law(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(unlawful(&bytes, ranges(&read(&bytes[..]))), None);
    }
}

proptest! {
    #![proptest_config(few(24))]

    #[test]
    fn the_program_survives_anything(Bytes(bytes) in spoiled()) {
        let ran = program::pipe(&["--no-config", "-f", "ndjson", "-"], &bytes);
        prop_assert!(matches!(ran.code, 0 | 1 | 3), "exit {}: {}", ran.code, ran.err);
        let records = program::records(&ran.out);
        let end = records.last().unwrap();
        prop_assert_eq!(&end["type"], "end");
        prop_assert_eq!(end["exit"].as_i64(), Some(i64::from(ran.code)));
        let shown = program::pipe(&["--no-config", "--show", "all", "--color", "never", "-"], &bytes);
        prop_assert_eq!(shown.code, ran.code, "{}", shown.err);
        prop_assert!(!shown.out.chars().any(is_control), "control characters reach the terminal: {:?}", shown.out);
        let (counted, told) = (reports(&bytes, false), reports(&bytes, true));
        prop_assert_eq!(counted, told, "a state that is only counted counts otherwise");
    }
}

/// What the reports say that show no clean states. Those are not even decoded, but where a report asks for `all`.
fn reports(input: &[u8], all: bool) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program::saltlint();
    command.args(["--no-config", "--stats", "--color", "never"]).current_dir(&folder);
    let files = ["summary", "markdown", "prometheus", "sarif"];
    for format in files.into_iter().chain(all.then_some("ndjson")) {
        command.args(["-o", &format!("{format}={format}")]);
    }
    let ran = program::pipe_into(command.arg("-"), input);
    let written = files.map(|file| fs::read_to_string(folder.path().join(file)).unwrap());
    [format!("{} {}", ran.code, ran.err), ran.out].into_iter().chain(written).collect()
}

#[test]
fn states_that_are_only_counted_count_as_others_do() {
    for capture in story::stories() {
        let bytes = fs::read(&capture.file).unwrap();
        assert_eq!(reports(&bytes, false), reports(&bytes, true), "{}", capture.name);
    }
}

/// A run of one minion that ends somewhere before its Summary does is never taken for a whole one.
#[test]
fn what_is_cut_is_not_trusted() {
    let mut cut = 0;
    let mut wrong = Vec::new();
    for (name, bytes) in SEEDS.iter() {
        let whole = program::read_pipe(bytes);
        let end = whole.last().unwrap();
        let summaries = program::of_type(&whole, "summary");
        // One run, with states of its own, and nothing else that would be found.
        let alone =
            end["complete"] == true && end["problems"] == serde_json::json!([]) && end["minions"] == 1;
        let [summary] = summaries[..] else { continue };
        if !alone || summary["total"] == 0 {
            continue;
        }
        let first =
            program::of_type(&whole, "state").first().map_or(1, |state| state["end_line"].as_u64().unwrap());
        let starts: Vec<usize> = line_starts(bytes);
        // The line `Total states run:` says all there is to say.
        let total = memchr::memmem::rfind(bytes, b"Total").unwrap();
        let last = memchr::memmem::rfind(&bytes[..total], b"Total states run:").unwrap_or(total);
        // Less than a state below the header could be any value.
        let from = starts[first as usize].min(last);
        for part in 0..23 {
            let at = from + (last - from) * part / 22;
            // What is cut is no matter of rules, and they take longest to load.
            let args = ["--no-config", "--no-builtin-rules", "--fail-on", "never", "-f", "ndjson", "-"];
            let ran = program::pipe(&args, &bytes[..at]);
            if ran.code != 3 {
                wrong.push(format!(
                    "{name} cut at {at}: {:?}",
                    String::from_utf8_lossy(&bytes[at.saturating_sub(70)..at])
                ));
            }
            cut += 1;
        }
    }
    assert!(wrong.is_empty(), "taken for whole:\n{}", wrong.join("\n"));
    assert!(cut > 300, "only {cut} cuts made");
}

/// Salt says on whom it runs, and later nothing of one of them.
#[test]
fn who_runs_in_a_batch_must_answer() {
    let batch = fs::read(story::fixtures().join("batch/full.txt")).unwrap();
    let last = memchr::memmem::rfind(&batch, b"Executing run on ").unwrap();
    let end = last + memchr::memchr(b'\n', &batch[last..]).unwrap() + 1;
    assert_eq!(program::pipe(&["--no-config", "-"], &batch).code, 0);
    let cut = program::pipe(&["--no-config", "-"], &batch[..end]);
    assert_eq!(cut.code, 1, "{}", cut.out);
    assert!(cut.out.contains("expected, but does not appear"), "{}", cut.out);
}

/// Where each line begins.
fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let ends = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1);
    std::iter::once(0).chain(ends).collect()
}

/// What a terminal would obey: C0 but for the line end, C1, and what turns the direction of writing.
fn is_control(letter: char) -> bool {
    letter.is_control() && letter != '\n'
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

#[test]
fn no_capture_reaches_the_terminal_as_control() {
    for capture in story::stories() {
        let path = capture.file.to_str().unwrap();
        let ran = program::run(&["--no-config", "--show", "all", "--color", "never", path]);
        let control = ran.out.lines().find(|line| line.chars().any(is_control));
        assert_eq!(control, None, "{}", capture.name);
    }
}

#[test]
fn text_and_json_of_one_run_agree() {
    let mut compared = 0;
    for capture in story::stories() {
        let whole = capture.name.ends_with("/full.txt") || capture.name.ends_with("/color.txt");
        let Some(truth) =
            capture.truth.filter(|_| whole && capture.mode.state_verbose && !capture.incomplete)
        else {
            continue;
        };
        let states = |records: Vec<Value>| -> Vec<Value> {
            let mut states: Vec<Value> = program::of_type(&records, "state").into_iter().cloned().collect();
            // A state without the number comes first (`salt.output.highstate`).
            states.sort_by_key(|state| state["run_num"].as_u64().unwrap_or(0));
            states
        };
        let (text, json) = (states(program::read(&capture.file)), states(program::read(&truth)));
        assert_eq!(text.len(), json.len(), "{}", capture.name);
        for (text, json) in text.iter().zip(&json) {
            // Such an ID makes text's columns shift (`salt.output.highstate._format_host` splits the key there).
            if json["id"].as_str().is_some_and(|id| id.contains("_|-")) {
                continue;
            }
            for field in ["minion", "id", "function", "result", "outcome", "verdict", "rule", "says"] {
                assert_eq!(text[field], json[field], "{} {}: {field}", capture.name, json["id"]);
            }
        }
        compared += text.len();
    }
    assert!(compared > 300, "only {compared} states compared");
}

/// The benches measure what is read right.
#[test]
fn the_fleet_of_the_benches_is_read() {
    let in_form = |form| fleet::some(form, 300_000, 3);
    let states = |records: &[Record<'_>]| -> Vec<(String, String)> {
        let state = |record: &Record<'_>| match record {
            Record::State(state) => {
                Some((format!("{:?}", state.id), format!("{:?} {:?}", state.outcome, state.changes)))
            }
            _ => None,
        };
        records.iter().filter_map(state).take(600).collect()
    };
    let full = states(&read(&in_form(Form::Full)[..]));
    assert_eq!(full.len(), 600);
    for (form, name) in Form::ALL {
        // Changes mode shows less of clean states.
        if form != Form::Changes {
            assert!(states(&read(&in_form(form)[..])) == full, "{name}");
        }
        let end = program::read_pipe(&in_form(form)).pop().unwrap();
        assert_eq!(end["problems"], serde_json::json!([]), "{name}");
    }
}

/// Ways to spoil one line: cut before it, begin at it, drop it, double it, or put another one before it.
fn spoiled_at(lines: &[&[u8]], at: usize, way: usize) -> Vec<u8> {
    const STRAYS: [&[u8]; 8] =
        [b"hello", b"{", b"}", b"web9:", b"[ERROR   ] boom", b"", b"    ", b"----------"];
    let (before, from) = lines.split_at(at);
    match way {
        0 => [before, &[b""]].concat(),
        1 => from.to_vec(),
        2 => [before, &from[1..]].concat(),
        3 => [before, &from[..1], from].concat(),
        _ => [before, &[STRAYS[way % STRAYS.len()]], from].concat(),
    }
    .join(&b'\n')
}

/// Line by line, and not by chance: another share of all places with each capture.
#[test]
fn no_line_breaks_the_laws() {
    const WAYS: usize = 12;
    let (mut cases, mut wrong) = (0, Vec::new());
    for (index, (name, bytes)) in SEEDS.iter().enumerate() {
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let step = (bytes.len() * lines.len() * WAYS / 80_000).max(41) | 1;
        for case in (index % step..lines.len() * WAYS).step_by(step) {
            let (at, way) = (case / WAYS, case % WAYS);
            let spoiled = spoiled_at(&lines, at, way);
            cases += 1;
            if let Some(why) = held::broken(&spoiled, InputFormat::Auto, 7) {
                wrong.push(format!("{name}, line {}, way {way}: {why}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 1_000, "only {cases} cases");
}

/// What broke a law once, or led a fuzzer to a new place (`fuzz/`). `SALTLINT_CASE` names one more, to look into it.
#[test]
fn what_was_found_stays_mended() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let folders = fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> =
        folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|it| it.unwrap().path())).collect();
    files.extend(std::env::var_os("SALTLINT_CASE").map(std::path::PathBuf::from));
    assert!(files.len() > 5, "the corpus is gone");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for chunk in [1, 7, 100] {
            if let Err(why) = hold(&bytes, chunk) {
                panic!("{} in chunks of {chunk}: {why}", file.display());
            }
        }
    }
}
