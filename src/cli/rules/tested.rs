//! What came of `rules test`, for people, for programs, and for CI.

use std::path::PathBuf;

use crate::input::visible;

/// A capture that was held against its expectation.
pub(super) struct Tested {
    pub(super) name: String,
    pub(super) expect: PathBuf,
    pub(super) came: Came,
}

pub(super) enum Came {
    AsExpected,
    Blessed,
    Differs(String),
    Failed(String),
}

pub(super) fn terminal(tested: &[Tested], color: bool) -> String {
    let mut out = String::new();
    let (mut passed, mut blessed, mut other) = (0, 0, Vec::new());
    for it in tested {
        match &it.came {
            Came::AsExpected => passed += 1,
            Came::Blessed => {
                blessed += 1;
                out.push_str(&format!("wrote {}\n", visible(&it.expect.display().to_string())));
            }
            Came::Differs(text) | Came::Failed(text) => {
                other.push(it);
                out.push_str(&format!(
                    "{}: {}\n",
                    visible(&it.name),
                    match it.came {
                        Came::Differs(_) => "differs",
                        _ => "failed",
                    }
                ));
                for line in visible(text).lines() {
                    let sgr = match line.as_bytes().first() {
                        Some(b'-') => "31",
                        Some(b'+') => "32",
                        _ => "0",
                    };
                    out.push_str(&if color {
                        format!("  \x1b[{sgr}m{line}\x1b[0m\n")
                    } else {
                        format!("  {line}\n")
                    });
                }
            }
        }
    }
    out.push_str(&format!("{passed} as expected"));
    if blessed > 0 {
        out.push_str(&format!(", {blessed} written"));
    }
    if !other.is_empty() {
        out.push_str(&format!(", {} not", other.len()));
    }
    out.push_str(".\n");
    if let Some(first) = other.iter().find(|it| matches!(it.came, Came::Differs(_))) {
        let expect = visible(&first.expect.display().to_string());
        out.push_str(&format!("Where what is found is right: saltlint rules test --bless {expect}\n"));
    }
    out
}

pub(super) fn json(tested: &[Tested]) -> String {
    let tests: Vec<_> = tested
        .iter()
        .map(|it| {
            let (status, said) = match &it.came {
                Came::AsExpected => ("passed", None),
                Came::Blessed => ("blessed", None),
                Came::Differs(diff) => ("differs", Some(("diff", diff))),
                Came::Failed(why) => ("failed", Some(("why", why))),
            };
            let mut test = serde_json::json!({
                "capture": it.name, "expect": it.expect.display().to_string(), "status": status,
            });
            if let (Some(object), Some((key, text))) = (test.as_object_mut(), said) {
                object.insert(key.to_owned(), text.as_str().into());
            }
            test
        })
        .collect();
    let passed = tested.iter().filter(|it| matches!(it.came, Came::AsExpected | Came::Blessed)).count();
    let all = serde_json::json!({
        "schema": 1, "tests": tests, "passed": passed, "failed": tested.len() - passed,
    });
    format!("{all:#}\n")
}

pub(super) fn junit(tested: &[Tested]) -> String {
    let failed = tested.iter().filter(|it| matches!(it.came, Came::Differs(_) | Came::Failed(_))).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"saltlint rules test\" tests=\"{0}\" \
         failures=\"{failed}\">\n  <testsuite name=\"saltlint rules test\" tests=\"{0}\" failures=\"{failed}\">\n",
        tested.len()
    );
    for it in tested {
        let name = xml(&it.name);
        out.push_str(&format!("    <testcase classname=\"saltlint.rules\" name=\"{name}\" file=\"{name}\""));
        match &it.came {
            Came::AsExpected | Came::Blessed => out.push_str("/>\n"),
            Came::Differs(text) | Came::Failed(text) => {
                let message = if matches!(it.came, Came::Differs(_)) { "differs" } else { "failed" };
                let text = xml(text);
                out.push_str(&format!(
                    ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>\n"
                ));
            }
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Text as XML may hold it: control characters are spelled out, as no escape of XML's can stand for them.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
