//! Where a build puts what is too large to be kept in memory.

#[cfg(feature = "build")]
use std::fs::File;
use std::io::{self, Read, Write};
#[cfg(feature = "build")]
use std::io::{BufReader, BufWriter, Seek, SeekFrom};
#[cfg(feature = "build")]
use std::path::{Path, PathBuf};

/// Bytes that a build holds back from the disk before it sorts and writes them.
#[cfg(feature = "build")]
const CHUNK_BYTES: usize = 96 << 20;

/// How much is read and written at once.
#[cfg(feature = "build")]
const BUFFER_BYTES: usize = 256 << 10;

/// A folder for temporary files and how much may stay in memory; or no folder, and everything stays there.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    #[cfg(feature = "build")]
    folder: Option<PathBuf>,
    /// A smaller number gives the same file, in smaller steps.
    pub(super) chunk_bytes: usize,
}

impl Scratch {
    /// Nothing is written to disk.
    pub(super) fn in_memory() -> Self {
        Self {
            #[cfg(feature = "build")]
            folder: None,
            chunk_bytes: usize::MAX,
        }
    }

    /// Temporary files in `folder`. They have no names where the system allows it, so that nothing is left of them
    /// however the program ends.
    #[cfg(feature = "build")]
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), chunk_bytes: CHUNK_BYTES }
    }

    /// With chunks of this many bytes.
    #[cfg(all(test, feature = "build"))]
    pub(super) fn with_chunks_of(self, chunk_bytes: usize) -> Self {
        Self { chunk_bytes, ..self }
    }

    /// A file to be written, then read once.
    pub(super) fn file(&self) -> io::Result<Spill> {
        #[cfg(feature = "build")]
        if let Some(folder) = &self.folder {
            return Ok(Spill::Disk(BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile_in(folder)?)));
        }
        Ok(Spill::Memory(Vec::new()))
    }
}

/// Bytes being written that will be read from their beginning.
#[derive(Debug)]
pub(super) enum Spill {
    Memory(Vec<u8>),
    #[cfg(feature = "build")]
    Disk(BufWriter<File>),
}

impl Spill {
    /// What was written, from its beginning.
    pub(super) fn into_reader(self) -> io::Result<SpillReader> {
        Ok(match self {
            Self::Memory(bytes) => SpillReader::Memory(io::Cursor::new(bytes)),
            #[cfg(feature = "build")]
            Self::Disk(writer) => {
                let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.seek(SeekFrom::Start(0))?;
                SpillReader::Disk(BufReader::with_capacity(BUFFER_BYTES, file))
            }
        })
    }
}

impl Write for Spill {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Memory(written) => written.write(bytes),
            #[cfg(feature = "build")]
            Self::Disk(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            #[cfg(feature = "build")]
            Self::Disk(file) => file.flush(),
        }
    }
}

/// Bytes that were written, being read.
#[derive(Debug)]
pub(super) enum SpillReader {
    Memory(io::Cursor<Vec<u8>>),
    #[cfg(feature = "build")]
    Disk(BufReader<File>),
}

impl Read for SpillReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.read(buffer),
            #[cfg(feature = "build")]
            Self::Disk(file) => file.read(buffer),
        }
    }
}
