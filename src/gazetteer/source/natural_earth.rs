//! The themes of Natural Earth as GeoJSON (`ne_10m_geography_regions_polys`, `geography_marine_polys`,
//! `rivers_lake_centerlines`, `lakes`, `admin_1_states_provinces`, `populated_places` and their like).
//!
//! They give what the dumps lack of seas, rivers, mountain ranges and regions: how far these reach. A feature with a
//! GeoNames number adds to that place, whose dump counts before it; others have ids such as `naturalearth:1159104325`.
//! Names of properties are read in either case, since themes differ. Features without a name are left out. A lake may
//! stand in several features of one number: these are parts of one place.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

use super::geojson::{Feature, extent};
use super::{feature_codes, script};
use crate::gazetteer::build::{Filter, NameInput, PlaceInput, Scripts, without_controls};
use crate::gazetteer::{CountryCode, NameKind};
use crate::geo::Kilometers;

/// The feature code of GeoNames for each `featurecla`, which are compared without case; empty for those that have none,
/// as for classes that later themes may bring.
const CLASSES: [(&str, &str); 100] = [
    ("Admin-0 antarctic claim", "RGN"),
    ("Admin-0 breakaway and disputed", "RGN"),
    ("Admin-0 capital alt", "PPLG"),
    ("Admin-0 capital", "PPLC"),
    ("Admin-0 country", "PCLI"),
    ("Admin-0 dependency", "PCLD"),
    ("Admin-0 indeterminant", "RGN"),
    ("Admin-0 lease", "LTER"),
    ("Admin-0 map subunit", "RGN"),
    ("Admin-0 map unit", "PCLS"),
    ("Admin-0 overlay", "RGN"),
    ("Admin-0 region capital", "PPLA"),
    ("Admin-0 scale rank", "PCLI"),
    ("Admin-0 sovereignty", "PCLI"),
    ("Admin-1 aggregation", "RGN"),
    ("Admin-1 capital", "PPLA"),
    ("Admin-1 minor island", "ISL"),
    ("Admin-1 region capital", "PPLA"),
    ("Admin-1 scale rank", "ADM1"),
    ("Admin-1 states provinces lakes", "ADM1"),
    ("Admin-1 states provinces", "ADM1"),
    ("Admin-2 scale rank", "ADM2"),
    ("Airport", "AIRP"),
    ("Alkaline Lake", "LKN"),
    ("Antarctic Ice Shelf", ""),
    ("Archipelago", "ISLS"),
    ("Bank", "BNK"),
    ("Basin", "BSND"),
    ("Bay", "BAY"),
    ("Canal (Intermittent)", "CNLI"),
    ("Canal", "CNL"),
    ("Cape", "CAPE"),
    ("Channel", "CHN"),
    ("Coast", "CST"),
    ("Continent", "CONT"),
    ("Delta", "DLTA"),
    ("Depression", "DPR"),
    ("Desert", "DSRT"),
    ("Dragons-be-here", "RGN"),
    ("Estuary", "ESTY"),
    ("Ferry", "FY"),
    ("Fjord", "FJD"),
    ("Foothills", "HLLS"),
    ("Generic", ""),
    ("Geoarea", "RGN"),
    ("Glaciated areas", "GLCR"),
    ("Glacier", "GLCR"),
    ("Gorge", "GRGE"),
    ("Gulf", "GULF"),
    ("Hill", "HLL"),
    ("Historic lake", "LK"),
    ("Historic place", "PPLH"),
    ("Inlet", "INLT"),
    ("Intermittent Lake", "LKI"),
    ("Island group", "ISLS"),
    ("Island", "ISL"),
    ("Isthmus", "ISTH"),
    ("Lagoon", "LGN"),
    ("Lake Centerline", "STM"),
    ("Lake", "LK"),
    ("Lease", "LTER"),
    ("Lowland", "PLN"),
    ("Meteorological Station", "STNM"),
    ("Minor island", "ISL"),
    ("Mountain", "MT"),
    ("National Park Service", "PRK"),
    ("Ocean", "OCN"),
    ("Pacific groupings", "RGN"),
    ("Pass", "PASS"),
    ("Pen/cape", "PEN"),
    ("Peninsula", "PEN"),
    ("Plain", "PLN"),
    ("Plateau", "PLAT"),
    ("Playa", "LKNI"),
    ("Populated place", "PPL"),
    ("Port", "PRT"),
    ("Railroad", "RR"),
    ("Range/Mountains", "MTS"),
    ("Range/mtn", "MTS"),
    ("Reef", "RF"),
    ("Reefs", "RF"),
    ("Reservoir", "RSV"),
    ("River (Intermittent)", "STMI"),
    ("River", "STM"),
    ("Road", "RD"),
    ("Scientific station", "STNB"),
    ("sea ice", ""),
    ("Sea", "SEA"),
    ("Sound", "SD"),
    ("Spot elevation", "MT"),
    ("Strait", "STRT"),
    ("Tundra", "TUND"),
    ("Urban area", "PPL"),
    ("Valley", "VAL"),
    ("Volcano", "VLC"),
    ("Wadi", "WAD"),
    ("waterfall", "FLLS"),
    ("Wetland", "WTLD"),
    ("Wetlands", "WTLD"),
    ("Wide water", "WTRC"),
];

