//! `dateline serve`: tagging, maps and the gazetteer over HTTP, and a page to work with.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use axum::http::HeaderValue;
use clap::Args;
use clap::builder::FalseyValueParser;
use dateline::inner::document::OffsetUnit;
use dateline::inner::server::{Config, Server};

use super::args::gazetteer::PlacesArgs;
use super::args::model::ModelArgs;
use super::args::resolution::ResolutionArgs;
use super::args::runtime::{MapAssetsArgs, RuntimeArgs};
use super::args::threads::ThreadArgs;
use super::corpus::corrections::CorrectionArgs;
use super::corpus::engine::{Engine, EngineArgs};
use super::log::Log;
use super::outcome::{Outcome, status_of_signal};
use super::signals;
use super::terminal::say;

/// Windows that are remembered: 25 MB at most.
const WINDOW_CACHE: usize = 4096;

/// The arguments of `dateline serve`.
#[derive(Args)]
#[command(after_help = "Examples:
  dateline serve
  curl -s localhost:8080/v1/tag -d '{\"text\": \"A fire broke out in Paris, Texas.\"}'
  curl -s localhost:8080/v1/tag -H 'Content-Type: application/x-ndjson' --data-binary @articles.jsonl
  dateline serve --host 0.0.0.0 --token-file token.txt --tls-cert cert.pem --tls-key key.pem

http://localhost:8080/ is a page to work with, /docs says what can be asked. Nothing is kept, no text is logged, and nothing is
fetched for a request.

Exit status: 0 it was asked to end by SIGTERM or Ctrl-C, and answered what it had taken; 2 it could not be started.")]
pub struct ServeArgs {
    /// The port; 0 for any that is free
    #[arg(long, default_value_t = 8080, env = "DATELINE_PORT")]
    port: u16,
    /// The address of this machine that is listened on. One that others reach needs --token-file
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), env = "DATELINE_HOST")]
    host: IpAddr,
    /// Answer only requests with the token that stands in this file, as `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "FILE", env = "DATELINE_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Answer all who reach an address that is not this machine's alone: where a gateway in front asks who they are
    #[arg(long, env = "DATELINE_NO_TOKEN", value_parser = FalseyValueParser::new())]
    no_token: bool,
    /// Speak TLS with this certificate (PEM, with those that vouch for it behind)
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "DATELINE_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert", env = "DATELINE_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Let pages of this origin ask: a scheme, :// and a host. May be given several times
    #[arg(long, value_name = "ORIGIN", env = "DATELINE_ALLOW_ORIGIN", value_delimiter = ',')]
    allow_origin: Vec<HeaderValue>,
    /// Answer to this name too, where a server without a token is reached by another than this machine's own. May be given several
    /// times
    #[arg(long, value_name = "HOST", env = "DATELINE_ALLOW_HOST", value_delimiter = ',')]
    allow_host: Vec<String>,
    /// Words of a batch: what queued while the threads were busy, so many words of it, is tagged together
    #[arg(long, value_name = "N", default_value = "2000", env = "DATELINE_MAX_BATCH_WORDS", help_heading = "Limits")]
    max_batch_words: NonZeroU64,
    /// Words that may wait; beyond, requests are refused (429) until there is room
    #[arg(long, value_name = "N", default_value = "1000000", env = "DATELINE_MAX_QUEUE", help_heading = "Limits")]
    max_queue: NonZeroU64,
    /// Bytes of a body, or of a line of a stream, at most (413)
    #[arg(long, value_name = "BYTES", default_value = "16000000", env = "DATELINE_MAX_BODY", help_heading = "Limits")]
    max_body: NonZeroUsize,
    /// Seconds that a body and an answer may take (408, 503)
    #[arg(long, value_name = "SECONDS", default_value = "120", env = "DATELINE_TIMEOUT", help_heading = "Limits")]
    timeout: NonZeroU32,
    /// Requests of each client in a second, at most (429) [default: no limit]
    #[arg(long, value_name = "N", env = "DATELINE_RATE", help_heading = "Limits")]
    rate: Option<NonZeroU32>,
    /// Connections at a time, at most; others wait
    #[arg(long, value_name = "N", default_value = "16384", env = "DATELINE_MAX_CONNECTIONS", help_heading = "Limits")]
    max_connections: NonZeroUsize,
    #[command(flatten, next_help_heading = "Tagging")]
    model: ModelArgs,
    /// Put no places on the globe
    #[arg(long, env = "DATELINE_NO_PLACES", value_parser = FalseyValueParser::new(), help_heading = "Tagging")]
    no_places: bool,
    #[command(flatten)]
    places: PlacesArgs,
    #[command(flatten)]
    resolution: ResolutionArgs,
    #[command(flatten)]
    corrections: CorrectionArgs,
    #[command(flatten, next_help_heading = "Running")]
    threads: ThreadArgs,
    /// Windows of text that are remembered; 0 for none
    #[arg(long, value_name = "N", env = "DATELINE_WINDOW_CACHE", default_value_t = WINDOW_CACHE)]
    window_cache: usize,
    #[command(flatten)]
    map_assets: MapAssetsArgs,
    /// Log what happens to standard error
    #[arg(long, value_name = "LEVEL", env = "DATELINE_LOG")]
    log: Option<Log>,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Serves until it is asked to end.
