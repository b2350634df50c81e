//! Mentions counted by country, with the codes that tables of countries are joined by.

use std::collections::BTreeMap;

use super::collection::Collection;
use super::geometry;
use super::kind::Layer;
use super::places::Days;
use super::table::{Columns, Shapes, Table};
use crate::country::iso_a3;
use crate::gazetteer::{CountryCode, Gazetteer};
use crate::geo::LatLon;

/// The name of a country, and a point to show it at.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCountry {
    /// Its name.
    pub name: String,
    /// A point inside it.
    pub location: LatLon,
}

/// The countries of a gazetteer, by their ISO 3166-1 codes of two letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Countries(BTreeMap<String, KnownCountry>);

/// Whether letters are the code of a country: one of ISO 3166-1, or that of Kosovo in common use.
pub fn is_country_code(code: &str) -> bool {
    code == "XK" || rust_iso3166::from_alpha2(code).is_some()
}

impl Countries {
    /// Those of a gazetteer.
    pub fn of(gazetteer: &Gazetteer) -> Self {
        let letters = || b'A'..=b'Z';
        let codes = letters().flat_map(|first| letters().filter_map(move |second| CountryCode::new([first, second])));
        let known = codes.filter_map(|code| {
            let place = gazetteer.place(gazetteer.country(code)?);
            Some((code.to_string(), KnownCountry { name: place.name.to_owned(), location: place.location }))
        });
        Self(known.collect())
    }
}

/// A country with mentions in it.
pub(super) struct Country {
    pub code: String,
    pub name: Option<String>,
    pub alpha3: Option<&'static str>,
    /// The number of ISO 3166-1, three digits.
    pub number: Option<String>,
    location: LatLon,
    pub mentions: u64,
    documents: Vec<u32>,
    places: u64,
}

/// The countries with mentions in them, those with most first.
pub(super) fn countries(collection: &Collection, known: &Countries) -> Vec<Country> {
    let mut found: BTreeMap<&str, Country> = BTreeMap::new();
    for place in &collection.places {
        let Some(code) = place.about.country.as_deref() else { continue };
        let country = found.entry(code).or_insert_with(|| Country::new(code, known, place.location));
        country.mentions += place.mentions;
        country.places += 1;
        country.documents.extend(&place.documents);
    }
    let mut found: Vec<Country> = found.into_values().collect();
    for country in &mut found {
        country.documents.sort_unstable();
        country.documents.dedup();
    }
    found.sort_by(|a, b| b.mentions.cmp(&a.mentions).then_with(|| a.code.cmp(&b.code)));
    found
}

impl Country {
    /// `there` is where something in it is, in case nothing else is known of it.
    fn new(code: &str, known: &Countries, there: LatLon) -> Self {
        let known = known.0.get(code);
        let iso = rust_iso3166::from_alpha2(code);
        Self {
            code: code.to_owned(),
            name: known.map(|known| known.name.clone()).or_else(|| iso.map(|iso| iso.name.to_owned())),
            alpha3: iso_a3(code),
            number: iso.map(|iso| format!("{:03}", iso.numeric)),
            location: known.map_or(there, |known| known.location),
            mentions: 0,
            documents: Vec::new(),
            places: 0,
        }
    }
}

struct Row {
    country: Country,
    days: Days,
}

/// The layer of countries.
pub(super) fn table<'a>(collection: &'a Collection, known: &Countries) -> Table<'a> {
    let rows = countries(collection, known).into_iter().map(|country| {
        let documents = country.documents.iter().map(|&document| &collection.documents[document as usize]);
        Row { days: Days::of(documents), country }
    });
    Columns::new(rows.collect(), |row: &Row| geometry::point(row.country.location), |row| row.country.location)
        .text("iso_a2", |row| Some(&row.country.code))
        .text("iso_a3", |row| row.country.alpha3)
        .text("iso_n3", |row| row.country.number.as_deref())
        .text("name", |row| row.country.name.as_deref())
        .integer("mentions", |row| Some(row.country.mentions))
        .integer("documents", |row| Some(row.country.documents.len() as u64))
        .integer("places", |row| Some(row.country.places))
        .date("first_date", |row| row.days.first)
        .date("last_date", |row| row.days.last)
        .table(Layer::Countries, Shapes::Points)
}
