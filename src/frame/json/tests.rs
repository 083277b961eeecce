//! Documents as Salt prints them and as nobody would: whatever comes, in whatever pieces.

use std::io::{self, Read};

use proptest::prelude::*;

use super::super::index::{Index, WORD};
use super::super::{Fields, Frames, InputFormat, UnitKind};
use super::track::Track;

/// A reader that gives so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(self.1).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    kind: String,
    lines: (u64, u64),
    minion: String,
    parent: Option<(String, String)>,
    depth: u16,
    text: String,
    fields: Option<Fields>,
}

impl Seen {
    /// The key of a state, or what else the unit holds; for an event what it says.
    fn gist(&self) -> String {
        let text = match self.kind.as_str() {
            "state" => self.text.split('"').nth(1).unwrap_or_default(),
            _ => &self.text,
        };
        format!("{} {}/{} {}", self.kind, self.minion, self.depth, text)
    }
}

fn seen(input: &[u8], piece: usize) -> Vec<Seen> {
    let mut frames = Frames::new(Pieces(input, piece), InputFormat::Auto);
    let mut all = Vec::new();
    while let Some(unit) = frames.next(&mut |_, _| ()).unwrap() {
        let mut text = String::from_utf8_lossy(unit.bytes).into_owned();
        let mut fields = None;
        let kind = match unit.kind {
            UnitKind::JsonState(found) => {
                fields = Some(found);
                "state".to_owned()
            }
            UnitKind::JsonCompile => "compile".to_owned(),
            UnitKind::JsonReturn => "return".to_owned(),
            UnitKind::JsonNotice => "notice".to_owned(),
            UnitKind::RunEnd { .. } => "end".to_owned(),
            UnitKind::Fault { kind, text: why, .. } => {
                text = why;
                format!("fault-{kind}")
            }
            other => format!("{other:?}").to_lowercase(),
        };
        all.push(Seen {
            kind,
            lines: (unit.line, unit.end_line),
            minion: unit.minion.unwrap_or("-").to_owned(),
            parent: unit.parent.map(|step| (step.minion.unwrap_or("-").to_owned(), step.id.to_owned())),
            depth: unit.depth,
            text,
            fields,
        });
    }
    all
}

fn gists(input: &str) -> Vec<String> {
    lawful(input.as_bytes()).iter().map(Seen::gist).collect()
}

/// What is seen, after making sure that it is the same in any pieces, and that every line is covered and none by two
/// that do not lie inside each other.
fn lawful(input: &[u8]) -> Vec<Seen> {
    let whole = seen(input, usize::MAX);
    for piece in [1, 2, 3, 7, 64] {
        let pieces = seen(input, piece);
        let odd = pieces.iter().zip(&whole).find(|(one, other)| one != other);
        assert!(odd.is_none() && pieces.len() == whole.len(), "in pieces of {piece}: {odd:#?}");
    }
    let records: Vec<&Seen> =
        whole.iter().filter(|seen| seen.kind != "end" && !seen.kind.starts_with("fault")).collect();
    for (index, line) in input.split(|byte| *byte == b'\n').enumerate() {
        let number = index as u64 + 1;
        let covered = records.iter().any(|seen| seen.lines.0 <= number && number <= seen.lines.1);
        let blank = line.trim_ascii().is_empty();
        assert!(covered || blank, "line {number} {:?} of {whole:#?}", String::from_utf8_lossy(line));
    }
    for (index, one) in records.iter().enumerate() {
        for other in &records[index + 1..] {
            let ((a, b), (c, d)) = (one.lines, other.lines);
            let apart = b < c || d < a;
            let inside = (a <= c && d <= b) || (c <= a && b <= d);
            assert!(apart || inside || b == c || a == d, "{one:#?} against {other:#?}");
        }
    }
    whole
}

const S: &str = r#"{"result": true, "changes": {}, "comment": "a } b \" c"}"#;

