//! Dumps in the shape of GeoNames' of any size, like the real cities: in the letters and lengths of names, in how many
//! places share one, in where places are and how many people live there. The same seed gives the same dump.
//!
//! Names are made by a chain of letters, one for each country, which has learned from the names of a gazetteer which
//! letter follows the last four. Each name is given to as many places as a real name drawn by lot has.

use std::collections::HashMap;
use std::io::{self, Write};

use dateline::inner::gazetteer::{CountryCode, Gazetteer};
use unicode_normalization::UnicodeNormalization;

/// How many letters decide the next.
const ORDER: usize = 4;

/// How often a name that is taken already is spelled anew.
const MOST_TRIES: usize = 10;

/// A country with fewer names than this speaks like the world.
const ENOUGH_NAMES: usize = 300;

/// What stands before the first letter and after the last.
const BORDER: char = '\0';

/// Feature classes and codes in about the shares that they have among all places of GeoNames, in thousandths.
const FEATURES: [(&str, &str, u32); 32] = [
    ("P", "PPL", 350),
    ("P", "PPLX", 12),
    ("P", "PPLL", 10),
    ("P", "PPLA4", 8),
    ("P", "PPLA3", 6),
    ("P", "PPLA2", 4),
    ("P", "PPLQ", 4),
    ("H", "STM", 120),
    ("H", "LK", 40),
    ("H", "STMI", 20),
    ("H", "SPNG", 10),
    ("H", "RSV", 8),
    ("H", "BAY", 7),
    ("T", "MT", 60),
    ("T", "HLL", 40),
    ("T", "ISL", 25),
    ("T", "VAL", 18),
    ("T", "CAPE", 12),
    ("S", "SCH", 50),
    ("S", "HTL", 40),
    ("S", "CH", 35),
    ("S", "FRM", 35),
    ("S", "BLDG", 15),
    ("S", "CMTY", 13),
    ("S", "DAM", 9),
    ("L", "LCTY", 20),
    ("L", "PRK", 15),
    ("L", "AREA", 5),
    ("A", "ADM4", 12),
    ("A", "ADM3", 6),
    ("A", "ADM2", 3),
    ("R", "RD", 8),
];

/// How many of a thousand populated places have a known population, as in the dumps.
const PEOPLED: u64 = 100;

/// A small generator of numbers by lot (SplitMix64, Steele, Lea and Flood 2014): every seed is good, and what it gives
/// never changes, as a library's might.
#[derive(Clone, Debug)]
struct Lot(u64);

impl Lot {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }

    /// A number in -1.0..1.0.
    fn around_zero(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Which letter follows which: a state for each run of letters that was seen, the first for the beginning of a name.
#[derive(Debug, Default)]
struct Chain(Vec<Vec<Follower>>);

/// A letter that may come next.
#[derive(Clone, Copy, Debug)]
struct Follower {
    letter: char,
    /// How often it or one before it in the list came.
    sum: u32,
    /// The state that it leads to.
    state: u32,
}

impl Chain {
    fn learn<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut states: HashMap<[char; ORDER], u32> = HashMap::from([([BORDER; ORDER], 0)]);
        let mut counts: Vec<HashMap<(char, u32), u32>> = vec![HashMap::new()];
        for name in names {
            let mut last = [BORDER; ORDER];
            let mut state = 0;
            for letter in name.chars().chain([BORDER]) {
                last.rotate_left(1);
                last[ORDER - 1] = letter;
                let next = *states.entry(last).or_insert(counts.len() as u32);
                if next as usize == counts.len() {
                    counts.push(HashMap::new());
                }
                *counts[state as usize].entry((letter, next)).or_default() += 1;
                state = next;
            }
        }
        let followers = |counts: HashMap<(char, u32), u32>| {
            let mut counts: Vec<_> = counts.into_iter().collect();
            counts.sort_unstable();
            let mut sum = 0;
            let follower = |((letter, state), count)| {
                sum += count;
                Follower { letter, sum, state }
            };
            counts.into_iter().map(follower).collect()
        };
        Self(counts.into_iter().map(followers).collect())
    }

    /// Makes a name.
    fn speak(&self, lot: &mut Lot, name: &mut String) {
        name.clear();
        let mut followers = &self.0[0];
        // No real name is longer.
        while let Some(last) = followers.last().filter(|_| name.len() < 120) {
            let drawn = lot.below(last.sum.into()) as u32;
            let Follower { letter, state, .. } = followers[followers.partition_point(|known| known.sum <= drawn)];
            if letter == BORDER {
                break;
            }
            name.push(letter);
            followers = &self.0[state as usize];
        }
    }
}

/// A real place, which made-up ones are put beside.
#[derive(Clone, Debug)]
struct Sample {
    lat: f64,
    lon: f64,
    admin1: String,
    population: u64,
}

