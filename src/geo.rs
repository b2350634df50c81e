//! Positions on the globe, and geodesic distance, bearing and destination on the WGS 84 ellipsoid.
//!
//! The geodesic problems are solved by [`geo::Geodesic`], which follows C. F. F. Karney, "Algorithms for geodesics",
//! Journal of Geodesy 87 (2013). Tests hold it to published values.

use geo::{Bearing as _, Destination as _, Distance as _, Geodesic, Point};
use serde::{Deserialize, Serialize};

/// A position: WGS 84 latitude and longitude in degrees.
///
/// Latitude is in -90..=90, north positive; longitude in -180..=180, east positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatLon {
    /// Degrees north of the equator.
    pub lat: f64,
    /// Degrees east of Greenwich.
    pub lon: f64,
}

/// A length in kilometres.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kilometers(pub f64);

/// A direction in degrees clockwise from north, in 0..360.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bearing(pub f64);

impl LatLon {
    /// A position, or `None` if a coordinate is not a number or out of range.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Self { lat, lon })
    }

    /// The length of the geodesic to `other`.
    pub fn distance(self, other: Self) -> Kilometers {
        Kilometers(Geodesic.distance(self.point(), other.point()) / 1000.0)
    }

    /// The direction in which the geodesic to `other` sets out.
    pub fn bearing(self, other: Self) -> Bearing {
        Bearing::new(Geodesic.bearing(self.point(), other.point()))
    }

    /// The end of the geodesic that sets out in a direction and has a length.
    pub fn destination(self, bearing: Bearing, distance: Kilometers) -> Self {
        let end = Geodesic.destination(self.point(), bearing.0, distance.0 * 1000.0);
        Self { lat: end.y().clamp(-90.0, 90.0), lon: wrap(end.x() + 180.0) - 180.0 }
    }

    /// `geo` has longitude first.
    fn point(self) -> Point {
        Point::new(self.lon, self.lat)
    }
}

impl Bearing {
    /// A direction from any number of degrees.
    pub fn new(degrees: f64) -> Self {
        Self(wrap(degrees))
    }

    /// The smaller angle between two directions, in 0..=180 degrees.
    pub fn difference(self, other: Self) -> f64 {
        let turn = wrap(self.0 - other.0);
        turn.min(360.0 - turn)
    }

    /// The nearest of the sixteen compass points, such as `SE` or `NNW`.
    pub fn compass(self) -> &'static str {
        const POINTS: [&str; 16] =
            ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];
        POINTS[(self.0 / 22.5).round() as usize % POINTS.len()]
    }
}

/// Degrees brought into 0..360. The remainder of a tiny negative number rounds up to 360 itself, which is 0.
fn wrap(degrees: f64) -> f64 {
    let turned = degrees.rem_euclid(360.0);
    if turned >= 360.0 { 0.0 } else { turned }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JFK: LatLon = LatLon { lat: 40.6, lon: -73.8 };
    const LHR: LatLon = LatLon { lat: 51.6, lon: -0.5 };
    const SINGAPORE: LatLon = LatLon { lat: 1.359, lon: 103.989 };

    /// GeographicLib, `GeodSolve` manual page: "The solution of the inverse problem JFK to LHR" with 40.6 -73.8 and
    /// 51.6 -0.5 gives an azimuth of 51.19888284 degrees and a distance of 5551759.400 m.
    #[test]
    fn inverse_agrees_with_geodsolve_manual() {
        assert!((JFK.distance(LHR).0 - 5_551.759_400).abs() < 1e-5);
        assert!((JFK.bearing(LHR).0 - 51.198_882_84).abs() < 1e-5);
    }

    /// GeographicLib's documentation of the Python package solves Wellington to Salamanca:
    /// 41.32 S 174.81 E to 40.96 N 5.50 W is 19959679.267 m.
    #[test]
    fn nearly_antipodal_points_agree_with_geographiclib_documentation() {
        let wellington = LatLon { lat: -41.32, lon: 174.81 };
        let salamanca = LatLon { lat: 40.96, lon: -5.50 };
        assert!((wellington.distance(salamanca).0 - 19_959.679_267).abs() < 1e-5);
    }

    /// The same documentation's direct problem: Perth (32.06 S 115.74 E), azimuth 225 degrees, 20000 km ends at
    /// 32.11195529 N, 63.95925278 W.
    #[test]
    fn direct_agrees_with_geographiclib_documentation() {
        let perth = LatLon { lat: -32.06, lon: 115.74 };
        let end = perth.destination(Bearing(225.0), Kilometers(20_000.0));
        assert!((end.lat - 32.111_955_29).abs() < 1e-7, "{end:?}");
        assert!((end.lon - -63.959_252_78).abs() < 1e-7, "{end:?}");
    }

    #[test]
    fn destination_crosses_the_antimeridian_and_the_pole() {
        let fiji = LatLon { lat: -17.0, lon: 179.9 };
        let east = fiji.destination(Bearing(90.0), Kilometers(100.0));
        assert!(east.lon < -179.0 && east.lon > -180.0, "{east:?}");
        let alert = LatLon { lat: 89.5, lon: 10.0 };
        let over = alert.destination(Bearing(0.0), Kilometers(200.0));
        assert!(over.lat < 90.0 && (over.lon - -170.0).abs() < 1e-6, "{over:?}");
    }

    #[test]
    fn bearings_wrap() {
        assert_eq!(Bearing::new(-45.0).0, 315.0);
        assert_eq!(Bearing::new(-1e-20).0, 0.0);
        assert_eq!(Bearing(350.0).difference(Bearing(10.0)), 20.0);
        assert_eq!(Bearing(135.0).compass(), "SE");
        assert_eq!(Bearing(355.0).compass(), "N");
        assert_eq!(SINGAPORE.distance(SINGAPORE).0, 0.0);
    }

    #[test]
    fn coordinates_out_of_range_are_refused() {
        assert!(LatLon::new(90.1, 0.0).is_none());
        assert!(LatLon::new(0.0, 180.5).is_none());
        assert!(LatLon::new(f64::NAN, 0.0).is_none());
        assert!(LatLon::new(-90.0, -180.0).is_some());
    }
}
