//! Where records wait for their cause, and those behind them for their turn.
//!
//! Text stands in the order in which Salt ran the states, and still a cause can come later: a state with `prereq` is
//! tried, and fails, before the state that it names is shown. JSON stands in any order. Nearly always nobody sits
//! here, and records pass without being copied. An error in the log waits for the state that it is about.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cascade::{Failed, Found, names};
use super::{Cause, Ledger, Verdict};
use crate::record::{Changes, Outcome, Place, Plain, Record, State, Text};

/// So many records may wait where input stands in any order (JSON, Python 2) …
const WAITING: usize = 1_000;
/// … so many where it stands in Salt's order, and only `prereq` puts a cause behind what it blocks …
const WAITING_IN_ORDER: usize = 4;
/// … so many behind an error in the log, whose state comes when the log is over …
const WAITING_FOR_A_STATE: usize = 10_000;
/// … and so many bytes of them.
const BYTES_WAITING: usize = 8 << 20;

/// Records that wait until their cause turns up, and those behind them, so that order is kept.
///
/// Pass every record through [`seat`](Bench::seat) right after it was judged, before the next one is, and
/// [`clear`](Bench::clear) it where an input ends.
#[derive(Debug, Default)]
pub struct Bench<'r> {
    seats: VecDeque<Seat<'r>>,
    /// How many plain states are behind them.
    behind: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Seat<'r> {
    record: Record<'static>,
    verdict: Verdict<'r>,
    /// What it waits for: what its comment names. None for those that only wait for their turn.
    names: Option<String>,
    /// It is an error in the log, and waits for the state that it is about.
    echo: bool,
    /// How many may stand behind it while it waits.
    patience: usize,
    bytes: usize,
    /// The plain states right behind it.
    behind: Vec<Plain<'static>>,
}

/// Who need not wait any longer.
#[derive(Debug)]
pub enum Next<'n, 'r> {
    /// A record, and what is thought of it.
    Record(&'n Record<'n>, &'n Verdict<'r>),
    /// A plain state, which [`passes`](super::passes).
    Plain(&'n Plain<'n>),
}

impl<'r> Bench<'r> {
    /// Passes the record on to `sink`, or lets it wait. `sink` gets every record once, in order.
    pub fn seat<E>(
        &mut self,
        ledger: &mut Ledger,
        file: &str,
        record: Record<'_>,
        verdict: Verdict<'r>,
        sink: &mut impl FnMut(Next<'_, 'r>) -> Result<(), E>,
    ) -> Result<(), E> {
        let settled = ledger.log.settled();
        let over = if let Record::RunEnd(end) = &record { Some(end.at.depth) } else { None };
        let logged = if let Record::RunEnd(end) = &record { ledger.log.run_end(&end.at) } else { false };
        if self.seats.is_empty() && !verdict.pending {
            return sink(Next::Record(&record, &verdict));
        }
        self.settle(&settled);
        let failed = failed_of_itself(&record, &verdict);
        let echo = verdict.pending && matches!(record, Record::Message(_));
        let patience = if echo {
            WAITING_FOR_A_STATE
        } else if ledger.in_order(record.at()) {
            WAITING_IN_ORDER
        } else {
            WAITING
        };
        self.sit(record.into_owned(), verdict, patience);
        if let Some(id) = failed {
            self.spread(ledger, id);
        }
        if let Some(depth) = over {
            self.give_up_all(ledger, file, depth);
        }
        if logged {
            self.give_up_echoes(ledger);
        }
        self.release(sink)?;
        self.make_room(ledger, file, sink)
    }

