//! Tables inside zip and gzip files.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;

use super::SourceError;

/// How much is inflated at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Files in published zips that are no tables of places.
const NO_TABLES: [&str; 2] = ["readme.txt", "iso-languagecodes.txt"];

/// Gives each table in a zip file to `read`.
pub(super) fn each_in_zip<E: From<SourceError>>(
    reader: impl BufRead + Seek,
    path: &Path,
    mut read: impl FnMut(&mut dyn BufRead, &Path) -> Result<(), E>,
) -> Result<(), E> {
    let unreadable = |source| SourceError::Unreadable { file: path.to_owned(), source };
    let mut archive = ZipArchive::new(reader).map_err(|error| unreadable(error.into()))?;
    let mut tables = Vec::new();
    for index in 0..archive.len() {
        let name = archive.by_index(index).and_then(|entry| entry.name().map(Cow::into_owned));
        if is_table(&name.map_err(|error| unreadable(error.into()))?) {
            tables.push(index);
        }
    }
    if tables.is_empty() {
        return Err(SourceError::NoTable { file: path.to_owned() }.into());
    }
    for index in tables {
        let entry = archive.by_index(index).map_err(|error| unreadable(error.into()))?;
        let name = path.join(&*entry.name().map_err(|error| unreadable(error.into()))?);
        read(&mut BufReader::with_capacity(BUFFER_BYTES, entry), &name)?;
    }
    Ok(())
}

/// Gives the table in a gzip file to `read`.
pub(super) fn inflated<E>(
    reader: impl BufRead,
    path: &Path,
    mut read: impl FnMut(&mut dyn BufRead, &Path) -> Result<(), E>,
) -> Result<(), E> {
    read(&mut BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader)), path)
}

/// Whether a file in a zip file is a table, by its name.
fn is_table(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    // What macOS puts into zips begins with a full stop.
    !base.is_empty() && !base.starts_with('.') && !NO_TABLES.iter().any(|known| known.eq_ignore_ascii_case(base))
}
