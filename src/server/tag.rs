//! `POST /v1/tag`: documents in, annotations out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, BodyDataStream};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::app::App;
use super::body::{Media, too_large, whole};
use super::problem::{Kind, Problem};
use super::queue::{Failure, Refused, Ticket};
use super::request::{Asked, DocumentForm, Misplaced, OptionsForm, document, not_read};
use crate::annotation::Annotation;
use crate::error::Error;

/// Documents of one stream that wait or are worked on: enough for a batch, and so few that many streams find room in the queue.
const AHEAD: usize = 16;

/// The header that says how many corrections of a request have matched nothing.
pub const UNMATCHED: HeaderName = HeaderName::from_static("dateline-unmatched-corrections");

/// Documents of one array.
const MOST: usize = 10_000;

/// The options of an address, or what is wrong with them.
pub type Asking = Result<Query<OptionsForm>, QueryRejection>;

/// The options of an address.
///
/// # Errors
///
/// If they are none.
pub fn options(asking: Asking) -> Result<OptionsForm, Problem> {
    asking.map(|Query(options)| options).map_err(|error| Problem::of_query(&error.body_text()))
}

/// Tags.
pub async fn tag(
    State(app): State<Arc<App>>,
    asking: Asking,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let options = options(asking)?;
    if app.queue.is_draining() {
        return Err(problem(Refused::Draining));
    }
    match Media::of(&headers)? {
        Media::Lines => Ok(lines(app, options, body)),
        Media::Text => {
            let body = whole(&app, &headers, body).await?;
            let text = String::from_utf8(body.into()).map_err(|error| {
                let byte = error.utf8_error().valid_up_to();
                Problem::new(Kind::Document, format!("byte {byte} is not UTF-8; expected UTF-8 text"))
            })?;
            one(&app, form(text), &options).await
        }
        Media::Json => {
            let body = whole(&app, &headers, body).await?;
            match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
                None => Err(Problem::new(Kind::Malformed, "the body is empty; expected a JSON object with \"text\"")),
                Some(b'[') => array(&app, &body, &options).await,
                _ => one(&app, document(&body)?, &options).await,
            }
        }
    }
}

fn form(text: String) -> DocumentForm {
    DocumentForm {
        text,
        id: None,
        title: None,
        date: None,
        source: None,
        url: None,
        language: None,
        metadata: None,
        options: None,
        corrections: Vec::new(),
        misplaced: Misplaced::default(),
    }
}

/// One document.
async fn one(app: &App, form: DocumentForm, options: &OptionsForm) -> Result<Response, Problem> {
    let asked = form.asked(0, options, &app.usual, &app.tagger)?;
    let corrections = asked.corrections.clone();
    let annotation = annotation(app, asked).await?;
    Ok(with_unmatched(json(annotation.to_json()), corrections.map_or(0, |corrections| corrections.unmatched())))
}

/// Says how many corrections of a request have matched nothing, since they may be misspelt.
fn with_unmatched(mut answer: Response, unmatched: usize) -> Response {
    if unmatched > 0 {
        answer.headers_mut().insert(UNMATCHED, HeaderValue::from(unmatched));
    }
    answer
}

/// A document's annotation, which waits for its turn.
///
/// # Errors
///
/// If there is no room in the queue, it takes too long, or it cannot be tagged.
pub async fn annotation(app: &App, asked: Asked) -> Result<Annotation, Problem> {
    let id = asked.document.id.clone();
    let ticket = app.queue.put(Box::new(asked), false).map_err(|(refused, _)| {
        app.metrics.refused();
        problem(refused).of(&id)
    })?;
    awaited(app, ticket).await.map_err(|problem| problem.of(&id))
}

fn problem(refused: Refused) -> Problem {
    match refused {
        Refused::Full(seconds) => Problem::new(
            Kind::Queue,
            format!("the queue is full; expected fewer documents at a time: ask again in {seconds} s, or start the server with a larger --max-queue"),
        )
        .after(seconds),
        Refused::Draining => {
            Problem::new(Kind::Draining, "the server is about to end; expected another: ask there, or again in a while").after(5)
        }
    }
}

