//! The look at a few lines that decides whether something lies around them, and what.
//!
//! Lines are taken one after the other, and the first that settle it do: so the answer does not depend on how much has
//! arrived. Two lines that, freed of the same prefix, are Salt's own settle it; one is enough where nothing follows.

use super::super::text::blank;
use super::claim::{self, Claim};
use super::{Layer, Look, repair};

/// How many lines that are not blank are looked at.
pub(super) const LINES: usize = 16;

/// How many bytes are looked at.
const BYTES: usize = 32 * 1024;

/// What was seen so far.
#[derive(Default)]
struct Seen {
    claims: Vec<(usize, Claim, Signs)>,
    /// Lines with something in them, cleaned; and how many of them end in `$`, and in blanks.
    clean: Vec<Vec<u8>>,
    dollars: usize,
    trailing: usize,
    /// Entities of HTML, and what would have been written as one.
    entities: bool,
    markup: bool,
    unbroken: bool,
    /// How many lines there were; was each second one empty, and no other?
    lines: usize,
    uneven: bool,
    /// How many bytes were looked at.
    taken: usize,
}

/// What a line shows besides its claim.
#[derive(Clone, Copy, Default)]
struct Signs {
    /// Its escapes are damaged, or stand within the prefix.
    escapes: bool,
}

/// Looks at the lines from `window`'s start on, and says how many bytes it has looked at. `whole`: nothing follows the
/// window.
pub(super) fn look(window: &[u8], whole: bool) -> (Look, usize) {
    let mut seen = Seen::default();
    while seen.clean.len() < LINES && seen.taken < BYTES {
        let rest = &window[seen.taken..];
        let (line, length) = match memchr::memchr(b'\n', rest) {
            Some(end) if end <= BYTES => (&rest[..end], end + 1),
            // The beginning of a line can tell, too.
            _ if rest.len() > BYTES => (&rest[..BYTES], BYTES),
            Some(end) => (&rest[..end], end + 1),
            None if whole && rest.is_empty() => break,
            None if whole => (rest, rest.len()),
            None => return (Look::More, seen.taken),
        };
        seen.taken += length;
        if let Some(look) = seen.take(line) {
            return (look, seen.taken);
        }
    }
    let taken = seen.taken;
    (seen.rest(), taken)
}

impl Seen {
    /// One more line; the answer, if it settles it.
    fn take(&mut self, raw: &[u8]) -> Option<Look> {
        let line = raw.strip_suffix(b"\r").unwrap_or(raw);
        let empty = blank(line);
        self.uneven |= empty != (self.lines % 2 == 1);
        self.lines += 1;
        if empty {
            return self.spaced();
        }
        self.dollars += usize::from(line.ends_with(b"$"));
        self.trailing += usize::from(line.ends_with(b" "));
        self.markup |= line.iter().any(|byte| b"<>\"'".contains(byte));
        self.unbroken |= matches!(repair::unbroken(line), std::borrow::Cow::Owned(_));
        let plain = repair::entities(line);
        self.entities |= plain != line;
        let clean = claim::cleaned(if self.escaped() { &plain } else { line });
        let claims = claim::claims(&clean);
        // `cat -e` brings its own escapes back.
        let damaged = match line.strip_suffix(b"$") {
            Some(line) => repair::is_damaged(&repair::cat(line)),
            None => repair::is_damaged(line),
        };
        let signs = |claim: &Claim| Signs {
            escapes: damaged
                || !line.ends_with(b"$")
                    && !self.unbroken
                    && !self.escaped()
                    && !line.starts_with(&clean[..claim.at]),
        };
        let claims: Vec<_> = claims.into_iter().map(|claim| (signs(&claim), claim)).collect();
        self.clean.push(clean);
        claims.into_iter().find_map(|(signs, claim)| self.claimed(claim, signs))
    }

    /// Is all that would be markup written as entities?
    fn escaped(&self) -> bool {
        self.entities && !self.markup
    }

