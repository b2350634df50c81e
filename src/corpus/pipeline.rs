//! The way of a corpus: documents are read ahead on one thread, tagged in chunks by all, and what comes out is taken by a
//! sink on another thread. Queues of one chunk lie between, so that the three overlap and memory stays flat.

use std::sync::mpsc::sync_channel;
use std::thread;

use super::ahead::{Chunk, InputError, Next, ReadAhead, label};
use super::error::{Fault, ReadError};
use super::input::{Input, InputRecord};
use super::position::Position;
use crate::annotation::Annotation;
use crate::clock::{Clock, Stage};
use crate::document::Document;
use crate::error::Error;
use crate::language::{self, Language};
pub use crate::stop::Stop;
use crate::tagger::{TagOptions, Tagger, Task};

/// What makes something of documents: annotations, or what a map needs of them.
pub trait Worker: Sync {
    /// What is made of a document.
    type Made: Send;

    /// Why nothing could be made of one.
    type Error: std::error::Error + Send;

    /// Works on documents, and gives what it made of each in their order.
    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Self::Made, Self::Error>>;

    /// How long its stages took.
    fn clock(&self) -> &Clock;
}

/// Tags a corpus: every document in the same way. What was tagged before is taken as it is.
pub struct CorpusTagger {
    /// What tags.
    pub tagger: Tagger,
    /// What holds for all documents.
    pub options: TagOptions,
}

impl Worker for CorpusTagger {
    type Made = Annotation;
    type Error = Error;

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Annotation, Error>> {
        let mut known = Vec::with_capacity(inputs.len());
        let mut tasks = Vec::with_capacity(inputs.len());
        for input in inputs {
            let (document, names) = match input {
                Input::Tagged(annotation) => {
                    known.push(Some(*annotation));
                    continue;
                }
                Input::Text(document) => (document, None),
                Input::Named(document, names) => (document, Some(names)),
                // The pipeline passes over it.
                Input::Nothing { id } => (Document::new(id, ""), None),
            };
            known.push(None);
            tasks.push(Task { document, known: names, options: &self.options });
        }
        let mut tagged = self.tagger.run_all(tasks).into_iter();
        known.into_iter().filter_map(|known| known.map(Ok).or_else(|| tagged.next())).collect()
    }

    fn clock(&self) -> &Clock {
        self.tagger.clock()
    }
}

/// What became of a record.
#[derive(Debug)]
pub enum Outcome<T = Annotation> {
    /// Something was made of it: an annotation, or what a map needs.
    Made(Box<T>),
    /// It could not be read or tagged.
    Failed(Failure),
    /// There is nothing to be done with it.
    Skipped(Skipped),
}

/// Why a record is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// It is in a language that is not wanted.
    Language(Language),
    /// It has no text, though it has a place for one.
    NoText,
}

impl Skipped {
    /// What counts of it are kept under: the code of a language, or [`Skipped::NO_TEXT`].
    pub fn key(self) -> String {
        match self {
            Self::Language(language) => language.code().to_owned(),
            Self::NoText => Self::NO_TEXT.to_owned(),
        }
    }

    /// What records without a text are counted under. No language has such a code.
    pub const NO_TEXT: &str = "no text";
}

/// Why a record has no annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its id, if that is known.
    pub id: Option<String>,
    /// Where it stands.
    pub position: Position,
    /// `read` or `tag`.
    pub stage: &'static str,
    /// What is wrong, where, what was expected and what to do.
    pub message: String,
}

/// What became of the records of a chunk, in their order.
#[derive(Debug)]
pub struct TaggedChunk<T = Annotation> {
    /// Of each record.
    pub outcomes: Vec<Outcome<T>>,
    /// What the last record is called.
    pub last: String,
}

/// Takes what became of records.
pub trait Sink<T = Annotation>: Send {
    /// Why it can take no more.
    type Error: Send;

    /// Takes a chunk. They come in order.
    ///
    /// # Errors
    ///
    /// If it can take no more. The run ends then.
    fn take(&mut self, chunk: TaggedChunk<T>) -> Result<(), Self::Error>;
}

/// Why a run ended before its time.
#[derive(Debug)]
pub enum RunError<E> {
    /// The sink could take no more.
    Sink(E),
    /// There is no more input, and that is not its end.
    Input(InputError),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Behind the last record.
    AtEnd,
    /// Before it, since that was asked for.
    Stopped,
}

/// Adds to a fault of the input what the caller's user can do about it, in words that stand behind those of the fault:
/// "name its fields with --text-field" on a command line, for example. `None` where the fault says enough.
pub type Hint = fn(&Fault) -> Option<String>;

/// What is done with documents.
pub struct Work<'a, W> {
    /// Makes something of them.
    pub worker: &'a W,
    /// Documents that are in none of these languages are passed over; `None` keeps all.
    pub languages: Option<&'a [Language]>,
    /// What is added to what cannot be read.
    pub hint: Hint,
}

