//! Tasks with predictions of [Label Studio](https://labelstud.io): a JSON array of them, which it imports.
//!
//! The project needs `<Labels name="label" toName="text">` with the labels, and `<Text name="text" value="$text"/>`:
//! [`CONFIGURATION`] is one that fits.
//!
//! | key of a task | holds |
//! |---|---|
//! | `data` | the text, the id and what else is known of the document |
//! | `predictions` | one, by the version of dateline and the checksum of the model; its score is that of its least sure name |
//! | `result` | a region each mention and place inside one, with its score; its place as a note (`meta`); and the relations between names |
//!
//! Positions count code points, as Label Studio does, whatever unit was asked for. Alternatives, the focus and relations without a
//! target have no place in the format and are left out.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::AnnotationWriter;
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Label, Place, Provenance, json};

/// The labelling configuration of a project that the tasks fit.
pub const CONFIGURATION: &str = r#"<View>
  <Relations>
    <Relation value="offset"/><Relation value="distance"/><Relation value="direction"/><Relation value="part"/>
    <Relation value="coast"/><Relation value="border"/><Relation value="between"/><Relation value="near"/>
    <Relation value="outskirts"/>
  </Relations>
  <Labels name="label" toName="text">
    <Label value="PER"/><Label value="ORG"/><Label value="LOC"/><Label value="MISC"/>
  </Labels>
  <Text name="text" value="$text"/>
</View>
"#;

/// One array of tasks.
pub struct LabelStudio {
    /// What made the predictions.
    pub provenance: Provenance,
}

impl AnnotationWriter for LabelStudio {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
        json::to_writer(out, &self.task(annotation))
    }

    fn finish(&self, out: &mut dyn Write, _: u64) -> io::Result<()> {
        out.write_all(b"\n]\n")
    }

    fn begins_with(&self, line: &str, behind: &str) -> bool {
        line == "[" && (behind == "]\n" || behind.starts_with("{\"data\":{\"text\":"))
    }
}

impl LabelStudio {
    fn task(&self, annotation: &Annotation) -> Value {
        let Annotation { id, title, date, source, url, metadata, text, .. } = annotation;
        // Without it, no region has a place.
        let mut data: Map<String, Value> = Map::new();
        data.insert("text".to_owned(), text.as_deref().unwrap_or_default().into());
        data.insert("id".to_owned(), id.as_str().into());
        for (key, value) in [("title", title), ("date", date), ("source", source), ("url", url)] {
            data.extend(value.as_deref().map(|value| (key.to_owned(), value.into())));
        }
        data.extend(metadata.clone().map(|metadata| ("metadata".to_owned(), metadata.into())));
        let version = match &self.provenance.model {
            Some(model) => format!("dateline {} {model}", env!("CARGO_PKG_VERSION")),
            None => format!("dateline {}", env!("CARGO_PKG_VERSION")),
        };
        let mut prediction = json!({"model_version": version, "result": result(annotation)});
        if let Some(score) = annotation.entities.iter().map(|entity| entity.score).reduce(f64::min) {
            prediction["score"] = score.into();
        }
        json!({"data": data, "predictions": [prediction]})
    }
}

/// The regions and the relations between them.
fn result(annotation: &Annotation) -> Vec<Value> {
    let text = SpannedText::of(annotation);
    let region = |id: &str, (start, end): (usize, usize), label: Label, score: Option<f64>, place: Option<&Place>| {
        let span = text.span(start, end)?;
        let mut region = json!({
            "id": id,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": text.code_points(span.start),
                "end": text.code_points(span.end),
                "text": span.of(text.text),
                "labels": [label],
            },
        });
        if let Some(score) = score {
            region["score"] = score.into();
        }
        if let Some(place) = place {
            region["meta"] = json!({"text": notes(place)});
        }
        Some(region)
    };
    let mut result = Vec::new();
    for (n, entity) in annotation.entities.iter().enumerate() {
        let borders = (entity.start, entity.end);
        result.extend(region(&name(n), borders, entity.label, Some(entity.score), entity.place.as_ref()));
        for (inner, contained) in entity.contains.iter().enumerate() {
            let borders = (contained.start, contained.end);
            result.extend(region(&format!("e{n}-{inner}"), borders, Label::Loc, None, contained.place.as_ref()));
        }
    }
    for relation in &annotation.relations {
        let Some(target) = relation.target else { continue };
        result.extend(relation.anchors.iter().map(|&anchor| {
            json!({
                "type": "relation",
                "from_id": name(target),
                "to_id": name(anchor),
                "direction": "right",
                "labels": [relation.kind.name()],
            })
        }));
    }
    result
}

