//! FlatGeobuf, with its packed R-tree. The crate sorts the features by the index, through a temporary file.

use std::io::Write;

use flatgeobuf::geozero::{ColumnValue, PropertyProcessor as _};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};

use super::{WriteError, known};
use crate::layer::table::{Kind, Shapes, Table, Value};

pub(super) fn write(table: &Table<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let (geometry, multi) = match table.shapes {
        Shapes::Points => (GeometryType::Point, false),
        Shapes::Lines => (GeometryType::MultiLineString, true),
        Shapes::Polygons => (GeometryType::MultiPolygon, true),
        Shapes::Mixed => (GeometryType::Unknown, false),
    };
    let options = FgbWriterOptions {
        // An index over nothing is none.
        write_index: !table.is_empty(),
        detect_type: false,
        promote_to_multi: multi,
        crs: FgbCrs { org: Some("EPSG"), code: 4326, name: Some("WGS 84"), ..FgbCrs::default() },
        ..FgbWriterOptions::default()
    };
    let mut writer =
        FgbWriter::create_with_options(table.layer.name(), geometry, options).map_err(WriteError::encoding)?;
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
            for (n, name, value) in known(&table.fields, &feature) {
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
        added.map_err(WriteError::encoding)?;
        if let Some(error) = failed {
            return Err(WriteError::encoding(error));
        }
    }
    writer.write(out).map_err(|error| match error {
        flatgeobuf::Error::IO(error) => WriteError::Io(error),
        error => WriteError::encoding(error),
    })
}
