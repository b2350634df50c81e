//! A place that documents come from.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::Member;
use super::remote::Remote;
use crate::corpus::error::Fault;
use crate::remote::Address;

/// The files of a source; of what is none, its name and why.
pub(in crate::corpus) type Files = Box<dyn Iterator<Item = Result<Source, (String, Fault)>> + Send>;

/// Where documents come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input, called `-`.
    Stdin,
    /// A file.
    File(PathBuf),
    /// A file in a zip archive.
    Member(Member),
    /// What lies in an object store.
    Remote(Remote),
    /// A text that was given as it is, called `text`.
    Given(Arc<str>),
}

impl Source {
    /// The path whose name says something of what is in it.
    pub(in crate::corpus) fn path(&self) -> Option<Cow<'_, Path>> {
        match self {
            Self::File(path) => Some(path.into()),
            Self::Member(member) => Some(member.path().into()),
            Self::Remote(remote) => Some(remote.address().path().into()),
            Self::Stdin | Self::Given(_) => None,
        }
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            return Self::Stdin;
        }
        match path.to_str().and_then(Address::of) {
            Some(address) => Self::Remote(Remote::new(address)),
            None => Self::File(path),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
            Self::Member(member) => member.path().display().fmt(f),
            Self::Remote(remote) => remote.address().fmt(f),
            Self::Given(_) => f.write_str("text"),
        }
    }
}
