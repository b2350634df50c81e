//! JSONL: a JSON object a line.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields};
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::position::Position;

/// The documents of a JSONL stream.
pub(super) struct Jsonl {
    lines: Lines,
    fields: Fields,
}

impl Jsonl {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields) -> Self {
        Self { lines: Lines::new(name, bytes, &fields), fields }
    }
}

impl Records for Jsonl {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let object = self.lines.next_object()?;
        Some(object.and_then(|(position, object)| self.fields.record(position, Ok(object), EXPECTED_OBJECT)))
    }

    fn skip_record(&mut self) -> bool {
        self.lines.skip()
    }
}

/// The lines of a stream. Blank ones are passed over.
pub(super) struct Lines {
    name: Arc<str>,
    bytes: BufReader<Bytes>,
    /// The line that was read last, as far as it is kept.
    content: Vec<u8>,
    max_bytes: u64,
    max_chars: usize,
    line: u64,
    ended: bool,
}

/// An object and where it stands.
type Object = (Position, Map<String, Value>);

/// What a line turned out to be.
enum Line {
    /// It is in `content`.
    Whole,
    /// It was longer than is kept.
    TooLong,
}

impl Lines {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: &Fields) -> Self {
        Self {
            name,
            bytes: BufReader::with_capacity(1 << 16, bytes),
            content: Vec::new(),
            max_bytes: fields.max_bytes(),
            max_chars: fields.max_chars,
            line: 0,
            ended: false,
        }
    }

    /// The object on the next line that is not blank.
    pub fn next_object(&mut self) -> Option<Result<Object, ReadError>> {
        Some(self.next_text(object)?.and_then(|(position, object)| match object {
            Ok(object) => Ok((position, object)),
            Err(fault) => Err(fault.at(position)),
        }))
    }

    /// What is made of the next line that is not blank.
    pub fn next_text<T>(&mut self, make: impl FnOnce(&str) -> T) -> Option<Result<(Position, T), ReadError>> {
        let line = self.next_line()?;
        let position = Position { source: self.name.clone(), line: Some(self.line) };
        let made = match line {
            Ok(Line::Whole) => text(&self.content).map(make),
            Ok(Line::TooLong) => Err(Fault::TooLong { most: self.max_chars }),
            Err(fault) => Err(fault),
        };
        // A long line leaves a long buffer, which is not kept for the rest of the run.
        self.content.clear();
        self.content.shrink_to(1 << 20);
        Some(match made {
            Ok(made) => Ok((position, made)),
            Err(fault) => Err(fault.at(position)),
        })
    }

    /// Passes over the next line that is not blank.
    pub fn skip(&mut self) -> bool {
        self.next_line().is_some()
    }

    fn next_line(&mut self) -> Option<Result<Line, Fault>> {
        while !self.ended {
            self.line += 1;
            self.content.clear();
            match (&mut self.bytes).take(self.max_bytes).read_until(b'\n', &mut self.content) {
                Ok(0) => self.ended = true,
                Ok(read) if read as u64 == self.max_bytes && !self.content.ends_with(b"\n") => {
                    return Some(self.rest_of_line().map(|()| Line::TooLong));
                }
                Ok(_) if self.content.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok(Line::Whole)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error.into()));
                }
            }
        }
        None
    }

    /// Reads on behind the end of the line, in pieces.
    fn rest_of_line(&mut self) -> Result<(), Fault> {
        loop {
            self.content.clear();
            let read = (&mut self.bytes).take(1 << 20).read_until(b'\n', &mut self.content);
            if read.inspect_err(|_| self.ended = true)? == 0 || self.content.ends_with(b"\n") {
                return Ok(());
            }
        }
    }
}

fn text(line: &[u8]) -> Result<&str, Fault> {
    let text = std::str::from_utf8(line).map_err(|error| Fault::NotUtf8 { byte: error.valid_up_to() })?;
    // A byte order mark may stand before the first object.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim_end())
}

/// The JSON object that a line is.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, Fault> {
    let broken = |why| Fault::Record { why, expected: EXPECTED_OBJECT };
    match serde_json::from_str(text).map_err(|error| broken(not_json(&error)))? {
        Value::Object(fields) => Ok(fields),
        _ => Err(broken("is not a JSON object".into())),
    }
}