/// Takes what was read before, and then what is read ahead, through the work to the sink: until the last chunk, or until
/// the run is to end. All that was begun is done.
///
/// # Errors
///
/// If the sink fails, or there is no more input and that is not its end.
pub fn run<W: Worker, S: Sink<W::Made>>(
    begun: Vec<Next>,
    ahead: &ReadAhead,
    work: &Work<'_, W>,
    sink: &mut S,
    stop: &Stop,
) -> Result<Ended, RunError<S::Error>> {
    let (send, tagged) = sync_channel::<TaggedChunk<W::Made>>(1);
    thread::scope(|scope| {
        let writer = scope.spawn(move || tagged.into_iter().try_for_each(|chunk| sink.take(chunk)));
        let mut begun = begun.into_iter();
        let ended = loop {
            let chunk = match begun.next().map_or_else(|| ahead.next(stop), Ok) {
                Ok(Next::Chunk(chunk)) => chunk,
                Ok(Next::End) => break Ok(Ended::AtEnd),
                Ok(Next::Stopped) => break Ok(Ended::Stopped),
                Err(error) => break Err(RunError::Input(error)),
            };
            if send.send(work.chunk(chunk)).is_err() {
                // The sink tells why.
                break Ok(Ended::Stopped);
            }
        };
        drop(send);
        match writer.join() {
            Ok(taken) => taken.map_err(RunError::Sink).and(ended),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

impl<W: Worker> Work<'_, W> {
    /// Does the work on one chunk.
    pub fn chunk(&self, chunk: Chunk) -> TaggedChunk<W::Made> {
        let last = chunk.records.last().map(label).unwrap_or_default();
        // What is annotated gets its outcome when it is there: `None` until then.
        let (mut inputs, mut known) =
            (Vec::with_capacity(chunk.records.len()), Vec::with_capacity(chunk.records.len()));
        let outcomes: Vec<Option<Outcome<W::Made>>> = chunk
            .records
            .into_iter()
            .map(|record| match record {
                Err(error) => Some(Outcome::Failed(Failure::of_read(error, self.hint))),
                Ok(InputRecord { position, mut input }) => match self.unwanted(&mut input) {
                    Some(why) => Some(Outcome::Skipped(why)),
                    None => {
                        known.push((input.id().to_owned(), position));
                        inputs.push(input);
                        None
                    }
                },
            })
            .collect();
        let mut annotated =
            self.worker.annotate(inputs).into_iter().zip(known).map(|(annotated, (id, position))| match annotated {
                Ok(made) => Outcome::Made(Box::new(made)),
                Err(error) => {
                    let message = format!("{position}: {error}");
                    Outcome::Failed(Failure { id: Some(id), position, stage: "tag", message })
                }
            });
        let outcomes = outcomes.into_iter().filter_map(|outcome| outcome.or_else(|| annotated.next())).collect();
        TaggedChunk { outcomes, last }
    }

    /// Why a document is passed over: it has no text, or its language is none of those that are wanted. What is found out of it is told to the document, so
    /// that tagging need not look again; of what was tagged before, it is known.
    fn unwanted(&self, input: &mut Input) -> Option<Skipped> {
        if let Input::Nothing { .. } = input {
            return Some(Skipped::NoText);
        }
        let wanted = self.languages?;
        let told = match &input {
            Input::Tagged(annotation) => annotation.language.as_ref().and_then(|code| code.parse().ok()),
            _ => None,
        };
        let detect = || self.worker.clock().time(Stage::Language, || language::detect(input.text()));
        let language = told.or_else(detect)?;
        if let Input::Text(document) | Input::Named(document, _) = input {
            document.language = Some(language);
        }
        (!wanted.contains(&language)).then_some(Skipped::Language(language))
    }
}

impl Failure {
    /// Of a record that cannot be read.
    pub fn of_read(error: ReadError, hint: Hint) -> Self {
        let message = match hint(&error.fault) {
            Some(hint) => format!("{error}: {hint}"),
            None => error.to_string(),
        };
        Self { id: error.id, position: error.position, stage: "read", message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::model_error::ModelError;

    /// Annotates with nothing, and fails on texts that say so.
    struct Echo(Clock);

    impl Worker for Echo {
        type Made = Annotation;
        type Error = Error;

        fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Annotation, Error>> {
            let annotate = |input: Input| match input.text() {
                "fail" => Err(ModelError::Tokens("asked to".into()).into()),
                _ => Ok(Annotation { id: input.id().to_owned(), ..Annotation::default() }),
            };
            inputs.into_iter().map(annotate).collect()
        }

        fn clock(&self) -> &Clock {
            &self.0
        }
    }

    fn record(id: &str, text: &str) -> Result<InputRecord, ReadError> {
        let position = Position { source: "a.jsonl".into(), line: Some(7) };
        Ok(InputRecord { position, input: Input::Text(Document::new(id, text)) })
    }

    #[test]
    fn every_record_has_an_outcome_in_its_place() {
        let broken = Fault::Missing.at(Position { source: "b.txt".into(), line: None });
        let spanish =
            "El convoy salió de Beirut hacia Damasco el lunes, dijeron funcionarios del ministerio, tras días.";
        let records =
            vec![Err(broken), record("one", "text"), record("two", "fail"), record("drei", spanish), record("4", "")];
        let worker = Echo(Clock::default());
        let work = Work { worker: &worker, languages: Some(&[Language::ENGLISH]), hint: |_| Some("look".to_owned()) };
        let tagged = work.chunk(Chunk { records });
        let told: Vec<String> = tagged
            .outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Made(annotation) => annotation.id.clone(),
                Outcome::Failed(failure) => format!("{} {:?} {}", failure.stage, failure.id, failure.message),
                Outcome::Skipped(why) => why.key(),
            })
            .collect();
        assert!(told[0].starts_with("read None b.txt: no such file") && told[0].ends_with(": look"), "{told:?}");
        assert!(told[2].starts_with("tag Some(\"two\") a.jsonl:7: ") && told[2].contains("asked to"), "{told:?}");
        assert_eq!((told[1].as_str(), told[3].as_str(), told[4].as_str()), ("one", "es", "4"));
        assert_eq!(tagged.last, "4");
    }
}
