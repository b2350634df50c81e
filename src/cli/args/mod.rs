//! Options that several commands have.

pub mod gazetteer;
pub mod model;
pub mod publisher;
pub mod resolution;
pub mod runtime;
pub mod threads;
