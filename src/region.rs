//! Regions that words describe: the ring at a distance from a town, the sector southeast of it, the north of a country.
//!
//! A region is a point, how far the truth may be from it, and an outline. Everything is worked out on the ellipsoid,
//! from geodesics that start at the place that the words name; the corners of an outline are joined by straight lines in
//! latitude and longitude, and stand so close that this makes no difference to a reader.

use crate::geo::{Bearing, Kilometers, LatLon};

/// Steps in which an arc of an outline is drawn: enough for the middle of each to be within 1 % of the circle.
const STEPS_OF_CIRCLE: usize = 32;

/// Where something is, as far as words tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The best guess.
    pub point: LatLon,
    /// How far the truth may be from it: about four in five are nearer.
    pub uncertainty: Kilometers,
    /// Where it may be.
    pub outline: Outline,
}

/// The border of a region: one closed ring, counter-clockwise, the last corner equal to the first.
///
/// # Units
///
/// Degrees, `[longitude, latitude]` as in GeoJSON. So that one ring is enough, longitudes run on past 180 or -180 where
/// it crosses the antimeridian (179, 180, 181, …; RFC 7946 would have it cut in two). A ring around a pole runs once
/// around all longitudes and along the pole.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline(Vec<[f64; 2]>);

/// A part of the disc around a place: between two distances, and between two directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// The middle direction.
    pub bearing: Bearing,
    /// Half its width in degrees; 180 for all directions.
    pub half_width: f64,
    /// Where it begins.
    pub near: Kilometers,
    /// Where it ends.
    pub far: Kilometers,
}

impl Region {
    /// All that is within a distance of a point.
    pub fn disc(center: LatLon, radius: Kilometers) -> Self {
        let everywhere = Sector { bearing: Bearing(0.0), half_width: 180.0, near: Kilometers(0.0), far: radius };
        Self { point: center, uncertainty: radius, outline: everywhere.outline(center) }
    }

    /// A part of the disc around a place. The point is its middle (its centre of mass), the uncertainty the radius of a
    /// disc that is as large.
    pub fn sector(center: LatLon, sector: Sector) -> Self {
        let (near, far) = (sector.near.0, sector.far.0);
        let half = sector.half_width.to_radians();
        let area = half * (far * far - near * near);
        let middle = match area > 0.0 && sector.half_width < 180.0 {
            true => 2.0 / 3.0 * (half.sin() / half) * (far.powi(3) - near.powi(3)) / (far * far - near * near),
            false => 0.0,
        };
        Self {
            point: center.destination(sector.bearing, Kilometers(middle)),
            uncertainty: Kilometers((area.max(0.0) / std::f64::consts::PI).sqrt()),
            outline: sector.outline(center),
        }
    }

    /// How well a position agrees with the region, in 0..=1: 1 within the uncertainty or the outline, falling as a
    /// normal curve of the distance beyond the uncertainty, measured in uncertainties: 0.61 at twice the uncertainty,
    /// 0.14 at three times.
    pub fn agreement(&self, position: LatLon) -> f64 {
        let distance = self.point.distance(position).0;
        if distance <= self.uncertainty.0 || self.outline.contains(position) {
            return 1.0;
        }
        let beyond = (distance - self.uncertainty.0) / self.uncertainty.0.max(1.0);
        (-beyond * beyond / 2.0).exp()
    }
}

impl Sector {
    fn outline(self, center: LatLon) -> Outline {
        let whole = self.half_width >= 180.0;
        let steps = ((self.half_width * 2.0 / 360.0 * STEPS_OF_CIRCLE as f64).ceil() as usize).max(4);
        let arc = |distance: Kilometers| {
            // Against the clock: from the last bearing to the first.
            (0..=steps).map(move |step| {
                let turn = self.half_width * (1.0 - 2.0 * step as f64 / steps as f64);
                center.destination(Bearing::new(self.bearing.0 + turn), distance)
            })
        };
        let mut corners: Vec<LatLon> = arc(self.far).collect();
        if whole {
            corners.pop();
        } else if self.near.0 > 0.0 {
            corners.extend(arc(self.near).collect::<Vec<_>>().into_iter().rev());
        } else {
            corners.push(center);
        }
        Outline::around(&corners)
    }
}

impl Outline {
    /// The ring through these corners, which stand in counter-clockwise order.
    pub(crate) fn around(corners: &[LatLon]) -> Self {
        let Some(&first) = corners.first() else { return Self(Vec::new()) };
        let mut ring: Vec<[f64; 2]> = Vec::with_capacity(corners.len() + 3);
        let mut longitude = first.lon;
        for corner in corners {
            longitude += shorter_turn(corner.lon - longitude);
            ring.push([longitude, corner.lat]);
        }
        let last = longitude;
        longitude += shorter_turn(first.lon - longitude);
        if (longitude - first.lon).abs() > 180.0 {
            // It has gone around a pole: eastwards around the north pole, westwards around the south pole.
            let pole = if longitude > first.lon { 90.0 } else { -90.0 };
            debug_assert!(last.is_finite());
            ring.extend([[longitude, first.lat], [longitude, pole], [first.lon, pole]]);
        }
        ring.push(ring[0]);
        Self(ring)
    }

