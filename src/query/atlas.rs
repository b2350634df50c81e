//! Which places lie near a point, or in a part of the map.

use std::cmp::Reverse;
use std::sync::OnceLock;

use serde::Serialize;

use super::{DEGREE_DECIMALS, KM_DECIMALS};
use crate::gazetteer::{FeatureClass, Gazetteer, GazetteerPlace, PlaceIndex};
use crate::geo::LatLon;
use crate::rounding::rounded;

/// Where the places of a gazetteer lie. It is made when it is first asked.
#[derive(Debug, Default)]
pub struct Atlas(OnceLock<Vec<Point>>);

/// A place that is no division or area: of these, a point says little of what lies near.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// On the unit sphere.
    at: [f32; 3],
    lat: f32,
    lon: f32,
    populated: bool,
    place: PlaceIndex,
}

/// A part of the map, in degrees. Its west may lie east of its east: then it crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Its borders.
    pub west: f64,
    /// In the south.
    pub south: f64,
    /// In the east.
    pub east: f64,
    /// In the north.
    pub north: f64,
}

impl Bounds {
    /// Of four numbers: west, south, east, north. Longitudes may run on past 180.
    ///
    /// # Errors
    ///
    /// If they are none: what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let wrapped = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
        match numbers.as_deref() {
            Some(&[west, south, east, north])
                if [west, south, east, north].iter().all(|n| n.is_finite()) && south <= north && west <= east =>
            {
                let whole = east - west >= 360.0;
                let (west, east) = if whole { (-180.0, 180.0) } else { (wrapped(west), wrapped(east)) };
                Ok(Self { west, south, east, north })
            }
            _ => Err(format!(
                "{text:?} is no part of a map; expected WEST,SOUTH,EAST,NORTH in degrees, such as 40,33,46,38"
            )),
        }
    }

    fn holds(&self, lat: f64, lon: f64) -> bool {
        let across = self.west > self.east;
        let between =
            if across { lon >= self.west || lon <= self.east } else { (self.west..=self.east).contains(&lon) };
        between && (self.south..=self.north).contains(&lat)
    }
}

/// A place on a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapPlace<'g> {
    id: String,
    name: &'g str,
    lat: f64,
    lon: f64,
    country: Option<String>,
    admin1: Option<&'g str>,
    feature: Option<&'g str>,
    population: Option<u64>,
    /// Kilometres from the point that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_km: Option<f64>,
    /// The direction from there, in degrees from north.
    #[serde(skip_serializing_if = "Option::is_none")]
    bearing_deg: Option<f64>,
}

impl<'g> MapPlace<'g> {
    fn new(place: &GazetteerPlace<'g>, gazetteer: &'g Gazetteer) -> Self {
        Self {
            id: place.id.to_string(),
            name: place.name,
            lat: rounded(place.location.lat, DEGREE_DECIMALS),
            lon: rounded(place.location.lon, DEGREE_DECIMALS),
            country: place.country.map(|code| code.to_string()),
            admin1: place.admin1.and_then(|index| gazetteer.get(index)).map(|division| division.name),
            feature: Some(place.feature).filter(|feature| !feature.is_empty()),
            population: place.population,
            distance_km: None,
            bearing_deg: None,
        }
    }
}

/// Whether people live there, in a town or village: not in a part of one, and not in what was left.
pub fn is_town(place: &GazetteerPlace<'_>) -> bool {
    matches!(place.class, FeatureClass::Populated) && !matches!(place.feature, "PPLX" | "PPLH" | "PPLQ" | "PPLW")
}

fn on_sphere(lat: f64, lon: f64) -> [f32; 3] {
    let (lat, lon) = (lat.to_radians(), lon.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|part| part as f32)
}

impl Atlas {
    /// The points, the most important first.
    fn points(&self, gazetteer: &Gazetteer) -> &[Point] {
        self.0.get_or_init(|| {
            let wanted = gazetteer.places().filter(|place| !matches!(place.class, FeatureClass::Administrative));
            let mut all: Vec<(u32, Point)> = wanted
                .map(|place| {
                    let LatLon { lat, lon } = place.location;
                    let point = Point {
                        at: on_sphere(lat, lon),
                        lat: lat as f32,
                        lon: lon as f32,
                        populated: is_town(&place),
                        place: place.index,
                    };
                    (place.importance(), point)
                })
                .collect();
            all.sort_by_key(|(importance, point)| (Reverse(*importance), point.place));
            all.into_iter().map(|(_, point)| point).collect()
        })
    }

