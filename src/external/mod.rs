//! ONNX Runtime's shared library: found on this machine, or fetched once as a pinned package.
//!
//! [`find_runtime`] looks, in this order, at the library that the user names (`--onnxruntime`, then `ORT_DYLIB_PATH`),
//! the user's cache, the system's loader, and last fetches the `onnxruntime` wheel with `pip` into the cache. [`setup`]
//! does the fetching ahead of time. Every library is loaded and asked for its version before it is handed out, so the
//! path that comes back can be given to the loader of the inference session as it is.
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
//! | `mod.rs` | in which order is the library looked for? |
//! | `inspect.rs` | is this file an ONNX Runtime, and new enough? |
//! | `pins.rs` | which wheel is fetched on which platform, and what must it hash to? |
//! | `cache.rs` | where is it kept, and how do two processes stay out of each other's way? |
//! | `pip.rs` | how is `pip` found and run? |
//! | `error.rs` | what can go wrong, and what can the user do? |

mod cache;
mod error;
mod inspect;
mod pins;
mod pip;

use std::fmt;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use self::cache::{Cache, Check, State};
pub use self::error::{ExternalError, FetchError};
pub use self::inspect::{NotARuntime, Version, inspect};
use self::pins::Pin;
use self::pip::{Fetcher, Pip};

/// The version of ONNX Runtime's C API that `dateline` is built against.
pub const API_VERSION: u32 = 24;

/// The oldest release of ONNX Runtime that has [`API_VERSION`].
pub const OLDEST: &str = "1.24";

/// The names under which the system's loader may know ONNX Runtime.
const SYSTEM_NAMES: &[&str] = if cfg!(windows) {
    &["onnxruntime.dll"]
} else if cfg!(target_os = "macos") {
    &["libonnxruntime.dylib"]
} else {
    &["libonnxruntime.so", "libonnxruntime.so.1"]
};

/// Where [`find_runtime`] and [`setup`] may look. The default names nothing and may fetch.
#[derive(Clone, Debug, Default)]
pub struct RuntimeOptions {
    /// The library that `--onnxruntime` names. Relative paths are relative to the working directory.
    pub library: Option<PathBuf>,
    /// The library that `ORT_DYLIB_PATH` names, used where `library` is `None`. Empty counts as unset.
    pub env_library: Option<PathBuf>,
    /// The folder that holds `dateline/onnxruntime/…`, in place of the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Never fetch.
    pub offline: bool,
}

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
pub enum Origin {
    /// Named with `--onnxruntime`.
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
            Self::Option => "--onnxruntime",
            Self::Environment => "ORT_DYLIB_PATH",
            Self::Cache => "the cache",
            Self::System => "the system's loader",
            Self::Fetched => "fetched",
        })
    }
}

/// What happens on the way to an ONNX Runtime. Each displays as one line without a line break.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A library was found but cannot be used; the search goes on.
    PassedOver {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        why: NotARuntime,
    },
    /// Another process is fetching; this one waits until that ends.
    Waiting {
        /// The folder that both fetch into.
        folder: PathBuf,
    },
    /// A package is being fetched.
    Fetching {
        /// The package's name.
        what: &'static str,
        /// The package's pinned version.
        version: Version,
        /// The package's size in bytes.
        bytes: u64,
        /// The folder that it is fetched into.
        folder: PathBuf,
    },
    /// The package was fetched, checked and unpacked.
    Fetched {
        /// The library.
        path: PathBuf,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PassedOver { path, why } => write!(f, "passing over {}: it {why}", error::shown(path)),
            Self::Waiting { folder } => {
                write!(f, "waiting for another process that is fetching into {}", error::shown(folder))
            }
            Self::Fetching { what, version, bytes, folder } => {
                let megabytes = *bytes as f64 / 1e6;
                let folder = error::shown(folder);
                write!(f, "fetching {what} {version} ({megabytes:.0} MB, once) with pip into {folder}")
            }
            Self::Fetched { path } => write!(f, "fetched {}", error::shown(path)),
        }
    }
}

/// Finds an ONNX Runtime that loads here and is new enough, and fetches one if there is none.
///
/// The library stays loaded for the rest of the process, since the caller loads it next.
///
/// # Errors
///
/// [`ExternalError::Named`] when the library that the user names cannot be used: nothing else is tried in its place.
/// [`ExternalError::Unfetched`] when none is on this machine and none could be fetched.
/// [`ExternalError::Unusable`] when the pinned library does not load on this machine.
pub fn find_runtime(options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
    let pip = Pip::default();
    Search::new(&pip).find(options, report)
}

/// Fetches ONNX Runtime ahead of time, whether or not the system has one of its own, and returns what is in the cache.
///
/// A library that is in the cache already is checked in full, by its SHA-256, and fetched anew if it is not what was
/// published. Where the user names a library, that one is checked and returned, and nothing is fetched.
///
/// # Errors
///
/// As for [`find_runtime`].
pub fn setup(options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
    let pip = Pip::default();
    Search::new(&pip).setup(options, report)
}

