//! What a tagger is made of: the arguments of `Tagger`, which is all that is pickled of one.

use std::path::{Path, PathBuf};

use dateline::inner::model_options::ModelOptions;
use dateline::inner::query::NamedPlace;
use dateline::{Gazetteer, HubOptions, Model, RuntimeOptions, TagOptions, Tagger};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::background;
use crate::errors::{GazetteerError, ModelError, exception, settings};

/// The arguments of `Tagger`, as they were given.
#[derive(Clone, Debug)]
pub struct Settings {
    pub model: Option<PathBuf>,
    pub locate: bool,
    pub gazetteer: Option<PathBuf>,
    pub places: Vec<PathBuf>,
    pub ignore: Vec<String>,
    pub corrections: Vec<PathBuf>,
    pub publishers: Option<PathBuf>,
    pub ranker: Option<PathBuf>,
    pub near: Option<Near>,
    pub publisher_country: Option<String>,
    pub labels: Option<Vec<String>>,
    pub map_labels: Vec<(String, String)>,
    pub aggregation: Option<String>,
    pub threshold: Option<f32>,
    pub nested: bool,
    pub min_score: Option<f32>,
    pub device: Option<String>,
    pub distances: bool,
    pub explain: bool,
    pub threads: usize,
    pub window_cache: usize,
    pub max_chars: usize,
    pub onnxruntime: Option<PathBuf>,
    pub offline: bool,
}

/// A place by its name, or its latitude and longitude.
#[derive(Clone, Debug)]
pub enum Near {
    Name(String),
    Position(f64, f64),
}

impl<'py> FromPyObject<'_, 'py> for Near {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(name) = given.cast::<PyString>() {
            return Ok(Self::Name(name.to_str()?.to_owned()));
        }
        match given.extract::<Vec<f64>>().as_deref() {
            Ok(&[lat, lon]) => Ok(Self::Position(lat, lon)),
            _ => Err(PyTypeError::new_err(format!("{}: expected a name, or (lat, lon) in degrees", given.repr()?))),
        }
    }
}

impl Near {
    /// What it is called in a query.
    pub fn query(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Position(lat, lon) => format!("{lat},{lon}"),
        }
    }
}

/// One path, or several.
#[derive(FromPyObject)]
pub enum Paths {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl From<Option<Paths>> for Several {
    fn from(paths: Option<Paths>) -> Self {
        Self(match paths {
            None => Vec::new(),
            Some(Paths::One(path)) => vec![path],
            Some(Paths::Several(paths)) => paths,
        })
    }
}

/// Any number of paths.
pub struct Several(pub Vec<PathBuf>);

impl Settings {
    /// The arguments again, for `Tagger.__new__`.
    pub fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let given = PyDict::new(py);
        // As strings, which are the same on all systems.
        let text = |path: &PathBuf| path.as_os_str().to_owned();
        given.set_item("model", self.model.as_ref().map(text))?;
        given.set_item("locate", self.locate)?;
        given.set_item("gazetteer", self.gazetteer.as_ref().map(text))?;
        given.set_item("places", self.places.iter().map(text).collect::<Vec<_>>())?;
        given.set_item("ignore", &self.ignore)?;
        given.set_item("corrections", self.corrections.iter().map(text).collect::<Vec<_>>())?;
        given.set_item("publishers", self.publishers.as_ref().map(text))?;
        given.set_item("ranker", self.ranker.as_ref().map(text))?;
        match &self.near {
            None => given.set_item("near", py.None())?,
            Some(Near::Name(name)) => given.set_item("near", name)?,
            Some(Near::Position(lat, lon)) => given.set_item("near", (lat, lon))?,
        }
        given.set_item("publisher_country", self.publisher_country.as_ref())?;
        given.set_item("labels", self.labels.as_ref())?;
        let map = PyDict::new(py);
        for (of_model, label) in &self.map_labels {
            map.set_item(of_model, label)?;
        }
        given.set_item("map_labels", map)?;
        given.set_item("aggregation", self.aggregation.as_ref())?;
        given.set_item("threshold", self.threshold)?;
        given.set_item("nested", self.nested)?;
        given.set_item("min_score", self.min_score)?;
        given.set_item("device", self.device.as_ref())?;
        given.set_item("distances", self.distances)?;
        given.set_item("explain", self.explain)?;
        given.set_item("threads", (self.threads > 0).then_some(self.threads))?;
        given.set_item("window_cache", self.window_cache)?;
        given.set_item("max_chars", self.max_chars)?;
        given.set_item("onnxruntime", self.onnxruntime.as_ref().map(text))?;
        given.set_item("offline", self.offline)?;
        Ok(given)
    }

