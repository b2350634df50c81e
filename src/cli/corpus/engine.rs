//! What makes annotations of documents.

use anyhow::Context as _;
use dateline::inner::annotation::Annotation;
use dateline::inner::clock::Clock;
use dateline::inner::corpus::input::Input;
use dateline::inner::corpus::pipeline::{Placer, Worker};
use dateline::inner::corpus::write::Provenance;
use dateline::inner::ner::CacheCounts;
use dateline::inner::tagger::{Tagger, warm_up};

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::resolution::ResolutionArgs;
use crate::cli::args::runtime::RuntimeArgs;

/// What makes annotations of inputs.
pub enum Engine {
    /// Finds names and places, with a model of a checksum and a version of ONNX Runtime.
    Tagger { tagger: Box<Tagger>, model: String, runtime: String },
    /// Finds the places of known names.
    Placer(Box<Placer>),
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
    /// Whether places are explained.
    pub explain: bool,
    /// Where ONNX Runtime comes from.
    pub runtime: &'a RuntimeArgs,
    /// Windows that are remembered.
    pub window_cache: usize,
}

impl Engine {
    /// Opens one.
    pub fn open(args: &EngineArgs<'_>) -> anyhow::Result<Self> {
        let resolver = args.places.map(|(places, resolution)| resolution.open(places, args.explain));
        let resolver = resolver.transpose()?;
        let Some(model) = args.model else {
            let resolver = resolver.context("neither names nor places are wanted")?;
            return Ok(Self::Placer(Box::new(Placer::new(resolver))));
        };
        let model = || {
            let runtime = args.runtime.start()?;
            let (model, checksum) = model.open_with_checksum()?;
            anyhow::Ok((model.with_window_cache(args.window_cache), checksum, runtime))
        };
        // A run over one article spends most of its time here.
        let (model, ()) = rayon::join(model, || resolver.iter().for_each(warm_up));
        let (model, checksum, runtime) = model?;
        Ok(Self::Tagger { tagger: Box::new(Tagger::new(model, resolver)), model: checksum, runtime })
    }

    /// The version of ONNX Runtime, on which the last digits depend.
    pub fn runtime(&self) -> Option<&str> {
        match self {
            Self::Tagger { runtime, .. } => Some(runtime),
            _ => None,
        }
    }

    /// What its annotations are made with.
    pub fn provenance(&self, args: &EngineArgs<'_>) -> anyhow::Result<Provenance> {
        let gazetteer = match (self, args.places) {
            (Self::Idle(_), _) | (_, None) => None,
            (_, Some((places, _))) => Some(places.checksum()?),
        };
        let model = match self {
            Self::Tagger { model, .. } => Some(model.clone()),
            _ => None,
        };
        Ok(Provenance { model, gazetteer })
    }

    /// What its cache of windows has done.
    pub fn cache_counts(&self) -> Option<CacheCounts> {
        match self {
            Self::Tagger { tagger, .. } => tagger.model().cache_counts(),
            _ => None,
        }
    }
}

impl Worker for Engine {
    type Made = Annotation;
    type Error = ModelError;

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Annotation, ModelError>> {
        match self {
            Self::Tagger { tagger, .. } => Worker::annotate(&**tagger, inputs),
            Self::Placer(placer) => {
                placer.annotate(inputs).into_iter().map(|placed| placed.map_err(|never| match never {})).collect()
            }
            Self::Idle(_) => Vec::new(),
        }
    }

    fn clock(&self) -> &Clock {
        match self {
            Self::Tagger { tagger, .. } => tagger.clock(),
            Self::Placer(placer) => placer.clock(),
            Self::Idle(clock) => clock,
        }
    }
}