    /// The corners, `[longitude, latitude]`.
    pub fn corners(&self) -> &[[f64; 2]] {
        &self.0
    }

    /// Whether a position lies inside, by the even-odd rule.
    pub fn contains(&self, position: LatLon) -> bool {
        [-360.0, 0.0, 360.0].into_iter().any(|turn| self.contains_unwrapped(position.lon + turn, position.lat))
    }

    fn contains_unwrapped(&self, lon: f64, lat: f64) -> bool {
        let crosses = |edge: &[[f64; 2]]| {
            let ([x1, y1], [x2, y2]) = (edge[0], edge[1]);
            (y1 > lat) != (y2 > lat) && lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
        };
        self.0.windows(2).filter(|edge| crosses(edge)).count() % 2 == 1
    }
}

/// The same turn, at most half a circle either way.
fn shorter_turn(degrees: f64) -> f64 {
    let turn = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    if turn.is_finite() { turn } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOSUL: LatLon = LatLon { lat: 36.335, lon: 43.11889 };

    fn signed_area(outline: &Outline) -> f64 {
        outline.0.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum::<f64>() / 2.0
    }

    fn sector(bearing: f64, half_width: f64, near: f64, far: f64) -> Sector {
        Sector { bearing: Bearing(bearing), half_width, near: Kilometers(near), far: Kilometers(far) }
    }

    #[test]
    fn a_disc_holds_what_is_near() {
        let disc = Region::disc(MOSUL, Kilometers(20.0));
        assert!(disc.outline.contains(MOSUL.destination(Bearing(10.0), Kilometers(19.0))));
        assert!(!disc.outline.contains(MOSUL.destination(Bearing(10.0), Kilometers(21.0))));
        assert_eq!(disc.outline.0.len(), STEPS_OF_CIRCLE + 1);
        assert!(signed_area(&disc.outline) > 0.0);
    }

    #[test]
    fn a_sector_holds_what_lies_that_way() {
        let region = Region::sector(MOSUL, sector(135.0, 22.5, 30.0, 60.0));
        assert!(region.outline.contains(MOSUL.destination(Bearing(120.0), Kilometers(40.0))));
        for (bearing, distance) in [(90.0, 40.0), (135.0, 20.0), (135.0, 70.0), (315.0, 40.0)] {
            assert!(!region.outline.contains(MOSUL.destination(Bearing(bearing), Kilometers(distance))), "{bearing}");
        }
        assert!(region.outline.contains(region.point) && signed_area(&region.outline) > 0.0);
        // A quarter of an annulus around (30 + 60) / 2, as large as a disc of 18 km.
        assert!((region.uncertainty.0 - 18.4).abs() < 0.1, "{:?}", region.uncertainty);
    }

    #[test]
    fn agreement_falls_outside() {
        let region = Region::disc(MOSUL, Kilometers(20.0));
        let at = |km| region.agreement(MOSUL.destination(Bearing(77.0), Kilometers(km)));
        assert_eq!((at(0.0), at(20.0)), (1.0, 1.0));
        assert!((at(40.0) - 0.607).abs() < 0.001 && at(60.0) < 0.14 && at(5000.0) < 1e-6);
    }

    #[test]
    fn rings_run_on_over_the_antimeridian() {
        let region = Region::disc(LatLon { lat: -17.0, lon: 179.9 }, Kilometers(100.0));
        let east = region.outline.0.iter().map(|corner| corner[0]).fold(f64::MIN, f64::max);
        assert!(east > 180.5 && east < 181.5, "{east}");
        assert!(region.outline.contains(LatLon { lat: -17.0, lon: -179.8 }));
        assert!(!region.outline.contains(LatLon { lat: -17.0, lon: 0.0 }));
    }

    #[test]
    fn rings_run_around_the_poles() {
        for (lat, inside, outside) in [(89.9, 89.8, 88.0), (-89.9, -89.8, -88.0)] {
            let region = Region::disc(LatLon { lat, lon: 20.0 }, Kilometers(100.0));
            for lon in [-170.0, -90.0, 0.0, 20.0, 100.0, 180.0] {
                assert!(region.outline.contains(LatLon { lat: inside, lon }), "{lat} {lon}");
                assert!(!region.outline.contains(LatLon { lat: outside, lon }), "{lat} {lon}");
            }
            assert!(signed_area(&region.outline) > 0.0, "{lat}");
        }
    }

    proptest! {
        #[test]
        fn any_sector_has_an_outline(
            lat in -90.0..=90.0f64, lon in -180.0..=180.0f64, bearing in 0.0..360.0f64,
            half_width in 0.0..=180.0f64, near in 0.0..5000.0f64, depth in 0.0..15_000.0f64,
        ) {
            let center = LatLon { lat, lon };
            let region = Region::sector(center, sector(bearing, half_width, near, near + depth));
            prop_assert!(LatLon::new(region.point.lat, region.point.lon).is_some(), "{region:?}");
            prop_assert!(region.uncertainty.0.is_finite());
            let ring = region.outline.corners();
            prop_assert!(ring.len() >= 4 && ring.len() < 100 && ring.first() == ring.last());
            prop_assert!(ring.iter().flatten().all(|degrees| degrees.is_finite() && degrees.abs() <= 720.0));
            prop_assert!((0.0..=1.0).contains(&region.agreement(center)));
        }
    }
}
