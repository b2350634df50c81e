//! The file format: a header, then ten sections one after the other, each padded with zeros to a multiple of 8 bytes.
//! All numbers are little endian.
//!
//! | bytes | header |
//! |---|---|
//! | 8 | `\x89GAZ\r\n\x1a\n`, which shows transfers as text (as PNG's does) |
//! | 4, 4 | format version, number of sections |
//! | 8 | length of the file |
//! | 24 × 10 | per section: offset (8), length without padding (8), CRC-32 (4), zero (4) |
//! | 4, 4 | CRC-32 of all bytes of the header before it, zero |
//!
//! | section | rows |
//! |---|---|
//! | `metadata` | UTF-8 lines, parted by tabs: `source`, name, licence and attribution; `table`, its file's name, number of places |
//! | `names` | a map from key to the number of the key's first posting, in the format of the crate `fst` (see `key_map`) |
//! | `postings` | `Posting`, 6 bytes, in the order of candidates; the last of a key is flagged |
//! | `places` | `PlaceRow`, 28 bytes, in the order of their ids |
//! | `details` | `DetailRow` of the few places with a radius, a priority, a parent that their codes don't tell, or more than four thousand million inhabitants |
//! | `namespaces` | `NamespaceRow`: which run of places has ids of a namespace |
//! | `features` | `FeatureRow`: feature class and code |
//! | `divisions` | `DivisionRow`: country, codes of the first- and second-level divisions and their records |
//! | `countries` | `CountryRow`: code and record, by code |
//! | `strings` | each a length (LEB128) and UTF-8 bytes; a `StringOffset` leads to the length |
//!
//! Places stand by namespace, and within it by the length of the rest of their ids and then by its letters: numbers
//! without leading zeros stand so in their own order.
//!
//! The postings of a key stand in the order in which candidates are given: by falling priority, then by falling
//! importance (see the module `importance`), then in the order of places; of one place the strict before the loose.
//! Whoever wants only the first few need not read the others.
//!
//! Keys stand in order, and so do their postings; the numbers of first postings therefore rise, and the map shares
//! their common parts. A count beside each would not share, so the last posting of a key is flagged instead. Spellings
//! are not stored: one byte of a hash of each, in its posting, tells exact from folded matches, at a 256th of wrong
//! answers; the spellings themselves would make the shipped file of 16 MB larger by 7.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::error::{GazetteerError, GazetteerOrigin};
use super::feature_class::FeatureClass;
use super::key_map::KeyMap;

#[cfg(target_endian = "big")]
compile_error!("gazetteer files are read in place and are little endian; big-endian machines are not supported");

/// The first bytes of every gazetteer.
pub(crate) const MAGIC: [u8; 8] = *b"\x89GAZ\r\n\x1a\n";
/// The format that is written and read.
pub(crate) const VERSION: u32 = 2;
/// Sections begin at multiples of this many bytes.
pub(crate) const ALIGNMENT: usize = 8;
/// What stands for an unknown string or place.
pub(crate) const NONE: u32 = u32::MAX;

/// The parts of the file, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Metadata,
    Names,
    Postings,
    Places,
    Details,
    Namespaces,
    Features,
    Divisions,
    Countries,
    Strings,
}

pub(crate) const SECTIONS: usize = 10;

impl Section {
    pub(crate) const ALL: [Self; SECTIONS] = [
        Self::Metadata,
        Self::Names,
        Self::Postings,
        Self::Places,
        Self::Details,
        Self::Namespaces,
        Self::Features,
        Self::Divisions,
        Self::Countries,
        Self::Strings,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Names => "names",
            Self::Postings => "postings",
            Self::Places => "places",
            Self::Details => "details",
            Self::Namespaces => "namespaces",
            Self::Features => "features",
            Self::Divisions => "divisions",
            Self::Countries => "countries",
            Self::Strings => "strings",
        }
    }

    /// The size of its rows in bytes.
    fn row_bytes(self) -> usize {
        match self {
            Self::Metadata | Self::Names | Self::Strings => 1,
            Self::Postings => size_of::<Posting>(),
            Self::Places => size_of::<PlaceRow>(),
            Self::Details => size_of::<DetailRow>(),
            Self::Namespaces => size_of::<NamespaceRow>(),
            Self::Features => size_of::<FeatureRow>(),
            Self::Divisions => size_of::<DivisionRow>(),
            Self::Countries => size_of::<CountryRow>(),
        }
    }
}

