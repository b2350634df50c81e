//! Finding the places of a name: the stages of a lookup, and the order of what they find.
//!
//! Postings of a key stand in the order of candidates, so that what one key finds needs no look at the places
//! themselves. Only where several keys find something, their lists are merged by the places' populations.

use std::cmp::Reverse;

use super::file::GazetteerFile;
use super::fuzzy;
use super::index::{DivisionRow, FeatureRow, NONE, POPULATION_IN_DETAILS, PlaceRow, Posting, Section};
use super::loose::{self, LooseKey, Only, Side};
use super::name::{self, MAX_NAME_BYTES};
use super::place::{Candidate, CountryCode, Fold, NameKind, PlaceIndex};
use super::transliteration::{Family, skeleton};

/// When so many candidates of a misspelt name are found, no more keys are looked at: only of damaged files, where each
/// may lead to all postings.
const MOST_FUZZY: usize = 100_000;

impl GazetteerFile {
    /// The places that a name may mean.
    pub(super) fn lookup(&self, name: &str) -> Vec<Candidate> {
        if name.len() > MAX_NAME_BYTES {
            return Vec::new();
        }
        let key = name::fold(name);
        let found = self.lookup_key(name, &key);
        if !found.is_empty() {
            return found;
        }
        let Some(rest) = loose::last_resort(&key) else {
            return found;
        };
        let mut found = self.lookup_key(&rest.key, &rest.key);
        found.retain_mut(|candidate| {
            candidate.fold = candidate.fold.max(Fold::Loose);
            self.admits(rest.only, candidate.place)
        });
        found
    }

    /// The places that have exactly this name, but for case, accents and punctuation.
    pub(super) fn lookup_strictly(&self, name: &str) -> Vec<Candidate> {
        if name.len() > MAX_NAME_BYTES {
            return Vec::new();
        }
        let spelling = name::spelling_byte(name);
        let fold = |posting: Posting| match posting {
            _ if posting.is_loose() => Fold::Loose,
            _ if posting.spelling == spelling => Fold::Exact,
            _ => Fold::Folded,
        };
        let mut found = self.candidates(self.postings(&name::fold(name)), fold, Only::default());
        found.retain(|candidate| candidate.fold <= Fold::Folded);
        found
    }

    /// The places that a misspelt name may mean.
    pub(super) fn lookup_fuzzy(&self, name: &str) -> Vec<Candidate> {
        let Some(names) = self.index.names().filter(|_| name.len() <= MAX_NAME_BYTES) else {
            return Vec::new();
        };
        let strict = LooseKey { key: name::fold(name), only: Only::default() };
        let loose = loose::loose_keys_of(name, &strict.key, Side::Query);
        let mut found = Vec::new();
        for LooseKey { key, only } in std::iter::once(strict).chain(loose) {
            for near in fuzzy::nearby(names, &key) {
                let fold = Fold::Fuzzy { distance: near.distance };
                if found.len() < MOST_FUZZY {
                    found.extend(self.candidates(self.index.postings(near.value), |_| fold, only));
                }
            }
        }
        found.sort_by_cached_key(|candidate| {
            (candidate.fold, Reverse(self.population(candidate.place)), candidate.place)
        });
        each_once(found)
    }

    /// Exact, folded and loose matches of a name with this folded key; where there are none, its romanisations.
    fn lookup_key(&self, name: &str, key: &str) -> Vec<Candidate> {
        let spelling = name::spelling_byte(name);
        let strictly = |posting: Posting| match posting {
            _ if posting.is_loose() => Fold::Loose,
            _ if posting.spelling == spelling => Fold::Exact,
            _ => Fold::Folded,
        };
        let found = self.candidates(self.postings(key), strictly, Only::default());
        let loose = loose::loose_keys_of(name, key, Side::Query);
        let found = loose.iter().fold(found, |found, loose| self.with_key(found, &loose.key, Fold::Loose, loose.only));
        if !found.is_empty() {
            return found;
        }
        let strict = std::iter::once((key, Only::default()));
        let variants = strict.chain(loose.iter().map(|loose| (loose.key.as_str(), loose.only)));
        let skeletons = variants.flat_map(|(key, only)| {
            Family::ALL.map(|family| Some((skeleton(key, family)?, only))).into_iter().flatten()
        });
        skeletons.fold(found, |found, (key, only)| self.with_key(found, &key, Fold::Transliterated, only))
    }

