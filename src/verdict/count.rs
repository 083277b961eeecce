//! Salt's way of counting states, and whether a Summary agrees with what was read.
//!
//! # The law
//!
//! Salt (`salt.output.highstate._format_host`) counts every state, also those that it does not show. Text shows
//! less than Salt knew, so each count of what was read is a range; where text shows all, both ends are the same.
//! A Summary agrees with the states read if all of this holds:
//!
//! 1. **Failed** is the number of states with result False.
//! 2. **changed** is the number of states with changes, whatever their result: a failed or a would-be change counts
//!    too. Full blocks show them; a terse `Failed` or `Differs` line does not, and may or may not count.
//! 3. **unchanged** is the number of states with result None. No mode hides those.
//! 4. Nothing but clean states is missing: what Salt counts and nobody saw (`state_verbose: False` and its like) must
//!    all be among **Succeeded**, and there is never more to see than **Total states run**.
//! 5. A result that is none of True, False and None is in the total, and in neither Succeeded nor Failed (but Python
//!    holds that `1 == True` and `0 == False`). A terse line shows it as `Clean` or `Changed`.
//! 6. A compressed `ID (3)` is three states. It is that only if its name says `state_compressed_`; where only the ID is
//!    shown, `ID (3)` may be one state of that name, and where only the name is shown, nobody knows how many there are.
//!    It counts as changed once for each name under `compressed changes`.
//! 7. A step whose changes are nested runs counts as changed if any of those counts a change (`_format_changes`); a
//!    state with the *name* `state.orch`, `state.orchestrate` or `state.sls` always does. `_id` modes hide names.
//!    A terse line of a step says `Changed` whatever the nested runs did.
//! 8. Counts that Salt prints only if they are not zero are zero where they are not printed, but for a Summary that
//!    shows no total (cut, or older than 2014.7) and one that may be older than 2014.7 (no run time, and no state's
//!    start either), which printed no changes at all and kept `Not Run` states out of `Succeeded`.

use crate::record::{Changes, Outcome, Plain, State, StateResult, Summary, Text, Value};

/// A count of which only the bounds may be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) least: u64,
    pub(super) most: u64,
}

impl Range {
    const NONE: Range = Range { least: 0, most: 0 };

    fn exactly(count: u64) -> Range {
        Range { least: count, most: count }
    }

    fn up_to(most: u64) -> Range {
        Range { least: 0, most }
    }

    fn add(&mut self, other: Range) {
        self.least = self.least.saturating_add(other.least);
        self.most = self.most.saturating_add(other.most);
    }

    fn holds(self, count: u64) -> bool {
        self.least <= count && count <= self.most
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (least, most) if least == most => write!(f, "{least}"),
            (least, u64::MAX) => write!(f, "at least {least}"),
            (least, most) => write!(f, "{least} to {most}"),
        }
    }
}

/// What was read of a run, counted as Salt counts.
#[derive(Debug, Default)]
pub(super) struct Read {
    total: Range,
    failed: Range,
    pub(super) changed: Range,
    /// Result None.
    would_change: Range,
    /// Result True or None.
    succeeded: Range,
    /// A state showed when it started: Salt is no older than 2014.7.
    dated: bool,
    /// Changes of the nested runs that belong to the next step: did they change anything?
    pub(super) nested: Option<Range>,
}

impl Read {
    /// Takes note of a plain state, unless one of the exceptions may apply to it.
    pub(super) fn plain(&mut self, plain: &Plain<'_>) -> bool {
        if self.nested.is_some() || may_count_as_changed(plain.function.raw(), plain.name) {
            return false;
        }
        self.one_clean(plain.dated);
        true
    }

    fn one_clean(&mut self, dated: bool) {
        self.total.add(Range::exactly(1));
        self.succeeded.add(Range::exactly(1));
        self.dated |= dated;
    }

