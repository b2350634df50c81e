//! Making articles of documents, and gathering them.

use std::sync::{Mutex, OnceLock, PoisonError};

use dateline::inner::annotation::Annotation;
use dateline::inner::builder;
use dateline::inner::clock::Clock;
use dateline::inner::corpus::checkpoint::Progress;
use dateline::inner::corpus::input::Input;
use dateline::inner::corpus::output::{ErrorsFile, Watch as _};
use dateline::inner::corpus::pipeline::{Failure, Outcome, Sink, Stop, TaggedChunk, Worker};
use dateline::inner::corpus::tolerance::Tolerance;
use dateline::inner::error::Error;
use dateline::inner::layer::article::{Article, RecordError};
use dateline::inner::layer::collection::Collector;
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::cli::corpus::engine::{Engine, EngineArgs};
use crate::cli::corpus::progress::Teller;
use crate::cli::terminal::cannot_write;

/// Makes articles of documents. What was tagged before is taken as it is; for the first that was not, the engine is opened.
pub struct Mapper<'a> {
    args: EngineArgs<'a>,
    engine: OnceLock<Option<Engine>>,
    /// Why the engine could not be opened. The run is stopped then.
    failure: Mutex<Option<anyhow::Error>>,
    /// Makes articles.
    pool: ThreadPool,
    stop: Stop,
    clock: Clock,
}

impl<'a> Mapper<'a> {
    pub fn new(args: EngineArgs<'a>, stop: Stop) -> anyhow::Result<Self> {
        let (engine, failure, clock) = (OnceLock::new(), Mutex::new(None), Clock::default());
        let pool = builder::pool(args.threads.count())?;
        Ok(Self { args, engine, failure, pool, stop, clock })
    }

    /// The error that ended the run, if there was one.
    pub fn into_failure(self) -> anyhow::Result<()> {
        self.failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// The engine, if a document needed it and it could be opened.
    pub fn opened(&self) -> Option<&Engine> {
        self.engine.get().and_then(Option::as_ref)
    }

    fn engine(&self) -> Option<&Engine> {
        let open = || match Engine::open(&self.args) {
            Ok(engine) => Some(engine),
            Err(error) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                self.stop.ask();
                None
            }
        };
        self.engine.get_or_init(open).as_ref()
    }
}

/// Why a document is not on the map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It could not be tagged.
    #[error(transparent)]
    Tagging(#[from] Error),
    /// It was tagged before, but not as tagging does it.
    #[error("{0}, or say with --offsets how it was written")]
    Record(#[from] RecordError),
}

impl Worker for Mapper<'_> {
    type Made = Article;
    type Error = MapError;

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Article, MapError>> {
        let is_tagged = |input: &Input| matches!(input, Input::Tagged(_));
        let annotations: Vec<Result<Annotation, Error>> = if inputs.iter().all(is_tagged) {
            let known = inputs.into_iter().filter_map(|input| match input {
                Input::Tagged(annotation) => Some(Ok(*annotation)),
                Input::Text(_) | Input::Named(..) | Input::Nothing { .. } => None,
            });
            known.collect()
        } else {
            // Nobody asks for what is made in a run that has failed.
            self.engine().map_or_else(Vec::new, |engine| engine.annotate(inputs))
        };
        let article = |annotation: Result<Annotation, Error>| Ok(Article::new(annotation?)?);
        self.pool.install(|| annotations.into_par_iter().map(article).collect())
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Gathers articles.
pub struct Gatherer {
    collector: Collector,
    teller: Teller,
    errors: Option<ErrorsFile>,
    max_errors: Option<Tolerance>,
    progress: Progress,
}

impl Gatherer {
    pub fn new(
        collector: Collector,
        teller: Teller,
        errors: Option<ErrorsFile>,
        max_errors: Option<Tolerance>,
    ) -> Self {
        Self { collector, teller, errors, max_errors, progress: Progress::default() }
    }

    /// What was gathered, and how far it came. With it, the bar goes from the terminal, and the list of errors gets its
    /// name.
    pub fn finish(mut self) -> anyhow::Result<(Collector, Progress)> {
        self.check_bound(true)?;
        if let Some(errors) = &mut self.errors {
            errors.name().map_err(|error| unlisted(errors, error))?;
        }
        Ok((self.collector, self.progress))
    }

    fn fail(&mut self, failure: Failure) -> anyhow::Result<()> {
        self.progress.failed += 1;
        self.teller.failed(&failure, self.progress.failed);
        if let Some(errors) = &mut self.errors {
            errors.add(&[failure]).map_err(|error| unlisted(errors, error))?;
        }
        self.check_bound(false)
    }

    /// Whether no more failed than may. `ended`: behind the last record.
    fn check_bound(&mut self, ended: bool) -> anyhow::Result<()> {
        match self.max_errors {
            Some(most) if most.is_passed(&self.progress, ended) => {
                let mut listed = String::new();
                if let Some(errors) = &mut self.errors {
                    // For whoever is to mend them, though it is not all of them.
                    errors.name().map_err(|error| unlisted(errors, error))?;
                    listed = format!("; {} lists them", errors.path().display());
                }
                anyhow::bail!(
                    "{} of {} records failed, more than {most}; expected fewer: mend them, or allow more with \
                     --max-errors{listed}",
                    self.progress.failed,
                    self.progress.records
                )
            }
            _ => Ok(()),
        }
    }
}

fn unlisted(errors: &ErrorsFile, error: std::io::Error) -> anyhow::Error {
    anyhow::Error::from(error).context(cannot_write(errors.path()))
}

impl Sink<Article> for Gatherer {
    type Error = anyhow::Error;

    fn take(&mut self, chunk: TaggedChunk<Article>) -> anyhow::Result<()> {
        self.progress.records += chunk.outcomes.len() as u64;
        for outcome in chunk.outcomes {
            match outcome {
                Outcome::Made(article) => {
                    self.progress.documents += 1;
                    self.teller.placed(article.mentions.len() as u64);
                    self.collector.add(*article);
                }
                Outcome::Failed(failure) => self.fail(failure)?,
                Outcome::Skipped(why) => {
                    *self.progress.skipped.entry(why.key()).or_default() += 1;
                }
            }
        }
        self.teller.taken(&self.progress, None);
        Ok(())
    }
}
