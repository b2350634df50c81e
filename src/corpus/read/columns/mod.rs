//! Formats of columns: a document a row. Parquet and Arrow give batches of rows; what is in them is read in one way.

mod arrow;
pub(super) mod cell;
mod held;
mod parquet;
mod rows;
mod table;

pub use self::held::{map, objects, rows};
pub(super) use self::rows::Rows;
use self::table::in_any_order;
pub(super) use self::table::{Batches, Table, Wanted, guarded};
use crate::corpus::bytes::{Consumed, Content, Opened};
use crate::corpus::error::Fault;
use crate::corpus::source::{InputKind, Source};

/// Opens a file of columns.
pub(super) fn open(
    source: &Source,
    opened: Opened,
    kind: InputKind,
    consumed: &Consumed,
) -> Result<Box<dyn Table>, Fault> {
    match kind {
        InputKind::Arrow => guarded("Arrow", || {
            if opened.content == Content::ArrowFile {
                let (file, bytes, _) = in_any_order(source, opened, consumed)?;
                return Ok(Box::new(arrow::File::open(file, bytes)?) as Box<dyn Table>);
            }
            Ok(Box::new(arrow::Stream::open(opened.bytes)?) as Box<dyn Table>)
        }),
        _ => Ok(Box::new(parquet::File::open(source, opened, consumed)?)),
    }
}
