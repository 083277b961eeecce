//! Varied, realistic input without a Salt: a fleet's highstate as text and as JSON. The same seed gives the same fleet.
//!
//! Four states of five are clean; the others hold diffs, package versions, command output and failures, as a real
//! fleet's do. Shares and lengths follow what Salt's own outputter printed of such a fleet.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// States of one minion.
const STATES: usize = 300;

const WORDS: [&str; 24] = [
    "alpha",
    "nginx",
    "redis",
    "proxy",
    "cache",
    "worker",
    "queue",
    "audit",
    "metrics",
    "logrotate",
    "backup",
    "sshd",
    "kernel",
    "limits",
    "tls",
    "vault",
    "consul",
    "haproxy",
    "postfix",
    "exporter",
    "naïve",
    "ünïcode",
    "schema",
    "cron",
];

/// SplitMix64: small, and good enough to vary things.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// A word that any program writes as it is.
    pub(crate) fn ascii(&mut self) -> &'static str {
        loop {
            let word = self.word();
            if word.is_ascii() {
                return word;
            }
        }
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len())]
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn path(&mut self) -> String {
        format!("/etc/{}/{}/{}.conf", self.word(), self.roll(100_000), self.word())
    }

    fn diff(&mut self) -> String {
        let mut diff = String::from("--- \n+++ ");
        for _ in 0..1 + self.roll(4) {
            let from = self.roll(400);
            let _ = write!(diff, "\n@@ -{from},6 +{from},7 @@");
            for _ in 0..4 + self.roll(12) {
                let sign = [' ', ' ', ' ', '+', '-'][self.roll(5)];
                let line = match self.roll(4) {
                    0 => String::new(),
                    1 => format!("# {}", self.words(6)),
                    2 => format!("{}_{} = {}", self.word(), self.word(), self.roll(65_536)),
                    _ => format!(
                        "    server {}-{:02}.example.com:{};",
                        self.word(),
                        self.roll(40),
                        self.roll(65_536)
                    ),
                };
                let _ = write!(diff, "\n{sign}{line}");
            }
        }
        diff
    }

    fn changes(&mut self) -> (&'static str, String, Value) {
        match self.roll(4) {
            0 => ("file.managed", "File updated".into(), json!({ "diff": self.diff() })),
            1 => {
                let version =
                    |dice: &mut Dice| format!("{}.{}-{}", dice.roll(9), dice.roll(40), dice.roll(9));
                let (old, new) = (version(self), version(self));
                let changes = json!({ self.word(): { "new": new, "old": old } });
                ("pkg.installed", "The following packages were installed/updated".into(), changes)
            }
            2 => ("service.running", "Service restarted".into(), json!({ self.word(): "True" })),
            _ => {
                let lines: Vec<String> = (0..self.roll(30)).map(|_| self.words(8)).collect();
                let changes = json!({
                    "pid": (self.roll(99_999)).to_string(), "retcode": "0", "stderr": "", "stdout": lines.join("\n"),
                });
                ("cmd.run", format!("Command \"{}\" run", self.words(3)), changes)
            }
        }
    }
}

/// One state: its ID, function, result, comment, start, duration and changes.
struct State {
    id: String,
    function: &'static str,
    result: bool,
    comment: String,
    started: String,
    duration: f64,
    changes: Value,
}

fn state(dice: &mut Dice, number: usize) -> State {
    let id = format!("{}-{number}", dice.path());
    let started = format!("10:{:02}:{:02}.{:06}", number / 60 % 60, number % 60, dice.roll(1_000_000));
    let duration = dice.roll(900_000) as f64 / 1000.0;
    let (function, result, comment, changes) = match dice.roll(100) {
        0 => ("cmd.run", false, format!("Command failed: {}", dice.words(12)), json!({})),
        1 => ("service.running", false, format!("One or more requisite failed: web.{id}"), json!({})),
        2..20 => {
            let (function, comment, changes) = dice.changes();
            (function, true, comment, changes)
        }
        _ => ("file.managed", true, format!("File {id} is in the correct state"), json!({})),
    };
    State { id, function, result, comment, started, duration, changes }
}

fn minions(seed: u64) -> impl Iterator<Item = (String, Vec<State>)> {
    let mut dice = Dice(seed);
    (0..).map(move |number| {
        let states = (0..STATES).map(|number| state(&mut dice, number)).collect();
        (format!("web{number:05}.example.com"), states)
    })
}

/// How a fleet's return is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Blocks, `state_output: full`.
    Full,
    /// The same in Salt's colours.
    Colour,
    /// `state_output: changes`: clean states on a line each.
    Changes,
    /// `--out=json`: an indented document a minion.
    Json,
    /// `--out=json --static`: one document.
    Static,
    /// `--out=json --out-indent=-1`: a line a minion.
    Lines,
}

impl Form {
    pub(crate) const ALL: [(Form, &str); 6] = [
        (Form::Full, "full.txt"),
        (Form::Colour, "colour.txt"),
        (Form::Changes, "changes.txt"),
        (Form::Json, "pretty.json"),
        (Form::Static, "static.json"),
        (Form::Lines, "lines.ndjson"),
    ];
}

