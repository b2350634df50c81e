//! Shapes on the globe as maps have them: longitude first, and cut where they cross the antimeridian (RFC 7946, 3.1.9).

use geo::{
    Area as _, BooleanOps as _, BoundingRect as _, Coord, Geometry, LineString, MultiLineString, MultiPolygon,
    Orient as _, Point, Polygon, Rect, Validation as _,
};

use crate::geo::{Kilometers, LatLon};
use crate::rounding::{COORDINATE_DECIMALS, rounded};

/// A line gets a corner every so many kilometres, so that it is seen to be the shortest way.
const STEP: Kilometers = Kilometers(250.0);

/// A position as a point.
pub(super) fn point(location: LatLon) -> Geometry {
    Geometry::Point(Point(coord(location)))
}

fn coord(LatLon { lat, lon }: LatLon) -> Coord {
    Coord { x: rounded(lon, COORDINATE_DECIMALS), y: rounded(lat, COORDINATE_DECIMALS) }
}

/// The shortest way from one position to another: a line, or two where it crosses the antimeridian.
pub(super) fn line(from: LatLon, to: LatLon) -> Geometry {
    let length = from.distance(to);
    let bearing = from.bearing(to);
    let steps = (length.0 / STEP.0).ceil().max(1.0) as usize;
    let between = (1..steps).map(|step| from.destination(bearing, Kilometers(length.0 * step as f64 / steps as f64)));
    let corners = std::iter::once(from).chain(between).chain([to]).map(coord);
    let mut parts: Vec<Vec<Coord>> = vec![Vec::new()];
    for corner in corners {
        let part = parts.last_mut().map(|part| (part.last().copied(), part));
        let Some((before, part)) = part else { continue };
        match before.filter(|before| (corner.x - before.x).abs() > 180.0) {
            None => part.push(corner),
            Some(before) => {
                // It leaves the map on one side and comes back on the other.
                let side = if before.x > 0.0 { 180.0 } else { -180.0 };
                let there = corner.x + 2.0 * side;
                let share = if there == before.x { 0.0 } else { (side - before.x) / (there - before.x) };
                let y = rounded(before.y + share * (corner.y - before.y), COORDINATE_DECIMALS);
                part.push(Coord { x: side, y });
                parts.push(vec![Coord { x: -side, y }, corner]);
            }
        }
    }
    let mut parts: Vec<LineString> =
        parts.into_iter().map(without_repetitions).filter(|part| part.0.len() > 1).collect();
    match parts.len() {
        // Two places at one point, which GeoJSON wants two corners of all the same.
        0 => Geometry::LineString(LineString(vec![coord(from), coord(to)])),
        1 => Geometry::LineString(parts.remove(0)),
        _ => Geometry::MultiLineString(MultiLineString(parts)),
    }
}

fn without_repetitions(mut corners: Vec<Coord>) -> LineString {
    corners.dedup();
    LineString(corners)
}

