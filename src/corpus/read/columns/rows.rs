//! The documents of a file of columns.

use std::sync::Arc;

use arrow_array::{Array as _, StructArray};
use serde_json::{Map, Value};

use super::cell;
use super::table::{Batches, Table, Wanted, broken, guarded};
use crate::corpus::error::{Fault, ReadError};
use crate::corpus::fields::{EXPECTED_ROW, Fields};
use crate::corpus::input::{InputRecord, Records};
use crate::corpus::notes::Notes;
use crate::corpus::position::Position;

/// The documents of a file of columns.
pub(in super::super) struct Rows {
    name: Arc<str>,
    kind: &'static str,
    fields: Fields,
    notes: Notes,
    reading: cell::Reading,
    batches: Box<dyn Batches>,
    /// The rows that are decoded.
    batch: Option<StructArray>,
    /// The next row of them.
    next: usize,
    /// Rows that were given of the file.
    row: u64,
    ended: bool,
}

impl Rows {
    /// Begins to read the columns that have a use.
    pub fn new(
        name: Arc<str>,
        kind: &'static str,
        table: Box<dyn Table>,
        fields: Fields,
        notes: Notes,
    ) -> Result<Self, Fault> {
        let schema = table.schema();
        let names = || schema.fields().iter().map(|field| field.name().as_str());
        fields.check_columns(names())?;
        let wanted = Wanted { columns: fields.wanted(names()), without: None };
        let reading = cell::Reading::of(&schema);
        let batches = table.batches(&wanted)?;
        Ok(Self { name, kind, fields, notes, reading, batches, batch: None, next: 0, row: 0, ended: false })
    }

    /// Goes to the next row and gives its place in the batch.
    fn advance(&mut self) -> Option<Result<usize, Fault>> {
        while self.next == self.batch.as_ref().map_or(0, |batch| batch.len()) {
            if self.ended {
                return None;
            }
            if let Err(fault) = self.decode() {
                self.row += 1;
                self.ended = true;
                self.batches.tell(u64::MAX);
                return Some(Err(fault));
            }
        }
        self.next += 1;
        self.row += 1;
        self.batches.tell(self.row);
        Some(Ok(self.next - 1))
    }

    fn decode(&mut self) -> Result<(), Fault> {
        // The last batch goes before the next one comes.
        self.batch = None;
        self.next = 0;
        match guarded(self.kind, || self.batches.next_batch())? {
            Some(batch) => {
                self.batch = Some(batch.into());
                Ok(())
            }
            None => match self.batches.rows() {
                Some(rows) if self.row < rows => {
                    Err(broken(self.kind, format!("ends behind row {} of the {rows} that it should have", self.row)))
                }
                _ => {
                    self.ended = true;
                    self.batches.tell(u64::MAX);
                    Ok(())
                }
            },
        }
    }

    fn object(&self, row: usize, position: &Position) -> Result<Map<String, Value>, Fault> {
        let Some(batch) = &self.batch else { return Ok(Map::new()) };
        let told = cell::Told { fields: &self.fields, notes: &self.notes, position };
        guarded(self.kind, || self.reading.object(batch, row, &told))
    }
}

impl Records for Rows {
    fn next_record(&mut self) -> Option<Result<InputRecord, ReadError>> {
        let row = self.advance()?;
        let position = Position { source: self.name.clone(), line: Some(self.row) };
        let object = row.and_then(|row| self.object(row, &position));
        Some(self.fields.record(position, object, EXPECTED_ROW, &self.notes))
    }

    /// Rows are decoded nevertheless: only so it is known how far a damaged file can be read.
    fn skip_record(&mut self) -> bool {
        self.advance().is_some()
    }
}
