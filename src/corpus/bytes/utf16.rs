//! Text in UTF-16, as Windows and Excel write it.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

/// Bytes that are decoded at a time.
const PIECE: usize = 1 << 14;

/// UTF-16 with its mark in front, as UTF-8.
pub(super) struct Decoded<R> {
    bytes: R,
    decoder: Decoder,
    /// What was read and not decoded, from a place on.
    read: Vec<u8>,
    at: usize,
    ended: bool,
    /// What was decoded and not given, from a place on.
    text: String,
    given: usize,
}

impl<R: Read> Decoded<R> {
    /// Of bytes that begin with the mark, which says in which order they are.
    pub fn new(bytes: R) -> Self {
        // Its decoder looks for the mark itself.
        let decoder = encoding_rs::UTF_16LE.new_decoder();
        Self { bytes, decoder, read: Vec::new(), at: 0, ended: false, text: String::with_capacity(PIECE), given: 0 }
    }

    fn decode(&mut self) -> io::Result<()> {
        if self.at == self.read.len() {
            self.read.resize(PIECE, 0);
            let read = self.bytes.read(&mut self.read)?;
            self.read.truncate(read);
            (self.at, self.ended) = (0, read == 0);
        }
        (self.given, _) = (0, self.text.clear());
        let rest = &self.read[self.at..];
        let (result, read) = self.decoder.decode_to_string_without_replacement(rest, &mut self.text, self.ended);
        self.at += read;
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
            DecoderResult::Malformed(..) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "begins as UTF-16 does, and is none"))
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !(self.ended && self.at == self.read.len()) {
            self.decode()?;
        }
        let read = (&self.text.as_bytes()[self.given..]).read(into)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_becomes_utf_8() {
        let text = "Größe 🙂 in Tel Aviv. ".repeat(3_000);
        let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [&little, &big] {
            let mut found = String::new();
            Decoded::new(&bytes[..]).read_to_string(&mut found).unwrap();
            assert!(found == text);
        }
        for wrong in [&little[..little.len() - 1], &[0xff, 0xfe, 0x00, 0xd8, 0x20, 0x00], &[0xff, 0xfe, 1]] {
            assert!(Decoded::new(wrong).read_to_end(&mut Vec::new()).is_err(), "{}", wrong.len());
        }
        let mut none = Vec::new();
        Decoded::new(&[0xff, 0xfe][..]).read_to_end(&mut none).unwrap();
        assert!(none.is_empty());
    }
}
