//! Metadata as a column: a struct with the fields that the first documents have, each of the type that takes all of their values.
//!
//! A file has one schema, which stands before its first row. So a later document may have a field that is not in it, or a value
//! that is of no such type: these are in the field [`OTHERS`], a JSON object, and nothing is lost. A text takes every value: what is
//! none is written as JSON.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema};
use serde_json::{Map, Value};

use super::columns::ELEMENT;
use crate::annotation::json;
use crate::annotation::lenient::OTHERS;

/// Fields of a struct, at most; an object with more of them is a map of its own, and written as JSON.
const FIELDS: usize = 100;

/// How deep structs and lists may lie in each other; what is deeper is written as JSON.
const DEPTH: usize = 5;

/// Above it, numbers with decimals have none of their own for every whole number.
const WHOLE_DECIMALS: u64 = 1 << 53;

/// The types of the fields of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataTypes(Vec<(String, Type)>);

/// What the values of a field are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Type {
    /// Nothing but null, as far as is known.
    Unknown,
    Text,
    Truth,
    Integer,
    Number,
    List(Box<Type>),
    Struct(Vec<(String, Type)>),
}

impl MetadataTypes {
    /// Those of the metadata of some documents; `None` if it has no fields.
    pub fn of<'a>(metadata: impl Iterator<Item = &'a Map<String, Value>>) -> Option<Self> {
        let mut fields = Vec::new();
        metadata.for_each(|metadata| widen_fields(&mut fields, metadata));
        let mut taken: Vec<String> = vec![OTHERS.to_owned()];
        fields.retain(|(name, _)| {
            // Many readers do not tell small letters from capitals.
            let folded = name.to_lowercase();
            let is_free = !taken.contains(&folded) && taken.len() <= FIELDS;
            taken.push(folded);
            is_free
        });
        let fields: Vec<_> = fields.into_iter().map(|(name, kind)| (name, kind.settled(1))).collect();
        (!fields.is_empty()).then_some(Self(fields))
    }

    /// Those of a table that was written before; `None` if its metadata is text.
    pub fn of_schema(schema: &Schema) -> Option<Self> {
        match schema.field_with_name("metadata").ok()?.data_type() {
            DataType::Struct(fields) => {
                let known = fields.iter().filter(|field| field.name() != OTHERS);
                Some(Self(known.map(|field| (field.name().clone(), Type::of(field.data_type()))).collect()))
            }
            _ => None,
        }
    }

    /// The column of some documents.
    pub(super) fn column(&self, rows: &[Option<&Map<String, Value>>]) -> ArrayRef {
        let mut fields: Vec<Field> = Vec::with_capacity(self.0.len() + 1);
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.0.len() + 1);
        for (name, kind) in &self.0 {
            let values = rows.iter().map(|row| row.and_then(|row| row.get(name)).filter(|value| kind.takes(value)));
            let array = kind.array(&values.collect::<Vec<_>>());
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let others = StringArray::from_iter(rows.iter().map(|row| self.others((*row)?)));
        fields.push(Field::new(OTHERS, DataType::Utf8, true));
        arrays.push(Arc::new(others));
        let nulls = NullBuffer::from_iter(rows.iter().map(Option::is_some));
        Arc::new(StructArray::new(Fields::from(fields), arrays, Some(nulls)))
    }

    /// What of the metadata of a document is in none of the fields, as JSON.
    fn others(&self, metadata: &Map<String, Value>) -> Option<String> {
        let kind = |name: &str| self.0.iter().find(|(known, _)| known == name).map(|(_, kind)| kind);
        let is_other = |name: &str, value: &Value| !kind(name).is_some_and(|kind| kind.takes(value));
        let others = metadata.iter().filter(|(name, value)| is_other(name, value));
        let others: Map<String, Value> = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        (!others.is_empty()).then(|| json::to_string(&others))
    }
}

/// Takes what is in an object into the types of its fields, which stand in the order in which they first came.
fn widen_fields(fields: &mut Vec<(String, Type)>, object: &Map<String, Value>) {
    for (name, value) in object {
        let at = match fields.iter().position(|(known, _)| known == name) {
            Some(at) => at,
            // One more than there may be: that they are too many is known then.
            None if fields.len() > FIELDS => continue,
            None => {
                fields.push((name.clone(), Type::Unknown));
                fields.len() - 1
            }
        };
        fields[at].1.widen(value);
    }
}

