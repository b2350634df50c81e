//! Reading what tagging wrote, so that its places can be found anew without a model.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::jsonl::Lines;
use crate::annotation::Method;
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError, Untagged};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields, Metadata};
use crate::corpus::input::{Input, InputRecord, Records};
use crate::corpus::position::Position;
use crate::document::{OffsetMap, OffsetUnit, Span};
use crate::mention::{Label, Mention};

/// The documents of a JSONL stream that tagging wrote, with their mentions: in order and without overlap. Positions in
/// figures are not among them: they are found anew with the places.
pub(super) struct Tagged {
    lines: Lines,
    fields: Fields,
    offsets: OffsetUnit,
}

impl Tagged {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, offsets: OffsetUnit) -> Self {
        // The names of the fields are those that tagging writes.
        let fields = Fields { max_chars: fields.max_chars, metadata: Metadata::None, ..Fields::default() };
        Self { lines: Lines::new(name, bytes, &fields), fields, offsets }
    }
}

impl Records for Tagged {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let read = self.lines.next_object()?;
        Some(read.and_then(|(position, object)| tagged(position, object, &self.fields, self.offsets)))
    }

    fn skip_record(&mut self) -> bool {
        self.lines.skip()
    }
}

fn tagged(
    position: Position,
    mut object: Map<String, Value>,
    fields: &Fields,
    offsets: OffsetUnit,
) -> Result<InputRecord, ReadError> {
    let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
    let broken = |why| ReadError { position: position.clone(), id: id.clone(), fault: Fault::Untagged(why) };
    let failed = |why: String| broken(Untagged::Other(why));
    let entities = match object.remove("entities") {
        Some(Value::Array(entities)) => entities,
        Some(_) => return Err(failed("its \"entities\" is not a list".to_owned())),
        None => return Err(failed("has no \"entities\"".to_owned())),
    };
    if !object.contains_key("text") {
        return Err(broken(Untagged::NoText));
    }
    let metadata = match object.remove("metadata") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(metadata)) => metadata,
        Some(_) => return Err(failed("its \"metadata\" is no JSON object".to_owned())),
    };
    let mut document = fields.document(&position, object, EXPECTED_OBJECT)?;
    document.metadata = metadata;
    let map = OffsetMap::new(&document.text, offsets);
    let mut mentions = Vec::with_capacity(entities.len());
    for (n, entity) in (1..).zip(&entities) {
        let Value::Object(entity) = entity else { return Err(failed(format!("entity {n} is not a JSON object"))) };
        if !is_position(entity) {
            let read = mention(entity, &document.text, &map);
            mentions.push(read.map_err(|why| broken(why.of(&format!("entity {n}"))))?);
        }
    }
    mentions.sort_by_key(|mention| mention.span);
    match mentions.windows(2).find(|pair| pair[1].span.start < pair[0].span.end) {
        Some(pair) => {
            let [first, second] = [pair[0], pair[1]].map(|mention| mention.span.of(&document.text).to_owned());
            Err(failed(format!("has entities that overlap, {first:?} and {second:?}")))
        }
        None => Ok(InputRecord { position, input: Input::Named(document, mentions) }),
    }
}

impl Untagged {
    /// The same, said of a part of the record.
    fn of(self, part: &str) -> Self {
        match self {
            Self::NoText => Self::NoText,
            Self::Offset(why) => Self::Offset(format!("{part} {why}")),
            Self::Other(why) => Self::Other(format!("{part} {why}")),
        }
    }
}

/// Whether an entity is a position in figures, which the text itself gives.
fn is_position(entity: &Map<String, Value>) -> bool {
    let method = entity.get("place").and_then(|place| place.get("method"));
    method.is_some_and(|method| serde_json::to_value(Method::Coordinates).is_ok_and(|known| known == *method))
}

