//! JSON objects as they are written: one a line (JSONL), in an array, in an array within an object as our own `.json` and the
//! answers of news interfaces are, or one after the other over several lines.
//!
//! Objects are read one at a time, whatever the size of what holds them. What is no JSON but is written as such all the same is
//! mended: see `mended.rs`.

mod mended;
mod scan;

use std::io::{self, BufRead, BufReader, Read as _};
use std::sync::Arc;

use serde_json::{Map, Value};

use self::scan::{End, Scan};
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_OBJECT, Fields};
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::notes::{Note, Notes};
use crate::corpus::position::Position;

/// The documents of a stream of objects.
pub(super) struct Documents {
    objects: Objects,
    fields: Fields,
}

impl Documents {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: Fields, notes: Notes) -> Self {
        Self { objects: Objects::new(name, bytes, &fields, notes), fields }
    }
}

impl Records for Documents {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let object = self.objects.next_object()?;
        let notes = &self.objects.notes;
        Some(object.and_then(|(position, object)| self.fields.record(position, Ok(object), EXPECTED_OBJECT, notes)))
    }

    fn skip_record(&mut self) -> bool {
        self.objects.skip()
    }
}

/// How the objects of a stream stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Not known before the first is read.
    Unknown,
    /// One a line. A line that is broken is one error.
    Lines,
    /// As elements of an array. `within`: it is the value of an object's key.
    Array { within: bool },
    /// One behind the other, over lines.
    Sequence,
}

/// The objects of a stream, each as its text. Blank lines are passed over.
pub(super) struct Objects {
    name: Arc<str>,
    bytes: BufReader<Bytes>,
    notes: Notes,
    layout: Layout,
    /// The object that was read last, as far as it is kept.
    content: Vec<u8>,
    max_bytes: u64,
    max_chars: usize,
    /// The line that was read last, or the number of the element.
    number: u64,
    ended: bool,
}

/// An object and where it stands.
type Object = (Position, Map<String, Value>);

/// What an object's text turned out to be.
enum Text {
    /// It is in `content`.
    Whole,
    /// It was longer than is kept.
    TooLong,
}

const CUT_OFF: &str = "ends in the middle of an object";

impl Objects {
    pub fn new(name: Arc<str>, bytes: Bytes, fields: &Fields, notes: Notes) -> Self {
        Self {
            name,
            bytes: BufReader::with_capacity(1 << 16, bytes),
            notes,
            layout: Layout::Unknown,
            content: Vec::new(),
            max_bytes: fields.max_bytes(),
            max_chars: fields.max_chars,
            number: 0,
            ended: false,
        }
    }

    /// The next object.
    pub fn next_object(&mut self) -> Option<Result<Object, ReadError>> {
        Some(self.next_text(object)?.and_then(|(position, object)| match object {
            Ok(object) => Ok((position, object)),
            Err(fault) => Err(fault.at(position)),
        }))
    }

    /// What is made of the text of the next object.
    pub fn next_text<T>(&mut self, make: impl FnOnce(&str) -> T) -> Option<Result<(Position, T), ReadError>> {
        let text = self.next()?;
        let position = Position { source: self.name.clone(), line: Some(self.number) };
        let made = match text {
            Ok(Text::Whole) => text_of(&self.content).map(|text| {
                let (text, found) = mended::mended(text);
                found.into_iter().for_each(|note| self.notes.add(Note::Json(note), &position));
                make(&text)
            }),
            Ok(Text::TooLong) => Err(Fault::TooLong { most: self.max_chars }),
            Err(fault) => Err(fault),
        };
        // A long object leaves a long buffer, which is not kept for the rest of the run.
        self.content.clear();
        self.content.shrink_to(1 << 20);
        Some(match made {
            Ok(made) => Ok((position, made)),
            Err(fault) => Err(fault.at(position)),
        })
    }

    /// Passes over the next object.
    pub fn skip(&mut self) -> bool {
        self.next().is_some()
    }

