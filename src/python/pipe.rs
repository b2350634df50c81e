//! A stream of texts through a tagger.

use std::collections::VecDeque;
use std::process;
use std::sync::{Mutex, PoisonError};

use dateline::Annotation;
use dateline::inner::corpus::fields::Fields;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyType};

use crate::background::Job;
use crate::document::Document;
use crate::errors::DatelineError;
use crate::record::{Failed, Record, of_item};
use crate::tagger::Tagger;

/// Documents that come one after the other, while the next batch is tagged.
#[pyclass(frozen, module = "dateline")]
pub struct Pipe(Mutex<State>);

struct State {
    tagger: Py<Tagger>,
    items: Py<PyIterator>,
    batch_size: usize,
    as_tuples: bool,
    fields: Fields,
    /// Items that were read.
    read: u64,
    /// What is being tagged.
    ahead: Option<Batch>,
    ready: VecDeque<(Document, Option<Py<PyAny>>)>,
    /// What reading raised: it comes behind what was read before.
    raised: Option<PyErr>,
    ended: bool,
}

struct Batch {
    /// The process that it is tagged in.
    process: u32,
    tagged: Job<Vec<Result<Annotation, Failed>>>,
    /// What belongs to the texts.
    contexts: Vec<Option<Py<PyAny>>>,
}

impl Pipe {
    /// Over texts.
    pub fn new(
        tagger: Py<Tagger>,
        texts: &Bound<'_, PyAny>,
        batch_size: usize,
        as_tuples: bool,
        fields: Fields,
    ) -> PyResult<Self> {
        // A single string is an iterable of letters, and never meant.
        if texts.is_instance_of::<pyo3::types::PyString>() {
            return Err(PyTypeError::new_err("expected an iterable of texts, and got one text: put it into a list"));
        }
        Ok(Self(Mutex::new(State {
            tagger,
            items: texts.try_iter()?.unbind(),
            batch_size,
            as_tuples,
            fields,
            read: 0,
            ahead: None,
            ready: VecDeque::new(),
            raised: None,
            ended: false,
        })))
    }
}

impl State {
    /// Reads the next batch and begins to tag it, unless there is one or nothing is left.
    fn read_ahead(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.ahead.is_some() || self.ended {
            return Ok(());
        }
        let (mut records, mut contexts) = (Vec::new(), Vec::new());
        let mut items = self.items.bind(py).clone();
        while records.len() < self.batch_size {
            let item = match items.next() {
                Some(Ok(item)) => item,
                Some(Err(raised)) => {
                    self.raised = Some(raised);
                    self.ended = true;
                    break;
                }
                None => {
                    self.ended = true;
                    break;
                }
            };
            match self.record(&item) {
                Ok((record, context)) => {
                    records.push(record);
                    contexts.push(context);
                    self.read += 1;
                }
                Err(raised) => {
                    self.raised = Some(raised);
                    self.ended = true;
                    break;
                }
            }
        }
        if !records.is_empty() {
            let engine = self.tagger.get().engine(py)?;
            let tagged = Job::start(move |stop| engine.tag(records, stop))?;
            self.ahead = Some(Batch { process: process::id(), tagged, contexts });
        }
        Ok(())
    }

    /// The document of an item, and what belongs to it.
    fn record(&self, item: &Bound<'_, PyAny>) -> PyResult<(Record, Option<Py<PyAny>>)> {
        if !self.as_tuples {
            return Ok((of_item(item, self.read, &self.fields)?, None));
        }
        let (text, context): (Bound<'_, PyAny>, Py<PyAny>) = item.extract()?;
        Ok((of_item(&text, self.read, &self.fields)?, Some(context)))
    }

    fn next(&mut self, py: Python<'_>) -> PyResult<Option<(Document, Option<Py<PyAny>>)>> {
        while self.ready.is_empty() {
            self.read_ahead(py)?;
            let Some(batch) = self.ahead.take() else {
                return self.raised.take().map_or(Ok(None), Err);
            };
            if batch.process != process::id() {
                // The thread that tags it is the parent's.
                std::mem::forget(batch);
                self.ended = true;
                return Err(DatelineError::new_err(
                    "the stream was begun before this process was forked off, and goes on in its parent; expected a stream of \
                     this process: make a new one",
                ));
            }
            let tagged = match batch.tagged.wait(py) {
                Ok(tagged) => tagged,
                Err(raised) => {
                    // Whoever goes on behind an interrupt gets what was being tagged.
                    self.ahead = Some(batch);
                    return Err(raised);
                }
            };
            let documents = tagged.into_iter().map(|tagged| tagged.map_or_else(Document::from, Document::from));
            self.ready.extend(documents.zip(batch.contexts));
            if let Err(raised) = self.read_ahead(py) {
                self.raised = Some(raised);
                self.ended = true;
            }
        }
        Ok(self.ready.pop_front())
    }
}

#[pymethods]
impl Pipe {
    /// `Pipe[Document]` in annotations.
    #[classmethod]
    fn __class_getitem__<'py>(class: &Bound<'py, PyType>, _item: &Bound<'py, PyAny>) -> Bound<'py, PyType> {
        class.clone()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        // Where another thread waits for it, that one has the lock, and not that of the interpreter.
        let mut state = match self.0.try_lock() {
            Ok(state) => state,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(std::sync::TryLockError::WouldBlock) => {
                return Err(DatelineError::new_err(
                    "the stream is being read by another thread; expected one reader: make a stream for each",
                ));
            }
        };
        match state.next(py)? {
            None => Ok(None),
            Some((document, None)) => Ok(Some(Bound::new(py, document)?.into_any())),
            Some((document, Some(context))) => Ok(Some((document, context).into_pyobject(py)?.into_any())),
        }
    }
}
