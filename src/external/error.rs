//! What can go wrong, each in one line with what was tried and what the user can do.

use crate::message::one_line;
use std::io;
use std::path::{Path, PathBuf};

use super::inspect::NotARuntime;
use super::pins;
use super::{OLDEST, Origin};

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

/// Why a package could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Fetching was forbidden.
    #[error("--offline forbids fetching it")]
    Offline,
    /// No package is pinned for this platform.
    #[error("no package is pinned for {platform} (only for {supported})")]
    Platform {
        /// This platform.
        platform: String,
        /// The platforms that have one.
        supported: String,
    },
    /// The user's cache folder is unknown.
    #[error("there is no home folder to keep it in")]
    NoCacheFolder,
    /// The cache folder cannot be read or written.
    #[error("the cache cannot be used ({}: {})", shown(.path), one_line(&.why.to_string()))]
    Cache {
        /// The file or folder at fault.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// No `pip` runs on this machine.
    #[error("there is no pip to fetch it with (tried {})", .tried.join(", "))]
    NoPip {
        /// The commands that were tried, each with why it is no use.
        tried: Vec<String>,
    },
    /// `pip` failed.
    #[error("`{command}` could not fetch {package} ({status}): {said}")]
    Pip {
        /// The command that was run, without its arguments.
        command: String,
        /// The package, as `pip` writes it.
        package: String,
        /// The exit status.
        status: String,
        /// The last error that `pip` gave, in one line.
        said: String,
    },
    /// The package is not the one that is pinned.
    #[error("{} as fetched is not what is pinned (SHA-256 {got}, expected {expected})", shown(.file))]
    Hash {
        /// The file's name.
        file: PathBuf,
        /// The SHA-256 that is pinned, in hexadecimal.
        expected: String,
        /// The SHA-256 of what came, in hexadecimal.
        got: String,
    },
    /// The library could not be taken out of the package.
    #[error("{member} could not be unpacked: {}", one_line(.why))]
    Unpack {
        /// The library's path in the package.
        member: String,
        /// What the unpacker says.
        why: String,
    },
}

impl FetchError {
    pub(super) fn unsupported_platform() -> Self {
        let supported: Vec<String> = pins::PINS.iter().map(pins::Pin::platform).collect();
        Self::Platform { platform: pins::platform_here(), supported: supported.join(", ") }
    }
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

/// A path for a message that has to stay on one line.
pub(super) fn shown(path: &Path) -> String {
    one_line(&path.display().to_string())
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
        let platform = text(FetchError::unsupported_platform());
        assert!(!platform.contains("setup") && platform.contains("(1) name") && !platform.contains("copy"));
    }
}
