//! Regular expressions: their syntax is checked at loading, they are compiled when first needed.
//!
//! Ten thousand rules would take seconds to compile, and a run needs few of them. What loading does need is whether
//! they are right, the names they capture, and the literals without which they can't match.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Hir, HirKind};

/// An alternation of more than this is no use to a scan for literals.
const ALTERNATIVES: usize = 48;
/// As much as a compiled expression may take, in bytes: Rust's own default, but for all of them.
const SIZE: usize = 10 << 20;
/// And as much as it may remember of what it has seen while it matches; there are hundreds of them.
const CACHE: usize = 64 << 10;

/// What repeats less often than this in all, one count within another multiplied, stays far below [`SIZE`].
const REPEATS: u64 = 64;

/// What is said of one that does not stay below it.
pub(super) const TOO_BIG: &str = "it would take too much memory";

/// A regular expression of a rule.
#[derive(Debug)]
pub(super) struct Pattern {
    source: String,
    names: Vec<String>,
    literals: OnceLock<Option<Vec<Vec<u8>>>>,
    compiled: OnceLock<Option<Regex>>,
}

/// Why an expression is refused: what is wrong, and where in it (bytes).
pub(super) struct Refused {
    pub(super) what: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Pattern {
    pub(super) fn new(source: &str) -> Result<Self, Refused> {
        let hir = parse(source).map_err(|error| {
            let (what, span) = match &error {
                regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(*error.span())),
                regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(*error.span())),
                other => (other.to_string(), None),
            };
            let (from, to) = span.map_or((0, source.len()), |span| (span.start.offset, span.end.offset));
            Refused { what, from, to }
        })?;
        let mut names = Vec::new();
        captures(&hir, &mut names);
        let literals = OnceLock::from(required(&hir));
        let pattern = Pattern { source: source.to_owned(), names, literals, compiled: OnceLock::new() };
        // Only what repeats by number, and often, can grow beyond all bounds; the rest can wait.
        if repeats(&hir) > REPEATS && pattern.regex().is_none() {
            let what = TOO_BIG.to_owned();
            return Err(Refused { what, from: 0, to: source.len() });
        }
        Ok(pattern)
    }

    /// An expression of a built-in rule, which the tests have checked: read when it is first asked for, since a run
    /// needs few of them and begins sooner.
    pub(super) fn trusted(source: &str) -> Self {
        let names = named_groups(source).map(str::to_owned).collect();
        Pattern { source: source.to_owned(), names, literals: OnceLock::new(), compiled: OnceLock::new() }
    }

    pub(super) fn matches(&self, value: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(value))
    }

    /// The compiled expression.
    pub(super) fn regex(&self) -> Option<&Regex> {
        let config = Config::new().nfa_size_limit(Some(SIZE)).hybrid_cache_capacity(CACHE);
        // Tables for captures alone: most of the memory of expressions, for the few matches that a sentence tells about.
        let compile = || Regex::builder().configure(config.onepass(false)).build(&self.source).ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    /// The names of its captures.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Texts of which every match contains at least one.
    pub(super) fn literals(&self) -> Option<&[Vec<u8>]> {
        self.literals.get_or_init(|| required(&parse(&self.source).ok()?)).as_deref()
    }
}

#[expect(clippy::result_large_err, reason = "it is rare, and says where")]
fn parse(source: &str) -> Result<Hir, regex_syntax::Error> {
    let plain = is_plain(source);
    regex_syntax::ParserBuilder::new().unicode(!plain).utf8(!plain).build().parse(source)
}

/// The names that `(?<name>…)` and `(?P<name>…)` give.
fn named_groups(source: &str) -> impl Iterator<Item = &str> {
    source.split("(?").skip(1).filter_map(|group| {
        let group = group.strip_prefix('P').unwrap_or(group);
        Some(group.strip_prefix('<')?.split_once('>')?.0)
    })
}

/// Whether the expression means the same to our questions, be `\w` and its like of Unicode or of ASCII: the tables of
/// Unicode's classes are most of what reading it costs. How it matches is not decided here: that is always Unicode.
fn is_plain(source: &str) -> bool {
    let escapes = ["\\p", "\\P", "\\u", "\\U", "\\x"];
    let groups = [":", "<", "P<", "m)", "s)"];
    let flags = |rest: &str| !groups.iter().any(|group| rest.starts_with(group));
    source.is_ascii()
        && !escapes.iter().any(|escape| source.contains(escape))
        && !source.split("(?").skip(1).any(flags)
}

/// How often, at most, a part of it stands in its compiled form.
fn repeats(hir: &Hir) -> u64 {
    let of = |parts: &[Hir]| parts.iter().map(repeats).max().unwrap_or(1);
    match hir.kind() {
        HirKind::Repetition(it) => {
            let times = it.max.unwrap_or(it.min.saturating_add(1)).max(1);
            repeats(&it.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(it) => repeats(&it.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => of(parts),
        _ => 1,
    }
}

fn captures(hir: &Hir, names: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            names.extend(capture.name.as_deref().map(str::to_owned));
            captures(&capture.sub, names);
        }
        HirKind::Repetition(repetition) => captures(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| captures(part, names));
        }
        _ => {}
    }
}

/// The best set of literals of which every match of `hir` contains one: the one whose shortest is longest.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(required).max_by_key(|set| worth(set)),
        HirKind::Alternation(parts) => {
            let sets: Option<Vec<_>> = parts.iter().map(required).collect();
            let all: Vec<_> = sets?.into_iter().flatten().collect();
            (all.len() <= ALTERNATIVES).then_some(all)
        }
        _ => None,
    }
}

/// How rarely a text contains one of these by chance: the length of the shortest.
pub(super) fn worth(literals: &[Vec<u8>]) -> usize {
    literals.iter().map(Vec::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Pattern, named_groups};
    use crate::rules::Rules;

    #[test]
    fn what_is_built_in_can_be_trusted() {
        // Here, in a test, loading checks each expression as it does a user's.
        let rules = Rules::load(true, &[]).unwrap();
        let mut seen = 0;
        for condition in rules.iter().flat_map(|rule| &rule.when) {
            condition.matcher.patterns(&mut |pattern| {
                let Ok(checked) = Pattern::new(&pattern.source) else { panic!("{}", pattern.source) };
                let trusted = Pattern::trusted(&pattern.source);
                assert_eq!(checked.names(), named_groups(&pattern.source).collect::<Vec<_>>());
                assert_eq!(checked.literals(), trusted.literals(), "{}", pattern.source);
                seen += 1;
            });
        }
        assert!(seen > 50);
    }
}
