//! What lies in object stores, by the crate `object_store`.

mod connect;
mod fault;
mod listing;
mod object;
mod pages;
mod put;

pub use self::listing::{is_there, look, remove};
pub use self::object::Object;
pub use self::put::{check_writable, put};