    /// The places that lie nearest to a point, the nearest first.
    pub fn nearest<'g>(&self, at: LatLon, limit: usize, gazetteer: &'g Gazetteer) -> Vec<MapPlace<'g>> {
        let here = on_sphere(at.lat, at.lon);
        let apart = |point: &Point| -> f32 { here.iter().zip(point.at).map(|(a, b)| (a - b) * (a - b)).sum() };
        let mut all: Vec<(f32, PlaceIndex)> =
            self.points(gazetteer).iter().map(|point| (apart(point), point.place)).collect();
        // Rounding and the shape of the earth may exchange neighbours: some more are measured than are wanted.
        let measured = (2 * limit + 8).min(all.len());
        if measured == 0 {
            return Vec::new();
        }
        all.select_nth_unstable_by(measured - 1, |a, b| a.0.total_cmp(&b.0));
        let mut near: Vec<(f64, GazetteerPlace<'g>)> = all[..measured]
            .iter()
            .filter_map(|(_, index)| gazetteer.get(*index))
            .map(|place| (at.distance(place.location).0, place))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.index.cmp(&b.1.index)));
        near.truncate(limit);
        let form = |(km, place): (f64, GazetteerPlace<'g>)| MapPlace {
            distance_km: Some(rounded(km, KM_DECIMALS)),
            bearing_deg: (km > 0.0).then(|| rounded(at.bearing(place.location).0, KM_DECIMALS)),
            ..MapPlace::new(&place, gazetteer)
        };
        near.into_iter().map(form).collect()
    }

    /// The towns in a part of the map, the most important first.
    pub fn within<'g>(&self, bounds: Bounds, limit: usize, gazetteer: &'g Gazetteer) -> Vec<MapPlace<'g>> {
        let inside = |point: &&Point| point.populated && bounds.holds(point.lat.into(), point.lon.into());
        let found = self.points(gazetteer).iter().filter(inside).take(limit);
        found.filter_map(|point| Some(MapPlace::new(&gazetteer.get(point.place)?, gazetteer))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::testing::{gazetteer, ten_places};

    #[test]
    fn places_are_found_by_where_they_lie() {
        let gazetteer = gazetteer(ten_places());
        let atlas = Atlas::default();
        let all = atlas.within(Bounds::parse("-180,-90,180,90").unwrap(), 100, &gazetteer);
        assert!(!all.is_empty() && atlas.within(Bounds::parse("-180,-90,180,90").unwrap(), 1, &gazetteer).len() == 1);
        let first = &all[0];
        let at = LatLon::new(first.lat, first.lon).unwrap();
        let near = atlas.nearest(at, 3, &gazetteer);
        assert_eq!((near[0].id.as_str(), near[0].distance_km), (first.id.as_str(), Some(0.0)));
        assert!(near.windows(2).all(|pair| pair[0].distance_km <= pair[1].distance_km));
        let around = |west: f64| format!("{west},{},{},{}", first.lat - 0.1, west + 0.2, first.lat + 0.1);
        assert_eq!(atlas.within(Bounds::parse(&around(first.lon - 0.1)).unwrap(), 9, &gazetteer)[0], *first);
        // The same part of the world, one round further.
        assert_eq!(atlas.within(Bounds::parse(&around(first.lon + 359.9)).unwrap(), 9, &gazetteer)[0], *first);
        assert!(atlas.within(Bounds::parse(&around(first.lon + 90.0)).unwrap(), 9, &gazetteer).is_empty());
    }

    #[test]
    fn parts_of_the_map_are_numbers() {
        for wrong in ["", "1,2,3", "a,b,c,d", "1,5,3,2", "9,1,3,2", "1,2,3,4,5", "NaN,1,2,3"] {
            assert!(Bounds::parse(wrong).is_err(), "{wrong}");
        }
        let across = Bounds::parse("170,-20,190,0").unwrap();
        assert!(across.holds(-10.0, 175.0) && across.holds(-10.0, -175.0) && !across.holds(-10.0, 0.0));
    }
}