/// The inside of a closed ring of longitudes and latitudes, whose longitudes may run on past 180: counter-clockwise, cut
/// at the antimeridian, its corners rounded to some decimals. `None` for a ring that encloses nothing, or crosses itself.
pub(super) fn polygon(ring: &[[f64; 2]], decimals: i32) -> Option<Geometry> {
    let corners = ring.iter().map(|&[x, y]| Coord { x, y: y.clamp(-90.0, 90.0) });
    let whole = Polygon::new(LineString(corners.collect()), Vec::new());
    let bounds = whole.bounding_rect()?;
    // More than a turn either way is no shape on a globe; what is no number is none either.
    let on_globe = bounds.min().x >= -540.0 && bounds.max().x <= 540.0 && bounds.width() < 360.1;
    if !on_globe || ring.iter().flatten().any(|degrees| !degrees.is_finite()) {
        return None;
    }
    let (first, last) = (turn(bounds.min().x), turn(bounds.max().x));
    let mut parts: Vec<Polygon> = if first == last {
        vec![shifted(&whole, -360.0 * f64::from(first), decimals)]
    } else {
        let cut = (first..=last).flat_map(|turn| {
            let shift = f64::from(turn) * 360.0;
            let world = Rect::new((shift - 180.0, -90.0), (shift + 180.0, 90.0)).to_polygon();
            world.intersection(&whole).0.into_iter().map(move |part| shifted(&part, -shift, decimals))
        });
        let cut: Vec<Polygon> = cut.collect();
        // A ring around a pole is cut where it happens to begin, and its parts touch there.
        geo::unary_union(&cut).0.iter().map(|part| shifted(part, 0.0, decimals)).collect()
    };
    parts = parts.into_iter().map(|part| part.orient(geo::orient::Direction::Default)).collect();
    // In one order, whatever the way of cutting.
    parts.sort_by(|a, b| {
        let west = |part: &Polygon| part.bounding_rect().map_or(0.0, |bounds| bounds.min().x);
        west(a).total_cmp(&west(b))
    });
    let shape = match parts.len() {
        1 => Geometry::Polygon(parts.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon(parts)),
    };
    (shape.unsigned_area() > 0.0 && shape.is_valid()).then_some(shape)
}

/// Which turn around the globe a longitude is on: 0 for -180 to before 180. It is within a turn or two of that.
fn turn(lon: f64) -> i32 {
    ((lon + 180.0) / 360.0).floor() as i32
}

/// The same shape further east, rounded and with each corner once.
fn shifted(part: &Polygon, degrees: f64, decimals: i32) -> Polygon {
    let ring = |ring: &LineString| {
        let corner = |corner: &Coord| Coord {
            x: rounded(corner.x + degrees, decimals).clamp(-180.0, 180.0),
            y: rounded(corner.y, decimals),
        };
        without_repetitions(ring.0.iter().map(corner).collect())
    };
    Polygon::new(ring(part.exterior()), part.interiors().iter().map(ring).collect())
}

/// The sides of a box around shapes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The western side; more than `east` where the box crosses the antimeridian.
    pub west: f64,
    /// The southern side.
    pub south: f64,
    /// The eastern side.
    pub east: f64,
    /// The northern side.
    pub north: f64,
}

impl Bounds {
    /// The box around one shape that was cut at the antimeridian, as if it were flat.
    pub(super) fn of(shape: &Geometry) -> Option<Self> {
        let bounds = shape.bounding_rect()?;
        Some(Self { west: bounds.min().x, south: bounds.min().y, east: bounds.max().x, north: bounds.max().y })
    }

    /// The box around both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether a position lies inside or on the border.
    pub fn contains(&self, LatLon { lat, lon }: LatLon) -> bool {
        let holds = |lon: f64| match self.west <= self.east {
            true => (self.west..=self.east).contains(&lon),
            false => lon >= self.west || lon <= self.east,
        };
        // The antimeridian has two names.
        let within = holds(lon) || (lon.abs() == 180.0 && holds(-lon));
        within && (self.south..=self.north).contains(&lat)
    }

    /// The sides in the order of RFC 7946: west, south, east, north.
    pub fn sides(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }
}

/// The box around all shapes, which crosses the antimeridian where they lie on both sides of it and nowhere else
/// (RFC 7946, 5.2): so that a map of Fiji is not one of the whole world.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    flat: Option<Bounds>,
    /// The sides that face the antimeridian: the least of longitudes over 0, and the greatest of those under.
    east_from: Option<f64>,
    west_to: Option<f64>,
    /// Whether a shape has parts on both sides of Greenwich that are joined there.
    over_greenwich: bool,
}

