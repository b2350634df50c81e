//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

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

    /// A request that was answered.
    pub fn request(&self, path: String, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { path, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// All of it, with what waits and the time of stages, as Prometheus reads it.
    pub fn text(
        &self,
        (documents, words): (usize, u64),
        stages: impl IntoIterator<Item = (Stage, Duration)>,
    ) -> String {
        self.waiting_documents.set(documents as i64);
        self.waiting_words.set(words as i64);
        for (stage, spent) in stages {
            self.stages.get_or_create(&StageLabels { stage: stage.name() }).set(spent.as_secs_f64());
        }
        self.memory.set(memory().unwrap_or_default());
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }

    /// The connections that are open.
    pub fn connections(&self) -> &Gauge {
        &self.connections
    }
}

/// Bytes of memory that the process has, where the system tells.
fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}
