//! Where lines end, and in JSON where strings do: a bit for each byte of the buffer. The only unsafe code in the project.
//!
//! Everything in text asks where the next line ends, mostly a few dozen bytes on; JSON asks for the next quote. Answered
//! from this index that is a shift and a count of zeros; the index itself is made by comparing 32 bytes in one vector
//! instruction. Processors without AVX2 take the plain way, and the tests hold both against each other.
//!
//! Each bit tells of its own byte and of nothing before it: so a window can begin and end anywhere.

/// So many bytes stand for a word of the index.
pub(super) const WORD: usize = 64;

/// A bit for each byte of a buffer.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// A line ends there.
    lines: Vec<u64>,
    /// How many lines end before each word, counted from anywhere; and before what follows the last.
    counts: Vec<u32>,
    json: Option<Strings>,
}

/// What only JSON asks for.
#[derive(Debug, Default)]
struct Strings {
    /// Quotes and backslashes: where a string may end.
    quotes: Vec<u64>,
    /// Bars, which join the parts of a state's key.
    bars: Vec<u64>,
}

impl Index {
    /// Makes room for so many words.
    pub(super) fn resize(&mut self, words: usize) {
        self.each(|bits| bits.resize(words, 0));
        self.counts.resize(words + 1, 0);
    }

    /// These words move to the front.
    pub(super) fn move_to_front(&mut self, words: std::ops::Range<usize>) {
        self.each(|bits| bits.copy_within(words.clone(), 0));
        self.counts.copy_within(words.start..=words.end, 0);
    }

    fn each(&mut self, each: impl Fn(&mut Vec<u64>)) {
        each(&mut self.lines);
        if let Some(Strings { quotes, bars }) = &mut self.json {
            each(quotes);
            each(bars);
        }
    }

    /// From now on JSON is asked for too: `buffer` holds such bytes in this range.
    pub(super) fn with_json(&mut self, buffer: &[u8], range: std::ops::Range<usize>) {
        if self.json.is_none() {
            let room = || vec![0; self.lines.len()];
            self.json = Some(Strings { quotes: room(), bars: room() });
            self.mark(buffer, range);
        }
    }

    /// Marks what stands in this range of `buffer`; what stands behind it does not count.
    pub(super) fn mark(&mut self, buffer: &[u8], range: std::ops::Range<usize>) {
        let words = range.start / WORD..range.end.div_ceil(WORD);
        let bytes = &buffer[words.start * WORD..words.end * WORD];
        match &mut self.json {
            None => lines(bytes, &mut self.lines[words.clone()]),
            Some(Strings { quotes, bars }) => {
                let (quotes, bars) = (&mut quotes[words.clone()], &mut bars[words.clone()]);
                all(bytes, [&mut self.lines[words.clone()], quotes, bars]);
            }
        }
        if !range.end.is_multiple_of(WORD) {
            // Behind the end stands what was there before.
            self.each(|bits| bits[words.end - 1] &= !(u64::MAX << (range.end % WORD)));
        }
        count(&self.lines[words.clone()], &mut self.counts[words.start..=words.end]);
    }

    /// This range of `buffer`, with its index.
    #[inline]
    pub(super) fn window<'w>(&'w self, buffer: &'w [u8], range: std::ops::Range<usize>) -> Window<'w> {
        let (from, bit) = (range.start / WORD, range.start % WORD);
        let (quotes, bars): (&[u64], &[u64]) = match &self.json {
            None => (&[], &[]),
            Some(Strings { quotes, bars }) => (&quotes[from..], &bars[from..]),
        };
        let (lines, counts) = (&self.lines[from..], &self.counts[from..]);
        Window { bytes: &buffer[range], lines, counts, quotes, bars, bit }
    }
}

/// Marks line feeds: a word for each [`WORD`] bytes.
pub(super) fn lines(bytes: &[u8], words: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor was just asked")]
        // SAFETY: `avx2` needs nothing but a processor with AVX2.
        unsafe {
            avx2::lines(bytes, words);
        }
        return;
    }
    plain(bytes, words, |byte| byte == b'\n');
}

/// Marks line feeds, quotes and backslashes, and bars.
pub(super) fn all(bytes: &[u8], words: [&mut [u64]; 3]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor was just asked")]
        // SAFETY: `avx2` needs nothing but a processor with AVX2.
        unsafe {
            avx2::all(bytes, words);
        }
        return;
    }
    plain_all(bytes, words);
}

/// The same byte by byte, eight at once where the compiler sees it.
fn plain(bytes: &[u8], words: &mut [u64], is_marked: impl Fn(u8) -> bool) {
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(WORD)) {
        *word =
            bytes.iter().enumerate().fold(0, |word, (bit, byte)| word | (u64::from(is_marked(*byte)) << bit));
    }
}

