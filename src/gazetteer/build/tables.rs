//! From merged places to the sections of the file that are not about names.

use std::collections::HashMap;
use std::io::Write;

use super::divisions::Divisions;
use super::error::BuildError;
use super::fields::GEONAMES;
use super::merge::Merged;
use super::namespaces::Namespaces;
use super::scratch::Scratch;
use super::section::SectionFile;
use super::strings::Strings;
use crate::gazetteer::FeatureClass;
use crate::gazetteer::index::{DetailRow, FeatureRow, NONE, NamespaceRow, POPULATION_IN_DETAILS, PlaceRow};

/// The rows of everything but names, in the making.
///
/// What few places have, and what is shared by many, is kept in memory; the rest goes to temporary files.
pub(super) struct Tables {
    strings: Strings,
    places: SectionFile,
    count: u32,
    details: Vec<DetailRow>,
    namespaces: Vec<NamespaceRow>,
    current_namespace: String,
    features: HashMap<FeatureClass, HashMap<Box<str>, u16>>,
    feature_rows: Vec<FeatureRow>,
    divisions: Divisions,
    parents: Option<Parents>,
}

/// Parents that a hierarchy names.
#[derive(Default)]
struct Parents {
    /// The GeoNames numbers of places, rising, and the index of the first.
    numbers: Vec<u32>,
    first: u32,
    links: Vec<Link>,
}

struct Link {
    place: u32,
    division: u32,
    /// The parent's GeoNames number.
    parent: u32,
}

/// The finished sections.
pub(super) struct TableSections {
    pub(super) places: SectionFile,
    pub(super) details: SectionFile,
    pub(super) namespaces: SectionFile,
    pub(super) features: SectionFile,
    pub(super) divisions: SectionFile,
    pub(super) countries: SectionFile,
    pub(super) strings: SectionFile,
}

impl Tables {
    /// `with_parents`: whether any record names a parent.
    pub(super) fn new(scratch: &Scratch, with_parents: bool) -> std::io::Result<Self> {
        Ok(Self {
            strings: Strings::new(scratch)?,
            places: SectionFile::new(scratch)?,
            count: 0,
            details: Vec::new(),
            namespaces: Vec::new(),
            current_namespace: String::new(),
            features: HashMap::new(),
            feature_rows: Vec::new(),
            divisions: Divisions::default(),
            parents: with_parents.then(Parents::default),
        })
    }

    /// Number of places so far, which is also the index of the next.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Adds the next place, in the order of ids.
    pub(super) fn add(&mut self, place: &Merged<'_>, namespaces: &Namespaces) -> Result<(), BuildError> {
        let index = self.count;
        if index == NONE - 1 {
            return Err(BuildError::TooMany("places"));
        }
        let fields = &place.fields;
        let width = self.namespace(place.namespace, namespaces)?;
        let local = match width {
            // Ids of such a namespace are numbers.
            Some(_) => place.local.parse().unwrap_or_default(),
            None => self.strings.intern(place.local)?,
        };
        let name = self.strings.intern(fields.name.unwrap_or_default())?;
        let feature = self.feature(fields.feature.unwrap_or_default())?;
        let division = self.divisions.add(index, fields)?;
        if let Some(parents) = &mut self.parents
            && place.namespace == GEONAMES
            && width.is_some()
        {
            parents.add(index, local, division, fields.parent);
        }
        let large = fields.population.filter(|&population| population >= POPULATION_IN_DETAILS.into());
        if large.is_some() || fields.radius.is_some() || fields.priority.is_some_and(|priority| priority != 0) {
            self.details.push(DetailRow {
                population: large.unwrap_or(0),
                place: index,
                radius: fields.radius.unwrap_or(NONE),
                priority: fields.priority.unwrap_or(0),
                parent: NONE,
            });
        }
        // Whole places, which alone come here, have a location.
        let (lat, lon) = fields.location.map_or((0, 0), |position| (position.lat, position.lon));
        let row = PlaceRow {
            local,
            name,
            lat,
            lon,
            population: match fields.population {
                None => NONE,
                Some(population) => u32::try_from(population).unwrap_or(NONE).min(POPULATION_IN_DETAILS),
            },
            division,
            feature,
            fame: fields.fame.unwrap_or(0).into(),
        };
        self.places.write_all(bytemuck::bytes_of(&row)).map_err(BuildError::Temporary)?;
        self.count += 1;
        Ok(())
    }

