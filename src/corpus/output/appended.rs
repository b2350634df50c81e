//! A file to which every chunk is appended, as a compressed frame of its own if it is compressed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::frame::Frame;
use super::{Compression, Finished, Output, Standing, cannot_write, finish_all, not_as_left, part_of, write_all};
use crate::annotation::Annotation;
use crate::atomic::sync_folder_of;
use crate::corpus::write::AnnotationWriter;

/// A file of text.
pub struct Appended {
    destination: PathBuf,
    part: PathBuf,
    /// `None` once it has its name.
    file: Option<File>,
    writer: Box<dyn AnnotationWriter>,
    compression: Compression,
    /// Bytes that are stored for good.
    position: u64,
    documents: u64,
}

impl Appended {
    /// A new file, or one that goes on where it stands.
    ///
    /// # Errors
    ///
    /// If it cannot be written to, another run writes to it, or it is not as it was left.
    pub fn open(
        destination: &Path,
        writer: Box<dyn AnnotationWriter>,
        compression: Compression,
        standing: Option<Standing>,
    ) -> io::Result<Self> {
        let part = part_of(destination);
        let Standing { mark: position, documents, complete } =
            standing.unwrap_or(Standing { mark: 0, documents: 0, complete: false });
        let mut appended =
            Self { destination: destination.to_owned(), part, file: None, writer, compression, position, documents };
        if complete && !appended.part.exists() {
            // It was killed between its renaming and the end.
            return match fs::metadata(destination) {
                Ok(there) if there.len() == position => Ok(appended),
                _ => Err(not_as_left(destination, "is missing or of another size")),
            };
        }
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(standing.is_none()).open(&appended.part);
        let mut file = match opened {
            Err(error) if standing.is_some() && error.kind() == io::ErrorKind::NotFound => {
                return Err(not_as_left(&appended.part, "is missing"));
            }
            opened => opened?,
        };
        if file.metadata()?.len() < position {
            return Err(not_as_left(&appended.part, "is shorter than it was"));
        }
        file.set_len(position)?;
        file.seek(SeekFrom::Start(position))?;
        sync_folder_of(&appended.part)?;
        appended.file = Some(file);
        Ok(appended)
    }

    /// Appends what is written as a frame, and gives where the file ends then. Whatever a frame that fails has left behind that
    /// is none of the output.
    fn append(&mut self, write: impl FnOnce(&mut Frame<&File>, &mut Self) -> io::Result<()>) -> io::Result<u64> {
        let file = self.file.take().ok_or_else(|| io::Error::other("the output is complete"))?;
        let mut frame = Frame::new(self.compression, &file);
        let written = write(&mut frame, self).and_then(|()| frame.finish()).and_then(|bytes| {
            if bytes > 0 {
                file.sync_data()?;
            }
            Ok(bytes)
        });
        match &written {
            Ok(bytes) => self.position += bytes,
            // Nobody goes on behind half a frame.
            Err(_) => drop(file.set_len(self.position).and_then(|()| (&file).seek(SeekFrom::Start(self.position)))),
        }
        self.file = Some(file);
        written.map(|_| self.position)
    }
}

impl Output for Appended {
    fn write(&mut self, annotations: &[&Annotation]) -> io::Result<Option<u64>> {
        let write = |frame: &mut Frame<&File>, this: &mut Self| {
            write_all(&*this.writer, frame, annotations, &mut this.documents)
        };
        self.append(write).map(Some)
    }

    fn complete(&mut self) -> io::Result<u64> {
        if self.file.is_none() {
            return Ok(self.position);
        }
        let position = self.append(|frame, this| {
            if this.position == 0 && this.compression != Compression::None {
                // Nothing is no gzip file; a frame of nothing is.
                frame.begin()?;
            }
            finish_all(&*this.writer, frame, this.documents)
        })?;
        self.file.as_ref().map_or(Ok(()), File::sync_all)?;
        Ok(position)
    }

    fn name(&mut self, finished: &Finished) -> io::Result<()> {
        if self.file.take().is_some() {
            finished.keep_with(&self.part);
            fs::rename(&self.part, &self.destination)?;
            sync_folder_of(&self.destination)?;
        }
        Ok(())
    }

