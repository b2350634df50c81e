//! Making a gazetteer file: places are added in any order, those of the same id merged, and the file written.
//!
//! The same places and sources give the same bytes, whatever their order. All of it is done in memory: the cities of
//! the world with their names take some hundred megabytes.

mod input;
mod tables;

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

pub(super) use self::input::check_name;
pub use self::input::{NameInput, PlaceError, PlaceInput};
use self::tables::{Names, Tables};
use super::SourceNote;
use super::index::assemble;
use super::source::extra::ExtraTable;
use super::source::geonames::GeoNamesTable;
use super::source::{BrokenLine, SourceError};
use crate::atomic::AtomicFile;

/// Collects places and writes the gazetteer of them.
#[derive(Debug, Default)]
pub struct Builder {
    places: Vec<PlaceInput>,
    sources: Vec<SourceNote>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of places.
    pub places: usize,
    /// Number of inputs that were merged into others of the same id.
    pub merged: usize,
    /// Number of keys that names fold to.
    pub keys: usize,
    /// Number of names of places, each spelling counted.
    pub postings: usize,
    /// Names without a letter or digit, which can't be found.
    pub names_without_key: u64,
    /// Length of the file in bytes.
    pub bytes: usize,
}

/// Why a gazetteer could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file or folder can't be read or written.
    #[error("{}: cannot {doing}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What failed.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A table as a whole is wrong.
    #[error(transparent)]
    Source(SourceError),
    /// More lines are broken than the caller puts up with.
    #[error("{} lines are broken, more than the {max_errors} allowed; mend the tables or allow more; the first: {}", broken.len(), broken[0])]
    TooManyErrors {
        /// How many were allowed.
        max_errors: usize,
        /// The broken lines, one more than that.
        broken: Vec<BrokenLine>,
    },
    /// The sources have no place in them.
    #[error("the sources hold no places; give tables with at least one")]
    NoPlaces,
    /// More than the file format can number.
    #[error("too many {0} for the file format; leave some sources out")]
    TooMany(&'static str),
    /// A source's name, licence or attribution can't be stored.
    #[error("source {0:?}: expected a name, licence and attribution without tabs and line breaks")]
    SourceNote(String),
    /// The map of names could not be made.
    #[error("cannot make the map of names: {0}")]
    Names(fst::Error),
    /// The file's bytes could not be written.
    #[error("cannot write the gazetteer: {0}")]
    Write(io::Error),
}

impl Builder {
    /// With no places yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a place. Those of the same id are merged when the file is written (see [`PlaceInput::layer`]): names are
    /// united, and what a higher layer knows of other things counts.
    ///
    /// # Errors
    ///
    /// If something of the place can't be stored; it is then left out.
    pub fn add(&mut self, place: PlaceInput) -> Result<(), PlaceError> {
        place.check()?;
        self.places.push(place);
        Ok(())
    }

    /// Adds a note on where places came from.
    pub fn add_source(&mut self, source: SourceNote) {
        self.sources.push(source);
    }

    /// Writes the gazetteer.
    ///
    /// # Errors
    ///
    /// If there is more than the format can number, a source note has control characters, or writing fails.
    pub fn finish(mut self, mut writer: impl Write) -> Result<Summary, BuildError> {
        let metadata = metadata(&mut self.sources)?;
        let added = self.places.len();
        let runs = tables::namespaces(merged(self.places));
        let tables = Tables::new(&runs)?;
        let names = Names::new(&runs)?;
        let file = assemble([
            metadata.as_bytes(),
            &names.map,
            bytemuck::cast_slice(&names.postings),
            bytemuck::cast_slice(&tables.places),
            bytemuck::cast_slice(&tables.details),
            bytemuck::cast_slice(&tables.namespaces),
            bytemuck::cast_slice(&tables.features),
            bytemuck::cast_slice(&tables.divisions),
            bytemuck::cast_slice(&tables.countries),
            &tables.strings.bytes,
        ]);
        writer.write_all(&file).and_then(|()| writer.flush()).map_err(BuildError::Write)?;
        Ok(Summary {
            places: tables.places.len(),
            merged: added - tables.places.len(),
            keys: names.keys,
            postings: names.postings.len(),
            names_without_key: names.without_key,
            bytes: file.len(),
        })
    }
}

fn metadata(sources: &mut Vec<SourceNote>) -> Result<String, BuildError> {
    sources.sort();
    sources.dedup();
    let storable = |text: &str| !text.chars().any(char::is_control);
    for source in &*sources {
        if ![&source.name, &source.licence, &source.attribution].into_iter().all(|text| storable(text)) {
            return Err(BuildError::SourceNote(source.name.clone()));
        }
    }
    Ok(sources.iter().map(SourceNote::to_line).collect())
}

