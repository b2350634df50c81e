//! zstd as it is found: with windows of up to 2 GB (`zstd --long=31`), with frames to be skipped in front, and with a dictionary
//! in the first of these, as web archives have it.

use std::io::{self, Cursor, Read};

use super::plain::{Bytes, fill};

/// The longest window that the format's own program takes. It is memory that the decoder needs.
const WINDOW_LOG: u32 = if cfg!(target_pointer_width = "64") { 31 } else { 30 };

/// The frame that has the dictionary of those behind it: see the specification of WARC files packed with zstd.
const DICTIONARY_FRAME: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];

/// Bytes of a dictionary, at most.
const DICTIONARY_BYTES: u64 = 64 << 20;

/// The plain bytes of a zstd file.
pub(super) fn unpacked(mut bytes: Bytes) -> io::Result<Bytes> {
    let mut head = [0; 8];
    let known = fill(&mut bytes, &mut head)?;
    if known == head.len() && head[..4] == DICTIONARY_FRAME {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut frame = Vec::new();
        (&mut bytes).take(u64::from(length).min(DICTIONARY_BYTES)).read_to_end(&mut frame)?;
        if frame.len() as u64 != u64::from(length) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its dictionary is cut off or too long"));
        }
        return with_dictionary(bytes, &frame);
    }
    let whole = Cursor::new(head[..known].to_vec()).chain(bytes);
    let mut decoder = zstd::Decoder::new(whole)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(Box::new(decoder))
}

/// The dictionary may be packed itself.
fn with_dictionary(bytes: Bytes, frame: &[u8]) -> io::Result<Bytes> {
    let packed = frame.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let dictionary = match packed {
        true => {
            let mut dictionary = Vec::new();
            zstd::Decoder::new(frame)?.take(DICTIONARY_BYTES).read_to_end(&mut dictionary)?;
            dictionary
        }
        false => frame.to_vec(),
    };
    let mut decoder = zstd::Decoder::with_dictionary(io::BufReader::with_capacity(1 << 16, bytes), &dictionary)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(Box::new(decoder))
}
