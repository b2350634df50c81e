//! From what Python has to documents: strings, mappings, and what is wrong with others.

use dateline::Document;
use dateline::inner::corpus::error::ReadError;
use dateline::inner::corpus::fields::{Fields, Metadata};
use dateline::inner::corpus::input::{Input, InputRecord};
use dateline::inner::corpus::position::Position;
use dateline::inner::corpus::read;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use serde_json::{Map, Value};

/// A document, or its id and why there is none.
pub type Record = Result<Document, Failed>;

/// A document that nothing was found in, since it could not be read or tagged.
#[derive(Clone, Debug)]
pub struct Failed {
    /// What it is called.
    pub id: String,
    /// What is wrong, what was expected and what to do.
    pub why: String,
}

/// The fields of records.
#[derive(FromPyObject)]
pub enum Names {
    One(String),
    Several(Vec<String>),
}

impl From<Names> for Vec<String> {
    fn from(names: Names) -> Self {
        match names {
            Names::One(name) => vec![name],
            Names::Several(names) => names,
        }
    }
}

/// Which fields of records are what.
pub fn fields(text: Names, id: String, metadata: Option<Names>, max_chars: usize) -> Fields {
    let metadata = match metadata.map(Vec::from) {
        None => Metadata::None,
        Some(all) if all == ["*"] => Metadata::All,
        Some(named) => Metadata::Named(named),
    };
    Fields { text: text.into(), id, metadata, max_chars }
}

/// What was read, as a document or as why there is none.
pub fn of_read(read: Result<InputRecord, ReadError>) -> Record {
    match read {
        Ok(InputRecord { input: Input::Text(document) | Input::Named(document, _), .. }) => Ok(document),
        Ok(InputRecord { position, .. }) => {
            Err(Failed { id: position.to_string(), why: "was tagged before; expected a text".to_owned() })
        }
        Err(error) => {
            Err(Failed { id: error.id.clone().unwrap_or_else(|| error.position.to_string()), why: error.to_string() })
        }
    }
}

/// The document of an item of a stream: a string, or a mapping with a text. `number` counts items from 0, and is the id of
/// those that have none.
pub fn of_item(item: &Bound<'_, PyAny>, number: u64, fields: &Fields) -> Record {
    let failed = |why: String| Failed { id: number.to_string(), why };
    if let Ok(text) = item.cast::<PyString>() {
        let text = text.to_str().map_err(|_| {
            failed(
                "its text has half of a surrogate pair; expected Unicode text: decode it with errors=\"replace\""
                    .to_owned(),
            )
        })?;
        return long(Document::new(number.to_string(), text), fields).map_err(failed);
    }
    let record = item.cast::<PyMapping>().map_err(|_| {
        let kind = item.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        failed(format!("is of the type {kind}; expected a string, or a mapping with a \"text\""))
    })?;
    let object = object(record, fields).map_err(|error| failed(error.to_string()))?;
    let position = Position { source: number.to_string().into(), line: None };
    of_read(read::map(object, position, fields))
}

fn long(document: Document, fields: &Fields) -> Result<Document, String> {
    // Characters have one byte at least.
    if document.text.len() > fields.max_chars && document.text.chars().nth(fields.max_chars).is_some() {
        return Err(format!(
            "has more than {} characters; expected fewer: split it, or raise max_chars",
            fields.max_chars
        ));
    }
    Ok(document)
}

/// The fields of a mapping that have a use.
fn object(record: &Bound<'_, PyMapping>, fields: &Fields) -> PyResult<Map<String, Value>> {
    let mut object = Map::new();
    for pair in record.items()?.iter() {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(name) = name.extract::<String>() else { continue };
        if fields.want(&name) {
            object.insert(name, json(&value)?);
        }
    }
    Ok(object)
}

/// A value as JSON has it: text, numbers, truth and what is made of these; of all else, its `str`.
pub fn json(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    let py = value.py();
    let options = PyDict::new(py);
    options.set_item("default", py.get_type::<PyString>())?;
    options.set_item("allow_nan", false)?;
    let written: String = py.import("json")?.getattr("dumps")?.call((value,), Some(&options))?.extract()?;
    serde_json::from_str(&written).map_err(|error| PyTypeError::new_err(error.to_string()))
}
