//! What is found in a document, and its JSON form.
//!
//! The JSON keys keep their order and meaning; a change of meaning raises [`VERSION`].

use serde::{Serialize, Serializer};

use crate::document::{Document, OffsetMap, OffsetUnit, Span};
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::ner::decode::Mention;
use crate::ner::labels::Label;

/// The version of the JSON form.
pub const VERSION: u32 = 1;

/// Of how many distinct places, at most, the distances are given.
pub const DISTANCE_PLACES: usize = 50;

/// A document with what was found in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation {
    /// The document.
    pub document: Document,
    /// Its mentions, in order and without overlap, with their places.
    pub entities: Vec<Entity>,
    /// Places that the text puts at a distance from another, in order.
    pub relations: Vec<Relation>,
    /// What the document is about: cities, then first-level divisions, then countries, each by falling score.
    pub focus: Vec<Focus>,
}

/// A place that a document is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Focus {
    /// Its lasting name in the gazetteer.
    pub id: String,
    /// The name that the gazetteer knows it by.
    pub name: String,
    /// What kind of place it is.
    pub kind: FocusKind,
    /// Where it is.
    pub location: LatLon,
    /// ISO 3166-1 code of its country.
    pub country: Option<String>,
    /// How much of what the document says of places of this kind it says of this one, in 0..=1.
    pub score: f64,
}

/// The kinds of places that a document may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FocusKind {
    /// A settlement.
    City,
    /// A first-level division, such as a state or a governorate.
    Region,
    /// A country.
    Country,
}

impl FocusKind {
    /// Every kind, in the order in which they are given.
    pub const ALL: [Self; 3] = [Self::City, Self::Region, Self::Country];
}

/// A mention and what place it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// The mention.
    pub mention: Mention,
    /// Its place. `None` for a mention that names no place or when places were not asked for.
    pub resolution: Option<Resolution>,
    /// The names of places inside the name of something else, in order and without overlap: "Paris" in "Paris Police
    /// Department".
    pub contains: Vec<Contained>,
    /// Of a person or an organisation that the document names in full and in part: the fullest form. The same for the
    /// mention in full and for those in part.
    pub name: Option<String>,
}

/// The name of a place inside the name of something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Contained {
    /// Where it is in the document; never outside the mention.
    pub span: Span,
    /// Its place. Only names that can be placed are given.
    pub resolution: Resolution,
}

/// The outcome of resolving one mention.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    /// The place, or `None` if it cannot be placed.
    pub place: Option<ResolvedPlace>,
    /// Other places that it might be, best first.
    pub alternatives: Vec<ResolvedPlace>,
}

/// How a place was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// By its name in the gazetteer.
    Gazetteer,
    /// By the name of its people in the gazetteer ("Iraqi").
    Demonym,
    /// By the words of the text ("45 kilometers southeast of Mosul").
    Relative,
    /// By the figures of the text ("36°20′N 43°08′E").
    Coordinates,
}

/// A place on the globe.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedPlace {
    /// Its lasting name in the gazetteer, `None` if it was found by the words of the text alone.
    pub id: Option<String>,
    /// The name that the gazetteer knows it by, or the mention's own.
    pub name: String,
    /// Where it is.
    pub location: LatLon,
    /// ISO 3166-1 code of its country.
    pub country: Option<String>,
    /// The name of its first-level division.
    pub admin1: Option<String>,
    /// GeoNames feature code.
    pub feature: Option<String>,
    /// Inhabitants.
    pub population: Option<u64>,
    /// How sure the resolution is, in 0..=1.
    pub confidence: f64,
    /// How it was found.
    pub method: Method,
    /// How far the true place may be from `location`.
    pub uncertainty: Kilometers,
    /// How far the place itself reaches from `location`, if it is an area of known size.
    pub radius: Option<Kilometers>,
}

impl Entity {
    /// A mention that no place was asked of.
    pub fn unplaced(mention: Mention) -> Self {
        Self { mention, resolution: None, contains: Vec::new(), name: None }
    }
}

impl ResolvedPlace {
    /// The JSON form that `place` has in that of an annotation.
    pub fn to_json(&self) -> impl Serialize + '_ {
        PlaceJson::new(self)
    }

    /// Whether another is the same place: by its id, or without one by its position.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (None, None) => self.location == other.location,
            (a, b) => a == b,
        }
    }
}

