//! Objects in all the ways in which they stand.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::*;
use crate::document::Document;

fn records(content: impl AsRef<[u8]>, max_chars: usize) -> Documents {
    let fields = Fields { max_chars, ..Fields::default() };
    Documents::new("a.jsonl".into(), Box::new(Cursor::new(content.as_ref().to_vec())), fields, Notes::default())
}

fn lines(content: impl AsRef<[u8]>) -> Vec<Result<Document, ReadError>> {
    let mut records = records(content, 1000);
    std::iter::from_fn(|| records.next_record()).map(|read| read.map(|record| record.input.into_document())).collect()
}

#[test]
fn lines_become_documents() {
    let found = lines("\u{feff}{\"id\": 7, \"text\": \"a\", \"date\": \"2018\"}\r\n\n{\"text\": \"\", \"more\": []}");
    assert_eq!(found.len(), 2);
    let first = found[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.text.as_str(), first.date.as_deref()), ("7", "a", Some("2018")));
    assert_eq!(found[1].as_ref().unwrap().id, "a.jsonl:3");
}

#[test]
fn broken_lines_are_named_and_passed_over() {
    let found = lines("{\"text\": \"a\"}\n{\"text\": \n[1]\n{\"id\": \"x\"}\n{\"text\": 3}\n{\"text\": \"b\"}\n");
    let errors: Vec<String> = found.iter().filter_map(|r| r.as_ref().err().map(|error| error.to_string())).collect();
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
        // The first line tells that objects stand on lines.
        let parts = [vec![b"{\"text\": \"first\"}".to_vec()], parts].concat();
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

/// The ids of what is read, and errors.
fn told(content: impl AsRef<[u8]>) -> Vec<String> {
    let told = |read: Result<Document, ReadError>| read.map_or_else(|error| error.to_string(), |document| document.id);
    lines(content).into_iter().map(told).collect()
}

/// One byte at a time, as a pipe may give them.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

#[test]
fn objects_are_read_however_they_stand() {
    let (one, two) =
        (r#"{"id": "1", "text": "a ] } [ { \" \\"}"#, r#"{"id": "2", "text": "b", "list": [{"text": "c"}]}"#);
    let pretty = |object: &str| serde_json::to_string_pretty(&serde_json::from_str::<Value>(object).unwrap()).unwrap();
    for content in [
        format!("{one}\n{two}\n"),
        format!("\n\n{one}\r\n\r\n{two}"),
        format!("[{one}, {two}]"),
        format!("[\n  {},\n  {}\n]\n", pretty(one), pretty(two)),
        format!("{}\n{}\n", pretty(one), pretty(two)),
        format!("{}{}", pretty(one), pretty(two)),
        format!("{one}{two}"),
        format!("{{\"version\":1,\"documents\": [\n{one},\n{two}\n]}}\n"),
        format!("{{\"status\": \"ok\", \"totalResults\": 2, \"articles\": [{one}, {two}], \"next\": [1]}}"),
        format!("{{\n  \"meta\": {{\"a\": [1]}},\n  \"data\": [\n{one},{two}]}}"),
        format!("\u{feff}[{one}\n,{two}]"),
        format!("\x1e{one}\n\x1e{two}\n").replacen('\x1e', "", 1),
    ] {
        assert_eq!(told(&content), ["1", "2"], "{content}");
        let fields = Fields::default();
        let mut slow =
            Documents::new("a".into(), Box::new(Slow(Cursor::new(content.clone().into()))), fields, Notes::default());
        let ids: Vec<String> =
            std::iter::from_fn(|| slow.next_record()).map(|read| read.unwrap().input.id().to_owned()).collect();
        assert_eq!(ids, ["1", "2"], "{content}");
    }
    // Lists of a document are its own, wherever its text stands.
    let priced = "{\"items\": [{\"price\": 3}], \"id\": \"1\", \"text\": \"a\"}\n{\"items\": [{\"price\": 3}], \"id\": \"2\", \"text\": \"b\"}\n";
    assert_eq!(told(priced), ["1", "2"]);
    // Files one behind the other.
    assert_eq!(told(format!("[{one}]\n[{two}]\n")), ["1", "2"]);
    assert_eq!(told(r#"{"id": "x", "text": "t", "items": [{"text": "u"}]}"#), ["x"]);
    assert!(told("[]").is_empty() && told("").is_empty() && told("[\n]\n\n").is_empty());
}

#[test]
fn broken_arrays_and_objects_are_told() {
    let found = told(r#"[{"id": "1", "text": "a"}, 7, {"id": "2"}, {"id": "3", "text": "#);
    assert_eq!(found[0], "1");
    assert!(found[1].starts_with("a.jsonl:2: is not a JSON object"), "{found:?}");
    assert!(found[2].starts_with("a.jsonl:3: has no \"text\""), "{found:?}");
    assert!(
        found[3].starts_with("a.jsonl:4: ends in the middle of an object; expected a whole JSON file"),
        "{found:?}"
    );
    let found = told(r#"[{"id": "1", "text": "a"}"#);
    assert!(found[1].contains("ends before its array does"), "{found:?}");
    // A first line that is broken is one error, and not the rest of the file.
    let found =
        told("{\"id\": \"1\", \"text\": \n{\"id\": \"2\", \"text\": \"b\"}\n{\"id\": \"3\", \"text\": \"c\"}\n");
    assert!(found[0].starts_with("a.jsonl:1: is not JSON"), "{found:?}");
    assert_eq!(found[1..], ["2", "3"]);
    let found = told("{\"id\": \"1\", \"text\": \"a\n{\"id\": \"2\", \"text\": \"b\"}\n");
    assert_eq!((found.len(), found[1].as_str()), (2, "2"));
}

#[test]
fn an_element_without_end_takes_no_memory_without_end() {
    let long = format!("[{{\"text\": \"{}\"}}, {{\"text\": \"b\"}}]", "x".repeat(40 << 20));
    let mut records = records(long, 10);
    let error = records.next_record().unwrap().unwrap_err();
    assert!(error.to_string().starts_with("a.jsonl:1: has more than 10 characters"), "{error}");
    assert!(records.objects.content.capacity() <= 20 << 20);
    assert_eq!(records.next_record().unwrap().unwrap().input.id(), "a.jsonl:2");
}

#[test]
fn fields_are_known_by_the_names_of_others() {
    let notes = Notes::default();
    let read = |json: &str| {
        let bytes = Box::new(Cursor::new(json.as_bytes().to_vec()));
        let mut records = Documents::new("a".into(), bytes, Fields::default(), notes.clone());
        records.next_record().unwrap().unwrap().input
    };
    let document = read(
        r#"{"title": ["T"], "maintext": "a", "text": null, "date_publish": "2024-03-05 13:00:00", "source_domain": "www.post.example"}"#,
    )
    .into_document();
    assert_eq!((document.text.as_str(), document.title.as_deref()), ("a", Some("T")));
    assert_eq!(
        (document.date.as_deref(), document.source.as_deref()),
        (Some("2024-03-05T13:00:00"), Some("post.example"))
    );
    let document = read(r#"{"source": "https://www.post.example/a", "text": ["p", "q"], "created_utc": 1709643600}"#)
        .into_document();
    assert_eq!(
        (document.source.as_deref(), document.url.as_deref()),
        (Some("post.example"), Some("https://www.post.example/a"))
    );
    assert_eq!((document.text.as_str(), document.date.as_deref()), ("p\n\nq", Some("2024-03-05T13:00:00Z")));
    let document =
        read(r#"{"content": {"rendered": "<p>a<p>b"}, "source": {"x": 1}, "date": "tomorrow"}"#).into_document();
    assert_eq!((document.text.as_str(), document.source, document.date.as_deref()), ("a\n\nb", None, Some("tomorrow")));
    assert!(matches!(read(r#"{"id": 1, "text": null}"#), crate::corpus::input::Input::Nothing { id } if id == "1"));
    let told = notes.told();
    assert!(told.iter().any(|note| note == "the date is taken from \"date_publish\""), "{told:?}");
    assert!(
        told.iter().any(|note| note.starts_with("\"source\" is left out where it is an object (in a:1)")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|note| note.contains("cannot be read, and is kept as it stands: \"tomorrow\"")),
        "{told:?}"
    );
}
