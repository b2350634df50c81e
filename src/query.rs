//! What people ask of a gazetteer by name: which places a name may mean, where a place is, how far it is to another.

pub mod atlas;
pub mod coordinates;
mod lookup;

use serde::Serialize;

pub use self::lookup::{Candidate, CandidateForm, LookupOptions, look_up};
use crate::gazetteer::Gazetteer;
use crate::geo::LatLon;
use crate::resolve;
use crate::resolve::outcome::ResolvedPlace;
use crate::rounding::rounded;

/// Decimals of positions in degrees, and of lengths in kilometres and bearings.
const DEGREE_DECIMALS: i32 = 5;
const KM_DECIMALS: i32 = 1;

/// A place that someone named, by its name or its coordinates.
#[derive(Clone, Debug)]
pub struct NamedPlace {
    /// What was asked for.
    pub query: String,
    /// Where it is.
    pub location: LatLon,
    /// The place of the gazetteer; `None` of coordinates.
    pub place: Option<ResolvedPlace>,
}

/// Why a name or a position means no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// The gazetteer does not know it.
    #[error(
        "{0}: the gazetteer has no such place; expected a name, like \"Paris, Texas\", or coordinates, like 36.3,43.1: try \
         another spelling"
    )]
    Unknown(String),
    /// It is not on the globe.
    #[error("{0}")]
    Position(String),
}

impl NamedPlace {
    /// The place of a name ("Paris, Texas") or of coordinates ("36.3,43.1", "36°20′N 43°08′E", "38SMB4488").
    ///
    /// # Errors
    ///
    /// If there is no such place.
    pub fn find(query: &str, gazetteer: &Gazetteer) -> Result<Self, NoPlace> {
        if coordinates::is_position(query) {
            let location = coordinates::parse(query).map_err(NoPlace::Position)?;
            return Ok(Self { query: query.to_owned(), location, place: None });
        }
        let place = resolve::place_named(query, gazetteer).ok_or_else(|| NoPlace::Unknown(query.to_owned()))?;
        Ok(Self { query: query.to_owned(), location: place.location, place: Some(place) })
    }
}

/// How far it is from one place to another.
#[derive(Clone, Debug, Serialize)]
pub struct DistanceBetween<'a> {
    from: Place<'a>,
    to: Place<'a>,
    /// Kilometres along the geodesic.
    km: f64,
    /// The bearing in which one sets out, in degrees from north; `None` from a place to itself.
    bearing_deg: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct Place<'a> {
    query: &'a str,
    id: Option<&'a str>,
    name: Option<&'a str>,
    lat: f64,
    lon: f64,
    country: Option<&'a str>,
}

impl<'a> DistanceBetween<'a> {
    /// Measures.
    pub fn new(from: &'a NamedPlace, to: &'a NamedPlace) -> Self {
        let km = rounded(from.location.distance(to.location).0, KM_DECIMALS);
        let bearing_deg =
            (from.location != to.location).then(|| rounded(from.location.bearing(to.location).0, KM_DECIMALS));
        Self { from: Place::new(from), to: Place::new(to), km, bearing_deg }
    }
}

impl<'a> Place<'a> {
    fn new(named: &'a NamedPlace) -> Self {
        let place = named.place.as_ref();
        Self {
            query: &named.query,
            id: place.and_then(|place| place.id.as_deref()),
            name: place.map(|place| &*place.name),
            lat: rounded(named.location.lat, DEGREE_DECIMALS),
            lon: rounded(named.location.lon, DEGREE_DECIMALS),
            country: place.and_then(|place| place.country.as_deref()),
        }
    }
}
