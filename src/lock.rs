//! Keeps the files that a run writes from other runs, and knows the names of what lies beside an output.
//!
//! An output has a lock: a file beside it, `out.jsonl.dateline-lock`, which is there while the output is written. The system
//! ends the lock of a program that was killed; that its file is still there then says that what else lies beside the output
//! was left by a run of ours.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use same_file::Handle;

use crate::leftovers::{Leftover, Making};

/// What a lock has behind the name of its output. No other program gives a file such a name, so that none loses its own.
pub const LOCK: &str = ".dateline-lock";
/// What is in the file of a lock that a run has or had.
const MARK: &[u8] = b"dateline\n";
/// What an output of tagging has behind its name until it is complete.
pub const PART: &str = ".part";
/// What the manifest of a run has behind the name of its output.
pub const MANIFEST: &str = ".manifest";
/// What the list of errors has behind the name of the output, if nothing else was asked for.
pub const ERRORS: &str = ".errors.jsonl";

/// How a manifest begins.
pub const MANIFEST_HEAD: &str = "{\n  \"version\": ";

/// How often a lock is tried, since it may be held by someone who only looks, or be taken away at this moment.
const TRIES: u32 = 4;
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The files of locks that this process holds, in one form.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Keeps other runs from an output. They are told so at once.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    left: bool,
    leftover: Option<Leftover>,
    /// Held open, and so locked, until this is dropped.
    _file: File,
}

impl Lock {
    /// Takes the lock of the output that will be at `destination`, until it is dropped.
    ///
    /// # Errors
    ///
    /// If another run has it, the output is one of the files of another run, or the lock cannot be written.
    pub fn take(destination: &Path) -> io::Result<Self> {
        let path = suffixed(destination, LOCK);
        let mut tries = 0;
        let lock = loop {
            tries += 1;
            match Self::try_take(&path)? {
                Some(lock) => break lock,
                None if tries < TRIES => std::thread::sleep(PAUSE),
                None => return Err(taken("another run writes to it".to_owned())),
            }
        };
        refuse_files_of_others(destination)?;
        Ok(lock)
    }

    /// Takes a lock; `None` if another has it, or had it until just now.
    fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(|error| cannot_lock(path, &error))?;
        let is_known = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some file systems of networks have no locks: better without than not at all. But then nobody knows whether
            // the run that left something is at work.
            Err(TryLockError::Error(_)) => false,
        };
        // The run that had it may have taken the file away since it was opened here.
        match (Handle::from_path(path), file.try_clone().and_then(Handle::from_file)) {
            (Ok(there), Ok(held)) if there == held => {}
            _ => return Ok(None),
        }
        // Only a run that had the lock has marked its file: one that is empty was made by another who wants it at this moment, or
        // by someone else.
        let mut mark = Vec::new();
        (&file).take(MARK.len() as u64).read_to_end(&mut mark).map_err(|error| cannot_lock(path, &error))?;
        let left = is_known && mark == MARK;
        if mark.is_empty() {
            file.write_all(MARK).map_err(|error| cannot_lock(path, &error))?;
        }
        HELD.lock().unwrap_or_else(PoisonError::into_inner).push(in_one_form(path));
        Ok(Some(Self { path: path.to_owned(), left, leftover: None, _file: file }))
    }

    /// As [`Lock::take`], and its file goes if a signal ends the program: for outputs that nobody can go on with.
    ///
    /// # Errors
    ///
    /// As [`Lock::take`].
    pub fn take_passing(destination: &Path) -> io::Result<Self> {
        let _making = Making::begin();
        let mut lock = Self::take(destination)?;
        lock.leftover = Some(Leftover::note_lock(&lock.path));
        Ok(lock)
    }

    /// Removes what a run of this output that was killed left under the names `beside`, files or folders. Done as soon as
    /// nobody is to go on with it: that the lock was left is what says that they are ours.
    ///
    /// # Errors
    ///
    /// If something of these names is there that no run of ours left, or it cannot be removed.
    pub fn clear(&self, beside: &[PathBuf]) -> io::Result<()> {
        for path in beside {
            let Ok(there) = fs::symlink_metadata(path) else { continue };
            if !self.left {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    format!(
                        "{} is there, and no run of dateline is known to have left it; expected no file of that name, which \
                         is needed until the output is complete: move it, or write elsewhere",
                        path.display()
                    ),
                ));
            }
            if there.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // First, so that the lock of whoever takes it next is none of ours.
        self.leftover = None;
        let form = in_one_form(&self.path);
        let _ = fs::remove_file(&self.path);
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = held.iter().position(|path| *path == form) {
            held.swap_remove(n);
        }
    }
}

