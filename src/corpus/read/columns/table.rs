//! What formats of columns have in common.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::corpus::bytes::{Consumed, Opened, open_file};
use crate::corpus::error::Fault;
use crate::corpus::source::Source;

/// A file of columns that was opened, before it is known which columns are wanted.
pub(in super::super) trait Table: Send {
    /// Its columns.
    fn schema(&self) -> SchemaRef;

    /// Begins to read the columns that are wanted, which are those of the schema by their places.
    fn batches(self: Box<Self>, wanted: &Wanted) -> Result<Box<dyn Batches>, Fault>;
}

/// Which columns are read.
pub(in super::super) struct Wanted {
    /// Whether, for each of the schema.
    pub columns: Vec<bool>,
    /// A column, and the name of what is left out inside of it, where a format allows for that.
    pub without: Option<(&'static str, &'static str)>,
}

impl Wanted {
    pub(super) fn places(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|&n| self.columns[n]).collect()
    }
}

/// The rows of a file, some at a time.
pub(in super::super) trait Batches: Send {
    /// The next rows; `None` behind the last.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Fault>;

    /// How many rows there are, where the file says so.
    fn rows(&self) -> Option<u64> {
        None
    }

    /// Tells how far the file was read, by its rows.
    fn tell(&mut self, _row: u64) {}
}

/// What a reader gives; where it panics, as it does over some damaged files, an error.
pub(in super::super) fn guarded<T>(kind: &'static str, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // A reader that has panicked is not used again, so it does not matter in what state it is.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(broken(kind, format!("is damaged ({})", said.unwrap_or("its reader gave up"))))
    })
}

pub(super) fn broken(kind: &'static str, why: impl Into<String>) -> Fault {
    Fault::Damaged { why: why.into(), kind }
}

/// A file that can be read in any order, with its size.
pub(super) fn in_any_order(
    source: &Source,
    opened: Opened,
    consumed: &Consumed,
) -> Result<(fs::File, u64, Progress), Fault> {
    if let Source::File(path) = source
        && !opened.packed
    {
        let file = open_file(path)?;
        let about = file.metadata()?;
        if about.is_file() {
            let progress = Progress { consumed: consumed.clone(), bytes: about.len(), told: opened.looked_at };
            return Ok((file, about.len(), progress));
        }
    }
    let mut file = tempfile::tempfile()?;
    let mut bytes = opened.bytes;
    let length = io::copy(&mut bytes, &mut file)?;
    // Its bytes are counted by now.
    Ok((file, length, Progress { consumed: consumed.clone(), bytes: 0, told: 0 }))
}

/// Tells how far a file is read by the rows: of its bytes, those of columns without use are never read.
pub(super) struct Progress {
    consumed: Consumed,
    bytes: u64,
    told: u64,
}

impl Progress {
    pub fn tell(&mut self, row: u64, rows: u64) {
        let share = u128::from(self.bytes) * u128::from(row.min(rows)) / u128::from(rows.max(1));
        let read = u64::try_from(share).unwrap_or(self.bytes);
        self.consumed.add(read.saturating_sub(self.told));
        self.told = self.told.max(read);
    }
}
