//! Files that are to go if a signal ends the program: locks, and what has not got its name yet.
//!
//! A handler of signals may allocate nothing and wait for nothing. So the paths lie ready in slots, as the system takes them,
//! and [`remove_all`] goes through the slots and has the system remove what they name. A program that catches no signals
//! doesn't [ask](watch) for that, and nothing is noted. Between the moment at which a file is there and that at which it is
//! noted, the end [waits](Making).

use std::ffi::CString;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicUsize, Ordering};

/// Files that can be noted at a time. What finds no slot is left to the next run.
const SLOTS: usize = 256;

type Slots = [AtomicPtr<CString>; SLOTS];

static PATHS: Slots = [const { AtomicPtr::new(std::ptr::null_mut()) }; SLOTS];
/// Locks go behind all that they keep: another run may have one as soon as it is gone.
static LOCKS: Slots = [const { AtomicPtr::new(std::ptr::null_mut()) }; SLOTS];
static WATCHED: AtomicBool = AtomicBool::new(false);
/// How many [`Making`] there are.
static MAKING: AtomicUsize = AtomicUsize::new(0);
/// The signal that came while there were some; 0 for none.
static CAME: AtomicI32 = AtomicI32::new(0);

/// Has files noted from now on: for a program whose handlers of signals call [`end`] or [`remove_all`].
pub fn watch() {
    WATCHED.store(true, Ordering::SeqCst);
}

/// While this is there, a signal does not end the program, but does so at once afterwards: a file is made, and not noted yet.
/// A second signal does not wait.
#[derive(Debug)]
#[must_use = "signals end the program as soon as this is dropped"]
pub struct Making(());

impl Making {
    /// From now on.
    pub fn begin() -> Self {
        MAKING.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let is_last = MAKING.fetch_sub(1, Ordering::SeqCst) == 1;
        // The handler looks at the two in the other order, so that one of both sees what the other did.
        let signal = CAME.load(Ordering::SeqCst);
        if is_last && signal != 0 {
            end(signal);
        }
    }
}

/// A file that goes if a signal ends the program while this is there.
#[derive(Debug)]
pub struct Leftover {
    slot: Option<&'static AtomicPtr<CString>>,
}

impl Leftover {
    /// Notes a file.
    pub fn note(path: &Path) -> Self {
        Self::note_in(&PATHS, path)
    }

    /// Notes a lock, which goes behind the files.
    pub fn note_lock(path: &Path) -> Self {
        Self::note_in(&LOCKS, path)
    }

    fn note_in(slots: &'static Slots, path: &Path) -> Self {
        let none = Self { slot: None };
        if !WATCHED.load(Ordering::SeqCst) {
            return none;
        }
        // The folder in which the program works may be another by then.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Ok(path) = CString::new(path.into_os_string().into_encoded_bytes()) else { return none };
        let path = Box::into_raw(Box::new(path));
        let free = std::ptr::null_mut();
        let take =
            |slot: &&AtomicPtr<CString>| slot.compare_exchange(free, path, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        // Where there is no room for it, the path stays in memory, as all that were noted do: a handler may be reading it.
        Self { slot: slots.iter().find(take) }
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            slot.store(std::ptr::null_mut(), Ordering::SeqCst);
        }
    }
}

/// Removes all files that are noted. May be called in a handler of signals; the program has to end then.
pub fn remove_all() {
    for slot in PATHS.iter().chain(&LOCKS) {
        let path = slot.swap(std::ptr::null_mut(), Ordering::SeqCst);
        // SAFETY: a slot holds null, or a path that was leaked when it was noted and is never freed.
        if let Some(path) = unsafe { path.as_ref() } {
            remove(path);
        }
    }
}

/// Ends the program by a signal, whose usual effect must be back, once all files that are noted are gone; later, if one is
/// being [made](Making). May be called in a handler of signals.
#[cfg(unix)]
pub fn end(signal: i32) {
    CAME.store(signal, Ordering::SeqCst);
    if MAKING.load(Ordering::SeqCst) == 0 {
        remove_all();
        // Where this is a handler, the signal has its effect once it is done.
        if let Some(signal) = rustix::process::Signal::from_named_raw(signal) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
        }
    }
}

/// Elsewhere, no signal ends the program.
#[cfg(not(unix))]
pub fn end(_signal: i32) {}

#[cfg(unix)]
fn remove(path: &CString) {
    let _ = rustix::fs::unlink(path.as_c_str());
}

/// Elsewhere, what is called when the program ends is no handler of signals but a thread.
#[cfg(not(unix))]
fn remove(path: &CString) {
    if let Ok(path) = path.to_str() {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_goes_and_nothing_else() {
        watch();
        let folder = tempfile::tempdir().unwrap();
        let [kept, gone] = ["kept", "gone"].map(|name| folder.path().join(name));
        for path in [&kept, &gone] {
            std::fs::write(path, "").unwrap();
        }
        let (named, leftover) = (Leftover::note(&kept), Leftover::note(&gone));
        drop(named);
        // Other tests of this process note files of theirs, which are not to go.
        let slot = leftover.slot.unwrap();
        // SAFETY: as in `remove_all`.
        remove(unsafe { slot.load(Ordering::SeqCst).as_ref() }.unwrap());
        assert!(kept.exists() && !gone.exists());
    }
}
