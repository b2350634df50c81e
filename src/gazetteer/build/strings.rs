//! The section of strings.

use std::collections::HashMap;
use std::io::{self, Write};

use super::error::BuildError;
use super::scratch::Scratch;
use super::section::SectionFile;
use crate::gazetteer::index::{NONE, StringOffset};

/// How many strings are remembered, so that one that comes again is not written again.
///
/// When there are more, all are forgotten: names of neighbours, whose ids are often close, still meet, and memory stays
/// bounded. A million is more than all cities have.
const MOST_REMEMBERED: usize = 1 << 20;

/// Strings being written, equal ones once as far as memory allows.
pub(super) struct Strings {
    section: SectionFile,
    offsets: HashMap<Box<str>, StringOffset>,
}

impl Strings {
    pub(super) fn new(scratch: &Scratch) -> io::Result<Self> {
        Ok(Self { section: SectionFile::new(scratch)?, offsets: HashMap::new() })
    }

    /// Where the string is.
    pub(super) fn intern(&mut self, text: &str) -> Result<StringOffset, BuildError> {
        if let Some(&offset) = self.offsets.get(text) {
            return Ok(offset);
        }
        let offset = u32::try_from(self.section.length()).ok().filter(|&offset| offset != NONE);
        let offset = offset.ok_or(BuildError::TooMany("bytes of names"))?;
        // Checked inputs have at most 1024 bytes: two bytes of LEB128 do.
        let length = text.len();
        let written = if length >= 0x80 {
            self.section.write_all(&[(length & 0x7f) as u8 | 0x80, (length >> 7) as u8])
        } else {
            self.section.write_all(&[length as u8])
        };
        written.and_then(|()| self.section.write_all(text.as_bytes())).map_err(BuildError::Temporary)?;
        if self.offsets.len() == MOST_REMEMBERED {
            self.offsets.clear();
        }
        self.offsets.insert(text.into(), offset);
        Ok(offset)
    }

    pub(super) fn finish(self) -> SectionFile {
        self.section
    }
}
