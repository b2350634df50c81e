//! Why layers cannot be written.

use std::io;

/// Why layers cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Several layers in a format that holds one.
    #[error(
        "{0} layers in one file of this format, which holds one; expected one, or a format that holds several, .gpkg, .kml \
         or .html"
    )]
    Layers(usize),
    /// A format that is no stream.
    #[error("this format is no stream; expected a path to write to")]
    NoStream,
    /// A page without what it is made of.
    #[error("a page needs the packages that it is made of; expected them to be found or fetched before")]
    NoPage,
    /// The system cannot write.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A library cannot encode something.
    #[error("cannot be encoded ({0}); expected that any layer can be: report it, with the input")]
    Encoding(String),
}

impl WriteError {
    pub(super) fn encoding(error: impl std::fmt::Display) -> Self {
        Self::Encoding(error.to_string())
    }
}
