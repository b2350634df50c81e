//! `/openapi.json`: what can be asked, as OpenAPI 3.1.
//!
//! The schemas are made of the types that read and write, by schemars, which also makes the schema of annotations that `dateline
//! schema` prints: so there is one description of each. The paths stand here.

use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::gazetteer::{Distance, Lookup, Nearest, Within};
use super::map::MapForm;
use super::problem::{Kind, Problem};
use super::request::{DocumentForm, OptionsForm};
use crate::annotation::Annotation;

/// The description.
pub async fn openapi() -> Json<Value> {
    Json(description())
}

/// What may stand behind the question mark, of those parameters that are needed.
const EXAMPLES: [(&str, &str); 5] =
    [("name", "Kramatorsk"), ("at", "36.3,43.1"), ("bbox", "40,33,46,38"), ("from", "Mosul"), ("to", "Beirut")];

struct Paths {
    schemas: SchemaGenerator,
}

impl Paths {
    fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().to_value()
    }

    /// The fields of a type as what stands behind the question mark of an address.
    fn query<T: JsonSchema>(&mut self) -> Vec<Value> {
        let schema = T::json_schema(&mut self.schemas).to_value();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object().into_iter().flatten();
        fields
            .map(|(name, field)| {
                let mut field = field.clone();
                let said = field.as_object_mut().and_then(|field| field.remove("description")).unwrap_or_default();
                // What is left out is not null.
                if let Some(kinds) = field.get_mut("type").and_then(Value::as_array_mut) {
                    kinds.retain(|kind| kind != "null");
                }
                let mut parameter = json!({"name": name, "in": "query", "required": required.contains(&name.as_str()), "description": said, "schema": field});
                if let Some((_, example)) = EXAMPLES.iter().find(|(of, _)| of == name) {
                    parameter["example"] = (*example).into();
                }
                parameter
            })
            .collect()
    }

    /// Answers that are problems.
    fn problems(&mut self, kinds: &[Kind]) -> Map<String, Value> {
        let schema = self.schema::<Problem>();
        let mut all = Map::new();
        for kind in kinds.iter().chain(&[Kind::Token, Kind::Rate, Kind::Failed, Kind::Late]) {
            let (_, title, status) = kind.about();
            let answer = json!({"description": title, "content": {"application/problem+json": {"schema": schema}}});
            all.entry(status.as_u16().to_string()).or_insert(answer);
        }
        all
    }

    fn get<T: JsonSchema>(&mut self, summary: &str, answer: &str) -> Value {
        let parameters = self.query::<T>();
        let mut responses = self.problems(&[Kind::Document, Kind::Missing]);
        responses.insert(
            "200".to_owned(),
            json!({"description": answer, "content": {"application/json": {"schema": {"type": "object"}}}}),
        );
        json!({"get": {"summary": summary, "parameters": parameters, "responses": responses}})
    }
}

