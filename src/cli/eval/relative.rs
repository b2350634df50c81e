//! `dateline eval relative`: positions given by distance and direction against the truth.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comfy_table::CellAlignment;
use dateline::inner::eval::relative::{GoldPassage, Measures, Reading, Scores, compare, read};
use dateline::inner::eval::toponyms::Half;
use dateline::inner::resolve::Resolved;
use dateline::inner::resolve::relative::StatedRelation;
use dateline::inner::rounding::rounded;
use dateline::inner::tagger::{TagOptions, Tagger, Task};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::driver::{self, Evaluation, List, Scored};
use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::runtime::RuntimeArgs;
use crate::cli::args::threads::ThreadArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;
use crate::cli::terminal::{printable, say};

/// The arguments of `dateline eval relative`.
#[derive(Args)]
#[command(after_help = "A corpus has a JSON object on each line: text, target and anchor (each with start and end in
characters, lat and lon), distance_km and direction. Every text is tagged as it is. A relation
counts as found if it starts from the anchor, its distance is within 2 % and its bearing within
12 degrees; points are scored for those found, once worked out from the true coordinates of the
anchor and once end to end, as they are in the output.

The lines fall into two halves by their hash, so that constants can be fitted on one half and
judged by the other.

Examples:
  dateline eval relative relative.jsonl
  dateline eval relative relative.jsonl --json --misses misses.jsonl

Exit status: 0 all scored, 1 some corpora could not be scored, 2 none could.")]
pub struct RelativeArgs {
    /// Corpora, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    corpora: Vec<PathBuf>,
    /// One JSON object a corpus and half, each on a line
    #[arg(long)]
    json: bool,
    /// Write passages that were not read rightly to this file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    gazetteer: PlacesArgs,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// The scores of a corpus or a half of it.
#[derive(Serialize)]
struct Row {
    corpus: String,
    half: &'static str,
    #[serde(flatten)]
    scores: Scores,
}

/// Runs `dateline eval relative`.
pub fn run(args: &RelativeArgs) -> anyhow::Result<Outcome> {
    let inputs = [&args.corpora[..], &args.gazetteer.inputs(), &args.model.inputs(), &args.runtime.inputs()].concat();
    let misses = List::create(args.misses.as_deref(), &inputs)?;
    driver::run(&args.corpora, RelativeEvaluation { args, misses })
}

struct RelativeEvaluation<'a> {
    args: &'a RelativeArgs,
    misses: List,
}

impl Evaluation for RelativeEvaluation<'_> {
    type Gold = Vec<GoldPassage>;
    type System = Tagger;

    fn read(&self, corpus: &Path) -> anyhow::Result<Vec<GoldPassage>> {
        Ok(read(&corpus.display().to_string(), driver::lines(corpus, "a corpus of passages in JSONL")?)?)
    }

    fn open(&self) -> anyhow::Result<Tagger> {
        let builder = Tagger::builder().runtime(self.args.runtime.options()).on_event(|event| say(&event.to_string()));
        let builder = self.args.model.apply(builder.threads(self.args.threads.count()))?;
        Ok(builder.places_options(self.args.gazetteer.options()).build()?)
    }

    fn score(&mut self, corpus: &Path, gold: Vec<GoldPassage>, tagger: &Tagger) -> anyhow::Result<Scored> {
        let options = TagOptions { min_score: self.args.model.min_score(), ..TagOptions::default() };
        let rows = score(corpus, &gold, (tagger, &options), &mut self.misses)?;
        Ok(if self.args.json { json_lines(&rows)? } else { pretty(&rows) }.into())
    }

    fn into_lists(self) -> Vec<List> {
        vec![self.misses]
    }
}

