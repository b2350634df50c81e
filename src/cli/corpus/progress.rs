//! What people are told while a corpus is tagged.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dateline::inner::annotation::Annotation;
use dateline::inner::corpus::bytes::Consumed;
use dateline::inner::corpus::checkpoint::{self, Manifest};
use dateline::inner::corpus::output::Watch;
use dateline::inner::corpus::pipeline::{Failure, Skipped};
use dateline::inner::corpus::source::Survey;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::terminal::say;

/// Failures that are told one by one where a file lists them all.
const TOLD: u64 = 10;

/// What was found so far in this run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Documents that were annotated.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// Their words: runs of characters between white space.
    pub words: u64,
    /// Names in them.
    pub entities: u64,
    /// Names that were placed.
    pub places: u64,
    /// Records that failed.
    pub failed: u64,
}

impl Counts {
    fn add(&mut self, annotation: &Annotation) {
        let text = annotation.text.as_deref().unwrap_or_default();
        self.documents += 1;
        self.bytes += text.len() as u64;
        self.words += text.split_whitespace().count() as u64;
        self.entities += annotation.entities.len() as u64;
        self.places += annotation.entities.iter().filter(|entity| entity.place.is_some()).count() as u64;
    }
}

/// Tells people how a run goes.
pub struct Teller {
    bar: Option<ProgressBar>,
    consumed: Consumed,
    counts: Arc<Mutex<Counts>>,
    begun: Instant,
    /// The file that lists all failures, if there is one.
    told_in: Option<String>,
}

/// What is known of a run when it has ended.
pub struct Report {
    counts: Arc<Mutex<Counts>>,
    /// When the run began, the opening of the model included.
    pub begun: Instant,
    /// When the first documents were there and the model was open.
    pub ready: Instant,
    /// Whether someone watches.
    pub watched: bool,
    told_in: Option<String>,
}

impl Teller {
    /// Begins to tell of a run that began at `begun`. `watched`: on a terminal that shows nothing else.
    pub fn new(
        watched: bool,
        survey: &Survey,
        consumed: Consumed,
        told_in: Option<String>,
        begun: Instant,
    ) -> (Self, Report) {
        let watched = watched && io::stderr().is_terminal();
        let bar = watched.then(|| {
            let (bar, look) = match survey.bytes {
                Some(bytes) => (ProgressBar::new(bytes), "{wide_bar} {percent} %, {msg}, {eta} left"),
                None => (ProgressBar::no_length(), "{spinner} {msg}, {elapsed}"),
            };
            bar.set_message("reading");
            bar.enable_steady_tick(Duration::from_millis(200));
            match ProgressStyle::with_template(look) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        let (counts, ready) = (Arc::default(), Instant::now());
        let report = Report { counts: Arc::clone(&counts), begun, ready, watched, told_in: told_in.clone() };
        (Self { bar, consumed, counts, begun: ready, told_in }, report)
    }

    /// Counts a document that was put on a map with so many names.
    pub fn placed(&mut self, places: u64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.documents += 1;
        counts.places += places;
    }

    fn say(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(message)),
            None => say(message),
        }
    }
}

impl Watch for Teller {
    fn failed(&mut self, failure: &Failure, failed: u64) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).failed = failed;
        tracing::debug!(source = %failure.position, stage = failure.stage, "failed");
        if self.told_in.is_none() || failed <= TOLD {
            self.say(&failure.message);
        }
    }

    fn annotated(&mut self, annotations: &[&Annotation]) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        annotations.iter().for_each(|annotation| counts.add(annotation));
    }

    fn taken(&mut self, progress: &checkpoint::Progress, stored: Option<&Manifest>) {
        let counts = *self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        tracing::debug!(
            records = progress.records,
            documents = progress.documents,
            failed = progress.failed,
            stored = stored.map(|manifest| manifest.output),
            "took a chunk"
        );
        if let Some(bar) = &self.bar {
            let seconds = self.begun.elapsed().as_secs_f64();
            bar.set_position(self.consumed.bytes());
            // Of documents that were tagged before, nobody counts the words.
            let speed = match counts.words {
                0 => String::new(),
                words => {
                    let speed = grouped((words as f64 / seconds) as u64);
                    format!("{:.1} MB, {speed} words/s, ", counts.bytes as f64 / 1e6)
                }
            };
            let (documents, places) = (grouped(progress.documents), grouped(counts.places));
            bar.set_message(format!("{documents} documents, {speed}{places} places, {} failed", progress.failed));
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Report {
    /// What was found.
    pub fn counts(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether more failed than was told.
    pub fn is_cut_short(&self) -> bool {
        self.told_in.is_some() && self.counts().failed > TOLD
    }

    /// Tells how many failed, of a run whose list of failures has its name.
    pub fn tell_failures(&self, done: &checkpoint::Progress) {
        if done.failed > 0 {
            let all = done.failed + done.documents + done.skipped.values().sum::<u64>();
            let listed = self.told_in.as_ref().map_or(String::new(), |file| format!(": {file} lists them"));
            say(&format!("{} of {all} documents failed{listed}", done.failed));
        }
        if !done.skipped.is_empty() {
            let languages = done.skipped.iter().filter(|(code, _)| *code != Skipped::NO_TEXT);
            let languages: Vec<String> = languages.map(|(code, count)| format!("{count} {code}")).collect();
            if !languages.is_empty() {
                say(&format!("passed over for their language: {}", languages.join(", ")));
            }
            if let Some(count) = done.skipped.get(Skipped::NO_TEXT) {
                say(&format!("passed over, since they have no text: {}", grouped(*count)));
            }
        }
    }
}

/// A number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.char_indices() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
