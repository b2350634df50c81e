//! What the names of a document say of one another: the countries and divisions that they speak of, and how near to each
//! other they are.
//!
//! A name counts once however often it stands, with all the places that it may mean, each by its probability; and never
//! for itself.

use std::collections::HashMap;

use super::features::{Features, is, is_country};
use super::known::{Known, OnSphere};
use crate::gazetteer::{CountryCode, FeatureClass, GazetteerPlace, PlaceIndex};

/// Names whose places are looked at for nearness, at most: more are rarely needed to know where a document is, and a
/// document of ten thousand names takes time in proportion.
const LANDMARKS: usize = 48;

/// Places of a name that are counted, at most, and the least probability of one.
const READINGS: usize = 4;
const UNLIKELY: f64 = 0.04;

/// One of the places that a name of the document may mean.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'g> {
    /// The number of the name.
    pub name: usize,
    /// The place.
    pub place: GazetteerPlace<'g>,
    /// How probable it is.
    pub probability: f64,
}

/// What the names of a document say together.
#[derive(Debug, Default)]
pub struct Coherence {
    total: f64,
    countries: HashMap<CountryCode, f64>,
    /// The sum of the squares of the countries' weights.
    squares: f64,
    first_levels: HashMap<PlaceIndex, f64>,
    second_levels: HashMap<PlaceIndex, f64>,
    /// What each name added.
    own: HashMap<usize, Own>,
    landmarks: Vec<Landmark>,
    /// The names of these, in order.
    landmark_names: Vec<usize>,
    areas: Vec<NamedArea>,
}

/// What one name added.
#[derive(Debug, Default)]
struct Own {
    total: f64,
    countries: Vec<(CountryCode, f64)>,
    first_levels: Vec<(PlaceIndex, f64)>,
    second_levels: Vec<(PlaceIndex, f64)>,
}

#[derive(Debug)]
struct Landmark {
    name: usize,
    at: OnSphere,
    probability: f64,
}

impl Landmark {
    /// How surely it is near to what is so many kilometres away.
    fn close(&self, km: f64, scale: f64) -> f64 {
        self.probability * (-(km / scale) * (km / scale)).exp()
    }
}

/// A sea, a river, a range or another region that is named: what else is named may lie in it or on its shores.
#[derive(Debug)]
struct NamedArea {
    name: usize,
    at: OnSphere,
    radius: f64,
    probability: f64,
}

