//! One pass over a text for the literals of thousands of rules.
//!
//! A rule is filed under the literals that one of its conditions can't do without: long ones, in a field that is
//! short. Where none of them stands in that field there is no need to ask the rule. What can be long, the comment and
//! the changes, is looked through as it stands in the input, before it is read.

use std::cmp::Reverse;
use std::collections::HashMap;

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use memchr::memmem::Finder;

use super::Rule;
use super::facts::{ATTEMPT, Facts};
use super::field::Field;
use super::pattern::worth;
use super::slot::Slot;

/// A literal of this length is rare enough for the field to be chosen by how short it is.
const RARE: usize = 4;
/// Shorter pieces than this stand in nearly every page.
const SHORTEST_PIECE: usize = 3;
/// Literals of so many bytes in all may take the memory that a table for every byte needs; of ten times as many it would
/// be a megabyte.
const DENSE: usize = 700;
/// How JSON writes what it can't, or won't, write as it is.
const ESCAPE: &[u8] = b"\\u";
/// So many literals are looked for at once …
const AT_ONCE: usize = 32;
/// … so many times one after the other: for more of them one pass of the automaton takes less …
const TIMES: usize = 4;
/// … and texts that are shorter than this are looked through at once, without asking whether any is in it.
const LONG: usize = 24;
/// So many literals are looked for one by one.
const APART: usize = 8;

/// The literals of a bucket of rules.
#[derive(Debug, Default)]
pub(super) struct Scans {
    /// Rules that no literal stands for.
    bare: Vec<u32>,
    scans: Vec<Scan>,
    /// How many rules there are.
    count: usize,
}

/// One scan of a field, for the literals of many rules.
#[derive(Debug)]
struct Scan {
    field: Field,
    literals: AhoCorasick,
    /// The same, for "is there any?" only: many times faster. None where some are too short for that, or they are many.
    any: Option<Vec<Searcher>>,
    /// Where they are few and the field can be long, each is looked for by itself: only the first of its kind counts,
    /// and some stand at every second line.
    finders: Vec<Finder<'static>>,
    /// The rules of each literal.
    owners: Vec<Vec<u32>>,
}

impl Scans {
    /// Files these rules.
    pub(super) fn new<'r>(rules: impl Iterator<Item = (u32, &'r Slot)>) -> Self {
        let mut bare = Vec::new();
        let mut fields: HashMap<Field, HashMap<Vec<u8>, Vec<u32>>> = HashMap::new();
        let mut count = 0;
        for (rank, rule) in rules {
            count += 1;
            match rule.filed_under() {
                Some((field, literals)) => {
                    let filed = fields.entry(field).or_default();
                    for literal in literals {
                        filed.entry(literal).or_default().push(rank);
                    }
                }
                None => bare.push(rank),
            }
        }
        let mut scans = Vec::new();
        for (field, filed) in fields {
            let mut filed: Vec<_> = filed.into_iter().collect();
            // Short ones slow down those that are looked for with them.
            filed.sort_by_key(|(literal, _)| Reverse(literal.len()));
            let (literals, owners): (Vec<_>, Vec<_>) = filed.into_iter().unzip();
            match automaton(&literals) {
                Some(automaton) => {
                    let some = literals.len() <= TIMES * AT_ONCE;
                    let any = some.then(|| literals.chunks(AT_ONCE).map(Searcher::new).collect()).flatten();
                    let few = is_long(&field) && literals.len() <= APART;
                    let finders =
                        literals.iter().filter(|_| few).map(|it| Finder::new(it).into_owned()).collect();
                    scans.push(Scan { field, literals: automaton, any, finders, owners });
                }
                // More than it can hold: slower, and still right.
                None => bare.extend(owners.into_iter().flatten()),
            }
        }
        scans.sort_by_key(|scan| scan.field.length());
        Scans { bare, scans, count }
    }

    /// Adds the ranks of the rules that have to be asked.
    pub(super) fn find(&self, facts: &Facts<'_, '_>, ranks: &mut Vec<u32>) {
        ranks.extend(&self.bare);
        for scan in &self.scans {
            match facts.literal(&scan.field) {
                Some(raw) if scan.is_nowhere_in(raw) => {}
                Some(raw) if !is_escaped(raw) => self.look(scan, raw, ranks),
                _ => {
                    facts.any(&scan.field, &mut |value| {
                        self.look(scan, value.as_bytes(), ranks);
                        false
                    });
                }
            }
        }
    }

    /// No rule has to be asked about a state whose fields stand so in the input: a cheap look that finds most, and not
    /// all, that can be passed over.
    pub(super) fn find_nothing<'s>(&self, literal: impl Fn(&Field) -> Option<&'s [u8]>) -> bool {
        let nowhere = |scan: &Scan| literal(&scan.field).is_some_and(|raw| scan.is_nowhere_in(raw));
        self.bare.is_empty() && self.scans.iter().all(nowhere)
    }

    fn look(&self, scan: &Scan, text: &[u8], ranks: &mut Vec<u32>) {
        if text.len() >= LONG && scan.is_absent(text) {
            return;
        }
        if !scan.finders.is_empty() {
            let found = scan.finders.iter().zip(&scan.owners).filter(|(it, _)| it.find(text).is_some());
            return ranks.extend(found.flat_map(|(_, owners)| owners));
        }
        for found in scan.literals.find_overlapping_iter(text) {
            ranks.extend(scan.owners.get(found.pattern().as_usize()).into_iter().flatten());
            // A long text must not make the list of its hits longer than the list of rules.
            if ranks.len() > self.bare.len() + 2 * self.count {
                ranks.sort_unstable();
                ranks.dedup();
            }
        }
    }
}

