//! How many threads work.

use std::num::NonZeroUsize;

use clap::Args;

/// How many threads work.
#[derive(Args)]
pub struct ThreadArgs {
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", env = "DATELINE_THREADS")]
    threads: Option<NonZeroUsize>,
}

impl ThreadArgs {
    /// How many; 0 for one a core.
    pub fn count(&self) -> usize {
        self.threads.map_or(0, NonZeroUsize::get)
    }
}
