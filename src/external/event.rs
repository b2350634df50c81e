//! What is told on the way to something external.

use std::fmt;
use std::path::PathBuf;

use super::error::shown;
use super::fault::FileFault;
use super::runtime::NotARuntime;

/// What happens on the way to something external. Each displays as one line without a line break.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An ONNX Runtime was found but cannot be used; the search goes on.
    PassedOver {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        why: NotARuntime,
    },
    /// A file in the cache is not what was published; the search goes on without it.
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: FileFault,
    },
    /// Another process is fetching; this one waits until that ends.
    Waiting {
        /// The folder that both fetch into.
        folder: PathBuf,
    },
    /// Packages are being fetched.
    Fetching {
        /// What they are, with their pinned versions.
        what: String,
        /// Their size in bytes, all together.
        bytes: u64,
        /// The package client that fetches them.
        client: &'static str,
        /// The folder that they are fetched into.
        folder: PathBuf,
    },
    /// The packages were fetched, checked and unpacked.
    Fetched {
        /// The file or folder that was asked for.
        path: PathBuf,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PassedOver { path, why } => write!(f, "passing over {}: it {why}", shown(path)),
            Self::Broken { path, why } => write!(f, "passing over {} in the cache: it {why}", shown(path)),
            Self::Waiting { folder } => {
                write!(f, "waiting for another process that is fetching into {}", shown(folder))
            }
            Self::Fetching { what, bytes, client, folder } => {
                let megabytes = *bytes as f64 / 1e6;
                let folder = shown(folder);
                write!(f, "fetching {what} ({megabytes:.0} MB, once) with {client} into {folder}")
            }
            Self::Fetched { path } => write!(f, "fetched {}", shown(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_one_line() {
        let path = PathBuf::from("a\nb");
        let what = String::from("ONNX Runtime 1.31.1");
        let events = [
            Event::PassedOver { path: path.clone(), why: NotARuntime::NoEntryPoint },
            Event::Broken { path: path.clone(), why: FileFault::Missing },
            Event::Waiting { folder: path.clone() },
            Event::Fetching { what, bytes: 23_753_652, client: "pip", folder: path.clone() },
            Event::Fetched { path },
        ];
        for event in &events {
            assert!(!event.to_string().contains('\n'));
        }
        assert_eq!(events[1].to_string(), "passing over a b in the cache: it does not exist");
        assert_eq!(events[3].to_string(), "fetching ONNX Runtime 1.31.1 (24 MB, once) with pip into a b");
    }
}
