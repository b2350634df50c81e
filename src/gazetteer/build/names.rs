//! The map of names and the postings that it leads to.

use std::io::{self, Write};

use super::error::BuildError;
use super::external_sort::Sorter;
use super::fields::Fields;
use super::merge::damaged;
use super::scratch::Scratch;
use super::section::SectionFile;
use crate::gazetteer::NameKind;
use crate::gazetteer::importance::importance;
use crate::gazetteer::index::{PARTS_OF_A_KILOMETER, Posting};
use crate::gazetteer::loose::{Side, loose_keys};
use crate::gazetteer::name::{fold, spelling_byte};
use crate::gazetteer::transliteration::{Family, skeleton};
use crate::geo::Kilometers;

/// Keys of places, one after the other, as records to be sorted.
///
/// A record is the key, a zero byte, which no key has, and the tail: what puts the key's postings in the order in which
/// candidates are given, and then what a posting holds. Sorting records as bytes sorts keys as the map wants them.
#[derive(Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Names without a letter or digit, which have no key.
    without_key: u64,
}

/// Priority (4 bytes), importance (4), place (4), whether loose (1), spelling (1), kind (1).
const TAIL: usize = 15;

/// A tail, read back. Those of one key compare as candidates do.
#[derive(Clone, Copy, Debug)]
struct Tail {
    place: u32,
    loose: bool,
    spelling: u8,
    kind: u8,
}

impl Keys {
    /// Adds the keys of all names of a place.
    pub(super) fn add(&mut self, place: u32, fields: &Fields<'_>) {
        let (class, code) = fields.feature.unwrap_or_default();
        let radius = fields.radius.map(|radius| Kilometers(f64::from(radius) / PARTS_OF_A_KILOMETER));
        let priority = fields.priority.unwrap_or_default();
        // With all bits turned, the greatest comes first. A turned sign makes negative numbers less than others.
        let mut order = [0; 12];
        order[..4].copy_from_slice(&(!(priority as u32 ^ 1 << 31)).to_be_bytes());
        order[4..8].copy_from_slice(&(!importance(class, code, fields.population, radius)).to_be_bytes());
        order[8..].copy_from_slice(&place.to_be_bytes());
        let family = fields.country.and_then(Family::of);
        let official = fields.name.into_iter().map(|name| (name, NameKind::Official));
        for (spelling, kind) in official.chain(fields.names.iter().copied()) {
            let spelling = spelling.trim();
            let key = fold(spelling);
            if key.is_empty() {
                self.without_key += 1;
                continue;
            }
            self.push(&key, &order, [0, spelling_byte(spelling), kind as u8]);
            if kind == NameKind::Demonym || kind == NameKind::Abbreviation {
                continue;
            }
            let posting = [1, 0, kind as u8];
            let transliterate = |key: &str, keys: &mut Self| {
                if let Some(skeleton) = family.and_then(|family| skeleton(key, family)) {
                    keys.push(&skeleton, &order, posting);
                }
            };
            transliterate(&key, self);
            for loose in loose_keys(spelling, Side::Index) {
                if loose.only.admits(class, code, fields.country, fields.population.unwrap_or_default()) {
                    self.push(&loose.key, &order, posting);
                    transliterate(&loose.key, self);
                }
            }
        }
    }

    fn push(&mut self, key: &str, order: &[u8; 12], posting: [u8; 3]) {
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.push(0);
        self.bytes.extend_from_slice(order);
        self.bytes.extend_from_slice(&posting);
        self.ends.push(self.bytes.len());
    }
}

/// Key and tail of a record; `None` if it is damaged.
fn parts(record: &[u8]) -> Option<(&[u8], Tail)> {
    let (key, tail) = record.split_at_checked(record.len().checked_sub(TAIL + 1)?)?;
    let [0, _, _, _, _, _, _, _, _, a, b, c, d, loose, spelling, kind] = *tail else { return None };
    Some((key, Tail { place: u32::from_be_bytes([a, b, c, d]), loose: loose != 0, spelling, kind }))
}

/// All keys of a gazetteer, being collected.
pub(super) struct Names {
    sorter: Sorter,
    without_key: u64,
}

/// The sections of names.
pub(super) struct NameSections {
    pub(super) map: SectionFile,
    pub(super) postings: SectionFile,
    /// Names without a letter or digit.
    pub(super) without_key: u64,
    pub(super) keys: u64,
    pub(super) rows: u64,
}

impl Names {
    pub(super) fn new(scratch: &Scratch) -> Self {
        Self { sorter: Sorter::new(scratch), without_key: 0 }
    }

    pub(super) fn add(&mut self, keys: &Keys) -> io::Result<()> {
        let mut start = 0;
        for &end in &keys.ends {
            self.sorter.push(&keys.bytes[start..end])?;
            start = end;
        }
        self.without_key += keys.without_key;
        Ok(())
    }

    /// Sorts the keys and writes the sections.
    pub(super) fn finish(self, scratch: &Scratch) -> Result<NameSections, BuildError> {
        let mut sorted = self.sorter.finish().map_err(BuildError::Temporary)?;
        let section = || SectionFile::new(scratch).map_err(BuildError::Temporary);
        let mut postings = Postings { section: section()?, held: None, rows: 0 };
        let mut map = fst::MapBuilder::new(section()?).map_err(BuildError::Names)?;
        let mut key: Vec<u8> = Vec::new();
        let mut keys = 0;
        while let Some(record) = sorted.next().map_err(BuildError::Temporary)? {
            let (of, tail) = parts(record).ok_or_else(|| BuildError::Temporary(damaged()))?;
            if of != key || postings.held.is_none() {
                postings.end_key().map_err(BuildError::Temporary)?;
                key.clear();
                key.extend_from_slice(of);
                map.insert(&key, postings.rows).map_err(BuildError::Names)?;
                keys += 1;
            }
            postings.add(tail).map_err(BuildError::Temporary)?;
        }
        postings.end_key().map_err(BuildError::Temporary)?;
        let map = map.into_inner().map_err(BuildError::Names)?;
        Ok(NameSections { map, postings: postings.section, without_key: self.without_key, keys, rows: postings.rows })
    }
}

/// Postings being written. One is held back until it is known whether it is the last of its key.
struct Postings {
    section: SectionFile,
    held: Option<Tail>,
    rows: u64,
}

impl Postings {
    /// Adds a posting of the same key, unless the one before it stands for it: of equal ones the most official kind
    /// stays, and of loose ones only those that nothing strict of the same place stands for.
    fn add(&mut self, tail: Tail) -> io::Result<()> {
        if let Some(held) = self.held {
            let stands_for = tail.loose || (tail.loose, tail.spelling) == (held.loose, held.spelling);
            if held.place == tail.place && stands_for {
                return Ok(());
            }
            self.write(held, false)?;
        }
        self.held = Some(tail);
        Ok(())
    }

    fn end_key(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(held) => self.write(held, true),
            None => Ok(()),
        }
    }

    fn write(&mut self, tail: Tail, last: bool) -> io::Result<()> {
        self.rows += 1;
        let posting = Posting::new(tail.place, tail.kind, tail.loose, tail.spelling, last);
        self.section.write_all(bytemuck::bytes_of(&posting))
    }
}
