//! Keeps the output, the errors file and the manifest in step: output first, then the manifest that tells of it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::{ErrorsFile, Finished, Output, Standing, cannot_write};
use crate::annotation::Annotation;
use crate::clock::{Clock, Stage};
use crate::corpus::checkpoint::{Checkpoint, Manifest, Progress};
use crate::corpus::pipeline::{Failure, Outcome, Sink, TaggedChunk};
use crate::corpus::tolerance::Tolerance;

/// Why no more can be taken.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A file cannot be written.
    #[error("{told}")]
    Write {
        /// Which, what was expected, and what to do.
        told: String,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// More failed than is allowed.
    #[error("{failed} of {records} records failed, more than {most}; expected fewer")]
    TooManyErrors {
        /// Records that failed.
        failed: u64,
        /// Of how many.
        records: u64,
        /// How many may.
        most: Tolerance,
        /// The file that lists them so far.
        listed: Option<PathBuf>,
    },
}

/// What a run is held to, and who watches it.
pub struct Limits {
    /// Records that may fail.
    pub max_errors: Option<Tolerance>,
    /// Whether texts are left out of what is written.
    pub without_text: bool,
    /// Is told of every failure, and of every chunk with the progress and what of it is stored for good.
    pub watch: Box<dyn Watch>,
}

/// Watches a run.
pub trait Watch: Send {
    /// A record failed; `failed` did with it.
    fn failed(&mut self, failure: &Failure, failed: u64);

    /// Annotations are about to be written.
    fn annotated(&mut self, annotations: &[&Annotation]);

    /// A chunk was taken. `stored` is what a run that goes on would know of.
    fn taken(&mut self, progress: &Progress, stored: Option<&Manifest>);
}

/// Takes what became of records.
pub struct Journal {
    output: Box<dyn Output>,
    errors: Option<ErrorsFile>,
    checkpoint: Option<Checkpoint>,
    manifest: Manifest,
    /// Records that a run that goes on would know of.
    stored: u64,
    limits: Limits,
    clock: Arc<Clock>,
}

impl Journal {
    /// Begins with a manifest, which is that of an earlier run where that is to go on. Without `checkpoint`, nothing can
    /// be gone on with.
    pub fn new(
        output: Box<dyn Output>,
        errors: Option<ErrorsFile>,
        checkpoint: Option<Checkpoint>,
        manifest: Manifest,
        limits: Limits,
        clock: Arc<Clock>,
    ) -> Self {
        let stored = manifest.progress.records;
        Self { output, errors, checkpoint, manifest, stored, limits, clock }
    }

    /// How far the run came.
    pub fn progress(&self) -> &Progress {
        &self.manifest.progress
    }

