//! Documents that may have been tagged before, whose places are then taken as they are.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{Array as _, StructArray};
use arrow_schema::{DataType, Schema};

use super::columns::{Batches, Table, Wanted, cell, guarded};
use super::json::{self, because};
use crate::annotation::Annotation;
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields, Metadata};
use crate::corpus::input::{Input, InputRecord, Records};
use crate::corpus::notes::Notes;
use crate::corpus::position::Position;
use crate::document::OffsetUnit;

/// The documents of a stream of JSON objects. One with `entities` was tagged before.
pub(super) struct Lines {
    objects: json::Objects,
    notes: Notes,
    fields: Fields,
    offsets: OffsetUnit,
}

impl Lines {
    /// `offsets`: the unit that what was tagged was written with.
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, offsets: OffsetUnit, notes: Notes) -> Self {
        Self { objects: json::Objects::new(name, bytes, &fields, notes.clone()), notes, fields, offsets }
    }
}

/// The keys that tell documents that were tagged from others: a field `entities` may be anybody's.
const ENTITIES: &str = "entities";
const RELATIONS: &str = "relations";

impl Records for Lines {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let (fields, offsets) = (&self.fields, self.offsets);
        let read = self.objects.next_text(|text| {
            // The words may stand in the text of a document as well.
            let tagged = text.contains("\"entities\"") && text.contains("\"relations\"");
            match tagged.then(|| Annotation::from_json(text, offsets)) {
                Some(Ok(annotation)) => Ok(Ok(annotation)),
                tagged => match json::object(text) {
                    Ok(object) if object.contains_key(ENTITIES) && object.contains_key(RELATIONS) => {
                        let why = tagged.and_then(Result::err).map_or(String::new(), |error| because(&error));
                        Err(Fault::untagged(why))
                    }
                    Ok(object) => Ok(Err(object)),
                    Err(fault) => Err(fault),
                },
            }
        })?;
        Some(read.and_then(|(position, line)| match line {
            Ok(Ok(annotation)) => tagged(position, annotation, fields.max_chars),
            Ok(Err(object)) => fields.record(position, Ok(object), EXPECTED_OBJECT, &self.notes),
            Err(fault) => Err(fault.at(position)),
        }))
    }

    fn skip_record(&mut self) -> bool {
        self.objects.skip()
    }
}

fn tagged(position: Position, mut annotation: Annotation, max_chars: usize) -> Result<InputRecord, ReadError> {
    if annotation.id.is_empty() {
        annotation.id = position.to_string();
    }
    if annotation.text.as_ref().is_some_and(|text| text.chars().nth(max_chars).is_some()) {
        return Err(ReadError { position, id: Some(annotation.id), fault: Fault::TooLong { most: max_chars } });
    }
    Ok(InputRecord { position, input: Input::Tagged(Box::new(annotation)) })
}

/// Columns that tell tables of names, which tagging writes too, from tables of documents.
pub(super) const OF_NAMES: [&str; 4] = ["document", "start", "place_id", "contained_in"];

/// What is wrong with a table of names.
pub(super) fn table_of_names() -> Fault {
    Fault::untagged("is a table of names, whose texts are no documents")
}

/// Whether the documents of a file of columns were tagged before.
pub(super) fn is_tagged(schema: &Schema) -> Result<bool, Fault> {
    let named = |name: &str| schema.field_with_name(name).ok();
    let flat = OF_NAMES.iter().all(|name| named(name).is_some());
    if flat && named("text").is_some() {
        return Err(table_of_names());
    }
    let is_list =
        |name| named(name).is_some_and(|field| matches!(field.data_type(), DataType::List(_) | DataType::LargeList(_)));
    Ok(is_list(ENTITIES) && is_list(RELATIONS))
}

/// The columns that records are made of.
const COLUMNS: [&str; 9] = ["id", "title", "date", "source", "url", "language", "text", ENTITIES, RELATIONS];

/// The column that is read where some of it is asked for: it may be text, or a struct with fields of any name.
const METADATA: &str = "metadata";

