//! Parquet: a table of whole documents, or of mentions.
//!
//! Long outputs are written in parts, each a whole Parquet file ([`PartWriter`]), that are joined without being decoded
//! ([`join()`]). The same annotations give the same bytes.
//!
//! # Documents
//!
//! A row a document, with the keys, the order, the meaning and the decimals of the JSON form
//! ([`Annotation`]), for readers of nested columns. Explanations and nested names are left out. Text is UTF-8, `int` has 64 bits, `double` is IEEE 754; `?` marks
//! what may be null.
//!
//! | column | type |
//! |---|---|
//! | `id` | string |
//! | `title`, `date`, `source`, `url`, `language` | string? |
//! | `metadata` | string?, a JSON object; in files, of documents that have some, struct?: the fields of the first documents with their types, and `_others` string?, a JSON object with what is in none of them |
//! | `text` | string?, null if it was not asked for |
//! | `entities` | list of struct: `start` int, `end` int, `text` string, `label` string, `score` double, `name` string?, `stands_for` string?, `place` PLACE?, `alternatives` list of PLACE, `contains` list of struct: `start` int, `end` int, `text` string, `place` PLACE?, `alternatives` list of PLACE |
//! | `relations` | list of struct: `kind` string, `target` int?, `anchors` list of int, `distance_km` double?, `bearing_deg` double?, `place` struct?: `lat` double, `lon` double, `uncertainty_km` double, `polygon` list of list of double; `start` int, `end` int, `text` string |
//! | `distances` | list? of struct: `from` int, `to` int, `km` double; null if they were not asked for |
//! | `distances_left_out` | int? |
//! | `focus` | list of struct: `id` string, `name` string, `kind` string, `lat` double, `lon` double, `country` string?, `score` double |
//!
//! PLACE is a struct: `id` string?, `name` string, `lat` double, `lon` double, `country` string?, `admin1` string?,
//! `feature` string?, `population` int?, `confidence` double, `method` string, `uncertainty_km` double, `radius_km` double?.
//! A corner of a polygon is `[longitude, latitude]`, as in the JSON. That a place was not asked for and that there is none
//! are both null.
//!
//! # Mentions
//!
//! A row a mention or a place inside one, with the columns of the CSV ([`super::mentions`]), in their order.
//!
//! | column | type |
//! |---|---|
//! | `document`, `text`, `label` | string |
//! | `start`, `end` | int |
//! | `title`, `date`, `source`, `url`, `name`, `place_id`, `place_name`, `country`, `iso_a3`, `admin1`, `feature`, `method`, `contained_in` | string? |
//! | `metadata` | as of documents |
//! | `population` | int? |
//! | `score`, `latitude`, `longitude`, `confidence`, `uncertainty_km`, `radius_km` | double? |
//!
//! # Key-value metadata
//!
//! `dateline.version` is the version of the JSON form ([`VERSION`]), `dateline.model` and `dateline.gazetteer` are checksums.

mod columns;
mod documents;
mod join;
mod mentions;
mod metadata;
mod rows;

use std::fs::File;
use std::io::{self, Write};

pub use arrow_array::RecordBatch;
pub use arrow_schema::ArrowError;
use arrow_schema::SchemaRef;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

pub use self::join::{JoinError, join};
pub use self::metadata::MetadataTypes;
pub use self::rows::{ERROR, Shape, Tagged};
use super::metadata;
use crate::annotation::{Annotation, Provenance, VERSION};
use crate::checked_parquet;

/// The bytes that a row group holds, at most, when it ends before its part does.
const ROW_GROUP_BYTES: usize = 128 << 20;

/// The bytes of text that are made into columns at once. Arrow's columns hold 2 GiB at most, and it bounds the memory.
const BATCH_BYTES: usize = 16 << 20;

/// The bytes of text that one row may have: all that Arrow's columns hold.
const ROW_BYTES: usize = i32::MAX as usize;

const ZSTD_LEVEL: i32 = 3;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Whole documents.
    Documents,
    /// Mentions.
    Mentions,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub struct ParquetOptions {
    /// What its rows are.
    pub table: Table,
    /// What made it.
    pub provenance: Provenance,
    /// The types of the metadata; without them, it is text.
    pub metadata: Option<MetadataTypes>,
}

/// Writes a part: a Parquet file of one row group, or more if they would grow over about 128 MB.
///
/// Until it ends, it is held in memory, packed: its checksums come into it when it is written.
pub struct PartWriter<W: Write + Send> {
    out: W,
    writer: ArrowWriter<Vec<u8>>,
    table: Table,
    types: Option<MetadataTypes>,
}

