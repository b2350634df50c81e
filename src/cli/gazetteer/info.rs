//! `dateline gazetteer info`: what a gazetteer holds and where it comes from.

use std::collections::BTreeMap;

use clap::Args;
use comfy_table::CellAlignment;
use dateline::inner::gazetteer::{Gazetteer, Info};
use serde::Serialize;

use crate::cli::args::gazetteer::NamedFileArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;
use crate::cli::terminal::{print, printable};

/// Countries that are listed for people; JSON has them all.
const COUNTRIES: usize = 10;

/// The arguments of `dateline gazetteer info`.
#[derive(Args)]
pub struct InfoArgs {
    /// All counts as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    gazetteer: NamedFileArgs,
}

/// All that is known, in the order of the JSON form.
#[derive(Serialize)]
struct InfoJson<'a> {
    format_version: u32,
    checksum: String,
    bytes: usize,
    places: usize,
    keys: usize,
    names: usize,
    sections: BTreeMap<&'static str, usize>,
    /// Places by the table that they come from; one may stand in several.
    tables: BTreeMap<&'a str, u64>,
    /// Places by the namespace of their ids.
    namespaces: BTreeMap<String, u64>,
    /// Places by the letter of their GeoNames feature class; an empty one if it isn't known.
    classes: BTreeMap<String, u64>,
    /// Places by country; an empty code for those in none or several.
    countries: BTreeMap<String, u64>,
    sources: Vec<SourceJson<'a>>,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    name: &'a str,
    licence: &'a str,
    attribution: &'a str,
}

/// Runs `dateline gazetteer info`.
pub fn run(args: &InfoArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let info = gazetteer.info();
    let json = collect(&gazetteer, &info);
    print(&if args.json { serde_json::to_string(&json)? + "\n" } else { pretty(&json) })?;
    Ok(Outcome::Done)
}

fn collect<'a>(gazetteer: &Gazetteer, info: &'a Info) -> InfoJson<'a> {
    let (mut namespaces, mut classes, mut countries) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let count = |counts: &mut BTreeMap<String, u64>, key: String| *counts.entry(key).or_default() += 1;
    for place in gazetteer.places() {
        count(&mut namespaces, place.id.namespace().to_owned());
        count(&mut classes, place.class.letter().map(String::from).unwrap_or_default());
        count(&mut countries, place.country.map(|country| country.to_string()).unwrap_or_default());
    }
    InfoJson {
        format_version: info.version,
        checksum: format!("{:08x}", info.checksum),
        bytes: info.file_bytes,
        places: info.places,
        keys: info.keys,
        names: info.postings,
        sections: info.sections.iter().copied().collect(),
        tables: info.tables.iter().map(|(name, places)| (name.as_str(), *places)).collect(),
        namespaces,
        classes,
        countries,
        sources: info
            .sources
            .iter()
            .map(|source| SourceJson { name: &source.name, licence: &source.licence, attribution: &source.attribution })
            .collect(),
    }
}

fn pretty(info: &InfoJson<'_>) -> String {
    let mut text = format!(
        "{} places under {} names ({} keys)\n{} bytes, format version {}, checksum {}\n",
        info.places, info.names, info.keys, info.bytes, info.format_version, info.checksum
    );
    let list = |counts: &BTreeMap<String, u64>, most: usize| {
        let mut counts: Vec<(&str, u64)> = counts.iter().map(|(key, count)| (key.as_str(), *count)).collect();
        // Stable: equals stay in the order of letters.
        counts.sort_by_key(|(_, count)| u64::MAX - count);
        let rest: u64 = counts.iter().skip(most).map(|(_, count)| count).sum();
        let shown = counts.iter().take(most).map(|(key, count)| match *key {
            "" => format!("none {count}"),
            key => format!("{key} {count}"),
        });
        let more = (rest > 0).then(|| format!("{} more {rest}", counts.len() - most));
        shown.chain(more).collect::<Vec<_>>().join(", ")
    };
    text += &format!("by id: {}\n", printable(&list(&info.namespaces, usize::MAX)));
    text += &format!("by feature class: {}\n", list(&info.classes, usize::MAX));
    text += &format!("by country: {}\n", list(&info.countries, COUNTRIES));
    let sections: Vec<String> = info.sections.iter().map(|(name, bytes)| format!("{name} {bytes}")).collect();
    text += &format!("bytes by section: {}\n", sections.join(", "));
    if !info.tables.is_empty() {
        let mut tables = table(&["table", "places"]);
        for (name, places) in &info.tables {
            tables.add_row([printable(name).into_owned(), places.to_string()]);
        }
        if let Some(column) = tables.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        text += &format!("\n{}\n", tables.trim_fmt());
    }
    if !info.sources.is_empty() {
        let mut sources = table(&["source", "licence", "attribution"]);
        for source in &info.sources {
            sources.add_row([source.name, source.licence, source.attribution].map(|cell| printable(cell).into_owned()));
        }
        text += &format!("\n{}\n", sources.trim_fmt());
    }
    text
}
