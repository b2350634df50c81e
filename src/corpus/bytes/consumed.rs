//! How much of the input was read.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that were read of files, as they lie there, so that progress can be told.
#[derive(Clone, Debug, Default)]
pub struct Consumed(Arc<AtomicU64>);

impl Consumed {
    /// How many so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts bytes that are read otherwise than through [`super::open`].
    pub(in crate::corpus) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Counts what is read through it, and reads again what was interrupted.
pub(super) struct Counted<R> {
    inner: R,
    consumed: Consumed,
}

impl<R> Counted<R> {
    pub fn new(inner: R, consumed: &Consumed) -> Self {
        Self { inner, consumed: consumed.clone() }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(into) {
                // Decoders do not go on behind an interrupt.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.consumed.add(*read.as_ref().unwrap_or(&0) as u64);
                    return read;
                }
            }
        }
    }
}
