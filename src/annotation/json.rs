//! The JSON form of annotations: what stands in which key, in which order, rounded to how many decimals.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{
    Annotation, Contained, DISTANCE_PLACES, Entity, ExplainedCandidate, Explanation, Focus, FocusKind, JsonOptions,
    Method, Relation, RelationKind, ResolvedPlace, StandsFor,
};
use crate::document::OffsetMap;
use crate::geo::Kilometers;
use crate::language::Language;
use crate::mention::{Label, Mention};
use crate::region::Region;
use crate::resolve::ranker::Reason;
use crate::rounding::{COORDINATE_DECIMALS, KILOMETER_DECIMALS, SCORE_DECIMALS, rounded};

#[derive(Serialize)]
pub(super) struct AnnotationJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// Only where it is not the one that the model reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    entities: Vec<EntityJson<'a>>,
    relations: Vec<RelationJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<ExplanationJson<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    stands_for: Option<StandsFor>,
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
pub(super) struct PlaceJson<'a> {
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
struct RelationJson<'a> {
    kind: RelationKind,
    target: Option<usize>,
    anchors: &'a [usize],
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "one_decimal_or_none")]
    distance_km: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "one_decimal_or_none")]
    bearing_deg: Option<f64>,
    place: Option<RegionJson>,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct ExplanationJson<'a> {
    entity: usize,
    start: usize,
    end: usize,
    text: &'a str,
    scored: usize,
    candidates: Vec<ExplainedJson<'a>>,
    none: NoneJson,
}

#[derive(Serialize)]
struct ExplainedJson<'a> {
    #[serde(serialize_with = "three_decimals")]
    probability: f64,
    #[serde(serialize_with = "three_decimals")]
    score: f64,
    place: PlaceJson<'a>,
    features: Vec<ReasonJson>,
}

#[derive(Serialize)]
struct NoneJson {
    #[serde(serialize_with = "three_decimals")]
    probability: f64,
    #[serde(serialize_with = "three_decimals")]
    score: f64,
    features: Vec<ReasonJson>,
}

#[derive(Serialize)]
struct ReasonJson {
    feature: &'static str,
    #[serde(serialize_with = "three_decimals")]
    value: f64,
    #[serde(serialize_with = "three_decimals")]
    adds: f64,
}

#[derive(Serialize)]
struct RegionJson {
    #[serde(serialize_with = "five_decimals")]
    lat: f64,
    #[serde(serialize_with = "five_decimals")]
    lon: f64,
    #[serde(serialize_with = "one_decimal")]
    uncertainty_km: f64,
    /// Longitude and latitude of the corners.
    polygon: Vec<[f64; 2]>,
}

#[derive(Serialize)]
struct DistanceJson {
    from: usize,
    to: usize,
    #[serde(serialize_with = "one_decimal")]
    km: f64,
}

impl<'a> AnnotationJson<'a> {
    pub(super) fn new(annotation: &'a Annotation, options: JsonOptions) -> Self {
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
            language: document.language.filter(|&language| language != Language::ENGLISH).map(Language::code),
            metadata: &document.metadata,
            text: options.text.then_some(document.text.as_str()),
            entities: annotation.entities.iter().map(|e| EntityJson::new(e, &document.text, &offsets)).collect(),
            relations: annotation.relations.iter().map(|r| RelationJson::new(r, &document.text, &offsets)).collect(),
            explanations: annotation
                .explanations
                .iter()
                .map(|explanation| ExplanationJson::new(explanation, &document.text, &offsets))
                .collect(),
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
            stands_for: entity.stands_for,
            place: resolution.map(|r| r.place.as_ref().map(PlaceJson::new)),
            alternatives: resolution.map_or_else(Vec::new, |r| r.alternatives.iter().map(PlaceJson::new).collect()),
            contains: entity.contains.iter().map(|inner| ContainedJson::new(inner, text, offsets)).collect(),
        }
    }
}

impl<'a> ExplanationJson<'a> {
    fn new(explanation: &'a Explanation, text: &'a str, offsets: &OffsetMap<'_>) -> Self {
        let reasons = |reasons: &[Reason]| {
            let reasons = reasons.iter();
            reasons.map(|&Reason { feature, value, adds }| ReasonJson { feature, value, adds }).collect()
        };
        let candidate = |candidate: &'a ExplainedCandidate| ExplainedJson {
            probability: candidate.place.confidence,
            score: candidate.score,
            place: PlaceJson::new(&candidate.place),
            features: reasons(&candidate.reasons),
        };
        Self {
            entity: explanation.mention,
            start: offsets.convert(explanation.span.start),
            end: offsets.convert(explanation.span.end),
            text: explanation.span.of(text),
            scored: explanation.scored,
            candidates: explanation.candidates.iter().map(candidate).collect(),
            none: NoneJson {
                probability: explanation.none,
                score: explanation.none_score,
                features: reasons(&explanation.none_reasons),
            },
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
    pub(super) fn new(place: &'a ResolvedPlace) -> Self {
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

impl<'a> RelationJson<'a> {
    fn new(relation: &'a Relation, text: &'a str, offsets: &OffsetMap<'_>) -> Self {
        let stated = relation.stated;
        Self {
            kind: stated.kind,
            target: relation.target,
            anchors: &relation.anchors,
            distance_km: stated.distance.map(|distance| distance.length.0),
            bearing_deg: stated.direction.map(|direction| direction.bearing.0),
            place: relation.region.as_ref().map(RegionJson::new),
            start: offsets.convert(relation.span.start),
            end: offsets.convert(relation.span.end),
            text: relation.span.of(text),
        }
    }
}

impl RegionJson {
    fn new(region: &Region) -> Self {
        let corner = |&[lon, lat]: &[f64; 2]| [rounded(lon, COORDINATE_DECIMALS), rounded(lat, COORDINATE_DECIMALS)];
        Self {
            lat: region.point.lat,
            lon: region.point.lon,
            uncertainty_km: region.uncertainty.0,
            polygon: region.outline.corners().iter().map(corner).collect(),
        }
    }
}

fn one_decimal<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, KILOMETER_DECIMALS))
}

fn one_decimal_or_none<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => one_decimal(value, serializer),
        None => serializer.serialize_none(),
    }
}

fn three_decimals<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, SCORE_DECIMALS))
}

fn five_decimals<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, COORDINATE_DECIMALS))
}
