//! `sarif`: SARIF 2.1.0, as GitHub code scanning, Azure DevOps, VS Code and reviewdog read it.
//!
//! Results are written as they come; the tool with the rules that spoke, and what makes the input untrusted, follow them:
//! the order of keys is free in JSON. GitHub takes 25,000 results of a run: what is above that is counted and said.
//! The structs are frozen copies of what is used of the schema.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use serde::Serialize;

use super::batch::Batch;
use super::finding::{Finding, Place, is_shown, least, problem};
use super::visible;
use super::{Report, Seen, Show, States};
use crate::digest::Digest;
use crate::record::Class;

/// So many results are written.
const RESULTS: u64 = 25_000;
/// So many rules are described; any number may speak.
const RULES: usize = 5_000;

/// One run of this tool.
pub(super) struct Sarif {
    batch: Batch,
    show: Show,
    states: Option<Rc<States>>,
    rules: BTreeMap<String, Rule>,
    results: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'s> {
    rule_id: &'s str,
    level: &'static str,
    message: Text<'s>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'s>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'s>>,
    partial_fingerprints: Fingerprints<'s>,
    properties: Properties<'s>,
}

#[derive(Serialize)]
struct Text<'s> {
    text: &'s str,
}

#[derive(Serialize)]
struct Fingerprints<'s> {
    #[serde(rename = "saltlint/v1")]
    v1: &'s str,
}

#[derive(Serialize)]
struct Properties<'s> {
    verdict: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    minion: Option<&'s str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    function: &'s str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'s> {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'s> {
    name: &'s str,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Owned>,
}

#[derive(Serialize)]
struct Owned {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'s> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<&'s Rule>,
}

#[derive(Serialize)]
struct Tool<'s> {
    driver: Driver<'s>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Owned,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'static>>,
}

impl Sarif {
    pub(super) fn new(show: Show, states: Option<Rc<States>>, out: Box<dyn io::Write>) -> Self {
        Sarif { batch: Batch::new(out), show, states, rules: BTreeMap::new(), results: 0 }
    }

    fn begin(&mut self) {
        if self.results == 0 {
            let head = "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"results\":[\n";
            self.batch.bytes.extend_from_slice(head.as_bytes());
        } else if self.results < RESULTS {
            self.batch.bytes.extend_from_slice(b",\n");
        }
    }

    fn result(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        self.begin();
        self.results += 1;
        if self.results > RESULTS {
            return Ok(());
        }
        if self.rules.len() < RULES && !self.rules.contains_key(&finding.rule) {
            let help = finding.help();
            let rule = Rule {
                id: finding.rule.clone(),
                help_uri: finding.url().map(str::to_owned),
                help: (!help.is_empty()).then(|| Owned { text: help.join("\n") }),
            };
            self.rules.insert(finding.rule.clone(), rule);
        }
        let place = finding.place(self.states.as_deref());
        let mut locations = Vec::new();
        let mut related = Vec::new();
        // Who was expected and did not come stands nowhere.
        if finding.line > 0 || place.in_sls {
            let end = (!place.in_sls && finding.end_line > place.line).then_some(finding.end_line);
            locations.push(Location {
                physical_location: physical(&place, end),
                logical_locations: logical(finding),
                message: None,
            });
        }
        if place.in_sls {
            related.push(Location {
                physical_location: physical(&finding.in_input(), None),
                logical_locations: Vec::new(),
                message: Some(Text { text: "what Salt said" }),
            });
        }
        let cause = finding.cause();
        if let Some((words, place)) = &cause {
            related.push(Location {
                physical_location: physical(place, None),
                logical_locations: Vec::new(),
                message: Some(Text { text: words }),
            });
        }
        let detail = finding.detail();
        let because = cause.as_ref().map(|(words, _)| format!("\nbecause of {words}")).unwrap_or_default();
        let sep = if detail.is_empty() { "" } else { "\n" };
        let message = format!("{}{}{because}{sep}{}", finding.whose(), finding.title, detail.join("\n"));
        let result = SarifResult {
            rule_id: &finding.rule,
            level: match finding.class {
                Class::ActionRequired => "error",
                Class::Review => "warning",
                Class::Blocked | Class::Benign | Class::FalsePositive => "note",
                Class::Clean => "none",
            },
            message: Text { text: &message },
            locations,
            related_locations: related,
            partial_fingerprints: Fingerprints { v1: &finding.fingerprint() },
            properties: Properties {
                verdict: finding.class.word(),
                minion: finding.minion.as_deref(),
                function: &finding.function,
            },
        };
        visible::to_writer(&mut self.batch.bytes, &result)?;
        self.batch.line_done()
    }
}

impl Report for Sarif {
    fn least(&self) -> Class {
        least(self.show)
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        match Finding::of(seen) {
            Some(finding) if is_shown(self.show, finding.class) => self.result(&finding),
            _ => Ok(()),
        }
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        if self.results == 0 {
            self.begin();
        }
        let mut notifications: Vec<_> = digest.problems.iter().map(notification).collect();
        let left_out =
            |text: String| Notification { level: "warning", message: Owned { text }, locations: Vec::new() };
        if digest.problems_more > 0 {
            notifications.push(left_out(format!("{} more like these", digest.problems_more)));
        }
        if let more @ 1.. = self.results.saturating_sub(RESULTS) {
            notifications.push(left_out(format!("{more} more results are not listed")));
        }
        let rules: Vec<_> = self.rules.values().collect();
        let tool =
            Tool { driver: Driver { name: "saltlint", semantic_version: env!("CARGO_PKG_VERSION"), rules } };
        let invocation = Invocation {
            execution_successful: digest.problems.is_empty(),
            exit_code: exit,
            tool_execution_notifications: notifications,
        };
        let bytes = &mut self.batch.bytes;
        bytes.extend_from_slice(b"\n],\"tool\":");
        visible::to_writer(bytes, &tool)?;
        bytes.extend_from_slice(b",\n\"invocations\":[");
        visible::to_writer(bytes, &invocation)?;
        bytes.extend_from_slice(b"],\"columnKind\":\"unicodeCodePoints\"}]}\n");
        self.batch.flush()
    }
}

fn notification(it: &crate::digest::Problem) -> Notification {
    let (text, place) = problem(it);
    let physical_location = physical(&place, None);
    let place = Location { physical_location, logical_locations: Vec::new(), message: None };
    Notification {
        level: "error",
        message: Owned { text },
        locations: it.line.map(|_| place).into_iter().collect(),
    }
}

fn physical(place: &Place, end_line: Option<u64>) -> Physical {
    Physical {
        artifact_location: Artifact { uri: uri(&place.file) },
        region: Region { start_line: place.line, end_line },
    }
}

/// The minion, the SLS, and the ID in them, as far as they are known.
fn logical<'s>(finding: &'s Finding<'_>) -> Vec<Logical<'s>> {
    let id = Some(finding.id.as_str()).filter(|id| !id.is_empty());
    let parts =
        [(finding.minion.as_deref(), "namespace"), (finding.sls.as_deref(), "module"), (id, "resource")];
    let mut path = String::new();
    let mut all = Vec::new();
    for (name, kind) in parts {
        let Some(name) = name else { continue };
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(name);
        all.push(Logical { name, fully_qualified_name: path.clone(), kind });
    }
    all
}

/// A path as a relative or absolute URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            byte if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
