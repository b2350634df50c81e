//! The exceptions: a small hierarchy, with the words of the library.

use dateline::Error;
use pyo3::exceptions::PyException;
use pyo3::{create_exception, prelude::*};

create_exception!(dateline, DatelineError, PyException, "What can go wrong here: the base of the others.");
create_exception!(
    dateline,
    ModelError,
    DatelineError,
    "A model, or ONNX Runtime that runs it, is not there or cannot be used."
);
create_exception!(
    dateline,
    GazetteerError,
    DatelineError,
    "A gazetteer, or a table that lies on top of it, cannot be used: places of your own, corrections, publishers."
);
create_exception!(dateline, SettingsError, DatelineError, "An argument has a value that it cannot have.");
create_exception!(dateline, DocumentError, DatelineError, "A document cannot be read or tagged.");
create_exception!(dateline, InternalError, DatelineError, "A fault of dateline: report it.");

/// An error of the library as the exception that it is.
pub fn exception(error: &Error) -> PyErr {
    let words = error.to_string();
    match error {
        Error::Model(_) | Error::Runtime(_) | Error::Hub(_) | Error::Onnx(_) => ModelError::new_err(words),
        Error::NoAccurateModel { .. } | Error::NothingEmbedded => ModelError::new_err(words),
        Error::Gazetteer(_)
        | Error::Places(_)
        | Error::BrokenPlaces { .. }
        | Error::NoPlaces { .. }
        | Error::Ignored { .. }
        | Error::Corrections(_)
        | Error::Publishers(_)
        | Error::Ranker(_)
        | Error::NoGazetteer => GazetteerError::new_err(words),
        Error::Threads(_) => SettingsError::new_err(words),
        Error::Untagged(_) | Error::Limit(_) | Error::NoModel => DocumentError::new_err(words),
        _ => DatelineError::new_err(words),
    }
}

/// An argument that cannot be what it is.
pub fn settings(words: impl Into<String>) -> PyErr {
    SettingsError::new_err(words.into())
}

/// Adds the exceptions to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("DatelineError", py.get_type::<DatelineError>())?;
    module.add("ModelError", py.get_type::<ModelError>())?;
    module.add("GazetteerError", py.get_type::<GazetteerError>())?;
    module.add("SettingsError", py.get_type::<SettingsError>())?;
    module.add("DocumentError", py.get_type::<DocumentError>())?;
    module.add("InternalError", py.get_type::<InternalError>())
}
