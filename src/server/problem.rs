//! What is wrong with a request, as RFC 9457 has it.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// What is wrong with a request or a document, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct Parts {
    /// Which kind of problem it is: a path of this server's documentation.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status of the answer, or the one that it would have had.
    status: u16,
    /// What is wrong, what was expected, and what to do.
    detail: String,
    /// Where in the request it is, as a JSON pointer (RFC 6901) or the number of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// The document, if it has an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Seconds after which it is worth another try.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request is no JSON, or not what is asked for.
    Malformed,
    /// There is nothing at this path.
    NotFound,
    /// The path takes other methods.
    Method,
    /// The body came too slowly.
    Slow,
    /// The body is too large.
    TooLarge,
    /// The body is of another kind than is taken.
    MediaType,
    /// A document or an option cannot be worked with.
    Document,
    /// It was sent to another name than the server's own.
    Host,
    /// No token, or a wrong one.
    Token,
    /// Too many requests of one client.
    Rate,
    /// Too much is waiting.
    Queue,
    /// It took longer than it may.
    Late,
    /// The server ends.
    Draining,
    /// This server was started without what it takes.
    Missing,
    /// The server failed.
    Failed,
}

impl Kind {
    /// Its name in addresses, its title, and the status of its answers.
    pub fn about(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::Malformed => ("malformed", "The request cannot be read", StatusCode::BAD_REQUEST),
            Self::NotFound => ("not-found", "There is nothing at this path", StatusCode::NOT_FOUND),
            Self::Method => ("method", "The path takes other methods", StatusCode::METHOD_NOT_ALLOWED),
            Self::Slow => ("slow", "The body came too slowly", StatusCode::REQUEST_TIMEOUT),
            Self::TooLarge => ("too-large", "The body is too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::MediaType => ("media-type", "The body is of another kind", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::Document => ("document", "This cannot be worked with", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Host => ("host", "This is another server", StatusCode::MISDIRECTED_REQUEST),
            Self::Token => ("token", "A token is needed", StatusCode::UNAUTHORIZED),
            Self::Rate => ("rate", "Too many requests", StatusCode::TOO_MANY_REQUESTS),
            Self::Queue => ("queue", "Too much is waiting", StatusCode::TOO_MANY_REQUESTS),
            Self::Late => ("late", "It took longer than it may", StatusCode::SERVICE_UNAVAILABLE),
            Self::Draining => ("draining", "The server ends", StatusCode::SERVICE_UNAVAILABLE),
            Self::Missing => ("missing", "The server lacks a part", StatusCode::SERVICE_UNAVAILABLE),
            Self::Failed => ("failed", "The server failed", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Problem {
    /// Of a kind, with what is to be said.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (name, title, status) = kind.about();
        Self(Box::new(Parts {
            kind: format!("/docs#{name}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            at: None,
            id: None,
            retry_after: None,
        }))
    }

    /// What is wrong with what stands behind the question mark of an address.
    pub fn of_query(detail: &str) -> Self {
        let detail = detail.trim_start_matches("Failed to deserialize query string: ");
        // Of a name that is none, it lists those that are.
        let expected = if detail.contains("unknown field") { "" } else { "; expected what /docs lists for this path" };
        Self::new(Kind::Document, format!("behind the question mark: {detail}{expected}"))
    }

    /// With the place in the request.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Self {
        self.0.at = Some(at.into());
        self
    }

    /// With the document's id.
    #[must_use]
    pub fn of(mut self, id: &str) -> Self {
        self.0.id = Some(id.to_owned());
        self
    }

    /// With seconds after which it is worth another try.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The status of an answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Kind; 15] = [
        Kind::Malformed,
        Kind::NotFound,
        Kind::Method,
        Kind::Slow,
        Kind::TooLarge,
        Kind::MediaType,
        Kind::Document,
        Kind::Host,
        Kind::Token,
        Kind::Rate,
        Kind::Queue,
        Kind::Late,
        Kind::Draining,
        Kind::Missing,
        Kind::Failed,
    ];

    /// The type of a problem is an address that leads somewhere.
    #[test]
    fn every_kind_is_explained() {
        for kind in ALL {
            let (name, ..) = kind.about();
            assert!(include_str!("page/docs.html").contains(&format!("id=\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let problem = Problem::new(Kind::Queue, "full").at("/3").after(2);
        assert_eq!(
            problem.to_json(),
            "{\"type\":\"/docs#queue\",\"title\":\"Too much is waiting\",\"status\":429,\"detail\":\"full\",\"at\":\"/3\",\
             \"retry_after\":2}"
        );
    }
}
