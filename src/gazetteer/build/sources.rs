//! Building from files: which there are, in which order they count, and what is told on the way.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::BuildError;
#[cfg(feature = "build")]
use super::filter::Filter;
use super::merge::Duplicate;
use super::scratch::Scratch;
use super::{Collector, Job, Key, PlaceInput, Summary, checked_notes};
#[cfg(feature = "build")]
use crate::atomic::AtomicFile;
use crate::gazetteer::SourceNote;
pub use crate::gazetteer::source::LeftOut;
use crate::gazetteer::source::extra::ExtraTable;
use crate::gazetteer::source::file::TableFile;
use crate::gazetteer::source::{BrokenLine, SourceError};

/// The tables to build a gazetteer from.
///
/// Where several know the same of a place, the later counts: first Natural Earth, then dumps, then what adds to them,
/// then tables of one's own; and of several of a kind the later. Names of all are kept.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Dumps of GeoNames (see [`geonames`](crate::gazetteer::source::geonames)).
    #[cfg(feature = "build")]
    pub geonames: Vec<PathBuf>,
    /// Kinds and languages of the dumps' names (see [`alternate_names`](crate::gazetteer::source::alternate_names)).
    #[cfg(feature = "build")]
    pub alternate_names: Vec<PathBuf>,
    /// Names of first- and second-level divisions (see [`admin_codes`](crate::gazetteer::source::admin_codes)).
    #[cfg(feature = "build")]
    pub admin_codes: Vec<PathBuf>,
    /// Sizes and codes of countries (see [`country_info`](crate::gazetteer::source::country_info)).
    #[cfg(feature = "build")]
    pub countries: Vec<PathBuf>,
    /// Parents of places (see [`hierarchy`](crate::gazetteer::source::hierarchy)).
    #[cfg(feature = "build")]
    pub hierarchy: Vec<PathBuf>,
    /// Themes of Natural Earth (see [`natural_earth`](crate::gazetteer::source::natural_earth)).
    #[cfg(feature = "build")]
    pub natural_earth: Vec<PathBuf>,
    /// Tables of our own shape (see [`extra`](crate::gazetteer::source::extra)).
    pub extra: Vec<PathBuf>,
    /// What to say of the sources in the file.
    pub notes: Vec<SourceNote>,
    /// What to leave out.
    #[cfg(feature = "build")]
    pub filter: Filter,
    /// How many broken lines to skip, in all tables together, before giving up.
    pub max_errors: u64,
    /// The priority of places of our own tables that state none.
    pub priority: Option<i32>,
    /// The folder for temporary files; `None` for that of the output. It needs room for about three times the sources.
    #[cfg(feature = "build")]
    pub temporary: Option<PathBuf>,
}

impl Default for Sources {
    /// No tables, no filters, and up to 100 broken lines.
    fn default() -> Self {
        Self {
            #[cfg(feature = "build")]
            geonames: Vec::new(),
            #[cfg(feature = "build")]
            alternate_names: Vec::new(),
            #[cfg(feature = "build")]
            admin_codes: Vec::new(),
            #[cfg(feature = "build")]
            countries: Vec::new(),
            #[cfg(feature = "build")]
            hierarchy: Vec::new(),
            #[cfg(feature = "build")]
            natural_earth: Vec::new(),
            extra: Vec::new(),
            notes: Vec::new(),
            #[cfg(feature = "build")]
            filter: Filter::default(),
            max_errors: 100,
            priority: None,
            #[cfg(feature = "build")]
            temporary: None,
        }
    }
}

/// How far a build has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A file is being read.
    Reading {
        /// The file.
        file: &'a Path,
        /// Bytes of it that are read.
        bytes: u64,
        /// Its length in bytes.
        length: u64,
        /// Places read from all files so far.
        places: u64,
    },
    /// All files are read; what they say of the same place is brought together.
    Merging {
        /// Places that are whole.
        places: u64,
    },
    /// The keys of all names are sorted.
    Sorting {
        /// Places in the gazetteer.
        places: u64,
    },
    /// The file is written.
    Writing,
    /// The file has taken its place.
    Done,
}

/// What a build did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// What was written.
    pub summary: Summary,
    /// What was left out on purpose.
    pub left_out: LeftOut,
    /// How many lines were skipped, and those of which only names were.
    pub broken_lines: u64,
    /// The first few hundred of them.
    pub broken: Vec<BrokenLine>,
}

/// How many broken lines are told one by one.
const TOLD: usize = 300;

