//! Mentions counted in the hexagons of H3.
//!
//! A country or a province is no point: that it is named says nothing of the hexagon that its middle lies in. Hexagons
//! count what is a point at their scale, so names of countries, first-level divisions, regions and seas, and of peoples,
//! are left to the layer of countries.

use std::collections::BTreeMap;

use geo::Geometry;
use h3o::{CellIndex, LatLng};

use super::collection::{CollectedPlace, Collection};
use super::geometry;
use super::kind::Layer;
use super::places::Days;
use super::table::{Columns, Shapes, Table};
use crate::annotation::Method;
use crate::geo::LatLon;
use crate::region::Outline;

/// Feature codes of GeoNames, or beginnings of them, of what is larger than a point on any map of hexagons.
const LARGE: [&str; 12] = ["PCL", "TERR", "ADM1", "ADMD", "CONT", "RGN", "OCN", "SEA", "ZN", "DSRT", "MTS", "PEN"];

/// Decimals of corners: a centimetre, since the smallest hexagons have sides of half a metre.
const DECIMALS: i32 = 7;

/// How large hexagons are: a resolution of H3, from 0 (4,000,000 km² each in the mean) to 15 (1 m²). The default is 3
/// (12,000 km²).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resolution(h3o::Resolution);

/// A number that is no resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no resolution of H3; expected one from 0 to 15")]
pub struct ResolutionError(u8);

impl Default for Resolution {
    fn default() -> Self {
        Self(h3o::Resolution::Three)
    }
}

impl TryFrom<u8> for Resolution {
    type Error = ResolutionError;

    fn try_from(number: u8) -> Result<Self, ResolutionError> {
        h3o::Resolution::try_from(number).map(Self).map_err(|_| ResolutionError(number))
    }
}

impl From<Resolution> for u8 {
    fn from(resolution: Resolution) -> Self {
        resolution.0.into()
    }
}

/// A hexagon with mentions in it.
pub(super) struct Hexbin {
    pub cell: CellIndex,
    pub shape: Geometry,
    pub mentions: u64,
    /// The documents, in order.
    documents: Vec<u32>,
    /// The places, in order.
    pub places: Vec<u32>,
}

/// The hexagon of a place, unless it is too large to lie in one.
pub(super) fn cell(place: &CollectedPlace, resolution: Resolution) -> Option<CellIndex> {
    let feature = place.about.feature.as_deref().unwrap_or_default();
    let large = LARGE.iter().any(|code| feature.starts_with(code));
    let position = (!large).then(|| LatLng::new(place.location.lat, place.location.lon).ok())??;
    Some(position.to_cell(resolution.0))
}

/// The hexagons with mentions in them, in the order of their ids. Names of peoples are not counted.
pub(super) fn hexbins(collection: &Collection, resolution: Resolution) -> Vec<Hexbin> {
    let cells: Vec<Option<CellIndex>> = collection.places.iter().map(|place| cell(place, resolution)).collect();
    let mut found: BTreeMap<u64, Hexbin> = BTreeMap::new();
    for mention in collection.mentions.iter().filter(|mention| mention.method != Method::Demonym) {
        let Some(cell) = cells[mention.place as usize] else { continue };
        let bin = entry(&mut found, cell);
        bin.mentions += 1;
        if bin.documents.last() != Some(&mention.document) {
            bin.documents.push(mention.document);
        }
        bin.places.push(mention.place);
    }
    for bin in found.values_mut() {
        bin.places.sort_unstable();
        bin.places.dedup();
        bin.places.shrink_to_fit();
    }
    found.into_values().collect()
}

/// The bin of a hexagon. One that is no shape, as the smallest ones at the very poles are, is a point: it counts all the same.
fn entry(found: &mut BTreeMap<u64, Hexbin>, cell: CellIndex) -> &mut Hexbin {
    use std::collections::btree_map::Entry;
    match found.entry(cell.into()) {
        Entry::Occupied(there) => there.into_mut(),
        Entry::Vacant(free) => {
            let shape = shape(cell).unwrap_or_else(|| geometry::point(center(cell)));
            free.insert(Hexbin { cell, shape, mentions: 0, documents: Vec::new(), places: Vec::new() })
        }
    }
}

fn shape(cell: CellIndex) -> Option<Geometry> {
    let corner = |corner: &LatLng| LatLon { lat: corner.lat(), lon: corner.lng() };
    // Counter-clockwise, as H3 has them.
    let corners: Vec<LatLon> = cell.boundary().iter().map(corner).collect();
    geometry::polygon(Outline::around(&corners).corners(), DECIMALS)
}

struct Row {
    bin: Hexbin,
    resolution: u64,
    days: Days,
}

/// The layer of hexagons.
pub(super) fn table(collection: &Collection, resolution: Resolution) -> Table<'_> {
    let rows = hexbins(collection, resolution).into_iter().map(|bin| {
        let documents = bin.documents.iter().map(|&document| &collection.documents[document as usize]);
        let days = Days::of(documents);
        Row { bin, resolution: u8::from(resolution).into(), days }
    });
    Columns::new(rows.collect(), |row: &Row| row.bin.shape.clone(), |row| center(row.bin.cell))
        .made_text("cell", |row| Some(row.bin.cell.to_string()))
        .integer("resolution", |row| Some(row.resolution))
        .integer("mentions", |row| Some(row.bin.mentions))
        .integer("documents", |row| Some(row.bin.documents.len() as u64))
        .integer("places", |row| Some(row.bin.places.len() as u64))
        .date("first_date", |row| row.days.first)
        .date("last_date", |row| row.days.last)
        .table(Layer::Hexbins, Shapes::Polygons)
}

fn center(cell: CellIndex) -> LatLon {
    let center = LatLng::from(cell);
    LatLon { lat: center.lat(), lon: center.lng() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::filter::Filter;
    use crate::layer::testing::{collected, corpus};

    #[test]
    fn countries_and_peoples_lie_in_no_hexagon() {
        let collection = collected(&corpus(), Filter::default());
        let bins = hexbins(&collection, Resolution::default());
        // Mosul, al-Bir, Suva and Apia; not Iraq, of which only "Iraqi" is said.
        let mentions: u64 = bins.iter().map(|bin| bin.mentions).sum();
        assert_eq!(mentions, 6);
        assert!(bins.iter().all(|bin| {
            bin.places.iter().all(|&place| collection.places[place as usize].about.name.as_ref() != "Iraq")
        }));
    }

    #[test]
    fn any_hexagon_is_a_shape_on_the_map() {
        use h3o::Resolution::{Five, Nine, Two, Zero};
        for resolution in [Zero, Two, Five, Nine] {
            for (lat, lon) in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (-17.0, 179.9), (65.0, -169.9), (36.3, 43.1)] {
                let cell = LatLng::new(lat, lon).unwrap().to_cell(resolution);
                let shape = shape(cell).unwrap_or_else(|| panic!("{resolution} {lat} {lon}"));
                let mut corners = geometry::corners(&shape);
                assert!(geo::Validation::is_valid(&shape));
                assert!(corners.all(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0), "{lat} {lon}");
            }
        }
    }
}