    /// A claim, and those before it: do two agree?
    fn claimed(&mut self, claim: Claim, signs: Signs) -> Option<Look> {
        let line = self.clean.len();
        self.claims.push((line, claim.clone(), signs));
        let group: Vec<_> = self.claims.iter().filter(|(_, other, _)| other.agrees(&claim)).collect();
        let several = group.iter().any(|(other, ..)| *other != line);
        let strong = group.iter().any(|(_, claim, _)| claim.strong);
        let exact = group.iter().find(|(_, claim, _)| claim.exact)?;
        // Blanks alone shift a document of JSON, or a line of the log.
        let sure = claim.alone
            && line == 1
            && (claim.sure || claim.is_known() || claim.layers.iter().all(Layer::is_margin));
        if !strong || !(several || sure) {
            return None;
        }
        let escapes = group.iter().any(|(_, _, signs)| signs.escapes);
        let layers = self.layers(&exact.1, escapes);
        if !layers.is_empty() {
            return Some(Look::Wrapped(layers));
        }
        // What a progress bar wrote stands before the first of them.
        let overwritten = self.claims.iter().find(|(_, claim, _)| claim.layers.contains(&Layer::Overwritten));
        if let Some((_, claim, signs)) = overwritten.filter(|_| self.uneven) {
            let layers = self.layers(claim, signs.escapes);
            return Some(Look::Wrapped(layers));
        }
        // Salt's own lines as they should be: unless they are double-spaced, nothing lies around them.
        self.uneven.then_some(Look::Bare(self.taken))
    }

    /// Everything that lies around the lines, outermost first.
    fn layers(&self, claim: &Claim, escapes: bool) -> Vec<Layer> {
        let mut layers = Vec::new();
        if self.dollars > 1 && self.dollars == self.clean.len() {
            layers.push(Layer::Cat);
        }
        if escapes {
            layers.push(Layer::Escapes);
        }
        if self.unbroken {
            layers.push(Layer::Unbroken);
        }
        if self.escaped() {
            layers.push(Layer::Entities);
        }
        if self.trailing > 1 && self.trailing == self.clean.len() {
            layers.push(Layer::Trailing);
        }
        let mut prefix = claim.layers.clone();
        let narrowest = self.narrowest(claim.core());
        if let Some(gap) = prefix.last_mut().and_then(Layer::gap) {
            *gap = narrowest.map_or(*gap, |narrowest| narrowest.min(*gap));
        }
        layers.extend(prefix);
        layers
    }

    /// How many blanks stand behind this prefix, at the least.
    fn narrowest(&self, core: Vec<Layer>) -> Option<usize> {
        let behind = self.clean.iter().filter_map(|line| Self::behind(&core, line));
        behind
            .filter(|rest| !blank(rest))
            .map(|rest| rest.iter().take_while(|byte| **byte == b' ').count())
            .min()
    }

    /// A line behind this prefix, if it has it.
    fn behind(core: &[Layer], line: &[u8]) -> Option<Vec<u8>> {
        let mut rest = line.to_vec();
        for layer in core {
            let before = rest.len();
            layer.clone().take(&mut rest, &mut None);
            if rest.len() == before {
                return None;
            }
        }
        Some(rest)
    }

    /// Empty lines behind three lines, of which two are Salt's own?
    fn spaced(&self) -> Option<Look> {
        let own = self.claims.iter().filter(|(_, claim, _)| claim.layers.is_empty());
        let strong = self.claims.iter().any(|(_, claim, _)| claim.strong);
        let (lines, own) = (self.clean.len(), own.count());
        (!self.uneven && strong && (lines >= 3 && own >= 2 || lines >= 6 && own >= 1))
            .then(|| Look::Wrapped(vec![Layer::Spaced { due: false, missed: 0 }]))
    }

    /// Nothing more can be looked at: of a prefix that is known, one line that claims something is enough, if another
    /// has the same prefix.
    fn rest(self) -> Look {
        let holders =
            |core: Vec<Layer>| self.clean.iter().filter(|line| Self::behind(&core, line).is_some()).count();
        let enough = self.claims.iter().filter_map(|(_, claim, signs)| {
            let holders = holders(claim.core());
            let known = claim.is_known() && (claim.strong || holders > 1);
            // A prefix that nobody knows: then every line must have it.
            let everywhere = claim.strong && !claim.core().is_empty() && holders > 3;
            let everywhere = everywhere && holders == self.clean.len();
            (claim.exact && (known || everywhere)).then_some(((holders, claim.at), claim, signs))
        });
        let best = enough.max_by_key(|(weight, ..)| *weight);
        if let Some((_, claim, signs)) = best {
            let mut layers = self.layers(claim, signs.escapes);
            if let Some(gap) = layers.last_mut().and_then(Layer::gap).filter(|_| !claim.strong) {
                // What was seen may all stand deep inside of something.
                *gap = (*gap).min(1);
            }
            return Look::Wrapped(layers);
        }
        // No prefix, but what was done to the characters.
        let bare = self.claims.iter().find(|(_, claim, _)| claim.strong && claim.layers.is_empty());
        match bare.map(|(_, claim, signs)| self.layers(claim, signs.escapes)) {
            Some(layers) if !layers.is_empty() => Look::Wrapped(layers),
            _ => Look::Bare(self.taken),
        }
    }
}
