//! Why there is no ONNX Runtime, in one line with what was tried and what was expected.

use std::path::{Path, PathBuf};

use super::build::RuntimeBuild;
use super::found::Origin;
use super::inspect::NotARuntime;
use super::pins;
use super::version::OLDEST;
use crate::external::error::{FetchError, shown};

/// Why there is no ONNX Runtime to load.
///
/// Each message is one line. The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExternalError {
    /// The library that the user names cannot be used.
    #[error("{}, but it {why}; expected the shared library of ONNX Runtime {OLDEST} or newer", naming(*.by, .path))]
    Named {
        /// Who names it: [`Origin::Option`] or [`Origin::Environment`].
        by: Origin,
        /// The library, made absolute.
        path: PathBuf,
        /// What is wrong with it.
        why: NotARuntime,
    },
    /// No ONNX Runtime is on this machine, and none could be fetched.
    #[error("no ONNX Runtime {OLDEST} or newer is named, in the cache or known to the system's loader, and {why}")]
    Unfetched {
        /// Why it could not be fetched.
        why: FetchError,
        /// The folder in the cache that can be copied from another machine, where one is known.
        folder: Option<PathBuf>,
    },
    /// No ONNX Runtime for graphics cards of NVIDIA is on this machine, and none could be fetched.
    #[error("no ONNX Runtime {OLDEST} or newer for graphics cards of NVIDIA is named or in the cache, and {why}")]
    UnfetchedForCuda {
        /// Why it could not be fetched.
        why: Box<FetchError>,
        /// The folder in the cache that can be copied from another machine, where one is known.
        folder: Option<PathBuf>,
    },
    /// The pinned library is as published but does not load on this machine.
    #[error(
        "ONNX Runtime {} was fetched to {}, but it {why}; install one that the system's loader finds, or name the \
         library of another build",
        pins::VERSION,
        shown(.path)
    )]
    Unusable {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        why: NotARuntime,
    },
}

impl ExternalError {
    /// That there is none of a build.
    pub(super) fn unfetched(build: RuntimeBuild, why: FetchError, folder: Option<PathBuf>) -> Self {
        match build {
            RuntimeBuild::Cuda => Self::UnfetchedForCuda { why: Box::new(why), folder },
            _ => Self::Unfetched { why, folder },
        }
    }
}

/// Who names which library.
fn naming(by: Origin, path: &Path) -> String {
    match by {
        Origin::Environment => format!("{by} names {} as ONNX Runtime", shown(path)),
        _ => format!("{} is named as ONNX Runtime", shown(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_speak_of_the_cause() {
        let folder = || Some("cache/dateline".into());
        let text = |why| ExternalError::unfetched(RuntimeBuild::Cpu, why, folder()).to_string();
        assert!(text(FetchError::Offline).ends_with("and fetching is forbidden"));
        assert!(text(FetchError::NotBuilt).contains("and this build of dateline does not fetch"));
        assert!(text(pins::unsupported_platform(RuntimeBuild::Cpu)).contains("and no package is pinned for "));
        let why = pins::unsupported_platform(RuntimeBuild::Cuda);
        let cuda = ExternalError::unfetched(RuntimeBuild::Cuda, why, folder()).to_string();
        assert!(cuda.contains("for graphics cards") && cuda.ends_with("with CUDA (only for linux-x86_64)"), "{cuda}");
        let named = |by| ExternalError::Named { by, path: "a\nb".into(), why: NotARuntime::NoEntryPoint }.to_string();
        assert!(named(Origin::Option).starts_with("a b is named as ONNX Runtime, but it is not"));
        assert!(named(Origin::Environment).starts_with("ORT_DYLIB_PATH names a b as ONNX Runtime, but it is not"));
    }
}
