//! The bodies of requests: read whole, within their limits.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

use super::app::App;
use super::problem::{Kind, Problem};
use crate::message::one_line;

/// What a body is, by its `Content-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// JSON: a document, or an array.
    Json,
    /// A document a line.
    Lines,
    /// A text alone.
    Text,
}

impl Media {
    /// Of a request.
    ///
    /// # Errors
    ///
    /// If it is none that is read.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let packed =
            |encoding: &&HeaderValue| !encoding.is_empty() && !encoding.as_bytes().eq_ignore_ascii_case(b"identity");
        if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(packed) {
            let encoding = one_line(&String::from_utf8_lossy(encoding.as_bytes()));
            let why = format!("the Content-Encoding is {encoding}; expected a body that is not compressed");
            return Err(Problem::new(Kind::MediaType, why));
        }
        let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
        let media = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media.as_str() {
            // What curl says of what stands behind its -d.
            "application/json" | "text/json" | "application/x-www-form-urlencoded" => Ok(Self::Json),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/jsonlines"
            | "application/x-jsonlines" => Ok(Self::Lines),
            "text/plain" => Ok(Self::Text),
            _ => Err(Problem::new(
                Kind::MediaType,
                format!(
                    "the Content-Type is {}; expected application/json, application/x-ndjson or text/plain",
                    one_line(&media)
                ),
            )),
        }
    }
}

/// Kilobytes that one body takes of the room for all, at most.
const MOST_ROOM: u32 = 64 << 10;

/// A body that is too large.
pub fn too_large(most: usize) -> Problem {
    Problem::new(
        Kind::TooLarge,
        format!(
            "the body has more than {most} bytes; expected fewer: send documents one by one, or as application/x-ndjson, or start the server with a larger --max-body"
        ),
    )
}

/// Reads a body whole.
///
/// # Errors
///
/// If it is too large, comes too slowly, or breaks off.
pub async fn whole(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let told = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|bytes| bytes > app.max_body as u64) {
        return Err(too_large(app.max_body));
    }
    let until = Instant::now() + app.timeout;
    // All bodies together have their limit too: the others wait.
    let room = told.map_or(app.max_body, |bytes| bytes as usize).div_ceil(1024) as u32;
    let slow = || {
        Problem::new(
            Kind::Slow,
            format!("the body was not there after {} s; expected it sooner: see --timeout", app.timeout.as_secs()),
        )
    };
    let _room = timeout_at(until, app.bodies.acquire_many(room.min(MOST_ROOM))).await.map_err(|_| slow())?;
    let mut pieces = body.into_data_stream();
    let mut whole = BytesMut::new();
    loop {
        let piece = timeout_at(until, pieces.next()).await.map_err(|_| slow())?;
        match piece {
            None => return Ok(whole.freeze()),
            Some(Ok(piece)) if whole.len() + piece.len() <= app.max_body => whole.extend_from_slice(&piece),
            Some(Ok(_)) => return Err(too_large(app.max_body)),
            Some(Err(error)) => {
                return Err(Problem::new(
                    Kind::Malformed,
                    format!("the body breaks off ({error}); expected all of it: send it again"),
                ));
            }
        }
    }
}
