//! [Web annotations](https://www.w3.org/TR/annotation-model/) in JSON-LD: an `AnnotationPage` a document, on a line.
//!
//! Each mention is an annotation of the document, and so is each place inside a name; its bodies are the label and the
//! place. Places are `geo:SpatialThing`s of the vocabulary that W3C has for positions on WGS 84. What the model has no
//! words for is left out: scores, alternatives, relations, the focus, and the text itself, of which the selectors quote
//! what they need. The version of dateline and the checksums of the model and the gazetteer stand in the words of schema.org,
//! which the context of web annotations knows.
//!
//! A document is its URL where it has one, or else `urn:dateline:document:` and its id. Positions count code points, as
//! the model says, whatever unit was asked for.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{AnnotationWriter, geonames_page, has_keys};
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Place, Provenance, json};
use crate::document::Span;
use crate::link::is_link;
use crate::mention::Label;

/// The characters that a quotation gives before and after a mention, at most.
const CONTEXT: usize = 32;

/// An `AnnotationPage` a line.
pub struct WebAnnotation {
    /// What made the annotations.
    pub provenance: Provenance,
}

impl AnnotationWriter for WebAnnotation {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        let id = encoded(&annotation.id);
        let page = json!({
            "@context": ["http://www.w3.org/ns/anno.jsonld", {"geo": "http://www.w3.org/2003/01/geo/wgs84_pos#"}],
            "id": format!("urn:dateline:annotations:{id}"),
            "type": "AnnotationPage",
            "generator": self.generator(),
            "items": items(annotation, &id),
        });
        json::to_writer(out, &page)?;
        out.write_all(b"\n")
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        has_keys(line, &["@context", "generator", "items"]) && line.contains("\"urn:dateline:annotations:")
    }
}

impl WebAnnotation {
    fn generator(&self) -> Value {
        let Provenance { model, gazetteer, .. } = &self.provenance;
        let files = [("model", model), ("gazetteer", gazetteer)].into_iter();
        let files = files.filter_map(|(name, checksum)| Some(format!("{name} {}", checksum.as_ref()?)));
        json!({
            "type": "Software",
            "name": "dateline",
            "schema:softwareVersion": env!("CARGO_PKG_VERSION"),
            "schema:softwareRequirements": files.collect::<Vec<_>>(),
        })
    }
}

fn items(annotation: &Annotation, id: &str) -> Vec<Value> {
    let target = Target::new(annotation, id);
    let item = |number: String, span: Option<Span>, label: Label, place: Option<&Place>| {
        let span = span?;
        let label = json!({"type": "TextualBody", "purpose": "tagging", "value": label});
        Some(json!({
            "id": format!("urn:dateline:annotation:{id}:{number}"),
            "type": "Annotation",
            "motivation": if place.is_some() { "identifying" } else { "tagging" },
            "body": std::iter::once(label).chain(place.map(identified)).collect::<Vec<_>>(),
            "target": target.at(span),
        }))
    };
    let mut items = Vec::new();
    for (n, entity) in (1..).zip(&annotation.entities) {
        let span = target.text.span(entity.start, entity.end);
        items.extend(item(format!("{n}"), span, entity.label, entity.place.as_ref()));
        for (inner_n, inner) in (1..).zip(&entity.contains) {
            let span = target.text.span(inner.start, inner.end);
            items.extend(item(format!("{n}.{inner_n}"), span, Label::Loc, inner.place.as_ref()));
        }
    }
    items
}

/// The body that says which place it is.
fn identified(place: &Place) -> Value {
    let mut source = json!({
        "type": "geo:SpatialThing",
        "geo:lat": place.lat,
        "geo:long": place.lon,
    });
    if let Some(id) = &place.id {
        source["id"] = geonames_page(id).unwrap_or_else(|| format!("urn:dateline:place:{}", encoded(id))).into();
    }
    json!({"type": "SpecificResource", "purpose": "identifying", "source": source})
}

