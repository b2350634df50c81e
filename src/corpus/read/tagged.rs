//! Reading what tagging wrote, so that its places can be found anew without a model.

use std::sync::Arc;

use serde_json::Value;

use super::json::{self, Objects};
use crate::annotation::{Annotation, names};
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError, Untagged};
use crate::corpus::fields::Fields;
use crate::corpus::input::{Input, InputRecord, Records, of_length};
use crate::corpus::notes::Notes;
use crate::document::OffsetUnit;

/// The documents of a JSONL stream that tagging wrote, with their names. Positions in figures are not among them:
/// they are found anew with the places.
pub(super) struct Tagged {
    objects: Objects,
    max_chars: usize,
    offsets: OffsetUnit,
}

impl Tagged {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: &Fields, offsets: OffsetUnit, notes: Notes) -> Self {
        Self { objects: Objects::new(name, bytes, fields, notes), max_chars: fields.max_chars, offsets }
    }
}

impl Records for Tagged {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let (offsets, max_chars) = (self.offsets, self.max_chars);
        // What is wrong with a line is told with the id of its document, if it has one.
        let read = self.objects.next_text(|text| {
            let parsed = Annotation::from_json(text, offsets).map_err(|error| json::because(&error));
            parsed
                .map_err(Untagged::Other)
                .and_then(|annotation| Ok((names::known(&annotation)?, annotation.into_document())))
                .map_err(|why| (id(text), Fault::Untagged(why)))
        })?;
        Some(read.and_then(|(position, read)| {
            let failed = |id, fault| ReadError { position: position.clone(), id, fault };
            let (known, document) = read.map_err(|(id, fault)| failed(id, fault))?;
            let mut document = document;
            if document.id.is_empty() {
                document.id = position.to_string();
            }
            let id = Some(document.id.clone());
            let document = of_length(document, max_chars).map_err(|fault| failed(id, fault))?;
            Ok(InputRecord { position, input: Input::Named(document, known) })
        }))
    }

    fn skip_record(&mut self) -> bool {
        self.objects.skip()
    }
}

