//! A rule in its place in the order of asking: one that was read, or a built-in one that is read when it is first
//! asked for.
//!
//! What the index wants to know of a rule is answered here without reading it. A packed rule is read by the same code
//! as any other; the build asked the same questions and kept the answers.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::ask::LEVELS;
use super::field::{About, Field, NAMES};
use super::index::{self, Mask};
use super::scan::{filed_under, scanned};
use super::wrong::Reading;
use super::{Rule, pack};
use crate::packed::{self, KINDS, PACKED};
use crate::record::Kind;

/// A place for a rule.
#[derive(Debug)]
pub(super) struct Slot {
    packed: Option<&'static packed::Rule>,
    read: OnceLock<Option<Box<Rule>>>,
}

/// A function's name, as bytes.
pub(super) type Name = Cow<'static, [u8]>;

/// The functions that a rule is for.
pub(super) enum Functions {
    /// These.
    Named(Vec<Name>),
    /// Those like a pattern.
    Alike,
    /// All.
    Any,
}

impl From<Rule> for Slot {
    fn from(mut rule: Rule) -> Self {
        rule.sort();
        Slot { packed: None, read: OnceLock::from(Some(Box::new(rule))) }
    }
}

impl From<&'static packed::Rule> for Slot {
    fn from(packed: &'static packed::Rule) -> Self {
        Slot { packed: Some(packed), read: OnceLock::new() }
    }
}

impl Slot {
    /// The rule; there always is one, as the build has read it.
    pub(super) fn rule(&self) -> Option<&Rule> {
        self.read.get_or_init(|| self.packed.and_then(unpack).map(Box::new)).as_deref()
    }

    pub(super) fn about(&self) -> About {
        match (self.packed, self.rule_read()) {
            (Some(packed), _) if packed.messages => About::Messages,
            (None, Some(rule)) => rule.about,
            _ => About::States,
        }
    }

    /// The outcomes that it can be for.
    pub(super) fn outcomes(&self) -> Mask {
        match (self.packed, self.rule_read()) {
            (Some(packed), _) => packed.outcomes,
            (None, rule) => rule.map_or(0, index::outcomes),
        }
    }

    pub(super) fn functions(&self) -> Functions {
        match (self.packed, self.rule_read()) {
            (Some(packed), _) if packed.functions.len > 0 => {
                let names = PACKED.each(PACKED.functions, packed.functions);
                Functions::Named(names.map(|name| Cow::Borrowed(name.as_bytes())).collect())
            }
            (Some(packed), _) if packed.asks_function => Functions::Alike,
            (None, Some(rule)) => functions(rule),
            _ => Functions::Any,
        }
    }

    /// For each kind of message, the levels that it is for.
    pub(super) fn kinds(&self) -> [Mask; KINDS] {
        match (self.packed, self.rule_read()) {
            (Some(packed), _) => packed.kinds,
            (None, rule) => rule.map_or_else(Default::default, kinds),
        }
    }

    /// The field that is looked through for it, and the literals of which one must stand there.
    pub(super) fn filed_under(&self) -> Option<(Field, Vec<Vec<u8>>)> {
        let Some(packed) = self.packed else {
            let (field, literals) = filed_under(self.rule_read()?)?;
            return Some((scanned(field), literals));
        };
        let field = Field::of(NAMES.get(usize::from(packed.field?))?)?;
        let literals = PACKED.each(PACKED.literals, packed.literals);
        Some((field, literals.map(|literal| literal.as_bytes().to_vec()).collect()))
    }

    /// What is packed is not read for a question that can be answered without.
    fn rule_read(&self) -> Option<&Rule> {
        self.packed.is_none().then(|| self.rule()).flatten()
    }
}

/// Reads a packed rule.
fn unpack(packed: &'static packed::Rule) -> Option<Rule> {
    let pack = PACKED.of(packed.id).split_once('/')?.0;
    let mut file = Reading::new(PACKED.of(packed.toml));
    file.trusted = true;
    let mut rule = pack::read(pack, &format!("rules/{pack}.toml"), &mut file).pop()?;
    rule.line = packed.line.into();
    rule.title = Some(PACKED.of(packed.title)).filter(|it| !it.is_empty()).map(Arc::from);
    rule.sort();
    Some(rule)
}

pub(super) fn functions(rule: &Rule) -> Functions {
    let mut asked = rule.when.iter().filter(|it| it.field == Field::Function).peekable();
    if asked.peek().is_none() {
        return Functions::Any;
    }
    match asked.find_map(|it| it.matcher.exact()) {
        Some(mut names) => {
            names.sort_unstable();
            names.dedup();
            Functions::Named(names.into_iter().map(|name| Cow::Owned(name.as_bytes().to_vec())).collect())
        }
        None => Functions::Alike,
    }
}

pub(super) fn kinds(rule: &Rule) -> [Mask; KINDS] {
    let asks = |field: Field, word: Option<&str>| {
        rule.when.iter().filter(|it| it.field == field).all(|it| it.matcher.would_hold(word))
    };
    let mut levels = Mask::from(asks(Field::Level, None));
    for level in LEVELS {
        levels |= Mask::from(asks(Field::Level, Some(level.word()))) << (1 + level as u8);
    }
    Kind::ALL.map(|kind| if asks(Field::Kind, Some(kind.word())) { levels } else { 0 })
}
