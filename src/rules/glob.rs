//! Globs: `*` is any text, line ends and `/` included, `?` is one character, everything else is itself.
//!
//! They cover the whole value and mind case. There is no escape, `[` and `\` stand for themselves (paths of Windows
//! are full of them): for a literal `*` there are `contains`, `equals` and `regex`.

use memchr::memmem;

/// A glob, taken apart at its stars.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    /// What stands between the stars; never empty. The first is anchored at the start, the last at the end.
    pieces: Vec<String>,
}

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        Glob { pieces: pattern.split('*').map(str::to_owned).collect() }
    }

    /// The one value it matches, if there are neither stars nor question marks in it.
    pub(super) fn exact(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [only] if !only.contains('?') => Some(only),
            _ => None,
        }
    }

    /// The longest text that every match contains; empty if there is none.
    pub(super) fn literal(&self) -> &str {
        self.pieces.iter().flat_map(|piece| piece.split('?')).max_by_key(|run| run.len()).unwrap_or("")
    }

    /// The pattern with this in place of each star.
    pub(super) fn with_stars(&self, star: &str) -> String {
        self.pieces.join(star)
    }

    pub(super) fn matches(&self, value: &str) -> bool {
        let [first, rest @ ..] = self.pieces.as_slice() else { return false };
        let Some(mut value) = strip_prefix(value, first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return value.is_empty() };
        // Leftmost is enough: what a piece leaves over can only grow by taking it earlier.
        for piece in middle {
            match after(value, piece) {
                Some(left) => value = left,
                None => return false,
            }
        }
        strip_suffix(value, last)
    }
}

/// What follows `piece` at the start of `value`.
fn strip_prefix<'v>(value: &'v str, piece: &str) -> Option<&'v str> {
    if !piece.contains('?') {
        return value.strip_prefix(piece);
    }
    let mut rest = value.chars();
    for want in piece.chars() {
        let got = rest.next()?;
        if want != '?' && want != got {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether `value` ends with `piece`.
fn strip_suffix(value: &str, piece: &str) -> bool {
    if !piece.contains('?') {
        return value.ends_with(piece);
    }
    let mut rest = value.chars();
    piece.chars().rev().all(|want| rest.next_back().is_some_and(|got| want == '?' || want == got))
}

/// What follows the first `piece` in `value`.
fn after<'v>(value: &'v str, piece: &str) -> Option<&'v str> {
    if !piece.contains('?') {
        let at = memmem::find(value.as_bytes(), piece.as_bytes())?;
        return value.get(at + piece.len()..);
    }
    let mut rest = value;
    loop {
        if let Some(left) = strip_prefix(rest, piece) {
            return Some(left);
        }
        let mut chars = rest.chars();
        chars.next()?;
        rest = chars.as_str();
    }
}
