//! `dateline eval ner --compare A B`: two models on the same texts.

use std::path::Path;

use anyhow::Context as _;
use comfy_table::CellAlignment;
use dateline::inner::document::Document;
use dateline::inner::eval::bootstrap::{Better, Difference, RESAMPLES, Unit, paired_bootstrap};
use dateline::inner::eval::gold::{Gold, GoldDocument};
use dateline::inner::eval::ner::{Counts, Scores, faults};
use dateline::inner::mention::Label;
use dateline::inner::tagger::{TagOptions, Tagger};
use serde::Serialize;

use super::args::NerArgs;
use super::corpus::{Corpus, CorpusJson, found_names};
use crate::cli::args::model::named;
use crate::cli::eval::driver::{Evaluation, List, Scored};
use crate::cli::pretty::table;
use crate::cli::terminal::printable;

/// Two models on the same texts.
pub struct Comparison<'a> {
    args: &'a NerArgs,
    models: [&'a Path; 2],
}

/// What a model found in a corpus.
struct Side {
    scores: Scores,
    /// The counts of each document or sentence.
    counts: Vec<Counts>,
}

impl<'a> Comparison<'a> {
    /// Two models, by their names or folders.
    pub fn of(args: &'a NerArgs, models: [&'a Path; 2]) -> anyhow::Result<Self> {
        anyhow::ensure!(!args.model.is_given(), "--compare names both models; expected it without --model");
        Ok(Self { args, models })
    }
}

impl Evaluation for Comparison<'_> {
    type Gold = Gold;
    type System = [Tagger; 2];

    fn read(&self, corpus: &Path) -> anyhow::Result<Gold> {
        self.args.read(corpus)
    }

    fn open(&self) -> anyhow::Result<[Tagger; 2]> {
        let [a, b] = self.models.map(|model| self.args.tagger(named(model)?));
        Ok([a?, b?])
    }

    fn score(&mut self, corpus: &Path, gold: Gold, taggers: &[Tagger; 2]) -> anyhow::Result<Scored> {
        let options = self.args.tag_options();
        let unit = Unit::of(gold.documents.len());
        let [a, b] = taggers.each_ref().map(|tagger| side(&gold.documents, unit, tagger, &options));
        let sides = [a?, b?];
        let both: Vec<(Counts, Counts)> =
            sides[0].counts.iter().copied().zip(sides[1].counts.iter().copied()).collect();
        let compared = Compared {
            corpus: Corpus::new(corpus.display().to_string(), gold, self.args.casing),
            models: self.models.map(|model| model.display().to_string()),
            difference: paired_bootstrap(&both),
            unit,
            drawn: both.len(),
            sides,
        };
        Ok(if self.args.json { compared.json()? } else { compared.pretty() }.into())
    }

    fn into_lists(self) -> Vec<List> {
        Vec::new()
    }
}

fn side(documents: &[GoldDocument], unit: Unit, tagger: &Tagger, options: &TagOptions) -> anyhow::Result<Side> {
    let texts: Vec<Document> = documents.iter().map(|gold| gold.document.clone()).collect();
    let mut side = Side { scores: Scores::default(), counts: Vec::new() };
    for (gold, tagged) in documents.iter().zip(tagger.tag_all(texts, options)) {
        let found = found_names(&tagged.with_context(|| gold.document.id.clone())?);
        side.scores.add(&gold.names, &found, &faults(&gold.names, &found));
        side.counts.extend(unit.counts(gold, &found));
    }
    Ok(side)
}

/// A corpus on which two models were compared.
struct Compared {
    corpus: Corpus,
    models: [String; 2],
    sides: [Side; 2],
    difference: Difference,
    unit: Unit,
    /// How many documents or sentences a draw has.
    drawn: usize,
}

/// The same as JSON.
#[derive(Serialize)]
struct ComparedJson<'a> {
    #[serde(flatten)]
    corpus: CorpusJson<'a>,
    a: SideJson<'a>,
    b: SideJson<'a>,
    difference: Difference,
    resamples: usize,
    unit: Unit,
    units: usize,
}

#[derive(Serialize)]
struct SideJson<'a> {
    model: &'a str,
    scores: serde_json::Map<String, serde_json::Value>,
}

impl Compared {
    /// The counts of each label and of all, for both models.
    fn rows(&self) -> impl Iterator<Item = (&'static str, [Counts; 2])> {
        let labels = Label::ALL.into_iter();
        let labels = labels.map(|label| (label.name(), self.sides.each_ref().map(|side| side.scores.of(label))));
        labels.chain([("all", self.sides.each_ref().map(|side| side.scores.all()))])
    }

    fn json(&self) -> anyhow::Result<String> {
        let side = |n: usize| {
            let scores = self.rows().map(|(name, counts)| Ok((name.to_owned(), serde_json::to_value(counts[n])?)));
            Ok::<_, anyhow::Error>(SideJson { model: &self.models[n], scores: scores.collect::<anyhow::Result<_>>()? })
        };
        let json = ComparedJson {
            corpus: self.corpus.json(),
            a: side(0)?,
            b: side(1)?,
            difference: self.difference,
            resamples: RESAMPLES,
            unit: self.unit,
            units: self.drawn,
        };
        Ok(serde_json::to_string(&json)? + "\n")
    }

    fn pretty(&self) -> String {
        let columns =
            ["", "precision of A", "of B", "recall of A", "of B", "F1 of A", "of B", "B less A", "in the corpus"];
        let mut table = table(&columns);
        for (name, [a, b]) in self.rows() {
            let figures = [a.precision(), b.precision(), a.recall(), b.recall(), a.f1(), b.f1()];
            let figures = figures.map(|figure| format!("{figure:.2}"));
            let last = [format!("{:+.2}", b.f1() - a.f1()), a.gold.to_string()];
            table.add_row([name.to_owned()].into_iter().chain(figures).chain(last));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let [a, b] = &self.models;
        format!(
            "{}A: {}\nB: {}\n{}\n\n{}\n{}\n",
            self.corpus.head(),
            printable(a),
            printable(b),
            table.trim_fmt(),
            self.verdict(),
            self.corpus.notes()
        )
    }

    /// In words, whether the difference can be trusted.
    fn verdict(&self) -> String {
        let Difference { observed, interval: (low, high), sign_differs } = self.difference;
        let drawn = format!("1,000 draws of {} {}", self.drawn, self.unit.name());
        let share = format!("{:.1} %", 100.0 * sign_differs);
        match self.difference.better() {
            Some(Better::B) => format!(
                "B is better: {observed:+.2} F1, 95 % interval {low:.2} to {high:.2}; A was as good or better in {share} of {drawn}"
            ),
            Some(Better::A) => format!(
                "A is better: {:+.2} F1, 95 % interval {:.2} to {:.2}; B was as good or better in {share} of {drawn}",
                -observed, -high, -low
            ),
            None if observed == 0.0 => format!(
                "no difference can be told: the same F1, 95 % interval of B less A {low:.2} to {high:.2}, by {drawn}"
            ),
            None => format!(
                "no difference can be told: B less A is {observed:+.2} F1, 95 % interval {low:.2} to {high:.2}; the other was as \
                 good or better in {share} of {drawn}"
            ),
        }
    }
}