impl Coherence {
    /// Counts the readings of all names: those of one name together, the most probable first, names in the order of the
    /// document.
    pub fn new<'g>(names: impl Iterator<Item = Vec<Reading<'g>>>) -> Self {
        let mut coherence = Self::default();
        let mut named = 0;
        for readings in names {
            let mut own = Own::default();
            let mut landmark = false;
            let likely = readings.iter().take(READINGS).filter(|reading| reading.probability >= UNLIKELY);
            for &Reading { name, place, probability } in likely {
                own.add(&place, probability);
                if coherence.areas.len() < LANDMARKS && is_named_area(&place) {
                    let radius = place.radius.map_or(ABOUT, |radius| radius.0);
                    coherence.areas.push(NamedArea { name, at: OnSphere::new(place.location), radius, probability });
                }
                if named < LANDMARKS && is_landmark(&place) {
                    landmark = true;
                    coherence.landmarks.push(Landmark { name, at: OnSphere::new(place.location), probability });
                }
            }
            named += usize::from(landmark);
            if let Some(first) = readings.first() {
                coherence.add(first.name, own);
            }
        }
        coherence.landmark_names = coherence.landmarks.iter().map(|landmark| landmark.name).collect();
        coherence.landmark_names.dedup();
        // In the order of the codes: sums of floats depend on it.
        let mut countries: Vec<(CountryCode, f64)> =
            coherence.countries.iter().map(|(&code, &sum)| (code, sum)).collect();
        countries.sort_by_key(|(code, _)| *code);
        coherence.squares = countries.iter().map(|(_, sum)| sum * sum).sum();
        coherence
    }

    fn add(&mut self, name: usize, own: Own) {
        self.total += own.total;
        own.countries.iter().for_each(|&(key, weight)| *self.countries.entry(key).or_default() += weight);
        own.first_levels.iter().for_each(|&(key, weight)| *self.first_levels.entry(key).or_default() += weight);
        own.second_levels.iter().for_each(|&(key, weight)| *self.second_levels.entry(key).or_default() += weight);
        self.own.insert(name, own);
    }

    /// Whether nearness to the place of a name is counted.
    pub fn is_landmark(&self, name: usize) -> bool {
        self.landmark_names.binary_search(&name).is_ok()
    }

    /// Adds to a candidate's features what the other names of the document say, wherever they stand.
    pub fn features(&self, name: usize, known: &Known<'_>, features: Features) -> Features {
        let Known { place, at, .. } = known;
        let none = Own::default();
        let own = self.own.get(&name).unwrap_or(&none);
        let total = self.total - own.total;
        let country = place.country.map_or(0.0, |code| beyond(&self.countries, &own.countries, code));
        let inside = |division: Option<PlaceIndex>| division.filter(|_| !is_country(place));
        let first = inside(place.admin1).map_or(0.0, |key| beyond(&self.first_levels, &own.first_levels, key));
        let second = inside(place.admin2).map_or(0.0, |key| beyond(&self.second_levels, &own.second_levels, key));
        let lone = (-total).exp();
        let worldly = self.diversity(own, total);
        let mut features = Features {
            lone_importance: lone * features.importance,
            worldly_importance: worldly * features.importance,
            worldly_capital: worldly * features.capital,
            country_support: scored(country, total),
            alone_in_country: is(total > 0.2 && country < 0.05 && place.country.is_some()),
            first_level_support: scored(first, total),
            second_level_support: scored(second, total),
            ..features
        };
        self.add_nearness(name, *at, &mut features);
        features
    }

    /// Adds to the features of a candidate at a point what the names say that stand next to it in the text, its own not among
    /// them.
    pub fn with_beside(&self, at: OnSphere, beside: &[usize], features: Features) -> Features {
        // As in `add_nearness`.
        let mut apart = [1.0; 2];
        let readings = self.landmarks.iter().filter(|landmark| beside.contains(&landmark.name));
        let readings: Vec<&Landmark> = readings.collect();
        for of_name in readings.chunk_by(|a, b| a.name == b.name) {
            for (apart, scale) in apart.iter_mut().zip([50.0, 500.0]) {
                let near: f64 = of_name.iter().map(|landmark| landmark.close(at.distance(landmark.at), scale)).sum();
                *apart *= 1.0 - near.min(1.0);
            }
        }
        Features { neighbour_within_50_km: 1.0 - apart[0], neighbour_within_500_km: 1.0 - apart[1], ..features }
    }

    /// How probable it is that two of the other names speak of different countries.
    fn diversity(&self, own: &Own, total: f64) -> f64 {
        if total < 1e-9 {
            return 0.0;
        }
        let own_part = |(country, weight): &(CountryCode, f64)| {
            let all = self.countries.get(country).copied().unwrap_or_default();
            (all - weight).max(0.0).powi(2) - all.powi(2)
        };
        let squares = self.squares + own.countries.iter().map(own_part).sum::<f64>();
        (1.0 - squares / (total * total)).clamp(0.0, 1.0)
    }

    fn add_nearness(&self, name: usize, at: OnSphere, features: &mut Features) {
        // How probable it is that none is near, name by name: their readings stand together.
        let mut apart = [1.0; 4];
        let (mut near, mut all) = (0.0, 0.0);
        let mut of_name = [0.0; 4];
        let mut readings = self.landmarks.iter().filter(|landmark| landmark.name != name).peekable();
        while let Some(landmark) = readings.next() {
            let km = at.distance(landmark.at);
            let close = |scale: f64| landmark.close(km, scale);
            of_name.iter_mut().zip([15.0, 50.0, 150.0, 500.0]).for_each(|(sum, scale)| *sum += close(scale));
            near += close(100.0);
            all += landmark.probability;
            if readings.peek().is_some_and(|next| next.name == landmark.name) {
                continue;
            }
            apart.iter_mut().zip(of_name).for_each(|(apart, sum)| *apart *= 1.0 - sum.min(1.0));
            of_name = [0.0; 4];
        }
        let apart_from_areas = self.areas.iter().filter(|area| area.name != name).map(|area| {
            let beyond = (at.distance(area.at) - area.radius).max(0.0) / (0.3 * area.radius + 60.0);
            1.0 - area.probability * (-beyond * beyond).exp()
        });
        features.near_area = 1.0 - apart_from_areas.fold(1.0, f64::min);
        features.within_15_km = 1.0 - apart[0];
        features.within_50_km = 1.0 - apart[1];
        features.within_150_km = 1.0 - apart[2];
        features.within_500_km = 1.0 - apart[3];
        features.share_within_100_km = if all > 0.0 { near / all } else { 0.0 };
    }
}

