//! A frame: what is added to an output at a time, packed by itself. It goes to the output as it is made, so that a document of
//! any size takes no more memory for it.

use std::io::{self, BufWriter, Write};

use super::Compression;

/// Level of zstd: its usual one.
const ZSTD_LEVEL: i32 = 3;

/// Bytes that are gathered before they are packed.
const GATHERED: usize = 1 << 16;

/// A frame that is written to an output.
pub struct Frame<W: Write>(BufWriter<Packed<W>>);

impl<W: Write> Frame<W> {
    /// A frame of which nothing is written yet.
    pub fn new(compression: Compression, out: W) -> Self {
        let out = Counted { out, bytes: 0 };
        Self(BufWriter::with_capacity(GATHERED, Packed { compression, packer: Packer::Waiting(Some(out)) }))
    }

    /// Begins the frame, which will be there even if nothing is in it.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn begin(&mut self) -> io::Result<()> {
        self.0.get_mut().begin().map(drop)
    }

    /// Ends it, and gives how many bytes the output has of it: none of one that was not begun and has nothing in it.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn finish(self) -> io::Result<u64> {
        let packed = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        let out = match packed.packer {
            Packer::Waiting(_) => return Ok(0),
            Packer::Plain(out) => out,
            Packer::Gzip(packer) => packer.finish()?,
            Packer::Zstd(packer) => packer.finish()?,
        };
        Ok(out.bytes)
    }
}

impl<W: Write> Write for Frame<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What packs a frame, from its first byte on.
struct Packed<W: Write> {
    compression: Compression,
    packer: Packer<Counted<W>>,
}

enum Packer<W: Write> {
    /// Nothing was written: there may be no frame.
    Waiting(Option<W>),
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packed<W> {
    /// What packs, begun if it was not.
    fn begin(&mut self) -> io::Result<&mut dyn Write> {
        if let Packer::Waiting(out) = &mut self.packer {
            let out = out.take().ok_or_else(|| io::Error::other("the frame could not be begun"))?;
            self.packer = match self.compression {
                Compression::None => Packer::Plain(out),
                Compression::Gzip => Packer::Gzip(flate2::write::GzEncoder::new(out, flate2::Compression::default())),
                Compression::Zstd => {
                    let mut packer = zstd::Encoder::new(out, ZSTD_LEVEL)?;
                    // Without it, many a changed bit gives other text that is as good JSON. Gzip members always have one.
                    packer.include_checksum(true)?;
                    Packer::Zstd(packer)
                }
            };
        }
        match &mut self.packer {
            Packer::Waiting(_) => Err(io::Error::other("the frame could not be begun")),
            Packer::Plain(out) => Ok(out),
            Packer::Gzip(packer) => Ok(packer),
            Packer::Zstd(packer) => Ok(packer),
        }
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() { Ok(0) } else { self.begin()?.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        // Packers keep what they have until their end.
        Ok(())
    }
}

/// Counts the bytes that are written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