    /// Makes the tagger.
    ///
    /// # Errors
    ///
    /// If something is missing, or does not hold what it should.
    pub fn build(&self, py: Python<'_>) -> PyResult<(Tagger, TagOptions)> {
        self.check()?;
        let library = match &self.model {
            None => None,
            Some(_) => Some(library(py, self.onnxruntime.as_deref())?),
        };
        let mut builder = Tagger::builder()
            .runtime(RuntimeOptions { library, offline: self.offline, ..RuntimeOptions::default() })
            .model_options(self.model_options()?)
            .threads(self.threads)
            .window_cache(self.window_cache);
        builder = match &self.model {
            None => builder.without_model(),
            Some(name) => builder.hub(HubOptions::from_env()).model(Model::named(name).map_err(settings)?),
        };
        if self.locate {
            builder =
                self.places.iter().fold(builder.ignore(self.ignore.clone()), |builder, table| builder.places(table));
            builder = self.gazetteer.iter().fold(builder, |builder, file| builder.gazetteer(file));
            builder = self.publishers.iter().fold(builder, |builder, table| builder.publishers(table));
            builder = self.ranker.iter().fold(builder, |builder, file| builder.ranker(file));
        } else {
            builder = builder.without_places();
        }
        builder = self.corrections.iter().fold(builder, |builder, file| builder.corrections(file));
        let tagger = background::run(py, move |_| builder.build())?.map_err(|error| exception(&error))?;
        let options = self.options(&tagger)?;
        Ok((tagger, options))
    }

    /// Whether nothing is said of what is not there: it would have no effect.
    fn check(&self) -> PyResult<()> {
        let without_model = [
            ("labels", self.labels.is_some()),
            ("map_labels", !self.map_labels.is_empty()),
            ("aggregation", self.aggregation.is_some()),
            ("threshold", self.threshold.is_some()),
            ("nested", self.nested),
            ("min_score", self.min_score.is_some()),
            ("device", self.device.is_some()),
            ("window_cache", self.window_cache > 0),
        ];
        let without_places = [
            ("gazetteer", self.gazetteer.is_some()),
            ("places", !self.places.is_empty()),
            ("ignore", !self.ignore.is_empty()),
            ("publishers", self.publishers.is_some()),
            ("ranker", self.ranker.is_some()),
            ("near", self.near.is_some()),
            ("publisher_country", self.publisher_country.is_some()),
            ("distances", self.distances),
            ("explain", self.explain),
        ];
        let idle = |unless: bool, why: &str, given: &[(&str, bool)]| match given.iter().find(|(_, given)| *given) {
            Some((name, _)) if unless => {
                Err(settings(format!("{name} has no effect with {why}; leave one of them out")))
            }
            _ => Ok(()),
        };
        idle(self.model.is_none(), "model=None", &without_model)?;
        idle(!self.locate, "locate=False", &without_places)
    }

    fn model_options(&self) -> PyResult<ModelOptions> {
        let mut options = ModelOptions::default();
        options.labels.clone_from(&self.labels);
        options.map = self.map_labels.iter().cloned().collect();
        if let Some(aggregation) = &self.aggregation {
            options.aggregation = aggregation.parse().map_err(settings)?;
        }
        options.threshold = share("threshold", self.threshold)?;
        options.nested = self.nested;
        if let Some(device) = &self.device {
            options.device = device.parse().map_err(settings)?;
        }
        Ok(options)
    }

    fn options(&self, tagger: &Tagger) -> PyResult<TagOptions> {
        let mut options = TagOptions::default();
        if let Some(near) = &self.near {
            options.near = Some(located(near, tagger)?);
        }
        if let Some(code) = &self.publisher_country {
            options.publisher_country =
                Some(code.parse().map_err(|error| settings(format!("publisher_country: {error}")))?);
        }
        options.min_score = share("min_score", self.min_score)?;
        options.distances = self.distances;
        options.explain = self.explain;
        Ok(options)
    }
}

/// Where a place is.
///
/// # Errors
///
/// If there is none of that name.
pub fn located(near: &Near, tagger: &Tagger) -> PyResult<dateline::LatLon> {
    let gazetteer = tagger.gazetteer().ok_or_else(|| settings("near: this tagger places nothing; leave it out"))?;
    Ok(named(near, gazetteer)?.location)
}

/// The place that is named.
///
/// # Errors
///
/// If there is none of that name.
pub fn named(near: &Near, gazetteer: &Gazetteer) -> PyResult<NamedPlace> {
    NamedPlace::find(&near.query(), gazetteer).map_err(|error| GazetteerError::new_err(error.to_string()))
}

/// A count that must not be zero.
///
/// # Errors
///
/// If it is, or less.
pub fn at_least_one(name: &str, given: i64) -> PyResult<usize> {
    match usize::try_from(given) {
        Ok(count @ 1..) => Ok(count),
        _ => Err(settings(format!("{name} is {given}; expected 1 or more"))),
    }
}

fn share(name: &str, given: Option<f32>) -> PyResult<Option<f32>> {
    match given {
        Some(share) if !(0.0..=1.0).contains(&share) => {
            Err(settings(format!("{name} is {share}; expected a number from 0 to 1, such as 0.5")))
        }
        given => Ok(given),
    }
}

/// The library of ONNX Runtime that was named, or that in the package `onnxruntime`.
fn library(py: Python<'_>, named: Option<&Path>) -> PyResult<PathBuf> {
    let found = py.import("dateline._runtime")?.call_method1("library", (named.map(Path::as_os_str),))?;
    if found.is_none() {
        return Err(ModelError::new_err(
            "the package onnxruntime is not there, or has no library that can be loaded; expected it beside dateline: pip \
             install onnxruntime, or name a library with onnxruntime=",
        ));
    }
    found.extract()
}
