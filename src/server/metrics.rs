//! `/metrics`: what is counted, for Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::app::App;
use super::problem::Problem;
use crate::annotation::Annotation;
use crate::clock::Stage;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    path: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StageLabels {
    stage: &'static str,
}

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    documents: Family<OutcomeLabels, Counter>,
    words: Counter,
    waiting_documents: Gauge,
    waiting_words: Gauge,
    stages: Family<StageLabels, Gauge<f64, AtomicU64>>,
    memory: Gauge,
    connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("dateline");
        let metrics = Self {
            requests: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
            documents: Family::default(),
            words: Counter::default(),
            waiting_documents: Gauge::default(),
            waiting_words: Gauge::default(),
            stages: Family::default(),
            memory: Gauge::default(),
            connections: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests that were answered", metrics.requests.clone());
        registry.register_with_unit("request", "Time to the head of an answer", Unit::Seconds, metrics.seconds.clone());
        registry.register("documents", "Documents, by what became of them", metrics.documents.clone());
        registry.register("words", "Words of documents that were tagged", metrics.words.clone());
        registry.register("queue_documents", "Documents that wait", metrics.waiting_documents.clone());
        registry.register("queue_words", "Words of documents that wait", metrics.waiting_words.clone());
        registry.register_with_unit("stage", "Time of all threads, by stage", Unit::Seconds, metrics.stages.clone());
        registry.register_with_unit("memory", "Memory of the process", Unit::Bytes, metrics.memory.clone());
        registry.register("connections", "Connections that are open", metrics.connections.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// A document that found no room.
    pub fn refused(&self) {
        self.documents.get_or_create(&OutcomeLabels { outcome: "refused" }).inc();
    }

    /// A document that was worked on.
    pub fn done(&self, done: Result<&Annotation, &Problem>) {
        let outcome = if done.is_ok() { "tagged" } else { "failed" };
        self.documents.get_or_create(&OutcomeLabels { outcome }).inc();
        if let Some(text) = done.ok().and_then(|annotation| annotation.text.as_ref()) {
            self.words.inc_by(text.split_ascii_whitespace().count() as u64);
        }
    }

    /// The connections that are open.
    pub fn connections(&self) -> &Gauge {
        &self.connections
    }
}

/// Counts a request.
pub async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // Of paths that there are not, only that they are asked for.
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let labels = RequestLabels { path, status: response.status().as_u16() };
    app.metrics.requests.get_or_create(&labels).inc();
    app.metrics.seconds.observe(begun.elapsed().as_secs_f64());
    response
}

/// All that is counted.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let metrics = &app.metrics;
    let (documents, words) = app.queue.waiting();
    metrics.waiting_documents.set(documents as i64);
    metrics.waiting_words.set(words as i64);
    for stage in [Stage::Language, Stage::Windows, Stage::Model, Stage::Decode, Stage::Place] {
        let spent = app.tagger.clock().spent(stage).as_secs_f64();
        metrics.stages.get_or_create(&StageLabels { stage: stage.name() }).set(spent);
    }
    metrics.memory.set(memory().unwrap_or_default());
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = prometheus_client::encoding::text::encode(&mut text, &metrics.registry);
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}

/// Bytes of memory that the process has, where the system tells.
fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}
