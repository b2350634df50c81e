//! `dateline eval geo`: places found against those that people have marked.

mod args;
mod features;
mod report;
mod scoring;
mod system;

use std::path::{Path, PathBuf};

use dateline::inner::eval::toponyms::{self, GoldArticle};

pub use self::args::GeoArgs;
use self::args::Spans;
use self::scoring::Lists;
use self::system::System;
use super::driver::{self, Evaluation, List, Scored};
use crate::cli::outcome::Outcome;
use crate::cli::outputs;

/// Runs `dateline eval geo`.
pub fn run(args: &GeoArgs) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.peers.is_none() || args.spans == Spans::Found,
        "--peers: other systems' outputs are on the spans that they found; expected --spans found"
    );
    outputs::refuse_twice([&args.misses, &args.annotations, &args.features].into_iter().flatten())?;
    let weights = [&args.ranker, &args.folds, &args.publishers].into_iter().flatten().cloned();
    let read = args.corpora.iter().cloned().chain(weights).chain(args.places.inputs()).chain(args.model.inputs());
    let inputs: Vec<PathBuf> = read
        .chain(args.runtime.inputs())
        .chain(args.peers.iter().flat_map(|folder| outputs::files_in(folder)))
        .collect();
    let lists = Lists {
        misses: List::create(args.misses.as_deref(), &inputs)?,
        annotations: List::create(args.annotations.as_deref(), &inputs)?,
        features: List::create(args.features.as_deref(), &inputs)?,
    };
    driver::run(&args.corpora, GeoEvaluation { args, lists })
}

struct GeoEvaluation<'a> {
    args: &'a GeoArgs,
    lists: Lists,
}

impl Evaluation for GeoEvaluation<'_> {
    type Gold = Vec<GoldArticle>;
    type System = System;

    fn read(&self, corpus: &Path) -> anyhow::Result<Vec<GoldArticle>> {
        let mut articles = toponyms::read(corpus)?;
        if self.args.as_given {
            articles.iter_mut().for_each(GoldArticle::take_offsets_as_given);
        }
        Ok(articles)
    }

    fn open(&self) -> anyhow::Result<System> {
        System::open(self.args)
    }

    fn score(&mut self, corpus: &Path, articles: Vec<GoldArticle>, system: &System) -> anyhow::Result<Scored> {
        let (report, failed) = scoring::score(corpus, &articles, self.args, system, &mut self.lists)?;
        Ok(Scored { report: if self.args.json { report.json()? } else { report.pretty() }, failed })
    }

    fn into_lists(self) -> Vec<List> {
        vec![self.lists.misses, self.lists.annotations, self.lists.features]
    }
}
