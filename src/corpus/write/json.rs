//! The JSON forms: an object a line, or one object with all documents.

use std::io::{self, Write};

use serde_json::json;

use super::{AnnotationWriter, Provenance};
use crate::annotation::{Annotation, JsonOptions, VERSION};

/// A JSON object a line.
pub struct Jsonl(pub JsonOptions);

impl AnnotationWriter for Jsonl {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &annotation.to_json(self.0))?;
        out.write_all(b"\n")
    }
}

/// One JSON object with the version of the form, what made it, and all documents.
pub struct Json {
    /// What the documents hold.
    pub options: JsonOptions,
    /// What made them.
    pub provenance: Provenance,
}

impl AnnotationWriter for Json {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        let Provenance { model, gazetteer } = &self.provenance;
        let mut head = json!({"version": VERSION, "dateline": env!("CARGO_PKG_VERSION")});
        for (name, checksum) in [("model", model), ("gazetteer", gazetteer)] {
            if let Some(checksum) = checksum {
                head[name] = checksum.as_str().into();
            }
        }
        let head = head.to_string();
        write!(out, "{}, \"documents\": [", head.trim_end_matches('}'))
    }

    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer_pretty(&mut *out, &annotation.to_json(self.options))?;
        Ok(())
    }

    fn finish(&self, out: &mut dyn Write, _: u64) -> io::Result<()> {
        out.write_all(b"]}\n")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::{annotated, annotation, place};
    use super::*;
    use crate::annotation::{ExplainedCandidate, Explanation, SCHEMA};
    use crate::document::{Document, OffsetUnit, Span};
    use crate::geo::LatLon;
    use crate::resolve::ranker::Reason;

    #[test]
    fn json_is_one_object_of_any_number_of_documents() {
        for count in 0..3 {
            let provenance = Provenance { model: Some("m".into()), gazetteer: None };
            let writer = Json { options: JsonOptions::default(), provenance };
            let mut out = Vec::new();
            writer.begin(&mut out).unwrap();
            for n in 0..count {
                let document = Document::new(n.to_string(), "");
                let annotation = Annotation { document, ..Annotation::default() };
                writer.write(&mut out, &annotation, n).unwrap();
            }
            writer.finish(&mut out, count).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!((&read["version"], &read["model"]), (&VERSION.into(), &"m".into()));
            assert_eq!(read["documents"].as_array().unwrap().len() as u64, count);
        }
    }

    /// Everything that an object can have, except `distances_left_out`.
    fn complete() -> Value {
        let mut annotation = annotation();
        let reasons = || vec![Reason { feature: "population", value: 6.2, adds: 1.25 }];
        annotation.explanations = vec![Explanation {
            span: Span::new(5, 9),
            mention: 0,
            scored: 3,
            candidates: vec![ExplainedCandidate {
                place: place("geonames:99072", "Mosul", LatLon { lat: 36.335, lon: 43.11889 }, "IQ"),
                score: -1.5,
                reasons: reasons(),
            }],
            none: 0.03,
            none_score: -5.0,
            none_reasons: reasons(),
        }];
        let options = JsonOptions { offsets: OffsetUnit::CodePoints, text: true, distances: true };
        let mut out = Vec::new();
        Jsonl(options).write(&mut out, &annotation, 0).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn errors(value: &Value) -> Vec<String> {
        let schema = serde_json::from_str(SCHEMA).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn objects_hold_to_the_schema() {
        let complete = complete();
        let none: &[String] = &[];
        assert_eq!(errors(&complete), none);
        let keys: Value = serde_json::from_str::<Value>(SCHEMA).unwrap()["properties"].take();
        let keys = keys.as_object().unwrap().keys().filter(|key| *key != "distances_left_out");
        assert_eq!(complete.as_object().unwrap().keys().collect::<Vec<_>>(), keys.collect::<Vec<_>>());

        let mut with_left_out = complete;
        with_left_out["distances_left_out"] = 2.into();
        assert_eq!(errors(&with_left_out), none);
        let bare = annotated("", &[]);
        let options = JsonOptions { text: false, ..JsonOptions::default() };
        assert_eq!(errors(&serde_json::to_value(bare.to_json(options)).unwrap()), none);
    }

    #[test]
    fn the_schema_refuses_what_is_broken() {
        for (pointer, key, value) in [
            ("", "entitys", json!([])),
            ("", "id", json!(3)),
            ("", "metadata", json!({})),
            ("", "language", json!("German")),
            ("", "distances_left_out", json!(0)),
            ("/entities/0", "label", json!("GPE")),
            ("/entities/0", "start", json!(-1)),
            ("/entities/0", "score", json!(1.1)),
            ("/entities/0", "contains", json!([])),
            ("/entities/0", "place", json!("Mosul")),
            ("/entities/0/place", "lat", json!(90.1)),
            ("/entities/1/place", "method", json!("guess")),
            ("/entities/2/contains/0/place", "country", json!("France")),
            ("/relations/0", "kind", json!("Offset")),
            ("/relations/0", "anchors", json!([])),
            ("/relations/0/place", "polygon", json!([[1.0, 2.0, 3.0]])),
            ("/explanations/0/none", "score", json!(null)),
            ("/distances/0", "km", json!(-1)),
            ("/focus/0", "kind", json!("town")),
        ] {
            let mut broken = complete();
            broken.pointer_mut(pointer).unwrap()[key] = value;
            assert!(!errors(&broken).is_empty(), "{pointer}/{key}");
        }
        for (pointer, key) in [
            ("", "relations"),
            ("", "entities"),
            ("/entities/0", "text"),
            ("/entities/0/place", "id"),
            ("/entities/1", "place"),
            ("/relations/0", "target"),
            ("/focus/0", "name"),
        ] {
            let mut broken = complete();
            broken.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
            assert!(!errors(&broken).is_empty(), "{pointer}/{key}");
        }
    }
}
