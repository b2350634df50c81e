//! What speaks for a candidate: a small vector of named features.
//!
//! Every feature is a number that grows with what it measures; [`super::ranker`] weighs them. New evidence is a new
//! field here and a weight there.

use std::collections::BTreeMap;

use crate::gazetteer::{Candidate, CountryCode, FeatureClass, Fold, NameKind, Place};

/// The features of one candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// 1 if the name that matched is the place's own.
    pub official_name: f64,
    /// 1 if it is a short form, an abbreviation or a name of its people: made to be unmistakable.
    pub fixed_name: f64,
    /// 1 if it is a former name.
    pub historic_name: f64,
    /// 1 if the source does not say what kind of name it is: often one that nobody uses. Less the larger the place is,
    /// half for 100,000 inhabitants: large places go by their names in many languages.
    pub unknown_name: f64,
    /// 1 if the name differs from the place's in more than case, accents and punctuation.
    pub loose_match: f64,
    /// 1 if it does so although another place matches better: the liberty isn't needed.
    pub needless_liberty: f64,
    /// 1 if only the consonants and a few vowels of two romanisations agree.
    pub transliterated_match: f64,
    /// 1 if the name is spelt letter by letter as the text spells it.
    pub exact_match: f64,
    /// Natural logarithm of the place's importance ([`Place::importance`]): of its inhabitants, or what stands for them.
    pub log_importance: f64,
    /// 1 for a country.
    pub country: f64,
    /// 1 for a first-level division.
    pub first_level: f64,
    /// 1 for a second-level division, such as a county.
    pub second_level: f64,
    /// 1 for a continent, a sea, a river, a mountain range or another area that has no inhabitants counted.
    pub great_feature: f64,
    /// The priority that a table gives the place.
    pub priority: f64,
    /// 1 for a division if a town whose name matches as well lies in it: mostly its seat, and mostly what is meant.
    pub has_namesake_town: f64,
    /// 1 for the capital of a country.
    pub capital: f64,
    /// How much the document speaks of the candidate's country, from 0 for never towards 1 for often and of no other.
    pub country_support: f64,
    /// The same for its first-level division.
    pub first_level_support: f64,
    /// 1 if the text says that the candidate is in a place that holds it: "Bangor, Maine".
    pub in_named_container: f64,
    /// 1 if the text says that a place which has such a candidate is in this one: the other side of the same.
    pub holds_named_place: f64,
    /// 1 if a word beside the name says that it is a place of this kind: "the state of Washington".
    pub type_word: f64,
    /// 1 if such a word says that it is not: "Plateau state" is no town called Plateau.
    pub other_type_word: f64,
}

/// The features of a candidate that come from itself.
pub fn intrinsic(candidate: Candidate, place: &Place<'_>) -> Evidence {
    let is = |yes: bool| if yes { 1.0 } else { 0.0 };
    let (country, first_level) = (is_country(place), place.feature == "ADM1");
    let counted = place.population.filter(|&population| population > 0);
    let great = !country
        && matches!(
            place.class,
            FeatureClass::Area | FeatureClass::Water | FeatureClass::Terrain | FeatureClass::Undersea
        );
    Evidence {
        official_name: is(candidate.kind == NameKind::Official),
        fixed_name: is(matches!(candidate.kind, NameKind::Short | NameKind::Abbreviation | NameKind::Demonym)),
        historic_name: is(candidate.kind == NameKind::Historic),
        unknown_name: is(candidate.kind == NameKind::Unknown) / (1.0 + counted.unwrap_or(0) as f64 / 100_000.0),
        loose_match: is(candidate.fold >= Fold::Loose),
        transliterated_match: is(candidate.fold >= Fold::Transliterated),
        exact_match: is(candidate.fold == Fold::Exact),
        log_importance: f64::from(place.importance().max(1)).ln(),
        priority: f64::from(place.priority),
        country: is(country && place.feature != "PCLH"),
        first_level: is(first_level),
        second_level: is(place.feature == "ADM2"),
        great_feature: is(great && counted.is_none()),
        capital: is(place.feature == "PPLC"),
        ..Evidence::default()
    }
}

/// Whether the place is a country or was one.
pub fn is_country(place: &Place<'_>) -> bool {
    place.feature.starts_with("PCL") || place.feature == "TERR"
}

/// Whether the text may name the place as what another is in.
pub fn is_container(place: &Place<'_>) -> bool {
    is_country(place) || place.feature == "ADM1"
}

