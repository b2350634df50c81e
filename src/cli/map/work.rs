//! Making articles of documents, and gathering them.

use std::sync::{Mutex, OnceLock, PoisonError};

use dateline::inner::annotation::record::Record;
use dateline::inner::clock::Clock;
use dateline::inner::corpus::checkpoint::Progress;
use dateline::inner::corpus::input::Input;
use dateline::inner::corpus::output::{ErrorsFile, Watch as _};
use dateline::inner::corpus::pipeline::{Failure, Outcome, Sink, Stop, TaggedChunk, Worker};
use dateline::inner::document::OffsetUnit;
use dateline::inner::layer::article::{Article, RecordError};
use dateline::inner::layer::collection::Collector;
use dateline::inner::ner::ModelError;
use rayon::prelude::*;

use crate::cli::corpus::engine::{Engine, EngineArgs};
use crate::cli::corpus::progress::Teller;
use crate::cli::terminal::cannot_write;

/// Makes articles of documents. What was tagged before is taken as it is; for the first that was not, the engine is opened.
pub struct Mapper<'a> {
    args: EngineArgs<'a>,
    /// The unit of offsets, of what was tagged before and of what is tagged now.
    offsets: OffsetUnit,
    engine: OnceLock<Option<Engine>>,
    /// Why the engine could not be opened. The run is stopped then.
    failure: Mutex<Option<anyhow::Error>>,
    stop: Stop,
    clock: Clock,
}

impl<'a> Mapper<'a> {
    pub fn new(args: EngineArgs<'a>, offsets: OffsetUnit, stop: Stop) -> Self {
        let (engine, failure, clock) = (OnceLock::new(), Mutex::new(None), Clock::default());
        Self { args, offsets, engine, failure, stop, clock }
    }

    /// The error that ended the run, if there was one.
    pub fn into_failure(self) -> anyhow::Result<()> {
        self.failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
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
    Model(#[from] ModelError),
    /// It was tagged before, but not as tagging does it.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// What was found in it has no JSON form.
    #[error("what was found has no JSON form ({0}); expected that all has: report it, with the document")]
    Unwritten(String),
}

impl Worker for Mapper<'_> {
    type Made = Article;
    type Error = MapError;

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Article, MapError>> {
        // Of each input its record, or `None` where the next that is tagged now is meant.
        let (mut records, mut untagged) = (Vec::with_capacity(inputs.len()), Vec::new());
        for input in inputs {
            match input {
                Input::Tagged(record) => records.push(Some(record)),
                other => {
                    untagged.push(other);
                    records.push(None);
                }
            }
        }
        let count = untagged.len();
        let annotations = match count {
            0 => Vec::new(),
            // Nobody asks for what is made in a run that has failed.
            _ => self.engine().map_or_else(Vec::new, |engine| engine.annotate(untagged)),
        };
        let mut annotations = annotations.into_iter();
        let made: Vec<_> = records
            .into_iter()
            .filter_map(|record| match record {
                Some(record) => Some(Ok(*record)),
                None => annotations.next().map(|annotation| {
                    Record::of(&annotation?, self.offsets).map_err(|error| MapError::Unwritten(error.to_string()))
                }),
            })
            .collect();
        let article = |made: Result<Record, MapError>| made.and_then(|record| Ok(Article::new(record, self.offsets)?));
        made.into_par_iter().map(article).collect()
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
    max_errors: Option<u64>,
    progress: Progress,
}

impl Gatherer {
    pub fn new(collector: Collector, teller: Teller, errors: Option<ErrorsFile>, max_errors: Option<u64>) -> Self {
        Self { collector, teller, errors, max_errors, progress: Progress::default() }
    }

    /// What was gathered, and how far it came. With it, the bar goes from the terminal, and the list of errors gets its
    /// name.
    pub fn finish(mut self) -> anyhow::Result<(Collector, Progress)> {
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
        match self.max_errors {
            Some(most) if self.progress.failed > most => anyhow::bail!(
                "{} records failed, more than {most}; expected fewer: mend them, or allow more with --max-errors",
                self.progress.failed
            ),
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
                Outcome::Skipped(language) => {
                    *self.progress.skipped.entry(language.code().to_owned()).or_default() += 1;
                }
            }
        }
        self.teller.taken(&self.progress, None);
        Ok(())
    }
}
