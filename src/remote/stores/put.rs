//! Storing files: an object is there whole or not at all.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path as Key;
use object_store::{Attribute, Attributes, ObjectStore, PutMultipartOptions, PutOptions};

use super::connect::{Patience, Place, open, wait};
use crate::remote::{Address, Scheme, StoreError};

/// Bytes of a part, at least. A smaller file is stored at once.
const PART: u64 = 16 << 20;
/// Parts of an object, at most: S3 allows 10,000, and some that speak as it does want all of one size.
const PARTS: u64 = 9_000;
/// Parts that are on their way at a time.
const AT_A_TIME: usize = 4;

/// Whether something may be stored at an address, as far as can be told without storing it.
///
/// # Errors
///
/// If not.
pub fn check_writable(address: &Address) -> Result<(), StoreError> {
    let Place { store, key } = open(address, Patience::Little)?;
    let scheme = address.scheme();
    if scheme == Scheme::Web {
        // It has no way to ask.
        return Ok(());
    }
    let key = if address.is_folder() { key.join("_SUCCESS") } else { key };
    wait(scheme, async { store.put_multipart_opts(&key, PutMultipartOptions::default()).await?.abort().await })
}

/// Stores a file at an address, in the place of what is there.
///
/// # Errors
///
/// If it cannot be stored. Then, what was there is there still.
pub fn put(file: &Path, address: &Address) -> Result<(), StoreError> {
    let Place { store, key } = open(address, Patience::Much)?;
    put_in(&store, &key, file, address)
}

fn put_in(store: &Arc<dyn ObjectStore>, key: &Key, file: &Path, address: &Address) -> Result<(), StoreError> {
    let scheme = address.scheme();
    let unread = |error: io::Error| StoreError::Failed { scheme, why: format!("{}: {error}", file.display()) };
    let bytes = mapped(file).map_err(unread)?;
    let attributes = kind(address.name());
    let size = bytes.len() as u64;
    if size <= PART || scheme == Scheme::Web {
        let options = PutOptions { attributes, ..PutOptions::default() };
        return wait(scheme, store.put_opts(key, bytes.into(), options)).map(drop);
    }
    let part = PART.max(size.div_ceil(PARTS).next_multiple_of(1 << 20));
    wait(scheme, async {
        let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
        let mut upload = store.put_multipart_opts(key, options).await?;
        let begins = stream::iter((0..size).step_by(part as usize));
        let parts = begins.map(|begin| {
            let end = size.min(begin + part);
            upload.put_part(bytes.slice(begin as usize..end as usize).into())
        });
        let stored = parts.buffered(AT_A_TIME).try_collect::<Vec<()>>().await;
        let ended = match stored {
            Ok(_) => upload.complete().await.map(drop),
            Err(error) => Err(error),
        };
        if ended.is_err() {
            // The parts would be paid for until somebody takes them away.
            upload.abort().await.ok();
        }
        ended
    })
}

/// The bytes of a file, which need not be in memory.
fn mapped(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: the file is complete and locked as an output of ours; who cuts it meanwhile ends this program, and harms nothing else.
    let map = unsafe { memmap2::Mmap::map(&file)? };
    Ok(Bytes::from_owner(map))
}

/// What browsers are told of an object: without it, they would save a page instead of showing it.
fn kind(name: &str) -> Attributes {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let kind = match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "json" => "application/json",
        "geojson" => "application/geo+json",
        "jsonl" | "ndjson" | "geojsonl" => "application/x-ndjson",
        "jsonld" => "application/ld+json",
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "kml" => "application/vnd.google-earth.kml+xml",
        "gpkg" => "application/geopackage+sqlite3",
        "parquet" => "application/vnd.apache.parquet",
        "gz" => "application/gzip",
        "zst" => "application/zstd",
        _ => return Attributes::new(),
    };
    Attributes::from_iter([(Attribute::ContentType, kind)])
}

#[cfg(test)]
mod tests {
    use object_store::GetOptions;
    use object_store::memory::InMemory;

    use super::*;

    #[test]
    fn files_are_stored_at_once_and_in_parts() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("map.html"), Key::from("a/map.html"));
        let address = Address::of("s3://bucket/a/map.html").unwrap();
        for size in [0, 9, PART + 1, 3 * PART] {
            let content: Vec<u8> = (0..size).map(|at| (at * 31 / 7) as u8).collect();
            std::fs::write(&file, &content).unwrap();
            put_in(&store, &key, &file, &address).unwrap();
            let stored = wait(Scheme::S3, store.get_opts(&key, GetOptions::default())).unwrap();
            assert!(wait(Scheme::S3, stored.bytes()).unwrap() == content, "{size}");
        }
        assert!(put_in(&store, &key, &folder.path().join("missing"), &address).is_err());
    }
}
