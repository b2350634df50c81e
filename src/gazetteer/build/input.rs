//! A place as a source gives it, checked and merged with what other sources say of it.

#[cfg(feature = "build")]
use std::borrow::Cow;

use super::fields::{Fields, GEONAMES, Position};
use crate::gazetteer::index::{PARTS_OF_A_DEGREE, PARTS_OF_A_KILOMETER};
use crate::gazetteer::name::MAX_NAME_BYTES;
use crate::gazetteer::{CountryCode, FeatureClass, NameKind};
use crate::geo::{Kilometers, LatLon};

/// A place to be put into a gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceInput {
    /// Its id: a namespace of small letters, digits and hyphens, a colon, and a number or word without spaces, such as
    /// `geonames:99072`.
    pub id: String,
    /// The name that it goes by.
    pub name: String,
    /// Its other names.
    pub names: Vec<NameInput>,
    /// Where it is.
    pub location: LatLon,
    /// Its GeoNames feature code, such as `PPLA`; empty if unknown.
    pub feature: String,
    /// Its GeoNames feature class.
    pub class: FeatureClass,
    /// The country that it is in or is.
    pub country: Option<CountryCode>,
    /// The code of its first-level division in its country.
    pub admin1: Option<String>,
    /// The code of its second-level division in that.
    pub admin2: Option<String>,
    /// Inhabitants.
    pub population: Option<u64>,
    /// How far it reaches from its location.
    pub radius: Option<Kilometers>,
    /// Before which other places it comes where a name may mean several: those of lower priority. 0 if not given.
    pub priority: Option<i32>,
    /// How famous it is: in how many languages, about, it has a name of its own; 0 if unknown.
    pub fame: Option<u8>,
    /// Which of several inputs with the same id counts: the one of the highest layer, and what it lacks comes from
    /// those below. Sources are layers in the order in which they are given.
    pub layer: u32,
}

/// A name of a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameInput {
    /// As it is written.
    pub spelling: String,
    /// What kind of name it is.
    pub kind: NameKind,
}

/// What is wrong with a place.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The id has another form.
    #[error("id {0:?}: expected a namespace, a colon and a number or word, such as geonames:99072")]
    Id(String),
    /// A name is empty, too long, or has control characters.
    #[error("name {spelling:?}: {why}")]
    Name {
        /// The name, cut if it is long.
        spelling: String,
        /// What was expected.
        why: &'static str,
    },
    /// A coordinate is out of range.
    #[error("latitude {lat}, longitude {lon}: expected -90..=90 and -180..=180")]
    Location {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
    },
    /// A code is too long or has spaces or control characters.
    #[error("code {0:?}: expected at most 20 letters, digits and signs")]
    Code(String),
    /// A radius is no length on the earth.
    #[error("radius {0} km: expected a length of 0 to 20004 km, half a meridian's")]
    Radius(f64),
}

impl PlaceInput {
    /// A place of which only this is known. Other fields are set directly.
    pub fn new(id: &str, name: &str, location: LatLon) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            names: Vec::new(),
            location,
            feature: String::new(),
            class: FeatureClass::Unknown,
            country: None,
            admin1: None,
            admin2: None,
            population: None,
            radius: None,
            priority: None,
            fame: None,
            layer: 0,
        }
    }

    /// With another name.
    pub fn with_name(mut self, spelling: &str, kind: NameKind) -> Self {
        self.names.push(NameInput { spelling: spelling.to_owned(), kind });
        self
    }

    /// Whether it can be put into a gazetteer.
    ///
    /// # Errors
    ///
    /// The first fault of its id, names, coordinates, codes and radius.
    pub fn check(&self) -> Result<(), PlaceError> {
        check_id(&self.id)?;
        check_name(&self.name)?;
        self.names.iter().try_for_each(|name| check_name(&name.spelling))?;
        let LatLon { lat, lon } = self.location;
        LatLon::new(lat, lon).ok_or(PlaceError::Location { lat, lon })?;
        check_code(&self.feature)?;
        check_code(self.admin1.as_deref().unwrap_or_default())?;
        check_code(self.admin2.as_deref().unwrap_or_default())?;
        match self.radius {
            Some(Kilometers(radius)) if !(0.0..=20_004.0).contains(&radius) => Err(PlaceError::Radius(radius)),
            _ => Ok(()),
        }
    }

    /// Its id's namespace and the rest, and what is known of it; `None` if its id has another form.
    pub(super) fn fields(&self) -> Option<(&str, &str, Fields<'_>)> {
        let (namespace, local) = split_id(&self.id)?;
        let is_feature = !self.feature.is_empty() || self.class != FeatureClass::Unknown;
        let fields = Fields {
            name: Some(&self.name),
            location: Some(position(self.location)),
            feature: is_feature.then_some((self.class, &*self.feature)),
            country: self.country,
            admin1: self.admin1.as_deref().filter(|code| !code.is_empty()),
            admin2: self.admin2.as_deref().filter(|code| !code.is_empty()),
            population: self.population,
            radius: self.radius.map(metres),
            priority: self.priority,
            fame: self.fame,
            parent: None,
            names: self.names.iter().map(|name| (&*name.spelling, name.kind)).collect(),
            unwanted: Vec::new(),
        };
        Some((namespace, local, fields))
    }
}

