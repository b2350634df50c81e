//! Tables that gazetteers are built from. Each is an iterator over places, in which a broken line is an item too.

pub mod extra;
pub mod geonames;

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A line that was skipped, or of which a name was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLine {
    /// The table.
    pub file: PathBuf,
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for BrokenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.why)
    }
}

/// What a table gives instead of a place. After anything but a broken line, the table ends.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A line is wrong; those after it may not be.
    #[error("{0}")]
    Broken(BrokenLine),
    /// The table can't be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Unreadable {
        /// The table.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A column is missing.
    #[error("{}: column `{column}` is missing; expected a header with {expected}", file.display())]
    MissingColumn {
        /// The table.
        file: PathBuf,
        /// The column.
        column: &'static str,
        /// All columns.
        expected: String,
    },
    /// A column is one too many.
    #[error("{}: column `{column}` is unknown or there twice; expected a header with {expected}", file.display())]
    UnknownColumn {
        /// The table.
        file: PathBuf,
        /// The column, as written.
        column: String,
        /// All columns.
        expected: String,
    },
}
