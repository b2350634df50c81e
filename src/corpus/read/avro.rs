//! Avro object files: a document a record.

use std::io::BufReader;
use std::sync::Arc;

use apache_avro::schema::Name;
use apache_avro::types::Value as Avro;
use apache_avro::util::max_allocation_bytes;
use apache_avro::{Reader, Schema};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::columns::guarded;
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields};
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::notes::Notes;
use crate::corpus::position::Position;

/// Bytes of a block or a value, at most: what a damaged file says of its sizes is taken for true up to here.
const MOST_BYTES: usize = 256 << 20;

/// The documents of an Avro file.
pub(super) struct Documents {
    name: Arc<str>,
    fields: Fields,
    notes: Notes,
    reader: Reader<'static, BufReader<Bytes>>,
    record: u64,
    ended: bool,
}

impl Documents {
    /// Reads as far as the schema.
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, notes: Notes) -> Result<Self, Fault> {
        // Once for the whole program: a second call changes nothing.
        max_allocation_bytes(MOST_BYTES);
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        let reader = guarded("Avro", || Reader::new(bytes).map_err(|error| damaged(error.to_string())))?;
        if is_recursive(reader.writer_schema(), &mut Vec::new()) {
            // A value of it may be nested so deeply that reading it takes all of the stack.
            let why = "has a schema that holds itself".to_owned();
            return Err(Fault::Damaged { why, kind: "flat Avro" });
        }
        Ok(Self { name, fields, notes, reader, record: 0, ended: false })
    }

    fn next(&mut self) -> Option<Result<Avro, Fault>> {
        if self.ended {
            return None;
        }
        let next = guarded("Avro", || self.reader.next().transpose().map_err(|error| damaged(error.to_string())));
        // Behind damage, it is not known where the next record begins.
        self.ended = !matches!(next, Ok(Some(_)));
        self.record += 1;
        next.transpose()
    }
}

impl Records for Documents {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let value = self.next()?;
        let position = Position { source: self.name.clone(), line: Some(self.record) };
        let object = value.and_then(|value| match json(value) {
            Value::Object(object) => Ok(object),
            _ => Err(Fault::Record { why: "is not a record".to_owned(), expected: EXPECTED_OBJECT }),
        });
        Some(self.fields.record(position, object, EXPECTED_OBJECT, &self.notes))
    }

    fn skip_record(&mut self) -> bool {
        self.next().is_some()
    }
}

/// Whether a schema holds itself. `within`: the names of the records around it.
fn is_recursive(schema: &Schema, within: &mut Vec<Name>) -> bool {
    match schema {
        Schema::Record(record) => {
            within.push(record.name.clone());
            let found = record.fields.iter().any(|field| is_recursive(&field.schema, within));
            within.pop();
            found
        }
        Schema::Ref { name } => within.contains(name),
        Schema::Array(array) => is_recursive(&array.items, within),
        Schema::Map(map) => is_recursive(&map.types, within),
        Schema::Union(union) => union.variants().iter().any(|schema| is_recursive(schema, within)),
        _ => false,
    }
}

fn damaged(why: String) -> Fault {
    Fault::Damaged { why: format!("is damaged ({why})"), kind: "Avro" }
}

