//! The packages that the map page is made with: in the user's cache, or fetched once with `npm`.
//!
//! The page holds all of them, so that it needs no network when it is looked at; it is only its writing that may.

mod assets;
mod error;
#[cfg(feature = "fetch")]
mod fetch;
#[cfg(feature = "fetch")]
mod npm;
mod packages;
mod pins;
#[cfg(feature = "fetch")]
mod tarball;

use std::path::PathBuf;

pub use self::assets::{MapAssets, Package};
pub use self::error::AssetError;
#[cfg(feature = "fetch")]
use self::fetch::fetch;
#[cfg(feature = "fetch")]
use self::npm::{Fetcher, OF_THE_USER};
use self::packages::{folder_of, read};
use self::pins::Pin;
use super::cache::Cache;
use super::error::FetchError;
use super::event::Event;
use super::fault::FileFault;

/// The folder in the cache.
const KIND: &str = "map-assets";

/// Where [`find_map_assets`] may look. The default names nothing and may fetch.
#[derive(Clone, Debug, Default)]
pub struct AssetOptions {
    /// The folder that holds `dateline/map-assets/…`, in place of the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Never fetch.
    pub offline: bool,
    /// A folder that holds the packages, each in a folder of its name as in a `node_modules`, for machines without
    /// `npm`. Where it is named, nothing else is tried.
    pub folder: Option<PathBuf>,
}

/// Finds what the map page is made with, and fetches it with `npm` if it is not in the cache.
///
/// Every file is checked by its SHA-256 each time; all of them together have 1 MB.
///
/// # Errors
///
/// [`AssetError::Named`] when the folder that the user names does not hold the packages as published.
/// [`AssetError::Unfetched`] when they are not in the cache and could not be fetched.
pub fn find_map_assets(options: &AssetOptions, report: &mut dyn FnMut(Event)) -> Result<MapAssets, AssetError> {
    let search = Search {
        pins: pins::PINS,
        #[cfg(feature = "fetch")]
        fetcher: &*OF_THE_USER,
    };
    search.find(options, report)
}

/// What the search knows; tests put stand-ins here.
struct Search<'a> {
    pins: &'a [Pin],
    #[cfg(feature = "fetch")]
    fetcher: &'a dyn Fetcher,
}

impl Search<'_> {
    fn find(&self, options: &AssetOptions, report: &mut dyn FnMut(Event)) -> Result<MapAssets, AssetError> {
        if let Some(folder) = &options.folder {
            return read(folder, self.pins).map_err(|(file, why)| AssetError::Named {
                folder: folder.clone(),
                file,
                why,
            });
        }
        let cache =
            Cache::locate(options.cache.as_deref(), KIND).map_err(|why| AssetError::Unfetched { why, folder: None })?;
        if let Some(assets) = self.cached(&cache, report) {
            return Ok(assets);
        }
        let fetched = if options.offline { Err(FetchError::Offline) } else { self.fetch(&cache, report) };
        fetched.map_err(|why| AssetError::Unfetched { why, folder: Some(cache.folder().to_owned()) })
    }

    fn cached(&self, cache: &Cache, report: &mut dyn FnMut(Event)) -> Option<MapAssets> {
        let folder = folder_of(self.pins, cache);
        match read(&folder, self.pins) {
            Ok(assets) => Some(assets),
            // A folder is only ever put there whole: in one that is there, a file that is missing was removed.
            Err((_, FileFault::Missing)) if !folder.exists() => None,
            Err((file, why)) => {
                report(Event::Broken { path: folder.join(file), why });
                None
            }
        }
    }

    #[cfg(feature = "fetch")]
    fn fetch(&self, cache: &Cache, report: &mut dyn FnMut(Event)) -> Result<MapAssets, FetchError> {
        fetch(self.fetcher, self.pins, cache, report)
    }

    #[cfg(not(feature = "fetch"))]
    fn fetch(&self, _: &Cache, _: &mut dyn FnMut(Event)) -> Result<MapAssets, FetchError> {
        Err(FetchError::NotBuilt)
    }
}

#[cfg(test)]
#[cfg(feature = "fetch")]
mod tests;
