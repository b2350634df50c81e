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
mod importance;
pub mod index;
mod key_map;
mod lookup;
pub mod loose;
pub mod name;
mod own;
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
use self::own::Own;
use self::place::LocalId;
use crate::geo::{Kilometers, LatLon};

/// An opened gazetteer. It only reads, and any number of threads may share it.
pub struct Gazetteer {
    index: Index,
    own: Own,
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
    /// The tables that it was built from, by their files' names, each with the number of places that it says something
    /// of. A place may stand in several.
    pub tables: Vec<(String, u64)>,
    /// The checksum of the header, which covers those of all sections: equal files have the same.
    pub checksum: u32,
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
        Ok(Self { index: Index::open(bytes, origin)?, own: Own::default() })
    }

    /// A gazetteer embedded in the program. Nothing is copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if the bytes don't begin at a multiple of 8.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, GazetteerError> {
        Ok(Self { index: Index::open(Bytes::Static(bytes), Origin::Embedded)?, own: Own::default() })
    }

    /// A gazetteer from bytes in memory, which are copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GazetteerError> {
        Ok(Self { index: Index::open(Bytes::owned(bytes), Origin::Memory)?, own: Own::default() })
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
            version: index::VERSION,
            places: self.file_len() as usize,
            keys: self.index.names().and_then(|names| usize::try_from(names.keys()).ok()).unwrap_or(0),
            postings: self.index.rows::<Posting>(Section::Postings).len(),
            file_bytes: self.index.file_bytes(),
            sections: Section::ALL.iter().map(|&section| (section.name(), self.index.section(section).len())).collect(),
            sources: metadata.lines().filter_map(SourceNote::from_line).collect(),
            tables: metadata.lines().filter_map(table_of_line).collect(),
            checksum: self.index.checksum,
        }
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.file_len() as usize + self.own_len()
    }

    /// Number of places in the file.
    fn file_len(&self) -> u32 {
        u32::try_from(self.index.rows::<PlaceRow>(Section::Places).len()).unwrap_or(NONE)
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
        if index.0 >= self.file_len() {
            return self.own_place(index);
        }
        let place = self.read(index)?;
        let known = |division: Option<PlaceIndex>| division.filter(|&division| self.read(division).is_some());
        let (admin1, admin2) = (known(place.admin1), known(place.admin2));
        let parent = known(place.parent).or_else(|| {
            let country = place.country.and_then(|country| self.country(country));
            // The divisions above it: of a division itself, those behind it.
            let above = [admin2, admin1, country];
            let own = above.iter().position(|&division| division == Some(index)).map_or(0, |level| level + 1);
            above[own..].iter().copied().flatten().next()
        });
        Some(Place { admin1, admin2, parent, ..place })
    }

    /// A place by its number, whose divisions may lead to damaged records, and with no other parent than a hierarchy's.
    fn read(&self, index: PlaceIndex) -> Option<Place<'_>> {
        let row: &PlaceRow = self.index.row(Section::Places, index.0)?;
        let feature: &FeatureRow = self.index.row(Section::Features, row.feature.into())?;
        let division: &DivisionRow = self.index.row(Section::Divisions, row.division)?;
        let known = |place: u32| (place != NONE).then_some(PlaceIndex(place));
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
            admin1_code: self.index.string(division.admin1),
            admin1: known(division.admin1_place),
            admin2_code: self.index.string(division.admin2),
            admin2: known(division.admin2_place),
            parent: detail.and_then(|detail| known(detail.parent)),
            population: match row.population {
                NONE => None,
                POPULATION_IN_DETAILS => detail.map(|detail| detail.population),
                population => Some(population.into()),
            },
            radius: detail
                .filter(|detail| detail.radius != NONE)
                .map(|detail| Kilometers(f64::from(detail.radius) / PARTS_OF_A_KILOMETER)),
            priority: detail.map_or(0, |detail| detail.priority),
        })
    }

    /// All places, in the order of ids, those of the user's own behind those of the file; damaged records are left out,
    /// and so is what the user has taken out.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let indexes = 0..u32::try_from(self.len()).unwrap_or(NONE);
        let shown = indexes.map(PlaceIndex).filter(|&index| !self.is_hidden(index));
        shown.filter_map(|index| self.get(index))
    }

    /// The record of a country (`PCLI`, or another `PCL*` or `TERR` of today), if there is one.
    pub fn country(&self, code: CountryCode) -> Option<PlaceIndex> {
        let rows: &[CountryRow] = self.index.rows(Section::Countries);
        let found = rows.binary_search_by_key(&code.letters(), |row| row.code).ok()?;
        self.read(PlaceIndex(rows[found].place)).map(|place| place.index)
    }

    /// The place with this id, such as `geonames:99072`, unless the user has taken it out.
    pub fn by_id(&self, id: &str) -> Option<PlaceIndex> {
        self.own_by_id(id).or_else(|| self.file_by_id(id)).filter(|&place| !self.is_hidden(place))
    }

    fn file_by_id(&self, id: &str) -> Option<PlaceIndex> {
        let (namespace, local) = id.split_once(':')?;
        let rows: &[NamespaceRow] = self.index.rows(Section::Namespaces);
        let found = rows.iter().position(|row| self.index.string(row.name) == Some(namespace))?;
        let first = rows[found].first as usize;
        let end = rows.get(found + 1).map_or(self.file_len() as usize, |next| next.first as usize);
        let run = self.index.rows::<PlaceRow>(Section::Places).get(first..end)?;
        let position = if rows[found].width == NONE {
            // Ids stand in the order of their lengths and then their letters.
            let order = |word: &str| word.len().cmp(&local.len()).then_with(|| word.cmp(local));
            run.binary_search_by(|row| order(self.index.string(row.local).unwrap_or_default())).ok()?
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

/// Name and number of places of a table, of a line that is about one.
fn table_of_line(line: &str) -> Option<(String, u64)> {
    let (name, places) = line.strip_prefix("table\t")?.rsplit_once('\t')?;
    Some((name.to_owned(), places.parse().ok()?))
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
