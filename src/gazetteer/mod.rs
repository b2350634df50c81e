//! The gazetteer: which places a name may mean, and where they are.
//!
//! One file holds it ([`index`]), opened by mapping it to memory or embedded in the program. Names are found by folded
//! keys ([`name`]) and, with less trust, by looser ones ([`loose`], [`transliteration`]). [`build`](mod@build) makes the file from tables.
//!
//! ```
//! use dateline::gazetteer::build::{Builder, PlaceInput};
//! use dateline::gazetteer::{Fold, Gazetteer, NameKind};
//! use dateline::geo::LatLon;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut builder = Builder::new();
//! let mosul = LatLon { lat: 36.335, lon: 43.11889 };
//! builder.add(PlaceInput::new("geonames:99072", "Mosul", mosul).with_name("Al Mawşil", NameKind::Alternate))?;
//! let mut file = Vec::new();
//! builder.finish(&mut file)?;
//!
//! let gazetteer = Gazetteer::from_bytes(&file)?;
//! let candidates = gazetteer.lookup("al-Mawsil");
//! assert_eq!(candidates[0].fold, Fold::Folded);
//! assert_eq!(gazetteer.place(candidates[0].place).location, mosul);
//! # Ok(())
//! # }
//! ```

pub mod build;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
#[doc(hidden)]
pub mod fuzzing;
mod fuzzy;
pub mod index;
mod key_map;
mod lookup;
pub mod loose;
pub mod name;
mod place;
pub mod source;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod transliteration;
mod verify;

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

pub use error::{GazetteerError, Origin};
pub use place::{Candidate, CountryCode, CountryCodeError, FeatureClass, Fold, NameKind, Place, PlaceId, PlaceIndex};

use self::index::{
    Bytes, CountryRow, DetailRow, DivisionRow, FeatureRow, Index, NONE, NamespaceRow, PARTS_OF_A_DEGREE,
    PARTS_OF_A_KILOMETER, POPULATION_IN_DETAILS, PlaceRow, Posting, Section,
};
use self::place::LocalId;
use crate::geo::{Kilometers, LatLon};

/// An opened gazetteer. It only reads, and any number of threads may share it.
pub struct Gazetteer {
    index: Index,
}

/// What a gazetteer file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The version of the file format.
    pub version: u32,
    /// Number of places.
    pub places: usize,
    /// Number of keys that names fold to; 0 if the section is damaged.
    pub keys: usize,
    /// Number of names of places, each spelling counted.
    pub postings: usize,
    /// Length of the file in bytes.
    pub file_bytes: usize,
    /// The sections' names and lengths in bytes, in the order of the file.
    pub sections: Vec<(&'static str, usize)>,
    /// What it was made from.
    pub sources: Vec<SourceNote>,
}

/// A source of a gazetteer, for whoever passes its data on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceNote {
    /// Its name, with the version.
    pub name: String,
    /// The licence of its data.
    pub licence: String,
    /// Whom to name.
    pub attribution: String,
}