impl Extent {
    /// Takes a shape.
    pub fn add(&mut self, shape: &Geometry) {
        let Some(bounds) = Bounds::of(shape) else { return };
        self.flat = Some(self.flat.map_or(bounds, |flat| flat.with(bounds)));
        for part in parts(shape) {
            if part.west >= 0.0 {
                self.east_from = Some(self.east_from.map_or(part.west, |least| least.min(part.west)));
            } else if part.east <= 0.0 {
                self.west_to = Some(self.west_to.map_or(part.east, |greatest| greatest.max(part.east)));
            } else {
                self.over_greenwich = true;
            }
        }
    }

    /// The box; `None` without a shape.
    pub fn bounds(&self) -> Option<Bounds> {
        let flat = self.flat?;
        match (self.east_from, self.west_to) {
            (Some(west), Some(east)) if !self.over_greenwich => {
                let width = 360.0 - west + east;
                // Whoever reads boxes as flat ones is led astray, so it must be worth it.
                let narrower = 2.0 * width < flat.east - flat.west;
                Some(if narrower { Bounds { west, east, ..flat } } else { flat })
            }
            _ => Some(flat),
        }
    }
}

fn parts(shape: &Geometry) -> Vec<Bounds> {
    match shape {
        Geometry::MultiPolygon(parts) => parts.iter().filter_map(|part| Bounds::of(&part.clone().into())).collect(),
        Geometry::MultiLineString(parts) => parts.iter().filter_map(|part| Bounds::of(&part.clone().into())).collect(),
        _ => Bounds::of(shape).into_iter().collect(),
    }
}

/// Every corner of a shape, longitude first.
#[cfg(test)]
pub(super) fn corners(shape: &Geometry) -> impl Iterator<Item = [f64; 2]> + '_ {
    use geo::CoordsIter as _;
    shape.coords_iter().map(|Coord { x, y }| [x, y])
}

#[cfg(test)]
mod tests {
    use geo::Contains as _;
    use proptest::prelude::*;

    use super::*;
    use crate::geo::Bearing;
    use crate::region::{Region, Sector};

    const FIJI: LatLon = LatLon { lat: -17.0, lon: 179.5 };
    const HONOLULU: LatLon = LatLon { lat: 21.3, lon: -157.86 };
    const MOSUL: LatLon = LatLon { lat: 36.335, lon: 43.119 };

    fn in_range(shape: &Geometry) -> bool {
        corners(shape).all(|[lon, lat]| (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat))
    }

    #[test]
    fn lines_are_cut_at_the_antimeridian() {
        let Geometry::MultiLineString(parts) = line(FIJI, HONOLULU) else { panic!("one part") };
        let ends: Vec<_> = parts.iter().map(|part| (part.0[0].x, part.0[part.0.len() - 1].x)).collect();
        assert_eq!(ends, [(179.5, 180.0), (-180.0, -157.86)]);
        assert_eq!(parts.0[0].0.last().unwrap().y, parts.0[1].0[0].y);
        assert!(matches!(line(MOSUL, FIJI), Geometry::LineString(_)));
        assert!(matches!(line(MOSUL, MOSUL), Geometry::LineString(line) if line.0.len() == 2));
    }

    #[test]
    fn long_lines_are_the_shortest_way() {
        // From Mosul to Honolulu by the north of Siberia.
        let shape = line(MOSUL, HONOLULU);
        assert!(corners(&shape).any(|[_, lat]| lat > 60.0));
    }