    /// Begins a run of places where the namespace is another than the last one's; the width of its numbers.
    fn namespace(&mut self, name: &str, namespaces: &Namespaces) -> Result<Option<u8>, BuildError> {
        let width = namespaces.width(name);
        if self.namespaces.is_empty() || self.current_namespace != name {
            let row = NamespaceRow {
                name: self.strings.intern(name)?,
                first: self.count,
                width: width.map_or(NONE, u32::from),
            };
            self.namespaces.push(row);
            name.clone_into(&mut self.current_namespace);
        }
        Ok(width)
    }

    fn feature(&mut self, (class, code): (FeatureClass, &str)) -> Result<u16, BuildError> {
        let codes = self.features.entry(class).or_default();
        if let Some(&number) = codes.get(code) {
            return Ok(number);
        }
        let number = u16::try_from(self.feature_rows.len()).map_err(|_| BuildError::TooMany("features"))?;
        codes.insert(code.into(), number);
        let code = self.strings.intern(code)?;
        self.feature_rows.push(FeatureRow { code, class: class.letter().map_or(0, u32::from) });
        Ok(number)
    }

    pub(super) fn finish(mut self, scratch: &Scratch) -> Result<TableSections, BuildError> {
        let tables = self.divisions.finish(&mut self.strings)?;
        let parents = self.parents.into_iter().flat_map(Parents::found);
        // What the codes say already needs no row.
        let more = parents.filter(|(link, parent)| tables.parent(link.place, link.division) != Some(*parent));
        let details = with_parents(self.details, more.map(|(link, parent)| (link.place, parent)));
        let section = |bytes: &[u8]| SectionFile::of(bytes, scratch).map_err(BuildError::Temporary);
        Ok(TableSections {
            places: self.places,
            details: section(bytemuck::cast_slice(&details))?,
            namespaces: section(bytemuck::cast_slice(&self.namespaces))?,
            features: section(bytemuck::cast_slice(&self.feature_rows))?,
            divisions: section(bytemuck::cast_slice(&tables.divisions))?,
            countries: section(bytemuck::cast_slice(&tables.countries))?,
            strings: self.strings.finish(),
        })
    }
}

impl Parents {
    fn add(&mut self, place: u32, number: u32, division: u32, parent: Option<u32>) {
        if self.numbers.is_empty() {
            self.first = place;
        }
        // The places of a namespace follow one another.
        self.numbers.push(number);
        let parent = parent.filter(|&parent| parent != number);
        self.links.extend(parent.map(|parent| Link { place, division, parent }));
    }

    /// The links whose parents are places of the gazetteer, with the parent's index.
    fn found(self) -> impl Iterator<Item = (Link, u32)> {
        let Self { numbers, first, links } = self;
        links.into_iter().filter_map(move |link| {
            let found = numbers.binary_search(&link.parent).ok()?;
            Some((link, first + u32::try_from(found).ok()?))
        })
    }
}

/// Adds parents, which come in the order of places, to the details, which stand in it.
fn with_parents(mut details: Vec<DetailRow>, parents: impl Iterator<Item = (u32, u32)>) -> Vec<DetailRow> {
    let known = details.len();
    for (place, parent) in parents {
        match details[..known].binary_search_by_key(&place, |row| row.place) {
            Ok(found) => details[found].parent = parent,
            Err(_) => details.push(DetailRow { population: 0, place, radius: NONE, priority: 0, parent }),
        }
    }
    details.sort_by_key(|row| row.place);
    details
}
