//! What the tags of Salt's event bus tell of jobs: where states are told of one by one (`state_events: True`), the minion's
//! return must follow, or the listener was stopped before it. What the events hold is not looked at here.

/// So many runs are waited for at once; the first of them are forgotten.
const WAITING: usize = 4096;

/// Runs whose return has not come.
#[derive(Debug, Default)]
pub(super) struct Bus {
    waiting: Vec<Run>,
}

/// A minion's run of a job.
#[derive(Debug)]
pub(super) struct Run {
    jid: String,
    minion: String,
    /// How many states were told of.
    states: u64,
    /// The line of the last of them.
    pub(super) line: u64,
}

impl Bus {
    /// An event with this tag stands at `line`: `salt/job/<jid>/prog/<minion>/<number>`, `salt/job/<jid>/ret/<minion>`.
    pub(super) fn tag(&mut self, tag: &str, line: u64) {
        let Some((jid, rest)) = tag.strip_prefix("salt/job/").and_then(|rest| rest.split_once('/')) else {
            return;
        };
        let Some((what, rest)) = rest.split_once('/') else { return };
        let minion = rest.split('/').next().unwrap_or_default();
        let at = self.waiting.iter().position(|run| run.minion == minion && run.jid == jid);
        match (what, at) {
            ("prog", Some(at)) => {
                let run = &mut self.waiting[at];
                (run.states, run.line) = (run.states + 1, line);
            }
            ("prog", None) => {
                if self.waiting.len() == WAITING {
                    self.waiting.remove(0);
                }
                self.waiting.push(Run { jid: jid.to_owned(), minion: minion.to_owned(), states: 1, line });
            }
            ("ret", Some(at)) => drop(self.waiting.remove(at)),
            _ => {}
        }
    }

    /// A run whose return will not come any more.
    pub(super) fn missing(&mut self) -> Option<Run> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }
}

impl Run {
    /// What is said of it.
    pub(super) fn said(&self) -> String {
        let Run { jid, minion, states, .. } = self;
        let states = if *states == 1 { "1 state".to_owned() } else { format!("{states} states") };
        format!("{minion}: events tell of {states} of job {jid}, but not of its return: they were cut off")
    }
}
