//! Signals that ask a run to end: Ctrl-C, and SIGTERM, which is how machines ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use anyhow::Context as _;
use dateline::inner::corpus::pipeline::Stop;
use dateline::inner::leftovers;

use crate::cli::outcome::{Outcome, status_of_signal};
use crate::cli::signals;
use crate::cli::terminal::say;

/// What listens to such signals.
pub struct Interrupts {
    stop: Stop,
    /// The signal that came; 0 for none.
    came: Arc<AtomicI32>,
}

impl Interrupts {
    /// From now on, such a signal ends the run with the chunk that it is at; a second one ends it at once.
    ///
    /// `told`: what is said to the first.
    pub fn listen(told: Option<&'static str>) -> anyhow::Result<Self> {
        let (stop, came) = (Stop::default(), Arc::new(AtomicI32::new(0)));
        let (asked, by) = (stop.clone(), Arc::clone(&came));
        let heed = move |signal| {
            by.store(signal, Ordering::SeqCst);
            if asked.ask() {
                // At any moment, what is stored is whole.
                end_at_once(signal);
            }
            if let Some(told) = told {
                say(told);
            }
        };
        signals::listen(heed).context("cannot listen for interrupts")?;
        Ok(Self { stop, came })
    }

    /// What they ask to end.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// How a run ends that was asked to.
    pub fn outcome(&self) -> Outcome {
        Outcome::Interrupted(self.came.load(Ordering::SeqCst))
    }
}

/// Ends the process without what it would do at its end: the model's threads are still at work.
fn end_at_once(signal: i32) -> ! {
    leftovers::remove_all();
    let status = i32::from(status_of_signal(signal));
    #[cfg(unix)]
    // SAFETY: it ends the process, and nothing is called any more.
    unsafe {
        libc::_exit(status)
    }
    #[cfg(not(unix))]
    std::process::exit(status)
}
