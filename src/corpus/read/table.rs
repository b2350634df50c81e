//! CSV and TSV: a table with a header, a document a row.
//!
//! A field that begins with a quotation mark ends with one, and holds delimiters, lines and doubled quotation marks; what
//! stands between its end and the next delimiter belongs to it. Otherwise fields are taken as they stand: nothing is
//! trimmed, and no line ends are changed. Blank lines are no rows.

mod dialect;

use std::io::{self, BufRead, BufReader};
use std::sync::Arc;

use csv_core::ReadRecordResult;
use serde_json::{Map, Value};

pub(super) use self::dialect::Delimiter;
use self::dialect::Dialect;
use super::records;
use crate::corpus::bytes::Bytes;
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::names::Role;
use crate::corpus::fields::{EXPECTED_ROW, Fields};
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::notes::{Note, Notes};
use crate::corpus::position::Position;

/// Bytes and columns of a header, at most. A file without line ends is no table.
const HEADER_BYTES: u64 = 1 << 20;
const HEADER_COLUMNS: usize = 1 << 16;

/// Bytes of rows for which room is kept from row to row.
const KEPT_BYTES: usize = 1 << 20;

/// Whether bytes whose name says nothing begin as a table with documents does: with a header that has a column for the text, and a
/// line behind it.
pub(super) fn is_header(head: &[u8], fields: &Fields) -> bool {
    let line = memchr::memchr(b'\n', head).map(|end| &head[..end]);
    let names = line.and_then(dialect::columns_of_header);
    names.is_some_and(|names| names.iter().any(|name| fields.may_be_text(name)))
}

/// The documents of a table.
pub(super) struct Table {
    name: Arc<str>,
    rows: Rows,
    fields: Fields,
    notes: Notes,
    /// The columns that are wanted, by where they stand in a row.
    wanted: Vec<(usize, String)>,
    columns: usize,
    /// Whether its rows are names, as tagging writes them.
    of_names: bool,
    /// Whether a column has the name that the text has if nothing else is said.
    has_text: bool,
}

impl Table {
    /// Reads the header of a table.
    pub fn new(
        name: Arc<str>,
        bytes: Bytes,
        fields: Fields,
        delimiter: Delimiter,
        notes: Notes,
    ) -> Result<Self, Fault> {
        let (mut rows, backslashes) = Rows::new(bytes, delimiter)?;
        if backslashes {
            notes.add(Note::Backslashes, &Position { source: name.clone(), line: None });
        }
        let header = match rows.next(HEADER_BYTES, HEADER_COLUMNS) {
            Some(row) => row?,
            None => return Err(headless("is empty".to_owned())),
        };
        if header.too_long || header.fields > HEADER_COLUMNS {
            return Err(headless(format!("has no line end or too many columns in its first {HEADER_BYTES} bytes")));
        }
        let names: Vec<&str> = (0..header.fields).map(|column| utf8(rows.field(column))).collect::<Result<_, _>>()?;
        fields.check_columns(names.iter().copied())?;
        let of_names = records::OF_NAMES.iter().all(|column| names.contains(column));
        let has_text = names.contains(&Role::Text.name());
        let wanted = fields.wanted(names.iter().copied());
        let wanted = (0..).zip(&names).zip(wanted).filter(|(_, wanted)| *wanted);
        let wanted = wanted.map(|((column, &name), _)| (column, name.to_owned())).collect();
        Ok(Self { name, columns: header.fields, wanted, rows, fields, notes, of_names, has_text })
    }

    /// Whether it has a name a row, as tagging writes them, and no document.
    pub fn has_names(&self) -> bool {
        self.of_names
    }

    fn next_row(&mut self) -> Option<Result<Row, Fault>> {
        self.rows.next(self.fields.max_bytes(), self.columns)
    }

