//! Which fields of a record are what: how the objects of JSONL and the rows of tables become documents.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::error::{Fault, ReadError};
use super::input::{Input, InputRecord, of_length};
use super::position::Position;
use crate::document::Document;

/// The fields of a record that a document is made of. `title`, `date`, `source` and `url` are known by these names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The fields whose texts, joined by a blank line, are the text of the document. Those that a record doesn't have,
    /// or that are empty, are passed over as long as there is one.
    pub text: Vec<String>,
    /// The field with the id. Without it, the position of the record is its id.
    pub id: String,
    /// Which other fields are carried through.
    pub metadata: Metadata,
    /// Characters of a text, at most.
    pub max_chars: usize,
}

/// Which fields of a record are carried through beside those that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Metadata {
    /// None.
    #[default]
    None,
    /// These.
    Named(Vec<String>),
    /// All.
    All,
}

/// Characters of a document, at most, unless something else is said.
pub const MAX_CHARS: usize = 10_000_000;

impl Default for Fields {
    fn default() -> Self {
        Self { text: vec!["text".into()], id: "id".into(), metadata: Metadata::None, max_chars: MAX_CHARS }
    }
}

/// What a record should be, by the kind of its file.
pub(super) const EXPECTED_OBJECT: &str = "a JSON object with a \"text\" and, if known, an \"id\"";
pub(super) const EXPECTED_ROW: &str = "a row with the columns of the header, a \"text\" among them";
const EXPECTED_COLUMNS: &str = "a table with a \"text\" and, if known, an \"id\", each column under a name of its own";

/// Columns that an error names, at most.
const NAMED_COLUMNS: usize = 20;

const KNOWN: [&str; 4] = ["title", "date", "source", "url"];

impl Fields {
    /// Whether a field has a use, so that formats of columns need not read the others.
    pub fn want(&self, name: &str) -> bool {
        let asked = match &self.metadata {
            Metadata::None => false,
            Metadata::Named(names) => names.iter().any(|asked| asked == name),
            Metadata::All => true,
        };
        // A column without a name cannot be carried through by it.
        let asked = asked && !name.is_empty();
        asked || name == self.id || KNOWN.contains(&name) || self.text.iter().any(|text| text == name)
    }

    /// Bytes of a record, at most, in any format: more than a text of [`Fields::max_chars`] characters takes when every
    /// one of them is escaped, and some room for other fields.
    pub fn max_bytes(&self) -> u64 {
        (self.max_chars as u64).saturating_mul(12).saturating_add(1 << 24)
    }

    /// Whether documents can be made of a table with these columns: all that were asked for are there, and none that has a
    /// use is there twice.
    pub(super) fn check_columns<'a>(&self, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), Fault> {
        let broken = |why| Err(Fault::Record { why, expected: EXPECTED_COLUMNS });
        if let Some(missing) = self.asked().find(|&asked| !names.clone().any(|name| name == asked)) {
            let mut there: Vec<String> =
                names.clone().take(NAMED_COLUMNS).map(|name| format!("{:?}", beginning(name))).collect();
            if names.clone().nth(NAMED_COLUMNS).is_some() {
                there.push("…".to_owned());
            }
            let there = if there.is_empty() { "no columns".to_owned() } else { there.join(", ") };
            return broken(format!("has no column {missing:?}, but {there}"));
        }
        let mut seen = HashSet::new();
        match names.filter(|name| self.want(name)).find(|&name| !seen.insert(name)) {
            Some(name) => broken(format!("has two columns {:?}", beginning(name))),
            None => Ok(()),
        }
    }

    /// The fields that must be there if any record has them: all that were named.
    fn asked(&self) -> impl Iterator<Item = &str> {
        let named = match &self.metadata {
            Metadata::Named(names) => &names[..],
            _ => &[],
        };
        // The usual id is taken where there is one.
        let id = Some(&self.id).filter(|id| **id != Self::default().id);
        self.text.iter().chain(named).chain(id).map(String::as_str)
    }

    fn text_names(&self, between: &str) -> String {
        self.text.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(between)
    }

    /// What is read of a record, from its fields or from why they cannot be had.
    pub(super) fn record(
        &self,
        position: Position,
        object: Result<Map<String, Value>, Fault>,
        expected: &'static str,
    ) -> Result<InputRecord, ReadError> {
        match object {
            Ok(object) => {
                let document = self.document(&position, object, expected)?;
                Ok(InputRecord { position, input: Input::Text(document) })
            }
            Err(fault) => Err(fault.at(position)),
        }
    }

    /// Makes a document of the fields of a record. `expected` says what the record should be, for errors.
    pub(super) fn document(
        &self,
        position: &Position,
        mut fields: Map<String, Value>,
        expected: &'static str,
    ) -> Result<Document, ReadError> {
        let id = match scalar(&fields, &self.id) {
            Ok(id) => id,
            Err(why) => return Err(Fault::Record { why, expected }.at(position.clone())),
        };
        let failed = |fault| ReadError { position: position.clone(), id: id.clone(), fault };
        let broken = |why| failed(Fault::Record { why, expected });
        let known = KNOWN.map(|key| scalar(&fields, key));
        let named = self.named(&fields);
        let text = self.text(&mut fields).map_err(broken)?;
        let metadata = named.unwrap_or_else(|| self.others(fields));
        let [title, date, source, url] = known;
        let document = Document {
            id: id.clone().unwrap_or_else(|| position.to_string()),
            text,
            title: title.map_err(broken)?,
            date: date.map_err(broken)?,
            source: source.map_err(broken)?,
            url: url.map_err(broken)?,
            metadata,
            language: None,
        };
        of_length(document, self.max_chars).map_err(failed)
    }

    fn text(&self, fields: &mut Map<String, Value>) -> Result<String, String> {
        let mut texts = Vec::with_capacity(self.text.len());
        for name in &self.text {
            match fields.shift_remove(name) {
                Some(Value::String(text)) => texts.push(text),
                None | Some(Value::Null) => {}
                Some(_) => return Err(format!("its {name:?} is not a string")),
            }
        }
        match texts.len() {
            0 => Err(format!("has no {}", self.text_names(" and no "))),
            1 => Ok(texts.remove(0)),
            _ => {
                texts.retain(|text| !text.is_empty());
                Ok(texts.join("\n\n"))
            }
        }
    }

    /// The fields that are to be carried through by name.
    fn named(&self, fields: &Map<String, Value>) -> Option<Map<String, Value>> {
        let Metadata::Named(names) = &self.metadata else { return None };
        let asked = names.iter().filter(|name| !self.carries(name));
        // A field that a record has not is null, so that all documents have the same keys.
        Some(asked.map(|name| (name.clone(), fields.get(name).cloned().unwrap_or_default())).collect())
    }

    /// What is left to be carried through of a record whose text was taken.
    fn others(&self, mut fields: Map<String, Value>) -> Map<String, Value> {
        match &self.metadata {
            Metadata::All => fields.retain(|name, _| !self.carries(name)),
            _ => fields.clear(),
        }
        fields
    }

    /// Whether a field is in the output by itself.
    fn carries(&self, name: &str) -> bool {
        name == self.id || KNOWN.contains(&name)
    }
}