pub fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    if let Some(log) = args.log {
        log.start();
    }
    let config = args.config()?;
    more_files();
    // What a panic says may quote a text: where it was is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |location| format!(" at {location}"));
        say(&format!("something broke{place}; the server goes on: report this line"));
    }));
    // Without them there is no page, but all else.
    let assets = args.map_assets.assets(&args.runtime).map_err(|error| error.to_string());
    if let Err(why) = &assets {
        say(&format!("there is no page: {why}"));
    }
    let (tagger, usual) = Engine::open(&args.engine())?.into_tagger()?;
    let server = Server::start(&config, tagger, usual, assets)?;
    let end = server.end();
    let asked = AtomicBool::new(false);
    signals::listen(move |signal| {
        if asked.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(status_of_signal(signal)));
        }
        say("ending: what was taken is answered; once more ends at once");
        end.ask();
    })
    .context("cannot listen for signals")?;
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    say(&format!("listening on {scheme}://{}", server.address()?));
    server.run();
    Ok(Outcome::Done)
}

impl ServeArgs {
    fn config(&self) -> anyhow::Result<Config> {
        let token = self.token_file.as_ref().map(|path| {
            let read = fs::read_to_string(path).with_context(|| format!("{}: cannot be read; expected a file with a token", path.display()))?;
            let token = read.trim().to_owned();
            anyhow::ensure!(
                token.len() >= 16 && token.chars().all(|c| c.is_ascii_graphic()),
                "{}: is no token; expected 16 or more letters, digits and signs without spaces: make one, with openssl rand -hex 32 for example",
                path.display()
            );
            Ok(token)
        });
        let token = token.transpose()?;
        anyhow::ensure!(
            self.host.is_loopback() || token.is_some() || self.no_token,
            "--host {}: others reach it; expected --token-file, so that not all of them are answered, or --no-token where a gateway \
             in front asks who they are",
            self.host
        );
        Ok(Config {
            address: SocketAddr::new(self.host, self.port),
            token,
            tls: self.tls_cert.clone().zip(self.tls_key.clone()),
            batch_words: self.max_batch_words.get(),
            queue_words: self.max_queue.get(),
            max_body: self.max_body.get(),
            timeout: Duration::from_secs(self.timeout.get().into()),
            rate: self.rate,
            connections: self.max_connections.get(),
            hosts: self.allow_host.iter().filter(|host| !host.is_empty()).cloned().collect(),
            origins: self.allow_origin.clone(),
            basemap: self.map_assets.basemap()?,
        })
    }

    fn engine(&self) -> EngineArgs<'_> {
        EngineArgs {
            model: Some(&self.model),
            places: (!self.no_places).then_some((&self.places, &self.resolution)),
            corrections: &self.corrections.files,
            explain: false,
            distances: false,
            offsets: OffsetUnit::CodePoints,
            runtime: &self.runtime,
            threads: &self.threads,
            window_cache: self.window_cache,
        }
    }
}

/// Has the system allow as many open files, which connections are, as it may.
fn more_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        // Where it may not, there are fewer connections.
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).ok();
    }
}
