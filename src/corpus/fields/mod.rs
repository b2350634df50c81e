//! Which fields of a record are what: how the objects of JSONL and the rows of tables become documents.
//!
//! A document is never lost for a field that is not its text: what cannot be taken is left out, or mended, and told.

pub(super) mod names;
mod scalar;

use std::collections::HashSet;

use serde_json::{Map, Value};

use self::names::{Role, find, is_column_of};
use super::error::{Fault, ReadError};
use super::html::page;
use super::input::{Input, InputRecord, of_length};
use super::notes::{Note, Notes};
use super::position::Position;
use crate::date;
use crate::document::Document;
use crate::web_address;

/// The fields of a record that a document is made of.
///
/// A name may be a path into objects: `article.text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The fields whose texts, joined by a blank line, are the text of the document. Those that a record doesn't have,
    /// or that are empty, are passed over as long as there is one. Where it is only the usual one, it is looked for under the
    /// names of well-known sources too.
    pub text: Vec<String>,
    /// The field with the id. Without it, the position of the record is its id.
    pub id: String,
    /// The field with the title; `None`: where it usually is.
    pub title: Option<String>,
    /// The field with the date.
    pub date: Option<String>,
    /// The field with the source.
    pub source: Option<String>,
    /// The field with the address.
    pub url: Option<String>,
    /// How dates are written, beside the ways that are known.
    pub date_format: Option<String>,
    /// Which other fields are carried through.
    pub metadata: Metadata,
    /// Characters of a text, at most.
    pub max_chars: usize,
    /// What the names of the folders say that a file lies in.
    pub partitions: Vec<(String, Option<String>)>,
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
        Self {
            text: vec![Role::Text.name().into()],
            id: Role::Id.name().into(),
            title: None,
            date: None,
            source: None,
            url: None,
            date_format: None,
            metadata: Metadata::None,
            max_chars: MAX_CHARS,
            partitions: Vec::new(),
        }
    }
}

/// What a record should be, by the kind of its file.
pub(super) const EXPECTED_OBJECT: &str = "a JSON object with a \"text\" and, if known, an \"id\"";
pub(super) const EXPECTED_ROW: &str = "a row with the columns of the header, a \"text\" among them";
const EXPECTED_COLUMNS: &str = "a table with a \"text\" and, if known, an \"id\", each column under a name of its own";

/// Columns that an error names, at most.
const NAMED_COLUMNS: usize = 20;

impl Fields {
    /// The name that was given for a field; `None` where it is looked for.
    fn given(&self, role: Role) -> Option<&str> {
        let usual = |name: &str| (name != role.name()).then_some(());
        match role {
            Role::Text => match &self.text[..] {
                [only] => usual(only).map(|()| only.as_str()),
                _ => self.text.first().map(String::as_str),
            },
            Role::Id => usual(&self.id).map(|()| self.id.as_str()),
            Role::Title => self.title.as_deref(),
            Role::Date => self.date.as_deref(),
            Role::Source => self.source.as_deref(),
            Role::Url => self.url.as_deref(),
        }
    }

