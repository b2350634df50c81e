//! Land borders and coasts of countries: Natural Earth's lines at 1:50 million, to about two kilometres.
//!
//! `models/borders.bin` is made by `scripts/gazetteer/borders.py`. It holds arcs: lines that run from one meeting of
//! borders to the next. An arc that two countries share is a border between them, one of a single country its coast. After
//! a line of text come, as whole numbers in groups of seven bits:
//!
//! - how many countries, and two letters of each;
//! - how many arcs; of each how many corners, and these: hundredths of a degree east and north from the corner before, the
//!   first from 0, 0; negative ones between the positive (0, -1, 1, -2, …);
//! - of each country how many rings; of each ring how many arcs, and these: twice the number of an arc, and one more
//!   where it runs backwards.
//!
//! A ring is closed, and runs on over the antimeridian; the south pole is inside of Antarctica's. What lies inside an odd number
//! of a country's rings is in the country. Lakes are land, but for the Caspian Sea.

use std::sync::{LazyLock, OnceLock};

use crate::geo::{Kilometers, LatLon};

static BYTES: &[u8] = include_bytes!("../models/borders.bin");

const MAGIC: &[u8] = b"dateline borders 1\n";

/// Kilometres of a degree of latitude.
const KM_OF_A_DEGREE: f64 = 111.2;

/// How far corners may be left out of coarse outlines, in degrees.
const COARSE: f64 = 0.05;

/// The borders and coasts of all countries.
#[derive(Debug, Default)]
pub struct Borders {
    countries: Vec<Country>,
    arcs: Vec<Arc>,
}

#[derive(Debug)]
struct Country {
    code: [u8; 2],
    rings: Vec<Ring>,
}

/// A closed line, by its arcs.
#[derive(Debug)]
struct Ring {
    /// The number of each arc, and whether it runs backwards.
    arcs: Vec<(usize, bool)>,
    bounds: Bounds,
}

#[derive(Debug)]
struct Arc {
    /// `[longitude, latitude]` in degrees.
    corners: Vec<[f64; 2]>,
    /// The countries on its sides, by number; the same twice for a coast.
    countries: [usize; 2],
    /// The corners that coarse outlines have.
    coarse: OnceLock<Vec<[f64; 2]>>,
}

/// A box in degrees: west, south, east, north.
#[derive(Clone, Copy, Debug)]
struct Bounds([f64; 4]);

/// A point of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Where it is.
    pub point: LatLon,
    /// How far it is from what was asked for.
    pub distance: Kilometers,
}

/// Lines in degrees, `[longitude, latitude]`: a border, or a coast.
#[derive(Clone, Debug, Default)]
pub struct Lines<'a>(Vec<&'a [[f64; 2]]>);

