//! Why a document could not be read.

use std::io;

use super::bytes::Foreign;
use super::position::Position;
pub use crate::annotation::names::Untagged;
use crate::remote::StoreError;

/// Why a document could not be read, and which one.
#[derive(Debug, thiserror::Error)]
#[error("{position}: {fault}")]
pub struct ReadError {
    /// Where it stands.
    pub position: Position,
    /// Its id, if that much could be read.
    pub id: Option<String>,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a document, a file or a record in it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no such file.
    #[error("no such file; expected a file, a folder or - for standard input: check the path")]
    Missing,
    /// A folder with nothing to read in it.
    #[error("no file in this folder is asked for; expected files that are not hidden")]
    EmptyFolder,
    /// What lies in an object store cannot be read.
    #[error(transparent)]
    Store(StoreError),
    /// A folder cannot be walked.
    #[error("the folder cannot be read ({0}); expected one that can be listed: check its permissions")]
    Walk(String),
    /// A pipe, a socket or a device in a folder.
    #[error("is no ordinary file; expected files in the folder: name it itself if it is to be read")]
    Special,
    /// The system cannot read it, or its compression is damaged.
    #[error("cannot be read ({0}); expected a readable, undamaged file: check its permissions, or copy it anew")]
    Io(#[source] io::Error),
    /// The bytes are not UTF-8.
    #[error("byte {byte} is not UTF-8; expected UTF-8 text: convert it, with iconv for example")]
    NotUtf8 {
        /// The first wrong byte, counted from 0 in the file, line or field.
        byte: usize,
    },
    /// The file has zero bytes: it is no text.
    #[error("has a zero byte at {byte}, so it is a binary file; expected UTF-8 text: extract its text first")]
    Binary {
        /// The first zero byte.
        byte: usize,
    },
    /// What is to be read as text is plainly something else.
    #[error("looks like {0}, not like text; expected plain text")]
    NoText(&'static str),
    /// A kind of file that is known, but not read.
    #[error("is {}; expected text, JSON, CSV, Parquet, Arrow, Avro, HTML or a web archive: {}", .0.name(), .0.advice())]
    Foreign(Foreign),
    /// A record has no text, or is none.
    #[error("{why}; expected {expected}")]
    Record {
        /// What is wrong with it.
        why: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A record is not what tagging gives.
    #[error("{0}; expected a document as tagging writes it, with \"text\" and \"entities\"")]
    Untagged(Untagged),
    /// A kind of file in which annotations don't come.
    #[error("is read as {0}; expected a .jsonl file that `dateline tag` wrote")]
    NotTagged(&'static str),
    /// A record of a web archive is not what it says.
    #[error("{0}; expected a record that agrees with its headers: fetch the page anew, or leave it out")]
    Page(String),
    /// More text than is wanted.
    #[error("has more than {most} characters; expected a document")]
    TooLong {
        /// Characters that are allowed.
        most: usize,
    },
    /// A file is not of its kind.
    #[error("{why}; expected a {kind} file")]
    Damaged {
        /// What its reader said.
        why: String,
        /// The kind that its name or the caller says.
        kind: &'static str,
    },
}

impl Fault {
    /// The fault of a record that tagging did not write.
    pub(super) fn untagged(why: impl Into<String>) -> Self {
        Self::Untagged(Untagged::Other(why.into()))
    }

    /// The error of a document at a position whose id is not known.
    pub(super) fn at(self, position: Position) -> ReadError {
        ReadError { position, id: None, fault: self }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if let Some(told) = error.get_ref().and_then(|error| error.downcast_ref::<StoreError>()) {
            return Self::Store(told.clone());
        }
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Io(error),
        }
    }
}