/// Where a string begins in the section `strings`; [`NONE`] for none.
pub(crate) type StringOffset = u32;

/// One place under one key, for one of its spellings.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub(crate) struct Posting {
    place: [u8; 4],
    /// Bits 0 to 2: the kind of name; 3: a loose key; 7: the last posting of its key.
    note: u8,
    /// See [`spelling_byte`](super::name::spelling_byte).
    pub(crate) spelling: u8,
}

impl Posting {
    const KIND: u8 = 0b0000_0111;
    const LOOSE: u8 = 0b0000_1000;
    const LAST: u8 = 0b1000_0000;

    pub(crate) fn new(place: u32, kind: u8, loose: bool, spelling: u8, last: bool) -> Self {
        Self {
            place: place.to_le_bytes(),
            note: kind & Self::KIND | if loose { Self::LOOSE } else { 0 } | if last { Self::LAST } else { 0 },
            spelling,
        }
    }

    pub(crate) fn place(self) -> u32 {
        u32::from_le_bytes(self.place)
    }

    pub(crate) fn kind(self) -> u8 {
        self.note & Self::KIND
    }

    pub(crate) fn is_loose(self) -> bool {
        self.note & Self::LOOSE != 0
    }

    pub(crate) fn is_last(self) -> bool {
        self.note & Self::LAST != 0
    }
}

/// A place.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct PlaceRow {
    /// The number in its namespace, or the [`StringOffset`] of the word.
    pub(crate) local: u32,
    pub(crate) name: StringOffset,
    /// Ten-millionths of a degree.
    pub(crate) lat: i32,
    /// Ten-millionths of a degree.
    pub(crate) lon: i32,
    /// [`NONE`] if unknown, [`POPULATION_IN_DETAILS`] if it doesn't fit.
    pub(crate) population: u32,
    pub(crate) division: u32,
    pub(crate) feature: u16,
    /// In how many languages, about, it has a name of its own, 255 at most; 0 if unknown, as in files that were built before
    /// it was stored.
    pub(crate) fame: u16,
}

/// Coordinates are stored in this many parts of a degree.
pub(crate) const PARTS_OF_A_DEGREE: f64 = 1e7;

/// Radii are stored in this many parts of a kilometre.
pub(crate) const PARTS_OF_A_KILOMETER: f64 = 1e3;

/// Stands in [`PlaceRow::population`] for a number that is in the place's [`DetailRow`].
pub(crate) const POPULATION_IN_DETAILS: u32 = u32::MAX - 1;

/// What few places have; in the order of places.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct DetailRow {
    /// Inhabitants, where `PlaceRow::population` says so.
    pub(crate) population: u64,
    pub(crate) place: u32,
    /// Metres; [`NONE`] if unknown.
    pub(crate) radius: u32,
    pub(crate) priority: i32,
    /// The place that it is a part of, where that is not what its division says; [`NONE`] if it is.
    pub(crate) parent: u32,
}

/// A run of places whose ids share a namespace: from `first` to the next row's.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct NamespaceRow {
    pub(crate) name: StringOffset,
    pub(crate) first: u32,
    /// Digits that numbers are filled up to with zeros; [`NONE`] if the ids are words.
    pub(crate) width: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct FeatureRow {
    pub(crate) code: StringOffset,
    /// The class's letter, 0 if unknown.
    pub(crate) class: u32,
}

impl FeatureRow {
    pub(crate) fn class(&self) -> FeatureClass {
        let letter = u8::try_from(self.class).ok().map(char::from);
        letter.and_then(FeatureClass::from_letter).unwrap_or_default()
    }
}