/// What becomes of a document that waits.
async fn awaited(app: &App, ticket: Ticket) -> Result<Annotation, Problem> {
    let done = timeout(app.timeout, ticket.done()).await.map_err(|_| {
        let seconds = app.timeout.as_secs();
        Problem::new(Kind::Late, format!("there was no answer after {seconds} s; expected a shorter text or less to do: ask again, or start the server with a longer --timeout")).after(5)
    })?;
    let done = done.map_err(|failure| match failure {
        Failure::Tagger(Error::Stopped) => Problem::new(Kind::Late, "the work on it was stopped; ask again"),
        Failure::Tagger(error @ (Error::Limit(_) | Error::Untagged(_))) => {
            Problem::new(Kind::Document, error.to_string())
        }
        Failure::Tagger(error) => Problem::new(Kind::Failed, error.to_string()),
        Failure::Broken => {
            Problem::new(Kind::Failed, "the document broke something; expected an annotation: report it")
        }
    });
    app.metrics.done(done.as_ref());
    done
}

/// An array: an array of annotations, with a problem in the place of what failed.
async fn array(app: &App, body: &Bytes, options: &OptionsForm) -> Result<Response, Problem> {
    let forms: Vec<Box<RawValue>> = serde_json::from_slice(body).map_err(|error| not_read(&error))?;
    if forms.len() > MOST {
        return Err(Problem::new(
            Kind::TooLarge,
            format!("the array has more than {MOST} documents; expected fewer: send them as application/x-ndjson"),
        ));
    }
    // No more wait at a time than of a stream, so that an array of any length is taken.
    let unmatched = AtomicUsize::new(0);
    let told = &unmatched;
    let begun = forms
        .into_iter()
        .enumerate()
        .map(|(number, form)| async move { begun(app, form.get().as_bytes(), number as u64, options, told).await });
    let answers: Vec<String> = stream::iter(begun)
        .buffered(AHEAD)
        .map(|answer| answer.map_or_else(|problem| problem.to_json(), |annotation| annotation.to_json()))
        .collect()
        .await;
    Ok(with_unmatched(json(format!("[{}]", answers.join(","))), unmatched.into_inner()))
}

/// The annotation of a document as it stands in a request, which waits until there is room in the queue. Its corrections that
/// match nothing are counted.
async fn begun(
    app: &App,
    form: &[u8],
    number: u64,
    options: &OptionsForm,
    unmatched: &AtomicUsize,
) -> Result<Annotation, Problem> {
    let at = |problem: Problem| problem.at(format!("/{number}"));
    let asked = document(form).and_then(|form| form.asked(number, options, &app.usual, &app.tagger)).map_err(at)?;
    let (id, corrections) = (asked.document.id.clone(), asked.corrections.clone());
    let ticket = roomy(app, asked).await.map_err(|problem| at(problem.of(&id)))?;
    let annotation = awaited(app, ticket).await.map_err(|problem| at(problem.of(&id)))?;
    unmatched.fetch_add(corrections.map_or(0, |corrections| corrections.unmatched()), Ordering::Relaxed);
    Ok(annotation)
}

/// Puts a document into the queue once there is room.
async fn roomy(app: &App, asked: Asked) -> Result<Ticket, Problem> {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);
    let mut asked = Box::new(asked);
    loop {
        asked = match app.queue.put(asked, true) {
            Ok(ticket) => return Ok(ticket),
            Err((Refused::Full(_), asked)) => asked,
            Err((refused, _)) => return Err(problem(refused)),
        };
        tokio::time::sleep(PAUSE).await;
    }
}

fn json(body: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// What stands for a line of an answer.
enum Line {
    Waits(Ticket, String),
    Wrong(Problem),
}

/// A document a line, in and out: in order, and each as soon as it is there.
fn lines(app: Arc<App>, options: OptionsForm, body: Body) -> Response {
    let (send, receive) = mpsc::channel(AHEAD);
    let reader = Reader { app: Arc::clone(&app), options, send };
    tokio::spawn(reader.read(body.into_data_stream()));
    let answers = stream::unfold((app, receive), |(app, mut receive)| async move {
        let line = receive.recv().await?;
        let told = match line {
            Line::Wrong(problem) => problem.to_json(),
            Line::Waits(ticket, id) => match awaited(&app, ticket).await {
                Ok(annotation) => annotation.to_json(),
                Err(problem) => problem.of(&id).to_json(),
            },
        };
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(told + "\n")), (app, receive)))
    });
    let media = [(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))];
    (media, Body::from_stream(answers)).into_response()
}

/// Reads the lines of a stream and puts them into the queue, as long as somebody reads the answers.
struct Reader {
    app: Arc<App>,
    options: OptionsForm,
    send: mpsc::Sender<Line>,
}

