//! Where phrases put things that count from a border or a coast.
//!
//! A line is long: where on it something lies, the other places of the text tell. What the sentence names near the line counts
//! first, then what the text names; without any, the middle of the line is as good as another point of it.

use super::anchor::{Anchor, OFFSHORE, slack};
use super::expression::{Stated, StatedDirection};
use crate::borders::{Borders, Lines, Nearest};
use crate::gazetteer::CountryCode;
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::region::Region;

/// How far from a line a place that the sentence names may be, to say where on the line things are; and one that only the text
/// names.
const FROM_LINE: [f64; 2] = [250.0, 150.0];

/// The least uncertainty beside a place that the sentence names, and beside one of the text.
const BESIDE: [f64; 2] = [15.0, 60.0];

/// How far on the stated side of a border things are that are "north of" it.
const BEYOND_BORDER: f64 = 20.0;

/// Half the sector in which the part of a coast lies that a direction names.
const SIDE: f64 = 60.0;

/// The share of its distance from the shore that what is off a coast is away from all coasts.
const OPEN: f64 = 0.7;

/// Steps on the way to the open sea, at most.
const FARTHEST_OUT: usize = 12;

/// Directions in which the sea is looked for.
const COMPASS: usize = 32;

/// The places that a text names beside a phrase.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Towns and other spots, the nearest in the text first, and whether the same sentence names them.
    pub spots: Vec<(LatLon, bool)>,
    /// The countries that these and others are in, in the same order.
    pub countries: Vec<CountryCode>,
}

impl Surroundings {
    /// The first spot that is near enough to lines, with the point of the lines that is nearest to it.
    fn beside(&self, lines: &Lines<'_>) -> Option<Beside> {
        self.spots.iter().find_map(|&(spot, same_sentence)| {
            let far = usize::from(!same_sentence);
            let nearest = lines.nearest(spot).filter(|nearest| nearest.distance.0 <= FROM_LINE[far])?;
            Some(Beside { spot, on_line: nearest.point, least: BESIDE[far] })
        })
    }
}

/// A place that is near a line.
struct Beside {
    spot: LatLon,
    on_line: LatLon,
    least: f64,
}

/// On or near the border of a country, or of two.
pub fn border(stated: &Stated, anchors: &[Anchor], around: &Surroundings) -> Option<Region> {
    let borders = Borders::embedded();
    let one = anchors.first()?.country_itself()?;
    let all = borders.around(one.as_str());
    let with =
        |other: CountryCode| Some(borders.between(one.as_str(), other.as_str())).filter(|lines| !lines.is_empty());
    let named = anchors.get(1).and_then(|other| with(other.country_itself()?));
    let beside_all = || around.beside(&all).filter(|beside| beside.least == BESIDE[0]);
    let (lines, beside) = match named {
        Some(lines) => (lines.clone(), around.beside(&lines)),
        None if all.is_empty() => return None,
        None => match (beside_all(), around.countries.iter().find_map(|&other| with(other))) {
            (Some(beside), _) => (all, Some(beside)),
            (None, Some(lines)) => (lines.clone(), around.beside(&lines)),
            (None, None) => (all.clone(), around.beside(&all)),
        },
    };
    let length = stated.distance.map_or(0.0, |distance| distance.length.0);
    let inexact = stated.distance.map_or(0.0, slack);
    let (point, uncertainty) = match beside {
        Some(Beside { spot, on_line, least }) => {
            // On the side of the place that the text names.
            let point = on_line.destination(on_line.bearing(spot), Kilometers(length));
            (point, spot.distance(point).0.max(least).hypot(inexact))
        }
        None => {
            let (middle, half) = middle(&lines.samples(), None)?;
            (middle, half.max(BESIDE[1]) + length)
        }
    };
    let point = match stated.direction {
        Some(StatedDirection { bearing, .. }) => point.destination(bearing, Kilometers(length.max(BEYOND_BORDER))),
        None => point,
    };
    Some(Region::disc(point, Kilometers(uncertainty)))
}

