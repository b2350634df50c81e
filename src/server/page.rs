//! The page to work with, and what only it asks for.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::app::App;
use super::body::whole;
use super::problem::{Kind, Problem};
use super::request::{DocumentForm, OptionsForm, not_read};
use super::tag::annotation;
use crate::annotation::reasons;
use crate::layer::html::Basemap;

/// What the page may do: nothing but ask this server, and show the tiles that whoever started it named.
pub fn policy(basemap: Option<&Basemap>) -> HeaderValue {
    let tiles = basemap.map(|basemap| format!(" {}", basemap.origin())).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{tiles}; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    // An origin has only letters, digits and what stands in addresses.
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

const INDEX: &str = include_str!("page/page.html");
const DOCS: &str = include_str!("page/docs.html");

/// The page.
pub async fn index(State(app): State<Arc<App>>) -> Response {
    match &app.page {
        Ok(_) => Html(INDEX).into_response(),
        Err(why) => Problem::new(Kind::Missing, format!("the page cannot be shown: {why}")).into_response(),
    }
}

/// The page that shows what can be asked.
pub async fn docs() -> Html<&'static str> {
    Html(DOCS)
}

/// A file of the page.
pub async fn asset(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response {
    match app.assets.get(&name) {
        Some((media, content)) => ([(CONTENT_TYPE, HeaderValue::from_static(media))], content.clone()).into_response(),
        None => Problem::new(Kind::NotFound, "the page has no such file").into_response(),
    }
}

/// A document that the page asks for.
#[derive(Deserialize, JsonSchema)]
struct Asked {
    document: DocumentForm,
    #[serde(default)]
    corrections: Vec<Value>,
    #[serde(default)]
    near: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    annotation: crate::annotation::Annotation,
    /// A sentence for each of its explanations.
    sentences: Vec<String>,
}

/// Has offsets of corrections, which are characters as in the file that is downloaded, be those that the page has.
fn to_units(lines: &mut [Value], id: Option<&str>, text: &str) {
    let mut offsets: Vec<&mut Value> = Vec::new();
    for line in lines {
        let is_of_this = line.get("document").and_then(Value::as_str) == id;
        let Some(line) = line.as_object_mut().filter(|_| is_of_this) else { continue };
        offsets.extend(line.iter_mut().filter(|(key, _)| matches!(key.as_str(), "start" | "end")).map(|(_, at)| at));
    }
    offsets.retain(|at| at.is_u64());
    offsets.sort_by_key(|at| at.as_u64());
    // All of them in one go over the text.
    let (mut characters, mut units) = (text.chars().map(char::len_utf16), 0);
    let mut passed = 0;
    for at in offsets {
        let wanted = at.as_u64().unwrap_or_default();
        while passed < wanted
            && let Some(length) = characters.next()
        {
            (passed, units) = (passed + 1, units + length);
        }
        *at = units.into();
    }
}

/// Tags a document for the page: with explanations, and a sentence in words for each.
pub async fn tag(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let body = whole(&app, &headers, body).await?;
    let Asked { mut document, corrections, near } = serde_json::from_slice(&body).map_err(|error| not_read(&error))?;
    let id = document.id.as_ref().map(ToString::to_string);
    document.corrections.extend(corrections);
    to_units(&mut document.corrections, id.as_deref(), &document.text);
    let options = OptionsForm {
        explain: Some(true),
        offsets: Some(super::request::Offsets::Utf16),
        near: near.filter(|near| !near.trim().is_empty()),
        ..OptionsForm::default()
    };
    let asked = document.asked(0, &options, &app.usual, &app.tagger)?;
    let annotation = annotation(&app, asked).await?;
    let sentences = reasons::of_explanations(&annotation);
    Ok(Json(Answer { annotation, sentences }).into_response())
}
