//! Making a gazetteer file: what sources say of places comes in any order, is brought together by id, and written.
//!
//! The way of the data:
//!
//! ```text
//! lines ─ source ─► records ─ sort ─► places ─► rows ───────────────────────► sections ─► file
//!                                        └───► keys ─ sort ─► map, postings ─────┘
//! ```
//!
//! Both sorts, and sections on their way, go through temporary files beside the output where `build` makes it, so that
//! memory stays bounded whatever the size of the sources: some hundred megabytes. A [`Builder`] of one's own keeps all
//! in memory. Published dumps, packed tables and temporary files need the feature `build`; tables of one's own do not. The same sources give the same bytes, whatever the order of their lines and the number of threads.

mod divisions;
#[cfg(feature = "build")]
mod dumps;
mod error;
mod external_sort;
mod fields;
#[cfg(feature = "build")]
mod filter;
mod input;
mod merge;
mod names;
mod namespaces;
mod scratch;
mod section;
mod sources;
mod strings;
mod tables;

use std::io::{self, Write};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

pub use self::error::BuildError;
use self::external_sort::Sorter;
#[cfg(feature = "build")]
pub(super) use self::fields::GEONAMES;
#[cfg(test)]
#[cfg(feature = "build")]
pub(super) use self::fields::read as read_record;
pub(super) use self::fields::{Fields, Key};
#[cfg(feature = "build")]
pub use self::filter::{Filter, Scripts};
pub use self::input::{NameInput, PlaceError, PlaceInput};
#[cfg(feature = "build")]
pub(super) use self::input::{check_code, check_name, metres, position, without_controls};
use self::merge::{Duplicate, Grouping, Groups, Merged};
use self::names::{Keys, Names};
use self::namespaces::Namespaces;
use self::scratch::Scratch;
use self::section::{SectionFile, write_file};
#[cfg(feature = "build")]
pub use self::sources::build;
pub use self::sources::{BuildReport, LeftOut, Progress, Sources, build_in_memory};
use self::tables::Tables;
use super::SourceNote;

/// Collects places and writes the gazetteer of them, all in memory. `build` is for sources of any size.
#[derive(Debug)]
pub struct Builder {
    collector: Collector,
    sources: Vec<SourceNote>,
    /// Why a place could not be kept.
    failure: Option<io::Error>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of places.
    pub places: u64,
    /// Number of inputs that were merged into others of the same id.
    pub merged: u64,
    /// Number of keys that names fold to.
    pub keys: u64,
    /// Number of names of places, each spelling counted.
    pub postings: u64,
    /// Names without a letter or digit, which can't be found.
    pub names_without_key: u64,
    /// Length of the file in bytes.
    pub bytes: u64,
}

impl Default for Builder {
    fn default() -> Self {
        Self { collector: Collector::new(Scratch::in_memory()), sources: Vec::new(), failure: None }
    }
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
        let (namespace, local, fields) = place.fields().ok_or_else(|| PlaceError::Id(place.id.clone()))?;
        let key = Key { namespace, local, layer: place.layer, line: 0 };
        if let Err(error) = self.collector.add(&key, &fields) {
            self.failure.get_or_insert(error);
        }
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
    pub fn finish(self, mut writer: impl Write) -> Result<Summary, BuildError> {
        if let Some(error) = self.failure {
            return Err(BuildError::Temporary(error));
        }
        let sources = checked_notes(self.sources)?;
        let job = Job { collector: self.collector, sources, tables: Vec::new() };
        let (summary, _) = job.write(&mut writer, &mut |_| Ok(()), &mut |_| ())?;
        Ok(summary)
    }
}

/// Records of all sources, being collected.
#[derive(Debug)]
struct Collector {
    scratch: Scratch,
    sorter: Sorter,
    namespaces: Namespaces,
    /// Records of whole places.
    places: u64,
    /// Whether a record names a parent.
    has_parents: bool,
    record: Vec<u8>,
}

impl Collector {
    fn new(scratch: Scratch) -> Self {
        let sorter = Sorter::new(&scratch);
        Self { scratch, sorter, namespaces: Namespaces::default(), places: 0, has_parents: false, record: Vec::new() }
    }

    fn add(&mut self, key: &Key<'_>, fields: &Fields<'_>) -> io::Result<()> {
        if fields.location.is_some() {
            self.namespaces.note(key.namespace, key.local);
            self.places += 1;
        }
        self.has_parents |= fields.parent.is_some();
        self.record.clear();
        fields.write(key, &mut self.record);
        self.sorter.push(&self.record)
    }
}

