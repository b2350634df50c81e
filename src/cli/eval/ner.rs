//! `dateline eval ner`: the names found against those that people have marked.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;
use comfy_table::CellAlignment;
use dateline::inner::document::{Document, OffsetMap, OffsetUnit, Span};
use dateline::inner::eval::calibration::{Calibration, Judged, calibration};
use dateline::inner::eval::gold::{self, Casing, GoldDocument, Name};
use dateline::inner::eval::ner::{Counts, Fault, FaultCounts, Kind, Scores, faults};
use dateline::inner::mention::Label;
use dateline::inner::rounding::rounded;
use dateline::inner::tagger::{TagOptions, Tagger};
use serde::Serialize;

use super::driver::{self, Evaluation, List, Scored};
use crate::cli::args::model::ModelArgs;
use crate::cli::args::runtime::RuntimeArgs;
use crate::cli::args::threads::ThreadArgs;
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;
use crate::cli::terminal::{printable, say};

/// The arguments of `dateline eval ner`.
#[derive(Args)]
#[command(after_help = "A corpus has a word, a tab and a tag (O, or B- or I- with PER, ORG, LOC or MISC) on each
line, a blank line between sentences and a -DOCSTART- line before each document; without
such lines it is one document. IOB1 and BIOES are read too, types of other tag sets count as
the nearest of these (PERSON, GPE, NORP), and lines that begin with \"# \" are comments. The words are joined by one space, sentences by a newline,
and tagged as any text is. A name counts as right if its span and its type are exactly
those of the corpus.

Examples:
  dateline eval ner dev.tsv
  dateline eval ner dev.tsv --model accurate --faults faults.jsonl
  dateline eval ner dev.tsv test.tsv --json

Exit status: 0 all scored, 1 some corpora could not be scored, 2 none could.")]
pub struct NerArgs {
    /// Corpora, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    corpora: Vec<PathBuf>,
    /// One JSON object a corpus, each on a line
    #[arg(long)]
    json: bool,
    /// Write the words in another casing before tagging them
    #[arg(long, value_name = "CASING", default_value = "as-is")]
    casing: Casing,
    /// Only every N-th document, beginning with the K-th
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    part: Part,
    /// Write every fault to this file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Every `of`-th document, beginning with number `first` (from 1).
#[derive(Clone, Copy)]
struct Part {
    first: usize,
    of: usize,
}

impl FromStr for Part {
    type Err = &'static str;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected K/N with 1 ≤ K ≤ N, such as 1/2";
        let (first, of) = given.split_once('/').ok_or(EXPECTED)?;
        match (first.parse(), of.parse()) {
            (Ok(first), Ok(of)) if 1 <= first && first <= of => Ok(Self { first, of }),
            _ => Err(EXPECTED),
        }
    }
}

/// Everything measured on one corpus.
struct Report {
    name: String,
    documents: usize,
    words: usize,
    casing: Casing,
    scores: Scores,
    calibration: Option<Calibration>,
}

/// Runs `dateline eval ner`.
pub fn run(args: &NerArgs) -> anyhow::Result<Outcome> {
    let inputs = [&args.corpora[..], &args.model.inputs(), &args.runtime.inputs()].concat();
    let faults = List::create(args.faults.as_deref(), &inputs)?;
    driver::run(&args.corpora, NerEvaluation { args, faults })
}

struct NerEvaluation<'a> {
    args: &'a NerArgs,
    faults: List,
}

impl Evaluation for NerEvaluation<'_> {
    type Gold = Vec<GoldDocument>;
    type System = Tagger;

    fn read(&self, corpus: &Path) -> anyhow::Result<Vec<GoldDocument>> {
        let (name, part) = (corpus.display().to_string(), self.args.part);
        let lines = driver::lines(corpus, "a corpus of two columns")?;
        let documents = gold::read(&name, lines, self.args.casing)?;
        let part: Vec<GoldDocument> = documents.into_iter().skip(part.first - 1).step_by(part.of).collect();
        anyhow::ensure!(!part.is_empty(), "{name}: --part leaves no document of it; expected a K up to its documents");
        Ok(part)
    }

    fn open(&self) -> anyhow::Result<Tagger> {
        let builder = Tagger::builder().runtime(self.args.runtime.options()).on_event(|event| say(&event.to_string()));
        Ok(self.args.model.apply(builder.threads(self.args.threads.count()))?.without_places().build()?)
    }

    fn score(&mut self, corpus: &Path, gold: Vec<GoldDocument>, tagger: &Tagger) -> anyhow::Result<Scored> {
        let mut options = TagOptions::default();
        options.offsets = OffsetUnit::Utf8;
        options.min_score = self.args.model.min_score();
        let system = (tagger, &options);
        let report = score(corpus.display().to_string(), gold, self.args.casing, system, &mut self.faults)?;
        Ok(if self.args.json { report.json()? } else { report.pretty() }.into())
    }

    fn into_lists(self) -> Vec<List> {
        vec![self.faults]
    }
}

/// A fault as it is listed.
#[derive(Serialize)]
struct FaultLine<'a> {
    document: &'a str,
    kind: Kind,
    gold: Option<NameJson<'a>>,
    found: Option<NameJson<'a>>,
    /// The line of the text around it.
    sentence: &'a str,
}