fn description() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut paths = Paths { schemas: settings.into_generator() };
    let (document, annotation, problem) =
        (paths.schema::<DocumentForm>(), paths.schema::<Annotation>(), paths.schema::<Problem>());
    let of_documents =
        &[Kind::Malformed, Kind::Slow, Kind::TooLarge, Kind::MediaType, Kind::Document, Kind::Queue, Kind::Draining];

    let example = json!({"id": "a", "text": "A fire broke out in Paris, Texas.", "options": {"explain": true}});
    // OpenAPI 3.1 has no word for a body of many documents: it is a text, of which a line that is wrong is answered by a line.
    let lines = |of: &Value| json!({"type": "string", "contentMediaType": "application/x-ndjson", "x-items": of});
    let options = paths.query::<OptionsForm>();
    let mut answers = paths.problems(of_documents);
    let either = json!({"anyOf": [annotation, problem]});
    let many = json!({"type": "array", "items": either});
    let unmatched = json!({
        "description": "How many corrections of the request have matched nothing, if any; not with lines",
        "schema": {"type": "integer"},
    });
    answers.insert("200".to_owned(), json!({
        "headers": {"Dateline-Unmatched-Corrections": unmatched},
        "description": "The document with what was found in it; of an array, an array, with a problem in the place of what failed; of lines, a line each, in order, as soon as it is there.",
        "content": {
            "application/json": {"schema": {"anyOf": [annotation, many]}},
            "application/x-ndjson": {"schema": lines(&either)},
        }
    }));
    let member = json!({"anyOf": [document, {"description": "Anything else is answered by a problem in its place."}]});
    let tag = json!({"post": {
        "summary": "Tags documents, and puts their places on the globe",
        "parameters": options,
        "requestBody": {"required": true, "content": {
            "application/json": {"schema": {"anyOf": [document, {"type": "array", "items": member}]}, "example": example},
            "application/x-ndjson": {"schema": lines(&document)},
            "text/plain": {"schema": {"type": "string"}},
        }},
        "responses": answers,
    }});

    let query = paths.query::<MapForm>();
    let mut answers = paths.problems(&[of_documents.as_slice(), &[Kind::Missing]].concat());
    answers.insert("200".to_owned(), json!({
        "description": "The layer, or the page",
        "content": {"application/geo+json": {"schema": {"type": "object"}}, "*/*": {"schema": {"type": "string", "format": "binary"}}},
    }));
    // What was tagged is read with more lenience than it is written with: by other versions, and through other programs.
    let tagged = json!({
        "type": "object",
        "required": ["entities"],
        "description": "A document as /v1/tag gives it (the schema Annotation). Keys that say nothing may be missing.",
    });
    let given = json!({"anyOf": [document, tagged]});
    let map = json!({"post": {
        "summary": "Makes a map layer, or a page with a map, of documents: those that were tagged are taken as they are",
        "parameters": query,
        "requestBody": {"required": true, "content": {
            "application/json": {"schema": {"anyOf": [given, {"type": "array", "items": given}]}, "example": [example]},
            "application/x-ndjson": {"schema": lines(&given)},
        }},
        "responses": answers,
    }});

    let plain = |summary: &str, status: Option<&str>| {
        let text = |said: &str| json!({"description": said, "content": {"text/plain": {"schema": {"type": "string"}}}});
        let mut responses = json!({"200": text("Yes")});
        if let Some(no) = status {
            responses["503"] = text(no);
        }
        json!({"get": {"summary": summary, "responses": responses, "security": []}})
    };
    let lookup = paths.get::<Lookup>("The places that a name may mean", "The name and its candidates, best first");
    let nearest = paths.get::<Nearest>("What lies near a point", "Places, the nearest first");
    let within = paths
        .get::<Within>("The towns in a part of the map", "Towns, the most important first, and whether there are more");
    let distance = paths.get::<Distance>(
        "How far it is from one place to another",
        "Both places, kilometres along the geodesic, and the direction",
    );
    let metrics = json!({"get": {"summary": "What is counted, for Prometheus", "responses": {"200": {"description": "OpenMetrics", "content": {"application/openmetrics-text": {"schema": {"type": "string"}}}}}}});

    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "dateline",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Tags people, organisations and places in news text, and puts every place on the globe.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": {
            "/v1/tag": tag,
            "/v1/map": map,
            "/v1/gazetteer/lookup": lookup,
            "/v1/gazetteer/nearest": nearest,
            "/v1/gazetteer/within": within,
            "/v1/distance": distance,
            "/healthz": plain("Whether the server lives", None),
            "/readyz": plain("Whether it takes documents", Some("It ends, or its queue is full")),
            "/metrics": metrics,
        },
        "components": {
            "schemas": paths.schemas.take_definitions(true),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let description = description();
        let mut seen = 0;
        let mut open = vec![&description];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(reference)) = map.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(description.pointer(pointer).is_some(), "{reference}");
                        seen += 1;
                    }
                    open.extend(map.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        assert!(seen > 10, "{seen}");
        let options = description["paths"]["/v1/tag"]["post"]["parameters"].as_array().unwrap();
        assert!(options.iter().any(|option| option["name"] == "explain" && option["required"] == false));
    }
}
