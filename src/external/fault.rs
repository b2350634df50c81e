//! What is wrong with a file that should be the one that was published.

use std::io;

use crate::message::one_line;

/// What is wrong with a file. Displays as what follows "it" in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileFault {
    /// No such file.
    #[error("does not exist")]
    Missing,
    /// A folder or a device.
    #[error("is not a file")]
    NotAFile,
    /// The system does not let it be read.
    #[error("cannot be read ({})", one_line(.why))]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// Not the size of the file that was published: cut off or altered.
    #[error("has {got} bytes instead of {expected}")]
    WrongSize {
        /// The size of the file that was published.
        expected: u64,
        /// The size of the file.
        got: u64,
    },
    /// Not the file that was published.
    #[error("has been altered (SHA-256 {got}, expected {expected})")]
    WrongHash {
        /// The SHA-256 of the file that was published, in hexadecimal.
        expected: String,
        /// The SHA-256 of the file, in hexadecimal.
        got: String,
    },
}

impl From<io::Error> for FileFault {
    fn from(why: io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable { why: why.to_string() },
        }
    }
}