#[derive(Debug)]
struct Country {
    code: CountryCode,
    samples: Vec<Sample>,
    /// `None` if it speaks like the world.
    chain: Option<Chain>,
}

/// Makes dumps that are like a gazetteer.
#[derive(Debug)]
pub struct Generator {
    countries: Vec<Country>,
    world: Chain,
    /// A country for each place, so that one drawn by lot is as frequent as it really is.
    country_of_place: Vec<u16>,
    /// For each name, how many places have it.
    sharers: Vec<u32>,
    /// Of a thousand pairs of places with the same name, how many are in one country.
    compatriots: u64,
    /// What the real names are like.
    pub real: Likeness,
}

impl Generator {
    /// Learns from the populated places of a gazetteer.
    pub fn new(gazetteer: &Gazetteer) -> Self {
        let mut names: HashMap<CountryCode, Vec<&str>> = HashMap::new();
        let mut samples: HashMap<CountryCode, Vec<Sample>> = HashMap::new();
        let mut of_name: HashMap<&str, Vec<CountryCode>> = HashMap::new();
        let mut real = Likeness::default();
        for place in gazetteer.places().filter(|place| place.class.letter() == Some('P')) {
            let Some(country) = place.country else { continue };
            names.entry(country).or_default().push(place.name);
            of_name.entry(place.name).or_default().push(country);
            real.add(place.name);
            samples.entry(country).or_default().push(Sample {
                lat: place.location.lat,
                lon: place.location.lon,
                admin1: place.admin1_code.unwrap_or("00").to_owned(),
                population: place.population.unwrap_or(0),
            });
        }
        let world = Chain::learn(names.values().flatten().copied());
        let mut countries: Vec<Country> = samples
            .into_iter()
            .map(|(code, samples)| {
                let chain = (samples.len() >= ENOUGH_NAMES).then(|| Chain::learn(names[&code].iter().copied()));
                Country { code, samples, chain }
            })
            .collect();
        countries.sort_by_key(|country| country.code);
        let country_of_place = (0u16..).zip(&countries);
        let country_of_place =
            country_of_place.flat_map(|(number, country)| country.samples.iter().map(move |_| number)).collect();
        let mut sharers: Vec<u32> = of_name.values().map(|places| places.len() as u32).collect();
        sharers.sort_unstable();
        let neighbours = of_name.values().flat_map(|places| places.windows(2));
        let (same, all) = neighbours.fold((0, 0), |(same, all), pair| (same + u64::from(pair[0] == pair[1]), all + 1));
        Self { countries, world, country_of_place, sharers, compatriots: same * 1000 / all.max(1), real }
    }

    /// Writes a dump of so many places with so many names each, and says what their official names are like.
    pub fn dump(&self, places: u32, names: u32, seed: u64, out: &mut impl Write) -> io::Result<Likeness> {
        let mut lot = Lot(seed);
        let mut made = Likeness::default();
        let mut line = Line::default();
        let mut number = 0;
        while number < places {
            let first = self.any_country(&mut lot);
            self.chain(first).speak(&mut lot, &mut line.name);
            // The chain says short names again and again, which would be shared by more places than the lot says.
            // Another letter makes another name of the same length.
            for _ in 0..MOST_TRIES {
                if !made.has(&line.name) {
                    break;
                }
                respell(&mut line.name, &mut lot);
            }
            for sharer in 0..(*lot.one_of(&self.sharers)).min(places - number) {
                let stays = sharer == 0 || lot.below(1000) < self.compatriots;
                let country = if stays { first } else { self.any_country(&mut lot) };
                made.add(&line.name);
                line.others(names, &mut lot);
                line.write(id(number, places), country, &mut lot, out)?;
                number += 1;
            }
        }
        Ok(made)
    }

    fn any_country(&self, lot: &mut Lot) -> &Country {
        &self.countries[usize::from(*lot.one_of(&self.country_of_place))]
    }

    fn chain<'a>(&'a self, country: &'a Country) -> &'a Chain {
        country.chain.as_ref().unwrap_or(&self.world)
    }
}

/// The id of a place: each number once, but in no order, since places of one name are not neighbours in dumps.
fn id(number: u32, places: u32) -> u64 {
    let size = u64::from(places).next_power_of_two();
    1 + u64::from(number).wrapping_mul(0x9e37_79b1) % size
}

/// A line in the making.
#[derive(Debug, Default)]
struct Line {
    name: String,
    alternates: String,
    alternate: String,
}

impl Line {
    /// Makes the names beside the official one: other spellings of it, as most of them really are.
    fn others(&mut self, names: u32, lot: &mut Lot) {
        self.alternates.clear();
        for number in 1..names {
            self.name.clone_into(&mut self.alternate);
            respell(&mut self.alternate, lot);
            respell(&mut self.alternate, lot);
            if number > 1 {
                self.alternates.push(',');
            }
            self.alternates.extend(self.alternate.chars().filter(|&letter| letter != ','));
        }
    }

