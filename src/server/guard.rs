//! Who may ask, and how often.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::app::App;
use super::problem::{Kind, Problem};

/// A token as it is compared: by its hash, so that neither its length nor how far a guess is right shows in the time.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Of what stands in a file.
    pub fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    fn is(&self, given: &str) -> bool {
        self.0.ct_eq(&Self::new(given).0).into()
    }
}

/// Requests of each client in a second.
pub struct Rate(DefaultKeyedRateLimiter<IpAddr>);

impl Rate {
    /// So many, and as many at once.
    pub fn new(a_second: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_second(a_second)))
    }

    /// Seconds to wait, if it is too many.
    fn wait(&self, client: IpAddr) -> Option<u64> {
        // Clients that have been quiet are forgotten, so that their number does not grow.
        if self.0.len() > CLIENTS {
            self.0.retain_recent();
        }
        let refused = self.0.check_key(&client).err()?;
        Some(refused.wait_time_from(DefaultClock::default().now()).as_secs().max(1))
    }
}

/// Clients that are known, until the quiet ones are forgotten.
const CLIENTS: usize = 10_000;

/// From where a request comes.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Lets a request pass, or says why not.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Whoever looks whether the server lives has no token, and the page asks for it.
    if app.local
        && let Some(problem) = elsewhere(&request)
    {
        return problem.into_response();
    }
    let open = matches!(path, "/healthz" | "/readyz" | "/" | "/docs") || path.starts_with("/assets/");
    if !open && let Some(problem) = refused(&app, &request) {
        return problem.into_response();
    }
    next.run(request).await
}

/// A page of another name may have that name lead to this machine, and would then read what we answer (DNS rebinding): so a server
/// of this machine alone answers to no other name than its own.
fn elsewhere(request: &Request) -> Option<Problem> {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let named = request.uri().host().or(named)?;
    let host = match named.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => named.rsplit_once(':').map_or(named, |(host, _)| host),
    };
    let own = host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (!own).then(|| {
        Problem::new(
            Kind::Host,
            "this server is for its own machine; expected http://localhost: start it with --host for others",
        )
    })
}

fn refused(app: &App, request: &Request) -> Option<Problem> {
    if let Some(token) = &app.token {
        let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given =
            given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        if !given.is_some_and(|(_, given)| token.is(given.trim())) {
            return Some(Problem::new(
                Kind::Token,
                "there is no token, or a wrong one; expected the header `Authorization: Bearer TOKEN` with what stands in the \
                 server's --token-file",
            ));
        }
    }
    let client = request.extensions().get::<Client>()?;
    let seconds = app.rate.as_ref()?.wait(client.0)?;
    Some(
        Problem::new(Kind::Rate, format!("too many requests; expected --rate at most: ask again in {seconds} s"))
            .after(seconds),
    )
}