/// A fleet without an end, a minion at a time. The same seed gives the same fleet in every form.
pub(crate) fn fleet(form: Form, seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let pieces = minions(seed).enumerate();
    pieces.map(move |(number, (minion, states))| match form {
        Form::Full | Form::Colour | Form::Changes => text(form, &minion, &states).into_bytes(),
        Form::Json | Form::Static | Form::Lines => json(form, number, &minion, states),
    })
}

/// So many bytes of it, or a little more.
pub(crate) fn some(form: Form, size: usize, seed: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + (1 << 20));
    let mut fleet = fleet(form, seed);
    while out.len() < size {
        out.extend(fleet.next().unwrap_or_default());
    }
    out.extend_from_slice(end(form));
    out
}

/// What stands behind the last minion.
pub(crate) fn end(form: Form) -> &'static [u8] {
    if form == Form::Static { b"\n}\n" } else { b"" }
}

fn text(form: Form, minion: &str, states: &[State]) -> String {
    let mut out = String::new();
    let failed = states.iter().filter(|state| !state.result).count();
    let changed = states.iter().filter(|state| state.changes != json!({})).count();
    let paint = |code: &str, text: &str| match form {
        Form::Colour => format!("\x1b[{code}m{text}\x1b[0;0m"),
        _ => text.to_owned(),
    };
    let worst = if failed > 0 { "0;31" } else { "0;36" };
    let _ = writeln!(out, "{}", paint(worst, &format!("{minion}:")));
    for State { id, function, result, comment, started, duration, changes } in states {
        let is_changed = changes.as_object().is_some_and(|changes| !changes.is_empty());
        if form == Form::Changes && *result && !is_changed {
            let _ = writeln!(
                out,
                "  Name: {id} - Function: {function} - Result: Clean - Started: {started} - Duration: {duration} ms"
            );
            continue;
        }
        let code = match (result, is_changed) {
            (false, _) => "0;31",
            (true, true) => "0;36",
            (true, false) => "0;32",
        };
        let result = if *result { "True" } else { "False" };
        let _ = writeln!(out, "{}", paint(code, "----------"));
        for field in [
            format!("      ID: {id}"),
            format!("Function: {function}"),
            format!("  Result: {result}"),
            format!(" Comment: {comment}"),
            format!(" Started: {started}"),
            format!("Duration: {duration} ms"),
        ] {
            let _ = writeln!(out, "    {}", paint(code, &field));
        }
        let mut shown = String::from("     Changes:   ");
        if is_changed {
            nested(&mut shown, changes, 14, &paint);
        }
        let _ = writeln!(out, "{}", paint(code, &shown));
    }
    let time: f64 = states.iter().map(|state| state.duration).sum::<f64>() / 1000.0;
    let _ = writeln!(out, "{}", paint("0;36", &format!("\nSummary for {minion}\n--------------")));
    let succeeded = paint("0;32", &format!("Succeeded: {}", states.len() - failed));
    let _ = writeln!(out, "{succeeded} ({})", paint("0;32", &format!("changed={changed}")));
    let _ = writeln!(out, "{}", paint(worst, &format!("Failed:    {failed:3}")));
    let total = format!("--------------\nTotal states run:     {}", states.len());
    let _ = writeln!(out, "{}", paint("0;36", &total));
    let _ = writeln!(out, "{}", paint("0;36", &format!("Total run time:   {time:.3} s")));
    out
}

/// The nested display, of what is made here: mappings and strings. Each line begins with its line end.
fn nested(out: &mut String, value: &Value, indent: usize, paint: &impl Fn(&str, &str) -> String) {
    match value {
        Value::Object(map) => {
            let _ = write!(out, "\n{:indent$}{}", "", paint("0;36", "----------"));
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            for key in keys {
                let _ = write!(out, "\n{:indent$}{}:", "", paint("0;36", key));
                nested(out, &map[key], indent + 4, paint);
            }
        }
        other => other.as_str().unwrap_or_default().lines().for_each(|line| {
            let _ = write!(out, "\n{:indent$}{}", "", paint("0;32", line));
        }),
    }
}

fn json(form: Form, number: usize, minion: &str, states: Vec<State>) -> Vec<u8> {
    let mut run = Map::new();
    for (number, state) in states.into_iter().enumerate() {
        let State { id, function, result, comment, started, duration, changes } = state;
        let (module, name) = function.split_once('.').unwrap_or((function, ""));
        let body = json!({
            "name": id, "changes": changes, "result": result, "comment": comment, "__sls__": "web",
            "__run_num__": number, "start_time": started, "duration": duration, "__id__": id,
        });
        run.insert(format!("{module}_|-{id}_|-{id}_|-{name}"), body);
    }
    let document = Map::from_iter([(minion.to_owned(), Value::Object(run))]);
    let mut out = match form {
        Form::Lines => serde_json::to_vec(&document),
        _ => serde_json::to_vec_pretty(&document),
    }
    .unwrap_or_default();
    match form {
        // One document for all: its first brace, commas between, and its last brace behind (`end`).
        Form::Static => {
            out.truncate(out.len() - 2);
            out.splice(..1, if number == 0 { &b"{"[..] } else { &b","[..] }.iter().copied());
        }
        _ => out.push(b'\n'),
    }
    out
}