/// A place that the text puts at a distance and in a direction from another.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The index of the entity that lies there, if the text names it.
    pub target: Option<usize>,
    /// The index of the entity that the distance is counted from.
    pub anchor: usize,
    /// The distance as stated.
    pub distance: Kilometers,
    /// The direction as stated, seen from the anchor.
    pub bearing: Bearing,
    /// The point that this gives, and how far the truth may be from it. `None` if the anchor has no place.
    pub point: Option<(LatLon, Kilometers)>,
}

impl Annotation {
    /// The distinct places of the document, each as the index of the entity that names it first. Names of peoples are
    /// left out: they stand for a country, but not as a point that one measures from.
    pub fn distinct_places(&self) -> Vec<(usize, &ResolvedPlace)> {
        let mut found: Vec<(usize, &ResolvedPlace)> = Vec::new();
        for (index, entity) in self.entities.iter().enumerate() {
            let Some(place) = entity.resolution.as_ref().and_then(|r| r.place.as_ref()) else {
                continue;
            };
            if place.method != Method::Demonym && !found.iter().any(|(_, other)| other.is_same(place)) {
                found.push((index, place));
            }
        }
        found
    }

    /// The geodesic distances between the first [`DISTANCE_PLACES`] distinct places: `(from, to, distance)` with
    /// indices into `entities`.
    pub fn distances(&self) -> Vec<(usize, usize, Kilometers)> {
        let places = self.distinct_places();
        let places = &places[..places.len().min(DISTANCE_PLACES)];
        let mut found = Vec::new();
        for (n, (from, a)) in places.iter().enumerate() {
            for (to, b) in &places[n + 1..] {
                found.push((*from, *to, a.location.distance(b.location)));
            }
        }
        found
    }

    /// The JSON form.
    pub fn to_json(&self, options: JsonOptions) -> impl Serialize + '_ {
        AnnotationJson::new(self, options)
    }
}

/// What the JSON form holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonOptions {
    /// The unit of `start` and `end`.
    pub offsets: OffsetUnit,
    /// Whether the document's text is given again.
    pub text: bool,
    /// Whether the distances between the places are given.
    pub distances: bool,
}

impl Default for JsonOptions {
    fn default() -> Self {
        Self { offsets: OffsetUnit::CodePoints, text: true, distances: false }
    }
}

#[derive(Serialize)]
struct AnnotationJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    entities: Vec<EntityJson<'a>>,
    relations: Vec<RelationJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distances: Option<Vec<DistanceJson>>,
    /// Only where there were too many places for all distances to be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    distances_left_out: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    focus: Vec<FocusJson<'a>>,
}

#[derive(Serialize)]
struct FocusJson<'a> {
    id: &'a str,
    name: &'a str,
    kind: FocusKind,
    #[serde(serialize_with = "five_decimals")]
    lat: f64,
    #[serde(serialize_with = "five_decimals")]
    lon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(serialize_with = "three_decimals")]
    score: f64,
}

#[derive(Serialize)]
struct EntityJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    label: Label,
    #[serde(serialize_with = "three_decimals")]
    score: f64,
    /// Only of people and organisations that the document names in full and in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// Absent: no place was asked for; null: it cannot be placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Option<PlaceJson<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<PlaceJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contains: Vec<ContainedJson<'a>>,
}

#[derive(Serialize)]
struct ContainedJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    place: Option<PlaceJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<PlaceJson<'a>>,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    id: Option<&'a str>,
    name: &'a str,
    #[serde(serialize_with = "five_decimals")]
    lat: f64,
    #[serde(serialize_with = "five_decimals")]
    lon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feature: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<u64>,
    #[serde(serialize_with = "three_decimals")]
    confidence: f64,
    method: Method,
    #[serde(serialize_with = "one_decimal")]
    uncertainty_km: f64,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "one_decimal_or_none")]
    radius_km: Option<f64>,
}

#[derive(Serialize)]
struct RelationJson {
    kind: &'static str,
    target: Option<usize>,
    anchors: [usize; 1],
    #[serde(serialize_with = "one_decimal")]
    distance_km: f64,
    #[serde(serialize_with = "one_decimal")]
    bearing_deg: f64,
    place: Option<PointJson>,
}