#[test]
fn a_state_begins_at_the_header_of_its_minion() {
    let input = "{\n  \"web1\": {\n    \"a_|-b_|-c_|-d\": {\n      \"result\": true\n    },\n    \"e_|-f_|-g_|-h\": {}\n  },\n  \"web2\": {\n    \"i_|-j_|-k_|-l\": {}\n  }\n}\n";
    let lines: Vec<_> = lawful(input.as_bytes()).iter().map(|seen| (seen.gist(), seen.lines)).collect();
    assert_eq!(
        lines.iter().filter(|(gist, _)| !gist.starts_with("end")).cloned().collect::<Vec<_>>(),
        [
            ("state web1/0 a_|-b_|-c_|-d".to_owned(), (1, 5)),
            ("state web1/0 e_|-f_|-g_|-h".to_owned(), (6, 6)),
            ("state web2/0 i_|-j_|-k_|-l".to_owned(), (7, 9)),
            ("notice -/0 }\n}".to_owned(), (10, 11)),
        ]
    );
}

#[test]
fn what_is_no_state_is_returned() {
    let input = r#"{"a": "x", "b": true, "c": null, "d": 4, "e": {}, "f": {"retcode": 255, "stderr": "s"}, "g": ["one", "two"], "h": []}"#;
    assert_eq!(
        gists(input),
        [
            "return a/0 \"x\"",
            "end a/0 ",
            "return b/0 true",
            "end b/0 ",
            "return c/0 null",
            "end c/0 ",
            "return d/0 4",
            "end d/0 ",
            "return e/0 {}",
            "end e/0 ",
            "return f/0 {\"retcode\": 255, \"stderr\": \"s\"}",
            "end f/0 ",
            "compile g/0 \"one\"",
            "compile g/0 \"two\"",
            "end g/0 ",
            "compile h/0 []",
            "end h/0 ",
        ]
    );
}

