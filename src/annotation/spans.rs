//! Where the names of an annotation stand in its text, as bytes.

use super::Annotation;
use crate::document::{OffsetMap, Span};

/// The text of an annotation, with offsets in its unit.
pub struct SpannedText<'a> {
    /// The text; empty where it was left out.
    pub text: &'a str,
    offsets: OffsetMap<'a>,
    #[cfg(any(feature = "corpus", feature = "eval"))]
    code_points: OffsetMap<'a>,
}

impl<'a> SpannedText<'a> {
    /// Prepares for the text of an annotation.
    pub fn of(annotation: &'a Annotation) -> Self {
        let text = annotation.text.as_deref().unwrap_or_default();
        Self {
            text,
            offsets: OffsetMap::new(text, annotation.offsets),
            #[cfg(any(feature = "corpus", feature = "eval"))]
            code_points: OffsetMap::new(text, crate::document::OffsetUnit::CodePoints),
        }
    }

    /// The bytes between two offsets; `None` if the text has no such place: an annotation that was read of a file may say
    /// anything.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        let span = self.offsets.byte(start).zip(self.offsets.byte(end)).map(|(start, end)| Span { start, end });
        span.filter(|span| span.start <= span.end)
    }

    /// The code points before a byte.
    ///
    /// # Panics
    ///
    /// If the byte is not on a character border of the text.
    #[cfg(any(feature = "corpus", feature = "eval"))]
    pub fn code_points(&self, byte: usize) -> usize {
        self.code_points.convert(byte)
    }
}
