//! What one asks of a gazetteer by name.

use std::path::PathBuf;
use std::sync::OnceLock;

use dateline::Gazetteer;
use dateline::inner::builder::PlacesOptions;
use dateline::inner::query::{DistanceBetween, LookupOptions, look_up};
use pyo3::prelude::*;

use crate::errors::{GazetteerError, exception, settings};
use crate::settings::{Near, Paths, Several, at_least_one, named};
use crate::views::to_python;

/// The places that a name may mean, as dicts: see `dateline.gazetteer.lookup`.
#[pyfunction]
#[pyo3(signature = (name, country, near, fuzzy, first, gazetteer, places))]
#[allow(clippy::too_many_arguments, reason = "they are those of the Python function")]
fn lookup<'py>(
    py: Python<'py>,
    name: &str,
    country: Option<&str>,
    near: Option<Near>,
    fuzzy: bool,
    first: Option<i64>,
    gazetteer: Option<PathBuf>,
    places: Option<Paths>,
) -> PyResult<Bound<'py, PyAny>> {
    with(py, gazetteer, places, |gazetteer| {
        let near = near.map(|near| named(&near, gazetteer)).transpose()?.map(|near| near.location);
        let country = country.map(str::parse).transpose();
        let country = country.map_err(|error| settings(format!("country: {error}")))?;
        let first = first.map(|first| at_least_one("first", first)).transpose()?;
        let options = LookupOptions { country, near, first, fuzzy };
        let found: Vec<_> =
            look_up(name, &options, gazetteer).iter().map(|candidate| candidate.form(gazetteer)).collect();
        to_python(py, &found)
    })
}

/// How far it is from one place to another, as a dict: see `dateline.distance`.
#[pyfunction]
fn distance<'py>(
    py: Python<'py>,
    origin: Near,
    destination: Near,
    gazetteer: Option<PathBuf>,
    places: Option<Paths>,
) -> PyResult<Bound<'py, PyAny>> {
    with(py, gazetteer, places, |gazetteer| {
        let (from, to) = (named(&origin, gazetteer)?, named(&destination, gazetteer)?);
        to_python(py, &DistanceBetween::new(&from, &to))
    })
}

/// Does something with the gazetteer inside, which stays open, or with another.
fn with<T>(
    py: Python<'_>,
    gazetteer: Option<PathBuf>,
    places: Option<Paths>,
    ask: impl FnOnce(&Gazetteer) -> PyResult<T>,
) -> PyResult<T> {
    static INSIDE: OnceLock<Gazetteer> = OnceLock::new();
    let tables = Several::from(places).0;
    if gazetteer.is_none() && tables.is_empty() {
        if let Some(inside) = INSIDE.get() {
            return ask(inside);
        }
        let opened = Gazetteer::embedded().map_err(|error| GazetteerError::new_err(error.to_string()))?;
        return ask(INSIDE.get_or_init(|| opened));
    }
    let options = PlacesOptions { gazetteer, tables, ..PlacesOptions::default() };
    let opened = py.detach(|| options.open()).map_err(|error| exception(&error))?;
    ask(&opened)
}

/// Adds the functions to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(lookup, module)?)?;
    module.add_function(wrap_pyfunction!(distance, module)?)
}
