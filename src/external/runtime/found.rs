//! An ONNX Runtime that was found, and how.

use std::fmt;
use std::path::PathBuf;

use super::version::Version;

/// An ONNX Runtime that loads on this machine and is new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// An absolute path; a bare file name where `origin` is [`Origin::System`], for the system's loader to find.
    pub path: PathBuf,
    /// How it was found.
    pub origin: Origin,
    /// The version that the library itself gives.
    pub version: Version,
}

/// How an ONNX Runtime was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Named by the caller: [`RuntimeOptions::library`](super::RuntimeOptions::library).
    Option,
    /// Named in `ORT_DYLIB_PATH`.
    Environment,
    /// Fetched earlier.
    Cache,
    /// Known to the system's loader.
    System,
    /// Fetched just now.
    Fetched,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Option => "named",
            Self::Environment => "ORT_DYLIB_PATH",
            Self::Cache => "the cache",
            Self::System => "the system's loader",
            Self::Fetched => "fetched",
        })
    }
}
