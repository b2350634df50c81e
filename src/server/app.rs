//! What all requests share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::sync::{Semaphore, watch};

use super::access::{Rate, Token};
use super::assets::Assets;
use super::metrics::Metrics;
use super::problem::{Kind, Problem};
use super::queue::Queue;
use crate::gazetteer::Gazetteer;
use crate::layer::Towns;
use crate::layer::html::Page;
use crate::query::atlas::Atlas;
use crate::tagger::{TagOptions, Tagger};

/// What all requests share.
pub struct App {
    /// Tags.
    pub tagger: Arc<Tagger>,
    /// How documents are tagged that say nothing of it.
    pub usual: TagOptions,
    /// What waits.
    pub queue: Arc<Queue>,
    /// Where places lie.
    pub atlas: Atlas,
    /// What is counted.
    pub metrics: Metrics,
    /// The names, beside this machine's own, by which it is asked; `None` for all.
    pub hosts: Option<Vec<String>>,
    /// Origins whose pages may ask.
    pub origins: Vec<HeaderValue>,
    /// Kilobytes of bodies that may be read at the same time still.
    pub bodies: Semaphore,
    /// Layers that may be made at the same time.
    pub maps: Arc<Semaphore>,
    /// Whether the server is asked to end.
    pub end: watch::Receiver<bool>,
    /// Who may ask; `None` for all.
    pub token: Option<Token>,
    /// How often each may; `None` for as often as they like.
    pub rate: Option<Rate>,
    /// Bytes of a body, at most.
    pub max_body: usize,
    /// How long an answer may take.
    pub timeout: Duration,
    /// What pages with maps are made of; why there is none.
    pub page: Result<Page, String>,
    /// The policy of the page of `/`.
    pub policy: HeaderValue,
    /// The towns that pages with maps show. They are found when they are first asked for.
    pub towns: OnceLock<Towns>,
    /// What the page of `/` is made of.
    pub assets: Assets,
}

impl App {
    /// Where places are looked up.
    ///
    /// # Errors
    ///
    /// If this server places nothing.
    pub fn gazetteer(&self) -> Result<&Gazetteer, Problem> {
        self.tagger.gazetteer().ok_or_else(|| {
            Problem::new(
                Kind::Missing,
                "this server was started without a gazetteer; expected one: start it without --no-places",
            )
        })
    }
}