/// Whether one place lies in another, as far as the gazetteer says.
pub fn lies_in(inner: &Place<'_>, outer: &Place<'_>) -> bool {
    if inner.index == outer.index || inner.country.is_none() || inner.country != outer.country {
        return false;
    }
    match outer.feature {
        "ADM1" => {
            inner.admin1 == Some(outer.index)
                || (inner.admin1_code.is_some() && inner.admin1_code == outer.admin1_code && !is_country(inner))
        }
        // The Republic of Texas has the code of the country that its land is in today, and holds little of that.
        _ => is_country(outer) && outer.feature != "PCLH" && !is_country(inner),
    }
}

/// Whether a place is a division in which another place of the same name, a town, lies or may lie: of a second-level
/// division, the gazetteer may know only the first-level one around it.
pub fn is_division_around(place: &Place<'_>, town: &Place<'_>) -> bool {
    let may_hold = match place.feature {
        "ADM1" => lies_in(town, place),
        "ADM2" => place.country.is_some() && place.country == town.country && place.admin1_code == town.admin1_code,
        _ => false,
    };
    let near = |a: f64, b: f64| (a - b).abs() < NEAR_DEGREES;
    let (here, there) = (place.location, town.location);
    may_hold
        && town.class == FeatureClass::Populated
        && (place.feature == "ADM1" || (near(here.lat, there.lat) && near(here.lon, there.lon)))
}

/// How far a second-level division's town is from its middle, at most, in degrees.
const NEAR_DEGREES: f64 = 1.0;

/// Which countries and first-level divisions a document names, and how often.
#[derive(Clone, Debug, Default)]
pub struct Support {
    total: f64,
    countries: BTreeMap<CountryCode, f64>,
    divisions: BTreeMap<(CountryCode, String), f64>,
}

impl Support {
    /// Counts one name of the document that means a place with some confidence.
    pub fn add(&mut self, place: &Place<'_>, confidence: f64) {
        let Some(country) = place.country else { return };
        // A city speaks for its country too, but less than the country's own name does.
        let weight = if is_country(place) { 1.0 } else { 0.5 } * confidence;
        self.total += weight;
        *self.countries.entry(country).or_default() += weight;
        if let (Some(code), false) = (place.admin1_code, is_country(place)) {
            let weight = if place.feature == "ADM1" { 1.0 } else { 0.5 } * confidence;
            *self.divisions.entry((country, code.to_owned())).or_default() += weight;
        }
    }

    /// How much the other names of the document speak for a place's country and for its first-level division, each in
    /// 0..1. `own` is what the name itself added: nothing speaks for itself.
    pub fn beyond(&self, own: &Self, place: &Place<'_>) -> (f64, f64) {
        let Some(country) = place.country else { return (0.0, 0.0) };
        let count = |support: &Self| support.countries.get(&country).copied().unwrap_or_default();
        let by_country = weighed(count(self) - count(own), self.total - own.total);
        let Some(code) = place.admin1_code.filter(|_| !is_country(place)) else { return (by_country, 0.0) };
        let key = (country, code.to_owned());
        let count = |support: &Self| support.divisions.get(&key).copied().unwrap_or_default();
        (by_country, weighed(count(self) - count(own), self.total - own.total))
    }
}

/// Grows with the count, and with its share of all: one of many countries that a document names says little.
fn weighed(count: f64, total: f64) -> f64 {
    if count <= 0.0 || total <= 0.0 {
        return 0.0;
    }
    count / (count + 1.0) * (count / total).min(1.0).sqrt()
}

/// The kinds of place that a word beside a name speaks for.
pub fn type_word_fits(word: &str, place: &Place<'_>) -> bool {
    match word {
        "state" | "province" | "governorate" | "region" | "prefecture" | "oblast" => place.feature == "ADM1",
        "city" | "town" | "village" | "suburb" | "hamlet" | "capital" => place.class == FeatureClass::Populated,
        "county" | "district" => place.feature.starts_with("ADM2"),
        "country" | "nation" | "republic" | "kingdom" => is_country(place),
        "river" => place.feature == "STM",
        "lake" => place.feature == "LK",
        "sea" | "gulf" | "strait" => place.class == FeatureClass::Water,
        "island" | "islands" => place.feature.starts_with("ISL"),
        "mountains" | "desert" => place.class == FeatureClass::Terrain,
        _ => false,
    }
}

/// Whether a word beside a name says that it is no place of this kind. `follows`: "Niger state" is not the country, but
/// "the state of Israel" is one.
pub fn type_word_contradicts(word: &str, follows: bool, place: &Place<'_>) -> bool {
    match word {
        "state" | "province" | "governorate" | "oblast" | "prefecture" | "county" => {
            place.class == FeatureClass::Populated || (follows && is_country(place))
        }
        "river" => place.class == FeatureClass::Populated,
        _ => false,
    }
}
