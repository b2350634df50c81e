//! Web archives (WARC, WET): a document a record that has text.
//!
//! These are documents:
//!
//! - `conversion` records, as WET files have them: their text, which is UTF-8;
//! - `resource` records, and `response` records of an HTTP answer that gave what was asked for (2xx), if they are plain
//!   text or HTML. HTTP headers are cut off, chunks joined and packed bodies unpacked; of HTML, the text that is seen is
//!   taken.
//!
//! Everything else is passed over and is no record of the corpus: `warcinfo`, `request`, `metadata`, `revisit` and
//! `continuation` records, answers that failed or sent elsewhere, images, styles, scripts and other media. Positions count
//! all records of the archive nevertheless, so that one can be found in it by other means.
//!
//! A document has the fields `id` (the record's, without angle brackets), `url`, `date`, `title` (of HTML) and `text`. The
//! character set is that of the `Content-Type`, or the one that an HTML page names, or else UTF-8.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use encoding_rs::Encoding;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use serde_json::{Map, Value};

use super::html::page;
use super::{Fields, Input, Position, Records};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::source::{Bytes, Compression};

const EXPECTED_PAGE: &str = "a record with the fields \"id\", \"url\", \"date\", \"title\" and \"text\"";

/// Bytes of the headers of a record, at most.
const HEAD_BYTES: u64 = 1 << 20;

/// Bytes that are read at once where a record is looked for.
const LINE_BYTES: u64 = 1 << 16;

/// Bytes of a page in which it says its character set, as browsers look for it, and some more.
const DECLARED_BYTES: usize = 4096;

/// The documents of a web archive.
pub(super) struct Pages {
    name: Arc<str>,
    bytes: BufReader<Bytes>,
    fields: Fields,
    /// The record that was begun last, counted from 1.
    record: u64,
    /// The archive is damaged here, which was told: the next record is looked for.
    lost: bool,
    ended: bool,
}

/// A record that is a document. Its body is still to be read.
struct Record {
    head: Head,
    /// The headers of the HTTP answer in it.
    http: Option<Head>,
    media: Media,
    /// Bytes of its body that are left.
    left: u64,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Media {
    Text,
    Html,
}

impl Pages {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields) -> Self {
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        Self { name, bytes, fields, record: 0, lost: false, ended: false }
    }

    /// Goes to the next record that is a document. Behind an error that cannot be passed, there is none.
    fn next_page(&mut self) -> Option<Result<Record, Fault>> {
        loop {
            let page = match self.next_head() {
                Ok(Some((head, length))) => self.begin(head, length),
                Ok(None) => {
                    self.ended = true;
                    return None;
                }
                Err(fault) => Err(fault),
            };
            match page {
                Ok(None) => {}
                Ok(Some(page)) => return Some(Ok(page)),
                Err(fault) => return Some(Err(self.failed(fault))),
            }
        }
    }

    /// What is left of a source in which something went wrong.
    fn failed(&mut self, fault: Fault) -> Fault {
        self.ended |= matches!(fault, Fault::Io(_) | Fault::Missing);
        fault
    }

