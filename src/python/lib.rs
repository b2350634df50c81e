//! dateline for Python: the native half of the package.
//!
//! What needs Python's manners and no speed is Python, in `dateline/`; here stands what holds documents. Nothing tags or
//! resolves here: every function is a few lines over the crate `dateline`, with the lock of the interpreter given back while
//! that tags.

mod arrow;
mod background;
mod document;
mod errors;
mod notebook;
mod pipe;
mod query;
mod record;
mod settings;
mod tagger;
mod views;

use pyo3::prelude::*;

/// Runs the command line with these arguments, of which the first is the program's name, and gives the exit status.
#[pyfunction]
fn command(py: Python<'_>, args: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| dateline::cli::run(args))
}

#[pymodule]
fn _dateline(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(command, module)?)?;
    errors::add(module)?;
    views::add(module)?;
    document::add(module)?;
    tagger::add(module)?;
    arrow::add(module)?;
    query::add(module)
}
