//! `--tee`: the input on standard output byte for byte, the report on standard error.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::program::{run, saltlint};
use crate::story::fixtures;

fn tee(arguments: &[&str], input: Vec<u8>) -> Output {
    let mut command = saltlint();
    command.args(["--no-config", "--tee"]).args(arguments);
    let mut child = piped(&mut command).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn piped(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped())
}

/// Text of every kind, no text at all, and what has no report.
#[test]
fn what_comes_in_goes_out_and_the_report_is_on_standard_error() {
    let failing = fs::read(fixtures().join("django-migrate-fails/full.txt")).unwrap();
    let crlf = String::from_utf8_lossy(&failing).replace('\n', "\r\n").into_bytes();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(failing.iter().flat_map(|byte| [*byte, 0])).collect();
    let broken = [failing.as_slice(), b"\xff\xfe\0\x1b[2J no newline at the end"].concat();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&failing).unwrap();
    let gzip = [gzip.finish().unwrap(), b"rubbish behind it".to_vec()].concat();
    let mut archive = tar::Builder::new(Vec::new());
    for name in ["a.log", "b.log"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(failing.len() as u64);
        header.set_cksum();
        archive.append_data(&mut header, name, failing.as_slice()).unwrap();
    }
    let archive = [archive.into_inner().unwrap(), vec![0; 50_000]].concat();
    for (what, input) in [("text", failing), ("CRLF", crlf), ("UTF-16", utf16), ("broken", broken)] {
        let ran = tee(&[], input.clone());
        assert!(ran.stdout == input, "{what}");
        assert_eq!(ran.status.code(), Some(1), "{what}");
        let report = String::from_utf8(ran.stderr).unwrap();
        assert!(report.contains("migrate") && report.contains("FAILED"), "{what}: {report}");
    }
    for (what, input, code) in [
        ("gzip", gzip, 1),
        ("an archive", archive, 1),
        ("nothing", Vec::new(), 3),
        ("noise", vec![7; 100_000], 3),
    ] {
        let ran = tee(&["-f", "ndjson"], input.clone());
        assert!(ran.stdout == input, "{what}");
        assert_eq!(ran.status.code(), Some(code), "{what}");
        assert!(ran.stderr.starts_with(b"{\"type\":\"start\""), "{what}");
    }
}

#[test]
fn several_files_go_out_in_their_order() {
    let files =
        ["django-migrate-fails/full.txt", "django-nothing-to-do/full.txt"].map(|it| fixtures().join(it));
    let all: Vec<u8> = files.iter().flat_map(|file| fs::read(file).unwrap()).collect();
    let ran = tee(&[files[0].to_str().unwrap(), "-", files[1].to_str().unwrap()], b"".to_vec());
    assert!(ran.stdout == all);
    let part = run(&["--no-config", "--tee", "old.tar!run.log"]);
    assert_eq!(part.code, 2, "{}", part.err);
    assert!(part.err.contains("old.tar!run.log"), "{}", part.err);
}

/// What has come is passed on while more may come.
#[test]
fn a_pipe_that_is_held_open_holds_nothing_back() {
    let mut command = saltlint();
    let mut child = piped(command.args(["--no-config", "--tee"])).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (to, from) = mpsc::channel();
    std::thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| to.send(line.unwrap())));
    for line in ["web1:", "----------", "          ID: half a block"] {
        writeln!(stdin, "{line}").unwrap();
        assert_eq!(from.recv_timeout(Duration::from_secs(10)).as_deref(), Ok(line));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(3), "what is cut off is not verified");
}

/// `saltlint --tee | head -1`: the answer is the same.
#[test]
fn nobody_has_to_read_it_to_the_end() {
    let input = fs::read(fixtures().join("django-migrate-fails/full.txt")).unwrap();
    let mut command = saltlint();
    let mut child = piped(command.args(["--no-config", "--tee"])).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    std::thread::spawn(move || drop(stdin.write_all(&input)));
    let mut report = String::new();
    child.stderr.take().unwrap().read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{report}");
    assert!(report.contains("FAILED"), "{report}");
    assert!(!report.contains("pipe"), "{report}");
}