    /// The headers of the next record and the length of its body.
    fn next_head(&mut self) -> Result<Option<(Head, u64)>, Fault> {
        let mut line = Vec::new();
        while !self.ended {
            line.clear();
            if (&mut self.bytes).take(LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if is_version(&line) {
                self.record += 1;
                self.lost = false;
                return self.head().map(Some);
            }
            if !self.lost && !line.trim_ascii().is_empty() {
                self.record += 1;
                self.lost = true;
                return Err(damaged("does not begin with WARC/ and a version"));
            }
        }
        Ok(None)
    }

    fn head(&mut self) -> Result<(Head, u64), Fault> {
        let mut room = (&mut self.bytes).take(HEAD_BYTES);
        let (head, whole) = Head::read(&mut room)?;
        if !whole && room.limit() > 0 {
            self.ended = true;
            return Err(damaged("ends in the middle of its headers"));
        }
        let length = head.get("content-length").and_then(|length| length.parse().ok());
        match length {
            Some(length) if whole => Ok((head, length)),
            _ => {
                // Where it ends is not known.
                self.lost = true;
                Err(damaged(if whole { "has no Content-Length" } else { "has headers without end" }))
            }
        }
    }

    /// A record, if it is a document: only then is its body left to be read.
    fn begin(&mut self, head: Head, length: u64) -> Result<Option<Record>, Fault> {
        let mut left = length;
        let found = self.look(&head, &mut left);
        match found {
            Ok(Some((http, media))) => Ok(Some(Record { head, http, media, left })),
            Ok(None) => self.skip(left).map(|()| None),
            Err(fault @ (Fault::Io(_) | Fault::Missing)) => Err(fault),
            Err(fault) => {
                self.skip(left)?;
                Err(fault)
            }
        }
    }

    /// Whether a record is a document, and what it is. Of an HTTP answer, the headers are read from its body.
    fn look(&mut self, head: &Head, left: &mut u64) -> Result<Option<(Option<Head>, Media)>, Fault> {
        let given = head.get("content-type");
        match head.get("warc-type").map(str::to_ascii_lowercase).as_deref() {
            Some("conversion") => Ok(given.map_or(Some(Media::Text), media).map(|media| (None, media))),
            Some("resource") => Ok(given.and_then(media).map(|media| (None, media))),
            Some("response") if given.is_none_or(|given| is(given, "application/http")) => {
                let mut body = (&mut self.bytes).take((*left).min(HEAD_BYTES));
                let before = body.limit();
                let (http, whole) = Head::read_answer(&mut body)?;
                *left -= before - body.limit();
                let Some((http, status)) = http.filter(|_| whole) else {
                    return Err(broken("has no whole headers of HTTP"));
                };
                let known = http.get("content-type").or(head.get("warc-identified-payload-type"));
                let media = known.and_then(media).filter(|_| (200..300).contains(&status));
                Ok(media.map(|media| (Some(http), media)))
            }
            Some(_) => Ok(None),
            None => Err(broken("has no WARC-Type")),
        }
    }

    /// Passes over the rest of a body.
    fn skip(&mut self, left: u64) -> Result<(), Fault> {
        let passed = io::copy(&mut (&mut self.bytes).take(left), &mut io::sink())?;
        self.whole(passed == left)
    }

    fn whole(&mut self, whole: bool) -> Result<(), Fault> {
        if whole {
            return Ok(());
        }
        self.ended = true;
        Err(damaged("ends in the middle of its record"))
    }

    fn body(&mut self, left: u64) -> Result<Vec<u8>, Fault> {
        if left > self.fields.max_bytes() {
            self.skip(left)?;
            return Err(Fault::TooLong { most: self.fields.max_chars });
        }
        let mut body = Vec::new();
        (&mut self.bytes).take(left).read_to_end(&mut body)?;
        self.whole(body.len() as u64 == left)?;
        Ok(body)
    }

    fn object(&mut self, page: &Record) -> (Map<String, Value>, Result<(), Fault>) {
        let mut object = Map::new();
        let mut put = |name: &str, value: Option<&str>| {
            object.insert(name.to_owned(), value.map_or(Value::Null, Value::from));
        };
        put("id", page.head.get("warc-record-id").map(bare));
        put("url", page.head.get("warc-target-uri").map(bare));
        put("date", page.head.get("warc-date"));
        let read = self.body(page.left).and_then(|body| page.read(body, &self.fields));
        let read = read.map_err(|fault| self.failed(fault)).map(|(title, text)| {
            object.insert("title".to_owned(), title.map_or(Value::Null, Value::String));
            object.insert("text".to_owned(), Value::String(text));
        });
        (object, read)
    }
}

impl Records for Pages {
    fn next_record(&mut self) -> Option<Result<Input, ReadError>> {
        let page = self.next_page()?;
        let position = Position { source: self.name.clone(), line: Some(self.record) };
        let page = match page {
            Ok(page) => page,
            Err(fault) => return Some(Err(fault.at(position))),
        };
        let (object, read) = self.object(&page);
        Some(match read {
            Ok(()) => self.fields.document(&position, object, EXPECTED_PAGE).map(|document| Input {
                position,
                document,
                mentions: Vec::new(),
            }),
            Err(fault) => {
                let id = object.get(&self.fields.id).and_then(Value::as_str).map(str::to_owned);
                Err(ReadError { position, id, fault })
            }
        })
    }