    /// The same for a plain state right behind a record that was just seated, or behind another plain state.
    pub fn pass<E>(
        &mut self,
        ledger: &mut Ledger,
        file: &str,
        plain: &Plain<'_>,
        sink: &mut impl FnMut(Next<'_, 'r>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(last) = self.seats.back_mut() else { return sink(Next::Plain(plain)) };
        last.behind.push(plain.counted());
        self.behind += 1;
        self.bytes += size_of::<Plain<'_>>();
        self.make_room(ledger, file, sink)
    }

    /// Nobody waits.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// As long as too many wait, the first of them waits no longer.
    fn make_room<E>(
        &mut self,
        ledger: &mut Ledger,
        file: &str,
        sink: &mut impl FnMut(Next<'_, 'r>) -> Result<(), E>,
    ) -> Result<(), E> {
        while self.is_full() {
            match self.seats.front().is_some_and(|seat| seat.echo) {
                true => self.give_up_echo(ledger, 0),
                false => self.give_up(ledger, file, 0),
            }
            self.release(sink)?;
        }
        Ok(())
    }

    /// Nothing more will come: all that waits is passed on as it stands.
    pub fn clear<E>(
        &mut self,
        ledger: &mut Ledger,
        file: &str,
        sink: &mut impl FnMut(Next<'_, 'r>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.give_up_all(ledger, file, 0);
        self.give_up_echoes(ledger);
        self.release(sink)
    }

    /// Errors in the log whose state was found: they only repeat it.
    fn settle(&mut self, settled: &[(u64, Arc<Cause>)]) {
        for (line, cause) in settled {
            let seat = self.seats.iter_mut().find(|seat| seat.echo && seat.record.at().line == *line);
            if let Some(seat) = seat {
                (seat.echo, seat.verdict) = (false, Verdict::repeats(cause));
            }
        }
    }

    fn give_up_echoes(&mut self, ledger: &mut Ledger) {
        for place in 0..self.seats.len() {
            self.give_up_echo(ledger, place);
        }
    }

    /// Ends the waiting of an error in the log.
    fn give_up_echo(&mut self, ledger: &mut Ledger, place: usize) {
        let Some(seat) = self.seats.get_mut(place).filter(|seat| seat.echo) else { return };
        (seat.echo, seat.verdict.pending) = (false, false);
        if let Some(cause) = ledger.log.give_up(seat.record.at().line) {
            seat.verdict = Verdict::repeats(&cause);
        }
    }

    fn sit(&mut self, record: Record<'static>, verdict: Verdict<'r>, patience: usize) {
        let comment = match &record {
            Record::State(state) if verdict.pending => state.comment.as_ref().map(Text::get),
            _ => None,
        };
        let names = comment.as_deref().and_then(names).map(str::to_owned);
        let bytes = size(&record) + names.as_ref().map_or(0, String::len);
        self.bytes += bytes;
        let echo = verdict.pending && matches!(record, Record::Message(_));
        self.seats.push_back(Seat { record, verdict, names, echo, patience, bytes, behind: Vec::new() });
    }

    /// Passes on all that need not wait, up to the first that must.
    fn release<E>(&mut self, sink: &mut impl FnMut(Next<'_, 'r>) -> Result<(), E>) -> Result<(), E> {
        while self.seats.front().is_some_and(|seat| seat.names.is_none() && !seat.echo) {
            let Some(seat) = self.seats.pop_front() else { break };
            self.bytes -= seat.bytes + seat.behind.len() * size_of::<Plain<'_>>();
            self.behind -= seat.behind.len();
            sink(Next::Record(&seat.record, &seat.verdict))?;
            seat.behind.iter().try_for_each(|plain| sink(Next::Plain(plain)))?;
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        let patience = self.seats.front().map_or(0, |first| first.patience);
        self.seats.len() + self.behind > patience || self.bytes > BYTES_WAITING
    }

    /// A state of this ID is now known to have failed: who waits for it need wait no longer, and so on.
    fn spread(&mut self, ledger: &mut Ledger, id: String) {
        let mut known = vec![id];
        while let Some(id) = known.pop() {
            let finder = memchr::memmem::Finder::new(&id);
            for seat in &mut self.seats {
                let Some(names) = seat.names.as_deref() else { continue };
                let Record::State(state) = &seat.record else { continue };
                if finder.find(names.as_bytes()).is_some() && ledger.settle(state, names, &mut seat.verdict) {
                    seat.names = None;
                    known.extend(id_of(state));
                }
            }
        }
    }

    /// Ends the waiting of all from this depth on.
    fn give_up_all(&mut self, ledger: &mut Ledger, file: &str, depth: u16) {
        if !self.seats.iter().any(|seat| seat.waits_from(depth)) {
            return;
        }
        // Those first that wait for nobody else here: they are the causes of the others.
        let mut here = Failed::default();
        for state in self.seats.iter().filter_map(Seat::waiting).map(|(state, _)| state) {
            here.root(file, state);
        }
        let alone: Vec<bool> = self.seats.iter().map(|seat| seat.waits_for_none_of(&here)).collect();
        for only_alone in [true, false] {
            for (place, alone) in alone.iter().enumerate() {
                let waits = self.seats.get(place).is_some_and(|seat| seat.waits_from(depth));
                if waits && (*alone || !only_alone) {
                    self.give_up(ledger, file, place);
                }
            }
        }
    }

    /// Ends the waiting of one: it stays as it stands, and others may have waited for it.
    fn give_up(&mut self, ledger: &mut Ledger, file: &str, place: usize) {
        let Some(seat) = self.seats.get_mut(place) else { return };
        seat.names = None;
        let Record::State(state) = &seat.record else { return };
        ledger.give_up(file, state, &mut seat.verdict);
        if let Some(id) = id_of(state) {
            self.spread(ledger, id);
        }
    }
}

impl Seat<'_> {
    fn waiting(&self) -> Option<(&State<'static>, &str)> {
        match (&self.record, self.names.as_deref()) {
            (Record::State(state), Some(names)) => Some((state, names)),
            _ => None,
        }
    }

    fn waits_from(&self, depth: u16) -> bool {
        self.waiting().is_some_and(|(state, _)| state.at.depth >= depth)
    }

    fn waits_for_none_of(&self, here: &Failed) -> bool {
        self.waiting().is_some_and(|(_, names)| matches!(here.find(names), Found::Missing))
    }
}

/// The ID of a state that failed, and that waits for nobody.
fn failed_of_itself(record: &Record<'_>, verdict: &Verdict<'_>) -> Option<String> {
    match record {
        Record::State(state) if state.outcome == Outcome::Failed && !verdict.pending => id_of(state),
        _ => None,
    }
}

/// The ID as a comment, which is stripped, may end with it.
fn id_of(state: &State<'_>) -> Option<String> {
    state.id.as_ref().map(|id| id.get().trim_end().to_owned())
}

/// How much a record holds, roughly.
fn size(record: &Record<'_>) -> usize {
    let text = |text: &Option<Text<'_>>| text.as_ref().map_or(0, |text| text.raw().len());
    let place = |at: &Place<'_>| {
        let parent = at.parent.as_ref().map_or(0, |it| it.id.raw().len() + text(&it.minion));
        parent + text(&at.minion)
    };
    let own = match record {
        Record::State(it) => {
            let changes = it.changes.as_ref().map_or(0, |changes: &Changes<'_>| changes.raw().len());
            let warnings = it.warnings.iter().map(|warning| warning.raw().len()).sum::<usize>();
            let words = [&it.id, &it.name, &it.function, &it.sls, &it.comment, &it.started];
            changes + warnings + words.into_iter().map(text).sum::<usize>()
        }
        Record::Message(it) => it.text.raw().len() + text(&it.logger) + text(&it.time),
        Record::Stray(it) => it.text.raw().len(),
        Record::Fault(it) => it.text.len(),
        Record::Summary(_) | Record::RunEnd(_) => 0,
    };
    own + place(record.at()) + size_of::<Seat<'_>>()
}
