//! Sections of the file in the making, and the file put together from them.

use std::io::{self, Read, Write};

use super::scratch::{Scratch, Spill};
use crate::gazetteer::index::{self, ALIGNMENT, SECTIONS, SectionSum};

/// A section being written.
pub(super) struct SectionFile {
    file: Spill,
    checksum: crc32fast::Hasher,
    length: u64,
}

impl SectionFile {
    pub(super) fn new(scratch: &Scratch) -> io::Result<Self> {
        Ok(Self { file: scratch.file()?, checksum: crc32fast::Hasher::new(), length: 0 })
    }

    /// A section of which all is known.
    pub(super) fn of(bytes: &[u8], scratch: &Scratch) -> io::Result<Self> {
        let mut section = Self::new(scratch)?;
        section.write_all(bytes)?;
        Ok(section)
    }

    /// Bytes written so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

impl Write for SectionFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.checksum.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes the whole file and gives its length.
pub(super) fn write_file(sections: [SectionFile; SECTIONS], out: &mut impl Write) -> io::Result<u64> {
    let sums = sections
        .each_ref()
        .map(|section| SectionSum { length: section.length, checksum: section.checksum.clone().finalize() });
    let header = index::header(sums);
    out.write_all(&header)?;
    let mut length = header.len() as u64;
    for section in sections {
        let padded = section.length.next_multiple_of(ALIGNMENT as u64);
        let copied = io::copy(&mut section.file.into_reader()?.take(section.length), out)?;
        if copied != section.length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a temporary file has been cut short"));
        }
        out.write_all(&[0; ALIGNMENT][..(padded - copied) as usize])?;
        length += padded;
    }
    out.flush()?;
    Ok(length)
}