impl Own {
    fn add(&mut self, place: &GazetteerPlace<'_>, probability: f64) {
        let Some(country) = place.country else { return };
        // A city speaks for its country too, but less than the country's own name does.
        let weight = if is_country(place) { 1.0 } else { 0.5 } * probability;
        self.total += weight;
        add_to(&mut self.countries, country, weight);
        if is_country(place) {
            return;
        }
        if let Some(division) = place.admin1 {
            add_to(&mut self.first_levels, division, if division == place.index { 1.0 } else { 0.5 } * probability);
        }
        if let Some(division) = place.admin2 {
            add_to(&mut self.second_levels, division, if division == place.index { 1.0 } else { 0.5 } * probability);
        }
    }
}

fn add_to<K: PartialEq>(sums: &mut Vec<(K, f64)>, key: K, weight: f64) {
    match sums.iter_mut().find(|(known, _)| *known == key) {
        Some((_, sum)) => *sum += weight,
        None => sums.push((key, weight)),
    }
}

/// Whether nearness to it says something: not to the middle of a country, a state or a sea.
fn is_landmark(place: &GazetteerPlace<'_>) -> bool {
    match place.class {
        FeatureClass::Populated | FeatureClass::Spot => true,
        FeatureClass::Administrative => place.feature.starts_with("ADM") && place.feature != "ADM1",
        _ => place.radius.is_none_or(|radius| radius.0 < 50.0),
    }
}

/// How far a region reaches of which that is not known, in kilometres.
const ABOUT: f64 = 100.0;

/// Whether others may lie in it or on its shores: a water, a range, an island, a region, though not a continent or an ocean.
fn is_named_area(place: &GazetteerPlace<'_>) -> bool {
    matches!(place.class, FeatureClass::Water | FeatureClass::Terrain | FeatureClass::Area)
        && !matches!(place.feature, "CONT" | "OCN")
        && place.radius.is_none_or(|radius| radius.0 < 1_500.0)
}

fn beyond<K: std::hash::Hash + Eq>(all: &HashMap<K, f64>, own: &[(K, f64)], key: K) -> f64 {
    let added = own.iter().find(|(known, _)| *known == key).map_or(0.0, |(_, weight)| *weight);
    // Sums of floats: what is left of nothing may be a little less.
    (all.get(&key).copied().unwrap_or_default() - added).max(0.0)
}

/// Grows with the count, and with its share of all: one of many countries that a document names says little.
fn scored(count: f64, total: f64) -> f64 {
    if count <= 1e-9 || total <= 1e-9 {
        return 0.0;
    }
    count / (count + 1.0) * (count / total).min(1.0).sqrt()
}