/// Properties with names, the one that English readers know first.
const NAMES: [&str; 7] = ["name_en", "name", "nameascii", "name_long", "formal_en", "namealt", "name_alt"];

/// The places of a theme, parts put together.
#[derive(Default)]
pub(crate) struct Theme {
    /// Each with the number of its first feature.
    places: Vec<(u64, PlaceInput)>,
    /// Where the first place of an id stands.
    by_id: HashMap<String, usize>,
}

impl Theme {
    /// Adds the place of a feature: to another of the same id and a name in common, if there is one. A place of that id
    /// with other names stays by itself, and is told when the ids are brought together.
    pub(crate) fn add(&mut self, number: u64, place: PlaceInput) {
        let known = self.by_id.get(&place.id).and_then(|&known| self.places.get_mut(known));
        match known {
            Some((_, whole)) if names(whole).any(|name| names(&place).any(|other| other == name)) => join(whole, place),
            Some(_) => self.places.push((number, place)),
            None => {
                self.by_id.insert(place.id.clone(), self.places.len());
                self.places.push((number, place));
            }
        }
    }

    /// The places, in the order of their features.
    pub(crate) fn into_places(self) -> impl Iterator<Item = (u64, PlaceInput)> {
        self.places.into_iter()
    }
}

fn names(place: &PlaceInput) -> impl Iterator<Item = &str> {
    std::iter::once(&*place.name).chain(place.names.iter().map(|name| &*name.spelling))
}

/// Joins a further part to a place: it lies where its largest part does, and is as large as all of them.
fn join(whole: &mut PlaceInput, part: PlaceInput) {
    if part.radius.map(|radius| radius.0) > whole.radius.map(|radius| radius.0) {
        whole.location = part.location;
    }
    whole.radius = match (whole.radius, part.radius) {
        (Some(a), Some(b)) => Some(Kilometers(a.0.hypot(b.0))),
        (a, b) => a.or(b),
    };
    let spellings: Vec<String> = names(&part).map(str::to_owned).collect();
    for spelling in spellings {
        if !names(whole).any(|name| name == spelling) {
            whole.names.push(NameInput { spelling, kind: NameKind::Alternate });
        }
    }
    whole.country = whole.country.or(part.country);
    whole.admin1 = whole.admin1.take().or(part.admin1);
    whole.population = whole.population.max(part.population);
}

