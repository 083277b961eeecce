//! Captures as people find them in the logs of other tools: whatever lies around Salt's lines, the records are those of
//! the bare capture, with the lines that they really stand in.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use saltlint::frame::{Frames, InputFormat};
use saltlint::record::{Place, Record};

use crate::{laws, story};

/// One way to wrap: a line becomes these lines. Numbers (clocks, widths) come from the second argument.
struct Wrapper {
    name: &'static str,
    wrap: fn(&str, &mut Clock) -> String,
    /// Lines that a line becomes.
    lines: u64,
    /// Is there a name for it?
    known: bool,
}

/// Numbers that go on from line to line, and differ from run to run.
struct Clock {
    milliseconds: u64,
    step: u64,
    line: u64,
}

impl Clock {
    fn new(seed: u64) -> Self {
        Clock { milliseconds: seed % 80_000_000, step: seed % 977, line: 0 }
    }

    fn tick(&mut self) {
        self.line += 1;
        self.milliseconds += (self.step * self.line * 31) % 1_700;
    }

    fn time(&self) -> String {
        let seconds = self.milliseconds / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    }
}

fn wrapper(name: &'static str, wrap: fn(&str, &mut Clock) -> String) -> Wrapper {
    let unknown = ["unknown", "shifted", "kitchen", "elapsed", "a host and a bar", "double", "cat -e"];
    Wrapper { name, wrap, lines: 1, known: !unknown.iter().any(|it| name.starts_with(it)) }
}

/// Everything that is put around lines.
static WRAPPERS: LazyLock<Vec<Wrapper>> = LazyLock::new(|| {
    vec![
        wrapper("nothing", |line, _| line.to_owned()),
        wrapper("vagrant", |line, _| format!("    default: {line}")),
        wrapper("vagrant, trimmed", |line, _| format!("    web.local: {line}").trim_end().to_owned()),
        wrapper("vagrant, arrows", |line, clock| match clock.line % 3 {
            0 => format!("==> default: {line}"),
            _ => format!("    default: {line}"),
        }),
        wrapper("vagrant 1.4", |line, _| format!("[default] {line}")),
        wrapper("packer, trimmed", |line, _| format!("    googlecompute: {line}").trim_end().to_owned()),
        wrapper("packer in jenkins", |line, clock| format!("{}     amazon-ebs.web: {line}", clock.time())),
        wrapper("kitchen", |line, _| format!("       {line}")),
        wrapper("kitchen's log", |line, clock| {
            format!("I, [2020-01-02T{}.123456 #4711]  INFO -- default-ubuntu-1804: {line}", clock.time())
        }),
        wrapper("jenkins", |line, clock| format!("{} {line}", clock.time())),
        wrapper("jenkins with dates", |line, clock| format!("[2024-03-01T{}.123Z] {line}", clock.time())),
        wrapper("github", |line, clock| format!("2024-03-01T{}.1234567Z {line}", clock.time())),
        wrapper("gitlab", |line, clock| format!("2024-03-01T{}.123456Z 01O {line}", clock.time())),
        wrapper("journald", |line, clock| format!("Aug 15 {} web1 salt-call[57]: {line}", clock.time())),
        wrapper("journald, full dates", |line, clock| {
            format!("2024-03-01T{}+0100 web1 salt-minion[957]: {line}", clock.time())
        }),
        wrapper("syslog", |line, clock| format!("Aug  5 {} web1 cloud-init: {line}", clock.time())),
        wrapper("docker build", |line, clock| {
            format!("#12 {}.{} {line}", clock.milliseconds / 1000 % 1000, clock.milliseconds % 1000)
        }),
        wrapper("compose", |line, _| format!("web-1  | {line}")),
        wrapper("kubernetes", |line, _| format!("[pod/salt-0/minion] {line}")),
        wrapper("kubernetes with times, trimmed", |line, clock| {
            format!("2024-03-01T{}.123456789Z {line}", clock.time()).trim_end().to_owned()
        }),
        wrapper("qubes", |line, clock| format!("2020-04-29 {},746 output: {line}", clock.time())),
        wrapper("teuthology", |line, clock| {
            format!(
                "2019-03-26T{}.928 INFO:teuthology.orchestra.run.target192168000030.stdout:{line}",
                clock.time()
            )
        }),
        wrapper("python's logging", |line, clock| {
            format!("2024-03-01 {},123 - deploy - INFO - {line}", clock.time())
        }),
        wrapper("a host and a bar", |line, _| format!("web1.example.org | {line}")),
        wrapper("unknown", |line, _| format!("<<out>> {line}")),
        wrapper("unknown with numbers", |line, clock| {
            format!("build#{} step {}> {line}", clock.step, clock.line)
        }),
        wrapper("elapsed", |line, clock| {
            format!("[{:>8}.{:03}] {line}", clock.milliseconds / 1000, clock.milliseconds % 1000)
        }),
        wrapper("line numbers", |line, clock| format!("{:>6}\t{line}", clock.line)),
        wrapper("grep -n", |line, clock| format!("{}:{line}", clock.line)),
        wrapper("shifted by 1", |line, _| format!(" {line}")),
        wrapper("shifted by 2", |line, _| format!("  {line}")),
        wrapper("shifted by 4", |line, _| format!("    {line}")),
        wrapper("shifted by 4, trimmed", |line, _| format!("    {line}").trim_end().to_owned()),
        wrapper("shifted by 4, but for the first", |line, clock| match clock.line {
            1 => line.to_owned(),
            _ => format!("    {line}"),
        }),
        wrapper("quoted", |line, _| format!("> {line}")),
        wrapper("quoted, trimmed", |line, _| format!("> {line}").trim_end().to_owned()),
        wrapper("quoted in a list", |line, _| format!(">> {line}")),
        wrapper("cat -e", |line, _| {
            let written: String = line.bytes().map(cat).collect();
            written + "$"
        }),
        wrapper("github, docker build", |line, clock| {
            format!("2024-03-01T{}.1234567Z #12 {}.1 {line}", clock.time(), clock.line / 7)
        }),
        Wrapper { name: "double-spaced", wrap: |line, _| format!("{line}\n"), lines: 2, known: false },
        Wrapper {
            name: "jenkins, double-spaced",
            wrap: |line, clock| format!("{} {line}\n", clock.time()),
            lines: 2,
            known: false,
        },
    ]
});

