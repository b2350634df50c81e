//! Comma-separated values (RFC 4180, with line feeds) under a line of column names; with a decimal comma, semicolons stand between
//! them.

use std::borrow::Cow;
use std::io::Write;

use geozero::ToWkt as _;

use super::error::WriteError;
use crate::layer::table::{Shapes, Table, Value};
use crate::rounding::{COORDINATE_DECIMALS, rounded};
use crate::table_text::FieldOptions;

/// The fields of the layer, then `latitude` and `longitude`, and of shapes that are no points their well-known text. What
/// is not known is empty.
pub(super) fn write(table: &Table<'_>, options: FieldOptions, out: &mut dyn Write) -> Result<(), WriteError> {
    let shapes = table.shapes != Shapes::Points;
    let mut csv = csv::WriterBuilder::new().delimiter(options.decimal.delimiter()).from_writer(out);
    // Some are words of documents.
    let names = table.fields.iter().map(|field| options.field(field.name));
    let names = names.chain(["latitude", "longitude"].map(Cow::from)).chain(shapes.then_some("geometry".into()));
    for name in names {
        csv.write_field(name.as_bytes()).map_err(io_error)?;
    }
    csv.write_record(None::<&[u8]>).map_err(io_error)?;
    for feature in table.features() {
        for value in &feature.values {
            match value {
                Value::Null => csv.write_field(""),
                Value::Text(text) => csv.write_field(options.field(text).as_bytes()),
                Value::Integer(number) => csv.write_field(number.to_string()),
                Value::Number(number) => csv.write_field(options.decimal.number(number)),
                Value::Date(day) => csv.write_field(day.to_string()),
            }
            .map_err(io_error)?;
        }
        for degrees in [feature.at.lat, feature.at.lon] {
            csv.write_field(options.decimal.number(rounded(degrees, COORDINATE_DECIMALS))).map_err(io_error)?;
        }
        if shapes {
            csv.write_field(feature.shape.to_wkt().map_err(WriteError::encoding)?).map_err(io_error)?;
        }
        csv.write_record(None::<&[u8]>).map_err(io_error)?;
    }
    csv.flush()?;
    Ok(())
}

fn io_error(error: csv::Error) -> WriteError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => WriteError::Io(error),
        other => WriteError::encoding(format!("{other:?}")),
    }
}
