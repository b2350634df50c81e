//! What becomes of the mentions of a document: the places that they mean.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Span;
use crate::gazetteer::{Candidate, Gazetteer, GazetteerPlace, NameKind, PlaceIndex};
use crate::geo::{Kilometers, LatLon};
use crate::mention::Mention;

/// Alternatives that are given of each mention, at most.
pub(super) const ALTERNATIVES: usize = 3;

/// A mention and what place it names.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedMention {
    /// The mention.
    pub mention: Mention,
    /// Its place. `None` for a mention that names no place or when places were not asked for.
    pub resolution: Option<Arc<Resolution>>,
    /// The names of places inside the name of something else, in order and without overlap: "Paris" in "Paris Police
    /// Department".
    pub inner: Vec<InnerPlace>,
    /// What the place stands for, if the text says so plainly.
    pub stands_for: Option<StandsFor>,
}

impl ResolvedMention {
    /// A mention that no place was asked of.
    pub fn unplaced(mention: Mention) -> Self {
        Self { mention, resolution: None, inner: Vec::new(), stands_for: None }
    }

    /// Its place, if it has one.
    pub fn place(&self) -> Option<&ResolvedPlace> {
        self.resolution.as_ref().and_then(|resolution| resolution.place.as_ref())
    }
}

/// The name of a place inside the name of something else.
#[derive(Clone, Debug, PartialEq)]
pub struct InnerPlace {
    /// Where it is in the document; never outside the mention.
    pub span: Span,
    /// Its place. Only names that can be placed are given.
    pub resolution: Arc<Resolution>,
}

/// The outcome of resolving one mention.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    /// The place, or `None` if it cannot be placed.
    pub place: Option<ResolvedPlace>,
    /// Other places that it might be, best first.
    pub alternatives: Vec<ResolvedPlace>,
}

/// A place on the globe, and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedPlace {
    /// What is known of it, shared among all who mean it.
    pub known: Arc<KnownPlace>,
    /// How sure the resolution is, in 0..=1.
    pub confidence: f64,
    /// How it was found.
    pub method: Method,
    /// How far the true place may be from its location.
    pub uncertainty: Kilometers,
}

/// What is known of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownPlace {
    /// Its lasting name in the gazetteer, `None` if it was found by the words of the text alone.
    pub id: Option<Arc<str>>,
    /// The name that the gazetteer knows it by, or the mention's own.
    pub name: Arc<str>,
    /// Where it is.
    pub location: LatLon,
    /// ISO 3166-1 code of its country.
    pub country: Option<Arc<str>>,
    /// The name of its first-level division.
    pub admin1: Option<Arc<str>>,
    /// GeoNames feature code.
    pub feature: Option<Arc<str>>,
    /// Inhabitants.
    pub population: Option<u64>,
    /// How far the place itself reaches from `location`, if it is an area of known size.
    pub radius: Option<Kilometers>,
}

impl KnownPlace {
    /// What is known of a place of the gazetteer.
    pub fn of(place: &GazetteerPlace<'_>, gazetteer: &Gazetteer) -> Self {
        let division = place.admin1.filter(|&parent| parent != place.index).and_then(|parent| gazetteer.get(parent));
        Self {
            id: Some(place.id.to_string().into()),
            country: place.country.map(|country| country.to_string().into()),
            admin1: division.map(|division| division.name.into()),
            feature: Some(place.feature).filter(|feature| !feature.is_empty()).map(Arc::from),
            population: place.population.filter(|&population| population > 0),
            radius: place.radius,
            ..Self::named(place.name, place.location)
        }
    }

    /// A place of which no more is known than a name.
    pub fn named(name: &str, location: LatLon) -> Self {
        let (id, country, admin1, feature) = (None, None, None, None);
        Self { id, name: name.into(), location, country, admin1, feature, population: None, radius: None }
    }
}

/// What is known of it reads as its own.
impl Deref for ResolvedPlace {
    type Target = KnownPlace;

    fn deref(&self) -> &KnownPlace {
        &self.known
    }
}

impl ResolvedPlace {
    /// A place of the gazetteer.
    pub fn of(place: &GazetteerPlace<'_>, confidence: f64, method: Method, gazetteer: &Gazetteer) -> Self {
        let known = Arc::new(KnownPlace::of(place, gazetteer));
        Self { known, confidence, method, uncertainty: Kilometers(0.0) }
    }

    /// What it is told from other places by.
    pub fn identity(&self) -> Identity<'_> {
        Identity::of(self.id.as_deref(), self.location)
    }
}

/// What a place is told from others by: its id, or without one its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity<'p> {
    /// Its lasting name in the gazetteer.
    Id(&'p str),
    /// The bits of its latitude and its longitude.
    Position([u64; 2]),
}

impl<'p> Identity<'p> {
    /// Of a place with this id, if it has one, that is there.
    pub fn of(id: Option<&'p str>, LatLon { lat, lon }: LatLon) -> Self {
        // There is one zero.
        id.map_or_else(|| Self::Position([lat, lon].map(|degrees| (degrees + 0.0).to_bits())), Self::Id)
    }
}

/// What is known of the places of a document: made once for each.
pub struct Facts<'g> {
    gazetteer: &'g Gazetteer,
    known: HashMap<PlaceIndex, Arc<KnownPlace>>,
}

impl<'g> Facts<'g> {
    /// Of none yet.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        Self { gazetteer, known: HashMap::new() }
    }

    /// A place of the gazetteer; `None` if there is none of this number.
    pub fn place(&mut self, index: PlaceIndex, confidence: f64, method: Method) -> Option<ResolvedPlace> {
        let known = match self.known.get(&index) {
            Some(known) => Arc::clone(known),
            None => {
                let known = Arc::new(KnownPlace::of(&self.gazetteer.get(index)?, self.gazetteer));
                Arc::clone(self.known.entry(index).or_insert(known))
            }
        };
        Some(ResolvedPlace { known, confidence, method, uncertainty: Kilometers(0.0) })
    }
}

/// How a place was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// By a correction of the user's.
    Correction,
}

impl Method {
    /// All ways; what comes anew stands behind the others.
    pub const ALL: [Self; 5] = [Self::Gazetteer, Self::Demonym, Self::Relative, Self::Coordinates, Self::Correction];

    /// How a candidate's name leads to its place.
    pub fn of(candidate: Candidate) -> Self {
        if candidate.kind == NameKind::Demonym { Self::Demonym } else { Self::Gazetteer }
    }

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gazetteer => "gazetteer",
            Self::Demonym => "demonym",
            Self::Relative => "relative",
            Self::Coordinates => "coordinates",
            Self::Correction => "correction",
        }
    }
}

/// What the name of a place may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
