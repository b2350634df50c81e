use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use serde_json::{Map, Value, json};

use super::super::testing::{annotated, annotation};
use super::*;
use crate::document::OffsetUnit;
use crate::mention::Label;

fn options(table: Table) -> ParquetOptions {
    let json = JsonOptions { distances: true, ..JsonOptions::default() };
    let provenance = Provenance { model: Some("m1".to_owned()), gazetteer: Some("g1".to_owned()) };
    ParquetOptions { table, json, provenance }
}

fn written(options: &ParquetOptions, calls: &[&[&Annotation]]) -> Vec<u8> {
    let mut part = PartWriter::new(Vec::new(), options).unwrap();
    for annotations in calls {
        part.write(annotations).unwrap();
    }
    part.finish().unwrap()
}

/// The footer of a file and its rows as JSON.
fn read(file: Vec<u8>) -> (ParquetMetaData, Vec<Value>) {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), file).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(path.reopen().unwrap()).unwrap();
    let metadata = reader.metadata().as_ref().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let rows = batches.into_iter().map(arrow_array::StructArray::from);
    (metadata, rows.flat_map(|rows| (0..rows.len()).map(|n| value(&rows, n)).collect::<Vec<_>>()).collect())
}

/// A value of a column as JSON, without nulls and empty lists in structs.
fn value(array: &dyn Array, n: usize) -> Value {
    if array.is_null(n) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(n).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(n).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(n).into(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(n);
            (0..items.len()).map(|n| value(&items, n)).collect()
        }
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            known(columns.map(|(field, column)| (field.name().clone(), value(column, n))).collect())
        }
        other => panic!("unexpected {other}"),
    }
}

fn known(object: Map<String, Value>) -> Value {
    let object = object.into_iter().map(|(key, value)| (key, without_unknown(value)));
    object.filter(|(_, value)| !value.is_null() && value != &json!([])).collect()
}

/// A value without nulls and empty lists in its objects, which Parquet cannot tell from keys that are left out.
fn without_unknown(value: Value) -> Value {
    match value {
        Value::Object(object) => known(object),
        Value::Array(items) => items.into_iter().map(without_unknown).collect(),
        other => other,
    }
}

fn as_json(annotation: &Annotation, options: JsonOptions) -> Value {
    let mut value = serde_json::to_value(annotation.to_json(options)).unwrap();
    if let Some(metadata) = value.get_mut("metadata") {
        *metadata = metadata.to_string().into();
    }
    without_unknown(value)
}

#[test]
fn documents_are_the_json_form() {
    let bare = annotated("Köln", &[("Köln", Label::Loc)]);
    let (metadata, rows) = read(written(&options(Table::Documents), &[&[&annotation(), &bare], &[], &[&bare]]));
    let expected: Vec<Value> =
        [&annotation(), &bare, &bare].into_iter().map(|a| as_json(a, options(Table::Documents).json)).collect();
    assert_eq!(Value::from(rows), Value::from(expected));
    assert_eq!(metadata.num_row_groups(), 1);

    let json = JsonOptions { offsets: OffsetUnit::Utf16, text: false, distances: false };
    let (_, rows) = read(written(&ParquetOptions { json, ..options(Table::Documents) }, &[&[&annotation()]]));
    assert_eq!(rows, [as_json(&annotation(), json)]);
}

#[test]
fn the_order_of_columns_is_that_of_the_json_form() {
    let (_, rows) = read(written(&options(Table::Documents), &[&[&annotation()]]));
    // Objects of JSON compare without order, their texts do not.
    assert_eq!(rows[0].to_string(), as_json(&annotation(), options(Table::Documents).json).to_string());
}

