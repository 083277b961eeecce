//! Where states stand in the SLS files that declare them (`--states-root`): an index of the IDs in them, by name.
//!
//! Text of Salt's does not say which SLS a state is of, and files are templates: so an ID is looked for in the SLS that
//! is named, else in all of them, where it must be in one place only; as it is written, else as a template that can
//! become it (`{{ site }}-conf`). Nothing here opens a file, renders one, or guesses: what is not found stands in the
//! input.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// So many IDs are indexed, and so many of them that are templates.
const IDS: usize = 500_000;
const TEMPLATES: usize = 5_000;

/// The IDs of a tree of SLS files.
#[derive(Debug, Default)]
pub struct States {
    /// The path of each file, as it is shown.
    files: Vec<String>,
    /// Each SLS by its dotted name.
    sls: HashMap<String, usize>,
    /// Where each ID stands: file, line.
    ids: HashMap<String, Vec<(usize, u64)>>,
    /// IDs that are templates.
    templates: Vec<(Regex, usize, u64)>,
}

impl States {
    /// Takes a file: its path as it is shown, the path below the root with `/`, and what is in it.
    pub fn add(&mut self, shown: String, below: &str, text: &str) {
        let file = self.files.len();
        self.files.push(shown);
        let dotted = below.trim_end_matches(".sls").replace('/', ".");
        let package = dotted.strip_suffix(".init").map(str::to_owned);
        self.sls.insert(package.unwrap_or(dotted), file);
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(id) = declared(line) {
                self.id(id, file, number);
            }
        }
    }

    fn id(&mut self, id: &str, file: usize, line: u64) {
        if id.contains("{{") {
            if self.templates.len() < TEMPLATES
                && let Some(pattern) = template(id)
            {
                self.templates.push((pattern, file, line));
            }
        } else if self.ids.len() < IDS {
            let places = self.ids.entry(id.to_owned()).or_default();
            // More than a few are as good as none.
            if places.len() < 64 {
                places.push((file, line));
            }
        }
    }

    /// Where the state of this ID is declared.
    pub(super) fn of_state(&self, sls: Option<&str>, id: &str) -> Option<(&str, u64)> {
        if id.is_empty() {
            return None;
        }
        let known = self.ids.get(id).map(Vec::as_slice).unwrap_or_default();
        let own = sls.and_then(|sls| self.sls.get(sls));
        if let Some(own) = own {
            if let Some((file, line)) = known.iter().find(|(file, _)| file == own) {
                return self.place(*file, *line);
            }
            if let Some((_, file, line)) = self.templates.iter().find(|it| it.1 == *own && it.0.is_match(id))
            {
                return self.place(*file, *line);
            }
        }
        match known {
            [(file, line)] => self.place(*file, *line),
            [] => {
                let mut fitting = self.templates.iter().filter(|it| it.0.is_match(id));
                let (_, file, line) = fitting.next()?;
                // Two that fit are none.
                if fitting.next().is_some() { None } else { self.place(*file, *line) }
            }
            _ => None,
        }
    }

    /// Where a message points: `Rendering SLS 'base:web.app' failed: …; line 12`.
    pub(super) fn of_message(&self, said: &str) -> Option<(&str, u64)> {
        static SLS: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"SLS '?(?:[\w-]+:)?([\w./-]+?)'?(?:[\s:,]|$)").ok());
        static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bline (\d{1,7})\b").ok());
        let sls = SLS.as_ref()?.captures(said)?;
        let file = *self.sls.get(sls.get(1)?.as_str())?;
        let line = LINE.as_ref()?.captures(said).and_then(|found| found.get(1)?.as_str().parse().ok());
        self.place(file, line.unwrap_or(1).max(1))
    }

    fn place(&self, file: usize, line: u64) -> Option<(&str, u64)> {
        Some((self.files.get(file)?.as_str(), line))
    }
}

/// The ID that a line declares: a key at its start, with nothing or a function behind it. Keys of Jinja, comments and
/// what stands further in are none.
fn declared(line: &str) -> Option<&str> {
    let is_key =
        !line.starts_with([' ', '\t', '#', '-', '%']) && !line.starts_with("{%") && !line.starts_with("{#");
    if !is_key {
        return None;
    }
    let line = line.trim_end();
    for quote in ['"', '\''] {
        if let Some(rest) = line.strip_prefix(quote) {
            let end = rest.find(quote)?;
            return rest.get(end + 1..)?.starts_with(':').then(|| &rest[..end]);
        }
    }
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let id = match line.strip_suffix(':') {
        Some(id) => id,
        // `id: pkg.installed`
        None => line.rsplit_once(": ").map(|(id, _)| id)?,
    };
    (!id.is_empty()).then_some(id)
}

/// What a template can become.
fn template(id: &str) -> Option<Regex> {
    let mut pattern = String::from("^");
    let mut rest = id;
    let mut literal = 0;
    while let Some((before, inside)) = rest.split_once("{{") {
        pattern.push_str(&regex::escape(before));
        literal += before.trim().len();
        pattern.push_str("(?s:.+)");
        rest = inside.split_once("}}").map_or("", |(_, after)| after);
    }
    literal += rest.trim().len();
    pattern.push_str(&regex::escape(rest));
    pattern.push('$');
    // `{{ name }}:` alone can become anything.
    if literal < 2 { None } else { Regex::new(&pattern).ok() }
}

#[cfg(test)]
mod tests {
    use super::States;

    fn states() -> States {
        let mut states = States::default();
        let web = "{% set sites = ['a'] %}\ninclude:\n  - app\n\n# web:\nnginx:\n  pkg.installed: []\n\n{% for site in sites %}\n\
                   {{ site }}-conf:\n  file.managed:\n    - name: /x\n{% endfor %}\n\"quoted id\":\n  test.nop: []\n";
        states.add("salt/web/init.sls".into(), "web/init.sls", web);
        states.add(
            "salt/app.sls".into(),
            "app.sls",
            "migrate:\n  cmd.run: []\nnginx: \n  service.running: []\n",
        );
        states.add(
            "salt/db/pg.sls".into(),
            "db/pg.sls",
            "/etc/db.conf: # ours\n  file.managed: []\n{{ x }}:\n  test.nop: []\n",
        );
        states
    }

    #[test]
    fn ids_are_found_plain_quoted_and_in_templates() {
        let states = states();
        for (sls, id, place) in [
            (None, "migrate", Some(("salt/app.sls", 1))),
            (None, "quoted id", Some(("salt/web/init.sls", 14))),
            (None, "/etc/db.conf", Some(("salt/db/pg.sls", 1))),
            (None, "example.org-conf", Some(("salt/web/init.sls", 10))),
            // In two files: only the SLS tells.
            (None, "nginx", None),
            (Some("web"), "nginx", Some(("salt/web/init.sls", 6))),
            (Some("app"), "nginx", Some(("salt/app.sls", 3))),
            (Some("elsewhere"), "migrate", Some(("salt/app.sls", 1))),
            (None, "unknown", None),
            (None, "", None),
        ] {
            assert_eq!(states.of_state(sls, id), place, "{sls:?} {id}");
        }
    }

    #[test]
    fn a_compile_error_points_into_its_file() {
        let states = states();
        for (said, place) in [
            (
                "Rendering SLS 'base:web' failed: Jinja variable 'x' is undefined; line 7\n",
                Some(("salt/web/init.sls", 7)),
            ),
            ("Rendering SLS db.pg failed", Some(("salt/db/pg.sls", 1))),
            ("No matching sls found for 'nothing' in env 'base'", None),
        ] {
            assert_eq!(states.of_message(said), place, "{said}");
        }
    }
}
