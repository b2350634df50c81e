//! Reading documents: text files, JSONL, standard input.
//!
//! A document that cannot be read is an error in the stream, and the stream goes on behind it.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::document::Document;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// One document, all of the file.
    Text,
    /// A JSON object a line, each a document.
    Jsonl,
}

impl InputKind {
    /// The kind of a file by the ending of its name: `.jsonl` and `.ndjson` are JSONL, the rest is text.
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("jsonl" | "ndjson") => Self::Jsonl,
            _ => Self::Text,
        }
    }
}

/// Where documents come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input, called `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("{0}: no such file; expected a text file, a .jsonl file or - for standard input: check the path")]
    Missing(String),
    /// The path is a folder.
    #[error("{0}: is a folder; expected a text file or a .jsonl file: name the files in it, such as {0}/*.txt")]
    Folder(String),
    /// The system cannot read it.
    #[error("{source_name}: cannot be read ({error}); expected a readable file: check its permissions")]
    Io {
        /// The file.
        source_name: String,
        /// What the system said.
        error: io::Error,
    },
    /// The bytes are not UTF-8.
    #[error("{place}: byte {byte} is not UTF-8; expected UTF-8 text: convert it, with iconv for example")]
    NotUtf8 {
        /// The file, and the line where there is more than one document in it.
        place: String,
        /// The first wrong byte, counted from 0 in the document.
        byte: usize,
    },
    /// The file has zero bytes: it is no text.
    #[error("{place}: has a zero byte at {byte}, so it is a binary file; expected UTF-8 text: extract its text first")]
    Binary {
        /// The file.
        place: String,
        /// The first zero byte.
        byte: usize,
    },
    /// A line is not a document.
    #[error(
        "{source_name}:{line}: {why}; expected a JSON object with a \"text\" and, if known, an \"id\": mend the line"
    )]
    Line {
        /// The file.
        source_name: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A line is not what tagging gives.
    #[error(
        "{source_name}:{line}: {why}; expected a JSON object as `dateline tag` writes it, with \"text\" and \"entities\""
    )]
    Untagged {
        /// The file.
        source_name: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A file of text where annotations are expected.
    #[error(
        "{0}: is read as text; expected a .jsonl file that `dateline tag` wrote: tag it first, or say --input jsonl"
    )]
    Text(String),
}

/// Reads the documents of one source. `kind` says what it holds; without it, a file's ending does, and standard input
/// is one text.
pub fn read(source: &Source, kind: Option<InputKind>) -> Box<dyn Iterator<Item = Result<Document, ReadError>>> {
    let name = source.to_string();
    let bytes = match open(source) {
        Ok(bytes) => bytes,
        Err(error) => return Box::new(std::iter::once(Err(error))),
    };
    let by_ending = match source {
        Source::Stdin => InputKind::Text,
        Source::File(path) => InputKind::of(path),
    };
    match kind.unwrap_or(by_ending) {
        InputKind::Text => Box::new(std::iter::once_with(move || read_text(name, bytes))),
        InputKind::Jsonl => Box::new(Lines::new(name, bytes).map(|line| line.and_then(|mut line| line.document()))),
    }
}

/// Opens a source.
pub(super) fn open(source: &Source) -> Result<Box<dyn Read>, ReadError> {
    match source {
        Source::Stdin => Ok(Box::new(io::stdin())),
        Source::File(path) => Ok(Box::new(open_file(path)?)),
    }
}

fn open_file(path: &Path) -> Result<File, ReadError> {
    let name = path.display().to_string();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing(name.clone()),
        _ => ReadError::Io { source_name: name.clone(), error },
    };
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() { Err(ReadError::Folder(name)) } else { Ok(file) }
}

fn read_text(name: String, mut bytes: Box<dyn Read>) -> Result<Document, ReadError> {
    let mut content = Vec::new();
    bytes.read_to_end(&mut content).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => ReadError::Folder(name.clone()),
        _ => ReadError::Io { source_name: name.clone(), error },
    })?;
    if content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") {
        // UTF-16, which has zero bytes but is text.
        return Err(ReadError::NotUtf8 { place: name, byte: 0 });
    }
    if let Some(byte) = content.iter().position(|&byte| byte == 0) {
        return Err(ReadError::Binary { place: name, byte });
    }
    match String::from_utf8(content) {
        Ok(text) => Ok(Document::new(name, text)),
        Err(error) => Err(ReadError::NotUtf8 { place: name, byte: error.utf8_error().valid_up_to() }),
    }
}