    fn next(&mut self) -> Option<Result<Text, Fault>> {
        if self.ended {
            return None;
        }
        let next = match self.layout {
            Layout::Unknown => self.first(),
            Layout::Lines => self.line(),
            Layout::Array { within } => self.element(within),
            Layout::Sequence => self.in_sequence(),
        };
        match next {
            Ok(Some(text)) => Some(Ok(text)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(fault) => {
                // What cannot be read once is not tried again.
                self.ended |= matches!(fault, Fault::Io(_) | Fault::Damaged { .. });
                Some(Err(fault))
            }
        }
    }

    /// The first object, which tells how they stand.
    fn first(&mut self) -> Result<Option<Text>, Fault> {
        self.layout = Layout::Lines;
        match self.peek_past_mark()? {
            Some(b'[') => {
                self.bytes.consume(1);
                self.layout = Layout::Array { within: false };
                self.element(false)
            }
            Some(b'{') => self.first_object(),
            // Lines that are no objects, or nothing.
            _ => self.line(),
        }
    }

    /// An object with which a stream begins: a line, one over several lines, or one that holds all others.
    fn first_object(&mut self) -> Result<Option<Text>, Fault> {
        self.content.clear();
        self.number += 1;
        let mut scan = Scan::with_keys();
        let text = self.scanned(&mut scan, true)?;
        match scan.end() {
            Some(End::Whole) => {
                // What stands behind it on its line tells whether it is a line.
                let rest = self.rest_of_line()?;
                if let Some(list) = scan.held().filter(|_| rest.is_empty())
                    && matches!(text, Text::Whole)
                    && self.peek()?.is_none()
                {
                    // It is all that there is.
                    let held = self.content.split_off(list);
                    self.unread(held);
                    self.layout = Layout::Array { within: true };
                    self.number = 0;
                    return self.element(true);
                }
                match rest.first() {
                    None => self.layout = Layout::Lines,
                    Some(b'{') => {
                        self.layout = Layout::Sequence;
                        self.unread(rest);
                    }
                    // A line that is no JSON.
                    Some(_) => self.content.extend_from_slice(&rest),
                }
                Ok(Some(text))
            }
            Some(End::Holds) => {
                self.layout = Layout::Array { within: true };
                self.number = 0;
                self.element(true)
            }
            Some(End::Line) => match self.peek()?.filter(|_| !scan.may_hold()) {
                // The list of an object that holds all others begins on its first line, as in our own form.
                None if scan.may_hold() => self.first_over_lines(scan),
                // The next line begins another one, so this is a line that is broken.
                Some(b'{') | None => Ok(Some(text)),
                Some(_) if scan.in_string() => Ok(Some(text)),
                Some(_) => self.first_over_lines(scan),
            },
            None => Ok(Some(text)),
        }
    }

    /// Goes on with a first object that ends on another line than it begins.
    fn first_over_lines(&mut self, mut scan: Scan) -> Result<Option<Text>, Fault> {
        self.layout = Layout::Sequence;
        scan.go_on();
        let text = self.scanned(&mut scan, false)?;
        match scan.end() {
            Some(End::Whole) => Ok(Some(text)),
            Some(End::Holds) => {
                self.layout = Layout::Array { within: true };
                self.number = 0;
                self.element(true)
            }
            _ => Err(cut_off()),
        }
    }

    /// Reads on until the scan ends, or the stream.
    fn scanned(&mut self, scan: &mut Scan, by_lines: bool) -> Result<Text, Fault> {
        let mut too_long = false;
        loop {
            let there = self.bytes.fill_buf()?;
            if there.is_empty() {
                break;
            }
            let read = scan.over(there, by_lines);
            too_long |= (self.content.len() + read) as u64 > self.max_bytes;
            if too_long {
                self.content.clear();
            } else {
                self.content.extend_from_slice(&there[..read]);
            }
            self.bytes.consume(read);
            if scan.end().is_some() {
                break;
            }
        }
        Ok(if too_long { Text::TooLong } else { Text::Whole })
    }

    /// The next line that is not blank.
    fn line(&mut self) -> Result<Option<Text>, Fault> {
        loop {
            self.number += 1;
            self.content.clear();
            let read = (&mut self.bytes).take(self.max_bytes).read_until(b'\n', &mut self.content)?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == self.max_bytes && !self.content.ends_with(b"\n") {
                self.skip_line()?;
                return Ok(Some(Text::TooLong));
            }
            if !self.content.trim_ascii().is_empty() {
                return Ok(Some(Text::Whole));
            }
        }
    }

    /// The next element of an array.
    fn element(&mut self, within: bool) -> Result<Option<Text>, Fault> {
        self.number += 1;
        self.content.clear();
        loop {
            match self.peek()? {
                Some(b',') => self.bytes.consume(1),
                Some(b']') => {
                    self.bytes.consume(1);
                    if within {
                        // The rest of the object that holds the array.
                        let mut scan = Scan::inside();
                        self.max_bytes_aside(|objects| objects.scanned(&mut scan, false))?;
                    }
                    // What follows may stand in another way.
                    return self.first();
                }
                Some(b'}') => {
                    self.bytes.consume(1);
                    return Err(broken("is not JSON (a closing brace without an opening one)"));
                }
                Some(_) => break,
                None => return Err(damaged("ends before its array does")),
            }
        }
        let mut scan = Scan::default();
        let text = self.scanned(&mut scan, false)?;
        match scan.end() {
            Some(End::Whole) => Ok(Some(text)),
            _ => Err(cut_off()),
        }
    }

    /// The next object of several that stand one behind the other.
    fn in_sequence(&mut self) -> Result<Option<Text>, Fault> {
        self.number += 1;
        self.content.clear();
        loop {
            match self.peek()? {
                None => return Ok(None),
                // Some part them by commas, as the elements of an array.
                Some(b',' | 0x1e) => self.bytes.consume(1),
                Some(b'{') => break,
                Some(_) => {
                    self.skip_line()?;
                    return Err(broken("is not a JSON object"));
                }
            }
        }
        let mut scan = Scan::default();
        let text = self.scanned(&mut scan, false)?;
        match scan.end() {
            Some(End::Whole) => Ok(Some(text)),
            _ => Err(cut_off()),
        }
    }

    fn max_bytes_aside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        // What is passed over is not kept.
        let most = std::mem::replace(&mut self.max_bytes, 0);
        let read = read(self);
        self.max_bytes = most;
        self.content.clear();
        read
    }

