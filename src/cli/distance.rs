//! `dateline distance`: geodesic distances and bearings between places.

use anyhow::bail;
use clap::{Args, ValueEnum};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::geo::LatLon;
use dateline::inner::resolve;
use dateline::inner::resolve::outcome::ResolvedPlace;
use dateline::inner::rounding::rounded;
use serde::Serialize;

use super::args::gazetteer::PlacesArgs;
use super::coordinates;
use super::outcome::Outcome;
use super::pretty::position;
use super::terminal::{print, printable};

/// The arguments of `dateline distance`.
#[derive(Args)]
pub struct DistanceArgs {
    /// Two or more places: names ("Mosul", "Paris, Texas") or coordinates ("36.3,43.1", "36°20′N 43°08′E",
    /// "38SMB4488")
    #[arg(value_name = "PLACE", num_args = 2.., required = true, allow_negative_numbers = true)]
    named: Vec<String>,
    /// The form of the output
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    format: Format,
    #[command(flatten)]
    gazetteer: PlacesArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Pretty,
    /// A JSON object a line, one for each pair
    Jsonl,
}

/// A place as asked for.
struct Asked {
    name: String,
    location: LatLon,
    place: Option<ResolvedPlace>,
}

#[derive(Serialize)]
struct DistanceJson<'a> {
    from: PlaceJson<'a>,
    to: PlaceJson<'a>,
    km: f64,
    bearing_deg: Option<f64>,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    query: &'a str,
    id: Option<&'a str>,
    name: Option<&'a str>,
    lat: f64,
    lon: f64,
    country: Option<&'a str>,
}

/// Prints the distance of every pair, in the order of the arguments.
pub fn run(args: &DistanceArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let places = args.named.iter().map(|name| find(name, &gazetteer)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut lines = String::new();
    for (n, from) in places.iter().enumerate() {
        for to in &places[n + 1..] {
            lines.push_str(&match args.format {
                Format::Pretty => pretty(from, to),
                Format::Jsonl => json(from, to)?,
            });
            lines.push('\n');
        }
    }
    print(&lines)?;
    Ok(Outcome::Done)
}

fn find(name: &str, gazetteer: &Gazetteer) -> anyhow::Result<Asked> {
    if coordinates::is_position(name) {
        let location = coordinates::parse(name).map_err(anyhow::Error::msg)?;
        return Ok(Asked { name: name.to_owned(), location, place: None });
    }
    let Some(place) = resolve::place_named(name, gazetteer) else {
        bail!(
            "{name}: the gazetteer has no such place; expected a name, like \"Paris, Texas\", or coordinates, like \
             36.3,43.1: try another spelling"
        );
    };
    Ok(Asked { name: name.to_owned(), location: place.location, place: Some(place) })
}

fn pretty(from: &Asked, to: &Asked) -> String {
    let distance = from.location.distance(to.location);
    let bearing = from.location.bearing(to.location);
    let direction = match distance.0 {
        // No direction leads from a place to itself.
        0.0 => String::new(),
        _ => format!(", initial bearing {:.1}° ({})", bearing.0, bearing.compass()),
    };
    format!("{} to {}: {:.1} km{direction}", described(from), described(to), distance.0)
}

fn described(asked: &Asked) -> String {
    let position = position(asked.location);
    let Some(place) = &asked.place else { return position };
    let area: Vec<&str> = [&place.admin1, &place.country].into_iter().flatten().map(|part| &**part).collect();
    let area = if area.is_empty() { position } else { format!("{}, {position}", area.join(", ")) };
    printable(&format!("{} ({area})", place.name)).into_owned()
}

fn json(from: &Asked, to: &Asked) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&DistanceJson {
        from: PlaceJson::new(from),
        to: PlaceJson::new(to),
        km: rounded(from.location.distance(to.location).0, 1),
        bearing_deg: (from.location != to.location).then(|| rounded(from.location.bearing(to.location).0, 1)),
    })?)
}

impl<'a> PlaceJson<'a> {
    fn new(asked: &'a Asked) -> Self {
        let place = asked.place.as_ref();
        Self {
            query: &asked.name,
            id: place.and_then(|place| place.id.as_deref()),
            name: place.map(|place| &*place.name),
            lat: rounded(asked.location.lat, 5),
            lon: rounded(asked.location.lon, 5),
            country: place.and_then(|place| place.country.as_deref()),
        }
    }
}
