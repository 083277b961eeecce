//! A table of words that repeat, so that a row holds numbers.

use std::collections::HashMap;

/// What repeats, each once.
#[derive(Default)]
pub(super) struct Table {
    /// What has a number, in the order of the numbers.
    pub(super) words: Vec<String>,
    known: HashMap<String, usize>,
    /// Where the last one stood: states of one minion come together.
    last: usize,
}

impl Table {
    /// Counted from 1; 0 is nothing.
    pub(super) fn number(&mut self, word: Option<&str>) -> usize {
        let Some(word) = word else { return 0 };
        if self.last > 0 && self.words.get(self.last - 1).is_some_and(|known| known == word) {
            return self.last;
        }
        self.last = match self.known.get(word) {
            Some(number) => *number,
            None => {
                self.words.push(word.to_owned());
                self.known.insert(word.to_owned(), self.words.len());
                self.words.len()
            }
        };
        self.last
    }
}
