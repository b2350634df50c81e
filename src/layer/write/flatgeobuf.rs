//! FlatGeobuf, with its packed R-tree. The crate sorts the features by the index, through a temporary file.
//!
//! The format has times but no days: dates stand in columns of times, without a time of the day.

use std::io::Write;

use flatgeobuf::geozero::error::GeozeroError;
use flatgeobuf::geozero::{ColumnValue, PropertyProcessor as _};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::Geometry;

use super::error::WriteError;
use crate::layer::table::{Kind, Shapes, Table, Value};

pub(super) fn write(table: &Table<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let whole = || table.shapes().all(|shape| matches!(shape, Geometry::LineString(_)));
    let (geometry, multi) = match table.shapes {
        Shapes::Points => (GeometryType::Point, false),
        Shapes::Lines if whole() => (GeometryType::LineString, false),
        // One line as several is written without its ends, which GDAL before 3.7 does not read.
        Shapes::Lines | Shapes::Mixed => (GeometryType::Unknown, false),
        Shapes::Polygons => (GeometryType::MultiPolygon, true),
    };
    let options = FgbWriterOptions {
        // An index over nothing is none.
        write_index: !table.is_empty(),
        detect_type: false,
        promote_to_multi: multi,
        crs: FgbCrs { org: Some("EPSG"), code: 4326, name: Some("WGS 84"), ..FgbCrs::default() },
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options(table.layer.name(), geometry, options).map_err(failed)?;
    for field in &table.fields {
        let kind = match field.kind {
            Kind::Text => ColumnType::String,
            Kind::Integer => ColumnType::Long,
            Kind::Number => ColumnType::Double,
            Kind::Date => ColumnType::DateTime,
        };
        writer.add_column(field.name, kind, |_, column| column.nullable = true);
    }
    for feature in table.features() {
        let mut failed = None;
        let added = writer.add_feature_geom(feature.shape.clone(), |row| {
            for (n, name, value) in feature.known(&table.fields) {
                let day;
                let value = match value {
                    Value::Null => continue,
                    Value::Text(text) => ColumnValue::String(text),
                    Value::Integer(number) => ColumnValue::Long(*number),
                    Value::Number(number) => ColumnValue::Double(*number),
                    Value::Date(date) => {
                        day = date.to_string();
                        ColumnValue::DateTime(&day)
                    }
                };
                if let Err(error) = row.property(n, name, &value) {
                    failed = Some(error);
                }
            }
        });
        added.map_err(unadded)?;
        if let Some(error) = failed {
            return Err(WriteError::encoding(error));
        }
    }
    writer.write(out).map_err(failed)
}

fn failed(error: flatgeobuf::Error) -> WriteError {
    match error {
        flatgeobuf::Error::IO(error) => WriteError::Io(named(error)),
        error => WriteError::encoding(error),
    }
}

/// An error of the temporary file comes as one of a feature, in words.
fn unadded(error: GeozeroError) -> WriteError {
    match error {
        GeozeroError::IoError(error) => WriteError::Io(named(error)),
        GeozeroError::Feature(told) => WriteError::Io(named(std::io::Error::other(told))),
        error => WriteError::encoding(error),
    }
}

/// What the system said, with the folder that it may have said it of: features are sorted in a temporary file there.
fn named(error: std::io::Error) -> std::io::Error {
    let folder = std::env::temp_dir();
    std::io::Error::new(
        error.kind(),
        format!("{error}; room is needed for temporary files in {} too", folder.display()),
    )
}
