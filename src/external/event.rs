//! What is told on the way to something external.

use std::fmt;
use std::path::PathBuf;

use super::error::shown;
use super::fault::FileFault;
use super::runtime::NotARuntime;
use crate::message::one_line;

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
    /// A model is being fetched.
    Downloading {
        /// What it is.
        what: String,
        /// How many of its files are fetched.
        files: usize,
        /// Their size in bytes, all together.
        bytes: u64,
        /// The address that they are fetched from.
        place: String,
        /// The folder that they are fetched into.
        folder: PathBuf,
    },
    /// More of it has come.
    Progress {
        /// What it is.
        what: String,
        /// How many bytes have come.
        done: u64,
        /// How many there are.
        bytes: u64,
    },
    /// The place that a model comes from cannot be reached, and the model is taken as it was fetched before.
    Unreachable {
        /// The address of the place.
        place: String,
        /// What became of the attempt.
        why: String,
        /// The model in the cache.
        path: PathBuf,
    },
    /// What was being fetched is there, checked and unpacked.
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
            Self::Downloading { what, files, bytes, place, folder } => {
                let files = if *files == 1 { "1 file".to_owned() } else { format!("{files} files") };
                let (size, folder) = (size(*bytes), shown(folder));
                write!(f, "fetching {what} ({files}, {size}, once) from {place} into {folder}")
            }
            Self::Progress { what, done, bytes } => {
                write!(f, "{what}: {} of {} are here", size(*done), size(*bytes))
            }
            Self::Unreachable { place, why, path } => {
                let (why, path) = (one_line(why), shown(path));
                write!(f, "{place} cannot be reached ({why}): taking what was fetched before, {path}")
            }
            Self::Fetched { path } => write!(f, "fetched {}", shown(path)),
        }
    }
}

/// A size for people.
fn size(bytes: u64) -> String {
    match bytes as f64 / 1e6 {
        few if few < 10.0 => format!("{few:.1} MB"),
        many => format!("{many:.0} MB"),
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
            Event::Fetched { path: path.clone() },
            Event::Downloading {
                what: "hf:a/b at 0c0ffee".to_owned(),
                files: 4,
                bytes: 436_871_234,
                place: "https://huggingface.co".to_owned(),
                folder: path.clone(),
            },
            Event::Progress { what: "hf:a/b".to_owned(), done: 1_250_000, bytes: 436_871_234 },
            Event::Unreachable { place: "https://huggingface.co".to_owned(), why: "no\nroute".to_owned(), path },
        ];
        for event in &events {
            assert!(!event.to_string().contains('\n'));
        }
        assert_eq!(events[1].to_string(), "passing over a b in the cache: it does not exist");
        assert_eq!(events[3].to_string(), "fetching ONNX Runtime 1.31.1 (24 MB, once) with pip into a b");
        let told = "fetching hf:a/b at 0c0ffee (4 files, 437 MB, once) from https://huggingface.co into a b";
        assert_eq!(events[5].to_string(), told);
        assert_eq!(events[6].to_string(), "hf:a/b: 1.2 MB of 437 MB are here");
    }
}