/// What is wrong with a line, by its column: its number is known better than the parser, which sees this line alone.
fn not_json(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    format!("is not JSON ({what} at column {})", error.column().max(1))
}

/// Why a line is nothing that tagging wrote.
pub(super) fn because(error: &serde_json::Error) -> String {
    let said = error.to_string();
    // The line is known better than to the parser, which sees this one alone.
    let why = said.split(" at line ").next().unwrap_or_default();
    format!("was not written by `dateline tag`: {why} at column {}", error.column())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;

    fn records(content: impl AsRef<[u8]>, max_chars: usize) -> Jsonl {
        let fields = Fields { max_chars, ..Fields::default() };
        Jsonl::new("a.jsonl".into(), Box::new(Cursor::new(content.as_ref().to_vec())), fields)
    }

    fn lines(content: impl AsRef<[u8]>) -> Vec<Result<Document, ReadError>> {
        let mut records = records(content, 1000);
        std::iter::from_fn(|| records.next_record())
            .map(|read| read.map(|record| record.input.into_document()))
            .collect()
    }

    #[test]
    fn lines_become_documents() {
        let found =
            lines("\u{feff}{\"id\": 7, \"text\": \"a\", \"date\": \"2018\"}\r\n\n{\"text\": \"\", \"more\": []}");
        assert_eq!(found.len(), 2);
        let first = found[0].as_ref().unwrap();
        assert_eq!((first.id.as_str(), first.text.as_str(), first.date.as_deref()), ("7", "a", Some("2018")));
        assert_eq!(found[1].as_ref().unwrap().id, "a.jsonl:3");
    }

    #[test]
    fn broken_lines_are_named_and_passed_over() {
        let found = lines("{\"text\": \"a\"}\n{\"text\": \n[1]\n{\"id\": \"x\"}\n{\"text\": 3}\n{\"text\": \"b\"}\n");
        let errors: Vec<String> =
            found.iter().filter_map(|r| r.as_ref().err().map(|error| error.to_string())).collect();
        assert_eq!(errors.len(), 4);
        for (line, error) in (2..).zip(&errors) {
            assert!(error.starts_with(&format!("a.jsonl:{line}: ")), "{error}");
        }
        assert!(errors[2].contains("has no \"text\""));
        assert_eq!(found[5].as_ref().unwrap().text, "b");
    }

    #[test]
    fn a_line_without_end_takes_no_memory_without_end() {
        // The next line is read at its right number.
        let long = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"b\"}}\n", "x".repeat(40 << 20));
        let mut records = records(long, 10);
        let error = records.next_record().unwrap().unwrap_err();
        assert!(error.to_string().starts_with("a.jsonl:1: has more than 10 characters"), "{error}");
        assert!(records.lines.content.capacity() <= 2 << 20);
        assert_eq!(records.next_record().unwrap().unwrap().input.id(), "a.jsonl:2");
    }

    proptest! {
        #[test]
        fn every_line_is_a_document_or_an_error(parts in proptest::collection::vec(line(), 0..20)) {
            let expected = parts.iter().filter(|part| !part.trim_ascii().is_empty()).count();
            let content = parts.join(&b'\n');
            let found = lines(&content);
            prop_assert_eq!(found.len(), expected);
            // What is passed over is as much as what is read.
            let mut records = records(&content, 1000);
            let skipped = found.len() / 2;
            (0..skipped).for_each(|_| assert!(records.skip_record()));
            let rest = std::iter::from_fn(|| records.next_record());
            let told = |read: &Result<Document, ReadError>| format!("{read:?}");
            let rest: Vec<String> = rest.map(|read| told(&read.map(|record| record.input.into_document()))).collect();
            prop_assert_eq!(rest, found[skipped..].iter().map(told).collect::<Vec<_>>());
        }
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(b"{\"id\": 1, \"text\": \"a\"}".to_vec()),
            Just(b"  \r".to_vec()),
            proptest::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..30),
        ]
    }
}
