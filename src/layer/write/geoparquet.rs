//! GeoParquet 1.1: shapes as well-known binary, with a column of boxes that readers skip parts by.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema};
use geozero::{CoordDimensions, ToWkb as _};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::{Value as Json, json};

use super::error::WriteError;
use crate::checked_parquet;
use crate::layer::geometry::{Bounds, Extent};
use crate::layer::table::{Feature, Kind, Table, Value};

/// Rows that are made into columns at once, and those of a row group.
const BATCH: usize = 8_192;
const ROW_GROUP: usize = 65_536;

/// The days between the first of the year 1 and that of 1970, from which Arrow counts.
const EPOCH: i32 = 719_163;

pub(super) fn write(table: &Table<'_>, out: &mut (dyn Write + Send)) -> Result<(), WriteError> {
    let about = about(table).to_string();
    // Some readers look for it in the file, others in the schema of Arrow that stands in the file.
    let schema = Arc::new(schema(table).with_metadata(HashMap::from([("geo".to_owned(), about.clone())])));
    let properties = WriterProperties::builder()
        .set_created_by(concat!("dateline version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), about)]))
        .build();
    // The checksums come into it when it is copied.
    let mut whole = tempfile::tempfile()?;
    let mut writer = ArrowWriter::try_new(&mut whole, schema.clone(), Some(properties)).map_err(failed)?;
    let mut features = table.features();
    loop {
        let rows: Vec<Feature<'_>> = features.by_ref().take(BATCH).collect();
        if rows.is_empty() {
            break;
        }
        let columns = columns(table, &rows)?;
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(WriteError::encoding)?;
        writer.write(&batch).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    checked(&whole, out).map_err(failed)
}

/// Copies a file, and gives its pages and its footer their checksums.
fn checked(whole: &File, out: &mut (dyn Write + Send)) -> Result<(), ParquetError> {
    let metadata = checked_parquet::metadata(whole)?;
    let mut writer = checked_parquet::Writer::new(out, &metadata)?;
    writer.append(whole, &metadata)?;
    writer.close()
}

fn schema(table: &Table<'_>) -> Schema {
    let fields = table.fields.iter().map(|field| {
        let kind = match field.kind {
            Kind::Text => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Date => DataType::Date32,
        };
        Field::new(field.name, kind, true)
    });
    let shape = [Field::new("geometry", DataType::Binary, false), Field::new("bbox", DataType::Struct(sides()), false)];
    Schema::new(fields.chain(shape).collect::<Vec<_>>())
}

/// The fields of a box.
fn sides() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"].map(|side| Field::new(side, DataType::Float64, false)).to_vec().into()
}

/// The metadata of the file, which says what its shapes are.
fn about(table: &Table<'_>) -> Json {
    let mut extent = Extent::default();
    let mut types = std::collections::BTreeSet::new();
    for shape in table.shapes() {
        extent.add(&shape);
        types.insert(match shape {
            geo::Geometry::Point(_) => "Point",
            geo::Geometry::LineString(_) => "LineString",
            geo::Geometry::MultiLineString(_) => "MultiLineString",
            geo::Geometry::Polygon(_) => "Polygon",
            _ => "MultiPolygon",
        });
    }
    let side = |side: &str| json!(["bbox", side]);
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": types,
        "crs": crs84(),
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {"xmin": side("xmin"), "ymin": side("ymin"), "xmax": side("xmax"), "ymax": side("ymax")}},
    });
    if let Some(bounds) = extent.bounds() {
        column["bbox"] = bounds.sides().to_vec().into();
    }
    json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}})
}

/// Longitude and latitude on WGS 84 (OGC:CRS84), as PROJJSON.
fn crs84() -> Json {
    let axis = |name: &str, abbreviation: &str, direction: &str| json!({"name": name, "abbreviation": abbreviation, "direction": direction, "unit": "degree"});
    json!({
        "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
        "type": "GeographicCRS",
        "name": "WGS 84 (CRS84)",
        "datum_ensemble": {
            "name": "World Geodetic System 1984 ensemble",
            "members": [
                {"name": "World Geodetic System 1984 (Transit)"},
                {"name": "World Geodetic System 1984 (G730)"},
                {"name": "World Geodetic System 1984 (G873)"},
                {"name": "World Geodetic System 1984 (G1150)"},
                {"name": "World Geodetic System 1984 (G1674)"},
                {"name": "World Geodetic System 1984 (G1762)"},
                {"name": "World Geodetic System 1984 (G2139)"},
            ],
            "ellipsoid": {"name": "WGS 84", "semi_major_axis": 6_378_137, "inverse_flattening": 298.257_223_563},
            "accuracy": "2.0",
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [axis("Geodetic longitude", "Lon", "east"), axis("Geodetic latitude", "Lat", "north")],
        },
        "id": {"authority": "OGC", "code": "CRS84"},
    })
}

fn columns(table: &Table<'_>, rows: &[Feature<'_>]) -> Result<Vec<ArrayRef>, WriteError> {
    let mut columns: Vec<ArrayRef> = (0..table.fields.len()).map(|n| column(table.fields[n].kind, rows, n)).collect();
    let mut shapes = BinaryBuilder::new();
    let mut boxes: [Float64Builder; 4] = Default::default();
    for row in rows {
        shapes.append_value(row.shape.to_wkb(CoordDimensions::xy()).map_err(WriteError::encoding)?);
        let bounds = Bounds::of(&row.shape).ok_or_else(|| WriteError::encoding("a shape without corners"))?;
        boxes.iter_mut().zip(bounds.sides()).for_each(|(column, side)| column.append_value(side));
    }
    columns.push(Arc::new(shapes.finish()));
    let boxes = boxes.iter_mut().map(|side| Arc::new(side.finish()) as ArrayRef).collect();
    columns.push(Arc::new(StructArray::try_new(sides(), boxes, None).map_err(WriteError::encoding)?));
    Ok(columns)
}

fn column(kind: Kind, rows: &[Feature<'_>], n: usize) -> ArrayRef {
    let values = rows.iter().map(|row| &row.values[n]);
    match kind {
        Kind::Text => {
            let mut column = StringBuilder::new();
            values
                .for_each(|value| column.append_option(if let Value::Text(text) = value { Some(text) } else { None }));
            Arc::new(column.finish())
        }
        Kind::Integer => {
            let mut column = Int64Builder::new();
            values.for_each(|value| column.append_option(if let Value::Integer(n) = value { Some(*n) } else { None }));
            Arc::new(column.finish())
        }
        Kind::Number => {
            let mut column = Float64Builder::new();
            values.for_each(|value| column.append_option(if let Value::Number(n) = value { Some(*n) } else { None }));
            Arc::new(column.finish())
        }
        Kind::Date => {
            use chrono::Datelike as _;
            let mut column = Date32Builder::new();
            let days = |value: &Value<'_>| {
                if let Value::Date(day) = value { Some(day.0.num_days_from_ce() - EPOCH) } else { None }
            };
            values.for_each(|value| column.append_option(days(value)));
            Arc::new(column.finish())
        }
    }
}

fn failed(error: ParquetError) -> WriteError {
    match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) => WriteError::Io(*error),
            Err(error) => WriteError::encoding(error),
        },
        error => WriteError::encoding(error),
    }
}