/// Tags a corpus and compares, and lists what was misread.
fn score(
    path: &Path,
    gold: &[GoldPassage],
    (tagger, options): (&Tagger, &TagOptions),
    list: &mut List,
) -> anyhow::Result<Vec<Row>> {
    let read = |gold: &GoldPassage| {
        let task = Task { document: gold.document.clone(), known: None, options };
        let resolved = tagger.examine(task).with_context(|| gold.document.id.clone())?;
        let reading = compare(gold, &resolved);
        let missed = (!(reading.found() && reading.target)).then(|| miss(gold, &reading, &resolved));
        Ok((reading, missed))
    };
    let read = tagger.install(|| gold.par_iter().map(read).collect::<anyhow::Result<Vec<_>>>())?;
    let mut readings = Vec::with_capacity(gold.len());
    for (reading, missed) in read {
        missed.iter().try_for_each(|missed| list.add(missed))?;
        readings.push(reading);
    }
    let of = |half: Option<Half>| {
        let read = gold.iter().zip(&readings).filter(|(gold, _)| half.is_none_or(|half| gold.half == half));
        let half = half.map_or("both", |half| if half == Half::Read { "read" } else { "report" });
        Row { corpus: path.display().to_string(), half, scores: Scores::of(read) }
    };
    Ok([Some(Half::Read), Some(Half::Report), None].map(of).into_iter().filter(|row| row.scores.passages > 0).collect())
}

/// A passage that was misread, as it is listed.
fn miss(gold: &GoldPassage, reading: &Reading, resolved: &Resolved) -> Value {
    let text = &gold.document.text;
    let name = |entity: &usize| resolved.mentions[*entity].mention.span.of(text);
    let relation = |relation: &StatedRelation| {
        json!({
            "text": relation.span.of(text),
            "kind": relation.stated.kind,
            "target": relation.target.as_ref().map(name),
            "anchors": relation.anchors.iter().map(name).collect::<Vec<_>>(),
        })
    };
    json!({
        "document": gold.document.id,
        "half": gold.half,
        "missed": if reading.found() { "target" } else { "relation" },
        "target": gold.target.0.of(text),
        "anchor": gold.anchor.0.of(text),
        "distance_km": gold.distance.0,
        "bearing_deg": gold.bearing.0,
        "relations": resolved.relations.iter().map(relation).collect::<Vec<_>>(),
        "text": text,
    })
}

fn json_lines(rows: &[Row]) -> anyhow::Result<String> {
    let measures = |measures: &Option<Measures>| {
        measures.map(|m| {
            json!({
                "points": m.points, "median_error_km": rounded(m.median_error_km, 2), "near": m.near,
                "covered": m.covered, "median_radius": rounded(m.median_radius, 4),
            })
        })
    };
    let line = |row: &Row| {
        let mut object: Map<String, Value> = serde_json::from_value(serde_json::to_value(row)?)?;
        object.insert("from_true_anchor".into(), json!(measures(&row.scores.from_true_anchor)));
        object.insert("end_to_end".into(), json!(measures(&row.scores.end_to_end)));
        Ok(serde_json::to_string(&object)? + "\n")
    };
    rows.iter().map(line).collect()
}

fn percent(part: usize, of: usize) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / of as f64) }
}

fn pretty(rows: &[Row]) -> String {
    let mut read = table(&["half", "passages", "anchor", "distance", "bearing", "all three", "of these target"]);
    let mut points =
        table(&["half", "anchor", "points", "median error", "within 25 km", "covered", "radius / distance"]);
    for Row { half, scores, .. } in rows {
        let of_all = |part| percent(part, scores.passages);
        read.add_row([
            (*half).to_owned(),
            scores.passages.to_string(),
            of_all(scores.anchor),
            of_all(scores.distance),
            of_all(scores.bearing),
            of_all(scores.found),
            percent(scores.target, scores.found),
        ]);
        for (anchor, measures) in [("true", scores.from_true_anchor), ("resolved", scores.end_to_end)] {
            let Some(m) = measures else { continue };
            points.add_row([
                (*half).to_owned(),
                anchor.to_owned(),
                m.points.to_string(),
                format!("{:.1} km", m.median_error_km),
                percent(m.near, m.points),
                percent(m.covered, m.points),
                format!("{:.1} %", 100.0 * m.median_radius),
            ]);
        }
    }
    for column in read.column_iter_mut().skip(1).chain(points.column_iter_mut().skip(2)) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let name = rows.first().map_or("", |row| &row.corpus);
    format!("{}\n{}\n\n{}\n\n", printable(name), read.trim_fmt(), points.trim_fmt())
}
