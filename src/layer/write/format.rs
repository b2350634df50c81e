//! Which formats there are.

use std::path::Path;

use crate::layer::kind::Layer;

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
