//! `--expect` and `--minion`: who should have answered, and of whom is anything told. Names and globs, or a file of them: a list, or a salt-ssh roster.
//!
//! A roster is YAML, of which only the keys at column 0 matter here: they are read without a YAML parser, and whatever
//! would need one (Jinja, flow style) is refused rather than guessed at. An expectation that names nobody is refused, too:
//! it would pass for "all have answered".

use std::path::Path;

/// The minions that these values of an option name; `@FILE` is read.
pub(super) fn minions(option: &str, values: &[String]) -> Result<Vec<String>, String> {
    let mut minions = Vec::new();
    for value in values {
        let before = minions.len();
        match value.strip_prefix('@') {
            Some(path) => minions.extend(from_file(option, Path::new(path))?),
            None => {
                for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                    match name.strip_prefix('@') {
                        Some(path) => minions.extend(from_file(option, Path::new(path))?),
                        None => minions.push(name.to_owned()),
                    }
                }
            }
        }
        if minions.len() == before {
            return Err(format!("{option} {value:?} names no minion"));
        }
    }
    Ok(minions)
}

fn from_file(option: &str, path: &Path) -> Result<Vec<String>, String> {
    let shown = path.display();
    let bytes =
        std::fs::read(path).map_err(|error| format!("{option} @{shown}: {}", crate::input::words(&error)))?;
    let text = String::from_utf8_lossy(&bytes);
    let minions = named_in(text.trim_start_matches('\u{feff}'))
        .map_err(|(line, why)| format!("{shown}:{line}: {why}"))?;
    if minions.is_empty() {
        return Err(format!("{option} @{shown}: no minion is named in it"));
    }
    Ok(minions)
}

/// The minions that a list or a roster names; else the line that can't be read, and why.
pub(super) fn named_in(text: &str) -> Result<Vec<String>, (usize, String)> {
    let lines: Vec<(usize, &str)> = (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, without_comment(line).trim_end()))
        .filter(|(_, line)| !line.is_empty() && *line != "---" && *line != "...")
        .collect();
    // A roster has what a list never has: keys, and things below them.
    let roster = lines.iter().any(|(_, line)| line.starts_with([' ', '\t', '{']) || key(line).is_some());
    let mut minions = Vec::new();
    for (number, line) in lines {
        if line.contains("{{") || line.contains("{%") {
            return Err((number, "Jinja is not rendered here: list the minions instead".to_owned()));
        }
        if !roster {
            if line.contains(char::is_whitespace) {
                return Err((number, format!("{line:?} is no minion: one name or glob a line")));
            }
            minions.push(line.to_owned());
        } else if !line.starts_with([' ', '\t']) {
            let name = key(line).ok_or_else(|| {
                (number, format!("a roster has a minion's name and a colon here, not {line:?}"))
            })?;
            minions.push(name.to_owned());
        }
    }
    Ok(minions)
}

/// The line without its comment, which begins a line or follows a blank.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').find(|(at, _)| line[..*at].ends_with([' ', '\t']) || *at == 0);
    comment.map_or(line, |(at, _)| &line[..at])
}

/// The key of `name:`, `name: value` or `"name": value`.
fn key(line: &str) -> Option<&str> {
    let name = match line.chars().next()? {
        quote @ ('"' | '\'') => {
            let (name, rest) = line[1..].split_once(quote)?;
            let rest = rest.trim_start().strip_prefix(':')?;
            (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(name)?
        }
        // Flow style, and what else YAML has in store.
        '{' | '[' | '&' | '*' | '!' | '?' => return None,
        _ => line.split_once(": ").map(|(name, _)| name).or_else(|| line.strip_suffix(':'))?.trim_end(),
    };
    (!name.is_empty() && !name.starts_with("- ")).then_some(name)
}
