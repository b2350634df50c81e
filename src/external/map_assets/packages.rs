//! The packages in a folder: where the cache has them, and whether they are there as published.

use std::path::{Path, PathBuf};

use super::assets::{MapAssets, Package};
use super::pins::{self, Member, Pin};
use crate::external::cache::Cache;
use crate::external::fault::FileFault;

/// The folder of these packages in the cache, whether or not it is there.
pub(super) fn folder_of(pins: &[Pin], cache: &Cache) -> PathBuf {
    cache.folder().join(pins::folder_name(pins))
}

/// Reads the packages in a folder. An error comes with the file at fault, relative to it.
pub(super) fn read(folder: &Path, pins: &[Pin]) -> Result<MapAssets, (PathBuf, FileFault)> {
    let mut assets = MapAssets { folder: folder.to_owned(), ..MapAssets::default() };
    for pin in pins {
        let read = |member: &Member| {
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
