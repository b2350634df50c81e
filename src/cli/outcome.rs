//! How a command ended, and the exit status that says so.

use std::io;

use super::terminal::{explanation, say};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done,
    /// Some of it failed and was reported; the rest is done.
    SomeFailed,
    /// Nothing could be done, and it was reported why.
    NothingDone,
    /// Someone asked it to end, by the signal of this number.
    Interrupted(i32),
}

/// The exit status of what a signal ended, as shells have it: 130 for Ctrl-C, 143 for SIGTERM.
pub fn status_of_signal(signal: i32) -> u8 {
    128 | (signal & 0x7f) as u8
}

/// The exit status. Errors are one line on standard error.
pub fn status(outcome: anyhow::Result<Outcome>) -> u8 {
    match outcome {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::SomeFailed) => 1,
        Ok(Outcome::NothingDone) => 2,
        Ok(Outcome::Interrupted(signal)) => status_of_signal(signal),
        // Whoever read our output has had enough of it.
        Err(error) if is_closed_pipe(&error) => 0,
        Err(error) => {
            say(&explanation(&error));
            2
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is = |kind: io::ErrorKind| kind == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| is(error.kind()))
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind).is_some_and(is)
    })
}
