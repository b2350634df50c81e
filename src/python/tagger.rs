//! The tagger.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use dateline::inner::corpus::fields::MAX_CHARS;
use dateline::inner::tagger::Task;
use dateline::{Annotation, Stop, TagOptions};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::arrow::{self, Form, Rows, Table};
use crate::background;
use crate::document::Document;
use crate::errors::{DocumentError, exception};
use crate::pipe::Pipe;
use crate::record::{self, Failed, Names, Record};
use crate::settings::{Near, Paths, Settings, Several, at_least_one, located};

/// Documents that are tagged side by side before it is looked whether the work is to end.
const CHUNK_DOCUMENTS: usize = 256;
/// A chunk ends with the document that brings it to so many bytes.
const CHUNK_BYTES: usize = 4 << 20;

/// Finds the people, organisations and places in English texts, and puts the places on the globe.
///
/// Make one and use it for all texts: any number of threads may. `tagger(text)` is `tagger.tag(text)`. It takes some 160 MB. What it finds in a text does not depend
/// on other texts, on threads or on batches.
///
/// Args:
///     model: "default", "accurate" (where the folder models/ner-accurate is), a model folder, one .onnx file of a folder, or
///         "hf:OWNER/NAME"; None for no model, with which texts cannot be tagged.
///     locate: whether places are put on the globe.
///     gazetteer: a gazetteer file in place of the one inside.
///     places: CSV tables of places of your own (name, lat, lon, ...), which lie on top.
///     ignore: names that are no places for you, or ids of places that are left out.
///     corrections: files of corrections, as JSON lines.
///     publishers: a CSV table of where each source is published (source, lat, lon, country).
///     ranker: a file of other weights.
///     near: where the documents were published: a name, or (lat, lon) in degrees.
///     publisher_country: the same as a country's code of two letters.
///     labels: what a GLiNER is to look for; for other models, the names of their labels.
///     map_labels: other labels for types of the model, as in {"geo": "LOC", "tim": ""}.
///     aggregation: "viterbi", "first", "average", "max" or "simple".
///     threshold: the least probability of what a GLiNER finds, from 0 to 1.
///     nested: whether a GLiNER's names inside names are given, as `doc.nested`.
///     min_score: names with a lower score are left out, from 0 to 1.
///     device: "cpu", "cuda", "cuda:1", "coreml", "directml", "openvino" or "auto".
///     distances: whether the distances between the places of a document are given, in kilometres.
///     explain: whether to tell why each place was chosen.
///     threads: how many threads tag; None for one a core.
///     window_cache: windows of text that are remembered, 6 kB each.
///     max_chars: characters of a document, at most.
///     onnxruntime: the library of ONNX Runtime; None for that of the package onnxruntime.
///     offline: whether a model of the Hugging Face Hub must not be fetched.
///
/// Raises:
///     ModelError, GazetteerError, SettingsError: if something is missing or cannot be used.
#[pyclass(frozen, module = "dateline")]
pub struct Tagger {
    settings: Settings,
    built: Mutex<Built>,
}

/// What was made of the settings, in which process.
struct Built {
    process: u32,
    engine: Engine,
}

/// What tags, and how.
#[derive(Clone)]
pub struct Engine {
    tagger: Arc<dateline::Tagger>,
    options: TagOptions,
}

impl Engine {
    fn new(settings: &Settings, py: Python<'_>) -> PyResult<Self> {
        let (tagger, options) = settings.build(py)?;
        Ok(Self { tagger: Arc::new(tagger), options })
    }

    /// Tags records, some at a time. Nothing comes of those behind the place where it was asked to stop.
    pub fn tag(mut self, records: Vec<Record>, stop: &Stop) -> Vec<Result<Annotation, Failed>> {
        self.options.stop = stop.clone();
        let mut tagged = Vec::with_capacity(records.len());
        let mut records = records.into_iter();
        while !stop.asked() {
            let (mut chunk, mut bytes) = (Vec::new(), 0);
            while chunk.len() < CHUNK_DOCUMENTS && bytes < CHUNK_BYTES {
                let Some(record) = records.next() else { break };
                bytes += record.as_ref().map_or(0, |document| document.text.len());
                chunk.push(record);
            }
            if chunk.is_empty() {
                break;
            }
            tagged.extend(self.tag_chunk(chunk));
        }
        tagged
    }

