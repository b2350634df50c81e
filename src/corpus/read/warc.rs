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
//! character set is that of the `Content-Type`, or the one that an HTML page names, or else UTF-8 or, if it isn't, Windows-1252.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use serde_json::{Map, Value};

use crate::corpus::bytes::{Bytes, Packing};
use crate::corpus::charset::{charset, declared, decoded};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::Fields;
use crate::corpus::html::page;
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::notes::Notes;
use crate::corpus::position::Position;

const EXPECTED_PAGE: &str = "a record with the fields \"id\", \"url\", \"date\", \"title\" and \"text\"";

/// Bytes of the headers of a record, at most.
const HEAD_BYTES: u64 = 1 << 20;

/// Bytes that are read at once where a record is looked for.
const LINE_BYTES: u64 = 1 << 16;

/// The documents of a web archive.
pub(super) struct Pages {
    name: Arc<str>,
    bytes: BufReader<Bytes>,
    fields: Fields,
    notes: Notes,
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
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, notes: Notes) -> Self {
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        Self { name, bytes, fields, notes, record: 0, lost: false, ended: false }
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
            // What a crawler says of itself: wget's arguments and its log.
            Some("resource") if head.get("warc-target-uri").map(bare).is_some_and(is_of_crawler) => Ok(None),
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
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let page = self.next_page()?;
        let position = Position { source: self.name.clone(), line: Some(self.record) };
        let page = match page {
            Ok(page) => page,
            Err(fault) => return Some(Err(fault.at(position))),
        };
        let (object, read) = self.object(&page);
        Some(match read {
            Ok(()) => self.fields.record(position, Ok(object), EXPECTED_PAGE, &self.notes),
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
            Media::Text => (None, decoded(&body, named)?),
            Media::Html => {
                let named = named.or_else(|| declared(&body));
                let page = page(&decoded(&body, named)?);
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

/// Whether an address is none of the web, but names what a crawler keeps beside the pages.
fn is_of_crawler(address: &str) -> bool {
    ["metadata:", "urn:", "dns:", "warcinfo:"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
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
    let plain: Box<dyn Read + '_> = match (packing, Packing::of(bytes)) {
        ("" | "identity" | "none", _) => return Ok(body),
        ("gzip" | "x-gzip", Some(Packing::Gzip)) => Box::new(GzDecoder::new(bytes)),
        ("zstd", Some(Packing::Zstd)) => Box::new(zstd::Decoder::with_buffer(bytes).map_err(damaged)?),
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
mod tests;
