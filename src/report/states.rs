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

/// So many bytes of sources are kept to be shown.
const KEPT: usize = 32 << 20;
/// A state is shown in so many lines.
const SHOWN: usize = 10;
/// So many lines are shown before and behind one that a message points at.
const BESIDE: usize = 2;

/// Lines of a file, one of them perhaps marked.
pub(super) struct Source<'s> {
    /// Where it stands, if that is known; with its line.
    pub(super) place: Option<String>,
    /// The place is a file's on this machine.
    pub(super) is_file: bool,
    /// The number of the first line.
    pub(super) first: Option<u64>,
    /// The lines.
    pub(super) lines: Vec<&'s str>,
    /// Which of them it is about.
    pub(super) marked: Option<usize>,
}

/// The IDs of a tree of SLS files.
#[derive(Debug, Default)]
pub struct States {
    /// The path of each file, as it is shown.
    files: Vec<String>,
    /// What is in each, without secrets, to be shown; empty where it is not kept.
    sources: Vec<Box<str>>,
    kept: usize,
    /// Each SLS by its dotted name.
    sls: HashMap<String, usize>,
    /// Where each ID stands: file, line.
    ids: HashMap<String, Vec<(usize, u64)>>,
    /// IDs that are templates.
    templates: Vec<(Regex, usize, u64)>,
}

impl States {
    /// Takes a file: its path as it is shown, the path below the root with `/`, what is in it, and as much of that as
    /// may be shown (secrets masked).
    pub fn add(&mut self, shown: String, below: &str, text: &str, to_show: &str) {
        let file = self.files.len();
        self.files.push(shown);
        // Lines that were masked away would put the others under wrong numbers.
        let keeps = self.kept + to_show.len() <= KEPT && to_show.lines().count() == text.lines().count();
        self.sources.push(if keeps { to_show.into() } else { "".into() });
        self.kept += if keeps { to_show.len() } else { 0 };
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
        self.declaration(sls, id).and_then(|(file, line)| self.place(file, line))
    }

    /// How the state of this ID is declared.
    pub(super) fn source_of_state(&self, sls: Option<&str>, id: &str) -> Option<Source<'_>> {
        let (file, line) = self.declaration(sls, id)?;
        let mut lines = self.sources.get(file)?.lines().skip(usize::try_from(line).ok()?.checked_sub(1)?);
        let mut shown = vec![lines.next()?];
        // Up to what begins at the margin: the next state, Jinja, a comment.
        shown.extend(
            lines.take_while(|line| line.trim().is_empty() || line.starts_with([' ', '\t'])).take(SHOWN - 1),
        );
        while shown.last().is_some_and(|line| line.trim().is_empty()) {
            shown.pop();
        }
        self.source(file, line, line, shown, None)
    }

    /// What stands where a message points, if it names the line.
    pub(super) fn source_of_message(&self, said: &str) -> Option<Source<'_>> {
        let (file, line) = self.pointed_at(said)?;
        let at = usize::try_from(line?).ok()?.checked_sub(1)?;
        let from = at.saturating_sub(BESIDE);
        let lines: Vec<&str> =
            self.sources.get(file)?.lines().skip(from).take(at - from + 1 + BESIDE).collect();
        (lines.len() > at - from).then_some(())?;
        self.source(file, line?, from as u64 + 1, lines, Some(at - from))
    }

    fn source<'s>(
        &'s self,
        file: usize,
        line: u64,
        first: u64,
        lines: Vec<&'s str>,
        marked: Option<usize>,
    ) -> Option<Source<'s>> {
        let place = format!("{}:{line}", self.files.get(file)?);
        Some(Source { place: Some(place), is_file: true, first: Some(first), lines, marked })
    }

    fn declaration(&self, sls: Option<&str>, id: &str) -> Option<(usize, u64)> {
        if id.is_empty() {
            return None;
        }
        let known = self.ids.get(id).map(Vec::as_slice).unwrap_or_default();
        let own = sls.and_then(|sls| self.sls.get(sls));
        if let Some(own) = own {
            if let Some((file, line)) = known.iter().find(|(file, _)| file == own) {
                return Some((*file, *line));
            }
            if let Some((_, file, line)) = self.templates.iter().find(|it| it.1 == *own && it.0.is_match(id))
            {
                return Some((*file, *line));
            }
        }
        match known {
            [place] => Some(*place),
            [] => {
                let mut fitting = self.templates.iter().filter(|it| it.0.is_match(id));
                let (_, file, line) = fitting.next()?;
                // Two that fit are none.
                if fitting.next().is_some() { None } else { Some((*file, *line)) }
            }
            _ => None,
        }
    }

    /// Where a message points: `Rendering SLS 'base:web.app' failed: …; line 12`.
    pub(super) fn of_message(&self, said: &str) -> Option<(&str, u64)> {
        let (file, line) = self.pointed_at(said)?;
        self.place(file, line.unwrap_or(1).max(1))
    }

    /// The file that a message names, and the line in it.
    fn pointed_at(&self, said: &str) -> Option<(usize, Option<u64>)> {
        static SLS: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"SLS '?(?:[\w-]+:)?([\w./-]+?)'?(?:[\s:,]|$)").ok());
        static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bline (\d{1,7})\b").ok());
        let sls = SLS.as_ref()?.captures(said)?;
        let file = *self.sls.get(sls.get(1)?.as_str())?;
        let line = LINE.as_ref()?.captures(said).and_then(|found| found.get(1)?.as_str().parse().ok());
        Some((file, line))
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
        states.add("salt/web/init.sls".into(), "web/init.sls", web, web);
        let app = "migrate:\n  cmd.run: []\nnginx: \n  service.running: []\n";
        states.add("salt/app.sls".into(), "app.sls", app, &app.replace("service", "‹masked›"));
        let db = "/etc/db.conf: # ours\n  file.managed: []\n{{ x }}:\n  test.nop: []\n";
        states.add("salt/db/pg.sls".into(), "db/pg.sls", db, "‹masked›");
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
    fn sources_are_shown_without_secrets_and_under_their_numbers() {
        let states = states();
        let of = |sls, id| {
            states.source_of_state(sls, id).map(|it| (it.place.unwrap_or_default(), it.lines.join("|")))
        };
        assert_eq!(of(None, "migrate"), Some(("salt/app.sls:1".into(), "migrate:|  cmd.run: []".into())));
        assert_eq!(
            of(Some("app"), "nginx"),
            Some(("salt/app.sls:3".into(), "nginx: |  ‹masked›.running: []".into()))
        );
        let site = "{{ site }}-conf:|  file.managed:|    - name: /x";
        assert_eq!(of(None, "example.org-conf"), Some(("salt/web/init.sls:10".into(), site.into())));
        assert_eq!(of(None, "/etc/db.conf"), None);
        let said = states.source_of_message("Rendering SLS 'base:web' failed; line 3").expect("it is there");
        assert_eq!((said.first, said.marked, said.lines.len()), (Some(1), Some(2), 5));
        for beyond in ["line 0", "line 99", ""] {
            assert!(
                states.source_of_message(&format!("Rendering SLS 'base:web' failed; {beyond}")).is_none()
            );
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
