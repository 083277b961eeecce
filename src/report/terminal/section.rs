//! What is kept of one minion's run until its answer can stand above it.
//!
//! Findings are kept as the text they will be shown as, up to a number and a size; what is over that is counted and
//! shown as a number. A failed state says how many others it kept from running, wherever those stand.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::finding::{brief, full, place, steps};
use super::sheet::{PLAIN, Sheet, WHERE};
use crate::digest::Tally;
use crate::record::{Class, Outcome, Record, State, Text};
use crate::report::words::words;
use crate::report::{Look, Seen, Show};
use crate::verdict::Cause;

/// So many findings of a group are kept …
const KEPT: usize = 100;
/// … and so many bytes of them.
const BYTES: usize = 128 * 1024;
/// So many bytes of findings are shown in all, those that need someone and the others apart: nobody reads on behind
/// that, and a fleet of thousands would bury its own answers.
const ROOM: [usize; 2] = [1024 * 1024, 512 * 1024];
/// So many places of findings that look the same are named.
const ALSO: usize = 3;
/// So many root failures are told apart.
const ROOTS: usize = 4096;

/// Input ended inside it, or its Summary is missing.
pub(super) const INCOMPLETE: &str = "INCOMPLETE";
/// Something in it contradicts itself.
pub(super) const UNTRUSTED: &str = "UNTRUSTED";

/// How many bytes of findings can still be shown.
pub(super) struct Room {
    urgent: usize,
    other: usize,
    /// The rules whose help has been given, and need not be given with the next change that is to be reviewed.
    told: HashSet<String>,
}

impl Default for Room {
    fn default() -> Self {
        Room { urgent: ROOM[0], other: ROOM[1], told: HashSet::new() }
    }
}

impl Room {
    /// Can a finding of this class still be shown?
    pub(super) fn is_left(&self, class: Class) -> bool {
        if class == Class::ActionRequired { self.urgent > 0 } else { self.other > 0 }
    }
}

/// One minion's run, or the part of it that has been read.
pub(super) struct Section {
    /// The input it is in.
    pub(super) file: String,
    /// Whose run it is; absent above a paste without its header.
    pub(super) minion: Option<String>,
    /// The same as it stands in the input.
    raw: Option<Vec<u8>>,
    /// Its counts.
    pub(super) tally: Tally,
    /// The most urgent verdict in it.
    pub(super) worst: Class,
    /// The word for why it can't be trusted. The last lines of the report say more.
    pub(super) doubt: Option<&'static str>,
    /// A state or a Summary was in it.
    pub(super) ran: bool,
    /// The line of the failed state that Salt's run ends with.
    pub(super) ended_with: Option<u64>,
    /// Where the first finding that needs someone stands, else the first to review.
    pub(super) first: Option<(Class, String)>,
    action: Group,
    review: Group,
    folded: Group,
    known: Group,
    blocked: HashMap<Root, u64>,
}

/// Findings of one urgency.
#[derive(Default)]
struct Group {
    findings: Vec<Finding>,
    bytes: usize,
    dropped: usize,
}

struct Finding {
    head: String,
    tail: String,
    /// Which failures these are, for what they kept from running.
    roots: Vec<Root>,
    /// A hash of all but where it stands.
    look: u64,
    /// Where others stand that look the same.
    also: Vec<String>,
    also_more: usize,
}

/// A failed state, as a cause names it: a line can hold several.
type Root = (u64, Option<String>, Option<String>);

impl Section {
    /// The section that this record opens.
    pub(super) fn new(seen: &Seen<'_, '_>) -> Self {
        Section {
            file: seen.file.to_owned(),
            minion: seen.record.at().minion.as_ref().map(|minion| words(minion).into_owned()),
            raw: seen.record.at().minion.as_ref().map(|minion| minion.raw().to_vec()),
            tally: Tally::default(),
            worst: Class::Clean,
            doubt: None,
            ran: false,
            first: None,
            ended_with: None,
            action: Group::default(),
            review: Group::default(),
            folded: Group::default(),
            known: Group::default(),
            blocked: HashMap::new(),
        }
    }

    /// Is this record of another input, or of another minion?
    pub(super) fn is_not_of(&self, seen: &Seen<'_, '_>) -> bool {
        let at = seen.record.at();
        let other = at.minion.as_ref().is_some_and(|minion| self.raw.as_deref() != Some(minion.raw()));
        self.file != seen.file || at.depth == 0 && other
    }

    /// Takes note of a record, whatever is shown.
    pub(super) fn note(&mut self, seen: &Seen<'_, '_>) {
        self.tally.clone_from(&seen.digest.run);
        let class = seen.verdict.class;
        if class > self.worst {
            self.worst = class;
            if class >= Class::Review {
                self.first = Some((class, place(seen.file, seen.record.at().line)));
            }
        }
        match seen.record {
            Record::State(_) => self.ran = true,
            Record::Summary(_) => {
                self.ran = true;
                if seen.verdict.agrees == Some(false) {
                    self.doubt.get_or_insert(UNTRUSTED);
                }
            }
            _ => {}
        }
    }