/// A second-level division of a country; also with codes none for places that are known only by country or first-level
/// division, and all none.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct DivisionRow {
    /// Zeros if unknown.
    pub(crate) country: [u8; 2],
    pub(crate) zero: [u8; 2],
    pub(crate) admin1: StringOffset,
    pub(crate) admin2: StringOffset,
    /// The first-level division's own record.
    pub(crate) admin1_place: u32,
    /// The second-level division's own record.
    pub(crate) admin2_place: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct CountryRow {
    pub(crate) code: [u8; 2],
    pub(crate) zero: [u8; 2],
    pub(crate) place: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Header {
    magic: [u8; 8],
    version: u32,
    sections: u32,
    length: u64,
    entries: [Entry; SECTIONS],
    checksum: u32,
    zero: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct Entry {
    offset: u64,
    length: u64,
    checksum: u32,
    zero: u32,
}

const HEADER_BYTES: usize = size_of::<Header>();

impl Header {
    fn expected_checksum(&self) -> u32 {
        let fields = size_of::<u32>() * 2;
        crc32fast::hash(&bytemuck::bytes_of(self)[..HEADER_BYTES - fields])
    }
}

/// What the header has of a section.
pub(crate) struct SectionSum {
    /// Without padding.
    pub(crate) length: u64,
    pub(crate) checksum: u32,
}

/// The header of a file whose sections follow one another, each padded to [`ALIGNMENT`].
pub(crate) fn header(sections: [SectionSum; SECTIONS]) -> Vec<u8> {
    let mut end = HEADER_BYTES as u64;
    let entries = sections.map(|SectionSum { length, checksum }| {
        let entry = Entry { offset: end, length, checksum, zero: 0 };
        end = (end + length).next_multiple_of(ALIGNMENT as u64);
        entry
    });
    let mut header = Header {
        magic: MAGIC,
        version: VERSION,
        sections: SECTIONS as u32,
        length: end,
        entries,
        checksum: 0,
        zero: 0,
    };
    header.checksum = header.expected_checksum();
    bytemuck::bytes_of(&header).to_vec()
}

/// A file with the sections of another, as far as it has them, and a right header: for tests of what the header's checks
/// would hide.
pub(crate) fn repaired(file: &[u8]) -> Vec<u8> {
    let header = file.get(..HEADER_BYTES).map_or_else(Header::zeroed, bytemuck::pod_read_unaligned::<Header>);
    let mut begin = HEADER_BYTES.min(file.len());
    let mut sections = [&[][..]; SECTIONS];
    for ((section, entry), bytes) in Section::ALL.into_iter().zip(&header.entries).zip(&mut sections) {
        let rest = &file[begin..];
        let length = usize::try_from(entry.length).unwrap_or(usize::MAX).min(rest.len());
        *bytes = &rest[..length - length % section.row_bytes()];
        begin = (begin + bytes.len()).next_multiple_of(ALIGNMENT).min(file.len());
    }
    assemble(sections)
}

/// A file of these sections in memory, with right checksums.
pub(crate) fn assemble(sections: [&[u8]; SECTIONS]) -> Vec<u8> {
    let sum = |bytes: &[u8]| SectionSum { length: bytes.len() as u64, checksum: crc32fast::hash(bytes) };
    let mut file = header(sections.map(sum));
    for bytes in sections {
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
    }
    file
}

/// The bytes of a gazetteer, wherever they are.
pub(crate) enum Bytes {
    Mapped(memmap2::Mmap),
    Static(&'static [u8]),
    /// Words, so that they are aligned, and the length in bytes.
    Owned(Vec<u64>, usize),
}

impl Bytes {
    pub(crate) fn owned(bytes: &[u8]) -> Self {
        let mut words = vec![0u64; bytes.len().div_ceil(size_of::<u64>())];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self::Owned(words, bytes.len())
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Static(bytes) => bytes,
            Self::Owned(words, length) => bytemuck::cast_slice(words).get(..*length).unwrap_or_default(),
        }
    }
}

/// An opened file: its sections by name and row. Reads nothing beyond the header until asked.
pub(crate) struct Index {
    pub(crate) origin: GazetteerOrigin,
    bytes: Bytes,
    ranges: [Range<usize>; SECTIONS],
    checksums: [u32; SECTIONS],
    /// The header's own, which covers the sections' checksums.
    pub(crate) checksum: u32,
}

impl Index {
    /// Checks the header, and that the sections lie where it says, one after the other, to the end of the file.
    pub(crate) fn open(bytes: Bytes, origin: GazetteerOrigin) -> Result<Self, GazetteerError> {
        let file = bytes.as_slice();
        if !file.as_ptr().addr().is_multiple_of(ALIGNMENT) {
            return Err(GazetteerError::Misaligned { origin, expected: ALIGNMENT });
        }
        let header = read_header(file, &origin)?;
        let mut ranges = [const { 0..0 }; SECTIONS];
        let mut end = HEADER_BYTES;
        for ((section, entry), range) in Section::ALL.into_iter().zip(&header.entries).zip(&mut ranges) {
            *range = section_range(section, entry, end, file.len()).map_err(|what| GazetteerError::Damaged {
                origin: origin.clone(),
                section: section.name(),
                what,
            })?;
            end = range.end.next_multiple_of(ALIGNMENT);
        }
        Ok(Self {
            checksums: header.entries.map(|entry| entry.checksum),
            checksum: header.checksum,
            bytes,
            origin,
            ranges,
        })
    }

    /// The length of the file in bytes.
    pub(crate) fn file_bytes(&self) -> usize {
        self.bytes.as_slice().len()
    }

    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let range = self.ranges[section as usize].clone();
        self.bytes.as_slice().get(range).unwrap_or_default()
    }

    /// The rows of a section; `T` is the type that its table names.
    pub(crate) fn rows<T: Pod>(&self, section: Section) -> &[T] {
        bytemuck::try_cast_slice(self.section(section)).unwrap_or_default()
    }

    /// One row of a section, if it has that many.
    pub(crate) fn row<T: Pod>(&self, section: Section, index: u32) -> Option<&T> {
        self.rows(section).get(index as usize)
    }

    /// A string, if there is one at the offset.
    pub(crate) fn string(&self, offset: StringOffset) -> Option<&str> {
        let mut rest = self.section(Section::Strings).get(offset as usize..)?;
        let mut length = 0;
        for shift in [0, 7] {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return std::str::from_utf8(rest.get(..length)?).ok();
            }
        }
        None
    }

    /// The map from keys to postings, or `None` if it is damaged.
    pub(crate) fn names(&self) -> Option<KeyMap<'_>> {
        KeyMap::new(self.section(Section::Names))
    }

    /// The postings of a key from its first on; none if they don't exist or don't end.
    pub(crate) fn postings(&self, first: u64) -> &[Posting] {
        let rest = usize::try_from(first).ok();
        let rest = rest.and_then(|first| self.rows::<Posting>(Section::Postings).get(first..)).unwrap_or_default();
        let last = rest.iter().position(|posting| posting.is_last());
        last.map_or(&[], |last| &rest[..=last])
    }

    /// Whether the section's bytes are those that were written.
    pub(crate) fn is_intact(&self, section: Section) -> bool {
        crc32fast::hash(self.section(section)) == self.checksums[section as usize]
    }

    /// Whether there are only zeros between this section and the next.
    pub(crate) fn is_padded_with_zeros(&self, section: Section) -> bool {
        let end = self.ranges[section as usize].end;
        let padding = self.bytes.as_slice().get(end..end.next_multiple_of(ALIGNMENT));
        padding.is_some_and(|padding| padding.iter().all(|&byte| byte == 0))
    }
}

