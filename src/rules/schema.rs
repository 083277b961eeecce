//! The JSON Schema of a rule file, made from the names that loading knows. Editors complete and check by it; what it
//! can't say (placeholders, expressions, the laws) `rules check` does.

use serde_json::{Map, Value, json};

use super::ask::{LEVELS, MATCHERS};
use super::field::{Field, Holds, NAMES};
use super::pack::{PACK, RULE, VERDICTS};
use crate::record::{Kind, Level, Outcome};

/// The schema as text, as it is checked in.
pub fn text() -> String {
    format!("{:#}\n", schema())
}

fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://saltlint.invalid/rules.schema.json",
        "title": "A pack of saltlint rules",
        "type": "object",
        "additionalProperties": false,
        "properties": object(&PACK, &|key| match key {
            "title" => described(json!({"type": "string"}), "What the pack is about, in a few words"),
            _ => json!({"type": "array", "items": {"$ref": "#/definitions/rule"}}),
        }),
        "definitions": {
            "rule": {
                "type": "object",
                "additionalProperties": false,
                "required": ["id", "verdict", "when"],
                "properties": object(&RULE, &of_rule),
                "if": {"properties": {"verdict": {"const": "action-required"}}, "required": ["verdict"]},
                "then": {"required": ["help"]}
            },
            "example": {
                "type": "object",
                "additionalProperties": false,
                "required": ["output"],
                "properties": {"output": described(json!({"type": "string"}), "Salt's output, pasted")}
            },
            "when": {
                "type": "object",
                "additionalProperties": false,
                "minProperties": 1,
                "properties": object(&NAMES, &of_field)
            },
            "matcher": {"anyOf": [
                {"type": "string", "description": "A glob over the whole value"},
                {"type": "boolean"},
                {"type": "number"},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/matcher"}, "description": "Any of these"},
                {"$ref": "#/definitions/asked"}
            ]},
            "asked": {
                "type": "object",
                "additionalProperties": false,
                "minProperties": 1,
                "maxProperties": 2,
                "properties": object(&MATCHERS, &of_matcher)
            },
            "changes": {"anyOf": [
                {"$ref": "#/definitions/matcher"},
                {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/definitions/changes"}}
            ]}
        }
    })
}

fn object(keys: &[&str], of: &dyn Fn(&str) -> Value) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), of(key))).collect::<Map<_, _>>().into()
}

fn described(mut value: Value, words: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), words.into());
    }
    value
}

fn of_rule(key: &str) -> Value {
    let text = || json!({"type": "string"});
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let examples = || json!({"type": "array", "items": {"$ref": "#/definitions/example"}});
    match key {
        "id" => described(
            json!({"type": "string", "pattern": "^[^/\\s]+$"}),
            "Its name in the pack, one word: rules/django.toml and \"migrate\" make django/migrate",
        ),
        "verdict" => described(json!({"enum": VERDICTS}), "How urgent it is"),
        "says" => described(
            text(),
            "What was done or what is wrong, in a sentence; {minion} {id} {name} {function} and captures are filled in",
        ),
        "why" => described(text(), "How one knows that"),
        "help" => described(texts(), "What to do, a step each; required for action-required"),
        "url" => described(text(), "Where to read more"),
        "when" => json!({"$ref": "#/definitions/when"}),
        "example" => described(examples(), "Output that must get this rule"),
        "counterexample" => described(examples(), "The nearest output that must not get it"),
        "tags" => described(texts(), "Words to find it by"),
        "owner" => described(text(), "Who answers for it"),
        "expires" => described(
            json!({"type": "string", "format": "date"}),
            "The last day on which it may lower a verdict, without quotes: 2027-01-31",
        ),
        _ => described(text(), "A measure of your own"),
    }
}

fn of_field(name: &str) -> Value {
    let words = |words: Vec<&str>| {
        json!({"anyOf": [
            {"enum": words},
            {"type": "array", "minItems": 1, "items": {"enum": words}},
            {"$ref": "#/definitions/matcher"}
        ]})
    };
    let field = Field::of(name);
    let value = match name {
        "outcome" => words(Outcome::ALL.map(Outcome::word).to_vec()),
        "kind" => words(Kind::ALL.map(Kind::word).to_vec()),
        "level" => words(LEVELS.map(Level::word).to_vec()),
        "changes" => json!({"$ref": "#/definitions/changes"}),
        _ => json!({"$ref": "#/definitions/matcher"}),
    };
    let words = match (name, field.map(|field| field.holds())) {
        ("function", _) => "As Salt prints it: service.running",
        ("id", _) => "The ID declaration; terse modes show none",
        ("name", _) => "The name; where text shows none, the ID",
        ("sls", _) => "The SLS file (JSON, and compressed IDs)",
        ("minion", _) => "The minion's id",
        ("outcome", _) => "Without outcome or result a rule is for changed states",
        ("result", _) => "True, False or None",
        ("comment", _) => "The comment, without white space around it",
        ("changes", _) => "What was changed: changes.KEY, and deeper",
        ("retcode" | "stdout" | "stderr", _) => "The same as changes.… of the cmd states",
        ("attempts", _) => "How often Salt tried (retry)",
        ("triggered_by", _) => "ID of the state whose change made this one run",
        ("log", _) => "Text of log lines that belong to it",
        ("kind" | "level" | "logger" | "text", _) => "About messages; such a rule is not about states",
        (_, Some(Holds::Number)) => "A number",
        _ => "Text",
    };
    described(value, words)
}

fn of_matcher(name: &str) -> Value {
    let any = || json!({"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/matcher"}});
    match name {
        "regex" => described(
            json!({"type": "string"}),
            "Found anywhere in the value; single quotes spare backslashes",
        ),
        "contains" => described(json!({"type": "string", "minLength": 1}), "Found anywhere in the value"),
        "glob" => described(json!({"type": "string"}), "* and ?, over the whole value"),
        "equals" => described(
            json!({"anyOf": [
                {"type": ["string", "boolean", "number"]},
                {"type": "object", "additionalProperties": false, "required": ["field"],
                 "properties": {"field": {"type": "string"}}}
            ]}),
            "The value, letter by letter, or what another field holds",
        ),
        "any" => described(any(), "One of these"),
        "not" => described(json!({"$ref": "#/definitions/matcher"}), "None of the values is like this"),
        "exists" => described(json!({"type": "boolean"}), "It is there at all, or is not"),
        _ => described(json!({"type": "number"}), "A bound, itself included"),
    }
}