/// The id of a line that is no annotation.
fn id(line: &str) -> Option<String> {
    json::object(line).ok()?.get("id").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;
    use crate::mention::{Kind, Label, Mention};
    use crate::ner::recogniser::Decoded;

    fn read_lines(content: &str, offsets: OffsetUnit) -> Vec<Result<(Document, Decoded), ReadError>> {
        let bytes: Bytes = Box::new(Cursor::new(content.as_bytes().to_vec()));
        let mut records = Tagged::new("a.jsonl".into(), bytes, &Fields::default(), offsets, Notes::default());
        std::iter::from_fn(|| records.next_record())
            .map(|read| {
                read.map(|record| match record.input {
                    Input::Named(document, known) => (document, known),
                    other => panic!("{other:?}"),
                })
            })
            .collect()
    }

    #[test]
    fn mentions_are_read_without_positions_in_figures() {
        let line = r#"{"id": 7, "text": "Zürich und Ulm, 48.4, 10.0", "entities": [
            {"start": 11, "end": 14, "text": "Ulm", "label": "LOC", "score": 0.5, "place": {"method": "gazetteer"}},
            {"start": 0, "end": 6, "label": "ORG"},
            {"start": 16, "end": 26, "label": "LOC", "place": {"id": null, "lat": 48.4, "lon": 10.0, "method": "coordinates"}}]}"#;
        let found = read_lines(&line.replace('\n', " "), OffsetUnit::CodePoints);
        let (document, known) = found[0].as_ref().unwrap();
        assert_eq!(document.id, "7");
        let named: Vec<_> = known.mentions.iter().map(|m| (m.span.of(&document.text), m.label, m.score)).collect();
        assert_eq!(named, [("Zürich", Label::Org, 1.0), ("Ulm", Label::Loc, 0.5)]);
    }

    #[test]
    fn nested_names_are_read() {
        let line = r#"{"text": "Zürich FC", "entities": [{"start": 0, "end": 9, "label": "ORG"}], "nested": [
            {"start": 7, "end": 9, "label": "ORG", "type": "club"}, {"start": 0, "end": 6, "text": "Zürich", "label": "LOC", "score": 0.5}]}"#
            .replace('\n', " ");
        let found = read_lines(&line, OffsetUnit::CodePoints);
        let (document, known) = found[0].as_ref().unwrap();
        let told = |m: &Mention| (m.span.of(&document.text).to_owned(), m.label, m.kind.map(Kind::name), m.score);
        let named: Vec<_> = known.nested.iter().map(told).collect();
        let expected = [("Zürich".to_owned(), Label::Loc, None, 0.5), ("FC".to_owned(), Label::Org, Some("club"), 1.0)];
        assert_eq!(named, expected);
        for nothing in ["null", "[]"] {
            let line = format!(
                r#"{{"text": "Ulm", "entities": [{{"start": 0, "end": 3, "label": "LOC"}}], "nested": {nothing}}}"#
            );
            assert!(read_lines(&line, OffsetUnit::CodePoints)[0].as_ref().unwrap().1.nested.is_empty());
        }
    }

    #[test]
    fn offsets_have_a_unit() {
        let line = r#"{"text": "🗻 Köln", "entities": [{"start": 3, "end": 7, "text": "Köln", "label": "LOC"}]}"#;
        assert!(read_lines(line, OffsetUnit::Utf16)[0].is_ok());
        let error = read_lines(line, OffsetUnit::CodePoints)[0].as_ref().unwrap_err().to_string();
        assert!(error.starts_with("a.jsonl:1: entity 1 stands at 3 to 7, which is no place in the text"), "{error}");
        assert!(read_lines(line, OffsetUnit::Utf8)[0].is_err());
    }

    #[test]
    fn what_was_not_tagged_is_told_and_the_rest_goes_on() {
        for (line, why) in [
            (r#"{"text": "a"}"#, "missing field `entities`"),
            (r#"{"entities": []}"#, "has no \"text\"; expected"),
            (r#"{"text": "a", "entities": 3}"#, "invalid type: integer `3`, expected a sequence"),
            (r#"{"text": "a", "entities": [3]}"#, "invalid type: integer `3`, expected struct Entity"),
            (r#"{"text": "ab", "entities": [{"start": 0, "label": "LOC"}]}"#, "missing field `end`"),
            (
                r#"{"text": "ab", "entities": [{"start": 1, "end": 1, "label": "LOC"}]}"#,
                "entity 1 ends where it begins",
            ),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "label": ""}]}"#,
                "a label is empty; expected PER, ORG",
            ),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "label": "LOC", "score": 2}]}"#,
                "entity 1 has the score 2",
            ),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "text": "b", "label": "LOC"}]}"#,
                "entity 1 is \"b\", but the text has \"a\" there",
            ),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 2, "label": "LOC"}], "nested": [{"start": 1, "end": 3, "label": "LOC"}]}"#,
                "nested name 1 stands at 1 to 3, which is no place in the text",
            ),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 2, "label": "LOC"}, {"start": 1, "end": 2, "label": "PER"}]}"#,
                "has entities that overlap, \"ab\" and \"b\"",
            ),
        ] {
            let found = read_lines(
                &format!("{{\"text\": \"\", \"entities\": []}}\n{line}\n{{\"text\": \"\", \"entities\": []}}"),
                OffsetUnit::CodePoints,
            );
            assert_eq!(found.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true], "{line}");
            let error = found[1].as_ref().unwrap_err().to_string();
            assert!(error.starts_with("a.jsonl:2: ") && error.contains(why) && error.contains("expected"), "{error}");
        }
    }

    #[test]
    fn metadata_is_carried_through() {
        let found = read_lines(r#"{"text": "a", "entities": [], "metadata": {"b": 1, "a": [2]}}"#, OffsetUnit::Utf8);
        assert_eq!(Value::from(found[0].as_ref().unwrap().0.metadata.clone()), serde_json::json!({"b": 1, "a": [2]}));
    }

    proptest! {
        #[test]
        fn any_line_is_tagged_or_an_error(start in 0..9_u32, end in 0..9_u32, text in "\\PC{0,6}") {
            let entity = |start, end| serde_json::json!({"start": start, "end": end, "label": "LOC"});
            let line = serde_json::json!({"text": text, "entities": [entity(start, end)]});
            for unit in [OffsetUnit::CodePoints, OffsetUnit::Utf8, OffsetUnit::Utf16] {
                if let Ok((document, Decoded { mentions, .. })) = &read_lines(&line.to_string(), unit)[0] {
                    mentions.iter().for_each(|mention| assert!(!mention.span.of(&document.text).is_empty()));
                    assert!(start < end && mentions.len() == 1, "{line}");
                }
            }
        }
    }
}