/// A byte as `cat -e` writes it.
fn cat(byte: u8) -> String {
    match byte {
        b'\t' => "\t".to_owned(),
        0..0x20 => format!("^{}", char::from(byte + 64)),
        0x7f => "^?".to_owned(),
        0x89 => "M-^I".to_owned(),
        0x80.. => format!("M-{}", cat(byte - 0x80)),
        _ => char::from(byte).to_string(),
    }
}

/// A capture's lines, each wrapped.
fn wrapped(text: &str, wrapper: &Wrapper, seed: u64) -> String {
    let mut clock = Clock::new(seed);
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let lines: Vec<String> = lines
        .map(|line| {
            clock.tick();
            (wrapper.wrap)(line, &mut clock)
        })
        .collect();
    lines.join("\n") + "\n"
}

/// What can be read of it, shown; lines as they would be in the bare capture, and without the wrapper's time.
fn records(text: &str, lines: u64, bare: &[&str]) -> Vec<String> {
    let mut frames = Frames::new(text.as_bytes(), InputFormat::Auto);
    let mut records = Vec::new();
    while let Some(unit) = frames.next(&mut |_, _| ()).unwrap() {
        let mut record = saltlint::decode::decode(unit).into_owned();
        let event = matches!(record, Record::RunEnd(_) | Record::Fault(_));
        let place = place(&mut record);
        let capture_line = |line: u64| if event { 0 } else { line.div_ceil(lines) };
        (place.line, place.end_line, place.time) =
            (capture_line(place.line), capture_line(place.end_line), None);
        // Lines of which nothing is left belong to what follows them.
        let empty = |line: u64| bare.get(line as usize - 1).is_some_and(|line| line.trim().is_empty());
        while !event && place.line < place.end_line && empty(place.line) {
            place.line += 1;
        }
        // Braces behind the last record are shown as they stand; a prefix can stand alone.
        let braces = matches!(&record, Record::Message(it) if it.text.get().starts_with([']', '}']));
        let alone = matches!(&record, Record::Stray(it) if empty(it.at.end_line));
        if !braces && !alone {
            records.push(format!("{record:?}"));
        }
    }
    records
}

