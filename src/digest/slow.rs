//! Where the time went: the states that took longest.

use crate::record::{Plain, State, Text};

/// So many are kept.
const KEPT: usize = 5;
/// What takes less is not worth a word, in milliseconds.
const LEAST_MS: f64 = Plain::QUICK_MS;

/// A state that took long.
#[derive(Clone, Debug)]
pub struct Slow {
    /// How long, in milliseconds.
    pub duration_ms: f64,
    /// On which minion.
    pub minion: Option<String>,
    /// Its function.
    pub function: Option<String>,
    /// Its ID, else its name.
    pub id: Option<String>,
    /// The input that it stands in, and its first line.
    pub at: (String, u64),
}

/// The slowest states so far, the slowest first.
#[derive(Debug, Default)]
pub(super) struct Slowest(Vec<Slow>);

impl Slowest {
    /// Takes note of a state. A step is no longer than what it ran, and is left to that.
    pub(super) fn note(&mut self, file: &str, state: &State<'_>) {
        let Some((duration_ms, place)) = self.place(state) else { return };
        let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned());
        let slow = Slow {
            duration_ms,
            minion: get(&state.at.minion),
            function: get(&state.function),
            id: get(&state.id).or_else(|| get(&state.name)),
            at: (file.to_owned(), state.at.line),
        };
        self.0.insert(place, slow);
        self.0.truncate(KEPT);
    }

    /// How long it took, and its place among the slowest, if it has one.
    pub(super) fn place(&self, state: &State<'_>) -> Option<(f64, usize)> {
        let duration_ms = state.duration_ms.filter(|ms| ms.is_finite() && *ms >= LEAST_MS)?;
        let place = self.0.partition_point(|known| known.duration_ms >= duration_ms);
        (place < KEPT).then_some((duration_ms, place))
    }

    /// The slowest first.
    pub(super) fn all(&self) -> &[Slow] {
        &self.0
    }
}
