//! Why a gazetteer could not be made.

use std::io;
use std::path::PathBuf;

use crate::gazetteer::source::{BrokenLine, SourceError};

/// Why a gazetteer could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file or folder can't be read or written.
    #[error("{}: cannot {doing}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What failed.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A table as a whole is wrong.
    #[error(transparent)]
    Source(SourceError),
    /// More lines are broken than the caller puts up with.
    #[error("more than {max_errors} broken lines; mend the tables or allow more; the first: {}", broken[0])]
    TooManyErrors {
        /// How many were allowed.
        max_errors: u64,
        /// The first of the broken lines.
        broken: Vec<BrokenLine>,
    },
    /// The sources have no place in them, or none that isn't broken.
    #[error("the sources hold no places, or none that the filters let through; give tables with at least one{}", first_of(.0))]
    NoPlaces(Vec<BrokenLine>),
    /// More than the file format can number.
    #[error("too many {0} for the file format; leave some sources out")]
    TooMany(&'static str),
    /// A source's name, licence or attribution can't be stored.
    #[error("source {0:?}: expected a name, licence and attribution without tabs and line breaks")]
    SourceNote(String),
    /// The map of names could not be made.
    #[error("cannot make the map of names: {0}")]
    Names(fst::Error),
    /// A temporary file can't be written or read again.
    #[error("cannot keep temporary files: {0}; expected room for about three times the sources beside the output")]
    Temporary(io::Error),
    /// The file's bytes could not be written.
    #[error("cannot write the gazetteer: {0}")]
    Write(io::Error),
}

/// The first broken lines, as the end of a message.
fn first_of(broken: &[BrokenLine]) -> String {
    let first: Vec<String> = broken.iter().take(3).map(ToString::to_string).collect();
    if first.is_empty() { String::new() } else { format!("; broken: {}", first.join("; ")) }
}

impl From<SourceError> for BuildError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}