    fn skip_record(&mut self) -> bool {
        match self.next_page() {
            Some(Ok(page)) => {
                if let Err(fault) = self.skip(page.left) {
                    // It is a record all the same.
                    self.failed(fault);
                }
                true
            }
            Some(Err(_)) => true,
            None => false,
        }
    }
}

impl Record {
    /// The title and the text of a body.
    fn read(&self, body: Vec<u8>, fields: &Fields) -> Result<(Option<String>, String), Fault> {
        let body = match &self.http {
            Some(http) => unpacked(http, body, fields)?,
            None => body,
        };
        let head = self.http.as_ref().unwrap_or(&self.head);
        let named = head.get("content-type").and_then(charset);
        Ok(match self.media {
            Media::Text => (None, decoded(body, named)?),
            Media::Html => {
                let named = named.or_else(|| declared(&body));
                let page = page(&decoded(body, named)?);
                (page.title, page.text)
            }
        })
    }
}

fn damaged(why: &str) -> Fault {
    Fault::Damaged { why: why.to_owned(), kind: "WARC" }
}

/// Whether a line is the first of a record.
fn is_version(line: &[u8]) -> bool {
    let version = line.trim_ascii().strip_prefix(b"WARC/").unwrap_or_default();
    let mut numbers = version.split(|&byte| byte == b'.');
    let is_number = |number: Option<&[u8]>| number.is_some_and(|n| !n.is_empty() && n.iter().all(u8::is_ascii_digit));
    is_number(numbers.next()) && is_number(numbers.next()) && numbers.next().is_none()
}

/// Some writers put angle brackets around addresses too.
fn bare(given: &str) -> &str {
    given.strip_prefix('<').and_then(|given| given.strip_suffix('>')).unwrap_or(given)
}

/// Headers, of a record or of HTTP, by their names in lower case. Of one that is given twice, the first counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head(Vec<(String, String)>);

impl Head {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads headers as far as the blank line behind them; whether there is one. Lines that are none are passed over.
    fn read(bytes: &mut impl BufRead) -> io::Result<(Self, bool)> {
        let mut head = Self::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            bytes.read_until(b'\n', &mut line)?;
            if !line.ends_with(b"\n") {
                return Ok((head, false));
            }
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                return Ok((head, true));
            }
            match (text.starts_with([' ', '\t']), text.split_once(':')) {
                // A long header goes on in the next line.
                (true, _) => {
                    if let Some((_, value)) = head.0.last_mut() {
                        value.push(' ');
                        value.push_str(text.trim());
                    }
                }
                (false, Some((name, value))) => {
                    head.0.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                (false, None) => {}
            }
        }
    }

    /// The headers of an HTTP answer and its status.
    fn read_answer(bytes: &mut impl BufRead) -> io::Result<(Option<(Self, u16)>, bool)> {
        let mut line = Vec::new();
        bytes.read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line);
        let mut parts = line.split_ascii_whitespace();
        let is_http = parts.next().is_some_and(|version| version.starts_with("HTTP/"));
        match parts.next().and_then(|status| status.parse().ok()) {
            Some(status) if is_http => Self::read(bytes).map(|(head, whole)| (Some((head, status)), whole)),
            _ => Ok((None, false)),
        }
    }
}

/// Whether a `Content-Type` is of a media type.
fn is(given: &str, media: &str) -> bool {
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media)
}

