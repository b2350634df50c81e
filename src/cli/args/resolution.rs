//! How places are chosen among those of a name.

use std::path::PathBuf;

use clap::Args;
use dateline::inner::resolve::ranker::Ranker;
use dateline::inner::resolve::{Options, Resolver};

use super::gazetteer::PlacesArgs;
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
    /// A resolver of the places of a gazetteer.
    pub fn open(&self, places: &PlacesArgs, explain: bool) -> anyhow::Result<Resolver> {
        let gazetteer = places.open()?;
        let (near, publishers) = (self.publisher.near(&gazetteer)?, self.publisher.publishers()?);
        let country = self.publisher.publisher_country;
        let options = Options { near, country, publishers: publishers.into(), explain, ..Options::default() };
        Ok(Resolver::new(gazetteer).with_ranker(self.ranker()?).with_options(options))
    }

    /// Adds what places depend on beside the gazetteer.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        self.publisher.settings(settings)?;
        settings.add_files("--ranker", self.ranker.as_slice())
    }

    /// The ranker that was asked for.
    fn ranker(&self) -> anyhow::Result<Ranker> {
        Ok(match &self.ranker {
            Some(file) => Ranker::open(file)?,
            None => Ranker::embedded().clone(),
        })
    }
}
