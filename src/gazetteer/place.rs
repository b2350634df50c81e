//! What the gazetteer says of a place, and the small types that it says it in.

use std::fmt;
use std::str::FromStr;

use super::feature_class::FeatureClass;
use super::importance::importance;
use crate::geo::{Kilometers, LatLon};

/// A place's number in one gazetteer file. Good only for the gazetteer that gave it; [`PlaceId`] is for keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceIndex(pub(crate) u32);

impl PlaceIndex {
    /// The number itself, from 0 to the number of places less one.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A place of the gazetteer. Borrowed from it: nothing is copied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GazetteerPlace<'a> {
    /// Its number in this gazetteer.
    pub index: PlaceIndex,
    /// Its lasting name, such as `geonames:99072`.
    pub id: PlaceId<'a>,
    /// The name that it goes by.
    pub name: &'a str,
    /// Where it is, to a ten-millionth of a degree; of an area, a point inside it or its centroid.
    pub location: LatLon,
    /// The GeoNames feature code, such as `PPLA`; empty if unknown.
    pub feature: &'a str,
    /// The GeoNames feature class.
    pub class: FeatureClass,
    /// The country that it is in or is.
    pub country: Option<CountryCode>,
    /// The code of the first-level division that it is in or is, as its source writes it; good only with the country.
    pub admin1_code: Option<&'a str>,
    /// The place that is that division, if the gazetteer has it: the `ADM1` record of the same country and code. A
    /// division is its own.
    pub admin1: Option<PlaceIndex>,
    /// The code of the second-level division that it is in or is, good only with the country and `admin1_code`.
    pub admin2_code: Option<&'a str>,
    /// The place that is that division: the `ADM2` record of the same country and codes. A division is its own.
    pub admin2: Option<PlaceIndex>,
    /// The place that it is a part of: what a hierarchy says, or else its second-level division, first-level division or
    /// country, whichever comes first and is another place. Hierarchies of others may lead in a circle.
    pub parent: Option<PlaceIndex>,
    /// Inhabitants.
    pub population: Option<u64>,
    /// How far from `location` the place reaches, where it is known to be large.
    pub radius: Option<Kilometers>,
    /// Where a name may mean several places, those of higher priority come first, whatever their importance. 0 for all
    /// but places that a table gives another.
    pub priority: i32,
    /// How famous it is: in how many languages, about, it has a name of its own; 0 if unknown.
    pub fame: u8,
}

impl GazetteerPlace<'_> {
    /// How likely its name in a newspaper means this place, before anything else is known: its inhabitants, or, where
    /// they aren't known, as many as a place of its kind is worth to a reader.
    pub fn importance(&self) -> u32 {
        importance(self.class, self.feature, self.population, self.radius)
    }
}

/// A place's lasting identity: a namespace and a number or word in it, displayed as `geonames:99072`, `fips:01001` or
/// `dateline:persian-gulf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlaceId<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) local: LocalId<'a>,
}

/// An identity within its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LocalId<'a> {
    /// A number, written with leading zeros up to a width.
    Number {
        number: u32,
        width: u8,
    },
    Word(&'a str),
}

impl<'a> PlaceId<'a> {
    /// The namespace, such as `geonames`.
    pub fn namespace(&self) -> &'a str {
        self.namespace
    }
}

impl fmt::Display for PlaceId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local {
            LocalId::Number { number, width } => write!(f, "{}:{number:0width$}", self.namespace, width = width.into()),
            LocalId::Word(word) => write!(f, "{}:{word}", self.namespace),
        }
    }
}

/// What kind of name it was that matched. The numbers are part of the file format and never change.
///
/// In order: of several names that match equally well, the first kind counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NameKind {
    /// The name that the place goes by.
    Official = 0,
    /// Another name in use.
    Alternate = 1,
    /// A shorter form, such as `Bosnia`.
    Short = 2,
    /// A name no longer in use, such as `Bombay`.
    Historic = 3,
    /// An abbreviation, such as `UAE`.
    Abbreviation = 4,
    /// A word for the people or for what belongs to the place, such as `Iraqi`.
    Demonym = 5,
    /// The source doesn't say.
    Unknown = 6,
}

impl NameKind {
    /// Every kind, by its number.
    pub const ALL: [Self; 7] = [
        Self::Official,
        Self::Alternate,
        Self::Short,
        Self::Historic,
        Self::Abbreviation,
        Self::Demonym,
        Self::Unknown,
    ];

    /// The kind with this number in a file.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// How closely a name matched, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fold {
    /// Letter by letter (after NFC). One in 256 of other spellings with the same key counts as exact too.
    Exact,
    /// But for case, accents and punctuation: see [`name`](super::name).
    Folded,
    /// With a liberty taken: see [`loose`](super::loose).
    Loose,
    /// As another way to write a foreign name in Latin letters: see [`transliteration`](super::transliteration).
    Transliterated,
    /// As a misspelling: see [`Gazetteer::lookup_fuzzy`](super::Gazetteer::lookup_fuzzy).
    Fuzzy {
        /// How many letters were added, left out, changed or exchanged with their neighbours.
        distance: u8,
    },
}

/// A place that a name may mean, with how it matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The place.
    pub place: PlaceIndex,
    /// What kind of name it was.
    pub kind: NameKind,
    /// How closely it matched.
    pub fold: Fold,
}

/// A country's ISO 3166-1 code of two letters, such as `IQ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// A code from its letters, or `None` if they aren't ASCII capitals.
    pub fn new(letters: [u8; 2]) -> Option<Self> {
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The code's letters.
    pub fn as_str(&self) -> &str {
        // Made from ASCII capitals only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) fn letters(self) -> [u8; 2] {
        self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is no country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no country code: expected two capital letters, such as IQ")]
pub struct CountryCodeError(String);

impl FromStr for CountryCode {
    type Err = CountryCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters: Option<[u8; 2]> = text.as_bytes().try_into().ok();
        letters.and_then(Self::new).ok_or_else(|| CountryCodeError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_displayed_with_their_zeros() {
        let fips = LocalId::Number { number: 1001, width: 5 };
        let id = PlaceId { namespace: "fips", local: fips };
        assert_eq!(id.to_string(), "fips:01001");
        let geonames = LocalId::Number { number: 99072, width: 0 };
        let id = PlaceId { namespace: "geonames", local: geonames };
        assert_eq!(id.to_string(), "geonames:99072");
        let id = PlaceId { namespace: "dateline", local: LocalId::Word("persian-gulf") };
        assert_eq!(id.to_string(), "dateline:persian-gulf");
    }

    #[test]
    fn country_codes_are_two_capitals() {
        assert_eq!("IQ".parse::<CountryCode>().unwrap().to_string(), "IQ");
        for wrong in ["", "I", "iq", "IRQ", "É"] {
            assert!(wrong.parse::<CountryCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_kinds_never_change() {
        for (number, kind) in NameKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
            assert_eq!(NameKind::from_number(kind as u8), Some(kind));
        }
        assert_eq!(NameKind::from_number(7), None);
    }
}
