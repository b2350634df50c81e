//! What is found in a document, in the form that everyone gets it in: callers of the library as these types, files and
//! pipes as their JSON, tables as columns of the same names.
//!
//! Every key is in every object: null where nothing is known or was not asked for, an empty list where there is nothing. Only
//! `nested` of a document and `type` of a name are left out where they say nothing. Keys keep their order and meaning; a change
//! of either raises [`VERSION`]. Numbers are rounded: latitudes and longitudes to 5 decimals (degrees on WGS 84), lengths to 1
//! (kilometres), scores and confidences to 3.
//!
//! The same types read what was written, that of version 1 too.

pub(crate) mod form;
#[doc(hidden)]
pub mod json;
pub(crate) mod lenient;
#[doc(hidden)]
pub mod names;
#[doc(hidden)]
pub mod reasons;
pub(crate) mod spans;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::HashSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use lenient::{
    certain, certainty, count, count_or_none, counts, degrees, id, label, metadata, or_default, people, unknown,
    written,
};

use crate::document::{Document, OffsetUnit};
use crate::geo::LatLon;
pub use crate::mention::{Kind, Label};
pub use crate::resolve::focus::FocusKind;
use crate::resolve::outcome::Identity;
pub use crate::resolve::outcome::{Method, StandsFor};
pub use crate::resolve::relative::RelationKind;

/// The version of the form. Version 1 left out keys of which nothing was known.
pub const VERSION: u32 = 2;

/// Of how many distinct places, at most, the distances are given.
pub const DISTANCE_PLACES: usize = 50;

/// A document with what was found in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "A document tagged by dateline")]
#[non_exhaustive]
pub struct Annotation {
    /// The document's id, or the path that it was read from.
    #[serde(default, deserialize_with = "id")]
    pub id: String,
    /// Its headline.
    #[serde(default, deserialize_with = "written")]
    pub title: Option<String>,
    /// When it was published, as its source writes it.
    #[serde(default, deserialize_with = "written")]
    pub date: Option<String>,
    /// Who published it.
    #[serde(default, deserialize_with = "written")]
    pub source: Option<String>,
    /// Where it was published.
    #[serde(default, deserialize_with = "written")]
    pub url: Option<String>,
    /// The language, if it can be told: its code of ISO 639-1, or else of ISO 639-3.
    #[schemars(regex(pattern = "^[a-z]{2,3}$"))]
    pub language: Option<String>,
    /// What else of the document's record was carried through.
    #[serde(default, deserialize_with = "metadata")]
    pub metadata: Option<Map<String, Value>>,
    /// The text; null if it was left out.
    pub text: Option<String>,
    /// Mentions, in order and without overlap.
    pub entities: Vec<Entity>,
    /// Names inside these, if they were asked for: by their start, of those that begin together the longer first. The key is
    /// left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "or_default")]
    pub nested: Vec<NestedName>,
    /// Positions that the text states by other places, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub relations: Vec<Relation>,
    /// Why names were taken for what they were; null if that was not asked for.
    #[serde(default)]
    pub explanations: Option<Vec<Explanation>>,
    /// Geodesic distances between the first 50 distinct places; null if they were not asked for.
    #[serde(default)]
    pub distances: Option<Vec<PlaceDistance>>,
    /// How many places there are beyond those whose distances are given; null if there are none.
    #[serde(default, deserialize_with = "count_or_none")]
    #[schemars(range(min = 1))]
    pub distances_left_out: Option<usize>,
    /// What the document is about: cities, then first-level divisions, then countries, each by falling score.
    #[serde(default, deserialize_with = "or_default")]
    pub focus: Vec<Focus>,
    /// The unit of every `start` and `end`. It is no part of the form: whoever reads a file says what it was written with.
    #[serde(skip)]
    pub offsets: OffsetUnit,
}

/// What annotations were made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The checksum of the model; `None` if none was used.
    pub model: Option<String>,
    /// The checksum of the gazetteer; `None` if none was used.
    pub gazetteer: Option<String>,
    /// The version of ONNX Runtime, on which the last digits of scores depend; `None` if none was used.
    pub onnx_runtime: Option<String>,
}

