//! From merged places to the sections of the file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BuildError, PlaceInput, input};
use crate::gazetteer::index::{
    CountryRow, DetailRow, DivisionRow, FeatureRow, NONE, NamespaceRow, PARTS_OF_A_DEGREE, PARTS_OF_A_KILOMETER,
    POPULATION_IN_DETAILS, PlaceRow, Posting, StringOffset,
};
use crate::gazetteer::loose::{Side, loose_keys};
use crate::gazetteer::name::{fold, spelling_byte};
use crate::gazetteer::transliteration::{Family, skeleton};
use crate::gazetteer::{CountryCode, FeatureClass, NameKind};

/// Strings stored once each.
#[derive(Default)]
pub(super) struct Strings {
    pub(super) bytes: Vec<u8>,
    offsets: HashMap<String, StringOffset>,
}

impl Strings {
    pub(super) fn intern(&mut self, text: &str) -> Result<StringOffset, BuildError> {
        if let Some(&offset) = self.offsets.get(text) {
            return Ok(offset);
        }
        let offset = u32::try_from(self.bytes.len()).ok().filter(|&offset| offset != NONE);
        let offset = offset.ok_or(BuildError::TooMany("bytes of names"))?;
        // Checked inputs have at most 1024 bytes: two bytes of LEB128 do.
        let length = text.len();
        if length >= 0x80 {
            self.bytes.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
        } else {
            self.bytes.push(length as u8);
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.insert(text.to_owned(), offset);
        Ok(offset)
    }
}

/// A run of places with ids of one namespace.
pub(super) struct Namespace {
    pub(super) name: String,
    /// How many digits numbers are filled up to; `None` for words.
    width: Option<u8>,
    pub(super) places: Vec<PlaceInput>,
}

/// Places by namespace, in the order of numbers where every id of the namespace is one, and of words where not.
pub(super) fn namespaces(places: Vec<PlaceInput>) -> Vec<Namespace> {
    let mut runs: BTreeMap<String, Vec<PlaceInput>> = BTreeMap::new();
    for place in places {
        let namespace = input::split_id(&place.id).map_or("", |(namespace, _)| namespace);
        runs.entry(namespace.to_owned()).or_default().push(place);
    }
    let numbered = |(name, mut places): (String, Vec<PlaceInput>)| {
        let width = width_of_numbers(&places);
        match width {
            Some(_) => places.sort_by_cached_key(number),
            None => places.sort_by(|a, b| a.id.cmp(&b.id)),
        }
        Namespace { name, width, places }
    };
    runs.into_iter().map(numbered).collect()
}

/// The width that writes every id's number back as it was, if there is one: 5 for `01001`, 0 where none has zeros.
fn width_of_numbers(places: &[PlaceInput]) -> Option<u8> {
    let with_zero = places.iter().map(local).find(|local| local.len() > 1 && local.starts_with('0'));
    let width = with_zero.map_or(0, str::len);
    let writes_back = |place: &PlaceInput| number(place).is_some_and(|n| format!("{n:0width$}") == local(place));
    (width < 16 && places.iter().all(writes_back)).then_some(width as u8)
}

fn local(place: &PlaceInput) -> &str {
    input::split_id(&place.id).map_or("", |(_, local)| local)
}

fn number(place: &PlaceInput) -> Option<u32> {
    local(place).parse().ok()
}

/// The rows of everything but names, in the making.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) strings: Strings,
    pub(super) places: Vec<PlaceRow>,
    pub(super) details: Vec<DetailRow>,
    pub(super) namespaces: Vec<NamespaceRow>,
    pub(super) features: Vec<FeatureRow>,
    pub(super) divisions: Vec<DivisionRow>,
    pub(super) countries: Vec<CountryRow>,
}

type Feature<'a> = (FeatureClass, &'a str);
type Division<'a> = (Option<CountryCode>, Option<&'a str>);

fn feature(place: &PlaceInput) -> Feature<'_> {
    (place.class, &place.feature)
}

fn division(place: &PlaceInput) -> Division<'_> {
    (place.country, place.admin1.as_deref())
}

