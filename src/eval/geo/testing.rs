//! Toponyms and found places for tests.

use super::matching::{Found, FoundPlace};
use crate::document::Span;
use crate::eval::toponyms::{Alignment, GoldPlace, Toponym};
use crate::geo::LatLon;

/// A linked point.
pub const MOSUL: LatLon = LatLon { lat: 36.335, lon: 43.11889 };
/// One far from it.
pub const OSLO: LatLon = LatLon { lat: 59.9127, lon: 10.7461 };

/// A toponym of a corpus.
pub fn toponym(phrase: &str, start: usize, location: Option<LatLon>) -> Toponym {
    let end = start + phrase.chars().count();
    let place =
        location.map(|location| GoldPlace { name: phrase.to_owned(), location, feature: String::new(), within: None });
    let span = Span::new(start, start + phrase.len());
    Toponym { phrase: phrase.to_owned(), start, end, span, alignment: Alignment::AsGiven, place }
}

/// A place that was found.
pub fn at(phrase: &str, start: i64, location: Option<LatLon>) -> Found {
    let place =
        |location| FoundPlace { name: String::new(), id: None, location, confidence: Some(0.75), radius_km: None };
    Found { phrase: phrase.to_owned(), start, end: start + phrase.chars().count() as i64, place: location.map(place) }
}
