//! Who answered, and who was expected to (`--expect`).
//!
//! Of each minion a hash is kept, not its name; of what was expected, the words that were given.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::groups::MINIONS;
use crate::record::Place;

/// The minions met so far, and those that should be.
#[derive(Debug, Default)]
pub(super) struct Minions {
    /// Each with its number: they are counted from 0.
    met: HashMap<u64, usize>,
    /// The names of the first of them, as many as groups tell apart.
    called: Vec<Box<str>>,
    /// The number of the minion met last.
    current: usize,
    hash: RandomState,
    /// The bytes in which the last name stood: states of one minion come together.
    last: Vec<u8>,
    expected: Vec<Expected>,
    /// Where in `expected` a plain name stands.
    names: HashMap<String, usize>,
}

#[derive(Debug)]
struct Expected {
    name: String,
    is_glob: bool,
    met: bool,
}

impl Minions {
    /// This name, or a minion that this glob matches, should appear.
    pub(super) fn expect(&mut self, name: String) {
        let is_glob = name.contains(['*', '?', '[']);
        if !is_glob && self.names.insert(name.clone(), self.expected.len()).is_some() {
            // Given twice: the later one is looked at, and the earlier one is it.
            self.expected.retain(|earlier| earlier.name != name);
            self.names = self.expected.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
            self.names.insert(name.clone(), self.expected.len());
        }
        self.expected.push(Expected { name, is_glob, met: false });
    }

    /// Salt says that it runs on these now (`Executing run on ['a', 'b']`): each of them should answer.
    pub(super) fn runs_on(&mut self, notice: &str) {
        let Some(names) = notice.trim_start().strip_prefix("Executing run on ") else { return };
        for name in names.split(['\'', '"']).skip(1).step_by(2) {
            if !self.met.contains_key(&self.hash.hash_one(name)) && !self.names.contains_key(name) {
                self.names.insert(name.to_owned(), self.expected.len());
                self.expected.push(Expected { name: name.to_owned(), is_glob: false, met: false });
            }
        }
    }

    /// Takes note of whose a record is; true if that minion is new. What stands nowhere (line 0) was not met.
    pub(super) fn meet(&mut self, at: &Place<'_>) -> bool {
        let Some(minion) = &at.minion else { return false };
        if minion.raw() == self.last || at.line == 0 {
            return false;
        }
        self.last.clear();
        self.last.extend_from_slice(minion.raw());
        let name = minion.get();
        let next = self.met.len();
        self.current = *self.met.entry(self.hash.hash_one(&*name)).or_insert(next);
        let new = self.met.len() > next;
        if new && next < MINIONS {
            self.called.push((&*name).into());
        }
        if new {
            self.appeared(&name);
        }
        new
    }

    /// Takes note that this minion is there, and of nothing else.
    pub(super) fn answered(&mut self, at: &Place<'_>) {
        if let Some(minion) = at.minion.as_ref().filter(|_| at.line > 0 && !self.expected.is_empty()) {
            self.appeared(&minion.get());
        }
    }

    fn appeared(&mut self, name: &str) {
        if let Some(expected) = self.names.get(name).and_then(|at| self.expected.get_mut(*at)) {
            expected.met = true;
        }
        for glob in self.expected.iter_mut().filter(|it| it.is_glob && !it.met) {
            glob.met = matches(&glob.name, name);
        }
    }

    /// The names of the minions, in the order of their numbers; only so many as are kept.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.called.iter().map(|name| &**name)
    }

    /// The number of the minion met last, counted from 0; 0 where none was.
    pub(super) fn current(&self) -> usize {
        self.current
    }

    /// What was expected and not met, in the order given; true for a glob.
    pub(super) fn missing(&self) -> impl Iterator<Item = (&str, bool)> {
        self.expected.iter().filter(|it| !it.met).map(|it| (it.name.as_str(), it.is_glob))
    }
}

/// Python's `fnmatch.fnmatchcase`, which Salt's targets are matched with: `*`, `?`, `[a-z]`, `[!a-z]`.
pub(super) fn matches(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut g, mut n) = (0, 0);
    // Where the last `*` stands, and up to where of the name it reaches: what fails later lets it reach further.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let step = match (glob.get(g), name.get(n)) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((g, n));
                g += 1;
                continue;
            }
            (Some('?'), Some(_)) => Some(g + 1),
            (Some('['), Some(&is)) => match set(&glob, g, is) {
                Some((inside, after)) => inside.then_some(after),
                None => (is == '[').then_some(g + 1),
            },
            (Some(&want), Some(&is)) => (want == is).then_some(g + 1),
            (None, Some(_)) | (Some(_), None) => None,
        };
        match (step, star) {
            (Some(after), _) => (g, n) = (after, n + 1),
            (None, Some((at, reach))) if reach < name.len() => {
                star = Some((at, reach + 1));
                (g, n) = (at + 1, reach + 1);
            }
            (None, _) => return false,
        }
    }
}

/// Is this in the set that begins at `open`, and what comes after the set; `None` where it is not closed.
fn set(glob: &[char], open: usize, is: char) -> Option<(bool, usize)> {
    let not = glob.get(open + 1) == Some(&'!');
    let first = open + 1 + usize::from(not);
    // A `]` that comes first is one of the set.
    let close = (first + 1..glob.len()).find(|at| glob[*at] == ']')?;
    let members = &glob[first..close];
    let (mut at, mut inside) = (0, false);
    while let Some(&from) = members.get(at) {
        match (members.get(at + 1), members.get(at + 2)) {
            (Some('-'), Some(&to)) => {
                inside |= (from..=to).contains(&is);
                at += 3;
            }
            _ => {
                inside |= from == is;
                at += 1;
            }
        }
    }
    Some((inside != not, close + 1))
}