    fn discard(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.part);
        }
    }

    fn failure(&self) -> String {
        cannot_write(&self.destination)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::annotation::Provenance;
    use crate::corpus::write::json::{Json, Jsonl};
    use crate::document::{Document, OffsetUnit};

    fn writer(json: bool) -> Box<dyn AnnotationWriter> {
        if json { Box::new(Json { provenance: Provenance::default() }) } else { Box::new(Jsonl) }
    }

    fn annotations() -> Vec<Annotation> {
        let annotation =
            |n: usize| Annotation::of(Document::new(format!("{n}"), "Zürich".repeat(n)), OffsetUnit::CodePoints);
        (0..10).map(annotation).collect()
    }

    fn finished() -> Finished {
        Finished::from(&crate::corpus::checkpoint::Manifest::default())
    }

    /// Whatever was written behind the last mark, and in every form: the output is that of a run without interruption.
    #[test]
    fn it_goes_on_where_it_stood() {
        let folder = tempfile::tempdir().unwrap();
        let annotations = annotations();
        let annotations: Vec<&Annotation> = annotations.iter().collect();
        for (json, compression) in [
            (false, Compression::None),
            (true, Compression::None),
            (false, Compression::Gzip),
            (true, Compression::Zstd),
            (false, Compression::Zstd),
        ] {
            let path = folder.path().join("out");
            let _ = fs::remove_file(&path);
            let whole = {
                let mut output = Appended::open(&path, writer(json), compression, None).unwrap();
                annotations.chunks(3).for_each(|chunk| assert!(output.write(chunk).unwrap().is_some()));
                output.complete().unwrap();
                assert!(!path.exists());
                output.name(&finished()).unwrap();
                fs::read(&path).unwrap()
            };
            for chunks in 0..4 {
                let mut output = Appended::open(&path, writer(json), compression, None).unwrap();
                let mut mark = 0;
                annotations.chunks(3).take(chunks).for_each(|chunk| mark = output.write(chunk).unwrap().unwrap());
                // Killed in the middle of the next.
                output.file.as_mut().unwrap().write_all(b"half of a frame").unwrap();
                drop(output);
                let standing = Standing { mark, documents: 3 * chunks as u64, complete: false };
                let mut output = Appended::open(&path, writer(json), compression, Some(standing)).unwrap();
                annotations.chunks(3).skip(chunks).for_each(|chunk| assert!(output.write(chunk).unwrap().is_some()));
                let mark = output.complete().unwrap();
                // Killed before and after it got its name.
                for _ in 0..2 {
                    drop(output);
                    let standing = Standing { mark, documents: 10, complete: true };
                    output = Appended::open(&path, writer(json), compression, Some(standing)).unwrap();
                    output.name(&finished()).unwrap();
                    assert_eq!(fs::read(&path).unwrap(), whole, "{json} {compression:?} {chunks}");
                }
                assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            }
        }
    }

    #[test]
    fn nothing_is_a_file_of_its_form() {
        let folder = tempfile::tempdir().unwrap();
        for (json, compression, text) in [
            (false, Compression::Gzip, ""),
            (false, Compression::Zstd, ""),
            (false, Compression::None, ""),
            (true, Compression::Gzip, "\"documents\": []}\n"),
        ] {
            let path = folder.path().join("out");
            let mut output = Appended::open(&path, writer(json), compression, None).unwrap();
            assert_eq!(output.write(&[]).unwrap(), Some(0));
            output.complete().unwrap();
            output.name(&finished()).unwrap();
            let file = File::open(&path).unwrap();
            let mut found = String::new();
            match compression {
                Compression::None => io::BufReader::new(file).read_to_string(&mut found).unwrap(),
                Compression::Gzip => flate2::read::GzDecoder::new(file).read_to_string(&mut found).unwrap(),
                Compression::Zstd => zstd::Decoder::new(file).unwrap().read_to_string(&mut found).unwrap(),
            };
            assert!(found.ends_with(text) && (json || found.is_empty()), "{found}");
        }
    }

    #[test]
    fn what_is_not_as_it_was_left_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let open = |standing| Appended::open(&path, writer(false), Compression::None, standing).map(drop);
        let standing = Standing { mark: 100, documents: 1, complete: false };
        assert!(open(Some(standing)).unwrap_err().to_string().contains("is missing"));
        fs::write(part_of(&path), "short").unwrap();
        assert!(open(Some(standing)).unwrap_err().to_string().contains("is shorter"));
        fs::remove_file(part_of(&path)).unwrap();
        assert!(
            open(Some(Standing { complete: true, ..standing })).unwrap_err().to_string().contains("of another size")
        );
    }
}
