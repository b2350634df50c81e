//! Arrow IPC as a file: by the index at its end.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, root_as_footer};
use arrow_schema::{ArrowError, SchemaRef};

use super::super::table::{Batches, Table, Wanted, broken};
use super::message::{CONTINUATION, KIND, MAX_BODY, check_unpacked, cut_off};
use crate::corpus::error::Fault;

/// Bytes behind the index: its length, and what ends a file.
const END: u64 = 10;

pub(in super::super) struct File {
    file: fs::File,
    bytes: u64,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: std::vec::IntoIter<Block>,
}

impl File {
    /// Reads the index of a file of so many bytes.
    pub fn open(mut file: fs::File, bytes: u64) -> Result<Self, Fault> {
        let mut end = [0; END as usize];
        let Some(end_at) = bytes.checked_sub(END) else { return Err(cut_off()) };
        file.seek(SeekFrom::Start(end_at))?;
        file.read_exact(&mut end)?;
        let length = read_footer_length(end).map_err(|_| broken(KIND, "is damaged (no index at its end)"))? as u64;
        let Some(footer_at) = end_at.checked_sub(length) else { return Err(cut_off()) };
        file.seek(SeekFrom::Start(footer_at))?;
        let mut footer = Vec::new();
        (&mut file).take(length).read_to_end(&mut footer)?;
        let footer = root_as_footer(&footer).map_err(|error| broken(KIND, format!("is damaged ({error})")))?;
        let described = footer.schema().ok_or_else(|| broken(KIND, "has no schema"))?;
        let schema: SchemaRef = try_fb_to_schema(described).map_err(undecoded)?.into();
        let decoder = FileDecoder::new(schema.clone(), footer.version());
        let dictionaries: Vec<Block> = footer.dictionaries().into_iter().flatten().copied().collect();
        let blocks: Vec<Block> = footer.recordBatches().into_iter().flatten().copied().collect();
        let mut read = Self { file, bytes, schema, decoder, blocks: blocks.into_iter() };
        for block in dictionaries {
            let message = read.message(&block)?;
            read.decoder.read_dictionary(&block, &message).map_err(undecoded)?;
        }
        Ok(read)
    }

    /// A message of the file, whole and looked at.
    fn message(&mut self, block: &Block) -> Result<Buffer, Fault> {
        let part = |length: i64| u64::try_from(length).ok().filter(|length| *length <= self.bytes);
        let offset = part(block.offset());
        let (head, body) = (part(block.metaDataLength().into()), part(block.bodyLength()));
        let (Some(offset), Some(head), Some(body)) = (offset, head, body) else {
            return Err(broken(KIND, "is damaged (a batch lies outside it)"));
        };
        if body > MAX_BODY as u64 {
            return Err(broken(KIND, "has a batch of more than 4 GB; write it in smaller batches"));
        }
        self.file.seek(SeekFrom::Start(offset))?;
        let mut message = Vec::new();
        (&mut self.file).take(head + body).read_to_end(&mut message)?;
        if message.len() as u64 != head + body {
            return Err(cut_off());
        }
        let (description, held) = message.split_at(head as usize);
        let prefix = if description.starts_with(&CONTINUATION) { 8 } else { 4 };
        check_unpacked(description.get(prefix..).ok_or_else(cut_off)?, held)?;
        Ok(Buffer::from_vec(message))
    }
}

impl Table for File {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn batches(mut self: Box<Self>, wanted: &Wanted) -> Result<Box<dyn Batches>, Fault> {
        self.decoder = self.decoder.with_projection(wanted.places());
        Ok(self)
    }
}

impl Batches for File {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Fault> {
        while let Some(block) = self.blocks.next() {
            let message = self.message(&block)?;
            if let Some(batch) = self.decoder.read_record_batch(&block, &message).map_err(undecoded)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }
}

fn undecoded(error: ArrowError) -> Fault {
    broken(KIND, format!("is damaged ({error})"))
}
