//! Where a notation is rewritten to: JSON, with the line ends of what it was read from.

use super::super::index::{Index, WORD, Window};

/// JSON that is being written.
#[derive(Debug, Default)]
pub(super) struct Sink {
    bytes: Vec<u8>,
    index: Index,
    /// How many bytes are in the index.
    indexed: usize,
    /// Line ends that stand behind what was written last: what closes goes before the last of them.
    owed: usize,
    /// From here on it is not known yet what will have been written.
    open: Option<usize>,
    /// How many bytes were taken off the front.
    gone: usize,
}

impl Sink {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What was written behind `from` and will stay as it is, with its index.
    pub(super) fn window(&mut self, from: usize, over: bool) -> Window<'_> {
        let (length, words) = (self.bytes.len(), self.bytes.len().div_ceil(WORD));
        self.index.resize(words);
        self.index.with_json(&self.bytes, 0..0);
        // The index is made of whole words.
        self.bytes.resize(words * WORD, 0);
        self.index.mark(&self.bytes, self.indexed..length);
        self.bytes.truncate(length);
        self.indexed = length;
        let upto = self.settled(over).len();
        self.index.window(&self.bytes, from.min(upto)..upto)
    }

    /// What will stay as it is.
    pub(super) fn settled(&self, over: bool) -> &[u8] {
        let upto = self.open.filter(|_| !over).unwrap_or(self.bytes.len());
        self.bytes.get(..upto).unwrap_or_default()
    }

    /// Nothing from `at` on is settled.
    pub(super) fn hold(&mut self, at: Option<usize>) {
        self.open = at.map(|at| at.saturating_sub(self.gone));
    }

    /// Takes whole words off the front; how many bytes are left of those that were to go.
    pub(super) fn drain(&mut self, count: usize) -> usize {
        let rest = count % WORD;
        let count = count - rest;
        self.index.move_to_front(count / WORD..self.indexed.div_ceil(WORD));
        self.indexed -= count;
        self.bytes.drain(..count);
        self.gone += count;
        self.open = self.open.map(|open| open.saturating_sub(count));
        rest
    }

    /// The place that will be written next.
    pub(super) fn at(&mut self) -> usize {
        self.pay();
        self.gone + self.bytes.len()
    }

    /// What was written from a place on, if it is still here.
    pub(super) fn since(&self, at: usize) -> Option<&[u8]> {
        self.bytes.get(at.checked_sub(self.gone)?..)
    }

    /// Changes the byte at a place.
    pub(super) fn patch(&mut self, at: usize, byte: u8) {
        if let Some(place) = at.checked_sub(self.gone).and_then(|at| self.bytes.get_mut(at)) {
            *place = byte;
        }
    }

    fn pay(&mut self) {
        let owed = std::mem::take(&mut self.owed);
        self.bytes.extend(std::iter::repeat_n(b'\n', owed));
    }

    /// A line of the input ends here.
    pub(super) fn newline(&mut self, count: usize) {
        self.owed += count;
    }

    /// Writes.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.pay();
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes what closes something: it belongs to the line before.
    pub(super) fn close(&mut self, byte: u8) {
        let before = self.owed.saturating_sub(1);
        self.owed -= before;
        self.bytes.extend(std::iter::repeat_n(b'\n', before));
        self.bytes.push(byte);
    }

    /// Writes a string.
    pub(super) fn string(&mut self, text: &str) {
        self.put(b"\"");
        escape(text, &mut self.bytes);
        self.bytes.push(b'"');
    }

    /// Writes a piece of a string that is open, as JSON has it.
    pub(super) fn piece(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}

/// Text as it stands between JSON's quotes.
pub(super) fn escape(text: &str, out: &mut Vec<u8>) {
    for letter in text.bytes() {
        match letter {
            b'"' | b'\\' => out.extend([b'\\', letter]),
            b'\n' => out.extend(b"\\n"),
            0..0x20 | 0x7f => out.extend(format!("\\u{letter:04x}").as_bytes()),
            _ => out.push(letter),
        }
    }
}

/// Is this a number as JSON has it?
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let text = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(part) = rest.strip_prefix('.') {
        let length = digits(part);
        if length == 0 {
            return false;
        }
        rest = &part[length..];
    }
    if let Some(part) = rest.strip_prefix(['e', 'E']) {
        let part = part.strip_prefix(['+', '-']).unwrap_or(part);
        let length = digits(part);
        return length > 0 && length == part.len();
    }
    rest.is_empty()
}
