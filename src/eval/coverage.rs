//! How many of the places of a marked corpus a gazetteer has under the name that the text gives them.
//!
//! A place counts as found if one of the first [`FIRST`] candidates of its phrase lies within [`NEAR`] of it. No fuzzy
//! look-up is made, and nothing of the text around the phrase is used: this is what no resolver can better.

use serde::Serialize;

use super::toponyms::{GoldPlace, Half};
use crate::gazetteer::{Fold, Gazetteer};
use crate::geo::Kilometers;

/// Candidates that count, by default.
pub const FIRST: usize = 20;

/// How near a candidate must be: 100 miles, as is customary.
pub const NEAR: Kilometers = Kilometers(161.0);

/// How a place of the corpus was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// By its name as it is written, or but for case, accents and punctuation.
    Folded,
    /// With a liberty taken with the name ([`Fold::Loose`] and beyond).
    Loose,
    /// Only because a candidate is an area and the place lies within its radius.
    Area,
    /// Candidates, but none of them near.
    Elsewhere,
    /// No candidate.
    Missing,
}

impl Finding {
    /// Whether the gazetteer has the place under the phrase.
    pub fn is_found(self) -> bool {
        matches!(self, Self::Folded | Self::Loose)
    }
}

/// How often each finding was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Linked places.
    pub linked: usize,
    /// Found as [`Finding::Folded`].
    pub folded: usize,
    /// Found as [`Finding::Loose`].
    pub loose: usize,
    /// As [`Finding::Area`].
    pub area: usize,
    /// As [`Finding::Elsewhere`].
    pub elsewhere: usize,
    /// As [`Finding::Missing`].
    pub missing: usize,
}

impl Coverage {
    /// Counts one more.
    pub fn add(&mut self, finding: Finding) {
        self.linked += 1;
        *match finding {
            Finding::Folded => &mut self.folded,
            Finding::Loose => &mut self.loose,
            Finding::Area => &mut self.area,
            Finding::Elsewhere => &mut self.elsewhere,
            Finding::Missing => &mut self.missing,
        } += 1;
    }

    /// The share that was found, hits that only an area explains left out; in percent.
    pub fn found(&self) -> f64 {
        self.percent(self.folded + self.loose)
    }

    /// A count as a share of all linked places, in percent; 0 if there are none.
    pub fn percent(&self, count: usize) -> f64 {
        if self.linked == 0 { 0.0 } else { 100.0 * count as f64 / self.linked as f64 }
    }
}

/// A place that wasn't found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss<'a> {
    /// Which half of the publishers it is from.
    pub half: Half,
    /// The article.
    pub document: &'a str,
    /// What the text calls it.
    pub phrase: &'a str,
    /// What GeoNames calls it.
    pub name: &'a str,
    /// Its feature code.
    pub feature: &'a str,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How it was not found.
    pub why: Finding,
    /// How many candidates there were, those beyond the first counted too.
    pub candidates: usize,
    /// How far the nearest of the first was.
    pub nearest_km: Option<f64>,
}

/// Looks up the phrase that a text calls a linked place by.
pub fn find(gazetteer: &Gazetteer, phrase: &str, gold: &GoldPlace, first: usize) -> (Finding, usize, Option<f64>) {
    let candidates = gazetteer.lookup(phrase);
    let count = candidates.len();
    let mut finding = if count == 0 { Finding::Missing } else { Finding::Elsewhere };
    let mut nearest: Option<f64> = None;
    for candidate in candidates.into_iter().take(first) {
        let Some(place) = gazetteer.get(candidate.place) else { continue };
        let distance = place.location.distance(gold.location);
        nearest = Some(nearest.map_or(distance.0, |nearest| nearest.min(distance.0)));
        let within_area = place.radius.is_some_and(|radius| distance.0 <= radius.0);
        finding = match finding {
            Finding::Folded => Finding::Folded,
            _ if distance.0 <= NEAR.0 && candidate.fold <= Fold::Folded => Finding::Folded,
            _ if distance.0 <= NEAR.0 => Finding::Loose,
            Finding::Elsewhere if within_area => Finding::Area,
            found => found,
        };
    }
    (finding, count, nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::build::{Builder, PlaceInput};
    use crate::geo::LatLon;

    fn gazetteer() -> Gazetteer {
        let mut builder = Builder::new();
        let at = |id: &str, name: &str, lat, lon| PlaceInput::new(id, name, LatLon { lat, lon });
        builder.add(at("geonames:1", "Paris", 48.86, 2.35)).unwrap();
        builder.add(at("geonames:2", "Paris", 33.66, -95.56)).unwrap();
        let siberia = at("dateline:siberia", "Siberia", 60.0, 105.0);
        builder.add(PlaceInput { radius: Some(Kilometers(2000.0)), ..siberia }).unwrap();
        builder.add(at("geonames:3", "The Hague", 52.08, 4.3)).unwrap();
        let mut file = Vec::new();
        builder.finish(&mut file).unwrap();
        Gazetteer::from_bytes(&file).unwrap()
    }

    fn finding(phrase: &str, lat: f64, lon: f64, first: usize) -> Finding {
        let place =
            GoldPlace { name: String::new(), location: LatLon { lat, lon }, feature: String::new(), within: None };
        find(&gazetteer(), phrase, &place, first).0
    }

    #[test]
    fn findings() {
        assert_eq!(finding("PARIS", 33.0, -95.0, 20), Finding::Folded);
        assert_eq!(finding("Paris", 33.0, -95.0, 1), Finding::Elsewhere);
        assert_eq!(finding("Paris", 51.5, 0.0, 20), Finding::Elsewhere);
        assert_eq!(finding("Hague", 52.0, 4.0, 20), Finding::Loose);
        assert_eq!(finding("Siberia", 55.0, 83.0, 20), Finding::Area);
        assert_eq!(finding("Siberia", 60.5, 105.0, 20), Finding::Folded);
        assert_eq!(finding("Hume", 39.8, -87.9, 20), Finding::Missing);
    }

    #[test]
    fn shares() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.found(), 0.0);
        for finding in [Finding::Folded, Finding::Loose, Finding::Area, Finding::Missing] {
            coverage.add(finding);
        }
        assert_eq!((coverage.linked, coverage.found(), coverage.percent(coverage.area)), (4, 50.0, 25.0));
    }
}
