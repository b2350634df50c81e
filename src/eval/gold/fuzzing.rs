//! Any bytes as a marked corpus: what the fuzz target in `tests/fuzz` and the tests run. Public for these only.

use super::corpus::{Casing, Column, Format, GoldOptions, TextForm};
use super::read;
use crate::document::OffsetUnit;

/// Reads any bytes as a corpus of each format and in each form of text. Nothing of it may panic, and what is read holds
/// together.
pub fn exercise(bytes: &[u8]) {
    let formats = [None, Some(Format::Conll), Some(Format::ConlluPlus), Some(Format::Hipe), Some(Format::Jsonl)];
    let columns = [None, Some(Column::Number(2)), Some(Column::Name("NE".to_owned()))];
    for (n, format) in formats.into_iter().enumerate() {
        for (m, column) in columns.iter().enumerate() {
            for text in [TextForm::Running, TextForm::Spaced] {
                let casing = [Casing::AsIs, Casing::Lower, Casing::Upper][m];
                let offsets = [OffsetUnit::CodePoints, OffsetUnit::Utf8, OffsetUnit::Utf16][n % 3];
                let options = GoldOptions { format, column: column.clone(), text, casing, offsets };
                let Ok(gold) = read("fuzz", bytes, &options) else { continue };
                for document in gold.documents {
                    let text = &document.document.text;
                    let mut end = 0;
                    for (span, _) in document.names {
                        assert!(span.start >= end && !span.of(text).is_empty(), "names in order and without overlap");
                        end = span.end;
                    }
                    assert!(
                        document.sentences.is_sorted() && document.sentences.iter().all(|at| text.get(*at..).is_some())
                    );
                }
            }
        }
    }
}
