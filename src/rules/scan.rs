//! One pass over a text for the literals of thousands of rules.
//!
//! A rule is filed under the literals that one of its conditions can't do without: long ones, in a field that is
//! short. Where none of them stands in that field there is no need to ask the rule.

use std::cmp::Reverse;
use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::Rule;
use super::facts::Facts;
use super::field::Field;
use super::pattern::worth;

/// A literal of this length is rare enough for the field to be chosen by how short it is.
const RARE: usize = 4;

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
    /// The rules of each literal.
    owners: Vec<Vec<u32>>,
}

impl Scans {
    /// Files these rules.
    pub(super) fn new(rules: &[Rule], ranks: &[u32]) -> Self {
        let mut bare = Vec::new();
        let mut fields: HashMap<&Field, HashMap<Vec<u8>, Vec<u32>>> = HashMap::new();
        for &rank in ranks {
            let Some(rule) = rules.get(rank as usize) else { continue };
            match filed_under(rule) {
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
            let (literals, owners): (Vec<_>, Vec<_>) = filed.into_iter().unzip();
            match AhoCorasick::new(&literals) {
                Ok(literals) => scans.push(Scan { field: field.clone(), literals, owners }),
                // More than it can hold: slower, and still right.
                Err(_) => bare.extend(owners.into_iter().flatten()),
            }
        }
        scans.sort_by_key(|scan| scan.field.length());
        Scans { bare, scans, count: ranks.len() }
    }

    /// Adds the ranks of the rules that have to be asked.
    pub(super) fn find(&self, facts: &Facts<'_, '_>, ranks: &mut Vec<u32>) {
        ranks.extend(&self.bare);
        let before = ranks.len();
        for scan in &self.scans {
            facts.any(&scan.field, &mut |value| {
                for found in scan.literals.find_overlapping_iter(value) {
                    ranks.extend(scan.owners.get(found.pattern().as_usize()).into_iter().flatten());
                    // A long text must not make the list of its hits longer than the list of rules.
                    if ranks.len() > before + 2 * self.count {
                        ranks.sort_unstable();
                        ranks.dedup();
                    }
                }
                false
            });
        }
    }
}

/// The condition that a rule is filed under: one with long literals, in a field that is short.
pub(super) fn filed_under(rule: &Rule) -> Option<(&Field, Vec<Vec<u8>>)> {
    let searched =
        |field: &Field| !matches!(field, Field::Function | Field::Outcome | Field::Result | Field::Kind);
    rule.when
        .iter()
        .filter(|it| searched(&it.field))
        .filter_map(|it| Some((&it.field, it.matcher.literals()?)))
        .max_by_key(|(field, literals)| {
            let worth = worth(literals);
            (worth >= RARE, Reverse(field.length()), worth)
        })
}
