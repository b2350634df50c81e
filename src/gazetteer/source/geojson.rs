//! Reading GeoJSON (RFC 7946) feature by feature, and what a gazetteer wants of a geometry: a point in it and a radius.

use std::fmt;
use std::io::BufRead;

use geo::{Coord, GeodesicArea, InteriorPoint, LineString, Polygon};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::geo::{Kilometers, LatLon};

/// A feature: its properties and, if it has one, its geometry.
pub(crate) struct Feature {
    pub(crate) properties: Map<String, Value>,
    pub(crate) geometry: Option<Value>,
}

/// Reads a collection of features and gives each with its number, from 1, to `take`, until that says to stop.
///
/// # Errors
///
/// What is wrong with the file, and in which line.
pub(crate) fn read_features(
    reader: &mut dyn BufRead,
    take: &mut dyn FnMut(u64, Result<Feature, String>) -> std::ops::ControlFlow<()>,
) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut features = Features { take, number: 0, stopped: false };
    match (Collection { features: &mut features }).deserialize(&mut json) {
        Err(_) if features.stopped => Ok(()),
        Err(error) => Err(error),
        Ok(()) => json.end(),
    }
}

struct Features<'t> {
    take: &'t mut dyn FnMut(u64, Result<Feature, String>) -> std::ops::ControlFlow<()>,
    number: u64,
    stopped: bool,
}

/// The outermost object, of which only `features` is wanted.
struct Collection<'f, 't> {
    features: &'f mut Features<'t>,
}

impl<'de> DeserializeSeed<'de> for Collection<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object with `features`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                found = true;
                map.next_value_seed(&mut *self.features)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        found.then_some(()).ok_or_else(|| serde::de::Error::missing_field("features"))
    }
}

impl<'de> DeserializeSeed<'de> for &mut Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.number += 1;
            if (self.take)(self.number, feature(value)).is_break() {
                self.stopped = true;
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

fn feature(value: Value) -> Result<Feature, String> {
    let Value::Object(mut object) = value else { return Err("expected an object".into()) };
    let properties = match object.remove("properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err("properties: expected an object".into()),
    };
    Ok(Feature { properties, geometry: object.remove("geometry").filter(|geometry| !geometry.is_null()) })
}

/// Where a geometry is and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extent {
    /// A point of it: of areas one inside, of lines one in the middle.
    pub(crate) location: LatLon,
    /// Of areas, the radius of a disc as large; of lines, how far they reach from the location.
    pub(crate) radius: Option<Kilometers>,
}

/// The extent of a GeoJSON geometry.
///
/// Shapes that cross the antimeridian are cut there, as RFC 7946 wants it: the location lies in the largest piece or on
/// the longest, so that none is in between.
pub(crate) fn extent(geometry: &Value) -> Result<Extent, String> {
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    match kind {
        "Point" => Ok(Extent { location: location(point(coordinates)?)?, radius: None }),
        "MultiPoint" => of_lines(&[line(coordinates)?]),
        "LineString" => of_lines(&[line(coordinates)?]),
        "MultiLineString" => of_lines(&list(coordinates)?.iter().map(line).collect::<Result<Vec<_>, _>>()?),
        "Polygon" => of_polygons(&[polygon(coordinates)?]),
        "MultiPolygon" => of_polygons(&list(coordinates)?.iter().map(polygon).collect::<Result<Vec<_>, _>>()?),
        _ => Err(format!("geometry {kind:?}: expected a point, a line, a polygon, or several")),
    }
}

fn of_polygons(polygons: &[Polygon]) -> Result<Extent, String> {
    let areas: Vec<f64> = polygons.iter().map(area).collect();
    let largest = (0..polygons.len()).max_by(|&a, &b| areas[a].total_cmp(&areas[b]));
    let inside = largest.and_then(|largest| polygons[largest].interior_point());
    let location = location(inside.ok_or("expected a polygon with something inside")?.into())?;
    // Square metres to the radius in kilometres.
    let radius = (areas.iter().sum::<f64>() / std::f64::consts::PI).sqrt() / 1000.0;
    Ok(Extent { location, radius: Some(Kilometers(radius)) })
}

/// In square metres, less the holes. Some files turn their rings the other way: only the size of each counts.
fn area(polygon: &Polygon) -> f64 {
    let of_ring = |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs();
    let holes: f64 = polygon.interiors().iter().map(of_ring).sum();
    (of_ring(polygon.exterior()) - holes).max(0.0)
}

