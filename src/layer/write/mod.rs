//! Writing layers: one file a format.

mod csv;
mod flatgeobuf;
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
use super::table::{Feature, Field, Table, Value};
use super::{Layer, LayerOptions, tables};
use crate::atomic::AtomicFile;

/// A format of map layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// One collection of features (RFC 7946).
    #[cfg_attr(feature = "cli", value(name = "geojson"))]
    GeoJson,
    /// A feature a line.
    #[cfg_attr(feature = "cli", value(name = "geojsonseq", alias = "geojsonl"))]
    GeoJsonSeq,
    /// A table with latitude and longitude.
    Csv,
    /// GeoParquet 1.1.
    #[cfg_attr(feature = "cli", value(name = "geoparquet", alias = "parquet"))]
    GeoParquet,
    /// A database with all layers, for QGIS.
    #[cfg_attr(feature = "cli", value(name = "geopackage", alias = "gpkg"))]
    GeoPackage,
    /// FlatGeobuf with its index.
    #[cfg_attr(feature = "cli", value(name = "flatgeobuf", alias = "fgb"))]
    FlatGeobuf,
    /// For Google Earth.
    Kml,
    /// A page with a map, which needs nothing but a browser.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::GeoJson,
        Self::GeoJsonSeq,
        Self::Csv,
        Self::GeoParquet,
        Self::GeoPackage,
        Self::FlatGeobuf,
        Self::Kml,
        Self::Html,
    ];

    /// The endings of its files, the usual one first.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::GeoJson => &["geojson", "json"],
            Self::GeoJsonSeq => &["geojsonl", "geojsons", "geojsonseq", "jsonl", "ndjson"],
            Self::Csv => &["csv"],
            Self::GeoParquet => &["parquet", "geoparquet"],
            Self::GeoPackage => &["gpkg"],
            Self::FlatGeobuf => &["fgb"],
            Self::Kml => &["kml"],
            Self::Html => &["html", "htm"],
        }
    }

    /// The format that the ending of a name asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
    }

    /// Whether one file holds several layers.
    pub const fn holds_layers(self) -> bool {
        matches!(self, Self::GeoPackage | Self::Kml | Self::Html)
    }

    /// The layers of a file where none are asked for: all, or the mentions.
    pub fn usual_layers(self) -> &'static [Layer] {
        match self.holds_layers() {
            true => &Layer::ALL,
            false => &[Layer::Mentions],
        }
    }

    /// Whether it is read with a text editor, and may be written to a terminal.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::GeoParquet | Self::GeoPackage | Self::FlatGeobuf)
    }
}

/// How layers are written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// What layers depend on.
    pub layers: LayerOptions,
    /// Whether each feature of [`Format::GeoJsonSeq`] has a record separator before it, as RFC 8142 wants.
    pub record_separator: bool,
    /// The title of the map.
    pub title: String,
    /// What a page is made of, which [`Format::Html`] needs.
    pub page: Option<Page>,
}

/// Where layers are written.
pub enum Destination<'a> {
    /// To a file, which has its name only once it is complete.
    File(&'a Path),
    /// To a stream.
    Stream(&'a mut (dyn Write + Send)),
}

/// Why layers cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Several layers in a format that holds one.
    #[error(
        "{} layers in one file of this format, which holds one; expected one --layer, or a format that holds several: .gpkg, \
         .kml or .html", .0
    )]
    Layers(usize),
    /// A format that is no stream.
    #[error("this format is no stream; expected a path to write to: name it with --output")]
    NoStream,
    /// A page without what it is made of.
    #[error("a page needs the packages that it is made of; expected them to be found or fetched before")]
    NoPage,
    /// The system cannot write.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A library cannot encode something.
    #[error("cannot be encoded ({0}); expected that any layer can be: report it, with the input")]
    Encoding(String),
}

impl WriteError {
    fn encoding(error: impl std::fmt::Display) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Writes layers of a collection.
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
) -> Result<(), WriteError> {
    if layers.len() != 1 && !format.holds_layers() {
        return Err(WriteError::Layers(layers.len()));
    }
    let source = Source { collection, layers, options };
    match destination {
        Destination::File(path) => {
            let mut file = AtomicFile::create(path)?;
            match (format, file.temporary_path()) {
                (Format::GeoPackage, Some(there)) => geopackage::write(&source.tables(), &options.title, there)?,
                (Format::GeoPackage, None) => return Err(WriteError::NoStream),
                _ => source.write_stream(format, &mut file)?,
            }
            Ok(file.commit()?)
        }
        Destination::Stream(out) => {
            source.write_stream(format, out)?;
            Ok(out.flush()?)
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

    fn write_stream(&self, format: Format, out: &mut (dyn Write + Send)) -> Result<(), WriteError> {
        let Self { collection, layers, options } = *self;
        match format {
            Format::Html => {
                let page = options.page.as_ref().ok_or(WriteError::NoPage)?;
                return Ok(html::map::write(collection, layers, &options.layers, &options.title, page, out)?);
            }
            Format::GeoPackage => return Err(WriteError::NoStream),
            Format::Kml => return kml::write(&self.tables(), &options.title, out),
            _ => {}
        }
        // One layer, as was made sure of.
        let tables = self.tables();
        let table = tables.first().ok_or(WriteError::Layers(0))?;
        match format {
            Format::GeoJson => geojson::write(table, out),
            Format::GeoJsonSeq => geojson::write_sequence(table, options.record_separator, out),
            Format::Csv => csv::write(table, out),
            Format::GeoParquet => geoparquet::write(table, out),
            _ => flatgeobuf::write(table, out),
        }
    }
}

/// The values of a feature that are known, with their names.
fn known<'f>(
    fields: &'f [Field],
    feature: &'f Feature<'f>,
) -> impl Iterator<Item = (usize, &'static str, &'f Value<'f>)> {
    let values = fields.iter().zip(&feature.values).enumerate();
    values.filter(|(_, (_, value))| **value != Value::Null).map(|(n, (field, value))| (n, field.name, value))
}
