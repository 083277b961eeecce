//! Where a line is broken so that it fits.
//!
//! Columns are counted as terminals do (`unicode-width`). Nothing here knows about colour or indentation.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Fewer columns than this are no room to write in.
const LEAST: usize = 20;

/// An address that is longer is a word like any other.
const LONGEST_ADDRESS: usize = 200;

/// The ranges of `line` that become a row each: the first has `first` columns, the others `rest`.
///
/// Rows end before a word that does not fit. A word (a path, say) is cut only where it is longer than a whole row, and
/// then behind a `/` if there is one near. The address of a web page is never cut, so that it can be opened and copied:
/// it sticks out.
pub(super) fn wrap(line: &str, first: usize, rest: usize) -> Vec<Range<usize>> {
    let (mut room, rest) = (first.max(LEAST), rest.max(LEAST));
    let mut rows = Vec::new();
    let (mut start, mut columns) = (0, 0);
    // Where the last word of the row starts, and the columns before it; the same for what follows a `/` in it.
    let (mut word, mut slash) = ((0, 0), None);
    let mut indentation = true;
    let mut last = ' ';
    for (at, c) in line.char_indices() {
        let width = c.width().unwrap_or(0);
        if c != ' ' && last == ' ' && !indentation {
            (word, slash) = ((at, columns), None);
        } else if last == '/' && c != '/' {
            slash = Some((at, columns));
        }
        indentation &= c == ' ';
        last = c;
        // Blanks may stand over the edge: they are not seen there.
        if c != ' ' && columns + width > room && at > start {
            let word_first = word.0 > start && (word.1 * 2 > room || fits(line, word.0, rest));
            let cut = if word_first { Some(word) } else { slash.filter(|(_, before)| before * 2 > room) };
            if cut.is_none_or(|(cut, _)| cut > word.0) && is_address(line, word.0) {
                columns += width;
                continue;
            }
            // What moves to the next row must fit there.
            let holds =
                |(cut, before): &(usize, usize)| columns - before + width <= rest || is_address(line, *cut);
            let (cut, before) = cut.filter(holds).unwrap_or((at, columns));
            rows.push(start..start + line.get(start..cut).unwrap_or_default().trim_end().len());
            (start, columns, room) = (cut, columns - before, rest);
            if word.0 <= cut {
                word = (cut, 0);
            }
            slash = slash.filter(|(slash, _)| *slash > cut).map(|(slash, columns)| (slash, columns - before));
        }
        columns += width;
    }
    rows.push(start..line.trim_end().len().max(start));
    rows
}

/// Does the word that begins here fit into a row of its own?
fn fits(line: &str, word: usize, room: usize) -> bool {
    let word = line.get(word..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    word.width() <= room
}

/// Is the word that begins here the address of a web page?
fn is_address(line: &str, word: usize) -> bool {
    let word = line.get(word..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    word.len() <= LONGEST_ADDRESS && (word.starts_with("https://") || word.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{LEAST, wrap};

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
        assert_eq!(rows(path, 25, 20), ["/srv/www/example.org/", "releases/current"]);
        assert_eq!(rows(&"x".repeat(45), 20, 24), ["x".repeat(20), "x".repeat(24), "x".to_owned()]);
        assert_eq!(
            rows(&format!("File {path}, line 12"), 25, 20),
            ["File /srv/www/", "example.org/", "releases/current,", "line 12"]
        );
        assert_eq!(rows("see /srv/www/example.org", 20, 40), ["see", "/srv/www/example.org"]);
    }

    #[test]
    fn an_address_is_never_cut() {
        let page = "https://docs.example.org/en/latest/";
        assert_eq!(rows(page, 20, 20), [page]);
        assert_eq!(rows(&format!("see {page} or ask"), 25, 20), [&format!("see {page}"), "or ask"]);
        assert_eq!(rows(&format!("what this says: {page}"), 25, 20), ["what this says:", page]);
        let long = format!("https://{}", "x".repeat(400));
        assert!(rows(&long, 80, 80).iter().all(|row| row.len() <= 80));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_everything_fits(line in "[a-z/漢 \u{301}]{0,200}", first in 0usize..60, rest in 0usize..60) {
            let rows = rows(&line, first, rest);
            let solid = |text: &str| text.replace(' ', "");
            assert_eq!(solid(&rows.concat()), solid(&line));
            for (number, row) in rows.iter().enumerate() {
                assert!(row.width() <= if number == 0 { first } else { rest }.max(LEAST), "{row:?}");
                assert!(number == 0 || !row.starts_with(' '));
            }
        }
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
