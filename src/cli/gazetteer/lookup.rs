//! `dateline gazetteer lookup`: the places that a name may mean.

use std::io::{self, BufRead};
use std::num::NonZeroUsize;

use anyhow::Context as _;
use clap::Args;
use dateline::inner::gazetteer::{CountryCode, Gazetteer};
use dateline::inner::geo::LatLon;
use dateline::inner::query::{Candidate, CandidateForm, LookupOptions, coordinates, look_up};
use serde::Serialize;

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::{position, table};
use crate::cli::terminal::{print, printable};

/// The arguments of `dateline gazetteer lookup`.
#[derive(Args)]
#[command(after_help = "Candidates stand best first: by the confidence that the tagger would have in them if it saw
nothing but the name, or with --near by how closely the name matched and then by distance.

matched says what kind of name it was (official, alternate, short, historic, abbreviation,
demonym, or unknown where the source doesn't say) and how closely it matched: exact, folded
(but for case, accents and punctuation), loose (with a liberty: \"X province\", \"St.\"),
transliterated (another way to write it in Latin letters), fuzzy (misspelt). feature is
GeoNames' code: PPL a town, PPLA the seat of a division, PPLC a capital, ADM1 and ADM2
divisions, PCLI a country, STM a river, MT a mountain, RGN a region.

With --json each line is {\"query\": NAME, \"candidates\": [PLACE, …]}, places as `dateline tag`
writes them. Their confidence is that of a name without any text around it.

Examples:
  dateline gazetteer lookup Mosul
  dateline gazetteer lookup \"Paris, Texas\" geonames:99072
  dateline gazetteer lookup Tripoli --country LB
  dateline gazetteer lookup Springfield --near 39.8,-89.6 --first 3
  dateline gazetteer lookup Kramatosrk --fuzzy
  cut -f1 names.tsv | dateline gazetteer lookup - --json

Exit status: 0 all names found, 1 some not, 2 none.")]
pub struct LookupArgs {
    /// Names or ids to look up, or - for names on standard input, one a line
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Only places in this country (ISO 3166-1 code of two letters, such as IQ)
    #[arg(long, value_name = "CODE")]
    country: Option<CountryCode>,
    /// The nearest to this point first, in degrees north and east, such as 36.3,43.1
    #[arg(long, value_name = "LAT,LON", value_parser = coordinates::parse, allow_hyphen_values = true)]
    near: Option<LatLon>,
    /// At most so many candidates of each name
    #[arg(long, value_name = "N")]
    first: Option<NonZeroUsize>,
    /// Where a name is not found, places whose names differ from it by a letter or two
    #[arg(long)]
    fuzzy: bool,
    /// A JSON object a line for each name
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    gazetteer: PlacesArgs,
}

#[derive(Serialize)]
struct LookupJson<'a> {
    query: &'a str,
    candidates: Vec<CandidateForm>,
}

/// Runs `dateline gazetteer lookup`.
pub fn run(args: &LookupArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let options = LookupOptions {
        country: args.country,
        near: args.near,
        first: args.first.map(NonZeroUsize::get),
        fuzzy: args.fuzzy,
    };
    let (mut asked, mut missed) = (0, 0);
    for given in &args.names {
        let mut show = |name: &str| {
            let found = look_up(name, &options, &gazetteer);
            asked += 1;
            missed += usize::from(found.is_empty());
            print(&if args.json { to_json(name, &found, &gazetteer)? } else { to_table(name, &found) })
        };
        if given != "-" {
            show(given)?;
            continue;
        }
        for (n, line) in io::stdin().lock().lines().enumerate() {
            let line = line.with_context(|| format!("-:{}: cannot be read; expected names in UTF-8", n + 1))?;
            let name = line.trim();
            if !name.is_empty() {
                show(name)?;
            }
        }
    }
    Ok(match missed {
        0 => Outcome::Done,
        missed if missed == asked => Outcome::NothingDone,
        _ => Outcome::SomeFailed,
    })
}

fn to_json(name: &str, found: &[Candidate], gazetteer: &Gazetteer) -> anyhow::Result<String> {
    let candidates = found.iter().map(|candidate| candidate.form(gazetteer)).collect();
    Ok(serde_json::to_string(&LookupJson { query: name, candidates })? + "\n")
}

fn to_table(name: &str, found: &[Candidate]) -> String {
    let name = printable(name);
    if found.is_empty() {
        return format!("{name}: no such place\n");
    }
    let near = found.iter().any(|found| found.distance_km.is_some());
    let heads = [
        "place",
        "id",
        "coordinates",
        "radius",
        "country",
        "feature",
        "population",
        "matched",
        "confidence",
        "distance",
    ];
    let mut table = table(if near { &heads } else { &heads[..heads.len() - 1] });
    for candidate in found {
        let Candidate { place, distance_km, .. } = candidate;
        let full = match &place.admin1 {
            Some(division) => format!("{}, {division}", place.name),
            None => place.name.to_string(),
        };
        let mut row = vec![
            printable(&full).into_owned(),
            printable(place.id.as_deref().unwrap_or_default()).into_owned(),
            position(place.location),
            place.radius.map(|radius| format!("{:.0} km", radius.0)).unwrap_or_default(),
            place.country.as_deref().unwrap_or_default().to_owned(),
            printable(place.feature.as_deref().unwrap_or_default()).into_owned(),
            place.population.map(|population| population.to_string()).unwrap_or_default(),
            format!("{}, {}", candidate.kind(), candidate.matched()),
            format!("{:.3}", place.confidence),
        ];
        row.extend(distance_km.map(|km| format!("{km:.0} km")));
        table.add_row(row);
    }
    format!("{name}\n{table}\n")
}
