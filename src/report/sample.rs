//! Records and verdicts of our own making, for the tests of every format.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use crate::record::{Changes, Class, Kind, Message, Outcome, Place, State, StateResult, Text};
use crate::rules::Rule;
use crate::verdict::Verdict;

/// A writer whose content can be read while it is in use, and the number of writes.
#[derive(Clone, Default)]
pub(super) struct Page(Rc<RefCell<(Vec<u8>, usize)>>);

impl Page {
    /// What has been written.
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().0.clone()).expect("reports are UTF-8")
    }

    /// In how many writes.
    pub(super) fn writes(&self) -> usize {
        self.0.borrow().1
    }
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut page = self.0.borrow_mut();
        page.0.extend_from_slice(bytes);
        page.1 += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Text as it stands.
pub(super) fn text(words: &str) -> Text<'static> {
    Text::owned(words.to_owned())
}

/// Changes written as JSON.
pub(super) fn changes(json: &str) -> Changes<'static> {
    let raw: &'static [u8] = Box::leak(json.as_bytes().to_vec().into_boxed_slice());
    Changes::new(raw, 0, |raw, _| serde_json::from_slice(raw).expect("sample changes are JSON"))
}

/// The lines of a minion.
pub(super) fn at(minion: &str, line: u64, end_line: u64) -> Place<'static> {
    Place { line, end_line, minion: Some(text(minion)), ..Place::default() }
}

/// A state of which only what is given is known.
pub(super) fn state(at: Place<'static>, function: &str, id: &str, outcome: Outcome) -> State<'static> {
    State {
        at,
        id: Some(text(id)),
        name: None,
        function: Some(text(function)),
        sls: None,
        run_num: None,
        result: Some(match outcome {
            Outcome::Failed => StateResult::False,
            Outcome::WouldChange => StateResult::None,
            _ => StateResult::True,
        }),
        outcome,
        comment: None,
        changes: None,
        started: None,
        duration_ms: None,
        warnings: Vec::new(),
        stands_for: 1,
    }
}

/// A message of which only what is given is known.
pub(super) fn message(at: Place<'static>, kind: Kind, words: &str) -> Message<'static> {
    Message {
        at,
        kind,
        level: None,
        logger: None,
        time: None,
        pid: None,
        told: crate::record::Told::default(),
        text: text(words),
        weight: Class::Clean,
    }
}

/// A verdict for which no rule speaks.
pub(super) fn verdict(class: Class) -> Verdict<'static> {
    Verdict::plain(class)
}

/// A verdict for which a rule speaks.
pub(super) fn spoken(class: Class, rule: &'static Rule, says: &'static str) -> Verdict<'static> {
    Verdict {
        class,
        rule: Some(rule),
        help: Cow::Borrowed(&rule.help),
        url: rule.url.as_deref(),
        ..Verdict::plain(class)
    }
    .saying(Cow::Borrowed(says))
}

/// A rule as far as reports look at it.
pub(super) fn rule(id: &str, class: Class, help: &[&str], url: Option<&str>) -> &'static Rule {
    let mut rule = Rule::new(id, class);
    rule.help = help.iter().map(|step| (*step).to_owned()).collect();
    rule.url = url.map(str::to_owned);
    Box::leak(Box::new(rule))
}
