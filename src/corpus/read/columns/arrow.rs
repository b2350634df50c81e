//! Arrow IPC: streams, as Hugging Face datasets are kept, and files, as Feather and polars write them. A file is a stream with an
//! index behind it, which is not needed to read it from its beginning.
//!
//! Every message is looked at before it is decoded: the decoder makes room for what a message says of its size.

use std::io::{self, BufReader, Read};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::{MessageHeader, root_as_message};
use arrow_schema::SchemaRef;

use super::{Batches, Table, Wanted, broken};
use crate::corpus::bytes::Bytes;
use crate::corpus::error::Fault;

const KIND: &str = "Arrow";

/// Bytes of the description of a message, and of what it holds, at most.
const MAX_HEAD: u32 = 64 << 20;
const MAX_BODY: i64 = 4 << 30;

/// What begins a file, with what fills it up to eight bytes.
const FILE_MAGIC: u64 = 8;

const CONTINUATION: [u8; 4] = [0xff; 4];

/// Bytes at the beginning of a compressed buffer that say how long it is unpacked.
const UNPACKED_LENGTH: usize = 8;

pub(super) struct File {
    bytes: BufReader<Bytes>,
    decoder: StreamDecoder,
    schema: SchemaRef,
    /// A batch that came with the schema.
    wanted: Vec<usize>,
    ended: bool,
}

impl File {
    /// Reads as far as the schema.
    pub fn open(bytes: Bytes, is_file: bool) -> Result<Self, Fault> {
        let mut bytes = BufReader::with_capacity(1 << 16, bytes);
        if is_file {
            io::copy(&mut (&mut bytes).take(FILE_MAGIC), &mut io::sink())?;
        }
        let mut decoder = StreamDecoder::new();
        while decoder.schema().is_none() {
            let Some(message) = message(&mut bytes)? else { return Err(broken(KIND, "has no schema")) };
            decode(&mut decoder, message)?;
        }
        let schema = decoder.schema().ok_or_else(|| broken(KIND, "has no schema"))?;
        Ok(Self { bytes, decoder, schema, wanted: Vec::new(), ended: false })
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
        while !self.ended {
            let Some(message) = message(&mut self.bytes)? else {
                self.ended = true;
                break;
            };
            if let Some(batch) = decode(&mut self.decoder, message)? {
                return batch.project(&self.wanted).map(Some).map_err(|error| broken(KIND, error.to_string()));
            }
        }
        Ok(None)
    }
}

fn decode(decoder: &mut StreamDecoder, message: Vec<u8>) -> Result<Option<RecordBatch>, Fault> {
    let mut buffer = Buffer::from_vec(message);
    decoder.decode(&mut buffer).map_err(|error| broken(KIND, format!("is damaged ({error})")))
}

/// The next message, whole; `None` at the end of the stream.
fn message(bytes: &mut impl Read) -> Result<Option<Vec<u8>>, Fault> {
    let mut head = Vec::new();
    bytes.take(4).read_to_end(&mut head)?;
    if head == CONTINUATION {
        bytes.take(4).read_to_end(&mut head)?;
    }
    let length = match head.last_chunk::<4>() {
        // Some streams end without a word.
        None if head.is_empty() => return Ok(None),
        Some(length) if head.len() == 4 || head.len() == 8 => u32::from_le_bytes(*length),
        _ => return Err(cut_off()),
    };
    if length == 0 {
        return Ok(None);
    }
    if length > MAX_HEAD {
        return Err(broken(KIND, "is damaged (a message with a description that is too long)"));
    }
    let begin = head.len();
    let mut message = head;
    bytes.take(u64::from(length)).read_to_end(&mut message)?;
    if message.len() - begin != length as usize {
        return Err(cut_off());
    }
    let described = root_as_message(&message[begin..]).map_err(|error| broken(KIND, format!("is damaged ({error})")))?;
    let body = described.bodyLength();
    if body > MAX_BODY {
        return Err(broken(KIND, "has a batch of more than 4 GB; write it in smaller batches"));
    }
    let end = message.len();
    let body = u64::try_from(body).map_err(|_| broken(KIND, "is damaged (a message of less than no bytes)"))?;
    bytes.take(body).read_to_end(&mut message)?;
    if (message.len() - end) as u64 != body {
        return Err(cut_off());
    }
    check_unpacked(&message[begin..end], &message[end..])?;
    Ok(Some(message))
}

/// Whether what a batch says of its buffers can be: that they lie in it, and how long they are unpacked.
fn check_unpacked(head: &[u8], body: &[u8]) -> Result<(), Fault> {
    let damaged = |why: &str| broken(KIND, format!("is damaged ({why})"));
    let message = root_as_message(head).map_err(|error| damaged(&error.to_string()))?;
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    if !(0..=MAX_BODY).contains(&batch.length()) {
        return Err(damaged("a batch of so many rows"));
    }
    let mut unpacked = 0_i64;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let end = start.zip(usize::try_from(buffer.length()).ok()).and_then(|(start, length)| start.checked_add(length));
        let Some(bytes) = start.zip(end).and_then(|(start, end)| body.get(start..end)) else {
            return Err(damaged("a buffer lies outside its batch"));
        };
        if batch.compression().is_some()
            && let Some(length) = bytes.first_chunk::<UNPACKED_LENGTH>()
        {
            // -1: it is not compressed after all.
            unpacked = unpacked.saturating_add(i64::from_le_bytes(*length).max(-1));
        }
    }
    if unpacked > MAX_BODY {
        return Err(damaged("a batch of more than 4 GB when it is unpacked"));
    }
    Ok(())
}

fn cut_off() -> Fault {
    broken(KIND, "ends in the middle of a message")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

    use super::*;

    fn texts() -> RecordBatch {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["Köln", "Ulm"]));
        let other: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        RecordBatch::try_from_iter([("other", other), ("text", texts)]).unwrap()
    }

    fn read(bytes: Vec<u8>, is_file: bool) -> Result<usize, Fault> {
        let file = Box::new(File::open(Box::new(Cursor::new(bytes)), is_file)?);
        let mut batches = file.batches(&Wanted { columns: vec![false, true], without: None })?;
        let mut rows = 0;
        while let Some(batch) = batches.next_batch()? {
            assert_eq!(batch.schema().field(0).name(), "text");
            rows += batch.num_rows();
        }
        Ok(rows)
    }

    #[test]
    fn streams_and_files_are_read() {
        let batch = texts();
        for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
            let options = || IpcWriteOptions::default().try_with_compression(compression).unwrap();
            let mut stream = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options()).unwrap();
            stream.write(&batch).unwrap();
            stream.write(&batch).unwrap();
            let stream = stream.into_inner().unwrap();
            let mut file = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options()).unwrap();
            file.write(&batch).unwrap();
            let file = file.into_inner().unwrap();
            assert_eq!(read(stream.clone(), false).unwrap(), 4);
            assert_eq!(read(file, true).unwrap(), 2);
            let cut = stream[..stream.len() / 2].to_vec();
            assert!(read(cut, false).unwrap_err().to_string().contains("ends in the middle"));
        }
    }
}
