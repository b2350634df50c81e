use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use serde_json::Value;

use super::*;
use crate::annotation::PlaceDistance;
use crate::annotation::testing::{annotated, annotation, annotation_in};
use crate::document::OffsetUnit;
use crate::mention::Label;

fn options(table: Table) -> ParquetOptions {
    let provenance =
        Provenance { model: Some("m1".to_owned()), gazetteer: Some("g1".to_owned()), ..Provenance::default() };
    ParquetOptions { table, provenance, metadata: None }
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

/// A value of a column as JSON.
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
            columns.map(|(field, column)| (field.name().clone(), value(column, n))).collect()
        }
        other => panic!("unexpected {other}"),
    }
}

/// The JSON form as a table has it: metadata as text, and no explanations.
fn as_json(annotation: &Annotation) -> Value {
    let mut value: Value = serde_json::from_str(&annotation.to_json()).unwrap();
    let object = value.as_object_mut().unwrap();
    object.shift_remove("explanations");
    if !object["metadata"].is_null() {
        object["metadata"] = object["metadata"].to_string().into();
    }
    value
}

/// Everything, the least, and texts that were left out.
fn annotations() -> [Annotation; 3] {
    let bare = annotated("Köln", &[("Köln", Label::Loc)]);
    let mut without_text = annotation_in(OffsetUnit::Utf16);
    without_text.text = None;
    without_text.distances = Some(vec![PlaceDistance { from: 0, to: 1, km: 45.1 }]);
    without_text.distances_left_out = Some(3);
    [annotation(), bare, without_text]
}

#[test]
fn documents_are_the_json_form_key_by_key_in_its_order() {
    let all = annotations();
    let [a, b, c] = &all;
    let (metadata, rows) = read(written(&options(Table::Documents), &[&[a, b], &[], &[c]]));
    // Objects of JSON compare without order, their texts do not.
    let texts: Vec<String> = rows.iter().map(Value::to_string).collect();
    assert_eq!(texts, all.iter().map(|annotation| as_json(annotation).to_string()).collect::<Vec<_>>());
    assert_eq!(metadata.num_row_groups(), 1);
}

#[test]
fn a_batch_is_the_table_of_documents() {
    let all = annotations();
    let batch = to_record_batch(&all).unwrap();
    assert_eq!(batch.schema(), schema(Table::Documents));
    let rows = arrow_array::StructArray::from(batch);
    let texts: Vec<String> = (0..rows.len()).map(|n| value(&rows, n).to_string()).collect();
    assert_eq!(texts, all.iter().map(|annotation| as_json(annotation).to_string()).collect::<Vec<_>>());
}

#[test]
fn mentions_are_the_rows_of_the_csv() {
    let annotation = annotation();
    let (_, rows) = read(written(&options(Table::Mentions), &[&[&annotation]]));
    let metadata = metadata(&annotation);
    let expected = super::super::mentions::rows(&annotation, metadata.as_deref());
    let expected: Vec<Value> = expected.iter().map(|row| serde_json::to_value(row).unwrap()).collect();
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
        assert_eq!(about.key_value_metadata().map(Vec::len), one.key_value_metadata().map(Vec::len));
        assert_eq!(metadata.num_row_groups(), 3);
        let keys = about.key_value_metadata().unwrap().iter();
        let keys: Vec<_> = keys
            .filter(|entry| entry.key.starts_with("dateline.") && entry.key != crate::checked_parquet::KEY)
            .collect();
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