impl Scan {
    fn is_nowhere_in(&self, raw: &[u8]) -> bool {
        raw.is_empty() || self.is_absent(raw) && !is_escaped(raw)
    }

    /// None of the literals stands in this text; false if that can't be told quickly.
    fn is_absent(&self, text: &[u8]) -> bool {
        self.any.as_ref().is_some_and(|any| any.iter().all(|any| any.find(text).is_none()))
    }
}

/// Any character can be behind it.
fn is_escaped(raw: &[u8]) -> bool {
    // Text holds none, mostly, and that is soon known.
    memchr::memchr(b'\\', raw).is_some_and(|at| memchr::memmem::find(&raw[at..], ESCAPE).is_some())
}

fn automaton(literals: &[Vec<u8>]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasickBuilder::new();
    // Texts are short, and hits are many: what skips ahead costs more than it saves.
    builder.prefilter(false);
    let bytes: usize = literals.iter().map(Vec::len).sum();
    let dense = bytes <= DENSE;
    builder.kind(Some(if dense { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA }));
    builder.build(literals).ok()
}

/// The field that is looked through: all of the changes at once.
pub(super) fn scanned(field: &Field) -> Field {
    match field {
        Field::Changes(_) => Field::Changes(Vec::new()),
        field => field.clone(),
    }
}

/// The fields that are looked through as they stand in the input.
fn is_long(field: &Field) -> bool {
    matches!(field, Field::Comment | Field::Changes(_))
}

/// The condition that a rule is filed under: one with long literals, in a field that is short.
pub(super) fn filed_under(rule: &Rule) -> Option<(&Field, Vec<Vec<u8>>)> {
    let searched = |field: &Field| !matches!(field, Field::Outcome | Field::Result | Field::Kind);
    rule.when
        .iter()
        .filter(|it| searched(&it.field))
        .filter(|it| it.field != Field::Function || it.matcher.exact().is_none())
        .filter_map(|it| {
            if it.field == Field::Attempts && !it.matcher.would_hold(Some("1")) {
                return Some((&Field::Comment, vec![ATTEMPT.to_vec()]));
            }
            let literals = it.matcher.literals()?;
            let literals = if is_long(&it.field) { pieces(literals)? } else { literals };
            Some((&it.field, literals))
        })
        .max_by_key(|(field, literals)| {
            let worth = worth(literals);
            // Many states have the same function.
            (**field != Field::Function, worth >= RARE, Reverse(field.length()), worth)
        })
}

/// Of each literal, the longest piece that stands in the input as it is, however the input writes its values; none
/// where one of them has no such piece.
fn pieces(literals: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    literals.iter().map(|literal| piece(literal)).collect()
}

fn piece(literal: &[u8]) -> Option<Vec<u8>> {
    let as_it_is = |byte: &u8| byte.is_ascii_alphanumeric() || b" -_.,:;=+@%()[]".contains(byte);
    let runs = literal.split(|byte| !as_it_is(byte)).map(<[u8]>::trim_ascii);
    let longest = runs.max_by_key(|run| run.len()).filter(|run| run.len() >= SHORTEST_PIECE)?;
    // As text prints them; JSON has words of its own for these.
    let constant = ["True", "False", "None"].iter().any(|word| word.as_bytes().ends_with(longest));
    (!constant).then(|| longest.to_vec())
}

#[cfg(test)]
mod tests {
    use super::piece;

    #[test]
    fn what_stands_in_the_input_as_it_is() {
        let of = |literal: &str| piece(literal.as_bytes()).map(|piece| String::from_utf8(piece).unwrap());
        assert_eq!(of("No migrations to apply.").as_deref(), Some("No migrations to apply."));
        assert_eq!(of("\n  Applying ").as_deref(), Some("Applying"));
        assert_eq!(of("can't open \"x").as_deref(), Some("t open"));
        assert_eq!(of("None"), None);
        assert_eq!(of("rue"), None);
        assert_eq!(of("é\t/"), None);
    }
}