/// A name in a document, and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entity {
    /// Where it begins.
    #[serde(deserialize_with = "count")]
    pub start: usize,
    /// Where it ends: behind its last character.
    #[serde(deserialize_with = "count")]
    pub end: usize,
    /// The name as it stands in the text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub text: String,
    /// A person, an organisation, a place, or another name; the model's own word for what has no counterpart among these.
    #[serde(deserialize_with = "label")]
    pub label: Label,
    /// The model's own word for it, where that is another than the label: "GPE" of a place.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How sure the model is that exactly this is a name of this kind.
    #[serde(default = "certain", deserialize_with = "certainty")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub score: f64,
    /// Of a person or an organisation that the document names in full and in part: the fullest form. Else null.
    #[schemars(length(min = 1))]
    pub name: Option<Arc<str>>,
    /// What the place stands for, if the text says so plainly.
    pub stands_for: Option<StandsFor>,
    /// The place that it means; null if it means none, if it cannot be placed, or if places were not asked for.
    #[serde(default, deserialize_with = "place")]
    pub place: Option<Place>,
    /// Other places that it might mean, best first.
    #[serde(default, deserialize_with = "places")]
    pub alternatives: Vec<Place>,
    /// Names of places inside the name, in order and without overlap: "Paris" in "Paris Police Department".
    #[serde(default, deserialize_with = "or_default")]
    pub contains: Vec<ContainedName>,
}

/// The name of a place inside the name of something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContainedName {
    /// Where it begins.
    #[serde(deserialize_with = "count")]
    pub start: usize,
    /// Where it ends.
    #[serde(deserialize_with = "count")]
    pub end: usize,
    /// The name as it stands in the text.
    #[schemars(length(min = 1))]
    pub text: String,
    /// The place that it means.
    #[serde(default, deserialize_with = "place")]
    pub place: Option<Place>,
    /// Other places that it might mean, best first.
    #[serde(default, deserialize_with = "places")]
    pub alternatives: Vec<Place>,
}

/// A name inside the name of an entity, as the model found it. It has no place of its own: the places in the names of
/// organisations are what their entity [contains](Entity::contains).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct NestedName {
    /// Where it begins.
    #[serde(deserialize_with = "count")]
    pub start: usize,
    /// Where it ends: behind its last character.
    #[serde(deserialize_with = "count")]
    pub end: usize,
    /// The name as it stands in the text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub text: String,
    /// A person, an organisation, a place, or another name; the model's own word for what has no counterpart among these.
    #[serde(deserialize_with = "label")]
    pub label: Label,
    /// The model's own word for it, where that is another than the label.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How sure the model is that exactly this is a name of this kind.
    #[serde(default = "certain", deserialize_with = "certainty")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub score: f64,
}

/// A place on the globe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Place {
    /// Its lasting name in the gazetteer; null if it was found by the words of the text alone.
    #[schemars(length(min = 1))]
    pub id: Option<Arc<str>>,
    /// The name that the gazetteer knows it by, or the mention's own.
    #[serde(default)]
    pub name: Arc<str>,
    /// Degrees north.
    #[serde(default = "unknown", deserialize_with = "degrees")]
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Degrees east.
    #[serde(default = "unknown", deserialize_with = "degrees")]
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
    /// The code of its country in ISO 3166-1.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: Option<Arc<str>>,
    /// The name of its first-level division.
    pub admin1: Option<Arc<str>>,
    /// A feature code of GeoNames.
    pub feature: Option<Arc<str>>,
    /// Inhabitants.
    #[serde(default, deserialize_with = "people")]
    pub population: Option<u64>,
    /// The probability that this is the place that is meant.
    #[serde(default = "certain", deserialize_with = "certainty")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// How it was found: by its name or the name of its people in the gazetteer, by the words of the text, by figures in
    /// it, or by a correction of the user's.
    pub method: Method,
    /// How far the true place may be from this position, in kilometres.
    #[serde(default, deserialize_with = "or_default")]
    #[schemars(range(min = 0.0))]
    pub uncertainty_km: f64,
    /// How far the place itself reaches, in kilometres, if it is an area of known size.
    #[schemars(range(min = 0.0))]
    pub radius_km: Option<f64>,
}

