//! What phrases start from, and how far what they state may be off.

use super::expression::StatedDistance;
use crate::gazetteer::CountryCode;
use crate::geo::{Kilometers, LatLon};
use crate::resolve::outcome::ResolvedPlace;

/// The share of a stated distance that it may be off, however precise its number.
const SLACK: f64 = 0.15;

/// How far off a coast things are that are off it.
pub(super) const OFFSHORE: f64 = 50.0;

/// Inhabitants of a square kilometre of a town.
const DENSITY: f64 = 4000.0;

/// The radius of what is no point and of unknown size: countries, first-level and other divisions, regions, rivers.
const UNKNOWN_RADII: [(&str, f64); 5] =
    [("PCL", 300.0), ("ADM1", 100.0), ("ADM", 25.0), ("RGN", 100.0), ("STM", 150.0)];

/// Where a phrase starts from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Its middle.
    pub location: LatLon,
    /// How far the middle may be from there.
    pub uncertainty: Kilometers,
    /// How far it reaches from its middle.
    pub radius: Kilometers,
    /// Whether it is a country, a division or another area: distances are not counted from the middle of those.
    pub is_area: bool,
    /// The country that it is in, or is.
    pub country: Option<CountryCode>,
    /// Whether it is that country.
    pub is_country: bool,
}

impl Anchor {
    /// What a place is as an anchor.
    pub fn of(place: &ResolvedPlace) -> Self {
        let feature = place.feature.as_deref().unwrap_or_default();
        let unknown = UNKNOWN_RADII.into_iter().find(|(prefix, _)| feature.starts_with(prefix));
        let town = (place.population.unwrap_or(0) as f64 / DENSITY / std::f64::consts::PI).sqrt().max(1.0);
        let radius = place.radius.map(|radius| radius.0).or(unknown.map(|(_, radius)| radius)).unwrap_or(town);
        Self {
            location: place.location,
            uncertainty: place.uncertainty,
            radius: Kilometers(radius),
            is_area: place.radius.is_some() || unknown.is_some(),
            country: place.country.as_deref().and_then(|code| code.parse().ok()),
            is_country: feature.starts_with("PCL"),
        }
    }

    /// The country that it is, if it is one.
    pub fn country_itself(&self) -> Option<CountryCode> {
        self.country.filter(|_| self.is_country)
    }

    /// An anchor that is a point.
    pub fn point(location: LatLon) -> Self {
        let none = Kilometers(0.0);
        Self { location, uncertainty: none, radius: none, is_area: false, country: None, is_country: false }
    }
}

/// How far a stated distance may be off.
pub(super) fn slack(StatedDistance { length, rounding }: StatedDistance) -> f64 {
    rounding.0.hypot(SLACK * length.0)
}
