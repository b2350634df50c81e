//! [INCEpTION](https://inception-project.github.io): UIMA CAS JSON 0.4.0, a file a document.
//!
//! It is what INCEpTION and `dkpro-cassis` read with all that these documents have: names that overlap, places by their IRI, and
//! text that is kept to the character, which its format of lines, WebAnno TSV, splits at line ends. The types are those of
//! DKPro, which every project of INCEpTION has.
//!
//! | type | holds |
//! |---|---|
//! | `NamedEntity` | a mention, or a place inside one: `value` is its label, `identifier` its place: the IRI of GeoNames, or its id |
//! | `Sentence`, `Token` | sentences and words |
//!
//! Positions count units of UTF-16, as UIMA does, whatever unit was asked for. Scores, alternatives and relations have no place in
//! these types and are left out.

use serde_json::{Value, json};

use super::files::{DocumentFile, DocumentFiles};
use super::geonames_page;
use super::words::sentences;
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Label, Place, json};
use crate::document::{OffsetMap, OffsetUnit, Span};

const NAMED_ENTITY: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
const SENTENCE: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence";
const TOKEN: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token";

/// The id of the text among the feature structures.
const SOFA: u64 = 1;

/// A file of UIMA CAS JSON a document.
pub struct Inception;

impl DocumentFiles for Inception {
    fn files(&self, annotation: &Annotation) -> Vec<DocumentFile> {
        let mut content = json::to_string(&cas(annotation));
        content.push('\n');
        vec![DocumentFile { ending: self.last_ending(), content: content.into_bytes() }]
    }

    fn last_ending(&self) -> &'static str {
        "json"
    }

    fn is_ours(&self, name: &str, beginning: &[u8]) -> bool {
        name.ends_with(".json") && beginning.starts_with(b"{\"%TYPES\":{")
    }
}

/// A document as feature structures.
fn cas(annotation: &Annotation) -> Value {
    let text = SpannedText::of(annotation);
    let names = names(annotation, &text);
    let spans: Vec<Span> = names.iter().map(|name| name.span).collect();
    let units = OffsetMap::new(text.text, OffsetUnit::Utf16);
    let mut structures = vec![json!({
        "%ID": SOFA,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text/plain",
        "sofaString": text.text,
    })];
    let mut add = |kind: &str, span: Span, features: &[(&str, Option<Value>)]| {
        let id = SOFA + structures.len() as u64;
        let (begin, end) = (units.convert(span.start), units.convert(span.end));
        let mut structure = json!({"%ID": id, "%TYPE": kind, "@sofa": SOFA, "begin": begin, "end": end});
        for (feature, value) in features {
            if let Some(value) = value {
                structure[*feature] = value.clone();
            }
        }
        structures.push(structure);
    };
    let language = annotation.language.as_deref().unwrap_or("x-unspecified");
    add("uima.tcas.DocumentAnnotation", Span::new(0, text.text.len()), &[("language", Some(language.into()))]);
    for words in sentences(text.text, &spans) {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            add(SENTENCE, Span::new(first.start, last.end), &[]);
        }
        words.iter().for_each(|&word| add(TOKEN, word, &[]));
    }
    for Name { span, label, place } in names {
        let identifier = place.and_then(|place| place.id.as_deref());
        let identifier = identifier.map(|id| geonames_page(id).unwrap_or_else(|| id.to_owned()).into());
        add(NAMED_ENTITY, span, &[("value", Some(label.name().into())), ("identifier", identifier)]);
    }
    let members: Vec<u64> = (SOFA + 1..SOFA + structures.len() as u64).collect();
    json!({
        "%TYPES": types(),
        "%FEATURE_STRUCTURES": structures,
        "%VIEWS": {"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}},
    })
}

/// A name with its place.
struct Name<'a> {
    span: Span,
    label: Label,
    place: Option<&'a Place>,
}

/// The mentions, each followed by the places inside its name.
fn names<'a>(annotation: &'a Annotation, text: &SpannedText<'_>) -> Vec<Name<'a>> {
    let mut names = Vec::new();
    for entity in &annotation.entities {
        let (label, place) = (entity.label, entity.place.as_ref());
        names.extend(text.span(entity.start, entity.end).map(|span| Name { span, label, place }));
        names.extend(entity.contains.iter().filter_map(|inner| {
            let (label, place) = (Label::Loc, inner.place.as_ref());
            Some(Name { span: text.span(inner.start, inner.end)?, label, place })
        }));
    }
    names
}

/// The types beside those that every CAS has.
fn types() -> Value {
    let feature = |name: &str| json!({"%NAME": name, "%RANGE": "uima.cas.String"});
    let annotation = |name: &str| json!({"%NAME": name, "%SUPER_TYPE": "uima.tcas.Annotation"});
    let mut named_entity = annotation(NAMED_ENTITY);
    for name in ["value", "identifier"] {
        named_entity[name] = feature(name);
    }
    json!({NAMED_ENTITY: named_entity, SENTENCE: annotation(SENTENCE), TOKEN: annotation(TOKEN)})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated, annotation};

    fn written(annotation: &Annotation) -> Value {
        let files = Inception.files(annotation);
        let [DocumentFile { ending: "json", content }] = &files[..] else { panic!("{files:?}") };
        assert!(Inception.is_ours("000000-a.json", content));
        serde_json::from_slice(content).unwrap()
    }

    /// The structures of a type, without what all have.
    fn of_type(cas: &Value, kind: &str) -> Vec<Value> {
        let of = cas["%FEATURE_STRUCTURES"].as_array().unwrap().iter().filter(|s| s["%TYPE"] == kind);
        let bare = |structure: &Value| {
            let mut structure = structure.as_object().unwrap().clone();
            structure.retain(|key, _| !key.starts_with(['%', '@']));
            structure.into()
        };
        of.map(bare).collect()
    }

    #[test]
    fn names_have_their_place_and_count_utf_16() {
        let cas = written(&annotation());
        let name = |begin: u64, end: u64, value: &str, identifier: Option<&str>| {
            let mut name = json!({"begin": begin, "end": end, "value": value});
            if let Some(identifier) = identifier {
                name["identifier"] = identifier.into();
            }
            name
        };
        assert_eq!(
            of_type(&cas, NAMED_ENTITY),
            [
                name(3, 13, "LOC", None),
                name(29, 34, "LOC", Some("https://sws.geonames.org/99072/")),
                name(41, 54, "ORG", None),
                name(41, 46, "LOC", Some("https://sws.geonames.org/2988507/")),
                name(60, 71, "PER", None),
                name(74, 79, "MISC", Some("https://sws.geonames.org/99237/")),
            ]
        );
        assert_eq!(of_type(&cas, SENTENCE).len(), 2);
        assert_eq!(of_type(&cas, "uima.tcas.DocumentAnnotation")[0]["language"], "de");
        let members = cas["%VIEWS"]["_InitialView"]["%MEMBERS"].as_array().unwrap();
        assert_eq!(members.len() + 1, cas["%FEATURE_STRUCTURES"].as_array().unwrap().len());
    }

    #[test]
    fn a_text_without_words_is_a_document() {
        for text in ["", " \n"] {
            let cas = written(&annotated(text, &[]));
            assert_eq!(cas["%FEATURE_STRUCTURES"][0]["sofaString"], text);
            assert!(of_type(&cas, TOKEN).is_empty());
        }
    }
}