    /// Takes note of a state; true if it is a step, and nothing that it ran changed anything.
    pub(super) fn state(&mut self, state: &State<'_>) -> bool {
        if self.nested.is_none() && is_plainly_clean(state) {
            self.one_clean(state.started.is_some());
            return false;
        }
        let many = stands_for(state);
        // 5: a terse word may stand for a result that is no bool.
        let terse = state.comment.is_none();
        self.total.add(many);
        match state.result {
            Some(StateResult::False) => self.failed.add(many),
            Some(StateResult::None) => {
                self.would_change.add(many);
                self.succeeded.add(many);
            }
            Some(StateResult::True) if terse => self.succeeded.add(Range::up_to(many.most)),
            Some(StateResult::True) => self.succeeded.add(many),
            None => {
                self.failed.add(Range::up_to(many.most));
                self.would_change.add(Range::up_to(many.most));
                self.succeeded.add(Range::up_to(many.most));
            }
        }
        let nested = self.nested.take();
        self.changed.add(always_changed(state, changed(state, many, nested)));
        self.dated |= state.started.is_some();
        nested == Some(Range::NONE)
    }

    /// Takes note of a nested run, or part of it: how many changes it counts.
    pub(super) fn nested(&mut self, changes: Range) {
        let nested = self.nested.get_or_insert(Range::NONE);
        nested.least = nested.least.max(changes.least.min(1));
        nested.most = nested.most.max(changes.most.min(1));
    }

    /// In what a Summary disagrees with this, in words; nothing where it agrees.
    pub(super) fn disagreement(&self, summary: &Summary<'_>) -> Option<String> {
        let mut odds = Vec::new();
        let mut compare = |what: &str, salt: u64, read: Range, holds: bool| {
            if !holds {
                odds.push(format!("Salt counts {salt} {what}, {read} read"));
            }
        };
        compare("failed", summary.failed, self.failed, self.failed.holds(summary.failed));
        // 8
        let has_total = summary.total > 0 || (summary.succeeded == 0 && summary.failed == 0);
        let ancient = summary.run_time_ms.is_none() && !self.dated && summary.changed == 0;
        let prints_changes = !ancient && has_total;
        let holds = |read: Range, salt: u64| read.holds(salt) || (salt == 0 && !prints_changes);
        compare("changed", summary.changed, self.changed, holds(self.changed, summary.changed));
        let would_change = holds(self.would_change, summary.unchanged);
        compare("that would change", summary.unchanged, self.would_change, would_change);
        let surplus = has_total && summary.total < self.total.least;
        compare("states", summary.total, self.total, !surplus);
        let apart = ancient
            && summary.unchanged > 0
            && summary.total == sum(&[summary.succeeded, summary.failed, summary.unchanged]);
        let succeeded = if apart { sum(&[summary.succeeded, summary.unchanged]) } else { summary.succeeded };
        if odds.is_empty() && !self.rest_succeeded(summary.total, succeeded, has_total) {
            odds.push(format!(
                "Salt counts {} states, {succeeded} of them succeeded; {} read, {} of them succeeded",
                summary.total, self.total, self.succeeded
            ));
        }
        if odds.is_empty() {
            return None;
        }
        let hidden = has_total && summary.total > self.total.most;
        let why = if hidden { " (cut, or hidden by an output filter?)" } else { "" };
        Some(odds.join("; ") + why)
    }

    /// 4: what is missing must be clean, hence among the succeeded.
    fn rest_succeeded(&self, total: u64, succeeded: u64, has_total: bool) -> bool {
        if !has_total {
            return succeeded >= self.succeeded.least;
        }
        let missing = Range {
            least: total.saturating_sub(self.total.most),
            most: total.saturating_sub(self.total.least),
        };
        missing.least <= succeeded
            && succeeded.saturating_sub(missing.least) >= self.succeeded.least
            && succeeded.saturating_sub(missing.most) <= self.succeeded.most
    }
}

