//! Text that a minion returned, as `--out=txt` prints it: behind the minion's name, which each line repeats.

use super::super::Beyond;
use super::sink::Sink;
use super::{Read, sink};

/// Lines of one minion's.
#[derive(Debug)]
pub(in crate::frame) struct Lines {
    prefix: Vec<u8>,
    begun: bool,
}

impl Lines {
    pub(super) fn new(minion: &[u8]) -> Lines {
        Lines { prefix: [minion, b": "].concat(), begun: false }
    }

    pub(super) fn read(&mut self, window: &[u8], beyond: Beyond, sink: &mut Sink) -> Read {
        let end = memchr::memchr(b'\n', window);
        let (line, next) = match end {
            Some(end) => (&window[..end], end + 1),
            None if beyond == Beyond::More => return Read::More,
            None => (window, window.len()),
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A blank line lost the blank behind the colon.
        let rest = match line.strip_prefix(self.prefix.as_slice()) {
            Some(rest) => rest,
            None if [line, b" "].concat() == self.prefix => b"",
            None if !self.begun => return Read::Broken(0),
            None => {
                sink.piece(b"\"}\n");
                return Read::Over(0);
            }
        };
        let text = String::from_utf8_lossy(rest);
        if !self.begun {
            self.begun = true;
            sink.put(b"{");
            let name = self.prefix.strip_suffix(b": ").unwrap_or_default();
            sink.string(&String::from_utf8_lossy(name));
            match text.as_ref() {
                // Anything that is no string stands on a line by itself.
                "True" | "False" | "None" => {
                    let word = match text.as_ref() {
                        "True" => &b": true}"[..],
                        "False" => b": false}",
                        _ => b": null}",
                    };
                    sink.put(word);
                    sink.newline(1);
                    return Read::Over(next);
                }
                _ => sink.put(b": \""),
            }
        } else {
            // As it is: so the line is counted, and the framer takes any byte.
            sink.newline(1);
            sink.put(b"");
        }
        let mut piece = Vec::with_capacity(text.len());
        sink::escape(&text, &mut piece);
        sink.piece(&piece);
        Read::Took(next)
    }
}