    fn write(&self, id: u64, country: &Country, lot: &mut Lot, out: &mut impl Write) -> io::Result<()> {
        let sample = lot.one_of(&country.samples);
        let lat = (sample.lat + lot.around_zero() * 0.5).clamp(-89.9, 89.9);
        let lon = (sample.lon + lot.around_zero() * 0.5).clamp(-179.9, 179.9);
        let (class, code) = feature(lot);
        let peopled = class == "P" && lot.below(1000) < PEOPLED;
        let population = if peopled { lot.one_of(&country.samples).population } else { 0 };
        let ascii: String = self.name.nfd().filter(char::is_ascii).collect();
        let ascii = if ascii.trim().is_empty() { &self.name } else { &ascii };
        writeln!(
            out,
            "{id}\t{}\t{ascii}\t{}\t{lat:.5}\t{lon:.5}\t{class}\t{code}\t{}\t\t{}\t{:03}\t\t\t{population}\t\t\t\t2020-01-01",
            self.name,
            self.alternates,
            country.code,
            sample.admin1,
            lot.below(40),
        )
    }
}

/// Spells a name otherwise: one of its letters becomes another.
fn respell(name: &mut String, lot: &mut Lot) {
    const LETTERS: [char; 12] = ['a', 'e', 'i', 'o', 'u', 'k', 'h', 's', 't', 'n', 'r', 'l'];
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let changed = lot.below(letters.max(1) as u64) as usize;
    let new = *lot.one_of(&LETTERS);
    let mut seen = 0;
    let letter = |known: char| {
        let is_it = known.is_alphabetic() && seen == changed;
        seen += usize::from(known.is_alphabetic());
        match is_it {
            true if known.is_uppercase() => new.to_ascii_uppercase(),
            true => new,
            false => known,
        }
    };
    *name = name.chars().map(letter).collect();
}

fn feature(lot: &mut Lot) -> (&'static str, &'static str) {
    let all: u32 = FEATURES.iter().map(|(.., share)| share).sum();
    let mut drawn = lot.below(all.into()) as u32;
    for (class, code, share) in FEATURES {
        match drawn.checked_sub(share) {
            Some(rest) => drawn = rest,
            None => return (class, code),
        }
    }
    ("P", "PPL")
}

/// What names are like.
#[derive(Debug, Default)]
pub struct Likeness {
    /// For each name's hash, how many places have it.
    places: HashMap<u64, u32>,
    /// For each length in letters, how many places' names have it.
    lengths: Vec<u64>,
}

impl Likeness {
    fn has(&self, name: &str) -> bool {
        self.places.contains_key(&hash(name))
    }

    fn add(&mut self, name: &str) {
        *self.places.entry(hash(name)).or_default() += 1;
        let length = name.chars().count();
        if self.lengths.len() <= length {
            self.lengths.resize(length + 1, 0);
        }
        self.lengths[length] += 1;
    }

    fn mean_length(&self) -> f64 {
        let letters: u64 = (0u64..).zip(&self.lengths).map(|(length, places)| length * places).sum();
        letters as f64 / self.lengths.iter().sum::<u64>().max(1) as f64
    }

    /// The length that so many of a hundred names don't exceed.
    fn percentile(&self, percent: u64) -> usize {
        let wanted = self.lengths.iter().sum::<u64>() * percent / 100;
        let mut sum = 0;
        let reached = self.lengths.iter().position(|places| {
            sum += places;
            sum > wanted
        });
        reached.unwrap_or(0)
    }

    /// The share of distinct names that so many places have.
    fn shared_by(&self, places: std::ops::RangeInclusive<u32>) -> f64 {
        let names = self.places.values().filter(|number| places.contains(number)).count();
        names as f64 / self.places.len().max(1) as f64
    }

    /// The figures as lines: what it is, then its number.
    pub fn figures(&self) -> Vec<(String, f64)> {
        let mut figures = vec![
            ("places".to_owned(), self.lengths.iter().sum::<u64>() as f64),
            ("distinct names".to_owned(), self.places.len() as f64),
            ("letters of a name, mean".to_owned(), self.mean_length()),
        ];
        for percent in [5, 25, 50, 75, 95, 99] {
            figures.push((format!("letters of a name, percentile {percent}"), self.percentile(percent) as f64));
        }
        for (what, places) in [("one place", 1..=1), ("two", 2..=2), ("3 to 5", 3..=5), ("6 to 20", 6..=20)] {
            figures.push((format!("% of names that {what} has"), self.shared_by(places) * 100.0));
        }
        figures.push(("% of names that more than 20 have".to_owned(), self.shared_by(21..=u32::MAX) * 100.0));
        figures
    }
}

/// FNV-1a: a few names that collide among millions make no difference to shares.
fn hash(name: &str) -> u64 {
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}
