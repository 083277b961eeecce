//! Running the program as a user does, and reading back what it says.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program, away from this machine's configuration and colours.
pub(crate) fn saltlint() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saltlint"));
    let ours = |name: &str| ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"].contains(&name);
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if ours(&shown) || shown.starts_with("SALTLINT_") {
            command.env_remove(&name);
        }
    }
    command.env("TERM", "xterm").env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Longer than anything here takes: what is not over by then never will be.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs it with these arguments and nothing on standard input.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    pipe(arguments, b"")
}

/// Runs it with these arguments and this on standard input.
pub(crate) fn pipe(arguments: &[&str], input: &[u8]) -> Ran {
    pipe_into(saltlint().args(arguments), input)
}

/// Runs a prepared command with this on standard input.
pub(crate) fn pipe_into(command: &mut Command, input: &[u8]) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let all = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    std::thread::scope(|scope| {
        // A program that stops reading early is its own affair.
        scope.spawn(move || drop(stdin.write_all(input)));
        let (out, err) = (scope.spawn(move || all(&mut out)), scope.spawn(move || all(&mut err)));
        let start = Instant::now();
        let code = loop {
            match child.try_wait().unwrap() {
                // A signal is a crash: no exit status that any table names.
                Some(status) => break status.code().unwrap_or(-1),
                None if start.elapsed() > PATIENCE => child.kill().unwrap(),
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        Ran { code, out: out.join().unwrap(), err: err.join().unwrap() }
    })
}

/// The records of an ndjson report.
pub(crate) fn records(ndjson: &str) -> Vec<Value> {
    ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}")))
        .collect()
}

/// What the program reads in a file, or why it does not.
pub(crate) fn try_read(path: &Path) -> Result<Vec<Value>, String> {
    let ran = run(&["--no-config", "--no-redact", "-f", "ndjson", path.to_str().unwrap()]);
    match ran.code {
        0 | 1 | 3 => Ok(records(&ran.out)),
        code => Err(format!("exit {code}: {}", ran.err)),
    }
}

/// What the program reads in a file.
pub(crate) fn read(path: &Path) -> Vec<Value> {
    try_read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// What the program reads in a pipe.
pub(crate) fn read_pipe(input: &[u8]) -> Vec<Value> {
    let ran = pipe(&["--no-config", "--no-redact", "-f", "ndjson", "-"], input);
    assert!(matches!(ran.code, 0 | 1 | 3), "exit {}\n{}", ran.code, ran.err);
    records(&ran.out)
}

/// The records of one type.
pub(crate) fn of_type<'v>(records: &'v [Value], wanted: &str) -> Vec<&'v Value> {
    records.iter().filter(|record| record["type"] == wanted).collect()
}
