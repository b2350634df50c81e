//! Documents in bulk: reading them from files, folders of which come later, and writing what was found in them.

pub mod reader;
pub mod tagged;
pub mod writer;
