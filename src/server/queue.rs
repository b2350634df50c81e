//! What waits to be tagged, and in which order its turn comes.
//!
//! What queued while the threads were busy is the next batch: there is no timer. Turns are dealt out by words, not by documents, as
//! if all documents that are there were read at the same time, a word of each in turn (virtual time, as in weighted fair queueing:
//! Demers, Keshav and Shenker 1989): what would be done first is taken first. So a short text goes before the long ones that came
//! with it, and no long one waits for ever. Long documents are read a slice at a time, and what is due before they end is tagged
//! between slices.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::request::Asked;
use crate::annotation::Annotation;
use crate::document::Document;
use crate::error::Error;
use crate::resolve::corrections::Corrections;
use crate::stop::Stop;
use crate::tagger::TagOptions;

/// A document that waits.
pub struct Job {
    /// The document.
    pub document: Document,
    /// How it is tagged.
    pub options: TagOptions,
    /// What is known better of it alone.
    pub corrections: Option<Arc<Corrections>>,
    /// Takes what becomes of it; closed where nobody waits any more.
    pub answer: oneshot::Sender<Done>,
    /// Its words.
    pub words: u64,
}

/// What became of a document.
pub type Done = Result<Annotation, Failure>;

/// Why there is no annotation.
#[derive(Debug)]
pub enum Failure {
    /// The tagger says so.
    Tagger(Error),
    /// It panicked.
    Broken,
}

/// Why a document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Too much waits already; with the seconds until there is room, about.
    Full(u64),
    /// The server ends.
    Draining,
}

/// What waits for somebody. Dropped, it takes the document from the queue, or stops the work on it.
pub struct Ticket {
    answer: oneshot::Receiver<Done>,
    stop: Stop,
    queue: Arc<Queue>,
    due: Due,
}

impl Ticket {
    /// Waits for what becomes of the document.
    pub async fn done(mut self) -> Done {
        (&mut self.answer).await.unwrap_or(Err(Failure::Broken))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.stop.ask();
        self.queue.forget(self.due);
    }
}

/// When a document is due: by words, of those due together by when it came.
pub type Due = (u64, u64);

/// What waits.
pub struct Queue {
    state: Mutex<State>,
    /// There is something, or there will never be.
    ready: Condvar,
    /// Words that may wait.
    most_words: u64,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<Due, Job>,
    words: u64,
    /// How far each document would have been read that was there all the time, in [`PARTS`] of a word.
    clock: u64,
    came: u64,
    /// Documents that are worked on.
    running: u64,
    draining: bool,
    /// Nothing will come any more.
    closed: bool,
    /// Words that were handed out, and since when.
    served: Served,
}

/// How fast words are handed out.
#[derive(Clone, Copy)]
struct Served {
    words: u64,
    since: Instant,
}

impl Default for Served {
    fn default() -> Self {
        Self { words: 0, since: Instant::now() }
    }
}

/// Parts of a word that the clock counts.
const PARTS: u64 = 1024;

/// Words a second, where nothing was measured yet.
const USUAL_SPEED: u64 = 10_000;
/// For so long, speed is measured.
const MEASURED: Duration = Duration::from_secs(30);

impl State {
    /// Seconds until so many words are served, about.
    fn seconds(&self, words: u64) -> u64 {
        let elapsed = self.served.since.elapsed().as_secs();
        let speed = if elapsed < 2 { USUAL_SPEED } else { (self.served.words / elapsed).max(1) };
        (words / speed).clamp(1, 600)
    }

    fn count(&mut self, words: u64) {
        if self.served.since.elapsed() > MEASURED {
            self.served = Served::default();
        }
        self.served.words += words;
    }
}

