//! Regions that words describe: the ring at a distance from a town, the sector southeast of it, the north of a country.
//!
//! A region is a point, how far the truth may be from it, and an outline. Everything is worked out on the ellipsoid,
//! from geodesics that start at the place that the words name; the corners of an outline are joined by straight lines in
//! latitude and longitude, and stand so close that this makes no difference to a reader.

use geo::{Area, BooleanOps, Centroid, InteriorPoint, LineString, MultiPolygon, Polygon, Simplify};

use crate::geo::{Bearing, Kilometers, LatLon};

/// Steps in which an arc of an outline is drawn: enough for the middle of each to be within 1 % of the circle.
const STEPS_OF_CIRCLE: usize = 32;

/// Corners that the outline of what was cut by others has, and how far it may be from the true one to have no more, in degrees: who
/// reads a region of a country wants no chart of its fjords.
const CORNERS: usize = 100;
const TOLERANCES: [f64; 6] = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

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

impl Region {
    /// The box around it in degrees: west, south, east, north. `None` where it holds a pole.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let corners = self.outline.corners();
        let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let wider = |b: [f64; 4], c: &[f64; 2]| [b[0].min(c[0]), b[1].min(c[1]), b[2].max(c[0]), b[3].max(c[1])];
        let bounds = corners.iter().fold(nothing, wider);
        (bounds[2] - bounds[0] < 360.0 && bounds[1] > -90.0 && bounds[3] < 90.0).then_some(bounds)
    }

    /// The largest of rings as a region around its centre of mass. `None` if it has less than a share of the area of all.
    pub fn mainland(rings: Vec<Vec<[f64; 2]>>, share: f64) -> Option<Self> {
        let pieces = shape(rings);
        let area = |piece: &Polygon| {
            piece.unsigned_area() * middle_of(piece).map_or(0.0, |middle| middle.lat.to_radians().cos())
        };
        let all: f64 = pieces.iter().map(area).sum();
        let largest = pieces.iter().max_by(|a, b| area(a).total_cmp(&area(b)))?;
        let outline = Outline::of(largest);
        let fits = area(largest) >= share * all;
        fits.then(|| Self { point: LatLon { lat: 0.0, lon: 0.0 }, uncertainty: Kilometers(0.0), outline }.centred())
    }

    /// Its largest piece on the side of a line through a point that lies in a direction; itself if there is none. As the corners
    /// of an outline, the line is straight on a map.
    #[must_use]
    pub fn beyond(self, point: LatLon, bearing: Bearing) -> Self {
        // Wider than any country.
        const WIDE: f64 = 120.0;
        let (east, north) = (bearing.0.to_radians().sin(), bearing.0.to_radians().cos());
        let corner = |along: f64, across: f64| {
            let stretched = WIDE / point.lat.to_radians().cos().max(0.2);
            [
                point.lon + stretched * (along * east + across * north),
                point.lat + WIDE * (along * north - across * east),
            ]
        };
        self.inside(vec![vec![
            corner(0.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(0.0, 1.0),
            corner(0.0, -1.0),
        ]])
    }

    /// The same with the point in its middle, and the radius of a disc that is as large as its uncertainty.
    #[must_use]
    pub fn centred(self) -> Self {
        let piece = Polygon::new(line(self.outline.corners()), Vec::new());
        let Some(point) = middle_of(&piece) else { return self };
        // Square kilometres of a square degree there.
        let scale = 111.2_f64.powi(2) * point.lat.to_radians().cos();
        let uncertainty = Kilometers((piece.unsigned_area() * scale / std::f64::consts::PI).sqrt());
        Self { point, uncertainty, ..self }
    }

    /// Its largest piece inside of rings, of which each may be a hole of another; itself if there is none.
    #[must_use]
    pub fn inside(self, rings: Vec<Vec<[f64; 2]>>) -> Self {
        self.cut(|whole| whole.intersection(&shape(rings)))
    }

    /// Its largest piece outside of rings; itself if there is none.
    #[must_use]
    pub fn outside(self, rings: Vec<Vec<[f64; 2]>>) -> Self {
        self.cut(|whole| whole.difference(&shape(rings)))
    }

    /// The point stays where it is, or goes to the middle of the piece, if it isn't in that.
    fn cut(self, cut: impl FnOnce(&Polygon) -> MultiPolygon) -> Self {
        if self.bounds().is_none() {
            return self;
        }
        let whole = Polygon::new(line(self.outline.corners()), Vec::new());
        let pieces = cut(&whole);
        let largest = pieces.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
        let Some(piece) = largest.filter(|piece| piece.unsigned_area() > 0.0) else { return self };
        let piece = &few_corners(piece, self.point);
        let outline = Outline::of(piece);
        let point = if outline.contains(self.point) { Some(self.point) } else { middle_of(piece) };
        let share = piece.unsigned_area() / whole.unsigned_area().max(f64::MIN_POSITIVE);
        let uncertainty = Kilometers(self.uncertainty.0 * share.min(1.0).sqrt());
        Self { point: point.unwrap_or(self.point), uncertainty, outline }
    }
}

