//! ONNX Runtime's shared library: found on this machine, or fetched once as a pinned wheel.
//!
//! [`find_runtime`] looks, in this order, at the library that the user names (an option, then `ORT_DYLIB_PATH`),
//! the user's cache, the system's loader, and last fetches the `onnxruntime` wheel with `pip` into the cache; for graphics cards,
//! at what the user names and the cache, and fetches `onnxruntime-gpu`. [`setup`] does the fetching ahead of time. Every library is loaded and asked for its version before it is handed out, so the
//! path that comes back can be given to the loader of the inference session as it is.

mod build;
mod error;
#[cfg(feature = "fetch")]
mod fetch;
mod found;
mod inspect;
mod library;
mod pins;
#[cfg(feature = "fetch")]
mod pip;
mod version;

use std::path::{Path, PathBuf};

pub use self::build::RuntimeBuild;
pub use self::error::ExternalError;
pub use self::found::{Found, Origin};
pub use self::inspect::{NotARuntime, inspect};
use self::library::CachedLibrary;
use self::pins::Pin;
#[cfg(feature = "fetch")]
use self::pip::{Fetcher, OF_THE_USER};
pub use self::version::{API_VERSION, OLDEST, Version};
use super::cache::Cache;
use super::error::FetchError;
use super::event::Event;
use super::fault::FileFault;
use super::pinned::Check;

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
    /// The library that the user names. Relative paths are relative to the working directory.
    pub library: Option<PathBuf>,
    /// The library that `ORT_DYLIB_PATH` names, used where `library` is `None`. Empty counts as unset.
    pub env_library: Option<PathBuf>,
    /// For which processor it is to be. A tagger that is told to use another than the machine's sets it by itself.
    pub build: RuntimeBuild,
    /// The folder that holds `dateline/onnxruntime/…`, in place of the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Never fetch.
    pub offline: bool,
}

/// Finds an ONNX Runtime that loads here and is new enough, and fetches one if there is none.
///
/// The library stays loaded for the rest of the process, since the caller loads it next.
///
/// # Errors
///
/// [`ExternalError::Named`] when the library that the user names cannot be used: nothing else is tried in its place.
/// [`ExternalError::Unfetched`], or [`ExternalError::UnfetchedForCuda`], when none is on this machine and none could be fetched.
/// [`ExternalError::Unusable`] when the pinned library does not load on this machine.
pub fn find_runtime(options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
    Search::here().find(options, report)
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
    Search::here().setup(options, report)
}

/// What the search knows about this machine; tests put stand-ins here.
struct Search<'a> {
    pin: Option<&'a Pin>,
    cuda_pin: Option<&'a Pin>,
    system_names: &'a [&'a str],
    #[cfg(feature = "fetch")]
    fetcher: &'a dyn Fetcher,
    inspect: fn(&Path) -> Result<Version, NotARuntime>,
}

impl Search<'static> {
    fn here() -> Self {
        Self {
            pin: Pin::here(RuntimeBuild::Cpu),
            cuda_pin: Pin::here(RuntimeBuild::Cuda),
            system_names: SYSTEM_NAMES,
            #[cfg(feature = "fetch")]
            fetcher: &*OF_THE_USER,
            inspect,
        }
    }
}

impl<'a> Search<'a> {
    fn find(&self, options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
        if let Some((path, by)) = named(options) {
            return self.named(path, by);
        }
        if options.build == RuntimeBuild::CudaIfThere
            && let Ok(library) = self.library(options, RuntimeBuild::Cuda)
            && let Some(found) = self.cached(&library, report)
        {
            return Ok(found);
        }
        let build = options.build.wanted();
        let library = self.library(options, build);
        if let Ok(library) = &library
            && let Some(found) = self.cached(library, report)
        {
            return Ok(found);
        }
        // What the system has is hardly ever built for graphics cards, and does not say so.
        if build == RuntimeBuild::Cpu
            && let Some(found) = self.system(report)
        {
            return Ok(found);
        }
        self.fetch(&library?, options.offline, report)
    }

    fn setup(&self, options: &RuntimeOptions, report: &mut dyn FnMut(Event)) -> Result<Found, ExternalError> {
        if let Some((path, by)) = named(options) {
            return self.named(path, by);
        }
        let is_there = || self.library(options, RuntimeBuild::Cuda).is_ok_and(|library| library.path().is_file());
        let build = match options.build {
            RuntimeBuild::CudaIfThere if is_there() => RuntimeBuild::Cuda,
            build => build.wanted(),
        };
        let library = self.library(options, build)?;
        match library.check(Check::Hash) {
            Ok(()) => return self.usable(library.path(), Origin::Cache),
            Err((path, why)) if library.is_absence(&path, &why) => {}
            Err((path, why)) => report(Event::Broken { path, why }),
        }
        self.fetch(&library, options.offline, report)
    }

    /// The pinned library of a build: [`RuntimeBuild::Cpu`] or [`RuntimeBuild::Cuda`].
    fn library(&self, options: &RuntimeOptions, build: RuntimeBuild) -> Result<CachedLibrary<'a>, ExternalError> {
        let unfetched = |why| ExternalError::unfetched(build, why, None);
        let pin = if build == RuntimeBuild::Cpu { self.pin } else { self.cuda_pin };
        let pin = pin.ok_or_else(|| unfetched(pins::unsupported_platform(build)))?;
        let cache = Cache::locate(options.cache.as_deref(), pin.package()).map_err(unfetched)?;
        Ok(CachedLibrary { cache, pin })
    }

    fn named(&self, path: &Path, by: Origin) -> Result<Found, ExternalError> {
        let path = std::path::absolute(path).map_err(|why| ExternalError::Named {
            by,
            path: path.to_owned(),
            why: FileFault::from(why).into(),
        })?;
        match (self.inspect)(&path) {
            Ok(version) => Ok(Found { path, origin: by, version }),
            Err(why) => Err(ExternalError::Named { by, path, why }),
        }
    }

    fn cached(&self, library: &CachedLibrary<'_>, report: &mut dyn FnMut(Event)) -> Option<Found> {
        let path = library.path();
        match library.check(Check::Changed) {
            Ok(()) => match (self.inspect)(&path) {
                Ok(version) => return Some(Found { path, origin: Origin::Cache, version }),
                Err(why) => report(Event::PassedOver { path, why }),
            },
            Err((path, why)) if library.is_absence(&path, &why) => {}
            Err((path, why)) => report(Event::Broken { path, why }),
        }
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

    fn fetch(
        &self,
        library: &CachedLibrary<'_>,
        offline: bool,
        report: &mut dyn FnMut(Event),
    ) -> Result<Found, ExternalError> {
        let fetched = if offline { Err(FetchError::Offline) } else { self.fetched(library, report) };
        let origin = fetched.map_err(|why| {
            ExternalError::unfetched(library.pin.build, why, Some(library.cache.portable().to_owned()))
        })?;
        self.usable(library.path(), origin)
    }

    #[cfg(feature = "fetch")]
    fn fetched(&self, library: &CachedLibrary<'_>, report: &mut dyn FnMut(Event)) -> Result<Origin, FetchError> {
        library.fetch(self.fetcher, report)
    }

    #[cfg(not(feature = "fetch"))]
    fn fetched(&self, _: &CachedLibrary<'_>, _: &mut dyn FnMut(Event)) -> Result<Origin, FetchError> {
        Err(FetchError::NotBuilt)
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
#[cfg(feature = "fetch")]
mod tests;
