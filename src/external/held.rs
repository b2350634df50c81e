//! Fetching into a folder of the cache, by one process at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::cache::Cache;
use super::error::{FetchError, at};
use super::event::Event;

const LOCK: &str = ".lock";
const PARTIAL: &str = ".partial-";

impl Cache {
    /// Waits until no other process fetches into the folder, which is made if it is not there.
    pub fn hold(&self, report: &mut dyn FnMut(Event)) -> Result<Held<'_>, FetchError> {
        fs::create_dir_all(self.folder()).map_err(at(self.folder()))?;
        let path = self.folder().join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                report(Event::Waiting { folder: self.folder().to_owned() });
                lock.lock().map_err(at(&path))?;
            }
            Err(TryLockError::Error(why)) => return Err(at(&path)(why)),
        }
        Ok(Held { folder: self.folder(), _lock: lock })
    }
}

/// The folder as long as no other process may fetch into it. The system releases the lock of a process that is killed.
pub(super) struct Held<'a> {
    folder: &'a Path,
    _lock: File,
}

impl Held<'_> {
    /// An empty folder to fetch into, which is removed when it is dropped. What processes that were killed have left is
    /// removed first.
    pub fn partial(&self) -> Result<TempDir, FetchError> {
        for entry in fs::read_dir(self.folder).map_err(at(self.folder))? {
            let entry = entry.map_err(at(self.folder))?;
            if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
                // A client that outlived the dateline that started it may still be writing here: that one folder is
                // left to the next fetch, and does no harm.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        tempfile::Builder::new().prefix(PARTIAL).tempdir_in(self.folder).map_err(at(self.folder))
    }

    /// Gives a file or folder its final name, in a folder that may not be there yet, and sees the name through to the
    /// disk. A file takes the place of another; a folder needs a name that is free.
    pub fn put(&self, new: &Path, name: &Path) -> Result<(), FetchError> {
        let put = || {
            let folder = name.parent().ok_or(io::ErrorKind::InvalidInput)?;
            fs::create_dir_all(folder)?;
            fs::rename(new, name)?;
            // Windows has no way to do this.
            if cfg!(unix) {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        put().map_err(at(name))
    }

    /// Frees a name: moves what bears it into the partial folder, with which it goes.
    #[cfg(feature = "layers")]
    pub fn free(&self, name: &Path, partial: &TempDir) -> Result<(), FetchError> {
        match fs::rename(name, partial.path().join("replaced")) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(at(name)(why)),
            _ => Ok(()),
        }
    }
}