fn of_lines(lines: &[LineString]) -> Result<Extent, String> {
    let longest = lines.iter().max_by(|a, b| length(a).total_cmp(&length(b)));
    let longest = longest.filter(|line| !line.0.is_empty()).ok_or("expected a line with points")?;
    let location = location(longest.0[longest.0.len() / 2])?;
    let mut reach = 0.0f64;
    for &at in lines.iter().flat_map(|line| &line.0) {
        reach = reach.max(location.distance(self::location(at)?).0);
    }
    Ok(Extent { location, radius: Some(Kilometers(reach)) })
}

/// In degrees, which is enough to tell the longest.
fn length(line: &LineString) -> f64 {
    line.lines().map(|line| line.dx().hypot(line.dy())).sum()
}

/// A position; longitudes beyond the antimeridian are brought back.
fn location(at: Coord) -> Result<LatLon, String> {
    let lon = if at.x.abs() > 180.0 { (at.x + 180.0).rem_euclid(360.0) - 180.0 } else { at.x };
    LatLon::new(at.y, lon).ok_or_else(|| outside(at))
}

fn outside(at: Coord) -> String {
    format!("coordinates {}, {}: expected degrees east and north", at.x, at.y)
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "coordinates: expected a list".to_owned())
}

fn point(value: &Value) -> Result<Coord, String> {
    let at = |index: usize| value.get(index).and_then(Value::as_f64);
    let (Some(x), Some(y)) = (at(0), at(1)) else { return Err("coordinates: expected two numbers".into()) };
    let at = Coord { x, y };
    ((-90.0..=90.0).contains(&y) && (-540.0..=540.0).contains(&x)).then_some(at).ok_or_else(|| outside(at))
}

fn line(value: &Value) -> Result<LineString, String> {
    list(value)?.iter().map(point).collect::<Result<Vec<_>, _>>().map(LineString::new)
}

