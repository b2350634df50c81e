//! Objects in all the ways in which they stand.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::document::Document;

fn records(content: impl AsRef<[u8]>, max_chars: usize) -> Documents {
    let fields = Fields { max_chars, ..Fields::default() };
    Documents::new("a.jsonl".into(), Box::new(Cursor::new(content.as_ref().to_vec())), fields, Notes::default())
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
    assert!(records.objects.content.capacity() <= 2 << 20);
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