    /// Records that a run that goes on would know of.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The output, complete and with its name.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(&mut self) -> Result<(), JournalError> {
        // A run that goes on may have nothing left but its end.
        self.check_bound(true)?;
        let clock = self.clock.clone();
        clock.time(Stage::Write, || {
            if !self.manifest.complete {
                self.manifest.output = self.output.complete().map_err(|error| self.failed_output(error))?;
                self.manifest.complete = true;
                self.save()?;
            }
            if let Some(errors) = &mut self.errors {
                errors.name().map_err(|error| failed_errors(errors, error))?;
            }
            self.output.name(&Finished::from(&self.manifest)).map_err(|error| self.failed_output(error))?;
            if let Some(checkpoint) = &self.checkpoint {
                checkpoint.remove().map_err(|error| failed_manifest(checkpoint, error))?;
            }
            self.output.tidy();
            Ok(())
        })
    }

    /// Ends a run that breaks off. What could be gone on with stays, and else nothing.
    ///
    /// # Errors
    ///
    /// If what is left cannot be taken away.
    pub fn break_off(self) -> Result<(), JournalError> {
        if self.stored > 0 { Ok(()) } else { self.discard(false) }
    }

    /// Ends a run that has nothing to give a name to. Nothing stays but, if it is asked for, the list of errors.
    ///
    /// # Errors
    ///
    /// If that cannot be written, or what is left cannot be taken away.
    pub fn discard(mut self, keep_errors: bool) -> Result<(), JournalError> {
        // First, so that no manifest tells of what is not there.
        if let Some(checkpoint) = &self.checkpoint {
            checkpoint.remove().map_err(|error| failed_manifest(checkpoint, error))?;
        }
        self.output.discard();
        match &mut self.errors {
            Some(errors) if keep_errors => errors.name().map_err(|error| failed_errors(errors, error)),
            Some(errors) => {
                errors.discard();
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn save(&mut self) -> Result<(), JournalError> {
        if let Some(checkpoint) = &self.checkpoint {
            self.manifest.errors = self.errors.as_ref().map_or(0, ErrorsFile::position);
            checkpoint.save(&self.manifest).map_err(|error| failed_manifest(checkpoint, error))?;
            self.stored = self.manifest.progress.records;
        }
        Ok(())
    }

    fn add(&mut self, TaggedChunk { outcomes, last }: TaggedChunk) -> Result<(), JournalError> {
        let records = outcomes.len() as u64;
        let mut annotations: Vec<Box<Annotation>> = Vec::with_capacity(outcomes.len());
        let mut failures: Vec<Failure> = Vec::new();
        let progress = &mut self.manifest.progress;
        for outcome in outcomes {
            match outcome {
                Outcome::Made(annotation) => annotations.push(annotation),
                Outcome::Failed(failure) => {
                    progress.failed += 1;
                    self.limits.watch.failed(&failure, progress.failed);
                    failures.push(failure);
                }
                Outcome::Skipped(why) => *progress.skipped.entry(why.key()).or_default() += 1,
            }
        }
        progress.records += records;
        progress.documents += annotations.len() as u64;
        progress.last = last;
        if let Some(errors) = &mut self.errors {
            errors.add(&failures).map_err(|error| failed_errors(errors, error))?;
        }
        self.limits.watch.annotated(&annotations.iter().map(|annotation| &**annotation).collect::<Vec<_>>());
        if self.limits.without_text {
            annotations.iter_mut().for_each(|annotation| annotation.text = None);
        }
        let annotations: Vec<&Annotation> = annotations.iter().map(|annotation| &**annotation).collect();
        let mark = self.output.write(&annotations).map_err(|error| self.failed_output(error))?;
        let mut durable = false;
        if let Some(mark) = mark {
            self.manifest.output = mark;
            self.save()?;
            durable = self.checkpoint.is_some();
        }
        self.limits.watch.taken(&self.manifest.progress, durable.then_some(&self.manifest));
        self.check_bound(false)
    }

    fn check_bound(&self, ended: bool) -> Result<(), JournalError> {
        let progress = &self.manifest.progress;
        match self.limits.max_errors {
            Some(most) if most.is_passed(progress, ended) => {
                let listed = self.errors.as_ref().map(ErrorsFile::path_until_then);
                Err(JournalError::TooManyErrors { failed: progress.failed, records: progress.records, most, listed })
            }
            _ => Ok(()),
        }
    }

    fn failed_output(&self, error: io::Error) -> JournalError {
        // What a format does not hold is no fault of the place.
        let told = match error.kind() {
            io::ErrorKind::InvalidInput => error.to_string(),
            _ => self.output.failure(),
        };
        JournalError::Write { told, error }
    }
}

impl Sink for Journal {
    type Error = JournalError;

    fn take(&mut self, chunk: TaggedChunk) -> Result<(), JournalError> {
        let clock = self.clock.clone();
        clock.time(Stage::Write, || self.add(chunk))
    }
}

impl From<&Manifest> for Standing {
    fn from(manifest: &Manifest) -> Self {
        Self { mark: manifest.output, documents: manifest.progress.documents, complete: manifest.complete }
    }
}

fn failed_errors(errors: &ErrorsFile, error: io::Error) -> JournalError {
    JournalError::Write { told: cannot_write(&errors.path_until_then()), error }
}

fn failed_manifest(checkpoint: &Checkpoint, error: io::Error) -> JournalError {
    JournalError::Write { told: cannot_write(checkpoint.path()), error }
}