fn place<'r>(record: &'r mut Record<'static>) -> &'r mut Place<'static> {
    match record {
        Record::State(it) => &mut it.at,
        Record::Message(it) => &mut it.at,
        Record::Summary(it) => &mut it.at,
        Record::Stray(it) => &mut it.at,
        Record::RunEnd(it) => &mut it.at,
        Record::Fault(it) => &mut it.at,
    }
}

/// Where two readings part, shortened.
fn parts(bare: &[String], wrapped: &[String]) -> Option<String> {
    let at = (0..bare.len().max(wrapped.len())).find(|at| bare.get(*at) != wrapped.get(*at))?;
    let show = |record: Option<&String>| {
        record.map_or("nothing".into(), |it| it.chars().take(700).collect::<String>())
    };
    Some(format!("record {at}:\n{}\n{}", show(bare.get(at)), show(wrapped.get(at))))
}

static CAPTURES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let texts =
        story::stories().into_iter().filter_map(|it| Some((it.name, fs::read_to_string(it.file).ok()?)));
    texts.filter(|(_, text)| text.len() < 60_000).collect()
});

/// Is this capture read otherwise for a reason?
fn is_odd(capture: &str, wrapper: &Wrapper) -> bool {
    // What says too little for a prefix that nobody knows.
    const VAGUE: [&str; 4] =
        ["not-a-state/", "no-minion-matches/", "orchestration-fails/salt-run.json", "salt-ssh-"];
    const ODD: &[(&str, &str)] = &[
        // Blanks alone, around lines that do not tell where they begin, or behind a line of raw text.
        ("shifted by 4, but", "terse-tabular-no-profile.txt"),
        ("shifted by 4, but", "look-alikes/"),
        ("shifted by 4, but", "jinja-undefined/tty.txt"),
        ("shifted by 4, but", "salt-call-crashes/"),
        // Controls as data: what `cat` writes for them could be text as well.
        ("cat -e", "look-alikes"),
        ("cat -e", "shell-commands"),
        ("cat -e", "django-deploy-under-test/full.txt"),
        // JSON begins without a look.
        ("cat -e", "one-line.json"),
        ("cat -e", "event-bus/plain"),
        // A traceback of many lines comes first.
        ("double-spaced", "look-alikes/merged.txt"),
        ("double-spaced", "salt-call-crashes/"),
        // Notices, and names of several lines, keep the empty lines that they got before anything told.
        ("double-spaced", "batch/"),
        ("double-spaced", "salt-0.17"),
        // Logs in a format that somebody set are read where nothing lies around them.
        ("", "log-formats/"),
        // What counts its lines by what it reads, or its blanks from column 0; JSON's relatives begin without a look.
        ("double-spaced", "-other-notations/"),
        ("double-spaced", "names-in-every-notation/"),
        ("double-spaced", "yaml-errors-in-any-words/"),
        ("shifted by", ".nested.txt"),
        ("shifted by 4, but", "salt.yaml"),
        ("shifted by 4, but", "python-literal-"),
        ("cat -e", ".raw"),
        ("cat -e", ".pprint"),
        // Documents that are told as they stand, blanks and all.
        ("double-spaced", "event"),
        ("shifted by 4, but", "event"),
        ("double-spaced", "yaml-nothing-first/"),
        // The number of a line is taken for the beginning of a tag, or of a minion's name before its value.
        ("grep -n", "event"),
        ("grep -n", "yaml-nothing-first/"),
        // Wrapped by halves, or torn, as it is.
        ("", "returns-behind-a-prefix-below-the-log/"),
        ("", "log-of-several-services/"),
        // Without the blanks before its labels nothing tells where a line begins.
        ("", "salt-0.17-in-its-own-blocks/pasted.txt"),
        ("", "salt-0.17-indented/"),
        ("", "pasted-through-markdown/"),
    ];
    !wrapper.known && VAGUE.iter().any(|vague| capture.starts_with(vague))
        || ODD.iter().any(|(wrap, odd)| wrapper.name.contains(wrap) && capture.contains(odd))
}

