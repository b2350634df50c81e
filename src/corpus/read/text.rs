//! A file that is one document.

use std::io::Read;
use std::sync::Arc;

use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::Fields;
use crate::corpus::input::{Input, InputRecord, One, Records, of_length};
use crate::corpus::position::Position;
use crate::document::Document;

/// Bytes of a character of UTF-8, at most.
const CHAR_BYTES: u64 = 4;

/// The one record of a text file. Unless the caller is `sure` that it is text, it may not look like something else.
pub(super) fn record(name: Arc<str>, bytes: Bytes, fields: Fields, sure: bool) -> Box<dyn Records> {
    Box::new(One::new(move || {
        let read = document(&name, bytes, fields.max_chars);
        let read = read.and_then(|document| match is_json(&document.text) && !sure {
            true => Err(Fault::NoText("JSON that is no object")),
            false => Ok(document),
        });
        let position = Position { source: name, line: None };
        match read {
            Ok(mut document) => {
                fields.partition(&mut document);
                Ok(InputRecord { position, input: Input::Text(document) })
            }
            Err(fault) => Err(ReadError { id: Some(position.to_string()), position, fault }),
        }
    }))
}

/// Whether a text is JSON: its brackets would be tagged as prose. Objects are known by their beginning.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn document(name: &str, bytes: Bytes, max_chars: usize) -> Result<Document, Fault> {
    let mut content = Vec::new();
    let most = (max_chars as u64).saturating_mul(CHAR_BYTES);
    bytes.take(most.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(Fault::TooLong { most: max_chars });
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
        assert!(is_json("\u{feff}[\"Oslo\",\n 1]"));
        for text in ["", "{Oslo} fell", "[Oslo] fell", "Oslo <html>", "é", "\"Oslo\""] {
            assert!(!is_json(text), "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_read_whole() {
        assert!(matches!(read(io::repeat(b'a'), 1000), Err(Fault::TooLong { most: 1000 })));
        assert!(read(Cursor::new("ääää"), 4).is_ok());
        assert!(matches!(read(Cursor::new("aaaaa"), 4), Err(Fault::TooLong { most: 4 })));
    }
}
