//! The pinned library in the cache: where it is.

use std::path::PathBuf;

use super::pins::{self, Pin};
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
        let release = format!("{}-{}", pins::VERSION, self.pin.platform());
        self.cache.folder().join(release).join(self.pin.library_name())
    }

    /// Looks at what is there.
    pub fn check(&self, check: Check) -> Result<(), FileFault> {
        self.pin.library.check(&self.path(), check)
    }
}