    #[test]
    fn rings_are_cut_at_the_antimeridian_and_turn_left() {
        let ring = Region::disc(FIJI, Kilometers(200.0));
        let Some(Geometry::MultiPolygon(parts)) = polygon(ring.outline.corners(), COORDINATE_DECIMALS) else {
            panic!("one part")
        };
        assert_eq!(parts.0.len(), 2);
        assert!(parts.iter().all(|part| part.signed_area() > 0.0));
        assert_eq!(parts.0[0].bounding_rect().unwrap().min().x, -180.0);
        assert_eq!(parts.0[1].bounding_rect().unwrap().max().x, 180.0);
        let Some(Geometry::Polygon(whole)) =
            polygon(Region::disc(MOSUL, Kilometers(200.0)).outline.corners(), COORDINATE_DECIMALS)
        else {
            panic!("parts")
        };
        assert!(whole.signed_area() > 0.0 && whole.contains(&Point(coord(MOSUL))));
        let none = |ring: &[[f64; 2]]| assert_eq!(polygon(ring, COORDINATE_DECIMALS), None);
        none(&[[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]);
        none(&[]);
        none(&[[f64::NAN, 2.0], [3.0, 4.0], [1.0, 2.0]]);
        none(&[[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]);
        none(&[[-1e9, 0.0], [1e9, 0.0], [0.0, 1e308], [-1e9, 0.0]]);
    }

    #[test]
    fn a_ring_around_a_pole_reaches_it() {
        let ring = Region::disc(LatLon { lat: 88.0, lon: 20.0 }, Kilometers(500.0));
        let shape = polygon(ring.outline.corners(), COORDINATE_DECIMALS).unwrap();
        assert!(in_range(&shape));
        let bounds = Bounds::of(&shape).unwrap();
        assert_eq!((bounds.west, bounds.east, bounds.north), (-180.0, 180.0, 90.0));
        assert!(matches!(shape, Geometry::Polygon(_)));
    }

    #[test]
    fn boxes_cross_the_antimeridian_only_where_it_helps() {
        let extent = |places: &[LatLon]| {
            let mut extent = Extent::default();
            places.iter().for_each(|&place| extent.add(&point(place)));
            extent.bounds().map(|bounds| bounds.sides())
        };
        let samoa = LatLon { lat: -13.8, lon: -171.8 };
        assert_eq!(extent(&[FIJI, samoa]), Some([179.5, -17.0, -171.8, -13.8]));
        assert_eq!(extent(&[MOSUL, HONOLULU]), Some([-157.86, 21.3, 43.119, 36.335]));
        assert_eq!(extent(&[MOSUL]), Some([43.119, 36.335, 43.119, 36.335]));
        assert_eq!(extent(&[]), None);
        let pacific = Bounds { west: 170.0, south: -50.0, east: -150.0, north: 30.0 };
        let east = Bounds { west: 170.0, east: 180.0, ..pacific };
        assert!(east.contains(LatLon { lat: 0.0, lon: -180.0 }));
        assert!(pacific.contains(FIJI) && pacific.contains(HONOLULU) && !pacific.contains(MOSUL));
    }

    proptest! {
        #[test]
        fn any_region_is_a_shape_on_the_map(lat in -90.0..90.0_f64, lon in -180.0..180.0_f64, far in 0.1..3000.0_f64,
                                            near in 0.0..1.0_f64, bearing in 0.0..360.0_f64, half_width in 1.0..180.0_f64) {
            let sector = Sector { bearing: Bearing(bearing), half_width, near: Kilometers(near * far), far: Kilometers(far) };
            let region = Region::sector(LatLon { lat, lon }, sector);
            if let Some(shape) = polygon(region.outline.corners(), COORDINATE_DECIMALS) {
                prop_assert!(in_range(&shape));
                prop_assert!(matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_)));
            }
        }

        #[test]
        fn any_line_stays_on_the_map(a in (-90.0..90.0_f64, -180.0..180.0_f64), b in (-90.0..90.0_f64, -180.0..180.0_f64)) {
            let shape = line(LatLon { lat: a.0, lon: a.1 }, LatLon { lat: b.0, lon: b.1 });
            prop_assert!(in_range(&shape));
            let jumps = |line: &LineString| line.0.windows(2).any(|pair| (pair[1].x - pair[0].x).abs() > 180.0);
            match &shape {
                Geometry::LineString(line) => prop_assert!(!jumps(line)),
                Geometry::MultiLineString(parts) => prop_assert!(parts.iter().all(|part| !jumps(part))),
                _ => prop_assert!(false),
            }
        }
    }
}