/// Off the coast of a country, or the coast that a town or a region is at. `None` where no coast is near.
pub fn coast(stated: &Stated, anchor: Anchor, around: &Surroundings) -> Option<Region> {
    let borders = Borders::embedded();
    let reach = Kilometers(60f64.max(anchor.radius.0 + 30.0));
    let lines = match anchor.country_itself() {
        Some(country) => borders.coast(country.as_str()),
        None => borders.coasts_near(anchor.location, reach),
    };
    let offshore = stated.distance.map_or(OFFSHORE / 2.0, |distance| distance.length.0);
    let inexact = stated.distance.map_or(OFFSHORE / 2.0, slack);
    let near_enough = |nearest: &Nearest| nearest.distance.0 <= reach.0;
    let beside = around.beside(&lines).filter(|_| anchor.country_itself().is_some());
    let (shore, uncertainty) = match (stated.direction, beside) {
        (Some(direction), _) => side(&lines, anchor, reach, direction)?,
        (None, Some(beside)) => (beside.on_line, beside.spot.distance(beside.on_line).0.max(2.0 * beside.least)),
        (None, None) if anchor.country_itself().is_some() => middle(&lines.samples(), Some(anchor.location))?,
        (None, None) => {
            let nearest = lines.nearest(anchor.location).filter(near_enough)?;
            // Of a town the side to the sea is known, and no more.
            (nearest.point, (anchor.radius.0 + nearest.distance.0).max(offshore))
        }
    };
    let bearing = stated.direction.map(|direction| direction.bearing);
    let first = seaward(borders, shore, offshore)?;
    let may_be_inlet = bearing.is_some() || anchor.country_itself().is_some();
    let point = if may_be_inlet { open_sea(borders, first, (shore, offshore), bearing) } else { first };
    let uncertainty = uncertainty.hypot(inexact).hypot(first.distance(point).0);
    let region = Region::disc(point, Kilometers(uncertainty));
    let Some(bounds) = region.bounds() else { return Some(region) };
    let cut = region.clone().outside(borders.rings_in(None, bounds));
    Some(Region { point, uncertainty: region.uncertainty, outline: cut.outline })
}

/// The point at sea off a point of a coast, from a first one at a distance from the shore. In a fjord or an inlet the way out goes
/// on: in the direction that is stated, or else in that of the sea.
fn open_sea(borders: &Borders, first: LatLon, (shore, distance): (LatLon, f64), bearing: Option<Bearing>) -> LatLon {
    let step = Kilometers(distance.max(5.0) / 2.0);
    let near = borders.coasts_near(shore, Kilometers(FARTHEST_OUT as f64 * step.0 + distance));
    let is_open = |point: &LatLon| {
        let free = near.nearest(*point).map_or(f64::INFINITY, |nearest| nearest.distance.0);
        free >= OPEN * distance && borders.country(*point).is_none()
    };
    let bearing = bearing.unwrap_or_else(|| shore.bearing(first));
    let way_out = (1..=FARTHEST_OUT).map(|steps| first.destination(bearing, Kilometers(steps as f64 * step.0)));
    [first].into_iter().chain(way_out).find(is_open).unwrap_or(first)
}

/// The middle of the part of a coast that lies in a direction, and how far most of that part is from there.
fn side(lines: &Lines<'_>, anchor: Anchor, reach: Kilometers, direction: StatedDirection) -> Option<(LatLon, f64)> {
    let of_country = anchor.country_itself().is_some();
    let near = |point: &LatLon| of_country || anchor.location.distance(*point).0 <= reach.0;
    let points: Vec<LatLon> = lines.samples().into_iter().filter(near).collect();
    let there = |point: &LatLon| anchor.location.bearing(*point).difference(direction.bearing) <= SIDE;
    let side: Vec<LatLon> = points.iter().copied().filter(there).collect();
    let side = if side.is_empty() { points } else { side };
    let mean = mean(&side)?;
    middle(&side, Some(mean))
}

/// The point of a line that is nearest to a place, or else to the mean of all, and the distance from there within which four in
/// five are.
fn middle(points: &[LatLon], place: Option<LatLon>) -> Option<(LatLon, f64)> {
    let place = match place {
        Some(place) => place,
        None => mean(points)?,
    };
    let from = |origin: LatLon| move |point: &LatLon| origin.distance(*point).0;
    let middle = *points.iter().min_by(|a, b| from(place)(a).total_cmp(&from(place)(b)))?;
    let mut distances: Vec<f64> = points.iter().map(from(middle)).collect();
    distances.sort_by(f64::total_cmp);
    Some((middle, *distances.get(distances.len() * 4 / 5)?))
}

/// The mean position of points, through vectors.
fn mean(points: &[LatLon]) -> Option<LatLon> {
    let mut sum = [0.0; 3];
    for point in points {
        let (lat, lon) = (point.lat.to_radians(), point.lon.to_radians());
        sum[0] += lat.cos() * lon.cos();
        sum[1] += lat.cos() * lon.sin();
        sum[2] += lat.sin();
    }
    let [x, y, z] = sum;
    LatLon::new(z.atan2(x.hypot(y)).to_degrees(), y.atan2(x).to_degrees()).filter(|_| x.hypot(y).hypot(z) > 0.0)
}

/// The point at sea at a distance from a point of a coast: in the middle of the directions in which there is sea, nearer where
/// the water is narrow.
fn seaward(borders: &Borders, shore: LatLon, distance: f64) -> Option<LatLon> {
    [1.0, 0.5, 0.25, 0.1].into_iter().find_map(|share| {
        let length = Kilometers((share * distance).max(1.0));
        let points: Vec<LatLon> =
            (0..COMPASS).map(|step| shore.destination(Bearing(step as f64 * 360.0 / COMPASS as f64), length)).collect();
        let at_sea: Vec<bool> = points.iter().map(|&point| borders.country(point).is_none()).collect();
        if at_sea.iter().all(|&sea| sea) {
            // An islet: what is farthest from other coasts.
            let lines = borders.coasts_near(shore, Kilometers(3.0 * length.0));
            let free = |point: &LatLon| lines.nearest(*point).map_or(f64::INFINITY, |nearest| nearest.distance.0);
            return points.into_iter().max_by(|a, b| free(a).total_cmp(&free(b)));
        }
        longest_run(&at_sea).map(|step| points[step])
    })
}

