//! A table of what was found.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dateline::inner::corpus::write::parquet::Shape;
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use super::capsule::{array_capsules, schema_capsule, stream_capsule};
use crate::errors::{DatelineError, settings};

/// Batches of Arrow with the columns that the guide lists: whatever reads Arrow takes it, `pyarrow.table(...)` or
/// `polars.DataFrame(...)`, without a copy.
#[pyclass(frozen, module = "dateline")]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// Of batches that have these columns.
    pub fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches }
    }
}

/// A package that the user has, or not.
fn package<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(|error| match error.is_instance_of::<PyImportError>(py) {
        true => {
            DatelineError::new_err(format!("{error}; expected the package {name} beside dateline: pip install {name}"))
        }
        false => error,
    })
}

#[pymethods]
impl Table {
    /// Rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The same as a `pyarrow.Table`.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package(slf.py(), "pyarrow")?.getattr("table")?.call1((slf,))
    }

    /// The same as a `polars.DataFrame`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package(slf.py(), "polars")?.getattr("DataFrame")?.call1((slf,))
    }

    /// The same as a `pandas.DataFrame`, made by pyarrow.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package(slf.py(), "pandas")?;
        Self::to_pyarrow(slf)?.call_method0("to_pandas")
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<Table of {} rows: {}>", self.num_rows(), self.column_names().join(", "))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer give what it has.
        let _ = requested_schema;
        stream_capsule(py, self.schema.clone(), self.batches.clone())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = requested_schema;
        match &self.batches[..] {
            [] => array_capsules(py, &RecordBatch::new_empty(self.schema.clone())),
            [batch] => array_capsules(py, batch),
            several => Err(PyValueError::new_err(format!(
                "the table has {} batches; expected one: take it as a stream, pyarrow.table(...)",
                several.len()
            ))),
        }
    }
}

/// The columns of what `tag_arrow` gives: an empty table.
///
/// Args:
///     flat: those of mentions in place of those of documents.
///     found: those of the struct that `column=` adds.
#[pyfunction]
#[pyo3(signature = (*, flat=false, found=false))]
pub fn schema(flat: bool, found: bool) -> PyResult<Table> {
    let shape = match (flat, found) {
        (true, true) => return Err(settings("flat and found are two forms; expected one of them")),
        (true, false) => Shape::Mentions,
        (false, true) => Shape::Found,
        (false, false) => Shape::Documents,
    };
    Ok(Table::new(shape.schema(), Vec::new()))
}
