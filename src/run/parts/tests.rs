//! Whatever the parts, what is told is what one thread tells.

use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::{fs, io};

use proptest::prelude::*;

use super::in_parts_of;
use crate::digest::Problem;
use crate::frame::{Frames, InputFormat};
use crate::input::{Feed, InPlace};
use crate::record::{Plain, Record};
use crate::rules::Rules;
use crate::run::{Reader, Taker};
use crate::verdict::Verdict;

/// All that is told, in words.
struct Heard {
    words: String,
    passes: bool,
}

impl<'r> Taker<'r> for Heard {
    fn begin(&mut self, file: &str) {
        writeln!(self.words, "begin {file}").unwrap();
    }

    fn passes(&self) -> bool {
        self.passes
    }

    fn pass(&mut self, plain: &Plain<'_>) -> io::Result<()> {
        writeln!(self.words, "pass {:?}", plain.counted()).unwrap();
        Ok(())
    }

    fn record(&mut self, file: &str, record: &Record<'_>, verdict: &Verdict<'r>) -> io::Result<()> {
        let rule = verdict.rule.map(|rule| &rule.id);
        let Verdict { class, cause, agrees, around, pending, .. } = verdict;
        let judged = (class, rule, verdict.says(record), cause, agrees, around, pending);
        writeln!(self.words, "{file} {record:?} {judged:?}").unwrap();
        Ok(())
    }

    fn problem(&mut self, problem: Problem) {
        writeln!(self.words, "{problem:?}").unwrap();
    }

    fn end(&mut self, file: &str, lines: u64) {
        writeln!(self.words, "end {file} {lines}").unwrap();
    }
}

/// Captures of all kinds, and what stands between them in a log.
static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut pieces: Vec<String> = [
        "\n",
        "[ERROR   ] Command 'false' failed with return code: 1\n",
        "[INFO    ] Loading fresh modules for state activity\n",
        "Total states run:     3\n",
        "Killed\n",
        "web1:\n",
    ]
    .map(str::to_owned)
    .into();
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for file in walkdir::WalkDir::new(stories).sort_by_file_name().into_iter().flatten() {
        let is_text = file.path().extension().is_some_and(|it| it == "txt" || it == "log");
        if is_text && file.metadata().is_ok_and(|it| it.len() < 40_000) {
            pieces.extend(fs::read_to_string(file.path()));
        }
    }
    pieces
});

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load(true, &[]).unwrap());

fn alone(input: &str, passes: bool) -> String {
    let mut heard = Heard { words: String::new(), passes };
    let feed: Box<dyn Feed> = Box::new(io::Cursor::new(input.as_bytes().to_vec()));
    let frames = Frames::new(feed, InputFormat::Auto);
    Reader::new(&RULES).read("run.log", frames, &mut heard, &mut |_, _, _| Ok(())).unwrap();
    heard.words
}

fn in_parts(input: &str, passes: bool, size: u64, threads: usize) -> String {
    let mut file = tempfile::tempfile().unwrap();
    io::Write::write_all(&mut file, input.as_bytes()).unwrap();
    let (from, mut heard) = (InPlace::of(file), Heard { words: String::new(), passes });
    let how = (&*RULES, InputFormat::Auto, passes);
    in_parts_of(size, how, "run.log", &from, threads, &mut heard, &mut |_| ()).unwrap();
    heard.words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_make_no_difference(
        pieces in prop::collection::vec(0..PIECES.len(), 1..12),
        passes in any::<bool>(),
        size in prop_oneof![1..2_000_u64, 1_000..60_000_u64],
        threads in 1..4_usize,
    ) {
        let input: String = pieces.iter().map(|piece| PIECES[*piece].as_str()).collect();
        let (alone, parts) = (alone(&input, passes), in_parts(&input, passes, size, threads));
        let parting = alone.lines().zip(parts.lines()).find(|(alone, parts)| alone != parts);
        prop_assert_eq!(parting, None);
        prop_assert_eq!(alone.len(), parts.len());
    }
}