impl Borders {
    /// The borders inside the crate.
    pub fn embedded() -> &'static Self {
        static BORDERS: LazyLock<Borders> = LazyLock::new(|| Borders::read(BYTES).unwrap_or_default());
        &BORDERS
    }

    /// Reads the bytes of a file. `None` if they are none of one.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC)?);
        let codes = (0..bytes.number()?).map(|_| bytes.letters()).collect::<Option<Vec<_>>>()?;
        let mut arcs = (0..bytes.number()?).map(|_| bytes.arc()).collect::<Option<Vec<_>>>()?;
        let mut countries = Vec::new();
        for (number, code) in codes.into_iter().enumerate() {
            let rings = (0..bytes.number()?).map(|_| bytes.ring(number, &mut arcs)).collect::<Option<Vec<_>>>()?;
            countries.push(Country { code, rings });
        }
        bytes.0.is_empty().then_some(Self { countries, arcs })
    }

    fn number(&self, code: &str) -> Option<usize> {
        self.countries.iter().position(|country| country.code == code.as_bytes())
    }

    /// The border of two countries; no lines if they have none.
    pub fn between(&self, one: &str, other: &str) -> Lines<'_> {
        let (Some(one), Some(other)) = (self.number(one), self.number(other)) else { return Lines::default() };
        self.lines(|arc| one != other && (arc.countries == [one, other] || arc.countries == [other, one]))
    }

    /// The land borders of a country.
    pub fn around(&self, code: &str) -> Lines<'_> {
        let Some(country) = self.number(code) else { return Lines::default() };
        self.lines(|arc| arc.countries.contains(&country) && arc.countries[0] != arc.countries[1])
    }

    /// The coast of a country.
    pub fn coast(&self, code: &str) -> Lines<'_> {
        let Some(country) = self.number(code) else { return Lines::default() };
        self.lines(|arc| arc.countries == [country; 2])
    }

    /// All coasts of which a part may be within a distance of a place.
    pub fn coasts_near(&self, place: LatLon, distance: Kilometers) -> Lines<'_> {
        let near = Bounds::around(place, distance);
        self.lines(|arc| arc.countries[0] == arc.countries[1] && Bounds::of(&arc.corners).meets(near))
    }

    fn lines(&self, wanted: impl Fn(&Arc) -> bool) -> Lines<'_> {
        Lines(self.arcs.iter().filter(|arc| wanted(arc)).map(|arc| &*arc.corners).collect())
    }

    /// The code of the country that a place is in. `None` at sea.
    pub fn country(&self, place: LatLon) -> Option<&str> {
        let found = self.countries.iter().find(|country| self.holds(country, place))?;
        std::str::from_utf8(&found.code).ok()
    }

    fn holds(&self, country: &Country, place: LatLon) -> bool {
        // The north pole is in no country: what is behind an odd number of edges, seen from there, is inside.
        let crossings = |ring: &Ring| {
            if !TURNS.iter().any(|turn| ring.bounds.holds(LatLon { lon: place.lon + turn, ..place })) {
                return 0;
            }
            let edges = ring.arcs.iter().flat_map(|&(arc, _)| self.arcs[arc].corners.windows(2));
            edges.filter(|edge| is_north_of(edge[0], edge[1], place)).count()
        };
        country.rings.iter().map(crossings).sum::<usize>() % 2 == 1
    }

    /// The rings of a country with few corners: to about five kilometres. Longitudes run on beyond 180.
    pub fn rings(&self, code: &str) -> Vec<Vec<[f64; 2]>> {
        let country = self.number(code).map(|number| &self.countries[number]);
        let rings = country.into_iter().flat_map(|country| &country.rings);
        rings.map(|ring| self.corners(ring)).filter(|corners| is_closed(corners)).collect()
    }

    /// The rings of a country, or of all, that may meet a box (degrees: west, south, east, north), turned so that they meet it.
    pub fn rings_in(&self, code: Option<&str>, within: [f64; 4]) -> Vec<Vec<[f64; 2]>> {
        let wanted = |country: &&Country| code.is_none_or(|code| code.as_bytes() == country.code);
        let rings = self.countries.iter().filter(wanted).flat_map(|country| &country.rings);
        let turned = rings.flat_map(|ring| TURNS.map(|turn| (ring, turn)));
        let meeting = turned.filter(|(ring, turn)| ring.bounds.turned(*turn).meets(Bounds(within)));
        let corners = |(ring, turn): (&Ring, f64)| {
            self.corners(ring).into_iter().map(|[lon, lat]| [lon + turn, lat]).collect::<Vec<_>>()
        };
        meeting.map(corners).filter(|corners| is_closed(corners)).collect()
    }

    fn corners(&self, ring: &Ring) -> Vec<[f64; 2]> {
        let mut corners: Vec<[f64; 2]> = Vec::new();
        for &(arc, backwards) in &ring.arcs {
            let arc = &self.arcs[arc];
            let coarse = arc.coarse.get_or_init(|| coarser(&arc.corners));
            let skipped = usize::from(!corners.is_empty());
            if backwards {
                corners.extend(coarse.iter().rev().skip(skipped));
            } else {
                corners.extend(coarse.iter().skip(skipped));
            }
        }
        for n in 1..corners.len() {
            corners[n][0] = corners[n - 1][0] + turn(corners[n - 1][0], corners[n][0]);
        }
        corners
    }
}

