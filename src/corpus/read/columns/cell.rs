//! Values of Arrow's columns as JSON: strings, numbers, truth values, lists and objects stay what they are; dates, times and
//! decimal numbers become strings, times in zones those of UTC. Inside of lists and objects, bytes that are no text are written in
//! hexadecimal digits, and what has no form in JSON is null: it is nobody's text.

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::{
    date32_to_datetime, date64_to_datetime, time32ms_to_time, time32s_to_time, time64ns_to_time, time64us_to_time,
    timestamp_ms_to_datetime, timestamp_ns_to_datetime, timestamp_s_to_datetime, timestamp_us_to_datetime,
};
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use arrow_schema::{DataType, FieldRef, Schema, TimeUnit};
use serde_json::{Map, Number, Value};

use crate::corpus::error::Fault;
use crate::corpus::fields::{EXPECTED_ROW, Fields};
use crate::corpus::notes::{Note, Notes};
use crate::corpus::position::Position;

/// One value of a column; `name` is the column's, for errors.
pub(super) fn value(array: &dyn Array, row: usize, name: &str) -> Result<Value, Fault> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    let bytes = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Value::from(text)),
        Err(error) => Err(Fault::NotUtf8 { byte: error.valid_up_to() }),
    };
    Ok(match array.data_type() {
        DataType::Null => Value::Null,
        // Nobody has looked yet whether what other libraries hand over as text is some.
        DataType::Utf8 => bytes(array.as_string::<i32>().value(row).as_bytes())?,
        DataType::LargeUtf8 => bytes(array.as_string::<i64>().value(row).as_bytes())?,
        DataType::Utf8View => bytes(array.as_string_view().value(row).as_bytes())?,
        // Some writers don't say that their strings are strings.
        DataType::Binary => bytes(array.as_binary::<i32>().value(row))?,
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row))?,
        DataType::BinaryView => bytes(array.as_binary_view().value(row))?,
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float16 => number(array.as_primitive::<Float16Type>().value(row)),
        DataType::Float32 => number(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match value(dictionary.keys(), row, name)?.as_u64() {
                Some(key) => value(dictionary.values(), key as usize, name)?,
                None => Value::Null,
            }
        }
        DataType::List(_) => list(&array.as_list::<i32>().value(row), name)?,
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row), name)?,
        DataType::ListView(_) => list(&array.as_list_view::<i32>().value(row), name)?,
        DataType::LargeListView(_) => list(&array.as_list_view::<i64>().value(row), name)?,
        DataType::FixedSizeList(..) => list(&array.as_fixed_size_list().value(row), name)?,
        DataType::Struct(_) => {
            let columns = array.as_struct();
            let names = columns.fields().iter().map(|field| field.name());
            let cells =
                names.zip(columns.columns()).map(|(name, column)| Ok((name.clone(), inner(column, row, name)?)));
            cells.collect::<Result<Map<_, _>, Fault>>()?.into()
        }
        DataType::Map(..) => map(&array.as_map().value(row), name)?,
        other => match written(array, row) {
            Some(written) => written.into(),
            None => {
                let why = format!("its {name:?} cannot be written as text (a value of the type {other})");
                return Err(Fault::Record { why, expected: EXPECTED_ROW });
            }
        },
    })
}

/// A row of columns that belong together.
pub(in super::super) fn object(columns: &StructArray, row: usize) -> Result<Map<String, Value>, Fault> {
    let names = columns.fields().iter().map(|field| field.name());
    let cells = names.zip(columns.columns());
    cells.map(|(name, column)| Ok((name.clone(), value(column, row, name)?))).collect()
}

/// Whose fields are read, and who is told of what is left out.
pub(super) struct Told<'r> {
    pub fields: &'r Fields,
    pub notes: &'r Notes,
    pub position: &'r Position,
}

/// What the schema of a file says of its columns beyond the types of their values.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Columns of UUIDs, which come as bytes.
    uuids: Vec<String>,
}

impl Reading {
    pub fn of(schema: &Schema) -> Self {
        let is_uuid = |field: &&FieldRef| {
            *field.data_type() == DataType::FixedSizeBinary(16)
                && field
                    .metadata()
                    .get(EXTENSION_TYPE_NAME_KEY)
                    .is_some_and(|name| name == "arrow.uuid" || name == "uuid")
        };
        Self { uuids: schema.fields().iter().filter(is_uuid).map(|field| field.name().clone()).collect() }
    }

    /// A row as the fields of a document. A column that is not the text costs no document: what is no text in it is left out.
    pub fn object(&self, columns: &StructArray, row: usize, told: &Told<'_>) -> Result<Map<String, Value>, Fault> {
        let names = columns.fields().iter().map(|field| field.name());
        let cell = |(name, column): (&String, &ArrayRef)| {
            if self.uuids.contains(name) && !column.is_null(row) {
                let bytes = column.as_fixed_size_binary().value(row);
                return Ok((name.clone(), hyphenated(bytes).into()));
            }
            let value = match value(column, row, name) {
                Err(fault) if !told.fields.may_be_text(name) => {
                    let was = if matches!(fault, Fault::NotUtf8 { .. }) {
                        "bytes that are no text"
                    } else {
                        "of a type without text"
                    };
                    told.notes.add(Note::LeftOut(name.clone(), was), told.position);
                    Value::Null
                }
                Err(Fault::NotUtf8 { byte }) => {
                    let why = format!("its {name:?} is no text (byte {byte} is not UTF-8)");
                    return Err(Fault::Record { why, expected: EXPECTED_ROW });
                }
                value => value?,
            };
            Ok((name.clone(), value))
        };
        names.zip(columns.columns()).map(cell).collect()
    }
}