impl Queue {
    /// One in which so many words may wait. A document alone may always.
    pub fn new(most_words: u64) -> Self {
        Self { state: Mutex::default(), ready: Condvar::new(), most_words }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a document into the queue.
    ///
    /// # Errors
    ///
    /// If there is no room, or the server ends; with the document, for another try.
    /// `accepted`: its request was taken before the server was asked to end.
    pub fn put(self: &Arc<Self>, asked: Box<Asked>, accepted: bool) -> Result<Ticket, (Refused, Box<Asked>)> {
        let words = cost(&asked.document.text);
        let mut state = self.state();
        if state.closed || state.draining && !accepted {
            return Err((Refused::Draining, asked));
        }
        // The last may go beyond it, so that one of any length finds room.
        if state.words >= self.most_words {
            return Err((Refused::Full(state.seconds(state.words)), asked));
        }
        let Asked { document, mut options, corrections } = *asked;
        let (answer, waits) = oneshot::channel();
        let stop = Stop::default();
        options.stop = stop.clone();
        let due = (state.clock + words * PARTS, state.came);
        state.came += 1;
        state.words += words;
        state.waiting.insert(due, Job { document, options, corrections, answer, words });
        drop(state);
        self.ready.notify_one();
        Ok(Ticket { answer: waits, stop, queue: Arc::clone(self), due })
    }

    /// Whether there is room.
    pub fn has_room(&self) -> bool {
        self.state().words < self.most_words
    }

    /// Waits for the next batch: documents of so many words, or one that has more. `None` where none will come.
    pub fn wait(&self, words: u64) -> Option<(Due, Vec<Job>)> {
        let mut state = self.state();
        loop {
            if let Some(batch) = taken(&mut state, words, None) {
                return Some(batch);
            }
            if state.closed {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A batch of what is due before something, if there is any.
    pub fn before(&self, due: Due, words: u64) -> Option<(Due, Vec<Job>)> {
        taken(&mut self.state(), words, Some(due))
    }

    /// Tells that so many words were read, and how many documents are done with that.
    pub fn served(&self, words: u64, done: usize) {
        let mut state = self.state();
        let there = state.waiting.len() as u64 + state.running;
        state.clock += words * PARTS / there.max(1);
        state.running = state.running.saturating_sub(done as u64);
        state.count(words);
    }

    /// From now on, no new request is taken.
    pub fn drain(&self) {
        self.state().draining = true;
    }

    /// Nothing comes any more: once what waits is served, there is no next batch.
    pub fn close(&self) {
        let mut state = self.state();
        (state.draining, state.closed) = (true, true);
        drop(state);
        self.ready.notify_all();
    }

    /// Takes out what nobody waits for any more.
    fn forget(&self, due: Due) {
        let mut state = self.state();
        if let Some(job) = state.waiting.remove(&due) {
            state.words -= job.words;
        }
    }

    /// Whether nothing is taken any more.
    pub fn is_draining(&self) -> bool {
        self.state().draining
    }

    /// Documents and words that wait.
    pub fn waiting(&self) -> (usize, u64) {
        let state = self.state();
        (state.waiting.len(), state.words)
    }
}

/// The documents that are due first, of so many words, or one that has more: those for whom nobody waits any more are dropped.
fn taken(state: &mut State, most: u64, before: Option<Due>) -> Option<(Due, Vec<Job>)> {
    let (mut batch, mut words, mut last) = (Vec::new(), 0, None);
    while let Some(entry) = state.waiting.first_entry() {
        let (due, job) = (*entry.key(), entry.get());
        if before.is_some_and(|before| due >= before) {
            break;
        }
        // Between slices there is room for what is no longer than one.
        if before.is_some() && job.words > most {
            break;
        }
        let gone = job.answer.is_closed();
        if !gone && words > 0 && words + job.words > most {
            break;
        }
        let job = entry.remove();
        state.words -= job.words;
        if !gone {
            words += job.words;
            last = Some(due);
            batch.push(job);
        }
    }
    state.running += batch.len() as u64;
    Some((last?, batch))
}

/// What a text costs, in words: of one without spaces, as Chinese has none, every six bytes are one.
fn cost(text: &str) -> u64 {
    const BYTES: usize = 6;
    text.split_ascii_whitespace().count().max(text.len() / BYTES).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(queue: &Arc<Queue>, id: &str, words: usize) -> Result<Ticket, Refused> {
        let (document, options) = (Document::new(id, "a ".repeat(words)), TagOptions::default());
        queue.put(Box::new(Asked { document, options, corrections: None }), false).map_err(|(refused, _)| refused)
    }

    fn ids(batch: Option<(Due, Vec<Job>)>) -> Vec<String> {
        batch.map_or_else(Vec::new, |(_, jobs)| jobs.into_iter().map(|job| job.document.id).collect())
    }

    fn serve(queue: &Queue, words: u64) -> Vec<String> {
        let (_, jobs) = queue.wait(words).unwrap();
        queue.served(jobs.iter().map(|job| job.words).sum(), jobs.len());
        jobs.into_iter().map(|job| job.document.id).collect()
    }

    #[test]
    fn turns_go_by_words() {
        let queue = Arc::new(Queue::new(10_000));
        let _kept = [put(&queue, "long", 900), put(&queue, "short", 10), put(&queue, "other", 20)];
        assert_eq!(serve(&queue, 100), ["short", "other"]);
        // However many come, the long one has half of what is served.
        let mut kept = Vec::new();
        let before = (0..500).take_while(|n| {
            kept.push(put(&queue, &format!("later {n}"), 10));
            serve(&queue, 10) != ["long"]
        });
        let before = before.count();
        assert!((85..=185).contains(&before), "{before}");
    }

    #[test]
    fn what_is_due_before_the_end_of_a_long_one_goes_between() {
        let queue = Arc::new(Queue::new(100_000));
        let _long = put(&queue, "long", 5_000);
        let (due, jobs) = queue.wait(100).unwrap();
        assert_eq!(jobs.len(), 1);
        queue.served(1_000, 0);
        let _kept = [put(&queue, "longer", 6_000), put(&queue, "short", 20)];
        assert_eq!(ids(queue.before(due, 100)), ["short"]);
        assert!(queue.before(due, 100).is_none());
    }

    #[test]
    fn nobody_waits_for_what_was_dropped() {
        let queue = Arc::new(Queue::new(10));
        drop(put(&queue, "a", 5));
        assert_eq!(queue.waiting(), (0, 0));
        let _b = put(&queue, "b", 10).unwrap();
        assert_eq!(put(&queue, "c", 5).err(), Some(Refused::Full(1)));
        assert_eq!(ids(queue.wait(100)), ["b"]);
        // One alone may have any length.
        let _c = put(&queue, "c", 50).unwrap();
        queue.drain();
        assert_eq!(put(&queue, "d", 1).err(), Some(Refused::Draining));
        queue.close();
        assert_eq!(ids(queue.wait(1)), ["c"]);
        assert!(queue.wait(1).is_none());
    }
}
