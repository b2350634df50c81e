//! `dateline eval gazetteer`: how many places of marked corpora the gazetteer knows.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::CellAlignment;
use dateline::inner::eval::coverage::{Coverage, FIRST, Miss, find};
use dateline::inner::eval::toponyms::{self, GoldArticle, Half};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::rounding::rounded;
use serde::Serialize;

use super::driver::{self, Evaluation, List, Scored};
use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;
use crate::cli::terminal::printable;

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
    let inputs = [&args.corpora[..], &args.gazetteer.inputs()].concat();
    let misses = List::create(args.misses.as_deref(), &inputs)?;
    driver::run(&args.corpora, CoverageEvaluation { args, rows: Vec::new(), misses })
}

struct CoverageEvaluation<'a> {
    args: &'a GazetteerArgs,
    rows: Vec<Row>,
    misses: List,
}

impl Evaluation for CoverageEvaluation<'_> {
    type Gold = Vec<GoldArticle>;
    type System = Gazetteer;

    fn read(&self, corpus: &Path) -> anyhow::Result<Vec<GoldArticle>> {
        Ok(toponyms::read(corpus)?)
    }

    fn open(&self) -> anyhow::Result<Gazetteer> {
        self.args.gazetteer.open()
    }

    fn score(&mut self, corpus: &Path, articles: Vec<GoldArticle>, gazetteer: &Gazetteer) -> anyhow::Result<Scored> {
        let halves = self.args.half.map_or(vec![Half::Read, Half::Report], |half| vec![half]);
        for half in halves {
            let coverage = cover(gazetteer, &articles, half, self.args.first.get(), &mut self.misses)?;
            if coverage.linked == 0 && self.args.half.is_none() {
                continue;
            }
            self.rows.push(Row {
                corpus: corpus.display().to_string(),
                half,
                coverage,
                found_percent: rounded(coverage.found(), 2),
            });
        }
        Ok(String::new().into())
    }

    fn summary(&self) -> anyhow::Result<String> {
        if self.args.json { json(&self.rows) } else { Ok(pretty(&self.rows)) }
    }

    fn into_lists(self) -> Vec<List> {
        vec![self.misses]
    }
}

fn cover(
    gazetteer: &Gazetteer,
    articles: &[GoldArticle],
    half: Half,
    first: usize,
    list: &mut List,
) -> anyhow::Result<Coverage> {
    let mut coverage = Coverage::default();
    for article in articles.iter().filter(|article| Half::of(&article.domain) == half) {
        for toponym in &article.toponyms {
            let Some(place) = &toponym.place else { continue };
            let (finding, candidates, nearest) = find(gazetteer, &toponym.phrase, place, first);
            coverage.add(finding);
            if !finding.is_found() {
                list.add(&Miss {
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
