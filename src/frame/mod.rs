//! Where a unit ends.

/// The formats that `--input-format` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InputFormat {
    /// Told apart by content.
    #[default]
    Auto,
    /// Text only: a line that begins with `{` is no JSON.
    Text,
    /// JSON only: whatever stands between documents is stray.
    Json,
}
