//! `POST /v1/map`: documents in, a layer or a page out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::timeout;

use super::app::App;
use super::body::{Media, whole};
use super::problem::{Kind, Problem};
use super::request::{DocumentForm, OptionsForm, not_read};
use super::tag::annotation;
use crate::annotation::Annotation;
use crate::layer::article::Article;
use crate::layer::collection::Collector;
use crate::layer::filter::Filter;
use crate::layer::{Countries, Destination, Format, Layer, LayerOptions, Towns, WriteOptions, begin, write};

/// Documents that wait or are worked on at a time.
const AHEAD: usize = 16;

/// Documents of a map.
const MOST: usize = 10_000;

/// Which layer of what.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapForm {
    /// geojson, geojsonl, csv, parquet, gpkg, fgb, kml or html: geojson unless told.
    #[serde(default)]
    #[schemars(regex(pattern = r"^(geojson|geojsonl|csv|parquet|gpkg|fgb|kml|html)$"))]
    format: Option<String>,
    /// Layers with commas between: mentions, places, links, relative, hexbins, countries.
    #[serde(default)]
    #[schemars(regex(
        pattern = r"^((mentions|places|links|relative|hexbins|countries)(,(mentions|places|links|relative|hexbins|countries))*)?$"
    ))]
    layer: Option<String>,
    /// The title of a page.
    #[serde(default)]
    title: Option<String>,
    /// Where the documents were published.
    #[serde(default)]
    near: Option<String>,
}

/// Makes a layer of documents, each as `/v1/tag` takes it or gives it.
pub async fn map(
    State(app): State<Arc<App>>,
    asked: Result<Query<MapForm>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::of_query(&error.body_text()))?;
    let (format, layers) = (format(asked.format.as_deref())?, layers(&asked)?);
    let layers = if layers.is_empty() { format.usual_layers().to_vec() } else { layers };
    if layers.len() > 1 && !format.holds_layers() {
        return Err(Problem::new(Kind::Document, "this format holds one layer; expected one").at("layer"));
    }
    let page = match (format, &app.page) {
        (Format::Html, Err(why)) => return Err(Problem::new(Kind::Missing, why.clone())),
        (_, page) => page.as_ref().ok().cloned(),
    };
    let media = Media::of(&headers)?;
    let body = whole(&app, &headers, body).await?;
    if body.trim_ascii().is_empty() {
        return Err(Problem::new(Kind::Malformed, "the body is empty; expected documents"));
    }
    let given: Vec<Box<RawValue>> = match media {
        Media::Json if body.trim_ascii().starts_with(b"[") => {
            serde_json::from_slice(&body).map_err(|error| not_read(&error))?
        }
        Media::Json | Media::Lines => serde_json::Deserializer::from_slice(&body)
            .into_iter::<Box<RawValue>>()
            .collect::<Result<_, _>>()
            .map_err(|error| not_read(&error))?,
        Media::Text => return Err(Problem::new(Kind::MediaType, "expected application/json or application/x-ndjson")),
    };
    if given.len() > MOST {
        return Err(Problem::new(
            Kind::TooLarge,
            format!("there are more than {MOST} documents; expected fewer: `dateline map` has no such limit"),
        ));
    }
    let options = OptionsForm { near: asked.near, ..OptionsForm::default() };
    let (app_, options) = (&app, &options);
    let annotations: Vec<Result<Annotation, Problem>> = stream::iter(given.into_iter().enumerate())
        .map(|(number, given)| async move {
            annotated(app_, &given, number as u64, options).await.map_err(|problem| problem.at(format!("/{number}")))
        })
        .buffered(AHEAD)
        .collect()
        .await;
    let annotations = annotations.into_iter().collect::<Result<Vec<_>, _>>()?;
    let title = asked.title.unwrap_or_else(|| "Places in the news".to_owned());
    // A layer takes memory and a core: the others wait, and a turn ends with the work, whoever still waits for it.
    let turn = timeout(app.timeout, Arc::clone(&app.maps).acquire_owned()).await;
    let turn = turn.map_err(|_| Problem::new(Kind::Late, "other layers are being made; expected a turn: ask again"))?;
    let turn = turn.map_err(|error| Problem::new(Kind::Failed, error.to_string()))?;
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        layer(&app, annotations, &layers, format, title, page)
    });
    let made = made.await.map_err(|error| Problem::new(Kind::Failed, error.to_string()))??;
    Ok(answer(made, format))
}