    fn object(&self, row: &Row, position: &Position) -> Result<Map<String, Value>, Fault> {
        if row.too_long {
            return Err(Fault::TooLong { most: self.fields.max_chars });
        }
        if row.fields != self.columns {
            let fields = if row.fields == 1 { "field" } else { "fields" };
            let why = format!("has {} {fields} where the header has {}", row.fields, self.columns);
            return Err(Fault::Record { why, expected: EXPECTED_ROW });
        }
        let value = |(column, name): &(usize, String)| {
            let bytes = self.rows.field(*column);
            let is_text = self.fields.is_text(name) || !self.has_text && Role::Text.names().contains(&name.as_str());
            let text = match utf8(bytes) {
                Ok(text) => text,
                Err(fault) if is_text || *name == self.fields.id => return Err(fault),
                Err(_) => {
                    self.notes.add(Note::LeftOut(name.clone(), "not UTF-8"), position);
                    return Ok((name.clone(), Value::Null));
                }
            };
            let absent = text.is_empty() && !is_text;
            Ok((name.clone(), if absent { Value::Null } else { Value::String(text.to_owned()) }))
        };
        self.wanted.iter().map(value).collect()
    }
}

impl Records for Table {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let row = self.next_row()?;
        let position = Position { source: self.name.clone(), line: Some(self.rows.begin) };
        let object = row.and_then(|row| self.object(&row, &position));
        Some(self.fields.record(position, object, EXPECTED_ROW, &self.notes))
    }

    fn skip_record(&mut self) -> bool {
        self.next_row().is_some()
    }
}

fn headless(why: String) -> Fault {
    Fault::Record { why, expected: "a header and rows" }
}

fn utf8(field: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(field).map_err(|error| Fault::NotUtf8 { byte: error.valid_up_to() })
}

/// The rows of a table, one at a time.
struct Rows {
    bytes: BufReader<Bytes>,
    parser: csv_core::Reader,
    /// The fields of the row that was read last, one behind the other, and where each ends.
    room: Vec<u8>,
    ends: Vec<usize>,
    lines: LineCount,
    /// The line on which the row that was read last begins.
    begin: u64,
    ended: bool,
}

/// A row that was read.
struct Row {
    fields: usize,
    /// Its fields were more than is kept of a row.
    too_long: bool,
}

impl Rows {
    /// Rows as their beginning says that they are written; whether quotation marks stand behind backslashes in them.
    fn new(bytes: Bytes, delimiter: Delimiter) -> io::Result<(Self, bool)> {
        let (dialect, bytes) = Dialect::of(bytes, delimiter)?;
        let mut parser = csv_core::ReaderBuilder::new();
        parser.delimiter(dialect.delimiter);
        let mut lines = LineCount::default();
        lines.line += dialect.lines;
        let rows =
            Self { bytes, parser: parser.build(), room: Vec::new(), ends: Vec::new(), lines, begin: 0, ended: false };
        Ok((rows, dialect.backslashes))
    }

    /// The next row, of which as many bytes and fields are kept. `None` behind the last and behind an error.
    fn next(&mut self, max_bytes: u64, max_fields: usize) -> Option<Result<Row, Fault>> {
        if self.ended {
            return None;
        }
        let row = match self.skip_blank() {
            Ok(true) => self.row(max_bytes, max_fields).map(Some),
            Ok(false) => Ok(None),
            Err(fault) => Err(fault),
        };
        self.ended |= !matches!(row, Ok(Some(_)));
        row.transpose()
    }

    /// Passes over line ends in front of a row: the parser would, but would not tell on which line the row begins.
    fn skip_blank(&mut self) -> Result<bool, Fault> {
        loop {
            self.begin = self.lines.now();
            let input = self.bytes.fill_buf()?;
            let Some(blank) = input.iter().position(|byte| !matches!(byte, b'\r' | b'\n')) else {
                if input.is_empty() {
                    return Ok(false);
                }
                let all = input.len();
                self.lines.count(input);
                self.bytes.consume(all);
                continue;
            };
            self.lines.count(&input[..blank]);
            self.bytes.consume(blank);
            self.begin = self.lines.now();
            return Ok(true);
        }
    }

