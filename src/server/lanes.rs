//! The work: threads that take batches from the queue and have them tagged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::queue::{Done, Due, Failure, Job, Queue};
use crate::document::Document;
use crate::tagger::{TagOptions, Tagger, Task};

/// Batches that are worked on at the same time: while the last windows of one are read, the threads begin with the other.
const LANES: usize = 2;

/// Words of a slice of a long document, about: what is read between two looks at the queue.
const SLICE_WORDS: u64 = 1_200;

/// The threads that work.
pub struct Lanes(Mutex<Vec<JoinHandle<()>>>);

struct Lane {
    tagger: Arc<Tagger>,
    queue: Arc<Queue>,
    batch_words: u64,
}

impl Lanes {
    /// Begins to work. A batch has so many words, or one document.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub fn start(tagger: &Arc<Tagger>, queue: &Arc<Queue>, batch_words: u64) -> std::io::Result<Self> {
        let start = |n: usize| {
            let lane = Lane { tagger: Arc::clone(tagger), queue: Arc::clone(queue), batch_words };
            std::thread::Builder::new().name(format!("lane {n}")).spawn(move || lane.work())
        };
        Ok(Self(Mutex::new((0..LANES).map(start).collect::<std::io::Result<_>>()?)))
    }

    /// Waits until all that was taken is done: the queue [drains](Queue::drain) by then.
    pub fn join(&self) {
        let lanes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for lane in lanes {
            // What it was at is answered: it catches all panics.
            lane.join().ok();
        }
    }
}

impl Lane {
    fn work(&self) {
        while let Some((due, batch)) = self.queue.wait(self.batch_words) {
            self.tag(batch, Some(due));
        }
    }

    /// Tags a batch; what is due before, between its slices.
    fn tag(&self, batch: Vec<Job>, due: Option<Due>) {
        let (documents, words) = (batch.len(), batch.iter().map(|job| job.words).sum::<u64>());
        let told = AtomicU64::new(0);
        let between = || {
            let slice = SLICE_WORDS.min(words.saturating_sub(told.load(Ordering::Relaxed)));
            told.fetch_add(slice, Ordering::Relaxed);
            self.queue.served(slice, 0);
            if let Some((_, batch)) = due.and_then(|due| self.queue.before(due, SLICE_WORDS)) {
                self.tag(batch, None);
            }
        };
        // Those with corrections of their own have a tagger of their own.
        let (own, shared): (Vec<Job>, Vec<Job>) = batch.into_iter().partition(|job| job.corrections.is_some());
        self.tag_by(&self.tagger, shared, &between);
        for mut job in own {
            let corrections = job.corrections.take().unwrap_or_default();
            self.tag_by(&self.tagger.with_corrections(corrections), vec![job], &between);
        }
        self.queue.served(words.saturating_sub(told.into_inner()), documents);
    }

    fn tag_by(&self, tagger: &Tagger, batch: Vec<Job>, between: &(dyn Fn() + Sync)) {
        if batch.is_empty() {
            return;
        }
        let (mut documents, mut answers) = (Vec::new(), Vec::new());
        for Job { document, options, answer, .. } in batch {
            documents.push((document, options));
            answers.push(answer);
        }
        let run = |documents: &[(Document, TagOptions)]| -> std::thread::Result<Vec<Done>> {
            let task = |(document, options)| Task { document: Document::clone(document), known: None, options };
            let tasks = documents.iter().map(|(document, options)| task((document, options))).collect();
            let made = catch_unwind(AssertUnwindSafe(|| tagger.run_between(tasks, between)))?;
            Ok(made.into_iter().map(|made| made.map_err(Failure::Tagger)).collect::<Vec<Done>>())
        };
        let made = run(&documents).unwrap_or_else(|_| {
            // One of them broke something: the others are not to pay for it.
            let alone = documents.iter().map(|one| run(std::slice::from_ref(one)));
            let alone = alone.map(|made| made.ok().and_then(|mut made| made.pop()).unwrap_or(Err(Failure::Broken)));
            alone.collect()
        });
        for (answer, made) in answers.into_iter().zip(made) {
            // Whoever asked may have gone.
            answer.send(made).ok();
        }
    }
}