#[test]
fn mentions_are_the_rows_of_the_csv() {
    let annotation = annotation();
    let (_, rows) = read(written(&options(Table::Mentions), &[&[&annotation]]));
    let metadata = metadata(&annotation.document);
    let expected = super::super::mentions::rows(&annotation, OffsetUnit::CodePoints, metadata.as_deref());
    let expected: Vec<Value> = expected.iter().map(|row| without_unknown(serde_json::to_value(row).unwrap())).collect();
    assert_eq!(Value::from(rows), Value::from(expected));
    let names: Vec<_> = schema(Table::Mentions).fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, super::super::mentions::COLUMNS);
}

#[test]
fn the_same_annotations_give_the_same_bytes() {
    for table in [Table::Documents, Table::Mentions] {
        let once = || written(&options(table), &[&[&annotation()], &[&annotation()]]);
        assert!(once() == once());
    }
}

#[test]
fn parts_are_joined_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, bare) = (annotation(), annotated("Köln", &[("Köln", Label::Loc)]));
    for table in [Table::Documents, Table::Mentions] {
        let calls: [&[&Annotation]; 4] = [&[&whole], &[], &[&bare, &whole], &[&bare]];
        let parts: Vec<PathBuf> = (0..4).map(|n| folder.path().join(n.to_string())).collect();
        for (path, &annotations) in parts.iter().zip(&calls) {
            std::fs::write(path, written(&options(table), &[annotations])).unwrap();
        }
        let mut joined = Vec::new();
        join(&parts, &mut joined).unwrap();
        let (metadata, rows) = read(joined);
        let (one, expected) = read(written(&options(table), &calls));
        assert_eq!(Value::from(rows), Value::from(expected));
        let (about, one) = (metadata.file_metadata(), one.file_metadata());
        assert_eq!(about.schema(), one.schema());
        assert_eq!(about.created_by(), one.created_by());
        assert_eq!(about.key_value_metadata(), one.key_value_metadata());
        assert_eq!(metadata.num_row_groups(), 3);
        let keys = about.key_value_metadata().unwrap().iter();
        let keys: Vec<_> = keys.filter(|entry| entry.key.starts_with("dateline.")).collect();
        let values: Vec<_> = keys.iter().map(|entry| entry.value.as_deref().unwrap()).collect();
        assert_eq!(values, [VERSION.to_string().as_str(), "m1", "g1"]);
    }
}

#[test]
fn parts_that_cannot_be_joined_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let part = |name: &str, content: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let first = part("first", written(&options(Table::Documents), &[]));
    let other = part("other", written(&options(Table::Mentions), &[]));
    let provenance = Provenance::default();
    let newer = part("newer", written(&ParquetOptions { provenance, ..options(Table::Documents) }, &[]));
    let broken = part("broken", b"PAR1".to_vec());
    let failed = |parts: &[PathBuf]| join(parts, io::sink()).unwrap_err();
    assert!(matches!(failed(&[]), JoinError::NoParts));
    assert!(matches!(failed(&[first.clone(), other]), JoinError::Differs { .. }));
    assert!(failed(&[first.clone(), newer]).to_string().contains("newer: has other columns, or another version"));
    assert!(failed(&[first.clone(), broken]).to_string().contains("broken: cannot be read"));
    assert!(matches!(failed(&[folder.path().join("none")]), JoinError::Part { .. }));
    assert!(join(&[first], io::sink()).is_ok());
}

#[test]
fn batches_hold_so_many_bytes() {
    let sizes = vec![BATCH_BYTES / 2, BATCH_BYTES / 2, 1, ROW_BYTES + 1, 2 * BATCH_BYTES, 3];
    let found: Vec<_> = batches(sizes, |&size| size).collect();
    let half = BATCH_BYTES / 2;
    assert_eq!(found, [Ok(vec![half, half]), Ok(vec![1]), Err(ROW_BYTES + 1), Ok(vec![2 * BATCH_BYTES]), Ok(vec![3])]);
}

#[test]
fn errors_of_the_system_keep_their_kind() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let begun = PartWriter::new(Full, &options(Table::Documents));
    let written = begun.and_then(|mut part| part.write(&[&annotation()]).and_then(|()| part.finish().map(drop)));
    assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull);
}
