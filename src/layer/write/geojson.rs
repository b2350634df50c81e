//! GeoJSON (RFC 7946), as a collection or a feature a line.

use std::io::Write;

use geojson::{Feature as GeoJsonFeature, Geometry, GeometryValue, JsonObject, JsonValue};

use super::error::WriteError;
use crate::annotation::json;
use crate::layer::geometry::Extent;
use crate::layer::table::{Feature, Table, Value};

/// A collection of features, each on a line of its own, with the box around all. It has the name of the layer as a member,
/// as GDAL reads and writes it.
pub(super) fn write(table: &Table<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut extent = Extent::default();
    table.shapes().for_each(|shape| extent.add(&shape));
    write!(out, "{{\"type\":\"FeatureCollection\",\"name\":\"{}\",", table.layer.name())?;
    if let Some(bounds) = extent.bounds() {
        write!(out, "\"bbox\":{},", JsonValue::from(bounds.sides().to_vec()))?;
    }
    out.write_all(b"\"features\":[")?;
    for (n, feature) in table.features().enumerate() {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        json::to_writer(out, &feature_of(table, &feature))?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(())
}

/// A feature a line; with `separated`, behind a record separator each (RFC 8142).
pub(super) fn write_sequence(table: &Table<'_>, separated: bool, out: &mut dyn Write) -> Result<(), WriteError> {
    for feature in table.features() {
        if separated {
            out.write_all(b"\x1e")?;
        }
        json::to_writer(out, &feature_of(table, &feature))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A feature with all its values, null where they are not known, so that readers that look at the first feature know all.
pub(super) fn feature_of(table: &Table<'_>, feature: &Feature<'_>) -> GeoJsonFeature {
    let properties: JsonObject = table
        .fields
        .iter()
        .zip(&feature.values)
        .map(|(field, value)| (field.name.to_owned(), value_of(value)))
        .collect();
    GeoJsonFeature {
        geometry: Some(Geometry::new(GeometryValue::from(&feature.shape))),
        properties: Some(properties),
        ..GeoJsonFeature::default()
    }
}

fn value_of(value: &Value<'_>) -> JsonValue {
    match value {
        Value::Null => JsonValue::Null,
        Value::Text(text) => JsonValue::from(text.as_ref()),
        Value::Integer(number) => JsonValue::from(*number),
        Value::Number(number) => JsonValue::from(*number),
        Value::Date(day) => JsonValue::from(day.to_string()),
    }
}
