//! Where lines end: one bit for each byte of the buffer, set for a line feed. The only unsafe code in the project.
//!
//! Everything in text asks where the next line ends, mostly a few dozen bytes on. Answered from this index it is a
//! shift and a count of zeros; the index itself is made by comparing 64 bytes in two vector instructions. Processors
//! without AVX2 take the plain way, and the tests hold both against each other.

/// So many bytes stand for a word of the index.
pub(super) const WORD: usize = 64;

/// Writes a bit for each byte: `words` holds one word for each [`WORD`] bytes.
pub(super) fn index(bytes: &[u8], words: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor was just asked")]
        // SAFETY: `avx2` needs nothing but a processor with AVX2.
        unsafe {
            avx2(bytes, words);
        }
        return;
    }
    plain(bytes, words);
}

/// The same byte by byte, eight at once where the compiler sees it.
fn plain(bytes: &[u8], words: &mut [u64]) {
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(WORD)) {
        *word =
            bytes.iter().enumerate().fold(0, |word, (bit, byte)| word | (u64::from(*byte == b'\n') << bit));
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(bytes: &[u8], words: &mut [u64]) {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };

    let line_feed = _mm256_set1_epi8(b'\n' as i8);
    let half = |half: &[u8; WORD / 2]| {
        #[expect(unsafe_code, reason = "an unaligned load has no safe form")]
        // SAFETY: reads the 32 bytes of the array, at any alignment.
        let here = unsafe { _mm256_loadu_si256(half.as_ptr().cast::<__m256i>()) };
        u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(here, line_feed)).cast_unsigned())
    };
    let (whole, rest) = bytes.as_chunks::<WORD>();
    let (full, last) = words.split_at_mut(whole.len().min(words.len()));
    for (word, bytes) in full.iter_mut().zip(whole) {
        let (low, high) = bytes.split_at(WORD / 2);
        // Halves of an array of 64; both conversions always hold.
        if let (Ok(low), Ok(high)) = (low.try_into(), high.try_into()) {
            *word = half(low) | (half(high) << (WORD / 2));
        }
    }
    plain(rest, last);
}

/// A part of the buffer with its index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'w> {
    bytes: &'w [u8],
    /// The words in which the bytes have their bits …
    words: &'w [u64],
    /// … from this bit of the first of them on.
    bit: usize,
}

impl<'w> Window<'w> {
    /// `bytes` begin at bit `bit` of `words`.
    pub(super) fn new(bytes: &'w [u8], words: &'w [u64], bit: usize) -> Self {
        Window { bytes, words, bit }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// Where the line ends in which `at` stands: the offset of its line feed.
    #[inline]
    pub(super) fn line_end(&self, at: usize) -> Option<usize> {
        let bit = self.bit + at;
        let mut place = bit / WORD;
        let mut word = self.words.get(place)? & (u64::MAX << (bit % WORD));
        while word == 0 {
            place += 1;
            word = *self.words.get(place)?;
        }
        let end = place * WORD + word.trailing_zeros() as usize - self.bit;
        (end < self.bytes.len()).then_some(end)
    }

    /// How many lines end in this range.
    pub(super) fn lines(&self, from: usize, to: usize) -> u64 {
        let (from, to) = (self.bit + from, self.bit + to);
        if from >= to {
            return 0;
        }
        let (first, last) = (from / WORD, (to - 1) / WORD);
        let head = u64::MAX << (from % WORD);
        let tail = u64::MAX >> (WORD - 1 - (to - 1) % WORD);
        let count = |word: u64| u64::from(word.count_ones());
        match self.words.get(first..=last) {
            Some([only]) => count(only & head & tail),
            Some([start, middle @ .., end]) => {
                count(start & head) + middle.iter().copied().map(count).sum::<u64>() + count(end & tail)
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{WORD, Window, index, plain};
    use proptest::prelude::*;

    fn indexed(bytes: &[u8], with: fn(&[u8], &mut [u64])) -> Vec<u64> {
        let mut words = vec![u64::MAX; bytes.len().div_ceil(WORD)];
        with(bytes, &mut words);
        words
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..500)) {
            prop_assert_eq!(indexed(&bytes, index), indexed(&bytes, plain));
        }

        #[test]
        fn a_window_answers_as_a_search_would(
            bytes in prop::collection::vec(prop_oneof![1 => Just(b'\n'), 20 => Just(b'x')], 1..700),
            start in 0_usize..WORD,
            ends in (0_usize..700, 0_usize..700),
        ) {
            let words = indexed(&bytes, index);
            let start = start.min(bytes.len());
            let window = Window::new(&bytes[start..], &words, start);
            let (from, to) = (ends.0.min(bytes.len() - start), ends.1.min(bytes.len() - start));
            let rest = &bytes[start + from..];
            prop_assert_eq!(window.line_end(from), rest.iter().position(|byte| *byte == b'\n').map(|at| from + at));
            let inside = bytes[start..].get(from..to).unwrap_or_default();
            prop_assert_eq!(window.lines(from, to), inside.iter().filter(|byte| **byte == b'\n').count() as u64);
        }
    }
}
