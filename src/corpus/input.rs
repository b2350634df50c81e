//! What is read: a document and where it stands.

use super::error::{Fault, ReadError};
use super::position::Position;
use crate::annotation::record::Record;
use crate::document::Document;
use crate::mention::Mention;

/// A document to be tagged.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where it stands.
    pub position: Position,
    /// The document.
    pub document: Document,
    /// Its names, of a document that was tagged before: in order, without overlap and without positions in figures,
    /// which are found anew with the places.
    pub mentions: Vec<Mention>,
    /// All that is known of it, of a document that was tagged before and is to be taken as it is. The document has its
    /// name then, and no text.
    pub record: Option<Box<Record>>,
}

impl Input {
    /// A document of which nothing is known but what it says.
    pub fn untagged(position: Position, document: Document) -> Self {
        Self { position, document, mentions: Vec::new(), record: None }
    }
}

/// The documents of one source, one after the other.
///
/// One that cannot be read is an error in the stream, and the stream goes on behind it. What is empty (a blank line) is
/// no record.
pub trait Records: Send {
    /// The next document, or why it cannot be read; `None` behind the last.
    fn next_record(&mut self) -> Option<Result<Input, ReadError>>;

    /// Passes over the next record; `false` behind the last. Cheaper than reading it where a format allows.
    fn skip_record(&mut self) -> bool {
        self.next_record().is_some()
    }
}

/// One record, made when it is asked for.
pub(super) struct One<F>(Option<F>);

impl<F: FnOnce() -> Result<Input, ReadError> + Send> One<F> {
    pub fn new(make: F) -> Self {
        Self(Some(make))
    }
}

impl<F: FnOnce() -> Result<Input, ReadError> + Send> Records for One<F> {
    fn next_record(&mut self) -> Option<Result<Input, ReadError>> {
        self.0.take().map(|make| make())
    }

    fn skip_record(&mut self) -> bool {
        self.0.take().is_some()
    }
}

/// A document of at most so many characters.
pub(super) fn of_length(document: Document, most: usize) -> Result<Document, Fault> {
    // Characters have one byte at least.
    if document.text.len() > most && document.text.chars().nth(most).is_some() {
        return Err(Fault::TooLong { most });
    }
    Ok(document)
}
