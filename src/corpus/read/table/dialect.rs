//! How a table is written: what parts its columns, and how it has quotation marks in its fields.

use std::io::{self, BufRead as _, BufReader, Cursor, Read as _};

use crate::corpus::bytes::Bytes;

/// Bytes of a table that are looked at.
const SAMPLE: u64 = 1 << 18;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What parts columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Delimiter {
    /// This.
    Is(u8),
    /// What the table's beginning says.
    Found,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    /// A quotation mark within a field stands behind a backslash, and is not doubled: that is Spark's way.
    pub backslashes: bool,
    /// Lines in front of the header.
    pub lines: u64,
}

/// Excel's first line, which is none of the table: `sep=;`.
const SEPARATOR: &[u8] = b"sep=";

impl Dialect {
    /// What the beginning of a table says, and the table from its header on.
    pub fn of(mut bytes: Bytes, delimiter: Delimiter) -> io::Result<(Self, BufReader<Bytes>)> {
        let mut sample = Vec::new();
        (&mut bytes).take(SAMPLE).read_to_end(&mut sample)?;
        let whole = (sample.len() as u64) < SAMPLE;
        let mut begin = if sample.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let (mut named, mut lines) = (None, 0);
        if let Some(rest) = sample[begin..].get(..SEPARATOR.len() + 1)
            && rest[..SEPARATOR.len()].eq_ignore_ascii_case(SEPARATOR)
            // A line that ends here names nothing.
            && !rest.ends_with(b"\n")
            && !rest.ends_with(b"\r")
            && let Some(end) = memchr::memchr(b'\n', &sample[begin..])
            && sample[begin + SEPARATOR.len() + 1..begin + end].trim_ascii().is_empty()
        {
            named = rest.last().copied();
            begin += end + 1;
            lines = 1;
        }
        let table = &sample[begin..];
        let delimiter = match delimiter {
            Delimiter::Is(delimiter) => delimiter,
            Delimiter::Found => named.unwrap_or_else(|| found(table)),
        };
        let backslashes = has_backslashes(table, delimiter, whole);
        let rest: Bytes = Box::new(Cursor::new(sample.split_off(begin)).chain(bytes));
        let rest = if backslashes { Box::new(Doubled::new(rest, delimiter)) } else { rest };
        let mut bytes: BufReader<Bytes> = BufReader::with_capacity(1 << 16, rest);
        bytes.fill_buf()?;
        Ok((Self { delimiter, backslashes, lines }, bytes))
    }
}

/// A table with quotation marks behind backslashes as one in which they are doubled. A backslash in front of another is one; in
/// front of anything else, it stays.
struct Doubled {
    bytes: BufReader<Bytes>,
    delimiter: u8,
    quoted: bool,
    /// A field begins here.
    begins: bool,
    /// A backslash in a quoted field, behind which it is not known yet what follows.
    pending: bool,
    /// A byte that there was no room for.
    left: Option<u8>,
}

impl Doubled {
    fn new(bytes: Bytes, delimiter: u8) -> Self {
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        Self { bytes, delimiter, quoted: false, begins: true, pending: false, left: None }
    }

    /// What a byte becomes: one or two, or nothing until the next is there.
    fn next(&mut self, byte: u8) -> (Option<u8>, Option<u8>) {
        if !self.quoted {
            self.quoted = self.begins && byte == b'"';
            self.begins = byte == self.delimiter || byte == b'\n' || byte == b'\r';
            return (Some(byte), None);
        }
        if std::mem::take(&mut self.pending) {
            return match byte {
                b'"' => (Some(b'"'), Some(b'"')),
                b'\\' => (Some(b'\\'), None),
                other => (Some(b'\\'), Some(other)),
            };
        }
        match byte {
            b'\\' => {
                self.pending = true;
                (None, None)
            }
            b'"' => {
                self.quoted = false;
                (Some(b'"'), None)
            }
            other => (Some(other), None),
        }
    }
}

impl io::Read for Doubled {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < into.len() {
            if let Some(byte) = self.left.take() {
                into[written] = byte;
                written += 1;
                continue;
            }
            // What was written is given before an error is.
            let there = match self.bytes.fill_buf() {
                Err(_) if written > 0 => break,
                there => there?,
            };
            let Some(&byte) = there.first() else {
                if std::mem::take(&mut self.pending) {
                    into[written] = b'\\';
                    written += 1;
                }
                break;
            };
            self.bytes.consume(1);
            let (one, two) = self.next(byte);
            if let Some(one) = one {
                into[written] = one;
                written += 1;
            }
            self.left = two;
        }
        Ok(written)
    }
}

/// The names of columns, if a line can hardly be anything but a header: there are two at least, each is short and of letters, digits
/// and the signs of names, and none stands behind a space, as a word of a sentence does behind a comma.
pub(super) fn columns_of_header(line: &[u8]) -> Option<Vec<String>> {
    const LONGEST: usize = 64;
    let line = std::str::from_utf8(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)).ok()?;
    let line = line.trim_end_matches(['\n', '\r']);
    let names: Vec<String> = line
        .split(char::from(found(line.as_bytes())))
        .map(|name| name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).to_owned())
        .collect();
    let is_name = |name: &String| {
        name.len() <= LONGEST
            && name.trim() == name
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | ' '))
    };
    (names.len() > 1 && names.iter().all(is_name)).then_some(names)
}

/// What parts the columns of a header: the one of the usual ones that stands there most often outside of quotation marks. A
/// comma, if there is none.
fn found(table: &[u8]) -> u8 {
    const USUAL: [u8; 4] = *b",;\t|";
    let mut counts = [0_u64; USUAL.len()];
    let mut quoted = false;
    let header = table.trim_ascii_start();
    for &byte in header {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => {
                if let Some(n) = USUAL.iter().position(|usual| *usual == byte) {
                    counts[n] += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals, the first: a comma goes before the others.
    let most = (0..USUAL.len()).rev().max_by_key(|&n| counts[n]).unwrap_or(0);
    USUAL[most]
}

/// Whether quotation marks within fields stand behind backslashes: a field goes on behind one where, by the other rule, it would
/// have ended, and what follows cannot follow an end.
fn has_backslashes(table: &[u8], delimiter: u8, whole: bool) -> bool {
    if memchr::memmem::find(table, b"\\\"").is_none() {
        return false;
    }
    let (by_doubling, by_backslash) = (misfits(table, delimiter, false, whole), misfits(table, delimiter, true, whole));
    by_backslash < by_doubling
}

/// How often a quoted field does not end as it should: in front of a delimiter or a line end.
fn misfits(table: &[u8], delimiter: u8, backslashes: bool, whole: bool) -> u64 {
    let (mut quoted, mut begins, mut misfits, mut at) = (false, true, 0, 0);
    while at < table.len() {
        let byte = table[at];
        at += 1;
        if !quoted {
            quoted = begins && byte == b'"';
            begins = byte == delimiter || byte == b'\n' || byte == b'\r';
            continue;
        }
        match byte {
            b'\\' if backslashes => at += 1,
            b'"' if !backslashes && table.get(at) == Some(&b'"') => at += 1,
            b'"' => {
                quoted = false;
                let ends = table.get(at).is_none_or(|next| *next == delimiter || matches!(next, b'\n' | b'\r'));
                misfits += u64::from(!ends);
            }
            _ => {}
        }
    }
    misfits + u64::from(quoted && whole)
}
