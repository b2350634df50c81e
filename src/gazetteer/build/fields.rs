//! What one line of a source says of one place, and how it is written down to be sorted.
//!
//! A record begins with the place's id, then its layer, so that sorting brings together what is said of a place, lower
//! layers first. Behind them stand the fields that are known, and last the line's number, so that of two lines of a
//! table the contents decide which comes first.

use crate::gazetteer::{CountryCode, FeatureClass, NameKind};

/// The namespace of GeoNames' ids, which are numbers.
pub(crate) const GEONAMES: &str = "geonames";

/// Latitude and longitude in ten-millionths of a degree, as gazetteers store them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) lat: i32,
    pub(crate) lon: i32,
}

/// What is known of a place. Without a location it is an addition to a place that another source has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields<'a> {
    /// The name that it goes by.
    pub(crate) name: Option<&'a str>,
    pub(crate) location: Option<Position>,
    /// Its class and code, either of which may be unknown.
    pub(crate) feature: Option<(FeatureClass, &'a str)>,
    pub(crate) country: Option<CountryCode>,
    pub(crate) admin1: Option<&'a str>,
    pub(crate) admin2: Option<&'a str>,
    pub(crate) population: Option<u64>,
    /// Metres.
    pub(crate) radius: Option<u32>,
    pub(crate) priority: Option<i32>,
    pub(crate) fame: Option<u8>,
    /// The GeoNames number of the place that it is a part of.
    pub(crate) parent: Option<u32>,
    /// Its other names.
    pub(crate) names: Vec<(&'a str, NameKind)>,
    /// Spellings that are no names of it if the only source for them doesn't say of what kind they are.
    pub(crate) unwanted: Vec<&'a str>,
}

/// Which place a record is about and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) local: &'a str,
    pub(crate) layer: u32,
    /// The line in the layer's table, from 1; 0 if it is not from a table.
    pub(crate) line: u64,
}

// Bits that say which fields a record has.
const PLACE: u16 = 1;
const NAME: u16 = 1 << 1;
const FEATURE: u16 = 1 << 2;
const COUNTRY: u16 = 1 << 3;
const ADMIN1: u16 = 1 << 4;
const ADMIN2: u16 = 1 << 5;
const POPULATION: u16 = 1 << 6;
const RADIUS: u16 = 1 << 7;
const PRIORITY: u16 = 1 << 8;
const PARENT: u16 = 1 << 9;
const UNWANTED: u16 = 1 << 10;
const FAME: u16 = 1 << 11;

impl Fields<'_> {
    /// The record.
    ///
    /// Ids of a namespace come in the order of their lengths and then their letters, which is that of the numbers where
    /// they are numbers.
    pub(crate) fn write(&self, key: &Key<'_>, to: &mut Vec<u8>) {
        to.extend_from_slice(key.namespace.as_bytes());
        to.push(0);
        // At most 64 bytes, as ids are checked.
        to.push(key.local.len() as u8);
        to.extend_from_slice(key.local.as_bytes());
        to.extend_from_slice(&key.layer.to_be_bytes());
        let flag = |known: bool, flag: u16| if known { flag } else { 0 };
        let flags = flag(self.location.is_some(), PLACE)
            | flag(self.name.is_some(), NAME)
            | flag(self.feature.is_some(), FEATURE)
            | flag(self.country.is_some(), COUNTRY)
            | flag(self.admin1.is_some(), ADMIN1)
            | flag(self.admin2.is_some(), ADMIN2)
            | flag(self.population.is_some(), POPULATION)
            | flag(self.radius.is_some(), RADIUS)
            | flag(self.priority.is_some(), PRIORITY)
            | flag(self.fame.is_some(), FAME)
            | flag(self.parent.is_some(), PARENT)
            | flag(!self.unwanted.is_empty(), UNWANTED);
        to.extend_from_slice(&flags.to_be_bytes());
        self.name.into_iter().for_each(|name| text(name, to));
        if let Some(Position { lat, lon }) = self.location {
            to.extend_from_slice(&lat.to_le_bytes());
            to.extend_from_slice(&lon.to_le_bytes());
        }
        if let Some((class, code)) = self.feature {
            to.push(class.letter().map_or(0, |letter| letter as u8));
            text(code, to);
        }
        self.country.into_iter().for_each(|country| to.extend_from_slice(&country.letters()));
        self.admin1.into_iter().for_each(|code| text(code, to));
        self.admin2.into_iter().for_each(|code| text(code, to));
        self.population.into_iter().for_each(|population| number(population, to));
        self.radius.into_iter().for_each(|radius| number(radius.into(), to));
        self.priority.into_iter().for_each(|priority| to.extend_from_slice(&priority.to_le_bytes()));
        to.extend(self.fame);
        self.parent.into_iter().for_each(|parent| number(parent.into(), to));
        if !self.unwanted.is_empty() {
            number(self.unwanted.len() as u64, to);
            self.unwanted.iter().for_each(|spelling| text(spelling, to));
        }
        number(self.names.len() as u64, to);
        for &(spelling, kind) in &self.names {
            to.push(kind as u8);
            text(spelling, to);
        }
        to.extend_from_slice(&key.line.to_le_bytes());
    }
}

fn number(mut value: u64, to: &mut Vec<u8>) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

fn text(text: &str, to: &mut Vec<u8>) {
    number(text.len() as u64, to);
    to.extend_from_slice(text.as_bytes());
}

