//! Writing layers: one file a format.

mod csv;
mod error;
mod flatgeobuf;
mod format;
mod geojson;
mod geopackage;
mod geoparquet;
mod kml;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use super::collection::Collection;
use super::html::{self, Page};
use super::kind::Layer;
use super::layers::{LayerOptions, tables};
use super::table::{LeftOut, Table};
use crate::atomic::AtomicFile;
use crate::table_text::FieldOptions;

pub use self::error::WriteError;
pub use self::format::Format;

/// How layers are written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// What layers depend on.
    pub layers: LayerOptions,
    /// Whether each feature of [`Format::GeoJsonSeq`] has a record separator before it, as RFC 8142 wants.
    pub record_separator: bool,
    /// How texts stand in [`Format::Csv`].
    pub fields: FieldOptions,
    /// The title of the map.
    pub title: String,
    /// What a page is made of, which [`Format::Html`] needs.
    pub page: Option<Page>,
}

/// Where layers are written.
pub enum Destination<'a> {
    /// To a file that was [begun](begin), which has its name only once it is complete.
    File(AtomicFile),
    /// To a stream.
    Stream(&'a mut (dyn Write + Send)),
}

/// Begins a file for layers in a format: from now on, no other run writes there.
///
/// # Errors
///
/// If it cannot be written to, or another run writes there.
pub fn begin(path: &Path, format: Format) -> io::Result<AtomicFile> {
    match format {
        // A database is made by the name of its file.
        Format::GeoPackage => AtomicFile::create_named(path),
        _ => AtomicFile::create(path),
    }
}

/// Writes layers of a collection, and gives what links are not in them; what is not in a page, it tells itself.
///
/// # Errors
///
/// If the format does not hold the layers, or the destination cannot be written; then nothing is left under the name of a
/// file.
pub fn write(
    collection: &Collection,
    layers: &[Layer],
    format: Format,
    options: &WriteOptions,
    destination: Destination<'_>,
) -> Result<LeftOut, WriteError> {
    if layers.len() != 1 && !format.holds_layers() {
        return Err(WriteError::Layers(layers.len()));
    }
    let source = Source { collection, layers, options };
    match destination {
        Destination::File(mut file) => {
            let left_out = match (format, file.temporary_path()) {
                (Format::GeoPackage, Some(there)) => {
                    let tables = source.tables();
                    geopackage::write(&tables, &options.title, there)?;
                    left_out(&tables)
                }
                (Format::GeoPackage, None) => return Err(WriteError::NoStream),
                _ => source.write_stream(format, &mut file)?,
            };
            file.commit()?;
            Ok(left_out)
        }
        Destination::Stream(out) => {
            let left_out = source.write_stream(format, out)?;
            out.flush()?;
            Ok(left_out)
        }
    }
}

/// What is written.
struct Source<'a> {
    collection: &'a Collection,
    layers: &'a [Layer],
    options: &'a WriteOptions,
}

impl Source<'_> {
    fn tables(&self) -> Vec<Table<'_>> {
        tables(self.collection, self.layers, &self.options.layers)
    }

    fn write_stream(&self, format: Format, out: &mut (dyn Write + Send)) -> Result<LeftOut, WriteError> {
        let Self { collection, layers, options } = *self;
        match format {
            Format::Html => {
                let page = options.page.as_ref().ok_or(WriteError::NoPage)?;
                html::map::write(collection, layers, &options.layers, &options.title, page, out)?;
                return Ok(LeftOut::default());
            }
            Format::GeoPackage => return Err(WriteError::NoStream),
            _ => {}
        }
        let tables = self.tables();
        if format == Format::Kml {
            kml::write(&tables, &options.title, out)?;
            return Ok(left_out(&tables));
        }
        // One layer, as was made sure of.
        let table = tables.first().ok_or(WriteError::Layers(0))?;
        match format {
            Format::GeoJson => geojson::write(table, out),
            Format::GeoJsonSeq => geojson::write_sequence(table, options.record_separator, out),
            Format::Csv => csv::write(table, options.fields, out),
            Format::GeoParquet => geoparquet::write(table, out),
            _ => flatgeobuf::write(table, out),
        }?;
        Ok(table.left_out)
    }
}

/// The links that are left out of tables, of which one at most has links.
fn left_out(tables: &[Table<'_>]) -> LeftOut {
    tables.iter().find(|table| table.layer == Layer::Links).map(|table| table.left_out).unwrap_or_default()
}
