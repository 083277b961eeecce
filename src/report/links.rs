//! Where words can point for terminals that follow links (OSC 8): the file of a place in the input, and web pages.
//!
//! A link names a file and no line: there is no way to say one that all terminals understand.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What it takes to name a file from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// This machine's name: a terminal can be on another.
    pub host: String,
    /// The folder that names of inputs are seen from.
    pub here: PathBuf,
}

impl Links {
    /// Where these words point: `run.log:12` at a file, a web page at itself.
    pub(super) fn of(&self, words: &str) -> Option<String> {
        let words = words.trim();
        if words.starts_with("https://") || words.starts_with("http://") {
            return words.bytes().all(|byte| byte.is_ascii_graphic()).then(|| words.to_owned());
        }
        let (file, line) = words.rsplit_once(':')?;
        let is_place = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        // Standard input is nowhere, and a file of an archive is not on disk.
        if !is_place || file == "stdin" || file.contains('!') || file.contains(", ") {
            return None;
        }
        let path = self.here.join(Path::new(file));
        let mut link = format!("file://{}", escaped(&self.host));
        link.push_str(&escaped(path.to_str()?));
        Some(link)
    }
}

/// As URLs write it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // A string takes all that is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Links;

    #[test]
    fn places_and_pages_and_nothing_else() {
        let links = Links { host: "box".to_owned(), here: "/srv/logs".into() };
        for (words, link) in [
            ("run.log:12", Some("file://box/srv/logs/run.log")),
            ("/tmp/a b\u{1b}]8;;#?.log:1", Some("file://box/tmp/a%20b%1B%5D8%3B%3B%23%3F.log")),
            ("été.log:3", Some("file://box/srv/logs/%C3%A9t%C3%A9.log")),
            ("stdin:3", None),
            ("old.tar!run.log:3", None),
            ("a.log:1, a.log:9", None),
            ("run.log", None),
            ("run.log:", None),
            ("https://docs.saltproject.io/x?y=%20#z", Some("https://docs.saltproject.io/x?y=%20#z")),
            ("https://x/\u{1b}\\", None),
            ("javascript:1", Some("file://box/srv/logs/javascript")),
        ] {
            assert_eq!(links.of(words).as_deref(), link, "{words}");
        }
    }
}
