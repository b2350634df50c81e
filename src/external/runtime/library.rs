//! The pinned library in the cache, and those that it loads: where they are.

use std::path::{Path, PathBuf};

use super::pins::{self, Member, Pin};
use crate::external::cache::Cache;
use crate::external::fault::FileFault;
use crate::external::pinned::Check;

/// One pinned library and its place.
pub(super) struct CachedLibrary<'a> {
    /// The folder in the cache.
    pub cache: Cache,
    /// What is pinned.
    pub pin: &'a Pin,
}

impl CachedLibrary<'_> {
    /// The library's path, whether or not it is there.
    pub fn path(&self) -> PathBuf {
        self.place(&self.pin.library)
    }

    /// The path of one of its files.
    pub fn place(&self, member: &Member) -> PathBuf {
        let release = format!("{}-{}", pins::VERSION, self.pin.platform());
        self.cache.folder().join(release).join(member.name())
    }

    /// Looks at what is there; gives the file at fault.
    pub fn check(&self, check: Check) -> Result<(), (PathBuf, FileFault)> {
        // The library first: where that is missing, nothing has been fetched.
        [&self.pin.library].into_iter().chain(self.pin.beside).try_for_each(|member| {
            let path = self.place(member);
            member.file.check(&path, check).map_err(|why| (path, why))
        })
    }

    /// Whether what is at fault is that nothing has been fetched.
    pub fn is_absence(&self, path: &Path, why: &FileFault) -> bool {
        *why == FileFault::Missing && path == self.path()
    }
}
