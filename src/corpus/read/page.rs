//! A file that is one web page.

use std::io::Read as _;
use std::sync::Arc;

use crate::corpus::bytes::Bytes;
use crate::corpus::charset::{declared, decoded};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::Fields;
use crate::corpus::html::page;
use crate::corpus::input::{Input, InputRecord, One, Records, of_length};
use crate::corpus::position::Position;
use crate::document::Document;

/// The one record of a page.
pub(super) fn record(name: Arc<str>, bytes: Bytes, fields: Fields) -> Box<dyn Records> {
    Box::new(One::new(move || {
        let position = Position { source: name, line: None };
        match document(&position, bytes, &fields) {
            Ok(document) => Ok(InputRecord { position, input: Input::Text(document) }),
            Err(fault) => Err(ReadError { id: Some(position.to_string()), position, fault }),
        }
    }))
}

fn document(position: &Position, bytes: Bytes, fields: &Fields) -> Result<Document, Fault> {
    let most = fields.max_bytes();
    let mut html = Vec::new();
    bytes.take(most.saturating_add(1)).read_to_end(&mut html)?;
    if html.len() as u64 > most {
        return Err(Fault::TooLong { most: fields.max_chars });
    }
    let page = page(&decoded(&html, declared(&html))?);
    let mut document = Document { title: page.title, ..Document::new(position.to_string(), page.text) };
    fields.partition(&mut document);
    of_length(document, fields.max_chars)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_page_is_a_document() {
        let html = b"<html><head><title>Convoy</title><body><p>M\xfcnchen<script>x</script>".to_vec();
        let mut records = record("a.html".into(), Box::new(Cursor::new(html)), Fields::default());
        let document = records.next_record().unwrap().unwrap().input.into_document();
        assert_eq!((document.id.as_str(), document.title.as_deref()), ("a.html", Some("Convoy")));
        assert_eq!(document.text, "München");
        assert!(records.next_record().is_none());
    }
}