impl Lines<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The point that is nearest to a place.
    pub fn nearest(&self, place: LatLon) -> Option<Nearest> {
        let edges = self.edges().map(|edge| nearest_of(edge, place));
        edges.min_by(|a, b| a.distance.0.total_cmp(&b.distance.0))
    }

    /// Points along the lines, each for about as many kilometres as the next.
    pub fn samples(&self) -> Vec<LatLon> {
        let length: f64 = self.edges().map(length_of).sum();
        // So many that the middle of any border is near one of them, and few enough for the longest coast.
        let step = (length / 400.0).max(5.0);
        let mut samples = Vec::new();
        let mut left = step / 2.0;
        for edge in self.edges() {
            let length = length_of(edge);
            while left <= length {
                samples.push(at(edge, left / length.max(f64::MIN_POSITIVE)));
                left += step;
            }
            left -= length;
        }
        if samples.is_empty() {
            samples.extend(self.edges().next().map(|edge| at(edge, 0.5)));
        }
        samples
    }

    fn edges(&self) -> impl Iterator<Item = [[f64; 2]; 2]> {
        self.0.iter().flat_map(|line| line.windows(2).map(|edge| [edge[0], edge[1]]))
    }
}

impl Bounds {
    fn of(corners: &[[f64; 2]]) -> Self {
        let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let wider = |b: [f64; 4], c: &[f64; 2]| [b[0].min(c[0]), b[1].min(c[1]), b[2].max(c[0]), b[3].max(c[1])];
        Self(corners.iter().fold(nothing, wider))
    }

    fn around(place: LatLon, distance: Kilometers) -> Self {
        let north = distance.0 / KM_OF_A_DEGREE;
        let east = north / place.lat.to_radians().cos().max(0.01);
        Self([place.lon - east, place.lat - north, place.lon + east, place.lat + north])
    }

    fn turned(self, degrees: f64) -> Self {
        let [west, south, east, north] = self.0;
        Self([west + degrees, south, east + degrees, north])
    }

    fn holds(self, place: LatLon) -> bool {
        let [west, south, east, north] = self.0;
        (west..=east).contains(&place.lon) && (south..=north).contains(&place.lat)
    }

    fn meets(self, other: Self) -> bool {
        let ([west, south, east, north], [w, s, e, n]) = (self.0, other.0);
        west <= e && w <= east && south <= n && s <= north
    }
}

/// Turns around the globe by which longitudes may differ.
const TURNS: [f64; 3] = [0.0, -360.0, 360.0];

/// Whether an edge crosses the meridian of a place to the north of it.
fn is_north_of([x1, y1]: [f64; 2], [x2, y2]: [f64; 2], place: LatLon) -> bool {
    let (x1, x2) = (turn(place.lon, x1), turn(place.lon, x2));
    (x1 > 0.0) != (x2 > 0.0) && (x1 - x2).abs() < 180.0 && y1 - x1 / (x2 - x1) * (y2 - y1) > place.lat
}

/// Whether a line is the border of a shape on a map: not one around a pole.
fn is_closed(corners: &[[f64; 2]]) -> bool {
    corners.len() > 3 && corners.first() == corners.last()
}

/// The turn from one longitude to another, at most half a circle either way.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

fn at([a, b]: [[f64; 2]; 2], share: f64) -> LatLon {
    let lon = a[0] + turn(a[0], b[0]) * share;
    LatLon { lat: a[1] + (b[1] - a[1]) * share, lon: turn(0.0, lon) }
}

