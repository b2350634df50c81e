//! What lies in a store, whichever store it is.

use std::io::{Read, Seek};

/// Bytes that can be read in any order.
pub trait AnyOrder: Read + Seek + Send {}

impl<T: Read + Seek + Send> AnyOrder for T {}

/// What is found at an address.
#[derive(Clone, Debug)]
pub enum Found<Object> {
    /// An object.
    Object(Object),
    /// The objects below a prefix, in the order that the same files on a disk would have; hidden ones among them.
    Folder(Vec<Object>),
}