fn plain_all(bytes: &[u8], [lines, quotes, bars]: [&mut [u64]; 3]) {
    plain(bytes, lines, |byte| byte == b'\n');
    plain(bytes, quotes, |byte| matches!(byte, b'"' | b'\\'));
    plain(bytes, bars, |byte| byte == b'|');
}

/// Counts on: how many bits are set before each word, from the first count on.
fn count(words: &[u64], counts: &mut [u32]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("popcnt") {
        #[expect(unsafe_code, reason = "the processor was just asked")]
        // SAFETY: `popcnt` needs nothing but a processor with POPCNT.
        unsafe {
            popcnt(words, counts);
        }
        return;
    }
    plain_count(words, counts);
}

#[inline]
fn plain_count(words: &[u64], counts: &mut [u32]) {
    let Some((first, rest)) = counts.split_first_mut() else { return };
    let mut sum = *first;
    for (count, word) in rest.iter_mut().zip(words) {
        sum = sum.wrapping_add(word.count_ones());
        *count = sum;
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn popcnt(words: &[u64], counts: &mut [u32]) {
    plain_count(words, counts);
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    };

    use super::{WORD, plain, plain_all};

    #[target_feature(enable = "avx2")]
    fn halves(bytes: &[u8; WORD]) -> [__m256i; 2] {
        let start = bytes.as_ptr().cast::<__m256i>();
        #[expect(unsafe_code, reason = "an unaligned load has no safe form")]
        // SAFETY: reads the two times 32 bytes of the array, at any alignment.
        unsafe {
            [_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))]
        }
    }

    #[target_feature(enable = "avx2")]
    fn bits([low, high]: [__m256i; 2]) -> u64 {
        let mask = |half| u64::from(_mm256_movemask_epi8(half).cast_unsigned());
        mask(low) | (mask(high) << (WORD / 2))
    }

    #[target_feature(enable = "avx2")]
    fn equal(halves: [__m256i; 2], byte: u8) -> [__m256i; 2] {
        let byte = _mm256_set1_epi8(byte.cast_signed());
        halves.map(|half| _mm256_cmpeq_epi8(half, byte))
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn lines(bytes: &[u8], words: &mut [u64]) {
        let (whole, rest) = bytes.as_chunks::<WORD>();
        let (full, last) = words.split_at_mut(whole.len().min(words.len()));
        for (word, bytes) in full.iter_mut().zip(whole) {
            *word = bits(equal(halves(bytes), b'\n'));
        }
        plain(rest, last, |byte| byte == b'\n');
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn all(bytes: &[u8], [lines, quotes, bars]: [&mut [u64]; 3]) {
        let (whole, rest) = bytes.as_chunks::<WORD>();
        let count = whole.len().min(lines.len());
        let (lines, lines_left) = lines.split_at_mut(count);
        let (quotes, quotes_left) = quotes.split_at_mut(count);
        let (bars, bars_left) = bars.split_at_mut(count);
        for (((line, quote), bar), bytes) in lines.iter_mut().zip(quotes).zip(bars).zip(whole) {
            let halves = halves(bytes);
            let ([a, b], [c, d]) = (equal(halves, b'"'), equal(halves, b'\\'));
            *line = bits(equal(halves, b'\n'));
            *quote = bits([_mm256_or_si256(a, c), _mm256_or_si256(b, d)]);
            *bar = bits(equal(halves, b'|'));
        }
        plain_all(rest, [lines_left, quotes_left, bars_left]);
    }
}

/// A part of the buffer with its index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'w> {
    bytes: &'w [u8],
    /// The words in which the bytes have their bits …
    lines: &'w [u64],
    counts: &'w [u32],
    quotes: &'w [u64],
    bars: &'w [u64],
    /// … from this bit of the first of them on.
    bit: usize,
}

impl<'w> Window<'w> {
    /// The bytes.
    #[inline]
    pub(super) fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// Where the line ends in which `at` stands: the offset of its line feed.
    #[inline]
    pub(super) fn line_end(&self, at: usize) -> Option<usize> {
        self.next(self.lines, at)
    }

    /// The next quote or backslash, in a buffer that is indexed for JSON.
    #[inline]
    pub(super) fn quote(&self, at: usize) -> Option<usize> {
        self.next(self.quotes, at)
    }

    /// Where the JSON string ends that `from` is inside of: `Ok` is the place of its closing quote, `Err` the place to
    /// go on from when there is more.
    #[inline]
    pub(super) fn string_end(&self, from: usize) -> Result<usize, usize> {
        let mut at = from;
        loop {
            match self.quote(at) {
                None => return Err(self.bytes.len().max(from)),
                Some(found) if self.bytes[found] == b'"' => return Ok(found),
                // A backslash takes its companion with it, or waits for it.
                Some(found) if found + 1 < self.bytes.len() => at = found + 2,
                Some(found) => return Err(found),
            }
        }
    }