    /// The next byte that is no white space, and stays to be read.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let there = self.bytes.fill_buf()?;
            if there.is_empty() {
                return Ok(None);
            }
            let blank = there.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let next = there.get(blank).copied();
            self.bytes.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// The first byte of a stream: behind a byte order mark, and behind white space if what follows is no line.
    fn peek_past_mark(&mut self) -> io::Result<Option<u8>> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.bytes.fill_buf()?.first() == MARK.first() {
            let mut head = Vec::new();
            (&mut self.bytes).take(MARK.len() as u64).read_to_end(&mut head)?;
            if head != MARK {
                self.unread(head);
            }
        }
        loop {
            let there = self.bytes.fill_buf()?;
            let blank = there.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let (next, lines) = (there.get(blank).copied(), memchr::memchr_iter(b'\n', &there[..blank]).count());
            self.number += lines as u64;
            self.bytes.consume(blank);
            if next.is_some() || blank == 0 {
                return Ok(next);
            }
        }
    }

    /// What stands on a line behind an object, without white space at its ends.
    fn rest_of_line(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        (&mut self.bytes).take(self.max_bytes).read_until(b'\n', &mut rest)?;
        Ok(rest.trim_ascii().to_vec())
    }

    /// Puts bytes back in front of those that are read next.
    fn unread(&mut self, rest: Vec<u8>) {
        let bytes = std::mem::replace(&mut self.bytes, BufReader::new(Box::new(io::empty())));
        self.bytes = BufReader::with_capacity(1 << 16, Box::new(io::Cursor::new(rest).chain(bytes)));
    }

    /// Reads on behind the end of the line, in pieces.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            self.content.clear();
            let read = (&mut self.bytes).take(1 << 20).read_until(b'\n', &mut self.content)?;
            if read == 0 || self.content.ends_with(b"\n") {
                return Ok(());
            }
        }
    }
}

fn broken(why: &str) -> Fault {
    Fault::Record { why: why.to_owned(), expected: EXPECTED_OBJECT }
}

fn damaged(why: &str) -> Fault {
    Fault::Damaged { why: why.to_owned(), kind: "whole JSON" }
}

fn cut_off() -> Fault {
    damaged(CUT_OFF)
}

fn text_of(content: &[u8]) -> Result<&str, Fault> {
    let text = std::str::from_utf8(content).map_err(|error| Fault::NotUtf8 { byte: error.valid_up_to() })?;
    // What parts the objects of a JSON text sequence (RFC 7464) is none of them.
    Ok(text.trim_start_matches('\u{1e}').trim_end())
}

/// The JSON object that a text is.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_str(text).map_err(|error| broken(&not_json(&error)))? {
        Value::Object(fields) => Ok(fields),
        _ => Err(broken("is not a JSON object")),
    }
}

/// What is wrong with an object, by its column: its line is known better than to the parser, which sees this one alone.
fn not_json(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    format!("is not JSON ({what} at column {})", error.column().max(1))
}

/// Why an object is nothing that tagging wrote.
pub(super) fn because(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let why = said.split(" at line ").next().unwrap_or_default();
    format!("was not written by `dateline tag`: {why} at column {}", error.column())
}

#[cfg(test)]
mod tests;