/// What a body of a `Content-Type` is; `None` if it is neither plain text nor HTML.
fn media(given: &str) -> Option<Media> {
    if is(given, "text/plain") {
        Some(Media::Text)
    } else if is(given, "text/html") || is(given, "application/xhtml+xml") {
        Some(Media::Html)
    } else {
        None
    }
}

/// The character set of a `Content-Type`.
fn charset(given: &str) -> Option<&'static Encoding> {
    let parameters = given.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.next().and_then(|(_, label)| Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes()))
}

/// The character set that a page says it has.
fn declared(html: &[u8]) -> Option<&'static Encoding> {
    let beginning = html[..html.len().min(DECLARED_BYTES)].to_ascii_lowercase();
    let label = |after: &str, within: &[u8]| {
        let at = within.windows(after.len()).position(|part| part == after.as_bytes())?;
        let rest = within[at + after.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';/>?".contains(byte);
        let found = Encoding::for_label(&rest[..rest.iter().position(is_end).unwrap_or(rest.len())])?;
        // Its bytes were just read as ASCII, so it is not what it says.
        Some(if found == encoding_rs::UTF_16LE || found == encoding_rs::UTF_16BE { encoding_rs::UTF_8 } else { found })
    };
    let tag = |rest: &[u8]| rest.iter().position(|&byte| byte == b'>').unwrap_or(rest.len());
    if beginning.starts_with(b"<?xml")
        && let Some(found) = label("encoding", &beginning[..tag(&beginning)])
    {
        return Some(found);
    }
    let metas = (0..beginning.len()).filter(|&at| beginning[at..].starts_with(b"<meta"));
    metas.map(|at| &beginning[at..]).find_map(|rest| label("charset", &rest[..tag(rest)]))
}

/// A text in a character set. Where none is named, it must be UTF-8: a guess would spoil names without a word.
fn decoded(bytes: Vec<u8>, named: Option<&'static Encoding>) -> Result<String, Fault> {
    let marked = || Encoding::for_bom(&bytes).map(|(marked, _)| marked).filter(|&marked| marked != encoding_rs::UTF_8);
    match named.or_else(marked) {
        None => String::from_utf8(bytes).map_err(|error| Fault::NotUtf8 { byte: error.utf8_error().valid_up_to() }),
        Some(named) if named == encoding_rs::REPLACEMENT => {
            Err(broken("is in a character set that browsers refuse too"))
        }
        // One that is named wrongly for some characters is read as browsers do it.
        Some(named) => Ok(named.decode(&bytes).0.into_owned()),
    }
}

fn broken(why: &str) -> Fault {
    Fault::Page(why.to_owned())
}

/// The body of an HTTP answer as it was before it was sent.
fn unpacked(http: &Head, mut body: Vec<u8>, fields: &Fields) -> Result<Vec<u8>, Fault> {
    if http.get("transfer-encoding").is_some_and(|given| given.to_ascii_lowercase().contains("chunked")) {
        body = joined(body)?;
    }
    for packing in http.get("content-encoding").unwrap_or_default().rsplit(',') {
        body = unpack(&packing.trim().to_ascii_lowercase(), body, fields)?;
    }
    Ok(body)
}

