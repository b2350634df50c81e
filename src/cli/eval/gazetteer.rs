//! `dateline eval gazetteer`: how many places of marked corpora the gazetteer knows.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comfy_table::CellAlignment;
use dateline::inner::atomic::AtomicFile;
use dateline::inner::eval::coverage::{Coverage, FIRST, Miss, find};
use dateline::inner::eval::toponyms::{self, GoldArticle, Half};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::rounding::rounded;
use serde::Serialize;

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;
use crate::cli::terminal::{cannot_write, explanation, print, printable, refuse_output_over, say};

/// The arguments of `dateline eval gazetteer`.
#[derive(Args)]
#[command(after_help = "A corpus is XML as LGL and TR-News have it: articles with marked places that are linked to
coordinates. A place counts as found if one of the first candidates that the gazetteer
gives for its phrase lies within 161 km. Hits that only an area's radius explains are
counted apart (by area only), loose and transliterated matches are counted among those found
(loosely), fuzzy ones don't count. Elsewhere: there are candidates, but none is near.

The publishers (by their domains) fall into two halves, so that tables can be mended with
the misses of one half and judged by the other.

Examples:
  dateline eval gazetteer lgl.xml tr-news.xml
  dateline eval gazetteer lgl.xml --half read --misses misses.jsonl

Exit status: 0 all counted, 1 some corpora could not be read, 2 none could.")]
pub struct GazetteerArgs {
    /// Corpora in XML
    #[arg(value_name = "FILE", required = true)]
    corpora: Vec<PathBuf>,
    /// One JSON object a corpus and half, each on a line
    #[arg(long)]
    json: bool,
    /// Only one half of the publishers
    #[arg(long, value_name = "HALF")]
    half: Option<Half>,
    /// Candidates of a phrase that count
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::new(FIRST).unwrap_or(NonZeroUsize::MIN))]
    first: NonZeroUsize,
    /// Write what was not found to this file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    #[command(flatten)]
    gazetteer: PlacesArgs,
}

/// A row of the report.
#[derive(Serialize)]
struct Row {
    corpus: String,
    half: Half,
    #[serde(flatten)]
    coverage: Coverage,
    found_percent: f64,
}

/// Runs `dateline eval gazetteer`.
pub fn run(args: &GazetteerArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.gazetteer.open()?;
    let mut listed = match &args.misses {
        Some(path) => {
            refuse_output_over(path, &[&args.corpora[..], &args.gazetteer.inputs()].concat())?;
            Some((path, AtomicFile::create(path).with_context(|| cannot_write(path))?))
        }
        None => None,
    };
    let halves = match args.half {
        Some(half) => vec![half],
        None => vec![Half::Read, Half::Report],
    };
    let mut rows = Vec::new();
    let (mut read, mut failed) = (0, 0);
    for path in &args.corpora {
        let articles = match toponyms::read(path) {
            Ok(articles) => {
                read += 1;
                articles
            }
            Err(error) => {
                say(&explanation(&error.into()));
                failed += 1;
                continue;
            }
        };
        for &half in &halves {
            let mut list = |miss: &Miss<'_>| match &mut listed {
                Some((path, file)) => list(miss, file).with_context(|| cannot_write(path)),
                None => Ok(()),
            };
            let coverage = cover(&gazetteer, &articles, half, args.first.get(), &mut list)?;
            if coverage.linked == 0 && args.half.is_none() {
                continue;
            }
            rows.push(Row {
                corpus: path.display().to_string(),
                half,
                coverage,
                found_percent: rounded(coverage.found(), 2),
            });
        }
    }
    if read == 0 {
        return Ok(Outcome::NothingDone);
    }
    print(&if args.json { json(&rows)? } else { pretty(&rows) })?;
    if let Some((path, file)) = listed {
        file.commit().with_context(|| cannot_write(path))?;
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::SomeFailed })
}

fn list(miss: &Miss<'_>, file: &mut AtomicFile) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *file, miss)?;
    Ok(file.write_all(b"\n")?)
}

fn cover(
    gazetteer: &Gazetteer,
    articles: &[GoldArticle],
    half: Half,
    first: usize,
    list: &mut impl FnMut(&Miss<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Coverage> {
    let mut coverage = Coverage::default();
    for article in articles.iter().filter(|article| Half::of(&article.domain) == half) {
        for toponym in &article.toponyms {
            let Some(place) = &toponym.place else { continue };
            let (finding, candidates, nearest) = find(gazetteer, &toponym.phrase, place, first);
            coverage.add(finding);
            if !finding.is_found() {
                list(&Miss {
                    half,
                    document: &article.id,
                    phrase: &toponym.phrase,
                    name: &place.name,
                    feature: &place.feature,
                    lat: place.location.lat,
                    lon: place.location.lon,
                    why: finding,
                    candidates,
                    nearest_km: nearest.map(|km| rounded(km, 1)),
                })?;
            }
        }
    }
    Ok(coverage)
}

fn json(rows: &[Row]) -> anyhow::Result<String> {
    let lines = rows.iter().map(|row| Ok(serde_json::to_string(row)? + "\n"));
    lines.collect()
}

fn pretty(rows: &[Row]) -> String {
    let heads = ["corpus", "half", "linked", "found", "", "loosely", "by area only", "elsewhere", "missing"];
    let mut table = table(&heads);
    for Row { corpus, half, coverage, .. } in rows {
        let half = match half {
            Half::Read => "read",
            Half::Report => "report",
        };
        table.add_row([
            printable(corpus).into_owned(),
            half.to_owned(),
            coverage.linked.to_string(),
            (coverage.folded + coverage.loose).to_string(),
            format!("{:.2} %", coverage.found()),
            coverage.loose.to_string(),
            coverage.area.to_string(),
            coverage.elsewhere.to_string(),
            coverage.missing.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n", table.trim_fmt())
}
