//! Arrow IPC: streams, as Hugging Face datasets are kept, and files, as Feather and polars write them. A file is read by the index
//! at its end: that of polars is no stream with an index behind it, as the format has it.
//!
//! Every message is looked at before it is decoded: the decoder makes room for what a message says of its size.

mod file;
mod stream;

use arrow_ipc::{MessageHeader, root_as_message};

pub(super) use self::file::File;
pub(super) use self::stream::Stream;
use super::broken;
use crate::corpus::error::Fault;

const KIND: &str = "Arrow";

/// Bytes of what a message holds, packed or not, at most.
const MAX_BODY: i64 = 4 << 30;

/// What stands in front of the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Bytes at the beginning of a compressed buffer that say how long it is unpacked.
const UNPACKED_LENGTH: usize = 8;

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
    use std::io::{Cursor, Write as _};
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

    use super::super::{Table, Wanted};
    use super::*;

    fn texts() -> RecordBatch {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["Köln", "Ulm"]));
        let other: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        RecordBatch::try_from_iter([("other", other), ("text", texts)]).unwrap()
    }

    fn read(bytes: Vec<u8>, is_file: bool) -> Result<usize, Fault> {
        let file: Box<dyn Table> = match is_file {
            true => {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&bytes).unwrap();
                Box::new(File::open(file, bytes.len() as u64)?)
            }
            false => Box::new(Stream::open(Box::new(Cursor::new(bytes)))?),
        };
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
            let mut empty = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
            empty.finish().unwrap();
            assert_eq!(read(empty.into_inner().unwrap(), false).unwrap(), 0);
            let cut = stream[..stream.len() / 2].to_vec();
            assert!(read(cut, false).unwrap_err().to_string().contains("ends in the middle"));
        }
    }
}
