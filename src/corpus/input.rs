//! What is read: a document, where it stands, and what is known of it.

use super::error::{Fault, ReadError};
use super::position::Position;
use crate::annotation::Annotation;
use crate::document::Document;
use crate::ner::recogniser::Decoded;

/// A record of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct InputRecord {
    /// Where it stands.
    pub position: Position,
    /// What was read there.
    pub input: Input,
}

/// What is known of a document before the work on it.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A text to be tagged.
    Text(Document),
    /// A text whose names are known: only its places are to be found. Positions in figures are not among the names: they are
    /// found anew with the places.
    Named(Document, Decoded),
    /// What was tagged before, to be taken as it is.
    Tagged(Box<Annotation>),
    /// A record that has no text, though it has a place for one: there is nothing to be done with it.
    Nothing {
        /// What it is called.
        id: String,
    },
}

impl Input {
    /// What the document is called.
    pub fn id(&self) -> &str {
        match self {
            Self::Text(document) | Self::Named(document, _) => &document.id,
            Self::Tagged(annotation) => &annotation.id,
            Self::Nothing { id } => id,
        }
    }

    /// Its text; nothing of what was tagged before and written without it.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(document) | Self::Named(document, _) => &document.text,
            Self::Tagged(annotation) => annotation.text.as_deref().unwrap_or_default(),
            Self::Nothing { .. } => "",
        }
    }

    /// The document alone.
    #[cfg(test)]
    pub(super) fn into_document(self) -> Document {
        match self {
            Self::Text(document) | Self::Named(document, _) => document,
            Self::Tagged(annotation) => annotation.into_document(),
            Self::Nothing { id } => Document::new(id, ""),
        }
    }
}

/// The documents of one source, one after the other.
///
/// One that cannot be read is an error in the stream, and the stream goes on behind it. What is empty (a blank line) is
/// no record.
pub trait Records: Send {
    /// The next document, or why it cannot be read; `None` behind the last.
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>>;

    /// Passes over the next record; `false` behind the last. Cheaper than reading it where a format allows.
    fn skip_record(&mut self) -> bool {
        self.next_record().is_some()
    }
}

/// One record, made when it is asked for, or none.
pub(super) struct One<F>(Option<F>);

impl<F: FnOnce() -> Result<InputRecord, ReadError> + Send> One<F> {
    pub fn new(make: F) -> Self {
        Self(Some(make))
    }
}

impl One<fn() -> Result<InputRecord, ReadError>> {
    /// None at all.
    pub fn none() -> Self {
        Self(None)
    }
}

impl<F: FnOnce() -> Result<InputRecord, ReadError> + Send> Records for One<F> {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
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