/// Builds a gazetteer file from tables. It is written beside `out` and then renamed, so that `out` is whole at all times.
///
/// Memory stays bounded: what doesn't fit goes to temporary files, which vanish with the build.
///
/// # Errors
///
/// If a table can't be read or has other columns than expected, more lines are broken than [`Sources::max_errors`], or
/// the file can't be written. `out` is then as it was.
#[cfg(feature = "build")]
pub fn build(sources: &Sources, out: &Path, mut progress: impl FnMut(Progress<'_>)) -> Result<BuildReport, BuildError> {
    let beside = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let scratch = Scratch::in_folder(sources.temporary.as_deref().unwrap_or(beside));
    build_with(sources, out, scratch, &mut progress)
}

/// As [`build`], with temporary files as `scratch` says.
#[cfg(feature = "build")]
pub(super) fn build_with(
    sources: &Sources,
    out: &Path,
    scratch: Scratch,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<BuildReport, BuildError> {
    let failed = |source| BuildError::File { path: out.to_owned(), doing: "write", source };
    // First of all, so that nobody waits for what can't be written.
    let mut file = AtomicFile::create(out).map_err(failed)?;
    let report = build_into(sources, &mut file, scratch, progress)?;
    file.commit().map_err(failed)?;
    progress(Progress::Done);
    Ok(report)
}

/// Builds a gazetteer from tables that fit in memory, with room to spare; without temporary files.
///
/// # Errors
///
/// As [`build`].
pub fn build_in_memory(sources: &Sources) -> Result<(Vec<u8>, BuildReport), BuildError> {
    let mut file = Vec::new();
    let report = build_into(sources, &mut file, Scratch::in_memory(), &mut |_| ())?;
    Ok((file, report))
}

fn build_into(
    sources: &Sources,
    out: &mut impl Write,
    scratch: Scratch,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<BuildReport, BuildError> {
    let notes = checked_notes(sources.notes.clone())?;
    let mut reading = Reading {
        collector: Collector::new(scratch),
        tables: Vec::new(),
        faults: Faults { told: Vec::new(), count: 0, most: sources.max_errors },
        left_out: LeftOut::default(),
        progress,
    };
    reading.read_all(sources)?;
    let Reading { collector, tables, mut faults, mut left_out, progress } = reading;
    if collector.places == 0 {
        return Err(BuildError::NoPlaces(std::mem::take(&mut faults.told)));
    }
    let job = Job { collector, sources: notes, tables: tables.iter().map(|path| base_name(path)).collect() };
    let mut duplicate = |Duplicate { layer, line, kept }: Duplicate| {
        let file = tables.get(layer as usize).cloned().unwrap_or_default();
        faults.add(BrokenLine {
            file,
            line,
            why: format!("its id stands on line {kept} already; expected one line an id"),
        })
    };
    let (summary, merging) = job.write(out, &mut duplicate, progress)?;
    left_out.additions += merging.without_place;
    Ok(BuildReport { summary, left_out, broken_lines: faults.count, broken: faults.told })
}

/// The name of a file without folders, as one line.
fn base_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Broken lines, of which only the first are kept.
pub(super) struct Faults {
    told: Vec<BrokenLine>,
    count: u64,
    most: u64,
}

impl Faults {
    pub(super) fn add(&mut self, line: BrokenLine) -> Result<(), BuildError> {
        self.count += 1;
        if self.told.len() < TOLD {
            self.told.push(line);
        }
        if self.count > self.most {
            return Err(BuildError::TooManyErrors { max_errors: self.most, broken: std::mem::take(&mut self.told) });
        }
        Ok(())
    }
}

/// Files being read.
pub(super) struct Reading<'p> {
    pub(super) collector: Collector,
    /// The tables so far. Each is a layer of its own.
    tables: Vec<PathBuf>,
    pub(super) faults: Faults,
    pub(super) left_out: LeftOut,
    progress: &'p mut dyn FnMut(Progress<'_>),
}

/// A file that is being read, for progress.
pub(super) struct Watched<'f> {
    file: &'f Path,
    length: u64,
    position: Arc<AtomicU64>,
}

impl Reading<'_> {
    fn read_all(&mut self, sources: &Sources) -> Result<(), BuildError> {
        #[cfg(feature = "build")]
        self.read_dumps(sources)?;
        for file in &sources.extra {
            self.read(file, |reading, reader, table, layer, watched| {
                reading.rows(reader, table, layer, sources.priority, watched)
            })?;
        }
        Ok(())
    }

    /// Reads each table of a file by `read`.
    pub(super) fn read(
        &mut self,
        file: &Path,
        mut read: impl FnMut(&mut Self, &mut dyn BufRead, &Path, u32, &Watched<'_>) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        let tables = TableFile::open(file)?;
        let watched = Watched { file, length: tables.length, position: tables.position() };
        self.tell(&watched);
        tables.for_each_table(|reader, table| {
            let layer = u32::try_from(self.tables.len()).map_err(|_| BuildError::TooMany("tables"))?;
            self.tables.push(table.to_owned());
            read(self, reader, table, layer, &watched)
        })
    }

    pub(super) fn tell(&mut self, Watched { file, length, position }: &Watched<'_>) {
        let bytes = position.load(Ordering::Relaxed);
        (self.progress)(Progress::Reading { file, bytes, length: *length, places: self.collector.places });
    }

    /// Reads a table of our own. `priority` is that of places whose rows state none.
    fn rows(
        &mut self,
        reader: &mut dyn BufRead,
        table: &Path,
        layer: u32,
        priority: Option<i32>,
        watched: &Watched<'_>,
    ) -> Result<(), BuildError> {
        for (number, row) in ExtraTable::new(reader, table)?.enumerate() {
            match row {
                Ok((line, place)) => {
                    self.add(&PlaceInput { layer, priority: place.priority.or(priority), ..place }, line)?;
                }
                Err(SourceError::Broken(line)) => self.faults.add(line)?,
                Err(error) => return Err(error.into()),
            }
            if number.is_multiple_of(1_000) {
                self.tell(watched);
            }
        }
        Ok(())
    }

    /// Adds a place that its source has checked.
    pub(super) fn add(&mut self, place: &PlaceInput, line: u64) -> Result<(), BuildError> {
        let Some((namespace, local, fields)) = place.fields() else { return Ok(()) };
        let key = Key { namespace, local, layer: place.layer, line };
        self.collector.add(&key, &fields).map_err(BuildError::Temporary)
    }
}

#[cfg(test)]
#[cfg(feature = "build")]
mod tests;
