//! A text of Salt's as a glob for texts like it: numbers, versions, hashes, dates and the folders of a site become `*`.

/// Words of this length with a digit, all of them hexadecimal, are a hash.
const HASH: usize = 7;
/// A glob with less than this in a row would match by chance.
const TELLING: usize = 4;
/// Below these, folders are alike everywhere.
const COMMON: [&str; 9] =
    ["/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/var/lib/", "/var/log/", "/dev/", "/proc/"];

/// The glob. It matches the text it was made from; of several lines it keeps the first that says something.
pub fn glob(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let (starts, ends) = (text.starts_with(line), text.ends_with(line));
    let mut out = if starts { String::new() } else { "*".to_owned() };
    for piece in line.split_inclusive(' ') {
        let word = piece.trim_end();
        out.push_str(&self::word(word));
        out.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    if !ends || (starts && text.len() != line.len()) {
        out.push('*');
    }
    let mut out = merged(&out);
    if longest(&out) < TELLING {
        // Better a rule for this very thing than one for everything.
        out = merged(&line.replace('?', "*"));
        if text.len() != line.len() {
            out = merged(&format!("*{out}*"));
        }
    }
    out
}

/// One word, with what differs from site to site and from run to run as `*`.
fn word(word: &str) -> String {
    // A path stands alone, or behind a quote or an option: --config=/srv/x. Below a project's own folder it stays.
    let start = word.char_indices().find(|(at, c)| {
        let before = word.get(..*at).and_then(|before| before.chars().next_back());
        *c == '/' && before.is_none_or(|before| matches!(before, '\'' | '"' | '=' | ',' | '('))
    });
    let Some((before, path)) = start.and_then(|(at, _)| word.split_at_checked(at)) else { return runs(word) };
    let path = path.trim_end_matches('/');
    if path.is_empty() || COMMON.iter().any(|common| path.starts_with(common)) {
        return runs(word);
    }
    // `manage.py` of whatever folder.
    let (_, last) = path.rsplit_once('/').unwrap_or(("", path));
    let end = if word.ends_with('/') { "*" } else { "" };
    format!("{}*/{}{end}", runs(before), runs(last))
}

/// Runs of digits, hashes and versions as `*`; the rest as it is.
fn runs(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while !rest.is_empty() {
        let alphanumeric = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if alphanumeric == 0 {
            let mut chars = rest.chars();
            match chars.next() {
                // A glob knows no escape; a star takes the mark itself.
                Some('?') => out.push('*'),
                Some(c) => out.push(c),
                None => {}
            }
            rest = chars.as_str();
            continue;
        }
        let (run, after) = rest.split_at(alphanumeric);
        rest = after;
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        if digits > 0 && run.len() >= HASH && run.bytes().all(|c| c.is_ascii_hexdigit()) {
            out.push('*');
        } else if digits > 0 && is_counted(run) {
            let stem = run.trim_end_matches(|c: char| c.is_ascii_digit());
            out.push_str(if stem == "v" || digits == run.len() { "" } else { stem });
            out.push('*');
            // A version: what follows of its dots and digits is the same star.
            let tail =
                rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+' | '~' | ':' | '_'));
            let tail = rest.get(..tail.unwrap_or(rest.len())).unwrap_or_default();
            let tail = tail.trim_end_matches(|c: char| !c.is_ascii_digit());
            rest = rest.get(tail.len()..).unwrap_or_default();
        } else {
            out.push_str(run);
        }
    }
    out
}

/// `42`, `v1`, `3rd` and `item7`, but not `apache2`, `python3`, `x86` or `utf8`, whose number is part of a name.
fn is_counted(run: &str) -> bool {
    const NAMES: [&str; 10] = ["apache", "python", "py", "x", "utf", "sha", "md", "base", "ipv", "php"];
    let stem = run.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = run.len() - stem.len();
    digits > 0 && (digits > 2 || !NAMES.contains(&stem.to_ascii_lowercase().as_str()))
}

fn merged(glob: &str) -> String {
    let mut out = glob.to_owned();
    for (many, one) in [("* *", "*"), ("*.*", "*"), ("*-*", "*"), ("**", "*")] {
        while out.contains(many) {
            out = out.replace(many, one);
        }
    }
    out
}

fn longest(glob: &str) -> usize {
    glob.split('*').map(|run| run.trim().len()).max().unwrap_or(0)
}

/// A short name for a rule about this: its telling words, at most three, joined by hyphens.
pub fn slug(text: &str) -> String {
    let telling = |word: &&str| word.len() > 2 && !word.bytes().any(|c| c.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(telling).collect();
    let from = words.len().saturating_sub(3);
    words.get(from..).unwrap_or_default().join("-")
}

#[cfg(test)]
mod tests {
    use super::super::glob::Glob;
    use super::{glob, slug};

    #[test]
    fn what_differs_from_site_to_site_becomes_a_star() {
        for (text, expected) in [
            (
                ". .ve/bin/activate; python manage.py migrate --noinput",
                ". .ve/bin/activate; python manage.py migrate --noinput",
            ),
            ("/srv/shop/ve/bin/pip install -r requirements.txt", "*/pip install -r requirements.txt"),
            ("/etc/apache2/sites-available/shop.conf", "/etc/apache2/sites-available/shop.conf"),
            ("git checkout 4f5c2a9e1b", "git checkout *"),
            ("Upgraded to version 1.2.3-4ubuntu5", "Upgraded to version *ubuntu*"),
            ("3 files copied in 0.5 s", "* files copied in * s"),
            ("first line 7\nsecond", "first line *"),
            ("apache2", "apache2"),
            ("  echo padded  ", "*echo padded*"),
            ("tool --config='/srv/shop/a.conf' b/c.txt", "tool --config='*/a.conf' b/c.txt"),
            ("/srv/www/", "*/www*"),
            ("42", "42"),
            ("a?", "a*"),
            ("systemctl restart uwsgi@shop", "systemctl restart uwsgi@shop"),
            ("https://example.org/x/1.2", "https://example.org/x/*"),
        ] {
            assert_eq!(glob(text), expected, "{text}");
            assert!(Glob::new(&glob(text)).matches(text), "{text}");
        }
    }

    #[test]
    fn a_slug_is_what_a_person_would_call_it() {
        assert_eq!(slug("python manage.py migrate"), "python-manage-migrate");
        assert_eq!(slug("/srv/x1/9"), "srv");
        assert_eq!(slug("7"), "");
    }
}
