//! A document with what was found in it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use dateline::inner::annotation::json;
use dateline::inner::corpus::write::parquet::ERROR;
use dateline::{Annotation, OffsetUnit, layers};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use serde_json::{Map, Value};

use crate::errors::DocumentError;
use crate::notebook;
use crate::record::Failed;
use crate::views::{Entity, Focus, NestedName, Place, PlaceDistance, Relation, loads, placed, to_python};

/// The keys of whole numbers in the form.
const WHOLE: [&str; 7] = ["start", "end", "target", "population", "from", "to", "distances_left_out"];

/// Characters of a text that a representation shows.
const SHOWN: usize = 60;

/// A document with what was found in it. Offsets are characters (code points), as `text[start:end]` wants them; positions are
/// degrees on WGS 84, lengths kilometres.
#[pyclass(frozen, eq, module = "dateline")]
#[derive(Clone, PartialEq)]
pub struct Document {
    annotation: Arc<Annotation>,
    error: Option<Arc<str>>,
}

impl From<Annotation> for Document {
    fn from(annotation: Annotation) -> Self {
        Self { annotation: Arc::new(annotation), error: None }
    }
}

impl From<Failed> for Document {
    fn from(Failed { id, why }: Failed) -> Self {
        let mut annotation = Annotation::default();
        annotation.id = id;
        Self { annotation: Arc::new(annotation), error: Some(why.into()) }
    }
}

impl Document {
    /// The document of a row of a table that `tag_arrow` made.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn from_row(mut row: Map<String, Value>) -> PyResult<Self> {
        if let Some(Value::String(why)) = row.remove(ERROR) {
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            return Ok(Failed { id, why }.into());
        }
        let broken = |error: serde_json::Error| {
            DocumentError::new_err(format!("{error}; expected the rows of a table that tag_arrow made, one a document"))
        };
        // A column has one type for all values, so that it is written there as JSON.
        if let Some(Value::String(metadata)) = row.get("metadata") {
            let metadata = serde_json::from_str(metadata).map_err(broken)?;
            row.insert("metadata".to_owned(), metadata);
        }
        let mut row = Value::from(row);
        whole_numbers(&mut row);
        serde_json::from_value::<Annotation>(row).map(Self::from).map_err(broken)
    }
}

#[pymethods]
impl Document {
    /// The id that the document was given; of items of a stream without one, their number from 0.
    #[getter]
    fn id(&self) -> &str {
        &self.annotation.id
    }

    /// The text. None of a document that failed.
    #[getter]
    fn text(&self) -> Option<&str> {
        self.annotation.text.as_deref()
    }