impl Tables {
    pub(super) fn new(runs: &[Namespace]) -> Result<Self, BuildError> {
        let mut tables = Self::default();
        let places: Vec<&PlaceInput> = runs.iter().flat_map(|run| &run.places).collect();
        if places.len() >= NONE as usize {
            return Err(BuildError::TooMany("places"));
        }
        let features = numbered(places.iter().map(|place| feature(place)), "features")?;
        let divisions = numbered(places.iter().map(|place| division(place)), "first-level divisions")?;
        tables.features(&features)?;
        tables.divisions(&divisions, &places)?;
        tables.countries(&places);
        for run in runs {
            tables.namespace(run, &features, &divisions)?;
        }
        Ok(tables)
    }

    fn features(&mut self, features: &BTreeMap<Feature<'_>, u16>) -> Result<(), BuildError> {
        for (class, code) in features.keys() {
            let code = self.strings.intern(code)?;
            self.features.push(FeatureRow { code, class: class.letter().map_or(0, u32::from) });
        }
        Ok(())
    }

    fn divisions(&mut self, divisions: &BTreeMap<Division<'_>, u16>, places: &[&PlaceInput]) -> Result<(), BuildError> {
        let records = best(places, |place| {
            let whole = place.country.is_some() && place.admin1.is_some();
            (whole && place.feature == "ADM1").then(|| (division(place), 0))
        });
        for key @ (country, code) in divisions.keys() {
            let code = code.map_or(Ok(NONE), |code| self.strings.intern(code))?;
            let country = country.map_or([0; 2], CountryCode::letters);
            self.divisions.push(DivisionRow { country, zero: [0; 2], code, place: *records.get(key).unwrap_or(&NONE) });
        }
        Ok(())
    }

    fn countries(&mut self, places: &[&PlaceInput]) {
        let records = best(places, |place| Some((place.country?, country_rank(&place.feature)?)));
        let row = |(code, place): (CountryCode, u32)| CountryRow { code: code.letters(), zero: [0; 2], place };
        self.countries = records.into_iter().map(row).collect();
    }

    fn namespace(
        &mut self,
        run: &Namespace,
        features: &BTreeMap<Feature<'_>, u16>,
        divisions: &BTreeMap<Division<'_>, u16>,
    ) -> Result<(), BuildError> {
        self.namespaces.push(NamespaceRow {
            name: self.strings.intern(&run.name)?,
            first: self.places.len() as u32,
            width: run.width.map_or(NONE, u32::from),
        });
        for place in &run.places {
            let local = match run.width {
                Some(_) => number(place).unwrap_or_default(),
                None => self.strings.intern(local(place))?,
            };
            let name = self.strings.intern(&place.name)?;
            self.detail(place);
            self.places.push(PlaceRow {
                local,
                name,
                lat: (place.location.lat * PARTS_OF_A_DEGREE).round() as i32,
                lon: (place.location.lon * PARTS_OF_A_DEGREE).round() as i32,
                population: match place.population {
                    None => NONE,
                    Some(population) => u32::try_from(population).unwrap_or(NONE).min(POPULATION_IN_DETAILS),
                },
                feature: features[&feature(place)],
                division: divisions[&division(place)],
            });
        }
        Ok(())
    }

    fn detail(&mut self, place: &PlaceInput) {
        let population = place.population.filter(|&population| population >= POPULATION_IN_DETAILS.into());
        if population.is_some() || place.radius.is_some() {
            self.details.push(DetailRow {
                population: population.unwrap_or(0),
                place: self.places.len() as u32,
                radius: place.radius.map_or(NONE, |radius| (radius.0 * PARTS_OF_A_KILOMETER).round() as u32),
            });
        }
    }
}

/// Different values in order, each with its number.
fn numbered<T: Ord>(values: impl Iterator<Item = T>, what: &'static str) -> Result<BTreeMap<T, u16>, BuildError> {
    let values: BTreeSet<T> = values.collect();
    let number = |(number, value)| Ok((value, u16::try_from(number).map_err(|_| BuildError::TooMany(what))?));
    values.into_iter().enumerate().map(number).collect()
}

