//! Opening tables as they are published: plain, as gzip, or inside a zip file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::SourceError;
#[cfg(feature = "build")]
use super::packed;

/// How much is read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// A file of tables, and how far it has been read.
pub(crate) struct TableFile {
    path: PathBuf,
    file: File,
    /// Length in bytes.
    pub(crate) length: u64,
    position: Arc<AtomicU64>,
}

impl TableFile {
    pub(crate) fn open(path: &Path) -> Result<Self, SourceError> {
        let unreadable = |source| SourceError::Unreadable { file: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::Error::new(io::ErrorKind::IsADirectory, "is a folder")));
        }
        Ok(Self { path: path.to_owned(), file, length: metadata.len(), position: Arc::default() })
    }

    /// How many bytes of the file have been read, which whoever reads it may watch.
    pub(crate) fn position(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.position)
    }

    /// Gives each table in the file to `read`, with the path to speak of it: that of a zip file has the name of the
    /// table in it at its end.
    pub(crate) fn for_each_table<E: From<SourceError>>(
        self,
        mut read: impl FnMut(&mut dyn BufRead, &Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { path, file, position, .. } = self;
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, Watched { file, at: 0, position });
        let unreadable = |source| SourceError::Unreadable { file: path.clone(), source };
        // The kind goes by the first bytes: names of files say what people think that they are.
        match reader.fill_buf().map_err(unreadable)? {
            #[cfg(feature = "build")]
            [b'P', b'K', 3 | 5, 4 | 6, ..] => packed::each_in_zip(reader, &path, read),
            #[cfg(feature = "build")]
            [0x1f, 0x8b, ..] => packed::inflated(reader, &path, read),
            #[cfg(not(feature = "build"))]
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Err(SourceError::Packed { file: path, format: "zip" }.into()),
            #[cfg(not(feature = "build"))]
            [0x1f, 0x8b, ..] => Err(SourceError::Packed { file: path, format: "gzip" }.into()),
            _ => read(&mut reader, &path),
        }
    }
}

/// A file that says how far it has been read.
struct Watched {
    file: File,
    at: u64,
    position: Arc<AtomicU64>,
}

impl Watched {
    fn moved_to(&mut self, at: u64) -> u64 {
        self.at = at;
        self.position.store(at, Ordering::Relaxed);
        at
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.moved_to(self.at + read as u64);
        Ok(read)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.file.seek(to)?;
        Ok(self.moved_to(at))
    }
}

#[cfg(test)]
#[cfg(feature = "build")]
mod tests {
    use super::*;
    use crate::gazetteer::source::testing::zipped;
    use std::io::Write;

    fn read(path: &Path) -> Result<Vec<(String, String)>, SourceError> {
        let mut tables = Vec::new();
        let file = TableFile::open(path)?;
        let (length, position) = (file.length, file.position());
        file.for_each_table(|reader, name| {
            let mut text = String::new();
            reader.read_to_string(&mut text).map_err(|source| SourceError::Unreadable { file: name.into(), source })?;
            let name = name.strip_prefix(path.parent().unwrap()).unwrap();
            tables.push((name.display().to_string(), text));
            Ok::<_, SourceError>(())
        })?;
        assert!(position.load(Ordering::Relaxed) <= length);
        Ok(tables)
    }

    #[test]
    fn the_kind_of_a_file_goes_by_its_first_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let of = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let plain = write("a.zip", b"1\tMosul\n");
        assert_eq!(read(&plain).unwrap(), [of("a.zip", "1\tMosul\n")]);
        assert_eq!(read(&write("empty.txt", b"")).unwrap(), [of("empty.txt", "")]);

        let zip = zipped(&[("readme.txt", "no table"), ("IQ.txt", "1\tMosul\n"), ("__MACOSX/._IQ.txt", "no table")]);
        assert_eq!(read(&write("b.txt", &zip)).unwrap(), [of("b.txt/IQ.txt", "1\tMosul\n")]);

        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"1\tMosul\n").unwrap();
        assert_eq!(read(&write("c.txt", &gzip.finish().unwrap())).unwrap(), [of("c.txt", "1\tMosul\n")]);

        let none = read(&write("d.zip", &zipped(&[("ReadMe.TXT", "no table")]))).unwrap_err().to_string();
        assert!(none.contains("d.zip: is a zip file without a table"), "{none}");
        let cut = read(&write("e.zip", &zip[..zip.len() / 2])).unwrap_err().to_string();
        assert!(cut.contains("e.zip: cannot be read"), "{cut}");
        let folder = read(folder.path()).unwrap_err().to_string();
        assert!(folder.contains("is a folder"), "{folder}");
    }
}