/// A UUID as it is commonly written.
fn hyphenated(bytes: &[u8]) -> String {
    let digits = hex(bytes);
    match digits.len() {
        32 => [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"),
        _ => digits,
    }
}

/// The entries of a map, whose keys are strings, or written as such.
fn map(entries: &StructArray, name: &str) -> Result<Value, Fault> {
    let [keys, values] = entries.columns() else { return Ok(Value::Null) };
    let entry = |n| {
        let key = match value(keys, n, name)? {
            Value::String(key) => key,
            key => key.to_string(),
        };
        Ok((key, inner(values, n, name)?))
    };
    (0..entries.len()).map(entry).collect::<Result<Map<_, _>, Fault>>().map(Value::from)
}

fn list(values: &dyn Array, name: &str) -> Result<Value, Fault> {
    (0..values.len()).map(|n| inner(values, n, name)).collect()
}

/// A value inside of another.
fn inner(array: &dyn Array, row: usize, name: &str) -> Result<Value, Fault> {
    let hexadecimal = |bytes: &[u8]| std::str::from_utf8(bytes).map_or_else(|_| hex(bytes).into(), Value::from);
    match array.data_type() {
        _ if array.is_null(row) => Ok(Value::Null),
        DataType::Binary => Ok(hexadecimal(array.as_binary::<i32>().value(row))),
        DataType::LargeBinary => Ok(hexadecimal(array.as_binary::<i64>().value(row))),
        DataType::BinaryView => Ok(hexadecimal(array.as_binary_view().value(row))),
        _ => match value(array, row, name) {
            Err(Fault::Record { .. }) => Ok(Value::Null),
            value => value,
        },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number with as many digits as it has in its own type: 0.1, not 0.10000000149. What is no number is null.
fn number(number: impl ToString) -> Value {
    number.to_string().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

/// Dates, times and decimal numbers as they are commonly written; `None` for what is none of them, or no moment at all.
fn written(array: &dyn Array, row: usize) -> Option<String> {
    macro_rules! plain {
        ($type:ty) => {
            array.as_primitive::<$type>().value(row)
        };
    }
    Some(match array.data_type() {
        DataType::Date32 => date32_to_datetime(plain!(Date32Type))?.date().to_string(),
        DataType::Date64 => format!("{:?}", date64_to_datetime(plain!(Date64Type))?),
        DataType::Time32(TimeUnit::Second) => time32s_to_time(plain!(Time32SecondType))?.to_string(),
        DataType::Time32(_) => time32ms_to_time(plain!(Time32MillisecondType))?.to_string(),
        DataType::Time64(TimeUnit::Microsecond) => time64us_to_time(plain!(Time64MicrosecondType))?.to_string(),
        DataType::Time64(_) => time64ns_to_time(plain!(Time64NanosecondType))?.to_string(),
        DataType::Timestamp(unit, zone) => {
            let moment = match unit {
                TimeUnit::Second => timestamp_s_to_datetime(plain!(TimestampSecondType)),
                TimeUnit::Millisecond => timestamp_ms_to_datetime(plain!(TimestampMillisecondType)),
                TimeUnit::Microsecond => timestamp_us_to_datetime(plain!(TimestampMicrosecondType)),
                TimeUnit::Nanosecond => timestamp_ns_to_datetime(plain!(TimestampNanosecondType)),
            };
            // Moments in zones are stored as those of UTC; zones by name cannot be written without a database of them.
            format!("{:?}{}", moment?, if zone.is_some() { "Z" } else { "" })
        }
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => array.as_primitive::<DurationSecondType>().value_as_duration(row)?.to_string(),
            TimeUnit::Millisecond => {
                array.as_primitive::<DurationMillisecondType>().value_as_duration(row)?.to_string()
            }
            TimeUnit::Microsecond => {
                array.as_primitive::<DurationMicrosecondType>().value_as_duration(row)?.to_string()
            }
            TimeUnit::Nanosecond => array.as_primitive::<DurationNanosecondType>().value_as_duration(row)?.to_string(),
        },
        DataType::Decimal32(..) => array.as_primitive::<Decimal32Type>().value_as_string(row),
        DataType::Decimal64(..) => array.as_primitive::<Decimal64Type>().value_as_string(row),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Decimal256(..) => array.as_primitive::<Decimal256Type>().value_as_string(row),
        DataType::FixedSizeBinary(_) => hex(array.as_fixed_size_binary().value(row)),
        _ => return None,
    })
}
