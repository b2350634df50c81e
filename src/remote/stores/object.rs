//! An object, and its bytes.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use futures_util::TryStreamExt as _;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use tempfile::SpooledTempFile;

use super::connect::wait;
use crate::remote::{Address, AnyOrder, Scheme, StoreError};

/// Bytes that are asked for at a time. What is read is tagged more slowly than it comes: a request that was left open until all
/// of it is needed would be ended by the store.
const RANGE: u64 = 8 << 20;
/// Bytes that are kept in memory of what a server only gives as a whole.
const IN_MEMORY: usize = 16 << 20;

/// An object in a store.
#[derive(Clone)]
pub struct Object {
    address: Address,
    store: Arc<dyn ObjectStore>,
    key: Key,
    size: u64,
    tag: Option<String>,
    version: String,
}

impl Object {
    /// One that was found where an address leads to, or below it.
    pub(super) fn new(address: &Address, store: Arc<dyn ObjectStore>, meta: ObjectMeta) -> Self {
        let address = match address.scheme() {
            Scheme::Web => address.clone(),
            _ => address.with_key(meta.location.as_ref()),
        };
        let version = version(&meta);
        Self { address, store, key: meta.location, size: meta.size, tag: meta.e_tag, version }
    }

    /// Where it lies.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// A path whose names say something of it.
    pub fn path(&self) -> PathBuf {
        self.address.path()
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// When it was written, and its tag, as far as the store tells.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its bytes from the beginning.
    ///
    /// # Errors
    ///
    /// If it cannot be read. That also comes later, in an [`io::Error`].
    pub fn open(&self) -> Result<Box<dyn Read + Send>, StoreError> {
        if self.size == 0 {
            return Ok(Box::new(io::empty()));
        }
        match self.range(0..self.size.min(RANGE)) {
            Ok(block) => Ok(Box::new(Ranged { object: self.clone(), at: 0, block })),
            // Not every server gives a part.
            Err(StoreError::Failed { .. }) if self.address.scheme() == Scheme::Web => self.whole(),
            Err(error) => Err(error),
        }
    }

    /// Its bytes, to be read in any order.
    pub fn open_in_any_order(&self) -> Box<dyn AnyOrder> {
        Box::new(Ranged { object: self.clone(), at: 0, block: Bytes::new() })
    }

    fn range(&self, range: Range<u64>) -> Result<Bytes, StoreError> {
        // Tags that stand for more than one form of the same are none to hold a store to.
        let if_match = self.tag.clone().filter(|tag| !tag.starts_with("W/"));
        let options = GetOptions { range: Some(GetRange::Bounded(range)), if_match, ..GetOptions::default() };
        let scheme = self.address.scheme();
        let found = wait(scheme, self.store.get_opts(&self.key, options))?;
        // Where there is no tag to hold a store to, what it says of the object tells.
        if found.meta.size != self.size || version(&found.meta) != self.version {
            return Err(StoreError::Changed);
        }
        wait(scheme, found.bytes())
    }

    fn whole(&self) -> Result<Box<dyn Read + Send>, StoreError> {
        let scheme = self.address.scheme();
        let kept = |error: io::Error| StoreError::Failed { scheme, why: error.to_string() };
        let mut file = SpooledTempFile::new(IN_MEMORY);
        let mut pieces = wait(scheme, self.store.get(&self.key))?.into_stream();
        while let Some(piece) = wait(scheme, pieces.try_next())? {
            file.write_all(&piece).map_err(kept)?;
        }
        file.rewind().map_err(kept)?;
        Ok(Box::new(file))
    }
}

fn version(meta: &ObjectMeta) -> String {
    format!("{} {}", meta.last_modified.to_rfc3339(), meta.e_tag.as_deref().unwrap_or_default())
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (&self.address, &self.version) == (&other.address, &other.version)
    }
}

impl Eq for Object {}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&self.address).finish()
    }
}

/// The bytes of an object, a range at a time.
struct Ranged {
    object: Object,
    /// Where the block begins.
    at: u64,
    /// What was asked for and not read.
    block: Bytes,
}

impl Read for Ranged {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.block.is_empty() && self.at < self.object.size && !into.is_empty() {
            let end = self.object.size.min(self.at + RANGE);
            self.block = self.object.range(self.at..end).map_err(io::Error::other)?;
        }
        let read = self.block.len().min(into.len());
        self.block.copy_to_slice(&mut into[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Ranged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.object.size, by),
            SeekFrom::Current(by) => (self.at, by),
        };
        let at = from.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?;
        match at.checked_sub(self.at).and_then(|ahead| usize::try_from(ahead).ok()) {
            Some(ahead) if ahead < self.block.len() => self.block.advance(ahead),
            _ => self.block.clear(),
        }
        self.at = at;
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use object_store::PutPayload;
    use object_store::memory::InMemory;

    use super::*;

    fn object(content: Vec<u8>) -> Object {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let key = Key::from("a/b");
        wait(Scheme::S3, store.put_opts(&key, PutPayload::from(content), Default::default())).unwrap();
        let meta = wait(Scheme::S3, async { store.get_opts(&key, GetOptions::default()).await }).unwrap().meta;
        Object::new(&Address::of("s3://bucket").unwrap(), store, meta)
    }

    #[test]
    fn bytes_come_in_ranges_and_in_any_order() {
        let content: Vec<u8> = (0..2 * RANGE + 9).map(|at| (at * 31 / 7) as u8).collect();
        let object = object(content.clone());
        let mut found = Vec::new();
        object.open().unwrap().read_to_end(&mut found).unwrap();
        assert!(found == content);
        let mut bytes = object.open_in_any_order();
        let mut few = [0; 20];
        for at in [5, RANGE - 3, RANGE - 1, 2, content.len() as u64 - 20] {
            assert_eq!(bytes.seek(SeekFrom::Start(at)).unwrap(), at);
            bytes.read_exact(&mut few).unwrap();
            assert_eq!(few, content[at as usize..at as usize + 20], "{at}");
        }
        assert_eq!(bytes.seek(SeekFrom::End(-3)).unwrap(), content.len() as u64 - 3);
        assert_eq!(bytes.read(&mut few).unwrap(), 3);
        assert_eq!(bytes.read(&mut few).unwrap(), 0);
        assert_eq!(bytes.seek(SeekFrom::End(3)).unwrap(), content.len() as u64 + 3);
        assert_eq!(bytes.read(&mut few).unwrap(), 0);
        assert!(bytes.seek(SeekFrom::Current(-1 << 62)).is_err());
    }

    #[test]
    fn what_was_changed_meanwhile_is_told() {
        let object = object(vec![1; RANGE as usize + 1]);
        let mut bytes = object.open().unwrap();
        let put = object.store.put_opts(&object.key, PutPayload::from(vec![2; 20]), Default::default());
        wait(Scheme::S3, put).unwrap();
        let error = bytes.read_to_end(&mut Vec::new()).unwrap_err();
        let told = error.get_ref().and_then(|error| error.downcast_ref::<StoreError>());
        assert_eq!(told, Some(&StoreError::Changed));
    }
}
