//! The shape of packed rules: places in one text, and what the index asks of a rule before it is read.
//!
//! There are numbers only, no references: what holds references must be mended when the program is loaded, each time.
//! Written by the build as `Debug` prints it, so these derive it.

/// So many kinds of messages are there.
pub(crate) const KINDS: usize = 6;

/// All built-in rules, in the order in which they are asked.
pub(crate) struct Packed {
    /// What the pieces are pieces of.
    pub(crate) text: &'static str,
    pub(crate) rules: &'static [Rule],
    /// Names of functions, for the rules to name a few of them each.
    pub(crate) functions: &'static [Piece],
    /// The same of literals.
    pub(crate) literals: &'static [Piece],
}

/// A piece of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) at: u32,
    pub(crate) len: u32,
}

/// A rule that has not been read yet.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `PACK/SLUG`.
    pub(crate) id: Piece,
    /// The title of its pack.
    pub(crate) title: Piece,
    /// The line it starts in.
    pub(crate) line: u32,
    /// Its part of the file, without the examples where that can be.
    pub(crate) toml: Piece,
    /// It is about messages.
    pub(crate) messages: bool,
    /// The outcomes that it is for.
    pub(crate) outcomes: u16,
    /// For each kind of message, the levels that it is for.
    pub(crate) kinds: [u16; KINDS],
    /// It asks about the function.
    pub(crate) asks_function: bool,
    /// The functions that it names, if it names them: which of [`Packed::functions`].
    pub(crate) functions: Piece,
    /// The field, by its place among the names, and which of [`Packed::literals`] must stand there.
    pub(crate) field: Option<u8>,
    pub(crate) literals: Piece,
}

impl Packed {
    /// The text of a piece.
    pub(crate) fn of(&self, piece: Piece) -> &'static str {
        self.text.get(piece.at as usize..(piece.at + piece.len) as usize).unwrap_or_default()
    }

    /// The texts of those of a list that a rule means.
    pub(crate) fn each(
        &self,
        list: &'static [Piece],
        those: Piece,
    ) -> impl Iterator<Item = &'static str> + use<'_> {
        let those = list.get(those.at as usize..(those.at + those.len) as usize);
        those.unwrap_or_default().iter().map(|piece| self.of(*piece))
    }
}
