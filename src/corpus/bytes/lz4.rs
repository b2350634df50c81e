//! lz4 as it lies on disks: frames one behind the other, each with its end.

use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;

/// The plain bytes of an lz4 file.
pub(super) struct Frames<R: Read> {
    decoder: FrameDecoder<Tail<R>>,
}

/// Bytes behind the last block of a frame: zeros, and a checksum in most.
const END: usize = 4;

impl<R: BufRead> Frames<R> {
    pub fn new(bytes: R) -> Self {
        Self { decoder: FrameDecoder::new(Tail { bytes, last: [1; 2 * END] }) }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            let read = self.decoder.read(into)?;
            if read > 0 {
                return Ok(read);
            }
            // The decoder takes the end of the file for that of a frame.
            let tail = self.decoder.get_mut();
            let ended = tail.last[..END] == [0; END] || tail.last[END..] == [0; END];
            if !ended {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "lz4 that ends in the middle of a frame"));
            }
            if tail.bytes.fill_buf()?.is_empty() {
                return Ok(0);
            }
        }
    }
}

/// Remembers the bytes that were read last.
struct Tail<R> {
    bytes: R,
    last: [u8; 2 * END],
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        let new = &into[read.saturating_sub(self.last.len())..read];
        self.last.rotate_left(new.len());
        let kept = self.last.len() - new.len();
        self.last[kept..].copy_from_slice(new);
        Ok(read)
    }
}
