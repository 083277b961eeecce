//! A state's changes: a mapping mostly, and often long, of which rules mostly ask for one key.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::Value;

/// How what stands at one key of a mapping is read without the others.
#[derive(Debug)]
pub struct ByKey {
    /// Finds it: in which bytes, with how many columns of margin, which key.
    pub find: fn(&[u8], u16, &str) -> Found,
    /// Reads what was found, if it is what it seems.
    pub read: fn(&[u8], u16) -> Option<Value>,
}

/// Where the value of a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// There is no such key.
    Nothing,
    /// In these of the bytes.
    At(Range<usize>),
    /// All must be read to tell.
    Unclear,
}

/// A state's changes, read when they are asked for.
#[derive(Clone)]
pub struct Changes<'a> {
    raw: Cow<'a, [u8]>,
    margin: u16,
    read: fn(&[u8], u16) -> Value,
    literal: bool,
    by_key: Option<&'static ByKey>,
    value: OnceCell<Value>,
}

impl<'a> Changes<'a> {
    /// Changes that stand in `raw` and that `read` can read; `margin` is the number of columns they are indented by.
    pub fn new(raw: &'a [u8], margin: u16, read: fn(&[u8], u16) -> Value) -> Self {
        Changes {
            raw: Cow::Borrowed(raw),
            margin,
            read,
            literal: false,
            by_key: None,
            value: OnceCell::new(),
        }
    }

    /// The same, where every key and string stands in `raw` as [`Text::literally`](super::Text::literally) says.
    pub fn literally(raw: &'a [u8], margin: u16, read: fn(&[u8], u16) -> Value) -> Self {
        Changes { literal: true, ..Changes::new(raw, margin, read) }
    }

    /// The same, where what stands at one key can be found without reading the others.
    pub fn by_key(self, by_key: &'static ByKey) -> Self {
        Changes { by_key: Some(by_key), ..self }
    }

    /// Changes that have been read already.
    pub fn owned(value: Value) -> Self {
        let raw: &[u8] = if value.as_object().is_some_and(|map| map.is_empty()) { b"{}" } else { b"" };
        let value = OnceCell::from(value);
        Changes {
            raw: Cow::Borrowed(raw),
            margin: 0,
            read: |_, _| Value::Null,
            literal: false,
            by_key: None,
            value,
        }
    }

    /// The changes.
    pub fn get(&self) -> &Value {
        self.value.get_or_init(|| (self.read)(&self.raw, self.margin))
    }

    /// Where what stands at this key of a mapping can be read by itself; unclear once all has been read.
    pub fn find(&self, key: &str) -> Found {
        match self.by_key {
            Some(by_key) if self.value.get().is_none() => (by_key.find)(&self.raw, self.margin, key),
            _ => Found::Unclear,
        }
    }

    /// What was found there. `None`: all must be read.
    pub fn part(&self, found: Range<usize>) -> Option<Value> {
        (self.by_key?.read)(self.raw.get(found)?, self.margin)
    }

    /// The bytes they stand in, unread: for a cheap look before [`get`](Self::get).
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The same, where words can be looked for in them as they are (see [`literally`](Self::literally)).
    pub fn literal(&self) -> Option<&[u8]> {
        self.literal.then_some(&*self.raw)
    }

    /// The same, holding its own bytes.
    pub fn into_owned(self) -> Changes<'static> {
        Changes {
            literal: self.literal,
            by_key: self.by_key,
            raw: Cow::Owned(self.raw.into_owned()),
            margin: self.margin,
            read: self.read,
            value: self.value,
        }
    }
}

impl std::fmt::Debug for Changes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.get(), f)
    }
}