/// A location as it is stored.
pub(crate) fn position(location: LatLon) -> Position {
    let parts = |degrees: f64| (degrees * PARTS_OF_A_DEGREE).round() as i32;
    Position { lat: parts(location.lat), lon: parts(location.lon) }
}

/// A radius as it is stored.
pub(crate) fn metres(radius: Kilometers) -> u32 {
    (radius.0 * PARTS_OF_A_KILOMETER).round() as u32
}

/// The namespace and the local part of an id that is well formed.
fn split_id(id: &str) -> Option<(&str, &str)> {
    let (namespace, local) = id.split_once(':')?;
    let of_namespace = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let named = namespace.starts_with(|c: char| c.is_ascii_lowercase()) && namespace.chars().all(of_namespace);
    let local_fits =
        !local.is_empty() && local.len() <= 64 && !local.chars().any(|c| c.is_whitespace() || c.is_control());
    (named && namespace.len() <= 32 && local_fits).then_some((namespace, local))
}

/// Whether an id is well formed. Those of GeoNames are numbers: one word among them would make words of all.
fn check_id(id: &str) -> Result<(), PlaceError> {
    let is_number = |local: &str| local.parse::<u32>().is_ok_and(|number| number.to_string() == local);
    let fits = split_id(id).is_some_and(|(namespace, local)| namespace != GEONAMES || is_number(local));
    fits.then_some(()).ok_or_else(|| PlaceError::Id(shown(id)))
}

/// The text with blanks for stray control characters, of which published tables have some within names (`Lake\rMichigan`).
/// Tabs stay: they part cells.
#[cfg(feature = "build")]
pub(crate) fn without_controls(text: &str) -> Cow<'_, str> {
    // In UTF-8, U+0080 to U+009F begin with the byte C2.
    let suspect = |byte: u8| (byte < 0x20 && byte != b'\t') || byte == 0x7f || byte == 0xc2;
    let stray = |c: char| c.is_control() && c != '\t';
    if !text.bytes().any(suspect) || !text.contains(stray) {
        return text.into();
    }
    let mut clean = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        // One blank for several in a row, and for blanks beside them.
        blank = stray(c) || (blank && c == ' ');
        match blank {
            true if clean.ends_with([' ', '\t']) || clean.is_empty() => {}
            true => clean.push(' '),
            false => clean.push(c),
        }
    }
    clean.into()
}

/// Whether a name can be stored.
pub(crate) fn check_name(spelling: &str) -> Result<(), PlaceError> {
    let why = if spelling.trim().is_empty() {
        "expected a name that isn't empty"
    } else if spelling.len() > MAX_NAME_BYTES {
        "expected at most 1024 bytes"
    } else if spelling.chars().any(char::is_control) {
        "expected no control characters"
    } else {
        return Ok(());
    };
    Err(PlaceError::Name { spelling: shown(spelling), why })
}

pub(crate) fn check_code(code: &str) -> Result<(), PlaceError> {
    let fits = code.len() <= 20 && !code.chars().any(|c| c.is_whitespace() || c.is_control());
    fits.then_some(()).ok_or_else(|| PlaceError::Code(shown(code)))
}

/// The beginning of a text, for messages.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