#[test]
fn envelopes_are_seen_through() {
    for input in [
        format!(
            r#"{{"data": {{"web1": {{"a_|-b_|-c_|-d": {S}}}}}, "outputter": "highstate", "retcode": 0}}"#
        ),
        format!(r#"{{"outputter": "highstate", "data": {{"web1": {{"a_|-b_|-c_|-d": {S}}}}}}}"#),
        format!(r#"{{"return": {{"web1": {{"a_|-b_|-c_|-d": {S}}}}}, "retcode": 2}}"#),
        format!(r#"{{"return": [{{"web1": {{"a_|-b_|-c_|-d": {S}}}}}]}}"#),
        format!(r#"{{"web1": {{"return": {{"a_|-b_|-c_|-d": {S}}}, "retcode": 2}}}}"#),
        format!(r#"{{"web1": {{"jid": "2", "fun": "x", "return": {{"data": {{"a_|-b_|-c_|-d": {S}}}}}}}}}"#),
        format!(r#"{{"fun": "state.apply", "id": "web1", "return": {{"a_|-b_|-c_|-d": {S}}}}}"#),
    ] {
        let gists = gists(&input);
        assert_eq!(gists[0], "state web1/0 a_|-b_|-c_|-d", "{input}");
        assert_eq!(gists[1..].iter().filter(|gist| *gist == "end web1/0 ").count(), 1, "{gists:?}");
        assert_eq!(gists.len(), 2, "{gists:?}");
    }
    assert_eq!(gists(r#"{"return": {"a": 1}, "retcode": 0}"#)[0], "return -/0 {\"a\": 1}");
    assert_eq!(
        gists(r#"{"web1": {"return": "gone", "retcode": 1}}"#),
        ["return web1/0 \"gone\"", "end web1/0 "]
    );
}

#[test]
fn a_minion_beside_one_with_states_returns_too() {
    let input = format!(r#"{{"local": {{"w1": {{"a_|-b_|-c_|-d": {S}}}, "w2": "no"}}}}"#);
    assert_eq!(gists(&input)[..3], ["state w1/0 a_|-b_|-c_|-d", "end w1/0 ", "return w2/0 \"no\""]);
}

#[test]
fn documents_follow_one_another() {
    let input =
        format!("jid: 1\n{{\"w1\": {{\"a_|-b_|-c_|-d\": {S}}}}}\n\n{{\"w2\": 1}} {{\"w3\": 2}}\nbye\n{{}}\n");
    let gists = gists(&input);
    assert_eq!(gists.iter().filter(|gist| !gist.starts_with("end")).count(), 6, "{gists:?}");
    assert_eq!(gists.last().unwrap(), "notice -/0 {}");
}

#[test]
fn steps_follow_the_states_in_them_and_do_not_repeat_them() {
    let nested = format!(r#""a_|-b_|-c_|-d": {S}, "e_|-f_|-g_|-h": {S}"#);
    let input = format!(
        r#"{{"m": {{"salt_|-step_|-step_|-state": {{"changes": {{"out": "highstate", "ret": {{"w1": {{{nested}}}, "w2": ["e1"], "w3": "none", "x": {{}}}}}}, "result": true}}, "z_|-z_|-z_|-z": {S}}}}}"#
    );
    let seen = lawful(input.as_bytes());
    let gists: Vec<_> = seen.iter().map(Seen::gist).collect();
    assert_eq!(
        gists,
        [
            "state w1/1 a_|-b_|-c_|-d",
            "state w1/1 e_|-f_|-g_|-h",
            "end w1/1 ",
            "compile w2/1 \"e1\"",
            "end w2/1 ",
            "return w3/1 \"none\"",
            "end w3/1 ",
            "return x/1 {}",
            "end x/1 ",
            "state m/0 salt_|-step_|-step_|-state",
            "state m/0 z_|-z_|-z_|-z",
            "end m/0 ",
        ]
    );
    assert_eq!(seen[0].parent, Some(("m".to_owned(), "step".to_owned())));
    assert_eq!(seen[9].parent, None);
    let kept: serde_json::Value = serde_json::from_str(&format!("{{{}}}", seen[9].text)).unwrap();
    let expected = serde_json::json!({"changes": {"out": "highstate", "ret": {}}, "result": true});
    assert_eq!(kept["salt_|-step_|-step_|-state"], expected);
}

#[test]
fn what_a_step_holds_beside_nested_runs_is_kept() {
    let state = format!(r#""a_|-b_|-c_|-d": {S}"#);
    for (changes, expected) in [
        (
            format!(r#"{{"ret": {{"x": 1, "w": {{{state}}}, "return": 2}}}}"#),
            r#"{"ret": {"x": 1, "return": 2}}"#,
        ),
        (format!(r#"{{"ret": {{{state}, "y": 2}}}}"#), r#"{"ret": {"y": 2}}"#),
        (format!(r#"{{"ret": {{"x": 1, {state}}}}}"#), r#"{"ret": {"x": 1}}"#),
        (format!(r#"{{"state.apply": {{{state}, {state}}}}}"#), r#"{"state.apply": {}}"#),
        (
            format!(r#"{{"return": {{"data": {{"w": {{{state}}}}}, "outputter": "highstate"}}}}"#),
            r#"{"return": {"data": {}, "outputter": "highstate"}}"#,
        ),
        (r#"{"ret": {"a": "x", "b": [1]}}"#.to_owned(), r#"{"ret": {"a": "x", "b": [1]}}"#),
        (r#"{"out": "other", "ret": {"a": "x"}}"#.to_owned(), r#"{"out": "other", "ret": {"a": "x"}}"#),
    ] {
        let input =
            format!(r#"{{"m": {{"salt_|-s_|-s_|-state": {{"changes": {changes}, "comment": "x"}}}}}}"#);
        let seen = lawful(input.as_bytes());
        let step = &seen[seen.len() - 2];
        let kept: serde_json::Value = serde_json::from_str(&format!("{{{}}}", step.text)).unwrap();
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(kept["salt_|-s_|-s_|-state"]["changes"], expected, "{changes}");
    }
}

#[test]
fn steps_stand_inside_steps() {
    let input = format!(
        "{{\n\"m\": {{\n\"salt_|-o_|-o_|-runner\": {{\n\"changes\": {{\n\"return\": {{\n\"data\": {{\n\"n\": {{\n\"salt_|-i_|-i_|-state\": {{\n\"changes\": {{\"ret\": {{\n\"w\": {{\n\"a_|-b_|-c_|-d\": {S}\n}}}}}},\n\"result\": true}}\n}}}},\n\"retcode\": 0}}}},\n\"result\": true}}\n}}}}\n"
    );
    let seen = lawful(input.as_bytes());
    let places: Vec<_> = seen.iter().map(|seen| (seen.gist(), seen.lines)).collect();
    let expected = [
        ("state w/2 a_|-b_|-c_|-d", (10, 11)),
        ("end w/2 ", (10, 10)),
        ("state n/1 salt_|-i_|-i_|-state", (7, 13)),
        ("end n/1 ", (14, 14)),
        ("state m/0 salt_|-o_|-o_|-runner", (1, 16)),
        ("end m/0 ", (17, 17)),
        ("notice -/0 }}", (17, 17)),
    ];
    let places: Vec<_> = places.iter().filter(|(gist, _)| !gist.starts_with("end")).cloned().collect();
    let expected: Vec<_> = expected
        .iter()
        .filter(|(gist, _)| !gist.starts_with("end"))
        .map(|(gist, lines)| ((*gist).to_owned(), *lines))
        .collect();
    assert_eq!(places, expected);
    assert_eq!(seen[0].parent, Some(("n".to_owned(), "i".to_owned())));
    assert!(seen[4].text.contains(r#""retcode": 0"#) && !seen[4].text.contains("a_|-b"), "{}", seen[4].text);
}

#[test]
fn log_lines_between_lines_are_told_by_themselves() {
    let input = "{\n\"w\": {\n[ERROR   ] one {\n\"a_|-b_|-c_|-d\": {\n[WARNING ] two \"\n\"changes\": {},\n\"comment\": [\n[INFO    ] three\n\"x\"\n],\n\"result\": true\n},\n[ERROR   ] four\n\"e_|-f_|-g_|-h\": {}\n}\n}\n";
    let seen = lawful(input.as_bytes());
    let gists: Vec<_> = seen.iter().map(Seen::gist).collect();
    assert_eq!(
        gists,
        [
            "log -/0 [ERROR   ] one {\n",
            "log -/0 [WARNING ] two \"\n",
            "log -/0 [INFO    ] three\n",
            "state w/0 a_|-b_|-c_|-d",
            "log -/0 [ERROR   ] four\n",
            "state w/0 e_|-f_|-g_|-h",
            "end w/0 ",
            "notice -/0 }\n}",
        ]
    );
    serde_json::from_str::<serde_json::Value>(&format!("{{{}}}", seen[3].text)).unwrap();
}

#[test]
fn what_breaks_off_is_said_and_covered() {
    let state = format!("\"a_|-b_|-c_|-d\": {S}");
    let input = format!("{{\n\"w\": {{\n{state},\n\"e_|-f_|-g_|-h\": {{\n\"x\": 1\noops\nweb9: fine\n");
    let seen = lawful(input.as_bytes());
    let kinds: Vec<_> = seen.iter().map(|seen| (seen.kind.as_str(), seen.lines)).collect();
    assert_eq!(kinds[..2], [("state", (1, 3)), ("stray", (4, 5))]);
    assert_eq!(kinds[2].0, "fault-json");
    assert_eq!(seen[2].lines.0, 6);
    for hopeless in [
        "{\"oops\n",
        "{\"a\": nope}\nx\n",
        "{\"a\" 1}",
        "{\"a\": [1, }",
        "{} x\n",
        "{\"a\": 1,}\n{\"b\": 2}\n",
    ] {
        lawful(hopeless.as_bytes());
    }
}

#[test]
fn wherever_it_is_cut_nothing_whole_is_lost() {
    let nested = format!("\"w1\": {{\n\"a_|-b_|-c_|-d\": {S}\n}},\n\"w2\": [\n\"e1\"\n]");
    let input = format!(
        "{{\n\"m\": {{\n\"z_|-z_|-z_|-z\": {S},\n\"salt_|-s_|-s_|-state\": {{\n\"changes\": {{\n\"out\": \"highstate\",\n\"ret\": {{\n{nested}\n}}\n}},\n\"result\": true\n}}\n}}\n}}\n"
    );
    let end = input.trim_end().len();
    for cut in 3..end {
        let seen = lawful(input.as_bytes()[..cut].as_ref());
        assert_eq!(seen.iter().filter(|seen| seen.kind == "fault-cut").count(), 1, "at {cut}: {seen:#?}");
    }
    assert!(lawful(input.as_bytes()).iter().all(|seen| !seen.kind.starts_with("fault")));
}

#[test]
fn odd_values_are_no_trouble() {
    let odd = r#"{"result": NaN, "duration": -Infinity, "comment": "\ud800 \u2028", "comment": [1, [2]], "changes": {"a": NaN}}"#;
    let input = format!(r#"{{"w": {{"a_|-b_|-c_|-d": {odd}, "a_|-b_|-c_|-d": {odd}}}}}"#);
    assert_eq!(gists(&input)[..2], ["state w/0 a_|-b_|-c_|-d", "state w/0 a_|-b_|-c_|-d"]);
    let deep = format!("{{\"w\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(gists(&deep).iter().any(|gist| gist.starts_with("fault-json")));
    let deep = format!("{{\"w\": {{\"a_|-b_|-c_|-d\": {{\"x\": {}", "{\"x\":\n".repeat(10_000));
    assert!(gists(&deep).iter().any(|gist| gist.starts_with("fault-json")));
}

#[test]
fn what_is_too_large_is_said_and_passed_over() {
    let large = "x".repeat(17 << 20);
    let input = format!(
        "{{\n\"w\": {{\n\"a_|-b_|-c_|-d\": {{\n\"comment\": \"{large}\",\n\"result\": true\n}},\n\"e_|-f_|-g_|-h\": {S}\n}},\n\"v\": \"{large}\",\n\"u\": 1\n}}\n"
    );
    let seen = seen(input.as_bytes(), 1 << 20);
    let kinds: Vec<_> = seen.iter().map(|seen| (seen.kind.as_str(), seen.minion.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("stray", "-"),
            ("fault-overlong", "w"),
            ("stray", "-"),
            ("state", "w"),
            ("end", "w"),
            ("stray", "-"),
            ("fault-overlong", "v"),
            ("return", "u"),
            ("end", "u"),
            ("notice", "-"),
        ]
    );
}

/// Documents with a bit of everything: a step, a step in a step, lists, words, envelopes.
fn everything() -> String {
    let nested = format!(
        "\"w1\": {{\n\"a_|-b_|-c_|-d\": {S},\n\"e_|-f_|-g_|-h\": {S}\n}},\n\"w2\": [\n\"e1\",\n\"e2\"\n],\n\"w3\": \"gone\""
    );
    let step = format!(
        "\"salt_|-s_|-s_|-state\": {{\n\"changes\": {{\n\"out\": \"highstate\",\n\"ret\": {{\n{nested}\n}}\n}},\n\"result\": true\n}}"
    );
    let outer = format!(
        "\"salt_|-o_|-o_|-runner\": {{\n\"changes\": {{\"return\": {{\"data\": {{\n\"m\": {{\n{step}\n}}\n}},\n\"retcode\": 0}}}},\n\"result\": true\n}}"
    );
    format!(
        "jid: 1\n{{\n\"data\": {{\n\"m\": {{\n{outer},\n\"z_|-z_|-z_|-z\": {S}\n}},\n\"v\": {{\n\"retcode\": 1,\n\"x\": [NaN, -1.5e3]\n}}\n}},\n\"retcode\": 0\n}}\n{{\"w\": {{\"i_|-j_|-k_|-l\": {S}}}}}\n"
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_done_to_it_lines_are_covered_and_pieces_make_no_difference(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, 0usize..14), 1..5)
    ) {
        const PIECES: [&str; 14] = [
            "", "\n", "\"", "\\", "{", "}", "[", "]", ",", ":", "\n[ERROR   ] log \"{\n", "\nweb1:\n", "\"x\": 1,", "\n{\"\n",
        ];
        let mut input = everything().into_bytes();
        for (at, cut, piece) in edits {
            let at = at.index(input.len() + 1);
            let end = input.len().min(at + cut);
            input.splice(at..end, PIECES[piece].bytes());
        }
        lawful(&input);
    }
}

/// What stands for a value where one is edited in.
const VALUES: [&str; 18] = [
    "{}",
    "[]",
    "true",
    "null",
    "0",
    "16.745",
    "-1.5e3",
    "\"a } b\"",
    "\"x \\\" \\\\\"",
    "\"é\"",
    "{\"diff\": \"New file\"}",
    "[1, {\"a\": [\"]\"]}, \"\\u2028\"]",
    "{\"out\": \"highstate\"}",
    "{\"a_|-b_|-c_|-d\": {}}",
    "NaN",
    "truer",
    "-",
    "{\"a\": 1,}",
];

/// A run as Salt writes it, pretty or on one line, but for the values at these places.
fn run(pretty: bool, states: usize, edits: &[(prop::sample::Index, usize)]) -> String {
    let mut slots: Vec<&str> = [
        "\"/etc/motd\"",
        "{}",
        "true",
        "\"is in the correct state\"",
        "\"web\"",
        "3",
        "\"03:14:14.016745\"",
        "16.745",
        "\"motd\"",
    ]
    .repeat(states);
    for (at, value) in edits {
        let at = at.index(slots.len());
        slots[at] = VALUES[*value];
    }
    let members = [
        "name",
        "changes",
        "result",
        "comment",
        "__sls__",
        "__run_num__",
        "start_time",
        "duration",
        "__id__",
    ];
    let (open, between, close) =
        if pretty { ("{\n            ", ",\n            ", "\n        }") } else { ("{", ", ", "}") };
    let (outer, next) = if pretty { ("\n        ", ",\n        ") } else { ("", ", ") };
    let states: Vec<String> = slots
        .chunks(members.len())
        .enumerate()
        .map(|(index, values)| {
            let members: Vec<String> =
                members.iter().zip(values).map(|(key, value)| format!("\"{key}\": {value}")).collect();
            format!("\"file_|-motd{index}_|-/etc/motd_|-managed\": {open}{}{close}", members.join(between))
        })
        .collect();
    format!("{{\"web1\": {{{outer}{}}}}}\n", states.join(next))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// In large pieces states are found on the beaten track, in small ones with care.
    #[test]
    fn the_beaten_track_leads_to_the_same_states(
        pretty in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..VALUES.len()), 0..3),
        odd in prop::option::of((any::<prop::sample::Index>(), 0usize..9, 0usize..6)),
    ) {
        let mut input = run(pretty, 5, &edits).into_bytes();
        if let Some((at, cut, piece)) = odd {
            let at = at.index(input.len());
            let end = input.len().min(at + cut);
            input.splice(at..end, [" ", "\n[ERROR   ] log \"{\n", "\"", ",", "\\", "}"][piece].bytes());
        }
        lawful(&input);
    }
}

/// The property above says nothing unless the track is taken, and says so where a value is odd.
#[test]
fn the_beaten_track_is_taken() {
    for pretty in [true, false] {
        let input = run(pretty, 4, &[]);
        let mut buffer = input.clone().into_bytes();
        buffer.resize(input.len().next_multiple_of(WORD), 0);
        let mut index = Index::default();
        index.resize(buffer.len() / WORD);
        index.with_json(&buffer, 0..input.len());
        let window = index.window(&buffer, 0..input.len());
        let mut track = Track::default();
        for state in 1..3 {
            let key = input.find(&format!("\"file_|-motd{state}")).unwrap();
            let comma = input[..key].rfind(',').unwrap();
            let whole = track.state(window, comma).map(|whole| (whole.member, &input[..whole.end]));
            let (member, upto) = whole.unwrap();
            assert_eq!(member, key);
            assert!(upto.ends_with('}') && input[upto.len()..].starts_with(','), "{upto}");
            assert!(track.state(window, comma + 1).is_none());
        }
    }
}
