//! `dateline gazetteer`: looks into a gazetteer, or builds one.

mod build;

use clap::{Args, Subcommand};
use dateline::annotation::rounded;
use dateline::gazetteer::{Candidate, Fold, Gazetteer, NameKind, Place};
use serde::Serialize;

use super::pretty::{position, printable, table};
use super::{Outcome, PlacesArgs, print};

/// The arguments of `dateline gazetteer`.
#[derive(Args)]
pub struct GazetteerArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the places that a name may mean
    Lookup(LookupArgs),
    /// Says what a gazetteer holds and where it comes from
    Info(PlacesArgs),
    /// Checks every byte and every reference of a gazetteer
    Verify(PlacesArgs),
    /// Builds a gazetteer from tables
    Build(Box<build::BuildArgs>),
}

#[derive(Args)]
struct LookupArgs {
    /// Names to look up
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// A JSON object a line for each name
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    gazetteer: PlacesArgs,
}

/// Runs a subcommand of `dateline gazetteer`.
pub fn run(args: &GazetteerArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Lookup(args) => lookup(args),
        Command::Info(args) => info(args),
        Command::Verify(args) => verify(args),
        Command::Build(args) => build::run(args),
    }
}

#[derive(Serialize)]
struct LookupJson<'a> {
    query: &'a str,
    candidates: Vec<CandidateJson<'a>>,
}

#[derive(Serialize)]
struct CandidateJson<'a> {
    id: String,
    name: &'a str,
    lat: f64,
    lon: f64,
    country: Option<String>,
    admin1: Option<&'a str>,
    feature: Option<&'a str>,
    population: Option<u64>,
    radius_km: Option<f64>,
    matched: &'static str,
    kind: &'static str,
}

fn lookup(args: &LookupArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let mut lines = String::new();
    let mut missed = 0;
    for name in &args.names {
        let found = gazetteer.lookup(name);
        missed += usize::from(found.is_empty());
        let found = found.into_iter().filter_map(|candidate| Some((candidate, gazetteer.get(candidate.place)?)));
        if args.json {
            let candidates = found.map(|(candidate, place)| to_json(candidate, place, &gazetteer)).collect();
            lines.push_str(&serde_json::to_string(&LookupJson { query: name, candidates })?);
            lines.push('\n');
        } else {
            lines.push_str(&to_table(name, found, &gazetteer));
        }
    }
    print(&lines)?;
    Ok(match missed {
        0 => Outcome::Done,
        missed if missed == args.names.len() => Outcome::NothingDone,
        _ => Outcome::SomeFailed,
    })
}

fn to_json<'g>(candidate: Candidate, place: Place<'g>, gazetteer: &'g Gazetteer) -> CandidateJson<'g> {
    CandidateJson {
        id: place.id.to_string(),
        name: place.name,
        lat: rounded(place.location.lat, 5),
        lon: rounded(place.location.lon, 5),
        country: place.country.map(|country| country.to_string()),
        admin1: division(&place, gazetteer),
        feature: Some(place.feature).filter(|feature| !feature.is_empty()),
        population: place.population,
        radius_km: place.radius.map(|radius| radius.0),
        matched: fold_name(candidate.fold),
        kind: kind_name(candidate.kind),
    }
}

fn to_table<'g>(name: &str, found: impl Iterator<Item = (Candidate, Place<'g>)>, gazetteer: &'g Gazetteer) -> String {
    let mut table = table(&["place", "id", "coordinates", "country", "feature", "population", "matched"]);
    let mut rows = 0;
    for (candidate, place) in found {
        let name = match division(&place, gazetteer) {
            Some(division) => format!("{}, {division}", place.name),
            None => place.name.to_owned(),
        };
        table.add_row([
            printable(&name).into_owned(),
            place.id.to_string(),
            position(place.location),
            place.country.map(|country| country.to_string()).unwrap_or_default(),
            place.feature.to_owned(),
            place.population.map(|population| population.to_string()).unwrap_or_default(),
            format!("{}, {}", kind_name(candidate.kind), fold_name(candidate.fold)),
        ]);
        rows += 1;
    }
    let name = printable(name);
    if rows == 0 { format!("{name}: no such place\n") } else { format!("{name}\n{table}\n") }
}

fn division<'g>(place: &Place<'_>, gazetteer: &'g Gazetteer) -> Option<&'g str> {
    let division = place.admin1.filter(|&division| division != place.index)?;
    gazetteer.get(division).map(|division| division.name)
}

fn fold_name(fold: Fold) -> &'static str {
    match fold {
        Fold::Exact => "exact",
        Fold::Folded => "folded",
        Fold::Loose => "loose",
    }
}

fn kind_name(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Official => "official",
        NameKind::Alternate => "alternate",
        NameKind::Short => "short",
        NameKind::Historic => "historic",
        NameKind::Abbreviation => "abbreviation",
        NameKind::Demonym => "demonym",
        NameKind::Unknown => "unknown",
    }
}

fn info(args: &PlacesArgs) -> anyhow::Result<Outcome> {
    let info = args.open()?.info();
    let mut lines = format!(
        "format version {}\n{} places, {} keys, {} names\n{} bytes\n",
        info.version, info.places, info.keys, info.postings, info.file_bytes
    );
    for (section, bytes) in info.sections {
        lines.push_str(&format!("  {section}: {bytes} bytes\n"));
    }
    for source in info.sources {
        lines.push_str(&format!("source: {} ({}): {}\n", source.name, source.licence, source.attribution));
    }
    print(&printable(&lines))?;
    Ok(Outcome::Done)
}

fn verify(args: &PlacesArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.open()?;
    gazetteer.verify()?;
    print(&format!("sound: {} places\n", gazetteer.len()))?;
    Ok(Outcome::Done)
}
