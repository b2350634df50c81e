//! Arrow IPC as a stream: message by message.

use std::io::{BufReader, Read};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::root_as_message;
use arrow_schema::SchemaRef;

use super::super::table::{Batches, Table, Wanted, broken};
use super::message::{CONTINUATION, KIND, MAX_BODY, check_unpacked, cut_off};
use crate::corpus::bytes::Bytes;
use crate::corpus::error::Fault;

/// Bytes of the description of a message, at most.
const MAX_HEAD: u32 = 64 << 20;

pub(in super::super) struct Stream {
    bytes: BufReader<Bytes>,
    decoder: StreamDecoder,
    schema: SchemaRef,
    /// A batch that came with the schema.
    first: Option<RecordBatch>,
    wanted: Vec<usize>,
    ended: bool,
}

impl Stream {
    /// Reads as far as the schema.
    pub fn open(bytes: Bytes) -> Result<Self, Fault> {
        let mut bytes = BufReader::with_capacity(1 << 16, bytes);
        let (mut decoder, mut first, mut ended) = (StreamDecoder::new(), None, false);
        while decoder.schema().is_none() && !ended {
            // The decoder takes what a message says when the next one comes, or the end.
            let message = message(&mut bytes)?;
            ended = message.is_none();
            first = decode(&mut decoder, message.unwrap_or_else(|| [CONTINUATION, [0; 4]].concat()))?;
        }
        let schema = decoder.schema().ok_or_else(|| broken(KIND, "has no schema"))?;
        Ok(Self { bytes, decoder, schema, first, wanted: Vec::new(), ended })
    }
}

impl Table for Stream {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn batches(mut self: Box<Self>, wanted: &Wanted) -> Result<Box<dyn Batches>, Fault> {
        self.wanted = wanted.places();
        Ok(self)
    }
}

impl Batches for Stream {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Fault> {
        loop {
            let batch = match self.first.take() {
                Some(batch) => Some(batch),
                None if self.ended => return Ok(None),
                None => match message(&mut self.bytes)? {
                    Some(message) => decode(&mut self.decoder, message)?,
                    None => {
                        self.ended = true;
                        None
                    }
                },
            };
            if let Some(batch) = batch {
                return batch.project(&self.wanted).map(Some).map_err(|error| broken(KIND, error.to_string()));
            }
        }
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
    let described =
        root_as_message(&message[begin..]).map_err(|error| broken(KIND, format!("is damaged ({error})")))?;
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
