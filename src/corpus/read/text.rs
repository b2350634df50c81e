//! A file that is one document.

use std::io::Read;
use std::sync::Arc;

use crate::corpus::bytes::{Bytes, Consumed, open};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::Fields;
use crate::corpus::input::{Input, InputRecord, One, Records, of_length};
use crate::corpus::position::Position;
use crate::corpus::source::Source;
use crate::document::Document;

/// Bytes of a character of UTF-8, at most.
const CHAR_BYTES: u64 = 4;

/// The one record of a text file, which is opened when it is asked for. Unless the caller is `sure` that it is text, it may
/// not look like something else.
pub(super) fn record(
    source: Source,
    name: Arc<str>,
    fields: Fields,
    consumed: Consumed,
    sure: bool,
) -> Box<dyn Records> {
    Box::new(One::new(move || {
        let read = open(&source, &consumed).and_then(|bytes| document(&name, bytes, fields.max_chars));
        let read = read.and_then(|document| match other_kind(&document.text).filter(|_| !sure) {
            Some(other) => Err(Fault::NoText(other)),
            None => Ok(document),
        });
        let position = Position { source: name, line: None };
        match read {
            Ok(document) => Ok(InputRecord { position, input: Input::Text(document) }),
            Err(fault) => Err(ReadError { id: Some(position.to_string()), position, fault }),
        }
    }))
}

/// What a text is if it is no text: its braces and tags would be tagged as prose.
fn other_kind(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let first = text.lines().next().unwrap_or_default();
    let begins = |tag: &str| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if begins("<!doctype html") || begins("<html") {
        Some("a web page")
    } else if text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        Some("JSON")
    } else if first.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok() {
        Some("JSONL")
    } else {
        None
    }
}

fn document(name: &str, bytes: Bytes, max_chars: usize) -> Result<Document, Fault> {
    let mut content = Vec::new();
    let most = (max_chars as u64).saturating_mul(CHAR_BYTES);
    bytes.take(most.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(Fault::TooLong { most: max_chars });
    }
    if content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") {
        // UTF-16, which has zero bytes but is text.
        return Err(Fault::NotUtf8 { byte: 0 });
    }
    if let Some(byte) = content.iter().position(|&byte| byte == 0) {
        return Err(Fault::Binary { byte });
    }
    let text = String::from_utf8(content).map_err(|e| Fault::NotUtf8 { byte: e.utf8_error().valid_up_to() })?;
    of_length(Document::new(name, text), max_chars)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};

    use super::*;

    fn read(bytes: impl Read + Send + 'static, max_chars: usize) -> Result<Document, Fault> {
        document("a.txt", Box::new(bytes), max_chars)
    }

    #[test]
    fn a_file_is_a_document() {
        let text = "M&uuml;nchen\r\n\u{feff}é";
        assert_eq!(read(Cursor::new(text), 100).unwrap(), Document::new("a.txt", text));
        assert!(matches!(read(Cursor::new(b"a\0b"), 9), Err(Fault::Binary { byte: 1 })));
        assert!(matches!(read(Cursor::new(b"M\xfcnchen"), 9), Err(Fault::NotUtf8 { byte: 1 })));
    }

    #[test]
    fn what_is_plainly_no_text_is_told() {
        assert_eq!(other_kind("\u{feff}<!DOCTYPE HTML><p>Oslo"), Some("a web page"));
        assert_eq!(other_kind("{\"text\":\n \"Oslo\"}"), Some("JSON"));
        assert_eq!(other_kind("{\"text\": \"Oslo\"}\n{\"text\": \n"), Some("JSONL"));
        for text in ["", "{Oslo} fell", "[Oslo] fell", "Oslo <html>", "é"] {
            assert_eq!(other_kind(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_read_whole() {
        assert!(matches!(read(io::repeat(b'a'), 1000), Err(Fault::TooLong { most: 1000 })));
        assert!(read(Cursor::new("ääää"), 4).is_ok());
        assert!(matches!(read(Cursor::new("aaaaa"), 4), Err(Fault::TooLong { most: 4 })));
    }
}
