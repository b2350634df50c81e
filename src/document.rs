//! Documents, and places in their text.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::language::Language;

/// A text to be tagged, with what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What the output calls the document: an id of the caller's, or the path that it was read from.
    pub id: String,
    /// The text. All spans are places in it.
    pub text: String,
    /// The headline, if it is known apart from the text.
    pub title: Option<String>,
    /// When the document was published, as its source writes it.
    pub date: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// What else its record holds that is carried through to the output.
    pub metadata: Map<String, Value>,
    /// The language that it is in, if that was asked for and could be told.
    pub language: Option<Language>,
}

impl Document {
    /// A document of which nothing is known but its text.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), ..Self::default() }
    }
}

/// A half-open range of bytes of a document's text, both ends on character borders.
///
/// This is the one offset type inside the crate; [`OffsetMap`] makes other units of it at the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The range from `start` to before `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The part of the text that the span covers.
    ///
    /// # Panics
    ///
    /// If the span does not belong to the text.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same stretch of a text that begins `offset` bytes earlier.
    pub const fn shifted(self, offset: usize) -> Self {
        Self::new(self.start + offset, self.end + offset)
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The unit of the offsets in the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum OffsetUnit {
    /// Unicode code points, as in Python.
    #[default]
    #[cfg_attr(feature = "cli", value(name = "codepoints"))]
    CodePoints,
    /// Bytes, as in Rust and Go.
    Utf8,
    /// UTF-16 units, as in JavaScript and Java.
    Utf16,
}

/// Bytes of what is carried through with a document, about: as JSON.
pub fn metadata_weight(metadata: &Map<String, Value>) -> usize {
    if metadata.is_empty() { 0 } else { serde_json::to_vec(metadata).map_or(0, |json| json.len()) }
}

/// Turns byte offsets of one text into another unit.
///
/// Positions are counted from the nearest earlier one of a table with an entry every 512 bytes, so that a conversion
/// takes bounded time however long the text.
pub struct OffsetMap<'t> {
    text: &'t str,
    unit: OffsetUnit,
    /// Units before each step of the table, counted to the character border at or before the step.
    table: Vec<usize>,
}

const STEP: usize = 512;

impl<'t> OffsetMap<'t> {
    /// Prepares for a text.
    pub fn new(text: &'t str, unit: OffsetUnit) -> Self {
        let mut table = Vec::new();
        if unit != OffsetUnit::Utf8 && !text.is_ascii() {
            let mut counted = 0;
            let mut from = 0;
            for step in (0..=text.len()).step_by(STEP) {
                let to = text.floor_char_boundary(step);
                counted += count(&text[from..to], unit);
                table.push(counted);
                from = to;
            }
        }
        Self { text, unit, table }
    }

    /// The offset of a byte of the text, in the unit of this map.
    ///
    /// # Panics
    ///
    /// If the byte is not on a character border of the text.
    pub fn convert(&self, byte: usize) -> usize {
        match self.table.get(byte / STEP) {
            None => byte,
            Some(before) => {
                let from = self.text.floor_char_boundary(byte / STEP * STEP);
                before + count(&self.text[from..byte], self.unit)
            }
        }
    }
}

impl OffsetMap<'_> {
    /// The byte of the text that has an offset, in the unit of this map; `None` if the text has no character border
    /// there.
    pub fn byte(&self, offset: usize) -> Option<usize> {
        if self.table.is_empty() {
            return self.text.is_char_boundary(offset).then_some(offset);
        }
        // The last step that is not behind it.
        let step = self.table.partition_point(|&before| before <= offset).checked_sub(1)?;
        let from = self.text.floor_char_boundary(step * STEP);
        let mut at = self.table[step];
        let rest = &self.text[from..];
        let borders = rest.char_indices().map(|(byte, c)| {
            let here = (at, byte);
            at += width(c, self.unit);
            here
        });
        // The end of the text is a border too.
        let found = borders.take_while(|(at, _)| *at <= offset).last().filter(|(at, _)| *at == offset);
        match found {
            Some((_, byte)) => Some(from + byte),
            None => (self.table[step] + count(rest, self.unit) == offset).then_some(self.text.len()),
        }
    }
}

fn width(c: char, unit: OffsetUnit) -> usize {
    match unit {
        OffsetUnit::Utf8 => c.len_utf8(),
        OffsetUnit::CodePoints => 1,
        OffsetUnit::Utf16 => c.len_utf16(),
    }
}

fn count(text: &str, unit: OffsetUnit) -> usize {
    match unit {
        OffsetUnit::Utf8 => text.len(),
        OffsetUnit::CodePoints => text.chars().count(),
        OffsetUnit::Utf16 => text.chars().map(char::len_utf16).sum(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn offsets_of_each_unit() {
        let text = "Zürich 🗻 Köln";
        let byte = text.find("Köln").unwrap();
        assert_eq!(byte, 13);
        assert_eq!(OffsetMap::new(text, OffsetUnit::Utf8).convert(byte), 13);
        assert_eq!(OffsetMap::new(text, OffsetUnit::CodePoints).convert(byte), 9);
        assert_eq!(OffsetMap::new(text, OffsetUnit::Utf16).convert(byte), 10);
        // Inside of a character.
        assert_eq!(OffsetMap::new(text, OffsetUnit::Utf16).byte(8), None);
        assert_eq!(OffsetMap::new(text, OffsetUnit::Utf8).byte(2), None);
    }

    proptest! {
        #[test]
        fn offsets_agree_with_counting(parts in proptest::collection::vec("\\PC{0,40}", 0..60)) {
            let text = parts.concat();
            for unit in [OffsetUnit::CodePoints, OffsetUnit::Utf8, OffsetUnit::Utf16] {
                let map = OffsetMap::new(&text, unit);
                for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    prop_assert_eq!(map.convert(byte), count(&text[..byte], unit));
                    prop_assert_eq!(map.byte(map.convert(byte)), Some(byte));
                }
                prop_assert_eq!(map.byte(count(&text, unit) + 1), None);
            }
        }
    }
}
