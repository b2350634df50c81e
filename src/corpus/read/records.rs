//! Documents that may have been tagged before, whose places are then taken as they are.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::Arc;

use arrow_array::{Array as _, StructArray};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::cell;
use super::jsonl::{self, because};
use super::parquet::{Progress, batch_rows, check_parts, damaged, guarded, opened, undecoded};
use crate::annotation::Annotation;
use crate::checked_parquet;
use crate::corpus::bytes::{Bytes, Consumed};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields};
use crate::corpus::input::{Input, InputRecord, Records};
use crate::corpus::position::Position;
use crate::corpus::source::Source;
use crate::document::OffsetUnit;

/// The documents of a JSONL stream. A line with `entities` was tagged before.
pub(super) struct Lines {
    lines: jsonl::Lines,
    fields: Fields,
    offsets: OffsetUnit,
}

impl Lines {
    /// `offsets`: the unit that what was tagged was written with.
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, offsets: OffsetUnit) -> Self {
        Self { lines: jsonl::Lines::new(name, bytes, &fields), fields, offsets }
    }
}

/// The keys that tell documents that were tagged from others: a field `entities` may be anybody's.
const ENTITIES: &str = "entities";
const RELATIONS: &str = "relations";

impl Records for Lines {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let (fields, offsets) = (&self.fields, self.offsets);
        let read = self.lines.next_text(|text| {
            // The words may stand in the text of a document as well.
            let tagged = text.contains("\"entities\"") && text.contains("\"relations\"");
            match tagged.then(|| Annotation::from_json(text, offsets)) {
                Some(Ok(annotation)) => Ok(Ok(annotation)),
                tagged => match jsonl::object(text) {
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
            Ok(Err(object)) => fields.record(position, Ok(object), EXPECTED_OBJECT),
            Err(fault) => Err(fault.at(position)),
        }))
    }

    fn skip_record(&mut self) -> bool {
        self.lines.skip()
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

/// Whether the documents of a Parquet file were tagged before.
pub(super) fn is_tagged(source: &Source) -> Result<bool, Fault> {
    // What is no file is read once only, and standard input is no table of ours.
    let Source::File(path) = source else { return Ok(false) };
    let Ok(file) = File::open(path) else { return Ok(false) };
    let Ok(builder) = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)) else {
        // The reader of texts tells what is wrong with it.
        return Ok(false);
    };
    let named = |name: &str| builder.schema().field_with_name(name).ok();
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

/// The documents of a Parquet file that tagging wrote.
///
/// Its rows become JSON and are read as such: there is one way to read what tagging wrote.
pub(super) struct Rows {
    name: Arc<str>,
    max_chars: usize,
    offsets: OffsetUnit,
    batches: ParquetRecordBatchReader,
    /// Rows that are decoded.
    decoded: VecDeque<Result<Annotation, Fault>>,
    row: u64,
    rows: u64,
    progress: Progress,
    ended: bool,
}

impl Rows {
    pub fn new(
        name: Arc<str>,
        source: &Source,
        fields: &Fields,
        consumed: &Consumed,
        offsets: OffsetUnit,
    ) -> Result<Self, Fault> {
        let (file, bytes, progress) = opened(source, consumed)?;
        let (batches, rows) = guarded(|| {
            checked_parquet::verify(&file).map_err(damaged)?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
            check_parts(builder.metadata(), bytes)?;
            let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
            let schema = builder.parquet_schema();
            let wanted = schema.columns().iter().enumerate().filter(|(_, leaf)| {
                let parts = leaf.path().parts();
                parts.first().is_some_and(|root| COLUMNS.contains(&root.as_str()))
                    && parts.iter().all(|part| part != "alternatives")
            });
            let mask = ProjectionMask::leaves(schema, wanted.map(|(n, _)| n).collect::<Vec<_>>());
            let batch = batch_rows(builder.metadata());
            let batches = builder.with_projection(mask).with_batch_size(batch).build().map_err(damaged)?;
            Ok((batches, rows))
        })?;
        Ok(Self {
            name,
            max_chars: fields.max_chars,
            offsets,
            batches,
            decoded: VecDeque::new(),
            row: 0,
            rows,
            progress,
            ended: false,
        })
    }

    fn decode(&mut self) -> Result<(), Fault> {
        let batch = guarded(|| self.batches.next().transpose().map_err(undecoded))?;
        let Some(batch) = batch.map(StructArray::from) else {
            self.ended = true;
            return Ok(());
        };
        // Damaged columns may panic where they are looked into.
        let annotation = |row| {
            let object = guarded(|| cell::object(&batch, row))?;
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
                self.progress.tell(1, 1);
                return Some(Err(fault.at(Position { source: self.name.clone(), line: Some(self.row + 1) })));
            }
        }
        let record = self.decoded.pop_front()?;
        self.row += 1;
        self.progress.tell(self.row, self.rows);
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
        let mut records = Lines::new("a.jsonl".into(), bytes, Fields::default(), OffsetUnit::CodePoints);
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
            r#"{"id": "four", "entities": [], "relations": [], "text": NaN}"#,
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
