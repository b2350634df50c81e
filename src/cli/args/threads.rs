//! How many threads work.

use anyhow::Context as _;
use clap::Args;

/// How many threads work.
#[derive(Args)]
pub struct ThreadArgs {
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", env = "DATELINE_THREADS")]
    threads: Option<std::num::NonZeroUsize>,
}

impl ThreadArgs {
    /// Starts them.
    pub fn start(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global().context("cannot start threads")
    }
}
