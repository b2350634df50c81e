//! Where a document stands.

use std::fmt;
use std::sync::Arc;

/// Where a document stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The file, or `-`.
    pub source: Arc<str>,
    /// The line, row or record in it, counted from 1; `None` if the file is one document.
    pub line: Option<u64>,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}
