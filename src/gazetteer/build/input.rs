//! A place as a source gives it, checked and merged with what other sources say of it.

use std::cmp::Ordering;

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
    /// Inhabitants.
    pub population: Option<u64>,
    /// How far it reaches from its location.
    pub radius: Option<Kilometers>,
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
            population: None,
            radius: None,
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
        match self.radius {
            Some(Kilometers(radius)) if !(0.0..=20_004.0).contains(&radius) => Err(PlaceError::Radius(radius)),
            _ => Ok(()),
        }
    }

    /// Takes over what `later` knows; its own names stay as alternates.
    pub(super) fn merge(&mut self, later: Self) {
        let former = std::mem::replace(&mut self.name, later.name);
        if former != self.name {
            self.names.push(NameInput { spelling: former, kind: NameKind::Alternate });
        }
        self.names.extend(later.names);
        self.location = later.location;
        if !later.feature.is_empty() || later.class != FeatureClass::Unknown {
            self.feature = later.feature;
            self.class = later.class;
        }
        self.country = later.country.or(self.country);
        self.admin1 = later.admin1.or(self.admin1.take());
        self.population = later.population.or(self.population);
        self.radius = later.radius.or(self.radius);
    }

    /// An order by id and layer, and else by everything, so that the order of inputs makes no difference.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let coordinates = |place: &Self| [place.location.lat, place.location.lon, place.radius.map_or(-1.0, |r| r.0)];
        let fields = |place: &Self| (place.class, place.country, place.population);
        (&self.id, self.layer).cmp(&(&other.id, other.layer)).then_with(|| {
            let texts = (&self.name, &self.feature, &self.admin1).cmp(&(&other.name, &other.feature, &other.admin1));
            let numbers =
                coordinates(self).iter().zip(&coordinates(other)).map(|(a, b)| a.total_cmp(b)).collect::<Vec<_>>();
            let numbers = numbers.into_iter().fold(Ordering::Equal, Ordering::then);
            texts
                .then(numbers)
                .then_with(|| fields(self).cmp(&fields(other)))
                .then_with(|| self.names.cmp(&other.names))
        })
    }
}

/// The namespace and the local part of an id that is well formed.
pub(super) fn split_id(id: &str) -> Option<(&str, &str)> {
    let (namespace, local) = id.split_once(':')?;
    let of_namespace = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let named = namespace.starts_with(|c: char| c.is_ascii_lowercase()) && namespace.chars().all(of_namespace);
    let local_fits =
        !local.is_empty() && local.len() <= 64 && !local.chars().any(|c| c.is_whitespace() || c.is_control());
    (named && namespace.len() <= 32 && local_fits).then_some((namespace, local))
}

fn check_id(id: &str) -> Result<(), PlaceError> {
    split_id(id).map(|_| ()).ok_or_else(|| PlaceError::Id(shown(id)))
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

fn check_code(code: &str) -> Result<(), PlaceError> {
    let fits = code.len() <= 20 && !code.chars().any(|c| c.is_whitespace() || c.is_control());
    fits.then_some(()).ok_or_else(|| PlaceError::Code(shown(code)))
}

/// The beginning of a text, for messages.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
