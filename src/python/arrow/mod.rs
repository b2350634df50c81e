//! Tables of Arrow through a tagger.

mod capsule;
mod form;
mod table;

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch};
use dateline::inner::corpus::fields::Fields;
use dateline::inner::corpus::read;
use pyo3::prelude::*;
use pyo3::types::PyList;

use self::capsule::{Batches, batches, raised};
pub use self::form::Form;
pub use self::table::Table;
use crate::background;
use crate::document::Document;
use crate::errors::DocumentError;
use crate::record::of_read;
use crate::tagger::Engine;

/// Bytes of a batch that are tagged at once: columns of Arrow's text hold 2 GiB at most.
const PIECE_BYTES: usize = 256 << 20;

/// How the rows of a table are read.
pub struct Rows {
    /// Which columns are what.
    pub fields: Fields,
    /// What the table is called in errors, and in ids that it has not.
    pub name: Arc<str>,
    /// The number of its first row.
    pub first: u64,
}

/// Tags the rows of a table, batch by batch.
pub fn tag(py: Python<'_>, engine: &Engine, data: &Bound<'_, PyAny>, rows: &Rows, form: &Form) -> PyResult<Table> {
    let Rows { fields, name, first } = rows;
    let stream = batches(data)?;
    let input = stream.schema();
    let mut stream = Some(stream);
    let schema = form.schema(&input)?;
    // Whether the columns are there shows before the first row, and where there is none.
    read::rows(&RecordBatch::new_empty(input), name, *first, fields).map_err(fault)?;
    let (mut made, mut first) = (Vec::new(), *first);
    while let Some(batch) = next(py, &mut stream)? {
        for piece in pieces(&batch) {
            let (engine, fields, form, name) = (engine.clone(), fields.clone(), form.clone(), name.clone());
            let begin = first;
            first += piece.num_rows() as u64;
            let tagged = background::run(py, move |stop| {
                let records = read::rows(&piece, &name, begin, &fields)?;
                let tagged = engine.tag(records.into_iter().map(of_read).collect(), stop);
                Ok(form.batch(&piece, tagged))
            })?;
            made.push(tagged.map_err(fault)?.map_err(|error| raised(&error))?);
        }
    }
    Ok(Table::new(schema, made))
}

/// The next batch of a stream. What gives it may want the lock of the interpreter on threads of its own, and may take long.
fn next(py: Python<'_>, stream: &mut Option<Batches>) -> PyResult<Option<RecordBatch>> {
    let Some(mut batches) = stream.take() else { return Ok(None) };
    let (batch, rest) = background::run(py, move |_| match batches.next() {
        None => (None, None),
        Some(batch) => (Some(batch), Some(batches)),
    })?;
    *stream = rest;
    batch.transpose().map_err(|error| raised(&error))
}

fn fault(fault: dateline::inner::corpus::error::Fault) -> PyErr {
    DocumentError::new_err(fault.to_string())
}

/// A batch in stretches of a size that Arrow's columns can hold.
fn pieces(batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> {
    let rows = batch.num_rows();
    // Of the rows, and not of what they were cut from.
    let of =
        |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size());
    let bytes = batch.columns().iter().map(of).sum::<usize>().max(1);
    let step = (rows.saturating_mul(PIECE_BYTES) / bytes).clamp(1, rows.max(1));
    (0..rows).step_by(step).map(move |from| batch.slice(from, step.min(rows - from)))
}

/// The documents of a table that `tag_arrow` made.
///
/// Args:
///     table: a table of whole documents, in any form that has the Arrow PyCapsule interface.
///     column: the column of what was found, where the table was made with `column=`; `id` and `text` stand beside it.
///     text, id: the columns with the text and the id, where it was.
///
/// Raises:
///     DocumentError: if the rows are no documents.
#[pyfunction]
#[pyo3(signature = (table, /, *, column=None, text="text", id="id"))]
fn documents<'py>(
    py: Python<'py>,
    table: &Bound<'py, PyAny>,
    column: Option<&str>,
    text: &str,
    id: &str,
) -> PyResult<Bound<'py, PyList>> {
    let found = PyList::empty(py);
    let mut stream = Some(batches(table)?);
    while let Some(batch) = next(py, &mut stream)? {
        for row in read::objects(&batch).map_err(fault)? {
            let row = match column {
                Some(column) => form::beside(row, column, text, id)?,
                None => row,
            };
            found.append(Bound::new(py, Document::from_row(row)?)?)?;
        }
    }
    Ok(found)
}

/// Adds the class and the functions to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Table>()?;
    module.add_function(wrap_pyfunction!(table::schema, module)?)?;
    module.add_function(wrap_pyfunction!(documents, module)?)
}
