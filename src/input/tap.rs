//! The bytes of inputs as they lie on disk or come in: how many have been read, and where they are passed on to
//! (`--tee`), unchanged and as soon as they are read.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Is told of all bytes that are read.
#[derive(Clone, Default)]
pub struct Tap {
    read: Arc<AtomicU64>,
    to: Option<Arc<Mutex<Through>>>,
}

struct Through {
    /// None once nobody reads any more, or it can't be written.
    out: Option<Box<dyn Write + Send>>,
    failed: Option<io::Error>,
}

impl Tap {
    /// One that passes on what is read.
    pub fn to(out: Box<dyn Write + Send>) -> Tap {
        let through = Through { out: Some(out), failed: None };
        Tap { to: Some(Arc::new(Mutex::new(through))), ..Tap::default() }
    }

    /// So many bytes so far.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// So many bytes at the least, whoever read them, and how often.
    pub(super) fn reached(&self, bytes: u64) {
        self.read.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Is anything passed on?
    pub fn passes_on(&self) -> bool {
        self.to.is_some()
    }

    /// Why not all could be passed on, once. That nobody reads any more is no failure.
    pub fn failed(&self) -> Option<io::Error> {
        self.through().and_then(|mut through| through.failed.take())
    }

    /// Somebody still reads what is passed on.
    pub(super) fn is_open(&self) -> bool {
        self.through().is_some_and(|through| through.out.is_some())
    }

    pub(super) fn take(&self, bytes: &[u8]) {
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let Some(mut through) = self.through() else { return };
        let Some(out) = &mut through.out else { return };
        if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
            through.out = None;
            through.failed = Some(error).filter(|it| it.kind() != io::ErrorKind::BrokenPipe);
        }
    }

    fn through(&self) -> Option<MutexGuard<'_, Through>> {
        // Whoever panicked while writing has not broken the writer.
        Some(self.to.as_ref()?.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}
