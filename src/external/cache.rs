//! The folders in the user's cache that packages are fetched into, one for each kind of thing.
//!
//! ```text
//! <cache>/dateline/onnxruntime/
//!     .lock                                   held by the process that fetches
//!     .partial-XXXXXX/                        what it is fetching; removed when it ends
//!     1.31.1-linux-x86_64/
//!         libonnxruntime.so.1.31.1            only ever a whole library: renamed to this name when it is checked
//!         libonnxruntime.so.1.31.1.passed     its SHA-256 when it was last checked, with its size, times and number then;
//!                                             `.passed-part` until it is written
//! <cache>/dateline/map-assets/
//!     .lock, .partial-XXXXXX/                 as above
//!     leaflet-1.9.4+…/                        only ever whole: renamed to this name when all in it is checked
//!         leaflet/dist/leaflet.js             laid out as in a node_modules
//! ```
//!
//! Readers take no lock. A process that is killed leaves its `.partial-` folder to the next one that holds the lock.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::error::{FetchError, at};

/// The folder of one kind of thing below the root, or below the user's cache folder. It need not be there yet.
///
/// # Errors
///
/// If no root is given and the user has no cache folder.
pub fn cache_folder(root: Option<&Path>, kind: &str) -> Result<PathBuf, FetchError> {
    Cache::locate(root, kind).map(|cache| cache.folder)
}

/// The folder of one kind of thing.
pub(super) struct Cache {
    portable: PathBuf,
    folder: PathBuf,
}

impl Cache {
    /// The folder of this kind below the root, or below the user's cache folder. It need not be there yet.
    pub fn locate(root: Option<&Path>, kind: &str) -> Result<Self, FetchError> {
        let root = match root {
            Some(root) => root.to_owned(),
            None => etcetera::choose_base_strategy().map_err(|_| FetchError::NoCacheFolder)?.cache_dir(),
        };
        // Package clients are run in another folder.
        let portable = std::path::absolute(&root).map_err(at(&root))?.join("dateline");
        Ok(Self { folder: portable.join(kind), portable })
    }

    /// A folder that is no kind of dateline's, but kept in the same way: a repository in the cache of the Hugging Face Hub.
    #[cfg(feature = "fetch")]
    pub fn at(folder: PathBuf) -> Self {
        Self { portable: folder.clone(), folder }
    }

    /// The folder of all kinds, which can be copied to another machine.
    pub fn portable(&self) -> &Path {
        &self.portable
    }

    /// The folder of this kind.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
