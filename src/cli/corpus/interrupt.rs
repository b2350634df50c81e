//! Interrupts from the keyboard.

use anyhow::Context as _;
use dateline::inner::corpus::pipeline::Stop;
use dateline::inner::leftovers;

use crate::cli::outcome::Outcome;
use crate::cli::terminal::say;

/// Interrupts end the run with the chunk that it is at; a second one ends it at once.
///
/// `told`: what is said to the first.
pub fn interruptible(told: Option<&'static str>) -> anyhow::Result<Stop> {
    let stop = Stop::default();
    if interrupts_are_ignored() {
        return Ok(stop);
    }
    let asked = stop.clone();
    let handler = move || {
        if asked.ask() {
            // At any moment, what is stored is whole.
            end_at_once();
        }
        if let Some(told) = told {
            say(told);
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for interrupts")?;
    Ok(stop)
}

/// Whether whoever started this program wants interrupts to be ignored, as shells do for what scripts run in the background.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGINT is the second signal.
    ignored.is_some_and(|mask| mask & 0b10 != 0)
}

/// Ends the process without what it would do at its end: the model's threads are still at work.
fn end_at_once() -> ! {
    leftovers::remove_all();
    let status = i32::from(Outcome::INTERRUPTED);
    #[cfg(unix)]
    // SAFETY: it ends the process, and nothing is called any more.
    unsafe {
        libc::_exit(status)
    }
    #[cfg(not(unix))]
    std::process::exit(status)
}
