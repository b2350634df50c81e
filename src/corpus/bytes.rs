//! The bytes of a source: opened, unpacked and counted.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::Fault;
use super::source::Source;

/// Bytes that were read of files, as they lie there, so that progress can be told.
#[derive(Clone, Debug, Default)]
pub struct Consumed(Arc<AtomicU64>);

impl Consumed {
    /// How many so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts bytes that are read otherwise than through [`open`].
    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

struct Counted<R> {
    inner: R,
    consumed: Consumed,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.consumed.add(read as u64);
        Ok(read)
    }
}

/// The bytes of a source.
pub(super) type Bytes = Box<dyn Read + Send>;

/// Opens a source. What is compressed with gzip or zstd, by its first bytes, comes out plain.
pub(super) fn open(source: &Source, consumed: &Consumed) -> Result<Bytes, Fault> {
    let raw: Bytes = match source {
        Source::Stdin => Box::new(io::stdin()),
        Source::File(path) => Box::new(open_file(path)?),
        Source::Given(text) => return Ok(Box::new(Cursor::new(text.as_bytes().to_vec()))),
    };
    let mut raw = Counted { inner: raw, consumed: consumed.clone() };
    let mut magic = [0; 4];
    let mut known = 0;
    while known < magic.len() {
        match raw.read(&mut magic[known..]) {
            Ok(0) => break,
            Ok(read) => known += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let whole = Cursor::new(magic[..known].to_vec()).chain(raw);
    Ok(match Compression::of(&magic[..known]) {
        Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(BufReader::new(whole))),
        Some(Compression::Zstd) => Box::new(zstd::Decoder::new(whole)?),
        None => Box::new(whole),
    })
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// By the first bytes, four if there are as many.
    pub fn of(magic: &[u8]) -> Option<Self> {
        match magic {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
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

    #[test]
    fn compression_goes_by_the_first_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"zipped").unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(&b"packed"[..], 1).unwrap();
        for (content, text) in [
            ([gzip.clone(), gzip].concat(), "zippedzipped"),
            ([zstd.clone(), zstd].concat(), "packedpacked"),
            (b"plain".to_vec(), "plain"),
            (b"\x1f".to_vec(), "\u{1f}"),
            (Vec::new(), ""),
        ] {
            let path = folder.path().join("any.name");
            fs::write(&path, &content).unwrap();
            let consumed = Consumed::default();
            let mut found = String::new();
            open(&Source::File(path), &consumed).unwrap().read_to_string(&mut found).unwrap();
            assert_eq!(found, text);
            assert_eq!(consumed.bytes(), content.len() as u64);
        }
    }
}
