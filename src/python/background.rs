//! Work that a user can interrupt: it is done on a thread of its own, while the one that asked for it listens to signals.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use dateline::Stop;
use pyo3::prelude::*;

use crate::errors::InternalError;

/// How often it is looked whether there was a signal.
const LOOK: Duration = Duration::from_millis(100);

/// Work that was begun.
///
/// It runs without the lock of the interpreter, so that it may be left behind: a job that nobody waits for any more is asked to
/// stop, ends within the window of text that it is at, and what it made is dropped. (Columns of Arrow that it holds may take the
/// lock when they go.)
pub struct Job<T> {
    done: Mutex<Receiver<thread::Result<T>>>,
    stop: Stop,
}

impl<T: Send + 'static> Job<T> {
    /// Begins.
    pub fn start(work: impl FnOnce(&Stop) -> T + Send + 'static) -> PyResult<Self> {
        let (send, done) = sync_channel(1);
        let stop = Stop::default();
        let of_thread = stop.clone();
        thread::Builder::new().name("dateline call".to_owned()).spawn(move || {
            let _ = send.send(catch_unwind(AssertUnwindSafe(|| work(&of_thread))));
        })?;
        Ok(Self { done: Mutex::new(done), stop })
    }

    /// Waits for its end, without the lock of the interpreter. Where a signal ends the wait, one may wait again.
    ///
    /// # Errors
    ///
    /// What a handler of a signal raises, `KeyboardInterrupt` most of all.
    pub fn wait(&self, py: Python<'_>) -> PyResult<T> {
        loop {
            let looked = py.detach(|| self.done.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(LOOK));
            match looked {
                Ok(Ok(made)) => return Ok(made),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(InternalError::new_err(
                        "the work broke off by a fault of dateline; expected it not to, whatever the texts are: report it",
                    ));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            py.check_signals()?;
        }
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

/// Does work in this way, and waits for it.
pub fn run<T: Send + 'static>(py: Python<'_>, work: impl FnOnce(&Stop) -> T + Send + 'static) -> PyResult<T> {
    Job::start(work)?.wait(py)
}