/// A value as JSON. Dates and times are written out; bytes that are no text, durations and decimal numbers are null.
fn json(value: Avro) -> Value {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_or(Value::Null, Value::from);
    let utc = |time: Option<DateTime<Utc>>| {
        time.map_or(Value::Null, |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
    };
    let local = |time: Option<DateTime<Utc>>| {
        time.map_or(Value::Null, |time| time.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string().into())
    };
    match value {
        // Of a decimal number, the value does not say where its point is.
        Avro::Null | Avro::Duration(_) | Avro::Decimal(_) => Value::Null,
        Avro::Boolean(truth) => truth.into(),
        Avro::Int(number) => number.into(),
        Avro::Long(number) => number.into(),
        Avro::Float(number) => number.to_string().parse::<f64>().map_or(Value::Null, Value::from),
        Avro::Double(number) => number.into(),
        Avro::Bytes(bytes) | Avro::Fixed(_, bytes) => text(bytes),
        Avro::String(text) | Avro::Enum(_, text) => text.into(),
        Avro::Union(_, value) => json(*value),
        Avro::Array(values) => values.into_iter().map(json).collect(),
        Avro::Map(values) => {
            // Maps have no order of their own.
            let mut entries: Vec<(String, Avro)> = values.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<_, _>>().into()
        }
        Avro::Record(fields) => {
            fields.into_iter().map(|(name, value)| (name, json(value))).collect::<Map<_, _>>().into()
        }
        Avro::Date(days) => DateTime::UNIX_EPOCH
            .date_naive()
            .checked_add_signed(TimeDelta::days(days.into()))
            .map_or(Value::Null, |day| day.to_string().into()),
        Avro::BigDecimal(number) => number.to_string().into(),
        Avro::TimeMillis(millis) => time(i64::from(millis) * 1000),
        Avro::TimeMicros(micros) => time(micros),
        Avro::TimestampMillis(millis) => utc(DateTime::from_timestamp_millis(millis)),
        Avro::TimestampMicros(micros) => utc(DateTime::from_timestamp_micros(micros)),
        Avro::TimestampNanos(nanos) => utc(Some(DateTime::from_timestamp_nanos(nanos))),
        Avro::LocalTimestampMillis(millis) => local(DateTime::from_timestamp_millis(millis)),
        Avro::LocalTimestampMicros(micros) => local(DateTime::from_timestamp_micros(micros)),
        Avro::LocalTimestampNanos(nanos) => local(Some(DateTime::from_timestamp_nanos(nanos))),
        Avro::Uuid(uuid) => uuid.to_string().into(),
    }
}

/// A time of day, in microseconds.
fn time(micros: i64) -> Value {
    DateTime::from_timestamp_micros(micros).map_or(Value::Null, |time| time.time().to_string().into())
}

#[cfg(test)]
pub(in crate::corpus) mod tests {
    use std::io::Cursor;

    use apache_avro::{Codec, Writer};

    use super::*;

    const SCHEMA: &str = r#"{"type": "record", "name": "article", "fields": [
        {"name": "id", "type": "long"}, {"name": "text", "type": ["null", "string"]},
        {"name": "date", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "tags", "type": {"type": "array", "items": "string"}}, {"name": "raw", "type": "bytes"}]}"#;

    /// A file of two records, of which one has no text.
    pub(in crate::corpus) fn file(codec: Codec) -> Vec<u8> {
        let schema = Schema::parse_str(SCHEMA).unwrap();
        let mut writer = Writer::with_codec(&schema, Vec::new(), codec);
        for (id, text) in
            [(1, Avro::Union(1, Box::new(Avro::String("Köln".into())))), (2, Avro::Union(0, Box::new(Avro::Null)))]
        {
            let fields = vec![
                ("id".to_owned(), Avro::Long(id)),
                ("text".to_owned(), text),
                ("date".to_owned(), Avro::TimestampMillis(1_709_643_600_000)),
                ("tags".to_owned(), Avro::Array(vec![Avro::String("a".into())])),
                ("raw".to_owned(), Avro::Bytes(vec![0xff])),
            ];
            writer.append(Avro::Record(fields)).unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn records_become_documents() {
        use crate::corpus::fields::Metadata;
        use crate::corpus::input::Input;
        for codec in [Codec::Null, Codec::Deflate(Default::default()), Codec::Snappy] {
            let fields = Fields { metadata: Metadata::All, ..Fields::default() };
            let bytes = Box::new(Cursor::new(file(codec)));
            let mut records = Documents::new("a.avro".into(), bytes, fields, Notes::default()).unwrap();
            let document = records.next_record().unwrap().unwrap().input.into_document();
            assert_eq!((document.id.as_str(), document.text.as_str()), ("1", "Köln"));
            assert_eq!(document.date.as_deref(), Some("2024-03-05T13:00:00Z"));
            assert_eq!(Value::from(document.metadata), serde_json::json!({"tags": ["a"], "raw": null}));
            assert!(matches!(records.next_record().unwrap().unwrap().input, Input::Nothing { id } if id == "2"));
            assert!(records.next_record().is_none());
        }
    }

    #[test]
    fn a_schema_that_holds_itself_is_refused() {
        let recursive = r#"{"type": "record", "name": "n", "fields": [{"name": "next", "type": ["null", "n"]}]}"#;
        let twice = r#"{"type": "record", "name": "n", "fields": [
            {"name": "a", "type": {"type": "record", "name": "m", "fields": []}}, {"name": "b", "type": "m"}]}"#;
        for (schema, expected) in [(recursive, true), (twice, false), (SCHEMA, false)] {
            assert_eq!(is_recursive(&Schema::parse_str(schema).unwrap(), &mut Vec::new()), expected, "{schema}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_told() {
        let whole = file(Codec::Null);
        let cut = whole[..whole.len() - 20].to_vec();
        let records = Documents::new("a.avro".into(), Box::new(Cursor::new(cut)), Fields::default(), Notes::default());
        let mut records = records.unwrap();
        let errors = std::iter::from_fn(|| records.next_record()).filter(Result::is_err).count();
        assert_eq!(errors, 1);
    }
}
