//! Reading documents: one file a format, all of them giving [`Records`].

mod cell;
mod held;
mod html;
mod jsonl;
mod parquet;
mod records;
mod table;
mod tagged;
mod text;
mod warc;

pub use self::held::{map, objects, rows};

use std::io::BufRead as _;
use std::sync::Arc;

use super::bytes::{Consumed, open};
use super::error::Fault;
use super::fields::Fields;
use super::input::{One, Records};
use super::position::Position;
use super::source::{InputKind, Source};
use crate::document::OffsetUnit;

/// How the documents of a source are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What the sources hold; without it, a file's ending says so, and standard input is one text (or, where it is
    /// tagged, JSONL).
    pub kind: Option<InputKind>,
    /// The fields of records.
    pub fields: Fields,
    /// What is wanted of documents.
    pub wanted: Wanted,
    /// Counts what is read.
    pub consumed: Consumed,
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
    let given = matches!(source, Source::Given(_)).then_some(InputKind::Text);
    let kind = given.or(options.kind).unwrap_or_else(|| match source {
        Source::Stdin if matches!(options.wanted, Wanted::Mentions(_)) => InputKind::Jsonl,
        // What tagging gives in a pipe.
        Source::Stdin if matches!(options.wanted, Wanted::Annotations(_)) && begins_with_an_object() => {
            InputKind::Jsonl
        }
        Source::Stdin | Source::Given(_) => InputKind::Text,
        Source::File(path) => InputKind::of(path),
    });
    opened(source, name.clone(), kind, options).unwrap_or_else(|fault| {
        let error = fault.at(Position { source: name, line: None });
        Box::new(One::new(|| Err(error)))
    })
}

/// Whether standard input begins as JSONL does. What is looked at stays to be read.
fn begins_with_an_object() -> bool {
    let mut stdin = std::io::stdin().lock();
    // An error comes again when it is read.
    stdin.fill_buf().is_ok_and(|bytes| bytes.trim_ascii_start().starts_with(b"{\""))
}

fn opened(source: &Source, name: Arc<str>, kind: InputKind, options: &ReadOptions) -> Result<Box<dyn Records>, Fault> {
    let fields = options.fields.clone();
    if let Wanted::Mentions(unit) = options.wanted {
        return match kind {
            InputKind::Jsonl => {
                Ok(Box::new(tagged::Tagged::new(name, open(source, &options.consumed)?, &fields, unit)))
            }
            _ => Err(Fault::NotTagged(kind.name())),
        };
    }
    if let Wanted::Annotations(unit) = options.wanted {
        match kind {
            InputKind::Jsonl => {
                return Ok(Box::new(records::Lines::new(name, open(source, &options.consumed)?, fields, unit)));
            }
            InputKind::Parquet if records::is_tagged(source)? => {
                return Ok(Box::new(records::Rows::new(name, source, &fields, &options.consumed, unit)?));
            }
            _ => {}
        }
    }
    Ok(match kind {
        // Opened when its turn comes: a folder may have more files than a process may open.
        InputKind::Text => {
            let sure = options.kind.is_some() || matches!(source, Source::Given(_));
            text::record(source.clone(), name, fields, options.consumed.clone(), sure)
        }
        InputKind::Jsonl => Box::new(jsonl::Jsonl::new(name, open(source, &options.consumed)?, fields)),
        InputKind::Csv | InputKind::Tsv => {
            let delimiter = if kind == InputKind::Csv { b',' } else { b'\t' };
            let table = table::Table::new(name, open(source, &options.consumed)?, fields, delimiter)?;
            if matches!(options.wanted, Wanted::Annotations(_)) && table.has_names() {
                return Err(records::table_of_names());
            }
            Box::new(table)
        }
        InputKind::Parquet => Box::new(parquet::Rows::new(name, source, fields, &options.consumed)?),
        InputKind::Warc => Box::new(warc::Pages::new(name, open(source, &options.consumed)?, fields)),
    })
}