impl<W: Write + Send> PartWriter<W> {
    /// Begins a part.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn new(out: W, options: &ParquetOptions) -> io::Result<Self> {
        let (table, types) = (options.table, options.metadata.clone());
        let schema = schema_with(table, types.as_ref());
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties(options)?)).map_err(io_error)?;
        Ok(Self { out, writer, table, types })
    }

    /// Encodes some annotations, which stay in memory in this form until their row group ends.
    ///
    /// # Errors
    ///
    /// If the output cannot be written, or one annotation has more text than a column of Arrow holds.
    pub fn write(&mut self, annotations: &[&Annotation]) -> io::Result<()> {
        match self.table {
            Table::Documents => {
                let rows = annotations.iter().map(|annotation| documents::Row::new(annotation)).collect();
                for batch in batches(rows, documents::Row::size) {
                    let batch = batch.map_err(|row| too_large(row.id()))?;
                    self.writer
                        .write(&documents::columns(batch, self.types.as_ref()).into_batch().map_err(io::Error::other)?)
                        .map_err(io_error)?;
                }
            }
            Table::Mentions => {
                let metadata: Vec<_> = annotations.iter().map(|annotation| metadata(annotation)).collect();
                let rows = annotations
                    .iter()
                    .zip(&metadata)
                    .flat_map(|(annotation, metadata)| super::mentions::rows(annotation, metadata.as_deref()));
                for batch in batches(rows.collect(), super::mentions::Row::size) {
                    let batch = batch.map_err(|row| too_large(&row.document))?;
                    self.writer
                        .write(&mentions::columns(batch, self.types.as_ref()).into_batch().map_err(io::Error::other)?)
                        .map_err(io_error)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the part, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn finish(self) -> io::Result<W> {
        let Self { mut out, writer, .. } = self;
        let checked = |out: &mut W| {
            let part = Bytes::from(writer.into_inner()?);
            let metadata = checked_parquet::metadata(&part)?;
            let mut checked = checked_parquet::Writer::new(out, &metadata)?;
            checked.append(&part, &metadata)?;
            checked.close()
        };
        checked(&mut out).map_err(io_error)?;
        Ok(out)
    }
}

/// Annotations as a batch of Arrow: a row a document, with the columns that are listed [above](self).
///
/// # Errors
///
/// If they have more text together than a column of Arrow holds: 2 GiB.
pub fn to_record_batch(annotations: &[Annotation]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<_> = annotations.iter().map(documents::Row::new).collect();
    check_size(rows.iter().map(documents::Row::size).sum())?;
    documents::columns(rows, None).into_batch()
}

/// Whether so many bytes of text go into one batch.
fn check_size(bytes: usize) -> Result<(), ArrowError> {
    if bytes > ROW_BYTES {
        let what = format!("{bytes} bytes of text in one batch; expected {ROW_BYTES} at most: make several batches");
        return Err(ArrowError::InvalidArgumentError(what));
    }
    Ok(())
}

/// The names and types of the columns of a table, whose metadata is text.
pub fn schema(table: Table) -> SchemaRef {
    schema_with(table, None)
}

fn schema_with(table: Table, types: Option<&MetadataTypes>) -> SchemaRef {
    match table {
        Table::Documents => documents::columns(Vec::new(), types).schema(),
        Table::Mentions => mentions::columns(Vec::new(), types).schema(),
    }
}

/// The types of the metadata of a file, if it has some.
///
/// # Errors
///
/// If it cannot be read.
pub fn metadata_types(file: &File) -> io::Result<Option<MetadataTypes>> {
    let read = ArrowReaderMetadata::load(file, ArrowReaderOptions::default()).map_err(io_error)?;
    Ok(MetadataTypes::of_schema(read.schema()))
}

/// What a part of a folder of Parquet is called.
pub fn part_name(part: u64) -> String {
    format!("part-{part:05}.parquet")
}

/// The key of the metadata under which the version of the form stands.
pub const VERSION_KEY: &str = "dateline.version";

fn properties(options: &ParquetOptions) -> io::Result<WriterProperties> {
    let Provenance { model, gazetteer, .. } = &options.provenance;
    let about = [
        (VERSION_KEY, Some(VERSION.to_string())),
        ("dateline.model", model.clone()),
        ("dateline.gazetteer", gazetteer.clone()),
    ];
    let about = about.into_iter().filter_map(|(key, value)| Some(KeyValue::new(key.to_owned(), value?)));
    // A dictionary of texts would be thrown away again.
    let properties = ["text", "metadata"].into_iter().fold(WriterProperties::builder(), |properties, column| {
        properties.set_column_dictionary_enabled(column.into(), options.table == Table::Mentions)
    });
    let properties = properties
        // The form that readers of Java parse; they pass over the statistics of writers that they cannot tell.
        .set_created_by(concat!("dateline version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(about.collect()))
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).map_err(io_error)?))
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES));
    Ok(properties.build())
}

/// Rows in batches of about [`BATCH_BYTES`]; a row that is too large for any is an error.
fn batches<T>(rows: Vec<T>, size: impl Fn(&T) -> usize) -> impl Iterator<Item = Result<Vec<T>, T>> {
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        let first = rows.next()?;
        let mut bytes = size(&first);
        if bytes > ROW_BYTES {
            return Some(Err(first));
        }
        let mut batch = vec![first];
        while let Some(row) = rows.next_if(|row| bytes + size(row) <= BATCH_BYTES) {
            bytes += size(&row);
            batch.push(row);
        }
        Some(Ok(batch))
    })
}

fn too_large(id: &str) -> io::Error {
    let why = format!(
        "{id}: has more than {ROW_BYTES} bytes of text and metadata; expected less in a row: split the document"
    );
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The error of the system that is inside, if there is one: callers look at its kind.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(inner) => io::Error::other(inner),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests;