#[derive(Serialize)]
struct PointJson {
    #[serde(serialize_with = "five_decimals")]
    lat: f64,
    #[serde(serialize_with = "five_decimals")]
    lon: f64,
    #[serde(serialize_with = "one_decimal")]
    uncertainty_km: f64,
}

#[derive(Serialize)]
struct DistanceJson {
    from: usize,
    to: usize,
    #[serde(serialize_with = "one_decimal")]
    km: f64,
}

impl<'a> AnnotationJson<'a> {
    fn new(annotation: &'a Annotation, options: JsonOptions) -> Self {
        let document = &annotation.document;
        let offsets = OffsetMap::new(&document.text, options.offsets);
        let distance = |(from, to, km): (usize, usize, Kilometers)| DistanceJson { from, to, km: km.0 };
        let left_out = || annotation.distinct_places().len().saturating_sub(DISTANCE_PLACES);
        Self {
            id: &document.id,
            title: document.title.as_deref(),
            date: document.date.as_deref(),
            source: document.source.as_deref(),
            url: document.url.as_deref(),
            text: options.text.then_some(document.text.as_str()),
            entities: annotation.entities.iter().map(|e| EntityJson::new(e, &document.text, &offsets)).collect(),
            relations: annotation.relations.iter().map(RelationJson::new).collect(),
            distances: options.distances.then(|| annotation.distances().into_iter().map(distance).collect()),
            distances_left_out: options.distances.then(left_out).filter(|&left_out| left_out > 0),
            focus: annotation.focus.iter().map(FocusJson::new).collect(),
        }
    }
}

impl<'a> FocusJson<'a> {
    fn new(focus: &'a Focus) -> Self {
        Self {
            id: &focus.id,
            name: &focus.name,
            kind: focus.kind,
            lat: focus.location.lat,
            lon: focus.location.lon,
            country: focus.country.as_deref(),
            score: focus.score,
        }
    }
}

impl<'a> EntityJson<'a> {
    fn new(entity: &'a Entity, text: &'a str, offsets: &OffsetMap<'_>) -> Self {
        let Mention { span, label, score } = entity.mention;
        let resolution = entity.resolution.as_ref();
        Self {
            start: offsets.convert(span.start),
            end: offsets.convert(span.end),
            text: span.of(text),
            label,
            score: f64::from(score),
            name: entity.name.as_deref(),
            place: resolution.map(|r| r.place.as_ref().map(PlaceJson::new)),
            alternatives: resolution.map_or_else(Vec::new, |r| r.alternatives.iter().map(PlaceJson::new).collect()),
            contains: entity.contains.iter().map(|inner| ContainedJson::new(inner, text, offsets)).collect(),
        }
    }
}

impl<'a> ContainedJson<'a> {
    fn new(inner: &'a Contained, text: &'a str, offsets: &OffsetMap<'_>) -> Self {
        Self {
            start: offsets.convert(inner.span.start),
            end: offsets.convert(inner.span.end),
            text: inner.span.of(text),
            place: inner.resolution.place.as_ref().map(PlaceJson::new),
            alternatives: inner.resolution.alternatives.iter().map(PlaceJson::new).collect(),
        }
    }
}

impl<'a> PlaceJson<'a> {
    fn new(place: &'a ResolvedPlace) -> Self {
        Self {
            id: place.id.as_deref(),
            name: &place.name,
            lat: place.location.lat,
            lon: place.location.lon,
            country: place.country.as_deref(),
            admin1: place.admin1.as_deref(),
            feature: place.feature.as_deref(),
            population: place.population,
            confidence: place.confidence,
            method: place.method,
            uncertainty_km: place.uncertainty.0,
            radius_km: place.radius.map(|radius| radius.0),
        }
    }
}

impl RelationJson {
    fn new(relation: &Relation) -> Self {
        Self {
            kind: "offset",
            target: relation.target,
            anchors: [relation.anchor],
            distance_km: relation.distance.0,
            bearing_deg: relation.bearing.0,
            place: relation.point.map(|(location, uncertainty)| PointJson {
                lat: location.lat,
                lon: location.lon,
                uncertainty_km: uncertainty.0,
            }),
        }
    }
}

/// A number as it is given in output: rounded to some decimals, and never a negative zero.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}

fn one_decimal<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, 1))
}

fn one_decimal_or_none<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => one_decimal(value, serializer),
        None => serializer.serialize_none(),
    }
}

fn three_decimals<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, 3))
}

fn five_decimals<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, 5))
}
