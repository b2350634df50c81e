//! Documents in bulk: reading them from files and folders, tagging them in chunks, and writing what was found in them so
//! that a run can be killed at any moment and goes on where it was.
//!
//! [`stream::Stream`] gives the documents of all [`source`]s one after the other, read by [`read`] from their [`bytes`]; [`ahead`] reads them
//! before they are asked for, and [`pipeline`] takes them through a worker; [`output`] keeps what comes out in the forms of [`write`](mod@write), with a [`checkpoint`].

pub mod ahead;
pub mod bytes;
mod charset;
pub mod checkpoint;
pub mod error;
pub mod fields;
pub mod fuzzing;
mod html;
pub mod input;
pub mod notes;
pub mod output;
pub mod pipeline;
pub mod position;
pub mod read;
pub mod source;
pub mod stream;
pub mod tolerance;
pub mod write;