/// A name, with offsets in code points of the document's text.
#[derive(Serialize)]
struct NameJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    label: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

/// Tags a corpus and compares, and lists the faults.
fn score(
    name: String,
    gold: Vec<GoldDocument>,
    casing: Casing,
    (tagger, options): (&Tagger, &TagOptions),
    list: &mut List,
) -> anyhow::Result<Report> {
    let documents: Vec<Document> = gold.iter().map(|gold| gold.document.clone()).collect();
    let mut report = Report {
        name,
        documents: gold.len(),
        words: gold.iter().map(|gold| gold.words).sum(),
        casing,
        scores: Scores::default(),
        calibration: None,
    };
    let mut judged = Vec::new();
    for (gold, tagged) in gold.iter().zip(tagger.tag_all(documents, options)) {
        let annotation = tagged.with_context(|| gold.document.id.clone())?;
        let entities = &annotation.entities;
        let found: Vec<Name> =
            entities.iter().map(|entity| (Span::new(entity.start, entity.end), entity.label)).collect();
        judged.extend(entities.iter().zip(&found).map(|(entity, name)| Judged {
            score: entity.score as f32,
            right: gold.names.binary_search(name).is_ok(),
        }));
        let faults = faults(&gold.names, &found);
        report.scores.add(&gold.names, &found, &faults);
        let score = |name: Name| found.binary_search(&name).ok().map(|n| entities[n].score as f32);
        list_faults(list, &gold.document, &faults, score)?;
    }
    report.calibration = calibration(&judged);
    Ok(report)
}

fn list_faults(
    list: &mut List,
    document: &Document,
    faults: &[Fault],
    score: impl Fn(Name) -> Option<f32>,
) -> anyhow::Result<()> {
    let text = &document.text;
    let offsets = OffsetMap::new(text, OffsetUnit::CodePoints);
    let named = |name: Name, score: Option<f32>| NameJson {
        start: offsets.convert(name.0.start),
        end: offsets.convert(name.0.end),
        text: name.0.of(text),
        label: name.1,
        score: score.map(|score| rounded(score.into(), 3)),
    };
    for fault in faults {
        let Some((span, _)) = fault.gold.or(fault.found) else { continue };
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
        let line = FaultLine {
            document: &document.id,
            kind: fault.kind,
            gold: fault.gold.map(|name| named(name, None)),
            found: fault.found.map(|name| named(name, score(name))),
            sentence: &text[start..end],
        };
        list.add(&line)?;
    }
    Ok(())
}

/// A report as JSON.
#[derive(Serialize)]
struct ReportJson<'a> {
    corpus: &'a str,
    documents: usize,
    words: usize,
    casing: &'static str,
    scores: serde_json::Map<String, serde_json::Value>,
    faults: FaultCounts,
    calibration: &'a Option<Calibration>,
}

impl Report {
    /// The counts of each label and of all, with their names.
    fn rows(&self) -> impl Iterator<Item = (&'static str, Counts)> {
        let labels = Label::ALL.into_iter().map(|label| (label.name(), self.scores.of(label)));
        labels.chain([("all", self.scores.all())])
    }

    fn casing(&self) -> &'static str {
        match self.casing {
            Casing::AsIs => "as-is",
            Casing::Lower => "lower",
            Casing::Upper => "upper",
        }
    }

    fn json(&self) -> anyhow::Result<String> {
        let scores = self.rows().map(|(name, counts)| Ok((name.to_owned(), serde_json::to_value(counts)?)));
        let json = ReportJson {
            corpus: &self.name,
            documents: self.documents,
            words: self.words,
            casing: self.casing(),
            scores: scores.collect::<anyhow::Result<_>>()?,
            faults: self.scores.faults,
            calibration: &self.calibration,
        };
        Ok(serde_json::to_string(&json)? + "\n")
    }

    fn pretty(&self) -> String {
        let casing = match self.casing {
            Casing::AsIs => "",
            Casing::Lower => ", in lower case",
            Casing::Upper => ", in upper case",
        };
        let mut table = table(&["", "precision", "recall", "F1", "right", "found", "in the corpus"]);
        for (name, counts) in self.rows() {
            let figures = [counts.precision(), counts.recall(), counts.f1()].map(|figure| format!("{figure:.2}"));
            let numbers = [counts.right, counts.found, counts.gold].map(|number| number.to_string());
            table.add_row([name.to_owned()].into_iter().chain(figures).chain(numbers));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let faults = self.scores.faults;
        let mut lines = format!(
            "{}: {} document{}, {} words{casing}\n{}\n\nnot as in the corpus: {} missed, {} of the wrong type, {} with a \
             wrong border, {} with both wrong, {} invented\n",
            printable(&self.name),
            self.documents,
            if self.documents == 1 { "" } else { "s" },
            self.words,
            table.trim_fmt(),
            faults.missed,
            faults.wrong_type,
            faults.wrong_border,
            faults.wrong_both,
            faults.invented
        );
        if let Some(found) = &self.calibration {
            lines += &format!(
                "scores: expected calibration error {:.3}, Brier score {:.3} ({:.3} if all scores were the same)\n",
                found.ece, found.brier, found.base_brier
            );
        }
        lines + "\n"
    }
}