/// As much of a name as is told in an error: in a file that is no table, it may be of any length.
fn beginning(name: &str) -> String {
    let mut told: String = name.chars().take(60).collect();
    if told.len() < name.len() {
        told.push('…');
    }
    told
}

/// A string or a number, as a string.
fn scalar(fields: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(format!("its {key:?} is neither a string nor a number")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(fields: &Fields, record: Value) -> Result<Document, ReadError> {
        let Value::Object(record) = record else { panic!("not an object") };
        fields.document(&Position { source: "a".into(), line: Some(3) }, record, EXPECTED_OBJECT)
    }

    #[test]
    fn texts_are_joined_and_known_fields_stay() {
        let fields = Fields { text: vec!["title".into(), "body".into()], id: "url".into(), ..Fields::default() };
        let found = document(&fields, json!({"title": "A", "body": "b\r\n&amp;", "url": "u", "x": 1})).unwrap();
        assert_eq!(found.text, "A\n\nb\r\n&amp;");
        assert_eq!((found.title.as_deref(), found.id.as_str(), found.url.as_deref()), (Some("A"), "u", Some("u")));
        assert!(found.metadata.is_empty());
        assert_eq!(document(&fields, json!({"title": null, "body": "b"})).unwrap().text, "b");
        assert_eq!(document(&fields, json!({"title": "", "body": "b"})).unwrap().text, "b");
        let error = document(&fields, json!({"text": "b", "url": "u"})).unwrap_err();
        assert_eq!(error.id.as_deref(), Some("u"));
        assert!(error.to_string().starts_with("a:3: has no \"title\" and no \"body\"; expected"), "{error}");
    }

    #[test]
    fn other_fields_are_carried_through_on_request() {
        let record = json!({"text": "t", "id": 7, "date": "2018", "desk": {"a": [1]}, "words": 3});
        let named = Fields { metadata: Metadata::Named(vec!["words".into(), "none".into()]), ..Fields::default() };
        assert_eq!(Value::from(document(&named, record.clone()).unwrap().metadata), json!({"words": 3, "none": null}));
        let all = Fields { metadata: Metadata::All, ..Fields::default() };
        let found = document(&all, record).unwrap();
        assert_eq!(Value::from(found.metadata), json!({"desk": {"a": [1]}, "words": 3}));
        assert_eq!(found.id, "7");
    }

    #[test]
    fn columns_have_a_text_and_names_of_their_own() {
        let check = |columns: &[&str]| Fields::default().check_columns(columns.iter().copied());
        assert!(check(&["x", "text", "x", "id"]).is_ok());
        let error = check(&["Text", "body"]).unwrap_err().to_string();
        assert!(error.starts_with("has no column \"text\", but \"Text\", \"body\"; expected"), "{error}");
        assert!(check(&["text", "id", "id"]).unwrap_err().to_string().starts_with("has two columns \"id\"; expected"));
        let error = check(&["x".repeat(1 << 20).as_str(); 50]).unwrap_err().to_string();
        assert!(error.len() < 2500, "{error}");
    }

    #[test]
    fn long_texts_are_refused_by_their_characters() {
        let fields = Fields { max_chars: 3, ..Fields::default() };
        assert!(document(&fields, json!({"text": "äöü"})).is_ok());
        let error = document(&fields, json!({"id": "x", "text": "äöüß"})).unwrap_err();
        assert!(matches!(error.fault, Fault::TooLong { most: 3 }) && error.id.as_deref() == Some("x"), "{error}");
    }
}