fn polygon(value: &Value) -> Result<Polygon, String> {
    let mut rings = list(value)?.iter().map(line);
    let exterior = rings.next().ok_or("coordinates: expected a ring")??;
    Ok(Polygon::new(exterior, rings.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ops::ControlFlow;

    fn of(geometry: &str) -> Result<Extent, String> {
        extent(&serde_json::from_str(geometry).unwrap())
    }

    #[test]
    fn points_lie_inside() {
        // A horseshoe, whose centroid is outside.
        let horseshoe = of(r#"{"type": "Polygon", "coordinates":
            [[[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3], [0, 0]]]}"#)
        .unwrap();
        let LatLon { lat, lon } = horseshoe.location;
        assert!((0.0..=3.0).contains(&lat) && !(lat > 1.0 && (1.0..=2.0).contains(&lon)), "{lat}, {lon}");
        // Seven of nine squares of a degree, 12,300 square kilometres each.
        let radius = horseshoe.radius.unwrap().0;
        assert!((radius - (7.0 * 12_300.0 / std::f64::consts::PI).sqrt()).abs() < 1.0, "{radius}");
    }

    #[test]
    fn rings_may_turn_either_way_and_have_holes() {
        let ring = "[[0,0],[2,0],[2,2],[0,2],[0,0]]";
        let turned = "[[0,0],[0,2],[2,2],[2,0],[0,0]]";
        let hole = "[[0.5,0.5],[1.5,0.5],[1.5,1.5],[0.5,1.5],[0.5,0.5]]";
        let radius =
            |rings: &str| of(&format!(r#"{{"type":"Polygon","coordinates":[{rings}]}}"#)).unwrap().radius.unwrap().0;
        assert!((radius(ring) - radius(turned)).abs() < 1e-6);
        let ratio = radius(&format!("{ring},{hole}")) / radius(ring);
        assert!((ratio - 0.75f64.sqrt()).abs() < 1e-3, "{ratio}");
    }

    #[test]
    fn shapes_at_the_antimeridian_have_their_point_in_the_larger_piece() {
        let fiji = of(r#"{"type": "MultiPolygon", "coordinates": [
            [[[177, -18], [180, -18], [180, -16], [177, -16], [177, -18]]],
            [[[-180, -18], [-179, -18], [-179, -16], [-180, -16], [-180, -18]]]]}"#)
        .unwrap();
        assert!((177.0..=180.0).contains(&fiji.location.lon), "{:?}", fiji.location);
        let beyond = of(r#"{"type": "Point", "coordinates": [181, 10, 100]}"#).unwrap();
        assert_eq!(beyond, Extent { location: LatLon { lat: 10.0, lon: -179.0 }, radius: None });
    }

    #[test]
    fn lines_have_their_point_in_the_middle_of_the_longest() {
        let river = of(r#"{"type": "MultiLineString", "coordinates":
            [[[50, 50], [50.1, 50]], [[10, 50], [11, 50], [12, 50]]]}"#)
        .unwrap();
        assert_eq!(river.location, LatLon { lat: 50.0, lon: 11.0 });
        assert!((river.radius.unwrap().0 - 2700.0).abs() < 100.0, "{:?}", river.radius);
    }

    #[test]
    fn wrong_geometries_are_told() {
        for (geometry, why) in [
            (r#"{"type": "Sphere", "coordinates": []}"#, "expected a point, a line, a polygon"),
            (r#"{}"#, "expected a point, a line, a polygon"),
            (r#"{"type": "Point", "coordinates": [1]}"#, "expected two numbers"),
            (r#"{"type": "Point", "coordinates": [0, 91]}"#, "expected degrees east and north"),
            (r#"{"type": "Point", "coordinates": ["1", "2"]}"#, "expected two numbers"),
            (r#"{"type": "LineString", "coordinates": []}"#, "expected a line with points"),
            (r#"{"type": "Polygon", "coordinates": []}"#, "expected a ring"),
            (r#"{"type": "Polygon", "coordinates": [[]]}"#, "something inside"),
            (r#"{"type": "MultiPolygon", "coordinates": []}"#, "something inside"),
            (r#"{"type": "MultiPolygon", "coordinates": 7}"#, "expected a list"),
        ] {
            let message = of(geometry).unwrap_err();
            assert!(message.contains(why), "{geometry}: {message}");
        }
    }

    #[test]
    fn features_are_read_one_by_one() {
        let read = |text: &str, most: u64| {
            let mut seen = Vec::new();
            let read = read_features(&mut text.as_bytes(), &mut |number, feature| {
                seen.push((number, feature.map(|feature| (feature.properties.len(), feature.geometry.is_some()))));
                if number == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            (read.map_err(|error| error.to_string()), seen)
        };
        let text = r#"{"type": "FeatureCollection", "crs": {"a": [1]}, "features": [
            {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
            7,
            {"type": "Feature", "properties": null, "geometry": null},
            {"type": "Feature", "properties": []}], "bbox": []}"#;
        let (done, seen) = read(text, 9);
        assert_eq!(done, Ok(()));
        assert_eq!(seen.len(), 4);
        assert_eq!((&seen[0].1, &seen[2].1), (&Ok((1, true)), &Ok((0, false))));
        assert!(seen[1].1.is_err() && seen[3].1.is_err());
        assert_eq!((read(text, 2).0, read(text, 2).1.len()), (Ok(()), 2));
        assert!(read("{\"type\": \"Feature\"}", 9).0.unwrap_err().contains("missing field `features`"));
        let cut = read(&text[..text.len() / 2], 9).0.unwrap_err();
        assert!(cut.contains("line"), "{cut}");
        assert!(read("id,name", 9).0.is_err() && read("", 9).0.is_err());
    }

    proptest! {
        #[test]
        fn any_shape_has_an_extent_or_a_fault(
            rings in prop::collection::vec(prop::collection::vec((-3i8..4, -3i8..4), 0..9), 0..4),
            kind in prop::sample::select(vec!["MultiLineString", "Polygon", "MultiPolygon"]),
            scale in prop::sample::select(vec![1e-9, 1.0, 30.0, 60.0]),
        ) {
            let ring = |ring: &Vec<(i8, i8)>| {
                ring.iter().map(|&(x, y)| vec![f64::from(x) * scale, f64::from(y) * scale]).collect::<Vec<_>>()
            };
            let rings: Vec<_> = rings.iter().map(ring).collect();
            let coordinates = if kind == "MultiPolygon" { serde_json::json!([rings]) } else { serde_json::json!(rings) };
            if let Ok(extent) = extent(&serde_json::json!({"type": kind, "coordinates": coordinates})) {
                prop_assert!(LatLon::new(extent.location.lat, extent.location.lon).is_some());
                prop_assert!(extent.radius.is_some_and(|radius| (0.0..=20_004.0).contains(&radius.0)), "{extent:?}");
            }
        }
    }
}
