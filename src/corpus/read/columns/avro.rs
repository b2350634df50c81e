//! Avro object files.

use std::io::BufReader;

use arrow_array::RecordBatch;
use arrow_avro::reader::{Reader, ReaderBuilder};
use arrow_schema::SchemaRef;

use super::table::{Batches, Table, Wanted, broken, guarded};
use crate::corpus::bytes::Bytes;
use crate::corpus::error::Fault;

const KIND: &str = "Avro";

/// Rows that are decoded at once.
const BATCH_ROWS: usize = 64;

pub(super) struct File {
    reader: Reader<BufReader<Bytes>>,
    schema: SchemaRef,
    wanted: Vec<usize>,
}

impl File {
    /// Reads as far as the schema.
    pub fn open(bytes: Bytes) -> Result<Self, Fault> {
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        let reader = ReaderBuilder::new().with_batch_size(BATCH_ROWS).build(bytes);
        let reader = reader.map_err(|error| broken(KIND, format!("cannot be read ({error})")))?;
        Ok(Self { schema: reader.schema(), reader, wanted: Vec::new() })
    }
}

impl Table for File {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn batches(mut self: Box<Self>, wanted: &Wanted) -> Result<Box<dyn Batches>, Fault> {
        self.wanted = wanted.places();
        Ok(self)
    }
}

impl Batches for File {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Fault> {
        guarded(KIND, || match self.reader.next() {
            Some(batch) => {
                let batch = batch.and_then(|batch| batch.project(&self.wanted));
                batch.map(Some).map_err(|error| broken(KIND, format!("is damaged ({error})")))
            }
            None => Ok(None),
        })
    }
}
