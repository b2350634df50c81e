//! Arrow IPC: streams, as Hugging Face datasets are kept, and files, as Feather and polars write them. A file is read by the index
//! at its end: that of polars is no stream with an index behind it, as the format has it.
//!
//! Every message is looked at before it is decoded: the decoder makes room for what a message says of its size.

mod file;
mod message;
mod stream;

pub(super) use self::file::File;
pub(super) use self::stream::Stream;

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

    use super::super::table::{Table, Wanted};
    use super::*;
    use crate::corpus::error::Fault;

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
