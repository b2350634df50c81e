//! The places that a name may mean, by the name alone.

use serde::Serialize;

use crate::annotation::Place;
use crate::gazetteer::{self, CountryCode, Fold, Gazetteer, NameKind};
use crate::geo::LatLon;
use crate::resolve;
use crate::resolve::outcome::ResolvedPlace;
use crate::rounding::rounded;

/// Which places of a name are wanted.
#[derive(Clone, Debug, Default)]
pub struct LookupOptions {
    /// Only places in this country.
    pub country: Option<CountryCode>,
    /// The nearest to this point first.
    pub near: Option<LatLon>,
    /// At most so many.
    pub first: Option<usize>,
    /// Where the name is not found, places whose names differ from it by a letter or two.
    pub fuzzy: bool,
}

/// A place that a name may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The place with how its name matched.
    pub candidate: gazetteer::Candidate,
    /// What is known of it.
    pub place: ResolvedPlace,
    /// From the point that was asked for, in kilometres.
    pub distance_km: Option<f64>,
}

/// The form of a candidate in JSON: a place as tagging writes it, and what the lookup says of it.
#[derive(Serialize)]
pub struct CandidateForm {
    #[serde(flatten)]
    place: Place,
    /// The name of the second-level division.
    #[serde(skip_serializing_if = "Option::is_none")]
    admin2: Option<String>,
    /// The id of what the place is administered by.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i32>,
    matched: &'static str,
    kind: &'static str,
    /// Letters that differ, of a fuzzy match.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_km: Option<f64>,
}

/// The places that a name or an id may mean: best first, or the nearest first.
pub fn look_up(name: &str, options: &LookupOptions, gazetteer: &Gazetteer) -> Vec<Candidate> {
    let by_id =
        gazetteer.by_id(name).map(|place| gazetteer::Candidate { place, kind: NameKind::Official, fold: Fold::Exact });
    let mut candidates = by_id.map_or_else(|| resolve::lookup::look_up_place(name, gazetteer), |found| vec![found]);
    let is_there = |candidate: &gazetteer::Candidate| {
        options.country.is_none()
            || gazetteer.get(candidate.place).is_some_and(|place| place.country == options.country)
    };
    candidates.retain(is_there);
    if candidates.is_empty() && options.fuzzy {
        candidates = gazetteer.lookup_fuzzy(name);
        candidates.retain(is_there);
    }
    let found = resolve::places_of(name, &candidates, gazetteer).into_iter().map(|(candidate, place)| Candidate {
        distance_km: options.near.map(|near| place.location.distance(near).0),
        candidate,
        place,
    });
    let mut found: Vec<Candidate> = found.collect();
    // Stable: equals stay in the gazetteer's order.
    match options.near {
        Some(_) => found.sort_by(|a, b| {
            let distance = |found: &Candidate| found.distance_km.unwrap_or_default();
            a.candidate.fold.cmp(&b.candidate.fold).then(distance(a).total_cmp(&distance(b)))
        }),
        None => found.sort_by(|a, b| b.place.confidence.total_cmp(&a.place.confidence)),
    }
    found.truncate(options.first.unwrap_or(usize::MAX));
    found
}

impl Candidate {
    /// Its form in JSON.
    pub fn form(&self, gazetteer: &Gazetteer) -> CandidateForm {
        let known = gazetteer.get(self.candidate.place);
        let known = known.as_ref();
        let other = |index| gazetteer.get(index);
        CandidateForm {
            admin2: known.and_then(|place| Some(other(place.admin2?)?.name.to_owned())),
            parent: known.and_then(|place| Some(other(place.parent?)?.id.to_string())),
            priority: known.map(|place| place.priority).filter(|&priority| priority != 0),
            matched: self.matched(),
            kind: self.kind(),
            distance_km: self.distance_km.map(|km| rounded(km, super::KM_DECIMALS)),
            errors: match self.candidate.fold {
                Fold::Fuzzy { distance } => Some(distance),
                _ => None,
            },
            place: Place::from(&self.place),
        }
    }

    /// How closely its name matched.
    pub fn matched(&self) -> &'static str {
        match self.candidate.fold {
            Fold::Exact => "exact",
            Fold::Folded => "folded",
            Fold::Loose => "loose",
            Fold::Transliterated => "transliterated",
            Fold::Fuzzy { .. } => "fuzzy",
        }
    }

    /// What kind of name it was.
    pub fn kind(&self) -> &'static str {
        match self.candidate.kind {
            NameKind::Official => "official",
            NameKind::Alternate => "alternate",
            NameKind::Short => "short",
            NameKind::Historic => "historic",
            NameKind::Abbreviation => "abbreviation",
            NameKind::Demonym => "demonym",
            NameKind::Unknown => "unknown",
        }
    }
}
