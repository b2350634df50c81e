//! A gazetteer file read as places: all that is known before a user's own places are put on top.

use std::fs::File;
use std::io;
use std::path::Path;

use super::error::{GazetteerError, GazetteerOrigin};
use super::index::{
    Bytes, CountryRow, DetailRow, DivisionRow, FeatureRow, Index, NONE, NamespaceRow, PARTS_OF_A_DEGREE,
    PARTS_OF_A_KILOMETER, POPULATION_IN_DETAILS, PlaceRow, Posting, Section, VERSION,
};
use super::info::{Info, SourceNote, table_of_line};
use super::place::{CountryCode, GazetteerPlace, LocalId, PlaceId, PlaceIndex};
use crate::geo::{Kilometers, LatLon};

/// The places of one file.
pub(super) struct GazetteerFile {
    pub(super) index: Index,
}

impl GazetteerFile {
    /// Opens a file by mapping it to memory.
    pub(super) fn open(path: &Path) -> Result<Self, GazetteerError> {
        let origin = GazetteerOrigin::File(path.to_owned());
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
        Self::from_bytes(bytes, origin)
    }

    /// Reads the header of a file's bytes.
    pub(super) fn from_bytes(bytes: Bytes, origin: GazetteerOrigin) -> Result<Self, GazetteerError> {
        Ok(Self { index: Index::open(bytes, origin)? })
    }

    /// What the file says of itself.
    pub(super) fn info(&self) -> Info {
        let metadata = std::str::from_utf8(self.index.section(Section::Metadata)).unwrap_or_default();
        Info {
            version: VERSION,
            places: self.len() as usize,
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
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.index.rows::<PlaceRow>(Section::Places).len()).unwrap_or(NONE)
    }

    /// A place by its number, or `None` if there is none or its record is damaged.
    pub(super) fn get(&self, index: PlaceIndex) -> Option<GazetteerPlace<'_>> {
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
        Some(GazetteerPlace { admin1, admin2, parent, ..place })
    }

    /// A place by its number, whose divisions may lead to damaged records, and with no other parent than a hierarchy's.
    pub(super) fn read(&self, index: PlaceIndex) -> Option<GazetteerPlace<'_>> {
        let row: &PlaceRow = self.index.row(Section::Places, index.0)?;
        let feature: &FeatureRow = self.index.row(Section::Features, row.feature.into())?;
        let division: &DivisionRow = self.index.row(Section::Divisions, row.division)?;
        let known = |place: u32| (place != NONE).then_some(PlaceIndex(place));
        let degrees = |parts: i32| f64::from(parts) / PARTS_OF_A_DEGREE;
        let detail = self.detail(index);
        Some(GazetteerPlace {
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
            fame: u8::try_from(row.fame).unwrap_or(u8::MAX),
        })
    }

    /// All places, in the order of ids; damaged records are left out.
    pub(super) fn places(&self) -> impl Iterator<Item = GazetteerPlace<'_>> {
        (0..self.len()).filter_map(|index| self.get(PlaceIndex(index)))
    }

    /// The record of a country (`PCLI`, or another `PCL*` or `TERR` of today), if there is one.
    pub(super) fn country(&self, code: CountryCode) -> Option<PlaceIndex> {
        let rows: &[CountryRow] = self.index.rows(Section::Countries);
        let found = rows.binary_search_by_key(&code.letters(), |row| row.code).ok()?;
        self.read(PlaceIndex(rows[found].place)).map(|place| place.index)
    }

    /// The place with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<PlaceIndex> {
        let (namespace, local) = id.split_once(':')?;
        let rows: &[NamespaceRow] = self.index.rows(Section::Namespaces);
        let found = rows.iter().position(|row| self.index.string(row.name) == Some(namespace))?;
        let first = rows[found].first as usize;
        let end = rows.get(found + 1).map_or(self.len() as usize, |next| next.first as usize);
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

    pub(super) fn detail(&self, index: PlaceIndex) -> Option<&DetailRow> {
        let rows: &[DetailRow] = self.index.rows(Section::Details);
        let found = rows.binary_search_by_key(&index.0, |row| row.place).ok()?;
        rows.get(found)
    }
}
