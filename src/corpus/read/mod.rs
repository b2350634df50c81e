//! Reading documents: one file a format, all of them giving [`Records`].

mod html;
mod jsonl;
mod parquet;
mod table;
mod tagged;
mod text;
mod warc;

use std::sync::Arc;

use super::error::Fault;
use super::fields::Fields;
use super::input::{Input, Position, Records};
use super::source::{Consumed, InputKind, Source, open};
use crate::document::OffsetUnit;

/// How the documents of a source are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What the sources hold; without it, a file's ending says so, and standard input is one text (or, where it is
    /// tagged, JSONL).
    pub kind: Option<InputKind>,
    /// The fields of records.
    pub fields: Fields,
    /// The unit of the offsets of entities, where sources were tagged and their entities are wanted.
    pub tagged: Option<OffsetUnit>,
    /// Counts what is read.
    pub consumed: Consumed,
}

/// The documents of a source that is no folder.
pub fn read(source: &Source, options: &ReadOptions) -> Box<dyn Records> {
    let name: Arc<str> = source.to_string().into();
    let kind = options.kind.unwrap_or_else(|| match source {
        Source::Stdin if options.tagged.is_some() => InputKind::Jsonl,
        Source::Stdin => InputKind::Text,
        Source::File(path) => InputKind::of(path),
    });
    opened(source, name.clone(), kind, options).unwrap_or_else(|fault| {
        let error = fault.at(Position { source: name, line: None });
        Box::new(super::input::One::new(|| Err(error)))
    })
}

fn opened(source: &Source, name: Arc<str>, kind: InputKind, options: &ReadOptions) -> Result<Box<dyn Records>, Fault> {
    let fields = options.fields.clone();
    if let Some(unit) = options.tagged {
        return match kind {
            InputKind::Jsonl => Ok(Box::new(tagged::Tagged::new(name, open(source, &options.consumed)?, fields, unit))),
            _ => Err(Fault::NotTagged(kind.name())),
        };
    }
    Ok(match kind {
        // Opened when its turn comes: a folder may have more files than a process may open.
        InputKind::Text => text::record(source.clone(), name, fields, options.consumed.clone(), options.kind.is_some()),
        InputKind::Jsonl => Box::new(jsonl::Jsonl::new(name, open(source, &options.consumed)?, fields)),
        InputKind::Csv => Box::new(table::Table::new(name, open(source, &options.consumed)?, fields, b',')?),
        InputKind::Tsv => Box::new(table::Table::new(name, open(source, &options.consumed)?, fields, b'\t')?),
        InputKind::Parquet => Box::new(parquet::Rows::new(name, source, fields, &options.consumed)?),
        InputKind::Warc => Box::new(warc::Pages::new(name, open(source, &options.consumed)?, fields)),
    })
}
