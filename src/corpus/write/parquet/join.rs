//! Making one file of parts.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

/// Why parts could not be joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There are none.
    #[error("no parts to join; expected at least one: write one without rows")]
    NoParts,
    /// One cannot be read.
    #[error("{}: cannot be read ({error}); expected a part of a Parquet file: remove it and run again", path.display())]
    Part {
        /// The part.
        path: PathBuf,
        /// What is wrong with it.
        error: io::Error,
    },
    /// One does not belong to the others.
    #[error(
        "{}: has other columns, or another version, model or gazetteer, than {}; expected parts of one run: remove them \
         and run again",
        path.display(),
        first.display()
    )]
    Differs {
        /// The part.
        path: PathBuf,
        /// The part that it differs from.
        first: PathBuf,
    },
    /// The output cannot be written.
    #[error("the output cannot be written ({0}); expected room for all parts together: make room and run again")]
    Output(#[source] io::Error),
}

/// Writes one file with the row groups of all parts, in order, and with the columns and the key-value metadata that they
/// have in common. Nothing is decoded: it takes as long as copying the parts, and no more memory than their footers.
///
/// # Errors
///
/// If there are no parts, one cannot be read or does not go with the first, or the output cannot be written.
pub fn join(parts: &[PathBuf], out: impl Write + Send) -> Result<(), JoinError> {
    let first_path = parts.first().ok_or(JoinError::NoParts)?;
    let (_, first) = open(first_path)?;
    let about = first.file_metadata();
    let properties = WriterProperties::builder()
        .set_created_by(about.created_by().unwrap_or_default().to_owned())
        .set_key_value_metadata(about.key_value_metadata().cloned())
        .build();
    let schema = about.schema_descr().root_schema_ptr();
    let output = |error| JoinError::Output(super::io_error(error));
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(output)?;
    for path in parts {
        let (file, part) = open(path)?;
        let own = part.file_metadata();
        if own.schema() != about.schema() || own.key_value_metadata() != about.key_value_metadata() {
            return Err(JoinError::Differs { path: path.clone(), first: first_path.clone() });
        }
        append(&mut writer, &file, &part).map_err(output)?;
    }
    writer.close().map_err(output)?;
    Ok(())
}

fn open(path: &Path) -> Result<(File, ParquetMetaData), JoinError> {
    let failed = |error| JoinError::Part { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    // The page indexes stand apart from the column chunks: they are read to be written again.
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    let metadata = reader.parse_and_finish(&file).map_err(|error| failed(super::io_error(error)))?;
    Ok((file, metadata))
}

fn append<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    file: &File,
    part: &ParquetMetaData,
) -> Result<(), ParquetError> {
    for (group_n, group) in part.row_groups().iter().enumerate() {
        let mut out = writer.next_row_group()?;
        for (column_n, column) in group.columns().iter().enumerate() {
            let index = part.page_index();
            let chunk = ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: group.num_rows() as u64,
                metadata: column.clone(),
                bloom_filter: None,
                column_index: index.and_then(|index| index.column_index(group_n, column_n)).cloned(),
                offset_index: index.and_then(|index| index.offset_index(group_n, column_n)).cloned(),
            };
            out.append_column(file, chunk)?;
        }
        out.close()?;
    }
    Ok(())
}
