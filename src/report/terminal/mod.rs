//! `terminal`: for someone who has just deployed and wants to go home.
//!
//! Each minion's section is written when its run ends, its answer on top; the last line of all is the answer for
//! everything. With `--show all` records are shown as they come, and a section's answer is at its foot. Here is when
//! a section begins and ends; what it looks like is in the other files.
//!
//! | file | holds |
//! | --- | --- |
//! | `section` | what is kept of a run until it ends |
//! | `answer` | the answer of a run |
//! | `last` | the last lines: the answer for everything |
//! | `logged` | above them: states that only the log tells of, and `--stats` |
//! | `finding`, `message` | one finding |
//! | `shared` | what is the same on several minions |
//! | `change` | a state's changes in few lines |
//! | `source` | source in a frame: what Salt quotes of a template, a state's lines in its SLS file |
//! | `excerpt` | which lines of a long text are shown |
//! | `sheet`, `wrap` | rows of text: indentation, colour, line breaks |

use std::io;

use super::batch::Batch;
use super::words::words;
use super::{Look, Report, Seen, Show};
use crate::digest::Digest;
use crate::record::{Class, Record};

mod answer;
pub(super) mod change;
pub(super) mod excerpt;
pub(super) mod finding;
mod last;
mod logged;
pub(super) mod message;
mod section;
mod shared;
pub(super) mod sheet;
mod source;
#[cfg(test)]
mod tests;
mod wrap;

use section::{INCOMPLETE, Room, Section, UNTRUSTED};
use sheet::{BOLD, Sheet};

/// What was written last, for the empty lines between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// A section of one line.
    Line,
    /// A section with something under it.
    Block,
    /// A message outside any section.
    Loose,
}

/// The report for people at a terminal.
pub(super) struct Terminal {
    look: Look,
    batch: Batch,
    section: Option<Section>,
    ends: last::Ends,
    last: Last,
    room: Room,
    first_file: Option<String>,
    /// Messages that were shown outside since a section ended: the digest counts them with the next run.
    apart: answer::Apart,
}

impl Terminal {
    /// Nothing is written before there is something to say.
    pub(super) fn new(look: &Look, out: Box<dyn io::Write>) -> Self {
        let look = Look { width: look.width.max(40), ..look.clone() };
        let (batch, ends) = (Batch::new(out), last::Ends::default());
        Terminal {
            look,
            batch,
            section: None,
            ends,
            last: Last::Nothing,
            room: Room::default(),
            first_file: None,
            apart: Default::default(),
        }
    }

    /// A record that the open section holds or opens.
    fn inside(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let opens = self.section.is_none();
        let section = self.section.get_or_insert_with(|| Section::new(seen));
        section.note(seen);
        if self.look.group {
            return Ok(());
        }
        if self.look.show < Show::All {
            section.keep(&self.look, seen, &mut self.room);
            return Ok(());
        }
        let mut sheet = Sheet::new(&self.look);
        if opens {
            if self.last != Last::Nothing {
                sheet.gap();
            }
            let label = label(self.first_file.as_deref(), section);
            sheet.line(0, 2, &[(BOLD, &label)]);
        }
        show(&mut sheet, section.minion.as_deref(), seen);
        self.last = Last::Block;
        self.write(&sheet.text.into_bytes())
    }

    /// A message that belongs to no run.
    fn outside(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        let at = seen.record.at();
        let minion = at.minion.as_ref().map(words);
        self.ends.outside(seen.verdict.class, minion.as_deref(), &finding::place(seen.file, at.line));
        let shown = match self.look.show {
            Show::Attention => seen.verdict.class >= Class::Review,
            Show::Changes => seen.verdict.class > Class::Clean,
            Show::All => true,
        };
        if !shown {
            return Ok(());
        }
        if let Record::Message(_) = seen.record {
            self.apart[seen.verdict.class as usize] += 1;
        }
        let mut sheet = Sheet::new(&self.look);
        if self.last != Last::Loose {
            if self.last != Last::Nothing {
                sheet.gap();
            }
            sheet.line(0, 2, &[(BOLD, "Outside any run")]);
        }
        show(&mut sheet, None, seen);
        self.last = Last::Loose;
        self.write(&sheet.text.into_bytes())
    }

