//! What `dateline eval geo` is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::runtime::RuntimeArgs;
use crate::cli::args::threads::ThreadArgs;

/// The arguments of `dateline eval geo`.
#[derive(Args)]
#[command(
    after_help = "A corpus is XML as LGL, TR-News, GeoVirus and GeoWebNews have it, or JSONL of your own: objects
with \"text\" and \"toponyms\", each with \"start\", \"end\" (characters) and, where the place is
known, \"lat\" and \"lon\"; \"id\" and the publisher's \"domain\" if you like. Where the objects have
a \"kind\", kinds are counted apart, and \"within_km\" of a toponym says how far off is right.

A found place belongs to a marked one if both have the same phrase without case and their
middles are less than 10 characters apart. It is right if it lies within 161 km; what lies farther
off but is an area that reaches that far is counted apart.

With --spans found the texts are tagged, and what is not found counts as wrong. With --spans
gold the marked places are given, and only their resolution is scored, without a model; one
without a place counts as 20039 km off.

Examples:
  dateline eval geo lgl.xml tr-news.xml --peers peers
  dateline eval geo lgl.xml --spans gold --misses misses.jsonl

Exit status: 0 all scored, 1 some corpora could not be scored, 2 none could."
)]
pub struct GeoArgs {
    /// Corpora in XML or JSONL
    #[arg(value_name = "FILE", required = true)]
    pub corpora: Vec<PathBuf>,
    /// Whose spans of places are resolved
    #[arg(long, value_name = "WHOSE", default_value = "found")]
    pub spans: Spans,
    /// One JSON object a corpus, each on a line
    #[arg(long)]
    pub json: bool,
    /// Score the stored outputs of other systems too: a folder of files CORPUS.SYSTEM.txt
    #[arg(long, value_name = "FOLDER")]
    pub peers: Option<PathBuf>,
    /// Take the offsets of the corpus as they are, instead of moving them to the nearest occurrence of the phrase: for
    /// comparison with figures that were computed so
    #[arg(long)]
    pub as_given: bool,
    /// Write what was not found or put elsewhere to this file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    pub misses: Option<PathBuf>,
    /// Weights of the features, as scripts/train_ranker.py writes them [default: the built-in ones, which were fitted to
    /// LGL and TR-News]
    #[arg(long, value_name = "FILE", conflicts_with = "folds")]
    pub ranker: Option<PathBuf>,
    /// Weights for cross-validation: for each article those that were fitted without its publisher
    #[arg(long, value_name = "FILE")]
    pub folds: Option<PathBuf>,
    /// A CSV table with the columns source, lat, lon and country: where the publisher of each domain is. Without it, the
    /// publisher is not told
    #[arg(long, value_name = "FILE")]
    pub publishers: Option<PathBuf>,
    /// Write what is scored to this file: the annotation of each article, as `dateline tag` writes it
    #[arg(long, value_name = "FILE")]
    pub annotations: Option<PathBuf>,
    /// Write what speaks for each candidate to this file, for scripts/train_ranker.py
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    #[command(flatten)]
    pub threads: ThreadArgs,
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub places: PlacesArgs,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
}

/// Whose spans of places are resolved.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Spans {
    /// Those that the tagger finds in the text
    Found,
    /// Those of the corpus
    Gold,
}
