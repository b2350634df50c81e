use std::io::{Cursor, Write};

use flate2::Compression as Level;
use proptest::prelude::*;

use super::*;
use crate::document::Document;

/// A record with headers and a body, as an archive has it.
fn record(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("WARC/1.0\r\n{}Content-Length: {}\r\n\r\n", lines(head), body.len());
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

fn lines(head: &str) -> String {
    head.split('|').filter(|line| !line.is_empty()).map(|line| format!("{}\r\n", line.trim())).collect()
}

fn conversion(id: u32, text: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!(
        "WARC-Type: conversion|WARC-Target-URI: http://post.example/{id}|WARC-Date: 2024-05-01T10:00:00Z
         |WARC-Record-ID: <urn:uuid:{id}>|Content-Type: text/plain"
    );
    record(&head, text)
}

/// An HTTP answer with status, headers and body.
fn response(http: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let http = format!("HTTP/1.1 {}", lines(http));
    record(
        "WARC-Type: response|Content-Type: application/http; msgtype=response|WARC-Record-ID: <urn:uuid:r>",
        [http.as_bytes(), body.as_ref()].concat(),
    )
}

fn pages(content: impl AsRef<[u8]>, max_chars: usize) -> Pages {
    let fields = Fields { max_chars, ..Fields::default() };
    Pages::new("a.warc".into(), Box::new(Cursor::new(content.as_ref().to_vec())), fields, Notes::default())
}

fn rest(pages: &mut Pages) -> Vec<Result<Document, ReadError>> {
    std::iter::from_fn(|| pages.next_record()).map(|read| read.map(|record| record.input.into_document())).collect()
}

fn read(content: impl AsRef<[u8]>) -> Vec<Result<Document, ReadError>> {
    rest(&mut pages(content, 1000))
}

fn told(read: &Result<Document, ReadError>) -> String {
    read.as_ref().map_or_else(ToString::to_string, |document| document.text.clone())
}

fn texts(content: impl AsRef<[u8]>) -> Vec<String> {
    read(content).iter().map(told).collect()
}

#[test]
fn texts_of_conversions_are_documents() {
    let info = record("WARC-Type: warcinfo|Content-Type: application/warc-fields", "isPartOf: test\r\n");
    let found = read([info, conversion(7, "M&uuml;nchen\r\n\r\nWARC/1.0 is no name\r\n"), conversion(8, "")].concat());
    let first = found[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.text.as_str()), ("urn:uuid:7", "M&uuml;nchen\r\n\r\nWARC/1.0 is no name\r\n"));
    assert_eq!(first.url.as_deref(), Some("http://post.example/7"));
    assert_eq!((first.date.as_deref(), first.title.as_deref()), (Some("2024-05-01T10:00:00Z"), None));
    assert_eq!(found[1].as_ref().unwrap().text, "");
    assert_eq!(found.len(), 2);
}

#[test]
fn answers_with_text_are_documents() {
    let html = "<title>A bridge</title><nav>Menu</nav><p>The council of Ulm met.<p>It voted.";
    let content = [
        record("WARC-Type: request|Content-Type: application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n"),
        response("200 OK|Content-Type: text/html; charset=utf-8|", "\r\n".to_owned() + html),
        response("200 OK|Content-Type: image/png|", b"\r\n\x89PNG"),
        response("404 Not Found|Content-Type: text/html|", "\r\nNo"),
        response("301 Moved|Content-Type: text/html|Location: /a|", "\r\nThere"),
        response("203 OK|content-type:TEXT/Plain|", "\r\n<p>plain"),
        record("WARC-Type: resource|Content-Type: application/xhtml+xml|WARC-Target-URI: <file:///a>", "<p>own</p>"),
        record("WARC-Type: resource|Content-Type: text/css", "p {}"),
        record("WARC-Type: response|Content-Type: text/dns", "20240501\r\n"),
        record("WARC-Type: revisit|Content-Type: application/http", "HTTP/1.1 304 Not Modified\r\n\r\n"),
    ]
    .concat();
    let found: Vec<Document> = read(content).into_iter().map(Result::unwrap).collect();
    let texts: Vec<&str> = found.iter().map(|document| document.text.as_str()).collect();
    assert_eq!(texts, ["The council of Ulm met.\n\nIt voted.", "<p>plain", "own"]);
    assert_eq!((found[0].title.as_deref(), found[0].id.as_str()), (Some("A bridge"), "urn:uuid:r"));
    assert_eq!((found[2].url.as_deref(), found[2].id.as_str()), (Some("file:///a"), "a.warc:7"));
}

