//! Apache Parquet. Only the columns that have a use are read, a few rows at a time.

use std::fs;
use std::io;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::table::{Batches, Progress, Table, Wanted, broken, guarded, in_any_order};
use crate::checked_parquet;
use crate::corpus::bytes::{Consumed, Opened};
use crate::corpus::error::Fault;
use crate::corpus::source::Source;

const KIND: &str = "Parquet";

/// Rows that are decoded at once, at most, and the bytes that they take together in the mean, at most.
const BATCH_ROWS: u64 = 64;
const BATCH_BYTES: u64 = 8 << 20;

/// A Parquet file that was opened.
pub(super) struct File {
    builder: ParquetRecordBatchReaderBuilder<fs::File>,
    rows: u64,
    progress: Progress,
}

impl File {
    /// Opens a Parquet file. What cannot be read in any order is copied into a temporary file first.
    pub fn open(source: &Source, opened: Opened, consumed: &Consumed) -> Result<Self, Fault> {
        let (file, bytes, progress) = in_any_order(source, opened, consumed)?;
        guarded(KIND, || {
            checked_parquet::verify(&file).map_err(damaged)?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
            let metadata = builder.metadata();
            check_parts(metadata, bytes)?;
            let rows = metadata.file_metadata().num_rows();
            let rows = u64::try_from(rows).map_err(|_| broken(KIND, "has less than no rows"))?;
            Ok(Self { builder, rows, progress })
        })
    }
}

impl Table for File {
    fn schema(&self) -> SchemaRef {
        self.builder.schema().clone()
    }

    fn batches(self: Box<Self>, wanted: &Wanted) -> Result<Box<dyn Batches>, Fault> {
        let Self { builder, rows, progress } = *self;
        guarded(KIND, || {
            let schema = builder.parquet_schema();
            let leaves = schema.columns().iter().enumerate().filter(|(leaf, column)| {
                let parts = column.path().parts();
                wanted.columns.get(schema.get_column_root_idx(*leaf)) == Some(&true)
                    && wanted
                        .without
                        .is_none_or(|(of, without)| parts[0] != of || parts.iter().all(|part| part != without))
            });
            let columns = ProjectionMask::leaves(schema, leaves.map(|(leaf, _)| leaf).collect::<Vec<_>>());
            let batch = batch_rows(builder.metadata());
            let batches = builder.with_projection(columns).with_batch_size(batch).build().map_err(damaged)?;
            Ok(Box::new(ParquetRows { batches, rows, progress }) as Box<dyn Batches>)
        })
    }
}

/// The rows of a Parquet file.
struct ParquetRows {
    batches: ParquetRecordBatchReader,
    rows: u64,
    progress: Progress,
}

impl Batches for ParquetRows {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Fault> {
        guarded(KIND, || self.batches.next().transpose().map_err(undecoded))
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn tell(&mut self, row: u64) {
        self.progress.tell(row, self.rows);
    }
}

/// Whether the parts of a file lie in it. What a damaged file says of them is otherwise taken for true: the reader would
/// make room for it.
fn check_parts(metadata: &ParquetMetaData, bytes: u64) -> Result<(), Fault> {
    for part in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let lies = |start: i64| {
            let end = start.checked_add(part.compressed_size())?;
            (0 <= start && start <= end).then_some(u64::try_from(end).ok()? <= bytes)
        };
        let start = part.dictionary_page_offset().unwrap_or(part.data_page_offset());
        if part.data_page_offset() < 0 || lies(start) != Some(true) {
            return Err(broken(KIND, format!("is damaged (a part of column {} lies outside it)", part.column_path())));
        }
    }
    Ok(())
}

/// So many rows that a batch of them has some megabytes.
fn batch_rows(metadata: &ParquetMetaData) -> usize {
    let size = |(bytes, rows): (i64, i64)| u64::try_from(bytes / rows.max(1)).unwrap_or(0).max(1);
    let groups = metadata.row_groups().iter();
    let widest = groups.map(|group| size((group.total_byte_size(), group.num_rows()))).max().unwrap_or(1);
    (BATCH_BYTES / widest).clamp(1, BATCH_ROWS) as usize
}

