//! What lies in object stores: S3 and what speaks as it does, Google Cloud Storage, Azure Blob Storage, and servers of the web.
//!
//! An [`Address`] says where something lies. [`look`] finds what is there, an [`Object`] or a folder of them, whose bytes are read
//! by ranges; [`put`] stores a file whole or not at all. Without the feature `remote` addresses are known, and all else fails with
//! words.

mod address;
mod error;
mod found;
#[cfg(not(feature = "remote"))]
mod none;
#[cfg(feature = "remote")]
mod stores;

pub use self::address::{Address, Scheme};
pub use self::error::StoreError;
pub use self::found::{AnyOrder, Found};
#[cfg(not(feature = "remote"))]
pub use self::none::{Object, check_writable, is_there, look, put, remove};
#[cfg(feature = "remote")]
pub use self::stores::{Object, check_writable, is_there, look, put, remove};
