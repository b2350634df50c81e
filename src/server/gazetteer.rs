//! What can be asked of the gazetteer: which places a name may mean, what lies where, how far it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::problem::{Kind, Problem};
use super::request::located;
use crate::query::atlas::Bounds;
use crate::query::{DistanceBetween, LookupOptions, NamedPlace, look_up};

/// Candidates and places of an answer: as many as are usual, and at most.
const USUAL: usize = 20;
const MOST: usize = 1000;

/// Characters of a name, at most.
const NAME: usize = 300;

type Asked<T> = Result<Query<T>, QueryRejection>;
type Answer = Result<Json<Value>, Problem>;

fn read<T>(asked: Asked<T>) -> Result<T, Problem> {
    asked.map(|Query(asked)| asked).map_err(|error| Problem::of_query(&error.body_text()))
}

fn limit(asked: Option<usize>, usual: usize) -> Result<usize, Problem> {
    match asked.unwrap_or(usual) {
        limit @ 1..=MOST => Ok(limit),
        other => Err(Problem::new(Kind::Document, format!("{other} places; expected 1 to {MOST}")).at("limit")),
    }
}

fn name(given: String, at: &str) -> Result<String, Problem> {
    match given.trim() {
        "" => Err(Problem::new(Kind::Document, "is empty; expected the name of a place").at(at)),
        name if name.chars().count() > NAME => {
            Err(Problem::new(Kind::Document, format!("has more than {NAME} characters; expected a name")).at(at))
        }
        name => Ok(name.to_owned()),
    }
}

/// Does something that takes a while, without holding up others.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::new(Kind::Failed, error.to_string()))?
}

/// A name that is looked up.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The name, or an id such as geonames:99072.
    #[schemars(length(min = 1, max = 300))]
    name: String,
    /// Only places in this country.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[A-Z]{2}$"))]
    country: Option<String>,
    /// The nearest to this place, or to these coordinates, first.
    #[serde(default)]
    near: Option<String>,
    /// Whether to look for names that differ by a letter or two where there are none.
    #[serde(default)]
    fuzzy: bool,
    /// At most so many: 20 unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
}

/// The places that a name may mean.
pub async fn lookup(State(app): State<Arc<App>>, asked: Asked<Lookup>) -> Answer {
    let asked = read(asked)?;
    let (name, first) = (name(asked.name, "name")?, limit(asked.limit, USUAL)?);
    aside(move || {
        let gazetteer = app.gazetteer()?;
        let country = asked
            .country
            .map(|code| {
                code.parse().map_err(|error| Problem::new(Kind::Document, format!("{code:?}: {error}")).at("country"))
            })
            .transpose()?;
        let near = asked
            .near
            .map(|near| located(&near, Some(gazetteer)).map_err(|why| Problem::new(Kind::Document, why).at("near")))
            .transpose()?;
        let options = LookupOptions { country, near, first: Some(first), fuzzy: asked.fuzzy };
        let found: Vec<_> = look_up(&name, &options, gazetteer).iter().map(|found| found.form(gazetteer)).collect();
        Ok(Json(json!({"query": name, "candidates": found})))
    })
    .await
}

/// A point, and how much of what lies near it is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nearest {
    /// Coordinates ("36.3,43.1"), or the name of a place.
    at: String,
    /// At most so many: 10 unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
}

/// What lies near a point.
pub async fn nearest(State(app): State<Arc<App>>, asked: Asked<Nearest>) -> Answer {
    let asked = read(asked)?;
    let (at, most) = (name(asked.at, "at")?, limit(asked.limit, 10)?);
    aside(move || {
        let gazetteer = app.gazetteer()?;
        let at = located(&at, Some(gazetteer)).map_err(|why| Problem::new(Kind::Document, why).at("at"))?;
        Ok(Json(json!({"lat": at.lat, "lon": at.lon, "places": app.atlas.nearest(at, most, gazetteer)})))
    })
    .await
}

/// A part of the map.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// West, south, east and north in degrees: 40,33,46,38.
    #[schemars(regex(pattern = r"^-?[0-9]+(\.[0-9]+)?(,-?[0-9]+(\.[0-9]+)?){3}$"))]
    bbox: String,
    /// At most so many: 200 unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
}

/// The towns in a part of the map, and whether there are more than were asked for.
pub async fn within(State(app): State<Arc<App>>, asked: Asked<Within>) -> Answer {
    let asked = read(asked)?;
    let most = limit(asked.limit, 200)?;
    let bounds = Bounds::parse(&asked.bbox).map_err(|why| Problem::new(Kind::Document, why).at("bbox"))?;
    aside(move || {
        // One more than is wanted tells whether there are more.
        let mut places = app.atlas.within(bounds, most + 1, app.gazetteer()?);
        let more = places.len() > most;
        places.truncate(most);
        Ok(Json(json!({"places": places, "more": more})))
    })
    .await
}

/// Two places.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distance {
    /// The name of a place, or coordinates.
    from: String,
    /// The same.
    to: String,
}

/// How far it is from one place to another.
pub async fn distance(State(app): State<Arc<App>>, asked: Asked<Distance>) -> Answer {
    let asked = read(asked)?;
    let (from, to) = (name(asked.from, "from")?, name(asked.to, "to")?);
    aside(move || {
        let gazetteer = app.gazetteer()?;
        let find = |query: &str, at: &str| {
            NamedPlace::find(query, gazetteer).map_err(|error| Problem::new(Kind::Document, error.to_string()).at(at))
        };
        let (from, to) = (find(&from, "from")?, find(&to, "to")?);
        Ok(Json(serde_json::to_value(DistanceBetween::new(&from, &to)).unwrap_or_default()))
    })
    .await
}