#[test]
fn bodies_are_unpacked() {
    let text = "Ulm voted. ".repeat(20);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), Level::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Level::fast());
    zlib.write_all(text.as_bytes()).unwrap();
    let zlib = zlib.finish().unwrap();
    let raw = &zlib[2..zlib.len() - 4];
    let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
    let chunked = |body: &[u8]| {
        let (a, b) = body.split_at(9);
        let chunk = |part: &[u8]| [format!("{:x};x=y\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
        [chunk(a), chunk(b), b"0\r\n\r\n".to_vec()].concat()
    };
    for (http, body) in [
        ("", text.clone().into_bytes()),
        ("Content-Encoding: gzip", gzip.clone()),
        ("Content-Encoding: deflate", zlib.clone()),
        ("Content-Encoding: deflate", raw.to_vec()),
        ("Content-Encoding: zstd", zstd),
        ("Content-Encoding: br", brotli(&text)),
        ("Content-Encoding: deflate, gzip", {
            let mut twice = flate2::write::GzEncoder::new(Vec::new(), Level::fast());
            twice.write_all(&zlib).unwrap();
            twice.finish().unwrap()
        }),
        ("Transfer-Encoding: chunked", chunked(text.as_bytes())),
        ("Transfer-Encoding: chunked|Content-Encoding: gzip", chunked(&gzip)),
        // The headers of an archive that has unpacked what it keeps.
        ("Transfer-Encoding: chunked|Content-Encoding: gzip", text.clone().into_bytes()),
        ("Content-Encoding: br", text.clone().into_bytes()),
        ("Content-Encoding: utf-8", text.clone().into_bytes()),
    ] {
        let body = [b"\r\n", &body[..]].concat();
        let content = response(&format!("200 OK|Content-Type: text/plain|{http}"), body);
        assert_eq!(texts(content), [text.as_str()], "{http}");
    }
    for (http, body, why) in [
        ("Content-Encoding: gzip", &gzip[..gzip.len() / 2], "is packed as gzip but damaged"),
        ("Content-Encoding: lzw", &gzip[..], "is not packed as its headers say, which is lzw"),
        ("Transfer-Encoding: chunked", b"5\r\nUlm", "ends in the middle of a chunk"),
        ("Transfer-Encoding: chunked", b"1\r\nU\r\nlm", "has a chunk without a size"),
    ] {
        let body = [b"\r\n", body].concat();
        let content = response(&format!("200 OK|Content-Type: text/plain|{http}"), body);
        let found = texts([content, conversion(1, "on")].concat());
        assert!(found[0].starts_with(&format!("a.warc:1: {why}")) && found[0].contains("; expected"), "{found:?}");
        assert_eq!(found[1], "on");
    }
}

#[test]
fn character_sets_are_those_that_are_named() {
    for (kind, body) in [
        ("text/html; charset=\"iso-8859-1\"", &b"K\xf6ln"[..]),
        ("text/html;Charset=windows-1252", b"<meta charset=utf-8>K\xf6ln"),
        ("text/html", b"<META content='text/html; charset=latin1' http-equiv=Content-Type>K\xf6ln"),
        ("text/html", b"<meta name=a><meta charset = 'ISO-8859-1'>K\xf6ln"),
        ("application/xhtml+xml", b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><p>K\xf6ln"),
        ("text/html; charset=unheard-of", b"<meta charset=utf-16>K\xc3\xb6ln"),
        ("text/plain; charset=utf-16be", b"\0K\0\xf6\0l\0n"),
        ("text/plain", b"\xff\xfeK\0\xf6\0l\0n\0"),
        ("text/html", "Köln".as_bytes()),
        // What says nothing and is no UTF-8 is read as browsers do.
        ("text/html", b"K\xf6ln"),
        ("text/plain", b"K\xf6ln"),
    ] {
        let content = record(&format!("WARC-Type: resource|Content-Type: {kind}"), body);
        assert_eq!(texts(content), ["Köln"], "{kind} {body:?}");
    }
    let found = texts(record("WARC-Type: resource|Content-Type: text/html; charset=hz-gb-2312", b"K\xf6ln"));
    assert!(found[0].starts_with("a.warc:1: is in a character set that browsers refuse too; expected"), "{found:?}");
}

#[test]
fn what_a_crawler_says_of_itself_is_no_document() {
    let log = record(
        "WARC-Type: resource|WARC-Target-URI: <metadata://gnu.org/software/wget/warc/wget.log>|Content-Type: text/plain",
        b"log",
    );
    let found = read([log, conversion(2, "b")].concat());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].as_ref().unwrap().text, "b");
}

