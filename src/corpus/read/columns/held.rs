//! Documents that a program holds: maps of fields, and the rows of Arrow's batches.

use std::sync::Arc;

use arrow_array::{Array as _, RecordBatch, StructArray};
use serde_json::{Map, Value};

use super::cell;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, EXPECTED_ROW, Fields};
use crate::corpus::input::InputRecord;
use crate::corpus::notes::Notes;
use crate::corpus::position::Position;

/// The document of a map of fields.
///
/// # Errors
///
/// If it has no text, or a field is not what it should be.
pub fn map(object: Map<String, Value>, position: Position, fields: &Fields) -> Result<InputRecord, ReadError> {
    fields.record(position, Ok(object), EXPECTED_OBJECT, &Notes::default())
}

/// A document a row of a batch; rows are counted on from `first`. Columns without a use are not looked at.
///
/// # Errors
///
/// If the batch has not the columns that were asked for. What is wrong with a row is in its place among the rows.
pub fn rows(
    batch: &RecordBatch,
    name: &Arc<str>,
    first: u64,
    fields: &Fields,
) -> Result<Vec<Result<InputRecord, ReadError>>, Fault> {
    let schema = batch.schema_ref();
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    fields.check_columns(names())?;
    let wanted = fields.wanted(names());
    let wanted: Vec<usize> = (0..wanted.len()).filter(|&n| wanted[n]).collect();
    let (reading, notes) = (cell::Reading::of(schema), Notes::default());
    let columns = StructArray::from(
        batch.project(&wanted).map_err(|error| Fault::Record { why: error.to_string(), expected: EXPECTED_ROW })?,
    );
    let record = |row| {
        let position = Position { source: name.clone(), line: Some(first + row as u64) };
        let object = reading.object(&columns, row, &cell::Told { fields, notes: &notes, position: &position });
        fields.record(position, object, EXPECTED_ROW, &notes)
    };
    Ok((0..columns.len()).map(record).collect())
}

/// The rows of a batch as objects: what was tagged before, to be read as annotations.
///
/// # Errors
///
/// If a value has no form in JSON.
pub fn objects(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, Fault> {
    let columns = StructArray::from(batch.clone());
    (0..columns.len()).map(|row| cell::object(&columns, row)).collect()
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Int64Array, StringArray};

    use super::*;
    use crate::corpus::input::Input;

    #[test]
    fn rows_are_documents_or_errors() {
        let columns: [(&str, ArrayRef); 3] = [
            ("id", Arc::new(Int64Array::from(vec![Some(7), None]))),
            ("text", Arc::new(StringArray::from(vec![Some("Zürich"), None]))),
            ("other", Arc::new(StringArray::from(vec!["a", "b"]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let read = rows(&batch, &"table".into(), 3, &Fields::default()).unwrap();
        let Ok(InputRecord { input: Input::Text(document), position }) = &read[0] else { panic!("{read:?}") };
        assert_eq!((document.id.as_str(), document.text.as_str(), position.line), ("7", "Zürich", Some(3)));
        assert!(
            matches!(&read[1], Ok(InputRecord { input: Input::Nothing { id }, .. }) if id == "table:4"),
            "{read:?}"
        );
        let fields = Fields { text: vec!["body".into()], ..Fields::default() };
        let fault = rows(&batch, &"table".into(), 1, &fields).unwrap_err().to_string();
        assert!(fault.contains("has no column \"body\""), "{fault}");
    }
}
