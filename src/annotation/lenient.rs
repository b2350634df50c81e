//! What annotations of other hands, of tables and of version 1 leave out or write otherwise: it is read as what was meant.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IntoDeserializer as _, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::mention::Label;
use crate::ner::types::label_of_type;

/// What files of other hands may leave out.
pub(super) fn certain() -> f64 {
    1.0
}

pub(super) fn certainty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(certain))
}

/// A string, or a number as one.
pub(super) fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        other => Err(serde::de::Error::custom(format!("{other} is neither a string nor a number"))),
    }
}

/// An id, which files of other hands may leave out: whoever reads the file knows where the document stands.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(written(deserializer)?.unwrap_or_default())
}

/// Version 1 left lists out that have nothing in them, and tables have null there.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A whole number, which tables with gaps in a column have as 5.0.
struct Whole(u64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

struct WholeVisitor;

/// Above it, numbers with decimals have none of their own for every whole number.
const WHOLE_DECIMALS: f64 = 9_007_199_254_740_992.0;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, not below 0")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Whole, E> {
        u64::try_from(number).map(Whole).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Whole, E> {
        match number.fract() == 0.0 && (0.0..=WHOLE_DECIMALS).contains(&number) {
            true => Ok(Whole(number as u64)),
            false => Err(E::invalid_value(Unexpected::Float(number), &self)),
        }
    }
}

/// A number that counts, or the index of something.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    Whole::deserialize(deserializer).map(|Whole(number)| number as usize)
}

/// The same, if it is known.
pub(super) fn count_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number as usize))
}

/// A number of people, if it is known.
pub(super) fn people<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number))
}

/// Indices; none where there is null.
pub(super) fn counts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<usize>, D::Error> {
    let counts = Option::<Vec<Whole>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(counts.into_iter().map(|Whole(number)| number as usize).collect())
}

/// A latitude or longitude; not a number where it is not known, for whoever reads the place to see.
pub(super) fn degrees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(unknown))
}

pub(super) fn unknown() -> f64 {
    f64::NAN
}

/// The field of metadata in tables that has what is in none of the others, as a JSON object.
pub(crate) const OTHERS: &str = "_others";

/// Tables have metadata as text, or as fields of known types and one for all else.
pub(super) fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Object(mut metadata) => {
            if let Some(Value::String(others)) = metadata.get(OTHERS)
                && let Ok(Value::Object(others)) = serde_json::from_str(others)
            {
                metadata.shift_remove(OTHERS);
                metadata.extend(others);
            } else if metadata.get(OTHERS).is_some_and(Value::is_null) {
                metadata.shift_remove(OTHERS);
            }
            Ok(Some(metadata))
        }
        Value::String(json) => serde_json::from_str(&json).map_err(serde::de::Error::custom),
        other => Err(serde::de::Error::custom(format!("metadata is no object: {other}"))),
    }
}

/// The label of a name. Files of other hands may have a type of another label set, which is what it is for models too.
pub(super) fn label<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Label, D::Error> {
    let name = Cow::<'de, str>::deserialize(deserializer)?;
    match label_of_type(&name) {
        Some(label) => Ok(label),
        None => Label::deserialize(name.into_deserializer()),
    }
}
