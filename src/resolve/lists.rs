//! Lists of places: "Oregon, Wisconsin and Iowa".
//!
//! A comma between two places may be that of a list, or say that the first is in the second ("Paris, Texas and Oklahoma").
//! What the members of the list have in common tells them apart: siblings, all of them states of one country, are a list.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash};
use std::rc::Rc;

use super::features::is_country;
use super::toponym::{Role, Toponym};
use crate::gazetteer::{Candidate, CountryCode, Fold, Gazetteer, GazetteerPlace, NameKind};

/// Candidates of a name that are looked at.
const LOOKED_AT: usize = 40;

/// What siblings have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Siblings {
    /// They are countries.
    Countries,
    /// They are first-level divisions of a country.
    FirstLevel(CountryCode),
    /// They are second-level divisions of a country.
    SecondLevel(CountryCode),
}

impl Siblings {
    /// The siblings that a place may have in a list.
    pub fn of(place: &GazetteerPlace<'_>) -> Option<Self> {
        match place.feature {
            "ADM1" => place.country.map(Self::FirstLevel),
            "ADM2" => place.country.map(Self::SecondLevel),
            "PCLH" => None,
            _ => is_country(place).then_some(Self::Countries),
        }
    }
}

/// Places in a row, between which there is nothing but commas and words such as "and".
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The first of its toponyms, and the one behind the last.
    pub members: (usize, usize),
    /// Whether an "and" or the like joins its members somewhere: what has none may be an address.
    pub joined: bool,
    /// For each kind of siblings that some of its members may be, how many.
    siblings: Vec<(Siblings, usize)>,
    /// For each member, what siblings it may have.
    of_member: Vec<Rc<[Siblings]>>,
}

impl List {
    /// The list of some neighbouring toponyms.
    pub fn new(members: (usize, usize), joined: bool, toponyms: &[Toponym], known: &mut ListSiblings<'_>) -> Self {
        let of_member: Vec<Rc<[Siblings]>> =
            toponyms[members.0..members.1].iter().map(|toponym| known.of(toponym)).collect();
        let mut siblings: Vec<(Siblings, usize)> = Vec::new();
        for &kind in of_member.iter().flat_map(|kinds| kinds.iter()) {
            match siblings.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += 1,
                None => siblings.push((kind, 1)),
            }
        }
        Self { members, joined, siblings, of_member }
    }

    /// How many of its members there are.
    pub fn size(&self) -> usize {
        self.members.1 - self.members.0
    }

    /// Of the other members, the share that may be a place's siblings.
    pub fn share(&self, place: &GazetteerPlace<'_>) -> f64 {
        let count = Siblings::of(place).map_or(0, |kind| self.count(kind));
        count.saturating_sub(1) as f64 / (self.size() - 1).max(1) as f64
    }

    /// Hashes what [`List::share`] depends on.
    pub fn hash_shares(&self, state: &mut DefaultHasher) {
        // Without siblings, every share is nothing.
        if !self.siblings.is_empty() {
            (self.size(), &self.siblings).hash(state);
        }
    }

    /// Whether a comma behind a member is that of a list: it and the next are siblings, and so are others of the list, or
    /// all there are.
    pub fn are_siblings(&self, toponym: usize) -> bool {
        let at = toponym - self.members.0;
        let common = self.of_member[at].iter().filter(|kind| self.of_member[at + 1].contains(kind));
        let least = if self.joined { 3.min(self.size()) } else { 4 };
        common.map(|&kind| self.count(kind)).max().is_some_and(|count| self.size() >= 3 && count >= least)
    }

    fn count(&self, kind: Siblings) -> usize {
        self.siblings.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count)
    }
}

/// What toponyms may be among their siblings: found out once for those that share their candidates.
pub struct ListSiblings<'g> {
    gazetteer: &'g Gazetteer,
    known: HashMap<*const Candidate, Rc<[Siblings]>>,
}

impl<'g> ListSiblings<'g> {
    /// Of none yet.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        Self { gazetteer, known: HashMap::new() }
    }

    fn of(&mut self, toponym: &Toponym) -> Rc<[Siblings]> {
        if toponym.role != Role::Place {
            return Rc::default();
        }
        let find = || siblings_of(toponym, self.gazetteer).into();
        Rc::clone(self.known.entry(toponym.candidates.as_ptr()).or_insert_with(find))
    }
}

/// What a toponym may be among its siblings, by names that are in use.
fn siblings_of(toponym: &Toponym, gazetteer: &Gazetteer) -> Vec<Siblings> {
    let mut found = Vec::new();
    for candidate in toponym.candidates.iter().take(LOOKED_AT) {
        let in_use =
            candidate.fold <= Fold::Folded && !matches!(candidate.kind, NameKind::Unknown | NameKind::Historic);
        let kind = gazetteer.get(candidate.place).filter(|_| in_use).and_then(|place| Siblings::of(&place));
        found.extend(kind.filter(|kind| !found.contains(kind)));
    }
    found
}
