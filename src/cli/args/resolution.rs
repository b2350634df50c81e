//! How places are chosen among those of a name.

use std::path::PathBuf;

use clap::Args;
use dateline::inner::builder::PlacesOptions;

use super::publisher::PublisherArgs;
use crate::cli::corpus::settings::Settings;

/// How places are chosen among those of a name.
#[derive(Args)]
pub struct ResolutionArgs {
    #[command(flatten)]
    pub publisher: PublisherArgs,
    /// Weights of the features, as scripts/train_ranker.py writes them [default: the built-in ones]
    #[arg(long, value_name = "FILE", env = "DATELINE_RANKER")]
    ranker: Option<PathBuf>,
}

impl ResolutionArgs {
    /// The places of a gazetteer, chosen so.
    pub fn on(&self, places: PlacesOptions) -> PlacesOptions {
        PlacesOptions { ranker: self.ranker.clone(), publishers: self.publisher.publishers.clone(), ..places }
    }

    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.ranker.iter().chain(&self.publisher.publishers).cloned().collect()
    }

    /// Adds what places depend on beside the gazetteer.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        self.publisher.settings(settings)?;
        settings.add_files("--ranker", self.ranker.as_slice())
    }
}