    fn tag_chunk(&self, chunk: Vec<Record>) -> impl Iterator<Item = Result<Annotation, Failed>> {
        let mut tasks = Vec::with_capacity(chunk.len());
        let mut known: Vec<Result<String, Failed>> = Vec::with_capacity(chunk.len());
        for record in chunk {
            known.push(record.map(|document| {
                let id = document.id.clone();
                tasks.push(Task { document, known: None, options: &self.options });
                id
            }));
        }
        let mut tagged = self.tagger.run_all(tasks).into_iter();
        known.into_iter().filter_map(move |known| match known {
            Err(failed) => Some(Err(failed)),
            Ok(id) => tagged.next().map(|tagged| tagged.map_err(|error| Failed { id, why: error.to_string() })),
        })
    }
}

impl Tagger {
    /// What tags in this process: threads do not go with a fork, so that a child makes its own.
    pub fn engine(&self, py: Python<'_>) -> PyResult<Engine> {
        let here = process::id();
        {
            let built = self.lock();
            if built.process == here {
                return Ok(built.engine.clone());
            }
        }
        let engine = Engine::new(&self.settings, py)?;
        let mut built = self.lock();
        if built.process == here {
            // Another thread was faster.
            return Ok(built.engine.clone());
        }
        let old = std::mem::replace(&mut *built, Built { process: here, engine: engine.clone() });
        // Its threads are the parent's: there is nobody here to end them.
        std::mem::forget(old);
        Ok(engine)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Built> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Tagger {
    #[new]
    #[pyo3(signature = (model=Some("default".into()), *, locate=true, gazetteer=None, places=None, ignore=None, corrections=None,
        publishers=None, ranker=None, near=None, publisher_country=None, labels=None, map_labels=None, aggregation=None,
        threshold=None, nested=false, min_score=None, device=None, distances=false, explain=false, threads=None, window_cache=0,
        max_chars=MAX_CHARS, onnxruntime=None, offline=false),
        text_signature = "(model='default', *, locate=True, gazetteer=None, places=None, ignore=None, corrections=None, \
        publishers=None, ranker=None, near=None, publisher_country=None, labels=None, map_labels=None, aggregation=None, \
        threshold=None, nested=False, min_score=None, device=None, distances=False, explain=False, threads=None, window_cache=0, \
        max_chars=10000000, onnxruntime=None, offline=False)")]
    #[allow(clippy::too_many_arguments, reason = "in Python they have names")]
    fn new(
        py: Python<'_>,
        model: Option<PathBuf>,
        locate: bool,
        gazetteer: Option<PathBuf>,
        places: Option<Paths>,
        ignore: Option<Vec<String>>,
        corrections: Option<Paths>,
        publishers: Option<PathBuf>,
        ranker: Option<PathBuf>,
        near: Option<Near>,
        publisher_country: Option<String>,
        labels: Option<Vec<String>>,
        map_labels: Option<Bound<'_, PyDict>>,
        aggregation: Option<String>,
        threshold: Option<f32>,
        nested: bool,
        min_score: Option<f32>,
        device: Option<String>,
        distances: bool,
        explain: bool,
        threads: Option<i64>,
        window_cache: usize,
        max_chars: usize,
        onnxruntime: Option<PathBuf>,
        offline: bool,
    ) -> PyResult<Self> {
        let map_labels = map_labels.iter().flat_map(|map| map.iter()).map(|(of_model, label)| {
            let label: Option<String> = label.extract()?;
            Ok((of_model.extract()?, label.unwrap_or_default()))
        });
        let settings = Settings {
            model,
            locate,
            gazetteer,
            places: Several::from(places).0,
            ignore: ignore.unwrap_or_default(),
            corrections: Several::from(corrections).0,
            publishers,
            ranker,
            near,
            publisher_country,
            labels,
            map_labels: map_labels.collect::<PyResult<_>>()?,
            aggregation,
            threshold,
            nested,
            min_score,
            device,
            distances,
            explain,
            threads: threads.map_or(Ok(0), |threads| at_least_one("threads", threads))?,
            window_cache,
            max_chars,
            onnxruntime,
            offline,
        };
        let engine = Engine::new(&settings, py)?;
        for note in engine.tagger.model_notes() {
            let note = std::ffi::CString::new(note.replace('\0', "")).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &note, 1)?;
        }
        Ok(Self { settings, built: Mutex::new(Built { process: process::id(), engine }) })
    }

    /// Tags one text.
    ///
    /// Args:
    ///     text: the text.
    ///     id, title, date, source, url: what is known of it, as strings; `source` is looked up among the publishers.
    ///     metadata: a dict that is carried through.
    ///     near: where this document was published: a name, or (lat, lon) in degrees.
    ///     publisher: who published it, instead of `source`.
    ///     explain: whether to tell why each place was chosen.
    ///
    /// Raises:
    ///     DocumentError: if the text cannot be tagged: it is too long, for example.
    ///     GazetteerError: if there is no place of the name that `near` has.
    #[pyo3(signature = (text, /, *, id="", title=None, date=None, source=None, url=None, metadata=None, near=None,
        publisher=None, explain=None))]
    #[allow(clippy::too_many_arguments, reason = "in Python they have names")]
    fn tag(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        id: &str,
        title: Option<String>,
        date: Option<String>,
        source: Option<String>,
        url: Option<String>,
        metadata: Option<Bound<'_, PyDict>>,
        near: Option<Near>,
        publisher: Option<String>,
        explain: Option<bool>,
    ) -> PyResult<Document> {
        let text: &Bound<'_, pyo3::types::PyString> = text.cast()?;
        let fields = self.fields(Names::One("text".to_owned()), "id".to_owned(), None);
        let mut document =
            record::of_item(text.as_any(), 0, &fields)?.map_err(|failed| DocumentError::new_err(failed.why))?;
        id.clone_into(&mut document.id);
        (document.title, document.date, document.source, document.url) = (title, date, source, url);
        if let Some(metadata) = metadata
            && let serde_json::Value::Object(metadata) = record::json(metadata.as_any())?
        {
            document.metadata = metadata;
        }
        let mut engine = self.engine(py)?;
        if let Some(near) = near {
            engine.options.near = Some(located(&near, &engine.tagger)?);
        }
        engine.options.publisher = publisher;
        engine.options.explain = explain.unwrap_or(engine.options.explain);
        let tagged = background::run(py, move |stop| {
            engine.options.stop = stop.clone();
            engine.tagger.tag(document, &engine.options)
        })?;
        tagged.map(Document::from).map_err(|error| match exception(&error) {
            raised if raised.is_instance_of::<DocumentError>(py) => raised,
            _ => DocumentError::new_err(error.to_string()),
        })
    }

    /// The same as `tag`.
    #[pyo3(signature = (text, /, **known))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        text: &Bound<'py, PyAny>,
        known: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("tag")?.call((text,), known)
    }

    /// Tags a stream of texts, in order.
    ///
    /// The next batch is read and tagged while the last is used: before the first document comes, two batches are read. A text that cannot be tagged is a document with `error` set;
    /// it does not end the stream.
    ///
    /// Args:
    ///     texts: strings, or mappings with "text" and, if known, "id", "title", "date", "source", "url".
    ///     batch_size: texts that are tagged side by side.
    ///     as_tuples: whether items are pairs of a text and something of yours, which comes back with the document.
    ///     text, id, metadata: the names of fields of mappings; of several texts, joined by a blank line; "*" for all others.
    ///
    /// Returns:
    ///     An iterator of documents, or of pairs of a document and what belongs to it.
    #[pyo3(signature = (texts, /, *, batch_size=256, as_tuples=false, text=Names::One("text".to_owned()), id="id".to_owned(),
        metadata=None), text_signature = "($self, texts, /, *, batch_size=256, as_tuples=False, text='text', id='id', \
        metadata=None)")]
    #[allow(clippy::too_many_arguments, reason = "in Python they have names")]
    fn pipe(
        slf: &Bound<'_, Self>,
        texts: &Bound<'_, PyAny>,
        batch_size: i64,
        as_tuples: bool,
        text: Names,
        id: String,
        metadata: Option<Names>,
    ) -> PyResult<Pipe> {
        let fields = slf.get().fields(text, id, metadata);
        // What is missing in a child of a fork shows now.
        slf.get().engine(slf.py())?;
        Pipe::new(slf.clone().unbind(), texts, at_least_one("batch_size", batch_size)?, as_tuples, fields)
    }

    /// Tags the rows of an Arrow table: of anything with the Arrow PyCapsule interface (pyarrow, polars, DuckDB, pandas 3).
    ///
    /// What comes back has that interface too: `pyarrow.table(result)`, `polars.DataFrame(result)`. A row that cannot be tagged
    /// has `error` set. Nothing is copied on the way out.
    ///
    /// Args:
    ///     data: a record batch, a table, or a stream of batches, which is read to its end.
    ///     text: the column with the text, or several, whose texts are joined by a blank line.
    ///     id: the column with the id; without one, ids are `table:1`, `table:2`, ...
    ///     metadata: columns that are carried through, or "*" for all others.
    ///     flat: whether to give a row a mention in place of a row a document.
    ///     column: a name: give the rows as they came, with what was found in one more column of this name, a struct.
    ///     name, first: what the table is called in errors and in ids that it has not, and the number of its first row.
    ///
    /// Names inside names and explanations have no columns.
    ///
    /// Raises:
    ///     DocumentError: if there is no such column, or the table cannot be read to its end.
    ///     SettingsError: if the name of an added column is taken.
    ///     TypeError: if it is no table.
    #[pyo3(signature = (data, /, text=Names::One("text".to_owned()), *, id="id".to_owned(), metadata=None, flat=false, column=None,
        name="table", first=1), text_signature = "($self, data, /, text='text', *, id='id', metadata=None, flat=False, \
        column=None, name='table', first=1)")]
    #[allow(clippy::too_many_arguments, reason = "in Python they have names")]
    fn tag_arrow(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        text: Names,
        id: String,
        metadata: Option<Names>,
        flat: bool,
        column: Option<String>,
        name: &str,
        first: u64,
    ) -> PyResult<Table> {
        let form = Form::new(flat, column)?;
        let rows = Rows { fields: self.fields(text, id, metadata), name: name.into(), first };
        arrow::tag(py, &self.engine(py)?, data, &rows, &form)
    }

    /// The same for a frame of polars or pandas, or a table of pyarrow: what comes back is of the kind that came. For all else with
    /// the Arrow PyCapsule interface, a DuckDB relation for example, it is a table of pyarrow.
    ///
    /// Args:
    ///     frame: the frame.
    ///     text: the column with the text, or several; "text" without it.
    ///     options: the others of `tag_arrow`.
    ///
    /// Raises:
    ///     DocumentError: if there is no such column.
    ///     SettingsError: if the name of an added column is taken.
    #[pyo3(signature = (frame, /, text=None, **options))]
    fn tag_frame<'py>(
        slf: &Bound<'py, Self>,
        frame: &Bound<'py, PyAny>,
        text: Option<Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let frames = slf.py().import("dateline._frames")?;
        frames.getattr("tag_frame")?.call((slf, frame, text), options)
    }

    /// How many threads tag.
    #[getter]
    fn threads(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.engine(py)?.tagger.threads())
    }

    /// What documents are tagged with: the checksums of the model and the gazetteer, and the version of ONNX Runtime.
    #[getter]
    fn provenance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let engine = self.engine(py)?;
        let made_with = engine.tagger.provenance();
        let told = PyDict::new(py);
        told.set_item("model", &made_with.model)?;
        told.set_item("gazetteer", &made_with.gazetteer)?;
        told.set_item("onnxruntime", &made_with.onnx_runtime)?;
        Ok(told)
    }

    /// Its arguments, with which `Tagger` makes the same again.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.settings.arguments(py)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.settings.arguments(py)?))
    }

    fn __repr__(&self) -> String {
        let model = match &self.settings.model {
            Some(model) => format!("{:?}", model.display().to_string()),
            None => "None".to_owned(),
        };
        format!("<Tagger model={model} threads={}>", self.lock().engine.tagger.threads())
    }
}

impl Tagger {
    fn fields(&self, text: Names, id: String, metadata: Option<Names>) -> dateline::inner::corpus::fields::Fields {
        record::fields(text, id, metadata, self.settings.max_chars)
    }
}

/// Adds the class to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Tagger>()?;
    module.add_class::<Pipe>()
}
