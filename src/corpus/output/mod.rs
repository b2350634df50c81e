//! Outputs that a run can be killed at: what is stored for good is known, and what was half written is taken back when the
//! run goes on.
//!
//! While a run lasts, its output has the name of its destination with `.part` behind it. [`Journal`] keeps the output, the
//! errors file and the [manifest](super::checkpoint) in step.

mod appended;
mod errors;
pub mod finished;
mod folder;
mod frame;
mod journal;
mod parts;
mod streamed;

use std::io::{self, Write};
use std::path::PathBuf;

pub use appended::Appended;
pub use errors::ErrorsFile;
pub use finished::Finished;
pub use folder::Folder;
pub use journal::{Journal, JournalError, Limits, Watch};
pub use parts::Parts;
pub use streamed::Streamed;

use super::write::AnnotationWriter;
use crate::annotation::Annotation;
use crate::lock::{PART, suffixed};

/// Where annotations go.
pub trait Output: Send {
    /// Adds the annotations of a chunk. Gives where the output stands if everything that was added is stored for good
    /// now, `None` if some of it would be lost.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn write(&mut self, annotations: &[&Annotation]) -> io::Result<Option<u64>>;

    /// Completes the output, which is stored for good then. Gives where it stands.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn complete(&mut self) -> io::Result<u64>;

    /// Gives a complete output its name, and keeps with it what its run knew. Does nothing if it has it already.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed.
    fn name(&mut self, finished: &Finished) -> io::Result<()>;

    /// Takes away what was only of use until the output had its name. Nobody will ask for it again.
    fn tidy(&mut self) {}

    /// Takes away what was written.
    fn discard(&mut self);

    /// What is said where it cannot be written.
    fn failure(&self) -> String;
}

/// Where a run that goes on finds its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What [`Output::write`] gave last.
    pub mark: u64,
    /// Documents that are in it.
    pub documents: u64,
    /// Whether it is complete, and perhaps has its name.
    pub complete: bool,
}

/// How the frames of an output are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As they are.
    None,
    /// A gzip member each.
    Gzip,
    /// A zstd frame each.
    Zstd,
}

impl Compression {
    /// The compression that the ending of a name asks for.
    pub fn of(path: &std::path::Path) -> Self {
        match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("gz" | "gzip") => Self::Gzip,
            Some("zst" | "zstd") => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// The name of an output while it is written.
pub fn part_of(destination: &std::path::Path) -> PathBuf {
    suffixed(destination, PART)
}

/// Adds annotations in a format of text; `documents` counts them.
fn write_all(
    writer: &dyn AnnotationWriter,
    out: &mut dyn Write,
    annotations: &[&Annotation],
    documents: &mut u64,
) -> io::Result<()> {
    for annotation in annotations {
        if *documents == 0 {
            writer.begin(out)?;
        }
        writer.write(out, annotation, *documents)?;
        *documents += 1;
    }
    Ok(())
}

/// Adds what stands behind the last of so many documents.
fn finish_all(writer: &dyn AnnotationWriter, out: &mut dyn Write, documents: u64) -> io::Result<()> {
    if documents == 0 {
        writer.begin(out)?;
    }
    writer.finish(out, documents)
}

/// What is said where a file cannot be written.
fn cannot_write(path: &std::path::Path) -> String {
    let path = path.display();
    format!("{path}: cannot be written; expected a path in a folder that exists, can be written to and has room")
}

/// What is there instead of the output of the run that is to go on. It comes inside an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}; expected the output as the run that is to go on left it", .path.display())]
pub struct NotAsLeft {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub what: &'static str,
}

fn not_as_left(path: &std::path::Path, what: &'static str) -> io::Error {
    io::Error::other(NotAsLeft { path: path.to_owned(), what })
}