    /// Which columns of a table have a use, so that formats of columns need not read the others.
    pub(super) fn wanted<'a>(&self, columns: impl Iterator<Item = &'a str> + Clone) -> Vec<bool> {
        let text = self.given(Role::Text).is_none().then(|| self.text_column(columns.clone())).flatten();
        columns.map(|column| self.wants(column) || text == Some(column)).collect()
    }

    /// The column that the text is taken from where none was named.
    fn text_column<'a>(&self, columns: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
        Role::Text.names().iter().find_map(|name| columns.clone().find(|column| column == name))
    }

    /// Whether a column was asked for, or has a name of the document's own form.
    fn is_named(&self, column: &str) -> bool {
        let of_role = |role: &Role| is_column_of(self.given(*role).unwrap_or(role.name()), column);
        self.is_text(column) || Role::KNOWN.iter().any(of_role) || self.is_asked(column)
    }

    /// Whether a column is to be carried through.
    fn is_asked(&self, column: &str) -> bool {
        match &self.metadata {
            Metadata::None => false,
            Metadata::Named(names) => names.iter().any(|asked| is_column_of(asked, column)),
            Metadata::All => !column.is_empty(),
        }
    }

    /// Whether a column has a use, whatever other columns there are.
    pub fn wants(&self, column: &str) -> bool {
        // A column without a name cannot be carried through by it.
        if column.is_empty() {
            return false;
        }
        let of_role = |role: &Role| match self.given(*role) {
            Some(name) => is_column_of(name, column),
            None => role.names().iter().any(|name| is_column_of(name, column)),
        };
        self.is_asked(column) || self.is_text(column) || Role::KNOWN.iter().any(of_role)
    }

    /// Whether a column holds the text, or a part of it: one that was named, or the usual one.
    pub(super) fn is_text(&self, column: &str) -> bool {
        self.text.iter().any(|name| is_column_of(name, column))
    }

    /// Whether a column may be the one that the text is taken from.
    pub(super) fn may_be_text(&self, column: &str) -> bool {
        self.is_text(column) || self.given(Role::Text).is_none() && Role::Text.names().contains(&column)
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
        let in_path = |asked: &str| self.partitions.iter().any(|(name, _)| name == asked);
        let has = |asked: &str| names.clone().any(|column| is_column_of(asked, column)) || in_path(asked);
        let no_text = self.given(Role::Text).is_none() && self.text_column(names.clone()).is_none();
        let missing = no_text.then(|| Role::Text.name()).or_else(|| self.asked().find(|asked| !has(asked)));
        if let Some(missing) = missing {
            let mut there: Vec<String> =
                names.clone().take(NAMED_COLUMNS).map(|name| format!("{:?}", beginning(name))).collect();
            if names.clone().nth(NAMED_COLUMNS).is_some() {
                there.push("…".to_owned());
            }
            let there = if there.is_empty() { "no columns".to_owned() } else { there.join(", ") };
            return broken(format!("has no column {missing:?}, but {there}"));
        }
        let mut seen = HashSet::new();
        // Of what is only looked for, one of two is as good as the other.
        let is_named = |name: &&str| self.is_named(name);
        match names.filter(is_named).find(|&name| !seen.insert(name)) {
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
        let text = if self.given(Role::Text).is_some() { &self.text[..] } else { &[] };
        let given = Role::KNOWN.into_iter().filter_map(|role| self.given(role));
        text.iter().chain(named).map(String::as_str).chain(given)
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
        notes: &Notes,
    ) -> Result<InputRecord, ReadError> {
        match object {
            Ok(object) => {
                let input = self.input(&position, object, expected, notes)?;
                Ok(InputRecord { position, input })
            }
            Err(fault) => Err(fault.at(position)),
        }
    }

    /// Makes a document of the fields of a record. `expected` says what the record should be, for errors.
    pub(super) fn input(
        &self,
        position: &Position,
        mut fields: Map<String, Value>,
        expected: &'static str,
        notes: &Notes,
    ) -> Result<Input, ReadError> {
        for (name, value) in &self.partitions {
            fields.entry(name.as_str()).or_insert_with(|| value.clone().into());
        }
        let mut taking = Taking { fields: &fields, position, notes, taken: Vec::new() };
        let [id, title, date, source, mut url] = Role::KNOWN.map(|role| taking.value(role, self.given(role)));
        if url.is_none() && self.url.is_none() {
            // Where the source is named by another field, that may be the address all the same.
            let usual = find(&fields, Role::Source.name()).and_then(|value| scalar::scalar(value).ok().flatten());
            url = [source.clone(), usual].into_iter().flatten().find(|source| web_address::host(source).is_some());
        }
        let source = source.map(|source| web_address::publisher(&source).unwrap_or(source));
        let date = date.map(|date| taking.date(date, self.date_format.as_deref()));
        let taken = taking.taken;
        let failed = |fault| ReadError { position: position.clone(), id: id.clone(), fault };
        let metadata_by_name = self.named(&fields, notes);
        let text = self.text(&mut fields, position, notes);
        let text = text.map_err(|why| failed(Fault::Record { why, expected }))?;
        let name = || id.clone().unwrap_or_else(|| position.to_string());
        let Some(text) = text else { return Ok(Input::Nothing { id: name() }) };
        let metadata = metadata_by_name.unwrap_or_else(|| self.others(fields, &taken));
        let document = Document { id: name(), text, title, date, source, url, metadata, language: None };
        of_length(document, self.max_chars).map(Input::Text).map_err(failed)
    }

    /// Gives a document that is a file what the names of its folders say.
    pub(super) fn partition(&self, document: &mut Document) {
        let value = |role: Role| {
            let name = self.given(role).unwrap_or(role.name());
            self.partitions.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.clone())
        };
        let date = |date: String| date::normalised(&date, self.date_format.as_deref()).unwrap_or(date);
        let source = |source: String| web_address::publisher(&source).unwrap_or(source);
        document.date = document.date.take().or_else(|| value(Role::Date).map(date));
        document.source = document.source.take().or_else(|| value(Role::Source).map(source));
        document.title = document.title.take().or_else(|| value(Role::Title));
        document.url = document.url.take().or_else(|| value(Role::Url));
        let fields: Map<String, Value> =
            self.partitions.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        document.metadata = self.named(&fields, &Notes::default()).unwrap_or_else(|| self.others(fields, &[]));
    }

    /// The text of a record; `None` if it is null.
    fn text(
        &self,
        fields: &mut Map<String, Value>,
        position: &Position,
        notes: &Notes,
    ) -> Result<Option<String>, String> {
        if self.given(Role::Text).is_none() {
            return self.usual_text(fields, position, notes);
        }
        let (mut texts, mut there) = (Vec::with_capacity(self.text.len()), false);
        for name in &self.text {
            // Taken and not copied, where it is no part of another field.
            let value = fields.shift_remove(name).or_else(|| find(fields, name).cloned());
            there |= value.is_some();
            texts.extend(written(value.unwrap_or_default(), name)?);
        }
        if !there {
            return Err(format!("has no {}{}", self.text_names(" and no "), others(fields)));
        }
        if texts.len() > 1 {
            texts.retain(|text| !text.is_empty());
            return Ok(Some(texts.join("\n\n")));
        }
        Ok(texts.pop())
    }

    /// The text where it usually is.
    fn usual_text(
        &self,
        fields: &mut Map<String, Value>,
        position: &Position,
        notes: &Notes,
    ) -> Result<Option<String>, String> {
        let mut there = false;
        for name in Role::Text.names() {
            let Some(value) = fields.get(*name) else { continue };
            let usual = *name == Role::Text.name();
            // Other names may stand for other things.
            if !usual && !value.is_null() && !scalar::is_text(value) {
                continue;
            }
            there = true;
            if value.is_null() {
                continue;
            }
            if *name != Role::Text.name() {
                notes.add(Note::Taken(Role::Text, (*name).to_owned()), position);
            }
            return written(fields.shift_remove(*name).unwrap_or_default(), name);
        }
        if there { Ok(None) } else { Err(format!("has no {:?}{}", Role::Text.name(), others(fields))) }
    }

    /// The fields that are to be carried through by name.
    fn named(&self, fields: &Map<String, Value>, notes: &Notes) -> Option<Map<String, Value>> {
        let Metadata::Named(names) = &self.metadata else { return None };
        let asked = names.iter().filter(|name| !self.carries(name));
        let asked = asked.inspect(|name| notes.asked(name, find(fields, name).is_some()));
        // A field that a record has not is null, so that all documents have the same keys.
        Some(asked.map(|name| (name.clone(), find(fields, name).cloned().unwrap_or_default())).collect())
    }

    /// What is left to be carried through of a record whose text was taken, and what the document has by other names.
    fn others(&self, mut fields: Map<String, Value>, taken: &[String]) -> Map<String, Value> {
        match &self.metadata {
            Metadata::All => fields.retain(|name, _| !self.carries(name) && !taken.contains(name)),
            _ => fields.clear(),
        }
        fields
    }

    /// Whether a field is in the output by itself.
    fn carries(&self, name: &str) -> bool {
        Role::KNOWN.iter().any(|role| self.given(*role).unwrap_or(role.name()) == name)
    }
}