/// A document as it was tagged, or to be tagged.
async fn annotated(app: &App, given: &RawValue, number: u64, options: &OptionsForm) -> Result<Annotation, Problem> {
    #[derive(Deserialize)]
    struct Tagged<'j> {
        #[serde(borrow)]
        entities: Option<&'j RawValue>,
    }
    let tagged: Tagged<'_> = serde_json::from_str(given.get()).map_err(|error| not_read(&error))?;
    if tagged.entities.is_some() {
        return serde_json::from_str(given.get()).map_err(|error| {
            Problem::new(Kind::Document, format!("{error}; expected a document as /v1/tag gives it"))
        });
    }
    let form: DocumentForm = serde_json::from_str(given.get()).map_err(|error| not_read(&error))?;
    annotation(app, form.asked(number, options, &app.usual, &app.tagger)?).await
}

fn layer(
    app: &App,
    annotations: Vec<Annotation>,
    layers: &[Layer],
    format: Format,
    title: String,
    page: Option<crate::layer::html::Page>,
) -> Result<Vec<u8>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new(Kind::Failed, error.to_string());
    let mut collector = Collector::new(Filter::default());
    for annotation in annotations {
        let id = annotation.id.clone();
        collector
            .add(Article::new(annotation).map_err(|error| Problem::new(Kind::Document, error.to_string()).of(&id))?);
    }
    let countries = app.tagger.gazetteer().map(Countries::of).unwrap_or_default();
    let towns = match (format, app.tagger.gazetteer()) {
        (Format::Html, Some(gazetteer)) => app.towns.get_or_init(|| Towns::of(gazetteer)).clone(),
        _ => Towns::default(),
    };
    let options = WriteOptions {
        layers: LayerOptions { countries, towns, ..LayerOptions::default() },
        title,
        page,
        ..WriteOptions::default()
    };
    let collection = collector.finish();
    let mut bytes = Vec::new();
    if format == Format::GeoPackage {
        // A database is made in a file.
        let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
        let path = folder.path().join("map.gpkg");
        let file = begin(&path, format).map_err(|error| failed(&error))?;
        write(&collection, layers, format, &options, Destination::File(file)).map_err(|error| failed(&error))?;
        return std::fs::read(&path).map_err(|error| failed(&error));
    }
    write(&collection, layers, format, &options, Destination::Stream(&mut bytes)).map_err(|error| failed(&error))?;
    Ok(bytes)
}

fn format(asked: Option<&str>) -> Result<Format, Problem> {
    let Some(asked) = asked else { return Ok(Format::GeoJson) };
    Format::ALL.into_iter().find(|format| format.endings().contains(&asked)).ok_or_else(|| {
        let all: Vec<&str> = Format::ALL.iter().map(|format| format.endings()[0]).collect();
        Problem::new(Kind::Document, format!("{asked:?} is no format; expected one of {}", all.join(", "))).at("format")
    })
}

fn layers(asked: &MapForm) -> Result<Vec<Layer>, Problem> {
    let named = asked.layer.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let of = |name: &str| {
        Layer::ALL.into_iter().find(|layer| layer.name() == name).ok_or_else(|| {
            let all = Layer::ALL.map(Layer::name).join(", ");
            Problem::new(Kind::Document, format!("{name:?} is no layer; expected one of {all}")).at("layer")
        })
    };
    named.map(of).collect()
}

fn answer(bytes: Vec<u8>, format: Format) -> Response {
    let media = match format {
        Format::GeoJson => "application/geo+json",
        Format::GeoJsonSeq => "application/geo+json-seq",
        Format::Csv => "text/csv; charset=utf-8",
        Format::GeoParquet => "application/vnd.apache.parquet",
        Format::GeoPackage => "application/geopackage+sqlite3",
        Format::FlatGeobuf => "application/flatgeobuf",
        Format::Kml => "application/vnd.google-earth.kml+xml",
        Format::Html => "text/html; charset=utf-8",
    };
    let mut response = ([(CONTENT_TYPE, HeaderValue::from_static(media))], bytes).into_response();
    let name = format!("attachment; filename=\"map.{}\"", format.endings()[0]);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    if format == Format::Html {
        // The page has a policy of its own, which names its scripts.
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'"));
    }
    response
}
