//! What lies around Salt's lines: the prefixes of Vagrant, of CI, of journals and containers, Markdown's indentation,
//! and what copying did to the characters. It is taken off before a framer sees the line.
//!
//! Nothing is asked of ordinary input: the text framer answers [`Odd`](super::Answer::Odd) where it meets a line that
//! it can't place and that holds a word of Salt's. Then a few lines are looked at (`look`): each says where it would
//! begin (`claim`), and if two agree, what stands before that is the wrapper. From that line on it is taken off
//! (`layer`), here and in all that is read later; a line that does not have it passes as it is, and another wrapper
//! further on is found in the same way. A prefix that is known by name needs less (`table`).
//!
//! This stands behind the buffer and not before it, because only the framer knows which lines can't be placed. One line
//! in is one line out, but for the empty lines of double-spaced text, which the buffer counts.

mod claim;
mod flow;
mod layer;
mod look;
mod repair;
mod table;

pub(super) use claim::{holds_states, tells};
pub(super) use flow::{Flow, Husk};
pub(super) use layer::Layer;

/// What a look at some lines says.
#[derive(Debug)]
pub(super) enum Look {
    /// More lines must arrive to tell.
    More,
    /// So many bytes were looked at, and the first line is what it seems.
    Bare(usize),
    /// This lies around the lines.
    Wrapped(Vec<Layer>),
}

/// A line without what lay around it.
#[derive(Debug)]
pub(super) struct Taken {
    /// The line; `None` if all of it lay around others.
    pub(super) line: Option<Vec<u8>>,
    /// The time that a prefix showed.
    pub(super) clock: Option<String>,
    /// The layers that end with this line.
    pub(super) ended: Vec<u64>,
}

/// A layer that was found.
#[derive(Debug)]
struct Held {
    layer: Layer,
    /// The how manyth it is.
    number: u64,
    /// Its end was told; and it is known to lie before all that will be looked at.
    told: bool,
    ended: bool,
}

/// What has been found around the lines so far, outermost first.
#[derive(Debug, Default)]
pub(super) struct Wrapping {
    layers: Vec<Held>,
    /// How many were found at all.
    found: u64,
    /// Where the last look that settled something was, and how often one did there.
    settled: (u64, u8),
    /// Up to here lines were looked at in vain, and so often in a row.
    vain: u64,
    failed: u64,
    /// Where the last of them was: the framer may ask again, once more has arrived, and that is no further one.
    bare: Option<u64>,
}

/// How many layers are held at once. More than a few are made to be.
const LAYERS: usize = 48;

/// So many looks in vain, one after the other, and looks become rare.
const PATIENCE: u64 = 12;

/// How often layers may be found around one and the same line.
const DEPTH: u8 = 5;

impl Wrapping {
    /// No look has told anything yet, nor failed to.
    pub(super) fn is_unused(&self) -> bool {
        self.layers.is_empty() && (self.settled, self.vain, self.failed) == ((0, 0), 0, 0)
    }

    /// Looks whether something lies around the lines of `window`, which begins at byte `at` of all.
    pub(super) fn look(&mut self, window: &[u8], at: u64, whole: bool) -> Look {
        if self.settled.0 == at && self.settled.1 >= DEPTH {
            return Look::Bare(0);
        }
        if self.bare == Some(at) {
            return Look::Bare(0);
        }
        let line = window.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // What begins in between is found by its next line, if there are not too many that promise and don't hold.
        if at < self.vain && (self.failed > PATIENCE || !claim::tells_clearly(line)) {
            return Look::Bare(0);
        }
        // What has arrived behind the lines that were looked at must not tell.
        let (look, looked) = look::look(window, whole);
        let look = match look {
            Look::Wrapped(layers) if self.refuses(&layers) || !changes(&layers, &window[..looked]) => {
                Look::Bare(0)
            }
            look => look,
        };
        match &look {
            Look::Wrapped(_) => {
                self.settled = (at, if self.settled.0 == at { self.settled.1 + 1 } else { 1 });
                self.failed = 0;
            }
            Look::Bare(length) => {
                self.bare = Some(at);
                self.failed += 1;
                let ahead = if self.failed > 10 * PATIENCE { 8 * length } else { *length };
                self.vain = self.vain.max(at + ahead as u64);
            }
            Look::More => {}
        }
        look
    }

    /// Too many layers, or one that would do twice what can be done once.
    fn refuses(&self, layers: &[Layer]) -> bool {
        let outdents = |layer: &Layer| matches!(layer, Layer::Outdent { .. });
        let held = || self.layers.iter().filter(|held| !held.ended);
        held().count() + layers.len() > LAYERS
            || layers.iter().any(outdents) && held().any(|held| outdents(&held.layer))
    }

    /// Adds what was found; where in the list it begins.
    fn add(&mut self, layers: Vec<Layer>) -> usize {
        self.bare = None;
        self.layers.retain(|held| !held.ended);
        let first = self.layers.len();
        for layer in layers {
            self.layers.push(Held { layer, number: self.found, told: false, ended: false });
            self.found += 1;
        }
        first
    }

    /// The layer with this number ended before what is looked at next. How much has arrived behind that does not tell.
    pub(super) fn end(&mut self, number: u64) {
        for held in self.layers.iter_mut().filter(|held| held.number == number) {
            held.ended = true;
        }
    }

    /// Takes the layers from the `first` on off a line.
    pub(super) fn take(&mut self, raw: &[u8], first: usize) -> Taken {
        let returned = raw.ends_with(b"\r");
        let mut line = raw[..raw.len() - usize::from(returned)].to_vec();
        let (mut clock, mut ended) = (None, Vec::new());
        for held in &mut self.layers[first..] {
            let kept = held.layer.take(&mut line, &mut clock);
            if held.layer.is_over() && !std::mem::replace(&mut held.told, true) {
                ended.push(held.number);
            }
            if !kept {
                return Taken { line: None, clock, ended };
            }
        }
        if returned {
            line.push(b'\r');
        }
        Taken { line: Some(line), clock, ended }
    }
}

/// Do these layers change any of the lines that they were found around? `window` ends behind them.
fn changes(layers: &[Layer], window: &[u8]) -> bool {
    let mut layers = layers.to_vec();
    window.split(|byte| *byte == b'\n').any(|raw| {
        let mut line = raw.to_vec();
        layers.iter_mut().any(|layer| !layer.take(&mut line, &mut None)) || line != raw
    })
}