/// Refuses an output that another run has beside its own or writes as a whole, that is part of an unfinished run, or beside
/// which another run writes what this one would have there. Asked for under the lock, so that of two runs that begin at once
/// one sees the other.
fn refuse_files_of_others(destination: &Path) -> io::Result<()> {
    let unfinished = [PART.into(), MANIFEST.into(), suffixed_name(MANIFEST, PART), suffixed_name(ERRORS, PART)];
    let beside = [&unfinished[..], &[ERRORS.to_owned(), LOCK.to_owned()]].concat();
    for suffix in &beside {
        let derived = suffixed(destination, suffix);
        if is_held_by_another(&derived) {
            return Err(taken(format!("another run writes to {}, which this one would write", derived.display())));
        }
        let Some(base) = without_suffix(destination, suffix) else { continue };
        if is_held_by_another(&base) {
            return Err(taken(format!("belongs to another run, which writes to {}", base.display())));
        }
        if unfinished.contains(suffix) && !is_held(&base) && is_manifest(&suffixed(&base, MANIFEST)) {
            return Err(taken(format!("belongs to the unfinished run of {}", base.display())));
        }
    }
    let whole = in_one_form(destination);
    match whole.ancestors().skip(1).find(|folder| folder.file_name().is_some() && is_held_by_another(folder)) {
        Some(folder) => Err(taken(format!("lies in {}, which another run writes", folder.display()))),
        None => Ok(()),
    }
}

/// Whether a file begins as the manifest of a run does. An empty one is what a loss of power may leave of it.
pub fn is_manifest(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MANIFEST_HEAD.len() as u64).read_to_end(&mut head));
    read.is_ok() && MANIFEST_HEAD.as_bytes().starts_with(&head)
}

fn cannot_lock(path: &Path, error: &io::Error) -> io::Error {
    let why =
        format!("its lock {} cannot be written ({error}): remove it if no run of dateline is at work", path.display());
    io::Error::new(error.kind(), why)
}

fn taken(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::WouldBlock, why)
}

/// Whether this process holds the lock of an output.
fn is_held(output: &Path) -> bool {
    let form = in_one_form(&suffixed(output, LOCK));
    HELD.lock().unwrap_or_else(PoisonError::into_inner).contains(&form)
}

/// Whether another process holds the lock of an output.
fn is_held_by_another(output: &Path) -> bool {
    match File::open(suffixed(output, LOCK)) {
        Ok(file) => !is_held(output) && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        Err(_) => false,
    }
}

/// A path with something behind its last name.
pub fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The path of which this one is with something behind its last name; `None` if it is none of these.
fn without_suffix(path: &Path, suffix: &str) -> Option<PathBuf> {
    let mut base = path.to_owned();
    for ending in suffix.rsplit('.').filter(|ending| !ending.is_empty()) {
        if base.extension()? != ending {
            return None;
        }
        base.set_extension("");
    }
    Some(base)
}

fn suffixed_name(name: &str, suffix: &str) -> String {
    format!("{name}{suffix}")
}

/// A path by the folder that it really lies in, whether there is something at it or not.
pub fn in_one_form(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        Lock::take(path).unwrap_err().to_string()
    }

    #[test]
    fn an_output_has_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let part = suffixed(&path, PART);
        let lock = Lock::take(&path).unwrap();
        fs::write(&part, "of another program").unwrap();
        assert!(lock.clear(std::slice::from_ref(&part)).unwrap_err().to_string().contains("move it"));
        assert!(part.exists());
        assert!(refused(&path).contains("another run"));
        drop(lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // A file that no run has had says nothing of what is there.
        fs::write(suffixed(&path, LOCK), "").unwrap();
        assert!(Lock::take(&path).unwrap().clear(std::slice::from_ref(&part)).is_err());
        // A killed run leaves the file, but not the lock.
        fs::write(suffixed(&path, LOCK), MARK).unwrap();
        Lock::take(&path).unwrap().clear(&[part]).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(Lock::take(&folder.path().join("none/out")).is_err());
    }

    #[test]
    fn files_of_another_run_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let [output, below] = ["out", "out/errors.jsonl"].map(|name| folder.path().join(name));
        fs::create_dir(&output).unwrap();
        // As another process would hold it.
        let other = |path: &Path| {
            let file = File::create(suffixed(path, LOCK)).unwrap();
            file.try_lock().unwrap();
            file
        };
        let held = other(&output);
        for suffix in [".part", ".manifest", ".manifest.part", ".errors.jsonl", ".errors.jsonl.part", LOCK] {
            assert!(refused(&suffixed(&output, suffix)).contains("belongs to another run"), "{suffix}");
        }
        assert!(refused(&below).contains("which another run writes"));
        drop(held);
        drop(Lock::take(&below).unwrap());
        // The other way round: the run that comes second would have its errors there.
        let held = other(&suffixed(&output, ERRORS));
        assert!(refused(&output).contains("which this one would write"));
        drop(held);
        // Nobody holds an unfinished run, and it is not to be lost.
        let manifest = suffixed(&output, MANIFEST);
        fs::write(&manifest, "{\"of\": \"another program\"}").unwrap();
        drop(Lock::take(&suffixed(&output, PART)).unwrap());
        fs::write(&manifest, format!("{MANIFEST_HEAD}1\n}}")).unwrap();
        assert!(refused(&suffixed(&output, PART)).contains("unfinished run of"));
        assert!(Lock::take(&output).is_ok(), "its own run has it");
    }

    #[test]
    fn files_of_one_run_are_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let _output = Lock::take(&output).unwrap();
        assert!(Lock::take(&suffixed(&output, ERRORS)).is_ok());
    }
}