/// A position that the text states by other places: "45 kilometers southeast of Mosul".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Relation {
    /// The form of the phrase.
    pub kind: RelationKind,
    /// The index of the entity that lies there; null if the text does not name it.
    #[serde(default, deserialize_with = "count_or_none")]
    pub target: Option<usize>,
    /// The indices of the entities that the phrase starts from: two for `between` and for a border of which both countries are
    /// named, else one.
    #[serde(default, deserialize_with = "counts")]
    #[schemars(length(min = 1, max = 2))]
    pub anchors: Vec<usize>,
    /// The stated distance, in kilometres.
    #[schemars(range(min = 0.0))]
    pub distance_km: Option<f64>,
    /// The stated direction, in degrees from north.
    #[schemars(range(min = 0.0, max = 360.0))]
    pub bearing_deg: Option<f64>,
    /// Where this is; null if an anchor has no place, or is an area that no distance can be counted from.
    #[serde(default)]
    pub place: Option<Area>,
    /// Where the phrase begins.
    #[serde(deserialize_with = "count")]
    pub start: usize,
    /// Where it ends.
    #[serde(deserialize_with = "count")]
    pub end: usize,
    /// The phrase.
    #[schemars(length(min = 1))]
    pub text: String,
}

/// Where something is, as far as words tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Area {
    /// Degrees north of the best guess.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Degrees east.
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
    /// How far the truth may be from it, in kilometres.
    #[schemars(range(min = 0.0))]
    pub uncertainty_km: f64,
    /// One closed ring, counter-clockwise, of `[longitude, latitude]`; longitudes run on past 180 and -180.
    #[serde(default, deserialize_with = "or_default")]
    pub polygon: Vec<[f64; 2]>,
}

/// Why the name of a place was taken for what it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Explanation {
    /// The index of the entity that it is, or that it stands in.
    #[serde(deserialize_with = "count")]
    pub entity: usize,
    /// Where the name begins.
    #[serde(deserialize_with = "count")]
    pub start: usize,
    /// Where it ends.
    #[serde(deserialize_with = "count")]
    pub end: usize,
    /// The name.
    #[schemars(length(min = 1))]
    pub text: String,
    /// How many candidates were scored.
    #[serde(alias = "weighed", deserialize_with = "count")]
    pub scored: usize,
    /// The most probable candidates, best first.
    pub candidates: Vec<ExplainedCandidate>,
    /// That it means none of the candidates.
    pub none: ExplainedNone,
}

/// What speaks for a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExplainedCandidate {
    /// How probable it is.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub probability: f64,
    /// Its score: probabilities are in proportion to the exponentials of the scores.
    pub score: f64,
    /// The candidate.
    pub place: Place,
    /// What moved its score, the most important first.
    pub features: Vec<FeatureValue>,
}

/// What speaks for none of the candidates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExplainedNone {
    /// How probable it is.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub probability: f64,
    /// Its score.
    pub score: f64,
    /// What moved it, the most important first.
    pub features: Vec<FeatureValue>,
}

/// A feature with what it adds to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct FeatureValue {
    /// Its name.
    pub feature: String,
    /// Its value.
    pub value: f64,
    /// Its value by its weight.
    pub adds: f64,
}

/// The distance between two places of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlaceDistance {
    /// The index of the entity that names the one first.
    #[serde(deserialize_with = "count")]
    pub from: usize,
    /// The index of the entity that names the other first.
    #[serde(deserialize_with = "count")]
    pub to: usize,
    /// Kilometres along the geodesic.
    #[schemars(range(min = 0.0))]
    pub km: f64,
}

/// A place that the document is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[non_exhaustive]
pub struct Focus {
    /// Its lasting name in the gazetteer.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The name that the gazetteer knows it by.
    pub name: String,
    /// What kind of place it is.
    pub kind: FocusKind,
    /// Degrees north.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Degrees east.
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
    /// The code of its country in ISO 3166-1.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: Option<String>,
    /// How much of what the document says of places of this kind it says of this one.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub score: f64,
}

