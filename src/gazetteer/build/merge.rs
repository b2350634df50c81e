//! From sorted records to places: what sources say of one id becomes one place.

use std::collections::HashSet;
use std::io;

use super::external_sort::Sorted;
use super::fields::{self, Fields};
use crate::gazetteer::NameKind;

/// Records of whole places, those of one place together.
#[derive(Debug, Default)]
pub(super) struct Groups {
    bytes: Vec<u8>,
    /// Where each record ends.
    ends: Vec<usize>,
    /// How many records there are up to the end of each place's.
    places: Vec<usize>,
}

impl Groups {
    /// Number of places.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The records of a place.
    pub(super) fn records(&self, place: usize) -> impl Iterator<Item = &[u8]> {
        let first = if place == 0 { 0 } else { self.places[place - 1] };
        (first..self.places[place]).map(|record| {
            let start = if record == 0 { 0 } else { self.ends[record - 1] };
            &self.bytes[start..self.ends[record]]
        })
    }

    fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// Ends a place, or forgets the records since the last place.
    fn end(&mut self, is_place: bool) {
        if is_place {
            self.places.push(self.ends.len());
        } else {
            self.ends.truncate(self.places.last().copied().unwrap_or(0));
            self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.places.clear();
    }
}

/// Reads groups from sorted records.
pub(super) struct Grouping {
    sorted: Sorted,
    /// The first record of the group that comes next.
    ahead: Vec<u8>,
    /// Records that add to ids which no source has a place of.
    pub(super) without_place: u64,
}

impl Grouping {
    pub(super) fn new(mut sorted: Sorted) -> io::Result<Self> {
        let ahead = sorted.next()?.unwrap_or_default().to_vec();
        Ok(Self { sorted, ahead, without_place: 0 })
    }

    /// Fills `groups` with at most `places` places; none at the end.
    pub(super) fn fill(&mut self, groups: &mut Groups, places: usize) -> io::Result<()> {
        groups.clear();
        while groups.len() < places && !self.ahead.is_empty() {
            let (id, mut is_place) = fields::id_of(&self.ahead).ok_or_else(damaged)?;
            groups.push(&self.ahead);
            let mut records = 1;
            loop {
                let Some(record) = self.sorted.next()? else {
                    self.ahead.clear();
                    break;
                };
                let (next, is_place_too) = fields::id_of(record).ok_or_else(damaged)?;
                if next != id {
                    self.ahead.clear();
                    self.ahead.extend_from_slice(record);
                    break;
                }
                groups.push(record);
                is_place |= is_place_too;
                records += 1;
            }
            groups.end(is_place);
            if !is_place {
                self.without_place += records;
            }
        }
        Ok(())
    }
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file has been changed by somebody else")
}

/// A place as all sources together have it.
#[derive(Debug)]
pub(super) struct Merged<'a> {
    pub(super) namespace: &'a str,
    pub(super) local: &'a str,
    pub(super) fields: Fields<'a>,
    /// The layers that say something of it, rising.
    pub(super) layers: Vec<u32>,
    /// Lines that have an id which another line of the same table has.
    pub(super) duplicates: Vec<Duplicate>,
}

/// A line that was left out, since another of its table has the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    pub(super) layer: u32,
    pub(super) line: u64,
    /// The line that counts.
    pub(super) kept: u64,
}

/// Merges the records of one place; `None` if they are damaged.
pub(super) fn merge<'a>(records: impl Iterator<Item = &'a [u8]>) -> Option<Merged<'a>> {
    let mut merged: Option<Merged<'a>> = None;
    // Layer and line of the last place among the records.
    let mut last = None;
    for record in records {
        let (key, fields) = fields::read(record)?;
        let merged = merged.get_or_insert_with(|| Merged {
            namespace: key.namespace,
            local: key.local,
            fields: Fields::default(),
            layers: Vec::with_capacity(1),
            duplicates: Vec::new(),
        });
        if fields.location.is_some() {
            match last.replace((key.layer, key.line)) {
                Some((layer, kept)) if layer == key.layer && key.line != 0 => {
                    last = Some((layer, kept));
                    merged.duplicates.push(Duplicate { layer, line: key.line, kept });
                    continue;
                }
                _ => {}
            }
        }
        if merged.layers.last() != Some(&key.layer) {
            merged.layers.push(key.layer);
        }
        take_over(&mut merged.fields, fields);
    }
    let mut merged = merged?;
    let Fields { names, unwanted, .. } = &mut merged.fields;
    if !unwanted.is_empty() {
        let unwanted: HashSet<&str> = unwanted.iter().copied().collect();
        names.retain(|(spelling, kind)| *kind != NameKind::Unknown || !unwanted.contains(spelling));
    }
    Some(merged)
}

