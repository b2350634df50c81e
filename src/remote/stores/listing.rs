//! What lies at an address.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};

use super::connect::{Patience, Place, open, wait};
use super::object::Object;
use crate::remote::{Address, Found, Scheme, StoreError};

/// Looks at what lies at an address: an object, or the objects below it.
///
/// # Errors
///
/// If there is nothing, or the store does not tell.
pub fn look(address: &Address) -> Result<Found<Object>, StoreError> {
    let asked = open(address, Patience::Little)?;
    let reading = open(address, Patience::Much)?;
    look_in(&asked.store, address, &reading)
}

fn look_in(store: &Arc<dyn ObjectStore>, address: &Address, reading: &Place) -> Result<Found<Object>, StoreError> {
    let scheme = address.scheme();
    let object = |meta: ObjectMeta| Object::new(address, Arc::clone(&reading.store), meta);
    if scheme == Scheme::Web {
        // What may be read with a signature may not be asked after without reading.
        let found = wait(scheme, store.get(&reading.key))?;
        return Ok(Found::Object(object(found.meta)));
    }
    if !address.is_folder() {
        match wait(scheme, store.head(&reading.key)) {
            Ok(meta) => return Ok(Found::Object(object(meta))),
            Err(StoreError::Missing) => {}
            Err(error) => return Err(error),
        }
    }
    match below(store, scheme, &reading.key)? {
        none if none.is_empty() => Err(StoreError::Missing),
        found => Ok(Found::Folder(found.into_iter().map(object).collect())),
    }
}

/// The objects below a key, in the order of their names, folder by folder.
pub(super) fn below(
    store: &Arc<dyn ObjectStore>,
    scheme: Scheme,
    key: &object_store::path::Path,
) -> Result<Vec<ObjectMeta>, StoreError> {
    let found: Vec<ObjectMeta> = wait(scheme, store.list(Some(key)).try_collect())?;
    let mut found: Vec<(PathBuf, ObjectMeta)> =
        found.into_iter().map(|meta| (PathBuf::from(meta.location.as_ref()), meta)).collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    // Some programs make an empty object for each folder.
    let stands_for_folder = |at: usize| {
        let (path, meta): &(PathBuf, ObjectMeta) = &found[at];
        meta.size == 0
            && (path == Path::new(key.as_ref())
                || found.get(at + 1).is_some_and(|(next, _)| next.starts_with(path) && next != path))
    };
    let kept: Vec<bool> = (0..found.len()).map(|at| !stands_for_folder(at)).collect();
    Ok(found.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|((_, meta), _)| meta).collect())
}

/// Whether there is an object at an address; of the address of a folder, whether one lies below it.
///
/// # Errors
///
/// If the store does not tell.
pub fn is_there(address: &Address) -> Result<bool, StoreError> {
    let Place { store, key } = open(address, Patience::Little)?;
    let scheme = address.scheme();
    if address.is_folder() {
        return Ok(wait(scheme, store.list(Some(&key)).try_next())?.is_some());
    }
    match wait(scheme, store.head(&key)) {
        Ok(_) => Ok(true),
        Err(StoreError::Missing) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes an object away, if there is one.
///
/// # Errors
///
/// If it cannot be taken away.
pub fn remove(address: &Address) -> Result<(), StoreError> {
    let Place { store, key } = open(address, Patience::Much)?;
    match wait(address.scheme(), store.delete(&key)) {
        Ok(()) | Err(StoreError::Missing) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use object_store::PutPayload;
    use object_store::memory::InMemory;

    use super::*;

    fn looked_at(keys: &[(&str, &str)], address: &str) -> Result<Found<Object>, StoreError> {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        for (key, content) in keys {
            let payload = PutPayload::from(content.as_bytes().to_vec());
            wait(Scheme::S3, store.put_opts(&(*key).into(), payload, Default::default())).unwrap();
        }
        let address = Address::of(address).unwrap();
        let key = address.key().trim_end_matches('/').into();
        look_in(&store, &address, &Place { store: Arc::clone(&store), key })
    }

    #[test]
    fn objects_and_folders_are_found() {
        let keys = [("a/b-c", "1"), ("a/b", ""), ("a/b/2", "2"), ("a/b/1", "3"), ("a/_SUCCESS", "x"), ("ab", "4")];
        let Found::Folder(found) = looked_at(&keys, "s3://bucket/a").unwrap() else { panic!() };
        let names: Vec<String> = found.iter().map(|object| object.address().to_string()).collect();
        assert_eq!(names, ["a/_SUCCESS", "a/b/1", "a/b/2", "a/b-c"].map(|key| format!("s3://bucket/{key}")));
        assert_eq!(found[1].path(), Path::new("s3://bucket/a/b/1"));
        let Found::Object(found) = looked_at(&keys, "s3://bucket/ab").unwrap() else { panic!() };
        let mut text = String::new();
        found.open().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), found.size()), ("4", 1));
        assert_eq!(looked_at(&keys, "s3://bucket/c").unwrap_err(), StoreError::Missing);
        let Found::Folder(found) = looked_at(&keys, "s3://bucket").unwrap() else { panic!() };
        assert_eq!(found.len(), 5);
    }
}
