//! Countries, first- and second-level divisions: which codes there are, and which places they are of.

use std::collections::HashMap;

use super::error::BuildError;
use super::fields::Fields;
use super::strings::Strings;
use crate::gazetteer::CountryCode;
use crate::gazetteer::index::{CountryRow, DivisionRow, NONE};

/// Country, first- and second-level code as bytes: `IQ`, `15`, a zero byte, `1502`. What is unknown is left empty, and a
/// country zeros.
type Codes = Box<[u8]>;

/// Divisions and their records, being collected.
#[derive(Default)]
pub(super) struct Divisions {
    numbers: HashMap<Codes, u32>,
    first_level: HashMap<Codes, Record>,
    second_level: HashMap<Codes, Record>,
    countries: HashMap<CountryCode, Record>,
    /// The codes looked up last.
    codes: Vec<u8>,
}

/// A place that stands for a division, by how well it does: the feature, then inhabitants, then the first in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    rank: u8,
    fewer: u64,
    place: u32,
}

/// The rows of divisions and countries.
pub(super) struct DivisionTables {
    pub(super) divisions: Vec<DivisionRow>,
    pub(super) countries: Vec<CountryRow>,
}

impl Divisions {
    /// The number of the division that a place is in, which may stand for a division itself.
    pub(super) fn add(&mut self, place: u32, fields: &Fields<'_>) -> Result<u32, BuildError> {
        let (admin1, admin2) = (fields.admin1.unwrap_or_default(), fields.admin2.unwrap_or_default());
        self.codes.clear();
        self.codes.extend_from_slice(&fields.country.map_or([0; 2], CountryCode::letters));
        self.codes.extend_from_slice(admin1.as_bytes());
        self.codes.push(0);
        let first_level = self.codes.len();
        self.codes.extend_from_slice(admin2.as_bytes());

        let (_, feature) = fields.feature.unwrap_or_default();
        let of_rank = |rank| Record { rank, fewer: u64::MAX - fields.population.unwrap_or(0), place };
        if let Some(country) = fields.country {
            if let Some(rank) = country_rank(feature) {
                keep_best(&mut self.countries, country, of_rank(rank));
            }
            if feature == "ADM1" && !admin1.is_empty() {
                keep_best(&mut self.first_level, self.codes[..first_level].into(), of_rank(0));
            }
            if feature == "ADM2" && !admin2.is_empty() {
                keep_best(&mut self.second_level, self.codes[..].into(), of_rank(0));
            }
        }
        if let Some(&number) = self.numbers.get(&self.codes[..]) {
            return Ok(number);
        }
        let number = u32::try_from(self.numbers.len()).map_err(|_| BuildError::TooMany("divisions"))?;
        self.numbers.insert(self.codes[..].into(), number);
        Ok(number)
    }

    /// The rows, in the order of their numbers.
    pub(super) fn finish(self, strings: &mut Strings) -> Result<DivisionTables, BuildError> {
        let mut numbered: Vec<(u32, Codes)> = self.numbers.into_iter().map(|(codes, number)| (number, codes)).collect();
        numbered.sort_unstable();
        let mut divisions = Vec::with_capacity(numbered.len());
        for (_, codes) in &numbered {
            // Made so above: two letters, a code without zero bytes, a zero byte and a code.
            let (country, rest) = codes.split_at(2);
            let first_level = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
            let (admin1, admin2) = (&rest[..first_level], rest.get(first_level + 1..).unwrap_or_default());
            let mut intern = |code: &[u8]| match std::str::from_utf8(code) {
                Ok(code) if !code.is_empty() => strings.intern(code),
                _ => Ok(NONE),
            };
            let record =
                |records: &HashMap<Codes, Record>, codes: &[u8]| records.get(codes).map_or(NONE, |record| record.place);
            divisions.push(DivisionRow {
                country: [country[0], country[1]],
                zero: [0; 2],
                admin1: intern(admin1)?,
                admin2: intern(admin2)?,
                admin1_place: record(&self.first_level, &codes[..codes.len() - admin2.len()]),
                admin2_place: record(&self.second_level, codes),
            });
        }
        let row = |(code, record): (CountryCode, Record)| CountryRow {
            code: code.letters(),
            zero: [0; 2],
            place: record.place,
        };
        let mut countries: Vec<CountryRow> = self.countries.into_iter().map(row).collect();
        countries.sort_unstable_by_key(|row| row.code);
        Ok(DivisionTables { divisions, countries })
    }
}

impl DivisionTables {
    /// The place that a place lies in as its codes have it: its second-level division, or else its first-level one, or
    /// else its country, whichever is known and not the place itself.
    pub(super) fn parent(&self, place: u32, division: u32) -> Option<u32> {
        let row = self.divisions.get(division as usize)?;
        let country = self.countries.binary_search_by_key(&row.country, |country| country.code);
        let country = country.map_or(NONE, |found| self.countries[found].place);
        let parents = [row.admin2_place, row.admin1_place, country];
        let own = parents.iter().position(|&parent| parent == place).map_or(0, |level| level + 1);
        parents[own..].iter().copied().find(|&parent| parent != NONE)
    }
}

fn keep_best<K: std::hash::Hash + Eq>(records: &mut HashMap<K, Record>, key: K, record: Record) {
    let best = records.entry(key).or_insert(record);
    *best = record.min(*best);
}

/// How well a feature stands for a country of today, best first; `None` if it is no country or one of the past.
fn country_rank(feature: &str) -> Option<u8> {
    let known = ["PCLI", "PCL", "PCLS", "PCLF", "PCLD", "PCLIX", "TERR"].iter().position(|known| *known == feature)?;
    u8::try_from(known).ok()
}