/// The length of an edge in km, on a plane.
fn length_of([a, b]: [[f64; 2]; 2]) -> f64 {
    let across = ((a[1] + b[1]) / 2.0).to_radians().cos();
    (turn(a[0], b[0]) * across).hypot(b[1] - a[1]) * KM_OF_A_DEGREE
}

/// The point of an edge that is nearest to a place, on a plane about the place.
fn nearest_of(edge: [[f64; 2]; 2], place: LatLon) -> Nearest {
    let across = place.lat.to_radians().cos();
    let flat = edge.map(|corner| [turn(place.lon, corner[0]) * across, corner[1] - place.lat]);
    let [[x, y], [x2, y2]] = flat;
    let (dx, dy) = (x2 - x, y2 - y);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (-(x * dx + y * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let distance = (x + share * dx).hypot(y + share * dy) * KM_OF_A_DEGREE;
    Nearest { point: at(edge, share), distance: Kilometers(distance) }
}

/// A line without corners that hardly matter (Ramer, Douglas and Peucker). Its ends stay, and of a ring the middle too.
fn coarser(line: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let last = line.len().saturating_sub(1);
    let mut kept = vec![false; line.len()];
    let mut parts = vec![(0, last)];
    if line.len() > 3 && line[0] == line[last] {
        parts = vec![(0, line.len() / 2), (line.len() / 2, last)];
    }
    while let Some((first, last)) = parts.pop() {
        (kept[first], kept[last]) = (true, true);
        let away = |n: usize| from_chord(line[n], line[first], line[last]);
        let farthest = (first + 1..last).max_by(|&a, &b| away(a).total_cmp(&away(b)));
        if let Some(farthest) = farthest.filter(|&n| away(n) > COARSE) {
            parts.extend([(first, farthest), (farthest, last)]);
        }
    }
    line.iter().zip(kept).filter(|(_, kept)| *kept).map(|(corner, _)| *corner).collect()
}

/// How far a corner is from a chord, in degrees of latitude.
fn from_chord(corner: [f64; 2], one: [f64; 2], other: [f64; 2]) -> f64 {
    nearest_of([one, other], LatLon { lat: corner[1], lon: corner[0] }).distance.0 / KM_OF_A_DEGREE
}

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn number(&mut self) -> Option<usize> {
        let (mut value, mut shift) = (0usize, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= usize::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    /// Hundredths of a degree.
    fn signed(&mut self) -> Option<i64> {
        let value = i64::try_from(self.number()?).ok()?;
        Some((value >> 1) ^ -(value & 1))
    }

    fn letters(&mut self) -> Option<[u8; 2]> {
        let (letters, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*letters)
    }

    fn arc(&mut self) -> Option<Arc> {
        let (mut x, mut y) = (0i64, 0i64);
        let corners = (0..self.number()?).map(|_| {
            (x, y) = (x.checked_add(self.signed()?)?, y.checked_add(self.signed()?)?);
            Some([x as f64 / 100.0, y as f64 / 100.0])
        });
        let corners = corners.collect::<Option<_>>()?;
        Some(Arc { corners, countries: [usize::MAX; 2], coarse: OnceLock::new() })
    }

    /// A ring of a country, which its arcs take note of.
    fn ring(&mut self, country: usize, arcs: &mut [Arc]) -> Option<Ring> {
        let mut bounds = Bounds::of(&[]);
        let mut numbers = Vec::new();
        let mut end: Option<f64> = None;
        for _ in 0..self.number()? {
            let number = self.number()?;
            let (number, backwards) = (number / 2, number % 2 == 1);
            let arc = arcs.get_mut(number)?;
            arc.countries = match arc.countries {
                [usize::MAX, usize::MAX] => [country; 2],
                [first, _] => [first, country],
            };
            let mut corner = |[lon, lat]: [f64; 2]| {
                let lon = end.map_or(lon, |end| end + turn(end, lon));
                end = Some(lon);
                let [west, south, east, north] = bounds.0;
                bounds = Bounds([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
            };
            match backwards {
                true => arc.corners.iter().rev().copied().for_each(&mut corner),
                false => arc.corners.iter().copied().for_each(&mut corner),
            }
            numbers.push((number, backwards));
        }
        // Around the south pole.
        if bounds.0[2] - bounds.0[0] > 359.0 {
            bounds.0[1] = -90.0;
        }
        Some(Ring { arcs: numbers, bounds })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon { lat, lon }
    }

    #[test]
    fn places_are_in_their_countries() {
        let borders = Borders::embedded();
        for (lat, lon, code) in [
            (33.3, 44.4, Some("IQ")),
            (52.5, 13.4, Some("DE")),
            (9.56, 44.06, Some("SO")),
            (42.66, 21.16, Some("XK")),
            (35.19, 33.36, Some("CY")),
            (-17.8, 178.0, Some("FJ")),
            (66.0, -173.0, Some("RU")),
            (68.0, 179.9, Some("RU")),
            (68.0, -179.9, Some("RU")),
            (-89.0, 10.0, Some("AQ")),
            (89.0, 10.0, None),
            (33.5, 18.0, None),
            (42.0, 51.0, None),
        ] {
            assert_eq!(borders.country(at(lat, lon)), code, "{lat} {lon}");
        }
    }

    #[test]
    fn neighbours_share_a_border() {
        let borders = Borders::embedded();
        // Ramtha lies a few kilometres from the border of Jordan and Syria, Niamey some 100 from that of Niger and Burkina Faso.
        let ramtha = borders.between("JO", "SY").nearest(at(32.559, 36.007)).unwrap();
        assert!(ramtha.distance.0 < 12.0, "{ramtha:?}");
        assert_eq!(borders.around("JO").nearest(at(32.559, 36.007)).unwrap(), ramtha);
        assert!(borders.between("JO", "FR").is_empty() && borders.between("JO", "JO").is_empty());
        assert!(borders.around("IS").is_empty() && borders.coast("NE").is_empty() && borders.coast("xx").is_empty());
        // What was one country in the news is without a border inside.
        assert!(borders.around("SO").nearest(at(9.0, 48.5)).unwrap().distance.0 > 80.0);
    }

    #[test]
    fn coasts_lie_between_land_and_sea() {
        let borders = Borders::embedded();
        let tripoli = borders.coast("LY").nearest(at(32.89, 13.19)).unwrap();
        assert!(tripoli.distance.0 < 6.0, "{tripoli:?}");
        let samples = borders.coast("LY").samples();
        assert!(samples.len() > 100 && samples.iter().all(|point| point.lat > 30.0 && point.lat < 33.5));
        // There is no coast along 180°, where maps are cut.
        assert!(borders.coast("RU").nearest(at(67.5, 180.0)).unwrap().distance.0 > 100.0);
        assert!(!borders.coasts_near(at(32.89, 13.19), Kilometers(50.0)).is_empty());
        assert!(borders.coasts_near(at(28.0, 17.0), Kilometers(50.0)).is_empty());
    }

    #[test]
    fn broken_bytes_are_no_borders() {
        assert!(Borders::read(BYTES).is_some());
        assert!(Borders::read(b"").is_none() && Borders::read(&BYTES[..BYTES.len() - 1]).is_none());
        assert!(Borders::read(&[MAGIC, &[0xFF; 40]].concat()).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Borders::read(&[MAGIC, &bytes].concat());
        }

        #[test]
        fn the_nearest_point_is_on_the_globe(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64) {
            let borders = Borders::embedded();
            for lines in [borders.around("RU"), borders.coast("FJ"), borders.coast("AQ")] {
                let nearest = lines.nearest(at(lat, lon)).unwrap();
                prop_assert!(LatLon::new(nearest.point.lat, nearest.point.lon).is_some() && nearest.distance.0.is_finite());
            }
        }
    }
}
