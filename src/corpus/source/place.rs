//! A place that documents come from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::Member;

/// Where documents come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input, called `-`.
    Stdin,
    /// A file.
    File(PathBuf),
    /// A file in a zip archive.
    Member(Member),
    /// A text that was given as it is, called `text`.
    Given(Arc<str>),
}

impl Source {
    /// The path whose name says something of what is in it.
    pub(in crate::corpus) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Member(member) => Some(member.path()),
            Self::Stdin | Self::Given(_) => None,
        }
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
            Self::Member(member) => member.path().display().fmt(f),
            Self::Given(_) => f.write_str("text"),
        }
    }
}
