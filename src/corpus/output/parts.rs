//! Parquet: parts of a bounded number of documents, each a file that is whole, and at the end one file of them all.
//!
//! A Parquet file can only be read when it is whole, so what is stored for good are parts; a run that was killed loses what
//! it had of its last part.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::folder::{WorkFolder, refuse_full};
use super::{Finished, Output, Standing, cannot_write, not_as_left};
use crate::annotation::Annotation;
use crate::atomic::sync_folder_of;
use crate::corpus::write::parquet::{MetadataTypes, ParquetOptions, PartWriter, join, metadata_types, part_name};
use crate::document::metadata_weight;

/// A part ends with the chunk that brings it to so many documents.
const DOCUMENTS: u64 = 1024;
/// Or to so many bytes of text.
const BYTES: usize = 64 << 20;

/// A Parquet file, or a folder of them.
pub struct Parts {
    destination: PathBuf,
    /// Whether the parts are joined to one file.
    joined: bool,
    options: ParquetOptions,
    work: WorkFolder,
    /// Parts that are stored for good.
    parts: u64,
    open: Option<Part>,
    /// The documents of the first part, while the types of their metadata are not known.
    waiting: Option<Waiting>,
}

/// Documents of which all are seen before the first is written.
#[derive(Default)]
struct Waiting {
    annotations: Vec<Annotation>,
    bytes: usize,
}

/// A part that is being written.
struct Part {
    writer: PartWriter<BufWriter<File>>,
    documents: u64,
    bytes: usize,
}

impl Parts {
    /// A new output, or one that goes on where it stands. `joined`: one file; else a folder of parts.
    ///
    /// # Errors
    ///
    /// If it cannot be written to, or is not as it was left.
    pub fn open(
        destination: &Path,
        joined: bool,
        options: ParquetOptions,
        standing: Option<Standing>,
    ) -> io::Result<Self> {
        if standing.is_none() && !joined {
            refuse_full(destination)?;
        }
        let work = WorkFolder::open(destination, standing)?;
        let parts = standing.map_or(0, |standing| standing.mark);
        let mut opened =
            Self { destination: destination.to_owned(), joined, options, work, parts, open: None, waiting: None };
        if !opened.work.is_named()
            && let Some(missing) = (0..parts).map(|part| opened.path(part)).find(|path| !path.is_file())
        {
            return Err(not_as_left(&missing, "is missing"));
        }
        if !opened.work.is_named() && parts > 0 {
            opened.options.metadata = metadata_types(&File::open(opened.path(0))?)?;
        }
        Ok(opened)
    }

    fn path(&self, part: u64) -> PathBuf {
        self.work.join(&part_name(part))
    }

    fn unfinished(&self) -> PathBuf {
        self.work.join("unfinished.part")
    }

    fn begin(&self) -> io::Result<Part> {
        let file = BufWriter::new(File::create(self.unfinished())?);
        Ok(Part { writer: PartWriter::new(file, &self.options)?, documents: 0, bytes: 0 })
    }

    /// Whether the types of metadata are to be looked for in these documents, which are among the first.
    fn waits(&self, annotations: &[&Annotation]) -> bool {
        let is_first = self.parts == 0 && self.open.is_none();
        is_first && (self.waiting.is_some() || annotations.iter().any(|annotation| annotation.metadata.is_some()))
    }

    /// Writes the first part, with the types that the metadata of its documents has.
    fn write_waiting(&mut self, Waiting { annotations, .. }: Waiting) -> io::Result<()> {
        self.options.metadata = MetadataTypes::of(annotations.iter().filter_map(|one| one.metadata.as_ref()));
        let mut part = self.begin()?;
        part.writer.write(&annotations.iter().collect::<Vec<_>>())?;
        self.end(part)
    }

    fn end(&mut self, part: Part) -> io::Result<()> {
        let file = part.writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(self.unfinished(), self.path(self.parts))?;
        sync_folder_of(&self.path(self.parts))?;
        self.parts += 1;
        Ok(())
    }
}

/// The bytes of documents with what is carried through with them.
fn bytes(annotations: &[&Annotation]) -> usize {
    let metadata = |annotation: &Annotation| annotation.metadata.as_ref().map_or(0, metadata_weight);
    annotations.iter().map(|one| one.text.as_ref().map_or(0, String::len) + metadata(one)).sum()
}

impl Output for Parts {
    fn write(&mut self, annotations: &[&Annotation]) -> io::Result<Option<u64>> {
        if self.waits(annotations) {
            let mut waiting = self.waiting.take().unwrap_or_default();
            waiting.bytes += bytes(annotations);
            waiting.annotations.extend(annotations.iter().map(|&annotation| annotation.clone()));
            if waiting.annotations.len() as u64 >= DOCUMENTS || waiting.bytes >= BYTES {
                self.write_waiting(waiting)?;
            } else {
                self.waiting = Some(waiting);
                return Ok(None);
            }
        } else if !annotations.is_empty() {
            let mut part = match self.open.take() {
                Some(part) => part,
                None => self.begin()?,
            };
            part.writer.write(annotations)?;
            part.documents += annotations.len() as u64;
            part.bytes += bytes(annotations);
            if part.documents >= DOCUMENTS || part.bytes >= BYTES {
                self.end(part)?;
            } else {
                self.open = Some(part);
            }
        }
        Ok(self.open.is_none().then_some(self.parts))
    }

    fn complete(&mut self) -> io::Result<u64> {
        if let Some(waiting) = self.waiting.take() {
            self.write_waiting(waiting)?;
        }
        match self.open.take() {
            Some(part) => self.end(part)?,
            // No document is a table too.
            None if self.parts == 0 => {
                let part = self.begin()?;
                self.end(part)?;
            }
            None => {}
        }
        Ok(self.parts)
    }

    fn name(&mut self, finished: &Finished) -> io::Result<()> {
        if self.work.is_named() {
            return Ok(());
        }
        match fs::remove_file(self.unfinished()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if !self.joined {
            return self.work.name(&self.destination, finished);
        }
        let parts: Vec<PathBuf> = (0..self.parts).map(|part| self.path(part)).collect();
        // Among the parts, so that nothing is left of it when the run is killed.
        let whole = self.work.join("joined.part");
        let mut file = BufWriter::new(File::create(&whole)?);
        join(&parts, &mut file).map_err(io::Error::other)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        finished.keep_with(&whole);
        fs::rename(&whole, &self.destination)?;
        sync_folder_of(&self.destination)
    }

    /// The parts go when the manifest has gone: until then, a run that is killed makes the file of them anew.
    fn tidy(&mut self) {
        self.work.remove();
    }

    fn discard(&mut self) {
        self.open = None;
        self.waiting = None;
        self.work.remove();
    }

    fn failure(&self) -> String {
        cannot_write(&self.destination)
    }
}
