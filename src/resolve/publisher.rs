//! Where a document was published: a paper writes of its own town without saying where that is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::features::is_country;
use super::known::OnSphere;
use super::toponym;
use crate::document::Span;
use crate::gazetteer::{CountryCode, CountryCodeError, FeatureClass, Gazetteer, GazetteerPlace};
use crate::geo::LatLon;
use crate::mention::{Label, Mention};
use crate::web_address;

/// At this distance, in kilometres, a place is half as near as at the publisher's door.
const HALF: f64 = 100.0;

/// What is known of where a document was published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publisher {
    /// The places where it may have been published.
    pub places: Vec<LatLon>,
    /// The country.
    pub country: Option<CountryCode>,
}

impl Publisher {
    /// How near a position is to where the document was published: 1 there, 0.5 at 100 km, 0 far away or if nothing is
    /// known.
    pub fn nearness(&self, at: LatLon) -> f64 {
        let at = OnSphere::new(at);
        let km = self.places.iter().map(|&place| OnSphere::new(place).distance(at));
        km.map(|km| 1.0 / (1.0 + (km / HALF).powi(2))).fold(0.0, f64::max)
    }

    /// Whether a country is the publisher's.
    pub fn is_in(&self, country: Option<CountryCode>) -> bool {
        self.country.is_some() && self.country == country
    }
}

/// Publishers by what documents have as their source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publishers(HashMap<String, Publisher>);

/// Why a table of publishers could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PublishersError {
    /// The system cannot read it, or it is no CSV.
    #[error("{}: cannot be read ({error}); expected a CSV table with a header source,lat,lon,country", file.display())]
    Csv {
        /// The table.
        file: PathBuf,
        /// What is wrong with it.
        error: csv::Error,
    },
    /// A line of it is broken.
    #[error("{}:{line}: {why}", file.display())]
    Line {
        /// The table.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it, and what was expected.
        why: String,
    },
}

#[derive(Deserialize)]
struct Row {
    source: String,
    lat: Option<f64>,
    lon: Option<f64>,
    country: Option<String>,
}

impl Publishers {
    /// Reads a CSV table with the columns `source`, `lat`, `lon` and, if it is known, `country`; a source with only a
    /// country has no `lat` and `lon`. A source that stands on several lines has several places.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a line has no position or country that there is.
    pub fn open(file: &Path) -> Result<Self, PublishersError> {
        let unreadable = |error| PublishersError::Csv { file: file.to_owned(), error };
        let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(unreadable)?;
        let mut publishers: HashMap<String, Publisher> = HashMap::new();
        let header = table.headers().map_err(unreadable)?.clone();
        for record in table.into_records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(0, csv::Position::line);
            let row: Row = record.deserialize(Some(&header)).map_err(unreadable)?;
            let publisher = publishers.entry(key(&row.source)).or_default();
            publisher.add(row).map_err(|why| PublishersError::Line { file: file.to_owned(), line, why })?;
        }
        Ok(Self(publishers))
    }

    /// The publisher of a source, whatever its case. A web address counts by its host.
    pub fn of(&self, source: &str) -> Option<&Publisher> {
        self.0.get(&key(source))
    }
}

impl Publisher {
    fn add(&mut self, row: Row) -> Result<(), String> {
        match (row.lat, row.lon) {
            (None, None) => {}
            (lat, lon) => {
                let at = lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon));
                self.places.push(at.ok_or("no such position; expected a lat of -90 to 90 and a lon of -180 to 180")?);
            }
        }
        if let Some(country) = row.country.filter(|country| !country.is_empty()) {
            self.country = Some(country.parse().map_err(|error: CountryCodeError| error.to_string())?);
        }
        Ok(())
    }

    /// What the name of a source says by itself: "Bangor Daily News" of towns called Bangor, "Times of India" and
    /// "example.co.uk" of a country.
    pub fn named(source: &str, gazetteer: &Gazetteer) -> Self {
        let host = web_address::publisher(source);
        let source = host.as_deref().unwrap_or(source);
        let mut publisher = Self { places: Vec::new(), country: top_level_country(source) };
        let mention = Mention::new(Span::new(0, source.len()), Label::Org, 1.0);
        for toponym in toponym::find_any(source, mention, gazetteer) {
            let places = toponym.candidates.iter().filter_map(|candidate| gazetteer.get(candidate.place));
            let places: Vec<GazetteerPlace<'_>> = places.collect();
            let most = places.iter().map(GazetteerPlace::importance).max().unwrap_or(0);
            for place in places.iter().filter(|place| place.importance() >= (most / SMALLER).max(TOWN)).take(NAMESAKES)
            {
                if is_country(place) {
                    publisher.country = place.country;
                } else if place.class == FeatureClass::Populated {
                    publisher.places.push(place.location);
                }
            }
        }
        publisher
    }
}

