//! Reading documents: one file a format, all of them giving [`Records`].

pub(super) mod avro;
mod columns;
mod json;
mod page;
mod records;
mod table;
mod tagged;
mod text;
mod warc;

pub use self::columns::{map, objects, rows};

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use super::bytes::{Bytes, Consumed, Content, open};
use super::error::Fault;
use super::fields::Fields;
use super::input::{One, Records};
use super::notes::{Note, Notes};
use super::position::Position;
use super::source::{InputKind, Source, partitions};
use crate::document::OffsetUnit;

/// How the documents of a source are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What the sources hold; without it, what they begin with says so, and where that may be text or a table, the ending of
    /// the name.
    pub kind: Option<InputKind>,
    /// What parts the columns of CSV and TSV; without it, the beginning of a table says so.
    pub delimiter: Option<u8>,
    /// The fields of records.
    pub fields: Fields,
    /// What is wanted of documents.
    pub wanted: Wanted,
    /// Counts what is read.
    pub consumed: Consumed,
    /// Is told what was done about records so that none is lost.
    pub notes: Notes,
}

/// What is wanted of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Their texts, whether they were tagged before or not.
    #[default]
    Texts,
    /// Their texts and their names, with offsets in a unit: all were tagged before.
    Mentions(OffsetUnit),
    /// What was found in those that were tagged before, with offsets in a unit, and the texts of the others.
    Annotations(OffsetUnit),
}

/// The documents of a source that is no folder.
pub fn read(source: &Source, options: &ReadOptions) -> Box<dyn Records> {
    let name: Arc<str> = source.to_string().into();
    opened(source, name.clone(), options).unwrap_or_else(|fault| {
        let error = fault.at(Position { source: name, line: None });
        Box::new(One::new(|| Err(error)))
    })
}

fn opened(source: &Source, name: Arc<str>, options: &ReadOptions) -> Result<Box<dyn Records>, Fault> {
    let mut opened = open(source, &options.consumed)?;
    let mut kind = kind(source, opened.content, options)?;
    if kind == InputKind::Text && options.kind.is_none() && !matches!(source, Source::Given(_)) {
        let (head, whole) = first_line(opened.bytes)?;
        opened.bytes = whole;
        if head.is_empty() && matches!(source, Source::Stdin) {
            return Ok(Box::new(One::none()));
        }
        if table::is_header(&head, &options.fields) {
            kind = InputKind::Csv;
        }
    }
    let mut fields = options.fields.clone();
    fields.partitions = source.path().map(|path| partitions(&path)).unwrap_or_default();
    let notes = options.notes.clone();
    if let Wanted::Mentions(unit) = options.wanted {
        return match kind {
            InputKind::Jsonl => Ok(Box::new(tagged::Tagged::new(name, opened.bytes, &fields, unit, notes))),
            _ => Err(Fault::NotTagged(kind.name())),
        };
    }
    if let (Wanted::Annotations(unit), InputKind::Jsonl) = (options.wanted, kind) {
        return Ok(Box::new(records::Lines::new(name, opened.bytes, fields, unit, notes)));
    }
    Ok(match kind {
        InputKind::Text => {
            let sure = options.kind.is_some() || matches!(source, Source::Given(_));
            text::record(name, opened.bytes, fields, sure)
        }
        InputKind::Html => page::record(name, opened.bytes, fields),
        InputKind::Jsonl => Box::new(json::Documents::new(name, opened.bytes, fields, notes)),
        InputKind::Csv | InputKind::Tsv => {
            let usual = if kind == InputKind::Csv { table::Delimiter::Found } else { table::Delimiter::Is(b'\t') };
            let delimiter = options.delimiter.map_or(usual, table::Delimiter::Is);
            let table = table::Table::new(name, opened.bytes, fields, delimiter, notes)?;
            if matches!(options.wanted, Wanted::Annotations(_)) && table.has_names() {
                return Err(records::table_of_names());
            }
            Box::new(table)
        }
        InputKind::Avro => Box::new(avro::Documents::new(name, opened.bytes, fields, notes)?),
        InputKind::Parquet | InputKind::Arrow => {
            let table = columns::open(source, opened, kind, &options.consumed)?;
            match options.wanted {
                Wanted::Annotations(unit) if records::is_tagged(&table.schema())? => {
                    Box::new(records::Rows::new(name, kind.name(), table, &fields, unit)?)
                }
                _ => Box::new(columns::Rows::new(name, kind.name(), table, fields, notes)?),
            }
        }
        InputKind::Warc => Box::new(warc::Pages::new(name, opened.bytes, fields, notes)),
    })
}

/// The longest header that is looked for where nothing says that there is a table.
const HEADER: usize = 4096;

/// The first line of bytes, if it is none too long and another follows, and all of them; all, if there is no line's end.
fn first_line(mut bytes: Bytes) -> Result<(Vec<u8>, Bytes), Fault> {
    let mut head = Vec::new();
    while head.len() < HEADER && !head.contains(&b'\n') {
        let known = head.len();
        head.resize(HEADER, 0);
        let read = bytes.read(&mut head[known..])?;
        head.truncate(known + read);
        if read == 0 {
            break;
        }
    }
    Ok((head.clone(), Box::new(Cursor::new(head).chain(bytes))))
}

/// What a source holds: as the caller says, or else as its beginning does, or else as the ending of its name.
fn kind(source: &Source, content: Content, options: &ReadOptions) -> Result<InputKind, Fault> {
    if matches!(source, Source::Given(_)) {
        return Ok(InputKind::Text);
    }
    if let Some(kind) = options.kind {
        return Ok(kind);
    }
    let by_ending = source.path().map_or(InputKind::Text, |path| InputKind::of(&path));
    // A table may begin as anything does.
    let is_table = matches!(by_ending, InputKind::Csv | InputKind::Tsv);
    Ok(match content {
        Content::Json | Content::Html if is_table => by_ending,
        Content::Json => InputKind::Jsonl,
        Content::Html => InputKind::Html,
        Content::Parquet => InputKind::Parquet,
        Content::ArrowFile | Content::ArrowStream => InputKind::Arrow,
        Content::Avro => InputKind::Avro,
        Content::Warc => InputKind::Warc,
        Content::Foreign(foreign) => return Err(Fault::Foreign(foreign)),
        Content::Other => by_ending,
    })
}

/// What is to be known of a folder before its files are read.
pub fn look_at_folder(source: &Source, notes: &Notes) {
    let log = match source {
        Source::File(path) => super::source::table_log(path),
        Source::Remote(remote) => remote.table_log(),
        Source::Stdin | Source::Member(_) | Source::Given(_) => None,
    };
    if let Some(kind) = log {
        notes.add(Note::TableLog(kind), &Position { source: source.to_string().into(), line: None });
    }
}
