//! The straight walk through a block is held against the careful one.

use super::super::usual::usual;
use super::{Walk, Walked};
use crate::frame::Beyond;
use crate::frame::index::{Index, WORD};
use crate::frame::text::lines::Lines;
use proptest::prelude::*;

/// What follows a block; the first two are what nearly always does.
const BEHIND: [&str; 6] = [
    "----------\n          ID: next\n    Function: a.b\n",
    "\nSummary for web1\n------------\n",
    "web2:\n----------\n",
    "----------\n    Function: a.b\n    Function: a.b\n      Result: True\n     Comment: c\n",
    "[ERROR   ] a log line\n",
    "\n",
];

/// What a line of a comment, of changes, or a mutation is made of.
fn line() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "              ----------\n",
        "              key:\n",
        "                  a value\n",
        "              web9:\n",
        "              \n",
        "              \r\n",
        "                        Result: False\n",
        "             thirteen blanks\n",
        "\n",
        "----------\n",
        "          ID: x\n",
        "    Function: x.y\n",
        "        Name: x\n",
        "      Result: True\n",
        "     Comment: x\n",
        "     Started: 1\n",
        "    Duration: 2 ms\n",
        "     Changes:   \n",
        "    Warnings: w\n",
        "[INFO    ] x\n",
        "\t\tdata\n",
        "{1: 2}\n",
        "Summary for x\n",
    ]);
    prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => "[ :a-]{0,18}\n"]
}

/// Lines that are indented as content is.
fn content() -> impl Strategy<Value = String> {
    prop::collection::vec((14_usize..19, "[a:\\-\r]{0,12}"), 0..5)
        .prop_map(|lines| lines.iter().map(|(indent, text)| format!("{:1$}{text}\n", "", indent)).collect())
}

fn block() -> impl Strategy<Value = Vec<String>> {
    let word = "[ a-z:\r]{0,9}";
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), 0..BEHIND.len());
    (word, word, word, content(), content(), flags).prop_map(
        |(id, name, comment, more, changes, (named, timed, changed, behind))| {
            let mut lines = vec![
                "----------\n".to_owned(),
                format!("          ID: {id}\n"),
                "    Function: a.b\n".into(),
            ];
            lines.extend(named.then(|| format!("        Name: {name}\n")));
            lines.push("      Result: True\n".into());
            lines.push(format!("     Comment: {comment}\n{more}"));
            lines.extend(timed.then(|| "     Started: 1:2\n    Duration: 3 ms\n".to_owned()));
            lines.push("     Changes:   \n".into());
            lines.extend(changed.then(|| format!("              ----------\n{changes}")));
            lines.push(BEHIND[behind].into());
            lines
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The straight walk answers as the careful one does, or not at all.
    #[test]
    fn the_usual_way_is_the_careful_way(
        mut lines in block(),
        is_painted in any::<bool>(),
        changes in prop::collection::vec((0.0..1.0_f64, any::<bool>(), line()), 0..3),
    ) {
        for (place, replace, line) in changes {
            let at = (place * lines.len() as f64) as usize;
            if replace {
                lines[at] = line;
            } else {
                lines.insert(at, line);
            }
        }
        let text = if is_painted { painted(&lines) } else { lines.concat() };
        let text = text.as_bytes();
        let (buffer, index) = indexed(text);
        let lines = Lines::new(index.window(&buffer, 0..text.len()), Beyond::Nothing);
        if let Some((labels, length)) = usual(&lines, 0) {
            let mut walk = Walk::new(&lines, 0, 0).unwrap();
            let walked = walk.go(&lines);
            prop_assert!(matches!(walked, Walked::Done), "{walked:?}");
            prop_assert_eq!(walk.finish(), (labels, 0, length));
        }
    }
}

/// The lines as Salt paints them (`salt.output.highstate`).
fn painted(lines: &[String]) -> String {
    let paint = |line: &String| {
        let text = line.trim_end_matches('\n');
        if text.starts_with("----------") || text.starts_with("     Changes:") {
            return format!("\x1b[0;32m{text}\x1b[0;0m\n");
        }
        if let Some(rule) = text.strip_prefix("              ").filter(|text| *text == "----------") {
            return format!("              \x1b[0;36m{rule}\x1b[0;0m\n");
        }
        match (text.strip_prefix("    "), text.as_bytes().get(12)) {
            (Some(label), Some(b':')) => format!("    \x1b[0;32m{label}\x1b[0;0m\n"),
            // Above the Summary.
            _ if text.is_empty() => "\x1b[0;36m\n".to_owned(),
            _ => line.clone(),
        }
    };
    lines.iter().flat_map(|lines| lines.split_inclusive('\n')).map(|line| paint(&line.to_owned())).collect()
}

/// The property above says nothing unless what is generated is accepted.
#[test]
fn the_usual_way_is_usual() {
    let block = "----------\n          ID: a\n    Function: b.c\n        Name: d\n      Result: True\n     Comment: e\n              f\n     \
         Started: 1\n    Duration: 2 ms\n     Changes:   \n              ----------\n              g:\n                  h\n";
    for behind in &BEHIND[..2] {
        let behind = [block, behind].map(str::to_owned);
        for [block, behind] in [behind.clone(), behind.map(|part| painted(&[part]))] {
            let text = format!("{block}{behind}");
            let (buffer, index) = indexed(text.as_bytes());
            let lines = Lines::new(index.window(&buffer, 0..text.len()), Beyond::More);
            assert_eq!(usual(&lines, 0).map(|(_, length)| length), Some(block.len()), "{text}");
        }
    }
}

/// A buffer that holds these bytes, and its index.
fn indexed(bytes: &[u8]) -> (Vec<u8>, Index) {
    let mut buffer = bytes.to_vec();
    buffer.resize(bytes.len().next_multiple_of(WORD), 0);
    let mut index = Index::default();
    index.resize(buffer.len() / WORD);
    index.mark(&buffer, 0..bytes.len());
    (buffer, index)
}
