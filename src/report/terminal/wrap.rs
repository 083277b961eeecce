//! Where a line is broken so that it fits.
//!
//! Columns are counted as terminals do (`unicode-width`). Nothing here knows about colour or indentation.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Fewer columns than this are no room to write in.
const LEAST: usize = 20;

/// The ranges of `line` that become a row each: the first has `first` columns, the others `rest`.
///
/// Rows end before a word that does not fit. A word (a path, say) is cut only where it is longer than a whole row.
pub(super) fn wrap(line: &str, first: usize, rest: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut room = first.max(LEAST);
    let (mut start, mut columns) = (0, 0);
    // Where the last word of the row starts, and the columns before it.
    let (mut word, mut before_word) = (0, 0);
    let mut after_blank = false;
    let mut seen_word = false;
    for (at, c) in line.char_indices() {
        let width = c.width().unwrap_or(0);
        if c == ' ' {
            // Blanks may stand over the edge: they are not seen there.
            after_blank = true;
            columns += 1;
            continue;
        }
        if after_blank && seen_word {
            (word, before_word) = (at, columns);
        }
        (after_blank, seen_word) = (false, true);
        if columns + width > room && at > start {
            let cut = if word > start { word } else { at };
            rows.push(start..start + line.get(start..cut).unwrap_or_default().trim_end().len());
            columns = if word > start { columns - before_word } else { 0 };
            (start, room) = (cut, rest.max(LEAST));
            (word, before_word) = (start, 0);
        }
        columns += width;
    }
    rows.push(start..line.trim_end().len().max(start));
    rows
}

#[cfg(test)]
mod tests {
    use super::wrap;

    fn rows(line: &str, first: usize, rest: usize) -> Vec<&str> {
        wrap(line, first, rest).into_iter().map(|row| &line[row]).collect()
    }

    #[test]
    fn words_stay_whole_and_blanks_at_the_edge_vanish() {
        assert_eq!(rows("one two three four five six", 20, 20), ["one two three four", "five six"]);
        assert_eq!(rows("aaaaaaaaaaaaaaaaaaaa bbb   ", 20, 20), ["aaaaaaaaaaaaaaaaaaaa", "bbb"]);
        assert_eq!(rows("", 20, 20), [""]);
        assert_eq!(rows("     ", 20, 20), [""]);
    }

    #[test]
    fn only_a_word_longer_than_a_row_is_cut() {
        let path = "/srv/www/example.org/releases/current";
        assert_eq!(rows(path, 25, 20), ["/srv/www/example.org/rele", "ases/current"]);
        assert_eq!(rows("see /srv/www/example.org", 20, 40), ["see", "/srv/www/example.org"]);
    }

    #[test]
    fn indentation_stays_with_the_first_row() {
        assert_eq!(rows("    File \"/a/b/c.py\", line 12", 22, 20), ["    File \"/a/b/c.py\",", "line 12"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(rows(&"漢".repeat(21), 20, 40), ["漢".repeat(10), "漢".repeat(11)]);
    }
}