/// The part of a record that tells places apart, and whether it is a place of its own; `None` if it is damaged.
pub(super) fn id_of(record: &[u8]) -> Option<(&[u8], bool)> {
    let namespace = record.iter().position(|&byte| byte == 0)?;
    let end = namespace + 2 + usize::from(*record.get(namespace + 1)?);
    let flags = record.get(end + 4..end + 6)?;
    Some((&record[..end], u16::from_be_bytes(flags.try_into().ok()?) & PLACE != 0))
}

/// Reads a record; `None` if it is damaged.
pub(crate) fn read(record: &[u8]) -> Option<(Key<'_>, Fields<'_>)> {
    let mut rest = Rest(record);
    let namespace = rest.take(record.iter().position(|&byte| byte == 0)?)?;
    rest.take(1)?;
    let local = rest.byte()?;
    let local = rest.take(local.into())?;
    let layer = u32::from_be_bytes(rest.array()?);
    let flags = u16::from_be_bytes(rest.array()?);
    let has = |flag| flags & flag != 0;
    // Each is read only if the one before it was; fields stand in the order in which they are written.
    let mut fields = Fields { name: rest.when(has(NAME), Rest::text)?, ..Fields::default() };
    let position = |rest: &mut Rest<'_>| {
        Some(Position { lat: i32::from_le_bytes(rest.array()?), lon: i32::from_le_bytes(rest.array()?) })
    };
    fields.location = rest.when(has(PLACE), position)?;
    fields.feature = rest.when(has(FEATURE), |rest| {
        let class = FeatureClass::from_letter(rest.byte()?.into()).unwrap_or_default();
        Some((class, rest.text()?))
    })?;
    fields.country = rest.when(has(COUNTRY), |rest| CountryCode::new(rest.array()?))?;
    fields.admin1 = rest.when(has(ADMIN1), Rest::text)?;
    fields.admin2 = rest.when(has(ADMIN2), Rest::text)?;
    fields.population = rest.when(has(POPULATION), Rest::number)?;
    fields.radius = rest.when(has(RADIUS), |rest| rest.number()?.try_into().ok())?;
    fields.priority = rest.when(has(PRIORITY), |rest| Some(i32::from_le_bytes(rest.array()?)))?;
    fields.fame = rest.when(has(FAME), Rest::byte)?;
    fields.parent = rest.when(has(PARENT), |rest| rest.number()?.try_into().ok())?;
    if has(UNWANTED) {
        fields.unwanted = (0..rest.number()?).map(|_| rest.text()).collect::<Option<_>>()?;
    }
    let name = |rest: &mut Rest<'_>| NameKind::from_number(rest.byte()?);
    fields.names = (0..rest.number()?)
        .map(|_| name(&mut rest).and_then(|kind| Some((rest.text()?, kind))))
        .collect::<Option<_>>()?;
    let line = u64::from_le_bytes(rest.array()?);
    let (namespace, local) = (std::str::from_utf8(namespace).ok()?, std::str::from_utf8(local).ok()?);
    rest.0.is_empty().then_some((Key { namespace, local, layer, line }, fields))
}

/// What is still to be read of a record.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?.try_into().ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Reads a field if it is there: `Some(None)` if not, `None` if it is damaged.
    fn when<T>(&mut self, is_there: bool, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if is_there { read(self).map(Some) } else { Some(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all_fields() -> Fields<'static> {
        Fields {
            name: Some("Mosul"),
            location: Some(Position { lat: 363_350_000, lon: -431_188_900 }),
            feature: Some((FeatureClass::Populated, "PPLA")),
            country: "IQ".parse().ok(),
            admin1: Some("15"),
            admin2: Some("1502"),
            population: Some(u64::MAX),
            radius: Some(u32::MAX),
            priority: Some(-5),
            fame: Some(62),
            parent: Some(99237),
            names: vec![("Al Mawşil", NameKind::Alternate), ("", NameKind::Unknown)],
            unwanted: vec!["OSM"],
        }
    }

    fn record(local: &str, layer: u32, line: u64, fields: &Fields<'_>) -> Vec<u8> {
        let mut record = Vec::new();
        fields.write(&Key { namespace: "geonames", local, layer, line }, &mut record);
        record
    }

    #[test]
    fn what_is_written_is_read() {
        for fields in [all_fields(), Fields::default()] {
            let record = record("99072", 3, 77, &fields);
            let key = Key { namespace: "geonames", local: "99072", layer: 3, line: 77 };
            assert_eq!(read(&record), Some((key, fields.clone())));
            assert_eq!(id_of(&record).unwrap().1, fields.location.is_some());
            for length in 0..record.len() {
                assert_eq!(read(&record[..length]), None, "{length}");
            }
        }
    }

    #[test]
    fn records_are_in_the_order_of_ids_then_layers_then_contents() {
        let (known, other) = (all_fields(), Fields { name: Some("Nosul"), ..all_fields() });
        let records = [
            record("7", 1, 1, &known),
            record("7", 2, 1, &known),
            record("10", 0, 9, &known),
            record("10", 0, 3, &other),
            record("99072", 0, 0, &known),
            record("100000", 0, 0, &known),
        ];
        assert!(records.is_sorted());
        let ids: Vec<_> = records.iter().map(|record| id_of(record).unwrap().0).collect();
        assert!(ids[0] == ids[1] && ids[1] != ids[2] && ids[2] == ids[3]);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in any::<Vec<u8>>(), position in 0usize..120, byte in any::<u8>()) {
            let _ = (read(&bytes), id_of(&bytes));
            let mut damaged = record("99072", 3, 77, &all_fields());
            if let Some(changed) = damaged.get_mut(position) {
                *changed = byte;
            }
            let _ = (read(&damaged), id_of(&damaged));
        }
    }
}