/// What a publisher is looked up by.
fn key(source: &str) -> String {
    web_address::publisher(source).unwrap_or_else(|| source.trim().to_lowercase())
}

/// Towns that a source may be called after: with so many inhabitants at least, no more than so many times smaller than the
/// largest of the name, and no more of them.
const TOWN: u32 = 5_000;
const SMALLER: u32 = 50;
const NAMESAKES: usize = 4;

/// The country of a web address, but for those that are used all over the world.
fn top_level_country(source: &str) -> Option<CountryCode> {
    const SOLD: [&str; 12] = ["AI", "CC", "CO", "FM", "GG", "IO", "LY", "ME", "SH", "TO", "TV", "WS"];
    let (_, last) = source.trim().trim_end_matches('/').rsplit_once('.')?;
    let code = last.to_uppercase();
    let code = if code == "UK" { "GB" } else { &*code };
    if source.contains(char::is_whitespace) || SOLD.contains(&code) { None } else { code.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::testing::{gazetteer, place};

    #[test]
    fn nearness_falls_with_distance() {
        let bangor = LatLon { lat: 44.8, lon: -68.8 };
        let publisher = Publisher { places: vec![bangor], country: None };
        assert_eq!(publisher.nearness(bangor), 1.0);
        let far = publisher.nearness(LatLon { lat: 45.7, lon: -68.8 });
        assert!((far - 0.5).abs() < 0.01, "{far}");
        assert_eq!(Publisher::default().nearness(bangor), 0.0);
    }

    #[test]
    fn sources_say_where_they_are() {
        let gazetteer = gazetteer([
            place("geonames:1", "Bangor", "P.PPL", (44.8, -68.8), "US", 32_000),
            place("geonames:2", "Bangor", "P.PPL", (53.2, -4.1), "GB", 18_000),
            place("geonames:3", "Bangor", "P.PPL", (40.9, -75.2), "US", 500),
            place("geonames:4", "India", "A.PCLI", (22.0, 79.0), "IN", 1_300_000_000),
        ]);
        assert_eq!(Publisher::named("Bangor Daily News", &gazetteer).places.len(), 2);
        let country = |source| Publisher::named(source, &gazetteer).country.map(|code| code.to_string());
        assert_eq!(country("Times of India").as_deref(), Some("IN"));
        assert_eq!(country("www.example.co.uk").as_deref(), Some("GB"));
        assert_eq!(country("example.com"), None);
        assert_eq!(country("example.io"), None);
        assert_eq!(Publisher::named("", &gazetteer), Publisher::default());
    }

    #[test]
    fn tables_of_publishers_are_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |table: &str| {
            std::fs::write(file.path(), table).unwrap();
            Publishers::open(file.path())
        };
        let publishers = read("source,lat,lon,country\nbangor.example,44.8,-68.8,US\nnational.example,,,GB\n").unwrap();
        assert_eq!(publishers.of("bangor.example").unwrap().places.len(), 1);
        assert!(publishers.of("national.example").unwrap().places.is_empty() && publishers.of("x").is_none());
        for (table, why) in [
            ("source,lat,lon\na,91,0\n", ":2: no such position"),
            ("source,lat,lon\na,1,\n", ":2: no such position"),
            ("source,lat,lon,country\na,,,England\n", ":2: \"England\" is no country code"),
            ("name\na\n", "expected a CSV table"),
        ] {
            let told = read(table).unwrap_err().to_string();
            assert!(told.contains(why), "{told}");
        }
    }
}