/// Takes over what a later record knows. Names are united, and a name that another takes the place of stays as alternate.
fn take_over<'a>(known: &mut Fields<'a>, later: Fields<'a>) {
    if let Some(name) = later.name {
        let former = known.name.replace(name).filter(|&former| former != name);
        known.names.extend(former.map(|former| (former, NameKind::Alternate)));
    }
    if known.names.is_empty() {
        known.names = later.names;
    } else {
        known.names.extend(later.names);
    }
    known.unwanted.extend(later.unwanted);
    known.location = later.location.or(known.location);
    known.feature = later.feature.or(known.feature);
    known.country = later.country.or(known.country);
    known.admin1 = later.admin1.or(known.admin1);
    known.admin2 = later.admin2.or(known.admin2);
    known.population = later.population.or(known.population);
    known.radius = later.radius.or(known.radius);
    known.priority = later.priority.or(known.priority);
    known.fame = later.fame.or(known.fame);
    known.parent = later.parent.or(known.parent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::build::external_sort::Sorter;
    use crate::gazetteer::build::fields::{Key, Position};
    use crate::gazetteer::build::scratch::Scratch;

    fn place<'a>(name: &'a str, names: &[(&'a str, NameKind)]) -> Fields<'a> {
        let location = Some(Position { lat: 1, lon: 2 });
        Fields { name: Some(name), location, names: names.to_vec(), ..Fields::default() }
    }

    /// Sorts records of (id, layer, line) and gives each place to `check`; how many records had none.
    fn merged(records: &[(&str, u32, u64, Fields<'_>)], check: impl Fn(&Merged<'_>)) -> (usize, u64) {
        let mut sorter = Sorter::new(&Scratch::in_memory());
        for (local, layer, line, fields) in records {
            let mut record = Vec::new();
            fields.write(&Key { namespace: "geonames", local, layer: *layer, line: *line }, &mut record);
            sorter.push(&record).unwrap();
        }
        let mut grouping = Grouping::new(sorter.finish().unwrap()).unwrap();
        let (mut groups, mut places) = (Groups::default(), 0);
        loop {
            // In batches of two, so that places end at borders of batches and within them.
            grouping.fill(&mut groups, 2).unwrap();
            if groups.len() == 0 {
                return (places, grouping.without_place);
            }
            (0..groups.len()).for_each(|number| check(&merge(groups.records(number)).unwrap()));
            places += groups.len();
        }
    }

    #[test]
    fn records_of_an_id_are_one_place_and_additions_alone_are_none() {
        let addition = || Fields { population: Some(7), ..Fields::default() };
        let records = [
            ("4", 0, 0, addition()),
            ("1", 0, 0, place("A", &[])),
            ("1", 1, 0, addition()),
            ("2", 3, 0, place("A", &[])),
            ("3", 0, 0, place("A", &[])),
            ("5", 0, 0, addition()),
            ("5", 1, 0, addition()),
            ("6", 0, 0, place("A", &[])),
        ];
        let counted = merged(&records, |place| match place.local {
            "1" => assert_eq!((place.fields.population, &place.layers[..]), (Some(7), &[0, 1][..])),
            "2" => assert_eq!((place.fields.population, &place.layers[..]), (None, &[3][..])),
            _ => assert!(["3", "6"].contains(&place.local)),
        });
        assert_eq!(counted, (4, 3));
        assert_eq!(merged(&[], |_| ()), (0, 0));
    }

    #[test]
    fn what_is_known_to_be_no_name_goes_where_its_kind_is_not_known() {
        let unknown = place("Mosul", &[("OSM", NameKind::Unknown), ("Mossoul", NameKind::Unknown)]);
        let no_name = Fields { unwanted: vec!["OSM", "Mossoul"], ..Fields::default() };
        let name = Fields { names: vec![("Mossoul", NameKind::Alternate)], ..Fields::default() };
        merged(&[("1", 0, 1, unknown), ("1", 1, 1, no_name), ("1", 1, 2, name)], |place| {
            assert_eq!(place.fields.names, [("Mossoul", NameKind::Alternate)]);
        });
    }

    #[test]
    fn lines_of_one_table_are_no_layers() {
        let lines = [("1", 4, 9, place("B", &[])), ("1", 4, 2, place("A", &[])), ("1", 4, 5, place("B", &[]))];
        merged(&lines, |place| {
            assert_eq!((place.fields.name, place.fields.names.len()), (Some("A"), 0));
            let duplicates = [5, 9].map(|line| Duplicate { layer: 4, line, kept: 2 });
            assert_eq!(place.duplicates, duplicates);
        });
        // Not from a table, they are merged.
        let inputs = [("1", 4, 0, place("B", &[])), ("1", 4, 0, place("A", &[]))];
        merged(&inputs, |place| {
            assert_eq!((place.fields.name, &place.fields.names[..]), (Some("B"), &[("A", NameKind::Alternate)][..]));
            assert!(place.duplicates.is_empty());
        });
    }
}
