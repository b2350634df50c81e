//! The bytes of a source: opened, unpacked and counted.

mod consumed;
mod content;
mod gzip;
mod lz4;
mod plain;
mod utf16;
mod zstandard;

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

pub use self::consumed::Consumed;
use self::consumed::Counted;
pub use self::content::Foreign;
use self::content::Told;
pub(super) use self::content::{Content, Packing};
pub(super) use self::plain::Bytes;
use super::error::Fault;
use super::source::Source;

/// A source that was opened and unpacked.
pub(super) struct Opened {
    /// Its plain bytes, from their beginning.
    pub bytes: Bytes,
    /// What they are.
    pub content: Content,
    /// Whether they were packed.
    pub packed: bool,
    /// How many were looked at to tell what they are: of these it is known that they were read.
    pub looked_at: u64,
}

/// Packings within packings, at most.
const LAYERS: usize = 3;

/// Opens a source. What is packed, by its first bytes, comes out plain.
pub(super) fn open(source: &Source, consumed: &Consumed) -> Result<Opened, Fault> {
    let raw: Bytes = match source {
        Source::Stdin => Box::new(io::stdin()),
        Source::File(path) => Box::new(open_file(path)?),
        Source::Remote(remote) => remote.open()?,
        Source::Member(member) => return opened(member.open(consumed)?, true),
        Source::Given(text) => {
            let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
            return Ok(Opened { bytes, content: Content::Other, packed: false, looked_at: 0 });
        }
    };
    opened(Box::new(Counted::new(raw, consumed)), false)
}

fn opened(mut bytes: Bytes, mut packed: bool) -> Result<Opened, Fault> {
    for _ in 0..=LAYERS {
        let (told, whole, looked_at) = looked_at(bytes)?;
        let packing = match told {
            Told::Plain(content) => return Ok(Opened { bytes: whole, content, packed, looked_at }),
            Told::Packed(packing) => packing,
        };
        packed = true;
        let buffered = |bytes| BufReader::with_capacity(1 << 16, bytes);
        bytes = match packing {
            Packing::Gzip => Box::new(gzip::Gunzip::new(buffered(whole))),
            Packing::Zstd => zstandard::unpacked(whole)?,
            Packing::Xz => Box::new(lzma_rust2::XzReader::new(buffered(whole), true)),
            Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered(whole))),
            Packing::Utf16 => Box::new(utf16::Decoded::new(whole)),
            Packing::Lz4 => Box::new(lz4::Frames::new(buffered(whole))),
        };
    }
    Err(Fault::Damaged { why: format!("is packed more than {LAYERS} times over"), kind: "data" })
}

/// What bytes are, by as much of their beginning as tells it. Of a pipe, no more is waited for.
fn looked_at(mut bytes: Bytes) -> Result<(Told, Bytes, u64), Fault> {
    let mut head = Vec::new();
    loop {
        if let Some(told) = content::told(&head, false) {
            let known = head.len() as u64;
            return Ok((told, Box::new(Cursor::new(head).chain(bytes)), known));
        }
        let known = head.len();
        head.resize(content::HEAD.max(known + 1), 0);
        let read = bytes.read(&mut head[known..])?;
        head.truncate(known + read);
        if read == 0 {
            let told = content::told(&head, true).unwrap_or(Told::Plain(Content::Other));
            let known = head.len() as u64;
            return Ok((told, Box::new(Cursor::new(head).chain(bytes)), known));
        }
    }
}

/// Opens a file that is one.
pub(super) fn open_file(path: &Path) -> Result<File, Fault> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Fault::EmptyFolder);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    fn read(content: &[u8]) -> Result<(String, Content, bool, u64), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.name");
        fs::write(&path, content).unwrap();
        let consumed = Consumed::default();
        let mut found = String::new();
        let mut opened = open(&Source::File(path), &consumed).map_err(|fault| fault.to_string())?;
        opened.bytes.read_to_string(&mut found).map_err(|error| error.to_string())?;
        Ok((found, opened.content, opened.packed, consumed.bytes()))
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        ::zstd::encode_all(text.as_bytes(), 1).unwrap()
    }

    #[test]
    fn packing_goes_by_the_first_bytes() {
        let mut bzip2 = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
        bzip2.write_all(b"packed").unwrap();
        let bzip2 = bzip2.finish().unwrap();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(b"packed").unwrap();
        let lz4 = lz4.finish().unwrap();
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstd("packed")].concat();
        for (content, text) in [
            ([gzip("zipped"), gzip("zipped")].concat(), "zippedzipped"),
            ([gzip("zipped"), vec![0; 600], gzip("too"), vec![0; 5]].concat(), "zippedtoo"),
            ([zstd("packed"), zstd("packed")].concat(), "packedpacked"),
            (skipped, "packed"),
            ([bzip2.clone(), bzip2].concat(), "packedpacked"),
            ([lz4.clone(), lz4.clone()].concat(), "packedpacked"),
            (gzip(&String::from_utf8_lossy(b"plain")), "plain"),
            (b"plain".to_vec(), "plain"),
            (b"\x1f".to_vec(), "\u{1f}"),
            (Vec::new(), ""),
        ] {
            let (found, _, packed, bytes) = read(&content).unwrap();
            assert_eq!(found, text);
            assert_eq!(bytes, content.len() as u64);
            assert_eq!(packed, Packing::of(&content).is_some());
        }
        for length in [lz4.len() - 1, lz4.len() - 4, lz4.len() - 8] {
            assert!(read(&lz4[..length]).is_err(), "{length}");
        }
        assert!(read(&[gzip("a"), b"rubbish".to_vec()].concat()).unwrap_err().contains("no gzip"));
    }

    /// Bytes that come one at a time, each behind an interrupt.
    struct Interrupted(Cursor<Vec<u8>>, bool);

    impl Read for Interrupted {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    #[test]
    fn an_interrupt_loses_nothing() {
        let whole = [gzip("zipped"), vec![0; 3], gzip("too")].concat();
        let mut found = String::new();
        let interrupted = Interrupted(Cursor::new(whole), false);
        let bytes = Counted::new(interrupted, &Consumed::default());
        opened(Box::new(bytes), false).unwrap().bytes.read_to_string(&mut found).unwrap();
        assert_eq!(found, "zippedtoo");
    }

    #[test]
    fn content_goes_by_what_was_packed() {
        let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        twice.write_all(&zstd("[{\"text\": \"a\"}]")).unwrap();
        assert_eq!(read(&twice.finish().unwrap()).unwrap().1, Content::Json);
        assert_eq!(read(b"<html>").unwrap().1, Content::Html);
    }
}
