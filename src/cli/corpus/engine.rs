//! What makes annotations of the documents of a corpus.

use std::path::PathBuf;

use dateline::inner::annotation::{Annotation, Provenance};
use dateline::inner::clock::Clock;
use dateline::inner::corpus::input::Input;
use dateline::inner::corpus::pipeline::{CorpusTagger, Worker};
use dateline::inner::document::OffsetUnit;
use dateline::inner::error::Error;
use dateline::inner::ner::cache::CacheCounts;
use dateline::inner::tagger::{TagOptions, Tagger};

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::resolution::ResolutionArgs;
use crate::cli::args::runtime::RuntimeArgs;
use crate::cli::args::threads::ThreadArgs;
use crate::cli::terminal::say;

/// What makes annotations of inputs.
pub enum Engine {
    /// Finds names and places, or the places of known names.
    Tagger(Box<CorpusTagger>),
    /// Nothing can be read, so nothing is to do.
    Idle(Clock),
}

/// What an engine is made of.
#[derive(Clone, Copy)]
pub struct EngineArgs<'a> {
    /// The model; `None` where names are known.
    pub model: Option<&'a ModelArgs>,
    /// Where places are looked up, and how they are chosen; `None` where none are wanted.
    pub places: Option<(&'a PlacesArgs, &'a ResolutionArgs)>,
    /// Files of corrections.
    pub corrections: &'a [PathBuf],
    /// Whether places are explained.
    pub explain: bool,
    /// Whether distances are given.
    pub distances: bool,
    /// The unit of offsets.
    pub offsets: OffsetUnit,
    /// Where ONNX Runtime comes from.
    pub runtime: &'a RuntimeArgs,
    /// How many threads work.
    pub threads: &'a ThreadArgs,
    /// Windows that are remembered.
    pub window_cache: usize,
}

/// The files that an engine is made of, whichever it is: no output may take the place of one.
pub fn files(
    model: &ModelArgs,
    places: &PlacesArgs,
    resolution: &ResolutionArgs,
    corrections: &[PathBuf],
    runtime: &RuntimeArgs,
) -> Vec<PathBuf> {
    [&model.inputs(), &places.inputs(), &resolution.inputs(), corrections, &runtime.inputs()].concat()
}

impl Engine {
    /// Opens one.
    pub fn open(args: &EngineArgs<'_>) -> anyhow::Result<Self> {
        let mut builder = Tagger::builder()
            .runtime(args.runtime.options())
            .on_event(|event| say(&event.to_string()))
            .threads(args.threads.count())
            .window_cache(args.window_cache);
        builder = match args.model {
            Some(model) => model.apply(builder)?,
            None => builder.without_model(),
        };
        builder = match args.places {
            Some((places, resolution)) => builder.places_options(resolution.on(places.options())),
            None => builder.without_places(),
        };
        builder = args.corrections.iter().fold(builder, |builder, file| builder.corrections(file));
        let tagger = builder.build()?;
        tagger.model_notes().iter().for_each(|note| say(note));
        let mut options = TagOptions::default();
        if let (Some((_, resolution)), Some(gazetteer)) = (args.places, tagger.gazetteer()) {
            options.near = resolution.publisher.near(gazetteer)?;
            options.publisher_country = resolution.publisher.publisher_country;
        }
        options.explain = args.explain;
        options.distances = args.distances;
        options.offsets = args.offsets;
        options.min_score = args.model.and_then(ModelArgs::min_score);
        Ok(Self::Tagger(Box::new(CorpusTagger { tagger, options })))
    }

    /// The tagger, and the options of its documents.
    #[cfg(feature = "server")]
    pub fn into_tagger(self) -> anyhow::Result<(Tagger, TagOptions)> {
        match self {
            Self::Tagger(corpus) => Ok((corpus.tagger, corpus.options)),
            Self::Idle(_) => anyhow::bail!("there is nothing to tag with"),
        }
    }

    /// What its annotations are made with.
    pub fn provenance(&self) -> Provenance {
        self.tagger().map(Tagger::provenance).cloned().unwrap_or_default()
    }

    /// What its cache of windows has done.
    pub fn cache_counts(&self) -> Option<CacheCounts> {
        self.tagger().and_then(Tagger::cache_counts)
    }

    /// How many corrections have matched nothing so far.
    pub fn unmatched_corrections(&self) -> usize {
        self.tagger().map_or(0, Tagger::unmatched_corrections)
    }

    /// The documents that they speak of.
    pub fn unmatched_documents(&self) -> Vec<&str> {
        self.tagger().map_or_else(Vec::new, Tagger::unmatched_documents)
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.tagger().map_or(1, Tagger::threads)
    }

    fn tagger(&self) -> Option<&Tagger> {
        match self {
            Self::Tagger(corpus) => Some(&corpus.tagger),
            Self::Idle(_) => None,
        }
    }
}

impl Worker for Engine {
    type Made = Annotation;
    type Error = Error;

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Annotation, Error>> {
        match self {
            Self::Tagger(corpus) => corpus.annotate(inputs),
            Self::Idle(_) => Vec::new(),
        }
    }

    fn clock(&self) -> &Clock {
        match self {
            Self::Tagger(corpus) => corpus.clock(),
            Self::Idle(clock) => clock,
        }
    }
}
