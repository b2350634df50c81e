//! From what Python has to documents: strings, mappings, and what is wrong with others.

use dateline::Document;
use dateline::inner::corpus::error::ReadError;
use dateline::inner::corpus::fields::{Fields, Metadata};
use dateline::inner::corpus::input::{Input, InputRecord};
use dateline::inner::corpus::position::Position;
use dateline::inner::corpus::read;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Number, Value};

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
    Fields { text: text.into(), id, metadata, max_chars, ..Fields::default() }
}

/// What was read, as a document or as why there is none.
pub fn of_read(read: Result<InputRecord, ReadError>) -> Record {
    match read {
        Ok(InputRecord { input: Input::Text(document) | Input::Named(document, _), .. }) => Ok(document),
        Ok(InputRecord { input: Input::Nothing { id }, position }) => {
            Err(Failed { id, why: format!("{position}: has no text") })
        }
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
///
/// # Errors
///
/// What is no fault of the item: an interrupt, for example.
pub fn of_item(item: &Bound<'_, PyAny>, number: u64, fields: &Fields) -> PyResult<Record> {
    let failed = |why: String| Failed { id: number.to_string(), why };
    if let Ok(text) = item.cast::<PyString>() {
        let Ok(text) = text.to_str() else {
            return Ok(Err(failed(
                "its text has half of a surrogate pair; expected Unicode text: decode it with errors=\"replace\""
                    .to_owned(),
            )));
        };
        return Ok(long(Document::new(number.to_string(), text), fields).map_err(failed));
    }
    let Ok(record) = item.cast::<PyMapping>() else {
        let kind = item.get_type().name()?;
        return Ok(Err(failed(format!("is of the type {kind}; expected a string, or a mapping with a \"text\""))));
    };
    match object(record, fields) {
        Ok(object) => {
            let position = Position { source: number.to_string().into(), line: None };
            Ok(of_read(read::map(object, position, fields)))
        }
        Err(error) if error.is_instance_of::<PyException>(item.py()) => Ok(Err(failed(format!(
            "its fields cannot be read ({error}); expected text, numbers, and lists and mappings of these"
        )))),
        Err(raised) => Err(raised),
    }
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
        if fields.wants(&name) {
            object.insert(name, json(&value)?);
        }
    }
    Ok(object)
}

/// A value as JSON has it: text, numbers, truth, and lists and mappings of these; of all else, its `str`. What is no number (NaN) is
/// null, as in tables.
pub fn json(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    nested(value, 0)
}

/// How deep lists and mappings may stand in one another.
const DEEPEST: usize = 100;

fn nested(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        return Err(PyValueError::new_err("lists and mappings stand too deep in one another"));
    }
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(truth.is_true().into());
    }
    if value.is_instance_of::<PyInt>() {
        if let Ok(number) = value.extract::<i64>() {
            return Ok(number.into());
        }
        if let Ok(number) = value.extract::<u64>() {
            return Ok(number.into());
        }
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(Number::from_f64(value.extract()?).map_or(Value::Null, Value::Number));
    }
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let mut object = Map::new();
        for pair in mapping.items()?.iter() {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            object.insert(name.str()?.to_str()?.to_owned(), nested(&value, depth + 1)?);
        }
        return Ok(object.into());
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return value.try_iter()?.map(|one| nested(&one?, depth + 1)).collect();
    }
    Ok(value.str()?.to_str()?.into())
}
