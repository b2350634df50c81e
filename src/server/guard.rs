//! Who may ask, and how often.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::{Kind, Problem};

/// From where a request comes.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Lets a request pass, or says why not.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Whoever looks whether the server lives has no token, and the page asks for it.
    let probe = matches!(path, "/healthz" | "/readyz");
    if !probe && let Some(problem) = elsewhere(&app, &request) {
        return problem.into_response();
    }
    let open = matches!(path, "/healthz" | "/readyz" | "/" | "/docs" | "/openapi.json") || path.starts_with("/assets/");
    if !open && let Some(problem) = refused(&app, &request) {
        return problem.into_response();
    }
    next.run(request).await
}

/// What a page of others could do: have its name lead to this machine, and read what we answer (DNS rebinding); or have us work, by
/// requests that browsers send without asking. So a server of this machine alone answers to its own names, and to no page of another
/// origin that is not allowed.
fn elsewhere(app: &App, request: &Request) -> Option<Problem> {
    let header = |name: HeaderName| request.headers().get(name);
    let hosts = app.hosts.as_ref()?;
    let named = request.uri().host().or_else(|| header(HOST)?.to_str().ok()).unwrap_or_default();
    if !is_own(named, hosts) {
        return Some(Problem::new(
            Kind::Host,
            "this server is for its own machine; expected http://localhost: start it with --host for others, or say its name with \
             --allow-host",
        ));
    }
    let origin = header(ORIGIN).filter(|origin| !app.origins.contains(origin))?;
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map_or("", |(_, from)| from);
    (!is_own(from, hosts))
        .then(|| Problem::new(Kind::Host, "a page of another origin asks; expected none, or one of --allow-origin"))
}

/// Whether a host, perhaps with its port, is this machine or has one of some names.
fn is_own(named: &str, hosts: &[String]) -> bool {
    let host = match named.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => named.rsplit_once(':').map_or(named, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        || hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_are_known() {
        let hosts = ["news.example".to_owned()];
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "127.1.2.3", "news.example:80"] {
            assert!(is_own(own, &hosts), "{own}");
        }
        for other in ["", "example.org", "localhost.example.org", "10.0.0.1", "[fe80::1]:80", "127.0.0.1.example.org"] {
            assert!(!is_own(other, &hosts), "{other}");
        }
    }
}