    fn row(&mut self, max_bytes: u64, max_fields: usize) -> Result<Row, Fault> {
        self.room.truncate(KEPT_BYTES);
        self.room.shrink_to(KEPT_BYTES);
        // One more of each, so that the parser is never given no room at all.
        self.ends.resize(max_fields + 1, 0);
        let most = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        let mut row = Row { fields: 0, too_long: false };
        let (mut written, mut ends) = (0, 0);
        loop {
            let input = self.bytes.fill_buf()?;
            // A line end behind the file ends its last row, and only a quoted field can go on over it.
            let at_end = input.is_empty();
            let input = if at_end { b"\n" } else { input };
            if written == self.room.len() {
                let room = (written * 2).max(1 << 12).min(most.saturating_add(1));
                if written == room {
                    // What is too long is read to its end, but not kept.
                    row.too_long = true;
                    written = 0;
                } else {
                    self.room.resize(room, 0);
                }
            }
            let (result, read, put, ended) =
                self.parser.read_record(input, &mut self.room[written..], &mut self.ends[ends..]);
            written += put;
            ends += ended;
            row.fields += ended;
            if !at_end {
                self.lines.count(&input[..read]);
                self.bytes.consume(read);
            }
            match result {
                ReadRecordResult::Record => {
                    row.too_long |= written > most;
                    return Ok(row);
                }
                // More fields than are asked for are counted, but where they end is of no use.
                ReadRecordResult::OutputEndsFull => ends = 0,
                ReadRecordResult::OutputFull => {}
                ReadRecordResult::InputEmpty | ReadRecordResult::End if at_end => {
                    self.ended = true;
                    if row.too_long {
                        return Ok(row);
                    }
                    let why = "has a quoted field that does not end before the file does".to_owned();
                    return Err(Fault::Record { why, expected: EXPECTED_ROW });
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
    }

    /// A field of the row that was read last, if it was kept whole.
    fn field(&self, column: usize) -> &[u8] {
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.room[start..self.ends[column]]
    }
}

/// On which line one is. Lines end with LF, CRLF or CR.
struct LineCount {
    line: u64,
    after_return: bool,
}

impl Default for LineCount {
    fn default() -> Self {
        Self { line: 1, after_return: false }
    }
}

impl LineCount {
    fn now(&self) -> u64 {
        self.line
    }

    fn count(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.line += u64::from(byte == b'\r' || byte == b'\n' && !self.after_return);
            self.after_return = byte == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::*;

    use super::*;
    use crate::corpus::fields::Metadata;
    use crate::document::Document;

    fn table(content: impl AsRef<[u8]>, fields: Fields) -> Result<Table, Fault> {
        let bytes = Box::new(Cursor::new(content.as_ref().to_vec()));
        Table::new("a.csv".into(), bytes, fields, Delimiter::Found, Notes::default())
    }

    fn rest(table: &mut Table) -> Vec<Result<Document, ReadError>> {
        std::iter::from_fn(|| table.next_record()).map(|read| read.map(|record| record.input.into_document())).collect()
    }

    fn rows(content: impl AsRef<[u8]>) -> Vec<Result<Document, ReadError>> {
        rest(&mut table(content, Fields::default()).unwrap())
    }

    fn errors(found: &[Result<Document, ReadError>]) -> Vec<String> {
        found.iter().filter_map(|row| row.as_ref().err().map(ToString::to_string)).collect()
    }

    #[test]
    fn a_line_that_names_no_delimiter_is_a_header() {
        for table in ["sep=\n", "sep=\r\n", "SEP=\nid,text\n1,a\n"] {
            let bytes: Bytes = Box::new(io::Cursor::new(table.as_bytes().to_vec()));
            let read = Table::new("a.csv".into(), bytes, Fields::default(), Delimiter::Found, Notes::default());
            assert!(read.is_err(), "{table:?}");
        }
    }

    #[test]
    fn headers_are_told_from_texts() {
        let is = |head: &str| is_header(head.as_bytes(), &Fields::default());
        for head in [
            "id,text\n",
            "\u{feff}\"id\";\"text\"\r\n",
            "text\tdate\tFirst line\n",
            "maintext|source_domain\nx",
            ",text\n",
        ] {
            assert!(is(head), "{head}");
        }
        for head in ["id,text", "text\nx", "Some text, and more\n", "id,words\n", "Photos, text\n", "a,text!\n"] {
            assert!(!is(head), "{head}");
        }
        let story = Fields { text: vec!["story".to_owned()], ..Fields::default() };
        assert!(is_header(b"id,story\n", &story) && !is(r"id,story"));
    }

    #[test]
    fn rows_become_documents() {
        let found = rows(
            "\u{feff}id,text,date,source\r\n7,\"The mayor of Ulm said: \"\"No.\"\"\r\n\r\nM&uuml;nchen, too\",2018,\r\n\r\n,,,x\n",
        );
        let [first, second] = &found[..] else { panic!("{found:?}") };
        let first = first.as_ref().unwrap();
        assert_eq!(first.text, "The mayor of Ulm said: \"No.\"\r\n\r\nM&uuml;nchen, too");
        assert_eq!((first.id.as_str(), first.date.as_deref(), first.source.as_deref()), ("7", Some("2018"), None));
        let second = second.as_ref().unwrap();
        assert_eq!((second.id.as_str(), second.text.as_str()), ("a.csv:6", ""));
    }

    #[test]
    fn rows_stand_on_the_line_where_they_begin() {
        for (end, blank) in [("\n", "\n\n"), ("\r\n", "\r\n"), ("\r", "\r")] {
            let content = ["text", "a", "\"b", "c\"", blank, "d"].join(end);
            let ids: Vec<String> = rows(content).into_iter().map(|row| row.unwrap().id).collect();
            let last = 5 + 1 + blank.len() / end.len();
            assert_eq!(ids, ["a.csv:2", "a.csv:3", &format!("a.csv:{last}")], "{end:?}");
        }
    }

    #[test]
    fn tabs_part_columns_too() {
        let bytes: Bytes = Box::new(Cursor::new("text\turl\na, b\tu"));
        let mut table =
            Table::new("a.tsv".into(), bytes, Fields::default(), Delimiter::Is(b'\t'), Notes::default()).unwrap();
        let found = rest(&mut table).remove(0).unwrap();
        assert_eq!((found.text.as_str(), found.url.as_deref()), ("a, b", Some("u")));
    }

    #[test]
    fn tables_are_read_as_they_are_written() {
        let texts = |content: &str| -> Vec<String> { rows(content).into_iter().map(|row| row.unwrap().text).collect() };
        assert_eq!(texts("id;text\n1;\"Köln, Ulm; Aue\"\n2;b, c\n"), ["Köln, Ulm; Aue", "b, c"]);
        assert_eq!(texts("id|text\n1|a, b\n"), ["a, b"]);
        assert_eq!(texts("id\ttext\n1\ta, b\n"), ["a, b"]);
        assert_eq!(texts("sep=;\r\nid;text\r\n1;a\r\n"), ["a"]);
        // Spark's way with quotation marks, with a backslash at an end.
        let spark = "id,text\n1,\"He said \\\"go to Paris\\\", then left\"\n2,plain\n3,\"a \\\\\"\n";
        assert_eq!(texts(spark), ["He said \"go to Paris\", then left", "plain", "a \\"]);
        let spark =
            "id,text\n1,\"left C:\\\\new \\\"Paris\\\"\"\n2,\"In Paris\\nLondon he said \\\"no\\\"\"\n3,\"\\\"\"\n";
        assert_eq!(texts(spark), ["left C:\\new \"Paris\"", "In Paris\\nLondon he said \"no\"", "\""]);
        // A folder's name that ends with a backslash is none of that.
        assert_eq!(texts("text,url\n\"C:\\\",u\n\"He said \"\"no\"\".\",u\n"), ["C:\\", "He said \"no\"."]);
    }

    #[test]
    fn columns_are_chosen_by_name() {
        let fields = Fields { text: vec!["title".into(), "body".into()], metadata: Metadata::All, ..Fields::default() };
        let content = "desk,body,title,,\nforeign,b,,1,2\n,b,t,1,2\n";
        let found: Vec<Document> = rest(&mut table(content, fields).unwrap()).into_iter().map(Result::unwrap).collect();
        assert_eq!(found[0].text, "b");
        assert_eq!(found[1].text, "t\n\nb");
        assert_eq!(Value::from(found[0].metadata.clone()), serde_json::json!({"desk": "foreign"}));
        assert_eq!(Value::from(found[1].metadata.clone()), serde_json::json!({"desk": null}));
    }

    #[test]
    fn broken_rows_are_named_and_passed_over() {
        let found = rows(b"id,text\n1,a\n2\n3,b,c,d\n4,M\xfcnchen\n\xff,x\n5,e");
        let [one, four, bytes, id] = &errors(&found)[..] else { panic!("{found:?}") };
        assert!(one.starts_with("a.csv:3: has 1 field where the header has 2; expected a row"), "{one}");
        assert!(four.starts_with("a.csv:4: has 4 fields where the header has 2; expected a row"), "{four}");
        assert!(bytes.starts_with("a.csv:5: byte 1 is not UTF-8"), "{bytes}");
        assert!(id.starts_with("a.csv:6: byte 0 is not UTF-8"), "{id}");
        assert_eq!(found[5].as_ref().unwrap().text, "e");
    }

    #[test]
    fn a_table_without_text_is_one_error() {
        for (content, why) in [
            (&b"id,prose\n1,a\n"[..], "has no column \"text\", but \"id\", \"prose\"; expected"),
            (b"text,id,text\n", "has two columns \"text\"; expected"),
            (b"", "is empty; expected"),
            (b"\xef\xbb\xbf\r\n\n", "is empty; expected"),
            (b"t\xe4xt,text\n", "byte 1 is not UTF-8; expected"),
            (b"\"text\n", "has a quoted field that does not end before the file does; expected"),
        ] {
            let error = table(content, Fields::default()).err().unwrap().to_string();
            assert!(error.starts_with(why), "{error}");
        }
        assert!(table(vec![b'a'; 3 << 20], Fields::default()).is_err());
        assert!(table(vec![b','; 3 << 20], Fields::default()).is_err());
        assert!(rows("text").is_empty());
        assert!(rows("text\n\n").is_empty());
    }

    #[test]
    fn a_quotation_that_does_not_end_is_told() {
        let found = rows("text\na\n\"b\nc\nd");
        assert_eq!(found[0].as_ref().unwrap().text, "a");
        assert!(errors(&found)[0].starts_with("a.csv:3: has a quoted field that does not end"), "{found:?}");
        assert_eq!(found.len(), 2);
        // One that ends with the file is none.
        for content in ["text\n\"b\"", "text\n\"b\"\n", "text\n\"b\"\r"] {
            assert_eq!(rows(content)[0].as_ref().unwrap().text, "b", "{content:?}");
        }
    }

    #[test]
    fn a_row_without_end_takes_no_memory_without_end() {
        let fields = Fields { max_chars: 10, ..Fields::default() };
        let most = fields.max_bytes() as usize;
        let commas = ",".repeat(1 << 22);
        let content = format!("text,id\n{},1\n{commas}\nb,2\n\"{}", "x".repeat(40 << 20), "\n".repeat(40 << 20));
        let mut table = table(content, fields).unwrap();
        let mut errors = Vec::new();
        while let Some(row) = table.next_record() {
            assert!(table.rows.room.capacity() <= 2 * most && table.rows.ends.capacity() <= 2 * HEADER_COLUMNS);
            errors.push(row.map_or_else(|error| error.to_string(), |record| record.input.id().to_owned()));
        }
        assert!(errors[0].starts_with("a.csv:2: has more than 10 characters"), "{errors:?}");
        assert!(errors[1].starts_with("a.csv:3: has 4194305 fields"), "{errors:?}");
        assert_eq!(errors[2], "2");
        assert!(errors[3].starts_with("a.csv:5: has more than 10 characters"), "{errors:?}");
        assert_eq!(errors.len(), 4);
    }

    /// Bytes that come one at a time.
    struct Slow(Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    /// Text as a table writes it.
    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('"', "\"\""))
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(texts in proptest::collection::vec("[a-c\",\r\n\u{e9} ]{0,8}", 0..12)) {
            let written = texts.iter().map(|text| format!("{},{}\r\n", quoted(text), quoted(text)));
            let content = format!("text,url\r\n{}", written.collect::<String>());
            let read: Vec<String> = rows(&content).into_iter().map(|row| row.unwrap().text).collect();
            prop_assert_eq!(&read, &texts);
            let slow = Box::new(Slow(Cursor::new(content.clone().into_bytes())));
            let mut slow = Table::new("a.csv".into(), slow, Fields::default(), Delimiter::Found, Notes::default()).unwrap();
            prop_assert_eq!(format!("{:?}", rest(&mut slow)), format!("{:?}", rows(&content)));
        }

        #[test]
        fn any_bytes_are_rows_or_errors(
            content in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(&b"\",\r\nab"[..])], 0..80),
        ) {
            let content = [&b"text,id\n"[..], &content].concat();
            let found = rows(&content);
            // What is passed over is as much as what is read.
            let skipped = found.len() / 2;
            let mut table = table(&content, Fields::default()).unwrap();
            (0..skipped).for_each(|_| assert!(table.skip_record()));
            prop_assert_eq!(format!("{:?}", rest(&mut table)), format!("{:?}", &found[skipped..]));
            prop_assert!(!table.skip_record());
        }
    }
}
