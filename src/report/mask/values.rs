//! Names and values in a state's changes: a secret's name covers all that is below it.

use super::MASKED;
use super::keys::{is_harmless, is_secret};
use crate::record::Value;

/// Takes the secrets out of the texts in a value.
type InText<'m> = &'m dyn Fn(&str) -> Option<String>;

/// States whose changes are named after packages, and `passwd` is one.
pub(super) fn is_of_packages(function: &str) -> bool {
    let module = function.split('.').next().unwrap_or_default();
    matches!(
        module,
        "pkg" | "pip" | "npm" | "gem" | "chocolatey" | "zypper" | "flatpak" | "snap" | "kmod" | "service"
    )
}

/// The same value without the secrets in it; `None` if none are.
pub(super) fn mask(value: &Value, packages: bool, in_text: InText<'_>) -> Option<Value> {
    match value {
        Value::String(text) => in_text(text).map(Value::String),
        Value::Array(items) => {
            let mut any = false;
            let mut inside_key = false;
            let masked = items.iter().map(|item| {
                // A private key line by line.
                if let Value::String(line) = item {
                    let marks = |what: &str| line.contains(what) && line.contains("PRIVATE KEY");
                    if inside_key && !marks("-----END") {
                        any = true;
                        return Value::String(MASKED.to_owned());
                    }
                    inside_key = marks("-----BEGIN") && !marks("-----END");
                    if inside_key {
                        return item.clone();
                    }
                }
                mask(item, packages, in_text).inspect(|_| any = true).unwrap_or_else(|| item.clone())
            });
            let masked = masked.collect();
            any.then_some(Value::Array(masked))
        }
        Value::Object(map) => {
            let mut any = false;
            // `{name: DB_PASSWORD, value: …}`
            let named = ["name", "key", "Name", "Key"]
                .into_iter()
                .find_map(|key| map.get(key).and_then(Value::as_str))
                .is_some_and(is_secret);
            let masked = map.iter().map(|(key, value)| {
                let secret =
                    !packages && is_secret(key) || named && matches!(key.as_str(), "value" | "Value");
                let below = if secret { cover(value) } else { mask(value, false, in_text) };
                let key = in_text(key).inspect(|_| any = true).unwrap_or_else(|| key.clone());
                (key, below.inspect(|_| any = true).unwrap_or_else(|| value.clone()))
            });
            let masked = masked.collect();
            any.then_some(Value::Object(masked))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// All that is below a secret's name.
fn cover(value: &Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::String(text) if is_harmless(text) => None,
        Value::String(_) | Value::Number(_) => Some(Value::String(MASKED.to_owned())),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            let masked: Vec<_> =
                items.iter().map(|item| cover(item).unwrap_or_else(|| item.clone())).collect();
            (masked != *items).then_some(Value::Array(masked))
        }
        Value::Object(map) => {
            let cover = |value: &Value| cover(value).unwrap_or_else(|| value.clone());
            let masked: serde_json::Map<_, _> =
                map.iter().map(|(key, value)| (key.clone(), cover(value))).collect();
            (masked != *map).then_some(Value::Object(masked))
        }
    }
}