    /// What has been found, and what a key finds.
    fn with_key(&self, found: Vec<Candidate>, key: &str, fold: Fold, only: Only) -> Vec<Candidate> {
        match self.postings(key) {
            [] => found,
            postings => self.united(found, self.candidates(postings, |_| fold, only)),
        }
    }

    fn postings(&self, key: &str) -> &[Posting] {
        let first = self.index.names().and_then(|names| names.get(key.as_bytes()));
        first.map_or(&[], |first| self.index.postings(first))
    }

    /// The candidates of a key's postings, each place once by its best match, in order of fold and then of postings.
    fn candidates(&self, postings: &[Posting], fold: impl Fn(Posting) -> Fold, only: Only) -> Vec<Candidate> {
        let places = self.len();
        let mut found: Vec<Candidate> = Vec::with_capacity(postings.len());
        for &posting in postings {
            let place = PlaceIndex(posting.place());
            let Some(kind) = NameKind::from_number(posting.kind()).filter(|_| place.0 < places) else {
                continue;
            };
            let candidate = Candidate { place, kind, fold: fold(posting) };
            match found.last_mut() {
                // The postings of a place stand together.
                Some(last) if last.place == place => {
                    if (candidate.fold, candidate.kind) < (last.fold, last.kind) {
                        *last = candidate;
                    }
                }
                _ => found.push(candidate),
            }
        }
        if !only.is_any() {
            found.retain(|candidate| self.admits(only, candidate.place));
        }
        if !found.is_sorted_by_key(|candidate| candidate.fold) {
            found.sort_by_key(|candidate| candidate.fold);
        }
        found
    }

    /// Both lists in one, each place once by its best match, in order of fold; within one fold each list keeps its
    /// order, and the more important of their heads comes first.
    fn united(&self, first: Vec<Candidate>, second: Vec<Candidate>) -> Vec<Candidate> {
        if first.is_empty() || second.is_empty() {
            return if first.is_empty() { second } else { first };
        }
        let ranked = |candidate: Candidate| {
            let place = self.read(candidate.place);
            let importance = place.map(|place| (place.priority, place.importance()));
            ((candidate.fold, Reverse(importance)), candidate)
        };
        let mut united = Vec::with_capacity(first.len() + second.len());
        let mut first = first.into_iter().map(ranked).peekable();
        let mut second = second.into_iter().map(ranked).peekable();
        while let (Some((a, _)), Some((b, _))) = (first.peek(), second.peek()) {
            united.extend(if a <= b { first.next() } else { second.next() });
        }
        united.extend(first.chain(second));
        each_once(united.into_iter().map(|(_, candidate)| candidate).collect())
    }

    /// Whether the place's record is sound and meets the condition.
    fn admits(&self, only: Only, place: PlaceIndex) -> bool {
        let kind_and_country = || {
            let row: &PlaceRow = self.index.row(Section::Places, place.0)?;
            let feature: &FeatureRow = self.index.row(Section::Features, row.feature.into())?;
            let division: &DivisionRow = self.index.row(Section::Divisions, row.division)?;
            Some((feature.class(), self.index.string(feature.code)?, CountryCode::new(division.country)))
        };
        kind_and_country()
            .is_some_and(|(class, code, country)| only.admits(class, code, country, self.population(place)))
    }

    /// The inhabitants of a place; 0 if they aren't known.
    fn population(&self, place: PlaceIndex) -> u64 {
        match self.index.row(Section::Places, place.0).map_or(NONE, |row: &PlaceRow| row.population) {
            NONE => 0,
            POPULATION_IN_DETAILS => self.detail(place).map_or(0, |detail| detail.population),
            population => population.into(),
        }
    }
}

/// Each place once, by its best match and where that stands first.
fn each_once(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut best = candidates.clone();
    best.sort_unstable_by_key(|candidate| (candidate.place, candidate.fold, candidate.kind));
    best.dedup_by_key(|candidate| candidate.place);
    let mut taken = vec![false; best.len()];
    candidates.retain(|candidate| {
        let position = best.binary_search_by_key(&candidate.place, |best| best.place);
        position.is_ok_and(|found| best[found] == *candidate && !std::mem::replace(&mut taken[found], true))
    });
    candidates
}