/// The fields that a record has in place of a text, for errors.
fn others(fields: &Map<String, Value>) -> String {
    let mut names: Vec<String> =
        fields.keys().take(NAMED_COLUMNS).map(|name| format!("{:?}", beginning(name))).collect();
    if fields.len() > NAMED_COLUMNS {
        names.push("…".to_owned());
    }
    if names.is_empty() { String::new() } else { format!(", but {}", names.join(", ")) }
}

/// A text as a field has it.
fn written(value: Value, name: &str) -> Result<Option<String>, String> {
    match scalar::text(value) {
        Ok(text) => Ok(text),
        // WordPress gives pages so.
        Err(Value::Object(fields)) if fields.get("rendered").is_some_and(Value::is_string) => {
            Ok(fields["rendered"].as_str().map(|html| page(html).text))
        }
        Err(_) => Err(format!("its {name:?} is not a string")),
    }
}

/// The taking of a record's fields.
struct Taking<'r> {
    fields: &'r Map<String, Value>,
    position: &'r Position,
    notes: &'r Notes,
    /// The fields that were taken under other names than the document's own.
    taken: Vec<String>,
}

impl Taking<'_> {
    /// The value of a field by the name that was given, or where it usually is.
    fn value(&mut self, role: Role, given: Option<&str>) -> Option<String> {
        if let Some(name) = given {
            self.notes.asked(name, find(self.fields, name).is_some());
            return self.named(role, name);
        }
        let mut found = role.names().iter().filter_map(|name| Some((*name, self.named(role, name)?)));
        let first = found.next()?;
        // Of dates, one that can be read goes before one that cannot.
        let reads = |value: &str| role != Role::Date || date::is_date(value, None);
        let (name, value) = match reads(&first.1) {
            true => first,
            false => found.find(|(_, value)| reads(value)).unwrap_or(first),
        };
        if name != role.name() {
            self.notes.add(Note::Taken(role, name.to_owned()), self.position);
            self.taken.push(name.to_owned());
        }
        Some(value)
    }

    fn named(&self, role: Role, name: &str) -> Option<String> {
        let value = find(self.fields, name)?;
        if let (Role::Id, Value::String(id)) = (role, value) {
            // What stands for nothing elsewhere may be somebody's id.
            return Some(id.clone()).filter(|id| !id.is_empty());
        }
        match scalar::scalar(value) {
            Ok(value) => value,
            Err(was) => {
                self.notes.add(Note::LeftOut(name.to_owned(), was), self.position);
                None
            }
        }
    }

    /// A date in the form of ISO 8601, if it can be read.
    fn date(&self, date: String, format: Option<&str>) -> String {
        match date::normalised(&date, format) {
            Some(date) => date,
            None => {
                self.notes.add_example(Note::Date, self.position, || Some(date.clone()));
                date
            }
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(fields: &Fields, record: Value) -> Result<Document, ReadError> {
        let Value::Object(record) = record else { panic!("not an object") };
        let position = Position { source: "a".into(), line: Some(3) };
        fields.input(&position, record, EXPECTED_OBJECT, &Notes::default()).map(Input::into_document)
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
        assert!(
            error.to_string().starts_with("a:3: has no \"title\" and no \"body\", but \"text\", \"url\"; expected"),
            "{error}"
        );
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
        assert_eq!(
            document(&Fields::default(), json!({"id": "null", "text": "t", "date": "None"})).unwrap().id,
            "null"
        );
    }

    #[test]
    fn columns_have_a_text_and_names_of_their_own() {
        let check = |columns: &[&str]| Fields::default().check_columns(columns.iter().copied());
        assert!(check(&["x", "text", "x", "id"]).is_ok());
        let error = check(&["Text", "prose"]).unwrap_err().to_string();
        assert!(error.starts_with("has no column \"text\", but \"Text\", \"prose\"; expected"), "{error}");
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
