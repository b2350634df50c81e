//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::app::App;
use super::guard::guard;
use super::monitor::{count, metrics};
use super::problem::{Kind, Problem};
use super::{gazetteer, map, openapi, page, tag};

/// The paths.
pub fn router(app: Arc<App>, origins: &[HeaderValue]) -> Router {
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let mut router = Router::new()
        .route("/v1/tag", post(tag::tag))
        .route("/v1/map", post(map::map))
        .route("/v1/gazetteer/lookup", get(gazetteer::lookup))
        .route("/v1/gazetteer/nearest", get(gazetteer::nearest))
        .route("/v1/gazetteer/within", get(gazetteer::within))
        .route("/v1/distance", get(gazetteer::distance))
        .route("/page/tag", post(page::tag))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route("/docs", get(page::docs))
        .route("/", get(page::index))
        .route("/assets/{name}", get(page::asset))
        .fallback(|| async { Problem::new(Kind::NotFound, "expected one of the paths that /docs lists") })
        .method_not_allowed_fallback(|| async {
            Problem::new(Kind::Method, "expected the method that /docs tells for this path")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), count))
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, app.policy.clone()))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::CACHE_CONTROL, "no-store"))
        .layer(set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Problem::new(Kind::Failed, "the request broke something; expected an answer: report it, without the text")
                .into_response()
        }));
    if !origins.is_empty() {
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins.iter().cloned()))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION])
            .expose_headers([tag::UNMATCHED, header::RETRY_AFTER]);
        router = router.layer(cors);
    }
    router.with_state(app)
}

async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    match (app.queue.is_draining(), app.queue.has_room()) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "the queue is full\n"),
        (false, true) => (StatusCode::OK, "ready\n"),
    }
}