/// The objects of a JSONL stream. Empty lines are passed over.
pub(super) struct Lines {
    name: String,
    lines: BufReader<Box<dyn Read>>,
    line: usize,
    ended: bool,
}

/// An object of a JSONL stream.
pub(super) struct Line {
    /// The file.
    pub source_name: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What it holds.
    pub fields: Map<String, Value>,
}

impl Lines {
    pub fn new(name: String, bytes: Box<dyn Read>) -> Self {
        Self { name, lines: BufReader::new(bytes), line: 0, ended: false }
    }

    fn parse(&self, bytes: &[u8]) -> Result<Line, ReadError> {
        let not_utf8 = |at: std::str::Utf8Error| ReadError::NotUtf8 {
            place: format!("{}:{}", self.name, self.line),
            byte: at.valid_up_to(),
        };
        let text = std::str::from_utf8(bytes).map_err(not_utf8)?;
        // A byte order mark may stand before the first object.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
        let failed = |why: String| ReadError::Line { source_name: self.name.clone(), line: self.line, why };
        match serde_json::from_str(text).map_err(|error| failed(not_json(&error)))? {
            Value::Object(fields) => Ok(Line { source_name: self.name.clone(), line: self.line, fields }),
            _ => Err(failed("is not a JSON object".into())),
        }
    }
}

impl Iterator for Lines {
    type Item = Result<Line, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        while !self.ended {
            bytes.clear();
            self.line += 1;
            match self.lines.read_until(b'\n', &mut bytes) {
                Ok(0) => self.ended = true,
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => return Some(self.parse(&bytes)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ReadError::Io { source_name: self.name.clone(), error }));
                }
            }
        }
        None
    }
}

impl Line {
    /// Takes the document out of it.
    pub fn document(&mut self) -> Result<Document, ReadError> {
        let Self { source_name, line, fields } = self;
        let failed = |why: String| ReadError::Line { source_name: source_name.clone(), line: *line, why };
        let text = match fields.remove("text") {
            Some(Value::String(text)) => text,
            Some(_) => return Err(failed("its \"text\" is not a string".into())),
            None => return Err(failed("has no \"text\"".into())),
        };
        let mut take = |key: &str| scalar(fields, key).map_err(failed);
        Ok(Document {
            id: take("id")?.unwrap_or_else(|| format!("{source_name}:{line}")),
            title: take("title")?,
            date: take("date")?,
            source: take("source")?,
            url: take("url")?,
            text,
        })
    }
}

/// What is wrong with a line, by its column: its number is known better than the parser, which sees this line alone.
fn not_json(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    format!("is not JSON ({what} at column {})", error.column().max(1))
}

/// A string or a number, as a string.
fn scalar(fields: &mut Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match fields.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(format!("its {key:?} is neither a string nor a number")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(content: impl AsRef<[u8]>) -> Vec<Result<Document, ReadError>> {
        let bytes: Box<dyn Read> = Box::new(io::Cursor::new(content.as_ref().to_vec()));
        Lines::new("a.jsonl".into(), bytes).map(|line| line.and_then(|mut line| line.document())).collect()
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

    proptest! {
        #[test]
        fn every_line_is_a_document_or_an_error(parts in proptest::collection::vec(line(), 0..20)) {
            let expected = parts.iter().filter(|part| !part.trim_ascii().is_empty()).count();
            prop_assert_eq!(lines(parts.join(&b'\n')).len(), expected);
        }
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(b"{\"id\": 1, \"text\": \"a\"}".to_vec()),
            Just(b"  \r".to_vec()),
            proptest::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..30),
        ]
    }

    #[test]
    fn kinds_by_ending() {
        assert_eq!(InputKind::of(Path::new("a/b.JSONL")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("a.jsonl/b.txt")), InputKind::Text);
        assert_eq!(InputKind::of(Path::new("plain")), InputKind::Text);
    }
}
