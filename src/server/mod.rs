//! The server: tagging, maps and the gazetteer over HTTP, and a page to work with.
//!
//! ```text
//! accept ─ guard ─► tag, map ─ Job ─► queue ─ batch ─► lanes ─► Tagger
//!                └► gazetteer, page, metrics, openapi
//! ```
//!
//! `accept.rs` takes connections, `router.rs` says which path leads where, `guard.rs` who may ask. A document becomes a job
//! (`request.rs`) that waits in the queue for its turn (`queue.rs`), and is tagged by a lane (`lanes.rs`). What is wrong becomes a
//! problem (`problem.rs`). Nothing is kept between requests, nothing is fetched for one, and no text is logged.

mod accept;
mod access;
mod app;
mod assets;
mod body;
mod gazetteer;
mod guard;
mod lanes;
mod map;
mod metrics;
mod monitor;
mod openapi;
mod page;
mod problem;
mod queue;
mod request;
mod router;
mod tag;
mod tls;
mod unstuck;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use self::accept::Listener;
use self::access::{Rate, Token};
use self::app::App;
use self::assets::Assets;
use self::lanes::Lanes;
use self::metrics::Metrics;
use self::queue::Queue;
pub use self::tls::TlsError;
use crate::external::MapAssets;
use crate::layer::html::{Basemap, Page};
use crate::query::atlas::Atlas;
use crate::tagger::{TagOptions, Tagger};

/// Kilobytes of bodies that are read at the same time.
const BODIES: usize = 256 << 10;

/// How a server is run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub address: SocketAddr,
    /// What is asked for with each request; `None` for nothing.
    pub token: Option<String>,
    /// The files of a certificate and its key, for TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Words of a batch.
    pub batch_words: u64,
    /// Words that may wait.
    pub queue_words: u64,
    /// Bytes of a body, at most.
    pub max_body: usize,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Requests of a client in a second; `None` for as many as it likes.
    pub rate: Option<NonZeroU32>,
    /// Connections at a time, at most.
    pub connections: usize,
    /// Names by which it is asked, beside those of this machine; none of a server that others reach: it answers to all.
    pub hosts: Vec<String>,
    /// Origins whose pages may ask.
    pub origins: Vec<HeaderValue>,
    /// Tiles below the maps of pages.
    pub basemap: Option<Basemap>,
}

/// Why a server cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error(
        "{address}: cannot be listened on ({error}); expected a free port of this machine: choose another with --port"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There can be no threads.
    #[error("the server cannot be started ({0}); expected a system that allows more threads")]
    Threads(#[from] io::Error),
}

/// A server that listens.
pub struct Server {
    runtime: tokio::runtime::Runtime,
    listener: Listener,
    app: Arc<App>,
    lanes: Lanes,
    origins: Vec<HeaderValue>,
    end: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
}

/// Asks a server to end: it takes nothing new, and answers what it took.
#[derive(Clone)]
pub struct End {
    app: Arc<App>,
    end: watch::Sender<bool>,
}

impl End {
    /// Asks.
    pub fn ask(&self) {
        self.app.queue.drain();
        self.end.send_replace(true);
    }
}

impl Server {
    /// Begins to listen. `assets`: what pages are made of, or why that is not there.
    ///
    /// # Errors
    ///
    /// If the address is taken, the certificate cannot be used, or there can be no threads.
    pub fn start(
        config: &Config,
        tagger: Tagger,
        usual: TagOptions,
        assets: Result<MapAssets, String>,
    ) -> Result<Self, ServeError> {
        let tls = config.tls.as_ref().map(|(certificate, key)| tls::acceptor(certificate, key)).transpose()?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("http").enable_all().build()?;
        let socket = runtime
            .block_on(TcpListener::bind(config.address))
            .map_err(|error| ServeError::Listen { address: config.address, error })?;
        let (tagger, queue) = (Arc::new(tagger), Arc::new(Queue::new(config.queue_words)));
        let lanes = Lanes::start(&tagger, &queue, config.batch_words)?;
        let (end, ended) = watch::channel(false);
        let app = Arc::new(App {
            tagger,
            usual,
            queue,
            end: ended.clone(),
            atlas: Atlas::default(),
            metrics: Metrics::default(),
            hosts: match (&config.hosts[..], config.address.ip().is_loopback()) {
                ([], false) => None,
                (hosts, _) => Some(hosts.to_vec()),
            },
            origins: config.origins.clone(),
            bodies: Semaphore::new(BODIES),
            maps: Arc::new(Semaphore::new(1)),
            token: config.token.as_deref().map(Token::new),
            rate: config.rate.map(Rate::new),
            max_body: config.max_body,
            timeout: config.timeout,
            page: assets
                .as_ref()
                .map(|assets| Page::new(assets).with_basemap(config.basemap.clone()))
                .map_err(Clone::clone),
            policy: page::policy(config.basemap.as_ref()),
            towns: OnceLock::new(),
            assets: Assets::new(assets.as_ref().ok(), config.basemap.as_ref()),
        });
        let listener = Listener { socket, tls, connections: config.connections };
        Ok(Self { runtime, listener, app, lanes, origins: config.origins.clone(), end, ended })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.socket.local_addr()
    }

    /// What ends it.
    pub fn end(&self) -> End {
        End { app: Arc::clone(&self.app), end: self.end.clone() }
    }

    /// Answers until it is asked to end, and what it took by then.
    pub fn run(self) {
        let router = router::router(Arc::clone(&self.app), &self.origins);
        self.runtime.block_on(accept::serve(self.listener, Arc::clone(&self.app), router, self.ended));
        self.app.queue.close();
        self.lanes.join();
    }
}