/// What the region of a mention is called.
fn name(entity: usize) -> String {
    format!("e{entity}")
}

/// The place of a region, for whoever looks at it: its id, what it is called, where it is, and how it was found.
fn notes(place: &Place) -> Vec<String> {
    let Place { id, name, lat, lon, country, confidence, method, .. } = place;
    let country = country.as_ref().map_or(String::new(), |country| format!(", {country}"));
    let about = [format!("{name}{country}"), format!("{lat} {lon}"), format!("{confidence} ({})", method.name())];
    id.iter().map(ToString::to_string).chain(about).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated_in, annotation};
    use crate::document::OffsetUnit;

    fn written(annotations: &[Annotation]) -> Value {
        let writer = LabelStudio { provenance: Provenance { model: Some("m".into()), ..Provenance::default() } };
        let mut out = Vec::new();
        writer.begin(&mut out).unwrap();
        for (annotation, nth) in annotations.iter().zip(0..) {
            writer.write(&mut out, annotation, nth).unwrap();
        }
        writer.finish(&mut out, annotations.len() as u64).unwrap();
        let text = String::from_utf8(out).unwrap();
        let (line, behind) = text.split_once('\n').unwrap();
        assert!(writer.begins_with(line, behind), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn tasks_are_an_array_of_any_number() {
        for count in 0..3 {
            assert_eq!(written(&vec![annotation(); count]).as_array().unwrap().len(), count);
        }
    }

    #[test]
    fn regions_have_their_text_their_score_and_their_place() {
        let tasks = written(&[annotation(), annotated_in(OffsetUnit::Utf8, "🗻 Köln", &[("Köln", Label::Loc)])]);
        let prediction = &tasks[0]["predictions"][0];
        assert_eq!((&prediction["score"], &tasks[0]["data"]["metadata"]["seite"]), (&json!(0.988), &json!([1, "ß"])));
        let result = prediction["result"].as_array().unwrap();
        let mosul = json!({"id": "e1", "from_name": "label", "to_name": "text", "type": "labels", "score": 0.988,
            "value": {"start": 28, "end": 33, "text": "Mosul", "labels": ["LOC"]},
            "meta": {"text": ["geonames:99072", "Mosul, IQ", "36.335 43.11889", "0.97 (gazetteer)"]}});
        assert_eq!(result[1], mosul);
        let paris = &result[3];
        assert_eq!(
            (&paris["id"], &paris["value"]["text"], &paris["score"]),
            (&json!("e2-0"), &json!("Paris"), &Value::Null)
        );
        let relation =
            json!({"type": "relation", "from_id": "e0", "to_id": "e1", "direction": "right", "labels": ["offset"]});
        assert_eq!(result.last(), Some(&relation));
        let köln = &tasks[1]["predictions"][0]["result"][0]["value"];
        assert_eq!((&köln["start"], &köln["end"]), (&json!(2), &json!(6)));
    }

    #[test]
    fn the_configuration_has_all_labels_and_relations() {
        let names = [Label::Per, Label::Org, Label::Loc, Label::Misc].map(Label::name);
        let relations = crate::annotation::RelationKind::ALL.map(crate::annotation::RelationKind::name);
        for name in names.into_iter().chain(relations) {
            assert!(CONFIGURATION.contains(&format!("value=\"{name}\"")), "{name}");
        }
    }
}
