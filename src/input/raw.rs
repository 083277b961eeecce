//! The bytes as the system gives them, and whether there are any right now.
//!
//! A file on disk is always ready. A pipe, a terminal or a socket is asked with `poll(2)`; where there is no such thing
//! it is taken for slow, which costs a flush more than needed and nothing else.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Feed, Tap};

/// A file, a pipe, a terminal.
struct Raw {
    file: File,
    regular: bool,
    tap: Tap,
}

/// Opens what stands at `path`.
pub(super) fn file(path: &Path, tap: &Tap) -> io::Result<Box<dyn Feed>> {
    let file = File::open(path)?;
    Ok(Box::new(Raw::of(file, tap)))
}

/// What is open already.
#[cfg(test)]
pub(super) fn of(file: File) -> Box<dyn Feed> {
    Box::new(Raw::of(file, &Tap::default()))
}

/// Standard input, past the buffer of the standard library: that would hide from `poll` what it holds.
#[cfg(unix)]
pub(super) fn stdin(tap: &Tap) -> io::Result<Box<dyn Feed>> {
    use std::os::fd::AsFd;
    let own = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(Box::new(Raw::of(File::from(own), tap)))
}

/// Standard input.
#[cfg(not(unix))]
pub(super) fn stdin(tap: &Tap) -> io::Result<Box<dyn Feed>> {
    struct Stdin(io::Stdin, Tap);
    impl Read for Stdin {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buf)?;
            self.1.take(&buf[..count]);
            Ok(count)
        }
    }
    impl Feed for Stdin {
        fn ready(&self) -> bool {
            false
        }
    }
    Ok(Box::new(Stdin(io::stdin(), tap.clone())))
}

impl Raw {
    fn of(file: File, tap: &Tap) -> Raw {
        let regular = file.metadata().is_ok_and(|meta| meta.is_file());
        Raw { file, regular, tap: tap.clone() }
    }

    /// Whether a read would return at once; with `wait` it will when this returns.
    #[cfg(unix)]
    fn poll(&self, wait: bool) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let timeout = if wait { None } else { Some(&at_once) };
        // A hang-up or an error is something to read, too: the end.
        poll(&mut [PollFd::new(&self.file, PollFlags::IN)], timeout).is_ok_and(|count| count > 0)
    }

    #[cfg(not(unix))]
    fn poll(&self, _wait: bool) -> bool {
        false
    }
}

impl Read for Raw {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buf) {
                // Another process that shares the pipe made it non-blocking (Node.js does).
                Err(error) if cfg!(unix) && error.kind() == io::ErrorKind::WouldBlock => {
                    self.poll(true);
                }
                done => {
                    let count = done?;
                    self.tap.take(&buf[..count]);
                    return Ok(count);
                }
            }
        }
    }
}

/// What nobody wanted to see is passed on all the same: the rest behind an archive, or behind what can't be read.
impl Drop for Raw {
    fn drop(&mut self) {
        let mut rest = [0; 8192];
        while self.tap.is_open() && matches!(self.read(&mut rest), Ok(1..)) {}
    }
}

impl Feed for Raw {
    fn ready(&self) -> bool {
        self.regular || self.poll(false)
    }
}
