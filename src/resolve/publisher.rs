//! Where a document was published: a paper writes of its own town without saying where that is.

use super::support::OnSphere;
use crate::gazetteer::CountryCode;
use crate::geo::LatLon;

/// At this distance, in kilometres, a place is half as near as at the publisher's door.
const HALF: f64 = 100.0;

/// What is known of where a document was published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publisher {
    /// The places where it may have been published.
    pub places: Vec<LatLon>,
    /// The country.
    pub country: Option<CountryCode>,
}

impl Publisher {
    /// How near a position is to where the document was published: 1 there, 0.5 at 100 km, 0 far away or if nothing is
    /// known.
    pub fn nearness(&self, at: LatLon) -> f64 {
        let at = OnSphere::new(at);
        let km = self.places.iter().map(|&place| OnSphere::new(place).distance(at));
        km.map(|km| 1.0 / (1.0 + (km / HALF).powi(2))).fold(0.0, f64::max)
    }

    /// Whether a country is the publisher's.
    pub fn is_in(&self, country: Option<CountryCode>) -> bool {
        self.country.is_some() && self.country == country
    }
}