impl Type {
    /// The type of a column that was written.
    fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean => Self::Truth,
            DataType::Int64 => Self::Integer,
            DataType::Float64 => Self::Number,
            DataType::List(element) => Self::List(Box::new(Self::of(element.data_type()))),
            DataType::Struct(fields) => {
                Self::Struct(fields.iter().map(|field| (field.name().clone(), Self::of(field.data_type()))).collect())
            }
            _ => Self::Text,
        }
    }

    /// Makes it a type that takes one more value.
    fn widen(&mut self, value: &Value) {
        match (&mut *self, value) {
            (_, Value::Null) => {}
            (Self::List(element), Value::Array(values)) => values.iter().for_each(|value| element.widen(value)),
            (Self::Struct(fields), Value::Object(object)) => widen_fields(fields, object),
            (Self::Unknown, Value::Array(values)) => {
                let mut element = Self::Unknown;
                values.iter().for_each(|value| element.widen(value));
                *self = Self::List(Box::new(element));
            }
            (Self::Unknown, Value::Object(object)) => {
                let mut fields = Vec::new();
                widen_fields(&mut fields, object);
                *self = Self::Struct(fields);
            }
            (Self::Unknown | Self::Truth, Value::Bool(_)) => *self = Self::Truth,
            (Self::Unknown | Self::Integer, Value::Number(number)) if number.is_i64() => *self = Self::Integer,
            (Self::Unknown | Self::Integer | Self::Number, Value::Number(number)) if number.is_f64() => {
                *self = Self::Number;
            }
            (Self::Number, Value::Number(number)) if number.is_i64() => {}
            _ => *self = Self::Text,
        }
    }

    /// The same as it is written: what is not known, is too deep or has too many fields is text.
    fn settled(self, depth: usize) -> Self {
        match self {
            Self::List(element) if depth < DEPTH => Self::List(Box::new(element.settled(depth + 1))),
            Self::Struct(fields) if depth < DEPTH && are_fields(&fields) => {
                Self::Struct(fields.into_iter().map(|(name, kind)| (name, kind.settled(depth + 1))).collect())
            }
            Self::Unknown | Self::List(_) | Self::Struct(_) => Self::Text,
            plain => plain,
        }
    }

    /// Whether a value is one of this type.
    fn takes(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) | (Self::Text | Self::Unknown, _) | (Self::Truth, Value::Bool(_)) => true,
            (Self::Integer, Value::Number(number)) => number.is_i64(),
            (Self::Number, Value::Number(number)) => {
                number.is_f64() || number.as_i64().is_some_and(|number| number.unsigned_abs() <= WHOLE_DECIMALS)
            }
            (Self::List(element), Value::Array(values)) => values.iter().all(|value| element.takes(value)),
            (Self::Struct(fields), Value::Object(object)) => object.iter().all(|(name, value)| {
                fields.iter().find(|(known, _)| known == name).is_some_and(|(_, kind)| kind.takes(value))
            }),
            _ => false,
        }
    }

    /// Values that it takes, as a column.
    fn array(&self, values: &[Option<&Value>]) -> ArrayRef {
        let known = || values.iter().map(|value| value.filter(|value| !value.is_null()));
        match self {
            Self::Text | Self::Unknown => {
                let mut texts = StringBuilder::new();
                known().for_each(|value| texts.append_option(value.map(written)));
                Arc::new(texts.finish())
            }
            Self::Truth => Arc::new(BooleanArray::from_iter(known().map(|value| value?.as_bool()))),
            Self::Integer => Arc::new(Int64Array::from_iter(known().map(|value| value?.as_i64()))),
            Self::Number => Arc::new(Float64Array::from_iter(known().map(|value| value?.as_f64()))),
            Self::List(element) => {
                let lists: Vec<Option<&Vec<Value>>> = known().map(|value| value?.as_array()).collect();
                let items: Vec<Option<&Value>> =
                    lists.iter().flatten().flat_map(|list| list.iter().map(Some)).collect();
                let items = element.array(&items);
                let nulls = NullBuffer::from_iter(lists.iter().map(Option::is_some));
                let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.map_or(0, Vec::len)));
                let field = Arc::new(Field::new(ELEMENT, items.data_type().clone(), true));
                Arc::new(ListArray::new(field, offsets, items, Some(nulls)))
            }
            Self::Struct(fields) => {
                let objects: Vec<Option<&Map<String, Value>>> = known().map(|value| value?.as_object()).collect();
                let of = |(name, kind): &(String, Self)| {
                    let values: Vec<_> =
                        objects.iter().map(|object| object.and_then(|object| object.get(name))).collect();
                    let array = kind.array(&values);
                    (Field::new(name, array.data_type().clone(), true), array)
                };
                let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = fields.iter().map(of).unzip();
                let nulls = NullBuffer::from_iter(objects.iter().map(Option::is_some));
                Arc::new(StructArray::new(Fields::from(fields), arrays, Some(nulls)))
            }
        }
    }
}

