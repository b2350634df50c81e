//! Making one file of parts.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use parquet::file::metadata::ParquetMetaData;

use crate::checked_parquet::{self, Writer};

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
/// have in common. Nothing is decoded: it takes as long as copying the parts, and no more memory than their footers and a
/// column chunk.
///
/// # Errors
///
/// If there are no parts, one cannot be read or does not go with the first, or the output cannot be written.
pub fn join(parts: &[PathBuf], out: impl Write + Send) -> Result<(), JoinError> {
    let first_path = parts.first().ok_or(JoinError::NoParts)?;
    let (_, first) = open(first_path)?;
    let about = checked_parquet::about(&first);
    let output = |error| JoinError::Output(super::io_error(error));
    let mut writer = Writer::new(out, &first).map_err(output)?;
    for path in parts {
        let (file, part) = open(path)?;
        if part.file_metadata().schema() != first.file_metadata().schema() || checked_parquet::about(&part) != about {
            return Err(JoinError::Differs { path: path.clone(), first: first_path.clone() });
        }
        writer.append(&file, &part).map_err(output)?;
    }
    writer.close().map_err(output)
}

fn open(path: &Path) -> Result<(File, ParquetMetaData), JoinError> {
    let failed = |error| JoinError::Part { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    let metadata = checked_parquet::metadata(&file).map_err(|error| failed(super::io_error(error)))?;
    Ok((file, metadata))
}