    /// Keeps what will stand under the answer.
    pub(super) fn keep(&mut self, look: &Look, seen: &Seen<'_, '_>, room: &mut Room) {
        let minion = self.minion.as_deref();
        match seen.verdict.class {
            Class::ActionRequired => self.action.keep(look, minion, seen, &mut room.urgent, None),
            Class::Review => self.review.keep(look, minion, seen, &mut room.other, Some(&mut room.told)),
            Class::Blocked => {
                if let (Record::State(state), Some(cause)) = (seen.record, &seen.verdict.cause)
                    && (self.blocked.len() < ROOTS || self.blocked.contains_key(&named(cause)))
                {
                    *self.blocked.entry(named(cause)).or_default() += state.stands_for;
                }
                if look.show >= Show::Changes {
                    self.folded.keep(look, minion, seen, &mut room.other, None);
                }
            }
            Class::Benign | Class::FalsePositive if look.show >= Show::Changes => {
                self.known.keep(look, minion, seen, &mut room.other, None);
            }
            Class::Benign | Class::FalsePositive | Class::Clean => {}
        }
    }

    /// Is there anything to show under the answer?
    pub(super) fn is_bare(&self) -> bool {
        let groups = [&self.action, &self.review, &self.folded, &self.known];
        groups.iter().all(|group| group.findings.is_empty() && group.dropped == 0)
    }

    /// What stands under the answer, most urgent first.
    pub(super) fn body(&self, sheet: &mut Sheet<'_>) {
        for (group, words) in [(&self.action, "that need you"), (&self.review, "to review")] {
            for finding in &group.findings {
                sheet.gap();
                sheet.text.push_str(&finding.head);
                let blocked: u64 = finding.roots.iter().filter_map(|root| self.blocked.get(root)).sum();
                if blocked > 0 {
                    let states = if blocked == 1 { "state" } else { "states" };
                    sheet.field(
                        "blocked",
                        PLAIN,
                        &format!("{blocked} more {states} did not run because of it"),
                    );
                }
                if blocked == 0 && finding.roots.iter().any(|root| Some(root.0) == self.ended_with) {
                    let words = "it is the last state of the run: with failhard, none after it was run";
                    sheet.field("ended", PLAIN, words);
                }
                if !finding.also.is_empty() {
                    let more = match finding.also_more {
                        0 => String::new(),
                        more => format!(" and {more} more"),
                    };
                    sheet.field("also", WHERE, &format!("{}{more}", finding.also.join(", ")));
                }
                sheet.text.push_str(&finding.tail);
            }
            if group.dropped > 0 {
                sheet.gap();
                sheet.line(2, 2, &[(PLAIN, &format!("... and {} more {words}", group.dropped))]);
            }
        }
        for group in [&self.folded, &self.known] {
            if group.findings.is_empty() && group.dropped == 0 {
                continue;
            }
            sheet.gap();
            for finding in &group.findings {
                sheet.text.push_str(&finding.head);
                match finding.also.len() + finding.also_more {
                    0 => {}
                    more => sheet.line(4, 2, &[(PLAIN, &format!("(and {more} more like it)"))]),
                }
            }
            if group.dropped > 0 {
                sheet.line(2, 2, &[(PLAIN, &format!("... and {} more of these", group.dropped))]);
            }
        }
    }
}

impl Group {
    fn keep(
        &mut self,
        look: &Look,
        minion: Option<&str>,
        seen: &Seen<'_, '_>,
        room: &mut usize,
        told: Option<&mut HashSet<String>>,
    ) {
        if self.findings.len() >= KEPT || self.bytes >= BYTES || *room == 0 {
            self.dropped += 1;
            return;
        }
        let (mut head, mut tail) = (Sheet::new(look), Sheet::new(look));
        let mut roots = Vec::new();
        if seen.verdict.class < Class::Review {
            brief(&mut head, minion, seen);
        } else {
            full(&mut head, minion, seen);
            let rule = seen.verdict.rule;
            let new = told.zip(rule).is_none_or(|(told, rule)| told.insert(rule.id.clone()));
            if new {
                steps(&mut tail, seen.verdict);
            }
            if let Record::State(state) = seen.record
                && state.outcome == Outcome::Failed
            {
                roots.push(of(state));
            }
        }
        let place = place(seen.file, seen.record.at().line);
        let mut hasher = DefaultHasher::new();
        let rule = seen.verdict.rule.map(|rule| &rule.id);
        (head.text.replacen(&place, "", 1), rule).hash(&mut hasher);
        let look = hasher.finish();
        if let Some(alike) = self.findings.iter_mut().find(|finding| finding.look == look) {
            if alike.also.len() < ALSO {
                alike.also.push(place);
                alike.roots.append(&mut roots);
            } else {
                alike.also_more += 1;
            }
            return;
        }
        let bytes = head.text.len() + tail.text.len();
        self.bytes += bytes;
        *room = room.saturating_sub(bytes);
        let (also, also_more) = (Vec::new(), 0);
        self.findings.push(Finding { head: head.text, tail: tail.text, roots, look, also, also_more });
    }
}

fn of(state: &State<'_>) -> Root {
    let own = |text: &Option<Text<'_>>| text.as_ref().map(|text| words(text).into_owned());
    (state.at.line, own(&state.id), own(&state.function))
}

fn named(cause: &Cause) -> Root {
    (cause.line, cause.id.clone(), cause.function.clone())
}
