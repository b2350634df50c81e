//! What a build without object stores does with addresses: it fails with words.

use std::convert::Infallible;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::address::Address;
use super::error::StoreError;
use super::found::{AnyOrder, Found};

/// An object; there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object(Infallible);

impl Object {
    /// Where it lies.
    pub fn address(&self) -> &Address {
        match self.0 {}
    }

    /// A path whose names say something of it.
    pub fn path(&self) -> PathBuf {
        match self.0 {}
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        match self.0 {}
    }

    /// When it was written.
    pub fn version(&self) -> &str {
        match self.0 {}
    }

    /// Its bytes from the beginning.
    ///
    /// # Errors
    ///
    /// There is none to be read.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, StoreError> {
        match self.0 {}
    }

    /// Its bytes, to be read in any order.
    pub fn open_in_any_order(&self) -> Box<dyn AnyOrder> {
        match self.0 {}
    }
}

/// Looks at what lies at an address.
///
/// # Errors
///
/// Always.
pub fn look(_: &Address) -> Result<Found<Object>, StoreError> {
    Err(StoreError::NotBuilt)
}

/// Whether there is something at an address.
///
/// # Errors
///
/// Always.
pub fn is_there(_: &Address) -> Result<bool, StoreError> {
    Err(StoreError::NotBuilt)
}

/// Whether something may be stored at an address.
///
/// # Errors
///
/// Always.
pub fn check_writable(_: &Address) -> Result<(), StoreError> {
    Err(StoreError::NotBuilt)
}

/// Stores a file at an address.
///
/// # Errors
///
/// Always.
pub fn put(_: &Path, _: &Address) -> Result<(), StoreError> {
    Err(StoreError::NotBuilt)
}

/// Takes an object away.
///
/// # Errors
///
/// Always.
pub fn remove(_: &Address) -> Result<(), StoreError> {
    Err(StoreError::NotBuilt)
}
