//! The Arrow PyCapsule interface: batches from and to whatever holds them, without a copy.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

use std::ffi::CStr;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array as _, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use crate::errors::DocumentError;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// Batches that are read one after the other.
pub type Batches = Box<dyn RecordBatchReader + Send>;

/// The batches of anything that has the interface.
///
/// # Errors
///
/// If it has not, or holds something else than columns.
pub fn batches(data: &Bound<'_, PyAny>) -> PyResult<Batches> {
    if data.hasattr("__arrow_c_stream__")? {
        return stream(&data.call_method0("__arrow_c_stream__")?);
    }
    if data.hasattr("__arrow_c_array__")? {
        return array(&data.call_method0("__arrow_c_array__")?);
    }
    let kind = data.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "expected a table with the Arrow PyCapsule interface (pyarrow, polars, DuckDB, pandas 3), and got a {kind}: make one \
         with pyarrow.table(...)"
    )))
}

fn stream(capsule: &Bound<'_, PyAny>) -> PyResult<Batches> {
    let capsule = capsule.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a stream, says the interface, whose offsets and lengths are taken for right (whether
    // text is UTF-8 is looked at where it is read). It is moved out, and a released one left, which the
    // capsule then has nothing to do for.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) }.map_err(|error| raised(&error))?;
    Ok(Box::new(reader))
}

fn array(capsules: &Bound<'_, PyAny>) -> PyResult<Batches> {
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = capsules.extract()?;
    let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold these structs, says the interface. The array is moved out, and the schema is only
    // looked at while its capsule lives.
    let data = unsafe {
        let array = FFI_ArrowArray::from_raw(array.as_ptr());
        from_ffi(array, schema.as_ref())
    };
    let data = data.map_err(|error| raised(&error))?;
    if !matches!(data.data_type(), DataType::Struct(_)) || data.null_count() > 0 {
        return Err(PyTypeError::new_err("expected a record batch, and got a single column: put it into a table"));
    }
    let batch = RecordBatch::from(StructArray::from(data));
    let schema = batch.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

/// A capsule with batches.
pub fn stream_capsule<'py>(
    py: Python<'py>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// A capsule with the names and types of columns.
pub fn schema_capsule<'py>(py: Python<'py>, schema: &SchemaRef) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(&**schema).map_err(|error| raised(&error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// Two capsules with a batch.
pub fn array_capsules<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyTuple>> {
    let (array, _) = to_ffi(&StructArray::from(batch.clone()).into_data()).map_err(|error| raised(&error))?;
    let array = PyCapsule::new_with_value(py, array, ARRAY)?;
    PyTuple::new(py, [schema_capsule(py, &batch.schema())?, array])
}

/// An error of Arrow as the exception that it is.
pub fn raised(error: &ArrowError) -> PyErr {
    DocumentError::new_err(format!("{error}; expected a table that can be read to its end"))
}