/// For each key, the place of the lowest rank, and of these the most populous, and of these the first.
fn best<'a, K: Ord>(
    places: &[&'a PlaceInput],
    key_and_rank: impl Fn(&'a PlaceInput) -> Option<(K, u8)>,
) -> BTreeMap<K, u32> {
    let mut records: BTreeMap<K, (u8, u64, u32)> = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        if let Some((key, rank)) = key_and_rank(place) {
            let record = (rank, u64::MAX - place.population.unwrap_or(0), index as u32);
            let best = records.entry(key).or_insert(record);
            *best = record.min(*best);
        }
    }
    records.into_iter().map(|(key, (_, _, index))| (key, index)).collect()
}

/// How well a feature stands for a country of today, best first; `None` if it is no country or one of the past.
fn country_rank(feature: &str) -> Option<u8> {
    let known = ["PCLI", "PCL", "PCLS", "PCLF", "PCLD", "PCLIX", "TERR"].iter().position(|known| *known == feature)?;
    u8::try_from(known).ok()
}

/// A key of a place, in the order of the file.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    key: Box<str>,
    population: Reverse<u64>,
    place: u32,
    loose: bool,
    spelling: u8,
    kind: NameKind,
}

/// The map of names and the postings that it leads to.
pub(super) struct Names {
    pub(super) map: Vec<u8>,
    pub(super) postings: Vec<Posting>,
    /// Names without a letter or digit, which have no key.
    pub(super) without_key: u64,
    pub(super) keys: usize,
}

impl Names {
    pub(super) fn new(runs: &[Namespace]) -> Result<Self, BuildError> {
        let mut names = Vec::new();
        let mut without_key = 0;
        for (index, place) in runs.iter().flat_map(|run| &run.places).enumerate() {
            without_key += names_of(place, index as u32, &mut names);
        }
        names.sort_unstable();
        // Of equal ones the most official kind stays, and of loose ones only those that nothing strict stands for.
        names.dedup_by(|later, kept| {
            (&later.key, later.place) == (&kept.key, kept.place)
                && (later.loose || (later.loose, later.spelling) == (kept.loose, kept.spelling))
        });
        let mut map = fst::MapBuilder::memory();
        let mut postings = Vec::with_capacity(names.len());
        let mut keys = 0;
        for run in names.chunk_by(|a, b| a.key == b.key) {
            map.insert(run[0].key.as_bytes(), postings.len() as u64).map_err(BuildError::Names)?;
            keys += 1;
            for (position, name) in run.iter().enumerate() {
                let last = position + 1 == run.len();
                postings.push(Posting::new(name.place, name.kind as u8, name.loose, name.spelling, last));
            }
        }
        let map = map.into_inner().map_err(BuildError::Names)?;
        Ok(Self { map, postings, without_key, keys })
    }
}

/// Adds the keys of all names of a place; returns how many names have none.
fn names_of(place: &PlaceInput, index: u32, names: &mut Vec<Name>) -> u64 {
    let mut without_key = 0;
    let official = std::iter::once((place.name.as_str(), NameKind::Official));
    let others = place.names.iter().map(|name| (name.spelling.as_str(), name.kind));
    for (spelling, kind) in official.chain(others) {
        let spelling = spelling.trim();
        let strict = fold(spelling);
        if strict.is_empty() {
            without_key += 1;
            continue;
        }
        let name = |key: String, loose| Name {
            key: key.into_boxed_str(),
            population: Reverse(place.population.unwrap_or(0)),
            place: index,
            loose,
            spelling: if loose { 0 } else { spelling_byte(spelling) },
            kind,
        };
        names.push(name(strict.clone(), false));
        if kind == NameKind::Demonym || kind == NameKind::Abbreviation {
            continue;
        }
        let loose = loose_keys(spelling, Side::Index).into_iter();
        let admitted = loose.filter(|loose| loose.only.admits(place.class, place.country)).map(|loose| loose.key);
        let keys: Vec<String> = admitted.collect();
        let family = place.country.and_then(Family::of);
        let skeletons: Vec<String> = family.map_or(Vec::new(), |family| {
            std::iter::once(&strict).chain(&keys).filter_map(|key| skeleton(key, family)).collect()
        });
        names.extend(keys.into_iter().chain(skeletons).map(|key| name(key, true)));
    }
    without_key
}
