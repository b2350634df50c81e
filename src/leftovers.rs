//! Files that are to go if a signal ends the program: locks, and what has not got its name yet.
//!
//! A handler of signals may allocate nothing and wait for nothing. So the paths lie ready in slots, as the system takes them,
//! and [`remove_all`] goes through the slots and has the system remove what they name. A program that catches no signals
//! doesn't [ask](watch) for that, and nothing is noted.

use std::ffi::CString;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// Files that can be noted at a time. What finds no slot is left to the next run.
const SLOTS: usize = 256;

type Slots = [AtomicPtr<CString>; SLOTS];

static PATHS: Slots = [const { AtomicPtr::new(std::ptr::null_mut()) }; SLOTS];
/// Locks go behind all that they keep: another run may have one as soon as it is gone.
static LOCKS: Slots = [const { AtomicPtr::new(std::ptr::null_mut()) }; SLOTS];
static WATCHED: AtomicBool = AtomicBool::new(false);

/// Has files noted from now on: for a program whose handlers of signals call [`remove_all`].
pub fn watch() {
    WATCHED.store(true, Ordering::SeqCst);
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
