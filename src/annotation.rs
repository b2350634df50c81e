//! What is found in a document, and its JSON form.
//!
//! The JSON keys keep their order and meaning; a change of meaning raises [`VERSION`].

mod json;
pub mod record;

use json::{AnnotationJson, PlaceJson};
use serde::{Deserialize, Serialize};

use crate::document::{Document, OffsetUnit, Span};
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::mention::Mention;
use crate::region::Region;
use crate::resolve::ranker::Reason;

/// The version of the JSON form.
pub const VERSION: u32 = 1;

/// The JSON Schema (draft 2020-12) of one object of the JSON form, as it stands on a line of JSONL. It knows every key,
/// with every option.
pub const SCHEMA: &str = include_str!("annotation/schema.json");

/// Of how many distinct places, at most, the distances are given.
pub const DISTANCE_PLACES: usize = 50;

/// A document with what was found in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation {
    /// The document.
    pub document: Document,
    /// Its mentions, in order and without overlap, with their places.
    pub entities: Vec<Entity>,
    /// Positions that the text states by other places, in order.
    pub relations: Vec<Relation>,
    /// Why each name was taken for what it was, if that was asked for.
    pub explanations: Vec<Explanation>,
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

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Region => "region",
            Self::Country => "country",
        }
    }
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
    /// What the place stands for, if the text says so plainly.
    pub stands_for: Option<StandsFor>,
    /// Of a person or an organisation that the document names in full and in part: the fullest form. The same for the
    /// mention in full and for those in part.
    pub name: Option<String>,
}

/// What the name of a place may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StandsFor {
    /// Who governs there: "Washington imposed sanctions".
    Government,
}

impl StandsFor {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Government => "government",
        }
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Method {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gazetteer => "gazetteer",
            Self::Demonym => "demonym",
            Self::Relative => "relative",
            Self::Coordinates => "coordinates",
        }
    }
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

/// Why the name of a place was taken for what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The name.
    pub span: Span,
    /// The index of the entity that it is, or that it is in.
    pub mention: usize,
    /// How many candidates were scored.
    pub scored: usize,
    /// The most probable candidates, best first.
    pub candidates: Vec<ExplainedCandidate>,
    /// The probability that it means none of the candidates.
    pub none: f64,
    /// The score of that.
    pub none_score: f64,
    /// What moved that score, the most important first.
    pub none_reasons: Vec<Reason>,
}

/// What speaks for a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedCandidate {
    /// The candidate; its confidence is its probability.
    pub place: ResolvedPlace,
    /// Its score: probabilities are in proportion to the exponentials of the scores.
    pub score: f64,
    /// What its features add to the score, the most important first.
    pub reasons: Vec<Reason>,
}

impl Entity {
    /// A mention that no place was asked of.
    pub fn unplaced(mention: Mention) -> Self {
        Self { mention, resolution: None, contains: Vec::new(), stands_for: None, name: None }
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

/// A position that the text states by other places.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The phrase, from its first word to the word before the anchor; with the anchor where its words stand around it or
    /// behind it ("Iraq's north").
    pub span: Span,
    /// What it says.
    pub stated: Stated,
    /// The index of the entity that lies there, if the text names it.
    pub target: Option<usize>,
    /// The indices of the entities that the phrase starts from: two for [`RelationKind::Between`], else one.
    pub anchors: Vec<usize>,
    /// Where this is. `None` if an anchor has no place, or is an area and the phrase counts a distance from it.
    pub region: Option<Region>,
}

/// A stated length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// The distance.
    pub length: Kilometers,
    /// How far the true distance may be from it by the number alone: half the step that it seems to be rounded to, or
    /// half the width of a range.
    pub rounding: Kilometers,
}

/// A stated direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction {
    /// The middle of the compass sector.
    pub bearing: Bearing,
    /// Half the width of the compass sector, in degrees.
    pub sector: f64,
}

/// What a phrase says of a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated {
    /// The form of the phrase.
    pub kind: RelationKind,
    /// How far.
    pub distance: Option<Distance>,
    /// Which way.
    pub direction: Option<Direction>,
}

impl Stated {
    /// A phrase of this kind that says no more.
    pub fn of(kind: RelationKind) -> Self {
        Self { kind, distance: None, direction: None }
    }
}

/// The forms in which a text states a position by other places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RelationKind {
    /// "45 kilometers southeast of Mosul".
    Offset,
    /// "20km outside Mosul".
    Distance,
    /// "southeast of Mosul".
    Direction,
    /// "northern Iraq".
    Part,
    /// "off the coast of Yemen".
    Coast,
    /// "between Homs and Hama".
    Between,
    /// "near Mosul".
    Near,
    /// "on the outskirts of Mosul".
    Outskirts,
}

impl RelationKind {
    /// Every form.
    pub const ALL: [Self; 8] = [
        Self::Offset,
        Self::Distance,
        Self::Direction,
        Self::Part,
        Self::Coast,
        Self::Between,
        Self::Near,
        Self::Outskirts,
    ];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offset => "offset",
            Self::Distance => "distance",
            Self::Direction => "direction",
            Self::Part => "part",
            Self::Coast => "coast",
            Self::Between => "between",
            Self::Near => "near",
            Self::Outskirts => "outskirts",
        }
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_those_of_the_json_form() {
        for kind in FocusKind::ALL {
            assert_eq!(json!(kind), kind.name());
        }
        for method in [Method::Gazetteer, Method::Demonym, Method::Relative, Method::Coordinates] {
            assert_eq!(json!(method), method.name());
        }
        assert_eq!(json!(StandsFor::Government), StandsFor::Government.name());
        for kind in RelationKind::ALL {
            assert_eq!(json!(kind), kind.name());
        }
    }
}