/// The place of a feature; `None` if it has no name.
pub(crate) fn place(feature: &Feature, filter: &Filter) -> Result<Option<PlaceInput>, String> {
    let properties = Properties(&feature.properties);
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    for spelling in NAMES.into_iter().filter_map(|name| properties.text(name)).flat_map(|text| text.split('|')) {
        let spelling = clean(spelling);
        let wanted = filter.scripts == Scripts::All || script::is_latin(&spelling);
        if wanted && !spelling.is_empty() && !names.contains(&spelling) {
            names.push(spelling);
        }
    }
    let Some((official, others)) = names.split_first() else { return Ok(None) };
    let class =
        properties.text("featurecla").ok_or("expected a class as `featurecla`, which Natural Earth's features have")?;
    let known = CLASSES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(class));
    let code = known.map_or("", |(_, code)| code);
    let geometry = feature.geometry.as_ref().ok_or("expected a geometry")?;
    let extent = extent(geometry)?;
    let id = match properties.number("gn_id") {
        Some(number) => format!("geonames:{number}"),
        None => match properties.number("ne_id") {
            Some(number) => format!("naturalearth:{number}"),
            None => {
                // Of two lakes of one name, each is itself.
                let at = format!("{:.0} {:.0}", extent.location.lat, extent.location.lon);
                format!("naturalearth:{:016x}", hash(&[class, official, &at]))
            }
        },
    };
    let mut place = PlaceInput::new(&id, official, extent.location);
    place.class = feature_codes::class_of(code).unwrap_or_default();
    place.feature = code.to_owned();
    place.radius = extent.radius;
    place.country = properties.text("iso_a2").and_then(|code| code.parse::<CountryCode>().ok());
    // GeoNames' own code of the division, as `IQ.15`; Natural Earth's are others.
    let admin1 = properties.text("gn_a1_code").and_then(|code| code.split_once('.'));
    place.admin1 = admin1.map(|(_, code)| code.to_owned()).filter(|code| !matches!(&**code, "" | "00"));
    place.population = properties.number("pop_max");
    place = others.iter().fold(place, |place, spelling| place.with_name(spelling, NameKind::Alternate));
    place.check().map_err(|error| error.to_string())?;
    Ok(Some(place))
}

/// A name without control characters and blanks at its ends.
fn clean(spelling: &str) -> Cow<'_, str> {
    match without_controls(spelling) {
        Cow::Borrowed(spelling) => spelling.trim().into(),
        Cow::Owned(spelling) => spelling.trim().to_owned().into(),
    }
}

/// The properties of a feature, by names in either case.
struct Properties<'f>(&'f Map<String, Value>);

impl<'f> Properties<'f> {
    fn get(&self, name: &str) -> Option<&'f Value> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// A text that is not empty.
    fn text(&self, name: &str) -> Option<&'f str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A whole number above zero: what is not known is 0, -1 or -99 here. Some themes write numbers as text or with
    /// decimals.
    fn number(&self, name: &str) -> Option<u64> {
        let number = match self.get(name)? {
            Value::String(text) => text.trim().parse::<f64>().ok()?,
            value => value.as_f64()?,
        };
        // Up to 2^53, below which a float has every whole number.
        (number.fract() == 0.0 && (1.0..9.0e15).contains(&number)).then_some(number as u64)
    }
}

