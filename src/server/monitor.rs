//! What is counted of requests, and `/metrics`.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use crate::clock::Stage;

/// Counts a request.
pub async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // Of paths that there are not, only that they are asked for.
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    app.metrics.request(path, response.status().as_u16(), begun.elapsed());
    response
}

/// All that is counted.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let stages = [Stage::Language, Stage::Windows, Stage::Model, Stage::Decode, Stage::Place];
    let text = app.metrics.text(app.queue.waiting(), stages.map(|stage| (stage, app.tagger.clock().spent(stage))));
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