/// Whether these can be the fields of a struct: not too many, and none that differ by capitals alone.
fn are_fields(fields: &[(String, Type)]) -> bool {
    let mut names: Vec<String> = fields.iter().map(|(name, _)| name.to_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    !fields.is_empty() && fields.len() <= FIELDS && names.len() == fields.len()
}

/// A value as text.
fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        value => json::to_string(value).into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    fn types(documents: &[Value]) -> MetadataTypes {
        let documents: Vec<_> = documents.iter().map(map).collect();
        MetadataTypes::of(documents.iter()).unwrap()
    }

    fn names(types: &MetadataTypes) -> Vec<&str> {
        types.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn fields_have_the_type_that_takes_their_values() {
        let found = types(&[
            json!({"desk": "A", "words": 3, "share": 1, "live": true, "tags": ["a"], "by": {"name": "N", "id": 1}, "none": null}),
            json!({"words": null, "share": 0.5, "tags": [], "by": {"id": 2, "role": "x"}, "mixed": 1}),
            json!({"mixed": "x", "DESK": "other", "_others": 1, "empty": {}, "big": 18_446_744_073_709_551_615_u64}),
        ]);
        let kind = |name: &str| found.0.iter().find(|(known, _)| known == name).map(|(_, kind)| kind.clone());
        let by = [("name", Type::Text), ("id", Type::Integer), ("role", Type::Text)];
        let by = by.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
        for (name, expected) in [
            ("desk", Type::Text),
            ("words", Type::Integer),
            ("share", Type::Number),
            ("live", Type::Truth),
            ("tags", Type::List(Box::new(Type::Text))),
            ("by", Type::Struct(by)),
            ("none", Type::Text),
            ("mixed", Type::Text),
            ("empty", Type::Text),
            ("big", Type::Text),
        ] {
            assert_eq!(kind(name), Some(expected), "{name}");
        }
        assert_eq!((kind("DESK"), kind("_others")), (None, None));
        assert_eq!(MetadataTypes::of([Map::new()].iter()), None);
    }

    #[test]
    fn what_fits_no_field_is_among_the_others() {
        let found = types(&[json!({"words": 3, "tags": ["a"], "by": {"id": 1}, "share": 0.5})]);
        let others =
            |value: Value| found.others(&map(&value)).map(|json| serde_json::from_str::<Value>(&json).unwrap());
        assert_eq!(others(json!({"words": null, "tags": null, "share": 7})), None);
        for other in [
            json!({"words": "three"}),
            json!({"words": 3.5}),
            json!({"new": null}),
            json!({"by": {"id": 1, "new": 2}}),
            json!({"tags": "a"}),
            json!({"share": 9_007_199_254_740_993_i64}),
        ] {
            assert_eq!(others(other.clone()), Some(other));
        }
    }

    #[test]
    fn objects_with_many_or_with_equal_fields_are_text() {
        let many: Map<String, Value> = (0..200).map(|n| (format!("k{n}"), n.into())).collect();
        let found = types(&[json!({"many": many, "equal": {"a": 1, "A": 2}, "deep": [[[[[[1]]]]]]})]);
        assert_eq!(found.0[0].1, Type::Text);
        assert_eq!(found.0[1].1, Type::Text);
        assert!(found.0[2].1.takes(&json!([[[[[["x"]]]]]])));
        assert_eq!(names(&types(&[many.into()])).len(), FIELDS);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            "\\PC{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec(("[aAb_]{0,2}|_others", inner), 0..4)
                    .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        /// Whatever the first documents have, and whatever comes later, columns have one schema, which tells the types again.
        #[test]
        fn any_metadata_is_a_column(
            documents in proptest::collection::vec(proptest::collection::vec(("[abAB]{0,2}|_others", values()), 0..5), 1..6),
            first in 1..6_usize,
        ) {
            let documents: Vec<Map<String, Value>> = documents.into_iter().map(|fields| fields.into_iter().collect()).collect();
            let Some(types) = MetadataTypes::of(documents.iter().take(first)) else { return Ok(()) };
            let rows: Vec<Option<&Map<String, Value>>> = documents.iter().map(Some).chain([None]).collect();
            let all = types.column(&rows);
            let none = types.column(&[]);
            prop_assert_eq!(all.data_type(), none.data_type());
            prop_assert_eq!(all.len(), rows.len());
            let schema = Schema::new(vec![Field::new("metadata", all.data_type().clone(), true)]);
            prop_assert_eq!(MetadataTypes::of_schema(&schema), Some(types.clone()));
            for document in &documents {
                let others: Map<String, Value> =
                    types.others(document).map_or(Map::new(), |others| serde_json::from_str(&others).unwrap());
                for (name, value) in document {
                    let kind = types.0.iter().find(|(known, _)| known == name);
                    let fits = kind.is_some_and(|(_, kind)| kind.takes(value));
                    prop_assert!(fits != others.contains_key(name));
                }
            }
        }
    }
}