/// The header, after the checks whose messages help most come first.
fn read_header(file: &[u8], origin: &GazetteerOrigin) -> Result<Header, GazetteerError> {
    let origin = || origin.clone();
    let known = file.len().min(MAGIC.len());
    if file[..known] != MAGIC[..known] {
        return Err(GazetteerError::NotAGazetteer(origin()));
    }
    let truncated = |expected| GazetteerError::Length { origin: origin(), expected, found: file.len() as u64 };
    let version = file.get(8..12).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let found = version.ok_or_else(|| truncated(HEADER_BYTES as u64))?;
    if found != VERSION {
        return Err(GazetteerError::Version { origin: origin(), expected: VERSION, found });
    }
    let header = file.get(..HEADER_BYTES).ok_or_else(|| truncated(HEADER_BYTES as u64))?;
    let header: Header = bytemuck::pod_read_unaligned(header);
    let found = header.expected_checksum();
    if found != header.checksum || header.zero != 0 || header.sections as usize != SECTIONS {
        return Err(GazetteerError::Header { origin: origin(), expected: header.checksum, found });
    }
    if header.length != file.len() as u64 {
        return Err(truncated(header.length));
    }
    Ok(header)
}

/// Where a section lies, if that is right after the one before it, within the file, and a whole number of rows.
fn section_range(section: Section, entry: &Entry, begin: usize, file: usize) -> Result<Range<usize>, String> {
    let length = usize::try_from(entry.length).unwrap_or(usize::MAX);
    let end = begin.saturating_add(length);
    let last = section as usize + 1 == SECTIONS;
    if entry.offset != begin as u64 || end > file || (last && end.next_multiple_of(ALIGNMENT) != file) {
        let offset = entry.offset;
        return Err(format!("expected it from byte {begin} within {file}, found offset {offset} and length {length}"));
    }
    if length % section.row_bytes() != 0 {
        return Err(format!("expected rows of {} bytes, found a length of {length}", section.row_bytes()));
    }
    Ok(begin..end)
}