/// The documents of a file of columns that tagging wrote.
///
/// Its rows become JSON and are read as such: there is one way to read what tagging wrote.
pub(super) struct Rows {
    name: Arc<str>,
    kind: &'static str,
    max_chars: usize,
    offsets: OffsetUnit,
    batches: Box<dyn Batches>,
    /// Rows that are decoded.
    decoded: VecDeque<Result<Annotation, Fault>>,
    row: u64,
    ended: bool,
}

impl Rows {
    pub fn new(
        name: Arc<str>,
        kind: &'static str,
        table: Box<dyn Table>,
        fields: &Fields,
        offsets: OffsetUnit,
    ) -> Result<Self, Fault> {
        let schema = table.schema();
        let wanted = |name: &str| match name {
            METADATA => fields.metadata != Metadata::None,
            name => COLUMNS.contains(&name),
        };
        let columns = schema.fields().iter().map(|field| wanted(field.name())).collect();
        let batches = table.batches(&Wanted { columns, without: Some((ENTITIES, "alternatives")) })?;
        let decoded = VecDeque::new();
        Ok(Self { name, kind, max_chars: fields.max_chars, offsets, batches, decoded, row: 0, ended: false })
    }

    fn decode(&mut self) -> Result<(), Fault> {
        let next = guarded(self.kind, || self.batches.next_batch())?;
        let Some(batch) = next.map(StructArray::from) else {
            self.ended = true;
            return Ok(());
        };
        // Damaged columns may panic where they are looked into.
        let annotation = |row| {
            let object = guarded(self.kind, || cell::object(&batch, row))?;
            serde_json::from_value(object.into()).map_err(|error| Fault::untagged(because(&error)))
        };
        self.decoded = (0..batch.len()).map(annotation).collect();
        Ok(())
    }
}

impl Records for Rows {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        while self.decoded.is_empty() && !self.ended {
            if let Err(fault) = self.decode() {
                self.ended = true;
                self.batches.tell(u64::MAX);
                return Some(Err(fault.at(Position { source: self.name.clone(), line: Some(self.row + 1) })));
            }
        }
        let record = self.decoded.pop_front()?;
        self.row += 1;
        self.batches.tell(self.row);
        let position = Position { source: self.name.clone(), line: Some(self.row) };
        Some(match record {
            Ok(annotation) => tagged(position, Annotation { offsets: self.offsets, ..annotation }, self.max_chars),
            Err(fault) => Err(fault.at(position)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read_lines(content: &str) -> Vec<Result<Input, String>> {
        let bytes: Bytes = Box::new(Cursor::new(content.as_bytes().to_vec()));
        let mut records =
            Lines::new("a.jsonl".into(), bytes, Fields::default(), OffsetUnit::CodePoints, Notes::default());
        std::iter::from_fn(|| records.next_record())
            .map(|read| read.map(|record| record.input).map_err(|error| error.to_string()))
            .collect()
    }

    #[test]
    fn lines_with_entities_were_tagged_and_others_are_texts() {
        let found = read_lines(concat!(
            r#"{"id": "one", "text": "Köln", "entities": [{"start": 0, "end": 4, "text": "Köln", "label": "LOC"}], "relations": []}"#,
            "\n\n",
            r#"{"id": "two", "text": "Its \"entities\" are in the text."}"#,
            "\n",
            r#"{"id": "three", "text": "a", "entities": [{"start": "x"}], "relations": []}"#,
            "\n",
            r#"{"id": "four", "entities": [], "relations": [], "text": None}"#,
            "\n",
            r#"{"id": "five", "text": "With entities of its own.", "entities": ["Köln"]}"#,
            "\n"
        ));
        let first = found[0].as_ref().unwrap();
        assert!(matches!(first, Input::Tagged(record) if record.entities[0].text == "Köln"), "{first:?}");
        assert_eq!((first.id(), first.text()), ("one", "Köln"));
        let second = found[1].as_ref().unwrap();
        assert!(matches!(second, Input::Text(document) if document.text.starts_with("Its")), "{second:?}");
        let third = found[2].as_ref().unwrap_err();
        assert!(
            third.starts_with("a.jsonl:4: was not written by `dateline tag`: ") && third.contains("expected"),
            "{third}"
        );
        assert!(found[3].as_ref().unwrap_err().starts_with("a.jsonl:5: "));
        assert!(matches!(found[4], Ok(Input::Text(_))));
    }
}
