//! What is known of a candidate wherever its name stands: its place, and where that is.

use crate::gazetteer::{Candidate, GazetteerPlace};
use crate::geo::LatLon;

/// The radius of the sphere that nearness is measured on.
const EARTH_KM: f64 = 6371.0;

/// A position as a point of the unit sphere: near enough for nearness, and quick.
#[derive(Clone, Copy, Debug)]
pub struct OnSphere([f64; 3]);

impl OnSphere {
    /// Of a position.
    pub fn new(at: LatLon) -> Self {
        let (lat, lon) = (at.lat.to_radians(), at.lon.to_radians());
        Self([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
    }

    /// The square of the length of the straight line to another, in units of the radius.
    fn chord_squared(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    /// The distance along the sphere in kilometres, a little short over thousands.
    pub fn distance(self, other: Self) -> f64 {
        EARTH_KM * self.chord_squared(other).sqrt()
    }
}

/// A candidate with what it is.
#[derive(Clone, Copy, Debug)]
pub struct Known<'g> {
    /// The candidate.
    pub candidate: Candidate,
    /// Its place.
    pub place: GazetteerPlace<'g>,
    /// Where that is.
    pub at: OnSphere,
}
