//! The towns around what a page shows, so that one sees close up where it lies, without a server to ask.

use std::cmp::Reverse;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::gazetteer::Gazetteer;
use crate::geo::LatLon;
use crate::query::atlas::is_town;
use crate::rounding::rounded;

/// Towns of a page, at most: some 100 kB.
const MOST: usize = 3000;

/// Of these, the world's most important ones, for whoever looks where no place is.
const EVERYWHERE: usize = 500;

/// Towns of a square degree, at most: as many as there is room for on a map of it.
const MOST_OF_CELL: usize = 40;

/// Towns of a square degree that are wanted however many of these there are.
const LEAST_OF_CELL: usize = 3;

/// Decimals of degrees: a hundred metres, a pixel where the map comes closest.
const DECIMALS: i32 = 3;

/// The towns of a gazetteer.
#[derive(Clone, Debug, Default)]
pub struct Towns(Arc<[Town]>);

#[derive(Debug)]
struct Town {
    name: Box<str>,
    location: LatLon,
    feature: Box<str>,
}

/// A square degree, by its south-west.
type Cell = (i16, i16);

fn cell(location: LatLon) -> Cell {
    // Degrees are small numbers.
    (location.lat.floor() as i16, location.lon.floor() as i16)
}

/// A cell and those around it, which may lie on the other side of the antimeridian.
fn around((lat, lon): Cell) -> impl Iterator<Item = Cell> {
    let step = -1..=1_i16;
    step.clone()
        .flat_map(move |north| step.clone().map(move |east| (lat + north, (lon + east + 180).rem_euclid(360) - 180)))
}

impl Towns {
    /// Those of a gazetteer.
    pub fn of(gazetteer: &Gazetteer) -> Self {
        let mut towns: Vec<_> = gazetteer.places().filter(is_town).map(|place| (place.importance(), place)).collect();
        towns.sort_by_key(|(importance, place)| (Reverse(*importance), place.index));
        let town = |(_, place): (_, crate::gazetteer::GazetteerPlace<'_>)| Town {
            name: place.name.into(),
            location: place.location,
            feature: place.feature.into(),
        };
        Self(towns.into_iter().map(town).collect())
    }

    /// The towns around some positions, the most important first: name, latitude, longitude, feature.
    pub(super) fn rows(&self, positions: impl Iterator<Item = LatLon>) -> Vec<(&str, f64, f64, &str)> {
        let mut left: HashMap<Cell, usize> =
            positions.flat_map(|position| around(cell(position))).map(|cell| (cell, 0)).collect();
        if left.is_empty() {
            return Vec::new();
        }
        let of_cell = (MOST / left.len()).clamp(LEAST_OF_CELL, MOST_OF_CELL);
        left.values_mut().for_each(|left| *left = of_cell);
        let wanted = self.0.iter().enumerate().filter(|(n, town)| {
            *n < EVERYWHERE
                || left.get_mut(&cell(town.location)).is_some_and(|left| {
                    let room = *left > 0;
                    *left = left.saturating_sub(1);
                    room
                })
        });
        let degrees = |value: f64| rounded(value, DECIMALS);
        wanted
            .take(MOST)
            .map(|(_, town)| (&*town.name, degrees(town.location.lat), degrees(town.location.lon), &*town.feature))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::testing::{gazetteer, ten_places};

    #[test]
    fn a_page_has_the_towns_around_its_places() {
        let gazetteer = gazetteer(ten_places());
        let towns = Towns::of(&gazetteer);
        let all: Vec<LatLon> = towns.0.iter().map(|town| town.location).collect();
        assert!(all.len() > 2);
        let rows = towns.rows(all.iter().copied());
        assert_eq!(rows.len(), all.len());
        assert_eq!(rows[0].0, &*towns.0[0].name);
        assert!(towns.rows(std::iter::empty()).is_empty() && Towns::default().rows(all.into_iter()).is_empty());
    }

    #[test]
    fn what_lies_around_goes_over_the_antimeridian() {
        let cells: Vec<Cell> = around((10, 179)).collect();
        assert!(cells.len() == 9 && cells.contains(&(11, -180)) && cells.contains(&(9, 178)));
    }
}
