//! A point for every place, with how often it is named and with whom.

use hashbrown::HashMap;

use super::collection::{CollectedPlace, Collection, Document};
use super::geometry;
use super::kind::Layer;
use super::table::{Columns, Shapes, Table};
use crate::country::iso_a3;
use crate::date::Day;

/// How many people and organisations are given of a place.
const NAMED: usize = 5;

/// People and organisations of a document that are counted for its places, each: one that names thousands of both would
/// take a thousand times as long as a thousand others.
const COUNTED: usize = 200;

struct Row<'a> {
    place: &'a CollectedPlace,
    days: Days,
    people: Option<String>,
    organisations: Option<String>,
}

/// The layer of places.
pub(super) fn table(collection: &Collection) -> Table<'_> {
    let rows = collection.places.iter().map(|place| {
        let documents = || place.documents.iter().map(|&document| &collection.documents[document as usize]);
        Row {
            place,
            days: Days::of(documents()),
            people: named(collection, documents().flat_map(|document| document.people.iter().take(COUNTED))),
            organisations: named(
                collection,
                documents().flat_map(|document| document.organisations.iter().take(COUNTED)),
            ),
        }
    });
    Columns::new(rows.collect(), |row| geometry::point(row.place.location), |row| row.place.location)
        .text("place_id", |row| row.place.about.id.as_deref())
        .text("place_name", |row| Some(&row.place.about.name))
        .text("country", |row| row.place.about.country.as_deref())
        .text("iso_a3", |row| row.place.about.country.as_deref().and_then(iso_a3))
        .text("admin1", |row| row.place.about.admin1.as_deref())
        .text("feature", |row| row.place.about.feature.as_deref())
        .integer("population", |row| row.place.about.population)
        .integer("mentions", |row| Some(row.place.mentions))
        .integer("documents", |row| Some(row.place.documents.len() as u64))
        .date("first_date", |row| row.days.first)
        .date("last_date", |row| row.days.last)
        .text("people", |row| row.people.as_deref())
        .text("organisations", |row| row.organisations.as_deref())
        .number("confidence", |row| Some(row.place.about.confidence))
        .text("method", |row| Some(row.place.about.method.name()))
        .number("uncertainty_km", |row| Some(row.place.about.uncertainty_km))
        .number("radius_km", |row| row.place.about.radius_km)
        .table(Layer::Places, Shapes::Points)
}

/// The names that stand in most of the documents, by falling number and then in the order of the alphabet.
fn named<'a>(collection: &'a Collection, names: impl Iterator<Item = &'a u32>) -> Option<String> {
    let mut counts: HashMap<u32, u64> = HashMap::new();
    names.for_each(|&name| *counts.entry(name).or_default() += 1);
    let mut counts: Vec<(u64, &str)> =
        counts.into_iter().map(|(name, count)| (count, collection.names[name as usize].as_str())).collect();
    counts.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let names: Vec<&str> = counts.iter().take(NAMED).map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// From when to when documents were published.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Days {
    pub first: Option<Day>,
    pub last: Option<Day>,
}

impl Days {
    pub fn of<'a>(documents: impl Iterator<Item = &'a Document>) -> Self {
        let mut days = Self::default();
        for date in documents.filter_map(|document| document.date) {
            days.first = Some(days.first.map_or(date.first, |first| first.min(date.first)));
            days.last = Some(days.last.map_or(date.last, |last| last.max(date.last)));
        }
        days
    }
}
