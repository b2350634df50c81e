//! Records that are read ahead on a thread of their own, and the chunks that they are tagged in.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::error::ReadError;
use super::input::{Input, InputRecord};
use super::stream::Stream;
use crate::clock::{Clock, Stage};
use crate::document::metadata_weight;
use crate::stop::Stop;

/// Records of a chunk, at most.
pub const CHUNK_RECORDS: usize = 64;
/// A chunk ends with the record that brings it to so many bytes.
pub const CHUNK_BYTES: usize = 1 << 20;

/// Records that are tagged together.
#[derive(Debug)]
pub struct Chunk {
    /// The records, in order.
    pub records: Vec<Record>,
}

/// A record, or why it cannot be read.
type Record = Result<InputRecord, ReadError>;

/// When a chunk is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// When it is full, or there is no more: where chunks end depends on nothing but the records.
    Full,
    /// When there is a record, with all that were read by then: none waits for those behind it.
    AsRead,
}

/// Bytes of a document and what is known of it, about.
fn weight(record: &Record) -> usize {
    let document = match record.as_ref().map(|read| &read.input) {
        Ok(Input::Text(document) | Input::Named(document, _)) => document,
        Ok(Input::Tagged(record)) => return record.weight(),
        Ok(Input::Nothing { .. }) | Err(_) => return 0,
    };
    document.text.len() + metadata_weight(&document.metadata)
}

/// What a record is told from others by: its id, or its position if it cannot be read.
pub(super) fn label(record: &Record) -> String {
    match record {
        Ok(read) => read.input.id().to_owned(),
        Err(error) => error.id.clone().unwrap_or_else(|| error.position.to_string()),
    }
}

/// How far an earlier run came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Records that it took.
    pub records: u64,
    /// What the last of them was called.
    pub last: String,
}

/// The input is not the one that an earlier run read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "record {records} of the input was {expected:?} in the run that is to go on, and is {}; expected the same input",
    found.as_ref().map_or("missing".to_owned(), |found| format!("{found:?}"))
)]
pub struct OtherInput {
    /// The number of the last record that was taken, from 1.
    pub records: u64,
    /// What it was called.
    pub expected: String,
    /// What stands there now.
    pub found: Option<String>,
}

/// Why there is no next chunk.
#[derive(Clone, Debug, thiserror::Error)]
pub enum InputError {
    /// The input is not that of the run that is to go on.
    #[error(transparent)]
    Other(#[from] OtherInput),
    /// Reading ended by a fault of this program.
    #[error(
        "reading the input broke off; expected it not to, whatever is in it: report it, with the last file of the input"
    )]
    Broken,
}

/// What comes next.
#[derive(Debug)]
pub enum Next {
    /// A chunk.
    Chunk(Chunk),
    /// The end of the input.
    End,
    /// Nothing more, since the run is to end.
    Stopped,
}

/// Bytes of the stack on which files are read: their decoders go into what is nested by calling themselves.
const STACK: usize = 64 << 20;

/// How often a wait for input looks whether the run is to end: standard input may give nothing for hours.
const LOOK: Duration = Duration::from_millis(50);

/// Records that are read ahead on a thread of their own, a chunk of them at most.
pub struct ReadAhead {
    queue: Arc<Queue>,
    filling: Filling,
}

impl ReadAhead {
    /// Begins to read a stream, behind what an earlier run reached.
    pub fn start(stream: Stream, reached: Option<Reached>, filling: Filling, clock: Arc<Clock>) -> Self {
        let queue = Arc::new(Queue::default());
        let reader = Reader(Arc::clone(&queue));
        // Not joined: it may hang in a read of standard input when the run ends.
        let read = move || reader.read(stream, reached, &clock);
        // Without a thread, nothing is ever read, and that is told as such.
        drop(thread::Builder::new().stack_size(STACK).spawn(read));
        Self { queue, filling }
    }

    /// The next chunk.
    ///
    /// # Errors
    ///
    /// If the input is another than that of the run that is to go on, or its reading broke off.
    pub fn next(&self, stop: &Stop) -> Result<Next, InputError> {
        let mut queued = self.queue.lock();
        while !stop.asked() {
            let is_due = match self.filling {
                Filling::Full => queued.is_full(),
                Filling::AsRead => !queued.records.is_empty(),
            };
            if is_due || (queued.end.is_some() && !queued.records.is_empty()) {
                queued.bytes = 0;
                let records = std::mem::take(&mut queued.records);
                self.queue.changed.notify_all();
                return Ok(Next::Chunk(Chunk { records }));
            }
            if let Some(end) = &queued.end {
                return end.clone().map(|()| Next::End);
            }
            queued =
                self.queue.changed.wait_timeout(queued, LOOK).map_or_else(|broken| broken.into_inner().0, |(q, _)| q);
        }
        Ok(Next::Stopped)
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.queue.lock().is_left = true;
        self.queue.changed.notify_all();
    }
}