/// A body whose chunks are joined. Many archives keep the header that tells of chunks but not the chunks.
fn joined(body: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = &body[..];
    loop {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let line = end.map(|end| rest[..end].split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii());
        let size = line.and_then(|line| usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok());
        let Some((end, size)) = end.zip(size) else {
            return if whole.is_empty() { Ok(body) } else { Err(broken("has a chunk without a size")) };
        };
        if size == 0 {
            return Ok(whole);
        }
        let chunk = rest[end + 1..].get(..size).ok_or_else(|| broken("ends in the middle of a chunk"))?;
        whole.extend_from_slice(chunk);
        rest = &rest[end + 1 + size..];
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// A body without one packing. Many archives keep the header of what they have unpacked.
fn unpack(packing: &str, body: Vec<u8>, fields: &Fields) -> Result<Vec<u8>, Fault> {
    let bytes = &body[..];
    let zlib = body.first().is_some_and(|first| first & 0xf == 8)
        && body.first_chunk::<2>().is_some_and(|&head| u16::from_be_bytes(head) % 31 == 0);
    let damaged = |error: io::Error| broken(&format!("is packed as {packing} but damaged ({error})"));
    let plain: Box<dyn Read + '_> = match (packing, Compression::of(bytes)) {
        ("" | "identity" | "none", _) => return Ok(body),
        ("gzip" | "x-gzip", Some(Compression::Gzip)) => Box::new(GzDecoder::new(bytes)),
        ("zstd", Some(Compression::Zstd)) => Box::new(zstd::Decoder::with_buffer(bytes).map_err(damaged)?),
        ("deflate", _) if zlib => Box::new(ZlibDecoder::new(bytes)),
        ("deflate", _) => Box::new(DeflateDecoder::new(bytes)),
        ("br", _) => Box::new(brotli_decompressor::Decompressor::new(bytes, 1 << 12)),
        _ if std::str::from_utf8(bytes).is_ok() => return Ok(body),
        _ => return Err(broken(&format!("is not packed as its headers say, which is {packing:.20}"))),
    };
    let mut whole = Vec::new();
    let read = plain.take(fields.max_bytes().saturating_add(1)).read_to_end(&mut whole);
    match read {
        Ok(length) if length as u64 > fields.max_bytes() => Err(Fault::TooLong { most: fields.max_chars }),
        Ok(_) => Ok(whole),
        Err(_) if std::str::from_utf8(bytes).is_ok() => Ok(body),
        Err(error) => Err(damaged(error)),
    }
}

#[cfg(test)]
mod tests {
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
        Pages::new("a.warc".into(), Box::new(Cursor::new(content.as_ref().to_vec())), fields)
    }

    fn rest(pages: &mut Pages) -> Vec<Result<Document, ReadError>> {
        std::iter::from_fn(|| pages.next_record()).map(|read| read.map(|input| input.document)).collect()
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
        let found =
            read([info, conversion(7, "M&uuml;nchen\r\n\r\nWARC/1.0 is no name\r\n"), conversion(8, "")].concat());
        let first = found[0].as_ref().unwrap();
        assert_eq!(
            (first.id.as_str(), first.text.as_str()),
            ("urn:uuid:7", "M&uuml;nchen\r\n\r\nWARC/1.0 is no name\r\n")
        );
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
            record(
                "WARC-Type: resource|Content-Type: application/xhtml+xml|WARC-Target-URI: <file:///a>",
                "<p>own</p>",
            ),
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
        ] {
            let content = record(&format!("WARC-Type: resource|Content-Type: {kind}"), body);
            assert_eq!(texts(content), ["Köln"], "{kind} {body:?}");
        }
        for (kind, why) in [
            ("text/html", "byte 1 is not UTF-8; expected"),
            ("text/html; charset=hz-gb-2312", "is in a character set that browsers refuse too; expected"),
        ] {
            let found = texts(record(&format!("WARC-Type: resource|Content-Type: {kind}"), b"K\xf6ln"));
            assert!(found[0].starts_with(&format!("a.warc:1: {why}")), "{found:?}");
        }
    }

    #[test]
    fn a_text_that_is_not_utf8_is_told_with_its_id() {
        let found = read([conversion(1, b"M\xfcnchen"), conversion(2, "b")].concat());
        let error = found[0].as_ref().unwrap_err();
        assert!(matches!(error.fault, Fault::NotUtf8 { byte: 1 }), "{error}");
        assert_eq!(error.id.as_deref(), Some("urn:uuid:1"));
        assert_eq!(found[1].as_ref().unwrap().text, "b");
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
            response(
                "200 OK|Content-Type: text/html|Transfer-Encoding: chunked",
                "\r\n5\r\n<p>ab\r\n1\r\nc\r\n0\r\n\r\n",
            ),
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
}