impl Annotation {
    /// A document in which nothing was found yet.
    pub fn of(document: Document, offsets: OffsetUnit) -> Self {
        let Document { id, text, title, date, source, url, metadata, language } = document;
        Self {
            id,
            title,
            date,
            source,
            url,
            language: language.map(|language| language.code().to_owned()),
            metadata: (!metadata.is_empty()).then_some(metadata),
            text: Some(text),
            offsets,
            ..Self::default()
        }
    }

    /// The document, without what was found in it.
    pub(crate) fn into_document(self) -> Document {
        let Self { id, title, date, source, url, metadata, text, .. } = self;
        let metadata = metadata.unwrap_or_default();
        Document { title, date, source, url, metadata, ..Document::new(id, text.unwrap_or_default()) }
    }

    /// The distinct places of the document, each as the index of the entity that names it first. Names of peoples are
    /// left out: they stand for a country, but not as a point that one measures from.
    pub fn distinct_places(&self) -> Vec<(usize, &Place)> {
        let mut seen = HashSet::new();
        let placed = self.entities.iter().enumerate().filter_map(|(n, entity)| Some((n, entity.place.as_ref()?)));
        let distinct = placed.filter(|(_, place)| place.method != Method::Demonym && seen.insert(place.identity()));
        distinct.collect()
    }

    /// The annotation as one line of JSON, without the line end: what `dateline tag` writes for a document.
    pub fn to_json(&self) -> String {
        json::to_string(self)
    }

    /// Reads an annotation from JSON that tagging wrote, with offsets in the unit that they were written in.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn from_json(json: &str, offsets: OffsetUnit) -> Result<Self, serde_json::Error> {
        Ok(Self { offsets, ..serde_json::from_str(json)? })
    }

    /// The bytes that it takes, about.
    #[cfg(feature = "corpus")]
    pub(crate) fn weight(&self) -> usize {
        /// The bytes of a name and its place, about.
        const PLACE_BYTES: usize = 400;
        let places = |entity: &Entity| 1 + entity.alternatives.len() + entity.contains.len();
        let names: usize = self.entities.iter().map(|entity| entity.text.len() + PLACE_BYTES * places(entity)).sum();
        let nested: usize = self.nested.iter().map(|name| name.text.len() + size_of::<NestedName>()).sum();
        let corners: usize = self.relations.iter().filter_map(|r| r.place.as_ref()).map(|p| p.polygon.len()).sum();
        self.text.as_ref().map_or(0, String::len) + names + nested + corners * size_of::<[f64; 2]>()
    }
}

impl Place {
    /// Where it is.
    pub fn location(&self) -> LatLon {
        LatLon { lat: self.lat, lon: self.lon }
    }

    fn is_somewhere(&self) -> bool {
        !self.lat.is_nan() && !self.lon.is_nan()
    }

    /// Whether another is the same place: by its id, or without one by its position.
    pub fn is_same(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    /// What it is told from other places by.
    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity::of(self.id.as_deref(), self.location())
    }
}

/// The JSON Schema (draft 2020-12) of an [`Annotation`]: of a line of JSONL.
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Annotation>();
    // What it is stands first.
    let dialect = schema.remove("$schema").unwrap_or_default();
    let head = [("$schema", dialect), ("$id", format!("urn:dateline:schema:annotation:{VERSION}").into())];
    let mut whole: Map<String, Value> = head.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
    if let Value::Object(rest) = Value::from(schema) {
        whole.extend(rest);
    }
    whole.into()
}

/// A place, unless it has no coordinates: files of other hands may name places that nobody has put anywhere.
fn place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Place>, D::Error> {
    let place = Option::<Place>::deserialize(deserializer)?;
    Ok(place.filter(Place::is_somewhere))
}

