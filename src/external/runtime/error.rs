//! Why there is no ONNX Runtime, in one line with what was tried and what the user can do.

use std::path::{Path, PathBuf};

use super::found::Origin;
use super::inspect::NotARuntime;
use super::pins;
use super::version::OLDEST;
use crate::external::error::{FetchError, shown};

/// Why there is no ONNX Runtime to load.
///
/// Each message is one line and says what to do. The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExternalError {
    /// The library that the user names cannot be used.
    #[error(
        "{by} names {}, but it {why}; give the path of the shared library of ONNX Runtime {OLDEST} or newer, \
         or leave {by} out and let dateline find or fetch one",
        shown(.path)
    )]
    Named {
        /// Who names it: [`Origin::Option`] or [`Origin::Environment`].
        by: Origin,
        /// The library, made absolute.
        path: PathBuf,
        /// What is wrong with it.
        why: NotARuntime,
    },
    /// No ONNX Runtime is on this machine, and none could be fetched.
    #[error(
        "no ONNX Runtime {OLDEST} or newer is at hand, and {why}; {}",
        ways_out(.why, .folder.as_deref())
    )]
    Unfetched {
        /// Why it could not be fetched.
        why: FetchError,
        /// The folder in the cache that can be copied from another machine, where one is known.
        folder: Option<PathBuf>,
    },
    /// The pinned library is as published but does not load on this machine.
    #[error(
        "ONNX Runtime {} was fetched to {}, but it {why}; {NAME_ONE}, or install one that the system's loader finds",
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

const NAME_ONE: &str = "name the library of another build with --onnxruntime PATH or ORT_DYLIB_PATH";

/// The ways out of having no ONNX Runtime, in one line.
fn ways_out(why: &FetchError, folder: Option<&Path>) -> String {
    let name = format!("name the library of ONNX Runtime {OLDEST} or newer with --onnxruntime PATH or ORT_DYLIB_PATH");
    let install = "install one that the system's loader finds";
    // Where nothing is pinned, neither setup nor another machine's cache can help.
    if let FetchError::Platform { .. } = why {
        return format!("either (1) {name}, or (2) {install}");
    }
    let copy = folder.map(|folder| format!(", or copy {} from a machine like this that has it", shown(folder)));
    let copy = copy.unwrap_or_default();
    format!("either (1) run `dateline setup` where there is a network and a pip, or (2) {name}, or (3) {install}{copy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_out_fit_the_cause() {
        let text = |why| ExternalError::Unfetched { why, folder: Some("cache/dateline".into()) }.to_string();
        let offline = text(FetchError::Offline);
        for way in
            ["(1) run `dateline setup`", "(2) name", "--onnxruntime PATH", "ORT_DYLIB_PATH", "(3) install", "copy"]
        {
            assert!(offline.contains(way), "{way} is missing from: {offline}");
        }
        let platform = text(pins::unsupported_platform());
        assert!(!platform.contains("setup") && platform.contains("(1) name") && !platform.contains("copy"));
    }
}