#[test]
fn damage_is_told_and_the_next_record_looked_for() {
    let good = conversion(1, "a");
    let without_length = b"WARC/1.0\r\nWARC-Type: conversion\r\n\r\nx\r\n\r\n".to_vec();
    let mut short = conversion(2, "bcdef");
    let at = short.windows(9).position(|part| part == b"Length: 5").unwrap();
    short[at + 8] = b'1';
    let endless = [&b"WARC/1.0\r\n"[..], &b"a: b\r\n".repeat(200_000)].concat();
    for (broken, expected) in [
        (b"What is this?\r\nAnd this?\r\n".to_vec(), &["does not begin with WARC/"][..]),
        (without_length, &["has no Content-Length"]),
        (short, &["b", "does not begin with WARC/"]),
        (record("Content-Type: text/plain", "a"), &["has no WARC-Type"]),
        (endless, &["has headers without end"]),
        (response("", "\r\n"), &["has no whole headers of HTTP"]),
        (response("200 OK|Content-Type: text/html", ""), &["has no whole headers of HTTP"]),
    ] {
        let found = texts([&good[..], &broken, &good].concat());
        assert_eq!(found.len(), expected.len() + 2, "{found:?}");
        for (found, expected) in found[1..].iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
        assert_eq!(found.last().unwrap(), "a");
    }
    assert!(texts("").is_empty());
}

#[test]
fn an_archive_that_is_cut_off_is_told() {
    let content = [conversion(1, "a"), conversion(2, "bcd")].concat();
    let head = conversion(1, "a").len();
    for (length, why) in [
        (content.len() - 5, "a.warc:2: ends in the middle of its record; expected a WARC file"),
        (head + 30, "a.warc:2: ends in the middle of its headers; expected a WARC file"),
    ] {
        let found = texts(&content[..length]);
        assert!(found.len() == 2 && found[1].starts_with(why), "{found:?}");
    }
    // So is one whose last record is no document.
    let other = record("WARC-Type: warcinfo", "abc");
    assert_eq!(texts(&other[..other.len() - 5]).len(), 1);
    assert_eq!(texts(&content[..content.len() - 4]), ["a", "bcd"]);
}

#[test]
fn what_is_too_long_is_not_kept() {
    let long = conversion(1, "x".repeat(40 << 20));
    let packed = {
        let mut gzip = flate2::write::GzEncoder::new(b"\r\n".to_vec(), Level::fast());
        gzip.write_all(&vec![b' '; 40 << 20]).unwrap();
        response("200 OK|Content-Type: text/html|Content-Encoding: gzip", gzip.finish().unwrap())
    };
    let found = rest(&mut pages([long, packed, conversion(2, "b")].concat(), 10));
    for error in &found[..2] {
        assert!(matches!(error.as_ref().unwrap_err().fault, Fault::TooLong { most: 10 }), "{error:?}");
    }
    assert_eq!(found[2].as_ref().unwrap().text, "b");
    let huge = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 18446744073709551615\r\n\r\na";
    assert!(texts(huge)[0].contains("ends in the middle of its record"));
}

/// A text in Brotli: one block that is not packed, of a length in 16 bits, and the end.
fn brotli(text: &str) -> Vec<u8> {
    let head = ((text.len() as u32 - 1) << 4 | 1 << 20).to_le_bytes();
    [&head[..3], text.as_bytes(), &[3]].concat()
}

/// An archive of everything.
fn archive() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(b"\r\n".to_vec(), Level::fast());
    gzip.write_all(b"<p>packed").unwrap();
    [
        record("WARC-Type: warcinfo", "a: b\r\n"),
        conversion(1, "one"),
        response("200 OK|Content-Type: text/html|Transfer-Encoding: chunked", "\r\n5\r\n<p>ab\r\n1\r\nc\r\n0\r\n\r\n"),
        response("200 OK|Content-Type: text/html|Content-Encoding: gzip", gzip.finish().unwrap()),
        record("WARC-Type: resource|Content-Type: text/html", "<meta charset=latin1>K\u{f6}ln"),
        response("200 OK|Content-Type: text/plain|Content-Encoding: br", [b"\r\n", &brotli("hello")[..]].concat()),
        conversion(2, "two"),
    ]
    .concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damaged_archives_are_records_or_errors(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..12_usize), 0..5),
    ) {
        let mut content = archive();
        for (place, byte, removed) in changes {
            let place = place.index(content.len());
            let end = (place + removed).min(content.len());
            content.splice(place..end, [byte]);
            content.push(b'\n');
        }
        skipping_is_reading(&content)?;
    }

    #[test]
    fn any_bytes_are_records_or_errors(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        skipping_is_reading(&content)?;
        let head = &b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n"[..];
        skipping_is_reading(&[head, &content].concat())?;
        for packing in ["gzip", "br", "zstd", "deflate"] {
            let http = format!("200 OK|Content-Type: text/html|Content-Encoding: {packing}");
            skipping_is_reading(&response(&http, [b"\r\n", &content[..]].concat()))?;
        }
    }
}

/// What is passed over is as much as what is read.
fn skipping_is_reading(content: &[u8]) -> Result<(), TestCaseError> {
    let found = read(content);
    for skipped in [found.len() / 2, found.len()] {
        let mut pages = pages(content, 1000);
        (0..skipped).for_each(|_| assert!(pages.skip_record()));
        prop_assert_eq!(format!("{:?}", rest(&mut pages)), format!("{:?}", &found[skipped..]));
        prop_assert!(!pages.skip_record());
    }
    Ok(())
}