impl Gazetteer {
    /// Opens a file by mapping it to memory: quick, whatever its size, and shared between processes.
    ///
    /// The header and the bounds of the sections are checked; [`verify`](Self::verify) checks the rest. The file must
    /// not be changed in place while it is open; replacing it by another of its name is safe.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or it is a folder, truncated, something else than a gazetteer, or of another format
    /// version, or its header is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, GazetteerError> {
        let path = path.as_ref();
        let origin = Origin::File(path.to_owned());
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => GazetteerError::Missing(origin.clone()),
            _ => GazetteerError::Unreadable { origin: origin.clone(), source },
        };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(GazetteerError::Folder(origin));
        }
        let bytes = if metadata.len() == 0 {
            Bytes::owned(&[])
        } else {
            // SAFETY: the map is only read, and every read of it is of plain bytes, checked for bounds and for UTF-8
            // each time. What is left is a file that is cut while it is mapped, which the documentation rules out.
            Bytes::Mapped(unsafe { memmap2::Mmap::map(&file) }.map_err(unreadable)?)
        };
        Ok(Self { index: Index::open(bytes, origin)? })
    }

    /// A gazetteer embedded in the program. Nothing is copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if the bytes don't begin at a multiple of 8.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, GazetteerError> {
        Ok(Self { index: Index::open(Bytes::Static(bytes), Origin::Embedded)? })
    }

    /// A gazetteer from bytes in memory, which are copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GazetteerError> {
        Ok(Self { index: Index::open(Bytes::owned(bytes), Origin::Memory)? })
    }

    /// Reads the whole file: checksums of all sections, and that every reference in it leads somewhere.
    ///
    /// # Errors
    ///
    /// [`GazetteerError::Damaged`] for the first fault.
    pub fn verify(&self) -> Result<(), GazetteerError> {
        verify::verify(self)
    }

    /// What the file says of itself.
    pub fn info(&self) -> Info {
        let metadata = std::str::from_utf8(self.index.section(Section::Metadata)).unwrap_or_default();
        Info {
            version: self.index.version,
            places: self.len(),
            keys: self.index.names().and_then(|names| usize::try_from(names.keys()).ok()).unwrap_or(0),
            postings: self.index.rows::<Posting>(Section::Postings).len(),
            file_bytes: self.index.file_bytes(),
            sections: Section::ALL.iter().map(|&section| (section.name(), self.index.section(section).len())).collect(),
            sources: metadata.lines().filter_map(SourceNote::from_line).collect(),
        }
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.index.rows::<PlaceRow>(Section::Places).len()
    }

    /// Whether there are no places.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A place by its number, such as a candidate's.
    ///
    /// # Panics
    ///
    /// If this gazetteer did not give the number, or the place's record is damaged; [`get`](Self::get) doesn't.
    pub fn place(&self, index: PlaceIndex) -> Place<'_> {
        self.get(index).expect("the number of a place of this gazetteer")
    }

    /// A place by its number, or `None` if there is none or its record is damaged.
    pub fn get(&self, index: PlaceIndex) -> Option<Place<'_>> {
        let place = self.read(index)?;
        let admin1 = place.admin1.filter(|&admin1| self.read(admin1).is_some());
        Some(Place { admin1, ..place })
    }

    /// A place by its number, whose `admin1` may lead to a damaged record.
    fn read(&self, index: PlaceIndex) -> Option<Place<'_>> {
        let row: &PlaceRow = self.index.row(Section::Places, index.0)?;
        let feature: &FeatureRow = self.index.row(Section::Features, row.feature.into())?;
        let division: &DivisionRow = self.index.row(Section::Divisions, row.division.into())?;
        let degrees = |parts: i32| f64::from(parts) / PARTS_OF_A_DEGREE;
        let detail = self.detail(index);
        Some(Place {
            index,
            id: self.id(index, row)?,
            name: self.index.string(row.name)?,
            location: LatLon::new(degrees(row.lat), degrees(row.lon))?,
            feature: self.index.string(feature.code)?,
            class: feature.class(),
            country: CountryCode::new(division.country),
            admin1_code: self.index.string(division.code),
            admin1: (division.place != NONE).then_some(PlaceIndex(division.place)),
            population: match row.population {
                NONE => None,
                POPULATION_IN_DETAILS => detail.map(|detail| detail.population),
                population => Some(population.into()),
            },
            radius: detail
                .filter(|detail| detail.radius != NONE)
                .map(|detail| Kilometers(f64::from(detail.radius) / PARTS_OF_A_KILOMETER)),
        })
    }

    /// All places, in the order of ids; damaged records are left out.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let indexes = 0..u32::try_from(self.len()).unwrap_or(NONE);
        indexes.filter_map(|index| self.get(PlaceIndex(index)))
    }

    /// The record of a country (`PCLI`, or another `PCL*` or `TERR` of today), if there is one.
    pub fn country(&self, code: CountryCode) -> Option<PlaceIndex> {
        let rows: &[CountryRow] = self.index.rows(Section::Countries);
        let found = rows.binary_search_by_key(&code.letters(), |row| row.code).ok()?;
        self.read(PlaceIndex(rows[found].place)).map(|place| place.index)
    }

    /// The place with this id, such as `geonames:99072`.
    pub fn by_id(&self, id: &str) -> Option<PlaceIndex> {
        let (namespace, local) = id.split_once(':')?;
        let rows: &[NamespaceRow] = self.index.rows(Section::Namespaces);
        let found = rows.iter().position(|row| self.index.string(row.name) == Some(namespace))?;
        let first = rows[found].first as usize;
        let end = rows.get(found + 1).map_or(self.len(), |next| next.first as usize);
        let run = self.index.rows::<PlaceRow>(Section::Places).get(first..end)?;
        let position = if rows[found].width == NONE {
            run.binary_search_by(|row| self.index.string(row.local).unwrap_or_default().cmp(local)).ok()?
        } else {
            run.binary_search_by_key(&local.parse().ok()?, |row| row.local).ok()?
        };
        let place = self.read(PlaceIndex(u32::try_from(first + position).ok()?))?;
        // "+1" and "01" parse as 1 but are other ids.
        (place.id.to_string() == id).then_some(place.index)
    }

    fn id<'a>(&'a self, index: PlaceIndex, row: &PlaceRow) -> Option<PlaceId<'a>> {
        let rows: &[NamespaceRow] = self.index.rows(Section::Namespaces);
        let after = rows.partition_point(|row| row.first <= index.0);
        let namespace = rows.get(after.checked_sub(1)?)?;
        let local = match namespace.width {
            NONE => LocalId::Word(self.index.string(row.local)?),
            width => LocalId::Number { number: row.local, width: u8::try_from(width).ok()? },
        };
        Some(PlaceId { namespace: self.index.string(namespace.name)?, local })
    }

    fn detail(&self, index: PlaceIndex) -> Option<&DetailRow> {
        let rows: &[DetailRow] = self.index.rows(Section::Details);
        let found = rows.binary_search_by_key(&index.0, |row| row.place).ok()?;
        rows.get(found)
    }
}

impl fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gazetteer({}, {} places)", self.index.origin, self.len())
    }
}

impl SourceNote {
    fn from_line(line: &str) -> Option<Self> {
        let mut cells = line.split('\t').map(str::to_owned);
        (cells.next()? == "source").then_some(())?;
        Some(Self { name: cells.next()?, licence: cells.next()?, attribution: cells.next()? })
    }

    fn to_line(&self) -> String {
        format!("source\t{}\t{}\t{}\n", self.name, self.licence, self.attribution)
    }
}
