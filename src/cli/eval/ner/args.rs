//! The arguments of `dateline eval ner`, and the corpora that they name.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use dateline::inner::builder::Model;
use dateline::inner::document::OffsetUnit;
use dateline::inner::eval::gold::{self, Casing, Column, Format, Gold, GoldOptions, TextForm};
use dateline::inner::tagger::{TagOptions, Tagger};

use crate::cli::args::model::ModelArgs;
use crate::cli::args::runtime::RuntimeArgs;
use crate::cli::args::threads::ThreadArgs;
use crate::cli::eval::driver;
use crate::cli::outputs;
use crate::cli::terminal::say;

/// The arguments of `dateline eval ner`.
#[derive(Args)]
#[command(after_help = "A corpus has a word and its tag on each line, in two or more columns (CoNLL, with -DOCSTART-
lines or without), is CoNLL-U Plus or HIPE, or has a JSON object with text and entities on
each line: the first lines tell. IOB1, IOB2, BIOES, BILOU and IO are told from the tags.
Words are put together as people write them, with a line a sentence, and tagged as any text
is; --text spaced joins them by one space. A name counts as right if its span and its type
are exactly those of the corpus. More: dateline help evaluation.

Examples:
  dateline eval ner dev.conll
  dateline eval ner dev.conll --model accurate --faults faults.jsonl
  dateline eval ner dev.conll test.jsonl --json
  dateline eval ner dev.conll --compare default accurate
  dateline eval ner hipe.tsv --column NE-FINE-LIT

Exit status: 0 all scored, 1 some corpora could not be scored, 2 none could.")]
pub struct NerArgs {
    /// Corpora, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub corpora: Vec<PathBuf>,
    /// One JSON object a corpus, each on a line
    #[arg(long)]
    pub json: bool,
    /// The format of the corpora [default: as their first lines say]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The column of the tags, by its name or its number from 1 [default: the last, of HIPE NE-COARSE-LIT, of CoNLL-U Plus
    /// the one called NER or NE]
    #[arg(long, value_name = "NAME|N")]
    column: Option<Column>,
    /// How words become the text that is tagged: as people write, or joined by one space
    #[arg(long, value_name = "FORM", default_value = "running")]
    text: TextForm,
    /// Write the words in another casing before tagging them
    #[arg(long, value_name = "CASING", default_value = "as-is")]
    pub casing: Casing,
    /// The unit of start and end in JSON
    #[arg(long, value_name = "UNIT", default_value = "codepoints", env = "DATELINE_OFFSETS")]
    offsets: OffsetUnit,
    /// Only every N-th document, beginning with the K-th
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    part: Part,
    /// Score two models and say whether their difference can be trusted: names or folders, as --model takes them; --labels, --map
    /// and the like are for both
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pub compare: Option<Vec<PathBuf>>,
    /// Write every fault to this file, a JSON object on each line
    #[arg(long, value_name = "FILE", conflicts_with = "compare")]
    pub faults: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    pub model: ModelArgs,
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

impl NerArgs {
    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let compared = self.compare.iter().flatten().flat_map(|folder| outputs::files_in(folder)).collect();
        [self.corpora.clone(), compared, self.model.inputs(), self.runtime.inputs()].concat()
    }

    /// Reads a corpus, or the part of it that was asked for.
    pub fn read(&self, corpus: &Path) -> anyhow::Result<Gold> {
        let name = corpus.display().to_string();
        let lines = driver::lines(corpus, "a corpus with marked names")?;
        let options = GoldOptions {
            format: self.format,
            column: self.column.clone(),
            text: self.text,
            casing: self.casing,
            offsets: self.offsets,
        };
        let mut gold = gold::read(&name, lines, &options)?;
        let Part { first, of } = self.part;
        gold.documents = gold.documents.into_iter().skip(first - 1).step_by(of).collect();
        anyhow::ensure!(
            !gold.documents.is_empty(),
            "{name}: --part leaves no document of it; expected a K up to its documents"
        );
        Ok(gold)
    }

    /// A tagger with a model, which finds names alone.
    pub fn tagger(&self, model: Model) -> anyhow::Result<Tagger> {
        let builder = Tagger::builder().runtime(self.runtime.options()).on_event(|event| say(&event.to_string()));
        let builder = self.model.apply_to(builder.threads(self.threads.count()), model)?;
        Ok(builder.without_places().build()?)
    }

    /// How corpora are tagged: with offsets in bytes, as those of their names are.
    pub fn tag_options(&self) -> TagOptions {
        TagOptions { offsets: OffsetUnit::Utf8, min_score: self.model.min_score(), ..TagOptions::default() }
    }
}
