//! Asking work to end before its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks work to end early: all of its clones ask the same work.
///
/// Asked of a run over a corpus, it ends with the chunk that it is at; asked of a call of a [`Tagger`](crate::Tagger), what was
/// not read by then is an [`Error::Stopped`](crate::Error::Stopped).
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for it. Gives whether that was asked for before.
    pub fn ask(&self) -> bool {
        self.0.swap(true, Ordering::SeqCst)
    }

    /// Whether it was asked for.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl PartialEq for Stop {
    /// Whether both ask the same work.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
