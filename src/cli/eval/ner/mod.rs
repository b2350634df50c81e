//! `dateline eval ner`: the names found against those that people have marked.

mod args;
mod compare;
mod corpus;

use std::path::Path;

use anyhow::Context as _;
use comfy_table::CellAlignment;
use dateline::inner::document::{Document, OffsetMap, OffsetUnit};
use dateline::inner::eval::calibration::{Calibration, Judged, calibration};
use dateline::inner::eval::gold::{Gold, Name};
use dateline::inner::eval::ner::{Counts, Fault, FaultCounts, Kind, Scores, faults};
use dateline::inner::mention::Label;
use dateline::inner::rounding::rounded;
use dateline::inner::tagger::Tagger;
use serde::Serialize;

pub use self::args::NerArgs;
use self::compare::Comparison;
use self::corpus::{Corpus, CorpusJson, found_names};
use super::driver::{self, Evaluation, List, Scored};
use crate::cli::outcome::Outcome;
use crate::cli::pretty::table;

/// Runs `dateline eval ner`.
pub fn run(args: &NerArgs) -> anyhow::Result<Outcome> {
    if let Some([a, b]) = args.compare.as_deref() {
        return driver::run(&args.corpora, Comparison::of(args, [a, b])?);
    }
    let faults = List::create(args.faults.as_deref(), &args.inputs())?;
    driver::run(&args.corpora, NerEvaluation { args, faults })
}

struct NerEvaluation<'a> {
    args: &'a NerArgs,
    faults: List,
}

impl Evaluation for NerEvaluation<'_> {
    type Gold = Gold;
    type System = Tagger;

    fn read(&self, corpus: &Path) -> anyhow::Result<Gold> {
        self.args.read(corpus)
    }

    fn open(&self) -> anyhow::Result<Tagger> {
        self.args.tagger(self.args.model.model()?)
    }

    fn score(&mut self, corpus: &Path, gold: Gold, tagger: &Tagger) -> anyhow::Result<Scored> {
        let corpus = Corpus::new(corpus.display().to_string(), gold, self.args.casing);
        let report = score(corpus, self.args, tagger, &mut self.faults)?;
        Ok(if self.args.json { report.json()? } else { report.pretty() }.into())
    }

    fn into_lists(self) -> Vec<List> {
        vec![self.faults]
    }
}

/// Everything measured on one corpus.
struct Report {
    corpus: Corpus,
    scores: Scores,
    calibration: Option<Calibration>,
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
fn score(corpus: Corpus, args: &NerArgs, tagger: &Tagger, list: &mut List) -> anyhow::Result<Report> {
    let documents: Vec<Document> = corpus.gold.documents.iter().map(|gold| gold.document.clone()).collect();
    let (mut scores, mut judged) = (Scores::default(), Vec::new());
    for (gold, tagged) in corpus.gold.documents.iter().zip(tagger.tag_all(documents, &args.tag_options())) {
        let annotation = tagged.with_context(|| gold.document.id.clone())?;
        let entities: Vec<_> = annotation.entities.iter().filter(|entity| entity.label.index().is_some()).collect();
        let found = found_names(&annotation);
        judged.extend(entities.iter().zip(&found).map(|(entity, name)| Judged {
            score: entity.score as f32,
            right: gold.names.binary_search(name).is_ok(),
        }));
        let faults = faults(&gold.names, &found);
        scores.add(&gold.names, &found, &faults);
        let score = |name: Name| found.binary_search(&name).ok().map(|n| entities[n].score as f32);
        list_faults(list, &gold.document, &faults, score)?;
    }
    Ok(Report { corpus, scores, calibration: calibration(&judged) })
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
    #[serde(flatten)]
    corpus: CorpusJson<'a>,
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

    fn json(&self) -> anyhow::Result<String> {
        let scores = self.rows().map(|(name, counts)| Ok((name.to_owned(), serde_json::to_value(counts)?)));
        let json = ReportJson {
            corpus: self.corpus.json(),
            scores: scores.collect::<anyhow::Result<_>>()?,
            faults: self.scores.faults,
            calibration: &self.calibration,
        };
        Ok(serde_json::to_string(&json)? + "\n")
    }

    fn pretty(&self) -> String {
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
            "{}{}\n\nnot as in the corpus: {} missed, {} of the wrong type, {} with a wrong border, {} with both wrong, {} \
             invented\n",
            self.corpus.head(),
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
        lines + &self.corpus.notes() + "\n"
    }
}
