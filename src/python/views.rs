//! What is found in a document, as Python sees it: objects that cannot be changed, with the keys of the JSON as attributes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use dateline::annotation::{
    Area as AreaForm, ContainedName as ContainedForm, Entity as EntityForm, Focus as FocusForm,
    NestedName as NestedForm, Place as PlaceForm, PlaceDistance as DistanceForm, Relation as RelationForm,
};
use dateline::inner::annotation::json;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use serde::Serialize;

use crate::errors::DocumentError;

/// JSON as Python's own objects.
pub fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.getattr("loads")?.call1((json,))
}

/// The same of what has a form in JSON.
pub fn to_python<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    loads(py, &json::to_string(value))
}

/// A class of Python over a type of the annotation: an attribute a key, with what it gives.
macro_rules! view {
    ($(#[$doc:meta])* $class:ident($form:ty) { $($(#[$about:meta])* $key:ident: $type:ty = $get:expr;)* } shown $shown:expr) => {
        $(#[$doc])*
        #[pyclass(frozen, eq, module = "dateline")]
        #[derive(Clone, PartialEq)]
        pub struct $class(pub $form);

        #[pymethods]
        impl $class {
            $(
                $(#[$about])*
                #[getter]
                fn $key(&self) -> $type {
                    let get: fn(&$form) -> $type = $get;
                    get(&self.0)
                }
            )*

            /// The same as a dict, as it stands in the JSON.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                to_python(py, &self.0)
            }

            /// The object of such a dict.
            #[classmethod]
            fn from_dict(_class: &Bound<'_, PyType>, written: &Bound<'_, PyAny>) -> PyResult<Self> {
                let written = crate::record::json(written)?;
                serde_json::from_value(written).map(Self).map_err(|error| {
                    DocumentError::new_err(format!("{error}; expected what to_dict gives"))
                })
            }

            fn __hash__(&self) -> u64 {
                let mut hasher = DefaultHasher::new();
                json::to_string(&self.0).hash(&mut hasher);
                hasher.finish()
            }

            fn __repr__(&self) -> String {
                let shown: fn(&$form) -> String = $shown;
                format!("<{} {}>", stringify!($class), shown(&self.0))
            }

            #[staticmethod]
            fn _from_json(written: &str) -> PyResult<Self> {
                serde_json::from_str(written).map(Self).map_err(|error| DocumentError::new_err(error.to_string()))
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyString>,))> {
                let read = py.get_type::<Self>().getattr("_from_json")?;
                Ok((read, (PyString::new(py, &json::to_string(&self.0)),)))
            }
        }
    };
}

view! {
    /// A name in a document, and what it means.
    Entity(EntityForm) {
        /// Where it begins, in characters (code points), as `text[start:end]` wants it.
        start: usize = |e| e.start;
        /// Where it ends: behind its last character.
        end: usize = |e| e.end;
        /// The name as it stands in the text.
        text: String = |e| e.text.clone();
        /// PER, ORG, LOC, MISC, or the model's own word.
        label: &'static str = |e| e.label.name();
        /// The model's own word, where that is another than the label.
        r#type: Option<&'static str> = |e| e.kind.map(|kind| kind.name());
        /// How sure the model is, from 0 to 1.
        score: f64 = |e| e.score;
        /// The fullest form of a person or an organisation that the document names in full and in part.
        name: Option<String> = |e| e.name.as_deref().map(str::to_owned);
        /// What the place stands for, `"government"`, if the text says so plainly.
        stands_for: Option<&'static str> = |e| e.stands_for.map(|stands_for| stands_for.name());
        /// The place that it means.
        place: Option<Place> = |e| e.place.clone().map(Place);
        /// Other places that it might mean, best first.
        alternatives: Vec<Place> = |e| e.alternatives.iter().cloned().map(Place).collect();
        /// Names of places inside the name.
        contains: Vec<ContainedName> = |e| e.contains.iter().cloned().map(ContainedName).collect();
    } shown |e| match &e.place {
        Some(place) => format!("{:?} {} → {}", e.text, e.label, placed(place)),
        None => format!("{:?} {}", e.text, e.label),
    }
}

view! {
    /// The name of a place inside the name of something else: "Paris" in "Paris Police Department".
    ContainedName(ContainedForm) {
        /// Where it begins, in characters.
        start: usize = |c| c.start;
        /// Where it ends.
        end: usize = |c| c.end;
        /// The name as it stands in the text.
        text: String = |c| c.text.clone();
        /// The place that it means.
        place: Option<Place> = |c| c.place.clone().map(Place);
        /// Other places that it might mean, best first.
        alternatives: Vec<Place> = |c| c.alternatives.iter().cloned().map(Place).collect();
    } shown |c| format!("{:?}", c.text)
}

view! {
    /// A name inside another, as a GLiNER finds it with `nested=True`. It has no place of its own.
    NestedName(NestedForm) {
        /// Where it begins, in characters.
        start: usize = |n| n.start;
        /// Where it ends.
        end: usize = |n| n.end;
        /// The name as it stands in the text.
        text: String = |n| n.text.clone();
        /// PER, ORG, LOC, MISC, or the model's own word.
        label: &'static str = |n| n.label.name();
        /// The model's own word, where that is another than the label.
        r#type: Option<&'static str> = |n| n.kind.map(|kind| kind.name());
        /// How sure the model is, from 0 to 1.
        score: f64 = |n| n.score;
    } shown |n| format!("{:?} {}", n.text, n.label)
}

view! {
    /// A place on the globe.
    Place(PlaceForm) {
        /// Its lasting name in the gazetteer; None if it was found by the words of the text alone.
        id: Option<String> = |p| p.id.as_deref().map(str::to_owned);
        /// The name that the gazetteer knows it by, or the mention's own.
        name: String = |p| p.name.to_string();
        /// Degrees north (WGS 84).
        lat: f64 = |p| p.lat;
        /// Degrees east (WGS 84).
        lon: f64 = |p| p.lon;
        /// The code of its country in ISO 3166-1.
        country: Option<String> = |p| p.country.as_deref().map(str::to_owned);
        /// The name of its first-level division.
        admin1: Option<String> = |p| p.admin1.as_deref().map(str::to_owned);
        /// A feature code of GeoNames.
        feature: Option<String> = |p| p.feature.as_deref().map(str::to_owned);
        /// Inhabitants.
        population: Option<u64> = |p| p.population;
        /// The probability that this is the place that is meant, from 0 to 1.
        confidence: f64 = |p| p.confidence;
        /// How it was found: `gazetteer`, `demonym`, `relative`, `coordinates` or `correction`.
        method: &'static str = |p| p.method.name();
        /// How far the true place may be from this position, in kilometres.
        uncertainty_km: f64 = |p| p.uncertainty_km;
        /// How far the place itself reaches, in kilometres, if it is an area of known size.
        radius_km: Option<f64> = |p| p.radius_km;
    } shown placed
}

view! {
    /// A position that the text states by other places: "45 kilometers southeast of Mosul".
    Relation(RelationForm) {
        /// The form of the phrase.
        kind: &'static str = |r| r.kind.name();
        /// The index of the entity that lies there.
        target: Option<usize> = |r| r.target;
        /// The indices of the entities that the phrase starts from.
        anchors: Vec<usize> = |r| r.anchors.clone();
        /// The stated distance, in kilometres.
        distance_km: Option<f64> = |r| r.distance_km;
        /// The stated direction, in degrees from north.
        bearing_deg: Option<f64> = |r| r.bearing_deg;
        /// Where this is.
        place: Option<Area> = |r| r.place.clone().map(Area);
        /// Where the phrase begins, in characters.
        start: usize = |r| r.start;
        /// Where it ends.
        end: usize = |r| r.end;
        /// The phrase.
        text: String = |r| r.text.clone();
    } shown |r| format!("{} {:?}", r.kind.name(), r.text)
}

view! {
    /// Where something is, as far as words tell.
    Area(AreaForm) {
        /// Degrees north of the best guess.
        lat: f64 = |a| a.lat;
        /// Degrees east.
        lon: f64 = |a| a.lon;
        /// How far the truth may be from it, in kilometres.
        uncertainty_km: f64 = |a| a.uncertainty_km;
        /// One closed ring, counter-clockwise, of (longitude, latitude).
        polygon: Vec<(f64, f64)> = |a| a.polygon.iter().map(|&[lon, lat]| (lon, lat)).collect();
    } shown |a| format!("{:.3} {:.3} ± {:.1} km", a.lat, a.lon, a.uncertainty_km)
}

view! {
    /// A place that a document is about.
    Focus(FocusForm) {
        /// Its lasting name in the gazetteer.
        id: String = |f| f.id.clone();
        /// The name that the gazetteer knows it by.
        name: String = |f| f.name.clone();
        /// `city`, `region` or `country`.
        kind: &'static str = |f| f.kind.name();
        /// Degrees north (WGS 84).
        lat: f64 = |f| f.lat;
        /// Degrees east (WGS 84).
        lon: f64 = |f| f.lon;
        /// The code of its country in ISO 3166-1.
        country: Option<String> = |f| f.country.clone();
        /// How much of what the document says of places of this kind it says of this one, from 0 to 1.
        score: f64 = |f| f.score;
    } shown |f| format!("{} {} {:.2}", f.name, f.kind.name(), f.score)
}

view! {
    /// The geodesic distance between two places of a document.
    PlaceDistance(DistanceForm) {
        /// The index of the entity that names the one first.
        origin: usize = |d| d.from;
        /// The index of the entity that names the other first.
        destination: usize = |d| d.to;
        /// Kilometres along the geodesic.
        km: f64 = |d| d.km;
    } shown |d| format!("{} to {}: {} km", d.from, d.to, d.km)
}

/// A place in a few words: "Mosul, Nineveh, IQ 36.335 43.119".
pub fn placed(place: &PlaceForm) -> String {
    let parts =
        [Some(&place.name), place.admin1.as_ref().filter(|admin1| **admin1 != place.name), place.country.as_ref()];
    let named: Vec<&str> = parts.into_iter().flatten().map(|part| &**part).collect();
    format!("{} {:.3} {:.3}", named.join(", "), place.lat, place.lon)
}

/// Adds the classes to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Entity>()?;
    module.add_class::<ContainedName>()?;
    module.add_class::<NestedName>()?;
    module.add_class::<Place>()?;
    module.add_class::<Relation>()?;
    module.add_class::<Area>()?;
    module.add_class::<Focus>()?;
    module.add_class::<PlaceDistance>()
}
