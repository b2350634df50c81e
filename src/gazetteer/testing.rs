//! A gazetteer of ten places for tests, here and in other modules.

use super::build::{Builder, PlaceInput};
use super::{FeatureClass, Gazetteer, NameKind, SourceNote};
use crate::geo::{Kilometers, LatLon};

/// A place for a test. `feature` is class and code, such as `P.PPLA`; an empty country is unknown, `population` 0 too.
pub fn place(
    id: &str,
    name: &str,
    feature: &str,
    (lat, lon): (f64, f64),
    country: &str,
    population: u64,
) -> PlaceInput {
    let (class, code) = feature.split_once('.').unwrap_or((feature, ""));
    let mut place = PlaceInput::new(id, name, LatLon { lat, lon });
    place.class = class.chars().next().and_then(FeatureClass::from_letter).unwrap_or_default();
    place.feature = code.to_owned();
    place.country = (!country.is_empty()).then(|| country.parse().expect("a country code"));
    place.population = (population != 0).then_some(population);
    place
}

/// The gazetteer of these places.
pub fn gazetteer(places: impl IntoIterator<Item = PlaceInput>) -> Gazetteer {
    Gazetteer::from_bytes(&file(places)).expect("a gazetteer")
}

/// The file of the gazetteer of these places.
pub fn file(places: impl IntoIterator<Item = PlaceInput>) -> Vec<u8> {
    let mut builder = Builder::new();
    places.into_iter().for_each(|place| builder.add(place).expect("a place"));
    builder.add_source(SourceNote {
        name: "test places".into(),
        licence: "CC0-1.0".into(),
        attribution: "nobody".into(),
    });
    let mut file = Vec::new();
    builder.finish(&mut file).expect("a file");
    file
}

/// Iraq, its province Nineveh, Mosul and al-Bir in it; the United States, St. Louis and three Springfields; the Persian
/// Gulf.
pub fn ten_places() -> Vec<PlaceInput> {
    let admin1 = |code: &str, place: PlaceInput| PlaceInput { admin1: Some(code.to_owned()), ..place };
    let mut gulf = place("dateline:persian-gulf", "Persian Gulf", "H.GULF", (26.9, 51.5), "", 0);
    gulf.radius = Some(Kilometers(400.0));
    vec![
        place("geonames:99237", "Iraq", "A.PCLI", (33.0, 44.0), "IQ", 38_433_600)
            .with_name("Republic of Iraq", NameKind::Alternate)
            .with_name("Iraqi", NameKind::Demonym)
            .with_name("Iraqis", NameKind::Demonym),
        admin1(
            "15",
            place("geonames:99071", "Nineveh Governorate", "A.ADM1", (36.0, 42.5), "IQ", 3_270_000)
                .with_name("Nīnawá", NameKind::Unknown),
        ),
        admin1(
            "15",
            place("geonames:99072", "Mosul", "P.PPLA", (36.335, 43.11889), "IQ", 1_683_000)
                .with_name("Al Mawşil", NameKind::Alternate)
                .with_name("الموصل", NameKind::Unknown),
        ),
        admin1("15", place("dateline:al-bir", "Al Bir", "P.PPL", (36.05, 43.47), "IQ", 0)),
        place("geonames:6252001", "United States", "A.PCLI", (39.76, -98.5), "US", 327_167_434)
            .with_name("U.S.", NameKind::Abbreviation)
            .with_name("USA", NameKind::Abbreviation)
            .with_name("American", NameKind::Demonym),
        admin1("MO", place("geonames:4407066", "St. Louis", "P.PPLA2", (38.627, -90.198), "US", 315_685)),
        admin1("IL", place("geonames:4250542", "Springfield", "P.PPLA", (39.8017, -89.6437), "US", 116_565)),
        admin1("MO", place("geonames:4409896", "Springfield", "P.PPLA2", (37.2153, -93.2982), "US", 166_810)),
        admin1("MA", place("geonames:4951788", "Springfield", "P.PPLA2", (42.1015, -72.5898), "US", 155_929)),
        gulf,
    ]
}
