//! How far it is, on standard error: only at a terminal, and only when it takes longer than a second.
//!
//! Of files it is known how much there is; of what comes through a pipe, how much has come. Where the report goes to the
//! same terminal, the line is taken off before each of its writes, as it is while Salt asks something, and it is gone before
//! the report ends.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::input::{self, Source};
use crate::record::Class;
use crate::run::Progress;

/// Who waits longer than this wants to know.
const PATIENCE: Duration = Duration::from_secs(1);
/// So often the line of a pipe moves while nothing comes.
const TICK: Duration = Duration::from_millis(250);

/// The line, and what it says.
#[derive(Clone)]
pub(super) struct Status(Rc<RefCell<Line>>);

struct Line {
    /// The bytes of all inputs, if that is known.
    total: Option<u64>,
    begun: Instant,
    said: Arc<Mutex<String>>,
    bar: Option<ProgressBar>,
}

/// A line for these inputs; none where nobody would see it.
pub(super) fn status(inputs: &[Source]) -> Option<Status> {
    let typed = inputs.contains(&Source::Stdin) && io::stdin().is_terminal();
    if typed || !io::stderr().is_terminal() {
        return None;
    }
    let known = inputs.iter().all(|input| input.is_file() || input.is_directory());
    let size = |source: Source| match source {
        Source::Path(path) => path.metadata().map_or(0, |it| it.len()),
        Source::Stdin => 0,
    };
    let total = known.then(|| inputs.iter().flat_map(input::files).filter_map(Result::ok).map(size).sum());
    Some(Status(Rc::new(RefCell::new(Line {
        total,
        begun: Instant::now(),
        said: Arc::default(),
        bar: None,
    }))))
}

impl Status {
    /// What moves the line; once it is dropped the line is gone.
    pub(super) fn moves(&self) -> impl FnMut(&Progress<'_>) + use<> {
        let last = Gone(self.clone());
        move |progress| last.0.0.borrow_mut().moved(progress)
    }

    /// Does something while the line is off.
    fn off<T>(&self, what: impl FnOnce() -> T) -> T {
        let bar = self.0.borrow().bar.clone();
        match bar {
            Some(bar) => bar.suspend(what),
            None => what(),
        }
    }
}

/// Takes the line off for good.
struct Gone(Status);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.0.borrow_mut().clear();
    }
}

impl Line {
    fn moved(&mut self, progress: &Progress<'_>) {
        if progress.asks {
            return self.clear();
        }
        // Before the first byte somebody may still be asked for a password.
        if progress.read == 0 || self.total.is_some() && self.begun.elapsed() < PATIENCE {
            return;
        }
        // A thread that panicked while it read has left the words whole.
        *self.said.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = said(progress);
        let Line { total, begun, said, bar } = self;
        let bar = bar.get_or_insert_with(|| match total {
            Some(total) => of_files(*total),
            None => of_pipe(*begun, said),
        });
        match total {
            Some(_) => {
                bar.set_message(said.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone());
                bar.set_position(progress.read);
            }
            None => bar.tick(),
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn of_files(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:20} {percent:>3} %  {eta} to go  {msg}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

fn of_pipe(begun: Instant, said: &Arc<Mutex<String>>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_elapsed(begun.elapsed());
    let said = Arc::clone(said);
    let words = move |state: &ProgressState, line: &mut dyn fmt::Write| {
        if state.elapsed() >= PATIENCE {
            let said = said.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            // Nobody is told if a line can't be put together.
            let _ = write!(line, "{said}  ({:#})", HumanDuration(state.elapsed()));
        }
    };
    let bar = match ProgressStyle::with_template("{words}") {
        Ok(style) => bar.with_style(style.with_key("words", words)),
        Err(_) => bar,
    };
    bar.enable_steady_tick(TICK);
    bar
}

/// `12 minions done, 2,048 states, 3 need you, 5 to review`
fn said(progress: &Progress<'_>) -> String {
    let digest = progress.digest;
    let all = &digest.all;
    let mut said = match digest.runs {
        1 => "1 minion done".to_owned(),
        runs => format!("{} minions done", HumanCount(runs)),
    };
    let mut add = |count: u64, one: &str, many: &str| {
        if count > 0 {
            said.push_str(&format!(", {} {}", HumanCount(count), if count == 1 { one } else { many }));
        }
    };
    add(all.states, "state", "states");
    add(all.verdict(Class::ActionRequired), "needs you", "need you");
    add(all.verdict(Class::Review), "to review", "to review");
    said
}

/// A writer before whose writes the line is taken off.
pub(super) struct Above<W> {
    pub(super) out: W,
    pub(super) status: Option<Status>,
}

impl<W: Write> Write for Above<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &self.status {
            Some(status) => {
                let out = &mut self.out;
                status.off(|| out.write(bytes))
            }
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A writer that waits with what it gets until the end, up to a bound.
pub(super) struct Held<W: Write> {
    out: W,
    held: Vec<u8>,
}

/// So many bytes wait.
const HELD: usize = 8 << 20;

impl<W: Write> Held<W> {
    pub(super) fn new(out: W) -> Self {
        Held { out, held: Vec::new() }
    }

    fn let_go(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.out.write_all(&held)
    }
}

impl<W: Write> Write for Held<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.len() + bytes.len() > HELD {
            self.let_go()?;
        }
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for Held<W> {
    fn drop(&mut self) {
        // A terminal that can't be written to leaves nobody to tell.
        let _ = self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::{self, Write};
    use std::rc::Rc;

    use super::{HELD, Held, said};
    use crate::digest::Digest;
    use crate::run::Progress;

    #[derive(Clone, Default)]
    struct Page(Rc<RefCell<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_held_comes_at_the_end_and_has_a_bound() {
        let page = Page::default();
        let mut held = Held::new(page.clone());
        held.write_all(b"one ")
            .and_then(|()| held.flush())
            .and_then(|()| held.write_all(b"two"))
            .expect("it is held");
        assert!(page.0.borrow().is_empty());
        drop(held);
        assert_eq!(*page.0.borrow(), b"one two");
        let page = Page::default();
        let mut held = Held::new(page.clone());
        held.write_all(&vec![b'x'; HELD]).and_then(|()| held.write_all(b"y")).expect("it is held");
        assert_eq!(page.0.borrow().len(), HELD);
    }

    #[test]
    fn how_far_it_is_in_words() {
        let mut digest = Digest::default();
        for (runs, words) in [(0, "0 minions done"), (1, "1 minion done"), (1200, "1,200 minions done")] {
            digest.runs = runs;
            assert_eq!(said(&Progress { read: 1, digest: &digest, asks: false }), words);
        }
    }
}
