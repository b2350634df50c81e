//! `dateline distance`: geodesic distances and bearings between places.

use clap::{Args, ValueEnum};
use dateline::inner::query::{DistanceBetween, NamedPlace};

use super::args::gazetteer::PlacesArgs;
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

/// Prints the distance of every pair, in the order of the arguments.
pub fn run(args: &DistanceArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let places = args.named.iter().map(|name| NamedPlace::find(name, &gazetteer)).collect::<Result<Vec<_>, _>>()?;
    let mut lines = String::new();
    for (n, from) in places.iter().enumerate() {
        for to in &places[n + 1..] {
            lines.push_str(&match args.format {
                Format::Pretty => pretty(from, to),
                Format::Jsonl => serde_json::to_string(&DistanceBetween::new(from, to))?,
            });
            lines.push('\n');
        }
    }
    print(&lines)?;
    Ok(Outcome::Done)
}

fn pretty(from: &NamedPlace, to: &NamedPlace) -> String {
    let distance = from.location.distance(to.location);
    let bearing = from.location.bearing(to.location);
    let direction = match distance.0 {
        // No direction leads from a place to itself.
        0.0 => String::new(),
        _ => format!(", initial bearing {:.1}° ({})", bearing.0, bearing.compass()),
    };
    format!("{} to {}: {:.1} km{direction}", described(from), described(to), distance.0)
}

fn described(asked: &NamedPlace) -> String {
    let position = position(asked.location);
    let Some(place) = &asked.place else { return position };
    let area: Vec<&str> = [&place.admin1, &place.country].into_iter().flatten().map(|part| &**part).collect();
    let area = if area.is_empty() { position } else { format!("{}, {position}", area.join(", ")) };
    printable(&format!("{} ({area})", place.name)).into_owned()
}