    /// The first bar in this range, likewise.
    #[inline]
    pub(super) fn bar(&self, from: usize, to: usize) -> Option<usize> {
        if from >= to {
            return None;
        }
        let (bit, last) = (self.bit + from, (self.bit + to - 1) / WORD);
        let mut place = bit / WORD;
        let mut word = self.bars.get(place)? & (u64::MAX << (bit % WORD));
        while word == 0 {
            if place == last {
                return None;
            }
            place += 1;
            word = *self.bars.get(place)?;
        }
        let found = place * WORD + word.trailing_zeros() as usize - self.bit;
        (found < to).then_some(found)
    }

    #[inline]
    fn next(&self, words: &[u64], at: usize) -> Option<usize> {
        let bit = self.bit + at;
        let mut place = bit / WORD;
        let mut word = words.get(place)? & (u64::MAX << (bit % WORD));
        while word == 0 {
            place += 1;
            word = *words.get(place)?;
        }
        let found = place * WORD + word.trailing_zeros() as usize - self.bit;
        (found < self.bytes.len()).then_some(found)
    }

    /// How many lines end in this range.
    #[inline]
    pub(super) fn lines(&self, from: usize, to: usize) -> u64 {
        if from >= to { 0 } else { u64::from(self.count(to).wrapping_sub(self.count(from))) }
    }

    /// How many lines end before `at`, counted from anywhere.
    #[inline]
    fn count(&self, at: usize) -> u32 {
        let bit = self.bit + at;
        let (word, before) = (bit / WORD, !(u64::MAX << (bit % WORD)));
        let here = self.lines.get(word).map_or(0, |word| (word & before).count_ones());
        self.counts.get(word).map_or(0, |count| count.wrapping_add(here))
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, WORD, all, count, lines, plain, plain_all, plain_count};
    use proptest::prelude::*;

    /// Words that were something else before, as `with` marks them.
    fn marked<const N: usize>(bytes: &[u8], with: impl Fn(&[u8], [&mut [u64]; N])) -> [Vec<u64>; N] {
        let mut words = [(); N].map(|()| vec![u64::MAX; bytes.len().div_ceil(WORD)]);
        with(bytes, words.each_mut().map(Vec::as_mut_slice));
        words
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..500)) {
            let fast = marked(&bytes, |bytes, [words]| lines(bytes, words));
            prop_assert_eq!(fast, marked(&bytes, |bytes, [words]| plain(bytes, words, |byte| byte == b'\n')));
        }

        #[test]
        fn both_ways_find_the_same_of_json(bytes in prop::collection::vec(prop_oneof![
            prop::sample::select(&b"\n\"\\|"[..]), any::<u8>()
        ], 0..500)) {
            prop_assert_eq!(marked(&bytes, all), marked(&bytes, plain_all));
        }

        #[test]
        fn both_ways_count_the_same(words in prop::collection::vec(any::<u64>(), 0..20), from in any::<u32>()) {
            let mut counts = [vec![from; words.len() + 1], vec![from; words.len() + 1]];
            count(&words, &mut counts[0]);
            plain_count(&words, &mut counts[1]);
            prop_assert_eq!(&counts[0], &counts[1]);
        }

        #[test]
        fn a_window_answers_as_a_search_would(
            bytes in prop::collection::vec(prop_oneof![
                3 => prop::sample::select(&b"\n\"\\|"[..]), 60 => Just(b'x')
            ], 1..700),
            start in 0_usize..WORD,
            behind in 0_usize..WORD,
            late in any::<bool>(),
            ends in (0_usize..700, 0_usize..700),
        ) {
            // What stands behind the end does not count.
            let buffer = [&bytes[..], &[b'\n', b'"', b'|'].repeat(WORD)].concat();
            let (start, end) = (start.min(bytes.len()), bytes.len().saturating_sub(behind));
            let start = start.min(end);
            let mut index = Index::default();
            index.resize(buffer.len() / WORD);
            if !late {
                index.with_json(&buffer, 0..0);
            }
            index.mark(&buffer, 0..end);
            index.with_json(&buffer, start..end);
            let window = index.window(&buffer, start..end);
            let bytes = &buffer[start..end];
            let (from, to) = (ends.0.min(bytes.len()), ends.1.min(bytes.len()));
            let next = |is: &dyn Fn(u8) -> bool| bytes[from..].iter().position(|byte| is(*byte)).map(|at| from + at);
            prop_assert_eq!(window.line_end(from), next(&|byte| byte == b'\n'));
            prop_assert_eq!(window.quote(from), next(&|byte| byte == b'"' || byte == b'\\'));
            let inside = bytes.get(from..to).unwrap_or_default();
            let bar = inside.iter().position(|byte| *byte == b'|').map(|at| from + at);
            prop_assert_eq!(window.bar(from, to), bar);
            prop_assert_eq!(window.lines(from, to), inside.iter().filter(|byte| **byte == b'\n').count() as u64);
        }
    }
}
