//! Sources that lie in object stores.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::table_log::TableLog;
use crate::corpus::bytes::Bytes;
use crate::corpus::error::Fault;
use crate::remote::{Address, Found, Object, StoreError, look};

/// A source in an object store. What is there is asked once, and then known.
#[derive(Clone, Debug)]
pub struct Remote {
    address: Address,
    found: Arc<OnceLock<Result<Found<Object>, StoreError>>>,
}

impl Remote {
    /// What an address leads to, which may have signs of a pattern in it.
    pub fn new(address: Address) -> Self {
        Self { address, found: Arc::default() }
    }

    /// An object that was found.
    pub(super) fn of_object(object: Object) -> Self {
        Self { address: object.address().clone(), found: Arc::new(OnceLock::from(Ok(Found::Object(object)))) }
    }

    /// Where it lies.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The folder that is looked at: all of the address, or what stands in front of a pattern.
    pub(super) fn looked_at(&self) -> Address {
        self.address.pattern().map_or_else(|| self.address.clone(), |(folder, _)| self.address.with_key(folder))
    }

    /// What lies there.
    pub(super) fn found(&self) -> Result<&Found<Object>, Fault> {
        let found = self.found.get_or_init(|| look(&self.looked_at()));
        found.as_ref().map_err(|error| Fault::Store(error.clone()))
    }

    /// The object, if it leads to one.
    pub(in crate::corpus) fn object(&self) -> Result<&Object, Fault> {
        match self.found()? {
            Found::Object(object) => Ok(object),
            Found::Folder(_) => Err(Fault::EmptyFolder),
        }
    }

    /// Opens it.
    pub(in crate::corpus) fn open(&self) -> Result<Bytes, Fault> {
        self.object()?.open().map_err(Fault::Store)
    }

    /// What kind of table with a log it is, if it is one.
    pub(in crate::corpus) fn table_log(&self) -> Option<&'static str> {
        let Ok(Found::Folder(objects)) = self.found() else { return None };
        let has = |name: &str, ending: &str| {
            objects.iter().any(|object| {
                let path = object.path();
                let within = path.parent().into_iter().flat_map(Path::components);
                within.into_iter().any(|part| part.as_os_str() == name) && object.address().key().ends_with(ending)
            })
        };
        TableLog::ALL.into_iter().find(|log| has(log.folder, log.ending)).map(|log| log.name)
    }
}

impl PartialEq for Remote {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl Eq for Remote {}