/// A clean state in full, to which none of the exceptions applies: four of five states.
fn is_plainly_clean(state: &State<'_>) -> bool {
    state.stands_for == 1
        && state.result == Some(StateResult::True)
        && matches!(state.outcome, Outcome::Clean | Outcome::Skipped)
        && state.comment.is_some()
        && !may_count_as_changed(raw(&state.function), raw(&state.name))
}

/// 6, 7: Salt may count a state of this function and name as changed though it shows no changes.
fn may_count_as_changed(function: &[u8], name: &[u8]) -> bool {
    function.starts_with(b"salt.") || name.starts_with(b"state")
}

fn raw<'s>(text: &'s Option<Text<'_>>) -> &'s [u8] {
    text.as_ref().map(Text::raw).unwrap_or_default()
}

fn sum(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
}

/// 6: how many states this is.
fn stands_for(state: &State<'_>) -> Range {
    const COMPRESSED: &[u8] = b"state_compressed_";
    let name = state.name.as_ref().map(|name| name.raw());
    let says_so = name.is_some_and(|name| name.starts_with(COMPRESSED));
    match state.stands_for {
        1 if says_so && state.id.is_none() => Range { least: 1, most: u64::MAX },
        many if many > 1 && !says_so => Range { least: 1, most: many },
        many => Range::exactly(many),
    }
}

/// 2, 6, 7: how often a state counts as changed, its name aside.
fn changed(state: &State<'_>, many: Range, nested: Option<Range>) -> Range {
    if let Some(nested) = nested {
        return nested;
    }
    let terse = state.comment.is_none() && state.changes.is_none();
    let shown = match state.outcome {
        Outcome::Clean | Outcome::Skipped => return Range::NONE,
        Outcome::Changed => true,
        Outcome::Failed | Outcome::WouldChange if terse => return Range::up_to(many.most),
        Outcome::Failed | Outcome::WouldChange => state.changes.as_ref().is_some_and(shows_something),
    };
    if !shown {
        return Range::NONE;
    }
    let step = state.function.as_ref().is_some_and(|it| matches!(it.raw(), b"salt.state" | b"salt.function"));
    let least = if step { 0 } else { 1 };
    if many.most == 1 {
        return Range { least, most: 1 };
    }
    let names = state.changes.as_ref().map(Changes::get);
    match names.and_then(|changes| changes.get("compressed changes")) {
        Some(Value::Object(names)) if !names.is_empty() => Range::exactly(names.len() as u64),
        // What could not be read back.
        Some(Value::String(text)) if !text.is_empty() => Range { least, most: many.most },
        // Only one of them has changes, and they stand there as they are.
        _ if !terse && state.changes.is_some() => Range { least, most: 1 },
        _ => Range { least, most: many.most },
    }
}

/// 7: a state of such a name counts as changed whatever it did; `_id` modes show the ID in the name's place.
fn always_changed(state: &State<'_>, changed: Range) -> Range {
    const NAMES: [&[u8]; 3] = [b"state.orch", b"state.orchestrate", b"state.sls"];
    let name = state.name.as_ref().map(|name| name.raw());
    let hidden = state.id.is_none() || state.id.as_ref().map(|id| id.raw()) == name;
    let named = name.is_some_and(|name| NAMES.contains(&name));
    if named && !hidden {
        Range::exactly(1)
    } else if hidden && (named || state.function.as_ref().is_some_and(|it| it.raw() == b"salt.runner")) {
        Range { most: changed.most.max(1), ..changed }
    } else {
        changed
    }
}

/// Python's `bool(changes)`, with a cheap look first.
fn shows_something(changes: &Changes<'_>) -> bool {
    let raw = changes.raw().trim_ascii();
    if raw.is_empty() {
        return false;
    }
    // A mapping that has something in it, in JSON and in text.
    if raw.starts_with(b"{\"") || raw.starts_with(b"----------\n") {
        return true;
    }
    match changes.get() {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Number(it) => it.as_f64() != Some(0.0),
        Value::String(it) => !it.trim().is_empty(),
        Value::Array(it) => !it.is_empty(),
        Value::Object(it) => !it.is_empty(),
    }
}