    /// The headline.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.annotation.title.as_deref()
    }

    /// When it was published, as its source writes it.
    #[getter]
    fn date(&self) -> Option<&str> {
        self.annotation.date.as_deref()
    }

    /// Who published it.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.annotation.source.as_deref()
    }

    /// Where it was published.
    #[getter]
    fn url(&self) -> Option<&str> {
        self.annotation.url.as_deref()
    }

    /// The language, if it can be told: its code of ISO 639-1, or else of ISO 639-3.
    #[getter]
    fn language(&self) -> Option<&str> {
        self.annotation.language.as_deref()
    }

    /// What else of the document's record was carried through.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.annotation.metadata {
            Some(metadata) => to_python(py, metadata),
            None => Ok(PyDict::new(py).into_any()),
        }
    }

    /// The names, in order and without overlap.
    #[getter]
    fn entities(&self) -> Vec<Entity> {
        self.annotation.entities.iter().cloned().map(Entity).collect()
    }

    /// Names inside of `entities`, as a GLiNER finds them; empty unless they were asked for with `nested=True`.
    #[getter]
    fn nested(&self) -> Vec<NestedName> {
        self.annotation.nested.iter().cloned().map(NestedName).collect()
    }

    /// The distinct places, in the order in which they are first named. Names of peoples ("French") are left out.
    #[getter]
    fn places(&self) -> Vec<Place> {
        self.annotation.distinct_places().into_iter().map(|(_, place)| Place(place.clone())).collect()
    }

    /// Positions that the text states by other places, in order.
    #[getter]
    fn relations(&self) -> Vec<Relation> {
        self.annotation.relations.iter().cloned().map(Relation).collect()
    }

    /// Distances between the first 50 distinct places; None unless they were asked for with `distances=True`.
    #[getter]
    fn distances(&self) -> Option<Vec<PlaceDistance>> {
        Some(self.annotation.distances.as_ref()?.iter().cloned().map(PlaceDistance).collect())
    }

    /// What the document is about: cities, then first-level divisions, then countries, each by falling score.
    #[getter]
    fn focus(&self) -> Vec<Focus> {
        self.annotation.focus.iter().cloned().map(Focus).collect()
    }

    /// Why names were taken for what they were, as dicts; None unless that was asked for with `explain=True`.
    #[getter]
    fn explanations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.annotation.explanations)
    }

    /// Why the document could not be read or tagged; None if it was tagged.
    #[getter]
    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// A line of JSON, to the byte what `dateline tag` writes for the document. One that failed has only `id` and `error`.
    fn to_json(&self) -> String {
        match &self.error {
            None => self.annotation.to_json(),
            Some(error) => json::to_string(&serde_json::json!({ "id": self.annotation.id, "error": &**error })),
        }
    }

    /// The same as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.to_json())
    }

    /// Its names of places as GeoJSON (RFC 7946), as a dict: a collection of points, each with its sentence and its place.
    fn to_geojson<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let documents = if self.error.is_some() { &[] } else { std::slice::from_ref(&*self.annotation) };
        let written = layers::geojson(documents).map_err(|error| DocumentError::new_err(error.to_string()))?;
        loads(py, &written)
    }

    /// Reads a line that `to_json` or `dateline tag` wrote, with offsets in characters.
    #[staticmethod]
    fn from_json(line: &str) -> PyResult<Self> {
        #[derive(serde::Deserialize)]
        struct OfFailed {
            #[serde(default)]
            id: String,
            error: String,
        }
        if let Ok(OfFailed { id, error }) = serde_json::from_str(line) {
            return Ok(Failed { id, why: error }.into());
        }
        let read = Annotation::from_json(line, OffsetUnit::CodePoints);
        read.map(Self::from).map_err(|error| {
            DocumentError::new_err(format!("{error}; expected a line of JSON that dateline wrote, with its entities"))
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let read = py.get_type::<Self>().getattr("from_json")?;
        Ok((read, PyTuple::new(py, [PyString::new(py, &self.to_json())])?))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.to_json().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let named = if self.annotation.id.is_empty() { String::new() } else { format!(" {:?}", self.annotation.id) };
        if let Some(error) = &self.error {
            return format!("<Document{named} failed: {error}>");
        }
        let text = self.annotation.text.as_deref().unwrap_or_default();
        let begin: String = text.chars().take(SHOWN).collect();
        let more = if begin.len() < text.len() { "…" } else { "" };
        let (names, places) = (self.annotation.entities.len(), self.annotation.distinct_places().len());
        let plural = |count| if count == 1 { "" } else { "s" };
        format!("<Document{named} {begin:?}{more} {names} name{}, {places} place{}>", plural(names), plural(places))
    }

    /// The text, and below it a line for each name.
    fn __str__(&self) -> String {
        if self.error.is_some() {
            return self.__repr__();
        }
        let entities = &self.annotation.entities;
        let width = entities.iter().map(|entity| entity.text.chars().count()).max().unwrap_or_default();
        let mut shown = self.annotation.text.clone().unwrap_or_default().trim_end().to_owned();
        for entity in entities {
            let text = entity.text.replace(['\n', '\r'], " ");
            let place = entity.place.as_ref().map(|place| format!("  {}", placed(place))).unwrap_or_default();
            shown.push_str(&format!("\n  {text:width$}  {:4}  {:.2}{place}", entity.label.name(), entity.score));
        }
        shown
    }

    /// The text with its names marked, and a small map of its places: for notebooks. It needs no network and runs no script.
    fn _repr_html_(&self) -> String {
        match &self.error {
            Some(_) => notebook::plain(&self.__repr__()),
            None => notebook::page(&self.annotation),
        }
    }
}

/// Makes numbers whole that are: pandas has columns of whole numbers with gaps as such with decimals.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(whole_numbers),
        Value::Object(object) => {
            for (key, value) in object {
                match value.as_f64() {
                    Some(number)
                        if WHOLE.contains(&&**key) && number.fract() == 0.0 && (0.0..1e15).contains(&number) =>
                    {
                        *value = (number as u64).into();
                    }
                    _ => whole_numbers(value),
                }
            }
        }
        _ => {}
    }
}

/// Adds the class to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Document>()
}