    /// The open section is over.
    fn close(&mut self) -> io::Result<()> {
        let Some(section) = self.section.take() else { return Ok(()) };
        let label = label(self.first_file.as_deref(), &section);
        self.ends.run(&section);
        let apart = std::mem::take(&mut self.apart);
        let mut sheet = Sheet::new(&self.look);
        let bare = section.is_bare();
        let next = if bare { Last::Line } else { Last::Block };
        if self.look.show == Show::All {
            answer::of_run(&mut sheet, &label, &section, &apart);
            section.body(&mut sheet);
            self.last = Last::Block;
        } else {
            // Minions that are fine stand under each other like a table.
            if self.last != Last::Nothing && (self.last, next) != (Last::Line, Last::Line) {
                sheet.gap();
            }
            answer::of_run(&mut sheet, &label, &section, &apart);
            section.body(&mut sheet);
            self.last = next;
        }
        self.write(&sheet.text.into_bytes())
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.batch.bytes.extend_from_slice(text);
        self.batch.line_done()
    }

    /// Does this record begin something else than what is open?
    fn is_another(&self, seen: &Seen<'_, '_>) -> bool {
        self.section.as_ref().is_some_and(|section| section.is_not_of(seen))
    }
}

impl Report for Terminal {
    fn shows(&self, class: Class) -> bool {
        class >= self.least() && (self.look.show == Show::All || self.room.is_left(class))
    }

    fn least(&self) -> Class {
        match self.look.show {
            // What was blocked is counted under its cause's name.
            Show::Attention => Class::Blocked,
            Show::Changes => Class::FalsePositive,
            Show::All => Class::Clean,
        }
    }

    fn record(&mut self, seen: &Seen<'_, '_>) -> io::Result<()> {
        if self.first_file.is_none() {
            self.first_file = Some(seen.file.to_owned());
        }
        match seen.record {
            Record::RunEnd(end) => {
                if let (Some(section), false) = (&mut self.section, end.complete) {
                    section.doubt.get_or_insert(INCOMPLETE);
                }
                if end.at.depth > 0 {
                    return Ok(());
                }
                if let Some(section) = &mut self.section {
                    section.ended_with = seen.digest.ended_with();
                }
                return self.close();
            }
            Record::Fault(fault) => {
                if let Some(section) = &mut self.section {
                    section.doubt.get_or_insert(if fault.cut { INCOMPLETE } else { UNTRUSTED });
                }
                return Ok(());
            }
            Record::State(_) | Record::Summary(_) => {
                if self.is_another(seen) {
                    self.close()?;
                }
            }
            Record::Message(_) | Record::Stray(_) => {
                if self.is_another(seen) {
                    // Another minion's word in the middle of a run.
                    if self.section.as_ref().is_some_and(|section| section.ran && section.file == seen.file) {
                        return self.outside(seen);
                    }
                    self.close()?;
                }
                let nobodys = seen.record.at().minion.is_none() || seen.record.at().line == 0;
                if self.section.is_none() && nobodys {
                    return self.outside(seen);
                }
            }
        }
        self.inside(seen)
    }

    fn pause(&mut self) -> io::Result<()> {
        self.batch.flush()
    }

    fn finish(&mut self, digest: &Digest, exit: u8) -> io::Result<()> {
        self.close()?;
        let mut sheet = Sheet::new(&self.look);
        if self.last != Last::Nothing {
            sheet.gap();
        }
        shared::findings(&mut sheet, digest);
        shared::ended_early(&mut sheet, digest);
        if !digest.problems.is_empty() {
            last::problems(&mut sheet, digest);
            sheet.gap();
        }
        if digest.logged.states > 0 {
            logged::states(&mut sheet, &digest.logged);
            sheet.gap();
        }
        if digest.stats {
            logged::lines(&mut sheet, digest);
            sheet.gap();
        }
        last::line(&mut sheet, &self.ends, digest, exit);
        self.write(&sheet.text.into_bytes())?;
        self.batch.flush()
    }
}

/// A record by itself, as much of it as its verdict deserves.
fn show(sheet: &mut Sheet<'_>, section: Option<&str>, seen: &Seen<'_, '_>) {
    if seen.verdict.class >= Class::Review {
        finding::full(sheet, section, seen);
        finding::steps(sheet, seen.verdict);
    } else {
        finding::brief(sheet, section, seen);
    }
}

/// Whose section it is. The input is named where there is more than one.
fn label(first_file: Option<&str>, section: &Section) -> String {
    let file = if section.file == "-" { "standard input" } else { &section.file };
    match &section.minion {
        None => file.to_owned(),
        Some(minion) if first_file != Some(&section.file) => format!("{minion} ({file})"),
        Some(minion) => minion.clone(),
    }
}
