//! What annotations of other hands, of tables and of version 1 leave out or write otherwise: it is read as what was meant.

use std::borrow::Cow;

use serde::de::IntoDeserializer as _;
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

/// A latitude or longitude; not a number where it is not known, for whoever reads the place to see.
pub(super) fn degrees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(unknown))
}

pub(super) fn unknown() -> f64 {
    f64::NAN
}

/// Tables have metadata as text.
pub(super) fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Object(metadata) => Ok(Some(metadata)),
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