/// The document that is annotated.
struct Target<'a> {
    source: String,
    text: SpannedText<'a>,
}

impl<'a> Target<'a> {
    fn new(annotation: &'a Annotation, id: &str) -> Self {
        let url = annotation.url.as_deref().filter(|url| is_link(url) && is_iri(url)).map(str::to_owned);
        Self { source: url.unwrap_or_else(|| format!("urn:dateline:document:{id}")), text: SpannedText::of(annotation) }
    }

    fn at(&self, span: Span) -> Value {
        let (before, after) = (&self.text.text[..span.start], &self.text.text[span.end..]);
        let prefix = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
        let suffix = after.char_indices().nth(CONTEXT).map_or(after.len(), |(at, _)| at);
        json!({
            "source": self.source,
            "selector": [
                {
                    "type": "TextPositionSelector",
                    "start": self.text.code_points(span.start),
                    "end": self.text.code_points(span.end),
                },
                {
                    "type": "TextQuoteSelector",
                    "exact": span.of(self.text.text),
                    "prefix": &before[prefix..],
                    "suffix": &after[..suffix],
                },
            ],
        })
    }
}

/// Whether a document's URL can stand as the name of a resource: it has a scheme, and no character that no such name has.
fn is_iri(url: &str) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// Text as a part of a URN: its bytes, those that have another meaning there percent-encoded.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated, annotation};

    fn written(annotation: &Annotation) -> Value {
        let writer = WebAnnotation { provenance: Provenance { model: Some("m1".to_owned()), ..Provenance::default() } };
        let mut out = Vec::new();
        writer.write(&mut out, annotation, 0).unwrap();
        assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count(), 1);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_page_a_document() {
        let page = written(&annotation());
        assert_eq!((&page["id"], &page["type"]), (&json!("urn:dateline:annotations:a%2F1"), &json!("AnnotationPage")));
        let generator = &page["generator"];
        assert_eq!(
            (&generator["name"], &generator["schema:softwareRequirements"]),
            (&json!("dateline"), &json!(["model m1"]))
        );
        let items = page["items"].as_array().unwrap();
        let ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap().rsplit(':').next().unwrap()).collect();
        assert_eq!(ids, ["1", "2", "3", "3.1", "4", "5"]);
        assert_eq!(
            items[1],
            json!({
                "id": "urn:dateline:annotation:a%2F1:2",
                "type": "Annotation",
                "motivation": "identifying",
                "body": [
                    {"type": "TextualBody", "purpose": "tagging", "value": "LOC"},
                    {"type": "SpecificResource", "purpose": "identifying", "source": {
                        "type": "geo:SpatialThing", "geo:lat": 36.335, "geo:long": 43.11889,
                        "id": "https://sws.geonames.org/99072/"}},
                ],
                "target": {
                    "source": "https://example.org/a?b=ü",
                    "selector": [
                        {"type": "TextPositionSelector", "start": 28, "end": 33},
                        {"type": "TextQuoteSelector", "exact": "Mosul", "prefix": "🗻 Tall ‘Afar, 45 km west of ",
                         "suffix": ".\nThe \"Paris,\nPolice\" met Anna M"},
                    ],
                },
            })
        );
        assert!(items[0]["body"][1]["source"].get("id").is_none());
        assert_eq!(items[4]["motivation"], "tagging");
        assert_eq!(items[4]["body"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn documents_without_a_usable_url_are_urns() {
        let mut ulm = annotated("Ulm", &[("Ulm", Label::Loc)]);
        ulm.id = "ü b:2".to_owned();
        for url in [None, Some("not a URL: this"), Some("/a/b"), Some("javascript:alert(1)")] {
            ulm.url = url.map(str::to_owned);
            let target = &written(&ulm)["items"][0]["target"];
            assert_eq!(target["source"], "urn:dateline:document:%C3%BC%20b:2");
            assert_eq!((&target["selector"][1]["prefix"], &target["selector"][1]["suffix"]), (&json!(""), &json!("")));
        }
    }
}