fn places<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Place>, D::Error> {
    let places = Option::<Vec<Place>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(places.into_iter().filter(Place::is_somewhere).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::testing::{annotated, annotation, place as a_place};
    use super::*;

    #[test]
    fn names_are_those_of_the_json_form() {
        for kind in FocusKind::ALL {
            assert_eq!(json!(kind), kind.name());
        }
        for method in Method::ALL {
            assert_eq!(json!(method), method.name());
        }
        assert_eq!(json!(StandsFor::Government), StandsFor::Government.name());
        for kind in RelationKind::ALL {
            assert_eq!(json!(kind), kind.name());
        }
    }

    /// Everything that an object can have.
    fn complete() -> Annotation {
        let features = || vec![FeatureValue { feature: "population".to_owned(), value: 6.2, adds: 1.25 }];
        let place = a_place("geonames:99072", "Mosul", (36.335, 43.11889), "IQ");
        let candidate = ExplainedCandidate { probability: 0.97, score: -1.5, place, features: features() };
        let none = ExplainedNone { probability: 0.03, score: -5.0, features: features() };
        let (candidates, text) = (vec![candidate], "Mosul".to_owned());
        let explanation = Explanation { entity: 0, start: 28, end: 33, text, scored: 3, candidates, none };
        let annotation = annotation();
        let Entity { start, .. } = annotation.entities[2];
        let end = start + "Paris".len();
        let inner = NestedName {
            start,
            end,
            text: "Paris".to_owned(),
            label: Label::Loc,
            kind: Kind::named("city"),
            score: 0.612,
        };
        Annotation {
            nested: vec![inner],
            explanations: Some(vec![explanation]),
            distances: Some(vec![PlaceDistance { from: 0, to: 1, km: 45.1 }]),
            distances_left_out: Some(2),
            ..annotation
        }
    }

    fn errors(value: &Value) -> Vec<String> {
        let schema = schema();
        let schema = jsonschema::validator_for(&schema).unwrap();
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn what_is_written_holds_to_the_schema_and_is_read_back() {
        let bare = Annotation { text: None, ..annotated("Köln", &[("Köln", Label::Loc)]) };
        for annotation in [complete(), annotation(), bare] {
            let line = annotation.to_json();
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(errors(&value), Vec::<String>::new(), "{line}");
            assert_eq!(Annotation::from_json(&line, OffsetUnit::CodePoints).unwrap(), annotation);
        }
    }

    /// The keys of all objects, whatever is in them, in the order of the schema.
    #[test]
    fn every_key_is_in_every_object() {
        let schema = schema();
        let keys = |name: Option<&str>| -> Vec<String> {
            let of = name.map_or(&schema, |name| &schema["$defs"][name]);
            of["properties"].as_object().unwrap().keys().cloned().collect()
        };
        let written = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let bare = Annotation { entities: complete().entities, ..annotated("", &[]) };
        for annotation in [complete(), annotation(), bare, Annotation::default()] {
            let value: Value = serde_json::from_str(&annotation.to_json()).unwrap();
            let has_nested = value.get("nested").is_some();
            assert_eq!(has_nested, !annotation.nested.is_empty());
            let keys_of_all = keys(None).into_iter().filter(|key| has_nested || key != "nested");
            assert_eq!(written(&value), keys_of_all.collect::<Vec<_>>());
            for name in value["nested"].as_array().into_iter().flatten() {
                assert_eq!(written(name), keys(Some("NestedName")));
            }
            for entity in value["entities"].as_array().unwrap() {
                // The model's own word is there where it is another than the label's.
                let own = entity.get("type").is_some();
                let keys_of_entity = keys(Some("Entity")).into_iter().filter(|key| own || key != "type");
                assert_eq!(written(entity), keys_of_entity.collect::<Vec<_>>());
                if entity["place"] != Value::Null {
                    assert_eq!(written(&entity["place"]), keys(Some("Place")));
                }
                entity["contains"].as_array().unwrap().iter().for_each(|inner| {
                    assert_eq!(written(inner), keys(Some("ContainedName")));
                });
            }
            for relation in value["relations"].as_array().unwrap() {
                assert_eq!(written(relation), keys(Some("Relation")));
            }
        }
    }

    /// A file of version 1: keys of which nothing is known are not there, and scores of explanations had another name.
    #[test]
    fn the_form_of_version_1_is_read() {
        let old = r#"{"id": "a", "text": "In Köln", "entities": [
            {"start": 3, "end": 7, "text": "Köln", "label": "LOC", "score": 0.9, "place": {"id": "geonames:2886242",
             "name": "Cologne", "lat": 50.93333, "lon": 6.95, "confidence": 0.9, "method": "gazetteer", "uncertainty_km": 0.0}},
            {"start": 0, "end": 2, "text": "In", "label": "ORG", "score": 0.5}], "relations": []}"#;
        let read = Annotation::from_json(old, OffsetUnit::CodePoints).unwrap();
        let place = read.entities[0].place.as_ref().unwrap();
        assert_eq!((&*place.name, place.country.as_ref(), place.lat), ("Cologne", None, 50.93333));
        assert_eq!((&read.title, &read.metadata, read.entities[1].place.is_none()), (&None, &None, true));
        // A place that nobody has put anywhere is none.
        let nowhere = old.replace("50.93333", "null");
        assert_eq!(Annotation::from_json(&nowhere, OffsetUnit::CodePoints).unwrap().entities[0].place, None);
    }

    /// Tables with gaps make numbers of 5 that are 5.0, dates that are milliseconds, and null of what was not there.
    #[test]
    fn what_pandas_has_rewritten_is_read() {
        let annotation = Annotation { metadata: None, ..complete() };
        let mut value: Value = serde_json::from_str(&annotation.to_json()).unwrap();
        fn float(value: &mut Value) {
            match value {
                Value::Number(number) => *value = number.as_f64().into(),
                Value::Array(items) => items.iter_mut().for_each(float),
                Value::Object(object) => object.values_mut().for_each(float),
                _ => {}
            }
        }
        float(&mut value);
        value["date"] = 1_517_875_200_000_i64.into();
        value["entities"][0]["type"] = Value::Null;
        let read = Annotation::from_json(&value.to_string(), OffsetUnit::CodePoints).unwrap();
        assert_eq!(read.date.as_deref(), Some("1517875200000"));
        assert_eq!(Annotation { date: annotation.date.clone(), ..read }, annotation);
        for broken in [json!(0.5), json!(-1), json!(-1.0), json!(1e30), json!("0")] {
            value["entities"][0]["start"] = broken;
            let error = Annotation::from_json(&value.to_string(), OffsetUnit::CodePoints).unwrap_err().to_string();
            assert!(error.contains("expected a whole number, not below 0"), "{error}");
        }
    }

    #[test]
    fn the_schema_refuses_what_is_broken() {
        for (pointer, key, value) in [
            ("", "entitys", json!([])),
            ("", "id", json!(3)),
            ("", "metadata", json!([])),
            ("", "language", json!("German")),
            ("", "distances_left_out", json!(0)),
            ("/entities/0", "label", json!("")),
            ("/entities/0", "start", json!(-1)),
            ("/entities/0", "score", json!(1.1)),
            ("/entities/0", "contains", json!(null)),
            ("/entities/0", "place", json!("Mosul")),
            ("/entities/0/place", "lat", json!(90.1)),
            ("/entities/1/place", "method", json!("guess")),
            ("/entities/2/contains/0/place", "country", json!("France")),
            ("", "nested", json!(null)),
            ("/nested/0", "score", json!(1.1)),
            ("/nested/0", "place", json!(null)),
            ("/relations/0", "kind", json!("Offset")),
            ("/relations/0", "anchors", json!([])),
            ("/relations/0/place", "polygon", json!([[1.0, 2.0, 3.0]])),
            ("/explanations/0/none", "score", json!(null)),
            ("/distances/0", "km", json!(-1)),
            ("/focus/0", "kind", json!("town")),
        ] {
            let mut broken = serde_json::to_value(complete()).unwrap();
            broken.pointer_mut(pointer).unwrap()[key] = value;
            assert!(!errors(&broken).is_empty(), "{pointer}/{key}");
        }
        for (pointer, key) in [
            ("", "relations"),
            ("", "entities"),
            ("/entities/0", "text"),
            ("/entities/0/place", "id"),
            ("/entities/1", "place"),
            ("/nested/0", "label"),
            ("/relations/0", "target"),
            ("/focus/0", "name"),
        ] {
            let mut broken = serde_json::to_value(complete()).unwrap();
            broken.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
            assert!(!errors(&broken).is_empty(), "{pointer}/{key}");
        }
    }
}
