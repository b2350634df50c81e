//! How much time stages take, added up over all threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The stages that a corpus goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Documents are read and unpacked.
    Read,
    /// Their languages are told.
    Language,
    /// Sentences, tokens and windows are made.
    Windows,
    /// The model runs.
    Model,
    /// Mentions are decoded.
    Decode,
    /// Places are looked up and chosen.
    Place,
    /// Annotations are written and stored.
    Write,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Language, Self::Windows, Self::Model, Self::Decode, Self::Place, Self::Write];

    /// What it is called in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Language => "language",
            Self::Windows => "windows",
            Self::Model => "model",
            Self::Decode => "decode",
            Self::Place => "place",
            Self::Write => "write",
        }
    }
}

/// Adds up the time of stages. Any number of threads may use one at the same time.
#[derive(Debug, Default)]
pub struct Clock {
    nanoseconds: [AtomicU64; Stage::ALL.len()],
}

impl Clock {
    /// Does something, and counts its time as that of a stage.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.add(stage, begun.elapsed());
        done
    }

    /// Counts some time as that of a stage.
    pub fn add(&self, stage: Stage, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// The time of a stage so far.
    pub fn spent(&self, stage: Stage) -> Duration {
        Duration::from_nanos(self.nanoseconds[stage as usize].load(Ordering::Relaxed))
    }
}