impl Reader {
    async fn read(self, mut pieces: BodyDataStream) {
        let Err(End::Told(problem)) = self.take_all(&mut pieces).await else { return };
        self.send.send(Line::Wrong(problem)).await.ok();
        // A connection that ends with something unread takes with it what the other side has not read yet: so what is sent still is
        // passed over, for a while.
        self.pass_over(&mut pieces).await;
    }

    /// Passes over what comes, until the client ends it or has had all answers for a while.
    async fn pass_over(&self, pieces: &mut BodyDataStream) {
        const LOOK: std::time::Duration = std::time::Duration::from_millis(100);
        let mut answered: Option<Instant> = None;
        while answered.is_none_or(|since| since.elapsed() < PASSED_OVER) && !self.send.is_closed() {
            match timeout(LOOK, next(pieces)).await {
                Ok(Some(Ok(_))) | Err(_) => {}
                Ok(None | Some(Err(_))) => return,
            }
            if self.send.capacity() == self.send.max_capacity() {
                answered.get_or_insert_with(Instant::now);
            }
        }
    }

    async fn take_all(&self, pieces: &mut BodyDataStream) -> Result<(), End> {
        let (mut line, mut number, mut passing) = (BytesMut::new(), 0_u64, false);
        let mut end = self.app.end.clone();
        loop {
            let told = |problem: Problem| End::Told(problem.at(format!("line {}", number + 1)));
            // What was taken is answered; what comes now is for another server.
            if self.app.queue.is_draining() {
                return Err(told(problem(Refused::Draining)));
            }
            let piece = tokio::select! {
                piece = timeout(IDLE, next(pieces)) => piece,
                () = self.send.closed() => return Err(End::Gone),
                _ = end.wait_for(|end| *end) => continue,
            };
            let Ok(piece) = piece else {
                let why = format!("nothing came for {} s; expected a line, or the end of the body", IDLE.as_secs());
                return Err(told(Problem::new(Kind::Slow, why)));
            };
            let searched = line.len();
            match piece {
                None => break,
                Some(Err(error)) => {
                    let why = format!("the body breaks off ({error}); expected all of it");
                    return Err(told(Problem::new(Kind::Malformed, why)));
                }
                Some(Ok(piece)) => line.extend_from_slice(&piece),
            }
            let mut from = searched;
            loop {
                let end = memchr::memchr(b'\n', &line[from..]).map(|end| from + end);
                let whole = match end {
                    Some(end) => line.split_to(end + 1),
                    // Of a line that is too long, no more is kept.
                    None if line.len() > self.app.max_body || passing => line.split(),
                    None => break,
                };
                from = 0;
                if !std::mem::replace(&mut passing, end.is_none()) {
                    number += 1;
                    self.take(&whole, number).await?;
                }
                if passing {
                    break;
                }
            }
        }
        self.take(&line, number + 1).await
    }

    /// Takes a line.
    async fn take(&self, line: &[u8], number: u64) -> Result<(), End> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let app = &self.app;
        let at = |problem: Problem| problem.at(format!("line {number}"));
        if line.len() > app.max_body {
            let wrong = Line::Wrong(at(too_large(app.max_body)));
            return self.send.send(wrong).await.map_err(|_| End::Gone);
        }
        let asked = document(line).and_then(|form| form.asked(number, &self.options, &app.usual, &app.tagger));
        let line = match asked {
            Err(problem) => Line::Wrong(at(problem)),
            Ok(asked) => {
                let id = asked.document.id.clone();
                match roomy(app, asked).await {
                    Ok(ticket) => Line::Waits(ticket, id),
                    Err(problem) => return Err(End::Told(at(problem.of(&id)))),
                }
            }
        };
        self.send.send(line).await.map_err(|_| End::Gone)
    }
}

/// Why a stream is not read on.
enum End {
    /// Nobody reads the answers.
    Gone,
    /// This is the last line of the answer.
    Told(Problem),
}

/// For so long, a stream may be silent.
const IDLE: std::time::Duration = std::time::Duration::from_secs(300);

/// For so long, what a client sends on is passed over.
const PASSED_OVER: std::time::Duration = std::time::Duration::from_secs(5);

async fn next(pieces: &mut BodyDataStream) -> Option<Result<Bytes, axum::Error>> {
    pieces.next().await
}
