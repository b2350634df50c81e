//! What can be wrong with a gazetteer file.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Where a gazetteer came from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GazetteerOrigin {
    /// A file.
    File(PathBuf),
    /// The program itself.
    Embedded,
    /// Bytes in memory.
    Memory,
}

impl fmt::Display for GazetteerOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Embedded => f.write_str("embedded gazetteer"),
            Self::Memory => f.write_str("gazetteer in memory"),
        }
    }
}

/// Why a gazetteer could not be opened, or what is damaged in it.
///
/// Each message is one line that says which file, what was expected and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GazetteerError {
    /// There is no such file.
    #[error("{0}: no such file; check the path")]
    Missing(GazetteerOrigin),
    /// The path leads to a folder.
    #[error("{0}: is a folder; expected a gazetteer file, such as places.gaz in it")]
    Folder(GazetteerOrigin),
    /// The file can't be opened or mapped.
    #[error("{origin}: cannot be read: {source}; check its permissions")]
    Unreadable {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// What the system says.
        source: io::Error,
    },
    /// Shorter or longer than it says.
    #[error("{origin}: truncated or extended: expected {expected} bytes, found {found}; copy or build it again")]
    Length {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// Its right length in bytes; if the file ends within its header, that of the header.
        expected: u64,
        /// Its length in bytes.
        found: u64,
    },
    /// Something else than a gazetteer.
    #[error("{0}: not a gazetteer (its first bytes are others); expected a file that was built as one")]
    NotAGazetteer(GazetteerOrigin),
    /// A format that this version doesn't read.
    #[error("{origin}: has format version {found}, but this dateline reads version {expected}; build it again")]
    Version {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// The version that is read.
        expected: u32,
        /// The version of the file.
        found: u32,
    },
    /// The header's checksum is wrong.
    #[error(
        "{origin}: damaged header: expected checksum {expected:08x}, found {found:08x}; copy or build the file again"
    )]
    Header {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// The checksum that is written in the header.
        expected: u32,
        /// The checksum of what the header holds.
        found: u32,
    },
    /// The bytes don't begin where their numbers can be read.
    #[error("{origin}: begins at an address that is no multiple of {expected}; embed it in an aligned static")]
    Misaligned {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// The alignment that is needed, in bytes.
        expected: usize,
    },
    /// A section of the file is not what it was when it was written, or was written wrongly.
    #[error("{origin}: damaged section `{section}`: {what}; copy or build the file again")]
    Damaged {
        /// Which gazetteer.
        origin: GazetteerOrigin,
        /// The section's name.
        section: &'static str,
        /// What was expected and what was found.
        what: String,
    },
}