/// Where the records of a wrapped capture are not its own.
fn differs(text: &str, wrapper: &Wrapper, seed: u64) -> Option<String> {
    // What has lost the blanks at its ends is read as a capture that has.
    let bare = match wrapper.name.contains("trimmed") {
        true => text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n",
        false => text.to_owned(),
    };
    let lines: Vec<&str> = bare.lines().collect();
    parts(&records(&bare, 1, &lines), &records(&wrapped(text, wrapper, seed), wrapper.lines, &lines))
}

#[test]
fn whatever_lies_around_a_capture_the_records_are_its_own() {
    let mut wrong = Vec::new();
    for (index, (name, text)) in CAPTURES.iter().enumerate() {
        // The small ones in everything, the others in some.
        let some = |at: usize| text.len() < 9_000 || (at + index).is_multiple_of(4);
        let wrappers = WRAPPERS.iter().enumerate().filter(|(at, it)| some(*at) && !is_odd(name, it));
        for (_, wrapper) in wrappers {
            if let Some(part) = differs(text, wrapper, 12_345) {
                wrong.push(format!("{name}, {}: {part}\n", wrapper.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
}

/// Ways in which colour loses its escape character.
const GUISES: [&str; 11] =
    ["", "_", "^[", "\u{fffd}", "\\u001b", "\\x1b", "\\033", "\\e", "#033", "\u{241b}", "\u{1b}[K\u{1b}"];

#[test]
fn colour_without_its_escape_is_no_colour() {
    let painted =
        |name: &str| name.contains("color") && !name.contains("escapes-kept") || name.contains("tty");
    let sgr = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let mut read = 0;
    for (name, text) in CAPTURES.iter().filter(|(name, _)| painted(name)) {
        let plain = sgr.replace_all(text, "");
        let lines: Vec<&str> = plain.lines().collect();
        let bare = records(&plain, 1, &lines);
        for guise in GUISES {
            let lost = text.replace("\u{1b}", guise);
            let part = parts(&bare, &records(&lost, 1, &lines));
            assert_eq!(part, None, "{name}, {guise:?}");
            read += 1;
        }
    }
    assert!(read > 100, "only {read} read");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn clocks_and_widths_make_no_difference(capture in 0..CAPTURES.len(), at in 0..WRAPPERS.len(), seed in any::<u64>()) {
        let ((name, text), wrapper) = (&CAPTURES[capture], &WRAPPERS[at]);
        if text.len() < 20_000 && !is_odd(name, wrapper) {
            prop_assert_eq!(differs(text, wrapper, seed), None, "{}, {}", name, wrapper.name);
        }
    }

    #[test]
    fn a_wrapper_that_begins_and_ends_somewhere_loses_nothing(
        capture in 0..CAPTURES.len(),
        first in 0..WRAPPERS.len(),
        second in 0..WRAPPERS.len(),
        places in (0.0..1.0_f64, 0.0..1.0_f64, 0.0..1.0_f64),
        chunk in 1..3_000_usize,
    ) {
        let text = &CAPTURES[capture].1;
        let lines: Vec<&str> = text.lines().collect();
        let mut cuts = [places.0, places.1, places.2].map(|place| (place * lines.len() as f64) as usize);
        cuts.sort_unstable();
        let part = |from: usize, to: usize, wrapper: usize| match lines.get(from..to) {
            Some(lines) if !lines.is_empty() => wrapped(&lines.join("\n"), &WRAPPERS[wrapper], 7),
            _ => String::new(),
        };
        let input = [part(0, cuts[0], 0), part(cuts[0], cuts[1], first), part(cuts[1], cuts[2], second)].concat();
        laws::hold(input.as_bytes(), chunk)?;
    }
}
