//! Why a package could not be fetched, in one line without a remedy: that is for who needed the package.

use std::io;
use std::path::{Path, PathBuf};

use super::fault::FileFault;
use crate::message::one_line;

/// Why a package could not be fetched.
///
/// The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Fetching was forbidden.
    #[error("fetching is forbidden")]
    Offline,
    /// This build does not fetch.
    #[error("this build of dateline does not fetch (its feature `fetch` is off)")]
    NotBuilt,
    /// No package is pinned for this platform.
    #[error("no package is pinned for {platform} (only for {supported})")]
    Platform {
        /// This platform.
        platform: String,
        /// The platforms that have one.
        supported: String,
    },
    /// The user's cache folder is unknown.
    #[error("there is no home folder for a cache")]
    NoCacheFolder,
    /// The cache folder cannot be read or written.
    #[error("the cache cannot be used ({}: {})", shown(.path), one_line(&.why.to_string()))]
    Cache {
        /// The file or folder at fault.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The package client does not run on this machine.
    #[error("there is no {client} to fetch with (tried {})", .tried.join(", "))]
    NoClient {
        /// The client: `pip` or `npm`.
        client: &'static str,
        /// The commands that were tried, each with why it is no use.
        tried: Vec<String>,
    },
    /// The package client failed.
    #[error("`{command}` could not fetch {packages} ({status}): {said}")]
    Failed {
        /// The command that was run, without its arguments.
        command: String,
        /// The packages, as the client writes them.
        packages: String,
        /// The exit status.
        status: String,
        /// The error that the client gave, in one line.
        said: String,
    },
    /// The package client ended well without a package.
    #[error("`{command}` ended well but left no {file}")]
    NothingLeft {
        /// The command that was run, without its arguments.
        command: String,
        /// What it was to leave.
        file: String,
    },
    /// The package is not the one that is pinned.
    #[error("{} as fetched is not what is pinned: it {why}", shown(.file))]
    NotPinned {
        /// The file's name.
        file: PathBuf,
        /// What is wrong with it.
        why: FileFault,
    },
    /// A file could not be taken out of the package.
    #[error("{member} could not be unpacked: {}", one_line(.why))]
    Unpack {
        /// The file's path in the package.
        member: String,
        /// What the unpacker says.
        why: String,
    },
}

/// What the system says about a path in the cache, as an error.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> FetchError {
    move |why| FetchError::Cache { path: path.to_owned(), why }
}

/// A path for a message that has to stay on one line.
pub(super) fn shown(path: &Path) -> String {
    one_line(&path.display().to_string())
}