/// Sorted, without duplicates, and free of what the metadata's lines can't hold.
fn checked_notes(mut sources: Vec<SourceNote>) -> Result<Vec<SourceNote>, BuildError> {
    sources.sort();
    sources.dedup();
    let storable = |text: &String| !text.chars().any(char::is_control);
    match sources.iter().find(|note| ![&note.name, &note.licence, &note.attribution].into_iter().all(storable)) {
        Some(note) => Err(BuildError::SourceNote(note.name.clone())),
        None => Ok(sources),
    }
}

/// How many places are worked on at once, and in one piece.
const BATCH: usize = 1 << 13;
const PIECE: usize = 1 << 8;

/// A gazetteer of which all records are collected.
struct Job {
    collector: Collector,
    sources: Vec<SourceNote>,
    /// The names of the tables, by layer.
    tables: Vec<String>,
}

/// What came to light while places were merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Merging {
    /// Records about ids that no source has a place of.
    without_place: u64,
}

impl Job {
    /// Writes the file. `duplicate` is told of each line that is left out because another has its id.
    fn write(
        self,
        out: &mut impl Write,
        duplicate: &mut dyn FnMut(Duplicate) -> Result<(), BuildError>,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(Summary, Merging), BuildError> {
        let Self { collector, sources, tables: table_names } = self;
        let Collector { scratch, sorter, namespaces, places: added, has_parents, .. } = collector;
        progress(Progress::Merging { places: 0 });
        let sorted = sorter.finish().map_err(BuildError::Temporary)?;
        let mut grouping = Grouping::new(sorted).map_err(BuildError::Temporary)?;
        let mut tables = Tables::new(&scratch, has_parents).map_err(BuildError::Temporary)?;
        let mut names = Names::new(&scratch);
        let mut of_table = vec![0u64; table_names.len()];
        let mut duplicates = 0;
        let mut groups = Groups::default();
        loop {
            grouping.fill(&mut groups, BATCH).map_err(BuildError::Temporary)?;
            if groups.len() == 0 {
                break;
            }
            for piece in merged_with_keys(&groups, tables.count()) {
                let (places, keys) = piece.ok_or_else(|| BuildError::Temporary(merge::damaged()))?;
                for place in places {
                    tables.add(&place, &namespaces)?;
                    for &layer in &place.layers {
                        of_table.get_mut(layer as usize).into_iter().for_each(|count| *count += 1);
                    }
                    duplicates += place.duplicates.len() as u64;
                    place.duplicates.into_iter().try_for_each(&mut *duplicate)?;
                }
                names.add(&keys).map_err(BuildError::Temporary)?;
            }
            progress(Progress::Merging { places: tables.count().into() });
        }
        let places = u64::from(tables.count());
        progress(Progress::Sorting { places });
        let names = names.finish(&scratch)?;
        let tables = tables.finish(&scratch)?;
        progress(Progress::Writing);
        let metadata = metadata(&sources, table_names.iter().zip(&of_table));
        let summary = Summary {
            places,
            merged: added - places - duplicates,
            keys: names.keys,
            postings: names.rows,
            names_without_key: names.without_key,
            bytes: 0,
        };
        let sections = [
            SectionFile::of(metadata.as_bytes(), &scratch).map_err(BuildError::Temporary)?,
            names.map,
            names.postings,
            tables.places,
            tables.details,
            tables.namespaces,
            tables.features,
            tables.divisions,
            tables.countries,
            tables.strings,
        ];
        let bytes = write_file(sections, out).map_err(BuildError::Write)?;
        Ok((Summary { bytes, ..summary }, Merging { without_place: grouping.without_place }))
    }
}

/// The places of all groups in order, with their keys; the first has the index `first`. A piece is `None` if it is
/// damaged.
fn merged_with_keys(groups: &Groups, first: u32) -> Vec<Option<(Vec<Merged<'_>>, Keys)>> {
    let piece = |piece: usize| {
        let range = piece * PIECE..groups.len().min((piece + 1) * PIECE);
        let mut keys = Keys::default();
        let mut places = Vec::with_capacity(range.len());
        for position in range {
            let place = merge::merge(groups.records(position))?;
            // The tables refuse what a u32 can't number.
            keys.add(first.wrapping_add(position as u32), &place.fields);
            places.push(place);
        }
        Some((places, keys))
    };
    (0..groups.len().div_ceil(PIECE)).into_par_iter().map(piece).collect()
}

fn metadata<'a>(sources: &[SourceNote], tables: impl Iterator<Item = (&'a String, &'a u64)>) -> String {
    let mut lines: String = sources.iter().map(SourceNote::to_line).collect();
    for (name, places) in tables {
        lines.push_str(&format!("table\t{name}\t{places}\n"));
    }
    lines
}

#[cfg(test)]
mod tests;
