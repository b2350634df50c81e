//! The JSON form, read back: what layers are made of, whichever way a document came.

use serde::{Deserialize, Serialize};

use super::{Annotation, JsonOptions, Method, RelationKind};
use crate::document::OffsetUnit;
use crate::mention::Label;

/// The bytes of a name and its place, about.
const PLACE_BYTES: usize = 400;

/// An annotation as its JSON form has it, without what no layer needs: alternatives, explanations, distances and focus.
///
/// Numbers are rounded as they are there, so that a map of documents is the map of the file that tagging wrote of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Record {
    /// What the document is called.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, as its source writes it.
    pub date: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// Its text; `None` if it was left out.
    pub text: Option<String>,
    /// What it names, in order.
    pub entities: Vec<EntityRecord>,
    /// Positions that it states by other places, in order.
    #[serde(default)]
    pub relations: Vec<RelationRecord>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EntityRecord {
    /// Where it begins, in the unit that the file was written with.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name as it stands in the text.
    pub text: String,
    /// What it names.
    pub label: Label,
    /// The score of the model.
    #[serde(default)]
    pub score: Option<f64>,
    /// The fullest form of a person's or an organisation's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its place: `None` where none was asked for, and where it cannot be placed.
    #[serde(default)]
    pub place: Option<PlaceRecord>,
    /// Names of places inside it.
    #[serde(default, deserialize_with = "or_default")]
    pub contains: Vec<ContainedRecord>,
}

/// The name of a place inside another name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ContainedRecord {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name as it stands in the text.
    pub text: String,
    /// Its place.
    #[serde(default)]
    pub place: Option<PlaceRecord>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRecord {
    /// Its lasting name; `None` if it was found by the words of the text alone.
    #[serde(default)]
    pub id: Option<String>,
    /// The name that the gazetteer knows it by, or the mention's own.
    pub name: String,
    /// Degrees north; `None` if that is not known.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub lon: Option<f64>,
    /// ISO 3166-1 code of its country.
    #[serde(default)]
    pub country: Option<String>,
    /// The name of its first-level division.
    #[serde(default)]
    pub admin1: Option<String>,
    /// GeoNames feature code.
    #[serde(default)]
    pub feature: Option<String>,
    /// Inhabitants.
    #[serde(default)]
    pub population: Option<u64>,
    /// How sure the resolution is, in 0..=1.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// How it was found.
    pub method: Method,
    /// How far the true place may be from the position, in kilometres.
    #[serde(default)]
    pub uncertainty_km: Option<f64>,
    /// How far the place itself reaches, in kilometres.
    #[serde(default)]
    pub radius_km: Option<f64>,
}

/// A position that the text states by other places.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RelationRecord {
    /// The form of the phrase.
    pub kind: RelationKind,
    /// The index of the entity that lies there.
    #[serde(default)]
    pub target: Option<usize>,
    /// The indices of the entities that the phrase starts from.
    #[serde(default, deserialize_with = "or_default")]
    pub anchors: Vec<usize>,
    /// The stated distance.
    #[serde(default)]
    pub distance_km: Option<f64>,
    /// The stated direction, in degrees from north.
    #[serde(default)]
    pub bearing_deg: Option<f64>,
    /// Where this is.
    #[serde(default)]
    pub place: Option<RegionRecord>,
    /// Where the phrase begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The phrase.
    pub text: String,
}

/// A region that words describe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RegionRecord {
    /// Degrees north of its best guess.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How far the truth may be from it, in kilometres.
    pub uncertainty_km: f64,
    /// Longitude and latitude of the corners of its outline, the last equal to the first. Longitudes run on past 180
    /// where it crosses the antimeridian.
    #[serde(default, deserialize_with = "or_default")]
    pub polygon: Vec<[f64; 2]>,
}

impl Record {
    /// Reads a record from a JSON object.
    ///
    /// # Errors
    ///
    /// If it is not one that tagging wrote.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The bytes that it takes, about.
    pub fn weight(&self) -> usize {
        let places = |entity: &EntityRecord| 1 + entity.contains.len();
        let names: usize = self.entities.iter().map(|entity| entity.text.len() + PLACE_BYTES * places(entity)).sum();
        let corners: usize = self.relations.iter().filter_map(|r| r.place.as_ref()).map(|p| p.polygon.len()).sum();
        self.text.as_ref().map_or(0, String::len) + names + corners * size_of::<[f64; 2]>()
    }

    /// What would be read of an annotation if it were written with offsets in a unit and read again: by doing that, so
    /// that the two never differ. It takes a thousandth of the time that tagging takes.
    ///
    /// # Errors
    ///
    /// If a number in it is none, which would be a fault of this program.
    pub fn of(annotation: &Annotation, offsets: OffsetUnit) -> Result<Self, serde_json::Error> {
        let options = JsonOptions { offsets, text: true, distances: false };
        Self::parse(&serde_json::to_string(&annotation.to_json(options))?)
    }
}

/// Tables have null where JSON leaves a list out.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