/// What lies between the thread that reads and those that work.
#[derive(Default)]
struct Queue {
    queued: Mutex<Queued>,
    changed: Condvar,
}

#[derive(Default)]
struct Queued {
    records: Vec<Record>,
    bytes: usize,
    /// How the input ended, once it has: without it, the end of the thread that reads is no end of the input.
    end: Option<Result<(), InputError>>,
    /// Whether nobody will ask for more.
    is_left: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Queued> {
        self.queued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queued {
    fn is_full(&self) -> bool {
        self.records.len() >= CHUNK_RECORDS || self.bytes >= CHUNK_BYTES
    }
}

/// The end of a queue that the thread that reads has.
struct Reader(Arc<Queue>);

impl Reader {
    fn read(self, mut stream: Stream, reached: Option<Reached>, clock: &Clock) {
        if let Some(Reached { records, last }) = reached {
            stream.skip_records(records.saturating_sub(1));
            let found = stream.next().map(|record| label(&record));
            if found.as_ref() != Some(&last) {
                return self.end(Err(OtherInput { records, expected: last, found }.into()));
            }
        }
        while let Some(record) = clock.time(Stage::Read, || stream.next()) {
            if !self.push(record) {
                return;
            }
        }
        self.end(Ok(()));
    }

    /// Adds a record once there is room. Gives whether anybody will ask for more.
    fn push(&self, record: Record) -> bool {
        let weight = weight(&record);
        let mut queued = self.0.lock();
        while queued.is_full() && !queued.is_left {
            queued = self.0.changed.wait(queued).unwrap_or_else(PoisonError::into_inner);
        }
        queued.bytes += weight;
        queued.records.push(record);
        self.0.changed.notify_all();
        !queued.is_left
    }

    fn end(&self, end: Result<(), InputError>) {
        self.0.lock().end.get_or_insert(end);
        self.0.changed.notify_all();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.end(Err(InputError::Broken));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::read::ReadOptions;
    use crate::corpus::source::{Globs, InputKind, Source};
    use crate::corpus::stream::Shard;

    fn ahead(lines: &str, reached: Option<Reached>, filling: Filling) -> (ReadAhead, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, lines).unwrap();
        let options = ReadOptions { kind: Some(InputKind::Jsonl), ..ReadOptions::default() };
        let stream = Stream::new(vec![Source::from(path)], Globs::default(), options, Shard::WHOLE);
        (ReadAhead::start(stream, reached, filling, Arc::default()), folder)
    }

    fn chunks(ahead: &ReadAhead) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        while let Next::Chunk(chunk) = ahead.next(&Stop::default()).unwrap() {
            found.push(chunk.records.iter().map(label).collect());
        }
        found
    }

    fn lines(texts: &[usize]) -> String {
        texts
            .iter()
            .enumerate()
            .map(|(n, &size)| format!("{{\"id\": {n}, \"text\": \"{}\"}}\n", "a".repeat(size)))
            .collect()
    }

    /// A run that goes on reads the chunks that it would have read.
    #[test]
    fn full_chunks_end_where_the_records_say() {
        let mut sizes = vec![10; 150];
        sizes[70] = CHUNK_BYTES + 1;
        let (ahead, _folder) = ahead(&lines(&sizes), None, Filling::Full);
        let found: Vec<usize> = chunks(&ahead).iter().map(Vec::len).collect();
        assert_eq!(found, [64, 7, 64, 15]);
    }

    #[test]
    fn however_chunks_fall_every_record_comes_once() {
        for filling in [Filling::Full, Filling::AsRead] {
            let (ahead, _folder) = ahead(&lines(&[20; 300]), None, filling);
            let found = chunks(&ahead);
            assert!(found.iter().all(|chunk| (1..=CHUNK_RECORDS).contains(&chunk.len())));
            assert_eq!(found.concat(), (0..300).map(|n| n.to_string()).collect::<Vec<_>>());
            // The end stays the end.
            assert!(matches!(ahead.next(&Stop::default()), Ok(Next::End)));
        }
    }

    #[test]
    fn a_run_goes_on_behind_what_it_reached_or_not_at_all() {
        let reached = |last: &str| Some(Reached { records: 2, last: last.to_owned() });
        let (on, _folder) = ahead(&lines(&[5; 4]), reached("1"), Filling::Full);
        assert_eq!(chunks(&on), [["2", "3"]]);
        let (other, _folder) = ahead(&lines(&[5; 4]), reached("x"), Filling::Full);
        let error = other.next(&Stop::default()).unwrap_err().to_string();
        assert!(error.contains("\"x\"") && error.contains("\"1\""), "{error}");
        let stop = Stop::default();
        stop.ask();
        assert!(matches!(on.next(&stop), Ok(Next::Stopped)));
    }
}