/// One place an id.
fn merged(mut places: Vec<PlaceInput>) -> Vec<PlaceInput> {
    places.sort_by(PlaceInput::order);
    let mut merged: Vec<PlaceInput> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if last.id == place.id => last.merge(place),
            _ => merged.push(place),
        }
    }
    merged
}

/// The tables to build a gazetteer from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Tables in the shape of the GeoNames dumps (see [`source::geonames`](super::source::geonames)).
    pub geonames: Vec<PathBuf>,
    /// Tables of our own shape (see [`source::extra`](super::source::extra)); they count before those of GeoNames, and
    /// the later before the earlier.
    pub extra: Vec<PathBuf>,
    /// What to say of the sources in the file.
    pub notes: Vec<SourceNote>,
    /// How many broken lines to skip, in all tables together, before giving up.
    pub max_errors: usize,
}

impl Default for Sources {
    /// No tables, and up to 100 broken lines.
    fn default() -> Self {
        Self { geonames: Vec::new(), extra: Vec::new(), notes: Vec::new(), max_errors: 100 }
    }
}

/// How far a build has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A table is being read; every ten thousand places, and at its beginning.
    Reading {
        /// The table.
        file: &'a Path,
        /// Places read from all tables so far.
        places: usize,
    },
    /// All tables are read; keys are made and sorted.
    Indexing {
        /// Places read from all tables, before merging.
        places: usize,
    },
    /// The file is written and takes its place.
    Done,
}

/// What a build did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// What was written.
    pub summary: Summary,
    /// The lines that were skipped, and those of which only names were.
    pub broken: Vec<BrokenLine>,
}

/// Builds a gazetteer file from tables. It is written beside `out` and then renamed, so that `out` is whole at all times.
///
/// # Errors
///
/// If a table can't be read or has other columns than expected, more lines are broken than [`Sources::max_errors`], or
/// the file can't be written. `out` is then as it was.
pub fn build(sources: &Sources, out: &Path, mut progress: impl FnMut(Progress<'_>)) -> Result<BuildReport, BuildError> {
    let mut reading = Reading { builder: Builder::new(), broken: Vec::new(), max_errors: sources.max_errors };
    let mut layers = 0..;
    for (file, layer) in sources.geonames.iter().zip(&mut layers) {
        let table = GeoNamesTable::new(open(file)?, file);
        reading.read(table, layer, file, &mut progress)?;
    }
    for (file, layer) in sources.extra.iter().zip(&mut layers) {
        let table = ExtraTable::new(open(file)?, file).map_err(BuildError::Source)?;
        reading.read(table, layer, file, &mut progress)?;
    }
    let Reading { mut builder, broken, .. } = reading;
    if builder.places.is_empty() {
        return Err(BuildError::NoPlaces);
    }
    sources.notes.iter().cloned().for_each(|note| builder.add_source(note));
    progress(Progress::Indexing { places: builder.places.len() });
    let summary = replace(out, builder)?;
    progress(Progress::Done);
    Ok(BuildReport { summary, broken })
}

/// Tables being read.
struct Reading {
    builder: Builder,
    broken: Vec<BrokenLine>,
    max_errors: usize,
}

impl Reading {
    fn read(
        &mut self,
        table: impl Iterator<Item = Result<PlaceInput, SourceError>>,
        layer: u32,
        file: &Path,
        progress: &mut impl FnMut(Progress<'_>),
    ) -> Result<(), BuildError> {
        progress(Progress::Reading { file, places: self.builder.places.len() });
        for place in table {
            match place {
                // The tables have checked the place already.
                Ok(place) => self.builder.places.push(PlaceInput { layer, ..place }),
                Err(SourceError::Broken(line)) => self.broken.push(line),
                Err(error) => return Err(BuildError::Source(error)),
            }
            if self.broken.len() > self.max_errors {
                let broken = std::mem::take(&mut self.broken);
                return Err(BuildError::TooManyErrors { max_errors: self.max_errors, broken });
            }
            if self.builder.places.len().is_multiple_of(10_000) {
                progress(Progress::Reading { file, places: self.builder.places.len() });
            }
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<BufReader<File>, BuildError> {
    let file = File::open(path).map_err(|source| BuildError::File { path: path.to_owned(), doing: "read", source })?;
    Ok(BufReader::new(file))
}

fn replace(out: &Path, builder: Builder) -> Result<Summary, BuildError> {
    let failed = |doing| move |source| BuildError::File { path: out.to_owned(), doing, source };
    let mut file = AtomicFile::create(out).map_err(failed("write"))?;
    let summary = builder.finish(&mut file)?;
    file.commit().map_err(failed("write"))?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
