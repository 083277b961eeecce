//! The conditions of a rule: `[rule.when]`, from TOML to [`Condition`]s, and what is wrong with them.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::ask::{MATCHERS, alias, matcher, misspelt};
use super::field::{About, Field, NAMES};
use super::matcher::Condition;
use super::value::{article, entries};
use super::wrong::Reading;

/// Reads `when`: what the rule is about, and its conditions.
pub(super) fn read(value: &Spanned<DeValue<'_>>, file: &mut Reading<'_>) -> (About, Vec<Condition>) {
    let DeValue::Table(table) = value.get_ref() else {
        let what = format!("`when` is a table, not {}", article(value.get_ref()));
        file.wrong(value.span(), what, "here", "Write [rule.when], and the fields below it.");
        return (About::States, Vec::new());
    };
    let mut conditions = Vec::new();
    let mut about: Option<(About, &str)> = None;
    for (key, span, value) in entries(table) {
        let Some(field) = Field::of(key) else {
            file.unknown(span, "field", key, &NAMES);
            continue;
        };
        match (field.about(), about) {
            (Some(now), Some((before, other))) if now != before => {
                let what = format!("`{key}` and `{other}` are never seen together");
                let help = "kind, level, logger and text are about messages, all others but minion about states. \
                            Make two rules of it.";
                file.wrong(span.clone(), what, "this asks about something else", help);
            }
            (Some(now), None) => about = Some((now, key)),
            _ => {}
        }
        match field {
            Field::Changes(path) if key == "changes" => changes(path, span, value, file, &mut conditions),
            field => condition(field, value, file, &mut conditions),
        }
    }
    if table.is_empty() {
        let help = "Name at least one field, such as function = \"cmd.run\".";
        file.wrong(value.span(), "This rule would speak about everything", "no conditions", help);
    }
    (about.map_or(About::States, |(about, _)| about), conditions)
}

/// `changes`: a table that holds only matchers asks about what stands there, any other leads further down.
fn changes(
    path: Vec<String>,
    span: Range<usize>,
    value: &Spanned<DeValue<'_>>,
    file: &mut Reading<'_>,
    conditions: &mut Vec<Condition>,
) {
    let DeValue::Table(table) = value.get_ref() else {
        return condition(Field::Changes(path), value, file, conditions);
    };
    // Below `not` there is a matcher, below `equals` another field; any other table is one more key on the way.
    let is_matcher = |key: &str, value: &DeValue<'_>| match value {
        DeValue::Table(below) => key == "not" || (key == "equals" && below.contains_key("field")),
        _ => MATCHERS.contains(&key),
    };
    let matchers = table.iter().filter(|(key, value)| is_matcher(key.get_ref(), value.get_ref())).count();
    if matchers == table.len() && matchers > 0 {
        return condition(Field::Changes(path), value, file, conditions);
    }
    if table.is_empty() {
        let help = format!("Put one of {} in it.", MATCHERS.join(", "));
        file.wrong(span, "An empty table asks for nothing", "here", &help);
        return;
    }
    let in_braces = file.text.get(value.span()).is_some_and(|written| written.starts_with('{'));
    for (key, span, value) in entries(table) {
        // A misspelt matcher must not pass for a key of the changes, nor a key for a misspelt matcher: in braces, where
        // a matcher is likely, the measure is stricter than among dotted keys.
        let leads_on = path.is_empty() || matches!(value.get_ref(), DeValue::Table(_));
        let meant = match leads_on {
            true => None,
            false if in_braces => alias(key).or_else(|| misspelt(key, 2)),
            false => misspelt(key, 1),
        };
        if matchers > 0 && is_matcher(key, value.get_ref()) {
            let what = format!("`{key}` is a matcher, what stands beside it are keys");
            file.wrong(span, what, "this or the others", "Give the keys a line each: changes.KEY = …");
        } else if let Some(near) = meant {
            let help = format!(
                "Did you mean `{near}`? Possible here: {}. For a key `{key}` in the changes write {{ {key} = {{ \
                 equals = … }} }}.",
                MATCHERS.join(", ")
            );
            file.wrong(span, format!("`{key}` is no matcher"), "no such matcher", &help);
        } else {
            let mut path = path.clone();
            path.push(key.to_owned());
            changes(path, span, value, file, conditions);
        }
    }
}

fn condition(
    field: Field,
    value: &Spanned<DeValue<'_>>,
    file: &mut Reading<'_>,
    conditions: &mut Vec<Condition>,
) {
    if let Some(matcher) = matcher(&field, value, file) {
        let asked = file.text.get(value.span()).unwrap_or_default().to_owned();
        conditions.push(Condition { field, matcher, asked, at: value.span() });
    }
}
