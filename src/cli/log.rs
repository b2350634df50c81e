//! What happens inside, line by line, for whoever asks.

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;

/// How much is logged.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// What a run found and how it ended
    Info,
    /// Every chunk and every failure too
    Debug,
}

impl Log {
    /// Begins to log to standard error.
    pub fn start(self) {
        let level = match self {
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        };
        // Whoever set a subscriber before has a better one.
        let _ =
            tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(std::io::stderr).try_init();
    }
}