fn mention(entity: &Map<String, Value>, text: &str, offsets: &OffsetMap<'_>) -> Result<Mention, Untagged> {
    let other = |why: &str| Untagged::Other(why.to_owned());
    let border = |key: &str| {
        let given = entity.get(key).ok_or_else(|| Untagged::Other(format!("has no {key:?}")))?;
        let offset = given.as_u64().and_then(|offset| usize::try_from(offset).ok());
        offset
            .and_then(|offset| offsets.byte(offset))
            .ok_or_else(|| Untagged::Offset(format!("has {key:?} {given}, which is no place in the text")))
    };
    let span = Span::new(border("start")?, border("end")?);
    if span.start >= span.end {
        return Err(other("ends before it begins"));
    }
    if let Some(Value::String(name)) = entity.get("text")
        && name != span.of(text)
    {
        let there = span.of(text);
        return Err(Untagged::Offset(format!("is {name:?}, but the text has {there:?} there")));
    }
    let label = match entity.get("label") {
        Some(Value::String(label)) => Label::ALL.into_iter().find(|known| known.name() == label),
        _ => None,
    };
    let score = match entity.get("score") {
        None => Some(1.0),
        Some(score) => score.as_f64().filter(|score| (0.0..=1.0).contains(score)),
    };
    Ok(Mention {
        span,
        label: label.ok_or_else(|| other("has no \"label\" of PER, ORG, LOC and MISC"))?,
        score: score.ok_or_else(|| other("has a \"score\" that is no number from 0 to 1"))? as f32,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;

    fn read_lines(content: &str, offsets: OffsetUnit) -> Vec<Result<(Document, Vec<Mention>), ReadError>> {
        let bytes: Bytes = Box::new(Cursor::new(content.as_bytes().to_vec()));
        let mut records = Tagged::new("a.jsonl".into(), bytes, Fields::default(), offsets);
        std::iter::from_fn(|| records.next_record())
            .map(|read| {
                read.map(|record| match record.input {
                    Input::Named(document, mentions) => (document, mentions),
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
            {"start": 16, "end": 26, "label": "LOC", "place": {"id": null, "method": "coordinates"}}]}"#;
        let found = read_lines(&line.replace('\n', " "), OffsetUnit::CodePoints);
        let (document, mentions) = found[0].as_ref().unwrap();
        assert_eq!(document.id, "7");
        let named: Vec<_> = mentions.iter().map(|m| (m.span.of(&document.text), m.label, m.score)).collect();
        assert_eq!(named, [("Zürich", Label::Org, 1.0), ("Ulm", Label::Loc, 0.5)]);
    }

    #[test]
    fn offsets_have_a_unit() {
        let line = r#"{"text": "🗻 Köln", "entities": [{"start": 3, "end": 7, "text": "Köln", "label": "LOC"}]}"#;
        assert!(read_lines(line, OffsetUnit::Utf16)[0].is_ok());
        let error = read_lines(line, OffsetUnit::CodePoints)[0].as_ref().unwrap_err().to_string();
        assert!(error.starts_with("a.jsonl:1: entity 1 has \"end\" 7, which is no place in the text"), "{error}");
        assert!(read_lines(line, OffsetUnit::Utf8)[0].is_err());
    }

    #[test]
    fn what_was_not_tagged_is_told_and_the_rest_goes_on() {
        for (line, why) in [
            (r#"{"text": "a"}"#, "has no \"entities\""),
            (r#"{"entities": []}"#, "has no \"text\"; expected"),
            (r#"{"text": "a", "entities": 3}"#, "its \"entities\" is not a list"),
            (r#"{"text": "a", "entities": [3]}"#, "entity 1 is not a JSON object"),
            (r#"{"text": "ab", "entities": [{"start": 0, "label": "LOC"}]}"#, "entity 1 has no \"end\""),
            (
                r#"{"text": "ab", "entities": [{"start": 1, "end": 1, "label": "LOC"}]}"#,
                "entity 1 ends before it begins",
            ),
            (r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "label": "GPE"}]}"#, "entity 1 has no \"label\""),
            (r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "label": "LOC", "score": 2}]}"#, "has a \"score\""),
            (
                r#"{"text": "ab", "entities": [{"start": 0, "end": 1, "text": "b", "label": "LOC"}]}"#,
                "entity 1 is \"b\", but the text has \"a\" there",
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
        fn any_line_is_tagged_or_an_error(start in 0..9_u32, end in 0..9_u32, other in 0..9_u32, text in "\\PC{0,6}") {
            let entity = |start, end| serde_json::json!({"start": start, "end": end, "label": "LOC"});
            let line = serde_json::json!({"text": text, "entities": [entity(start, end), entity(other, end)]});
            for unit in [OffsetUnit::CodePoints, OffsetUnit::Utf8, OffsetUnit::Utf16] {
                if let Ok((document, mentions)) = &read_lines(&line.to_string(), unit)[0] {
                    mentions.iter().for_each(|mention| assert!(!mention.span.of(&document.text).is_empty()));
                }
            }
        }
    }
}