fn damaged(error: ParquetError) -> Fault {
    match error {
        ParquetError::External(error) if error.is::<io::Error>() => match error.downcast::<io::Error>() {
            Ok(error) => Fault::Io(*error),
            Err(error) => broken(KIND, format!("is damaged ({error})")),
        },
        ParquetError::General(why) | ParquetError::EOF(why) => broken(KIND, format!("is damaged ({why})")),
        error => broken(KIND, format!("is damaged ({error})")),
    }
}

fn undecoded(error: ArrowError) -> Fault {
    match error {
        ArrowError::ParquetError(why) => broken(KIND, format!("is damaged ({why})")),
        error => broken(KIND, format!("is damaged ({error})")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use arrow_array::builder::{Int32Builder, ListBuilder};
    use arrow_array::types::Int32Type as Key;
    use arrow_array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, DurationSecondArray,
        Float32Array, Float64Array, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray,
        StructArray, Time64MicrosecondArray, TimestampMicrosecondArray, TimestampSecondArray, UInt8Array,
    };
    use parquet::arrow::ArrowWriter;
    use parquet::basic::{BrotliLevel, Compression as Codec, GzipLevel, ZstdLevel};
    use parquet::file::properties::WriterProperties;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::Rows;
    use super::*;
    use crate::corpus::bytes::open;
    use crate::corpus::error::ReadError;
    use crate::corpus::fields::{Fields, Metadata};
    use crate::corpus::input::Records as _;
    use crate::corpus::notes::Notes;
    use crate::document::Document;

    fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, c)| (name, c, true)));
        let batch = batch.unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    fn texts(count: usize) -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..count).map(|n| format!("Text {n} of Köln"))))
    }

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn file(&self, content: &[u8]) -> PathBuf {
            let path = self.0.path().join("a.parquet");
            fs::write(&path, content).unwrap();
            path
        }
    }

    fn open_rows(path: &Path, fields: Fields, consumed: &Consumed) -> Result<Rows, Fault> {
        let source = Source::File(path.to_owned());
        let table = Box::new(File::open(&source, open(&source, consumed)?, consumed)?);
        Rows::new("a.parquet".into(), KIND, table, fields, Notes::default())
    }

    fn rest(rows: &mut Rows) -> Vec<Result<Document, ReadError>> {
        std::iter::from_fn(|| rows.next_record()).map(|read| read.map(|record| record.input.into_document())).collect()
    }

    fn read(content: &[u8], fields: Fields) -> Result<Vec<Result<Document, ReadError>>, Fault> {
        let folder = Folder::new();
        Ok(rest(&mut open_rows(&folder.file(content), fields, &Consumed::default())?))
    }

    #[test]
    fn rows_become_documents() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(Int64Array::from(vec![Some(7), None]))),
            ("unused", Arc::new(UInt8Array::from(vec![1, 2]))),
            ("title", Arc::new(LargeStringArray::from(vec![None, Some("T")]))),
            ("text", Arc::new(StringViewArray::from(vec!["M&uuml;nchen\r\n", ""]))),
            ("date", Arc::new(Date32Array::from(vec![Some(17_595), None]))),
            ("source", Arc::new(DictionaryArray::<Key>::from_iter([Some("wire"), None]))),
        ];
        let found = read(&written(columns, WriterProperties::default()), Fields::default()).unwrap();
        let first = found[0].as_ref().unwrap();
        assert_eq!((first.id.as_str(), first.text.as_str()), ("7", "M&uuml;nchen\r\n"));
        assert_eq!((first.date.as_deref(), first.source.as_deref()), (Some("2018-03-05"), Some("wire")));
        let second = found[1].as_ref().unwrap();
        assert_eq!((second.id.as_str(), second.text.as_str()), ("a.parquet:2", ""));
        assert_eq!((second.title.as_deref(), second.source.as_deref()), (Some("T"), None));
    }

    #[test]
    fn values_keep_their_kind_or_are_written_out() {
        let moment = 1_520_254_800;
        let mut lists = ListBuilder::new(Int32Builder::new());
        lists.append_value([Some(1), None]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", texts(1)),
            ("yes", Arc::new(BooleanArray::from(vec![true]))),
            ("byte", Arc::new(UInt8Array::from(vec![200]))),
            ("short", Arc::new(Float32Array::from(vec![0.1]))),
            ("long", Arc::new(Float64Array::from(vec![-1e300]))),
            ("nan", Arc::new(Float64Array::from(vec![f64::NAN]))),
            ("none", Arc::new(NullArray::new(1))),
            ("local", Arc::new(TimestampSecondArray::from(vec![moment]))),
            ("utc", Arc::new(TimestampMicrosecondArray::from(vec![moment * 1_000_000]).with_timezone("UTC"))),
            ("zone", Arc::new(TimestampMicrosecondArray::from(vec![moment * 1_000_000]).with_timezone("Asia/Tokyo"))),
            ("price", Arc::new(Decimal128Array::from(vec![1250]).with_precision_and_scale(6, 2).unwrap())),
            ("list", Arc::new(lists.finish())),
            (
                "object",
                Arc::new(
                    StructArray::try_from(vec![("a", texts(1)), ("b", Arc::new(NullArray::new(1)) as _)]).unwrap(),
                ),
            ),
            ("time", Arc::new(Time64MicrosecondArray::from(vec![46_800_500_000]))),
            ("lasted", Arc::new(DurationSecondArray::from(vec![90]))),
            ("bytes", Arc::new(BinaryArray::from(vec!["é".as_bytes()]))),
        ];
        let fields = Fields { metadata: Metadata::All, ..Fields::default() };
        let found = read(&written(columns, WriterProperties::default()), fields).unwrap().remove(0).unwrap();
        assert_eq!(
            Value::from(found.metadata),
            serde_json::json!({
                "yes": true, "byte": 200, "short": 0.1, "long": -1e300, "nan": null, "none": null,
                "local": "2018-03-05T13:00:00", "utc": "2018-03-05T13:00:00Z", "zone": "2018-03-05T13:00:00Z",
                "price": "12.50", "list": [1, null], "bytes": "é",
                "object": {"a": "Text 0 of Köln", "b": null}, "time": "13:00:00.500", "lasted": "PT90S",
            })
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_one_error() {
        let columns: Vec<(&str, ArrayRef)> =
            vec![("text", Arc::new(BinaryArray::from(vec![&b"a"[..], b"M\xfcnchen", b"c"])))];
        let found = read(&written(columns, WriterProperties::default()), Fields::default()).unwrap();
        assert_eq!(found.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        let error = found[1].as_ref().unwrap_err().to_string();
        assert!(error.starts_with("a.parquet:2: its \"text\" is no text (byte 1 is not UTF-8)"), "{error}");
    }

    #[test]
    fn a_file_without_text_or_no_parquet_is_one_error() {
        let content = written(vec![("prose", texts(1))], WriterProperties::default());
        for (content, why) in [
            (&content[..], "has no column \"text\", but \"prose\"; expected a table"),
            (b"", "is damaged ("),
            (b"text,id\n1,2\n", "is damaged ("),
            (&content[..content.len() - 1], "is damaged ("),
        ] {
            let error = read(content, Fields::default()).unwrap_err().to_string();
            assert!(error.starts_with(why) && error.contains("expected"), "{error}");
        }
        assert!(matches!(
            open_rows(Path::new("missing.parquet"), Fields::default(), &Consumed::default()),
            Err(Fault::Missing)
        ));
    }

    #[test]
    fn every_compression_is_read_and_the_bytes_are_counted() {
        let folder = Folder::new();
        for codec in [
            Codec::UNCOMPRESSED,
            Codec::SNAPPY,
            Codec::LZ4_RAW,
            Codec::GZIP(GzipLevel::default()),
            Codec::ZSTD(ZstdLevel::default()),
            Codec::BROTLI(BrotliLevel::default()),
        ] {
            let properties = WriterProperties::builder().set_compression(codec).build();
            let content = written(vec![("text", texts(200)), ("unused", texts(200))], properties);
            let path = folder.file(&content);
            let consumed = Consumed::default();
            let mut rows = open_rows(&path, Fields::default(), &consumed).unwrap();
            assert_eq!(rest(&mut rows).into_iter().filter_map(Result::ok).count(), 200, "{codec}");
            assert_eq!(consumed.bytes(), content.len() as u64);
        }
    }

    #[test]
    fn a_compressed_file_is_unpacked_first() {
        let folder = Folder::new();
        let content = written(vec![("text", texts(3))], WriterProperties::default());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&content).unwrap();
        let gzip = gzip.finish().unwrap();
        let consumed = Consumed::default();
        let mut rows = open_rows(&folder.file(&gzip), Fields::default(), &consumed).unwrap();
        assert_eq!(rest(&mut rows).len(), 3);
        assert_eq!(consumed.bytes(), gzip.len() as u64);
        let cut = folder.file(&gzip[..gzip.len() / 2]);
        assert!(matches!(open_rows(&cut, Fields::default(), &consumed), Err(Fault::Io(_))));
    }

    #[test]
    fn a_long_row_is_refused_alone() {
        let columns: Vec<(&str, ArrayRef)> = vec![("text", Arc::new(StringArray::from(vec!["äöü", "äöüß", "a"])))];
        let fields = Fields { max_chars: 3, ..Fields::default() };
        let found = read(&written(columns, WriterProperties::default()), fields).unwrap();
        assert_eq!(found.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn a_reader_that_panics_is_an_error() {
        let error = guarded::<()>(KIND, || panic!("offset out of bounds")).unwrap_err().to_string();
        assert!(error.starts_with("is damaged (offset out of bounds); expected a Parquet file"), "{error}");
    }

    /// A file of several groups of rows and pages.
    fn paged() -> Vec<u8> {
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(100))
            .set_data_page_row_count_limit(20)
            .set_write_batch_size(10)
            .set_dictionary_enabled(false);
        written(vec![("text", texts(250)), ("id", texts(250))], properties.build())
    }

    #[test]
    fn damage_in_the_middle_ends_the_file() {
        let mut content = paged();
        let place = content.windows(8).position(|bytes| bytes == b"Text 150").unwrap();
        content[place..place + 8].fill(0xff);
        let found = read(&content, Fields::default()).unwrap();
        let errors: Vec<String> = found.iter().filter_map(|row| row.as_ref().err()).map(ToString::to_string).collect();
        assert_eq!(errors.len(), 1);
        assert!(found.len() > 64 && found.last().unwrap().is_err(), "{errors:?}");
        assert!(errors[0].starts_with(&format!("a.parquet:{}: is damaged (", found.len())), "{errors:?}");
    }

    #[test]
    fn what_is_passed_over_is_as_much_as_what_is_read() {
        let mut content = paged();
        let place = content.windows(8).position(|bytes| bytes == b"Text 220").unwrap();
        let folder = Folder::new();
        for damage in [b"Text 220", b"\xff\xff\xff\xff\xff\xff\xff\xff"] {
            content[place..place + 8].copy_from_slice(damage);
            let path = folder.file(&content);
            let open = || open_rows(&path, Fields::default(), &Consumed::default()).unwrap();
            let all = rest(&mut open());
            for skipped in [0, 1, 63, 64, 65, 150, all.len() - 1, all.len()] {
                let mut rows = open();
                (0..skipped).for_each(|_| assert!(rows.skip_record()));
                assert_eq!(format!("{:?}", rest(&mut rows)), format!("{:?}", &all[skipped..]));
                assert!(!rows.skip_record());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn damaged_files_are_rows_or_errors(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
        ) {
            static GOOD: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(paged);
            let mut content = GOOD.clone();
            for (place, byte, in_footer) in changes {
                // Most of the file is text, most of what goes wrong is at its end.
                let from = if in_footer { content.len() - content.len() / 8 } else { 0 };
                let place = from + place.index(content.len() - from);
                content[place] = byte;
            }
            if let Ok(found) = read(&content, Fields::default()) {
                prop_assert!(found.len() <= 260);
            }
        }
    }
}
