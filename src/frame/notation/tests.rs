//! Every notation says the same as JSON, whatever the pieces that it arrives in.

use std::io::Read;

use super::super::{Frames, InputFormat, UnitKind};

/// Bytes that come so many at a time.
struct Drip<'b>(&'b [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(self.1).min(buf.len());
        let (now, later) = self.0.split_at(count);
        buf[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

/// What is found, a line for each: its lines, whose it is, what it is, and its bytes without blanks.
fn found(text: &str, at_once: usize) -> Vec<String> {
    let mut frames = Frames::new(Drip(text.as_bytes(), at_once), InputFormat::Auto);
    let mut all = Vec::new();
    while let Some(unit) = frames.next(&mut |_, _| {}).expect("nothing fails here") {
        let kind = match &unit.kind {
            UnitKind::JsonState(_) => "state".to_owned(),
            UnitKind::Fault { kind, text, .. } => format!("fault {kind}: {text}"),
            UnitKind::RunEnd { .. } => continue,
            other => format!("{other:?}"),
        };
        let bytes = String::from_utf8_lossy(unit.bytes).replace(['\n'], "");
        let minion = unit.minion.unwrap_or("-");
        all.push(format!("{}-{} {minion} {kind} {bytes}", unit.line, unit.end_line));
    }
    all
}

/// The same, whatever arrives at once.
fn read(text: &str) -> Vec<String> {
    let whole = found(text, usize::MAX);
    for at_once in [1, 2, 7] {
        assert_eq!(found(text, at_once), whole, "{at_once} bytes at once of {text}");
    }
    whole
}

#[test]
fn python_literals_say_what_json_says() {
    for (literal, json) in [
        ("'a'", r#""a""#),
        (r"u'\xe9\u2026\U0001f600'", r#""é…😀""#),
        (r"'\xc3\xa9'", r#""é""#),
        (r"b'\xc3\xa9\n'", r#""é\n""#),
        (r#""it's""#, r#""it's""#),
        (r"'\\ \' \t'", r#""\\ ' \u0009""#),
        ("'one '\n 'two'", r#""one two""#),
        ("('one '\n 'two')", r#" "one two""#),
        ("(1, 'b')", r#"[1,"b"]"#),
        ("('b',)", r#"["b"]"#),
        ("()", "[]"),
        ("{}", "{}"),
        ("{'b'}", r#"["b"]"#),
        ("{'b', 'c'}", r#"["b","c"]"#),
        ("{1: None, True: 2L}", r#"{"1":null,"true":2}"#),
        ("{('a', 1): 'b'}", r#"{"('a', 1)":"b"}"#),
        ("OrderedDict([('b', 1), ('c', [False])])", r#"{"b":1,"c":[false]}"#),
        ("OrderedDict({'b': 1})", r#"{"b":1}"#),
        ("OrderedDict()", "{}"),
        ("defaultdict(<class 'dict'>, {'b': 1})", r#"{"b":1}"#),
        ("set(['b'])", r#"["b"]"#),
        ("set()", "[]"),
        ("datetime.datetime(2026, 1, 2)", r#""datetime.datetime(2026, 1, 2)""#),
        ("<function run at 0x7f12>", r#""<function run at 0x7f12>""#),
        ("[1e-05, -3, inf]", "[1e-05,-3,Infinity]"),
    ] {
        let text = format!("{{'web1': {{'a_|-b_|-c_|-d': {{'result': True, 'changes': {literal}}}}}}}\n");
        let lines = text.lines().count();
        let want = format!(r#"1-{lines} web1 state "a_|-b_|-c_|-d":{{"result":true,"changes":{json}}}"#);
        assert_eq!(read(&text), [want], "{literal}");
    }
}

#[test]
fn yaml_says_what_json_says() {
    for (yaml, json) in [
        (" text", r#""text""#),
        (" 1e5", r#""1e5""#),
        (" 1.0e-05", "1e-05"),
        (" 0o17", r#""0o17""#),
        (" null", "null"),
        (" 'it''s: a\n\n      b'", r#""it's: a\nb""#),
        (" \"\\e[0m \\u263a\\\n      \\ b\"", r#""\u001b[0m ☺ b""#),
        (" |-\n      a\n        b", r#""a\n  b""#),
        (" |2-\n          a\n        b", r#""    a\n  b""#),
        (" {}", "{}"),
        ("\n    - a\n    - - b\n      - c", r#"["a",["b","c"]]"#),
        ("\n    - k: v\n      l: w", r#"[{"k":"v","l":"w"}]"#),
        ("\n      k: v\n      l:\n        m: []", r#"{"k":"v","l":{"m":[]}}"#),
        (" &id001\n      k: v\n    pchanges: *id001", r#"{"k":"v"},"pchanges":{"k":"v"}"#),
        (" !!python/unicode 'a'", r#""a""#),
        (" !!python/tuple\n    - a", r#"["a"]"#),
    ] {
        let text = format!("web1:\n  a_|-b_|-c_|-d:\n    changes:{yaml}\n    result: true\n");
        let lines = text.lines().count();
        let want = format!(r#"1-{lines} web1 state "a_|-b_|-c_|-d":{{"changes":{json},"result":true}}"#);
        assert_eq!(read(&text), [want], "{yaml}");
    }
}

#[test]
fn long_keys_of_yaml_stand_by_themselves() {
    let text = "web1:\n  ? \"a_|-b\\n\\\n    c_|-c_|-d\"\n  : changes: {}\n    result: true\n  e_|-f_|-g_|-h:\n    result: null\n";
    let want = [
        r#"1-5 web1 state "a_|-b\nc_|-c_|-d":{"changes":{},"result":true}"#,
        r#"6-7 web1 state "e_|-f_|-g_|-h":{"result":null}"#,
    ];
    assert_eq!(read(text), want);
}

#[test]
fn the_nested_display_says_what_a_block_says() {
    for (display, json) in [
        ("\n                text", r#""text""#),
        ("\n                1", r#""1""#),
        ("\n                one\n\n                  two", r#""one\n\n  two""#),
        ("", r#""""#),
        ("\n                ----------", "{}"),
        ("\n                ----------\n                k:\n                    v", r#"{"k":"v"}"#),
        ("\n                - a\n                - b", r#"["a","b"]"#),
        ("\n                ----------\n                no mapping", r#""----------\nno mapping""#),
    ] {
        let text = format!(
            "web1:\n    ----------\n    a_|-b_|-c_|-d:\n        ----------\n        changes:\n            ----------\n            k:{display}\n        result:\n            True\n"
        );
        let lines = text.lines().count();
        let want =
            format!(r#"1-{lines} web1 state "a_|-b_|-c_|-d":{{"changes":{{"k":{json}}},"result":true}}"#);
        assert_eq!(read(&text), [want], "{display}");
    }
}

#[test]
fn what_is_cut_off_is_said() {
    for text in [
        "{'web1': {'a_|-b_|-c_|-d': {'result': Tr",
        "web1:\n  a_|-b_|-c_|-d:\n    comment: a\n",
        "web1:\n    ----------\n    a_|-b_|-c_|-d:\n        ----------\n        comment:\n            a\n",
        // Right behind a state's key.
        "web1:\n  a_|-b_|-c_|-d:\n",
        "web1:\n    ----------\n    a_|-b_|-c_|-d:\n        ----------\n",
    ] {
        let all = read(text);
        assert!(all.iter().any(|it| it.contains("fault cut")), "{all:?}");
    }
    let all = read("{'web1': {'a_|-b_|-c_|-d': {'comment': 'one '\n'two '\n'three '\n");
    assert!(all.iter().any(|it| it.starts_with("1-3 - Stray")), "{all:?}");
    let all = read("{'web1': {'a_|-b_|-c_|-d': ? }}\n");
    assert!(all.iter().any(|it| it.contains("fault broken: a Python literal breaks off")), "{all:?}");
    // Behind a value stands a comma or a bracket, whatever else there is.
    let text =
        "{'web1': {'a_|-b_|-c_|-d': {'diff': 'a'\n<<out>>  'b'\n<<out>>  'c',\n<<out>>  'name': 'd'}}}\n";
    let all = read(text);
    assert!(all.iter().any(|it| it.starts_with("2-2 - Stray <<out>>  'b'")), "{all:?}");
}

#[test]
fn minions_follow_each_other_and_other_text() {
    let text = "$ salt '*' state.apply --out=txt\nweb1: {'a_|-b_|-c_|-d': {'result': True}}\nweb2: Minion did not return. [No response]\nweb2: The minions may\nweb3: ['Rendering SLS failed']\nbye\n";
    let want = [
        "1-1 - Stray $ salt '*' state.apply --out=txt",
        r#"2-2 web1 state "a_|-b_|-c_|-d":{"result":true}"#,
        r#"3-4 web2 JsonReturn "Minion did not return. [No response]\nThe minions may""#,
        r#"5-5 web3 JsonCompile "Rendering SLS failed""#,
        "6-6 - Stray bye",
    ];
    let all: Vec<String> = read(text).iter().map(|it| it.trim_end().to_owned()).collect();
    assert_eq!(all, want.map(|it| it.replace(r"\nThe", "The")));
    let yaml = "web1:\n- 'Rendering SLS ''base:a'' failed: b\n\n  c'\n- No matching sls found for 'd'\nweb2: 'Minion did not return.\n\n  [No response]'\nweb3: {}\n";
    let want = [
        r#"1-4 web1 JsonCompile "Rendering SLS 'base:a' failed: b\nc""#,
        r#"5-5 web1 JsonCompile "No matching sls found for 'd'""#,
        r#"6-8 web2 JsonReturn "Minion did not return.\n[No response]""#,
        "9-9 web3 JsonReturn {}",
    ];
    assert_eq!(read(yaml), want);
    let pprint = "{'web1': ['Rendering SLS '\n          'failed',\n          'b']}\n{'web2': 'Minion did not '\n         'return'}\n";
    let want = [
        r#"1-2 web1 JsonCompile "Rendering SLS failed""#,
        r#"3-3 web1 JsonCompile "b""#,
        r#"4-5 web2 JsonReturn "Minion did not return""#,
    ];
    assert_eq!(read(pprint), want);
}

#[test]
fn a_repr_of_bytes_is_read_as_what_it_stands_for() {
    let text = "b'local:\\n----------\\n          ID: a\\n    Function: test.nop\\n      Result: True\\n     Comment: \\xe2\\x80\\xa6\\n     Changes:   '\nbye\n";
    let all = read(text);
    assert!(all[0].starts_with("1-1 local Block") && all[0].contains("Comment: …"), "{all:?}");
    assert!(all.last().is_some_and(|it| it.starts_with("2-2 - Stray bye")), "{all:?}");
}