/// The middle of the longest run of true values around a circle.
fn longest_run(circle: &[bool]) -> Option<usize> {
    let steps = circle.len();
    let run = |start: usize| (0..steps).take_while(|n| circle[(start + n) % steps]).count();
    let (start, length) =
        (0..steps).map(|start| (start, run(start))).max_by_key(|&(start, run)| (run, steps - start))?;
    (length > 0).then(|| (start + (length - 1) / 2) % steps)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::resolve::relative::expression::{RelationKind, StatedDistance};

    fn country(code: &str, lat: f64, lon: f64) -> Anchor {
        let country = code.parse().ok();
        Anchor {
            radius: Kilometers(300.0),
            is_area: true,
            country,
            is_country: true,
            ..Anchor::point(LatLon { lat, lon })
        }
    }

    fn stated(kind: RelationKind, km: Option<f64>) -> Stated {
        let distance = km.map(|km| StatedDistance { length: Kilometers(km), rounding: Kilometers(0.5) });
        Stated { distance, ..Stated::of(kind) }
    }

    fn beside(lat: f64, lon: f64) -> Surroundings {
        Surroundings { spots: vec![(LatLon { lat, lon }, true)], countries: Vec::new() }
    }

    #[test]
    fn off_a_coast_is_at_sea() {
        let borders = Borders::embedded();
        let libya = country("LY", 28.0, 17.0);
        for (km, around) in
            [(None, Surroundings::default()), (Some(40.0), Surroundings::default()), (None, beside(32.89, 13.19))]
        {
            let region = coast(&stated(RelationKind::Coast, km), libya, &around).unwrap();
            assert_eq!(borders.country(region.point), None, "{region:?}");
            assert!(borders.coast("LY").nearest(region.point).unwrap().distance.0 < 60.0, "{region:?}");
            assert!(region.outline.contains(region.point) && !region.outline.contains(libya.location));
        }
        // Beside Tripoli it is off Tripoli; an inland country has no coast.
        let tripoli = coast(&stated(RelationKind::Coast, None), libya, &beside(32.89, 13.19)).unwrap();
        assert!(tripoli.point.distance(LatLon { lat: 32.89, lon: 13.19 }).0 < 60.0 && tripoli.uncertainty.0 < 60.0);
        assert_eq!(coast(&stated(RelationKind::Coast, None), country("NE", 17.0, 9.0), &Surroundings::default()), None);
        assert_eq!(
            coast(&stated(RelationKind::Coast, None), Anchor::point(libya.location), &Surroundings::default()),
            None
        );
    }

    #[test]
    fn borders_are_met_beside_what_the_text_names() {
        let jordan = country("JO", 31.0, 36.0);
        let mafraq = LatLon { lat: 32.343, lon: 36.208 };
        let region =
            border(&stated(RelationKind::Border, Some(15.0)), &[jordan], &beside(mafraq.lat, mafraq.lon)).unwrap();
        let away = Borders::embedded().between("JO", "SY").nearest(region.point).unwrap().distance.0;
        assert!(
            (away - 15.0).abs() < 2.0 && region.point.distance(mafraq).0 < region.uncertainty.0,
            "{away} {region:?}"
        );
        let alone = border(&stated(RelationKind::Border, None), &[jordan], &Surroundings::default()).unwrap();
        assert!(
            alone.uncertainty.0 > 100.0
                && Borders::embedded().around("JO").nearest(alone.point).unwrap().distance.0 < 5.0
        );
        let syria = Surroundings { countries: "SY".parse().into_iter().collect(), ..Surroundings::default() };
        let with_syria = border(&stated(RelationKind::Border, None), &[jordan], &syria).unwrap();
        assert!(Borders::embedded().between("JO", "SY").nearest(with_syria.point).unwrap().distance.0 < 5.0);
        assert_eq!(border(&stated(RelationKind::Border, None), &[country("IS", 65.0, -18.0)], &syria), None);
    }

    proptest! {
        #[test]
        fn lines_give_points_on_the_globe(
            lat in -85.0..=85.0f64, lon in -180.0..=180.0f64, km in proptest::option::of(0.0..3000.0f64), code in "(RU|FJ|AQ|US|LY|xx)",
        ) {
            let anchor = country(&code, lat, lon);
            let around = beside(lat, -lon);
            let regions = [
                coast(&stated(RelationKind::Coast, km), anchor, &around),
                border(&stated(RelationKind::Border, km), &[anchor], &around),
                coast(&stated(RelationKind::Coast, km), Anchor::point(anchor.location), &around),
            ];
            for region in regions.into_iter().flatten() {
                prop_assert!(LatLon::new(region.point.lat, region.point.lon).is_some() && region.uncertainty.0.is_finite());
            }
        }
    }
}