/// FNV-1a of the texts and their borders: an id that stays the same as long as they do.
fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::FeatureClass;
    use crate::geo::LatLon;
    use serde_json::json;

    fn read(properties: Value, filter: &Filter) -> Result<Option<PlaceInput>, String> {
        let Value::Object(properties) = properties else { panic!("properties are an object") };
        let geometry = Some(json!({"type": "Point", "coordinates": [51.5, 26.9]}));
        place(&Feature { properties, geometry }, filter)
    }

    fn one(properties: Value) -> PlaceInput {
        read(properties, &Filter::default()).unwrap().unwrap()
    }

    #[test]
    fn a_feature_is_a_place() {
        let gulf =
            one(json!({"featurecla": "gulf", "name": "PERSIAN GULF", "name_en": "Persian Gulf", "ne_id": 1159104325,
            "namealt": "Arabian Gulf|The Gulf", "name_ar": "الخليج", "scalerank": 2}));
        assert_eq!(
            (&*gulf.id, &*gulf.name, gulf.class),
            ("naturalearth:1159104325", "Persian Gulf", FeatureClass::Water)
        );
        assert_eq!((&*gulf.feature, gulf.location), ("GULF", LatLon { lat: 26.9, lon: 51.5 }));
        let names: Vec<_> = gulf.names.iter().map(|name| &*name.spelling).collect();
        assert_eq!(names, ["PERSIAN GULF", "Arabian Gulf", "The Gulf"]);
    }

    #[test]
    fn names_of_properties_come_in_either_case() {
        let mosul = one(json!({"FEATURECLA": "Admin-1 capital", "NAME": "Mosul", "GN_ID": 99072.0, "ISO_A2": "IQ",
            "POP_MAX": 1683000, "NE_ID": 7}));
        assert_eq!((&*mosul.id, &*mosul.feature, mosul.population), ("geonames:99072", "PPLA", Some(1_683_000)));
        assert_eq!(mosul.country, "IQ".parse().ok());
        let province = one(json!({"featurecla": "Admin-1 states provinces", "name": "Ninawa", "gn_id": "99071",
            "iso_a2": "-99", "gn_a1_code": "IQ.15"}));
        assert_eq!((&*province.id, province.country, province.admin1.as_deref()), ("geonames:99071", None, Some("15")));
    }

    #[test]
    fn features_without_a_number_are_told_apart() {
        let lake = |name: &str| one(json!({"featurecla": "Lake", "name": name, "gn_id": -1, "ne_id": 0})).id;
        assert_eq!(lake("Long Lake"), lake("Long Lake"));
        assert_ne!(lake("Long Lake"), lake("Round Lake"));
        assert!(lake("Long Lake").starts_with("naturalearth:"));
    }

    #[test]
    fn what_has_no_name_is_left_out_and_what_is_wrong_is_told() {
        let filter = Filter::default();
        assert_eq!(read(json!({"featurecla": "River", "name": null}), &filter), Ok(None));
        assert_eq!(read(json!({"featurecla": "River", "name": "Нева"}), &filter), Ok(None));
        let all = Filter { scripts: Scripts::All, ..Filter::default() };
        assert!(read(json!({"featurecla": "River", "name": "Нева"}), &all).unwrap().is_some());
        let message = read(json!({"name": "X"}), &filter).unwrap_err();
        assert!(message.contains("expected a class as `featurecla`"), "{message}");
        let message = read(json!({"featurecla": "River", "name": "x".repeat(1025)}), &filter).unwrap_err();
        assert!(message.contains("expected at most 1024 bytes"), "{message}");
    }

    #[test]
    fn any_class_is_read_and_names_are_cleaned() {
        let volcanoid = one(json!({"featurecla": "Volcanoid", "name": "Lake\rOf\u{7}Fire "}));
        assert_eq!(
            (&*volcanoid.name, &*volcanoid.feature, volcanoid.class),
            ("Lake Of Fire", "", FeatureClass::Unknown)
        );
        assert_eq!(one(json!({"featurecla": "mountain", "name": "Old Smoky"})).feature, "MT");
    }

    #[test]
    fn parts_of_a_lake_are_one_place() {
        let part = |id: u64, name: &str, lat: f64, radius: f64| {
            let mut part = PlaceInput::new(&format!("naturalearth:{id}"), name, LatLon { lat, lon: 7.0 });
            part.radius = Some(Kilometers(radius));
            part.with_name("Lac Long", NameKind::Alternate)
        };
        let mut theme = Theme::default();
        theme.add(1, part(5, "Long Lake", 1.0, 30.0));
        theme.add(2, part(5, "Lake Long", 2.0, 40.0));
        theme.add(3, PlaceInput::new("naturalearth:5", "Round Lake", LatLon { lat: 3.0, lon: 7.0 }));
        theme.add(4, part(6, "Long Lake", 4.0, 1.0));
        let places: Vec<_> = theme.into_places().collect();
        assert_eq!(places.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4]);
        let lake = &places[0].1;
        assert_eq!((lake.location.lat, lake.radius), (2.0, Some(Kilometers(50.0))));
        assert_eq!(names(lake).collect::<Vec<_>>(), ["Long Lake", "Lac Long", "Lake Long"]);
    }

    #[test]
    fn every_class_has_a_code_of_geonames() {
        for (class, code) in CLASSES {
            assert!(code.is_empty() || feature_codes::class_of(code).is_some(), "{class}: {code}");
        }
    }
}
