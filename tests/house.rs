//! The house against its own map: `src/lib.rs` says who may import whom and who may do what; here that is held.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its tests and comments.
struct Source {
    path: String,
    room: String,
    opens_with_doc: bool,
    lines: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    files.iter().map(|file| source(&root, file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            collect(&path, files);
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "sample.rs" {
            files.push(path);
        }
    }
}

fn source(root: &Path, file: &Path) -> Source {
    let text = fs::read_to_string(file).unwrap();
    let path = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    let room = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
    // Inline tests stand at the foot of a file.
    let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code: Vec<&str> = program.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    Source {
        path,
        room,
        opens_with_doc: text.starts_with("//!"),
        lines: program.lines().count(),
        code: code.join("\n"),
    }
}

/// The table in `src/lib.rs`: what each room may import.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // A room that is not public has no link.
    let is_room = |row: &&str| row.starts_with("[`") || row.starts_with('`');
    for row in map.lines().filter_map(|line| line.strip_prefix("//! | ")).filter(is_room) {
        let (rooms, may) = row.trim_end_matches(" |").split_once(" | ").unwrap();
        let rooms: Vec<String> = rooms.split(',').map(|room| word(room).to_owned()).collect();
        let may: BTreeSet<String> = match may {
            "nothing" => BTreeSet::new(),
            // The two at the top see all rooms below them.
            _ if may.contains("all of these") || may.contains("what its commands show") => {
                arrows.keys().cloned().chain(may.split(',').map(|room| word(room).to_owned())).collect()
            }
            _ => may.split(',').map(|room| word(room).to_owned()).collect(),
        };
        for room in rooms {
            arrows.insert(room.clone(), may.iter().cloned().chain([room]).collect());
        }
    }
    arrows
}

fn word(text: &str) -> &str {
    text.trim().trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

#[test]
fn rooms_import_what_the_map_allows() {
    let arrows = arrows();
    assert!(
        arrows.len() >= 9 && arrows["decode"].contains("frame"),
        "the map in src/lib.rs can't be read: {arrows:?}"
    );
    let group = regex::Regex::new(r"crate::\{([^}]*)\}").unwrap();
    let single = regex::Regex::new(r"crate::([a-z_]+)").unwrap();
    let mut defects = Vec::new();
    for file in sources().iter().filter(|file| !matches!(file.room.as_str(), "lib" | "main")) {
        let may = arrows.get(&file.room).unwrap_or_else(|| panic!("{} is not on the map", file.room));
        let mut used: BTreeSet<String> =
            single.captures_iter(&file.code).map(|found| found[1].to_owned()).collect();
        for found in group.captures_iter(&file.code) {
            used.extend(found[1].split(',').map(|part| word(part.split("::").next().unwrap()).to_owned()));
        }
        let rooms = used.iter().filter(|room| arrows.contains_key(*room) && !may.contains(*room));
        defects.extend(rooms.map(|room| format!("{} imports {room}", file.path)));
    }
    assert!(defects.is_empty(), "{defects:#?}");
}

#[test]
fn rooms_do_what_is_theirs() {
    // What, and the rooms in which it may stand.
    let rules: [(&str, &[&str]); 6] = [
        (r"\bFile::open\b|\bfs::(read|read_to_string|read_dir)\b|\bWalkDir\b", &["input", "rules", "cli"]),
        (r"\bclap(_complete|_mangen)?::", &["cli"]),
        (r"\b(e?println|e?print|dbg)!", &[]),
        // In `frame` one file, which says so.
        (r"\bunsafe\b", &["frame"]),
        (r"\bSerialize\b|\bserde_json::(json!|to_)", &["report", "rules", "cli"]),
        (r"\bstd::(env|process)::", &["cli", "main"]),
    ];
    let mut defects = Vec::new();
    for (pattern, rooms) in rules {
        let pattern = regex::Regex::new(pattern).unwrap();
        for file in sources().iter().filter(|file| !rooms.contains(&file.room.as_str())) {
            let found = pattern.find(&file.code).map(|found| found.as_str());
            defects.extend(found.map(|found| format!("{}: {found}", file.path)));
        }
    }
    assert!(defects.is_empty(), "{defects:#?}");
}

#[test]
fn every_file_says_what_lives_in_it() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|file| !file.opens_with_doc && file.room != "main")
        .map(|file| file.path)
        .collect();
    assert!(silent.is_empty(), "no //! on top: {silent:#?}");
    for file in sources().iter().filter(|file| file.lines > 250) {
        println!("{} has {} lines", file.path, file.lines);
    }
}