/// The outer ring of a shape, coarser where it has too many corners, as long as that leaves a point inside that is inside.
fn few_corners(piece: &Polygon, point: LatLon) -> Polygon {
    let mut found = Polygon::new(piece.exterior().clone(), Vec::new());
    let holds = |piece: &Polygon| Outline::of(piece).contains(point);
    let is_inside = holds(&found);
    for tolerance in TOLERANCES {
        if found.exterior().0.len() <= CORNERS {
            break;
        }
        let coarser = found.simplify(tolerance);
        if coarser.exterior().0.len() < 4 || holds(&coarser) != is_inside {
            break;
        }
        found = coarser;
    }
    found
}

/// The centre of mass of a shape, or a point inside where that is outside.
fn middle_of(piece: &Polygon) -> Option<LatLon> {
    let at = |point: geo::Point| LatLon { lat: point.y(), lon: shorter_turn(point.x()) };
    let inside = |point: &LatLon| Outline::of(piece).contains(*point);
    piece.centroid().map(at).filter(inside).or_else(|| piece.interior_point().map(at))
}

fn line(corners: &[[f64; 2]]) -> LineString {
    corners.iter().copied().collect()
}

/// What lies inside an odd number of rings, which is how `geo` fills shapes.
fn shape(rings: Vec<Vec<[f64; 2]>>) -> MultiPolygon {
    rings.into_iter().map(|ring| Polygon::new(line(&ring), Vec::new())).collect()
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

    /// The outer ring of a shape.
    fn of(piece: &Polygon) -> Self {
        Self(piece.exterior().coords().map(|corner| [corner.x, corner.y]).collect()).counter_clockwise()
    }

    fn counter_clockwise(mut self) -> Self {
        let doubled: f64 = self.0.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum();
        if doubled < 0.0 {
            self.0.reverse();
        }
        self
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
    fn what_is_cut_keeps_its_largest_piece() {
        let disc = Region::disc(MOSUL, Kilometers(50.0));
        // A comb of many teeth, all but a strip in the west.
        let tooth = |n: usize| [if n.is_multiple_of(2) { 43.0 } else { 43.001 }, 34.0 + n as f64 / 100.0];
        let mut comb: Vec<[f64; 2]> = (0..500).map(tooth).collect();
        comb.extend([[46.0, 39.0], [46.0, 34.0], comb[0]]);
        let (east, west) = (disc.clone().inside(vec![comb.clone()]), disc.clone().outside(vec![comb]));
        for (region, lon) in [(&east, 43.3), (&west, 42.8)] {
            assert!(region.outline.contains(LatLon { lat: 36.33, lon }) && region.outline.contains(region.point));
            assert!(region.outline.corners().len() <= CORNERS + 1 && region.uncertainty < disc.uncertainty);
            assert!(signed_area(&region.outline) > 0.0);
        }
        assert_eq!(disc.clone().inside(Vec::new()), disc);
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