/// What the search knows about this machine; tests put stand-ins here.
struct Search<'a> {
    pin: Option<&'a Pin>,
    system_names: &'a [&'a str],
    fetcher: &'a dyn Fetcher,
    inspect: fn(&Path) -> Result<Version, NotARuntime>,
}

impl<'a> Search<'a> {
    fn new(fetcher: &'a dyn Fetcher) -> Self {
        Self { pin: Pin::here(), system_names: SYSTEM_NAMES, fetcher, inspect }
    }

    fn find(&self, options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
        if let Some((path, by)) = named(options) {
            return self.named(path, by);
        }
        let cache = self.cache(options);
        if let Ok(cache) = &cache
            && let Some(found) = self.cached(cache, report)
        {
            return Ok(found);
        }
        if let Some(found) = self.system(report) {
            return Ok(found);
        }
        self.fetch(&cache?, options.offline, report)
    }

    fn setup(&self, options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
        if let Some((path, by)) = named(options) {
            return self.named(path, by);
        }
        let cache = self.cache(options)?;
        match cache.state(Check::Hash) {
            State::Sound => return self.usable(cache.library(), Origin::Cache),
            State::Broken(why) => report(Event::PassedOver { path: cache.library(), why }),
            State::Absent => {}
        }
        self.fetch(&cache, options.offline, report)
    }

    fn cache(&self, options: &RuntimeOptions) -> Result<Cache<'a>, ExternalError> {
        let unfetched = |why| ExternalError::Unfetched { why, folder: None };
        let pin = self.pin.ok_or_else(|| unfetched(FetchError::unsupported_platform()))?;
        let root = match &options.cache {
            Some(root) => root.clone(),
            None => etcetera::choose_base_strategy().map_err(|_| unfetched(FetchError::NoCacheFolder))?.cache_dir(),
        };
        let root =
            std::path::absolute(&root).map_err(|why| unfetched(FetchError::Cache { path: root.clone(), why }))?;
        Ok(Cache::new(&root, pin))
    }

    fn named(&self, path: &Path, by: Origin) -> Result<Found, ExternalError> {
        let path = std::path::absolute(path).map_err(|why| ExternalError::Named {
            by,
            path: path.to_owned(),
            why: NotARuntime::Unreadable { why: why.to_string() },
        })?;
        match (self.inspect)(&path) {
            Ok(version) => Ok(Found { path, origin: by, version }),
            Err(why) => Err(ExternalError::Named { by, path, why }),
        }
    }

    fn cached(&self, cache: &Cache<'_>, report: &mut dyn FnMut(Event)) -> Option<Found> {
        let path = cache.library();
        let why = match cache.state(Check::Size) {
            State::Absent => return None,
            State::Broken(why) => why,
            State::Sound => match (self.inspect)(&path) {
                Ok(version) => {
                    return Some(Found { path, origin: Origin::Cache, version });
                }
                Err(why) => why,
            },
        };
        report(Event::PassedOver { path, why });
        None
    }

    fn system(&self, report: &mut dyn FnMut(Event)) -> Option<Found> {
        let mut last = None;
        for name in self.system_names {
            match inspect::inspect_system(name) {
                Ok(Some(version)) => {
                    return Some(Found { path: name.into(), origin: Origin::System, version });
                }
                Ok(None) => {}
                // The names are mostly links to one file, which is reported once.
                Err(why) if last.as_ref() == Some(&why) => {}
                Err(why) => {
                    report(Event::PassedOver { path: name.into(), why: why.clone() });
                    last = Some(why);
                }
            }
        }
        None
    }

    fn fetch(&self, cache: &Cache<'_>, offline: bool, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
        let unfetched = |why| ExternalError::Unfetched { why, folder: Some(cache.portable().to_owned()) };
        if offline {
            return Err(unfetched(FetchError::Offline));
        }
        let (path, origin) = cache.fetch(self.fetcher, report).map_err(unfetched)?;
        self.usable(path, origin)
    }

    /// The pinned library, which is as published: if it does not load, fetching it again would not help.
    fn usable(&self, path: PathBuf, origin: Origin) -> Result<Found, ExternalError> {
        match (self.inspect)(&path) {
            Ok(version) => Ok(Found { path, origin, version }),
            Err(why) => Err(ExternalError::Unusable { path, why }),
        }
    }
}

fn named(options: &RuntimeOptions) -> Option<(&Path, Origin)> {
    let by_option = options.library.as_deref().map(|path| (path, Origin::Option));
    let by_environment = options.env_library.as_deref().filter(|path| !path.as_os_str().is_empty());
    by_option.or(by_environment.map(|path| (path, Origin::Environment)))
}

#[cfg(test)]
mod tests;
